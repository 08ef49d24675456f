"""What a release made readable, and to whom, without a word of it: `keys/released.yaml`.

It is YAML, one piece of text a line, and read line by line: a large site has hundreds of thousands of them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from communique.access.units import Keyed, Unit, run_hash, runs
from communique.documents.numbers import Number, of_text
from communique.documents.terms import readers
from communique.policy import Audience, Policy
from communique.problems import Place, Problem, Refused

FILE = "released.yaml"

_HEADER = """\
# What the last release made readable, and to whom: keyed hashes, no text. Written by `invoke release`; commit it
# together with the register. `invoke access.diff` compares it with the content of today.
"""
_NAMES = r"[a-z0-9][a-z0-9:-]*(?:, [a-z0-9][a-z0-9:-]*)*"
_TOP = re.compile(r"(release|date|key|content): ([0-9a-f-]{1,64})\Z")
_READERS = re.compile(rf"  ([a-z][a-z0-9:-]*): \[({_NAMES})?\]\Z")
_DOCUMENT = re.compile(r"  ([a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*):\Z")
_LANG = re.compile(r"    ([a-z]{2,3}):\Z")
_NUMBERS = re.compile(r'    numbers: "([0-9a-z -]*)"\Z')
_UNIT = re.compile(
    rf'      - \{{n: (0|[1-9]\d*(?:-[a-z]+)?), kind: ([a-z]+), for: "({_NAMES})", text: ([0-9a-f]{{32}})'
    r'(?:, words: "([0-9]+)((?: [0-9a-f]{12})+)")?\}\Z'
)


@dataclass(frozen=True)
class Recorded:
    """One piece of text as it was released. `runs` are hashes of its words in a row that nobody else could read."""

    document: str
    lang: str
    number: Number | None
    kind: str
    audience: Audience
    hash: str
    #: How many words each run has: five, or all of a shorter text.
    length: int = 0
    runs: tuple[str, ...] = ()

    @property
    def is_embedded(self) -> bool:
        return self.kind in ("words", "item", "row")


@dataclass(frozen=True)
class Record:
    """A release as it went out. `readers` tells who could read what each name was for, as the policy was then."""

    release: int
    date: datetime.date
    #: Tells under which master the hashes were made, and nothing of it.
    key: str
    content: str
    readers: Mapping[str, tuple[str, ...]] = field(repr=False)
    units: tuple[Recorded, ...] = field(repr=False)
    #: The numbers of each document's paragraphs, those that were withdrawn included. A record of before paragraphs
    #: were frozen has none, and counts in each part from 1.
    numbers: Mapping[str, tuple[Number, ...]] = field(repr=False, default_factory=dict)

    @cached_property
    def languages(self) -> Mapping[str, frozenset[str]]:
        """In which languages each document was released."""
        found: dict[str, set[str]] = {}
        for unit in self.units:
            found.setdefault(unit.document, set()).add(unit.lang)
        return {document: frozenset(langs) for document, langs in found.items()}

    @cached_property
    def paragraphs(self) -> Mapping[tuple[str, str], Mapping[Number, str]]:
        """The hash of each paragraph of a document in a language, by its number."""
        found: dict[tuple[str, str], dict[Number, str]] = {}
        for unit in self.units:
            if unit.kind == "paragraph" and unit.number is not None:
                found.setdefault((unit.document, unit.lang), {})[unit.number] = unit.hash
        return found

    def numbers_of(self, document: str, *, follows: bool) -> tuple[Number, ...]:
        """The numbers that are frozen in this document, which `follows` another or does not."""
        if document in self.numbers or follows:
            return self.numbers.get(document, ())
        told = {unit.number for unit in self.units if unit.document == document and unit.number is not None}
        return tuple(sorted(told))

    def who_could_read(self, audience: Audience) -> frozenset[str]:
        return frozenset(name for one in audience.names for name in self.readers.get(one, ()))


def record_of(
    units: Iterable[Unit],
    policy: Policy,
    keyed: Keyed,
    *,
    release: int,
    date: datetime.date,
    content: str,
    numbers: Mapping[str, tuple[Number, ...]] | None = None,
) -> Record:
    """The record of a release of these texts. `numbers`: those of each document's paragraphs.

    A run of words that stands in a wider text too is nobody's secret, and not kept: it would make a widening of
    every phrase that many texts share.
    """
    pieces = list(units)
    who = {name: readers(policy, Audience((name,))) for name in policy.audience_names}
    reading: dict[Audience, frozenset[str]] = {}
    for unit in pieces:
        if unit.audience not in reading:
            reading[unit.audience] = frozenset(one for name in unit.audience.names for one in who[name])
    sealed = {run for unit in pieces if not unit.audience.is_public for run in runs(unit.words)}
    short = {len(run) for run in sealed} - {0}
    holders: dict[tuple[str, ...], set[Audience]] = {}
    for unit in pieces:
        for length in short:
            for index in range(len(unit.words) - length + 1):
                run = unit.words[index : index + length]
                if run in sealed:
                    holders.setdefault(run, set()).add(unit.audience)
    recorded: list[Recorded] = []
    for unit in pieces:
        own: list[tuple[str, ...]] = []
        if not unit.audience.is_public:
            mine = reading[unit.audience]
            own = [run for run in runs(unit.words) if all(reading[other] <= mine for other in holders[run])]
        recorded.append(
            Recorded(
                unit.document,
                unit.lang,
                unit.number,
                unit.kind,
                unit.audience,
                unit.hash(keyed),
                len(own[0]) if own else 0,
                tuple(dict.fromkeys(run_hash(run, keyed) for run in own)),
            )
        )
    return Record(
        release,
        date,
        key_of(keyed),
        content,
        {name: tuple(sorted(found)) for name, found in who.items()},
        tuple(recorded),
        dict(numbers or {}),
    )


def key_of(keyed: Keyed) -> str:
    return keyed(b"key")[:8].hex()


def render_record(record: Record) -> str:
    """The record's file: the same text for the same record; reads back equal."""
    lines = [_HEADER + f"release: {record.release}", f"date: {record.date.isoformat()}"]
    lines += [f"key: {record.key}", f"content: {record.content}"]
    lines.append("readers:")
    lines += [f"  {name}: [{', '.join(names)}]" for name, names in record.readers.items()]
    lines.append("documents:" if record.units else "documents: {}")
    document = lang = ""
    for unit in record.units:
        if unit.document != document:
            document, lang = unit.document, ""
            lines.append(f"  {document}:")
            if document in record.numbers:
                lines.append(f'    numbers: "{" ".join(map(_shown, record.numbers[document]))}"')
        if unit.lang != lang:
            lang = unit.lang
            lines.append(f"    {lang}:")
        words = f', words: "{unit.length} {" ".join(unit.runs)}"' if unit.runs else ""
        lines.append(
            f'      - {{n: {_shown(unit.number)}, kind: {unit.kind}, for: "{unit.audience}", text: {unit.hash}{words}}}'
        )
    return "\n".join(lines) + "\n"


