# SPDX-License-Identifier: Apache-2.0
"""The table of schemes: who takes which, what a site may add, and what is said of a table that is off."""

import pytest

from leadglass.errors import UnreadableError
from leadglass.formats import osv
from leadglass.vulnerabilities.schemes import (
    Scheme,
    read,
    scheme_of_ecosystem,
    scheme_of_product,
    scheme_of_purl,
    shipped,
)

NO_ORDER = {"", "composer", "conan", "cran", "hackage", "swift"}
"""Types of ecosystems for which no order is implemented; composer's is nearly that of the generic scheme."""


@pytest.mark.parametrize(
    ("product", "scheme"),
    [
        ("juniper:junos", Scheme.JUNOS),
        ("juniper:junos_space", Scheme.GENERIC),
        ("cisco:nx-os", Scheme.CISCO),
        ("siemens:syngo.via", Scheme.SYNGO),
        ("siemens:simatic_step_7", Scheme.LETTERS_LATER),
        ("siemens:simatic_s7-1500_firmware", Scheme.GENERIC),
        ("vmware:esxi", Scheme.ESXI),
        ("openssl:openssl", Scheme.GENERIC),
        ("", Scheme.GENERIC),
    ],
)
def test_a_product_takes_its_own_scheme_then_that_of_its_maker_then_the_generic_one(product, scheme):
    assert scheme_of_product(product) is scheme


@pytest.mark.parametrize(
    ("kind", "scheme"),
    [("pypi", Scheme.PEP440), ("NPM", Scheme.NPM), ("deb", Scheme.DPKG), ("generic", Scheme.GENERIC)],
)
def test_a_package_type_takes_its_scheme(kind, scheme):
    assert scheme_of_purl(kind) is scheme


@pytest.mark.parametrize(
    ("ecosystem", "scheme"),
    [
        ("PyPI", Scheme.PEP440),
        ("Debian:12", Scheme.DPKG),
        ("Alpine:v3.18", Scheme.APK),
        ("Android", Scheme.GENERIC),
    ],
)
def test_an_ecosystem_takes_its_scheme_whatever_its_release(ecosystem, scheme):
    assert scheme_of_ecosystem(ecosystem) is scheme


@pytest.mark.parametrize("ecosystem", sorted(shipped().ecosystem))
def test_ecosystems_and_the_package_types_by_which_osv_is_read_agree(ecosystem):
    kind = osv.scheme_of(ecosystem)
    if kind not in NO_ORDER:
        assert scheme_of_purl(kind) is scheme_of_ecosystem(ecosystem)


def test_every_order_that_is_implemented_serves_for_the_ecosystems_that_osv_is_read_by():
    assert {kind for kind in osv.SCHEMES.values() if scheme_of_purl(kind) is Scheme.GENERIC} <= NO_ORDER


def test_a_site_may_add_products_and_outweigh_what_is_shipped():
    shipped_table = 'version = "1"\n[product]\n"v:p" = "cisco"\n[prefix]\n"v:" = "junos"\n'
    own = 'version = "site"\n[product]\n"v:p" = "generic"\n"w:q" = "windows"\n[prefix]\n"v:pq" = "rpm"\n'
    choice = read(shipped_table, own)
    assert choice.version == "1+site"
    assert [choice.of_product(name) for name in ("v:p", "w:q", "v:other", "v:pqr", "x:y")] == [
        Scheme.GENERIC, Scheme.WINDOWS, Scheme.JUNOS, Scheme.RPM, Scheme.GENERIC,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[product", "it is no TOML"),
        (
            '[products]\n"v:p" = "cisco"',
            "'products' is no section; they are product, prefix, purl, ecosystem",
        ),
        ('[product]\n"v:p" = "ios"', r"\[product\] v:p: 'ios' is no scheme; they are generic, letters_later"),
        ('product = "v:p"', "'product' is no section"),
        (
            '[product]\n"Cisco:NX-OS" = "cisco"',
            "'Cisco:NX-OS' is not a product as records name it, in small letters",
        ),
        ('[product]\n"nx-os" = "cisco"', "'nx-os' is not a product as records name it"),
        ('[prefix]\n"" = "cisco"', "'' is not the beginning of a product"),
        ('[prefix]\n"cisco" = "cisco"', "'cisco' is not the beginning of a product"),
        ('[purl]\n"pkg:pypi" = "pep440"', "'pkg:pypi' is not a type of package URLs"),
        ('[ecosystem]\n"Debian:12" = "dpkg"', "'Debian:12' is not an ecosystem of OSV without its release"),
    ],
)
def test_a_table_that_is_off_says_where_and_what_to_write(table, said):
    with pytest.raises(UnreadableError, match=said):
        read(table)
