"""What a version says that the one before it did not: paragraph by paragraph, and within paragraphs word by word.

It compares what readers see, the rendered text of parts for one and the same audience in both versions, so that what it
finds may be told to exactly that audience. Narrower parts inside are a sign in both.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Literal

from communique.documents.numbers import of_text

#: Stands for sealed words in a text whose readers may not read them.
SEALED = "\ufffc"
Sort = Literal["added", "withdrawn", "changed", "renumbered"]
_TOKEN = re.compile(r"cqpart\d+q")
#: A word with the blanks behind it; scripts that write none between words are compared sign by sign.
_BARE = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"(?:[{_BARE}]|(?:(?![{_BARE}])[\w’'-])+|[^\w\s])\s*")
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_VOID = frozenset("area br col hr img wbr".split())  # noqa: SIM905
_STARTS = frozenset("p h1 h2 h3 h4 h5 h6 li tr dt blockquote pre figcaption".split())  # noqa: SIM905
#: From where on two paragraphs are one that was changed, and what an unchanged number adds.
_ALIKE, _SAME_NUMBER = 0.5, 0.3
_MANY, _NEAR = 2500, 6


@dataclass(frozen=True)
class Unit:
    """What is compared with its like: a paragraph, a heading, an item, a row. `number`: its paragraph's, as printed."""

    kind: str
    number: str
    anchor: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Change:
    """`pieces` are the words in order: kept (" "), new ("+") or gone ("-")."""

    sort: Sort
    kind: str
    number: str
    formerly: str
    anchor: str
    pieces: tuple[tuple[str, str], ...] = field(repr=False, default=())


def units_of(html: str, numbers: Mapping[str, str], number: str = "", anchor: str = "") -> list[Unit]:
    """The units of one part's HTML. `numbers`: each paragraph's, by its anchor; `number` is that of the paragraph in
    which the part itself stands.
    """
    reader = _Units(numbers, number, anchor)
    reader.feed(html)
    reader.close()
    return reader.finished()


class _Units(HTMLParser):
    def __init__(self, numbers: Mapping[str, str], number: str, anchor: str) -> None:
        super().__init__(convert_charrefs=True)
        self._numbers, self._number, self._anchor = numbers, number, anchor
        self._kind = "words"
        self._text: list[str] = []
        self._units: list[Unit] = []
        #: How many elements are open of one that is not compared, or is compared as a whole.
        self._silent = self._whole = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        beside = {"para__number", "footnote-backref"} if tag == "a" else {"block-note"}
        if self._silent or beside & set(classes):
            self._silent += tag not in _VOID
        elif self._whole:
            self._whole += tag not in _VOID
            self._text.append({"dd": " – ", "dt": " · ", "p": " · "}.get(tag, "") if self._text else "")
        elif "data" in classes:
            self._end()
            self._kind, self._whole = "data", 1
        elif tag in _STARTS:
            self._end()
            self._kind = "heading" if re.match(r"h\d", tag) else tag
            if given.get("id", "") in self._numbers:
                self._anchor, self._number = given["id"], self._numbers[given["id"]]
                self._kind = "withdrawn" if "withdrawn" in classes else "p"
        elif tag in ("td", "th") and "".join(self._text).strip():
            self._text.append(" | ")
        elif tag == "dd":
            # A dash, which every language spaces alike.
            self._text.append(" – ")
        elif tag == "img":
            self._text.append(given.get("alt", ""))
        elif tag == "br":
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._silent -= 1
        elif self._whole:
            self._whole -= 1
            if not self._whole:
                self._end()
                self._kind = "words"
        elif tag in _STARTS:
            self._end()
            self._kind = "words"

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)

    def _end(self) -> None:
        # No-break spaces stay: readers of French miss them.
        text = _BLANKS.sub(" ", _TOKEN.sub(SEALED, "".join(self._text))).strip()
        self._text = []
        # What is sealed as a whole has units of its own, for its own readers.
        if text.strip(f"{SEALED} |"):
            self._units.append(Unit(self._kind, self._number, self._anchor, text))

    def finished(self) -> list[Unit]:
        self._end()
        return self._units


def changes(older: Sequence[Unit], newer: Sequence[Unit]) -> tuple[Change, ...]:
    """From the older to the newer text, in the newer one's order. What stayed as it was is left out."""
    old = [unit for unit in older if unit.kind != "withdrawn"]
    new = [unit for unit in newer if unit.kind != "withdrawn"]
    # What differs in blanks alone is the same.
    before, after = ([" ".join(unit.text.split()) for unit in units] for units in (old, new))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    found: list[Change] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            found += [
                Change("renumbered", now.kind, now.number, was.number, now.anchor)
                for was, now in zip(old[a1:a2], new[b1:b2], strict=True)
                if was.number != now.number and now.kind == "p"
            ]
        else:
            found += _in_order(list(_changes_within(old[a1:a2], new[b1:b2])))
    # Where a number stands with nothing behind it, a link to it still ends somewhere.
    left = {unit.number: unit.anchor for unit in newer if unit.kind == "withdrawn"}
    return tuple(
        replace(one, anchor=left.get(one.number, "")) if one.sort == "withdrawn" and one.kind == "p" else one
        for one in found
    )


