# SPDX-License-Identifier: Apache-2.0
"""What the report rests on, as HTML: documents, remarks, and the words that it uses."""

from leadglass.render.grid import more, pairs, section, table
from leadglass.render.markup import Markup, element, when
from leadglass.render.phrases import count, not_here
from leadglass.values.overview import Anchor, Overview

WORDS = (
    ("Device", "One piece of equipment on the floor, named by its site and asset tag."),
    ("Product", "A model of a maker; devices are pieces of it."),
    ("Component", "Software or hardware inside a product that has a name and a version of its own."),
    ("Document", "A file that somebody gave us, kept byte for byte and named by its hash (SHA-256)."),
    (
        "Finding",
        "A known weakness (vulnerability, CVE) set against one device, with the reason and its source.",
    ),
    (
        "Affected, not affected, fixed",
        "What the evidence says. Not affected is only said where evidence says so.",
    ),
    ("Unknown", "A fact is missing, so nobody can say. Unknown is never counted as safe."),
    ("Action", "One deed for one product at one site that resolves many findings."),
    ("Triage", "Look at it and decide who does what."),
    (
        "Contain",
        "Keep the weakness from being used: a firewall rule, another network zone, a service switched off.",
    ),
    ("Remedy", "Remove the weakness: an update that the maker approved. Its clock starts when there is one."),
    ("Decision", "What a person settled, with owner, reason and the day on which it ends."),
    ("Question", "A missing fact, and whom to ask for it."),
    (
        "Act now, contain, plan, watch",
        "How soon: today; by the date shown; at the next service; keep an eye on it.",
    ),
    ("SBOM", "Software bill of materials: the list of components inside a product, from its maker."),
    (
        "KEV, EPSS, NVD",
        "Feeds: what is being exploited (CISA), how likely that is (FIRST), what is weak (NIST).",
    ),
)


def sources(view: Overview) -> Markup:
    """List the documents."""
    if not view.sources:
        return section(Anchor.SOURCES, "Documents", "No document was received yet: leadglass receive PATH")
    rows = (
        (s.name, s.kind, s.standard, s.taken, s.remarks, when(s.received, view.as_of),
         element("code", s.sha256[:12], title=s.sha256))
        for s in view.sources
    )  # fmt: skip
    head = ("Document", "Kind", "Standard", "Taken", "Remarks", "Received", "SHA-256")
    lead = f"{count(view.sources_total, 'document')} stand behind this page."
    missing = not_here(len(view.sources), view.sources_total, "document", "leadglass sources")
    listed = table(head, rows, about="Documents behind this page")
    return section(Anchor.SOURCES, "Documents", lead, listed, more(missing))


def remarks(view: Overview) -> Markup:
    """List what could not be read or judged."""
    if not view.remarks:
        return section(
            Anchor.REMARKS, "What could not be judged", "Everything received could be read and judged."
        )
    head = ("Document", "Place", "Why")
    listed = table(head, ((r.document, r.where, r.why) for r in view.remarks), about="Remarks")
    lead = f"{count(view.remarks_total, 'remark')}: nothing was passed over in silence."
    missing = not_here(len(view.remarks), view.remarks_total, "remark", "leadglass remarks")
    return section(Anchor.REMARKS, "What could not be judged", lead, listed, more(missing))


def words() -> Markup:
    """Explain the words of the page."""
    return section(Anchor.WORDS, "Words", "", pairs(WORDS))
