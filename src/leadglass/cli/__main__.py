# SPDX-License-Identifier: Apache-2.0
"""Run the command line as `python -m leadglass.cli`."""

from leadglass.cli.main import main

main()
