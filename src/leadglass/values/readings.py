# SPDX-License-Identifier: Apache-2.0
"""The tables that are read from documents, one part per document: what each paper says, as it says it."""

from leadglass.values.schema import CITED, Table, columns

_SAID: tuple[Table, ...] = (
    Table(
        name="advisory",
        writer="read",
        meaning="documents that speak of products and vulnerabilities, whatever their standard",
        per_document=True,
        sort=("sha256",),
        columns=columns(
            """
advisory        text  the publisher's name for it
category        text  csaf_security_advisory, csaf_vex, openvex, osv, recall, ...
title           text
publisher       text
revision        text
tlp             text  label within the document, or empty
created         time
updated         time
"""
            + CITED
        ),
    ),
    Table(
        name="named_product",
        writer="read",
        meaning="products as documents name them",
        per_document=True,
        sort=("number",),
        columns=columns(
            """
number          int   order in the document
ref             text  the document's own id of it
name            text
maker           text
family          text
product         text
version         text  version text as written
versioned       text  version, range, or empty where the document does not say which
ranges          text  JSON list of {scheme, lower, lower_included, upper, upper_included}
versions        text  JSON list of texts
cpe             text
purl            text
package         text  of a record about packages alone: type/namespace/name, or distribution/name; else empty
distribution    text  whose package it is, where its publisher speaks of those of a distribution
release         text  of that distribution; empty where it is not known
identifiers     text  JSON list of model numbers, serial numbers, order numbers and device identifiers
component       int   number of the product that is installed on, or part of, another; else null
on_product      int   number of that other product; else null
"""
            + CITED
        ),
    ),
    Table(
        name="limited_product",
        writer="read",
        meaning="products that documents limit to serial numbers; of a relation also what it is part of",
        per_document=True,
        sort=("number", "name"),
        columns=columns(
            """
number          int   number of the limited product
name            text
maker           text
family          text
product         text
identifiers     text  JSON list, as of named_product
serials         text  JSON list of texts, as written
"""
            + CITED
        ),
    ),
    Table(
        name="statement",
        writer="read",
        meaning="what documents say of one product and one vulnerability",
        per_document=True,
        sort=("number",),
        columns=columns(
            """
number          int   order in the document
vulnerability   text
product         int   number of the named product
status          text  affected, not_affected, fixed, under_investigation, unknown
grouping        text  the document's own word for it
justification   text
impact          text
action          text
stated          time  when, where the statement says so by itself
record          text  id of the database's record that it is part of (OSV, CVE), or empty
"""
            + CITED
        ),
    ),
    Table(
        name="remedy",
        writer="read",
        meaning="what publishers offer against a vulnerability",
        per_document=True,
        sort=("number",),
        columns=columns(
            """
number          int
vulnerability   text
category        text  vendor_fix, mitigation, workaround, none_available, no_fix_planned, ...
text            text
url             text
since           date
restart         text
products        text  JSON list of numbers of named products
"""
            + CITED
        ),
    ),
    Table(
        name="sighting",
        writer="read",
        meaning="devices as other tools saw them: scanners, discovery suites, DHCP servers, tables of AE titles",
        per_document=True,
        sort=("number",),
        columns=columns(
            """
number          int   order in the document
tool            text
seen_at         time  when, where the tool says so
addresses       text  IP addresses, separated by spaces
macs            text  MAC addresses, separated by spaces
hostname        text
ae_titles       text  JSON list
maker           text
model           text
serial          text
modality        text
software_version text
os              text
os_cpe          text  CPE name of the operating system
software        text  JSON list of {name, version, cpe}
ports           text  "443/tcp", separated by spaces
rest            text  JSON object of what the tool says beside
"""
            + CITED
        ),
    ),
    Table(
        name="noticed",
        writer="read",
        meaning="weaknesses that other tools say to have found on a sighted device",
        per_document=True,
        sort=("number", "vulnerability", "place"),
        columns=columns(
            """
number          int   number of the sighting
vulnerability   text  CVE id, or empty where the tool names none
title           text
severity        text  the tool's word
detail          text  by what it was found: check, port, package
"""
            + CITED
        ),
    ),
    Table(
        name="release_cycle",
        writer="read",
        meaning="releases of software and until when they are looked after (endoflife.date)",
        per_document=True,
        sort=("product", "place"),
        columns=columns(
            """
product         text
label           text
identifiers     text  package URLs and CPE names, separated by spaces
name            text  the release
released        date
support_until   date  end of active support
security_until  date  end of security support
extended_until  date  end of extended, often paid, support
ended           bool  whether security support has ended, where no date is given
latest          text
latest_released date
"""
            + CITED
        ),
    ),
    Table(
        name="described",
        writer="read",
        meaning="vulnerabilities as advisories describe them",
        per_document=True,
        sort=("vulnerability", "place"),
        columns=columns(
            """
vulnerability   text  CVE id, or the publisher's own
aliases         text  other ids, separated by spaces
title           text
description     text
vectors         text  CVSS vectors, newest standard first, separated by spaces
cwe             text
published       time
modified        time
exploited       bool
ssvc            text  decision points of a coordinator, separated by spaces
withdrawn       bool  the record was withdrawn or rejected: it matches nothing
disputed        bool  somebody contests that it is one
record          text  id of the database's record that says so (OSV, CVE), or empty
publisher       text  who says so
kind            text  cna, adp, ghsa, osv, maker, coordinator, other
"""
            + CITED
        ),
    ),
)

