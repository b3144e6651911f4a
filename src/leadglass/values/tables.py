# SPDX-License-Identifier: Apache-2.0
"""The schemas of the tables: one writing room each; any room's SQL may read any table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type (text, int, float, bool, date, time) and what it means."""

    name: str
    type: str
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: who writes it, whether it is made per document (a reading) or per snapshot, and how it is sorted.

    `sort` is a total order, so that equal content gives equal bytes. `scoped` names the column that holds a site:
    `ask` restricts such a table to the sites of the scope before anything is joined or summed.
    """

    name: str
    writer: str
    meaning: str
    columns: tuple[Column, ...]
    sort: tuple[str, ...]
    per_document: bool = False
    scoped: str = ""


def _columns(text: str) -> tuple[Column, ...]:
    """Parse lines of `name type meaning`."""
    rows = (line.split(None, 2) for line in text.splitlines() if line.strip())
    return tuple(Column(row[0], row[1], row[2] if len(row) > 2 else "") for row in rows)


_CITED = """
sha256          text  the document that says so
place           text  the place in it
"""

READINGS: tuple[Table, ...] = (
    Table(
        name="fleet_row",
        writer="read",
        meaning="devices as an inventory lists them",
        per_document=True,
        sort=("line",),
        columns=_columns(
            """
line            int   line of the document, 1-based, as a spreadsheet shows it
fields          text  JSON object of values.papers.FLEET_FIELDS that are stated
rest            text  JSON object of the columns that we do not know
"""
            + _CITED
        ),
    ),
    Table(
        name="bom",
        writer="read",
        meaning="bills of materials and the product that each describes",
        per_document=True,
        sort=("sha256",),
        columns=_columns(
            """
serial_number   text  urn:uuid of the BOM, or empty
spec_version    text
created         time
maker           text  manufacturer or supplier of the subject
name            text  name of the subject
version         text  version of the subject
cpe             text
purl            text
"""
            + _CITED
        ),
    ),
    Table(
        name="bom_component",
        writer="read",
        meaning="components as a bill of materials lists them",
        per_document=True,
        sort=("number",),
        columns=_columns(
            """
number          int   order in the document
kind            text  CycloneDX component type
supplier        text
grouping        text  CycloneDX group
name            text
version         text
cpe             text
purl            text
path            text  names of the components that contain it, joined by ' > '
"""
            + _CITED
        ),
    ),
    Table(
        name="vulnerability",
        writer="read",
        meaning="vulnerabilities as a feed describes them; several documents may hold one, the latest counts",
        per_document=True,
        sort=("vulnerability",),
        columns=_columns(
            """
vulnerability   text  CVE id
published       time
modified        time
state           text  vulnStatus of NVD
description     text
vectors         text  CVSS vectors, newest standard first, separated by spaces
cwe             text  CWE ids separated by spaces
poc             bool  a reference is tagged as an exploit
criteria        int   number of criteria of the record
record          int   index of the record in the document, 0-based
"""
            + _CITED
        ),
    ),
    Table(
        name="criterion",
        writer="read",
        meaning="one cpeMatch of a record: configurations are joined by OR, nodes and criteria by their operators",
        per_document=True,
        sort=("record", "configuration", "node", "number"),
        columns=_columns(
            """
vulnerability   text
record          int   index of the record in the document
configuration   int
node            int
number          int
joined          text  operator between the nodes of the configuration: AND or OR
inverted        bool  the configuration is negated
node_operator   text  AND or OR
node_inverted   bool  the node is negated
vulnerable      bool  false: context that the vulnerable part runs on or with
alone           bool  the record needs this criterion and no other to be true
part            text  a, o or h
product         text  vendor:product, unescaped, lower case
class           text  exact, range, all ('*' without a range), unversioned ('-'), inverted (lo >= hi)
version         text  the version of an exact criterion, unescaped
norm            text  normalised version of an exact criterion
update_         text  CPE update field, '*' any, '-' none
qualifiers      text  edition|language|sw_edition|target_sw|target_hw|other where one is stated, else empty
lo              text  first key within
hi              text  first key beyond
lo_text         text  '>= 1.2' as the record says, or empty
hi_text         text  '< 2.0' as the record says, or empty
sha256          text
"""
        ),
    ),
    Table(
        name="exploited",
        writer="read",
        meaning="vulnerabilities known to be exploited (CISA KEV)",
        per_document=True,
        sort=("vulnerability",),
        columns=_columns(
            """
