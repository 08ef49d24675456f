"""Lines as pieces of a paper: paragraphs with their own numbers, items, headings, addressed lines.

A line's beginning is believed to be a paragraph's mark only where the numbers before it, and how the text before it
ends, say so; else it is text, and doubted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from communique.documents.numbers import FIRST, Number, of_text
from communique.importing.paper import NOTE_CLOSES, NOTE_OPENS, Doubt, Piece, PieceKind, TakenOut
from communique.importing.portions import PORTION, says_more
from communique.problems import Place

_NUMBER = re.compile(
    r"(?:(?P<pilcrow>¶)\s?)?(?P<open>\()?(?P<count>\d{1,5})(?: ?(?P<suffix>bis|ter|quater))?"
    r"(?P<close>[.)])?(?=\s|\Z)\s*"
)
_SUB_MARK = re.compile(
    r"(?P<mark>\((?:[a-z]|[ivx]{1,5})\)|(?:[a-z]|[ivx]{2,5})[.)]|\d{1,2}\.\d{1,2}\.?|[A-Z]\.)(?=\s)\s+", re.ASCII
)
_BULLET = re.compile(r"(?:--?|[*+•·▪◦‣–])(?=\s)\s+(?=\S)")
ADDRESS = re.compile(r"(?:FOR|PARA|POUR)\s+(?P<names>[^:.;()]{2,80}?)\s?:(?=\s|\Z)\s*")
_ENDS = re.compile(r"[.!?:;…][\"'”’»)\]]*\Z")
_LOWER = re.compile(r"[\"'“‘«(\[]*[^\W\d_]")
_COLUMNS = re.compile(r"\S {3,}\S")
_RULE = re.compile(r"[-=_*~.·• ]{3,}\Z")
#: A list inside another is indented by as many signs at least, where its paper indents.
_DEEPER = 2
#: Hyphens that wait for a word further on: “pre- and post-”.
_SUSPENDED = frozenset(["and", "or", "nor", "to", "y", "e", "o", "u", "ni", "et", "ou"])
#: Between two numbers of a paper more paragraphs are hardly missing: a higher one is a figure of its text.
_FURTHEST_JUMP = 20
_LONGEST = 40_000
_LETTER_HYPHEN = re.compile(r"[^\W_]-\Z")


@dataclass
class _Open:
    """A piece whose lines are still being collected."""

    kind: PieceKind
    line: int
    part: int
    text: str = ""
    lines: int = 0
    number: Number | None = None
    level: int = 0
    mark: str = ""
    addressed: tuple[str, ...] = ()
    notes: list[tuple[str, str]] = field(default_factory=list)
    columns: int = 0


class Body:
    """Takes a paper's lines one by one. `line` numbers are those of the input."""

    def __init__(self, file: str, lines: Sequence[str], *, part: int = 1) -> None:
        self.file, self.part = file, part
        self.pieces: list[Piece] = []
        self.taken_out: list[TakenOut] = []
        self.doubts: list[Doubt] = []
        self.numbers: set[Number] = set()
        self._open: _Open | None = None
        self._last: Number | None = None
        self._style = ""
        #: The lists that the last item stands in: the last mark of each, and how far it was indented.
        self._lists: list[tuple[str, int]] = []
        #: Whether an empty line stands before the line that is read, be it only a page's.
        self._gap = False
        text = "\n".join(lines)
        # Which spelling a broken word has elsewhere in the paper decides about its hyphen.
        self._words = {word.casefold() for word in re.findall(r"[^\W_]+(?:-[^\W_]+)*", text)}

    def doubt(self, line: int, code: str, what: str, fix: str) -> None:
        self.doubts.append(Doubt(Place(self.file, line), code, what, fix))

    def take(self, line: int, start: int, text: str, why: str) -> None:
        if text:
            self.taken_out.append(TakenOut(line, start, start + len(text), text, why))

    # -- what a reader of papers calls

    def feed(self, line: int, text: str, *, blank_before: bool, page_before: int = 0) -> None:
        """One line with words. `page_before` is the line of a page's end between it and the one before, or 0; negative
        where that was doubted already.
        """
        self._gap = blank_before
        if self._open is not None and len(self._open.text) > _LONGEST:
            what = "a paragraph longer than any paper has ends here: it was parted"
            self.doubt(line, "long-paragraph", what, "part it where the paper does")
            blank_before = True
            self.close()
        start = len(text) - len(text.lstrip(" \t"))
        bare = text.strip(" \t")
        goes_on = self._open is not None and not self._ended(self._open) and self._open.kind != "heading"
        if page_before and goes_on:
            # The gap that a page's end leaves is no paragraph's.
            blank_before = False
        if self._begins(line, bare, start, blank_before=blank_before):
            return
        if self._open is not None and page_before and goes_on:
            if page_before > 0:
                what = "a page ends inside a sentence here; its lines were taken out and the sentence joined"
                self.doubt(page_before, "page-in-sentence", what, "read the sentence across the page's end")
        elif self._open is not None and page_before and not blank_before:
            what = "a page ends after a sentence; what follows was taken for the same paragraph"
            self.doubt(page_before, "page-between", what, "part the paragraph here if the paper does")
        elif page_before and blank_before and bare != bare.upper():
            what = "a page ends here and the next one begins with a capital: it was taken for a new paragraph"
            self.doubt(page_before, "page-between", what, "join it to the paragraph before it if the paper does")
        elif blank_before and goes_on and _begins_low(bare):
            what = "an empty line stands inside what looks like one sentence"
            self.doubt(line, "gap-in-sentence", what, "join the two paragraphs if the paper does")
        if self._open is None or blank_before:
            self.close()
            self._open = _Open("paragraph", line, self.part)
        self._append(line, bare)

    def heading(self, line: int, text: str) -> None:
        self.close()
        self.pieces.append(Piece("heading", _inside(text), line, part=self.part))

    def item(self, line: int, text: str, level: int, notes: Sequence[tuple[str, str]] = ()) -> None:
        self.close()
        self.pieces.append(Piece("item", _inside(text), line, part=self.part, level=level, notes=tuple(notes)))
        self._lists = []

    def paragraph(self, line: int, text: str, notes: Sequence[tuple[str, str]], *, counted: bool = False) -> None:
        """A paragraph that came whole. `counted`: its number is not in its text, since its program counts."""
        self.close()
        bare, start = text.strip(" \t"), len(text) - len(text.lstrip(" \t"))
        if counted:
            number = self._last.next if self._last else FIRST
            self._style = self._style or "counted"
            self._numbered(line, number, bare, start)
        elif not self._begins(line, bare, start, blank_before=True):
            self._open = _Open("paragraph", line, self.part)
            self._append(line, bare)
        if self._open is not None:
            self._open.notes += notes
        self.close()

    def quote(self, line: int, text: str, *, goes_on: bool = False) -> None:
        """A line of what the paper quotes; `goes_on`: the quoted line before it is of the same paragraph."""
        self.close()
        if goes_on and self.pieces and self.pieces[-1].kind == "quote":
            before = self.pieces.pop()
            self.pieces.append(replace(before, text=self._joined(line, before.text, _inside(text))))
            return
        self.pieces.append(Piece("quote", _inside(text), line, part=self.part))

    def table(self, line: int, rows: Sequence[Sequence[str]], notes: Sequence[tuple[str, str]] = ()) -> None:
        self.close()
        inside = tuple(tuple(_inside(cell) for cell in row) for row in rows)
        self.pieces.append(Piece("table", "", line, part=self.part, rows=inside, notes=tuple(notes)))

    def underline(self, line: int, text: str) -> None:
        """A line of signs below or between text."""
        self.take(line, 0, text, "a line of signs")
        top = self._open
        is_underline = bool(re.fullmatch(r"[-=~_]+", text.strip()))
        if top is not None and is_underline and top.lines == 1 and top.kind == "paragraph" and not self._ended(top):
            top.kind = "paragraph" if top.number is not None or top.addressed or NOTE_OPENS in top.text else "heading"
        self.close()

    @property
    def goes_on(self) -> bool:
        """Whether the text so far ends inside a sentence."""
        return self._open is not None and not self._ended(self._open) and not _heading_like(self._open)

    @property
    def pieces_begun(self) -> bool:
        return bool(self.pieces) or self._open is not None

    def close(self) -> None:
        top, self._open = self._open, None
        if top is None:
            return
        kind = top.kind
        if kind == "paragraph" and top.number is None and not top.addressed and _heading_like(top):
            kind = "heading"
        if top.addressed and re.fullmatch(ADDRESS.pattern, top.text):
            kind = "address"
        if top.columns > 1:
            what = "wide gaps inside these lines: perhaps they are columns of a table"
            self.doubt(top.line, "columns", what, "make a table of them if the paper shows one")
        if re.fullmatch(r"\d{1,4}", top.text) and kind == "paragraph" and top.number is None:
            what = f"the figure {top.text} stands alone in its line: perhaps a page's number"
            self.doubt(top.line, "figure-alone", what, "delete it in the draft if it is")
        if not top.text:
            what = "this mark has no text"
            self.doubt(top.line, "empty-paragraph", what, "look for its text in the paper")
            if top.number is None:
                return
        self.pieces.append(
            Piece(
                kind,
                top.text,
                top.line,
                top.number,
                top.part,
                top.level,
                notes=tuple(top.notes),
                addressed=top.addressed,
            )
        )

    # -- where something begins

    def _begins(self, line: int, bare: str, start: int, *, blank_before: bool) -> bool:
        """Whether this line begins a numbered paragraph, an item or an addressed paragraph; then it is open."""
        may = blank_before or self._open is None or self._ended(self._open) or _heading_like(self._open)
        found = _NUMBER.match(bare)
        if found and (found.group("close") or found.group("pilcrow")):
            number = self._accepted(line, found, may=may, blank_before=blank_before or self._open is None)
            if number is not None:
                self.close()
                self.take(line, start, found.group(0), f"number {number} of a paragraph")
                self._numbered(line, number, bare[found.end() :], start + found.end())
                return True
            if self._is_item(found, may=may, blank_before=blank_before):
                self._item(line, bare, found.group(0).strip(), start)
                return True
            return False
        address = ADDRESS.match(bare)
        if address and self._is_address(address.group("names"), blank_before=blank_before):
            if not may:
                what = f"“{bare[:40]}” begins a line inside a sentence; it was not taken for an address"
                self.doubt(line, "address-in-sentence", what, "put it into a section of its own if it is one")
                return False
            self.close()
            self._open = _Open("paragraph", line, self.part, addressed=_names(address.group("names")))
            self._append(line, bare)
            return True
        bullet = _BULLET.match(bare)
        in_list = self._open is not None and self._open.kind == "item"
        if bullet and (may or in_list):
            self.close()
            self.take(line, start, bullet.group(0), "a bullet")
            self._open = _Open("item", line, self.part, level=self._level(bullet.group(0).strip(), start))
            self._append(line, bare[bullet.end() :])
            return True
        sub = _SUB_MARK.match(bare)
        if sub and (
            self._is_next(sub.group("mark"), may=may, blank_before=blank_before or self._open is None)
            or (in_list and sub.group("mark") == "(i)" and self._lists and start >= self._lists[-1][1] + _DEEPER)
        ):
            self._item(line, bare, sub.group("mark"), start)
            return True
        return False

    def _item(self, line: int, bare: str, mark: str, start: int) -> None:
        self.close()
        self._open = _Open("item", line, self.part, level=self._level(mark, start), mark=mark)
        self._append(line, bare)

    def _level(self, mark: str, start: int) -> int:
        """How deep an item stands: where its mark goes on with a list, in that list, else in one of its own."""
        if not self.pieces or self.pieces[-1].kind != "item":
            self._lists = []
        is_bullet, found = bool(_BULLET.match(f"{mark} x")), -1
        for index in reversed(range(len(self._lists))):
            last, indent = self._lists[index]
            if last == (mark if is_bullet else _before(mark)) and (not is_bullet or abs(start - indent) < _DEEPER):
                found = index
                break
        if found < 0:
            while self._lists and self._lists[-1][1] - start >= _DEEPER:
                self._lists.pop()
            is_deeper = not self._lists or start - self._lists[-1][1] >= _DEEPER
            if self._lists and not is_deeper:
                under_bullet = bool(_BULLET.match(f"{self._lists[-1][0]} x"))
                is_deeper = under_bullet != is_bullet or (mark.strip("().") == "i" and not is_bullet)
            found = len(self._lists) if is_deeper else len(self._lists) - 1
        del self._lists[found:]
        self._lists.append((mark, start))
        return found

    def _is_next(self, mark: str, *, may: bool, blank_before: bool) -> bool:
        if blank_before:
            return True
        in_list = self._open is not None and self._open.kind == "item"
        if in_list and self._open is not None and self._open.mark == _before(mark):
            return True
        begins = mark.strip("().") in ("a", "i")
        return may and (begins or any(last == _before(mark) for last, _ in self._lists if in_list))

    def _is_item(self, found: re.Match[str], *, may: bool, blank_before: bool) -> bool:
        """Whether a figure that numbers no paragraph numbers an item."""
        if int(found.group("count")) > 99 or not (may and (blank_before or self._open is not None)):
            return False
        if blank_before:
            return True
        count = int(found.group("count"))
        last = self._open.mark if self._open is not None and self._open.kind == "item" else ""
        return count == 1 or last.strip("().") == str(count - 1)

    def _numbered(self, line: int, number: Number, rest: str, start: int) -> None:
        self.close()
        self._last = number
        self.numbers.add(number)
        portion = PORTION.match(rest)
        if portion:
            self.take(line, start, portion.group(0), "a mark of classification")
            if says_more(portion):
                what = f"paragraph {number} is marked {portion.group(0).strip()}"
                fix = "who may read it is for its authority to say; until then it is for the fewest"
                self.doubt(line, "classification", what, fix)
            start, rest = start + portion.end(), rest[portion.end() :]
        address = ADDRESS.match(rest)
        names = _names(address.group("names")) if address and self._is_address(address.group("names")) else ()
        self._open = _Open("paragraph", line, self.part, number=number, addressed=names)
        if rest:
            self._append(line, rest)

    def _is_address(self, names: str, *, blank_before: bool = True) -> bool:
        capitals = names == names.upper()
        named = all(re.match(r"[^\W\d_a-z]", one) for one in _names(names))
        return capitals or (blank_before and named and len(_names(names)) <= 6 and len(names) < 40)

    def _accepted(self, line: int, found: re.Match[str], *, may: bool, blank_before: bool) -> Number | None:
        """The number, if this is a paragraph's mark; if it only looks like one, a doubt."""
        written = found.group("count") + (f" {found.group('suffix')}" if found.group("suffix") else "")
        shown = found.group(0).strip()
        number = of_text(written) if found.group("count")[0] != "0" else None
        style = "¶" if found.group("pilcrow") else f"{found.group('open') or ''}N{found.group('close') or ''}"
        if found.group("open") and found.group("close") != ")":
            number = None
        if number is None or int(found.group("count")) > 999:
            self._not_a_mark(line, shown, "a year or a figure of the text")
            return None
        if self._style not in ("", style, "counted"):
            if not may and not self._gap:
                self._not_a_mark(line, shown, "another mark than the paper's own")
            return None
        last = self._last
        following = number.is_next_to(last) or (last is not None and number == last.inserted)
        if (not may and not (self._gap and following)) or (not following and not blank_before):
            self._not_a_mark(line, shown, "inside a paragraph")
            return None
        if last is None and number != FIRST and (style != "¶" and (int(found.group("count")) > 99)):
            self._not_a_mark(line, shown, "the first figure of the paper")
            return None
        if last is not None and not following:
            if number <= last:
                what = f"“{shown}” comes after {last}: the numbers do not run on here"
                self.doubt(line, "number-again", what, "it stands as an item; number it as the paper means")
                return None
            if int(found.group("count")) - int(str(last).split()[0]) > _FURTHEST_JUMP:
                self._not_a_mark(line, shown, f"far from {last}, the number before it")
                return None
            what = f"the numbers jump from {last} to {number}"
            fix = "look for what is missing; in the draft “withdrawn” holds the places between"
            self.doubt(line, "number-jump", what, fix)
        elif last is None and number != FIRST and self.part == 1:
            what = f"the first number is {number}"
            self.doubt(line, "number-jump", what, "look for what comes before; the draft keeps the paper's numbers")
        self._style = self._style or style
        return number

    def _not_a_mark(self, line: int, shown: str, why: str) -> None:
        what = f"“{shown}” begins a line and was taken for text: {why}"
        self.doubt(line, "not-a-mark", what, "begin a paragraph here if the paper does")

    # -- putting lines together

    def _ended(self, top: _Open) -> bool:
        return bool(_ENDS.search(top.text[-40:].rstrip(NOTE_CLOSES)) or not top.text)

    def _append(self, line: int, text: str) -> None:
        top = self._open
        if top is None:
            return
        top.lines += 1
        top.columns += bool(_COLUMNS.search(text))
        text = _inside(text)
        top.text = self._joined(line, top.text, text) if top.text else text

    def _joined(self, line: int, before: str, text: str) -> str:
        if before.endswith("\u00ad"):
            return before[:-1] + text
        if not _LETTER_HYPHEN.search(before[-2:]) or not re.match(r"[^\W_]", text):
            return f"{before} {text}"
        first, rest = re.split(r"[^\w-]", before[-80:])[-1], re.match(r"[^\W_]+(?:-[^\W_]+)*", text)
        second = rest.group(0) if rest else ""
        if second.casefold() in _SUSPENDED:
            return f"{before} {text}"
        whole = (first[:-1] + second).casefold()
        hyphened = (first + second).casefold()
        if hyphened in self._words:
            return before + text
        if whole in self._words:
            return before[:-1] + text
        what = f"“{first}” ends a line and “{second}” begins the next: the hyphen may be the line's or the word's"
        self.doubt(line, "hyphen", what, f"it was kept; write {first[:-1]}{second} if the paper's word has none")
        return before + text


