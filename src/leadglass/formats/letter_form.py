# SPDX-License-Identifier: Apache-2.0
"""Read the form that a person fills in for a maker's letter (Leadglass letter form 1, TOML or JSON).

A letter is a PDF that people read; beside it stands this form, which names the PDF by its hash. In TOML:

    form = "leadglass-letter/1"
    maker = "Quillon Medical"
    letter = "FSN-2031-07"              # how the maker names it
    change = "CN-2031-118"              # its change number, if there is one: maker_change_id of an inventory
    date = 2031-11-20
    subject = "Commands without a password"
    status = "affected"                 # affected, not_affected, fixed, under_investigation, unknown
    what_to_do = "Close port 4100 at the firewall until the update is installed."
    deadline = 2031-12-24
    supersedes = ["FSN-2031-02"]

    [attachment]
    file = "fsn-2031-07.pdf"
    sha256 = "..."                      # 64 hexadecimal digits

    [[products]]
    model = "Tomara 64"
    versions = "1.0 to 1.5"             # as the letter writes them; left out: all
    order_numbers = ["QM-6400"]         # also serials, udis
    status = "fixed"                    # where it differs from that of the letter

    [[vulnerabilities]]                 # left out: the letter speaks under its own name
    id = "CVE-2031-41001"
    description = "Anyone on the network can give commands."

    [remedy]
    kind = "vendor_fix"                 # vendor_fix, mitigation, workaround, none_available, no_fix_planned
    text = "Software 2.0, installed by service"
    url = "https://quillon.example/2.0"
    from = 2031-12-01

maker, letter, date, subject, status, attachment and one product at least are asked for; a word that is not of the
form is refused, so that no slip of the pen is lost. JSON has the same names, its dates as texts.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

import msgspec

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.json_text import FAULTS, Buffer, unreadable, utf8
from leadglass.formats.tree_fields import Fields
from leadglass.values.advisories import Advisory, Described, NamedProduct, Remedy, Statement, Status

FORM: Final = "leadglass-letter/1"
CATEGORY: Final = "maker_letter"
MOST_BYTES: Final = 256 << 10
KINDS: Final = ("vendor_fix", "mitigation", "workaround", "none_available", "no_fix_planned")

_WHAT: Final = "The form of the letter"
_NEXT: Final = "Correct the form and receive it again; nothing of it was taken."
_HEAD: Final = frozenset({
    "form", "maker", "letter", "change", "date", "subject", "status", "what_to_do", "deadline", "supersedes",
    "attachment", "products", "vulnerabilities", "remedy",
})  # fmt: skip
_PRODUCT: Final = frozenset({"model", "versions", "status", "order_numbers", "serials", "udis"})
_VULNERABILITY: Final = frozenset({"id", "description", "status"})
_REMEDY: Final = frozenset({"kind", "text", "url", "from"})
_ATTACHMENT: Final = frozenset({"file", "sha256"})
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_MOST_POINTS: Final = 200
_JSON: Final = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as its form tells it. `change` is the maker's change number, `sha256` names the letter itself."""

    advisory: Advisory
    change: str
    deadline: date | None
    attachment: str
    sha256: str


def read(raw: Buffer) -> Advisory:
    """Read what a form says of products and vulnerabilities."""
    return letter(raw).advisory


def letter(raw: Buffer) -> Letter:
    """Read a form with all that it says. A form that is not filled in rightly is an `UnreadableError`."""
    return _Form(_tree(raw)).letter()


def _tree(raw: Buffer) -> dict[str, Any]:
    if len(raw) > MOST_BYTES:
        raise BoundError(
            f"{_WHAT} is larger than {MOST_BYTES >> 10} KiB. Is it the letter itself? Attach that by its hash."
        )
    text = bytes(utf8(raw))
    if text.lstrip()[:1] == b"{":
        try:
            return _JSON.decode(text)
        except FAULTS as error:
            raise unreadable(_WHAT, error) from error
    # Keys of many points cost the TOML parser the square of their length.
    if any(line.count(b".") > _MOST_POINTS for line in text.splitlines()):
        raise BoundError(f"{_WHAT} has a line with more than {_MOST_POINTS} points. {_NEXT}")
    try:
        return tomllib.loads(text.decode())
    except RecursionError as error:
        raise BoundError(f"{_WHAT} is nested deeper than any form. {_NEXT}") from error
    except (tomllib.TOMLDecodeError, UnicodeError, ValueError) as error:
        raise UnreadableError(f"{_WHAT} is not valid TOML: {str(error)[:200]}. {_NEXT}") from error