vulnerability   text
added           date
due             date
ransomware      bool
required_action text
"""
            + _CITED
        ),
    ),
    Table(
        name="forecast",
        writer="read",
        meaning="probability of exploitation within 30 days (FIRST EPSS)",
        per_document=True,
        sort=("vulnerability",),
        columns=_columns(
            """
vulnerability   text
probability     float  0..1
percentile      float  0..1
scored          date
line            int
sha256          text
"""
        ),
    ),
)

SNAPSHOT: tuple[Table, ...] = (
    Table(
        name="source",
        writer="recognise",
        meaning="documents that this snapshot knows",
        sort=("received", "sha256"),
        columns=_columns(
            """
sha256          text
kind            text
standard        text
version         text
name            text
size            int
received        time  latest receipt
first_received  time
publisher       text
tlp             text
newest          date  the newest date that the content itself states, for feeds
taken           text  JSON object: counts by type
remarks         int
"""
        ),
    ),
    Table(
        name="remark",
        writer="recognise",
        meaning="what could not be read or judged",
        sort=("sha256", "number"),
        columns=_columns("sha256 text\nnumber int\nstep text\nplace text\nwhy text"),
    ),
    Table(
        name="product",
        writer="recognise",
        meaning="models of the fleet",
        sort=("product_id",),
        columns=_columns(
            """
product_id      text
maker           text  normalised name, as shown
model           text
modality        text
devices         int
boms            int   bills of materials that describe it
cpes            int   CPE names known for it
"""
        ),
    ),
    Table(
        name="device",
        writer="recognise",
        meaning="devices on the floor: the fold of what documents and people say",
        sort=("device_id",),
        scoped="site",
        columns=_columns(
            """
device_id       text
site            text
department      text
room            text
asset_tag       text
product_id      text
product         text  maker and model, as shown
maker           text
model           text
serial_number   text
software_version text
os              text
os_version      text
modality        text
owner           text
servicer        text
servicer_is_maker bool
state           text  in_use, retired, missing
next_pm         date
first_seen      time
configuration_id text
setting_id      text
exposure        text
tier            int   clinical tier, 1 (most critical) to 4
knows           text  what is known of it: words of hardware, system, software, version
sha256          text
place           text
"""
        ),
    ),
    Table(
        name="device_fact",
        writer="recognise",
        meaning="each fact of a device with who says it; the one that counts is marked",
        sort=("device_id", "field", "since", "value", "sha256"),
        columns=_columns(
            """
device_id       text
field           text
value           text
counts          bool
basis           text  person or document
since           time
by              text  person, or name of the document
sha256          text
place           text
"""
        ),
    ),
    Table(
        name="component",
        writer="recognise",
        meaning="distinct components with a product key that records may name",
        sort=("component_id",),
        columns=_columns(
            """
component_id    text
part            text  a, o, h
product         text  vendor:product, or empty where not recognised
name            text  as listed
version         text
norm            text  normalised version, empty where it is unknown
base            text  norm without the update that it ends in ('1.0.2-beta1' -> '1.0.2')
key             text  sort key, empty where the version is unknown
update_         text  CPE update: stated, or split from the version; '*' where nothing is known
named           bool  the version is the record's own word (a release name), so that '-' is another release
lacks           text  what to ask for where its version is unknown: version, software version, operating system
doubt           text  what is not sure about the link itself: component identity, software version, or empty
qualifiers      text
first_seen      time
basis           text  how the product key was found
confidence      float
"""
        ),
    ),
    Table(
        name="configuration",
        writer="recognise",
        meaning="distinct sets of components; a device has one",
        sort=("configuration_id",),
        columns=_columns(
            """
configuration_id text
knows_software  bool  its software list is complete (a BOM): what is not listed is not there
knows_system    bool  its operating system is known
knows_hardware  bool  its hardware model is known
components      int
"""
        ),
    ),
    Table(
        name="configuration_component",
        writer="recognise",
        meaning="which components a configuration has, and where that is listed",
        sort=("configuration_id", "component_id", "sha256", "place"),
        columns=_columns("configuration_id text\ncomponent_id text\nlisted text\n" + _CITED),
    ),
    Table(
        name="component_finding",
        writer="match",
        meaning="records that one criterion alone decides, per component: valid on every device that has it",
        sort=("finding_key",),
        columns=_columns(
            """
