# SPDX-License-Identifier: Apache-2.0
"""Name a package of an ecosystem by its URL (purl-spec, PURL-TYPES), where a record names its registry and its name."""

from typing import Final

from leadglass.errors import UnreadableError
from leadglass.values.purl import Purl

COLLECTIONS: Final = {
    "crates.io": "cargo", "cran.r-project.org": "cran", "hackage.haskell.org": "hackage", "hex.pm": "hex",
    "npmjs.com": "npm", "npmjs.org": "npm", "nuget.org": "nuget", "packagist.org": "composer", "pkg.go.dev": "golang",
    "proxy.golang.org": "golang", "pub.dev": "pub", "pypi.org": "pypi", "pypi.python.org": "pypi",
    "registry.npmjs.org": "npm", "repo.maven.apache.org": "maven", "repo1.maven.org": "maven", "rubygems.org": "gem",
}  # fmt: skip
"""The type of package URL by the host of a collection (CVE Record Format 5, `collectionURL`), without "www."."""


def package_url(kind: str, name: str) -> str:
    """Write the URL of a package by type and name as its registry has it; "" where it is none.

    Of Maven the group ends at the colon, or at the last slash; else what stands before the last slash is the namespace.
    """
    if not kind or not name:
        return ""
    namespace, mark, last = name.rpartition(":" if kind == "maven" and ":" in name else "/")
    try:
        return str(Purl(type=kind, namespace=namespace, name=last if mark else name))
    except UnreadableError:
        return ""


def of_collection(collection: str, name: str) -> str:
    """Write the URL of a package by the address of its collection and its name there; "" where the host is not known."""
    _, _, behind = collection.partition("://")
    host = behind.partition("/")[0].lower().removeprefix("www.")
    return package_url(COLLECTIONS.get(host, ""), name)
