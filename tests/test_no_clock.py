"""The time of day is no input of a build: an embargo ends, and a text expires, by the build's own date alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from communique.documents import kinds

PROJECT = Path(__file__).resolve().parents[1]
MODULES = [*sorted((PROJECT / "plugins").rglob("*.py")), PROJECT / "pelicanconf.py", PROJECT / "publishconf.py"]
#: Everything in the standard library that tells the time of day. `perf_counter` and `monotonic` tell durations.
CLOCKS = {"now", "today", "utcnow", "time_ns", "localtime", "gmtime", "ctime", "asctime", "time"}


def asks_the_time(tree: ast.Module) -> list[int]:
    """Lines that call a clock: `datetime.now()`, `date.today()`, `time.time()`, or names imported from `time`."""
    found: list[int] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found += [node.lineno for alias in node.names if alias.name not in ("perf_counter", "monotonic", "sleep")]
        if isinstance(node, ast.Attribute):
            of = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
            # `datetime.time()` is a value, `time.time()` a clock.
            if of in ("datetime", "date", "time") and node.attr in CLOCKS and (of, node.attr) != ("datetime", "time"):
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", MODULES, ids=[path.relative_to(PROJECT).as_posix() for path in MODULES])
def test_neither_core_nor_adapters_nor_settings_read_a_clock(path: Path) -> None:
    assert asks_the_time(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_the_check_would_find_a_clock() -> None:
    for line in (
        "datetime.datetime.now()",
        "datetime.date.today()",
        "time.time()",
        "from time import time",
        "now = datetime.datetime.now",
    ):
        assert asks_the_time(ast.parse(line)), line
    assert not asks_the_time(ast.parse("time.perf_counter(); datetime.time()"))


def test_no_template_asks_the_time() -> None:
    for path in (PROJECT / "theme/templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "now()" not in text, path.name
        assert "today" not in text, path.name


def test_each_term_of_a_document_is_a_key_of_the_original_alone() -> None:
    assert {"review", "embargo", "expires"} <= set(kinds.ORIGINAL_OPTIONAL)
    assert not {"review", "embargo", "expires"} & {*kinds.TRANSLATION_REQUIRED, *kinds.TRANSLATION_OPTIONAL}