finding_key     text
component_id    text
vulnerability   text
status          text
class           text  exact, range, all, order_equal, unversioned, version_missing, update_missing, ...
missing         text
rule            text  the criterion in words
sha256          text
place           text
"""
        ),
    ),
    Table(
        name="configuration_finding",
        writer="match",
        meaning="records whose criteria are joined by AND or negated, per configuration",
        sort=("finding_key", "configuration_id"),
        columns=_columns(
            """
finding_key     text
configuration_id text
component_id    text
vulnerability   text
status          text
class           text
missing         text
rule            text
sha256          text
place           text
"""
        ),
    ),
    Table(
        name="device_finding",
        writer="match",
        meaning="findings about a device as a whole (that it cannot be judged at all, for one)",
        sort=("finding_key", "device_id"),
        columns=_columns(
            """
finding_key     text
device_id       text
kind            text
subject         text  what it is about beyond the device: two makers' keys, or empty
status          text
missing         text
rule            text
why             text
sha256          text
place           text
"""
        ),
    ),
    Table(
        name="threat",
        writer="weigh",
        meaning="what is known of each vulnerability that was found: the inputs of weighing, each by itself",
        sort=("vulnerability",),
        columns=_columns(
            """
vulnerability   text
first_seen      time
known_exploited date   date added to KEV, or null
kev_seen        time   when the catalogue that holds it came
ransomware      bool
poc             bool
epss            float
percentile      float
cvss            float
severity        text
vector          text
exploitation    text   none, poc, active (SSVC E 1.1.0)
automatable     text   no, yes (SSVC A 2.0.0)
effects         text   what it does: letters of C, I, A that are lost
sentence        text   in plain words
"""
        ),
    ),
    Table(
        name="setting",
        writer="weigh",
        meaning="distinct settings of devices: exposure, clinical use, redundancy",
        sort=("setting_id",),
        columns=_columns(
            """
setting_id      text
exposure        text  small, controlled, open (SSVC EXP 1.0.1)
exposure_why    text
modality        text
mission         text  SSVC MI 2.0.0
mission_why     text
tier            int
tier_why        text
life_support    bool
"""
        ),
    ),
    Table(
        name="risk",
        writer="weigh",
        meaning="the decision for each distinct combination of threat and setting",
        sort=("exploitation", "automatable", "effects", "setting_id"),
        columns=_columns(
            """
exploitation    text
automatable     text
effects         text
setting_id      text
safety          text  SSVC SI 2.0.1
human_impact    text  SSVC HI 2.0.2
outcome         text  SSVC DSOI 1.0.0: defer, scheduled, out-of-cycle, immediate
urgency         int   3 immediate .. 0 defer
harm_patient    text
harm_privacy    text
harm_clinical   text
why             text
"""
        ),
    ),
    Table(
        name="action",
        writer="act",
        meaning="deeds, keyed by deed, product and site",
        sort=("rank", "id"),
        scoped="site",
        columns=_columns(
            """
id              text
rank            int
deed            text
product_id      text
product         text
maker           text
site            text
outcome         text
title           text
why             text
accountable     text
remedy_by       text
due_triage      date
due_contain     date
due_remedy      date
proof           text
alternatives    text  JSON array
devices         int
findings        int
vulnerabilities int
unknown         int
clocks          text  why these dates, in a sentence
"""
        ),
    ),
    Table(
        name="question",
        writer="act",
        meaning="what to ask, of whom, and how much an answer settles",
        sort=("rank", "id"),
        columns=_columns(
            """
id              text
rank            int
kind            text
subject         text  product_id, or a name
product_id      text
maker           text
model           text
text            text
answers         text  what may be answered, in words
settles         int   findings
devices         int
asked           text  maker, hospital
"""
        ),
    ),
    Table(
        name="question_device",
        writer="act",
        meaning="the devices that a question is about and the findings on each that it settles",
        sort=("question_id", "device_id"),
        columns=_columns("question_id text\ndevice_id text\nfindings int"),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in READINGS + SNAPSHOT}
