# SPDX-License-Identifier: Apache-2.0
"""The ledger's services: receive, read, recognise, match, weigh, act, and what people ask and say of them."""
