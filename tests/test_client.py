"""The browser's client as it ships: what it weighs, that it is the same everywhere, and that it still does its work."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from communique.problems import Refused
from communique_pelican.client import NEEDED, SCRIPTS, START, compressed_size, package_client, path_of, read_scripts

PROJECT = Path(__file__).resolve().parents[1]
#: What signing in and reading may weigh. Whatever goes beyond it belongs into a part that loads where it is used.
PROMISED = 12_000


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    return package_client(read_scripts(PROJECT / "theme" / "static"))


def test_signing_in_and_reading_need_no_more_than_what_is_promised(parts: dict[str, bytes]) -> None:
    assert sum(compressed_size(parts[name]) for name in NEEDED) <= PROMISED


def test_the_same_scripts_give_the_same_bytes_and_so_the_same_names(parts: dict[str, bytes]) -> None:
    assert package_client(read_scripts(PROJECT / "theme" / "static")) == parts


def test_the_first_part_knows_all_others_by_name_so_that_its_own_stands_for_the_client(parts: dict[str, bytes]) -> None:
    first = parts[START].decode().splitlines()[0]
    named = re.fullmatch(r"\(window\.Communique=window\.Communique\|\|\{\}\)\.parts=(\{.*\});", first)
    assert named
    assert json.loads(named[1]) == {name: path_of(name, data) for name, data in parts.items() if name != START}


def test_every_part_ends_by_saying_that_it_is_whole(parts: dict[str, bytes]) -> None:
    for name, data in parts.items():
        assert data.endswith(f'\nCommunique.loading.arrived("{name}");\n'.encode())


def test_whatever_the_scripts_ask_for_is_a_part_and_every_part_is_asked_for() -> None:
    texts = read_scripts(PROJECT / "theme" / "static")
    asked = {name for text in texts.values() for name in re.findall(r"\buse\(\"([a-z]+)\"\)", text)}
    assert asked == set(SCRIPTS) - {START}


def test_a_script_that_is_in_no_part_or_missing_is_refused() -> None:
    texts = read_scripts(PROJECT / "theme" / "static")
    texts["stray.js"] = texts.pop("lock.js")
    with pytest.raises(Refused) as refused:
        package_client(texts)
    assert [problem.code for problem in refused.value.problems] == ["client-files"]
    assert "lock.js, stray.js" in str(refused.value)


def test_what_is_no_script_is_refused_by_name_and_place() -> None:
    texts = read_scripts(PROJECT / "theme" / "static")
    texts["lock.js"] = "(function () {\n  let broken = ;\n})();\n"
    with pytest.raises(Refused) as refused:
        package_client(texts)
    assert [problem.code for problem in refused.value.problems] == ["client-script"]
    assert "theme/static/js/lock.js" in str(refused.value)
    assert "line 2" in str(refused.value)


@pytest.mark.node
def test_what_opens_sealed_text_passes_the_same_vectors_shortened(parts: dict[str, bytes], tmp_path: Path) -> None:
    # The first script of its part, up to where the next begins.
    shipped = parts["reading"].decode().split("})();", 1)[0] + "})();"
    assert "CommuniqueSealed" in shipped
    (tmp_path / "sealed-object.js").write_text(shipped, encoding="utf-8")
    ran = subprocess.run(
        ["node", "--test", "tests/js/sealed-object.test.mjs"],
        cwd=PROJECT,
        env={**os.environ, "SEALED_OBJECT": str(tmp_path / "sealed-object.js")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert int(re.findall(r"(?m)^# pass (\d+)$", ran.stdout)[0]) > 300


#: A text in a script, or a comment, which is passed over.
_LITERAL = re.compile(r"""//[^\n]*|/\*.*?\*/|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)""", re.DOTALL)
#: How a script would say something to a reader itself.
_SAYS = re.compile(r"""(?:textContent|innerText|title|alt|placeholder|ariaLabel)\s*=\s*["'](?=[^"']*[A-Za-z]{2})"""
                   r"""|setAttribute\("(?:aria-label|title|alt|placeholder)",\s*["']""")  # fmt: skip


def test_no_script_holds_a_sentence() -> None:
    """What readers are told comes from the page, in the page's language."""
    for name, text in read_scripts(PROJECT / "theme" / "static").items():
        assert not _SAYS.search(text), name
        for found in _LITERAL.finditer(text):
            said = (found[1] or "")[1:-1]
            assert not re.match(r"[A-Z][a-z]+ [a-z]+|\S+ .*[a-z]{2}[.!?…]$", said), f"{name}: {said!r}"
