# SPDX-License-Identifier: Apache-2.0
"""The tables: one writing room each; any room's SQL may read any table. Readings come from documents."""

from leadglass.values.acted_tables import ACTED
from leadglass.values.readings import READINGS
from leadglass.values.recognised_tables import RECOGNISED
from leadglass.values.schema import CITED, Column, Table, columns

__all__ = ["READINGS", "SNAPSHOT", "TABLES", "Column", "Table"]

SNAPSHOT: tuple[Table, ...] = (
    *RECOGNISED,
    Table(
        name="criterion_now",
        writer="match",
        meaning="the criteria that count, of the latest record of each vulnerability, numbered",
        sort=("nth",),
        layered=True,
        numbers=("nth", "of_record", "of_configuration", "of_node"),
        columns=columns(
            """
nth             int   its number, in the order alone, class, part, product, record, place
of_record       int   number of its record
of_configuration int
of_node         int
vulnerability   text
sha256          text
record          int   order of the record in its document
by_product      int   number of part and product: texts are joined by number
by_norm         int   of part, product and norm
by_key          int   of part, product and lo
configuration   int
node            int
number          int   order in the node
joined          text
inverted        bool
node_operator   text
node_inverted   bool
vulnerable      bool
alone           bool
part            text
product         text
class           text
version         text
norm            text
update_         text
qualifiers      text
lo              text
hi              text
lo_text         text
hi_text         text
"""
        ),
    ),
    Table(
        name="left_out",
        writer="match",
        meaning="versions of a record's products that its words name and no criterion of it has",
        sort=("vulnerability", "product", "part", "nth"),
        layered=True,
        columns=columns(
            """
vulnerability   text
by_product      int   number of part and product, as in criterion_now
part            text
product         text
nth             int   place among what the words say; the first that holds a version is told
words           text  as the record writes it
line            bool  all versions that begin with low
low             text  first key, empty from the beginning; of a line how its versions begin
high            text  last key
excluded        bool  high itself lies outside
"""
            + CITED
        ),
    ),
    Table(
        name="superseded",
        writer="match",
        meaning="of each layer the vulnerabilities that it is about: what the layers below say of them counts no more",
        sort=("vulnerability",),
        columns=columns("vulnerability   text"),
    ),
    Table(
        name="vulnerability_name",
        writer="match",
        meaning="names of vulnerabilities that are no CVE id, each with the one id under which it goes",
        sort=("name", "vulnerability"),
        columns=columns(
            """
name            text  as documents write it
vulnerability   text  the CVE id where there is one, else the first of its names
same            bool  it names the same; false: a CVE id that is one of several which this vulnerability covers
"""
        ),
    ),
    Table(
        name="component_finding",
        writer="match",
        meaning="records that one criterion alone decides, per component: valid on every device that has it",
        sort=("vulnerability", "component_id"),
        layered=True,
        columns=columns(
            """
finding_key     text
component_id    text
vulnerability   text
status          text
class           text  exact, range, all, order_equal, unlike, unversioned, inverted, version_missing, outside, words
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
        sort=("vulnerability", "configuration_id", "component_id"),
        layered=True,
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
vulnerability   text  the one id under which it goes
stated_as       text  the id by which the document calls it
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
        name="distribution_data",
        writer="match",
        meaning="releases of distributions of which documents speak",
        sort=("distribution", "release"),
        columns=columns(
            """
distribution    text
release         text
packages        int   distinct names of packages
"""
        ),
    ),
    Table(
        name="offer",
        writer="match",
        meaning="updates that publishers offer for a component that the fleet has, and ends of its support",
        sort=("finding_key", "component_id"),
        columns=columns(
            """
finding_key     text
kind            text  update, end_of_support
component_id    text  what it is for (the device itself is one)
on_id           text  the device that the component has to be part of, or empty
whole           bool  it is for the device as a whole
status          text  affected: it can be had, or support has ended; under_investigation: on a day to come; unknown
missing         text  what is missing to know
asks            text  subject of the question that it waits for, or empty
release         text  as named, or empty
label           text  what it is called: software 2.0, openssl 1.0.2u
ranked          int   of several for one component the later release is higher; 0: no release is named
publisher       text
url             text
day             date  from which it can be had, or on which support ends; null where nobody says so
offered         time  when the document that says so came first
confidence      float
rule            text
why             text
"""
            + CITED
        ),
    ),
    Table(
        name="repair",
        writer="match",
        meaning="which vulnerabilities an offer repairs, by the document that says so",
        sort=("finding_key", "vulnerability", "component_id"),
        columns=columns(
            """
finding_key     text
component_id    text
on_id           text
whole           bool
vulnerability   text
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
kev_seen        time   when it came that it is exploited: the catalogue, or a mark or point of a record
ransomware      bool
poc             bool
epss            float
percentile      float
cvss            float
severity        text
vector          text
scored_by       text   the kind of source whose vector counts, by the order of trust; empty where none is scored
exploitation    text   none, public poc, active (SSVC E 1.1.0)
exploitation_why text  which sources say so
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
    *ACTED,
)

TABLES: dict[str, Table] = {table.name: table for table in READINGS + SNAPSHOT}
