# SPDX-License-Identifier: Apache-2.0
"""The corridor: one module per step or task, each joining rooms, stores and the register. `catalogue` lists them."""
