"""What has become of the original since a translation was pinned, block by block, and what may be shown of the
translation today.

A block of the original is recognised by keyed hashes alone: nobody needs the old text. What may be shown follows from
one rule: a translation is never wider than its original. Words that were translated for fewer readers, and words that
the original now keeps from some, are not shown; the original's own stand in their place.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from communique.documents.document import Text
from communique.documents.source import PUBLIC_PART
from communique.documents.terms import readers
from communique.languages.pins import (
    SUMMARY,
    TITLE,
    Fingerprint,
    Pin,
    Pinned,
    Pins,
    fields_of,
    fingerprints,
    own_fields,
    own_words,
    pinned_fields,
)
from communique.policy import Audience, Policy

#: `same`: the same text, in its order. `moved`: the same text elsewhere. `cosmetic`: the same words with another
#: punctuation. `changed`: other words. `split`: a part of one block. `merged`: several blocks in one. `new`: neither.
Kind = Literal["same", "moved", "cosmetic", "changed", "split", "merged", "new"]
#: What a reader is told at a block: nothing; "stale", that the original has changed since; and where the original's own
#: words stand: "untranslated", that there is no translation; "outdated", that there is one of other words; "withheld",
#: that there is one which may not be shown, or not to these readers. Why, no note tells: that might be what is sealed.
Note = Literal["", "stale", "untranslated", "outdated", "withheld"]
_NO_NOTE: Note = ""

#: How much two blocks must have in common, of all they have, to be one block that was changed.
_ALIKE = 0.2
#: How much of a block must have come from another to be a part of it.
_WITHIN = 0.55
#: Below so many words and pairs of words, likeness says nothing, and the place decides.
_SHORT = 14
#: From so many words on, a translation that is the original's text itself was not translated.
_COPIED = 5


@dataclass(frozen=True)
class Change:
    """What became of one block of the original. `sources` are the places in `Pins.blocks` it comes from, the one that
    gave most first; none for a new block. `likeness` tells how much of both is the same, from 0 to 1.
    """

    kind: Kind
    sources: tuple[int, ...] = ()
    likeness: float = 1.0
    #: Whether somebody has declared that this change changes nothing in the translation.
    acknowledged: bool = False
    #: Whether it now stands in another section, or is for others, than when it was pinned.
    reclassified: bool = False

    @property
    def is_stale(self) -> bool:
        """Whether a translator has to look at it."""
        return self.kind in ("changed", "split", "merged", "new") and not self.acknowledged


@dataclass(frozen=True)
class Changes:
    """`blocks` has one entry for each of the original's `Source.blocks`; a definition is always `same`, from nothing.

    `deleted` are the places in `Pins.blocks` of those of which nothing is left. `fields` are the title ("title"), the
    summary ("summary") and the other fields that each language has of its own, by name; of kinds they know `same`,
    `cosmetic`, `changed` and `new`.
    """

    blocks: tuple[Change, ...]
    deleted: tuple[int, ...]
    fields: Mapping[str, Change]

    @property
    def is_stale(self) -> bool:
        return any(one.is_stale for one in (*self.blocks, *self.fields.values()))

    @property
    def is_rearranged(self) -> bool:
        """Whether blocks were moved, taken out or are for others now: readers see that at once, and nobody has to
        translate anything.
        """
        return bool(self.deleted) or any(one.kind == "moved" or one.reclassified for one in self.blocks)


@dataclass(frozen=True)
class Chosen:
    """What is shown of a translation today.

    `blocks` has one entry for each of the original's `Source.blocks` as they stand today: the place in the
    translation's `Source.blocks` of the block that is shown there, or None where the original's own is shown. For
    definitions it is always None. No place stands in it twice. The block that is shown is of the same kind, has the
    same audiences sealed inside in the same order and the same files in the same order; its section, its readers, its
    number, the level of a heading and what is not translated of a data block may be others: they are always the
    original's of today (`communique.documents.merging`).

    `notes` has one entry for each of them, too: "stale" where the translation is shown and the original has changed
    since; where the original's own words are shown, why they are. Nothing is to be told of a block without words, such
    as a rule or a paragraph that was taken out.

    `title`, `summary` and `facts` (by name) tell which of these are shown as the translation has them; those in `stale`
    have changed since.

    Whoever shows less of the translation than this is always on the safe side: any entry may be made None.
    Whoever shows more is not.
    """

    blocks: tuple[int | None, ...]
    notes: tuple[Note, ...]
    title: bool = True
    summary: bool = True
    facts: frozenset[str] = frozenset()
    stale: frozenset[str] = frozenset()


def changes(pins: Pins, original: Text, pin: Pin) -> Changes:
    """What became of each block of the original since `pins` were written."""
    return _changes(pins, original, fingerprints(original.as_pinned, pin), pin)


def choice(pins: Pins | None, original: Text, translation: Text, policy: Policy, pin: Pin) -> Chosen:
    """Which blocks of `translation` are shown today, and where.

    `original` is as readers get it today (an approved review included). `translation` has the blocks that `pins` list,
    one by one: the twin rule has been checked before (`communique.languages.parity`); where their numbers differ all
    the same, nothing of it is shown. Without pins it is what the twin rule says: the same blocks in the same order.

    A block that was pinned is shown where it belongs today, and only if all of this is true:

    - the original has the same words today (punctuation aside), whoever may read them now; or it has other words, those
      who may read them today could all have read the words that were translated, and nowhere in the document has
      anything been sealed or sealed anew from any of them: it may be what was taken out of this block;
    - in either case what is sealed inside is the same: the same words for the same readers;
    - the files it refers to are the same; and if they are for more readers now, they are the very files;
    - if the words are others: the translation's have not been worked on since. What those render is not recorded, so
      nobody knows for whom they were written. And nothing was sealed by the time when other blocks were pinned again
      and this one was not (`Pinned.withheld`);
    - it was not merged with others: half of what a paragraph says is worse than the paragraph in another language;
    - it is not the original's own text under the translation's name.

    The declaration that a change is cosmetic (`acknowledged`) takes away the note and nothing else: it does not make
    other words the ones that were translated.
    """
    source, ours = original.source, translation.source
    own = [index for index, block in enumerate(ours.blocks) if block.kind != "definition"]
    silent = (_NO_NOTE,) * len(source.blocks)
    nothing = Chosen((None,) * len(source.blocks), silent, title=False, summary=False)
    if original.front.withdrawn:
        return replace(nothing, title=True)
    today = fingerprints(original.as_pinned, pin)
    if pins is None:
        return _as_twins(original, translation, today, own)
    if len(own) != len(pins.blocks):
        return _noted(nothing, today, {})
    found = _changes(pins, original, today, pin)
    asked = _Asked(pins, found, today, original, translation, policy, pin)
    shown: dict[int, int] = {}
    taken: set[int] = set()
    # Of the parts of a block that was split, the one that has most of it is shown translated.
    order = sorted(range(len(today)), key=lambda at: (-found.blocks[today[at].index].likeness, at))
    for at in order:
        change = found.blocks[today[at].index]
        if change.sources and change.sources[0] not in taken and asked.may_show(at):
            taken.add(change.sources[0])
            shown[today[at].index] = own[change.sources[0]]
    chosen = replace(nothing, blocks=tuple(shown.get(index) for index in range(len(source.blocks))))
    fields = {name for name in found.fields if asked.may_show_field(name)}
    stale = {name for name in fields if found.fields[name].is_stale}
    return _noted(
        replace(
            chosen,
            title=TITLE in fields,
            summary=SUMMARY in fields,
            facts=frozenset(fields - {TITLE, SUMMARY}),
            stale=frozenset(stale),
        ),
        today,
        {one.index: found.blocks[one.index] for one in today},
        {one.index for one in today if asked.is_copy(found.blocks[one.index], one)},
    )


def sealed_since(
    pins: Pins, original: Text, translation: Text, policy: Policy, pin: Pin
) -> Callable[[str, int | None], bool]:
    """Asks whether anything in the original has been sealed, or sealed anew, from readers of an audience since `pins`
    were written, leaving out one block by its place in `Source.blocks`.
    """
    today = fingerprints(original.as_pinned, pin)
    asked = _Asked(pins, _changes(pins, original, today, pin), today, original, translation, policy, pin)
    place = {one.index: at for at, one in enumerate(today)}
    return lambda audience, index: asked.was_sealed(audience, place[index] if index is not None else -1)


def unchanged_pairs(pins: Pins | None, original: Text, translation: Text, pin: Pin) -> tuple[tuple[int, int], ...]:
    """Which blocks of the original of today, by their places in `Source.blocks`, have the very text that a block of the
    translation renders, and which block that is: what can be compared, one with the other.
    """
    today = fingerprints(original.as_pinned, pin)
    own = [index for index, block in enumerate(translation.source.blocks) if block.kind != "definition"]
    if pins is None:
        pairs = [(one.index, index) for one, index in zip(today, own, strict=False)]
        return tuple(pairs) if len(today) == len(own) else ()
    if len(own) != len(pins.blocks):
        return ()
    found = _changes(pins, original, today, pin)
    return tuple(
        (one.index, own[change.sources[0]])
        for one in today
        for change in (found.blocks[one.index],)
        if change.kind in ("same", "moved") and change.sources
    )


def _as_twins(original: Text, translation: Text, today: Sequence[Fingerprint], own: Sequence[int]) -> Chosen:
    count = len(original.source.blocks)
    silent = (_NO_NOTE,) * count
    ours = translation.source.blocks
    twins = {
        one.index: index
        for one, index in zip(today, own, strict=False)
        if len(today) == len(own) and ours[index].kind == one.shape.kind
    }
    names = frozenset(fields_of(translation))
    chosen = Chosen(
        tuple(twins.get(index) for index in range(count)),
        silent,
        True,
        SUMMARY in names,
        names - {TITLE, SUMMARY},
    )
    return _noted(chosen, today, {})


def _noted(
    chosen: Chosen, today: Sequence[Fingerprint], became: Mapping[int, Change], copies: Collection[int] = ()
) -> Chosen:
    notes: list[Note] = list(chosen.notes)
    for one in today:
        if chosen.blocks[one.index] is None:
            change = became.get(one.index)
            notes[one.index] = _lack(change, is_copy=one.index in copies) if _has_words(one) else ""
        elif one.index in became and became[one.index].is_stale:
            notes[one.index] = "stale"
    return replace(chosen, notes=tuple(notes))


def _lack(change: Change | None, *, is_copy: bool) -> Note:
    """Why a block is not shown translated. What cannot be told is withheld."""
    if change is None:
        return "withheld"
    if is_copy or not change.sources:
        return "untranslated"
    return "outdated" if change.kind in ("changed", "split", "merged") else "withheld"


def _has_words(one: Fingerprint) -> bool:
    return not one.shape.withdrawn and any(letter.isalpha() for word in one.said for letter in word)


@dataclass(frozen=True)
class _Asked:
    """What decides whether one block may be shown."""

    pins: Pins
    found: Changes
    today: Sequence[Fingerprint]
    original: Text
    translation: Text
    policy: Policy
    pin: Pin

    @cached_property
    def own(self) -> tuple[str, ...]:
        return own_words(self.translation.as_pinned, self.pin)

    def may_show(self, at: int) -> bool:
        one, change = self.today[at], self.found.blocks[self.today[at].index]
        entry = self.pins.blocks[change.sources[0]]
        then, now = entry.shape, one.shape
        if change.kind == "merged" or then.kind != now.kind or then.withdrawn != now.withdrawn:
            return False
        if (then.inside, then.files) != (now.inside, now.files):
            return False
        # Where the whole text is the same, what is sealed in it is.
        if entry.pin != one.pin and entry.seals != one.seals:
            return False
        if self._is_copy(change.sources[0], one):
            return False
        wider = not self._covers(then.audience, now.audience)
        if entry.pin == one.pin or entry.words == one.words:
            # The words that were translated are those that these readers may read. Others may have been put among the
            # translation's since then, and nobody knows for whom.
            return not wider or not (self._is_touched(change.sources[0]) or (now.files and self._brings_files))
        if entry.withheld or wider or self._is_touched(change.sources[0]):
            return False
        return not self.was_sealed(now.audience, at)

    @cached_property
    def _brings_files(self) -> bool:
        """Whether the translation has files of its own: what is in those was never told to more readers by anybody."""
        ours, theirs = ({one.name for one in text.source.files} for text in (self.translation, self.original))
        return not ours <= theirs

    def _is_touched(self, source: int) -> bool:
        """Whether somebody has worked on a block of the translation since it was pinned."""
        recorded = self.pins.blocks[source].own
        return recorded != self.own[source]

    def may_show_field(self, name: str) -> bool:
        change, entry = self.found.fields[name], self.pins.fields.get(name)
        value = fields_of(self.translation).get(name)
        if entry is None or value is None or not change.sources:
            return False
        entries = 0 if isinstance(value, str) else len(value)
        there = fields_of(self.original)[name]
        if entries != (0 if isinstance(there, str) else len(there)):
            return False
        wider = not self._covers("", "")
        touched = entry.own != own_fields(self.translation, self.pin)[name]
        if change.kind in ("same", "cosmetic"):
            return not (touched and wider)
        return not (entry.withheld or touched or wider or self.was_sealed(""))

    def _covers(self, then: str, now: str) -> bool:
        """Whether all who may read what stands for `now` today could read what stood for `then` when it was pinned."""
        return covers(
            self.policy,
            (*_chain(then), self.pins.audience),
            (*_chain(now), self._whole),
        )

    def was_sealed(self, audience: str, besides: int = -1) -> bool:
        """Whether anything in the document is sealed from readers of `audience` that is not as it was pinned: words
        that they could read may have been put there. From where, hashes cannot tell, so all that has changed counts.
        """
        return any(
            at != besides
            and not self._is_settled(at)
            and (bool(one.seals) or not self._reads(audience, one.shape.audience))
            for at, one in enumerate(self.today)
        )

    def _is_settled(self, at: int) -> bool:
        """Whether a block has the words that were pinned, for no fewer readers than then."""
        one, change = self.today[at], self.found.blocks[self.today[at].index]
        if not change.sources:
            return False
        entry = self.pins.blocks[change.sources[0]]
        return (entry.pin == one.pin or entry.words == one.words) and covers(
            self.policy,
            (*_chain(one.shape.audience), self._whole),
            (*_chain(entry.shape.audience), self.pins.audience),
        )

    def _reads(self, mine: str, other: str) -> bool:
        """Whether all readers of one block of today may read the other."""
        return covers(self.policy, (*_chain(other), self._whole), (*_chain(mine), self._whole))

    @property
    def _whole(self) -> str:
        """For whom the document is today, an approved review included."""
        return str(self.original.source.part(PUBLIC_PART).audience)

    def is_copy(self, change: Change, one: Fingerprint) -> bool:
        """Whether what the translation has there is the original's own text."""
        return bool(change.sources) and self._is_copy(change.sources[0], one)

    def _is_copy(self, source: int, one: Fingerprint) -> bool:
        entry = self.pins.blocks[source]
        if one.shape.kind not in ("paragraph", "list", "quote") or entry.own != entry.words[:16]:
            return False
        return len(one.said) >= _COPIED and self.own[source] == entry.own


