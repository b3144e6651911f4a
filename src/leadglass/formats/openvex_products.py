# SPDX-License-Identifier: Apache-2.0
"""The products of an OpenVEX document: identifiers, hashes, subcomponents (0.2.0), or texts (0.0.1)."""

from collections import Counter
from dataclasses import replace
from typing import Any, Final

from leadglass.errors import BoundError, UnreadableError
from leadglass.formats.parts import JsonPart, clean
from leadglass.formats.remarks import Remarks
from leadglass.values.advisories import NamedProduct
from leadglass.values.purl import Purl

MOST_PRODUCTS: Final = 250_000
PART: Final = "subcomponent_of"
"""The relation of a subcomponent and the product that holds it."""


class Products:
    """The products that one document names, each once."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks
        self._named: dict[str, NamedProduct] = {}
        self._refs: dict[NamedProduct, str] = {}
        self._numbers: Counter[str] = Counter()

    def all(self) -> tuple[NamedProduct, ...]:
        """Give all products that were named."""
        return tuple(self._named.values())

    def of_statement(self, statement: JsonPart) -> tuple[str, ...]:
        """Name the products of a statement; with subcomponents, each of them on its product."""
        maker = statement.text("supplier")
        shared = [self._name(place, value, "") for place, value in statement.values("subcomponents")]  # 0.0.1
        refs: list[str] = []
        for place, value in statement.values("products"):
            ref = self._name(place, value, maker)
            if not ref:
                continue
            held = JsonPart(value, place, self._remarks) if isinstance(value, dict) else None
            within = [self._name(*listed, "") for listed in held.values("subcomponents")] if held else []
            parts = [part for part in within + shared if part]
            refs += [self._join(place, ref, part) for part in parts] or [ref]
        return tuple(dict.fromkeys(refs))

    def subjects(self, attestation: JsonPart) -> tuple[str, ...]:
        """Name the subjects of an in-toto statement: they are the products of statements without any."""
        refs = []
        for subject in attestation.parts("subject"):
            ref, hashes = subject.text("name"), subject.mapped("digest")
            if ref or hashes:
                ref = ref or "{}:{}".format(*hashes[0])
                refs.append(self._keep(_named(ref, subject.place, "", ref, "", hashes)))
        return tuple(dict.fromkeys(refs))

    def _name(self, place: str, value: Any, maker: str) -> str:
        if isinstance(value, str):
            text = clean(value, place, self._remarks)
            product = _named(text, place, maker, "", "", ()) if text else None
        elif isinstance(value, dict):
            product = self._of_object(JsonPart(value, place, self._remarks), maker)
        else:
            product = None
        if product is None:
            why = "A product without id, identifier or hash: nothing can be matched by it."
            self._remarks.add(place, why, sort="products without a name")
            return ""
        if not product.purl and not product.cpe and not product.hashes:
            why = f"'{product.ref[:60]}' is no package URL and no CPE: it can be recognised by its id alone."
            self._remarks.add(place, why, sort="products without an identifier")
        return self._keep(product)

    def _of_object(self, part: JsonPart, maker: str) -> NamedProduct | None:
        identifiers = part.part("identifiers")
        purl = identifiers.text("purl") if identifiers else ""
        cpe = (identifiers.text("cpe23") or identifiers.text("cpe22")) if identifiers else ""
        hashes = part.mapped("hashes")
        ref = part.text("@id") or purl or cpe or ("{}:{}".format(*hashes[0]) if hashes else "")
        return _named(ref, part.place, maker, purl, cpe, hashes) if ref else None

    def _join(self, place: str, product: str, part: str) -> str:
        whole = self._named[product]
        return self._keep(
            replace(
                self._named[part],
                place=place,
                ref=f"{product} > {part}",
                maker=whole.maker,
                component=part,
                on=product,
                relation=PART,
            )
        )

    def _keep(self, product: NamedProduct) -> str:
        """Keep a product under its ref; another one of the same ref gets a number."""
        alike = replace(product, place="")
        if alike not in self._refs:
            if len(self._named) >= MOST_PRODUCTS:
                raise BoundError(
                    f"The OpenVEX document names more than {MOST_PRODUCTS:,} products. It was not read; ask "
                    "for smaller ones."
                )
            self._numbers[product.ref] += 1
            number = self._numbers[product.ref]
            ref = product.ref if number == 1 else f"{product.ref} ({number})"
            self._refs[alike] = ref
            self._named[ref] = replace(product, ref=ref)
        return self._refs[alike]


def _named(
    ref: str, place: str, maker: str, purl: str, cpe: str, hashes: tuple[tuple[str, str], ...]
) -> NamedProduct:
    """Name a product by its id and identifiers; an id that is a package URL or a CPE is one."""
    if not purl and ref[:4].lower() == "pkg:":
        purl = ref
    if not cpe and (ref[:8].lower() == "cpe:2.3:" or ref[:5].lower() == "cpe:/"):
        cpe = ref
    try:
        read = Purl.parse(purl)
    except UnreadableError:
        named = NamedProduct(place=place, ref=ref, name="", maker=maker, cpe=cpe, purl="", hashes=hashes)
        return replace(named, purl=purl if purl[:4].lower() == "pkg:" else "")
    return NamedProduct(
        place=place,
        ref=ref,
        name=read.name,
        maker=maker,
        family=read.namespace,
        product=read.name,
        version=read.version,
        versioned="version" if read.version else "",
        cpe=cpe,
        purl=purl,
        hashes=hashes,
    )
