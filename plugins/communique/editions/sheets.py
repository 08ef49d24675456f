"""An edition as data for a typesetter: what stands on its sheets, in order, and nothing about how it looks.

The typesetter is a program apart that understands JSON. What it must not get wrong is settled here: which anchors a
link may lead to, how deep a heading may be, and which note belongs to which mark.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from communique.documents.issues import LEVEL as ITEM_LEVEL
from communique.editions.edition import (
    Abbreviated,
    Block,
    Box,
    Cell,
    Code,
    Definitions,
    Edition,
    Figure,
    Heading,
    Inline,
    Item,
    Items,
    LineBreak,
    LinkTo,
    Locked,
    LockedWords,
    Note,
    Notes,
    Paragraph,
    Quotation,
    Remark,
    Row,
    Rule,
    Sealed,
    Section,
    Spoken,
    Styled,
    Table,
    Words,
)
from communique.languages.typography import direction

#: Fewer headings than these need no table of contents.
HEADINGS_FOR_CONTENTS = 3
#: Headings below this level stand in no table of contents; where there are very many, only the uppermost do.
DEEPEST_IN_CONTENTS, DEEPEST_OF_MANY = 3, 2
MANY_HEADINGS = 45
_TITLE_LEVEL = 1
#: As in HTML, and unlike a blank that keeps words together.
_BLANK = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True)
class SheetWords:
    """What the sheets say of themselves, in the edition's language. `only` holds `%(audience)s`, `numbers_only` also
    `%(numbers)s`, `item` `%(number)s`, `sealed_for` `%(audience)s`, `image` `%(words)s`.
    """

    contents: str
    symbol: str
    date: str
    audience: str
    address: str
    sealed_section: str
    sealed_row: str
    only: str
    numbers_only: str
    item: str
    sealed_for: str
    image: str
    abbreviations: str


def sheets(edition: Edition, words: SheetWords, images: Collection[str] = ()) -> dict[str, Any]:
    """The edition as JSON can say it. `images`: the files of those figures that the typesetter is handed."""
    return _Sheets(edition, words, frozenset(images)).whole()


def images_of(edition: Edition) -> frozenset[str]:
    """The files of its figures, by their names beside the document's texts."""
    return frozenset(block.file for block in edition.all_blocks if isinstance(block, Figure) and block.file)


