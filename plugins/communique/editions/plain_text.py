"""An edition as plain text of 72 columns: for mail that shows nothing else, for a terminal, for printing anywhere.

Links are numbers, with their addresses at the end. What is for narrower readers stands between two lines that say so,
each single word of it in brackets with its marking.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from communique.editions.columns import Direction, in_direction, line_of, running, shown, width, wrapped
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
    words_of,
)
from communique.languages.typography import direction as direction_of

COLUMNS = 72
_BETWEEN_COLUMNS = 2
#: How far the further lines of an entry of the contents stand behind its first: behind a number of one digit.
_HANGING = 3
_NARROWEST_COLUMN = 8
_SHORT = 40
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
#: What stands before and after words of a style.
_STYLES = {
    "emphasis": ("_", "_"),
    "title": ("_", "_"),
    "strong": ("*", "*"),
    "code": ("`", "`"),
    "deleted": ("[-", "-]"),
    "inserted": ("{+", "+}"),
}


@dataclass(frozen=True)
class TextWords:
    """What the text edition says of itself, in the language in which the edition is told of."""

    symbol: str
    date: str
    on_the_portal: str
    contents: str
    notes: str
    abbreviations: str
    links: str
    #: "%(label)s: %(value)s", before what a field says.
    fact: str
    #: "note %(number)s", where a footnote belongs.
    note: str
    #: "image: %(words)s"
    image: str
    #: "end of %(marking)s"
    end: str
    #: A locked passage: "Sealed, for: %(audience)s"; words or a row: "sealed".
    locked: str
    locked_words: str
    #: "Item %(number)s", "paragraph %(number)s", "paragraphs %(number)s" of a locked passage.
    item: str
    paragraph: str
    paragraphs: str


@dataclass(frozen=True)
class _Line:
    text: str
    direction: Direction
    #: Written as it is, however long.
    is_fixed: bool = False

    def behind(self, before: str) -> _Line:
        return _Line(before + self.text, self.direction, self.is_fixed)


def plain_text(edition: Edition, words: TextWords) -> str:
    """The whole edition, its lines ended by "\\n". No line is wider than 72 columns but those that hold one address or
    a line of code.
    """
    lines = _Writer(edition, words).written()
    return "\n".join(line_of(line.text, line.direction) for line in lines) + "\n"


class _Writer:
    def __init__(self, edition: Edition, words: TextWords) -> None:
        self._edition, self._words = edition, words
        self._base: Direction = edition.direction
        #: Which way all runs that stands around the text.
        self._around: Direction = direction_of(edition.around) if edition.around else edition.direction
        #: Addresses with their numbers, in the order in which they came.
        self._links: dict[str, int] = {}

    def written(self) -> list[_Line]:
        edition, words = self._edition, self._words
        numbers = [block.number for block in edition.all_blocks if isinstance(block, Paragraph) and block.number]
        gutter = min(max(map(width, numbers)) + 2, 8) if numbers else 0
        parts = [
            [self._line(f"{edition.marking} · {shown(edition.audience_label)}")],
            *self._head(),
            self._contents(),
            self._blocks(edition.blocks, COLUMNS, gutter),
            self._list_of(words.abbreviations, self._meanings()),
            self._addresses(),
            # A print is read from its last page too.
            [self._line(edition.marking)],
        ]
        return _apart([part for part in parts if part])

    def _line(self, text: str) -> _Line:
        return _Line(text, self._around)

    def _wrapped(self, text: str, columns: int, direction: Direction | None = None) -> list[_Line]:
        return [_Line(line, direction or self._base) for line in wrapped(text, columns)]

    # -- before and after the text

    def _head(self) -> Iterator[list[_Line]]:
        edition, words = self._edition, self._words
        told = " · ".join(shown(one) for one in (edition.site, edition.kind_label) if one)
        yield self._wrapped(told, COLUMNS, self._around)
        title = shown(edition.title)
        direction = (running(title) or self._base) if edition.title_lang else self._base
        yield _underlined(_underlined(self._wrapped(title, COLUMNS, direction), "=")[::-1], "=")[::-1]
        facts = [(words.symbol, edition.symbol), (words.date, edition.date_text), *edition.facts]
        listed = [line for label, value in facts if value for line in self._facts(shown(label), shown(value))]
        yield [*listed, *self._address()]
        if edition.summary:
            yield self._wrapped(shown(edition.summary), COLUMNS)

    def _facts(self, label: str, value: str) -> list[_Line]:
        if self._around == "rtl" and running(value) == "ltr":
            value = in_direction(value, "ltr")
        first, *more = wrapped(self._fact(label, value), COLUMNS - 2)
        return [self._line(first), *(self._line(f"  {line}") for line in more)]

    def _fact(self, label: str, value: str) -> str:
        return self._words.fact % {"label": label, "value": value}

    def _address(self) -> list[_Line]:
        label, address = self._words.on_the_portal, self._edition.address
        if not address:
            return []
        # An invisible sign around an address would be copied with it.
        if self._around == "rtl" or width(said := self._fact(label, address)) > COLUMNS:
            return [self._line(self._fact(label, "")), _Line(address, "ltr", is_fixed=True)]
        return [self._line(said)]

    def _contents(self) -> list[_Line]:
        said: list[str] = []
        for block in self._edition.all_blocks:
            if isinstance(block, Heading) and block.level == 2:
                said.append(shown(words_of(block.content)))
            elif isinstance(block, Locked) and block.item:
                said.append(f"{block.item}. {self._locked(block)}")
        if len(said) <= 2:
            return []
        listed: list[_Line] = []
        for entry in said:
            # Items have numbers of their own.
            first, *more = self._wrapped(entry, COLUMNS - 2 - _HANGING)
            listed += [first.behind("  "), *(line.behind("  " + " " * _HANGING) for line in more)]
        return [*_underlined([self._line(self._words.contents)], "-"), *listed]

    def _meanings(self) -> Iterator[str]:
        """Each keeps its portion mark, as an item of a list does."""
        for (text, means), marking in self._edition.abbreviations.items():
            said = self._fact(shown(text), shown(means))
            yield f"({marking}) {said}" if marking else said

    def _list_of(self, heading: str, entries: Iterable[str]) -> list[_Line]:
        listed = [line for entry in entries for line in _bulleted(self._wrapped(entry, COLUMNS - 2), "- ")]
        return [*_underlined([self._line(heading)], "-"), *listed] if listed else []

    def _addresses(self) -> list[_Line]:
        """Each on a line of its own, whole: programs make a link of it, and people copy it."""
        listed = [_Line(f"[{number}] {address}", "ltr", is_fixed=True) for address, number in self._links.items()]
        return [*_underlined([self._line(self._words.links)], "-"), *listed] if listed else []

    # -- blocks

    def _blocks(self, blocks: tuple[Block, ...], columns: int, gutter: int = 0) -> list[_Line]:
        return _apart([lines for block in blocks if (lines := self._block(block, columns, gutter))])

    def _block(self, block: Block, columns: int, gutter: int) -> list[_Line]:
        match block:
            case Paragraph():
                return self._paragraph(block, columns, gutter)
            case Heading(level=level, content=content, lang=lang):
                lines = self._wrapped(self._said(content), columns, self._direction(content, lang))
                return _underlined(lines, {2: "-", 3: "~"}.get(level, ""))
            case Section(marking=marking, audience=audience, blocks=inner):
                begun = self._divider(f"{marking} · {shown(audience)}", columns)
                ended = self._divider(self._words.end % {"marking": marking}, columns)
                return _apart([begun, self._blocks(inner, columns, gutter), ended])
            case Notes(notes=notes):
                listed = [
                    line
                    for number, _, inner in notes
                    for line in self._behind(f"{number}. ", self._blocks(inner, columns - width(number) - 2))
                ]
                return [*_underlined([self._line(self._words.notes)], "-"), *listed]
            case _:
                return [line.behind(" " * gutter) for line in self._unnumbered(block, columns - gutter)]

    def _unnumbered(self, block: Block, columns: int) -> list[_Line]:
        match block:
            case Items():
                return self._items(block, columns)
            case Table():
                return self._table(block, columns)
            case Quotation(blocks=inner):
                return [line.behind("> ") for line in self._blocks(inner, columns - 2)]
            case Box(blocks=inner):
                return [line.behind("| ") for line in self._blocks(inner, columns - 2)]
            case Code(text=text):
                code = text.rstrip("\n").split("\n")
                return [_Line(f"    {shown(line.expandtabs(4))}", "ltr", is_fixed=True) for line in code]
            case Rule():
                return [_Line(" " * ((columns - 5) // 2) + "* * *", self._base)]
            case Figure():
                return self._figure(block, columns)
            case Definitions(pairs=pairs):
                each = [self._definition(label, inner, columns) for label, inner in pairs]
                # Where one says several things, space shows where the next begins.
                if any(len(inner) > 1 for _, inner in pairs):
                    return _apart(each)
                return [line for lines in each for line in lines]
            case Remark(content=content):
                return self._wrapped(f"({self._said(content)})", columns)
            case Locked(address=address):
                return self._wrapped(f"[{self._locked(block)}]{self._link(address)}", columns, self._around)
            case _:
                raise TypeError(type(block).__name__)

    def _paragraph(self, block: Paragraph, columns: int, gutter: int) -> list[_Line]:
        direction = self._direction(block.content, block.lang)
        # As it is cited: an issue's items have numbers too.
        number = f"¶{block.number} " if block.number else ""
        indent = max(gutter, width(number))
        lines = self._wrapped(self._said(block.content), columns - indent, direction)
        return self._behind(number + " " * (indent - width(number)), lines)

    def _behind(self, before: str, lines: list[_Line]) -> list[_Line]:
        """`before` stands on the first line, and as much space on the others."""
        space = " " * width(before)
        return [line.behind(space if place else before) for place, line in enumerate(lines)]

    def _divider(self, text: str, columns: int) -> list[_Line]:
        *lines, last = wrapped(f"--- {text} ", columns)
        last = last.rstrip()
        return [*map(self._line, lines), self._line(f"{last} ".ljust(columns - width(last) + len(last), "-"))]

    def _items(self, block: Items, columns: int) -> list[_Line]:
        count = len(block.items)
        bullets = [f"{block.first + place}. " if block.ordered else "- " for place in range(count)]
        indent = max(map(width, bullets), default=0)
        each = [
            _bulleted(self._item(item, columns - indent), " " * (indent - width(bullet)) + bullet)
            for bullet, item in zip(bullets, block.items, strict=True)
        ]
        # Where an item says more than one thing, space shows where the next begins.
        if any(line.text == "" for lines in each for line in lines):
            return _apart(each)
        return [line for lines in each for line in lines]

    def _item(self, item: Item, columns: int) -> list[_Line]:
        blocks = item.blocks
        if item.marking:
            mark = Words(f"({item.marking}) ")
            match blocks:
                case (Paragraph(content=content, number=number, anchor=anchor, lang=lang), *rest):
                    blocks = (Paragraph((mark, *content), number, anchor, lang), *rest)
                case _:
                    blocks = (Paragraph((mark,)), *blocks)
        lines = [self._block(block, columns, 0) for block in blocks]
        # A list within an item follows what introduces it.
        if len(lines) > 1 and all(isinstance(block, Items) for block in blocks[1:]):
            return [line for one in lines for line in one]
        return _apart(lines)

    def _figure(self, block: Figure, columns: int) -> list[_Line]:
        said = f"[{self._words.image % {'words': shown(block.words)}}]" if block.words else ""
        caption = shown(block.caption)
        return self._wrapped(" ".join(filter(None, (said, caption))) + self._link(block.address), columns)

    def _definition(self, label: tuple[Inline, ...], inner: tuple[Block, ...], columns: int) -> list[_Line]:
        named = self._said(label)
        match inner:
            case (Paragraph(content=content, number=""),):
                first, *more = self._wrapped(self._fact(named, self._said(content)), columns - 2)
                return [first, *(line.behind("  ") for line in more)]
            case _:
                said = [self._block(block, columns - 2, 0) for block in inner]
                is_plain = all(isinstance(block, Paragraph) and not block.number for block in inner)
                lines = [line for one in said for line in one] if is_plain else _apart([one for one in said if one])
                indented = [line.behind("  ") for line in lines]
                return [*self._wrapped(self._fact(named, "").rstrip(), columns), *indented]

    # -- tables

    def _table(self, block: Table, columns: int) -> list[_Line]:
        head = [self._cell(cell) for cell in block.head]
        rows = [self._row(row) for row in block.rows]
        cells = [head, *(texts for texts, _ in rows if texts)]
        count = max(map(len, cells))
        widths = _column_widths([[*texts, *[""] * (count - len(texts))] for texts in cells], columns)
        # Programs that show lines from right to left do not agree on the order of columns.
        if not widths or self._base == "rtl":
            return self._records(head, rows, columns)
        aligns: list[str] = [cell.align for cell in block.head]
        lines = self._across(head, widths, aligns) if any(head) else []
        if lines:
            lines.append(_Line((" " * _BETWEEN_COLUMNS).join("-" * one for one in widths), self._base))
        each = [self._across(texts, widths, aligns) if texts else self._wrapped(said, columns) for texts, said in rows]
        if any(len(one) > 1 for one in each):
            return [*lines, *_apart(each)]
        return [*lines, *(line for one in each for line in one)]

    def _cell(self, cell: Cell) -> str:
        return self._said(cell.content)

    def _row(self, row: Row) -> tuple[list[str], str]:
        """Its cells; or none, and what is said in their place."""
        if not row.cells:
            return [], f"{self._closed(row.marking)}{self._link(row.address)}"
        texts = [self._cell(cell) for cell in row.cells]
        if row.marking:
            texts[0] = f"({row.marking}) {texts[0]}"
        return texts, ""

    def _across(self, texts: list[str], widths: list[int], aligns: Sequence[str]) -> list[_Line]:
        texts = [*texts, *[""] * (len(widths) - len(texts))]
        aligns = [*aligns, *[""] * (len(widths) - len(aligns))]
        cells = [wrapped(text, columns) for text, columns in zip(texts, widths, strict=True)]
        height = max(map(len, cells), default=0)
        lines: list[_Line] = []
        for place in range(height):
            along = [cell[place] if place < len(cell) else "" for cell in cells]
            aligned = [_aligned(*one) for one in zip(along, widths, aligns, strict=True)]
            lines.append(_Line((" " * _BETWEEN_COLUMNS).join(aligned).rstrip(), self._base))
        return lines

    def _records(self, head: list[str], rows: list[tuple[list[str], str]], columns: int) -> list[_Line]:
        """A table that is too wide: each row a list of what stands under which heading."""
        each: list[list[_Line]] = []
        for texts, said in rows:
            lines: list[_Line] = self._wrapped(said, columns - 2) if said else []
            for place, text in enumerate(texts):
                label = head[place] if place < len(head) else ""
                if text:
                    first, *more = self._wrapped(self._fact(label, text) if label else text, columns - 4)
                    lines += [first, *(line.behind("  ") for line in more)]
            each.append(_bulleted(lines, "- "))
        return _apart(each)

    # -- words

    def _direction(self, content: tuple[Inline, ...], lang: str) -> Direction:
        """Of words in another language than the edition's, by themselves."""
        return (running(shown(words_of(content))) or self._base) if lang else self._base

    def _closed(self, marking: str) -> str:
        said = f"[{marking} · {self._words.locked_words}]".replace(" ", "\u00a0")
        return said if self._around == self._base else in_direction(said, self._around)

    def _locked(self, block: Locked) -> str:
        words = self._words
        said = [block.marking, words.locked % {"audience": shown(block.audience)}]
        if block.item:
            said.append(_bound(words.item) % {"number": block.item})
        if block.numbers:
            several = not block.numbers.isdigit() and any(sign in block.numbers for sign in "–-,")
            said.append(_bound(words.paragraphs if several else words.paragraph) % {"number": block.numbers})
        return " · ".join(said)

    def _link(self, address: str) -> str:
        """The number of a link, bound to what is before it."""
        if not address:
            return ""
        number = self._links.setdefault(address, len(self._links) + 1)
        return f"\u00a0[{number}]"

    def _said(self, content: tuple[Inline, ...]) -> str:
        return "".join(map(self._one, content)).strip(" ")

    def _one(self, one: Inline) -> str:
        match one:
            case Words(text=text):
                return shown(text).replace("\n", " ")
            case Styled(style="symbol", content=content):
                said = self._said(content)
                return in_direction(said, "ltr") if self._base == "rtl" else said
            case Styled(style="raised", content=content):
                said = self._said(content)
                return said.translate(_RAISED) if said.isdecimal() and said.isascii() else said
            case Styled(style=style, content=content):
                before, after = _STYLES.get(style, ("", ""))
                said = "".join(map(self._one, content))
                return f"{before}{said}{after}" if said.strip() else said
            case LinkTo(address=address, content=content):
                return self._linked(address, "".join(map(self._one, content)))
            case Spoken(direction=direction, content=content):
                said = "".join(map(self._one, content))
                return said if direction == self._base else in_direction(said, direction)
            case Abbreviated(text=text):
                return shown(text)
            case LineBreak():
                return "\n"
            case Note(number=number):
                return f"\u00a0({_bound(self._words.note) % {'number': number}})"
            case Sealed(marking=marking, content=content):
                return f"[{marking} · {''.join(map(self._one, content))}]"
            case LockedWords(marking=marking, address=address):
                return f"{self._closed(marking)}{self._link(address)}"

    def _linked(self, address: str, said: str) -> str:
        # A place in this text is found by what is said; an address that is written out needs no number.
        bare = address.removeprefix("mailto:").rstrip("/")
        if not address or address.startswith("#") or said.removeprefix("mailto:").rstrip("/") == bare:
            return said
        return f"{said}{self._link(address)}"


