# SPDX-License-Identifier: Apache-2.0
"""The tables of acting: what is told of configurations and devices, deeds, questions."""

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
