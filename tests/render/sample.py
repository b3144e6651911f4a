# SPDX-License-Identifier: Apache-2.0
"""An invented morning of an invented hospital group: rich, dirty, and in two places hostile."""

from datetime import UTC, date, datetime, timedelta

from leadglass.values.overview import (
    ActionCard,
    Anchor,
    ComponentRow,
    Coverage,
    DeviceFact,
    DeviceLine,
    DeviceSection,
    FeedAge,
    FeedState,
    FindingRow,
    Headline,
    HeatCell,
    Letter,
    LetterQuestion,
    Overview,
    QuestionCard,
    RemarkRow,
    SiteTally,
    SourceRow,
    State,
)

AS_OF = datetime(2031, 11, 24, 6, 10, tzinfo=UTC)
TODAY = AS_OF.date()
SITES = ("St. Mary's, Harbor", "Harbor Clinic", "Northgate Children's")
HOSTILE = "<script>alert('CT')</script> & \x1b[31mTomara\u202e"
MODELS = (
    ("CT", "Quillon", "Tomara 64", "1.5"),
    ("MR", "Vesper Imaging", "Lodestone 3T", "VX21B"),
    ("DX", "Halcroft", "Plainview DR", "4.02.11"),
    ("MG", "Ostrava Medical", "Senta Mammograph", ""),
    ("US", "Brindle", "Echo S9", "R7"),
    ("XA", "Quillon", "Arcus Biplane", "3.1"),
    ("NM", "Kestrel Nuclear", "Gammascope II", ""),
    ("PACS", "Fenwick Systems", "Archivum", "12.4"),
    ("WS", "Fenwick Systems", "ReadRoom", "12.4"),
    ("RIS", "Nordfall", "Ledger RIS", ""),
    ("RF", "Quillon", HOSTILE, "2.0"),
)
_TITLES = {
    State.ACT_NOW: "Contain by Mon 24 Nov - then ask {maker} for a fix",
    State.CONTAIN: "Close the service port by Thu 27 Nov",
    State.PLAN: "Install {maker}'s update at the next service",
    State.WATCH: "Watch: no exploit is known, the network zone holds it",
    State.UNKNOWN: "Ask {maker} which software runs on it",
    State.SETTLED: "Nothing to do: accepted until Sat 31 Jan 2032",
}


def device(number: int, site: str, model: tuple[str, str, str, str]) -> DeviceLine:
    """Make a device; every third has no room, every fifth no serial number."""
    modality, maker, name, software = model
    return DeviceLine(
        id=f"D-{number:010d}",
        asset_tag=f"{modality}-{number:03d}",
        maker=maker,
        model=name,
        modality=modality,
        site=site,
        room=f"2.{10 + number // 3}" if number % 3 else "",
        software=software if number % 4 else "",
        serial=f"{maker[:2].upper()}-{number * 7919 % 100000:05d}" if number % 5 else "",
    )


