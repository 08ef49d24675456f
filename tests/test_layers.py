"""Imports point one way: tasks and settings to adapters, adapters to the core, the core to none of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
CORE = PROJECT / "plugins" / "communique"
FOREIGN = {"pelican", "jinja2", "invoke", "rich", "communique_pelican", "tasks"}
# What a pure core may not ask the machine: the time, chance, the environment.
IMPURE = {
    ("time", "time"),
    ("time", "localtime"),
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("os", "environ"),
    ("os", "getenv"),
    ("os", "urandom"),
    ("os", "getlogin"),
}
MODULES = sorted(CORE.rglob("*.py"))


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=[path.relative_to(CORE).as_posix() for path in MODULES])
def test_the_core_knows_nothing_of_pelican_templates_or_tasks(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert {name.split(".")[0] for name in imported(tree)} & FOREIGN == set()


@pytest.mark.parametrize("path", MODULES, ids=[path.relative_to(CORE).as_posix() for path in MODULES])
def test_the_core_reads_no_clock_no_environment_and_no_randomness(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    asked = {
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }

    assert asked & IMPURE == set()
    assert {name.split(".")[0] for name in imported(tree)} & {
        "random",
        "secrets",
        "getpass",
        "socket",
    } == set()


def test_only_tasks_imports_invoke() -> None:
    adapters = sorted((PROJECT / "plugins").rglob("*.py"))

    assert [path.name for path in adapters if "invoke" in imported(ast.parse(path.read_text("utf-8")))] == []
