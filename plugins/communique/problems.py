"""What stops a build: a problem has a place, a stable code, what is wrong, and what to do next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Place:
    """Where in the sources, or in the finished site, something stands. Line and column count from 1; 0 is
    unknown.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])


@dataclass(frozen=True, order=True)
class Problem:
    """A short letter to whoever can fix it. `what` and `next` never quote sealed text, keys or
    passphrases.
    """

    place: Place
    code: str
    what: str
    next: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what} [{self.code}]\n    {self.next}"


class Refused(Exception):
    """The work stops; `problems` holds every finding, in reading order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that `word` was probably meant to be, or None."""
    names = sorted(set(known))
    folded = {name.casefold(): name for name in reversed(names)}
    if word.casefold() in folded:
        return folded[word.casefold()]
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The sentence an editor reads below an unknown name: the nearest one, or all there are."""
    names = sorted(set(known))
    guess = nearest(word, names)
    if guess is not None:
        return f'did you mean "{guess}"?'
    return "known: " + ", ".join(names) if names else "none is defined yet"
