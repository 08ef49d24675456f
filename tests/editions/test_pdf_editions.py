"""Editions as PDF, read back by programs that did not write them: text, tags, marks, languages, places."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from gettext import NullTranslations
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from communique.editions.edition import (
    Definitions,
    Edition,
    Figure,
    Heading,
    Locked,
    Paragraph,
    Section,
    Words,
    words_of,
)
from communique.problems import Refused
from communique_pelican.edition_files import packed
from communique_pelican.pdf_editions import sheet_words, typeset
from tests.editions.reading_back import letters
from tests.editions.sample import ARABIC, ENGLISH, ENGLISH_PUBLIC, FRENCH, long_edition

WORDS = sheet_words(NullTranslations())
#: Scripts for which the project brings no font.
FAR_EAST = re.compile("[\u3000-\u9fff\uac00-\ud7af]+")


def without_far_east(one: Any) -> Any:
    if isinstance(one, str):
        return FAR_EAST.sub("–", one)
    if isinstance(one, tuple):
        return tuple(without_far_east(inner) for inner in one)
    if is_dataclass(one) and not isinstance(one, type):
        return replace(one, **{field.name: without_far_east(getattr(one, field.name)) for field in fields(one)})
    return one


PRINTED: dict[str, Edition] = {
    "en": without_far_east(ENGLISH),
    "en-public": without_far_east(ENGLISH_PUBLIC),
    "fr": FRENCH,
    "ar": ARABIC,
}
EACH = pytest.mark.parametrize("name", PRINTED)


@cache
def sheet(name: str) -> bytes:
    return typeset(PRINTED[name], WORDS)


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def elements(opened: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """The elements of the tag tree, in reading order."""

    def below(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
        if "/S" in element:
            yield element
        kids = element.get("/K", pikepdf.Array())
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield from below(kid)

    yield from below(opened.Root.StructTreeRoot)


def tags(opened: pikepdf.Pdf) -> list[str]:
    return [str(element.S).removeprefix("/") for element in elements(opened)]


@EACH
def test_every_sheet_bears_the_marking_above_and_below(name: str) -> None:
    for page in pages(sheet(name)):
        lines, marking = page.split("\r\n"), PRINTED[name].marking
        # In a line that runs from the right PDFium tells a label's two words in that order.
        either = {marking, ":".join(reversed(marking.split(":")))}
        assert any(one in lines[0] for one in either)
        assert any(one in " ".join(lines[-2:]) for one in either)


@EACH
def test_it_is_tagged_titled_and_says_its_language(name: str) -> None:
    edition = PRINTED[name]
    with pikepdf.open(io.BytesIO(sheet(name))) as opened:
        with opened.open_metadata() as metadata:
            assert metadata.get("pdfuaid:part") == "1"
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == edition.lang
        assert opened.Root.ViewerPreferences.DisplayDocTitle
        assert str(opened.docinfo.Title).startswith(edition.title)


@EACH
def test_a_checker_of_pdf_ua_finds_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "sheet.pdf").write_bytes(sheet(name))
    report = pdfua.validate(str(tmp_path / "sheet.pdf"))

    assert [str(one) for one in report.findings] == []


@EACH
def test_headings_lists_tables_links_and_notes_are_what_they_are_also_to_who_listens(name: str) -> None:
    edition = PRINTED[name]
    with pikepdf.open(io.BytesIO(sheet(name))) as opened:
        found = tags(opened)

    assert found.count("H1") == 1, "the paper's title"
    levels = [int(tag[1]) for tag in found if re.fullmatch(r"H\d", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(levels) >= 1 + len(edition.headings)
    assert {"L", "LI", "LBody", "Table", "TH", "TR", "TD", "Link", "P"} <= set(found)


def test_the_table_of_contents_and_the_outline_name_each_heading() -> None:
    with pikepdf.open(io.BytesIO(sheet("en"))) as opened:
        assert "TOC" in tags(opened)
        with opened.open_outline() as outline:
            below = [title.title for one in outline.root for title in one.children]
    wanted = [words_of(heading.content) for heading in PRINTED["en"].headings if heading.level == 2]
    assert [title for title in below if title in wanted] == wanted


def test_an_item_that_its_readers_cannot_open_stands_in_the_table_of_contents_too(tmp_path: Path) -> None:
    items = [block for block in PRINTED["en-public"].all_blocks if isinstance(block, Locked) and block.item]
    entries = [f"{one.item}. {one.marking} · Sealed, for: {one.audience}" for one in items]
    with pikepdf.open(io.BytesIO(sheet("en-public"))) as opened, opened.open_outline() as outline:
        below = [title.title for one in outline.root for title in one.children]

    assert entries
    assert [title for title in below if title in entries] == entries
    listed, _, text = " ".join(" ".join(pages(sheet("en-public"))).split()).partition(f"Item {items[0].item}, sealed")
    assert letters(entries[0]) in letters(listed)
    # The box itself says it as the page does.
    assert letters(entries[0]) not in letters(text)


def test_each_paragraph_has_its_number_before_it() -> None:
    text = " ".join(" ".join(pages(sheet("fr"))).split())
    numbered = [block for block in FRENCH.all_blocks if isinstance(block, Paragraph) and block.number]

    assert numbered
    for block in numbered:
        assert re.search(rf"(?<!\d){re.escape(block.number)} {re.escape(words_of(block.content)[:20])}", text)


def test_a_passage_for_fewer_bears_its_mark_at_each_of_its_portions() -> None:
    section = next(block for block in FRENCH.all_blocks if isinstance(block, Section))
    text = " ".join(pages(sheet("fr")))

    assert text.count(section.marking) >= len(section.blocks) + 1


def test_what_is_locked_is_a_box_with_marking_numbers_readers_and_address() -> None:
    locked = next(block for block in FRENCH.all_blocks if isinstance(block, Locked) and block.numbers)
    text = " ".join(pages(sheet("fr")))

    assert letters(f"{locked.numbers}: {locked.audience} only") in letters(text)
    assert letters(locked.address) in letters(text)


def test_the_public_sheets_hold_no_word_of_what_is_sealed() -> None:
    text = letters(" ".join(pages(sheet("en-public")))).lower()

    assert "qx" not in text
    assert letters(FRENCH.title)[:5].lower() not in text
    assert "qxheron" in letters(" ".join(pages(sheet("en")))).lower(), "it was there to be found"


def test_arabic_runs_from_the_right_in_letters_that_join() -> None:
    with pikepdf.open(io.BytesIO(sheet("ar"))) as opened:
        named = {
            str(one.BaseFont) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one
        }
    assert any("Amiri" in one for one in named)


def test_the_same_edition_gives_the_same_bytes_and_packing_it_too() -> None:
    again = typeset(PRINTED["fr"], WORDS)

    assert again == sheet("fr")
    assert packed(again) == packed(sheet("fr"))
    assert len(packed(again)) < len(again)
    assert pages(packed(again)) == pages(again)


def test_it_bears_the_date_of_the_paper_and_no_other() -> None:
    dates = set(re.findall(rb"D:\d{8}", sheet("fr")))

    assert dates == {b"D:" + FRENCH.date.replace("-", "").encode()}


def test_characters_that_no_font_has_are_refused_by_name_and_nothing_of_the_text_is_told() -> None:
    secret = replace(FRENCH, blocks=(Paragraph((Words("Qxheron \u65e5\u672c sails"),)),))
    with pytest.raises(Refused) as refused:
        typeset(secret, WORDS)

    [problem] = refused.value.problems
    assert problem.code == "edition-not-typeset"
    assert "U+65E5, U+672C" in str(problem)
    assert "Qxheron" not in str(problem)
    assert problem.place.line == 0
    assert refused.value.__cause__ is None


def test_who_must_mend_a_character_is_told_its_line_and_what_works_without_it() -> None:
    wrong = replace(FRENCH, blocks=(Paragraph((Words("a \u65e5"),)),))
    for kind, works in (("newsletter", True), ("statement", False)):
        with pytest.raises(Refused) as refused:
            typeset(replace(wrong, kind=kind), WORDS, {}, "---\n\ntext\na \u65e5 b\n\u65e5\n")
        [problem] = refused.value.problems
        assert problem.place.line == 4
        assert ("invoke newsletter --form text --form mail" in str(problem)) is works


def test_an_image_is_set_with_what_it_shows_said_in_words() -> None:
    png = io.BytesIO()
    Image.new("RGB", (40, 20), "navy").save(png, "PNG")
    edition = replace(FRENCH, blocks=(Figure("Un quai", "Le quai", "https://x.example/", "quai.png"),))

    with pikepdf.open(io.BytesIO(typeset(edition, WORDS, {"quai.png": png.getvalue()}))) as opened:
        figure = next(one for one in elements(opened) if str(one.S) == "/Figure")
        assert str(figure.Alt) == "Un quai"
        assert any(len(page.get_images()) for page in opened.pages)
    assert "Le quai" in " ".join(pages(typeset(edition, WORDS)))


def test_text_that_looks_like_the_typesetters_own_language_is_set_as_it_stands() -> None:
    tricky = r'#read("/etc/passwd") *x* _y_ $z$ `c` @a <b> \ // no /* no */ "q" --- ~ [ ] { } https://x.example = h'
    edition = replace(FRENCH, title=f"{tricky} titre", blocks=(Heading(2, "h", (Words(tricky),)),))

    shown = letters(" ".join(pages(typeset(edition, WORDS))))
    assert shown.count(letters(tricky)) == 2


def test_what_is_said_under_one_name_stands_on_one_sheet_and_no_word_of_a_list_is_divided() -> None:
    def entry(number: int) -> tuple[tuple[Words, ...], tuple[Paragraph | Definitions, ...]]:
        below = [((Words(label),), (Paragraph((Words(f"{label}{number}x"),)),)) for label in ("Who", "How", "Where")]
        title = Paragraph((Words(f"Title{number}x " + "undividablewordsoflength " * 4),))
        return (Words("12 mai 2009"),), (title, Definitions(tuple(below)))

    edition = replace(FRENCH, blocks=(Definitions(tuple(map(entry, range(30)))),))
    found = pages(typeset(edition, WORDS))

    assert len(found) > 2
    for number in range(30):
        said = [any(f"{one}{number}x" in page for one in ("Title", "Where")) for page in found]
        assert said.count(True) == 1, number
    assert "".join(found).count("undividablewordsoflength") == 30 * 4


def test_a_long_edition_is_set_on_many_sheets_each_marked() -> None:
    found = pages(typeset(long_edition(12, FRENCH), WORDS))

    assert len(found) > 3
    assert all(page.count(FRENCH.marking) >= 2 for page in found)
