# SPDX-License-Identifier: Apache-2.0
"""Public documents on their way: fetched and kept current, into bundles for machines without a network, and out."""
