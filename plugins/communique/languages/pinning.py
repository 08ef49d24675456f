"""Bringing a translation's pins up to date, and declaring that a change changes nothing.

A pin says: these words of the translation were made from those of the original. So a block is pinned again only if
somebody has worked on it since, or says that it was read again; otherwise it stays stale, whatever is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from communique.documents.document import Text
from communique.documents.numbers import Number
from communique.languages.changes import Change, Changes, changes, covers, sealed_since
from communique.languages.parity import comparable_shapes, pins_of_another, twin_parity
from communique.languages.pins import (
    Fingerprint,
    Pin,
    Pinned,
    PinnedField,
    Pins,
    are_of,
    fingerprints,
    own_fields,
    own_words,
    pinned_fields,
    pins_of,
)
from communique.policy import Policy
from communique.problems import Place, Problem, Refused


@dataclass(frozen=True)
class Repinned:
    """The new pins, and the paragraphs that stay stale: the original's changed, and the translation's did not."""

    pins: Pins
    stale: tuple[Number, ...] = ()
    #: The title, the summary and other fields of which the same is true.
    stale_fields: tuple[str, ...] = ()


def repinned(
    original: Text,
    translation: Text,
    before: Pins | None,
    policy: Policy,
    pin: Pin,
    *,
    renders: Sequence[int | None] | None = None,
    read_again: Collection[Number | str] | None = (),
) -> Repinned:
    """The pins of a translation that has the blocks of today's original, or those it was pinned to before.

    `renders` tells, where it is known (after an import), for each of the translation's blocks that is no definition
    which block of today's original it was made from, by its place in `Source.blocks`; None where it is not known and
    the block stays pinned as it was. `read_again` are the paragraphs of today's original, and its title and other
    fields by name, that somebody has compared with the translation and found rendered as they stand; None means all of
    them, but those in which sealed words may still stand.

    Raises:
        Refused: the translation corresponds neither to today's original nor to its pins, or a block that was
            translated from words for fewer readers would be said to be for more, or was worked on and may still say
            what the original has sealed since.
    """
    if before is not None and renders is None and read_again is not None and not are_of(before, translation, pin):
        raise Refused([pins_of_another(translation)])
    today = {one.index: one for one in fingerprints(original.as_pinned, pin)}
    found = changes(before, original, pin) if before is not None else None
    known = renders is not None
    pairs = renders if renders is not None else _pairs(original, translation, before, found, pin)
    own = own_words(translation.as_pinned, pin)
    lines = [block.line for block in translation.source.blocks if block.kind != "definition"]
    shown_numbers = _paragraph_of(original)
    sealed = _Sealed(original, translation, before, policy, pin) if before is not None and not known else None
    result: list[int | Pinned] = []
    stale: list[Number] = []
    problems: list[Problem] = []
    for at, index in enumerate(pairs):
        entry = _untouched(own[at], at, index, before, found, today)
        if index is None:
            if entry is None:
                what = "nothing tells which block of the original this renders"
                problems.append(Problem(Place(translation.file, lines[at], 1), "twin-rule", what, _FIX))
            else:
                result.append(entry)
            continue
        one, number = today[index], shown_numbers[index]
        risky = sealed is not None and found is not None and sealed.may_be_in(found.blocks[index], one)
        # What may still hold sealed words is not read with all the rest: it is named.
        again = number in read_again if read_again is not None else not risky or number is None
        if entry is None and risky and not again:
            name = str(number) if number is not None else "all"
            place = Place(translation.file, lines[at], 1)
            problems.append(_doubtful(original, original.source.blocks[index].line, place, name))
        if entry is None or known or again or entry.words == one.words:
            result.append(index)
            continue
        if number is not None and number not in stale and entry.acknowledged != one.pin:
            stale.append(number)
        if not _may_stay(entry, one, original, policy):
            what = f"this was translated from words for {entry.shape.audience or (before.audience if before else '')}"
            what += f", and the original's ({original.lang}.md:{original.source.blocks[index].line}) are others now,"
            what += f" for {one.shape.audience or original.as_pinned.parts[0].audience}"
            problems.append(Problem(Place(translation.file, lines[at], 1), "narrower-words", what, "translate it anew"))
        result.append(replace(entry, shape=one.shape))
    if problems:
        raise Refused(problems)
    made = pins_of(original, translation, result, pin, before)
    fields, stale_fields, doubtful = _fields(made, translation, before, pin, read_again, sealed)
    for name in doubtful:
        place = translation.front.fact_places.get(name, translation.front.place)
        there = original.front.fact_places.get(name, original.front.place)
        problems.append(_doubtful(original, there.line, place, name))
    if problems:
        raise Refused(problems)
    kept = any(isinstance(one, Pinned) for one in result) or bool(stale_fields)
    audience = made.audience
    if before is not None and kept and not covers(policy, (before.audience,), (made.audience,)):
        if covers(policy, (made.audience,), (before.audience,)):
            # What stays as it was pinned was translated for fewer readers.
            audience = before.audience
        else:
            # For others, and no audience is true of both.
            blocks = zip(made.blocks, result, strict=True)
            withheld = (replace(one, withheld=True) if isinstance(of, Pinned) else one for one, of in blocks)
            fields = {**fields, **{name: replace(fields[name], withheld=True) for name in stale_fields}}
            made = replace(made, blocks=tuple(withheld))
    made = replace(made, audience=audience, fields=fields)
    if before is not None:
        made = kept_back(made, before, original, translation, policy, pin)
    return Repinned(made, tuple(stale), stale_fields)


def kept_back(made: Pins, before: Pins, original: Text, translation: Text, policy: Policy, pin: Pin) -> Pins:
    """New pins, in which what stays pinned to other words than today's is withheld if anything in the original has been
    sealed since `before`.

    Without this, whoever pins again what was sealed, and leaves the paragraph from which it was taken as it is, would
    make it forgotten that it was taken from there. Everything that writes pins while some stay as they were goes
    through here.
    """
    since = sealed_since(before, original, translation, policy, pin)
    found = changes(before, original, pin)
    words = {one.index: one.words for one in fingerprints(original.as_pinned, pin)}
    stood = {entry.id: at for at, entry in enumerate(before.blocks)}
    now: dict[int, list[int]] = {}
    for index, change in enumerate(found.blocks):
        for source in change.sources:
            now.setdefault(source, []).append(index)
    blocks: list[Pinned] = []
    for entry in made.blocks:
        at = stood.get(entry.id, -1)
        stays = at >= 0 and (before.blocks[at].pin, before.blocks[at].words) == (entry.pin, entry.words)
        # Of a block that was split, any part may be what was sealed.
        became = now[at][0] if len(now.get(at, ())) == 1 else None
        if stays and (became is None or words[became] != entry.words) and since(entry.shape.audience, became):
            entry = replace(entry, withheld=True)
        blocks.append(entry)
    fields = dict(made.fields)
    if since("", None):
        for name, one in fields.items():
            kept = before.fields.get(name)
            if kept is not None and kept.words == one.words and found.fields[name].kind == "changed":
                fields[name] = replace(one, withheld=True)
    return replace(made, blocks=tuple(blocks), fields=fields)


def _doubtful(original: Text, line: int, place: Place, name: str) -> Problem:
    """Somebody has worked on this, which is not to say that they have taken out what was sealed."""
    what = (
        f"the original ({original.lang}.md:{line}) has changed since this was pinned,"
        " and what it keeps from some readers now may still stand here"
    )
    return Problem(place, "narrower-words", what, f"read it word for word, then pin it again with --read {name}")


@dataclass(frozen=True)
class _Sealed:
    """What was sealed in an original since the pins `before` of a translation were written."""

    original: Text
    translation: Text
    before: Pins
    policy: Policy
    pin: Pin

    @cached_property
    def _since(self) -> Callable[[str, int | None], bool]:
        return sealed_since(self.before, self.original, self.translation, self.policy, self.pin)

    def may_be_in(self, change: Change, one: Fingerprint) -> bool:
        """Whether words that the original keeps from the readers of one of its blocks may be in what that block was
        translated to: it says something else now, and was for fewer, or something was sealed since.
        """
        if change.kind in ("same", "moved", "cosmetic"):
            return False
        entries = [self.before.blocks[source] for source in change.sources]
        return any(
            entry.withheld
            or not self._covers(entry.shape.audience, one.shape.audience)
            or self._since(one.shape.audience, one.index)
            for entry in entries
        )

    def may_be_in_field(self, entry: PinnedField) -> bool:
        """The same of the title, the summary and other fields, where the original says something else now."""
        return entry.withheld or not self._covers("", "") or self._since("", None)

    def _covers(self, then: str, now: str) -> bool:
        whole = str(self.original.as_pinned.parts[0].audience)
        return covers(self.policy, (*_chain(then), self.before.audience), (*_chain(now), whole))


_FIX = "give the translation the blocks of today's original, or those it was pinned to"


def _pairs(
    original: Text, translation: Text, before: Pins | None, found: Changes | None, pin: Pin
) -> Sequence[int | None]:
    """Which block of today's original each block of the translation may be pinned to."""
    ours, theirs = comparable_shapes(translation, pin), comparable_shapes(original, pin)
    indices = [index for index, block in enumerate(original.source.blocks) if block.kind != "definition"]
    problems = list(twin_parity(original, translation))
    if not problems:
        return indices
    if before is None or found is None or ours != comparable_shapes(before, pin):
        raise Refused(problems)
    pairs: list[int | None] = [None] * len(ours)
    for index, shape in zip(indices, theirs, strict=True):
        change = found.blocks[index]
        if len(change.sources) == 1 and change.kind != "split":
            source = change.sources[0]
            # In another section, or with other words sealed inside, it would be said to stand where it does not.
            if replace(shape, section=0, level=0) == replace(ours[source], section=0, level=0):
                pairs[source] = index
    return pairs


