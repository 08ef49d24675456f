"""From the HTML of a page's text to the blocks of an edition.

The HTML is our own renderer's. Whatever is not known here is refused rather than left out or shown somehow: an
edition that lacks a paragraph, or says one that it should not, cannot be called back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Literal
from xml.etree import ElementTree

from communique.documents.plan_forms import SHORT
from communique.editions.edition import (
    Abbreviated,
    Block,
    Box,
    Cell,
    Code,
    Definitions,
    Direction,
    Figure,
    Heading,
    Inline,
    Item,
    Items,
    LineBreak,
    LinkTo,
    Note,
    Notes,
    Paragraph,
    Quotation,
    Remark,
    Row,
    Rule,
    Sealed,
    Spoken,
    Styled,
    Table,
    Words,
)

#: Stands in the HTML where another part of the document belongs; `PART` holds its name.
PLACE, PART = "cq-part", "data-part"
_VOID = frozenset({"br", "hr", "img"})
_STYLES: Mapping[str, Literal["emphasis", "strong", "code", "title", "raised", "deleted", "inserted"]] = {
    "em": "emphasis",
    "strong": "strong",
    "code": "code",
    "cite": "title",
    "sup": "raised",
    "del": "deleted",
    "ins": "inserted",
}
#: Said to those who hear a page, or hidden from all until a script shows it.
_UNSEEN = frozenset({"visually-hidden", "footnote-backref", "para__number"})
_ASIDES = frozenset({"ref__note", "file__facts", "term__note"})
_GROUPING = frozenset({"div", "section", "article", "header", "thead", "tbody"})
_BLOCKS = frozenset({"p", "ul", "ol", "dl", "table", "blockquote", "pre", "hr", "figure", *_GROUPING})
_HEADING = re.compile(r"h([1-6])\Z")
_DATA = re.compile(r"data--([a-z-]+)")
_ALIGN: Mapping[str, Literal["left", "right", "center"]] = {"left": "left", "right": "right", "center": "center"}


class NotUnderstood(ValueError):
    """HTML of which no edition knows what it is. It names the element, and not a word of the text."""


@dataclass(frozen=True)
class Reading:
    """What reading one text needs to know.

    `address` makes an address absolute; `file` gives the name of the image at an address; `blocks`, `words` and
    `cells` give what stands for another part: its blocks, its words within a line, or its row of so many cells.
    """

    lang: str
    address: Callable[[str], str]
    file: Callable[[str], str]
    blocks: Callable[[str], tuple[Block, ...]]
    words: Callable[[str], tuple[Inline, ...]]
    row: Callable[[str], Row]


def blocks_of(html: str, reading: Reading) -> tuple[Block, ...]:
    """
    Raises:
        NotUnderstood: there is something in it of which this module knows nothing.
    """
    return _Reader(reading).blocks(parsed(html))


def inline_of(html: str, reading: Reading) -> tuple[Inline, ...]:
    """Words that stand within a paragraph, an item or a cell.

    Raises:
        NotUnderstood: there is something in it of which this module knows nothing.
    """
    return _Reader(reading).inline(parsed(html))


def cells_of(html: str, reading: Reading) -> tuple[Cell, ...]:
    """The cells of one row.

    Raises:
        NotUnderstood: there is something in it of which this module knows nothing.
    """
    return _Reader(reading).cells(parsed(html))


def parsed(html: str) -> ElementTree.Element:
    """A tree under one nameless root.

    Raises:
        NotUnderstood: an element is not closed, or closes another.
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    if len(parser.open) != 1:
        raise NotUnderstood(f"<{parser.open[-1].tag}> is not closed")
    return parser.open[0]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [ElementTree.Element("text")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = ElementTree.SubElement(self.open[-1], tag, {name: value or "" for name, value in attrs})
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if len(self.open) == 1 or self.open[-1].tag != tag:
            raise NotUnderstood(f"</{tag}> closes nothing")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        parent = self.open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data


def _classes(element: ElementTree.Element) -> frozenset[str]:
    return frozenset(element.get("class", "").split())


def _is_unseen(element: ElementTree.Element) -> bool:
    return bool(_classes(element) & _UNSEEN) or element.get(SHORT) is not None or element.get("hidden") is not None


class _Reader:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    # Blocks

    def blocks(self, parent: ElementTree.Element) -> tuple[Block, ...]:
        """The blocks in `parent`; words that stand there without an element of their own are a paragraph."""
        found: list[Block] = []
        loose: list[Inline] = [*self._words(parent.text)]

        def settle() -> None:
            content = _trimmed(tuple(loose))
            if content:
                found.append(Paragraph(content))
            loose.clear()

        for child in parent:
            if self._is_block(child):
                settle()
                found.extend(self._block(child))
                # Between blocks stand line ends.
                loose.extend(self._words(child.tail))
            else:
                loose.extend(self._element(child))
                loose.extend(self._words(child.tail))
        settle()
        return tuple(found)

    def _is_block(self, element: ElementTree.Element) -> bool:
        is_place = element.tag == PLACE and element.get("data-form") == "block"
        return is_place or element.tag in _BLOCKS or _HEADING.match(element.tag) is not None

    def _block(self, element: ElementTree.Element) -> Iterator[Block]:
        lang, classes = self._lang(element), _classes(element)
        heading = _HEADING.match(element.tag)
        if _is_unseen(element):
            return
        if element.tag == PLACE:
            yield from self._reading.blocks(element.get(PART, ""))
        elif heading:
            yield Heading(max(2, int(heading[1])), element.get("id", ""), self.inline(element), lang)
        elif element.tag == "p":
            yield from self._paragraph(element, lang, classes)
        elif element.tag in ("ul", "ol"):
            items = tuple(self._item(child) for child in element if self._known(child, "li"))
            first = element.get("start", "1")
            yield Items(items, element.tag == "ol", int(first) if first.isdecimal() else 1, lang)
        elif element.tag == "dl":
            yield Definitions(tuple(self._pairs(element)))
        elif element.tag == "table":
            yield self._table(element, lang)
        elif element.tag == "blockquote":
            yield Quotation(self.blocks(element), lang)
        elif element.tag == "pre":
            yield Code("".join(element.itertext()).strip("\n"))
        elif element.tag == "hr":
            yield Rule()
        elif element.tag == "figure":
            yield from self._figure(element)
        elif "footnote" in classes:
            yield self._notes(element)
        else:
            yield from self._group(element, lang, classes)

    def _paragraph(self, element: ElementTree.Element, lang: str, classes: frozenset[str]) -> Iterator[Block]:
        number = next((child.text or "" for child in element if "para__number" in _classes(child)), "")
        content = _trimmed(self.inline(element))
        if "block-note" in classes:
            yield Remark(content)
        elif content or number:
            yield Paragraph(content, number, element.get("id", "") if "para" in classes else "", lang)

    def _group(self, element: ElementTree.Element, lang: str, classes: frozenset[str]) -> Iterator[Block]:
        inner = self.blocks(element)
        data = _DATA.search(element.get("class", ""))
        if data or "plan-field" in classes:
            yield Box(data[1] if data else "variable", inner, lang)
        elif not lang:
            yield from inner
        else:
            yield from (_in_language(block, lang) for block in inner)

    def _item(self, element: ElementTree.Element) -> Item:
        blocks = self.blocks(element)
        match blocks:
            case (Paragraph(content=(Sealed(marking=marking, content=content),)) as only,):
                return Item((replace(only, content=content),), marking)
        return Item(blocks)

    def _pairs(self, element: ElementTree.Element) -> Iterator[tuple[tuple[Inline, ...], tuple[Block, ...]]]:
        name: tuple[Inline, ...] = ()
        for child in element:
            if child.tag == "div":
                yield from self._pairs(child)
            elif child.tag == "dt":
                name = _trimmed(self.inline(child))
            elif self._known(child, "dd"):
                yield name, self.blocks(child)

    def _table(self, element: ElementTree.Element, lang: str) -> Table:
        rows = [row for group in element if self._known(group, "thead", "tbody", "tr") for row in _rows(group)]
        inside = [row for row in rows if row.tag == PLACE or self._known(row, "tr")]
        head = next((row for row in inside if row.tag == "tr" and all(cell.tag == "th" for cell in row)), None)
        return Table(
            self.cells(head) if head is not None else (),
            tuple(
                self._reading.row(row.get(PART, "")) if row.tag == PLACE else Row(self.cells(row))
                for row in inside
                if row is not head
            ),
            lang,
        )

    def cells(self, row: ElementTree.Element) -> tuple[Cell, ...]:
        """The cells of a row, or those that stand in `row` without one."""
        found: list[Cell] = []
        for cell in row:
            if self._known(cell, "td", "th"):
                lang = self._lang(cell)
                content = _trimmed(_flat(self.blocks(cell)))
                if lang:
                    content = (Spoken(lang, _direction(cell), content),)
                found.append(Cell(content, _ALIGN.get(cell.get("align", ""), "")))
        return tuple(found)

    def _figure(self, element: ElementTree.Element) -> Iterator[Block]:
        image = element.find("img")
        caption = element.find("figcaption")
        if image is None:
            yield from self.blocks(element)
            return
        yield self._image(image, "".join(caption.itertext()) if caption is not None else "")

    def _image(self, image: ElementTree.Element, caption: str) -> Figure:
        source = image.get("src", "")
        return Figure(image.get("alt", ""), caption, self._reading.address(source), self._reading.file(source))

    def _notes(self, element: ElementTree.Element) -> Notes:
        found: list[tuple[str, str, tuple[Block, ...]]] = []
        for item in (item for listing in element.iter("ol") for item in listing):
            anchor = item.get("id", "")
            if not anchor:
                raise NotUnderstood("<li> of a footnote without a name")
            # As its mark shows it: "2" in public text, "s3.2" in a part.
            part, _, _ = anchor.rpartition("fn")
            number = str(len(found) + 1)
            found.append((f"{part.rstrip('-')}.{number}" if part else number, anchor, self.blocks(item)))
        return Notes(tuple(found))

    # Words

    def inline(self, parent: ElementTree.Element) -> tuple[Inline, ...]:
        """The words in `parent`, of which every element must be one that stands within a line."""
        found: list[Inline] = [*self._words(parent.text)]
        for child in parent:
            found.extend(self._element(child))
            found.extend(self._words(child.tail))
        return tuple(found)

    def _words(self, text: str | None) -> Iterator[Inline]:
        if text:
            # Line ends are the source's; blanks that hold words together stay.
            yield Words(re.sub(r"[ \t\n]+", " ", text))

    def _element(self, element: ElementTree.Element) -> Iterator[Inline]:
        if _is_unseen(element):
            return
        lang = self._lang(element)
        inner = tuple(self._within(element))
        yield from (Spoken(lang, _direction(element), inner),) if lang and inner else inner

    def _within(self, element: ElementTree.Element) -> Iterator[Inline]:
        classes = _classes(element)
        if element.tag == PLACE:
            yield from self._reading.words(element.get(PART, ""))
        elif element.tag == "br":
            yield LineBreak()
        elif element.tag == "img":
            image = self._image(element, "")
            yield LinkTo(image.address, (Words(image.words),))
        elif element.tag == "sup" and len(element) and "footnote-ref" in _classes(element[0]):
            yield Note(element[0].text or "", element[0].get("href", "").removeprefix("#"))
        elif element.tag == "a":
            yield from self._link(element, classes)
        elif element.tag == "abbr":
            yield Abbreviated("".join(element.itertext()), element.get("title", ""))
        elif element.tag == "bdi":
            yield Styled("symbol", self.inline(element))
        elif element.tag in _STYLES:
            yield Styled(_STYLES[element.tag], self.inline(element))
        elif element.tag == "span" and classes & _ASIDES:
            yield Styled("aside", self.inline(element))
        elif element.tag == "span" and "item-number" in classes:
            yield Words(f"{element.text}.")
        elif element.tag == "span" and "blank" in classes:
            yield Styled("emphasis", (Words("["), *self.inline(element), Words("]")))
        elif element.tag in ("span", "time", "small"):
            yield from self.inline(element)
        else:
            raise NotUnderstood(f"<{element.tag}> within a line")

    def _link(self, element: ElementTree.Element, classes: frozenset[str]) -> Iterator[Inline]:
        content = self.inline(element)
        # A page explains a word where one stands on it; in an edition a link at every other word is noise.
        if "term" in classes or not element.get("href"):
            yield from content
        else:
            yield LinkTo(self._reading.address(element.get("href", "")), content)

    def _known(self, element: ElementTree.Element, *tags: str) -> bool:
        if element.tag not in tags:
            raise NotUnderstood(f"<{element.tag}> where <{tags[0]}> is expected")
        return True

    def _lang(self, element: ElementTree.Element) -> str:
        lang = element.get("lang", "")
        return "" if lang == self._reading.lang else lang


def _rows(group: ElementTree.Element) -> Iterator[ElementTree.Element]:
    if group.tag == "tr":
        yield group
    else:
        yield from group


def _direction(element: ElementTree.Element) -> Direction:
    return "rtl" if element.get("dir") == "rtl" else "ltr"


def _in_language(block: Block, lang: str) -> Block:
    match block:
        case Paragraph() | Heading() | Items() | Table() | Quotation() | Box():
            return block if block.lang else replace(block, lang=lang)
    return block


def _flat(blocks: tuple[Block, ...]) -> tuple[Inline, ...]:
    """What a cell says, in lines: it holds words, and at most lists of words."""
    lines: list[tuple[Inline, ...]] = []
    for block in blocks:
        match block:
            case Paragraph(content=content) | Remark(content=content):
                lines.append(content)
            case Items(items=items):
                for item in items:
                    words = _flat(item.blocks)
                    lines.append((Sealed(item.marking, words),) if item.marking else words)
            case _:
                raise NotUnderstood(f"{type(block).__name__} in a cell")
    found: list[Inline] = []
    for line in lines:
        found += [LineBreak(), *line] if found else line
    return tuple(found)


def _trimmed(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Without blanks at both ends, which only laid out the source."""
    found = list(content)
    while found and isinstance(found[0], Words):
        words = found[0].text.lstrip(" ")
        if words:
            found[0] = Words(words)
            break
        found.pop(0)
    while found and isinstance(found[-1], Words):
        words = found[-1].text.rstrip(" ")
        if words:
            found[-1] = Words(words)
            break
        found.pop()
    return tuple(found)
