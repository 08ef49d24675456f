"""Front matter: what an original and a translation declare, and how it is refused."""

from __future__ import annotations

import pytest

from communique.documents.kinds import FrontMatter, read_front_matter, split_front_matter
from communique.problems import Refused
from tests.documents.reading import POLICY

ORIGINAL = """\
---
kind: statement
date: 2008-09-26
audience: public
original: en
summary: One sentence.
---
# Title
"""
TRANSLATION = "---\naudience: public\noriginal: en\nsummary: Una frase.\n---\n# Título\n"


def read(text: str, lang: str = "en") -> FrontMatter:
    node, _, _ = split_front_matter(text, "x.md")
    return read_front_matter(node, "x.md", lang, ["en", "es"], POLICY)


def test_the_body_begins_on_the_line_below_the_front_matter() -> None:
    assert split_front_matter(ORIGINAL, "x.md")[1:] == ("# Title\n", 8)


def test_an_original_declares_and_a_translation_inherits() -> None:
    assert (read(ORIGINAL).kind, read(ORIGINAL).is_original) == ("statement", True)
    assert (read(TRANSLATION, "es").original, read(TRANSLATION, "es").is_original) == ("en", False)


@pytest.mark.parametrize(
    ("there", "here", "code", "line"),
    [
        ("kind: statement", "kind: statment", "unknown-value", 2),
        ("date: 2008-09-26", "date: 2008-09-31", "bad-date", 3),
        ("audience: public", "audience: patner", "unknown-audience", 4),
        ("audience: public\n", "", "missing-audience", 1),
        ("original: en", "original: de", "unknown-value", 5),
        ("summary: One sentence.", "summary: One [b]{oeg}.", "summary-markup", 6),
        ("summary: One sentence.", "summary: One [b]｛oeg｝.", "summary-markup", 6),
        ("summary: One sentence.", 'summary: "::: oeg One."', "summary-markup", 6),
        ("kind:", "title: x\nkind:", "unknown-key", 2),
        ("kind:", "symbol: no symbol!\nkind:", "bad-symbol", 2),
        ("kind:", "numbering: lines\nkind:", "unknown-value", 2),
        ("kind:", "part: 1\nkind:", "bad-part", 2),
        ("kind:", "part: 3\nparts: 2\nfollows: a/b\nkind:", "bad-part", 2),
        ("kind:", "part: 2\nparts: 2\nkind:", "bad-follows", 2),
        ("kind:", "part: 1\nparts: 2\nfollows: a/b\nkind:", "bad-follows", 4),
        ("kind:", "part: 2\nparts: 2\nfollows: ../b\nkind:", "bad-follows", 4),
        ("kind:", "draft: yes\nkind:", "not-true-or-false", 2),
        ("---\nkind", "kind", "no-front-matter", 1),
        ("---\n# Title", "# Title", "no-front-matter", 1),
    ],
)
def test_a_mistake_in_an_original_is_refused_at_its_line(there: str, here: str, code: str, line: int) -> None:
    with pytest.raises(Refused) as refused:
        read(ORIGINAL.replace(there, here))

    assert (code, line) in [(problem.code, problem.place.line) for problem in refused.value.problems]


def test_a_translation_does_not_repeat_what_it_inherits() -> None:
    with pytest.raises(Refused) as refused:
        read(TRANSLATION.replace("audience", "date: 2008-09-26\naudience"), "es")

    assert [(problem.code, str(problem.place)) for problem in refused.value.problems] == [("inherited-key", "x.md:2:1")]
