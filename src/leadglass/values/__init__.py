# SPDX-License-Identifier: Apache-2.0
"""The words of the house: frozen dataclasses without I/O. They know nobody but `errors`."""
