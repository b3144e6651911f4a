# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: N815 - fields are named as the schema names them
"""The parts of NVD's cve_api_json_2.0.schema that we read, field by field; all others are skipped unbuilt."""

from typing import Literal

import msgspec

Operator = Literal["AND", "OR"]


class Part(msgspec.Struct, gc=False):
    """A part of the schema. Fields that we do not name are skipped without being built."""


class Match(msgspec.Struct, gc=False, frozen=True):
    """A cpeMatch: a name and a range of versions. Frozen, it can be a key."""

    criteria: str
    vulnerable: bool = True
    versionStartIncluding: str | None = None
    versionStartExcluding: str | None = None
    versionEndIncluding: str | None = None
    versionEndExcluding: str | None = None


class Node(Part):
    """Criteria joined by AND or OR. `children` stood in the older format; 2.0 has none."""

    cpeMatch: list[Match] = []
    operator: Operator = "OR"
    negate: bool = False
    children: list[msgspec.Raw] = []


class Configuration(Part):
    """Nodes joined by AND or OR. Configurations of a record are joined by OR."""

    nodes: list[Node]
    operator: Operator = "OR"
    negate: bool = False


class Text(Part):
    """A text and its language."""

    lang: str
    value: str


class Cvss(Part):
    """A score; only its vector counts, the rest can be computed."""

    vectorString: str


class Metric(Part):
    """A score by one source, named by its address or UUID, of type Primary or Secondary."""

    cvssData: Cvss
    type: str = ""
    source: str = ""


class Metrics(Part):
    """The scores by standard."""

    cvssMetricV40: list[Metric] = []
    cvssMetricV31: list[Metric] = []
    cvssMetricV30: list[Metric] = []
    cvssMetricV2: list[Metric] = []


class Weakness(Part):
    """CWE ids, each as a text."""

    description: list[Text] = []


class Reference(Part):
    """A link; only its tags count."""

    tags: list[str] = []


class Tagged(Part):
    """Tags that one source puts on a record: disputed, unsupported-when-assigned, ..."""

    tags: list[str] = []


class Cve(Part):
    """A record."""

    id: str
    published: str | None = None
    lastModified: str | None = None
    vulnStatus: str = ""
    descriptions: list[Text] = []
    metrics: Metrics | None = None
    weaknesses: list[Weakness] = []
    configurations: list[Configuration] = []
    references: list[Reference] = []
    cveTags: list[Tagged] = []


class Record(Part):
    """The wrapper of a record, which is left as it is."""

    cve: msgspec.Raw


class Feed(Part):
    """The document; records are left as they are."""

    format: str
    version: str
    vulnerabilities: list[Record]
    totalResults: int | None = None


class LooseFeed(Part):
    """A document in which not every record is an object with a record in it."""

    format: str
    version: str
    vulnerabilities: list[msgspec.Raw]
    totalResults: int | None = None