READINGS: tuple[Table, ...] = (
    Table(
        name="fleet_row",
        writer="read",
        meaning="devices as an inventory lists them",
        per_document=True,
        sort=("line",),
        columns=columns(
            """
line            int   line of the document, 1-based, as a spreadsheet shows it
fields          text  JSON object of values.papers.FLEET_FIELDS that are stated
rest            text  JSON object of the columns that we do not know
"""
            + CITED
        ),
    ),
    Table(
        name="bom",
        writer="read",
        meaning="bills of materials and the product that each describes",
        per_document=True,
        sort=("sha256",),
        columns=columns(
            """
serial_number   text  urn:uuid of the BOM, or empty
spec_version    text
created         time
maker           text  manufacturer or supplier of the subject
name            text  name of the subject
version         text  version of the subject
cpe             text
purl            text
gaps            text  how it says of itself that it is not complete (CycloneDX compositions), or empty
"""
            + CITED
        ),
    ),
    Table(
        name="bom_component",
        writer="read",
        meaning="components as a bill of materials lists them",
        per_document=True,
        sort=("number",),
        columns=columns(
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
            + CITED
        ),
    ),
    Table(
        name="vulnerability",
        writer="read",
        meaning="vulnerabilities as a feed describes them; several documents may hold one, the latest counts",
        per_document=True,
        sort=("vulnerability",),
        columns=columns(
            """
vulnerability   text  CVE id
published       time
modified        time
state           text  vulnStatus of NVD
description     text
vectors         text  CVSS vectors of NVD's own, newest standard first, separated by spaces
cna_vectors     text  those of the CNA and of others, as NVD carries them
adp_vectors     text  those of CISA (Vulnrichment), as NVD carries them
disputed        bool  tagged so, or its text begins so
cwe             text  CWE ids separated by spaces
poc             bool  a reference is tagged as an exploit
criteria        int   number of criteria of the record
record          int   index of the record in the document, 0-based
"""
            + CITED
        ),
    ),
    Table(
        name="criterion",
        writer="read",
        meaning="one cpeMatch of a record: configurations are joined by OR, nodes and criteria by their operators",
        per_document=True,
        sort=("record", "configuration", "node", "number"),
        columns=columns(
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
        columns=columns(
            """
vulnerability   text
added           date
due             date
ransomware      bool
required_action text
"""
            + CITED
        ),
    ),
    Table(
        name="forecast",
        writer="read",
        meaning="probability of exploitation within 30 days (FIRST EPSS)",
        per_document=True,
        sort=("vulnerability",),
        columns=columns(
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
    *_SAID,
)
