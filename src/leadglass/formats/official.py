# SPDX-License-Identifier: Apache-2.0
"""Check bills of materials by the validators that their standards' own projects keep (CycloneDX, SPDX 2).

The validators are the optional extra `check`: without it nothing is judged, and that is said.
"""

import logging
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from leadglass.errors import StateError
from leadglass.formats import cyclonedx_graph, xml_text
from leadglass.formats.json_text import Buffer
from leadglass.formats.sheet import guess_encoding
from leadglass.values.sources import Remark
from leadglass.values.verdict import Complaint, Verdict

_MOST: Final = 1_000
_DECLARED: Final = re.compile(r"\A\s*<\?xml[^>]*\?>")  # what is given on is UTF-8, whatever it was
_ENDINGS: Final = {
    "SPDX JSON": ".spdx.json", "SPDX YAML": ".spdx.yaml", "SPDX tag-value": ".spdx", "SPDX RDF": ".spdx.rdf.xml",
}  # fmt: skip


def check(raw: Buffer, standard: str, version: str) -> Verdict:
    """Hold a document against the schema of its standard. StateError where the validators are not installed."""
    try:
        complaints = list(_complaints(raw, standard, version))
    except ImportError as error:
        raise StateError(
            f"The validators of {standard} are not installed. Install them: pip install 'leadglass[check]'"
        ) from error
    remarks: tuple[Remark, ...] = ()
    if len(complaints) > _MOST:
        remarks = (Remark(where="", why=f"{len(complaints) - _MOST:,} more complaints are not shown."),)
    return Verdict(
        standard=standard, version=version, complaints=tuple(complaints[:_MOST]), valid=not complaints, remarks=remarks
    )  # fmt: skip


def _complaints(raw: Buffer, standard: str, version: str) -> Iterator[Complaint]:
    encoding = guess_encoding(bytes(raw))
    try:
        text = bytes(raw).decode("utf-8" if encoding == "cp1252" else encoding)
    except UnicodeDecodeError as error:
        yield _complaint(
            f"byte {error.start}", f"This is no text in {error.encoding.upper()}: {error.reason}."
        )
        return
    if "\0" in text:
        yield _complaint(f"character {text.index(chr(0))}", "A NUL stands here, which no text has.")
    text = _DECLARED.sub("", text.lstrip("\ufeff"), count=1)
    try:
        if standard in {"CycloneDX", "CycloneDX XML"}:
            yield from _cyclonedx(text, version, xml=standard.endswith("XML"))
        else:
            yield from _spdx(text.encode(), _ENDINGS[standard])
    except ImportError:
        raise
    except Exception as error:  # noqa: BLE001 - a validator that fails on a document has not found it valid
        yield _complaint("", f"The validator could not judge it ({type(error).__name__}: {error}).")


def _cyclonedx(text: str, version: str, *, xml: bool) -> Iterator[Complaint]:
    from cyclonedx.schema import SchemaVersion  # noqa: PLC0415 - an optional extra, here and below
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415
    from cyclonedx.validation.xml import XmlValidator  # noqa: PLC0415

    schema = SchemaVersion.from_version(version)
    validator: Any = XmlValidator(schema) if xml else JsonStrictValidator(schema)
    for fault in validator.validate_str(text, all_errors=True) or ():
        data = fault.data
        place = f"line {data.line}" if xml else data.json_path.removeprefix("$").lstrip(".")
        yield Complaint(number="schema", level="schema", place=place, why=data.message[:500])
    if xml:
        yield from cyclonedx_graph.complaints(xml_text.root(text.encode(), "The bill of materials"))


def _spdx(raw: bytes, ending: str) -> Iterator[Complaint]:
    from spdx_tools.spdx.parser.error import SPDXParsingError  # noqa: PLC0415
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document  # noqa: PLC0415

    logging.getLogger("spdx_tools").setLevel(logging.ERROR)
    try:
        document = _parsed(raw, ending)
    except SPDXParsingError as error:
        yield from (_complaint("", text) for text in error.messages)
        return
    for told in validate_full_spdx_document(document):
        context = told.context
        yield _complaint(str(context.spdx_id or context.parent_id or ""), told.validation_message)


def _parsed(raw: bytes, ending: str) -> Any:
    """Parse SPDX 2 by the library: it reads files alone, told by their ending, and must not write into itself."""
    from ply.yacc import NullLogger  # noqa: PLC0415
    from spdx_tools.spdx.parser.parse_anything import parse_file  # noqa: PLC0415
    from spdx_tools.spdx.parser.tagvalue.parser import Parser  # noqa: PLC0415

    if ending == _ENDINGS["SPDX tag-value"]:
        parser: Any = Parser
        return parser(debug=False, write_tables=False, errorlog=NullLogger()).parse(raw.decode())
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, f"document{ending}")
        place.write_bytes(raw)
        return parse_file(str(place))


def _complaint(place: str, why: str) -> Complaint:
    return Complaint(number="schema", level="schema", place=place, why=" ".join(why.split())[:500])
