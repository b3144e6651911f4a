# SPDX-License-Identifier: Apache-2.0
"""Work orders: one per action and device, sent to other systems and taken back."""
