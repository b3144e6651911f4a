# SPDX-License-Identifier: Apache-2.0
"""What is known of a vulnerability: exploitation, CVSS by the order of trust, effects - each shown by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from cvss import CVSS2, CVSS3, CVSS4
from cvss.exceptions import CVSSError

from leadglass.risk.exploitation import exploitation, since
from leadglass.risk.trust import Trust
from leadglass.values.scope import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Threat:
    """A vulnerability as weighing sees it. `effects` are the letters of confidentiality, integrity, availability lost.

    `scored_by` is the kind of source whose vector counts, `exploitation_why` names the sources that say so.
    """

    vulnerability: str
    first_seen: datetime
    known_exploited: date | None
    kev_seen: datetime | None
    ransomware: bool
    poc: bool
    epss: float | None
    percentile: float | None
    cvss: float | None
    severity: str
    vector: str
    scored_by: str
    exploitation: str
    exploitation_why: str
    automatable: str
    effects: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Score:
    score: float | None
    severity: str
    vector: str
    network: bool
    unaided: bool
    alone: bool
    effects: str


# Without a vector everything is assumed: reachable, unaided, all lost
_UNSCORED = _Score(None, "not scored", "", network=True, unaided=True, alone=True, effects="CIA")


@lru_cache(maxsize=4096)
def score(vectors: str) -> _Score:
    """Score the first vector (newest standard first) that the cvss library accepts (CVSS 4.0, 3.x, 2.0)."""
    for vector in vectors.split():
        try:
            return _score(vector)
        except CVSSError:
            continue
    return _UNSCORED


def _score(vector: str) -> _Score:
    if vector.startswith("CVSS:4"):
        four = CVSS4(vector)
        m = four.metrics
        lost = "".join(c for c in "CIA" if m[f"V{c}"] != "N" or m[f"S{c}"] != "N")
        return _Score(float(four.base_score), four.severity.lower(), vector, m["AV"] == "N",
                      m["AC"] == "L" and m["AT"] == "N" and m["UI"] == "N", m["PR"] == "N", lost)  # fmt: skip
    three = CVSS3(vector) if vector.startswith("CVSS:3") else None
    if three:
        m = three.metrics
        return _Score(float(three.base_score), three.severities()[0].lower(), vector, m["AV"] == "N",
                      m["AC"] == "L" and m["UI"] == "N", m["PR"] == "N",
                      "".join(c for c in "CIA" if m[c] != "N"))  # fmt: skip
    two = CVSS2(vector)
    m = two.metrics
    return _Score(float(two.base_score), two.severities()[0].lower(), vector, m["AV"] == "N",
                  m["AC"] == "L", m["Au"] == "N", "".join(c for c in "CIA" if m[c] != "N"))  # fmt: skip


def assess(row: Row, weaknesses: Mapping[str, str], trust: Trust) -> Threat:
    """Weigh what sources say of one vulnerability (columns of risk.queries.THREATS)."""
    words = trust.ranked("severity", row["words"])
    scored, by = counting(words)
    cwes = next((str(word["cwe"]) for word in words if word["cwe"]), "")
    epss = _float(row["probability"])
    value, why = exploitation(row, words, epss)
    automatable = "yes" if scored.network and scored.unaided and scored.alone else "no"
    seen = row["first_seen"]
    if not isinstance(seen, datetime):
        raise TypeError(f"{row['vulnerability']}: no time of first receipt")
    return Threat(
        vulnerability=str(row["vulnerability"]),
        first_seen=seen,
        known_exploited=row["added"] if isinstance(row["added"], date) else None,
        kev_seen=since(row, words),
        ransomware=bool(row["ransomware"]),
        poc=bool(row["poc"]),
        epss=epss,
        percentile=_float(row["percentile"]),
        cvss=scored.score,
        severity=scored.severity,
        vector=scored.vector,
        scored_by=str(by["kind"]) if by else "",
        exploitation=value,
        exploitation_why=why,
        automatable=automatable,
        effects=scored.effects,
        sentence=_sentence(scored, cwes, weaknesses),
    )


def counting(words: Sequence[Row]) -> tuple[_Score, Row | None]:
    """Give the score that counts, and whose it is: of the first of these words that has a vector which is one."""
    for word in words:
        found = score(str(word["vectors"] or ""))
        if found.score is not None:
            return found, word
    return _UNSCORED, None


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, float | int) else None


_CAN = {
    "": "can disturb it",
    "C": "can read its data",
    "I": "can change its data or commands",
    "A": "can stop it",
    "CI": "can read and change its data",
    "CA": "can read its data and stop it",
    "IA": "can change its data and stop it",
    "CIA": "can take it over",
}


def _sentence(scored: _Score, cwes: str, weaknesses: Mapping[str, str]) -> str:
    """Say in plain words who can do what to the device."""
    aided = "" if scored.unaided else ", with luck or a user's help,"
    can = f"{aided} {_CAN[scored.effects]}"
    if scored.score is None:
        can = _CAN["CIA"]
        said = f"Nobody has scored yet who can do this, so anyone on its network is assumed; it is assumed that they {can}"
    elif scored.network:
        said = (
            f"Anyone who reaches it over the network{can}"
            if scored.alone
            else f"Anyone signed in who reaches it over the network{can}"
        )
    else:
        said = (
            f"Somebody at the device or on its own segment{can}"
            if scored.alone
            else f"Somebody signed in at the device{can}"
        )
    return f"{said}{_because(cwes, weaknesses)}."


def _because(cwes: str, weaknesses: Mapping[str, str]) -> str:
    effect = next((weaknesses[cwe] for cwe in cwes.split() if cwe in weaknesses), "")
    return f": {effect}" if effect else ""