def _chain(audience: str) -> tuple[str, ...]:
    return tuple(audience.split(" within ")) if audience else ()


def covers(policy: Policy, then: Iterable[str], now: Iterable[str]) -> bool:
    """Whether everybody who may read a text that stands in all of `now` may read one that stands in all of `then`.

    Each is a chain of audiences, section within section; a reader needs all of them. A name that the policy does not
    know opens nothing.
    """
    given = list(now)
    differing = [one for one in then if one not in given]
    if not differing:
        return True
    everybody = frozenset(policy.audience_names)
    opened = [_readers(policy, one) for one in given]
    needed = [_readers(policy, one) for one in differing]
    return all(need == everybody or any(have <= need for have in opened) for need in needed)


def _readers(policy: Policy, audience: str) -> frozenset[str]:
    names = [name.strip() for name in audience.split(",")]
    known = tuple(name for name in names if name in policy.audience_names)
    return readers(policy, Audience(known)) if known else frozenset()


# -- which block became which


def _changes(pins: Pins, original: Text, today: Sequence[Fingerprint], pin: Pin) -> Changes:
    found = _Recognition(pins.blocks, today).run()
    whole = str(original.as_pinned.part(PUBLIC_PART).audience)
    blocks = [Change("same")] * len(original.source.blocks)
    for at, change in found.items():
        one = today[at]
        if change.sources:
            entry = pins.blocks[change.sources[0]]
            change = replace(
                change,
                acknowledged=entry.acknowledged == one.pin and len(change.sources) == 1,
                reclassified=entry.shape.audience != one.shape.audience or whole != pins.audience,
            )
        blocks[one.index] = change
    used = {source for change in found.values() for source in change.sources}
    deleted = tuple(index for index in range(len(pins.blocks)) if index not in used)
    return Changes(tuple(blocks), deleted, _changed_fields(pins, original, pin))


