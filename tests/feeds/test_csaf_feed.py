# SPDX-License-Identifier: Apache-2.0
"""Advisories of providers: hash and signature by pinned keys, ROLIE feeds and directories, no older revision."""

import hashlib
import sys
from datetime import timedelta

import pytest

from leadglass.errors import UnreadableError
from leadglass.formats import csaf_provider, openpgp
from tests.feeds.reader import POLICY, Reader
from tests.feeds.server import serving
from tests.feeds.world import World

pysequoia = pytest.importorskip("pysequoia", reason="the extra `feeds` is not installed")


def key(name):
    return pysequoia.Tsk.generate(f"{name} <{name}@quillon.example>")


OURS, THEIRS = key("psirt"), key("mallory")


def signs(secret):
    return lambda raw: pysequoia.sign(secret.signer(), raw, mode=pysequoia.SignatureMode.DETACHED)


def publish_key(world, secret):
    certificate = secret.extract_certificate()
    world.key, world.fingerprint = str(certificate).encode(), certificate.fingerprint.upper()
    world.signing = signs(secret)


@pytest.fixture
def server():
    world = World()
    publish_key(world, OURS)
    with serving(world) as there:
        yield there


@pytest.fixture
def reader(tmp_path, server):
    return Reader(tmp_path / "home", server)


def test_signed_advisories_are_taken_and_the_key_is_pinned(reader, server):
    told = reader.one("csaf")
    assert (told.complete, told.remarks) == (True, ())
    assert len(reader.advisories()) == 3
    (place,) = reader.house.cursors.read("csaf").position.values()
    assert place["pins"] == [OURS.extract_certificate().fingerprint]
    assert {receipt.publisher for receipt in reader.house.documents.receipts()} == {"Quillon PSIRT"}


def test_a_wrong_signature_refuses_that_advisory_alone(reader, server):
    server.replaced["/csaf/2031/qm-1.json.asc"] = signs(OURS)(b"something else")
    told = reader.one("csaf")
    assert not told.complete
    assert [gap.what.rpartition("/")[2] for gap in told.gaps] == ["qm-1.json"]
    assert "Its signature is not good" in told.error
    assert set(reader.advisories()) == {"QM-0", "QM-2"}


def test_the_signature_of_another_key_does_not_count(reader, server):
    server.world.signing = signs(THEIRS)
    told = reader.one("csaf")
    assert len(told.gaps) == 3
    assert reader.documents() == []


def test_what_is_no_signature_at_all_refuses_too(reader, server):
    server.replaced["/csaf/2031/qm-1.json.asc"] = b"<html>Sign in</html>"
    assert [gap.what.rpartition("/")[2] for gap in reader.one("csaf").gaps] == ["qm-1.json"]


def test_a_wrong_hash_refuses_that_advisory(reader, server):
    server.replaced["/csaf/2031/qm-2.json.sha512"] = hashlib.sha512(b"x").hexdigest().encode()
    told = reader.one("csaf")
    assert "qm-2.json has another hash than the provider states" in told.error
    assert set(reader.advisories()) == {"QM-0", "QM-1"}


def test_a_new_key_does_not_count_until_a_person_says_so(tmp_path, server):
    reader = Reader(tmp_path / "home", server)
    reader.one("csaf")
    publish_key(server.world, THEIRS)
    server.world.advise("qm-7")
    told = reader.one("csaf")
    assert not told.complete
    assert "QM-7" not in reader.advisories()
    assert "names a new key" in told.remarks[0]
    other = THEIRS.extract_certificate().fingerprint
    agreed = POLICY.replace("[csaf]", f'[csaf]\nfingerprints = ["{other}"]')
    reader = Reader(tmp_path / "home", server, policy=agreed)
    assert reader.one("csaf").complete
    assert "QM-7" in reader.advisories()


def test_a_key_that_is_not_the_one_stated_is_refused(reader, server):
    server.world.fingerprint = "AB" * 20
    assert "states the key abab" in reader.one("csaf").error
    assert reader.documents() == []


def test_a_missing_signature_is_told_and_the_advisory_taken(reader, server):
    server.world.signing = None
    told = reader.one("csaf")
    assert told.complete
    assert told.remarks == ("Quillon PSIRT: 3 of 3 advisories came without a signature.",)
    assert len(reader.advisories()) == 3


