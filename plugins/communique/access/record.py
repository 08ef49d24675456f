"""What a release made readable, to whom and since when, without a word of it: `keys/released.yaml`.

It is YAML, one piece of text a line, and read line by line: a large site has hundreds of thousands of them.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from communique.access.since import Before, Groups, follow
from communique.access.units import Keyed, Unit, run_hash, runs
from communique.documents.numbers import Number, of_text
from communique.documents.terms import readers
from communique.policy import AREA_PREFIX, PUBLIC, Audience, Policy
from communique.problems import Place, Problem, Refused

FILE = "released.yaml"

_HEADER = """\
# What the last release made readable, to whom and since which release: keyed hashes, no text. Written by
# `invoke release`; commit it together with the register. `invoke access.diff` compares it with the content of today.
"""
_NAMES = r"[a-z0-9][a-z0-9:-]*(?:, [a-z0-9][a-z0-9:-]*)*"
_TOP = re.compile(r"(release|date|key|content|shown): ([0-9a-f-]{1,64})\Z")
_MAILED = re.compile(rf"mailed: \[({_NAMES})\]\Z")
_READERS = re.compile(rf"  ([a-z][a-z0-9:-]*): \[({_NAMES})?\]\Z")
_RELEASE = re.compile(r'  "([1-9]\d{0,8})": (\d{4}-\d\d-\d\d)\Z')
_SINCE = re.compile(r"([1-9]\d{0,8})((?: [a-z0-9][a-z0-9:-]*)*)\Z")
_DOCUMENT = re.compile(r"  ([a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*):\Z")
_LANG = re.compile(r"    ([a-z]{2,3}):\Z")
_SYMBOL = re.compile(r'    symbol: "([A-Za-z0-9./() -]{1,60})"\Z')
_NUMBERS = re.compile(r'    numbers: "([0-9a-z -]*)"\Z')
_UNIT = re.compile(
    rf'      - \{{n: (0|[1-9]\d*(?:-[a-z]+)?), kind: ([a-z]+), for: "({_NAMES})", text: ([0-9a-f]{{32}})'
    r'(?:, since: "([0-9a-z:; -]+)")?(?:, changed: ([1-9]\d{0,8}))?'
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
    #: Since which release who can read it; nothing is said where that is everyone it is for, since the first one.
    since: Groups = ()
    #: The release that gave it these words, where they are not those of before.
    changed: int = 0

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
    #: Every release so far with its day, this one the last. A record of before they were kept knows itself alone.
    releases: Mapping[int, datetime.date] = field(default_factory=dict)
    #: A hash of what its readers were shown, whoever they are; a record of before it was kept has none.
    shown: str = ""
    #: The symbols of documents that everybody knew of. What is sealed as a whole has a hash of its own among `units`.
    symbols: Mapping[str, str] = field(repr=False, default_factory=dict)
    #: Whose texts could travel by mail. A record of before it was kept knows of nobody: nobody has approved it.
    mailed: tuple[str, ...] = ()

    @property
    def known_releases(self) -> Mapping[int, datetime.date]:
        return self.releases or {self.release: self.date}

    @property
    def first_release(self) -> int:
        return min(self.known_releases)

    @cached_property
    def before(self) -> Mapping[str, Mapping[str, tuple[Before, ...]]]:
        """Every piece with those who can read it and since when, by document and language."""
        found: dict[str, dict[str, list[Before]]] = {}
        known: dict[tuple[Audience, Groups], dict[str, int]] = {}
        for unit in self.units:
            groups = unit.since or ((self.first_release, ()),)
            if (unit.audience, groups) not in known:
                whom = self.who_could_read(unit.audience)
                known[unit.audience, groups] = {name: number for number, names in groups for name in names or whom}
            read, changed = known[unit.audience, groups], unit.changed or groups[0][0]
            piece = Before(unit.number, unit.kind, unit.audience, unit.hash, read, changed)
            found.setdefault(unit.document, {}).setdefault(unit.lang, []).append(piece)
        return {document: {lang: tuple(pieces) for lang, pieces in texts.items()} for document, texts in found.items()}

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
    last: Record | None = None,
    shown: str = "",
    symbols: Mapping[str, str] | None = None,
) -> Record:
    """The record of a release of these texts. `numbers`: those of each document's paragraphs; `last`: the record of the
    release before.

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
    hashes = [unit.hash(keyed) for unit in pieces]
    before, same_master = (last.before, last.key == key_of(keyed)) if last is not None else ({}, True)
    releases = {**(last.known_releases if last is not None else {}), release: date}
    since = follow(pieces, hashes, before, policy, release, is_comparable=same_master)
    from_first = ((min(releases), ()),)
    recorded: list[Recorded] = []
    for unit, digest, told in zip(pieces, hashes, since, strict=True):
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
                digest,
                len(own[0]) if own else 0,
                tuple(dict.fromkeys(run_hash(run, keyed) for run in own)),
                told.read if told.read != from_first else (),
                told.changed if told.changed != told.first else 0,
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
        releases,
        shown,
        dict(symbols or {}),
        mailed_names(policy, pieces),
    )


def mailed_names(policy: Policy, units: Iterable[Unit]) -> tuple[str, ...]:
    """The tiers and groups, and of the areas those which some text is for, whose texts may travel by mail."""
    named = {name for unit in units for name in unit.audience.names}
    return tuple(
        name
        for name in policy.audience_names
        if name != PUBLIC
        and (name in named or not name.startswith(AREA_PREFIX))
        and policy.may_be_mailed(name, Audience((name,)))
    )


