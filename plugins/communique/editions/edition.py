"""What an edition consists of: the paper as the readers of one audience may have it, before it takes any form.

Every form (mail, text, PDF) is written from this alone, so that all of them hold the same paragraphs. Where those
readers may not read on, there is a `Locked`: its marking, where it stands and its address, and not a word of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from typing import Literal

from communique.policy import TLP_LABELS

Direction = Literal["ltr", "rtl"]
#: Markings of portions, the least first: none is that of the whole paper.
_ORDER = ("", *(f"TLP:{label}" for label in TLP_LABELS))
#: As in HTML, and unlike a blank that keeps words together.
_BLANK = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True)
class Words:
    """Plain words in the edition's language."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Styled:
    """`emphasis`, `strong`, `code`, `title` (of another paper), `symbol` (a citation, always left to right),
    `raised` (superscript), `deleted`, `inserted` or `aside` (what is said in brackets beside a link).
    """

    style: Literal["emphasis", "strong", "code", "title", "symbol", "raised", "deleted", "inserted", "aside"]
    content: tuple[Inline, ...] = field(repr=False)


@dataclass(frozen=True)
class LinkTo:
    """A link. `address` is absolute (https:, mailto:), or `#anchor` for a place in this edition; empty where the site
    has no home address, so that the words alone remain.
    """

    address: str
    content: tuple[Inline, ...] = field(repr=False)


@dataclass(frozen=True)
class Spoken:
    """Words in another language than those around them."""

    lang: str
    direction: Direction
    content: tuple[Inline, ...] = field(repr=False)


@dataclass(frozen=True)
class Abbreviated:
    """An abbreviation with what it is short for."""

    text: str = field(repr=False)
    means: str = field(repr=False)


@dataclass(frozen=True)
class LineBreak:
    """The end of a line within a paragraph."""


@dataclass(frozen=True)
class Note:
    """The mark of a footnote. `number` as the page shows it ("2", "s3.1"); the note is `Notes` further down."""

    number: str
    anchor: str


@dataclass(frozen=True)
class Sealed:
    """Words within a paragraph for narrower readers, who these are: they keep their portion mark."""

    marking: str
    content: tuple[Inline, ...] = field(repr=False)


@dataclass(frozen=True)
class LockedWords:
    """Words within a paragraph that these readers may not read."""

    marking: str
    address: str


Inline = Words | Styled | LinkTo | Spoken | Abbreviated | LineBreak | Note | Sealed | LockedWords


@dataclass(frozen=True)
class Heading:
    """`level` is 2 to 6: the paper's title is 1."""

    level: int
    anchor: str
    content: tuple[Inline, ...] = field(repr=False)
    lang: str = ""


@dataclass(frozen=True)
class Paragraph:
    """`number` is what it is cited by ("29 bis"), where the paper shows numbers; `anchor` is its own in any case."""

    content: tuple[Inline, ...] = field(repr=False)
    number: str = ""
    anchor: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Item:
    """One item of a list: its blocks, and its portion mark where it is for narrower readers."""

    blocks: tuple[Block, ...] = field(repr=False)
    marking: str = ""


@dataclass(frozen=True)
class Items:
    """A list. `first` is the number with which an ordered one begins."""

    items: tuple[Item, ...] = field(repr=False)
    ordered: bool = False
    first: int = 1
    lang: str = ""


@dataclass(frozen=True)
class Cell:
    content: tuple[Inline, ...] = field(repr=False)
    align: Literal["", "left", "right", "center"] = ""


@dataclass(frozen=True)
class Row:
    """`cells` are empty where these readers may not read the row: then `marking` and `address` say what stands there.
    A row that they may read and others not has a `marking` too.
    """

    cells: tuple[Cell, ...] = field(repr=False)
    marking: str = ""
    address: str = ""


@dataclass(frozen=True)
class Table:
    head: tuple[Cell, ...] = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    lang: str = ""


@dataclass(frozen=True)
class Quotation:
    blocks: tuple[Block, ...] = field(repr=False)
    lang: str = ""


@dataclass(frozen=True)
class Code:
    text: str = field(repr=False)


@dataclass(frozen=True)
class Rule:
    """A line between two thoughts."""


@dataclass(frozen=True)
class Figure:
    """An image. Mail and text show its words and where it is to be seen; `file` is its name beside the document's
    texts, for a form that holds images.
    """

    words: str = field(repr=False)
    caption: str = field(repr=False)
    address: str
    file: str = ""


@dataclass(frozen=True)
class Definitions:
    """Names and what is said under each: the fields of an action, a lesson, a case."""

    pairs: tuple[tuple[tuple[Inline, ...], tuple[Block, ...]], ...] = field(repr=False)


@dataclass(frozen=True)
class Box:
    """Blocks that belong together: an action, a lesson, an item's data. `kind` is the word of the data block."""

    kind: str
    blocks: tuple[Block, ...] = field(repr=False)
    lang: str = ""


