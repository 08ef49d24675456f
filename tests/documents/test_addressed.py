"""What is addressed to whom, found in all documents and cited without a quotation."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from communique.documents.addressed import addressed_to, heading_words, passages, to_ended_groups
from communique.documents.catalogue import Catalogue, read_catalogue
from communique.sealing.keystore import Keystore
from communique.sealing.lists import PlainList
from communique.sealing.updates import Words, called, plain_updates
from tests.documents.test_catalogue import HEAD, content, document, write

__all__ = ["content"]

WORDS = Words("Sealed document", {"block": "section", "item": "item", "row": "row", "inline": "words"})
KEYSTORE = Keystore("x.example", bytes(range(32)))
NUMBERED = "numbering: paragraphs\n"
BODY = """\
A.

## Place of the [meeting](doc:notes/one) and *more*

B [few]{oeg} words [more]{oeg}.

::: oeg
C.

D.
:::

- one {state:nz}
- two {oeg, state:nz}

::: oeg, state:nz
E.
:::
"""


@pytest.fixture
def catalogue(content: Path) -> Catalogue:
    document(content, "numbered", BODY, NUMBERED)
    document(content, "plain", BODY)
    whole = HEAD.replace("audience: public", "audience: oeg").replace("2008-10-01", "2008-10-20").format(more="")
    write(content / "notes/whole/en.md", whole.replace("# T", "# Secret title") + "F.\n\n::: state:nz\nG.\n:::\n")
    return read_catalogue(content).named(KEYSTORE.document_id)


def cited(catalogue: Catalogue, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for passage in addressed_to(catalogue, name, "en"):
        found.setdefault(passage.document.id, []).append(called(passage, WORDS))
    return found


def test_passages_are_cited_by_their_numbers_or_by_where_they_stand(catalogue: Catalogue) -> None:
    assert cited(catalogue, "oeg") == {
        "notes/one": ["section"],
        "notes/numbered": ["¶\u00a02 (words 1)", "¶\u00a02 (words 2)", "¶\u00a03–4", "¶\u00a04 (item 2)", "¶\u00a05"],
        "notes/plain": [
            "Place of the meeting and more (words 1)",
            "Place of the meeting and more (words 2)",
            "Place of the meeting and more (section 1)",
            "Place of the meeting and more (item 2)",
            "Place of the meeting and more (section 2)",
        ],
        "notes/whole": ["Sealed document"],
    }


def test_an_area_gathers_what_names_it_alone_or_beside_others(catalogue: Catalogue) -> None:
    assert cited(catalogue, "state:nz") == {
        "notes/numbered": ["¶\u00a04 (item 1)", "¶\u00a04 (item 2)", "¶\u00a05"],
        "notes/plain": [
            "Place of the meeting and more (item 1)",
            "Place of the meeting and more (item 2)",
            "Place of the meeting and more (section 2)",
        ],
        "notes/whole": ["section"],
    }
    assert cited(catalogue, "state:mx") == {}


def test_a_link_leads_to_a_paragraph_of_its_own_or_to_the_box(catalogue: Catalogue) -> None:
    found = [passage.anchor for passage in passages(catalogue, "en") if passage.document.id == "notes/numbered"]

    assert found == ["s1", "s2", "p3", "s4", "s5", "p5"]


def test_a_language_without_a_translation_gathers_the_original(catalogue: Catalogue) -> None:
    assert {passage.text.lang for passage in passages(catalogue, "es")} == {"en"}


def test_where_a_sealed_document_stands_in_a_list_tells_neither_its_date_nor_its_collection(
    catalogue: Catalogue,
) -> None:
    order = [passage.document.is_sealed for passage in passages(catalogue, "en")]

    assert next(iter(catalogue.documents)) == "notes/whole"
    assert order == sorted(order)


@pytest.fixture
def lists(catalogue: Catalogue) -> dict[str, PlainList]:
    return {one.name: one for one in plain_updates(catalogue, "en", WORDS)}


def test_each_audience_with_texts_has_a_list_newest_document_first(lists: dict[str, PlainList]) -> None:
    assert list(lists) == ["oeg", "state:nz"]

    oeg = lists["oeg"].html
    assert oeg.index("Secret title") < oeg.index("notes/plain") < oeg.index("notes/numbered")
    assert '<a href="../notes/numbered/index.html#p3">¶\u00a03–4</a>' in oeg
    assert 'datetime="2008-10-20"' in oeg


def test_a_sealed_documents_title_and_date_are_told_to_its_own_readers_only(
    lists: dict[str, PlainList], catalogue: Catalogue
) -> None:
    area, slug = lists["state:nz"].html, catalogue.documents["notes/whole"].slug

    assert "Secret" not in area
    assert "2008-10-20" not in area
    assert f'<a href="../x/{slug}/index.html">Sealed document</a>' in area
    # Nor does its place in the list tell its date.
    assert area.rindex("<li>") < area.index(slug)


def test_a_title_is_text_in_a_list_and_no_html(content: Path) -> None:
    write(content / "notes/odd/en.md", HEAD.format(more="").replace("# T", "# R&D report") + "::: oeg\nA.\n:::\n")

    (found,) = plain_updates(read_catalogue(content), "en", WORDS)

    assert "R&amp;D report" in found.html


def test_a_text_for_a_group_that_has_ended_is_a_problem_where_it_stands(content: Path) -> None:
    groups = "groups:\n  plan: {label: {en: P, es: P}, until: 2008-11-30, tlp: AMBER}\n"
    write(content / "data/groups.yaml", groups)
    document(content, "two", "A.\n\n::: oeg, group:plan\nB.\n:::")
    catalogue = read_catalogue(content)

    assert list(to_ended_groups(catalogue, datetime.date(2008, 11, 30))) == []
    (problem,) = to_ended_groups(catalogue, datetime.date(2008, 12, 1))
    assert (problem.code, str(problem.place)) == ("group-ended", "content/notes/two/en.md:12:1")


def test_a_heading_keeps_its_no_break_spaces() -> None:
    assert heading_words("##  Paris\u202f:  *les*\u00a0experts ") == "Paris\u202f: les\u00a0experts"
