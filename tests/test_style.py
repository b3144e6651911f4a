"""The house holds itself to its style: sizes, first lines, no paths of one machine."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

SOURCES = sorted(path for path in Path("src").rglob("*.py") if "migrations" not in path.parts)


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or node.lineno) - node.lineno < 60, f"{path}:{node.lineno} {node.name}"


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_modules_begin_with_licence_and_promise(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# SPDX-License-Identifier: Apache-2.0"
    assert ast.get_docstring(ast.parse("\n".join(lines)))


OPTIONAL = {"id_token.py", "official.py", "openpgp.py", "saml.py", "spark.py"}
"""What calls on optional extras may import them where it needs them."""


def test_no_function_hides_an_import() -> None:
    hidden = [
        f"{path}:{inner.lineno}"
        for path in SOURCES
        if path.name not in OPTIONAL
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_nothing_names_a_path_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    absolute = re.compile(rb"/(?:home|root|work|Users)/[a-z]")
    named = [
        name
        for name in listed.stdout.split("\n")
        if name
        and Path(name).is_file()
        and Path(name).stat().st_size < 400_000
        and absolute.search(Path(name).read_bytes())
    ]
    assert named == []
