# SPDX-License-Identifier: Apache-2.0
"""The command line: parses, calls a service, shows. No logic."""
