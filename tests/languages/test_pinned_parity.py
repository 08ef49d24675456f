"""The twin rule where it is recorded what a translation renders: it has what that text had, whatever came after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from communique.documents.terms import for_audience
from communique.languages.parity import pinned_parity
from communique.languages.pinning import repinned
from communique.policy import Audience
from communique.problems import Problem, Refused
from tests.documents.reading import POLICY
from tests.languages.pinned_texts import pin, pinned, text

THEN = """\
First.

## Heading

::: oeg
Second [words]{core}.
:::

| a | b |
| --- | --- |
| c | d | {oeg}

¶2 bis Third.
"""
NOW = "Something new.\n\n" + THEN.replace("First.", "First, changed.")


def compared(translation: str, now: str = NOW, *, then: str = THEN, audience: str = "public") -> list[Problem]:
    original = text("en", then)
    pins = pinned(original, text("es", then))
    return list(pinned_parity("a/b", text("en", now), text("es", translation, audience), pins, POLICY, pin))


def test_a_translation_that_is_as_it_was_pinned_is_no_problem_however_the_original_went_on() -> None:
    assert compared(THEN) == []
    assert compared(THEN, "Nothing of it.") == []


@pytest.mark.parametrize(
    ("there", "here", "line", "where"),
    [
        ("::: oeg\nSecond [words]{core}.\n:::", "Second [words]{core}.", 7, "en.md:10"),
        ("::: oeg", "::: partner", 8, "en.md:10"),
        ("[words]{core}", "words", 8, "en.md:10"),
        ("## Heading", "### Heading", 5, "en.md:7"),
        ("| c | d | {oeg}", "| c | d |", 11, "en.md:13"),
        ("¶2 bis", "¶2 ter", 15, "paragraph 2 bis"),
        ("¶2 bis Third", "Third", 15, "paragraph 2 bis"),
        ("First.\n\n", "", 3, "en.md:5"),
    ],
)
def test_a_difference_is_found_at_its_line_and_with_the_originals_of_today(
    there: str, here: str, line: int, where: str
) -> None:
    problems = compared(THEN.replace(there, here))

    assert {problem.code for problem in problems} == {"twin-rule"}
    assert problems[0].place.line == line
    assert where in problems[0].what


def test_where_the_original_has_it_no_more_that_is_said() -> None:
    assert "which no longer has it" in compared(THEN.replace("::: oeg", "::: core"), "First.\n\n¶1 bis Third.")[0].what


def test_a_translation_that_follows_the_original_of_today_only_waits_to_be_pinned() -> None:
    problem, *others = compared(NOW)

    assert (problem.code, others) == ("not-pinned", [])
    assert "invoke translate.pin a/b es" in problem.next


def test_the_audience_is_that_of_then_or_of_today() -> None:
    then = "First.\n\nSecond."

    assert [one.code for one in compared(then, then, then=then, audience="core")] == ["twin-audience"]


def test_an_approved_review_changes_no_audience_that_is_compared() -> None:
    declared = Audience(("oeg",))
    original, spanish = text("en", "First.", "oeg"), text("es", "Primero.", "oeg")
    pins = pinned(original, spanish)
    opened = [
        replace(
            one,
            front=replace(one.front, audience=Audience(("public",)), declared=declared),
            source=for_audience(one.source, Audience(("public",))),
        )
        for one in (original, spanish)
    ]

    assert list(pinned_parity("a/b", opened[0], opened[1], pins, POLICY, pin)) == []


def test_what_is_worked_on_after_the_original_was_sealed_must_stand_where_that_stands() -> None:
    sealed = THEN.replace("First.", "::: core\nFirst, the agent.\n:::")

    assert compared(THEN, sealed) == []
    problem, *others = compared(THEN.replace("First.", "El agente."), sealed)
    assert (problem.place.line, others) == (3, [])
    assert "worked on since it was pinned" in problem.what
    assert "en.md:4" in problem.what


def test_what_is_cited_is_compared_where_the_original_is_as_it_was() -> None:
    then = "See [it](ref:A/1).\n\nSee [that](ref:A/2)."

    assert [one.place.line for one in compared(then.replace("A/1", "A/3"), then, then=then)] == [3]
    assert compared(then.replace("A/1", "A/3"), then.replace("See [it]", "Look at [it]"), then=then) == []


def test_paragraphs_that_changed_places_in_the_translation_are_found_where_that_makes_one_wider() -> None:
    then = "Uno de todos.\n\n::: oeg\nDos, el agente.\n:::\n\n::: oeg\nTres, la lista.\n:::"
    swapped = "Dos, el agente.\n\n::: oeg\nUno de todos.\n:::\n\n::: oeg\nTres, la lista.\n:::"

    problem, *others = compared(swapped, then, then=then)
    assert (problem.code, problem.place.line, others) == ("twin-rule", 3, [])
    assert "pinned where the original was for oeg, and stand for public here" in problem.what
    inner = then.replace("Dos", "X").replace("Tres", "Dos").replace("X", "Tres")
    assert compared(inner, then, then=then) == []


def test_pins_that_were_copied_from_another_language_are_not_believed() -> None:
    original = text("en", THEN)
    french = THEN.replace("First", "Premier").replace("Second", "Deuxième").replace("Third", "Troisième")
    french = french.replace("Heading", "Titre").replace("| c |", "| e |")
    pins = pinned(original, text("fr", french, title="Titre", summary="Un résumé."))
    spanish = text("es", THEN, title="Título", summary="Un resumen.")

    problem, *others = pinned_parity("a/b", original, spanish, pins, POLICY, pin)
    assert (problem.code, others) == ("not-pinned", [])
    with pytest.raises(Refused, match="pins of another text"):
        repinned(original, spanish, pins, POLICY, pin)
    assert repinned(original, spanish, pins, POLICY, pin, read_again=None).stale == ()
