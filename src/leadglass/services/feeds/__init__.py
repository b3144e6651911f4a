# SPDX-License-Identifier: Apache-2.0
"""Feeds: what others publish of all the world, fetched and kept current. One module per feed."""
