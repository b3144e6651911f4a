# SPDX-License-Identifier: Apache-2.0
"""The verb check: what a document is worth by its own standard, with an exit code; nothing is taken."""

import builtins
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests import publishers
from tests.cli.shell import DEMO, Ran, Shell
from tests.formats.csaf_papers import GONE, advisory, changed, written
from tests.hospital import bom, fleet

TREE = publishers.spdx("Tomara 64", "1.5", publishers.PARTS)
TAG_VALUE = publishers.SPDX["SPDX tag-value"](TREE)
XML = publishers.cyclonedx_xml("Tomara 64", "1.5", publishers.PARTS)
SBOM = bom("Tomara 64", "1.5", publishers.PARTS)


def checked(shell: Shell, *words: str, **papers: bytes) -> Ran:
    """Check papers that are made of words, in the order of their names."""
    folder = shell.home.with_name("offered")
    folder.mkdir(exist_ok=True)
    for name, raw in papers.items():
        (folder / name).write_bytes(raw)
    return shell("check", *(folder / name for name in sorted(papers)), *words)


def verdicts(shell: Shell, **papers: bytes) -> tuple[int, dict[str, Any]]:
    ran = checked(shell, "--json", **papers)
    assert ran.err == ""
    return ran.code, {one["path"].rpartition("/")[2]: one for one in ran.json}


def test_a_sound_advisory_is_valid_by_the_tests_of_its_standard(shell: Shell) -> None:
    ran = checked(shell, sound=written(advisory()))
    assert ran.code == 0, ran.out
    assert "sound: CSAF 2.0: valid" in ran.out
    assert "By the tests of CSAF 2.0, section 6." in ran.out
    shell("assess")
    assert shell.rows("sources") == []


@pytest.mark.parametrize(
    ("changes", "number", "place"),
    [
        ({"/vulnerabilities/0/product_status/known_affected/0": "P-9"}, "6.1.1", "/vulnerabilities/0/product_status/known_affected/0"),
        ({"/document/tracking/version": "3"}, "6.1.16", "/document/tracking/version"),
        ({"/vulnerabilities/0/cwe/name": "Something else"}, "6.1.11", "/vulnerabilities/0/cwe/name"),
        ({"/document/title": GONE}, "schema", "/document/title"),
    ],
)  # fmt: skip
def test_a_broken_advisory_is_told_by_number_and_place(
    shell: Shell, changes: dict[str, Any], number: str, place: str
) -> None:
    raw = written(changed(changes))
    ran = checked(shell, broken=raw)
    assert ran.code == 1
    assert "broken: CSAF 2.0: not valid" in ran.out
    assert f"  - {number} " in ran.out
    assert place.rpartition("/")[0] in ran.out
    code, told = verdicts(shell, broken=raw)
    complaints = told["broken"]["verdict"]["complaints"]
    assert code == 1
    assert [
        one
        for one in complaints
        if one["number"] == number and one["place"].startswith(place.rpartition("/")[0])
    ]


def test_an_optional_test_complains_and_the_advisory_stays_valid(shell: Shell) -> None:
    code, told = verdicts(shell, short=written(changed({"/document/lang": GONE})))
    verdict = told["short"]["verdict"]
    assert (code, verdict["valid"]) == (0, True)
    assert {one["level"] for one in verdict["complaints"]} <= {"optional", "informative"}


def test_csaf_2_1_is_read_and_that_is_said(shell: Shell) -> None:
    raw = written(changed({"/document/csaf_version": "2.1", "/document/distribution/tlp/label": "CLEAR"}))
    code, told = verdicts(shell, newer=raw)
    assert (code, told["newer"]["version"]) == (0, "2.1")
    assert told["newer"]["by"].startswith("our own reading")


def test_cyclonedx_is_judged_by_its_own_validator(shell: Shell) -> None:
    wrong = json.loads(SBOM)
    wrong["components"][0]["type"] = "gadget"
    papers = {
        "a.json": SBOM, "b.json": json.dumps(wrong).encode(), "c.xml": XML,
        "d.xml": XML.replace(b'type="library"', b'type="gadget"'),
    }  # fmt: skip
    code, told = verdicts(shell, **papers)
    assert code == 1
    assert [told[name]["verdict"]["valid"] for name in sorted(papers)] == [True, False, True, False]
    assert {one["by"] for one in told.values()} == {"the validator of its standard's own project"}
    (fault, *_) = told["b.json"]["verdict"]["complaints"]
    assert (fault["number"], fault["level"]) == ("schema", "schema")
    assert fault["place"].startswith("components[0]")
    assert told["d.xml"]["verdict"]["complaints"][0]["place"].startswith("line ")
    assert "gadget" in told["d.xml"]["verdict"]["complaints"][0]["why"]
    ran = checked(shell, **{"b.json": papers["b.json"]})
    assert "b.json: CycloneDX 1.5: not valid, " in ran.out
    assert "  - schema components[0]" in ran.out


