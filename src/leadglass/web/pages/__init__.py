# SPDX-License-Identifier: Apache-2.0
"""The pages: each calls services and lays out what they give."""
