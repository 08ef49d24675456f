"""Paragraph numbers that were released stay: what was cited as ¶29 is ¶29 for ever, or says that it is withdrawn.

Only what would make a citation lead elsewhere is refused: a released paragraph's text under another number, and a
released number that is gone. Other words under a number are an edit, and the end of a paper is open.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from communique.access.record import Record, key_of
from communique.access.remaining import whereabouts
from communique.access.units import Keyed, Unit
from communique.documents.catalogue import Catalogue
from communique.documents.document import Document, Text
from communique.documents.numbers import Number
from communique.documents.papers import papers
from communique.problems import Place, Problem

_REVISION = "a revision with a symbol of its own, /Rev.1"


@dataclass(frozen=True)
class _Released:
    """A paragraph as the record knows it. `hash` is empty where it had no words of its own."""

    document: str
    number: Number
    hash: str = field(repr=False)


@dataclass(frozen=True)
class _Standing:
    """A paragraph as it stands today."""

    document: str
    number: Number
    hash: str = field(repr=False)
    place: Place


def refuse_moved(record: Record | None, catalogue: Catalogue, units: Sequence[Unit], keyed: Keyed) -> list[Problem]:
    """A letter for each change that moves released numbers, where it was made. Without a record nothing is frozen."""
    if record is None:
        return []
    is_comparable = record.key == key_of(keyed)
    then = {today: ident for ident, today in whereabouts(record, catalogue, units, keyed).items()}
    hashes: dict[tuple[str, str], dict[Number, str]] = {}
    for unit in units if is_comparable else ():
        if unit.kind == "paragraph" and unit.number is not None:
            hashes.setdefault((unit.document, unit.lang), {})[unit.number] = unit.hash(keyed)
    found: list[Problem] = []
    for paper in papers(catalogue):
        recorded, standing = (
            list(_recorded(record, paper, then, is_comparable)),
            list(_standing(record, paper, then, hashes)),
        )
        wrong = list(_wrong(recorded, standing, record.release))
        if wrong:
            found += list(_causes(recorded, standing, record.release)) or wrong
    return found


def _text(record: Record, document: Document, then: Mapping[str, str]) -> Text:
    """The language in which record and document are compared: numbers are the same in all of them."""
    recorded = record.languages.get(then.get(document.id, ""), frozenset())
    langs = [document.original, *document.texts]
    return document.texts[next((lang for lang in langs if lang in recorded), document.original)]


def _recorded(
    record: Record, paper: Sequence[Document], then: Mapping[str, str], is_comparable: bool
) -> Iterator[_Released]:
    for document in paper:
        ident, lang = then.get(document.id, ""), _text(record, document, then).lang
        words: Mapping[Number, str] = record.paragraphs.get((ident, lang), {}) if is_comparable else {}
        for number in record.numbers_of(ident, follows=bool(document.front.follows)):
            yield _Released(document.id, number, words.get(number, ""))


def _standing(
    record: Record,
    paper: Sequence[Document],
    then: Mapping[str, str],
    hashes: Mapping[tuple[str, str], Mapping[Number, str]],
) -> Iterator[_Standing]:
    for document in paper:
        text = _text(record, document, then)
        words = hashes.get((document.id, text.lang), {})
        for block in text.source.blocks:
            if block.number is not None:
                digest = "" if block.withdrawn else words.get(block.number, "")
                place = Place(block.file or text.file, block.line, 1)
                yield _Standing(document.id, block.number, digest, place)


def _wrong(recorded: Sequence[_Released], standing: Sequence[_Standing], release: int) -> Iterator[Problem]:
    """What no citation survives: told as it is, for want of a cause."""
    now = {(one.document, one.number): one for one in standing}
    then = {(one.document, one.number, one.hash) for one in recorded}
    elsewhere: dict[str, list[_Standing]] = {}
    for one in standing:
        if one.hash and (one.document, one.number, one.hash) not in then:
            elsewhere.setdefault(one.hash, []).append(one)
    for old in recorded:
        here = now.get((old.document, old.number))
        if here is None:
            last = [one for one in standing if one.document == old.document]
            # Of a document without a paragraph only the file can be named.
            place = last[-1].place if last else Place(f"content/{old.document}")
            yield _gone(place, [old.number], release, "at the end")
        elif old.hash and here.hash != old.hash and old.hash in elsewhere:
            yield _moved(elsewhere[old.hash][0], old.number, release)


def _causes(recorded: Sequence[_Released], standing: Sequence[_Standing], release: int) -> Iterator[Problem]:
    """What was put in, taken out or moved, where it was done."""
    known = {(one.document, one.number) for one in recorded}
    was = {one.hash: one for one in recorded if one.hash}

    def is_as_it_should_be(one: _Standing) -> bool:
        # New, and it says of itself that it was put in later.
        return one.number.is_inserted and (one.document, one.number) not in known and one.hash not in was

    today = [one for one in standing if not is_as_it_should_be(one)]
    theirs = [one.hash or f"then {index}" for index, one in enumerate(recorded)]
    ours = [one.hash or f"now {index}" for index, one in enumerate(today)]
    stays = {one.hash for one in today if one.hash}
    for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        fresh = [one for one in today[b1:b2] if one.hash not in was]
        lost = [one for one in recorded[a1:a2] if one.hash not in stays]
        for one in today[b1:b2]:
            if one.hash in was and was[one.hash].number != one.number:
                yield _moved(one, was[one.hash].number, release)
        if len(fresh) > len(lost) and a2 < len(recorded):
            before = recorded[a2 - 1].number if a2 else None
            yield _put_in(fresh[len(lost) :], before, recorded[a2].number, release)
        elif len(lost) > len(fresh):
            place = today[b2].place if b2 < len(today) else (today[-1].place if today else Place("content"))
            where = "before this paragraph" if b2 < len(today) else "at the end"
            yield _gone(place, [one.number for one in lost[len(fresh) :]], release, where)


def _put_in(fresh: Sequence[_Standing], before: Number | None, behind: Number, release: int) -> Problem:
    one, word = fresh[0], before.inserted if before is not None else None
    what = f"this paragraph was put in before what was released as ¶{behind}, whose number it would take"
    if word is None or word == behind:
        fix = f"put it at the end, or publish {_REVISION}: nothing can be called between two numbers here"
    else:
        fix = f"begin it with “¶{word} ”"
        if len(fresh) > 1:
            fix += f", and the {len(fresh) - 1} behind it likewise, with the next words"
        fix += f"; or publish {_REVISION}"
    return Problem(one.place, "frozen-number", f"{what} (release {release})", fix)


def _gone(place: Place, numbers: Sequence[Number], release: int, where: str) -> Problem:
    shown = ", ".join(f"¶{number}" for number in numbers[:6]) + (" …" if len(numbers) > 6 else "")
    what = f"{shown} of release {release} {'is' if len(numbers) == 1 else 'are'} gone from this paper"
    fix = f"write “¶{numbers[0]} withdrawn” {where}, in every language"
    if len(numbers) > 1:
        fix += ", and so on for each"
    return Problem(place, "frozen-number", what, f"{fix}; or publish {_REVISION}")


def _moved(one: _Standing, was: Number, release: int) -> Problem:
    what = f"this paragraph was ¶{was} in release {release}, and is ¶{one.number} here"
    return Problem(one.place, "frozen-number", what, f"put it back where it stood, or publish {_REVISION}")
