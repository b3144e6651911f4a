"""Questions: what is asked, of whom, what an answer settles, and the letter that asks it."""

import pytest

from leadglass.errors import NotFoundError, UsageError
from leadglass.render.letter import letter as write
from leadglass.services.ledger import people
from leadglass.services.ledger.letters import letter
from tests.hospital import Hospital, all_of, any_of, bom, criterion, fleet, nvd, record
from tests.services.test_road import SCANNER


def ask(hospital: Hospital, kind: str) -> dict[str, object]:
    return next(row for row in hospital.list("questions") if row["kind"] == kind)


def settle(hospital: Hospital, kind: str, value: str) -> None:
    hospital.answer(str(ask(hospital, kind)["id"]), value)
    hospital.assess()
    assert kind not in {row["kind"] for row in hospital.list("questions")}


def test_the_question_that_settles_most_comes_first(hospital: Hospital) -> None:
    one = record(
        "CVE-2026-1001", any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0"))
    )
    more = [
        record(
            f"CVE-2026-100{n}", any_of(criterion("o:quillon:pellar_firmware:*", versionEndExcluding="2.0"))
        )
        for n in range(2, 6)
    ]
    blank = {**SCANNER, "software_version": ""}
    hospital.receive(fleet(blank, {**blank, "model": "Pellar"}), nvd(one, *more))
    hospital.assess()
    versions = [row for row in hospital.list("questions") if row["kind"] == "version"]
    assert [row["settles"] for row in versions] == [4, 1]
    assert versions[0]["model"] == "Pellar"


def test_a_vaguely_named_system_is_asked_for_and_answered(hospital: Hospital) -> None:
    hospital.receive(
        fleet({**SCANNER, "os": "Windows 10"}),
        nvd(
            record(
                "CVE-2026-1002",
                any_of(criterion("o:microsoft:windows_10_1809:*", versionEndExcluding="10.0.17763.3000")),
            )
        ),
    )
    hospital.assess()
    assert (
        hospital.statuses("CVE-2026-1002") == {}
    )  # which Windows 10 is not known: that is a finding of its own
    assert {row["kind"] for row in hospital.list("findings")} == {"partly_blind", "system"}
    hospital.receive(nvd(record("CVE-2026-1003", any_of(criterion("o:microsoft:windows_10:1809")))))
    hospital.assess()
    assert hospital.statuses("CVE-2026-1003") == {"X-001": "unknown"}
    settle(hospital, "system", "Windows 10 10.0.17763.2686")
    assert hospital.statuses("CVE-2026-1003") == {"X-001": "affected"}
    assert hospital.statuses("CVE-2026-1002") == {"X-001": "affected"}


def test_a_missing_component_version_is_answered_for_its_model(hospital: Hospital) -> None:
    hospital.receive(
        fleet(SCANNER),
        bom("Tomara 64", "1.5", [{"name": "openssl"}]),
        nvd(record("CVE-2026-1004", any_of(criterion("a:openssl:openssl:*", versionEndExcluding="1.0.2u")))),
    )
    hospital.assess()
    assert hospital.statuses("CVE-2026-1004") == {"X-001": "unknown"}
    settle(hospital, "component-version", "1.0.2u")
    assert hospital.statuses("CVE-2026-1004") == {}


def lists_what_a_record_may_mean(hospital: Hospital) -> None:
    hospital.receive(
        fleet(SCANNER),
        bom("Tomara 64", "1.5", [{"name": "frobnicator", "version": "1.0"}]),
        nvd(record("CVE-2026-1005", any_of(criterion("a:acme:frobnicator:1.0")))),
    )
    hospital.assess()


def test_a_doubtful_name_is_asked_and_the_answer_is_remembered(begin) -> None:
    hospital = begin(lists_what_a_record_may_mean)
    finding = hospital.list("findings", vulnerability="CVE-2026-1005")[0]
    assert (finding["status"], finding["missing"]) == ("unknown", "component identity")
    settle(hospital, "component", "yes")
    assert hospital.statuses("CVE-2026-1005") == {"X-001": "affected"}


def test_none_means_that_no_record_speaks_of_it(begin) -> None:
    hospital = begin(lists_what_a_record_may_mean)
    settle(hospital, "component", "none")
    assert hospital.statuses("CVE-2026-1005") == {}


def test_a_missing_edition_is_answered_with_a_cpe_name(hospital: Hospital) -> None:
    hospital.receive(
        fleet(SCANNER),
        bom("Tomara 64", "1.5", [{"name": "openssl", "version": "1.0.2k"}]),
        nvd(record("CVE-2026-1006", any_of(criterion("a:openssl:openssl:1.0.2k:*:*:*:*:windows")))),
    )
    hospital.assess()
    assert hospital.list("findings", vulnerability="CVE-2026-1006")[0]["missing"] == "edition"
    question = str(ask(hospital, "edition")["id"])
    with pytest.raises(UsageError):
        hospital.answer(question, "the Windows one")
    settle(hospital, "edition", "cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:linux:*:*")
    assert hospital.statuses("CVE-2026-1006") == {}