def _untouched(
    own: str, at: int, index: int | None, before: Pins | None, found: Changes | None, today: Mapping[int, Fingerprint]
) -> Pinned | None:
    """What a block of the translation was pinned to, if nobody has worked on it since."""
    if before is None or found is None:
        return None
    if index is None:
        return before.blocks[at] if at < len(before.blocks) else None
    same = [entry for entry in before.blocks if entry.own == own]
    # Short blocks may say the same in several places.
    sources = [before.blocks[source] for source in found.blocks[index].sources]
    order = (lambda one: one.words == today[index].words, lambda one: one in sources, lambda _: True)
    return next((entry for fits in order for entry in same if fits(entry)), None)


def _may_stay(entry: Pinned, one: Fingerprint, original: Text, policy: Policy) -> bool:
    """Whether a block that stays pinned as it was may stand in the section it stands in now. (For whom the whole
    document was is kept with the pins.)
    """
    now = (*_chain(one.shape.audience), str(original.as_pinned.parts[0].audience))
    return covers(policy, _chain(entry.shape.audience), now)


def _chain(audience: str) -> tuple[str, ...]:
    return tuple(audience.split(" within ")) if audience else ()


def _paragraph_of(original: Text) -> dict[int, Number | None]:
    """The number of the paragraph that each block is or belongs to."""
    number: Number | None = None
    found: dict[int, Number | None] = {}
    for index, block in enumerate(original.source.blocks):
        number = block.number or number
        found[index] = number
    return found


