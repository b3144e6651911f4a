# SPDX-License-Identifier: Apache-2.0
"""The tables of recognising: documents, devices with their facts, what was seen of them, components, configurations."""

from leadglass.values.schema import CITED, Table, columns

RECOGNISED: tuple[Table, ...] = (
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
number          int   its number in this snapshot: what is joined in millions goes by number
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
namesake        int   number of the first component of this name and version: one thing, which records may know as several
by_product      int   number of part and product: texts are joined by number
by_norm         int   of part, product and norm
by_base         int   of part, product and base
by_key          int   of part, product and key
first_seen      time
basis           text  how the product key was found
confidence      float
"""
        ),
    ),
    Table(
        name="namesake",
        writer="recognise",
        meaning="what is listed, by name and version, and whether anything at hand speaks of it",
        sort=("namesake",),
        columns=columns(
            """
namesake        int   as in component; the devices themselves are none
spoken_of       bool  a record, a statement or its distribution names it; else nothing is known of it, for or against
"""
        ),
        derived_from=(
            "component",
            "component_finding",
            "criterion_now",
            "claim",
            "distribution_package",
            "distribution_data",
        ),
        derived="""
SELECT c.namesake, bool_or(k.by_product IS NOT NULL OR s.component_id IS NOT NULL OR p.component_id IS NOT NULL
  OR f.component_id IS NOT NULL) AS spoken_of
FROM component c
LEFT JOIN (SELECT DISTINCT by_product FROM criterion_now) k ON c.product <> '' AND k.by_product = c.by_product
LEFT JOIN (SELECT DISTINCT component_id FROM claim) s ON s.component_id = c.component_id
-- What records say in words alone names a component too
LEFT JOIN (SELECT DISTINCT component_id FROM component_finding WHERE class = 'words') f ON f.component_id = c.component_id
LEFT JOIN (SELECT DISTINCT p.component_id FROM distribution_package p
  JOIN distribution_data d ON d.distribution = p.distribution AND d.release = p.release) p ON p.component_id = c.component_id
WHERE c.part NOT IN ('d', 'u') GROUP BY 1
""",
    ),
    Table(
        name="distribution_package",
        writer="recognise",
        meaning="components that are packages of a distribution, as it names them",
        sort=("component_id", "name", "version"),
        columns=columns(
            """
component_id    text
distribution    text
release         text  by the package URL, else by the operating system beside it; empty where neither tells it
name            text
version         text  the distribution's own, with its epoch
source          text  the package that it was built from, where that is stated
source_version  text
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
number          int   its number in this snapshot
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
        name="member",
        writer="recognise",
        meaning="which components a configuration has, by number",
        sort=("configuration", "component"),
        columns=columns("configuration int\ncomponent int"),
    ),
    Table(
        name="looked_up",
        writer="recognise",
        meaning="words by which recognising looked products of records up, and what it found",
        sort=("kind", "asked", "part", "vendor", "word"),
        columns=columns(
            """
kind            text  product, longer, maker (of listed names), vendor, model, hardware (of devices)
asked           text  the word, or words
part            text  empty where nothing was found
vendor          text
word            text
records         int   criteria that name it; 0 of makers and vendors
"""
        ),
    ),
)
