# SPDX-License-Identifier: Apache-2.0
"""Whatever a server or the way to it does: nothing wrong is taken, nothing right is lost, and it is told."""

import json
import random
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from leadglass.errors import BusyError, FetchError
from leadglass.services.feeds.sync import FEEDS, sync
from leadglass.store.cursors import CursorStore
from leadglass.values.web import Request
from tests.feeds.reader import POLICY, Reader
from tests.feeds.server import BUSY, WRONG, serving
from tests.feeds.world import World, milliseconds


@pytest.fixture
def server():
    with serving(World()) as there:
        yield there


@pytest.fixture
def reader(tmp_path, server):
    return Reader(tmp_path / "home", server)


def truth(world):
    """What a home holds that is complete: the newest record of each id, by feed."""
    return {
        "nvd": {name: milliseconds(at) for name, at in world.nvd.items()},
        "osv": {name: at.isoformat() for names in world.osv.values() for name, at in names.items()},
        "cve": {name: at.isoformat() for name, at in world.cves.items()},
        "csaf": {name.upper(): at.isoformat() for name, at in world.advisories.items()},
        "kev": set(world.exploited),
        "epss": set(world.scores),
    }


def held(reader):
    newest = dict.fromkeys(("kev", "epss"), b"")
    for raw in reader.documents():
        newest["kev"] = raw if b'"catalogVersion"' in raw else newest["kev"]
        newest["epss"] = raw if raw.startswith(b"#model") else newest["epss"]
    entries = json.loads(newest["kev"] or b'{"vulnerabilities": []}')["vulnerabilities"]
    scores = newest["epss"].decode().splitlines()[2:]
    return {
        "nvd": reader.nvd(), "osv": reader.osv(), "cve": reader.cves(), "csaf": reader.advisories(),
        "kev": {entry["cveID"] for entry in entries}, "epss": {line.partition(",")[0] for line in scores},
    }  # fmt: skip


def differing(reader, world):
    """What a home lacks, or has otherwise than the world: pairs of ours and theirs, by feed and id."""
    found = {}
    for feed, theirs in truth(world).items():
        ours = held(reader)[feed]
        if isinstance(theirs, set):
            found |= {(feed, name): (name in ours, name in theirs) for name in ours ^ theirs}
        else:
            names = {name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)}
            found |= {(feed, name): (ours.get(name), theirs.get(name)) for name in names}
    return found


def live(world, chance):
    """Let some of the world go on."""
    world.now += timedelta(minutes=chance.randrange(1, 2_000))
    for _ in range(chance.randrange(1, 6)):
        world.publish()
        world.modify(chance.choice(list(world.nvd)))
    moment = world.now.replace(tzinfo=UTC)
    if chance.random() < 0.5:
        world.exploited.append(f"CVE-2031-{1100 + len(world.exploited)}")
        world.kev_released = moment
    if moment.date() > world.scored:
        world.scored = moment.date()
        world.scores[f"CVE-2031-{1200 + len(world.scores)}"] = 0.5
    for names in world.osv.values():
        names[chance.choice(list(names))] = moment
        # listed with a time before the newest; the id is new, as a publisher's are
        world.serial += 1
        names[f"PYSEC-2031-{10_000 + world.serial}"] = moment - timedelta(hours=chance.randrange(40))
    world.change_cve(*chance.sample(list(world.cves), 2), f"CVE-2031-{3000 + len(world.cves)}")
    world.advise(chance.choice(list(world.advisories)))
    world.advise(f"qm-{chance.randrange(10, 99)}")


def endure(reader, server, seed, rounds):
    """Sync under a random plan of faults while the world goes on; at last in peace. Gives what is not as in the world."""
    chance = random.Random(seed)
    for _ in range(rounds):
        live(server.world, chance)
        faults = [
            chance.choice((*BUSY, *WRONG, "", "", "")) if chance.random() < 0.4 else "" for _ in range(200)
        ]
        server.faults.extend(faults)
        server.before = lambda _path: setattr(server.world, "page", chance.choice((1, 3, 7, 10, 10)))
        reader.sync(*FEEDS)
        server.faults.clear()
    server.before = lambda _path: None
    live(server.world, chance)
    told = reader.sync(*FEEDS)
    assert {name: (one.complete, one.error) for name, one in told.items()} == dict.fromkeys(FEEDS, (True, ""))
    return differing(reader, server.world)


def nothing_new(reader, server):
    """Sync once more, and name the feeds that found something that was there before."""
    again = reader.sync(*FEEDS)
    assert again["nvd"].taken <= len(server.world.nvd)
    return not any(one.new for name, one in again.items() if name != "nvd")


