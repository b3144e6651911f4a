# SPDX-License-Identifier: Apache-2.0
"""The tables: one writing room each; any room's SQL may read any table. Readings come from documents."""

from leadglass.values.readings import READINGS
from leadglass.values.schema import CITED, Column, Table, columns

__all__ = ["READINGS", "SNAPSHOT", "TABLES", "Column", "Table"]

SNAPSHOT: tuple[Table, ...] = (
    Table(
        name="source",
        writer="recognise",
        meaning="documents that this snapshot knows",
        sort=("received", "sha256"),
        columns=columns(
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
        columns=columns("sha256 text\nnumber int\nstep text\nplace text\nwhy text"),
    ),
    Table(
        name="product",
        writer="recognise",
        meaning="models of the fleet",
        sort=("product_id",),
        columns=columns(
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
        columns=columns(
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
        columns=columns(
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
        name="sighted",
        writer="recognise",
        meaning="which device each sighting of another tool is of, or may be of, and why",
        sort=("sha256", "number", "device_id"),
        columns=columns(
            """
number          int   order of the sighting in its document
tool            text
seen_at         time
label           text  by what it was seen: address, name, serial number
device_id       text  empty where the fleet has none
outcome         text  placed, asked, not in the fleet, not this device
basis           text
confidence      float
why             text
weaknesses      int   what the tool says to have found on it
software        int
"""
            + CITED
        ),
    ),
    Table(
        name="component",
        writer="recognise",
        meaning="distinct components with a product key that records may name",
        sort=("component_id",),
        columns=columns(
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
        columns=columns(
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
        columns=columns("configuration_id text\ncomponent_id text\nlisted text\n" + CITED),
    ),
    Table(
        name="component_finding",
        writer="match",
        meaning="records that one criterion alone decides, per component: valid on every device that has it",
        sort=("finding_key",),
        columns=columns(
            """
finding_key     text
component_id    text
vulnerability   text
status          text
class           text  exact, range, all, order_equal, unlike, unversioned, inverted, version_missing, outside
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
        columns=columns(
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
        columns=columns(
            """
finding_key     text
device_id       text
kind            text
vulnerability   text  CVE id where it is about one, else empty
subject         text  what it is about beyond the device: two makers' keys, a sighting and a device, or empty
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
        name="claim",
        writer="match",
        meaning="every statement of a publisher, held against the fleet: what it is applied to, or why it is not",
        sort=("sha256", "number", "component_id", "on_id", "product_id"),
        columns=columns(
            """
number          int   order of the statement in its document
vulnerability   text
status          text  affected, not_affected, fixed, under_investigation, unknown
grouping        text  the document's own word
justification   text
note            text  impact or action, as the publisher says
publisher       text
trusted         bool  a person said that this publisher's word counts for this product
named           text  the product as the document names it
product_id      text  the model of the fleet that is meant, or empty
component_id    text  the component that it speaks of (the device itself is one), or empty
on_id           text  the device that the component has to be part of, or empty
whole           bool  it speaks of the device with all that is in it
value           int   2 it speaks of this version, 1 unknown, 0 it does not
missing         text  what is missing to know
asks            text  subject of the question that it waits for, or empty
rule            text  the statement in words
outcome         text  applied, or why not
basis           text  how the product was recognised
confidence      float
stated          time
"""
            + CITED
        ),
    ),
    Table(
        name="threat",
        writer="weigh",
        meaning="what is known of each vulnerability that was found: the inputs of weighing, each by itself",
        sort=("vulnerability",),
        columns=columns(
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
        columns=columns(
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
        columns=columns(
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
        columns=columns(
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
        columns=columns(
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
        columns=columns("question_id text\ndevice_id text\nfindings int"),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in READINGS + SNAPSHOT}
