"""What a person meets is written down: every code of a refusal, every verb, every setting from outside."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def codes() -> set[str]:
    """The codes that stand in the code as such: the second argument of a `Problem`."""
    found: set[str] = set()
    for path in (PROJECT / "plugins").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name == "Problem" and len(node.args) > 1:
                    found.update(_texts(node.args[1]))
                elif name == "problem":
                    texts = (text for argument in node.args for text in _texts(argument))
                    found.update(text for text in [next((t for t in texts if _CODE.fullmatch(t)), "")] if text)
    return found


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def test_every_code_of_a_refusal_is_in_the_documentation() -> None:
    documented = set(re.findall(r"`([a-z0-9-]+)`", (PROJECT / "docs/problems.md").read_text(encoding="utf-8")))
    assert len(codes()) > 100
    assert sorted(codes() - documented) == []


def test_every_verb_is_in_the_readme() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "invoke", "--list", "--list-format", "flat"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    verbs = re.findall(r"^  ([a-z][a-z.-]*)", listed, re.MULTILINE)
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert "build" in verbs
    assert [verb for verb in verbs if f"invoke {verb}" not in readme] == []


def test_every_key_of_the_front_matter_is_in_the_guide_to_writing() -> None:
    from communique.documents import fields, kinds

    guide = (PROJECT / "docs/writing.md").read_text(encoding="utf-8")
    keys = {*kinds.ORIGINAL_REQUIRED, *kinds.ORIGINAL_OPTIONAL, *kinds.TRANSLATION_OPTIONAL}
    assert [key for key in sorted(keys) if f"`{key}`" not in guide] == []
    assert [kind for kind in fields.KINDS if kind not in guide] == []


def test_every_variable_that_changes_a_build_is_documented() -> None:
    from communique_pelican.keys import PASSPHRASE_FILE

    text = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "docs").glob("*.md"))
    assert PASSPHRASE_FILE in text
    assert "SOURCE_DATE_EPOCH" in text


def test_nothing_in_the_guides_leads_nowhere() -> None:
    for path in [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
            if not target.startswith(("https:", "doc:", "ref:", "file:", "figure:", "mailto:")) and "#" not in target:
                assert (path.parent / target).exists(), f"{path.name}: {target}"
