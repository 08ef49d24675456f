"""A thousand mistakes made in the site's own translations: each that would open a section is found, at its lines."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.cutting import parse_source
from communique.documents.document import Document, Text
from communique.documents.numbers import of_text
from communique.documents.source import PUBLIC_PART, Part, Source, tokens_in
from communique.languages import comparing
from communique.languages.comparing import compare_document, twins
from communique.languages.parity import document_parity, pinned_parity
from communique.languages.pins import Pins, pins_of
from communique.problems import Problem, Refused

CONTENT = Path(__file__).parents[2] / "content"
COUNT = 1000
SEED = 1540
#: What no text may have, whatever its original has: it is refused where it stands.
REFUSED_AT_ONCE = ("public-section", "wider-inside")
#: What takes a name to one that more may read.
WIDER = {"core": "oeg", "oeg": "partner", "partner": "public"}


@dataclasses.dataclass(frozen=True)
class Mutation:
    """`lines` are the changed file's. In one of the lines `at` the mistake is to be found, and its letter names
    the line `there` of the original.
    """

    kind: str
    lines: tuple[str, ...]
    at: tuple[int, ...]
    there: int
    detail: str


@dataclasses.dataclass(frozen=True)
class Pair:
    """A translation that has what its original of today has."""

    document: Document
    original: Text
    text: Text
    pins: Pins
    first: int

    @property
    def lines(self) -> list[str]:
        return self.text.raw.splitlines()


def pin(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@functools.cache
def catalogue() -> Catalogue:
    return read_catalogue(CONTENT)


@functools.cache
def pairs() -> tuple[Pair, ...]:
    found: list[Pair] = []
    for document in catalogue().documents.values():
        original = document.texts[document.original]
        for lang, text in document.texts.items():
            if lang == document.original or text.released or text.released_from:
                continue
            if list(document_parity(dataclasses.replace(document, texts={document.original: original, lang: text}))):
                continue
            blocks = [index for index, block in enumerate(original.source.blocks) if block.kind != "definition"]
            first = next(at for at, line in enumerate(text.raw.splitlines(), 1) if at > 1 and line == "---") + 1
            found.append(Pair(document, original, text, pins_of(original, text, blocks, pin), first))
    return tuple(found)


def parsed(pair: Pair, lines: tuple[str, ...]) -> Text:
    body = "\n".join(lines[pair.first - 1 :])
    source = parse_source(body, pair.text.file, catalogue().policy, pair.text.front.audience, first_line=pair.first)
    after = pair.text.source.all_numbers
    if after and str(after[0]).isdigit() and int(str(after[0])) > 1:
        # It counts on from the part before.
        source = source.numbered(of_text(str(int(str(after[0])) - 1)))
    return dataclasses.replace(pair.text, source=source, raw="\n".join(lines))


def found_in(pair: Pair, lines: tuple[str, ...]) -> Iterator[tuple[str, list[Problem]]]:
    """What is found by the twin rule with the original of today, and with what was pinned."""
    try:
        text = parsed(pair, lines)
    except Refused as refused:
        yield from ((way, list(refused.problems)) for way in ("today", "pinned"))
        return
    changed = dataclasses.replace(pair.document, texts={pair.original.lang: pair.original, text.lang: text})
    yield "today", list(document_parity(changed))
    policy = catalogue().policy
    yield "pinned", list(pinned_parity(pair.document.id, pair.original, text, pair.pins, policy, pin))


# -- mistakes


def sections(source: Source) -> list[Part]:
    return [part for part in source.parts if part.form == "block"]


def ends_at(lines: list[str], opening: int) -> int:
    """The line of the fence that closes the one at `opening`, counted from 0."""
    depth = 0
    for at in range(opening, len(lines)):
        if re.fullmatch(r":::\s*", lines[at]):
            depth -= 1
        elif lines[at].startswith(":::"):
            depth += 1
        if not depth:
            return at
    raise AssertionError("unclosed")


def first_block(source: Source, part: str) -> int:
    """The first block of a section or of what stands in it."""
    inside = {part}
    for one in source.parts:
        if one.parent in inside and one.name != PUBLIC_PART:
            inside.add(one.name)
    return next(at for at, block in enumerate(source.blocks) if block.part in inside)


def theirs(pair: Pair, mine: int) -> int:
    """The line of the original's block that corresponds to a block of the translation."""
    found = {own: other for other, own in twins(pair.original.source, pair.text.source)}
    return pair.original.source.blocks[found[mine]].line


