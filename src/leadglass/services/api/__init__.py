# SPDX-License-Identifier: Apache-2.0
"""The catalogue over a wire: which service goes by which route, how values travel, and the house of another machine."""