def test_a_missing_model_is_answered_for_one_device(hospital: Hospital) -> None:
    firmware = "cpe:2.3:o:quillon:tomara_64_firmware:1.5:*:*:*:*:*:*:*"
    joined = all_of(
        [criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0")],
        [criterion("h:quillon:tomara_64:-", vulnerable=False)],
    )
    device = {"manufacturer": "Quillon", "model": "", "cpe": firmware}
    hospital.receive(
        fleet({**device, "asset_tag": "CT-1"}, {**device, "asset_tag": "CT-2"}),
        nvd(record("CVE-2026-1007", joined)),
    )
    hospital.assess()
    hospital.answer(str(ask(hospital, "hardware")["id"]), "Tomara 64", device="CT-1")
    hospital.assess()
    assert hospital.statuses("CVE-2026-1007") == {"CT-1": "affected", "CT-2": "unknown"}


def test_an_answer_must_say_something_and_fit(hospital: Hospital) -> None:
    hospital.receive(
        fleet({**SCANNER, "manufacturer": "Quillon"}, {**SCANNER, "manufacturer": "Quilon"}, SCANNER)
    )
    hospital.assess()
    maker = str(ask(hospital, "maker")["id"])
    with pytest.raises(UsageError, match="yes or no"):
        hospital.answer(maker, "perhaps")
    with pytest.raises(UsageError, match="says something"):
        hospital.answer(maker, "  ")
    settle(hospital, "maker", "yes")
    assert {row["product"] for row in hospital.list("devices")} == {"Quillon Tomara 64"}


def test_a_letter_asks_all_about_a_model_at_once(hospital: Hospital) -> None:
    hospital.house.home.joinpath("organisation.txt").write_text("Harbor Imaging Group")
    hospital.receive(
        fleet(
            {**SCANNER, "software_version": "", "serial_number": "QT64-1"},
            {**SCANNER, "serial_number": "QT64-2"},
        ),
        nvd(
            record(
                "CVE-2026-1001",
                any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0")),
            )
        ),
    )
    hospital.assess()
    asked = [row for row in hospital.list("questions") if row["model"] == "Tomara 64"]
    by_question, by_words = letter(hospital.view(), asked[0]["id"]), letter(hospital.view(), "Tomara 64")
    assert by_question == by_words
    text = write(by_words)
    for said in ("Quillon", "QT64-1", "QT64-2", *(row["id"] for row in asked)):
        assert said in text
    assert max(map(len, text.splitlines())) <= 78


def test_an_answer_may_be_given_anew_and_withdrawn(hospital: Hospital) -> None:
    hospital.receive(
        fleet({**SCANNER, "software_version": ""}),
        nvd(
            record(
                "CVE-2026-1001",
                any_of(criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0")),
            )
        ),
    )
    hospital.assess()
    question = str(ask(hospital, "version")["id"])
    settle(hospital, "version", "1.5")
    hospital.clock.pass_days(1)
    hospital.answer(question, "2.0")
    hospital.assess()
    assert hospital.statuses("CVE-2026-1001") == {}
    people.withdraw(hospital.view(), question, why="wrong scanner")
    hospital.assess()
    assert hospital.statuses("CVE-2026-1001") == {"X-001": "unknown"}
    with pytest.raises(NotFoundError):
        people.withdraw(hospital.view(), question, why="")


SQL_SERVER = criterion("a:microsoft:sql_server:2012:sp4")


def lists_sql_server(hospital: Hospital) -> None:
    hospital.receive(
        fleet(SCANNER),
        bom(
            "Tomara 64", "1.5",
            [{"name": "SQL Server", "version": "2012", "cpe": "cpe:2.3:a:microsoft:sql_server:2012:*:*:*:*:*:*:*"}],
        ),
        nvd(record("CVE-2026-1007", any_of(SQL_SERVER))),
    )  # fmt: skip
    hospital.assess()
    assert hospital.list("findings", vulnerability="CVE-2026-1007")[0]["missing"] == "update"


@pytest.mark.parametrize("answer", ["2012 SP4", "SP4"])
def test_a_missing_update_is_answered_beside_the_version_that_is_listed(begin, answer: str) -> None:
    hospital = begin(lists_sql_server)
    settle(hospital, "component-version", answer)
    assert hospital.statuses("CVE-2026-1007") == {"X-001": "affected"}


def test_that_there_is_no_update_is_an_answer(begin) -> None:
    hospital = begin(lists_sql_server)
    settle(hospital, "component-version", "none")
    assert hospital.statuses("CVE-2026-1007") == {}


def test_a_version_without_its_update_does_not_answer_what_the_update_is(begin) -> None:
    hospital = begin(lists_sql_server)
    with pytest.raises(UsageError, match="'2012' names no update"):
        hospital.answer(str(ask(hospital, "component-version")["id"]), "2012")


def test_an_answer_about_the_update_never_moves_a_listed_version(begin) -> None:
    hospital = begin(lists_sql_server)
    settle(hospital, "component-version", "2019 SP4")
    (part,) = hospital.list("components", text="SQL Server")
    assert (part["version"], part["basis"]) == ("2012", "CPE name in the document; update answered")
