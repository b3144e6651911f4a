"""A record that hits one component hits hundreds of its versions in a large fleet: one row says it of all of them."""

import pytest

from leadglass.web.pages.vulnerabilities import _components


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        (["1.0"], "chrome 1.0"),
        ([""], "chrome"),
        (["1", "2", "3"], "chrome 1, 2, 3"),
        (["1", "1", "2", "3", "4", "5"], "chrome 1, 2, 3 and 2 more"),
    ],
)
def test_some_versions_are_named_and_the_others_counted(versions, said):
    assert _components([{"component": "chrome", "version": version} for version in versions]) == said
