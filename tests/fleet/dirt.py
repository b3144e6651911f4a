"""A fleet as inventories write it, made from the products that CISA's medical advisories name, and how well it is found again.

Synthetic: the products are real, the devices are not. One device in five is written dirtily, by a seeded generator
that knows nothing of how names are compared.
"""

import json
import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadglass.fleet.identity import maker_key, model_key
from leadglass.fleet.makers import maker_of
from leadglass.fleet.naming import LINKED, Catalogue, Known, Named
from leadglass.values.ids import product_id

ADVISORIES = Path(os.environ.get("LEADGLASS_CORPUS", "../shared/data")) / "csaf/cisa-icsma"
DEVICES = 2_000
DIRTY = 0.2
SIBLINGS = 500
SEED = 20_260_901

# In these advisories the branch below the product's name holds a model, not a version
MODELS_BELOW = {"icsa-17-208-02", "icsma-18-310-01", "icsma-21-084-01"}

# Names that two advisories (or one, twice) give to one product, found by reading all 443 of them
ONE_PRODUCT = (
    {"Battery Pack SP with Wi-Fi", "Battery pack SP with WiFi", "Battery pack SP with WIFI"},
    {"Alaris 8015 PC unit", "Alaris PC Unit Model 8015"},
    {"BD Pyxis Anesthesia ES", "BD Pyxis Anesthesia Station ES", "BD Pyxis ES Anesthesia Station", "Pyxis Anesthesia (PAS) ES System"},
    {"BD Pyxis Anesthesia System 4000", "BD Pyxis Anesthesia Station 4000"},
    {"BD Pyxis MedStation ES", "Pyxis MedStation ES System"},
    {"BD Pyxis ParAssist", "BD Pyxis ParAssist System"},
    {"BD Pyxis StockStation", "BD Pyxis StockStation System"},
    {"BD Pyxis SupplyStation", "BD Pyxis SupplyStation (including RF, EC, CP)"},
    {"2090 CareLink Programmer", "CareLink 2090 Programmer"},
    {"Discovery NM750b", "Discovery NM 750b"},
    {"Discovery XR656 Plus", "Discovery XR656+"},
)  # fmt: skip