def _changed_fields(pins: Pins, original: Text, pin: Pin) -> dict[str, Change]:
    result: dict[str, Change] = {}
    for name, one in pinned_fields(original, pin).items():
        entry = pins.fields.get(name)
        if entry is None:
            result[name] = Change("new", (), 0.0)
        elif entry.pin == one.pin:
            result[name] = Change("same", (0,))
        elif entry.words == one.words:
            result[name] = Change("cosmetic", (0,), acknowledged=entry.acknowledged == one.pin)
        else:
            result[name] = Change("changed", (0,), 0.5, entry.acknowledged == one.pin)
    return result


@dataclass
class _Recognition:
    """Which of the pinned blocks each block of today is, by hashes first, by likeness and place next."""

    pinned: Sequence[Pinned]
    today: Sequence[Fingerprint]
    found: dict[int, Change] = field(default_factory=dict)
    #: Of pinned blocks that are recognised in their order: (pinned, today), rising in both.
    anchors: list[tuple[int, int]] = field(default_factory=list)

    def run(self) -> dict[int, Change]:
        self._same()
        self._elsewhere()
        self._alike()
        self._parts()
        self._by_place()
        for at in range(len(self.today)):
            self.found.setdefault(at, Change("new", (), 0.0))
        return self.found

    def _waiting(self) -> tuple[list[int], list[int]]:
        used = {source for change in self.found.values() for source in change.sources}
        return (
            [index for index in range(len(self.pinned)) if index not in used],
            [at for at in range(len(self.today)) if at not in self.found],
        )

    @cached_property
    def _places(self) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
        """Which text stood for whom, and stands for whom."""
        return (
            frozenset((entry.pin, entry.shape.audience) for entry in self.pinned),
            frozenset((one.pin, one.shape.audience) for one in self.today),
        )

    def _weight(self, index: int, at: int, *, anywhere: bool = False) -> int:
        """How sure it is that a block stayed where it was. Where the same text stands for several, each stays with its
        own readers.
        """
        entry, one = self.pinned[index], self.today[at]
        here = entry.shape.audience == one.shape.audience
        if entry.pin == one.pin:
            stood, stands = self._places
            elsewhere = (one.pin, one.shape.audience) in stood or (entry.pin, entry.shape.audience) in stands
            if elsewhere and not here and not anywhere:
                return 0
            return (8 if one.said else 2) + here
        if entry.words == one.words and one.said and entry.shape.kind == one.shape.kind:
            return 4 + here
        return 0

    def _same(self) -> None:
        """The longest run of blocks, gaps allowed, that kept their words and their order."""
        first, last = 0, 0
        longest = min(len(self.pinned), len(self.today))
        while first < longest and self._is_twin(self.pinned[first], self.today[first]):
            self._settle(first, first, "same")
            first += 1
        while last < longest - first and self._is_twin(self.pinned[-1 - last], self.today[-1 - last]):
            last += 1
        rows = range(first, len(self.pinned) - last)
        columns = range(first, len(self.today) - last)
        best = [[0] * (len(columns) + 1) for _ in range(len(rows) + 1)]
        for row in reversed(range(len(rows))):
            for column in reversed(range(len(columns))):
                weight = self._weight(rows[row], columns[column])
                best[row][column] = max(
                    best[row + 1][column],
                    best[row][column + 1],
                    weight + best[row + 1][column + 1] if weight else 0,
                )
        row = column = 0
        while row < len(rows) and column < len(columns):
            weight = self._weight(rows[row], columns[column])
            if weight and best[row][column] == weight + best[row + 1][column + 1]:
                index, at = rows[row], columns[column]
                self._settle(index, at, "same" if self.pinned[index].pin == self.today[at].pin else "cosmetic")
                row, column = row + 1, column + 1
            elif best[row][column] == best[row + 1][column]:
                row += 1
            else:
                column += 1
        for back in reversed(range(last)):
            self._settle(len(self.pinned) - 1 - back, len(self.today) - 1 - back, "same")

    @staticmethod
    def _is_twin(entry: Pinned, one: Fingerprint) -> bool:
        return entry.pin == one.pin and entry.shape.audience == one.shape.audience

    def _settle(self, index: int, at: int, kind: Kind, likeness: float = 1.0) -> None:
        self.found[at] = Change(kind, (index,), likeness)
        place = bisect.bisect(self.anchors, (index, at))
        fits_before = place == 0 or self.anchors[place - 1][1] < at
        fits_after = place == len(self.anchors) or self.anchors[place][1] > at
        if fits_before and fits_after:
            self.anchors.insert(place, (index, at))

    def _elsewhere(self) -> None:
        """The same words out of their order: those for the same readers first."""
        for least, anywhere in ((9, False), (8, False), (8, True), (5, False), (4, False), (2, True)):
            indices, places = self._waiting()
            for at in places:
                fitting = (one for one in indices if self._weight(one, at, anywhere=anywhere) >= least)
                index = next(fitting, None)
                if index is not None:
                    indices.remove(index)
                    kind: Kind = "moved" if self.pinned[index].pin == self.today[at].pin else "cosmetic"
                    self.found[at] = Change(kind, (index,))

    def _gap(self, index: int) -> tuple[int, int]:
        """Between which blocks of today a pinned block would stand if it had kept its place."""
        place = bisect.bisect(self.anchors, (index, -1))
        before = self.anchors[place - 1][1] if place else -1
        after = self.anchors[place][1] if place < len(self.anchors) else len(self.today)
        return before, after

    def _is_here(self, index: int, at: int) -> bool:
        before, after = self._gap(index)
        return before < at < after

    def _alike(self) -> None:
        """What has more in common with one block than with any other became of that one."""
        indices, places = self._waiting()
        pairs = []
        for index in indices:
            for at in places:
                alike = self._likeness(index, at)
                here = self._is_here(index, at)
                if alike >= (_ALIKE if here else 1.5 * _ALIKE):
                    pairs.append((alike + 0.15 * here, -abs(index - at), index, at, alike))
        taken: set[int] = set()
        for _, _, index, at, alike in sorted(pairs, reverse=True):
            if index not in taken and at not in self.found:
                taken.add(index)
                self._settle(index, at, "changed", min(alike, 0.99))

    def _likeness(self, index: int, at: int) -> float:
        if self.pinned[index].shape.kind != self.today[at].shape.kind:
            return 0.0
        given, kept = _shares(self.pinned[index], self.today[at])
        return 1 / (1 / given + 1 / kept - 1) if given and kept else 0.0

    def _parts(self) -> None:
        """What is mostly a part of a block that something else already is: that one was split. And the other way
        round: a block that is mostly within one of today was merged into it.
        """
        _, places = self._waiting()
        for at in places:
            pieces = [(max(self._part_of(index, at), self._rest_of(index, at)), index) for index in self._splittable()]
            kept, index = max(pieces, default=(0.0, 0))
            if kept >= _WITHIN:
                mates = self._mates(index)
                for other in mates:
                    self.found[other] = replace(self.found[other], kind="split")
                self.found[at] = Change("split" if mates else "changed", (index,), min(kept, 0.99) * 0.5)
        indices, _ = self._waiting()
        for index in indices:
            pieces = [
                (self._whole_of(index, at), at) for at, one in self.found.items() if one.kind in ("changed", "merged")
            ]
            given, at = max(pieces, default=(0.0, 0))
            if given >= _WITHIN:
                self.found[at] = replace(self.found[at], kind="merged", sources=(*self.found[at].sources, index))

    def _mates(self, index: int) -> list[int]:
        """What else comes from a pinned block."""
        return [other for other, one in self.found.items() if one.sources == (index,)]

    def _splittable(self) -> list[int]:
        """Pinned blocks of which nothing is left whole."""
        return [
            index
            for index in range(len(self.pinned))
            if all(self.found[other].kind in ("changed", "split") for other in self._mates(index))
        ]

    def _rest_of(self, index: int, at: int) -> float:
        """How much of what a block lacks where it is now stands in another of today, right beside."""
        mates = self._mates(index)
        if not mates or min(abs(other - at) for other in mates) > 1:
            return 0.0
        entry, one = self.pinned[index], self.today[at]
        lacking = _sample(entry.sketch).difference(*(self.today[other].grams for other in mates))
        if entry.shape.kind != one.shape.kind or not lacking:
            return 0.0
        return len(lacking & one.grams) / len(lacking)

    def _part_of(self, index: int, at: int) -> float:
        """How much of a block of today comes from a pinned one."""
        if self.pinned[index].shape.kind != self.today[at].shape.kind:
            return 0.0
        entry, one = self.pinned[index], self.today[at]
        if len(one.grams) * len(_sample(entry.sketch)) < 4 * max(_size(entry.sketch), 1):
            # Too few of its hashes are small enough to be found in a sample.
            return 0.0
        return _shares(entry, one)[1]

    def _whole_of(self, index: int, at: int) -> float:
        if self.pinned[index].shape.kind != self.today[at].shape.kind:
            return 0.0
        return _shares(self.pinned[index], self.today[at])[0]

    def _by_place(self) -> None:
        """What stands where a block stood, and is too short or too different to tell, became of it if nothing else
        could have.
        """
        indices, places = self._waiting()
        for index in indices:
            for at in places:
                if at in self.found or not self._is_here(index, at):
                    continue
                entry, one = self.pinned[index], self.today[at]
                if entry.shape.kind != one.shape.kind or entry.shape.withdrawn != one.shape.withdrawn:
                    continue
                if one.shape.kind == "paragraph" and max(_size(entry.sketch), len(one.grams)) > _SHORT:
                    continue
                self._settle(index, at, "changed", 0.1)
                break


def _size(sketch: str) -> int:
    return int(sketch[:4] or "0", 16)


def _sample(sketch: str) -> frozenset[int]:
    return frozenset(int(sketch[at : at + 4], 16) for at in range(4, len(sketch), 4))


def _shares(entry: Pinned, one: Fingerprint) -> tuple[float, float]:
    """How much of the pinned block is in that of today, and how much of that of today was in the pinned one.

    The pinned one is known by its smallest hashes: of today's, those that are as small would be among them.
    """
    sample = _sample(entry.sketch)
    if not sample or not one.grams:
        return 0.0, 0.0
    whole = len(sample) >= _size(entry.sketch)
    comparable = one.grams if whole else {gram for gram in one.grams if gram <= max(sample)}
    common = len(sample & one.grams)
    return common / len(sample), common / len(comparable) if comparable else 0.0
