# SPDX-License-Identifier: Apache-2.0
"""The door of what runs without a person: it takes jobs and has services do them."""
