# SPDX-License-Identifier: Apache-2.0
"""The tables of acting: what is told of configurations and devices, its sums, deeds, questions."""

from leadglass.values.schema import Table, columns

_TOLD = """
finding_key     text
kind            text  vulnerability, update, end_of_support, blind, ...
component_id    text
vulnerability   text
status          text
class           text
missing         text
rule            text
why             text
sha256          text
place           text
"""
"""The columns of a finding as it is told, of whatever it is told."""

ACTED: tuple[Table, ...] = (
    Table(
        name="told_configuration",
        writer="act",
        meaning="what is told of each configuration: of records, statements and offers the one that counts",
        sort=("configuration_id", "finding_key"),
        layered=True,
        columns=columns(
            "configuration_id text" + _TOLD + "update_key text  the offer that repairs it, or empty"
        ),
    ),
    Table(
        name="told_device",
        writer="act",
        meaning="what is told of one device alone",
        sort=("device_id", "finding_key"),
        columns=columns("device_id text" + _TOLD),
    ),
    Table(
        name="spot",
        writer="act",
        meaning="devices that have the same findings in the same setting, counted as one",
        sort=("spot",),
        scoped="site",
        columns=columns(
            """
spot            text  the first device of them
configuration_id text
setting_id      text
tier            int
site            text
product_id      text
servicer        text
servicer_is_maker bool
product         text
maker           text
model           text
devices         int   how many there are
first_seen      time  of any of them
"""
        ),
    ),
    Table(
        name="told_sum",
        writer="act",
        meaning="what is open of each configuration, summed by what its outcome depends on",
        sort=(
            "configuration_id",
            "status",
            "kind",
            "listless",
            "update_key",
            "alone_key",
            "exploitation",
            "automatable",
            "effects",
        ),
        columns=columns(
            """
configuration_id text
status          text
kind            text
listless        bool  a software list is missing
update_key      text  the offer that repairs it, or empty
alone_key       text  the finding, where it is no vulnerability
exploitation    text
automatable     text
effects         text
findings        int
exploited       date  the first of them that is known to be exploited
epss            float the highest
cvss            float the highest
cvss_many       int   how many have it
ransomware      bool
known           time  since when the first of them can be known
known_many      int   since when so many can
foremost        text  the finding that weighs most, behind what orders it
"""
        ),
    ),
    Table(
        name="alone_sum",
        writer="act",
        meaning="what is open of devices alone, summed by deed and spot",
        sort=("deed", "spot"),
        scoped="site",
        columns=columns(
            """
deed            text
spot            text
product_id      text
site            text
findings        int
unknown         int
devices         int
urgency         int
tier            int
exploited       date
epss            float
cvss            float
ransomware      bool
since           time
foremost        text  the finding that weighs most, behind what orders it
"""
        ),
    ),
    Table(
        name="deed",
        writer="act",
        meaning="actions in numbers, keyed by deed, product and site; their texts are worked out when they are read",
        sort=("rank", "id"),
        scoped="site",
        columns=columns(
            """
rank            int
id              text
deed            text
product_id      text
site            text
product         text
maker           text
servicer        text
findings        int
devices         int
unknown         int
urgency         int
tier            int
exploited       date  the first of them that is known to be exploited
epss            float the highest
cvss            float the highest
ransomware      bool
updates         int   that can be had
update_label    text  the latest of them
update_whole    bool  it is a release of the whole device
update_why      text
update_offered  time
since           time  since when the gravest of them can be known
device_id       text  of the finding that weighs most
configuration_id text  of that device
finding_key     text  the finding that weighs most
"""
        ),
    ),
    Table(
        name="clock",
        writer="act",
        meaning="the days that a policy gives for each outcome, as the dates of this snapshot's actions follow from them",
        sort=("outcome",),
        columns=columns(
            """
outcome         text
triage          int
contain         int   none where none is asked
remedy          int   none where none is asked
policy          text  its name
"""
        ),
    ),
    Table(
        name="deed_count",
        writer="act",
        meaning="how many distinct vulnerabilities a deed settles, per product and site",
        sort=("deed", "product_id", "site"),
        columns=columns(
            """
deed            text
product_id      text
site            text
vulnerabilities int
exploited_count int   of these, known to be exploited
"""
        ),
    ),
    Table(
        name="lacking",
        writer="act",
        meaning="which facts are missing for how many findings of each configuration",
        sort=("configuration_id", "missing", "kind", "class", "component_id"),
        columns=columns(
            """
configuration_id text
missing         text
kind            text
class           text  empty for vulnerabilities
component_id    text
findings        int
"""
        ),
    ),
    Table(
        name="lacking_alone",
        writer="act",
        meaning="which facts are missing for what is told of devices alone",
        sort=(
            "configuration_id",
            "product_id",
            "missing",
            "kind",
            "class",
            "component_id",
            "device_id",
            "many",
        ),
        columns=columns(
            """
configuration_id text
product_id      text
missing         text
kind            text
class           text  empty for vulnerabilities
component_id    text
device_id       text  the first of them
findings        int   on each of them
many            int   devices of this configuration and model, if all lack it; 0 for one alone
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
        name="question_group",
        writer="act",
        meaning="the devices that a question is about, by configuration and model, and what it settles on each",
        sort=("question_id", "configuration_id", "product_id", "device_id"),
        columns=columns(
            """
question_id     text
configuration_id text
product_id      text
device_id       text  one device alone, or empty: all of this configuration and model
findings        int   that an answer settles, on each of them
"""
        ),
    ),
    Table(
        name="question_device",
        writer="act",
        meaning="the devices that a question is about and the findings on each that it settles",
        sort=("question_id", "device_id"),
        columns=columns("question_id text\ndevice_id text\nfindings int"),
        derived_from=("question_group", "device"),
        derived="""
SELECT g.question_id, d.device_id, CAST(sum(g.findings) AS BIGINT) AS findings
FROM question_group g JOIN device d ON d.configuration_id = g.configuration_id AND d.product_id = g.product_id
  AND d.state <> 'retired' AND (g.device_id = '' OR g.device_id = d.device_id)
GROUP BY 1, 2
""",
    ),
)