def _bound(sentence: str) -> str:
    """With its numbers on the line of the words before them."""
    return sentence.replace(" %(number)s", "\u00a0%(number)s")


# -- lines


def _apart(parts: list[list[_Line]]) -> list[_Line]:
    """With an empty line between each two."""
    lines: list[_Line] = []
    for part in parts:
        if lines:
            lines.append(_Line("", part[0].direction if part else "ltr"))
        lines += part
    return lines


def _underlined(lines: list[_Line], sign: str) -> list[_Line]:
    if not sign:
        return lines
    return [*lines, _Line(sign * max((width(line.text) for line in lines), default=0), lines[-1].direction)]


def _bulleted(lines: list[_Line], bullet: str) -> list[_Line]:
    space = " " * width(bullet)
    return [
        line.behind(space if place and line.text else "" if not line.text else bullet)
        for place, line in enumerate(lines)
    ]


def _aligned(text: str, columns: int, align: str) -> str:
    free = max(columns - width(text), 0)
    before = {"right": free, "center": free // 2}.get(align, 0)
    return " " * before + text + " " * (free - before)


def _column_widths(rows: list[list[str]], columns: int) -> list[int]:
    """How wide each column can be so that all fit; nothing where some would be too narrow to read."""
    count = len(rows[0])
    free = columns - _BETWEEN_COLUMNS * (count - 1)
    widest = [max((width(line) for row in rows for line in row[one].split("\n")), default=0) for one in range(count)]
    if sum(widest) <= free:
        return widest
    longest = [max((width(word) for row in rows for word in row[one].split()), default=0) for one in range(count)]
    least = [max(min(wide, _NARROWEST_COLUMN), word) for wide, word in zip(widest, longest, strict=True)]
    if sum(least) > free:
        return []
    # Columns that need little get it; the widest share what is left, and break their lines.
    widths, left = list(least), free - sum(least)
    for place, one in enumerate(sorted(range(count), key=lambda one: widest[one] - least[one])):
        more = min(widest[one] - least[one], left // (count - place))
        widths[one], left = widths[one] + more, left - more
    return widths