LINES = tuple(
    device(number, SITES[number % 3], MODELS[(number // 3 + number % 2) % len(MODELS)])
    for number in range(1, 61)
)


def state_of(line: DeviceLine) -> State:
    """Give a device its worst state."""
    if not line.software:
        return State.UNKNOWN
    return tuple(State)[(len(line.model) + len(line.site)) % 6]


def action(rank: int, site: str, lines: tuple[DeviceLine, ...]) -> ActionCard:
    """Make an action for the devices of one product at one site."""
    first, state = lines[0], tuple(State)[min((rank - 1) // 5, 5)]
    contain = TODAY + timedelta(days=rank - 2)
    return ActionCard(
        id=f"A-{rank:010d}",
        rank=rank,
        title=_TITLES[state].format(maker=first.maker),
        deed="contain",
        state=state,
        site=site,
        product=f"{first.maker} {first.model}",
        modality=first.modality,
        devices=lines,
        what="Anyone on the network can give the device commands (missing authentication, CVE-2031-41001). "
        "Exploited elsewhere since Mon 3 Nov.",
        why=(
            f"software {first.software or 'not stated'} < 2.0 (NVD);",
            f"hardware {first.model} (CMMS export, row {rank + 13}).",
            f"No update approved by {first.maker} yet.",
        ),
        accountable="hospital, clinical engineering",
        remedy_by=first.maker,
        due_triage=TODAY + timedelta(days=1),
        due_contain=contain if state in (State.ACT_NOW, State.CONTAIN) else None,
        due_remedy=TODAY + timedelta(days=60) if rank % 4 == 0 else None,
        clocks="Contain within 3 days: exploited elsewhere, and the device is reachable from the whole site network.",
        findings=412 - 9 * rank,
        unknown=3 * rank,
        alternatives=("move to the isolated zone", "accept until Sat 31 Jan 2032 with owner and reason"),
        proof="verified firewall rule",
        decision="accepted until Sat 31 Jan 2032 by M. Okafor: replaced in January." if rank == 3 else "",
    )


def _actions() -> tuple[ActionCard, ...]:
    groups: dict[tuple[str, str], list[DeviceLine]] = {}
    for line in LINES:
        groups.setdefault((line.site, line.model), []).append(line)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(action(n, site, tuple(lines)) for n, ((site, _), lines) in enumerate(ordered, 1))


ACTIONS = _actions()


def question(rank: int, model: tuple[str, str, str, str]) -> QuestionCard:
    """Make a question about a model."""
    _, maker, name, _ = model
    missing = ("software version", "list of components (SBOM)")[rank % 2]
    return QuestionCard(
        id=f"Q-{rank:010d}",
        rank=rank,
        text=f"Which {missing} do your {name} have?",
        missing=missing,
        maker=maker,
        model=name,
        devices=2 + rank % 5,
        settles=1900 // (rank * rank) + 7,
        asked=f"{maker}, product security",
        letter=f"leadglass letter '{maker}'",
        answer=f"leadglass answer Q-{rank:010d} VALUE",
    )


QUESTIONS = tuple(question(n, MODELS[n]) for n in range(1, 11))


def finding(line: DeviceLine, number: int) -> FindingRow:
    """Make a finding."""
    state = tuple(State)[number * 5 // 2000] if number < 2000 else State.WATCH
    status = ("affected", "unknown", "not_affected", "fixed", "under_investigation")[number % 5]
    return FindingRow(
        id=f"F-{line.id[2:]}-{number:06d}",
        state=state,
        status=status,
        vulnerability=f"CVE-{2019 + number % 12}-{10000 + number}",
        component=f"openssl 1.0.{number % 9}",
        why="1.0.2 lies within >= 1.0.2, < 1.0.2zf; the list of components says that it is there.",
        source=f"nvd-2031.json, vulnerabilities[{number}]",
    )


def section(line: DeviceLine, findings: int) -> DeviceSection:
    """Make the chart of a device with that many findings (two thousand at most are handed over)."""
    number = int(line.id[2:])
    facts = (
        DeviceFact(
            name="Maker and model", value=f"{line.maker} {line.model}", source=f"cmms.csv, row {number + 1}"
        ),
        DeviceFact(name="Serial number", value=line.serial, source=f"cmms.csv, row {number + 1}"),
        DeviceFact(
            name="Software version",
            value=line.software,
            source="label, said by J. Imai",
            since=date(2030, 5, 2),
        ),
        DeviceFact(
            name="Operating system", value="Windows 10 LTSC 1809", source="bom-tomara.json, components[4]"
        ),
        DeviceFact(name="Support", value="", source=""),
    )
    listed = 0 if not line.software else 180
    return DeviceSection(
        device=line,
        state=state_of(line),
        summary=f"{findings} findings; the worst: anyone on the network can give it commands. Contain by Mon 24 Nov.",
        facts=facts,
        components=tuple(
            ComponentRow(name=f"component-{n}", version=f"{n}.0.{n % 7}", source=f"bom.json, components[{n}]")
            for n in range(listed)
        ),
        components_total=listed,
        findings=tuple(finding(line, n) for n in range(min(findings, 2000))),
        findings_total=findings,
        actions=tuple(card.id for card in ACTIONS if line in card.devices)
        + (("A-elsewhere",) if number == 7 else ()),
        unknowns=() if line.software else ("Software version: stated nowhere. 412 findings wait for it.",),
        decisions=("Accepted until Sat 31 Jan 2032 by M. Okafor: replaced in January.",)
        if number == 4
        else (),
    )


def _cells() -> tuple[HeatCell, ...]:
    groups: dict[tuple[str, str], list[DeviceLine]] = {}
    for line in LINES:
        groups.setdefault((line.modality, line.site), []).append(line)
    cells = []
    for (modality, site), lines in sorted(groups.items()):
        states = [state_of(line) for line in lines]
        cells.append(
            HeatCell(
                site=site,
                modality=modality,
                devices=len(lines),
                worst=min(states, key=tuple(State).index),
                counts={s: states.count(s) for s in State if s in states},
                unknown=sum(not line.software for line in lines),
            )
        )
    return tuple(sorted(cells, key=lambda c: SITES.index(c.site)))


CELLS = _cells()
TALLIES = (
    SiteTally(site=SITES[0], counts={State.ACT_NOW: 14, State.CONTAIN: 61, State.PLAN: 240, State.WATCH: 902, State.UNKNOWN: 1204}),
    SiteTally(site=SITES[1], counts={State.ACT_NOW: 2, State.CONTAIN: 18, State.PLAN: 97, State.WATCH: 310, State.UNKNOWN: 655}),
    SiteTally(site=SITES[2], counts={State.PLAN: 41, State.WATCH: 188, State.SETTLED: 12, State.UNKNOWN: 77}),
)  # fmt: skip
FEEDS = (
    FeedAge(name="NVD", newest=date(2031, 11, 22), checked_at=AS_OF, age_days=2, limit_days=7, state=FeedState.FRESH,
            sentence="250 records; the newest is of Sat 22 Nov."),
    FeedAge(name="CISA KEV", newest=date(2031, 11, 5), checked_at=AS_OF, age_days=19, limit_days=7, state=FeedState.STALE,
            sentence="the newest entry is of Wed 5 Nov; what was exploited since then is not shown."),
    FeedAge(name="EPSS", newest=None, checked_at=None, age_days=None, limit_days=3, state=FeedState.MISSING,
            sentence="never received; no forecast of exploitation is used. Next: leadglass receive epss.csv.gz"),
)  # fmt: skip
HEADLINES = (
    Headline(name="Act today", number=5, sentence="actions cannot wait: 3 at St. Mary's, Harbor, 2 at Harbor Clinic.",
             anchor=Anchor.ACTIONS, state=State.ACT_NOW),
    Headline(name="Clocks", number=3, sentence="dates run out this week; one is a day late.", anchor=Anchor.CLOCKS,
             state=State.CONTAIN),
    Headline(name="Unknown", number=1936, sentence="findings wait for a fact; 10 answers would settle most of them.",
             anchor=Anchor.QUESTIONS, state=State.UNKNOWN),
    Headline(name="Feeds", number=1, sentence="of 3 feeds is fresh: KEV is 19 days old, EPSS never came.",
             anchor=Anchor.FEEDS, state=State.CONTAIN),
)  # fmt: skip


def overview(*, findings: int = 60) -> Overview:
    """Make the whole morning; `findings` is how many each device has."""
    return Overview(
        organisation="Harbor Imaging Group",
        as_of=AS_OF,
        release="0.1.0",
        snapshot="S-7q2m4k",
        sites=SITES,
        coverage=Coverage(total=60, judged=22, partly=23, blind=15, components=412, unnamed=31),
        findings={
            "affected": 1873,
            "unknown": 1936,
            "not_affected": 3204,
            "fixed": 12,
            "under_investigation": 4,
        },
        headlines=HEADLINES,
        cells=CELLS,
        tallies=TALLIES,
        feeds=FEEDS,
        actions=ACTIONS,
        actions_total=len(ACTIONS) + 9,
        questions=QUESTIONS,
        questions_total=23,
        devices=tuple(section(line, findings) for line in LINES),
        devices_total=len(LINES),
        sources=tuple(
            SourceRow(
                sha256=f"{n:x}" * 64,
                kind=kind,
                standard=standard,
                name=name,
                received=AS_OF - timedelta(days=n),
                taken=taken,
                remarks=n * 2,
            )
            for n, (kind, standard, name, taken) in enumerate(
                (
                    ("fleet", "CSV", "cmms-export.csv", "60 devices"),
                    ("bom", "CycloneDX 1.5", "bom-tomara.json", "180 components"),
                    ("nvd", "NVD CVE API 2.0", "nvd-2031.json", "250 records"),
                    ("kev", "CISA KEV", "known_exploited_vulnerabilities.json", "1,204 entries"),
                )
            )
        ),
        sources_total=4,
        remarks=(
            RemarkRow(
                document="cmms-export.csv", where="row 41", why="No software version: cannot be matched."
            ),
            RemarkRow(
                document="cmms-export.csv",
                where="row 12",
                why=f"The model is {HOSTILE}: no product is known by it.",
            ),
        ),
        remarks_total=12,
    )


def letter() -> Letter:
    """Make a letter to Quillon."""
    return Letter(
        organisation="Harbor Imaging Group",
        maker="Quillon",
        sent=TODAY,
        reply_by=date(2032, 1, 9),
        devices=tuple(line for line in LINES if line.maker == "Quillon"),
        questions=(
            LetterQuestion(
                id="Q-0000000001", text="Which software version runs on the Tomara 64 listed above?"
            ),
            LetterQuestion(
                id="Q-0000000002",
                text="Is the Arcus Biplane affected by CVE-2031-41001, and when will there be an update?",
                helps=("the network ports that the device needs",),
            ),
        ),
    )
