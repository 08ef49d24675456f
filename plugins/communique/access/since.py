"""Since which release who can read each piece of text, and which release last changed it.

What a text was before is found by its words, else by where it stands: other words under the same number are a change,
for those who could read it before. For readers who gain it, it is new, however old its words are.
"""

from __future__ import annotations

import datetime
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from communique.access.units import Keyed, Unit
from communique.documents.numbers import Number
from communique.documents.source import PUBLIC_PART
from communique.documents.terms import readers
from communique.policy import PUBLIC, Audience, Policy

#: Releases, each with those who can read a text since then; no names where that is everyone it is for.
Groups = tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Before:
    """A piece of text as the last release knew it. `read` says since when each name could read it."""

    number: Number | None
    kind: str
    audience: Audience
    hash: str = field(repr=False)
    read: Mapping[str, int] = field(repr=False)
    changed: int = 0


@dataclass(frozen=True)
class Since:
    """`read`: the releases since which it can be read, and by whom. `changed`: the release that gave it its words."""

    read: Groups
    changed: int

    @property
    def first(self) -> int:
        return self.read[0][0]

    def of(self, name: str) -> int | None:
        """The release since which those who hold this tier, area or group alone can read it."""
        return next((release for release, names in self.read if not names or name in names), None)


def follow(
    units: Sequence[Unit],
    hashes: Sequence[str],
    before: Mapping[str, Mapping[str, Sequence[Before]]],
    policy: Policy,
    release: int,
    *,
    is_comparable: bool = True,
) -> list[Since]:
    """Of each piece, in order. `before`: the last release's, by document and language. Where hashes are not comparable,
    since another master made them, a piece is what stood in its place.
    """
    whom: dict[Audience, frozenset[str]] = {}
    found: dict[int, Since] = {}
    texts: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, unit in enumerate(units):
        texts[unit.document, unit.lang].append(index)
        if unit.audience not in whom:
            whom[unit.audience] = readers(policy, unit.audience)
    for (document, lang), indexes in texts.items():
        languages = before.get(document, {})
        # Until a text is translated its readers are shown it in another language.
        olds = languages.get(lang) or next(iter(languages.values()), ())
        told = is_comparable and lang in languages
        for index, (old, is_same) in zip(indexes, _paired(olds, units, hashes, indexes, told), strict=True):
            groups = _groups(whom[units[index].audience], old, release)
            is_same = is_same or (old is not None and not is_comparable)
            found[index] = Since(groups, old.changed if old is not None and is_same else release)
    return [found[index] for index in range(len(units))]


def _paired(
    olds: Sequence[Before], units: Sequence[Unit], hashes: Sequence[str], indexes: Sequence[int], by_words: bool
) -> Iterator[tuple[Before | None, bool]]:
    """Of each piece what it was before, and whether its words are the same. Each earlier piece is that of one alone."""
    left = dict(enumerate(olds))
    was: dict[int, tuple[Before, bool]] = {}

    def match(of_old: Callable[[Before], Hashable], of_new: Callable[[int], Hashable], is_same: bool) -> None:
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for place, old in left.items():
            waiting[of_old(old)].append(place)
        for index in indexes:
            if index not in was and (places := waiting.get(of_new(index))):
                was[index] = (left.pop(places.popleft()), is_same)

    def place(index: int) -> tuple[Number | None, str]:
        return units[index].number, units[index].kind

    if by_words:
        match(
            lambda old: (old.number, old.kind, old.hash, old.audience),
            lambda index: (*place(index), hashes[index], units[index].audience),
            True,
        )
        match(lambda old: (old.hash, old.audience), lambda index: (hashes[index], units[index].audience), True)
        match(lambda old: old.hash, lambda index: hashes[index], True)
    match(lambda old: (old.number, old.kind, old.audience), lambda index: (*place(index), units[index].audience), False)
    match(lambda old: (old.number, old.kind), place, False)
    for index in indexes:
        yield was.get(index, (None, False))


def _groups(whom: frozenset[str], old: Before | None, release: int) -> Groups:
    if PUBLIC in whom:
        # Everyone can read it: that some could before is no news to anybody.
        return ((release if old is None else old.read.get(PUBLIC, release), ()),)
    known = old.read if old is not None else {}
    by_release: dict[int, list[str]] = defaultdict(list)
    for name in sorted(whom):
        by_release[known.get(name, known.get(PUBLIC, release))].append(name)
    if len(by_release) == 1:
        return ((next(iter(by_release)), ()),)
    return tuple((number, tuple(by_release[number])) for number in sorted(by_release)) or ((release, ()),)


@dataclass(frozen=True)
class Told:
    """Since which release a passage is there for its readers; `changed` is a later one that changed it, or 0."""

    new: int
    changed: int = 0

    @property
    def last(self) -> int:
        return max(self.new, self.changed)


@dataclass(frozen=True)
class News:
    """What readers are told of releases. `releases`: every one that is known with its day, that of this build the
    last.
    """

    releases: Mapping[int, datetime.date]
    parts: Mapping[tuple[str, str, str], tuple[Since, ...]] = field(repr=False, default_factory=dict)

    @property
    def current(self) -> int:
        return max(self.releases)

    @property
    def is_first(self) -> bool:
        """Before the second release there is nothing since which anything could be new."""
        return len(self.releases) < 2

    def of(self, document: str, lang: str, part: str, name: str) -> Told:
        """Of one part of a document, for the readers of a tier, area or group that it is for."""
        found = self.parts.get((document, lang, part), ())
        read = [(since.of(name) or self.current, since.changed) for since in found]
        if not read:
            # What is drawn from elsewhere has no words of its own: it is as new as the issue in which it stands.
            texts = [since.first for key, told in self.parts.items() if key[:2] == (document, lang) for since in told]
            return Told(min(texts, default=self.current))
        new = min(first for first, _ in read)
        last = max(max(first, changed) for first, changed in read)
        return Told(new, last if last > new else 0)

    def public_change(self, document: str, lang: str) -> datetime.date | None:
        """The day of the release that last changed what everybody can read of a text; None where it is as it came."""
        told = self.of(document, lang, PUBLIC_PART, PUBLIC)
        return self.releases[told.changed] if told.changed else None


def news_of(
    units: Iterable[Unit],
    before: Mapping[str, Mapping[str, Sequence[Before]]],
    releases: Mapping[int, datetime.date],
    policy: Policy,
    keyed: Keyed,
    *,
    is_comparable: bool = True,
) -> News:
    """What the last of these releases tells readers; `before`: what the one before it held."""
    pieces = list(units)
    hashes = [unit.hash(keyed) for unit in pieces]
    found: dict[tuple[str, str, str], list[Since]] = defaultdict(list)
    since = follow(pieces, hashes, before, policy, max(releases), is_comparable=is_comparable)
    for unit, told in zip(pieces, since, strict=True):
        found[unit.document, unit.lang, unit.part].append(told)
    return News(releases, {key: tuple(told) for key, told in found.items()})
