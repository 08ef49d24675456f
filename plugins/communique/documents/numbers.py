"""The number of a paragraph: what it is cited by, in every language and for every reader, from its first release on.

A number says nothing of what follows it: "29 bis" stands between 29 and 30 when a paragraph was put there later, so
nobody counts with numbers. They are put in order, shown, and made anchors of.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

#: How paragraphs are called that were put in after one that had its number already: the first, the second …
INSERTED = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "novies", "decies")
#: What stands behind the number of a paragraph that was taken out.
WITHDRAWN = "withdrawn"

_ANCHOR = re.compile(rf"p([1-9]\d{{0,4}})(?:-({'|'.join(INSERTED)}))?\Z")
_WRITTEN = re.compile(rf"¶([1-9]\d{{0,4}})(?: ({'|'.join(INSERTED)}))?(?: +(?=\S)|\Z)")


@functools.total_ordering
@dataclass(frozen=True)
class Number:
    """A paragraph's number: 29, or 29 bis where it was put in after 29."""

    _count: int
    _inserted: int = 0

    def __str__(self) -> str:
        return f"{self._count} {INSERTED[self._inserted - 1]}" if self._inserted else str(self._count)

    def __lt__(self, other: Number) -> bool:
        return (self._count, self._inserted) < (other._count, other._inserted)

    @property
    def anchor(self) -> str:
        """Its place on a page: "p29", "p29-bis"."""
        return "p" + str(self).replace(" ", "-")

    @property
    def next(self) -> Number:
        """What a paragraph behind this one is called that says nothing of its number."""
        return Number(self._count + 1)

    @property
    def is_inserted(self) -> bool:
        """Whether it belongs to a paragraph that was put in later."""
        return self._inserted > 0

    @property
    def inserted(self) -> Number | None:
        """What a paragraph is called that was put in behind this one; None when there is no further word for it."""
        return Number(self._count, self._inserted + 1) if self._inserted < len(INSERTED) else None

    def is_behind(self, other: Number) -> bool:
        """Whether both were put in after the same paragraph, this one behind the other."""
        return self._count == other._count and self._inserted > other._inserted

    def is_next_to(self, before: Number | None) -> bool:
        """Whether a reader who counts on from `before` comes to this one."""
        return self == (before.next if before is not None else FIRST)


#: What a paper's first paragraph is called.
FIRST = Number(1)


def of_anchor(anchor: str) -> Number | None:
    """The number that an anchor names: `Number.anchor` backwards."""
    found = _ANCHOR.match(anchor)
    return _number(found.group(1), found.group(2)) if found else None


def of_text(text: str) -> Number | None:
    """The number that "29 bis" or "29-bis" is: `str` backwards."""
    return of_anchor("p" + text.replace(" ", "-"))


def stated_in(line: str) -> tuple[Number, int] | None:
    """The number at the beginning of a paragraph's first line, `¶29 bis `, and how many characters it takes."""
    found = _WRITTEN.match(line)
    return (_number(found.group(1), found.group(2)), found.end()) if found else None


def _number(count: str, inserted: str | None) -> Number:
    return Number(int(count), INSERTED.index(inserted) + 1 if inserted else 0)


def runs(numbers: Iterable[Number]) -> list[list[Number]]:
    """Numbers as they are cited, those that follow each other together: 29, 30, 31, 33 is [29, 30, 31], [33].

    One that was put in later is cited by itself: "29–31" would leave open whether it is meant.
    """
    found: list[list[Number]] = []
    for number in numbers:
        if found and not found[-1][-1].is_inserted and number.is_next_to(found[-1][-1]):
            found[-1].append(number)
        else:
            found.append([number])
    return found