def _fields(
    made: Pins,
    translation: Text,
    before: Pins | None,
    pin: Pin,
    read_again: Collection[Number | str] | None,
    sealed: _Sealed | None,
) -> tuple[Mapping[str, PinnedField], tuple[str, ...], tuple[str, ...]]:
    """The fields as they are pinned now; those that stay stale; those that were worked on and may still say what was
    sealed.
    """
    fields, stale, doubtful = dict(made.fields), list[str](), list[str]()
    own = own_fields(translation, pin)
    for name, one in made.fields.items():
        entry = before.fields.get(name) if before else None
        if entry is None or entry.words == one.words:
            continue
        risky = sealed is not None and sealed.may_be_in_field(entry)
        again = name in read_again if read_again is not None else not risky
        if entry.own == own[name] and not again:
            fields[name] = entry
            if entry.acknowledged != one.pin:
                stale.append(name)
        elif risky and not again:
            doubtful.append(name)
    return fields, tuple(stale), tuple(doubtful)


def acknowledged(original: Text, pins: Pins, pin: Pin, numbers: Collection[Number] | None = None) -> Pins:
    """The same pins with the declaration that what has changed in these paragraphs since (without `numbers` anywhere,
    title and summary included) changes nothing in the translation. From which words it was made stays known.
    """
    today = {one.index: one for one in fingerprints(original.as_pinned, pin)}
    belongs = _paragraph_of(original)
    blocks = list(pins.blocks)
    found = changes(pins, original, pin)
    for index, change in _acknowledgeable(found):
        if numbers is None or belongs[index] in numbers:
            blocks[change.sources[0]] = replace(blocks[change.sources[0]], acknowledged=today[index].pin)
    fields = dict(pins.fields)
    if numbers is None:
        for name, one in pinned_fields(original, pin).items():
            if name in fields and fields[name].pin != one.pin:
                fields[name] = replace(fields[name], acknowledged=one.pin)
    return replace(pins, fields=fields, blocks=tuple(blocks))


def acknowledgeable(original: Text, pins: Pins, pin: Pin) -> tuple[Number, ...]:
    """The paragraphs in which something has changed that can be declared to change nothing."""
    belongs = _paragraph_of(original)
    numbers = [belongs[index] for index, _ in _acknowledgeable(changes(pins, original, pin))]
    return tuple(dict.fromkeys(number for number in numbers if number is not None))


def _acknowledgeable(found: Changes) -> Iterator[tuple[int, Change]]:
    for index, change in enumerate(found.blocks):
        if change.kind in ("changed", "cosmetic") and len(change.sources) == 1:
            yield index, change
