"""Pages in another language: every word on them is one that a catalogue can say, or a name, or the text of a document."""

import re
import shutil
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from leadglass.web import door
from leadglass.web.words import spoken
from leadglass.web.words.catalogue import FILE, compiled, ids, odd, read, written
from leadglass.web.words.extracted import messages, of_code, of_template
from leadglass.web.words.message import Message
from tests.hospital import Hospital
from tests.web.pages import pseudo
from tests.web.pages.conftest import ADMIN, ANALYST, AUDITOR, Pages, behind, opened, papers
from tests.web.pages.live import session_of

DEMO = Path("demo")
PLAIN = frozenset(
    re.findall(
        r"\w+", "the of is and not in for by this that it to a an are was be with or no what which one more"
    )
)
"""Words that documents have too, and that nevertheless have to be said."""
NAMES = frozenset(re.findall(
    r"\w+", "analyst auditor admin engineer csv json utc paper os root cli kev nvd epss cisa cvss sha clear amber red green strict"
    " nov or true leadglass mm dd yyyy tests forbidden spdx"
))  # fmt: skip
"""Names of people here, of formats and publishers; the months, which Django says; operators of a standard."""
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
VISITED = {
    ANALYST: (
        "/", "/actions", "/devices", "/products", "/components", "/findings", "/vulnerabilities", "/questions", "/documents",
        "/remarks", "/statements", "/sightings", "/search?q=tomara", "/help", "/scan", "/documents/receive", "/orders",
        "/approvals", "/settings", "/settings/tables", "/devices/CT-014", "/vulnerabilities/CVE-2031-41001", "/account/",
    ),
    AUDITOR: ("/history",),
    ADMIN: ("/settings", "/settings/people", "/settings/people/a.admin", "/settings/programs", "/settings/running",
            "/settings/break-glass"),
}  # fmt: skip


def words(raw: bytes) -> set[str]:
    return {word.casefold() for word in re.findall("[a-zA-Z]{2,}", raw.decode("utf-8", "replace"))}


def reader(username: str, language: str = pseudo.LANGUAGE) -> Client:
    client = Client(headers={"accept-language": language})
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(username)
    return client


@contextmanager
def spoken_by(folder: Path, language: str = pseudo.LANGUAGE) -> Iterator[None]:
    with override_settings(LOCALE_PATHS=[str(folder)], LANGUAGES=[("en", "English"), (language, "other")]):
        yield


@pytest.fixture(scope="session")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("locale")
    pseudo.install(folder)
    return folder


def test_every_word_of_a_page_is_said_or_is_a_name(pages: Pages, wide: Path) -> None:
    known = (set[str]().union(*map(words, papers())) - PLAIN) | NAMES
    with spoken_by(wide):
        left = {}
        for person, paths in VISITED.items():
            client = reader(person)
            for path in paths:
                answer = client.get(path)
                assert answer.status_code == 200, path
                html = answer.content.decode()
                assert f'lang="{pseudo.LANGUAGE}"' in html
                left |= {path: told} if (told := pseudo.unsaid(html, known)) else {}
    assert not left


