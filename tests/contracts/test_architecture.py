"""House rules that neither the linter nor the type checker can state."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "commands", "providers", "storage")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}

# Where anything at all may be caught: it is logged there, and shown to the person who asked.
LAST_RESORTS = {
    "bot/jobs/work.py",
    "bot/jobs/worker.py",
    "bot/slack/failures.py",
    "bot/slack/listeners.py",
    "bot/web/app.py",
    "commands/health/running/survey.py",  # one check of forty
    "commands/items/reading/tables.py",  # a strange workbook, in a library that promises nothing
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def handlers(path: Path) -> Iterator[ast.ExceptHandler]:
    tree = ast.parse(path.read_text())
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler))


def catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        node is None or (isinstance(node, ast.Name) and node.id in {"Exception", "BaseException"})
        for node in names
    )


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_has_a_vague_name(path: Path) -> None:
    assert path.stem not in VAGUE


@pytest.mark.parametrize("path", [p for p in MODULES if "sandbox" not in p.parts], ids=name)
def test_everything_is_caught_only_at_the_border(path: Path) -> None:
    lines = [handler.lineno for handler in handlers(path) if catches_everything(handler)]

    assert not lines or name(path) in LAST_RESORTS


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_exception_is_swallowed(path: Path) -> None:
    silent = [
        handler.lineno
        for handler in handlers(path)
        if all(isinstance(statement, ast.Pass) for statement in handler.body)
    ]

    assert silent == []


def test_only_the_old_http_library_is_banned_and_it_is_not_installed() -> None:
    found = subprocess.run([sys.executable, "-c", "import httpx"], capture_output=True, check=False)

    assert found.returncode != 0


def test_dependencies_point_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    verdict = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert verdict.returncode == 0, verdict.stdout
