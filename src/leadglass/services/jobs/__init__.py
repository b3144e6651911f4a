# SPDX-License-Identifier: Apache-2.0
"""Jobs: what is done without a person, when, and what came of it."""