def _shown(number: Number | None) -> str:
    return str(number).replace(" ", "-") if number is not None else "0"


def read_record(text: str, file: str) -> Record:
    """The record in `text`.

    Raises:
        Refused: it is not as `invoke release` writes it.
    """
    top: dict[str, str] = {}
    who: dict[str, tuple[str, ...]] = {}
    units: list[Recorded] = []
    numbers: dict[str, tuple[Number, ...]] = {}
    document = lang = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or line in ("readers:", "documents:", "documents: {}"):
            continue
        if found := _UNIT.match(line):
            if not document or not lang:
                raise _damaged(file, number)
            n, kind, names, digest, length, hashes = found.groups()
            audience, counted = Audience(tuple(names.split(", "))), of_text(n)
            if counted is None and n != "0":
                raise _damaged(file, number)
            units.append(
                Recorded(
                    document, lang, counted, kind, audience, digest, int(length or 0), tuple((hashes or "").split())
                )
            )
        elif found := _TOP.match(line):
            top[found.group(1)] = found.group(2)
        elif found := _READERS.match(line):
            who[found.group(1)] = tuple((found.group(2) or "").split(", ")) if found.group(2) else ()
        elif found := _DOCUMENT.match(line):
            document, lang = found.group(1), ""
        elif found := _LANG.match(line):
            lang = found.group(1)
        elif document and not lang and (found := _NUMBERS.match(line)):
            counted_all = [of_text(one) for one in found.group(1).split()]
            numbers[document] = tuple(one for one in counted_all if one is not None)
            if len(numbers[document]) != len(counted_all):
                raise _damaged(file, number)
        else:
            raise _damaged(file, number)
    try:
        release, date = int(top["release"]), datetime.date.fromisoformat(top["date"])
        key, content = top["key"], top["content"]
    except (KeyError, ValueError):
        raise _damaged(file, 1) from None
    if any(name not in who for unit in units for name in unit.audience.names):
        raise _damaged(file, 1)
    return Record(release, date, key, content, who, tuple(units), numbers)


def _damaged(file: str, line: int) -> Refused:
    what = "the record of the last release is damaged here"
    fix = "restore the file as it was committed after that release"
    return Refused([Problem(Place(file, line), "bad-record", what, fix)])