def test_a_cyclonedx_that_names_itself_wrongly_is_not_valid_and_not_taken(shell: Shell) -> None:
    papers = {
        "a.json": SBOM.replace(b'"CycloneDX"', b'"Cyclone"', 1),
        "b.xml": XML.replace(b"/1.5", b"/15", 1),
    }
    code, told = verdicts(shell, **papers)
    assert code == 1
    assert [told[name]["verdict"]["valid"] for name in sorted(papers)] == [False, False]
    places = [told[name]["verdict"]["complaints"][0]["place"] for name in sorted(papers)]
    assert places == ["bomFormat", "line 2"]
    ran = checked(shell, **papers)
    assert ran.code == 1
    assert "a.json: CycloneDX 1.5: not valid, 1 complaint" in ran.out
    assert "  - schema bomFormat: 'Cyclone' is stated; 'CycloneDX' belongs here." in ran.out
    assert "  - not judged: All that it says besides: mend its name, then check it again." in ran.out
    received = shell("receive", shell.home.with_name("offered"), "--json")
    assert (received.code, [one["taken"] for one in received.json]) == (3, [{}, {}])


@pytest.mark.parametrize("standard", ["SPDX JSON", "SPDX YAML", "SPDX tag-value", "SPDX RDF"])
def test_spdx_2_is_judged_by_its_own_validator(shell: Shell, standard: str) -> None:
    raw = publishers.SPDX[standard](TREE)
    code, told = verdicts(shell, sound=raw)
    assert (code, told["sound"]["verdict"]["complaints"]) == (0, [])
    assert told["sound"]["by"] == "the validator of its standard's own project"
    assert told["sound"]["standard"] == standard


def test_a_broken_spdx_document_is_told(shell: Shell) -> None:
    broken = TAG_VALUE.replace(
        b"PackageDownloadLocation: NOASSERTION", b"PackageDownloadLocation: over there", 1
    )
    ran = checked(shell, broken=broken)
    assert (ran.code, "broken: SPDX tag-value 2.3: not valid, 1 complaint" in ran.out) == (1, True)
    assert "over there" in ran.out
    unknown = TAG_VALUE.replace(b"PackageVersion:", b"PackageColour:", 1)
    ran = checked(shell, unknown=unknown)
    assert ran.code == 1
    assert "  - schema: Unknown tag provided in line " in ran.out


def test_a_list_of_devices_is_judged_by_reading_it(shell: Shell) -> None:
    ran = checked(shell, fleet=fleet({"model": "Tomara 64"}), odd=b"asset_tag,model,cost\nA,M,7\n")
    assert ran.code == 0, ran.out
    assert "fleet CSV leadglass 1: valid" in ran.out
    assert "By our own reading, as no validator of this standard is at hand." in ran.out
    assert "'cost'" in ran.out


def test_what_is_not_known_is_not_judged(shell: Shell) -> None:
    ran = checked(shell, letter=b"Dear all,\nplease find attached.\n")
    assert (ran.code, ran.err) == (3, "")
    assert "letter: text: not judged" in ran.out
    assert "no standard" in ran.out
    code, told = verdicts(shell, letter=b"\0\1\2\3" * 9)
    assert (code, told["letter"]["verdict"]) == (3, None)
    assert checked(shell, nothing=b"").code == 3
    absent = shell("check", shell.home / "absent")
    assert (absent.code, "There is no such file." in absent.out) == (3, True)


def test_a_mixture_is_not_all_valid(shell: Shell) -> None:
    sound, broken = written(advisory()), written(changed({"/document/title": GONE}))
    assert checked(shell, a=sound, b=SBOM, c=TAG_VALUE).code == 0
    assert checked(shell, a=sound, b=broken).code == 1
    assert checked(shell, a=sound, b=b"\0\1").code == 1
    assert checked(shell, a=b"\0\1", b=b"").code == 3


