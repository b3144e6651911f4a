# SPDX-License-Identifier: Apache-2.0
"""What `risk.queries.THREATS_OF` reads of records and forecasts, to be held by the name of the vulnerability."""

from typing import Final

from leadglass.values.query import Query
from leadglass.values.tables import TABLES

_OF_RECORDS: Final = tuple(column.name for column in TABLES["vulnerability"].columns)
_OF_FORECASTS: Final = tuple(column.name for column in TABLES["forecast"].columns)

RECORDS_SCORED = Query(
    name="what records say beside their words",
    tables=("vulnerability",),
    needs=("vulnerability",),
    columns=_OF_RECORDS,
    sql=f"SELECT {', '.join(name if name != 'description' else chr(39) * 2 + ' AS description' for name in _OF_RECORDS)}"
    " FROM vulnerability",
)
"""The words are what takes most room, and nothing is weighed by them."""

FORECASTS_NOW = Query(
    name="forecasts that count",
    tables=("forecast", "source"),
    needs=("forecast",),
    columns=_OF_FORECASTS,
    sql=f"""
SELECT {", ".join(_OF_FORECASTS)} FROM (
  SELECT f.*, row_number() OVER (PARTITION BY f.vulnerability ORDER BY f.scored DESC, s.received DESC, f.sha256)
    AS place_in_line
  FROM forecast f JOIN source s ON s.sha256 = f.sha256) ranked
WHERE place_in_line = 1
""",
)
"""Of each vulnerability the latest, as weighing takes it."""

ALSO_CALLED = Query(
    name="other names of some vulnerabilities",
    tables=("vulnerability_name",),
    given=("wanted",),
    needs=("vulnerability_name", "wanted"),
    columns=("name",),
    sql="SELECT DISTINCT n.name FROM vulnerability_name n JOIN wanted w ON w.id = n.vulnerability",
)
