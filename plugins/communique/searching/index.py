"""The index of one language for one audience: a table, and shards of words and of passages that a browser loads when
a query asks for them.

The forms of a word are listed together, so that whoever searches needs no rules of grammar. Stems themselves are not
in it: what is written there is a word of a text. Nor does anything but the passages, as they are read on the page, say
in which order words stand: between any two that do not belong together there is a number.

Table       {"v": 1, "passages": how many, "documents": [first passage of each, as steps], "quiet": [documents that
            are named here and not found by their names], "words": [[first word, shard], …], "texts": [[first
            passage, shard], …]}
Words       {word: "forms|passages"}: of the first of the words that belong together the others, and the passages in
            which any of them stands, as steps from one to the next: "x3x1" is 3, 4. Words that stand nearly everywhere
            have a bare "x": they tell nothing. Of a word whose first is in another shard {word: "first@x"}.
Passages    {"documents": {number: facts}, "passages": [[anchor, number or heading, text, language if it is not the
            document's or "", marking if it is not the document's]]}. A heading alone has no text if what stands under
            it is the next passage, and itself for a text if nothing does.

A shard is named by its path, or stands itself in the table where the whole is small.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from communique.sealing.primitives import Json
from communique.searching.passages import Passage
from communique.searching.words import words_of

VERSION = 1
#: What a shard may weigh as it is loaded.
SHARD = 60_000
#: An index that weighs less than this is its own table. The tables of all readers come together: not more.
SMALL = 6_000
#: A stem in more than this share of the passages of an index of some size tells nothing about any of them.
COMMON_SHARE, COMMON_FROM = 0.35, 100
EVERYWHERE = "x"
#: JSON of JSON in ASCII: what a public shard weighs where it is loaded.
Weight = Callable[[Json], int]


@dataclass(frozen=True)
class Entry:
    """One document as an index knows it. `facts` are what a result shows of it; `name` are the words it is found by.

    `is_own`: whether its name is among what is found here; otherwise it only helps to find its passages.
    """

    facts: Mapping[str, Json] = field(repr=False)
    lang: str
    name: str = field(repr=False)
    is_own: bool
    passages: tuple[Passage, ...] = field(repr=False)


@dataclass(frozen=True)
class Shard:
    """A file's worth of an index."""

    value: Mapping[str, Json] = field(repr=False)


@dataclass(frozen=True)
class Index:
    """An index before its shards have names. With each shard the first word or passage in it."""

    passages: int
    documents: tuple[int, ...]
    quiet: tuple[int, ...]
    words: tuple[tuple[str, Shard], ...] = field(repr=False)
    texts: tuple[tuple[int, Shard], ...] = field(repr=False)

    def table(self, reference: Callable[[Shard], Json]) -> dict[str, Json]:
        """What is loaded first. `reference`: what is said of a shard: its path, or itself."""
        return {
            "v": VERSION,
            "passages": self.passages,
            "documents": _steps(self.documents),
            "quiet": list(self.quiet),
            "words": [[first, reference(shard)] for first, shard in self.words],
            "texts": [[first, reference(shard)] for first, shard in self.texts],
        }

    @property
    def shards(self) -> Iterator[Shard]:
        for _, shard in (*self.words, *self.texts):
            yield shard

    def is_small(self, weight: Weight) -> bool:
        return sum(weight(dict(shard.value)) for shard in self.shards) <= SMALL


#: More words under which a passage is found, with their stems: another name of a term that it uses.
Beside = Callable[[str, str], Iterable[tuple[str, str]]]


def nothing_beside(_text: str, _lang: str) -> Iterable[tuple[str, str]]:
    return ()


def weight_of_script(value: Json) -> int:
    """What a value weighs as a text in a script."""
    return len(json.dumps(json.dumps(value, separators=(",", ":"))))


def weight_of_bytes(value: Json) -> int:
    """What a value weighs in a sealed object, whose base64 takes a third more."""
    return len(bytes_of(value)) * 4 // 3


def bytes_of(value: Json) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()


