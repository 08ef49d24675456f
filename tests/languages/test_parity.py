"""The twin rule: whatever a translation seals otherwise than its original is found, at its line."""

from __future__ import annotations

import datetime

import pytest

from communique.documents.document import Document, Text
from communique.documents.kinds import FrontMatter
from communique.languages.parity import document_parity
from communique.policy import Audience
from communique.problems import Place, Problem
from tests.documents.reading import cut

PUBLIC = Audience(("public",))
ORIGINAL = """\
First.

## Heading

::: oeg
Second [words]{core}.
:::

| a | b |
| --- | --- |
| c | d |
| e | f | {oeg}

- g
- h {oeg}

Third[^1].

[^1]: Note [words]{oeg}.
"""


def text(lang: str, body: str, audience: Audience = PUBLIC) -> Text:
    front = FrontMatter(Place(f"{lang}.md", 1), audience, "en", "", lang == "en", date=datetime.date(2008, 10, 1))
    return Text(f"{lang}.md", lang, front, cut(body))


def compared(original: str, translation: str) -> list[Problem]:
    return list(document_parity(Document("a/b", "en", {"en": text("en", original), "es": text("es", translation)})))


def test_a_faithful_translation_is_no_problem_whatever_its_words() -> None:
    assert compared(ORIGINAL, ORIGINAL.replace("words", "palabras").replace("Third", "El tercer\npárrafo")) == []


@pytest.mark.parametrize(
    ("there", "here", "line"),
    [
        ("::: oeg\nSecond [words]{core}.\n:::", "Second [words]{core}.", 7),
        ("::: oeg", "::: partner", 8),
        ("::: oeg", "::: oeg, state:mx", 8),
        ("## Heading", "### Heading", 5),
        ("[words]{core}", "words", 8),
        ("[words]{core}", "[words]{state:mx}", 8),
        ("| e | f | {oeg}", "| e | f |", 11),
        ("| c | d |\n| e | f | {oeg}", "| c | d | {oeg}\n| e | f |", 11),
        ("| e | f | {oeg}", "| [e]{oeg} | f |", 11),
        ("- h {oeg}", "- h", 16),
        ("- g\n- h {oeg}", "- g {oeg}\n- h", 16),
        ("- h {oeg}", "- [h]{oeg} i", 16),
        ("Note [words]{oeg}.", "Note words.", 21),
        ("Third[^1].", "Third[^1].\n\nFourth.", 21),
    ],
)
def test_a_difference_is_found_at_its_line(there: str, here: str, line: int) -> None:
    problems = compared(ORIGINAL, ORIGINAL.replace(there, here))

    assert {problem.code for problem in problems} == {"twin-rule"}
    assert problems[0].place == Place("es.md", line, 1)


def test_a_section_moved_to_another_paragraph_is_found() -> None:
    assert compared("A.\n\n::: oeg\nB.\n:::", "::: oeg\nA.\n:::\n\nB.") != []


def test_a_footnote_moved_out_of_its_section_is_found() -> None:
    original = "A.\n\n::: oeg\nB[^1].\n\n[^1]: closed\n:::"

    assert compared(original, "A[^1].\n\n[^1]: closed\n\n::: oeg\nB.\n:::") != []


def test_words_sealed_for_two_audiences_stay_in_their_order() -> None:
    assert compared("A [b]{oeg} and [c]{partner}.", "A [b]{partner} and [c]{oeg}.") != []


def test_a_span_in_another_cell_is_found() -> None:
    head = "| a | b |\n| --- | --- |\n"

    assert compared(head + "| [c]{oeg} | d |", head + "| c | [d]{oeg} |") != []


def test_a_translation_without_text_and_an_original_without_text_are_told_apart_calmly() -> None:
    assert [problem.place.line for problem in compared("A.", "")] == [1]
    assert "nothing more" in compared("", "A.")[0].what


def test_the_letter_tells_what_is_there_and_what_is_here() -> None:
    problem = compared("A.\n\n- b\n- c {oeg}", "A.\n\n- b\n- c")[0]

    assert problem.what == (
        "the original (en.md:5) has a list for public, in it sealed: item 2 for oeg"
        " where this translation has a list for public"
    )


def test_a_translation_has_its_originals_audience() -> None:
    texts = {"en": text("en", "A."), "es": text("es", "A.", Audience(("oeg",)))}

    assert [problem.code for problem in document_parity(Document("a/b", "en", texts))] == ["twin-audience"]


def test_a_section_that_stands_inside_another_in_one_language_only_is_found() -> None:
    inside = "::: partner\nFirst.\n\n::: oeg\nSecond.\n:::\n:::\n"
    beside = "::: partner\nFirst.\n:::\n\n::: oeg\nSecond.\n:::\n"
    problem, *_ = compared(inside, beside)
    assert problem.code == "twin-rule"
    assert "oeg within partner" in problem.what
