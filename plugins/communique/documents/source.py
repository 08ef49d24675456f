"""What one language file of a document is once it is cut: its parts, its blocks, and what they refer to.

The cut itself is made in `cutting`; here is what everything else works with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from communique.documents.data_blocks import DataBlock
from communique.documents.numbers import FIRST, INSERTED, WITHDRAWN, Number
from communique.policy import Audience
from communique.problems import Place, Problem

Form = Literal["text", "block", "item", "row", "inline"]
BlockKind = Literal[
    "heading", "paragraph", "figure", "list", "table", "quote", "code", "data", "rule", "footnote", "definition"
]
#: The name of the public text among a document's parts.
PUBLIC_PART = ""
_TOKEN = re.compile(r"cqpart(\d+)q")
FIGURE_LINK = "figure:"
#: What is left of a paragraph that was taken out, for Markdown.
NOTHING = "¶"


@dataclass(frozen=True)
class Block:
    """One top-level block of a part. Only paragraphs have a `number`: until the catalogue counts through the parts
    of a paper, they count from the document's own first.
    """

    kind: BlockKind
    part: str
    text: str = field(repr=False)
    line: int
    level: int = 0
    number: Number | None = None
    #: What is sealed inside this block, in order: "row 2 for oeg", "text in item 1 for core".
    inside: tuple[str, ...] = ()
    #: The files it refers to, in order, without the language in their names: "the image map.png for oeg".
    files: tuple[str, ...] = ()
    #: Of a data block its word and whatever must be the same in every language.
    facts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    #: The number that the text itself gives this paragraph, where it does.
    stated: Number | None = None
    #: Whether it stands for a paragraph that was taken out: its number is kept, and no words.
    withdrawn: bool = False
    #: The language of its words and the file they stand in, where a translation lacks them (merging.py).
    lang: str = ""
    file: str = ""
    #: Whether these are words of a translation whose original says something else today.
    stale: bool = False
    #: Of a block in the original's language why: "untranslated", "outdated" or "withheld" (languages/changes.py);
    #: nothing where there are no words.
    why: str = ""


@dataclass(frozen=True)
class Part:
    """Public text or one sealed part. `text` is Markdown with a token (`cqpart3q`) where part s3 stands in
    it.
    """

    name: str
    form: Form
    audience: Audience
    parent: str
    place: Place
    text: str = field(repr=False)
    #: For a row: the head and delimiter lines of its table, and how many cells a row has.
    table: str = field(default="", repr=False)
    columns: int = 0
    #: The language of its words, where it stands in a block whose language is not the text's.
    lang: str = ""


@dataclass(frozen=True)
class Link:
    """A link to another document: `target` is its id (`meetings/paris-2008`), `number` a paragraph in it."""

    target: str
    number: Number | None
    place: Place


@dataclass(frozen=True)
class Reference:
    """A citation by symbol and, where there is one, paragraph ("29 bis"), as the part `part` makes it."""

    symbol: str
    number: str
    part: str
    #: Which of the source's blocks it stands in.
    block: int
    place: Place


@dataclass(frozen=True)
class FigureReference:
    """A figure of the data, or one that the site counts, as a part cites it: `[](figure:participating)`."""

    name: str
    place: Place
    part: str = PUBLIC_PART


@dataclass(frozen=True)
class FileReference:
    """A file that lies beside the language files, as the part `part` refers to it."""

    name: str
    form: Literal["link", "image"]
    part: str
    place: Place


@dataclass(frozen=True)
class Blank:
    """A place in a plan's text where its reader writes something: `<<lead-office>>`."""

    name: str
    part: str
    place: Place