def test_standard_input_and_archives_are_checked(shell: Shell, tmp_path: Path) -> None:
    ran = shell("check", "-", given=written(advisory()))
    assert (ran.code, "standard input: CSAF 2.0: valid" in ran.out) == (0, True)
    assert shell("check", given=b"\0\1").code == 3
    zipped, packed = tmp_path / "post.zip", tmp_path / "post.tar.gz"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("advisory.json", written(advisory()))
        archive.writestr("deep/bom.xml", XML)
    with tarfile.open(packed, "w:gz") as archive:
        broken = written(changed({"/document/title": GONE}))
        entry = tarfile.TarInfo("broken.json")
        entry.size = len(broken)
        archive.addfile(entry, io.BytesIO(broken))
    code = shell("check", zipped, "--json")
    assert (code.code, [one["standard"] for one in code.json]) == (0, ["CSAF", "CycloneDX XML"])
    assert code.json[0]["path"].endswith("advisory.json")
    assert shell("check", zipped, packed).code == 1
    ran = shell("check", DEMO / "sboms", "--json")
    assert ran.code in {0, 1}
    assert {one["standard"] for one in ran.json} >= {"CycloneDX"}
    assert all(one["verdict"] for one in ran.json)


def test_without_the_validators_the_next_step_is_said(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] in {"cyclonedx", "spdx_tools"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    for name, raw in (("a", SBOM), ("b", XML), ("c", TAG_VALUE)):
        ran = checked(shell, **{name: raw})
        assert ran.code == 3
        assert "are not installed. Install them: pip install 'leadglass[check]'" in " ".join(ran.out.split())
        assert "not judged" in ran.out
    code, told = verdicts(shell, a=SBOM, b=written(advisory()))
    assert (code, told["a"]["verdict"], told["b"]["verdict"]["valid"]) == (1, None, True)


UTF_16 = {"SPDX JSON", "SPDX YAML", "SPDX tag-value", "SPDX RDF"}
JUDGED = {
    "CycloneDX": SBOM,
    "CycloneDX XML": XML,
    **{name: publishers.SPDX[name](TREE) for name in sorted(UTF_16)},
}
DAMAGE = {
    "cut off": lambda raw, _word: raw[:-30],
    "trailing": lambda raw, _word: raw + (b"<x/>" if raw.startswith(b"<") else b"{}"),
    "zero byte": lambda raw, word: raw.replace(word, word[:4] + b"\0" + word[4:]),
    "no text": lambda raw, word: raw.replace(word, word[:4] + b"\xff\xe9" + word[4:]),
}
"""What happens to a document that has this word in it."""


def is_told_as_damaged(shell: Shell, raw: bytes) -> bool:
    """Tell whether it gets a sentence and no verdict in its favour, and the next document is judged."""
    code, told = verdicts(shell, damaged=raw, sound=written(advisory()))
    verdict = told["damaged"]["verdict"]
    is_favoured = verdict is not None and verdict["valid"]
    said = told["damaged"]["why"] or verdict["complaints"]
    return code == 1 and not is_favoured and bool(said) and told["sound"]["verdict"]["valid"] is True


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_advisory_is_told_and_its_neighbour_is_judged(shell: Shell, damage: str) -> None:
    raw = written(advisory())
    assert b"Viewer" in raw
    assert is_told_as_damaged(shell, DAMAGE[damage](raw, b"Viewer"))


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("standard", JUDGED)
def test_a_damaged_bill_of_materials_is_told_and_its_neighbour_is_judged(
    shell: Shell, standard: str, damage: str
) -> None:
    raw = JUDGED[standard]
    assert b"openssl" in raw
    assert is_told_as_damaged(shell, DAMAGE[damage](raw, b"openssl"))


@pytest.mark.parametrize(
    "raw",
    [
        SBOM.replace(b'"1.5"', b'"9.9"', 1),
        SBOM.replace(b'"specVersion": "1.5",', b""),
        XML.replace(b"/1.5", b"/9.9"),
        SBOM[:-1] + b', "x": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        JUDGED["SPDX JSON"].replace(b'"packages": [', b'"packages": [5, '),
        b"spdxVersion: SPDX-2.3\npackages: 3\n",
        b'spdxVersion: SPDX-2.3\nname: !!python/object/apply:os.system ["true"]\n',
    ],
    ids=["unknown version", "no version", "unknown version in XML", "deep", "a number for a package", "a number for packages", "a tag of YAML"],
)  # fmt: skip
def test_what_the_validators_do_not_expect_is_told_too(shell: Shell, raw: bytes) -> None:
    assert is_told_as_damaged(shell, raw)


@pytest.mark.parametrize("standard", sorted(JUDGED))
def test_the_encoding_does_not_make_a_document_invalid(shell: Shell, standard: str) -> None:
    text = JUDGED[standard].decode().replace('encoding="UTF-8"', "")
    code, told = verdicts(shell, sound=text.encode("utf-16"))
    assert (code, told["sound"]["verdict"]["complaints"]) == (0, [])