def test_missing_hashes_are_told(reader, server):
    server.world.hashes = False
    assert reader.one("csaf").remarks == ("Quillon PSIRT: 3 of 3 advisories came without a hash.",)


def test_without_openpgp_it_says_that_nothing_was_checked(reader, server, monkeypatch):
    monkeypatch.setitem(sys.modules, "pysequoia", None)
    server.world.signing = signs(THEIRS)
    told = reader.one("csaf")
    assert told.complete
    assert "were not checked: OpenPGP is not installed" in told.remarks[0]
    assert "pip install 'leadglass[feeds]'" in told.remarks[0]


def test_pins_outlive_a_sync_without_openpgp(reader, server, monkeypatch):
    reader.one("csaf")
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "pysequoia", None)
        reader.one("csaf")
    publish_key(server.world, THEIRS)
    server.world.advise("qm-8")
    assert not reader.one("csaf").complete


@pytest.mark.parametrize("csv", [True, False])
def test_directories_are_read_by_changes_or_by_index(reader, server, csv):
    server.world.rolie, server.world.csv = False, csv
    assert reader.one("csaf").complete
    server.world.advise("qm-1")
    told = reader.one("csaf")
    assert (told.complete, told.new) == (True, 1)
    assert reader.advisories() == {
        name.upper(): at.isoformat() for name, at in server.world.advisories.items()
    }


def test_an_older_revision_does_not_come_back(reader, server):
    old = server.world.advisory("qm-1")
    server.world.advise("qm-1")
    assert reader.one("csaf").complete
    server.world.advisories["qm-1"] += timedelta(
        seconds=1
    )  # listed as new, and is the old one, rightly signed
    server.replaced["/csaf/2031/qm-1.json"] = old
    server.replaced["/csaf/2031/qm-1.json.sha512"] = hashlib.sha512(old).hexdigest().encode()
    server.replaced["/csaf/2031/qm-1.json.asc"] = signs(OURS)(old)
    told = reader.one("csaf")
    assert not told.complete
    assert "ours is of" in told.error


def test_advisories_at_another_host_are_not_fetched(reader, server):
    server.replaced["/csaf/rolie.json"] = server.world._rolie("https://elsewhere.example/csaf")
    told = reader.one("csaf")
    assert "lists 3 advisories at another host" in told.error


def test_a_list_that_lost_many_is_refused(reader, server):
    reader.one("csaf")
    server.world.advisories = {"qm-0": server.world.advisories["qm-0"]}
    assert "lists 1 advisories, and listed 3 before" in reader.one("csaf").error


def test_one_provider_that_fails_stops_no_other(reader, server):
    reader.house.settings["LEADGLASS_FEED_CSAF_URL"] = (
        f"{server.base}/nowhere.json {server.base}/csaf/provider-metadata.json"
    )
    told = reader.one("csaf")
    assert not told.complete
    assert [gap.what for gap in told.gaps] == [f"{server.base}/nowhere.json"]
    assert len(reader.advisories()) == 3


@pytest.mark.parametrize(
    "path", ["../../etc/x.json", "/x.json", "https://elsewhere.example/x.json", "a/b.txt"]
)
def test_a_path_that_leads_out_of_its_directory_is_refused(path):
    with pytest.raises(UnreadableError, match="is no path of an advisory"):
        csaf_provider.index(path.encode(), "https://quillon.example/csaf")


@pytest.mark.corpus
def test_hashes_that_cisa_publishes_are_read_and_right(corpus):
    papers = sorted((corpus / "csaf" / "cisa-signed-sample").glob("*.json"))
    assert papers
    for paper in papers:
        stated = csaf_provider.digest(paper.with_suffix(".json.sha512").read_bytes())
        assert hashlib.sha512(paper.read_bytes()).hexdigest() == stated


@pytest.mark.corpus
def test_signatures_that_cisa_publishes_are_none_of_another_key(corpus):
    paper = min((corpus / "csaf" / "cisa-signed-sample").glob("*.json"))
    signature = paper.with_suffix(".json.asc").read_bytes()
    certificate = OURS.extract_certificate()
    with pytest.raises(UnreadableError, match="signature is not good"):
        openpgp.verify(paper.read_bytes(), signature, [str(certificate).encode()], [certificate.fingerprint])