def key_of(keyed: Keyed) -> str:
    return keyed(b"key")[:8].hex()


def render_record(record: Record) -> str:
    """The record's file: the same text for the same record; reads back equal."""
    lines = [_HEADER + f"release: {record.release}", f"date: {record.date.isoformat()}"]
    lines += [f"key: {record.key}", f"content: {record.content}"]
    if record.shown:
        lines.append(f"shown: {record.shown}")
    if record.mailed:
        lines.append(f"mailed: [{', '.join(record.mailed)}]")
    if record.releases:
        lines.append("releases:")
        lines += [f'  "{number}": {date.isoformat()}' for number, date in record.releases.items()]
    lines.append("readers:")
    lines += [f"  {name}: [{', '.join(names)}]" for name, names in record.readers.items()]
    lines.append("documents:" if record.units else "documents: {}")
    document = lang = ""
    for unit in record.units:
        if unit.document != document:
            document, lang = unit.document, ""
            lines.append(f"  {document}:")
            if document in record.symbols:
                lines.append(f'    symbol: "{record.symbols[document]}"')
            if document in record.numbers:
                lines.append(f'    numbers: "{" ".join(map(_shown, record.numbers[document]))}"')
        if unit.lang != lang:
            lang = unit.lang
            lines.append(f"    {lang}:")
        told = f', since: "{_shown_groups(unit.since)}"' if unit.since else ""
        told += f", changed: {unit.changed}" if unit.changed else ""
        told += f', words: "{unit.length} {" ".join(unit.runs)}"' if unit.runs else ""
        lines.append(
            f'      - {{n: {_shown(unit.number)}, kind: {unit.kind}, for: "{unit.audience}", text: {unit.hash}{told}}}'
        )
    return "\n".join(lines) + "\n"


def _shown(number: Number | None) -> str:
    return str(number).replace(" ", "-") if number is not None else "0"


def _shown_groups(groups: Groups) -> str:
    return "; ".join(" ".join([str(release), *names]) for release, names in groups)


def _groups_in(text: str) -> Groups | None:
    """What `_shown_groups` wrote; None where it wrote nothing of the kind."""
    found = [_SINCE.match(one) for one in text.split("; ")]
    groups = tuple((int(one[1]), tuple(one[2].split())) for one in found if one is not None)
    numbers, named = [number for number, _ in groups], [name for _, names in groups for name in names]
    is_one = len(groups) == 1 and not named
    is_more = all(names for _, names in groups) and len(set(named)) == len(named)
    in_order = len(groups) == len(found) and all(one < other for one, other in itertools.pairwise(numbers))
    return groups if in_order and (is_one or is_more) else None


def read_record(text: str, file: str) -> Record:
    """The record in `text`.

    Raises:
        Refused: it is not as `invoke release` writes it.
    """
    top: dict[str, str] = {}
    who: dict[str, tuple[str, ...]] = {}
    units: list[Recorded] = []
    numbers: dict[str, tuple[Number, ...]] = {}
    releases: dict[int, datetime.date] = {}
    mailed: tuple[str, ...] = ()
    symbols: dict[str, str] = {}
    document = lang = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or line in ("releases:", "readers:", "documents:", "documents: {}"):
            continue
        if found := _UNIT.match(line):
            if not document or not lang:
                raise _damaged(file, number)
            n, kind, names, digest, told, changed, length, hashes = found.groups()
            audience, counted, since = Audience(tuple(names.split(", "))), of_text(n), _groups_in(told) if told else ()
            if (counted is None and n != "0") or since is None:
                raise _damaged(file, number)
            if releases and not {release for release, _ in since} | {int(changed or min(releases))} <= releases.keys():
                raise _damaged(file, number)
            runs_of = tuple((hashes or "").split())
            units.append(
                Recorded(
                    document, lang, counted, kind, audience, digest, int(length or 0), runs_of, since, int(changed or 0)
                )
            )
        elif found := _TOP.match(line):
            top[found.group(1)] = found.group(2)
        elif not document and (found := _MAILED.match(line)):
            mailed = tuple(found.group(1).split(", "))
        elif found := _RELEASE.match(line):
            one, day = int(found.group(1)), _day(found.group(2))
            if day is None or (releases and not (max(releases) < one and releases[max(releases)] <= day)):
                raise _damaged(file, number)
            releases[one] = day
        elif found := _READERS.match(line):
            who[found.group(1)] = tuple((found.group(2) or "").split(", ")) if found.group(2) else ()
        elif found := _DOCUMENT.match(line):
            document, lang = found.group(1), ""
        elif found := _LANG.match(line):
            lang = found.group(1)
        elif document and not lang and (found := _SYMBOL.match(line)):
            symbols[document] = found.group(1)
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
    if releases and (max(releases), releases[max(releases)]) != (release, date):
        raise _damaged(file, 1)
    if not releases and any(unit.since or unit.changed for unit in units):
        raise _damaged(file, 1)
    return Record(
        release, date, key, content, who, tuple(units), numbers, releases, top.get("shown", ""), symbols, mailed
    )


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _damaged(file: str, line: int) -> Refused:
    what = "the record of the last release is damaged here"
    fix = "restore the file as it was committed after that release"
    return Refused([Problem(Place(file, line), "bad-record", what, fix)])