@pytest.mark.parametrize("seed", range(1))
def test_after_any_plan_of_faults_all_records_are_there_and_the_cursors_right(reader, server, seed):
    assert endure(reader, server, seed, rounds=4) == {}
    assert nothing_new(reader, server)
    assert differing(reader, server.world) == {}


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("seed", range(100, 120))
def test_after_many_plans_of_faults_all_records_are_there(reader, server, seed):
    assert endure(reader, server, seed, rounds=8) == {}
    assert nothing_new(reader, server)
    assert differing(reader, server.world) == {}


@pytest.mark.parametrize("fault", BUSY)
def test_what_passes_is_tried_again(reader, server, fault):
    server.faults.append(fault)
    told = reader.one("kev")
    assert (told.complete, told.error) == (True, "")
    assert server.failed == [fault]
    assert len(reader.time.slept) >= 1


@pytest.mark.parametrize(("fault", "least"), [("429", 30), ("429 date", 45), ("503", 1)])
def test_a_server_is_left_alone_as_long_as_it_asks(reader, server, fault, least):
    server.faults.extend([fault] * 2)
    assert reader.one("kev").complete
    assert len(reader.time.slept) == 2
    assert all(least <= pause <= least * 3 for pause in reader.time.slept)


def test_a_server_that_asks_for_hours_is_not_waited_for(reader, server):
    server.faults.append("429 long")
    told = reader.one("kev")
    assert "It asks to be left alone for 120 minutes" in told.error
    assert (reader.time.slept, len(server.asked)) == ([], 1)


def test_pauses_grow_and_end(reader, server):
    server.faults.extend(["500"] * 9)
    told = reader.one("kev")
    assert len(server.asked) == 6
    assert reader.time.slept == sorted(reader.time.slept)
    assert reader.time.slept[-1] > 4 * reader.time.slept[0]
    assert "The server answered 500. It was asked 6 times" in told.error


@pytest.mark.parametrize("name", FEEDS)
@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_answer_is_refused_and_what_was_there_stays(reader, server, name, fault):
    reader.one(name)
    before = held(reader)
    cursor = reader.house.cursors.read(name)
    live(server.world, random.Random(7))
    server.faults.extend([fault] * 40)
    told = reader.one(name)
    assert not told.complete
    assert told.error.endswith(".") or "leadglass" in told.error or "LEADGLASS" in told.error
    assert told.completed_at == cursor.completed_at
    assert told.new == 0
    assert held(reader) == before
    server.faults.clear()
    assert reader.one(name).complete
    assert held(reader)[name] == truth(server.world)[name] if name != "eol" else True


@pytest.mark.parametrize("fault", [fault for fault in WRONG if fault != "gone"])
def test_a_wrong_answer_at_first_leaves_nothing(reader, server, fault):
    server.faults.extend([fault] * 40)
    told = reader.sync("kev", "epss", "eol")
    assert [one.complete for one in told.values()] == [False] * 3
    assert reader.documents() == []


def test_an_answer_that_is_too_large_is_told_with_its_bound(reader, server):
    server.faults.append("huge")
    assert "larger than 8 MiB" in reader.one("kev").error


def test_an_answer_that_takes_too_long_is_given_up(reader, server):
    ticks = iter(range(0, 10**9, 1_000))
    reader.time.now = lambda: float(next(ticks))
    reader.manners = replace(reader.manners, deadline=500.0, tries=2)
    assert "took longer than 8 minutes" in reader.one("kev").error


def test_a_redirection_to_elsewhere_is_refused(reader, server):
    server.faults.append("elsewhere")
    told = reader.one("kev")
    assert "is redirected to http://127.0.0.1:9/kev.json, which is not agreed upon" in told.error
    assert len(server.asked) == 1


def test_only_https_is_fetched_from_another_machine(reader):
    reader.house.settings["LEADGLASS_FEED_KEV_URL"] = "http://user:secret@feeds.example/kev.json"
    told = reader.one("kev")
    assert "http://feeds.example/kev.json: only https is fetched" in told.error
    assert "secret" not in repr(told)


def test_one_feed_that_fails_stops_no_other(reader, server):
    reader.house.settings["LEADGLASS_FEED_KEV_URL"] = f"{server.base}/nowhere"
    told = reader.sync("kev", "epss")
    assert (told["kev"].complete, told["epss"].complete) == (False, True)