class _Sheets:
    """The work on one edition: notes are set where they are referred to, each anchor is given once, and headings
    never leave out a level.
    """

    def __init__(self, edition: Edition, words: SheetWords, images: frozenset[str]) -> None:
        self.edition, self.words, self.images = edition, words, images
        self.notes: dict[str, tuple[str, tuple[Block, ...]]] = {
            anchor: (number, blocks)
            for block in edition.all_blocks
            if isinstance(block, Notes)
            for number, anchor, blocks in block.notes
        }
        self.marked = frozenset(_marks(edition))
        self.leads = (edition.anchors - self.notes.keys()) | (self.notes.keys() & self.marked)
        self.given: set[str] = set()
        self.set: set[str] = set()
        self.level = _TITLE_LEVEL

    def whole(self) -> dict[str, Any]:
        edition, words = self.edition, self.words
        facts = [(words.date, edition.date_text), *edition.facts]
        if edition.symbol:
            facts.insert(0, (words.symbol, edition.symbol))
        blocks = self.blocks(edition.blocks)
        headings = sum(one.level <= DEEPEST_IN_CONTENTS for one in edition.headings)
        headings += sum(isinstance(block, Locked) and block.item > 0 for block in edition.all_blocks)
        return {
            **_language(edition.lang),
            "title": edition.title,
            "title_lang": _language(edition.title_lang) if edition.title_lang else None,
            "symbol": edition.symbol,
            "summary": edition.summary,
            "kind": edition.kind_label,
            "site": edition.site,
            "date": edition.date_text,
            "marking": edition.marking,
            "audience": {"label": words.audience, "text": edition.audience_label},
            "facts": [{"label": label, "text": text} for label, text in facts],
            "address": {"label": words.address, "text": edition.address} if edition.address else None,
            "contents": words.contents if headings >= HEADINGS_FOR_CONTENTS else "",
            "depth": DEEPEST_OF_MANY if headings > MANY_HEADINGS else DEEPEST_IN_CONTENTS,
            "blocks": [*blocks, *self.abbreviations()],
        }

    def abbreviations(self) -> list[dict[str, Any]]:
        """What those in the text are short for: on paper nobody can point at one. Each keeps its portion mark."""
        pairs: list[dict[str, Any]] = []
        for (text, means), marking in self.edition.abbreviations.items():
            name: list[Any] = [{"is": "sealed", "marking": marking, "text": [text]}] if marking else [text]
            pairs.append({"name": name, "blocks": [{"is": "paragraph", "number": "", "text": [means]}]})
        if not pairs:
            return []
        heading = {"is": "heading", "level": 2, "text": [self.words.abbreviations]}
        return [heading, {"is": "definitions", "pairs": pairs}]

    def blocks(self, blocks: Iterable[Block]) -> list[dict[str, Any]]:
        return [told for block in blocks for told in self.block(block)]

    def block(self, block: Block) -> list[dict[str, Any]]:
        """What is set for a block: nothing for notes that stand at the foot of the pages which refer to them."""
        match block:
            case Heading(level, anchor, content, lang):
                # A reader who listens goes from level to level: none may be missing.
                self.level = min(level, self.level + 1)
                text = self.inline(content, notes=False)
                told: dict[str, Any] = {"is": "heading", "level": self.level, "text": text}
                return [{**told, **self.named(anchor), **_spoken(lang)}]
            case Paragraph(content, number, anchor, lang):
                told = {"is": "paragraph", "number": number, "text": self.inline(content)}
                return [{**told, **self.named(anchor), **_spoken(lang)}]
            case Items():
                return [self.items(block)]
            case Table():
                return [self.table(block)]
            case Quotation(blocks, lang):
                return [{"is": "quotation", "blocks": self.blocks(blocks), **_spoken(lang)}]
            case Code(text):
                return [{"is": "code", "text": text}]
            case Rule():
                return [{"is": "rule"}]
            case Figure():
                return [self.figure(block)]
            case Definitions(pairs):
                told_pairs = [{"name": self.inline(name), "blocks": self.blocks(said)} for name, said in pairs]
                return [{"is": "definitions", "pairs": told_pairs}]
            case Box(kind, blocks, lang):
                return [{"is": "box", "kind": kind, "blocks": self.blocks(blocks), **_spoken(lang)}]
            case Remark(content):
                return [{"is": "remark", "text": self.inline(content)}]
            case Notes(notes):
                # One that nothing refers to would be lost at the foot of no page.
                left = [
                    {"number": number, "blocks": self.blocks(blocks)}
                    for number, anchor, blocks in notes
                    if anchor not in self.marked
                ]
                return [{"is": "notes", "notes": left}] if left else []
            case Section(marking, audience, blocks):
                return [{"is": "section", "marking": marking, "audience": audience, "blocks": self.blocks(blocks)}]
            case Locked():
                return [self.locked(block)]

    def items(self, block: Items) -> dict[str, Any]:
        def told(item: Item) -> dict[str, Any]:
            return {"marking": item.marking, "blocks": self.blocks(item.blocks)}

        items = [told(item) for item in block.items]
        return {"is": "items", "ordered": block.ordered, "first": block.first, "items": items, **_spoken(block.lang)}

    def table(self, block: Table) -> dict[str, Any]:
        def cells(given: tuple[Cell, ...]) -> list[dict[str, Any]]:
            return [{"text": self.inline(cell.content), "align": cell.align} for cell in given]

        def row(given: Row) -> dict[str, Any]:
            closed = "" if given.cells else self.words.sealed_row
            address = "" if given.cells else given.address
            return {"cells": cells(given.cells), "marking": given.marking, "closed": closed, "address": address}

        rows = [row(one) for one in block.rows]
        columns = max([len(block.head), *(len(one.cells) for one in block.rows), 1])
        return {"is": "table", "columns": columns, "head": cells(block.head), "rows": rows, **_spoken(block.lang)}

    def figure(self, block: Figure) -> dict[str, Any]:
        name = block.file if block.file in self.images else ""
        return {
            "is": "figure",
            "words": block.words,
            "said": self.words.image % {"words": block.words},
            "caption": block.caption,
            "image": name,
            "address": block.address,
        }

    def locked(self, block: Locked) -> dict[str, Any]:
        named = {"audience": block.audience, "numbers": f"¶\u00a0{block.numbers}"}
        only = self.words.numbers_only % named if block.numbers else self.words.only % named
        if block.item:
            self.level = ITEM_LEVEL
        return {
            "is": "locked",
            "item": str(block.item) if block.item else "",
            # As the table of contents names it: an item of the issue stands there, whoever may read it.
            "entry": self.words.sealed_for % named,
            "what": self.words.item % {"number": block.item} if block.item else self.words.sealed_section,
            "only": only,
            "marking": block.marking,
            "address": block.address,
        }

    def inline(self, content: Iterable[Inline], *, notes: bool = True) -> list[Any]:
        """Plain words are strings, everything else says what it is. Without `notes` only their numbers are told: a
        heading is set twice, once in the table of contents.
        """
        return [told for one in content for told in self.one(one, notes)]

    def one(self, one: Inline, notes: bool) -> list[Any]:
        match one:
            case Words(text) | Abbreviated(text=text):
                return [_BLANK.sub(" ", text)]
            case LineBreak():
                return [{"is": "break"}]
            case Styled(style, content):
                return [{"is": style, "text": self.inline(content, notes=notes)}]
            case LinkTo(address, content):
                return self.link(address, self.inline(content, notes=notes))
            case Spoken(lang, way, content):
                said = self.inline(content, notes=notes)
                return [{"is": "spoken", **_language(lang), "rtl": way == "rtl", "text": said}]
            case Note(number, anchor):
                return self.note(number, anchor if notes else "")
            case Sealed(marking, content):
                return [{"is": "sealed", "marking": marking, "text": self.inline(content, notes=notes)}]
            case LockedWords(marking, address):
                return [{"is": "locked-words", "marking": marking, "address": address}]

    def link(self, address: str, text: list[Any]) -> list[Any]:
        if address.startswith("#"):
            return [{"is": "place", "to": address[1:], "text": text}] if address[1:] in self.leads else text
        return [{"is": "link", "to": address, "text": text}] if address else text

    def note(self, number: str, anchor: str) -> list[Any]:
        if anchor not in self.notes:
            return [{"is": "raised", "text": [number]}]
        if anchor in self.set:
            return [{"is": "note-again", "number": number, "to": anchor}]
        self.set.add(anchor)
        self.given.add(anchor)
        return [{"is": "note", "number": number, "anchor": anchor, "blocks": self.blocks(self.notes[anchor][1])}]

    def named(self, anchor: str) -> dict[str, str]:
        if not anchor or anchor in self.given:
            return {}
        self.given.add(anchor)
        return {"anchor": anchor}


def _marks(edition: Edition) -> Iterable[str]:
    """The anchors of the notes that its text refers to, those within notes included."""
    for block in edition.all_blocks:
        match block:
            case Paragraph() | Remark():
                yield from _marked(block.content)
            case Table():
                rows = [block.head, *(row.cells for row in block.rows)]
                for cell in (cell for cells in rows for cell in cells):
                    yield from _marked(cell.content)
            case Definitions():
                for name, _ in block.pairs:
                    yield from _marked(name)


def _marked(content: tuple[Inline, ...]) -> Iterable[str]:
    for one in content:
        match one:
            case Note(anchor=anchor):
                yield anchor
            case Styled() | LinkTo() | Spoken() | Sealed():
                yield from _marked(one.content)


def _language(code: str) -> dict[str, Any]:
    """A language as the typesetter knows it: "pt-BR" is a language and a region."""
    lang, *more = code.split("-")
    region = next((part.upper() for part in more if len(part) == 2), "")
    return {"lang": lang, "region": region, "rtl": direction(code) == "rtl"}


def _spoken(lang: str) -> dict[str, Any]:
    return {"spoken": _language(lang)} if lang else {}