class _Form:
    """One form while it is read. A slip is collected, so that a person sees all of them at once."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self._fields = Fields(_WHAT)
        self._slips: list[str] = []
        self._tree = tree

    def letter(self) -> Letter:
        """Read the form, or say all that is wrong with it."""
        tree = self._tree
        if tree.get("form") != FORM:
            raise UnreadableError(f'{_WHAT} does not begin with form = "{FORM}". {_NEXT}')
        self._known(tree, _HEAD, "")
        attachment = self._object("attachment", _ATTACHMENT)
        sha256 = self._need(attachment, "sha256", "attachment.").lower()
        if sha256 and not _SHA256.fullmatch(sha256):
            self._slips.append("attachment.sha256 is not 64 hexadecimal digits")
        letter = Letter(
            advisory=self._advisory(),
            change=self._text(tree, "change"),
            deadline=self._day(tree, "deadline"),
            attachment=self._need(attachment, "file", "attachment."),
            sha256=sha256,
        )
        slips = [
            *self._slips,
            *(f"{one.where}: {one.why.rstrip('.')}" for one in self._fields.remarks.finish()),
        ]
        if slips:
            raise UnreadableError(f"{_WHAT} was not read: {'; '.join(slips[:10])}. {_NEXT}")
        return letter

    def _advisory(self) -> Advisory:
        tree = self._tree
        maker, name, subject = (self._need(tree, key) for key in ("maker", "letter", "subject"))
        day = self._day(tree, "date")
        if "date" not in tree:
            self._slips.append("date is missing")
        status = self._status(tree, "", needed=True) or Status.UNKNOWN
        stated = datetime.combine(day, time(), tzinfo=UTC) if day else None
        products = [self._product(one, here, maker) for here, one in self._list("products", _PRODUCT)]
        described = [
            self._described(one, here, stated) for here, one in self._list("vulnerabilities", _VULNERABILITY)
        ]
        if not products:
            self._slips.append("it names no product ([[products]])")
        if not described:
            described = [
                (Described(place="document", vulnerability=name, title=subject, published=stated), None)
            ]
        todo = self._todo()
        statements = tuple(
            Statement(
                place=product.place, vulnerability=one.vulnerability, product=product.ref,
                status=own or other or status, group=CATEGORY, action=todo, stated=stated,
            )
            for one, other in described for product, own in products
        )  # fmt: skip
        refs = tuple(product.ref for product, _ in products)
        return Advisory(
            id=name, category=CATEGORY, title=subject, publisher=maker, role="vendor", created=stated, updated=stated,
            supersedes=self._fields.texts(tree.get("supersedes"), "supersedes"),
            products=tuple(product for product, _ in products),
            described=tuple(one for one, _ in described),
            statements=statements,
            remedies=tuple(self._remedies([one.vulnerability for one, _ in described], refs)),
        )  # fmt: skip

    def _todo(self) -> str:
        """Say what to do, and by when; under which change number, as inventories note it."""
        todo = self._fields.prose(self._tree.get("what_to_do"), "what_to_do")
        deadline, change = self._day(self._tree, "deadline"), self._text(self._tree, "change")
        until = f"By {deadline.isoformat()}." if deadline else ""
        return " ".join(filter(None, (todo, until, f"Change number {change}." if change else "")))

    def _product(self, one: dict[str, Any], place: str, maker: str) -> tuple[NamedProduct, Status | None]:
        model = self._need(one, "model", f"{place}.")
        named = NamedProduct(
            place=place, ref=place, name=f"{maker} {model}", maker=maker, product=model,
            version=self._fields.take(one.get("versions"), f"{place}.versions"),
            skus=self._fields.texts(one.get("order_numbers"), f"{place}.order_numbers"),
            serials=self._fields.texts(one.get("serials"), f"{place}.serials"),
            udis=self._fields.texts(one.get("udis"), f"{place}.udis"),
        )  # fmt: skip
        return named, self._status(one, f"{place}.")

    def _described(
        self, one: dict[str, Any], place: str, stated: datetime | None
    ) -> tuple[Described, Status | None]:
        described = Described(
            place=place, vulnerability=self._need(one, "id", f"{place}."), published=stated,
            description=self._fields.prose(one.get("description"), f"{place}.description"),
        )  # fmt: skip
        return described, self._status(one, f"{place}.")

    def _remedies(self, vulnerabilities: list[str], refs: tuple[str, ...]) -> Iterator[Remedy]:
        remedy = self._object("remedy", _REMEDY)
        if not remedy:
            return
        kind = self._need(remedy, "kind", "remedy.")
        if kind and kind not in KINDS:
            self._slips.append(f"remedy.kind is '{kind[:40]}', not one of {', '.join(KINDS)}")
        for vulnerability in vulnerabilities:
            yield Remedy(
                place="remedy", vulnerability=vulnerability, category=kind, products=refs,
                text=self._fields.prose(remedy.get("text"), "remedy.text"),
                url=self._fields.take(remedy.get("url"), "remedy.url"), since=self._day(remedy, "from", "remedy."),
            )  # fmt: skip

    def _status(self, one: dict[str, Any], place: str, *, needed: bool = False) -> Status | None:
        word = self._fields.take(one.get("status"), f"{place}status")
        if word in set(Status):
            return Status(word)
        if word or needed:
            self._slips.append(f"{place}status is '{word[:40]}', not one of {', '.join(Status)}")
        return None

    def _day(self, one: dict[str, Any], key: str, place: str = "") -> date | None:
        value = one.get(key)
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else self._fields.day(value, f"{place}{key}")

    def _text(self, one: dict[str, Any], key: str, place: str = "") -> str:
        return self._fields.take(one.get(key), f"{place}{key}")

    def _need(self, one: dict[str, Any], key: str, place: str = "") -> str:
        text = self._text(one, key, place)
        if not text:
            self._slips.append(f"{place}{key} is missing")
        return text

    def _object(self, key: str, known: frozenset[str]) -> dict[str, Any]:
        found = self._fields.object(self._tree.get(key), key)
        self._known(found, known, f"{key}.")
        return found

    def _list(self, key: str, known: frozenset[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        for here, one in self._fields.objects(self._tree.get(key), key):
            self._known(one, known, f"{here}.")
            yield here, one

    def _known(self, one: dict[str, Any], known: frozenset[str], place: str) -> None:
        for key in sorted(one.keys() - known):
            self._slips.append(f"{place}{key[:40]} is no field of this form")
