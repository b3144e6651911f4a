"""Two hospitals, one with a network and one without, and bundles between them: right ones, and any other."""

import atexit
import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from leadglass.formats import bundle as lists
from leadglass.formats import bundle_tar, dsse
from leadglass.services.feeds.bundle import Bundled, Wish, bundle
from leadglass.services.feeds.keys import make_key, own_key, trust_key
from leadglass.services.feeds.take import Taken, take
from leadglass.values.bundles import (
    FORMAT,
    MANIFEST,
    PAYLOAD_TYPE,
    Contents,
    Listed,
    ProgramFile,
    PublicKey,
    bundle_id,
)
from leadglass.values.sources import Receipt
from tests import hospital as h
from tests.hospital import Clock, Hospital

PASSPHRASE = "four words nobody says"
CVE = "CVE-2031-41001"


def record(name: str = CVE, **told: Any) -> bytes:
    """A feed with one record about the scanner of the fleet."""
    firmware = h.criterion("o:quillon:tomara_64_firmware:*", versionEndExcluding="2.0")
    hardware = h.criterion("h:quillon:tomara_64:-", vulnerable=False)
    return h.nvd(h.record(name, h.all_of([firmware], [hardware]), **told))


SCANNER = h.fleet(
    {"asset_tag": "CT-014", "manufacturer": "Quillon", "model": "Tomara 64", "software_version": "1.5"}
)


@cache
def home_with_key() -> Path:
    """A home with a key of bundles, made once in this process: a passphrase is slow on purpose."""
    folder = tempfile.TemporaryDirectory(prefix="key-")
    atexit.register(folder.cleanup)
    made = Hospital(Path(folder.name) / "home")
    make_key(made.house, PASSPHRASE)
    made.house.register.close()
    return made.home


class Pair:
    """A maker of bundles, and a hospital that trusts its key; one clock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.maker = Hospital(folder / "maker", self.clock)
        self.taker = Hospital(folder / "taker", self.clock)

    @cached_property
    def key(self) -> PublicKey:
        """The maker's key, which the taker trusts."""
        shutil.copytree(home_with_key() / "keys", self.maker.home / "keys")
        key = own_key(self.maker.house)
        assert key
        trust_key(self.taker.house, key.text, name="Group IT", why="met in person")
        return key

    def bundle(self, name: str = "one.tar.zst", **wish: Any) -> Bundled:
        assert self.key
        made = bundle(self.maker.house, self.folder / name, Wish(**wish), PASSPHRASE)
        self.clock.moment += timedelta(seconds=1)
        return made

    def take(self, source: Path | bytes, **how: Any) -> Taken:
        raw = source if isinstance(source, bytes) else source.read_bytes()
        return take(self.taker.house, io.BytesIO(raw), **how)

    def state(self) -> tuple[frozenset[str], frozenset[str]]:
        """What the taker has received, and what counts by its receipts of bundles."""
        receipts = list(self.taker.house.documents.receipts())
        return frozenset(r.sha256 for r in receipts), frozenset(r.way for r in receipts if r.way)


def listed(raw: bytes, **told: Any) -> Listed:
    """A document as a list names it."""
    plain: dict[str, Any] = {
        "sha256": hashlib.sha256(raw).hexdigest(), "size": len(raw), "name": "feed.json", "kind": "nvd",
        "standard": "NVD CVE API", "version": "2.0", "publisher": "NVD", "tlp": "CLEAR", "received": h.START,
        "newest": None,
    }  # fmt: skip
    return Listed(**{**plain, **told})


class Forger:
    """Writes bundles by hand, with a key that the taker trusts, so that only the fault in question can be refused."""

    def __init__(self, pair: Pair) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.public = PublicKey(raw=self.private.public_key().public_bytes_raw())
        self.created = pair.clock()
        trust_key(pair.taker.house, self.public.text, name="Forger", why="a test")

    def contents(self, documents: Iterable[Listed] = (), *, sequence: int = 1, **told: Any) -> Contents:
        plain = Contents(
            format=FORMAT, id="", key=self.public.keyid, created=self.created, expires=self.created + timedelta(days=30),
            publisher="Forger", sequence=sequence, base=None, needs=(), documents=tuple(documents), program=(),
        )  # fmt: skip
        made = replace(plain, **told)
        return made if "id" in told else replace(made, id=bundle_id(made.key, made.sequence, made.created))

    def envelope(self, contents: Contents | bytes, *, payload_type: str = PAYLOAD_TYPE) -> bytes:
        payload = contents if isinstance(contents, bytes) else lists.write(contents)
        sig = self.private.sign(dsse.pae(payload_type, payload))
        signature = dsse.Signature(keyid=self.public.keyid, sig=sig)
        return dsse.write(dsse.Envelope(payload_type=payload_type, payload=payload, signatures=(signature,)))

    def bundle(self, contents: Contents | bytes, members: Iterable[tuple[str, bytes]], **how: Any) -> bytes:
        envelope = self.envelope(contents, **how)
        return tar((MANIFEST, envelope), *members)


def tar(*members: tuple[str, bytes]) -> bytes:
    """A tar as bundles have it, of any members."""
    out = io.BytesIO()
    bundle_tar.write(out, ((name, len(raw), io.BytesIO(raw)) for name, raw in members))
    return out.getvalue()


def member(raw: bytes) -> tuple[str, bytes]:
    """A document as a member."""
    return f"documents/{hashlib.sha256(raw).hexdigest()}", raw


def program_file(name: str, raw: bytes) -> ProgramFile:
    return ProgramFile(name=name, size=len(raw), sha256=hashlib.sha256(raw).hexdigest())


def receipts(hospital: Hospital, raw: bytes) -> list[Receipt]:
    """The receipts of a document."""
    sha256 = hashlib.sha256(raw).hexdigest()
    return [receipt for receipt in hospital.house.documents.receipts() if receipt.sha256 == sha256]
