# SPDX-License-Identifier: Apache-2.0
"""The docs say what the code does: verbs, options, errors, variables, tables, fields, links."""

import csv
import importlib.util
import inspect
import re
import tomllib
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from leadglass import errors
from leadglass.cli.main import app
from leadglass.formats import bundle, cyclonedx, epss, kev, nvd, sheet
from leadglass.planning.feeds import synced
from leadglass.planning.vulnerabilities import VULNERABILITIES
from leadglass.risk import load
from leadglass.services.feeds.sync import FEEDS, Outcome
from leadglass.services.ledger.listings import LISTINGS
from leadglass.services.ledger.opinions import completed
from leadglass.services.ledger.receive import MOST_BYTES, Received
from leadglass.values.bundles import FORMAT, MANIFEST, PAYLOAD_TYPE, Base, Contents, Listed, ProgramFile
from leadglass.values.news import News, NewsItem, Turn
from leadglass.values.papers import FLEET_FIELDS
from leadglass.values.people import DecisionKind
from leadglass.values.snapshot import Manifest
from leadglass.values.sources import Kind, Voice
from leadglass.values.tables import TABLES
from leadglass.vulnerabilities.hits import CLASSES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SOURCE = ROOT / "src" / "leadglass"
PAGES = sorted(DOCS.rglob("*.md"))
PAPERS = [*PAGES, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"))]
CHOICES = sorted((DOCS / "adr").glob("[0-9]*.md"))
WORDS = {
    "accountable",
    "action",
    "answer",
    "blind",
    "component",
    "decision",
    "device",
    "document",
    "finding",
    "outcome",
    "product",
    "question",
    "reading",
    "receipt",
    "remark",
    "risk",
    "setting",
    "site",
    "snapshot",
    "source",
    "threat",
    "unknown",
    "vulnerability",
    "word",
}


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


def section(text, heading):
    """What stands under a heading, up to the next one of its level or above."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n", text, re.MULTILINE)
    assert found, f"no heading {heading}"
    rest = text[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def cells(text):
    """The first cells of the rows of all tables, without their quotes: what `code` says in them."""
    firsts = (line.split("|")[1] for line in text.splitlines() if line.startswith("|"))
    return {word for first in firsts for word in re.findall(r"`([^`]+)`", first)}


def made():
    spec = importlib.util.spec_from_file_location("docs_make", DOCS / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.made()


def verbs(command, before=""):
    """Every verb by its words, those of groups too: "receive", "feeds bundle"."""
    found = {}
    for name, inner in command.commands.items():
        found |= verbs(inner, f"{before}{name} ") if hasattr(inner, "commands") else {before + name: inner}
    return found


VERBS = verbs(typer.main.get_command(app))
GROUPS = {name.split()[0] for name in VERBS if " " in name}


def test_there_are_verbs_to_hold_the_docs_to():
    assert {"receive", "assess", "explain", "findings", "decide", "backup"} <= set(VERBS)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_verb_has_a_heading_with_an_example_and_every_option(verb):
    said = section(page("cli.md"), verb)
    assert re.search(rf"^(.*\| )?leadglass (--home \S+ )?{verb}\b", said, re.MULTILINE)
    for option in VERBS[verb].params:
        if option.param_type_name == "option":
            for name in (*option.opts, *option.secondary_opts):
                assert f"`{name}" in said, f"{verb} {name}"


def test_no_heading_speaks_of_a_verb_that_is_none():
    assert set(re.findall(r"^### (.+)$", page("cli.md"), re.MULTILINE)) == set(VERBS)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_call_that_a_page_shows_is_one(paper):
    calls = re.findall(
        r"(?m)(?:^|`|[|&] )leadglass (?:--home \S+ )?([a-z]+)\b([^`\n|&]*)", paper.read_text(encoding="utf-8")
    )
    for verb, rest in calls:
        if verb in GROUPS:
            verb = f"{verb} {rest.split()[0]}" if rest.split() else verb  # noqa: PLW2901 - the whole of it
        known = {name for option in VERBS[verb].params for name in (*option.opts, *option.secondary_opts)}
        assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= known, (verb, rest)


ERRORS = [
    kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__
]


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_has_a_heading_and_its_code(kind):
    assert section(page("errors.md"), kind.__name__).strip().startswith(f"Code {kind.code}.")


def test_every_environment_variable_is_documented():
    named = {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(r"LEADGLASS_[A-Z_]+", path.read_text(encoding="utf-8"))
    }
    assert "LEADGLASS_HOME" in named
    assert named <= cells(section(page("contracts.md"), "Home and environment"))


def test_every_address_of_a_feed_is_documented():
    named = {str(row["variable"]) for row in synced({}).values()}
    assert len(named) == len(FEEDS)
    assert named <= cells(section(page("contracts.md"), "Home and environment"))
    assert named <= cells(section(page("operating.md"), "Settings"))
    assert all(f"`{name}`" in section(page("cli.md"), "feeds sync") for name in FEEDS)


def test_every_field_of_a_sync_is_explained():
    assert {field.name for field in fields(Outcome)} == cells(
        section(page("contracts.md"), "feeds sync")
    ) - FEEDS.keys() | {"gaps"}


def test_what_is_made_from_code_is_as_made_now():
    for name, text in made().items():
        assert page(name) == text, f"docs/{name} is old: make docs"


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_is_described_with_every_column(name):
    assert cells(section(page("tables.md"), name)) == {column.name for column in TABLES[name].columns}


def test_every_field_of_receive_is_explained():
    assert {field.name for field in fields(Received)} | {"changes"} == cells(
        section(page("contracts.md"), "receive")
    )


class Empty:
    """A view of nothing, on which listings complete a row."""

    today = None

    def ask(self, _query, **_params):
        return []

    def decisions(self):
        return []

    followed = decisions


@pytest.mark.parametrize(("listing", "heading"), [("findings", "findings"), ("actions", "actions, assess")])
def test_every_field_of_a_listing_is_explained(listing, heading):
    shown = LISTINGS[listing]
    day = datetime(2026, 11, 2, tzinfo=UTC)
    blank = dict.fromkeys(shown.query.columns, "") | {
        "deed": "ask", "decided": 0, "findings": 1, "updates": 0, "vulnerabilities": 0, "since": day, "triage_days": 1,
        "contain_days": None, "remedy_days": None,
    }  # fmt: skip
    blank.pop("total")
    (row,) = shown.finish(Empty(), [blank])
    assert set(row) == cells(section(page("contracts.md"), heading))


def test_every_field_of_a_vulnerability_is_explained():
    blank = dict.fromkeys(VULNERABILITIES.columns, "") | {"urgency": None}
    row = completed(blank, [], load({}).trust)
    assert set(row) == cells(section(page("contracts.md"), "vulnerabilities"))


def test_the_orders_of_trust_are_those_of_the_table():
    trust = load({}).trust
    said = section(page("weighing.md"), "Whose word counts")
    assert {*map(str, Voice), *trust.orders} == cells(said)
    for statement, order in trust.orders.items():
        assert f"| `{statement}` | {', '.join(order)} |" in said


def test_every_field_of_the_manifest_is_explained():
    assert {field.name for field in fields(Manifest)} == cells(
        section(page("contracts.md"), "Snapshot manifest")
    )


def test_every_field_of_news_is_explained():
    said = section(page("contracts.md"), "news")
    named = set(re.findall(r"`(\w+)`", said))
    assert {field.name for kind in (News, NewsItem) for field in fields(kind)} <= named
    assert set(map(str, Turn)) == cells(section(page("cli.md"), "news").partition("| turn |")[2])


def test_every_field_of_a_bundle_is_explained():
    said = section(page("formats.md"), "Bundle")
    assert {field.name for field in fields(Contents)} == cells(said)
    inner = {field.name for kind in (Listed, ProgramFile, Base) for field in fields(kind)}
    assert inner <= set(re.findall(r"`(\w+)`", said))
    assert f"`{FORMAT}`" in said
    assert f"`{PAYLOAD_TYPE}`" in said
    assert f"`{MANIFEST}`" in said
    bounds = section(page("formats.md"), "Bounds")
    assert f"{bundle.MOST_BYTES >> 20} MiB" in bounds
    assert f"{bundle.MOST_DOCUMENTS:,} files" in bounds


def test_every_kind_of_a_bundle_is_named():
    kinds = tomllib.loads(
        (SOURCE / "services" / "feeds" / "tables" / "bundle.toml").read_text(encoding="utf-8")
    )
    assert f"Kinds: {', '.join(kinds['kinds'])} |" in section(page("cli.md"), "feeds bundle")


def test_the_columns_of_the_fleet_csv_are_those_of_the_code():
    assert set(FLEET_FIELDS) == cells(section(page("contracts.md"), "Fleet CSV"))


def test_every_kind_of_document_is_described():
    assert set(map(str, Kind)) <= cells(page("formats.md"))


def test_the_bounds_are_those_of_the_readers():
    said = section(page("formats.md"), "Bounds")
    for bytes_ in (MOST_BYTES, sheet.MOST_BYTES, cyclonedx.MOST_BYTES, epss.MOST_BYTES):
        assert f"{bytes_ >> 20} MiB" in said
    for number in (
        sheet.MOST_ROWS,
        sheet.MOST_COLUMNS,
        cyclonedx.MOST_COMPONENTS,
        cyclonedx.DEEPEST,
        nvd.MOST_CRITERIA,
        kev.MOST_ENTRIES,
    ):
        assert f"{number:,}" in said


def test_every_class_of_a_match_is_explained():
    assert set(CLASSES) == cells(section(page("matching.md"), "Versions"))


def test_the_clocks_are_those_of_the_policy():
    clocks = tomllib.loads((SOURCE / "risk" / "tables" / "clocks.toml").read_text(encoding="utf-8"))
    said = section(page("weighing.md"), "Clocks")
    for outcome, days in clocks.items():
        if isinstance(days, dict):
            told = " | ".join(str(days.get(clock, "-")) for clock in ("triage", "contain", "remedy"))
            assert f"| {outcome} | {told} |" in said


def test_every_evidence_of_exposure_is_named():
    with (SOURCE / "risk" / "tables" / "exposure.csv").open(encoding="utf-8") as rows:
        evidence = {row["evidence"] for row in csv.DictReader(rows)}
    said = section(page("weighing.md"), "Exposure")
    assert evidence
    assert all(f"`{word}`" in said for word in evidence)


def test_the_limits_of_the_feeds_are_those_of_the_table():
    feeds = tomllib.loads((SOURCE / "planning" / "tables" / "feeds.toml").read_text(encoding="utf-8"))
    said = section(page("operating.md"), "Feeds")
    limits = {feed["limit"] for feed in feeds.values() if isinstance(feed, dict)}
    assert limits == set(map(int, re.findall(r"\| (\d+) days \|", said)))


def test_every_deed_question_and_decision_is_explained():
    tables = SOURCE / "planning" / "tables"
    deeds = tomllib.loads((tables / "deeds.toml").read_text(encoding="utf-8"))
    questions = tomllib.loads((tables / "questions.toml").read_text(encoding="utf-8"))
    text = page("deciding.md")
    assert {name for name, table in deeds.items() if isinstance(table, dict)} == cells(
        section(text, "Actions")
    )
    assert {table["kind"] for table in questions.values() if isinstance(table, dict)} == cells(
        section(text, "Questions")
    )
    assert set(map(str, DecisionKind)) <= cells(section(text, "Decisions"))


def slug(heading):
    """The anchor that GitHub makes of a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return plain.replace(" ", "-")


def anchors(path):
    return {
        slug(heading) for heading in re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(paper):
    for target in re.findall(r"\]\(([^)\s]+)\)", paper.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (paper.parent / path).resolve() if path else paper
        assert place.exists(), target
        if anchor and place.suffix == ".md":
            assert anchor in anchors(place), target


def test_every_page_can_be_reached_from_the_first():
    first = page("README.md") + page("adr/README.md")
    for path in PAGES:
        assert path.name == "README.md" or f"({path.name})" in first, path.name


def test_choices_are_numbered_without_a_gap():
    assert [path.name[:4] for path in CHOICES] == [f"{number:04}" for number in range(1, len(CHOICES) + 1)]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda path: path.stem)
def test_a_choice_has_context_choice_and_price_in_half_a_page(choice):
    text = choice.read_text(encoding="utf-8")
    assert text.startswith(f"# {choice.name[:4]} ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Choice", "Price"]
    assert len(text.split()) <= 350


def test_the_glossary_has_the_words_in_order():
    words = re.findall(r"^- \*\*([^*(]+?)(?: \([^*]+\))?\*\* - \S.+\.$", page("glossary.md"), re.MULTILINE)
    assert set(words) >= WORDS
    assert [word.casefold() for word in words] == sorted(word.casefold() for word in words)
    assert len(words) == len([line for line in page("glossary.md").splitlines() if line.startswith("- ")])


def test_every_row_of_the_mission_stands_there():
    rows = re.findall(r"^\| (M[\d, M]+) \|", page("rows.md"), re.MULTILINE)
    assert {int(number) for row in rows for number in re.findall(r"\d+", row)} == set(range(1, 29))
    named = set(
        re.findall(
            r"`(\w+)`",
            "".join(line.split("|")[5] for line in page("rows.md").splitlines() if line.startswith("| M")),
        )
    )
    assert named - {"tlp"} <= set(TABLES)


def test_the_tree_of_the_house_is_the_real_one():
    tree = section(page("house.md"), "The folders").split("```")[1]
    packages = {path.name for path in SOURCE.iterdir() if path.is_dir() and not path.name.startswith("__")}
    folders = set(re.findall(r"^ {2}(\w+)/", tree, re.MULTILINE))
    assert packages == folders
    for name in re.findall(r"^(\w+)/", tree, re.MULTILINE):
        assert (ROOT / name).is_dir(), name


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_names_a_place_on_somebodys_machine(paper):
    pattern = r"(?<![\w.:/~<>-])/(?:home|root|usr|opt|var|etc|srv|mnt|tmp|work|Users)\b|\b[A-Z]:\\"
    assert re.findall(pattern, paper.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_that_a_page_names_exist(paper):
    for name in re.findall(
        r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|csv|toml|svg))`", paper.read_text(encoding="utf-8")
    ):
        places = (ROOT / name, SOURCE / name, DOCS / name, SOURCE / "services" / "ledger" / name)
        assert any(place.exists() for place in places) or name.startswith(("policies/", "profiles/")), name
