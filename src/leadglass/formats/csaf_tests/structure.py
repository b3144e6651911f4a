# SPDX-License-Identifier: Apache-2.0
"""The structure of CSAF 2.0 documents (OASIS, section 3): keys, types, words and forms, as a table.

A trailing _ marks a key that must be there. CVSS objects are left to test 6.1.8.
"""

import re
from typing import Final

from leadglass.formats.csaf_tests.moments import Moment
from leadglass.formats.csaf_tests.shapes import Many, Nested, Text, pattern, record, words

# What ECMAScript's \s means, which the standard's expressions are written in.
_SPACE: Final = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_LINE_ENDS: Final = r"\n\r\u2028\u2029"

TEXT: Final = Text(least=1)
TEXTS: Final = Many(TEXT)
UNIQUE_TEXTS: Final = Many(TEXT, unique=True)
DATE: Final = Text("a time with a zone (RFC 3339), such as 2024-05-06T07:08:09Z", Moment.parse)
VERSION: Final = pattern(
    "an integer or semantic version, such as 3 or 1.2.0",
    r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)"
    r"(?:-(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?",
)

# RFC 3986, 3 and appendix A: a scheme, then only characters that a URI may hold.
_URI_TEXT: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*"
)


def _is_uri(text: str) -> bool:
    """One # at most begins the fragment; brackets only hold an address in the authority."""
    if not _URI_TEXT.fullmatch(text) or text.count("#") > 1:
        return False
    rest = text.partition(":")[2]
    authority = re.match(r"//([^/?#]*)", rest)
    if authority is None:
        return not re.search(r"[\[\]]", rest)
    after = rest[authority.end() :]
    host = authority[1].rpartition("@")[2]
    named = re.fullmatch(r"(?:\[[0-9A-Fa-fvV:.]+\]|[^\[\]:]*)(?::[0-9]*)?", host)
    return (
        named is not None and not re.search(r"[\[\]]", after) and "@" not in authority[1].rpartition("@")[0]
    )


URI: Final = Text("a URI (RFC 3986)", _is_uri)

_CPE_23: Final = r"(?:\?*|\*?)(?:[A-Za-z0-9\-._]|\\[\\*?!\"#$%&'()+,/:;<=>@\[\]^`{|}~])+(?:\?*|\*?)"  # NISTIR 7695, figure 6-3
_CPE: Final = Text(
    "a CPE name, 2.3 or 2.2",
    re.compile(
        rf"cpe:2\.3:[aho*\-](?::(?:{_CPE_23}|[*\-])){{5}}"
        r"(?::(?:[A-Za-z]{2,3}(?:-(?:[A-Za-z]{2}|[0-9]{3}))?|[*\-]))"
        rf"(?::(?:{_CPE_23}|[*\-])){{4}}"
        r"|[cC][pP][eE]:/[AHOaho]?(?::[A-Za-z0-9._\-~%]*){0,6}"
    ).fullmatch,
    least=5,
)
_PURL: Final = Text(
    "a package URL",
    lambda text: _is_uri(text) and re.match(r"pkg:[A-Za-z.+-][A-Za-z0-9.+-]*/.", text),
    least=7,
)
# RFC 5646, 2.1, as far as CSAF takes it over.
LANGUAGE: Final = pattern(
    "a language tag (BCP 47), such as en or de-CH",
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}(?:-[A-Za-z]{3}){0,2})?|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?"
    r"(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
    r"(?:-[A-WY-Za-wy-z0-9](?:-[A-Za-z0-9]{2,8})+)*(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?"
    r"|[Xx](?:-[A-Za-z0-9]{1,8})+|[Ii]-(?:[Dd][Ee][Ff][Aa][Uu][Ll][Tt]|[Mm][Ii][Nn][Gg][Oo])",
)

ACKNOWLEDGMENTS: Final = Many(record(1, names=TEXTS, organization=TEXT, summary=TEXT, urls=Many(URI)))
NOTES: Final = Many(
    record(
        audience=TEXT,
        category_=words("description details faq general legal_disclaimer other summary"),
        text_=TEXT,
        title=TEXT,
    )
)
REFERENCES: Final = Many(record(category=words("external self"), summary_=TEXT, url_=URI))

_FILE_HASH: Final = record(
    algorithm_=TEXT, value_=pattern("a hash of 32 or more hexadecimal digits", r"[0-9A-Fa-f]{32,}")
)
_HELPER: Final = record(
    1,
    cpe=_CPE,
    hashes=Many(record(file_hashes_=Many(_FILE_HASH), filename_=TEXT)),
    model_numbers=UNIQUE_TEXTS,
    purl=_PURL,
    sbom_urls=Many(URI),
    serial_numbers=UNIQUE_TEXTS,
    skus=TEXTS,
    x_generic_uris=Many(record(namespace_=URI, uri_=URI)),
)
_PRODUCT: Final = record(name_=TEXT, product_id_=TEXT, product_identification_helper=_HELPER)
_BRANCHES: Final = Nested()
_BRANCHES.told.append(
    Many(
        record(
            3,
            3,
            branches=_BRANCHES,
            category_=words(
                "architecture host_name language legacy patch_level product_family product_name product_version "
                "product_version_range service_pack specification vendor"
            ),
            name_=TEXT,
            product=_PRODUCT,
        )
    )
)
_RELATIONS: Final = words(
    "default_component_of external_component_of installed_on installed_with optional_component_of"
)
PRODUCT_TREE: Final = record(
    1,
    branches=_BRANCHES,
    full_product_names=Many(_PRODUCT),
    product_groups=Many(record(group_id_=TEXT, product_ids_=Many(TEXT, least=2, unique=True), summary=TEXT)),
    relationships=Many(
        record(
            category_=_RELATIONS,
            full_product_name_=_PRODUCT,
            product_reference_=TEXT,
            relates_to_product_reference_=TEXT,
        )
    ),
)

_TRACKING: Final = record(
    aliases=UNIQUE_TEXTS,
    current_release_date_=DATE,
    generator=record(date=DATE, engine_=record(name_=TEXT, version=TEXT)),
    id_=pattern(
        "an id on one line, without space at its ends",
        rf"[^{_SPACE}](?:[^{_LINE_ENDS}]*[^{_SPACE}])?",
    ),
    initial_release_date_=DATE,
    revision_history_=Many(record(date_=DATE, legacy_version=TEXT, number_=VERSION, summary_=TEXT)),
    status_=words("draft final interim"),
    version_=VERSION,
)
DOCUMENT: Final = record(
    acknowledgments=ACKNOWLEDGMENTS,
    aggregate_severity=record(namespace=URI, text_=TEXT),
    category_=pattern(
        "a category on one line, without space, hyphen, underscore or full stop at its ends",
        rf"[^{_SPACE}\-_.](?:[^{_LINE_ENDS}]*[^{_SPACE}\-_.])?",
    ),
    csaf_version_=words("2.0"),
    distribution=record(1, text=TEXT, tlp=record(label_=words("AMBER GREEN RED WHITE"), url=URI)),
    lang=LANGUAGE,
    notes=NOTES,
    publisher_=record(
        category_=words("coordinator discoverer other translator user vendor"),
        contact_details=TEXT,
        issuing_authority=TEXT,
        name_=TEXT,
        namespace_=URI,
    ),
    references=REFERENCES,
    source_lang=LANGUAGE,
    title_=TEXT,
    tracking_=_TRACKING,
)
