"""A document that was released remains: under its symbol wherever its folder lies, or it says that it is withdrawn.

Its text may end (`expires:`), and its page goes on saying so. One that is to be gone without a page is named in
`content/data/withdrawn.yaml`: the record goes on knowing it, so that neither its symbol nor its text comes back unseen.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace

from communique.access.record import Record, key_of
from communique.access.units import Keyed, Unit, words_of
from communique.documents.catalogue import Catalogue
from communique.documents.data_entries import CONTACTS, EVENTS
from communique.documents.fields import DOCUMENT_ID
from communique.documents.symbols import comparable
from communique.policy import PUBLIC, Audience
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.strict_yaml import load_yaml

_NAME = "withdrawn.yaml"
FILE = f"content/data/{_NAME}"


def read_withdrawn(data_texts: Mapping[str, str]) -> Mapping[str, Place]:
    """The documents that were released and are gone on purpose, and where each is named.

    Raises:
        Refused: the file is not a list of documents.
    """
    if _NAME not in data_texts:
        return {}
    problems: list[Problem] = []
    found: dict[str, Place] = {}
    file = load_yaml(data_texts[_NAME], FILE)
    top = {} if file.is_nothing() else file.take(problems, "the file", ["withdrawn"])
    listed = top.get("withdrawn")
    for node in listed.as_list(problems, "withdrawn") if listed is not None and not listed.is_nothing() else ():
        name = node.as_text(problems, "a withdrawn document")
        if name and not DOCUMENT_ID.match(name):
            problems.append(
                Problem(
                    node.place, "bad-document", f'"{name}" cannot be the name of a document', "write collection/name"
                )
            )
        found[name] = node.place
    if problems:
        raise Refused(problems)
    return found


def released_in(record: Record) -> frozenset[str]:
    """The documents of a release: data files have pieces in its record too."""
    return frozenset({*record.languages, *record.numbers} - {EVENTS, CONTACTS})


def whereabouts(record: Record, catalogue: Catalogue, units: Sequence[Unit], keyed: Keyed) -> Mapping[str, str]:
    """By its id then, the id under which a released document is there today: the one that has its symbol. One without
    a symbol is where it was, or where all its paragraphs stand word for word; that is one document of today for each.

    Raises:
        Refused: the list of what is withdrawn is not understood.
    """
    known = released_in(record)
    is_comparable = record.key == key_of(keyed)
    by_symbol = {comparable(symbol): ident for ident, symbol in record.symbols.items()}
    # What was sealed as a whole tells its symbol as a hash alone.
    by_hash: dict[str, list[str]] = {}
    for one in record.units if is_comparable else ():
        if one.kind == "symbol" and one.document not in record.symbols:
            by_hash.setdefault(one.hash, []).append(one.document)
    named = {*by_symbol.values(), *(ident for idents in by_hash.values() for ident in idents)}

    def bearer(ident: str, symbol: str) -> str | None:
        """The released document that `ident` is today."""
        was = by_symbol.get(comparable(symbol)) if symbol else None
        if symbol and was is None:
            same = by_hash.get(_hash_of_symbol(symbol, keyed), [])
            was = ident if ident in same else next(iter(same), None)
        return ident if was is None and ident in known - named else was

    today = {ident: document.front.symbol for ident, document in catalogue.documents.items()}
    to_come = {ident: symbol for symbol, ident in catalogue.symbols_to_come.items()}
    today |= {ident: to_come.get(ident, "") for ident in catalogue.embargoed}
    found = {was: ident for ident, symbol in today.items() if (was := bearer(ident, symbol)) is not None}
    lost = known - found.keys() - named if is_comparable else frozenset()
    if lost:
        fresh = {one for one in catalogue.documents if one not in found.values()}
        withdrawn = read_withdrawn(catalogue.data_texts)
        # Of several with the same words, the one that was withdrawn is the last to be taken for what is there.
        first = sorted(lost, key=lambda ident: (ident in withdrawn, ident))
        found |= dict(_moved(record, first, fresh, units, keyed))
    return found


def _hash_of_symbol(symbol: str, keyed: Keyed) -> str:
    return Unit("", "", None, "symbol", Audience((PUBLIC,)), words_of(symbol), Place("")).hash(keyed)


def _moved(
    record: Record, lost: Sequence[str], fresh: Container[str], units: Sequence[Unit], keyed: Keyed
) -> Iterator[tuple[str, str]]:
    hashes: dict[tuple[str, str], dict[object, str]] = {}
    for unit in units:
        if unit.kind == "paragraph" and unit.number is not None and unit.document in fresh:
            hashes.setdefault((unit.document, unit.lang), {})[unit.number] = unit.hash(keyed)
    taken: set[str] = set()
    for old in lost:
        for (ident, lang), words in hashes.items():
            if ident not in taken and record.paragraphs.get((old, lang)) == words:
                taken.add(ident)
                yield old, ident
                break


def as_then(record: Record | None, catalogue: Catalogue, units: Sequence[Unit], keyed: Keyed) -> tuple[Unit, ...]:
    """Today's pieces as the last release would have hashed them: a state or a figure is hashed with the name of its
    document, which may have another folder now.

    Raises:
        Refused: the list of what is withdrawn is not understood.
    """
    if record is None:
        return tuple(units)
    where = whereabouts(record, catalogue, units, keyed)
    then = {today: was for was, today in where.items() if was != today}
    return tuple(
        # Words of a text hold no slash: such a first word is a document's name.
        replace(unit, words=(then[unit.document], *unit.words[1:]))
        if unit.document in then and unit.words[:1] == (unit.document,)
        else unit
        for unit in units
    )


def refuse_gone(record: Record | None, catalogue: Catalogue, units: Sequence[Unit], keyed: Keyed) -> list[Problem]:
    """A letter for each released document that is nowhere today, for each symbol of a withdrawn one that is used again,
    and for each that is called withdrawn and is not, in whatever folder. Without a record nothing was released.

    Raises:
        Refused: the list of what is withdrawn is not understood.
    """
    withdrawn = read_withdrawn(catalogue.data_texts)
    if record is None:
        return []
    known, where = released_in(record), whereabouts(record, catalogue, units, keyed)
    cited = {*record.symbols, *(unit.document for unit in record.units if unit.kind == "symbol")}
    found: list[Problem] = []
    for ident, place in withdrawn.items():
        if ident in catalogue.documents or ident in catalogue.embargoed:
            what, fix = f"{ident} is called withdrawn, and is there", "delete this line, or the document"
            found.append(Problem(place, "withdrawn-document", what, fix))
        elif ident not in known:
            what = f"{ident} is called withdrawn, and no release had it"
            found.append(Problem(place, "withdrawn-document", what, did_you_mean(ident, known - where.keys())))
        elif (today := catalogue.documents.get(where.get(ident, ""))) is None:
            continue
        elif ident in cited:
            what = f"this symbol is that of {ident}, which was released and withdrawn"
            fix = f"give this document a symbol of its own; if it is {ident}, take that out of {FILE}"
            found.append(Problem(today.front.symbol_place, "symbol-twice", what, fix))
        else:
            # The record would know the text under its new name alone, and this list one that no release had.
            what = f"{ident} is called withdrawn, and its text is that of {today.id} here"
            found.append(Problem(place, "withdrawn-document", what, "delete this line, or the document"))
    return found + [_gone(ident, record, catalogue) for ident in sorted(known - where.keys() - withdrawn.keys())]


def _gone(ident: str, record: Record, catalogue: Catalogue) -> Problem:
    symbol = record.symbols.get(ident, "")
    called = f"{ident} ({symbol})" if symbol else ident
    today = catalogue.documents.get(ident)
    if today is not None:
        what = f"{called} of release {record.release} has another symbol here, or none, and is cited by the one it had"
        fix = "write that symbol again; what is another paper needs a folder of its own"
        return Problem(today.front.symbol_place, "released-document-gone", what, fix)
    what = f"{called} of release {record.release} is not there any more, and citations of it would lead nowhere"
    fix = (
        f"bring it back; and if its text is to end, write “expires:” and a day: its page and its numbers stay, and say "
        f"so. If nothing may be left of it, name it under “withdrawn:” in {FILE}: its symbol stays taken"
    )
    return Problem(Place(f"content/{ident}"), "released-document-gone", what, fix)


def with_what_waits(new: Record, old: Record, catalogue: Catalogue, units: Sequence[Unit], keyed: Keyed) -> Record:
    """The record of this release with what the last one knew of documents that are withdrawn or under embargo: they may
    come back, and for whom they were is not forgotten meanwhile.

    Raises:
        Refused: the list of what is withdrawn is not understood.
    """
    where = whereabouts(old, catalogue, units, keyed)
    away = {ident for ident, document in catalogue.documents.items() if document.is_withdrawn}
    away |= {*catalogue.embargoed, *read_withdrawn(catalogue.data_texts)}
    then = {ident: today for ident in released_in(old) if (today := where.get(ident, ident)) in away}
    kept = tuple(
        replace(unit, document=then[unit.document])
        for unit in old.units
        # A symbol's hash under another master would be taken for that of another symbol: the folder counts again.
        if unit.document in then and (unit.kind != "symbol" or old.key == new.key)
    )
    # What an audience that the policy no longer knows meant then must stay known too.
    who = {**(old.readers if kept else {}), **new.readers}
    numbers = {then[ident]: told for ident, told in old.numbers.items() if ident in then}
    symbols = {then[ident]: told for ident, told in old.symbols.items() if ident in then}
    return replace(
        new,
        readers=who,
        units=new.units + kept,
        numbers={**new.numbers, **numbers},
        symbols={**new.symbols, **symbols},
    )
