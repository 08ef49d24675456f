"""Everything that an edition says, in the order in which it is read, whatever form it takes."""

from __future__ import annotations

from collections.abc import Iterator

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
    Rule,
    Sealed,
    Section,
    Spoken,
    Styled,
    Table,
    Words,
)


def everything_said(edition: Edition) -> Iterator[str]:
    """One text for each block, table cell, label and address. What is locked says nothing."""
    yield from (edition.title, edition.symbol, edition.summary, edition.audience_label, edition.address)
    for fact in edition.facts:
        yield from fact
    for block in edition.blocks:
        yield from _of_block(block)


def _of_block(block: Block) -> Iterator[str]:
    match block:
        case Heading(content=content) | Paragraph(content=content) | Remark(content=content):
            yield from _of_words(content)
        case Items(items=items):
            yield from (said for item in items for inner in item.blocks for said in _of_block(inner))
        case Table(head=head, rows=rows):
            yield from _of_cells(head)
            yield from (said for row in rows for said in _of_cells(row.cells))
        case Quotation(blocks=blocks) | Box(blocks=blocks) | Section(blocks=blocks):
            yield from (said for inner in blocks for said in _of_block(inner))
        case Code(text=text):
            yield text
        case Figure(words=words, caption=caption, address=address):
            yield from (words, caption, address)
        case Definitions(pairs=pairs):
            for label, blocks in pairs:
                yield from _of_words(label)
                yield from (said for inner in blocks for said in _of_block(inner))
        case Notes(notes=notes):
            yield from (said for _, _, blocks in notes for inner in blocks for said in _of_block(inner))
        case Rule() | Locked():
            pass


def _of_cells(cells: tuple[Cell, ...]) -> Iterator[str]:
    for cell in cells:
        yield from _of_words(cell.content)
    # A row can be copied as one.
    yield " ".join(said for cell in cells for said in _of_words(cell.content))


def _of_words(content: tuple[Inline, ...]) -> Iterator[str]:
    yield "".join(map(_of_one, content))
    yield from _addresses_and_meanings(content)


def _of_one(one: Inline) -> str:
    match one:
        case Words(text=text) | Abbreviated(text=text):
            return text
        case LineBreak():
            return "\n"
        case Note() | LockedWords():
            return ""
        case Styled() | LinkTo() | Spoken() | Sealed():
            return "".join(map(_of_one, one.content))


def _addresses_and_meanings(content: tuple[Inline, ...]) -> Iterator[str]:
    for one in content:
        if isinstance(one, LinkTo):
            yield one.address
        if isinstance(one, Abbreviated):
            yield one.means
        if isinstance(one, Styled | LinkTo | Spoken | Sealed):
            yield from _addresses_and_meanings(one.content)