@dataclass(frozen=True)
class Remark:
    """What the site says of the block before it: not yet translated, the original has changed since."""

    content: tuple[Inline, ...] = field(repr=False)


@dataclass(frozen=True)
class Notes:
    """The footnotes of one part: number, anchor, blocks."""

    notes: tuple[tuple[str, str, tuple[Block, ...]], ...] = field(repr=False)


@dataclass(frozen=True)
class Section:
    """A passage for narrower readers, who these are. `audience` names them in the edition's language."""

    marking: str
    audience: str
    blocks: tuple[Block, ...] = field(repr=False)


@dataclass(frozen=True)
class Locked:
    """A passage that these readers may not read, or that a form must not carry: no word of it.

    `numbers` are those of its paragraphs as they are cited ("7–9"), `item` that of the issue's item it is.
    """

    marking: str
    audience: str
    numbers: str
    address: str
    item: int = 0


Block = (
    Heading
    | Paragraph
    | Items
    | Table
    | Quotation
    | Code
    | Rule
    | Figure
    | Definitions
    | Box
    | Remark
    | Notes
    | Section
    | Locked
)


@dataclass(frozen=True)
class Edition:
    """A paper in one language for the readers of one audience. `marking` is the highest on anything it shows. What
    labels it, everywhere in it, is in the language `told_in`.
    """

    document: str
    lang: str
    direction: Direction
    #: The tier, area or group whose readers it is for, and what the site calls them.
    audience: str
    audience_label: str
    marking: str
    title: str = field(repr=False)
    symbol: str
    #: ISO 8601, and as the language writes it.
    date: str
    date_text: str
    summary: str = field(repr=False)
    #: Label and value of what the kind says besides, in the page's order: volume, number, edited by.
    facts: tuple[tuple[str, str], ...] = field(repr=False)
    kind: str
    kind_label: str
    site: str
    #: Where it stands on the portal; empty where the site has no home address.
    address: str
    blocks: tuple[Block, ...] = field(repr=False)
    #: The language its title is in, where the translation lacks it.
    title_lang: str = ""
    #: The language in which this paper is told of, where its text stands in for one in that language; else its own.
    around: str = ""

    @property
    def told_in(self) -> str:
        """The language of all that stands around the text, and of those who read it."""
        return self.around or self.lang

    @property
    def all_blocks(self) -> Iterator[Block]:
        """Every block, also those in others, in reading order."""
        return _within(self.blocks)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """For a table of contents."""
        return tuple(block for block in self.all_blocks if isinstance(block, Heading))

    @property
    def abbreviations(self) -> Mapping[tuple[str, str], str]:
        """Each abbreviation with what it is short for, in the order of the text, and the marking of the portion that
        says it; none where all readers of the paper are told it anywhere.
        """
        found: dict[tuple[str, str], str] = {}
        for marking, one in _abbreviated(self.blocks, ""):
            key = (_BLANK.sub(" ", one.text), _BLANK.sub(" ", one.means))
            found[key] = min(found.get(key, marking), marking, key=_ORDER.index)
        return found

    @property
    def anchors(self) -> frozenset[str]:
        """What a `#anchor` in it may lead to."""
        found = {block.anchor for block in self.all_blocks if isinstance(block, Heading | Paragraph) and block.anchor}
        notes = (block for block in self.all_blocks if isinstance(block, Notes))
        return frozenset(found | {anchor for block in notes for _, anchor, _ in block.notes})


def _within(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        yield block
        match block:
            case Section(blocks=inner) | Box(blocks=inner) | Quotation(blocks=inner):
                yield from _within(inner)
            case Items(items=items):
                for item in items:
                    yield from _within(item.blocks)
            case Definitions(pairs=pairs):
                for _, inner in pairs:
                    yield from _within(inner)
            case Notes(notes=notes):
                for _, _, inner in notes:
                    yield from _within(inner)


def _abbreviated(told: object, portion: str) -> Iterator[tuple[str, Abbreviated]]:
    match told:
        case Abbreviated():
            if told.means:
                yield portion, told
        case tuple():
            for one in told:
                yield from _abbreviated(one, portion)
        case _ if is_dataclass(told):
            marking = getattr(told, "marking", "") or portion
            yield from _abbreviated(tuple(vars(told).values()), marking)


def words_of(content: tuple[Inline, ...]) -> str:
    """The plain words of an inline text: for subjects, contents and comparisons."""
    said: list[str] = []
    for one in content:
        match one:
            case Words(text) | Abbreviated(text=text):
                said.append(text)
            case LineBreak():
                said.append(" ")
            case Note():
                pass
            case LockedWords(marking):
                said.append(f"[{marking}]")
            case Styled() | LinkTo() | Spoken() | Sealed():
                said.append(words_of(one.content))
    return "".join(said)