def drop_fence(pair: Pair, chance: random.Random) -> Mutation | None:
    parts = sections(pair.text.source)
    if not parts:
        return None
    part, lines = chance.choice(parts), pair.lines
    opening = part.place.line - 1
    closing = ends_at(lines, opening)
    index = first_block(pair.text.source, part.name)
    kept = (*lines[:opening], *lines[opening + 1 : closing], *lines[closing + 1 :])
    line = pair.text.source.blocks[index].line - 1
    return Mutation("dropped", kept, (line,), theirs(pair, index), f"fence for {part.audience}")


def drop_token(pair: Pair, chance: random.Random) -> Mutation | None:
    """A row, an item or a span that is not sealed any more."""
    inner = [part for part in pair.text.source.parts if part.form in ("row", "item", "inline")]
    if not inner:
        return None
    part, lines = chance.choice(inner), pair.lines
    return _with_token(pair, part, lines, "", "dropped")


def widen_token(pair: Pair, chance: random.Random) -> Mutation | None:
    inner = [part for part in pair.text.source.parts if part.form in ("row", "item", "inline")]
    if not inner:
        return None
    part, lines = chance.choice(inner), pair.lines
    wider = WIDER.get(part.audience.names[0], "oeg")
    return _with_token(pair, part, lines, f"{{{wider}}}", "widened")


def _with_token(pair: Pair, part: Part, lines: list[str], token: str, kind: str) -> Mutation | None:
    at = part.place.line - 1
    if lines[at].count(f"{{{part.audience}}}") != 1:
        return None
    mutated = lines[at].replace(f"{{{part.audience}}}", token)
    if part.form == "inline" and not token:
        mutated = re.sub(r"\[([^\[\]]*)\](?![(\[{])", r"\1", mutated)
    if mutated == lines[at]:
        return None
    source, name = pair.text.source, part.name
    while not any(name in tokens_in(block.text) for block in source.blocks):
        name = source.part(name).parent
        if name == PUBLIC_PART:
            return None
    index = next(index for index, block in enumerate(source.blocks) if name in tokens_in(block.text))
    kept = (*lines[:at], mutated, *lines[at + 1 :])
    return Mutation(
        kind, kept, (source.blocks[index].line, at + 1), theirs(pair, index), f"{part.form} for {part.audience}"
    )


def widen_fence(pair: Pair, chance: random.Random) -> Mutation | None:
    parts = sections(pair.text.source)
    if not parts:
        return None
    part, lines = chance.choice(parts), pair.lines
    opening = part.place.line - 1
    name = part.audience.names[0]
    other = "state:ar" if name == "state:nz" else "state:nz"
    wider = WIDER.get(name) or chance.choice(["oeg", "partner", f"{name}, {other}"])
    if wider == str(part.audience):
        return None
    index = first_block(pair.text.source, part.name)
    kept = (*lines[:opening], f"::: {wider}", *lines[opening + 1 :])
    line = pair.text.source.blocks[index].line
    # A fence for everybody is refused where it stands.
    return Mutation("widened", kept, (line, opening + 1), theirs(pair, index), f"{part.audience} to {wider}")


def move_section(pair: Pair, chance: random.Random) -> Mutation | None:
    """The section changes places with the block behind it."""
    parts = [part for part in sections(pair.text.source) if part.parent == PUBLIC_PART]
    if not parts:
        return None
    part, lines = chance.choice(parts), pair.lines
    opening = part.place.line - 1
    closing = ends_at(lines, opening)
    after = closing + 1
    while after < len(lines) and not lines[after].strip():
        after += 1
    end = after
    while end < len(lines) and lines[end].strip():
        end += 1
    if after >= len(lines) or lines[after].startswith((":::", "```")):
        return None
    kept = (*lines[:opening], *lines[after:end], "", *lines[opening : closing + 1], "", *lines[end:])
    index = first_block(pair.text.source, part.name)
    return Mutation("moved", kept, tuple(range(opening + 1, end + 2)), theirs(pair, index), str(part.audience))


def renumber(pair: Pair, chance: random.Random) -> Mutation | None:
    """Two paragraphs become one, or one becomes two."""
    blocks = [
        (at, block)
        for at, block in enumerate(pair.text.source.blocks)
        if block.kind == "paragraph" and not block.withdrawn and not block.inside
    ]
    if not blocks:
        return None
    index, block = chance.choice(blocks)
    lines, at = pair.lines, block.line - 1
    words = lines[at].split(" ")
    if len(words) < 8 or ":::" in lines[at] or chance.random() < 0.2:
        kept = (*lines[:at], "Palabras.", "", *lines[at:])
        return Mutation("renumbered", kept, (block.line,), theirs(pair, index), "one more")
    kept = (*lines[:at], " ".join(words[:3]), "", " ".join(words[3:]), *lines[at + 1 :])
    return Mutation("renumbered", kept, (block.line,), theirs(pair, index), "split")