def _in_order(found: list[Change]) -> list[Change]:
    """By number, as far as each has one: what was put in stands before what was taken out further down."""
    numbers = [of_text(change.number) for change in found]
    if any(number is None for number in numbers):
        return found
    return [found[index] for index in sorted(range(len(found)), key=lambda index: (numbers[index], index))]


def _changes_within(old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[Change]:
    at = 0
    for (i, is_same), now in zip(_origins(old, new), new, strict=True):
        yield from map(_gone, old[at:i])
        at = i + is_same
        if is_same:
            pieces = words_changed(old[i].text, now.text)
            yield Change("changed", now.kind, now.number, old[i].number, now.anchor, pieces)
        else:
            yield Change("added", now.kind, now.number, "", now.anchor, (("+", now.text),))
    yield from map(_gone, old[at:])


def _gone(unit: Unit) -> Change:
    return Change("withdrawn", unit.kind, unit.number, unit.number, "", (("-", unit.text),))


def _origins(old: Sequence[Unit], new: Sequence[Unit]) -> list[tuple[int, bool]]:
    """For each new unit, at which old one it stands and whether it was made of it, such that none cross and the sum of
    likeness is greatest.
    """
    likeness = [
        [_likeness(was, now) if _is_near(old, i, new, j) else 0.0 for j, now in enumerate(new)]
        for i, was in enumerate(old)
    ]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], likeness[i][j] + best[i + 1][j + 1])
    origins: list[tuple[int, bool]] = []
    i = j = 0
    while j < len(new):
        if i < len(old) and likeness[i][j] and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            origins.append((i, True))
            i, j = i + 1, j + 1
        elif i < len(old) and best[i][j] == best[i + 1][j]:
            i += 1
        else:
            origins.append((i, False))
            j += 1
    return origins


def _is_near(old: Sequence[Unit], i: int, new: Sequence[Unit], j: int) -> bool:
    """Of a text rewritten from end to end only what stands at about the same place is compared word by word."""
    return len(old) * len(new) < _MANY or old[i].number == new[j].number or abs(i - j * len(old) // len(new)) < _NEAR


def _likeness(was: Unit, now: Unit) -> float:
    if was.kind != now.kind:
        return 0.0
    ratio = difflib.SequenceMatcher(None, _words(was.text), _words(now.text), autojunk=False).ratio()
    score = ratio + (_SAME_NUMBER if was.number == now.number else 0.0)
    return score if score >= _ALIKE and ratio > 0 else 0.0


def _words(text: str) -> list[str]:
    return [word.strip() for word in _WORD.findall(text)]


def words_changed(was: str, now: str) -> tuple[tuple[str, str], ...]:
    """
    >>> words_changed("The portal is new.", "The portal is old.")
    ((' ', 'The portal is '), ('-', 'new.'), ('+', 'old.'))
    """
    old, new = _WORD.findall(was), _WORD.findall(now)
    matcher = difflib.SequenceMatcher(None, [w.strip() for w in old], [w.strip() for w in new], autojunk=False)
    pieces: list[tuple[str, str, str]] = []
    codes = matcher.get_opcodes()
    for index, (tag, a1, a2, b1, b2) in enumerate(codes):
        gone, came = "".join(old[a1:a2]), "".join(new[b1:b2])
        # One short word left between two changes makes both harder to read.
        lone = 0 < index < len(codes) - 1 and b2 - b1 == 1 and len(came.strip()) < 4
        kept = tag == "equal" and not lone
        if pieces and pieces[-1][0] == ("=" if kept else "~"):
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + gone, pieces[-1][2] + came)
        else:
            pieces.append(("=" if kept else "~", gone, came))
    found: list[tuple[str, str]] = []
    for index, (how, gone, came) in enumerate(pieces):
        # A word that is the last of the new text keeps its blank before words that are gone.
        goes_on = index + 1 < len(pieces) and bool(pieces[index + 1][1]) and came == came.rstrip() == gone.rstrip()
        kept_words = gone if goes_on else came
        found += (
            [(" ", kept_words)] if how == "=" else [(sign, text) for sign, text in (("-", gone), ("+", came)) if text]
        )
    return tuple(found)