def build_index(entries: Sequence[Entry], weight: Weight, beside: Beside = nothing_beside) -> Index:
    """The index of these documents, in their order: where several are found equally well, it decides."""
    starts: list[int] = []
    passages: list[list[Json]] = []
    words = _Words()
    for entry in entries:
        starts.append(len(passages))
        # What a document is called comes first, as a passage without a place.
        for one in (Passage("", "", "", entry.lang, entry.name), *entry.passages):
            at = len(passages)
            words.note(words_of(one.words, one.lang), at)
            words.note(beside(one.words, one.lang), at)
            is_numbered = one.number and entry.facts.get("numbering") and not one.is_headed
            text = "" if at == starts[-1] or one.leads_on else one.text or one.heading
            told: list[Json] = [one.anchor, one.number if is_numbered else one.heading, text]
            other: list[Json] = ["" if one.lang == entry.lang else one.lang]
            if at != starts[-1] and one.marking != entry.facts.get("marking", ""):
                other.append(one.marking)
            passages.append(told + other if any(other) else told)
    return Index(
        len(passages),
        tuple(starts),
        tuple(number for number, entry in enumerate(entries) if not entry.is_own),
        tuple(_word_shards(words.groups(len(passages)), weight)),
        tuple(_text_shards(entries, starts, passages, weight)),
    )


class _Words:
    """Which words belong together, and where they stand. A form of two stems (a word typed without its accents, say)
    joins these: each word belongs to one group.
    """

    def __init__(self) -> None:
        self._standing: dict[str, set[int]] = {}
        self._leads_to: dict[str, str] = {}
        self._stems_of: dict[str, str] = {}

    def note(self, words: Iterable[tuple[str, str]], at: int) -> None:
        for form, stem in words:
            self._standing.setdefault(stem, set()).add(at)
            self._leads_to.setdefault(stem, stem)
            other = self._stems_of.setdefault(form, stem)
            if other != stem:
                one, two = self._root(other), self._root(stem)
                self._leads_to[max(one, two)] = min(one, two)

    def _root(self, stem: str) -> str:
        while self._leads_to[stem] != stem:
            stem = self._leads_to[stem]
        return stem

    def groups(self, total: int) -> dict[str, _Group]:
        """By the first word of each."""
        forms: dict[str, list[str]] = {}
        for form in sorted(self._stems_of):
            forms.setdefault(self._root(self._stems_of[form]), []).append(form)
        where: dict[str, set[int]] = {}
        for stem, standing in self._standing.items():
            where.setdefault(self._root(stem), set()).update(standing)
        return {first: _Group(tuple(rest), _told(sorted(where[root]), total)) for root, (first, *rest) in forms.items()}


@dataclass(frozen=True)
class _Group:
    """Words that belong together, without their first, and where they stand."""

    rest: tuple[str, ...] = field(repr=False)
    where: str = field(repr=False)

    @property
    def line(self) -> str:
        return f"{' '.join(self.rest)}|{self.where}"


def _told(where: list[int], total: int) -> str:
    if total >= COMMON_FROM and len(where) > COMMON_SHARE * total:
        return EVERYWHERE
    return "".join(f"x{step}" for step in _steps(where))


def _steps(numbers: Sequence[int]) -> list[int]:
    return [number - before for before, number in zip((0, *numbers), numbers, strict=False)]


def _word_shards(groups: Mapping[str, _Group], weight: Weight) -> Iterator[tuple[str, Shard]]:
    bounds, weighs = [""], 0
    for first in sorted(groups):
        # A little more for those words whose first is elsewhere.
        own = weight({first: groups[first].line}) + 12
        if weighs and weighs + own > SHARD * 9 // 10:
            bounds.append(first)
            weighs = 0
        weighs += own
    lines: list[dict[str, str]] = [{} for _ in bounds]

    def place_of(word: str) -> int:
        return bisect_right(bounds, word) - 1

    for first, group in groups.items():
        lines[place_of(first)][first] = group.line
        for word in group.rest:
            if place_of(word) != place_of(first):
                lines[place_of(word)][word] = f"{first}@{EVERYWHERE}"
    for bound, shard in zip(bounds, lines, strict=True):
        if shard:
            yield bound, Shard(dict(sorted(shard.items())))


def _text_shards(
    entries: Sequence[Entry], starts: Sequence[int], passages: Sequence[list[Json]], weight: Weight
) -> Iterator[tuple[int, Shard]]:
    first, held, facts, weighs = 0, list[list[Json]](), dict[str, Json](), 0
    for at, passage in enumerate(passages):
        number = bisect_right(starts, at) - 1
        own, told = weight(list(passage)), weight(dict(entries[number].facts))
        if held and weighs + own + (0 if str(number) in facts else told) > SHARD * 9 // 10:
            yield first, Shard({"documents": facts, "passages": [*held]})
            first, held, facts, weighs = at, [], {}, 0
        weighs += own + (0 if str(number) in facts else told)
        facts[str(number)] = dict(entries[number].facts)
        held.append(passage)
    if held:
        yield first, Shard({"documents": facts, "passages": [*held]})
