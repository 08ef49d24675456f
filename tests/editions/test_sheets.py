"""What a typesetter is handed: everything that an edition says, each thing once, and no link that leads nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from gettext import NullTranslations
from typing import Any

import pytest

from communique.editions.edition import (
    Abbreviated,
    Edition,
    Figure,
    Heading,
    LinkTo,
    Locked,
    Note,
    Notes,
    Paragraph,
    Sealed,
    Section,
    Styled,
    Table,
    Words,
)
from communique.editions.sheets import MANY_HEADINGS, SheetWords, images_of, sheets
from communique_pelican.pdf_editions import sheet_words
from tests.editions.reading_back import letters
from tests.editions.sample import ARABIC, ENGLISH, ENGLISH_PUBLIC, EVERY, FRENCH

WORDS: SheetWords = sheet_words(NullTranslations())


def parts(told: Any) -> Iterator[dict[str, Any]]:
    """Everything in it that says what it is."""
    if isinstance(told, dict):
        if "is" in told:
            yield told
        for one in told.values():
            yield from parts(one)
    elif isinstance(told, list):
        for one in told:
            yield from parts(one)


def strings(told: Any) -> Iterator[str]:
    """Everything in it that is text."""
    if isinstance(told, str):
        yield told
    for one in told.values() if isinstance(told, dict) else told if isinstance(told, list) else ():
        yield from strings(one)


def plain(content: tuple[Any, ...]) -> Iterator[str]:
    for one in content:
        if isinstance(one, Words | Abbreviated):
            yield one.text
        yield from plain(getattr(one, "content", ()))


def with_blocks(*blocks: Any) -> Edition:
    return replace(FRENCH, blocks=blocks)


def said(text: str) -> tuple[Words, ...]:
    return (Words(text),)


@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: f"{edition.lang}-{edition.audience}")
def test_every_word_of_an_edition_is_handed_over(edition: Edition) -> None:
    told = letters(" ".join(strings(sheets(edition, WORDS)["blocks"])))

    for block in edition.all_blocks:
        if isinstance(block, Paragraph | Heading):
            for words in plain(block.content):
                assert letters(words) in told
        if isinstance(block, Table):
            for cell in (*block.head, *(cell for row in block.rows for cell in row.cells)):
                assert all(letters(words) in told for words in plain(cell.content))


@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: f"{edition.lang}-{edition.audience}")
def test_every_link_to_a_place_has_its_place_and_each_place_is_there_once(edition: Edition) -> None:
    told = sheets(edition, WORDS)
    anchors = [one["anchor"] for one in parts(told["blocks"]) if "anchor" in one]

    assert len(anchors) == len(set(anchors))
    assert {one["to"] for one in parts(told["blocks"]) if one["is"] in ("place", "note-again")} <= set(anchors)


def test_what_leads_nowhere_is_no_link() -> None:
    lost = Paragraph((LinkTo("#nowhere", said("there")), LinkTo("", said("here"))))

    assert sheets(with_blocks(lost), WORDS)["blocks"][0]["text"] == ["there", "here"]


def test_headings_leave_out_no_level() -> None:
    told = sheets(with_blocks(*(Heading(level, "", said("x")) for level in (4, 6, 2, 5, 2, 3))), WORDS)

    assert [one["level"] for one in told["blocks"]] == [2, 3, 2, 3, 2, 3]


def test_a_note_is_set_where_it_is_first_referred_to_and_one_that_nothing_refers_to_is_not_lost() -> None:
    notes = Notes((("1", "fn1", (Paragraph(said("first")),)), ("2", "fn2", (Paragraph(said("second")),))))
    told = sheets(with_blocks(Paragraph((Note("1", "fn1"), Note("1", "fn1"))), notes), WORDS)

    first, rest = told["blocks"]
    assert [one["is"] for one in first["text"]] == ["note", "note-again"]
    assert [one["number"] for one in rest["notes"]] == ["2"]


def test_a_note_in_a_heading_is_kept_out_of_the_table_of_contents() -> None:
    notes = Notes((("1", "fn1", (Paragraph(said("first")),)),))
    heading, rest = sheets(with_blocks(Heading(2, "h", (*said("x"), Note("1", "fn1"))), notes), WORDS)["blocks"]

    assert heading["text"] == ["x", {"is": "raised", "text": ["1"]}]
    assert [one["number"] for one in rest["notes"]] == ["1"]


def test_a_table_of_contents_stands_where_there_are_headings_and_stays_short() -> None:
    def headings(count: int) -> dict[str, Any]:
        return sheets(with_blocks(*(Heading(3, f"h{number}", said("x")) for number in range(count))), WORDS)

    assert not headings(2)["contents"]
    assert headings(3)["contents"]
    assert headings(MANY_HEADINGS + 1)["depth"] < headings(MANY_HEADINGS)["depth"]


def test_of_what_is_locked_nothing_is_told_but_marking_audience_numbers_and_address() -> None:
    told = sheets(ENGLISH_PUBLIC, WORDS)
    locked = [one for one in parts(told["blocks"]) if one["is"] == "locked"]

    assert locked
    assert all(set(one) == {"is", "item", "entry", "what", "only", "marking", "address"} for one in locked)
    assert "qxheron" not in json.dumps(told).lower()


def test_a_sealed_item_counts_among_the_headings_of_the_contents() -> None:
    heading = Heading(2, "h1", said("A"))
    items = tuple(Locked("TLP:AMBER", "Experts", "", "", item) for item in (2, 3))

    told = sheets(with_blocks(heading, *items, Heading(3, "h2", said("B"))), WORDS)
    assert told["contents"] == "Contents"
    assert [one["level"] for one in parts(told["blocks"]) if one["is"] == "heading"] == [2, 3]
    entries = [(one["item"], one["entry"]) for one in told["blocks"] if one["is"] == "locked"]
    assert entries == [("2", "Sealed, for: Experts"), ("3", "Sealed, for: Experts")]
    passages = (heading, *(replace(one, item=0) for one in items))
    assert sheets(with_blocks(*passages), WORDS)["contents"] == ""


def test_an_image_is_set_only_where_its_file_is_handed_over_and_is_described_otherwise() -> None:
    edition = with_blocks(Figure("A berth", "The berth", "https://x.example/", "berth.png"))

    assert images_of(edition) == {"berth.png"}
    assert sheets(edition, WORDS, {"berth.png"})["blocks"][0]["image"] == "berth.png"
    assert sheets(edition, WORDS)["blocks"][0]["image"] == ""


def test_each_language_is_told_with_its_direction() -> None:
    assert sheets(ARABIC, WORDS)["rtl"]
    assert not sheets(ENGLISH, WORDS)["rtl"]
    told = sheets(with_blocks(Paragraph(said("x"), lang="pt-BR")), WORDS)["blocks"][0]["spoken"]
    assert told == {"lang": "pt", "region": "BR", "rtl": False}


def test_words_are_blanks_apart_as_on_the_page_and_kept_together_where_they_were() -> None:
    told = sheets(with_blocks(Paragraph((*said("a\n  b\u00a0c"), Styled("emphasis", said("d"))))), WORDS)["blocks"][0]

    assert told["text"] == ["a b\u00a0c", {"is": "emphasis", "text": ["d"]}]


def test_abbreviations_are_explained_once_at_the_end_with_the_mark_of_the_portion_that_says_them() -> None:
    known, secret, words = Abbreviated("OEG", "Experts"), Abbreviated("QX", "Qxheron"), Abbreviated("QY", "Qxplover")
    inner = Section("TLP:AMBER", "Experts", (Paragraph((secret, known)),))
    edition = with_blocks(inner, Paragraph((known, Sealed("TLP:RED", (words,)))), Paragraph((known,)))

    *_, heading, listed = sheets(edition, WORDS)["blocks"]

    assert heading == {"is": "heading", "level": 2, "text": ["Abbreviations"]}
    said_of = [(one["name"], one["blocks"][0]["text"]) for one in listed["pairs"]]
    assert said_of == [
        ([{"is": "sealed", "marking": "TLP:AMBER", "text": ["QX"]}], ["Qxheron"]),
        (["OEG"], ["Experts"]),
        ([{"is": "sealed", "marking": "TLP:RED", "text": ["QY"]}], ["Qxplover"]),
    ]
    assert len(sheets(with_blocks(Paragraph(said("x"))), WORDS)["blocks"]) == 1
    least = with_blocks(
        *(
            Section(marking, "Experts", (Paragraph((secret,)),))
            for marking in ("TLP:AMBER+STRICT", "TLP:AMBER", "TLP:RED")
        )
    )
    assert least.abbreviations == {("QX", "Qxheron"): "TLP:AMBER"}
