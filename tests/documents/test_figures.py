"""A figure that a source gives stands once, with its date and source; texts cite it."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.documents.catalogue import read_catalogue
from communique.documents.rendering import ShownFigure
from communique.problems import Refused
from tests.documents.reading import PHRASES, RENDERER, cut, problems_of
from tests.documents.test_catalogue import content, document, write

__all__ = ["content"]
FIGURES = """\
figures:
  participating:
    value: 92
    on: 2008-07
    label: {en: "participating states", es: "Estados participantes"}
    source: {en: "A paper", es: "Un documento"}
"""


def test_a_cited_figure_is_the_number_and_leads_to_its_date_and_source() -> None:
    source = cut("There were [](figure:participating) of them.\n\n::: oeg\nThen [](figure:participating) again.\n:::")

    html = RENDERER.render(
        source,
        lambda target: "to:" + target,
        show_numbers=False,
        phrases=PHRASES,
        figures={"participating": ShownFigure("92")},
    ).html

    assert "There were " in html[""]
    assert [part.count('<a href="to:doc:states">92</a>') for part in html.values()] == [1, 1]


def test_a_figure_nobody_gave_is_refused_where_it_is_cited_and_the_nearest_is_offered(content: Path) -> None:
    write(content / "data/figures.yaml", FIGURES)
    document(content, "two", "There were [](figure:participants) of them.")

    with pytest.raises(Refused) as refused:
        read_catalogue(content)

    (problem,) = refused.value.problems
    assert problem.code == "unknown-figure"
    assert problem.place.file.endswith("two/en.md")
    assert 'did you mean "participating"?' in problem.next


def test_words_of_the_editors_own_in_place_of_a_figure_are_refused() -> None:
    assert problems_of("There were [ninety](figure:participating) of them.")


def test_a_definition_cannot_hold_a_figure() -> None:
    (problem, *_) = problems_of("See [it][a].\n\n[a]: figure:participating")

    assert "cite the figure where it stands" in problem.next


CASE = """\
There was one.

```case
states: [mx, nz]
items:
  - An analyser
grounds: [catch-all]
```
"""


def test_cases_are_counted_by_what_they_rested_on_and_by_whose_they_were(content: Path) -> None:
    document(content, "two", "::: oeg\n" + CASE + ":::")
    document(content, "three", "::: oeg\nOf [](figure:cases) case, [](figure:cases-by-catch-all) was so.\n:::")

    counted = read_catalogue(content).counted

    found = {name: figure.value for name, figure in counted.items()}
    assert found == {"oeg-states": 2, "cases": 1, "cases-states": 2, "cases-by-catch-all": 1, "cases-by-resolution": 0}


@pytest.mark.parametrize("text", ["Of [](figure:cases) case.", "[So [](figure:cases)]{partner}"])
def test_a_count_of_what_a_reader_may_not_open_is_refused_in_text_for_that_reader(content: Path, text: str) -> None:
    document(content, "two", "::: oeg\n" + CASE + ":::")
    document(content, "three", text)

    with pytest.raises(Refused) as refused:
        read_catalogue(content)

    (problem,) = refused.value.problems
    assert problem.code == "figure-too-wide"
    assert problem.place.file.endswith("three/en.md")


def test_a_count_inside_a_sealed_span_is_for_the_readers_of_the_span(content: Path) -> None:
    document(content, "two", "::: oeg\n" + CASE + ":::")
    document(content, "three", "There were [[](figure:cases)]{oeg} of them.")

    read_catalogue(content)


def test_the_data_cannot_give_a_figure_that_the_site_counts(content: Path) -> None:
    write(content / "data/figures.yaml", FIGURES.replace("participating:", "cases:", 1))

    with pytest.raises(Refused, match="counts “cases” itself"):
        read_catalogue(content)
