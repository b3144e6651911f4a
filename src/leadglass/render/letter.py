# SPDX-License-Identifier: Apache-2.0
"""A letter to a maker as plain text of 78 columns (RFC 5322, 2.1.1): what we run and ask, what would help."""

from collections.abc import Sequence

from leadglass.render.dates import full_day
from leadglass.render.phrases import NOT_STATED, count, listed
from leadglass.render.text import one_line, wrap
from leadglass.values.overview import DeviceLine, Letter, LetterQuestion

COLUMNS = 78
_WHY = (
    "These devices are in clinical use. We compare what they run with published vulnerabilities. For each "
    "of them a fact is missing: we can say neither that it is affected nor that it is not. Until we know, "
    "we have to treat it as if it were, which may mean taking a device off the network."
)
_HELPS = (
    "the list of components of each software version (SBOM) as CycloneDX or SPDX;",
    "your statements on vulnerabilities as CSAF or VEX documents, or where you publish them;",
    "the software version that belongs to each serial number;",
    "whether a CVE affects the product, and if it does not, why not;",
    "the day on which a fix that you approve will be available, and what contains the risk until then.",
)


def letter(value: Letter) -> str:
    """Write the letter; a person reads it, signs it and sends it."""
    ids = [question.id for question in value.questions]
    asked = count(len(value.questions), "question")
    parts = [
        _lines("", full_day(value.sent)),
        [
            *_lines("From:    ", f"{value.organisation}, (your name), (your address for answers)"),
            *_lines("To:      ", f"{value.maker}, product security"),
            *_lines("Subject: ", f"{asked} on the security of {_models(value.devices)}"),
        ],
        _lines("", f"Dear {value.maker} product security team,"),
        _lines("", f"we run {count(len(value.devices), 'device')} made by you and need your help. {_WHY}"),
        ["The devices:", *_devices(value.devices)],
        [f"Please answer by {full_day(value.reply_by)}:", *_questions(value.questions)],
        ["What helps most, in this order:", *_bullets(_HELPS)],
        _lines("", _CLOSING.format(ids=listed(ids) if ids else NOT_STATED)),
        ["Kind regards", "", "(your name)", *_lines("", value.organisation)],
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


_CLOSING = (
    "If you cannot answer by then, please tell us when you can and whom we may call. A partial answer helps. "
    "Please keep our reference in your reply: {ids}."
)


def _lines(start: str, text: str) -> list[str]:
    """Wrap a paragraph; what follows its first line is indented as far as its start is long."""
    first, *rest = wrap(text, COLUMNS - len(start))
    return [(start + first).rstrip(), *(" " * len(start) + line for line in rest)]


def _bullets(texts: Sequence[str]) -> list[str]:
    """Set sentences as a list."""
    return [line for text in texts for line in _lines("  - ", text)]


def _models(devices: Sequence[DeviceLine]) -> str:
    """Name the models."""
    names = list(dict.fromkeys(one_line(device.model) for device in devices))
    return listed(names) if names else "your products"


def _devices(devices: Sequence[DeviceLine]) -> list[str]:
    """List devices by model: serial number and stated version of each."""
    models: dict[str, list[DeviceLine]] = {}
    for device in devices:
        models.setdefault(device.model, []).append(device)
    lines = list[str]()
    for model, group in models.items():
        lines += _lines("  ", model)
        for device in group:
            said = f"serial number {device.serial or NOT_STATED}, software {device.software or NOT_STATED}"
            lines += _lines("    ", said)
    return lines


def _questions(questions: Sequence[LetterQuestion]) -> list[str]:
    """Set the questions under numbers, each with its id."""
    lines = list[str]()
    for number, question in enumerate(questions, 1):
        helps = f" It would also help: {'; '.join(question.helps)}." if question.helps else ""
        lines += _lines(f"{number:>3}. ", f"{question.text}{helps} (our reference {question.id})")
    return lines