@pytest.mark.parametrize("name", ["csaf", "osv", "cve"])
def test_a_server_that_went_away_is_not_asked_for_each_record(reader, server, name):
    for number in range(40):
        server.world.advise(f"qm-{number}")
        server.world.change_cve(f"CVE-2031-{4000 + number}")
    reader.one("osv")
    later = server.world.now.replace(tzinfo=UTC)
    server.world.osv["PyPI"] |= {f"PYSEC-2031-{number}": later for number in range(500, 540)}
    lists = ("metadata.json", "rolie.json", "modified_id.csv", "deltaLog.json", "delta.json")
    server.before = lambda path: None if path.endswith(lists) else server.faults.append("500")
    before = len(server.asked)
    told = reader.one(name)
    assert not told.complete
    assert len(server.asked) - before < 30
    server.before = lambda _path: None
    server.faults.clear()
    assert reader.one(name).complete
    assert held(reader)[name] == truth(server.world)[name]


def test_a_list_that_names_an_address_without_tls_is_refused(reader, server):
    with serving(World()) as other:
        server.replaced["/csaf/provider-metadata.json"] = server.world._provider(f"{other.base}/csaf")
        told = reader.one("csaf")
        assert "which is not https" in told.error
        assert other.asked == []


def test_a_gap_keeps_its_beginning_and_is_closed_by_the_sync_that_mends_it(reader, server):
    reader.one("csaf")
    server.world.advise("qm-1")
    server.replaced["/csaf/2031/qm-1.json"] = b"{}"
    first = reader.one("csaf").gaps
    reader.clock.moment += timedelta(days=2)
    assert reader.one("csaf").gaps == first
    server.replaced.clear()
    told = reader.one("csaf")
    assert (told.complete, told.gaps) == (True, ())


def test_the_second_who_syncs_says_so(reader, tmp_path):
    with CursorStore(tmp_path / "home").syncing():
        reader.house = replace(reader.house, cursors=Impatient(tmp_path / "home"))
        with pytest.raises(BusyError, match=r"holds feeds\.lock since .* to sync the feeds"):
            list(sync(reader.house, ["kev"]))


class Impatient(CursorStore):
    """Cursors of one who does not wait."""

    def syncing(self, *, wait=0.1):
        return super().syncing(wait=wait)


def test_two_who_sync_at_once_come_one_after_the_other(reader, server, tmp_path):
    other = Reader(tmp_path / "home", server)
    threads = [threading.Thread(target=one.sync, args=("kev", "epss")) for one in (reader, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reader.documents()) == 2
    assert reader.one("kev").complete


def test_a_proxy_is_asked_instead(tmp_path, server):
    with serving(World()) as proxy:
        reader = Reader(tmp_path / "home", server)
        reader.manners = replace(reader.manners, proxy=proxy.base)
        assert reader.one("kev").complete
    assert server.asked == []
    assert proxy.asked[0][0] == f"{server.base}/kev.json"


# TLS.


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of an authority that nobody knows, for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder


@pytest.fixture
def secure(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with serving(World(), context) as there:
        yield there


def test_a_certificate_that_nobody_vouches_for_ends_it(tmp_path, secure):
    reader = Reader(tmp_path / "home", secure)
    told = reader.one("kev")
    assert "its certificate is not one that we trust" in told.error
    assert "LEADGLASS_FEED_CA=FILE" in told.error
    assert secure.asked == []


def test_an_authority_of_the_house_can_be_named(tmp_path, secure, certificate):
    reader = Reader(tmp_path / "home", secure)
    reader.manners = replace(reader.manners, authorities=str(certificate / "cert.pem"))
    assert reader.one("kev").complete


def test_a_redirection_to_a_host_that_is_agreed_upon_is_followed_without_the_key(
    tmp_path, server, secure, certificate
):
    policy = POLICY.replace("[kev]", '[kev]\nhosts = ["localhost"]')
    reader = Reader(tmp_path / "home", server, policy=policy)
    reader.manners = replace(reader.manners, authorities=str(certificate / "cert.pem"))
    server.moved["/kev.json"] = f"{secure.base}/kev.json"
    assert reader.one("kev").complete
    with reader.web() as web:
        asked = Request(
            url=f"{server.base}/kev.json", headers={"apiKey": "k"}, hosts=frozenset({"localhost"})
        )
        assert web.get(asked).body()
    assert server.asked[-1][1]["apiKey"] == "k"
    assert "apiKey" not in secure.asked[-1][1]
    with reader.web() as web, pytest.raises(FetchError, match="not agreed upon"):
        web.get(Request(url=f"{server.base}/kev.json"))