# How inventories write the makers that the advisories name; others are written as in the advisory
INVENTORY = {
    "Abbott Laboratories": ("Abbott", "Abbott Laboratories", "Abbott Medical"),
    "B. Braun": ("B. Braun", "B. Braun Melsungen AG", "B.Braun Medical Inc."),
    "B. Braun Medical": ("B. Braun", "B. Braun Melsungen AG", "B.Braun Medical Inc."),
    "B. Braun Melsungen AG": ("B. Braun", "B. Braun Melsungen AG", "B.Braun Medical Inc."),
    "Baxter": ("Baxter", "Baxter Healthcare"),
    "Becton, Dickinson and Company (BD)": ("BD", "Becton Dickinson", "Becton, Dickinson and Company"),
    "BMC Medical, 3B Medical": ("3B Medical", "BMC Medical"),
    "Change Healthcare": ("Change Healthcare", "McKesson"),
    "Contec Health": ("Contec", "Contec Medical Systems"),
    "Dräger": ("Dräger", "Draeger", "Drägerwerk AG & Co. KGaA", "Draeger Medical"),
    "ENEA, Green Hills Software, ITRON, IP Infusion, and Wind River": ("Wind River", "ENEA", "Green Hills Software"),
    "Fresenius Kabi": ("Fresenius Kabi", "Fresenius Kabi AG"),
    "GE Healthcare": ("GE Healthcare", "GE", "GE Medical Systems", "GE HealthCare"),
    "General Electric (GE)": ("GE Healthcare", "GE", "GE Medical Systems", "GE HealthCare"),
    "Hamilton Medical AG": ("Hamilton Medical",),
    "Hillrom": ("Hillrom", "Hill-Rom", "Welch Allyn"),
    "Hillrom and ELI, Baxter International Inc.": ("Hillrom", "Baxter", "Welch Allyn"),
    "Innokas YhtymÃ¤ Oy": ("Innokas Yhtymä Oy", "Innokas Medical"),
    "Johnson & Johnson": ("Johnson & Johnson", "Ethicon"),
    "Medtronic": ("Medtronic", "Medtronic plc"),
    "Philips": ("Philips", "Philips Healthcare", "Philips Medical Systems"),
    "Phillips": ("Philips", "Philips Healthcare", "Philips Medical Systems"),
    "Roche Diagnostics": ("Roche", "Roche Diagnostics"),
    "Siemens": ("Siemens", "Siemens Healthineers", "Siemens Healthcare GmbH"),
    "Siemens Healthineers, Siemens": ("Siemens", "Siemens Healthineers", "Siemens Healthcare GmbH"),
    "Smiths Medical": ("Smiths Medical", "Smiths Medical ASD, Inc."),
    "SOOIL Developments Co, Ltd.": ("SOOIL", "SOOIL Developments"),
    "Spacelabs": ("Spacelabs", "Spacelabs Healthcare"),
    "Stryker": ("Stryker", "Stryker Medical"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product as an advisory names it; `truth` is the same for the names of one product."""

    maker: str
    family: str
    name: str
    truth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A device as an inventory writes it, and the truth of the product that it was made from ("" for a sibling)."""

    maker: str
    model: str
    truth: str
    dirt: tuple[str, ...] = ()


def branches(node: dict, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Walk a product tree plainly: the names from the vendor down to each product."""
    names = (*above, node["name"])
    if "product" in node:
        yield names
    for child in node.get("branches", []):
        yield from branches(child, names)


def named_products(folder: Path) -> list[Product]:
    """Every product of the advisories once per spelling of maker and name."""
    same = {name.casefold(): f"group {number}" for number, names in enumerate(ONE_PRODUCT) for name in names}
    found: dict[tuple[str, str], Product] = {}
    for path in sorted(folder.glob("*.json")):
        tree = json.loads(path.read_bytes())["product_tree"]
        for vendor, product, version in (names for root in tree["branches"] for names in branches(root)):
            below = path.stem in MODELS_BELOW
            name, family = (version, product) if below else (product, "")
            folded = " ".join(name.casefold().split())
            truth = same.get(folded) or f"{INVENTORY.get(vendor, (vendor,))[0]}: {folded}"
            found.setdefault((vendor, name), Product(maker=vendor, family=family, name=name, truth=truth))
    return list(found.values())


# Dirt: (random, maker, model) -> (maker, model)

Dirt = Callable[[random.Random, str, str], tuple[str, str]]


def case(rng: random.Random, maker: str, model: str) -> tuple[str, str]:
    way = rng.choice([str.upper, str.lower, str.title])
    return rng.choice([(way(maker), way(model)), (maker, way(model)), (way(maker), model)])


def legal_form(rng: random.Random, maker: str, model: str) -> tuple[str, str]:
    return maker + rng.choice(
        [" Inc.", ", Inc", " GmbH", " Ltd.", " Co., Ltd.", " Corporation", " S.A.", " AG", " B.V."]
    ), model


def swapped_words(rng: random.Random, maker: str, model: str) -> tuple[str, str]:
    words = model.split()
    if len(words) > 1:
        at = rng.randrange(len(words) - 1)
        words[at], words[at + 1] = words[at + 1], words[at]
    return maker, " ".join(words)


def missing_word(rng: random.Random, maker: str, model: str) -> tuple[str, str]:
    words = model.split()
    if len(words) > 1:
        del words[rng.randrange(len(words))]
    return maker, " ".join(words)


def extra_word(rng: random.Random, maker: str, model: str) -> tuple[str, str]:
    word = rng.choice(
        ["System", "Unit", "Device", "Software", "Scanner", "Room 3", "(spare)", "loaner", "2nd floor", "OLD"]
    )
    return maker, rng.choice([f"{model} {word}", f"{word} {model}"])


def abbreviation(rng: random.Random, maker: str, model: str) -> tuple[str, str]:
    words = model.split()
    long = [at for at, word in enumerate(words) if word.isalpha() and len(word) > 5]
    if long:
        at = rng.choice(long)
        words[at] = words[at][: rng.randint(3, 5)] + rng.choice([".", ""])
    return maker, " ".join(words)


def typo(rng: random.Random, maker: str, model: str) -> tuple[str, str]:
    in_maker = rng.random() < 0.5
    text = maker if in_maker else model
    letters = [at for at, sign in enumerate(text[:-1]) if sign.isalpha() and text[at + 1].isalpha()]
    if letters:
        at = rng.choice(letters)
        slips = [text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:], text[:at] + text[at + 1] + text[at] + text[at + 2 :],
                 text[:at] + rng.choice("aeionrst") + text[at + 1 :]]  # fmt: skip
        text = rng.choice(slips)
    return (text, model) if in_maker else (maker, text)


def mojibake(rng: random.Random, maker: str, model: str) -> tuple[str, str]:
    first, _, rest = model.partition(" ")
    if maker.isascii():
        model = f"{first}{rng.choice('®™')} {rest}".strip()
    codec = rng.choice(["cp1252", "latin-1"])
    return maker.encode().decode(codec), model.encode().decode(codec)


def maker_in_front(rng: random.Random, maker: str, model: str) -> tuple[str, str]:
    return maker, f"{rng.choice([maker, maker.split(maxsplit=1)[0]])} {model}"


def doubled_blanks(rng: random.Random, maker: str, model: str) -> tuple[str, str]:
    return f" {maker} ", model.replace(" ", rng.choice(["  ", "\t", " \u00a0"]), rng.randint(1, 2)) + " "


def punctuation(rng: random.Random, maker: str, model: str) -> tuple[str, str]:
    ways = [model.replace(" ", "-", 1), model.replace(" ", "_"), model.replace("-", " "), model.replace(" ", "/", 1),
            f"{model}.", f'"{model}"', model.replace(" ", ", ", 1)]  # fmt: skip
    return maker, rng.choice(ways)


KINDS: tuple[Dirt, ...] = (case, legal_form, swapped_words, missing_word, extra_word, abbreviation, typo, mojibake, maker_in_front,
                           doubled_blanks, punctuation)  # fmt: skip


def fleet(products: Sequence[Product], seed: int, size: int = DEVICES) -> list[Written]:
    """Make `size` devices: each product in turn, then by chance; one in five with one or two kinds of dirt."""
    rng = random.Random(seed)
    made = []
    for number in range(size):
        product = products[number] if number < len(products) else rng.choice(products)
        maker = rng.choice(INVENTORY.get(product.maker, (product.maker,)))
        model, dirt = product.name, []
        if rng.random() < DIRTY:
            for kind in rng.sample(KINDS, rng.choice([1, 1, 2])):
                maker, model = kind(rng, maker, model)
                dirt.append(kind.__name__)
        made.append(Written(maker=maker, model=model, truth=product.truth, dirt=tuple(dirt)))
    return made


def siblings(products: Sequence[Product], seed: int, size: int = SIBLINGS) -> list[Written]:
    """Make devices of models that no advisory names: another number, or a word of an edition behind."""
    rng = random.Random(seed)
    taken = {product.name.casefold() for product in products}
    made: list[Written] = []
    while len(made) < size:
        product = rng.choice(products)
        digits = [at for at, sign in enumerate(product.name) if sign.isdigit()]
        if digits and rng.random() < 0.7:
            at = rng.choice(digits)
            name = product.name[:at] + rng.choice("0123456789") + product.name[at + 1 :]
        else:
            name = f"{product.name} {rng.choice(['Plus', 'II', 'Pro', 'XT', 'Elite', 'Mini', '2'])}"
        if name.casefold() not in taken:
            made.append(
                Written(
                    maker=rng.choice(INVENTORY.get(product.maker, (product.maker,))), model=name, truth=""
                )
            )
    return made


# Measured


def group(devices: Sequence[Written]) -> tuple[list[Known], dict[str, list[int]]]:
    """Group devices under the keys of maker and model, as recognising does; gives also who stands behind each id."""
    behind: dict[str, list[int]] = defaultdict(list)
    for number, device in enumerate(devices):
        behind[
            product_id(maker_key(device.maker), model_key(device.model.replace("+", " plus "), device.maker))
        ].append(number)
    known = [
        Known(product_id=key, maker=devices[numbers[0]].maker, model=devices[numbers[0]].model)
        for key, numbers in behind.items()
    ]
    return known, behind


def answers(products: Sequence[Product], devices: Sequence[Written]) -> dict[str, str]:
    """What a person answers who is asked, once per spelling, whether a maker's name is a slip: yes where it is true."""
    makers: dict[str, set[str]] = defaultdict(set)
    for product in products:
        makers[product.truth].update(name.key for name in maker_of(product.maker) if name.basis != "key")
    said: dict[str, str] = {}
    for text, truth in [(one.maker, one.truth) for one in (*products, *devices)]:
        slips = {name.key for name in maker_of(text) if name.basis == "slip of the pen"} & makers[truth]
        own = [name.key for name in maker_of(text) if name.basis == "key"]
        if slips and own:
            said[own[0]] = min(slips)
    return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """What became of the pairs of a device and a name of its product, and which links were made besides."""

    count: Counter[str]
    by_dirt: dict[str, Counter[str]]
    wrong: list[tuple[str, ...]]
    missed: list[tuple[object, ...]]

    def note(self, product: Product, device: Written, confidence: float) -> None:
        true = device.truth == product.truth
        fate = "linked" if confidence >= LINKED else "question" if confidence else "lost"
        self.count["asked"] += fate == "question"
        if true:
            self.count[fate] += 1
            for kind in device.dirt or ("clean",):
                self.by_dirt[kind][fate] += 1
        if true and fate != "linked":
            self.missed.append((fate, product.maker, product.name, device.maker, device.model, device.dirt))
        if not true and fate == "linked":
            self.count["wrong" if device.truth else "sibling"] += 1
            self.wrong.append((product.maker, product.name, device.maker, device.model))

    def share(self, one: str, *others: str) -> float:
        return self.count[one] / max(1, sum(self.count[fate] for fate in (one, *others)))


def follow(products: Sequence[Product], devices: Sequence[Written], same: dict[str, str]) -> Fates:
    """Find every named product among the devices; a pair is right where the truth of both is one."""
    known, behind = group(devices)
    parts = Catalogue(known, same, [_named(product) for product in products])
    fates = Fates(count=Counter(), by_dirt=defaultdict(Counter), wrong=[], missed=[])
    for product in products:
        best: dict[int, float] = {}
        for found in parts.find(_named(product)):
            for number in behind[found.product_id]:
                best[number] = max(best.get(number, 0.0), found.confidence)
        for number, device in enumerate(devices):
            fates.note(product, device, best.get(number, 0.0))
    return fates


def _named(product: Product) -> Named:
    return Named(maker=product.maker, family=product.family, product=product.name)


def accuracy(folder: Path = ADVISORIES, seed: int = SEED) -> dict[str, object]:
    """The figures of one seeded fleet: links from 0.8 on, before and after the questions on makers' slips are answered."""
    products = named_products(folder)
    devices = [*fleet(products, seed), *siblings(products, seed)]
    said = answers(products, devices)
    fates, after = follow(products, devices, {}), follow(products, devices, said)
    return {
        "named products": len(products),
        "devices": DEVICES,
        "dirty devices": sum(1 for device in devices if device.dirt),
        "siblings": SIBLINGS,
        "pairs": fates.count["linked"] + fates.count["question"] + fates.count["lost"],
        "linked": fates.count["linked"],
        "in questions": fates.count["question"],
        "lost": fates.count["lost"],
        "wrong": fates.count["wrong"],
        "siblings linked": fates.count["sibling"],
        "questions": fates.count["asked"],
        "precision": fates.share("linked", "wrong"),
        "precision with siblings": fates.share("linked", "wrong", "sibling"),
        "recall": fates.share("linked", "question", "lost"),
        "linked or in questions": 1 - fates.share("lost", "linked", "question"),
        "recall of clean names": fates.by_dirt["clean"]["linked"] / sum(fates.by_dirt["clean"].values()),
        "answers on makers": len(said),
        "precision after answers": after.share("linked", "wrong"),
        "recall after answers": after.share("linked", "question", "lost"),
        "by dirt": {kind: dict(fates.by_dirt[kind]) for kind in ("clean", *(k.__name__ for k in KINDS))},
        "wrong links": fates.wrong,
        "missed": fates.missed,
    }


def table(figures: dict[str, object]) -> str:
    """The figures as Markdown."""
    rows = [(name, f"{value:.4f}" if isinstance(value, float) else f"{value}")
            for name, value in figures.items() if isinstance(value, int | float)]  # fmt: skip
    by_dirt = figures["by dirt"]
    assert isinstance(by_dirt, dict)
    kinds = [f"| {kind.replace('_', ' ')} | {fates.get('linked', 0)} | {fates.get('question', 0)} | {fates.get('lost', 0)} |"
             for kind, fates in by_dirt.items()]  # fmt: skip
    lines = ["| figure | value |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows), "",
             "| how it is written | linked | asked | lost |", "|---|---|---|---|", *kinds]  # fmt: skip
    return "\n".join(lines)
