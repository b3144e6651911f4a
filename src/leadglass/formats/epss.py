# SPDX-License-Identifier: Apache-2.0
"""Read FIRST's daily EPSS scores (csv): the probability that a vulnerability is exploited within 30 days."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import Buffer, moment, utf8
from leadglass.formats.remarks import Remarks
from leadglass.values.sources import Remark

MOST_BYTES: Final = 256 << 20

_HEADING: Final = ("cve", "epss", "percentile")
_ID: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_MODEL: Final = re.compile(r"model_version:\s*([^,\s]+)")
_SCORED: Final = re.compile(r"score_date:\s*([^,\s]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasts:
    """Scores in columns of equal length. `lines` are 1-based, comment and heading included.

    `scored` is None and `model_version` empty where the document does not say.
    """

    model_version: str
    scored: date | None
    vulnerabilities: list[str]
    probabilities: list[float]
    percentiles: list[float]
    lines: list[int]
    remarks: tuple[Remark, ...] = ()


def read(raw: Buffer) -> Forecasts:
    """Read the scores. A line that cannot be read becomes a remark; the others are read."""
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"The EPSS scores are larger than {MOST_BYTES >> 20} MiB, which is many times all there are. "
            "Fetch them again from FIRST."
        )
    try:
        lines = str(utf8(raw), "utf-8").splitlines()
    except UnicodeError as error:
        raise UnreadableError(f"The EPSS scores are no text: {error}. Fetch them again.") from error
    remarks = Remarks()
    model, scored, start = _read_comment(lines, remarks)
    start = _skip_heading(lines, start)
    vulnerabilities, probabilities, percentiles, numbers = _read_scores(lines, start, remarks)
    return Forecasts(
        model_version=model,
        scored=scored,
        vulnerabilities=vulnerabilities,
        probabilities=probabilities,
        percentiles=percentiles,
        lines=numbers,
        remarks=remarks.finish(),
    )


def _read_scores(
    lines: list[str], start: int, remarks: Remarks
) -> tuple[list[str], list[float], list[float], list[int]]:
    seen: set[str] = set()
    vulnerabilities: list[str] = []
    probabilities: list[float] = []
    percentiles: list[float] = []
    numbers: list[int] = []
    is_id = _ID.fullmatch
    for number, line in enumerate(lines[start:], start + 1):
        cells = line.split(",")
        try:
            vulnerability, probability, percentile = cells[0], float(cells[1]), float(cells[2])
            good = 0 <= probability <= 1 and 0 <= percentile <= 1 and is_id(vulnerability)
        except (ValueError, IndexError):
            good = None
        if not good or vulnerability in seen:
            if line.strip():
                why = "scores this vulnerability again; the first score counts" if good else "is no score"
                remarks.add(f"line {number}", f"'{line[:60]}' {why}.", sort="lines that were not read")
            continue
        seen.add(vulnerability)
        vulnerabilities.append(vulnerability)
        probabilities.append(probability)
        percentiles.append(percentile)
        numbers.append(number)
    return vulnerabilities, probabilities, percentiles, numbers


def _read_comment(lines: list[str], remarks: Remarks) -> tuple[str, date | None, int]:
    """Read `#model_version:v2025.03.14,score_date:2025-08-25T12:55:00Z`, which stands first since 2022."""
    start = 0
    while start < len(lines) and not lines[start].strip():
        start += 1
    comment = lines[start] if start < len(lines) and lines[start].startswith("#") else ""
    model, day = _MODEL.search(comment), _SCORED.search(comment)
    time = moment(day[1]) if day else None
    if time is None:
        remarks.add(f"line {start + 1}", "The document does not say of which day these scores are.")
    return model[1] if model else "", time.date() if time else None, start + (comment != "")


def _skip_heading(lines: list[str], start: int) -> int:
    while start < len(lines) and not lines[start].strip():
        start += 1
    line = lines[start] if start < len(lines) else ""
    if tuple(cell.strip(' "').lower() for cell in line.split(","))[:3] != _HEADING:
        raise UnreadableError(
            f"The EPSS scores lack their heading 'cve,epss,percentile'; line {start + 1} is '{line[:60]}'. "
            "Fetch the csv from FIRST again."
        )
    return start + 1
