"""Whole papers, as they might arrive: each file in `papers/` becomes the drafts and doubts that lie beside it.

After a change `WRITE_EXPECTED=1 pytest tests/importing/test_papers.py` writes them anew, to be read before they are
committed.
"""

from __future__ import annotations

import ast
import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from communique.documents.cutting import parse_source
from communique.documents.kinds import read_front_matter, split_front_matter
from communique.importing.drafting import Wishes
from communique.importing.reading import Imported, draft_paper, read_paper
from communique.policy import Policy
from communique.problems import Refused
from tests.importing.word_files import PAPERS_MADE

PROJECT = Path(__file__).resolve().parents[2]
PAPERS = Path(__file__).parent / "papers"
EXPECTED = Path(__file__).parent / "expected"
NAMES = sorted(path.name for path in PAPERS.iterdir())
LANGUAGES = {"3-muelles.txt": "es", "8-avis.eml": "fr"}


def imported(name: str, policy: Policy) -> Imported:
    wishes = Wishes("statements/paper", LANGUAGES.get(name, "en"), datetime.date(2008, 11, 3))
    return draft_paper(read_paper((PAPERS / name).read_bytes(), name), policy, wishes)


def told(got: Imported, file: str) -> str:
    taken = (f"{file}:{one.line}:{one.start + 1}: “{one.text.strip()}”: {one.why}" for one in got.taken_out)
    return "\n".join([*map(str, got.doubts), "", *taken, ""])


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_becomes_the_drafts_and_the_doubts_that_lie_beside_it(name: str, policy: Policy) -> None:
    got = imported(name, policy)
    stem = name.rpartition(".")[0]
    files = {f"{stem}.{index}.md": draft.text for index, draft in enumerate(got.drafts, 1)}
    files[f"{stem}.doubts"] = told(got, name)

    for file, text in files.items():
        if "WRITE_EXPECTED" in os.environ:
            EXPECTED.mkdir(exist_ok=True)
            (EXPECTED / file).write_text(text, encoding="utf-8")
        assert text == (EXPECTED / file).read_text(encoding="utf-8")
    assert {path.name for path in EXPECTED.glob(f"{stem}.*")} == set(files)


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_is_read_by_the_build_is_a_draft_and_never_public(name: str, policy: Policy) -> None:
    lang = LANGUAGES.get(name, "en")
    for draft in imported(name, policy).drafts:
        node, body, line = split_front_matter(draft.text, "draft.md")
        try:
            front = read_front_matter(node, "draft.md", lang, ["en", "es", "fr"], policy)
        except Refused as caught:
            waiting = caught.problems
        else:
            waiting = ()
        if waiting:
            # What no reader of papers knows is asked for, in its line.
            assert {problem.code for problem in waiting} == {"hint-left"}
            assert all(problem.place.line and "⟦" in line_of(draft.text, problem.place.line) for problem in waiting)
            continue
        assert front.draft
        assert not front.audience.is_public
        source = parse_source(body, "draft.md", policy, front.audience, first_line=line)
        assert not any(part.audience.is_public for part in source.parts)


def line_of(text: str, line: int) -> str:
    return text.split("\n")[line - 1]


@pytest.mark.parametrize("name", NAMES)
def test_no_paper_among_them_loses_a_word(name: str, policy: Policy) -> None:
    assert [doubt for doubt in imported(name, policy).doubts if doubt.code == "words-differ"] == []


@pytest.mark.parametrize("name", sorted(PAPERS_MADE))
def test_the_word_files_are_those_that_their_script_makes(name: str) -> None:
    assert (PAPERS / name).read_bytes() == PAPERS_MADE[name]()


def codes() -> Iterator[str]:
    """The codes of doubts that stand in the code."""
    for path in (PROJECT / "plugins/communique/importing").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name.lower().strip("_") == "doubt":
                texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                yield from texts[:1]


def test_every_doubt_is_explained_to_editors() -> None:
    guide = (PROJECT / "docs/importing.md").read_text(encoding="utf-8")
    told_codes = {
        line.rpartition("[")[2].rstrip("]")
        for path in EXPECTED.glob("*.doubts")
        for line in path.read_text(encoding="utf-8").split("\n")
        if line.endswith("]")
    }
    found = told_codes | set(codes())
    assert len(told_codes) > 20
    assert len(found) > 45
    assert sorted(code for code in found if f"`{code}`" not in guide) == []
