"""The API in this process, over a ledger of two sites."""

import pytest
from django.conf import settings
from django.core.cache import cache

from leadglass.web import door
from tests.hospital import START
from tests.web.api.ledgers import Api, People, home_of


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """The ledger; what a test writes is there for the next."""
    hospital = home_of(tmp_path_factory.mktemp("ledger"))
    patch = pytest.MonkeyPatch()
    patch.setenv("LEADGLASS_HOME", str(hospital.home))
    patch.setenv("LEADGLASS_NOW", START.isoformat())
    door.house.cache_clear()
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = "of a test", ["testserver"]
    cache.clear()
    yield hospital
    door.house.cache_clear()
    patch.undo()


@pytest.fixture(scope="module")
def people(ledger):
    """Who may do what."""
    return People(ledger.house)


@pytest.fixture(scope="module")
def whole(people):
    """A client that may do everything everywhere."""
    return Api(people.token("administrator", "security_analyst", "auditor", "clinical_engineer"))
