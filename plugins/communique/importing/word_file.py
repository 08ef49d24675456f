"""A Word file: its paragraphs, lists, tables and footnotes; what changed in it and what it hides is doubted."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import mammoth
from mammoth import documents

from communique.importing.cable import read_header
from communique.importing.decoding import refuse_hostile
from communique.importing.escaping import can_be_title
from communique.importing.paper import NOTE_CLOSES, NOTE_OPENS, Doubt, Paper
from communique.importing.paragraphs import Body
from communique.importing.portions import is_narrow
from communique.importing.word_package import open_package
from communique.importing.words import words_of
from communique.problems import Place, Problem, Refused

#: So many words make a sentence of a list's item, and of its number a paragraph's.
_A_SENTENCE = 8


@dataclass
class _Said:
    """A paragraph of the file, or a table: what kind it is and what it says."""

    kind: str
    line: int
    text: str = ""
    level: int = 0
    rows: list[list[str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def read_word_file(data: bytes, file: str) -> Paper:
    """The paper. The “lines” of a Word file are its paragraphs, counted from 1, those in tables too.

    Raises:
        Refused: it is not safe to read, or not a Word file.
    """
    package = open_package(data, file)
    reader = _Reader(file)
    try:
        mammoth.convert_to_html(
            io.BytesIO(package.data), transform_document=reader.read, include_embedded_style_map=False
        )
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        what = f"this Word file is damaged ({type(error).__name__})"
        fix = "open it in a word processor and save it anew"
        raise Refused([Problem(Place(file), "import-damaged", what, fix)]) from None
    return _paper(reader, file, (*package.doubts, *reader.doubts), package.shown)


class _Reader:
    """Walks through what mammoth found, once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.said: list[_Said] = []
        self.doubts: list[Doubt] = []
        self.count = 0
        self._labels = 0
        self._notes: Any = None

    def doubt(self, code: str, what: str, fix: str) -> None:
        self.doubts.append(Doubt(Place(self.file, self.count), code, what, fix))

    def read(self, document: Any) -> Any:
        self._notes = document.notes
        self._blocks(document.children)
        # Nothing is left to convert: what is needed was taken here.
        return document.copy(children=[])

    def _blocks(self, children: Sequence[Any]) -> None:
        for child in children:
            if isinstance(child, documents.Table):
                self._table(child)
            elif isinstance(child, documents.Paragraph):
                self._paragraph(child)
            elif isinstance(child, documents.HasChildren):
                self._blocks(child.children)

    def _paragraph(self, paragraph: Any) -> None:
        self.count += 1
        said = _Said(_kind_of(paragraph), self.count)
        if paragraph.numbering is not None:
            said.level = int(paragraph.numbering.level_index or 0)
        said.text = self._text(paragraph.children, said.notes)
        if said.text.strip():
            self.said.append(said)

    def _text(self, children: Sequence[Any], notes: list[tuple[str, str]]) -> str:
        return "".join(self._texts(children, notes))

    def _texts(self, children: Sequence[Any], notes: list[tuple[str, str]]) -> Iterator[str]:
        for child in children:
            if isinstance(child, documents.Text):
                yield child.value
            elif isinstance(child, (documents.Tab, documents.Break)):
                yield " "
            elif isinstance(child, documents.NoteReference):
                yield self._note(child, notes)
            elif isinstance(child, documents.Checkbox):
                self.doubt("word-object", "a box to tick stands here", "write what is ticked")
            elif isinstance(child, documents.Hyperlink):
                if child.href:
                    what = f"a link leads to {child.href[:200]}"
                    self.doubt("link", what, "write it as [words](address) if it is needed")
                yield from self._texts(child.children, notes)
            elif isinstance(child, documents.Paragraph):
                # A box of text inside a paragraph.
                self.count += 1
                yield " " + self._text(child.children, notes) + " "
            elif isinstance(child, documents.HasChildren):
                yield from self._texts(child.children, notes)

    def _note(self, reference: Any, notes: list[tuple[str, str]]) -> str:
        self._labels += 1
        label = str(self._labels)
        note = self._notes.resolve(reference)
        inner: list[tuple[str, str]] = []
        text = " ".join(" ".join(self._texts(note.body, inner)).split())
        notes.append((label, text or "…"))
        return f"{NOTE_OPENS}{label}{NOTE_CLOSES}"

    def _table(self, table: Any) -> None:
        self.count += 1
        said = _Said("table", self.count)
        self.count -= 1
        for row in table.children:
            cells: list[str] = []
            for one in row.children:
                if one.colspan != 1 or one.rowspan != 1:
                    what = "cells of this table are joined, which no table here can be"
                    self.doubt("table", what, "look at the table's rows")
                cells.append(self._cell(one.children, said.notes))
            said.rows.append(cells)
        if said.rows:
            self.said.append(said)

    def _cell(self, children: Sequence[Any], notes: list[tuple[str, str]]) -> str:
        texts: list[str] = []
        for child in children:
            if isinstance(child, documents.Paragraph):
                self.count += 1
                if child.numbering is not None:
                    self.doubt("table", "a list stands in a table's cell", "write its items as sentences")
                texts.append(self._text(child.children, notes))
            elif isinstance(child, documents.Table):
                self.doubt("table", "a table stands in a table's cell", "make two tables of them")
                texts += [self._cell(one.children, notes) for row in child.children for one in row.children]
        return " ".join(" ".join(texts).split())


