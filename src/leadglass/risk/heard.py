# SPDX-License-Identifier: Apache-2.0
"""What is known of vulnerabilities of which records, KEV and EPSS alone speak, put together source by source.

The same rows as `queries.THREATS_OF` gives where no document describes a vulnerability and none has other names; tests hold
the two against each other. Of a few hundred the engine takes longer to plan the query than this takes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from leadglass.values.scope import Row

_NEVER = datetime(1, 1, 1)  # noqa: DTZ001 - tables hold UTC without a zone


def threats(
    records: Iterable[Row],
    exploited: Mapping[str, Iterable[Row]],
    forecasts: Mapping[str, Row],
    sources: Mapping[str, Row],
) -> list[Row]:
    """Give a row for each vulnerability that has a record; `exploited` and `forecasts` by vulnerability.

    All are rows of their tables, of forecasts those that count; `sources` are documents by their hash.
    """
    by_name: dict[str, list[tuple[Row, Row]]] = defaultdict(list)
    for row in records:
        if row["sha256"] in sources:
            by_name[row["vulnerability"]].append((row, sources[row["sha256"]]))
    return [
        {"vulnerability": name, **_words(by_name[name]), **_kev(exploited.get(name, ()), sources),
         "probability": (forecasts.get(name) or {}).get("probability"),
         "percentile": (forecasts.get(name) or {}).get("percentile")}
        for name in sorted(by_name)
    ]  # fmt: skip


def _words(carried: Iterable[tuple[Row, Row]]) -> dict[str, Any]:
    """Take a record apart: NVD's document carries what CNAs and CISA's ADP score, each a source by itself."""
    ordered = sorted(carried, key=lambda pair: (pair[0]["sha256"], pair[0]["place"]))
    ordered.sort(key=lambda pair: (pair[0]["modified"] or _NEVER, pair[1]["received"]), reverse=True)
    words: list[Row] = []
    for number, (row, _) in enumerate(ordered):
        told = {
            "ssvc": "",
            "exploited": False,
            "current": number == 0,
            "sha256": row["sha256"],
            "place": row["place"],
        }
        words += [
            {"kind": kind, "publisher": "", "vectors": row[f"{kind}_vectors"], "cwe": "", **told}
            for kind in ("adp", "cna")
            if row[f"{kind}_vectors"]
        ]
        words.append(
            {"kind": "nvd", "publisher": "NVD", "vectors": row["vectors"], "cwe": row["cwe"], **told}
        )
    return {
        "words": words,
        "poc": any(row["poc"] for row, _ in ordered),
        "first_seen": min(source["first_received"] for _, source in ordered),
        "marked_seen": None,
    }


def _kev(listed: Iterable[Row], sources: Mapping[str, Row]) -> dict[str, Any]:
    rows = [row for row in listed if row["sha256"] in sources]
    return {
        "added": min((row["added"] for row in rows if row["added"]), default=None),
        "kev_seen": min((sources[row["sha256"]]["first_received"] for row in rows), default=None),
        "ransomware": any(row["ransomware"] for row in rows),
    }
