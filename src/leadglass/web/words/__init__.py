# SPDX-License-Identifier: Apache-2.0
"""What pages say in other languages than English: which sentences there are, catalogues of them, and their use."""
