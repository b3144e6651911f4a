"""The command as a user runs it: through the real door, in this process."""

import io
import json
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from leadglass.cli.main import main

NOW = "2026-11-21T07:00:00+00:00"
ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo"
COMMAND = [sys.executable, "-W", "error", "-c", "from leadglass.cli.main import main; main()"]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command said, and its exit code."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode("utf-8")

    @property
    def json(self) -> Any:
        """Standard output as JSON: it must be one value, and nothing else."""
        return json.loads(self.raw.decode("utf-8", "strict"))


class Shell:
    """Runs the command in one home, without a terminal, 160 columns wide, on one day."""

    def __init__(self, home: Path | None, **environment: str) -> None:
        self.home = home
        self.environment = {"COLUMNS": "160", "LEADGLASS_NOW": NOW, **environment}

    def __call__(
        self, *words: object, given: bytes = b"", out: io.TextIOWrapper | None = None, **environment: str
    ) -> Ran:
        """Run and tell; what is printed goes to `out`, where a test has a standard output of its own."""
        kept, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        out = out or kept
        stdin = io.TextIOWrapper(io.BytesIO(given), encoding="utf-8")
        argv = ["leadglass", *(("--home", str(self.home)) if self.home else ()), *map(str, words)]
        code = 0
        with (
            patch.dict(os.environ, {**self.environment, **environment}),
            patch.object(sys, "argv", argv),
            patch.object(sys, "stdin", stdin),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as ended:
                code = int(ended.code or 0)
        out.flush()
        err.flush()
        return Ran(code, _bytes(kept), _bytes(err).decode())

    def rows(self, *words: object) -> list[dict[str, Any]]:
        """The rows of a listing."""
        ran = self(*words, "--json")
        assert ran.code == 0, ran.err
        found: list[dict[str, Any]] = ran.json
        return found

    def receive(self, **documents: bytes) -> Ran:
        """Receive documents that are made of words, one file each."""
        folder = self.home.with_name("offered")
        folder.mkdir(exist_ok=True)
        paths = []
        for name, raw in documents.items():
            path = folder / name
            path.write_bytes(raw)
            paths.append(path)
        return self("receive", *paths)


def _bytes(stream: io.TextIOWrapper) -> bytes:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()


def environment(**more: str) -> Mapping[str, str]:
    """The environment of a command in its own process."""
    return {**os.environ, "COLUMNS": "160", "LEADGLASS_NOW": NOW, "PYTHONPATH": str(ROOT / "src"), **more}
