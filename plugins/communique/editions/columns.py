"""Lines of a fixed number of columns, as a terminal or a typewriter face shows them.

A wide letter takes two columns, an accent that stands on another letter none. Where words run the other way than
those around them, invisible signs (Unicode's isolates) keep each line in its order, whoever shows it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

Direction = Literal["ltr", "rtl"]

_OPENING = {"ltr": "\u2066", "rtl": "\u2067"}
_CLOSING = "\u2069"
_MARKS = {"ltr": "\u200e", "rtl": "\u200f"}
_JOINER = "\u200d"
# What would turn the order of the words around it, were it not closed again; ours are put in afterwards.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# An escape in a text must not reach a terminal; where a word could be parted it is parted by us.
_NOT_SHOWN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\ufeff]")
#: Spaces at which a line may end. No-break spaces are none.
_SPACES = re.compile("[ \u200b\u2002-\u2006\u2008-\u200a\u205f\u3000]+")
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)
#: Neither ends a line nor begins one, where a script is written without spaces.
_NEVER_LAST = frozenset("「『（〔［｛〈《【“‘")
_NEVER_FIRST = frozenset("、。，．・：；？！ゝゞーァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎ々」』）〕］｝〉》】”’…‥")


def shown(text: str) -> str:
    """`text` as it can stand in a line: without signs that steer a screen or turn the order of words."""
    return _NOT_SHOWN.sub(lambda found: " " if found[0] in "\t\r\x0b\x0c\x85" else "", _TURNING.sub("", text))


def in_direction(text: str, direction: Direction) -> str:
    """Words that run `direction` among others that may not."""
    return f"{_OPENING[direction]}{text}{_CLOSING}" if text else ""


def width(text: str) -> int:
    """How many columns `text` takes."""
    if text.isascii():
        return len(text)
    return sum(columns for _, columns in _letters(text))


@lru_cache(maxsize=4096)
def _width(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf", "Cc") or "\u1160" <= letter <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _letters(text: str) -> Iterator[tuple[str, int]]:
    """Each letter with the signs that stand on it, and its columns."""
    held, columns = "", 0
    for sign in text:
        own = _width(sign)
        if held and own and not held.endswith(_JOINER):
            yield held, columns
            held, columns = "", 0
        held += sign
        columns = max(columns, own) if held.endswith(_JOINER) else columns or own
    if held:
        yield held, columns


def wrapped(text: str, columns: int) -> list[str]:
    """`text` in lines of at most `columns`; a line end in it stays one. Only an address may be longer: it would lead
    nowhere in two pieces.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        lines += _broken(line, columns)
    return _closed_on_each_line(lines)


def _broken(text: str, columns: int) -> list[str]:
    lines, line, used = [], "", 0
    for space, piece in _pieces(text):
        own = width(piece)
        if line and used + len(space) + own > columns:
            lines.append(line)
            line, used, space = "", 0, ""
        if not line:
            space = ""
        if own > columns and not _ADDRESS.search(piece):
            *whole, piece = _cut(piece, columns)
            lines += whole
            own = width(piece)
        line, used = line + space + piece, used + len(space) + own
    return [*lines, line]


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """What no line end may part, each with the space before it."""
    space = ""
    for word in _SPACES.split(text):
        if not word:
            continue
        for piece in _parts_without_spaces(word):
            yield space, piece
            space = ""
        space = " "


def _parts_without_spaces(word: str) -> Iterator[str]:
    """Chinese and Japanese part between two letters, wherever neither of them is bound to the other."""
    if word.isascii() or _ADDRESS.search(word):
        yield word
        return
    held, last = "", ""
    for letter, _ in _letters(word):
        bound = last in _NEVER_LAST or letter[0] in _NEVER_FIRST
        if held and not bound and (_is_written_without_spaces(last) or _is_written_without_spaces(letter)):
            yield held
            held = ""
        held, last = held + letter, letter[0]
    if held:
        yield held


def _is_written_without_spaces(letter: str) -> bool:
    if not letter:
        return False
    code = ord(letter[0])
    return 0x3000 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code < 0x40000


def _cut(piece: str, columns: int) -> list[str]:
    lines, line, used = [], "", 0
    for letter, own in _letters(piece):
        if used + own > columns and line:
            lines.append(line)
            line, used = "", 0
        line, used = line + letter, used + own
    return [*lines, line]


def _closed_on_each_line(lines: list[str]) -> list[str]:
    """Each line is a paragraph of its own to whoever shows it: what is open at its end opens again on the next."""
    closed, still = [], ""
    for line in lines:
        begun = still
        for sign in line:
            if sign in _OPENING.values():
                still += sign
            elif sign == _CLOSING:
                still = still[:-1]
        closed.append(f"{begun}{line}{_CLOSING * len(still)}".replace("\u2066\u2069", "").replace("\u2067\u2069", ""))
    return closed


def running(text: str) -> Direction | None:
    """Which way `text` runs by its first letter that tells; what stands between isolates does not count."""
    depth = 0
    for sign in text:
        if sign in _OPENING.values():
            depth += 1
        elif sign == _CLOSING:
            depth -= 1
        elif depth == 0:
            kind = unicodedata.bidirectional(sign)
            if kind in ("L", "R", "AL"):
                return "ltr" if kind == "L" else "rtl"
    return None


def line_of(text: str, direction: Direction) -> str:
    """`text` so that a program which has only this line shows it in its `direction`; without spaces at its end."""
    text = text.rstrip(" ")
    told = running(text)
    if not text or told == direction or (told is None and direction == "ltr"):
        return text
    return _MARKS[direction] + text