def is_rule(text: str) -> bool:
    """Whether a line is made of signs alone, as a border or an underline is."""
    return bool(_RULE.match(text.strip(" \t"))) and bool(text.strip(" \t."))


def _heading_like(top: _Open) -> bool:
    text = top.text
    if top.lines != 1 or len(text) > 70:
        return False
    cased = [char for char in text if char.upper() != char.lower()]
    return (
        top.kind == "paragraph"
        and top.number is None
        and len(cased) > 2
        and not any(char != char.upper() for char in cased)
        and len(text.split()) <= 8
        and not text.endswith((".", ";", ",", "-"))
        and NOTE_OPENS not in text
    )


def _begins_low(text: str) -> bool:
    found = _LOWER.match(text)
    return bool(found) and text[found.end() - 1 if found else 0].islower()


def _inside(text: str) -> str:
    return re.sub(r"[ \t]+", " ", text).strip(" ")


def _names(text: str) -> tuple[str, ...]:
    return tuple(
        name
        for one in re.split(r"\s*[,/&]\s*(?:and\s|AND\s)?|\s+(?:AND|and|Y|ET|et)\s+", text)
        if (name := one.strip(" \t"))
    )


_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")


def _before(mark: str) -> str:
    """The mark that comes before this one in a list: (a) before (b), ii. before iii., or nothing."""
    bare = mark.strip("().")
    if bare in _ROMAN[1:]:
        return mark.replace(bare, _ROMAN[_ROMAN.index(bare) - 1])
    if bare.isdigit() and bare != "1":
        return mark.replace(bare, str(int(bare) - 1))
    if len(bare) == 1 and bare.isalpha() and bare not in "aA":
        return mark.replace(bare, chr(ord(bare) - 1))
    return ""
