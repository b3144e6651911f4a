# SPDX-License-Identifier: Apache-2.0
"""Notices: who is told of what moved for these devices, once, by mail or webhook."""
