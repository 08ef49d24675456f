"""Imports point one way, the core is pure, and nobody plays with the path of imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PLUGINS = PROJECT / "plugins"
#: The core from its ground upward: a module may import from its own layer and those before it. Within one layer
#: imports make no circle. The envelope, keys and passphrases of sealing know nothing of documents; only
#: `sealing.sections`, where both meet, stands above them.
LAYERS = (
    ("communique.problems",),
    ("communique.strict_yaml",),
    ("communique.policy",),
    ("communique.site",),
    ("communique.events", "communique.horizon", "communique.figures", "communique.contacts", "communique.glossary"),
    ("communique.approvals",),
    ("communique.documents",),
    ("communique.languages", "communique.calendars", "communique.vcards"),
    ("communique.access",),
    ("communique.sealing",),
    ("communique.searching",),
    ("communique.editions", "communique.searching"),
    ("communique.audit",),
    ("communique.delivery",),
    ("communique.importing",),
)
PATH_TRICKS = ("sys.path", "spec_from_file_location", "__import__")


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PLUGINS).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in sorted(PLUGINS.rglob("*.py"))}
CORE = sorted(name for name in MODULES if name.split(".")[0] == "communique")


def imports_of(name: str) -> Iterator[str]:
    """The modules of this project that `name` imports."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if full in MODULES or node.module in MODULES:
                    yield full if full in MODULES else node.module


def layer(name: str) -> int:
    return next(
        index for index, names in enumerate(LAYERS) for begin in names if name == begin or name.startswith(begin + ".")
    )


@pytest.mark.parametrize("name", [name for name in CORE if name != "communique"])
def test_a_module_of_the_core_imports_only_from_its_own_layer_and_those_below(name: str) -> None:
    above = [other for other in imports_of(name) if other != "communique" and layer(other) > layer(name)]

    assert above == []


@pytest.mark.parametrize("name", CORE)
def test_the_core_does_not_know_the_adapters(name: str) -> None:
    assert [other for other in imports_of(name) if other.startswith("communique_pelican")] == []


def test_no_imports_go_in_a_circle() -> None:
    waiting = {name: set(imports_of(name)) - {name} for name in MODULES}
    while waiting:
        ready = [name for name, needs in waiting.items() if not needs & set(waiting)]
        assert ready, f"these import each other in a circle: {', '.join(sorted(waiting))}"
        for name in ready:
            del waiting[name]


@pytest.mark.parametrize("name", ["envelope", "keyring", "keystore", "passphrases", "primitives", "register", "sealer"])
def test_sealing_itself_knows_nothing_of_documents(name: str) -> None:
    used = set(imports_of(f"communique.sealing.{name}"))

    assert {other for other in used if other.startswith(("communique.documents", "communique.languages"))} == set()


@pytest.mark.parametrize("name", sorted(MODULES))
def test_no_module_changes_where_modules_are_found(name: str) -> None:
    text = MODULES[name].read_text(encoding="utf-8")

    assert [trick for trick in PATH_TRICKS if trick in text] == []