def _kind_of(paragraph: Any) -> str:
    style = (paragraph.style_name or paragraph.style_id or "").casefold()
    if style in ("title", "título", "titre", "titel"):
        return "title"
    if style.startswith(("heading", "título", "titre", "titulo")):
        return "heading"
    if style.startswith(("quote", "cita", "citation", "intense quote")):
        return "quote"
    if paragraph.numbering is not None:
        return "counted" if paragraph.numbering.is_ordered else "item"
    return "paragraph"


def _paper(reader: _Reader, file: str, doubts: tuple[Doubt, ...], shown: tuple[str, ...]) -> Paper:
    # What the words are compared with: every paragraph of the file, its footnotes behind it, in the draft's order.
    lines = [""] * max(reader.count, 1)
    for said in reader.said:
        for offset, row in enumerate(said.rows):
            lines[said.line + offset - 1] = _without_notes(" ".join(row))
        if not said.rows:
            lines[said.line - 1] = _without_notes(said.text)
        last = said.line + max(len(said.rows), 1) - 2
        lines[last] = "\n".join([lines[last], *(text for _, text in said.notes)])
    refuse_hostile(lines, file)
    body = Body(file, lines)
    title = ""
    header, header_end = read_header(tuple(lines), 1)
    found = list(doubts)
    # Word counts a list's items itself: those that are sentences are the paper's paragraphs.
    is_counted = sum(len(said.text.split()) >= _A_SENTENCE for said in reader.said if said.kind == "counted") > 1
    told = False
    for said in reader.said:
        line = said.line
        if line < header_end:
            continue
        if said.notes and said.kind in ("title", "heading", "quote"):
            said.kind = "paragraph"
        may_be_title = not title and not body.pieces_begun and not header and not is_narrow(said.text)
        if said.kind == "title" and may_be_title and can_be_title(said.text):
            title = " ".join(said.text.split())
        elif said.kind in ("title", "heading"):
            body.heading(line, said.text)
        elif said.kind == "table":
            body.table(line, said.rows, said.notes)
        elif said.kind == "quote":
            body.quote(line, said.text)
        elif said.kind == "counted" and is_counted and said.level == 0:
            body.paragraph(line, said.text, said.notes, counted=True)
            if not told:
                what = "Word numbers these paragraphs itself; they were counted from 1 on through the paper"
                fix = "compare the numbers with a print of the paper"
                found.append(Doubt(Place(file, said.line), "word-numbers", what, fix))
                told = True
        elif said.kind in ("counted", "item"):
            level = max(0, said.level - (1 if is_counted else 0))
            body.item(line, said.text, level, said.notes)
            if said.kind == "counted":
                what = "Word numbers this item itself; in the draft it has a bullet"
                found.append(Doubt(Place(file, said.line), "word-numbers", what, "write its number if it is cited"))
        else:
            body.paragraph(line, said.text, said.notes)
    body.close()
    found += _not_read(file, lines, shown)
    return Paper(
        file,
        header,
        tuple(body.pieces),
        tuple(lines),
        tuple(body.taken_out),
        (*found, *body.doubts),
        title=title,
    )


def _without_notes(text: str) -> str:
    for opened in text.split(NOTE_OPENS)[1:]:
        text = text.replace(f"{NOTE_OPENS}{opened.split(NOTE_CLOSES)[0]}{NOTE_CLOSES}", "", 1)
    return text


def _not_read(file: str, lines: Sequence[str], shown: Sequence[str]) -> list[Doubt]:
    """Words that stand in the file and that its reader did not bring."""
    missing = Counter(words_of("\n".join(shown))) - Counter(words_of("\n".join(lines)))
    if not missing:
        return []
    what = f"words of this file were not read: {' '.join(list(missing.elements())[:40])}"
    return [Doubt(Place(file), "words-differ", what, "look for them in the paper, and write them into the draft")]
