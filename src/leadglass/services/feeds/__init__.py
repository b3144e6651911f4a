# SPDX-License-Identifier: Apache-2.0
"""Public documents on their way: into bundles for machines without a network, and out of them."""
