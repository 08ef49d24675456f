"""What became readable to more people since the last release, to fewer, to anybody for the first time, or to nobody.

A piece of text is found again by its words, wherever it stands now; then by five words in a row; then by its place.
Whoever could not read it and now can has gained it, however it was moved, edited or unsealed on the way.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from communique.access.record import Record, Recorded
from communique.access.units import RUN, Keyed, Unit, run_hash, windows
from communique.documents.numbers import Number
from communique.documents.terms import readers
from communique.policy import PUBLIC, Audience, Policy
from communique.problems import Place

Way = Literal["widened", "narrowed", "new", "gone"]


@dataclass(frozen=True)
class Change:
    """One piece of text that other people may read than before. `number` counts as in `Unit`."""

    way: Way
    document: str
    lang: str
    number: Number | None
    kind: str
    old: Audience | None
    new: Audience | None
    gained: frozenset[str]
    lost: frozenset[str]
    hash: str
    place: Place


def compare(record: Record | None, units: Iterable[Unit], policy: Policy, keyed: Keyed) -> list[Change]:
    """Every change since the record, in the order of today's texts; what is gone at the end. Without a record all
    is new.
    """
    now = list(units)
    hashes = [unit.hash(keyed) for unit in now]
    return list(_Comparison(record, now, hashes, policy, keyed).changes())


class _Comparison:
    def __init__(
        self, record: Record | None, now: Sequence[Unit], hashes: Sequence[str], policy: Policy, keyed: Keyed
    ) -> None:
        self.record, self.texts, self.hashes, self.policy, self.keyed = record, now, hashes, policy, keyed
        self.old: tuple[Recorded, ...] = record.units if record else ()
        self.reading: dict[Audience, frozenset[str]] = {}
        self.could: dict[Audience, frozenset[str]] = {}
        self.by_hash: dict[str, list[Recorded]] = defaultdict(list)
        for one in self.old:
            self.by_hash[one.hash].append(one)
        self.present: dict[str, set[str]] = defaultdict(set)
        for unit, digest in zip(now, hashes, strict=True):
            self.present[digest] |= self.may(unit.audience)
        self.by_run: dict[str, list[Recorded]] = defaultdict(list)
        self.short: dict[str, dict[int, dict[str, list[Recorded]]]] = defaultdict(lambda: defaultdict(dict))
        for one in self.old:
            for run in one.runs:
                if one.length == RUN:
                    self.by_run[run].append(one)
                else:
                    self.short[one.document][one.length].setdefault(run, []).append(one)

    def may(self, audience: Audience) -> frozenset[str]:
        if audience not in self.reading:
            self.reading[audience] = readers(self.policy, audience)
        return self.reading[audience]

    def might(self, audience: Audience) -> frozenset[str]:
        """Who could read it then, by names of today: everybody, where it was public."""
        if audience not in self.could:
            known = self.record.who_could_read(audience) if self.record else frozenset()
            everybody = frozenset(self.policy.audience_names)
            self.could[audience] = everybody if PUBLIC in known else known & everybody
        return self.could[audience]

    def gained(self, unit: Unit, before: frozenset[str]) -> frozenset[str]:
        more = self.may(unit.audience) - before
        # What becomes public is gained by everybody; their names would hide that.
        return frozenset({PUBLIC}) if PUBLIC in more else more

    def changes(self) -> Iterator[Change]:
        before, after = self._by_text(self.old), self._by_text(self.texts)
        at = {id(unit): digest for unit, digest in zip(self.texts, self.hashes, strict=True)}
        gone: list[Change] = []
        for key in [*after, *(key for key in before if key not in after)]:
            olds, news = before.get(key, []), after.get(key, [])
            successor, left = self._successors(olds, news, at)
            for unit in news:
                change = self._of(unit, at[id(unit)], successor.get(id(unit)))
                if change is not None:
                    yield change
            place = news[0].place if news else Place(key[0])
            gone += [self._gone(one, place) for one in left]
        yield from gone

    @staticmethod
    def _by_text(units: Iterable[Unit] | Iterable[Recorded]) -> dict[tuple[str, str], list]:  # type: ignore[type-arg]
        found: dict[tuple[str, str], list] = {}  # type: ignore[type-arg]
        for unit in units:
            found.setdefault((unit.document, unit.lang), []).append(unit)
        return found

    def _of(self, unit: Unit, digest: str, successors: Sequence[Recorded] | None) -> Change | None:
        """What became of one piece of today."""
        same = self.by_hash.get(digest)
        if same:
            before = frozenset[str]().union(*(self.might(one.audience) for one in same))
            nearest = min(
                same,
                key=lambda one: (
                    one.document != unit.document,
                    one.lang != unit.lang,
                    one.audience != unit.audience,
                    one.number != unit.number,
                ),
            )
            gained = self.gained(unit, before)
            if gained:
                return self._change("widened", unit, digest, nearest.audience, gained, frozenset())
            lost = before - self.present[digest]
            if lost and nearest.document == unit.document:
                fewer = frozenset({PUBLIC}) if PUBLIC in lost else frozenset(lost)
                return self._change("narrowed", unit, digest, nearest.audience, frozenset(), fewer)
            return None
        widest: tuple[int, Recorded, frozenset[str]] | None = None
        for one in (*(successors or ()), *self._quoted(unit)):
            gained = self.gained(unit, self.might(one.audience))
            if gained:
                weight = len(self.policy.audience_names) if PUBLIC in gained else len(gained)
                if widest is None or weight > widest[0]:
                    widest = (weight, one, gained)
        if widest is not None:
            return self._change("widened", unit, digest, widest[1].audience, widest[2], frozenset())
        if successors:
            lost = self.might(successors[0].audience) - self.may(unit.audience)
            if lost:
                fewer = frozenset({PUBLIC}) if PUBLIC in lost else lost
                return self._change("narrowed", unit, digest, successors[0].audience, frozenset(), fewer)
            # The same readers, other words: an edit like any other.
            return None
        return self._change("new", unit, digest, None, self.gained(unit, frozenset()), frozenset())

    def _gone(self, one: Recorded, place: Place) -> Change:
        lost = self.might(one.audience)
        fewer = frozenset({PUBLIC}) if PUBLIC in lost else lost
        return Change(
            "gone",
            one.document,
            one.lang,
            one.number,
            one.kind,
            one.audience,
            None,
            frozenset(),
            fewer,
            one.hash,
            place,
        )

    def _change(
        self, way: Way, unit: Unit, digest: str, old: Audience | None, gained: frozenset[str], lost: frozenset[str]
    ) -> Change:
        return Change(
            way, unit.document, unit.lang, unit.number, unit.kind, old, unit.audience, gained, lost, digest, unit.place
        )

    def _quoted(self, unit: Unit) -> Iterator[Recorded]:
        """Pieces of the record whose own words stand in this one, which was not there before."""
        if not self.old:
            return
        if self.by_run:
            for window in windows(unit.words, RUN):
                yield from self.by_run.get(run_hash(window, self.keyed), ())
        # A name or a figure says little elsewhere; within its own document it is what was sealed there.
        for length, known in self.short.get(unit.document, {}).items():
            for window in windows(unit.words, length):
                yield from known.get(run_hash(window, self.keyed), ())

    def _successors(
        self, olds: Sequence[Recorded], news: Sequence[Unit], at: Mapping[int, str]
    ) -> tuple[dict[int, list[Recorded]], list[Recorded]]:
        """Which piece took the place of which, among those whose words are not found again; and what is gone."""
        successor: dict[int, list[Recorded]] = {}
        left: list[Recorded] = []
        theirs, ours = [one.hash for one in olds], [at[id(unit)] for unit in news]
        for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
            if tag == "equal":
                continue
            lost = [one for one in olds[a1:a2] if one.hash not in self.present]
            fresh = [unit for unit in news[b1:b2] if at[id(unit)] not in self.by_hash]
            for one, unit in _paired(lost, fresh):
                successor.setdefault(id(unit), []).append(one)
            taken = {id(one) for found in successor.values() for one in found}
            for one in lost:
                if id(one) not in taken:
                    left.append(one)
                    if one.is_embedded:
                        # Sealed words of a line are gone, and the line is another: they may stand in it now.
                        for unit in fresh:
                            if unit.number == one.number:
                                successor.setdefault(id(unit), []).append(one)
        return successor, left


def _paired(lost: Sequence[Recorded], fresh: Sequence[Unit]) -> Iterator[tuple[Recorded, Unit]]:
    """By number and kind where both are the same; what is left in order."""
    waiting, open_ = list(lost), list(fresh)
    for one in lost:
        match = next((unit for unit in open_ if (unit.number, unit.kind) == (one.number, one.kind)), None)
        if match is not None:
            waiting.remove(one)
            open_.remove(match)
            yield one, match
    yield from zip([one for one in waiting if not one.is_embedded], open_, strict=False)
