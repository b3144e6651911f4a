# SPDX-License-Identifier: Apache-2.0
"""Values become what people see: pictures (SVG 1.1), one HTML page, lines of a terminal, letters.

In: values of `leadglass.values.overview`. Out: text. Nothing here reads, counts or judges.
`report.report`, `charts.heat_map`, `terminal.actions` and `letter.letter` are the doors.
"""