@dataclass(frozen=True)
class Source:
    """The body of one language file, cut. `parts[0]` is the public text; blocks stand in the document's
    order.
    """

    title: str
    parts: tuple[Part, ...]
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    #: Link and abbreviation definitions outside every section: they serve all parts.
    definitions: str = ""
    files: tuple[FileReference, ...] = ()
    #: The data blocks of all parts, in the document's order.
    data: tuple[DataBlock, ...] = ()
    #: Where a plan's reader writes something.
    blanks: tuple[Blank, ...] = field(default=(), kw_only=True)
    #: The citations by symbol of all parts, in the document's order.
    references: tuple[Reference, ...] = ()
    figures: tuple[FigureReference, ...] = field(default=(), kw_only=True)

    @property
    def paragraphs(self) -> int:
        return sum(1 for block in self.blocks if block.number is not None)

    def part(self, name: str) -> Part:
        return next(part for part in self.parts if part.name == name)

    def children(self, name: str) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.form != "text" and part.parent == name)

    def pieces(self, name: str) -> Iterator[Block | str]:
        """What the public text or a section consists of, in order: its blocks, and the names of sections in it."""
        text, at = self.part(name).text, 0
        blocks = [block for block in self.blocks if block.part == name]
        sections = [part.name for part in self.children(name) if part.form == "block"]
        while blocks or sections:
            if sections and text.startswith(token(sections[0]), at):
                at += len(token(sections[0])) + 2
                yield sections.pop(0)
            else:
                at += len(blocks[0].text) + 2
                yield blocks.pop(0)

    def blocks_above(self, name: str) -> tuple[Block, ...]:
        """The blocks before a sealed part, with the one in which it stands if it is no section."""
        parts = {part.name: part for part in self.parts}
        part = parts[name]
        while part.form != "block" and parts[part.parent].form not in ("text", "block"):
            part = parts[part.parent]
        if part.form != "block":
            mark = token(part.name)
            return self.blocks[: next(i for i, block in enumerate(self.blocks) if mark in block.text) + 1]
        within = {name}
        for one in self.parts:
            # A part comes after the section around it.
            within |= {one.name} if one.parent in within and one.form == "block" else set()
        return self.blocks[: next(i for i, block in enumerate(self.blocks) if block.part in within)]

    def numbers(self, name: str) -> tuple[Number, ...]:
        """The numbers of the paragraphs that stand directly in this part."""
        return tuple(b.number for b in self.blocks if b.part == name and b.number is not None)

    @property
    def all_numbers(self) -> tuple[Number, ...]:
        """The numbers of all paragraphs, in the document's order."""
        return tuple(block.number for block in self.blocks if block.number is not None)

    @property
    def withdrawn_numbers(self) -> frozenset[Number]:
        """The numbers that stand for paragraphs which were taken out."""
        return frozenset(block.number for block in self.blocks if block.number is not None and block.withdrawn)

    def numbered(self, after: Number | None) -> Source:
        """The same text with its paragraphs counted on from `after`, the last one of the part before."""
        blocks: list[Block] = []
        now: dict[Number, Number] = {}
        for block in self.blocks:
            if block.number is not None:
                after = block.stated or (after.next if after is not None else FIRST)
                now[block.number], block = after, replace(block, number=after)
            blocks.append(block)
        data = tuple(replace(one, number=now.get(one.number) if one.number else None) for one in self.data)
        return replace(self, blocks=tuple(blocks), data=data)

    def outline(self) -> tuple[tuple[object, ...], ...]:
        """What must be the same in every language: headings, sections and what they stand in, audiences, numbers,
        sealed items and spans, files and images, and of data what is not translated.
        """
        within: dict[str, str] = {}
        for part in self.parts:
            outer = within.get(part.parent) if part.form != "text" and part.parent != PUBLIC_PART else None
            within[part.name] = f"{part.audience} within {outer}" if outer else str(part.audience)
        return tuple(
            (
                block.kind,
                block.level,
                block.part,
                within[block.part],
                _numbered_as(block),
                block.inside,
                block.files,
                block.facts,
            )
            for block in self.blocks
            if block.kind != "definition"
        )


def _numbered_as(block: Block) -> str | None:
    shown = str(block.number) if block.number is not None else None
    return f"{shown} {WITHDRAWN}" if block.withdrawn else shown


def misnumbered(source: Source, file: str, after: Number | None) -> Iterator[Problem]:
    """Each number that a text gives a paragraph and that is not the one it has, counted on from `after`."""
    # Behind a number that is wrong, those that go on from it are no second mistake, nor are those that do not.
    reached: list[Number | None] = [after]
    for block in source.blocks:
        if block.number is None:
            continue
        expected = [next_number(one) for one in reached]
        if block.stated is None:
            reached = list(expected)
        elif block.stated in expected or block.stated in [one.inserted for one in reached if one is not None]:
            reached = [block.stated]
        else:
            before = reached[0]
            reached = [expected[0], block.stated]
            what = f"this paragraph is ¶{expected[0]}, and it says ¶{block.stated}"
            fix = f"write ¶{expected[0]}"
            inserted = before.inserted if before is not None else None
            if inserted is not None:
                fix += f", or ¶{inserted} if it was put in after ¶{before} had been released"
            fix += "; or leave the number out"
            if inserted is not None and block.stated.is_behind(inserted):
                what = f"this paragraph says ¶{block.stated}, and there is no ¶{inserted} before it"
            elif block.text.partition(" ")[0].lower() in INSERTED:
                fix = f"bis, ter and the words after them are written in small letters; if none is meant, {fix}"
            yield Problem(Place(file, block.line, 1), "wrong-number", what, fix)


def next_number(number: Number | None) -> Number:
    return number.next if number is not None else FIRST


def token(name: str) -> str:
    """What stands for part `name` ("s3") inside Markdown: a word Markdown leaves alone."""
    return f"cqpart{name.removeprefix('s')}q"


def tokens_in(text: str) -> Iterator[str]:
    """The names of the parts whose tokens stand in `text`."""
    return (f"s{found.group(1)}" for found in _TOKEN.finditer(text))


def without_tokens(text: str) -> str:
    return _TOKEN.sub(" ", text)
