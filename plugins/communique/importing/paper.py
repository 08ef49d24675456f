"""What a reader of papers finds: pieces of text with their numbers, what it took out as furniture, what it doubts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from communique.documents.numbers import Number
from communique.problems import Place

PieceKind = Literal["paragraph", "item", "heading", "address", "table", "quote"]

#: Around the label of a footnote where a piece's text cites it. No paper may hold them: they are no characters.
NOTE_OPENS, NOTE_CLOSES = "\ufdd0", "\ufdd1"


@dataclass(frozen=True, order=True)
class Doubt:
    """A spot of the paper that an editor must look at. Unlike a refusal it may quote: its reader holds the paper."""

    place: Place
    code: str
    what: str
    next: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what} [{self.code}]\n    {self.next}"


@dataclass(frozen=True)
class TakenOut:
    """Characters of a line that are the page's and not the text's: they stand in no draft, and in this list."""

    line: int
    start: int
    end: int
    text: str
    why: str


@dataclass(frozen=True)
class Piece:
    """One block of the paper, re-flowed. `text` has no mark of a paragraph or bullet; an item's "(a)" stays in it."""

    kind: PieceKind
    text: str
    line: int
    number: Number | None = None
    part: int = 1
    #: How far an item is indented: 0 belongs to a paragraph, 1 to another item.
    level: int = 0
    #: A table's rows; the first is its head.
    rows: tuple[tuple[str, ...], ...] = ()
    #: The footnotes that the text cites: label and text.
    notes: tuple[tuple[str, str], ...] = ()
    #: The names that follow FOR, where the piece is addressed.
    addressed: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeaderField:
    """A line above the text, such as FM or SUBJECT: `lines` are the field's own, each as the paper has it."""

    label: str
    value: str
    line: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    """A paper as it was read. `lines` is all of its text, in which `taken_out` is located."""

    file: str
    header: tuple[HeaderField, ...]
    pieces: tuple[Piece, ...]
    lines: tuple[str, ...]
    taken_out: tuple[TakenOut, ...]
    doubts: tuple[Doubt, ...]
    #: How many parts the paper says it has, and which of them are here.
    parts: int = 1
    parts_here: tuple[int, ...] = (1,)
    #: The input's line that `lines` begins with.
    first_line: int = 1
    #: The title, where the paper marks one; its words are not among the pieces.
    title: str = ""
    #: The lines of pieces that are for the fewest whoever the paper is for: what it quotes, how it is signed.
    narrow: frozenset[int] = frozenset()

    def field_of(self, *labels: str) -> HeaderField | None:
        return next((one for one in self.header if one.label in labels), None)


@dataclass(frozen=True)
class Draft:
    """A language file to be: its part of the paper, its text, and where in it each piece of the paper stands."""

    part: int
    parts: int
    title: str
    text: str = field(repr=False)
