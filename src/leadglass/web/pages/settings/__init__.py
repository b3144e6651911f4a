# SPDX-License-Identifier: Apache-2.0
"""The room of settings: people, programs, the break-glass account, what runs by itself, which tables are in force."""
