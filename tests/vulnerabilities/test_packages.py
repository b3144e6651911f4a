"""Packages of distributions are brought to the projects that they are part of, and stay in doubt."""

import re

import pytest

from leadglass.vulnerabilities.book import Book, aliases
from leadglass.vulnerabilities.components import REPAIRED
from leadglass.vulnerabilities.packages import packages, stem
from leadglass.vulnerabilities.wording import runs


@pytest.mark.parametrize(
    ("name", "project"),
    [
        ("openjpeg-libs", "openjpeg"),
        ("libraw19", "libraw"),
        ("libtiff5", "libtiff"),
        ("libopenjp2-7", "libopenjp"),
        ("libfoo1.2t64", "libfoo"),
        ("vela-utils", "vela"),
        ("openssl", "openssl"),
        ("log4j2", "log4j2"),
        ("iso-codes", "iso-codes"),
    ],
)
def test_the_project_is_what_is_left_of_the_package(name: str, project: str) -> None:
    assert stem(name) == project


@pytest.mark.parametrize(
    ("purl", "product", "version"),
    [
        ("pkg:rpm/centos/httpd@2.4.6-90.el7.centos?arch=x86_64", "apache:http_server", "2.4.6"),
        ("pkg:deb/ubuntu/libssl1.1@1.1.1-1ubuntu2.1~18.04.5?arch=amd64", "openssl:openssl", "1.1.1"),
        ("pkg:apk/alpine/dropbear@2022.83-r1", "dropbear_ssh_project:dropbear_ssh", "2022.83"),
        ("pkg:deb/debian/vela-utils@2.0-1", "quillon:vela", "2.0"),
    ],
)
def test_a_package_is_linked_to_its_project_and_may_be_repaired(
    purl: str, product: str, version: str
) -> None:
    made = Book({"vela": [("a", "quillon", 4)]}, {}, aliases()).links(
        name=purl.rpartition("/")[2].partition("@")[0], version="1", purl=purl
    )
    assert (made[0].product, made[0].version) == (product, version)
    assert {one.doubt for one in made} == {REPAIRED}


def test_the_project_of_a_package_is_looked_for_among_the_products_of_records() -> None:
    assert {"libvela3", "libvela"} <= runs("libvela3")
    made = Book({"libvela": [("a", "libvela", 4)]}, {}, aliases()).links(
        name="libvela3", version="1", purl="pkg:deb/debian/libvela3@3.1-2"
    )
    assert [(one.product, one.version) for one in made] == [("libvela:libvela", "3.1")]


def test_an_ecosystem_that_is_no_distribution_has_names_of_its_own() -> None:
    made = Book({}, {}, aliases()).link(name="httpd", version="1.0", purl="pkg:npm/httpd@1.0")
    assert made.product == ""


def test_the_table_of_packages_is_whole() -> None:
    rows = packages()
    assert len({row.pattern for row in rows}) == len(rows)
    for row in rows:
        re.compile(row.pattern)
        assert row.part in {"a", "o"}
        assert re.fullmatch(r"[^:]+:[^:]+", row.product)