def change_figure(pair: Pair, chance: random.Random) -> Mutation | None:
    """Another number in a block's running text."""
    found: list[tuple[int, int, re.Match[str]]] = []
    for index, block in enumerate(pair.text.source.blocks):
        if block.kind not in ("paragraph", "list", "table", "quote", "heading"):
            continue
        for row in range(len(block.text.split("\n"))):
            at = block.line - 1 + row
            if at < len(pair.lines) and pair.lines[at] == block.text.split("\n")[row]:
                found += [
                    (index, at, match)
                    for match in re.finditer(r"(?<![\w/#:.\-(+])\d{2,4}(?![\w/.\-)])(?![.,]\d)", pair.lines[at])
                ]
    if not found:
        return None
    index, at, match = chance.choice(found)
    number = str(int(match.group()) + chance.choice([1, 2, 3, 7, 10]))
    line = pair.lines[at]
    kept = (*pair.lines[:at], line[: match.start()] + number + line[match.end() :], *pair.lines[at + 1 :])
    return Mutation("figure", kept, (at + 1,), theirs(pair, index), f"{match.group()} to {number}")


MISTAKES: tuple[tuple[Callable[[Pair, random.Random], Mutation | None], int], ...] = (
    (drop_fence, 5),
    (drop_token, 3),
    (widen_fence, 5),
    (widen_token, 3),
    (move_section, 5),
    (renumber, 3),
    (change_figure, 6),
)


@functools.cache
def mutations() -> tuple[tuple[Pair, Mutation], ...]:
    chance = random.Random(SEED)
    made: list[tuple[Pair, Mutation]] = []
    kinds = [make for make, weight in MISTAKES for _ in range(weight)]
    # Each mistake costs as much as its text is long.
    weights = [1 / len(pair.text.raw) for pair in pairs()]
    while len(made) < COUNT:
        pair = chance.choices(pairs(), weights)[0]
        mutation = chance.choice(kinds)(pair, chance)
        if mutation is not None:
            made.append((pair, mutation))
    return tuple(made)


def of_kind(*kinds: str) -> list[tuple[Pair, Mutation]]:
    return [(pair, mutation) for pair, mutation in mutations() if mutation.kind in kinds]


def told(pair: Pair, mutation: Mutation) -> str:
    return f"{pair.text.file}: {mutation.kind}: {mutation.detail} at {mutation.at}"


def test_there_are_a_thousand_mistakes_of_five_kinds_in_many_translations() -> None:
    counted = Counter(mutation.kind for _, mutation in mutations())

    assert sum(counted.values()) == COUNT
    assert set(counted) == {"dropped", "widened", "moved", "renumbered", "figure"}
    assert min(counted.values()) >= 50
    assert len({pair.text.file for pair, _ in mutations()}) > 50


def test_every_section_that_is_dropped_or_widened_is_found_with_the_lines_of_both_languages() -> None:
    missed: list[str] = []
    for pair, mutation in of_kind("dropped", "widened"):
        there = f"({pair.original.lang}.md:{mutation.there})"
        for way, problems in found_in(pair, mutation.lines):
            here = [one for one in problems if one.place.line in mutation.at and one.place.file == pair.text.file]
            if not any(there in one.what or one.code in REFUSED_AT_ONCE for one in here):
                missed.append(f"{way}: {told(pair, mutation)}")
    assert missed == []


def test_every_section_that_is_moved_is_found_where_it_went_or_came_from() -> None:
    missed = [
        f"{way}: {told(pair, mutation)}"
        for pair, mutation in of_kind("moved")
        for way, problems in found_in(pair, mutation.lines)
        if not any(one.place.line in mutation.at for one in problems)
    ]
    assert missed == []


def test_every_paragraph_that_changes_the_numbers_is_found() -> None:
    missed = [
        f"{way}: {told(pair, mutation)}"
        for pair, mutation in of_kind("renumbered")
        for way, problems in found_in(pair, mutation.lines)
        if not problems
    ]
    assert missed == []


def test_figures_that_differ_are_warned_of_at_their_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    # All blocks but one are what they were: they are read once.
    monkeypatch.setattr(comparing, "facts_of", functools.cache(comparing.facts_of))
    missed: list[str] = []
    for pair, mutation in of_kind("figure"):
        text = parsed(pair, mutation.lines)
        changed = dataclasses.replace(pair.document, texts={pair.original.lang: pair.original, text.lang: text})
        warnings = list(compare_document(changed, catalogue().site.languages))
        if not any(one.place.line in mutation.at and f"({pair.original.lang}.md:" in one.what for one in warnings):
            missed.append(told(pair, mutation))
    # A year that the paragraph has besides, or a word that may say the new figure, excuses a few.
    assert len(missed) <= len(of_kind("figure")) * 0.02, missed