@pytest.mark.slow
def test_every_word_of_the_demo_is_said_or_stands_in_its_documents(tmp_path: Path, wide: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(DEMO / "policies", home / "policies")
    hospital, known = Hospital(home), set[str]()
    for folder in ("fleet", "sboms", "feeds", "advisories", "scans"):
        for path in sorted((DEMO / folder).iterdir()):
            hospital.receive(path.read_bytes())
            known |= words(path.read_bytes())
    hospital.assess()
    with behind(home), spoken_by(wide):
        opened(home)
        left, client = {}, reader(ANALYST)
        kinds: dict[str, int] = {}
        queue, seen = deque(["/"]), set[str]()
        while queue:
            path = queue.popleft()
            kind = path.rpartition("/")[0] or path.partition("?")[0]
            if (
                path in seen
                or "format=" in path
                or "/bytes" in path
                or path.startswith("/account")
                or kinds.get(kind, 0) > 3
            ):
                continue
            seen.add(path)
            kinds[kind] = kinds.get(kind, 0) + 1
            html = client.get(path, follow=True).content.decode()
            left |= {path: told} if (told := pseudo.unsaid(html, (known - PLAIN) | NAMES)) else {}
            queue.extend(
                found.replace("&amp;", "&") for found in re.findall(r'<a [^>]*href="(/[^"#]*)', html)
            )
        assert len(seen) > 50
        assert not left


def test_what_documents_and_people_wrote_stays_as_it_is(pages: Pages, wide: Path) -> None:
    with spoken_by(wide):
        html = reader(ANALYST).get("/devices").content.decode()
        history = reader(AUDITOR).get("/history").content.decode()
    assert re.search(r'<td[^>]*translate="no"><a href="/devices/D-[^>]*>CT-014</a></td>', html)
    assert "Tomara 64" in html
    assert "enrol o.auditor" in history


def test_an_english_page_is_what_it_was_and_so_is_what_programs_read(pages: Pages, wide: Path) -> None:
    paths = ("/help", "/devices?format=json", "/actions?format=csv")
    before = {path: TOKEN.sub(b"", pages.client().get(path).content) for path in paths}
    with spoken_by(wide):
        english, other = reader(ANALYST, "en"), reader(ANALYST)
        assert TOKEN.sub(b"", english.get("/help").content) == before["/help"]
        for path in paths[1:]:
            assert other.get(path).content == before[path]


def test_no_page_is_half_in_a_language_of_which_there_is_no_catalogue(pages: Pages, tmp_path: Path) -> None:
    with override_settings(**door.of_home(pages.house.home)):
        assert 'lang="en"' in reader(ANALYST, "de").get("/help").content.decode()
    place = pages.house.home / "locale" / "de" / FILE
    place.parent.mkdir(parents=True)
    place.write_bytes(compiled({("Words", ""): ["Wörter"], ("Keys", ""): ["Tasten"]}))
    with override_settings(**door.of_home(pages.house.home)):
        html = reader(ANALYST, "de").get("/help").content.decode()
    assert 'lang="de"' in html
    assert "Tasten" in html


def test_only_texts_are_said_and_what_they_become_is_escaped() -> None:
    said = {"Devices": '<b>"all"</b>', "title here": "y"}
    html = (
        '<p title="Devices">Devices <code>Devices</code></p><p translate="no">Devices <p>Devices</p></p><br>'
        '<script>"Devices"</script><textarea>Devices</textarea><input placeholder="Devices" value="Devices"> Devices'
    )
    told = spoken.page(html, lambda text: said.get(text, text))
    escaped = "&lt;b&gt;&quot;all&quot;&lt;/b&gt;"
    assert told == (
        f'<p title="{escaped}">{escaped} <code>Devices</code></p><p translate="no">Devices <p>Devices</p></p><br>'
        f'<script>"Devices"</script><textarea>Devices</textarea><input placeholder="{escaped}" value="Devices"> {escaped}'
    )


def test_sentences_are_found_in_code_in_page_templates_and_in_tables() -> None:
    found = {one.text: one for one in messages()}
    assert "Contain by %(by)s - then ask %(maker)s for a fix" in found
    assert found["%(n)s device"].plural == "%(n)s devices"
    assert found["You have one passkey."].plural
    assert {
        "Mon",
        "act now",
        "not affected",
        "unknown",
        "Skip to the content",
        "missing authentication",
    } <= set(found)
    assert not [text for text in found if "SELECT" in text or "\0" in text]


def test_a_composed_sentence_is_a_template_with_named_slots() -> None:
    code = '''
def said(row, total):
    """No sentence of a page."""
    messages.success(request, _("Recorded."))
    count(total, "bill of materials", "bills of materials")
    raise UsageError(f"{row.name} is 100 % of {row['site']}, not of {row['name']}.")
'''
    assert {(one.text, one.plural) for one in of_code(code, "some.py")} == {
        ("Recorded.", ""),
        ("%(n)s bill of materials", "%(n)s bills of materials"),
        ("bill of materials", ""),
        ("bills of materials", ""),
        ("%(name)s is 100 %% of %(site)s, not of %(name2)s.", ""),
    }


def test_a_page_template_gives_what_it_marks() -> None:
    text = '{% load i18n %}{% translate "Say it (now)" %}{% blocktranslate count n=x %}One (1).{% plural %}{{ n }} of them.{% endblocktranslate %}'
    assert [(one.text, one.plural) for one in of_template(text, "t.html")] == [
        ("Say it (now)", ""),
        ("One (1).", "%(n)s of them."),
    ]


def test_a_catalogue_keeps_what_was_translated() -> None:
    asked = [
        Message(text='Say "%(what)s"', place="a.py"),
        Message(text="%(n)s day", plural="%(n)s days", place="b.py"),
    ]
    told = {("", ""): ["Plural-Forms: x\n"], ('Say "%(what)s"', ""): ['Sag "%(what)s"'], ("gone", ""): ["weg"],
            ("%(n)s day", "%(n)s days"): ["ein Morgen", "%(n)s Morgen"]}  # fmt: skip
    text = written(asked, told)
    assert read(text) == told
    assert '#~ msgid "gone"' in text
    assert set(ids(compiled(told))) == {('Say "%(what)s"', ""), ("%(n)s day", "%(n)s days"), ("gone", "")}
    assert read(text.replace("#, python-format", "#, fuzzy, python-format")).keys() == {
        ("", ""),
        ("gone", ""),
    }


def test_a_translation_with_other_slots_is_left_out() -> None:
    told = {
        ("Say %(what)s", ""): ["Sag %(was)s"],
        ("%(a)s is good", ""): ["100 % gut: %(a)s"],
        ("50 %", ""): ["50 Prozent"],
    }
    assert odd(told) == ["Say %(what)s", "%(a)s is good"]
    assert ids(compiled(told)) == [("50 %", "")]
