# SPDX-License-Identifier: Apache-2.0
"""Where things are kept: documents under their hash, tables as Parquet, a chained log, encrypted backups."""
