"""What documents say of each other: parts numbered through, symbols, links, facts and figures."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import replace

from communique.documents.counted import Counted, may_cite
from communique.documents.document import Document
from communique.documents.embargoes import embargoed_link
from communique.documents.fields import KIND_FIELDS
from communique.documents.numbers import Number
from communique.documents.outlines import hints_in
from communique.documents.source import Link, misnumbered
from communique.documents.symbols import comparable, version_of
from communique.documents.typed_numbers import refuse_without_paragraphs
from communique.figures import Figure
from communique.policy import Policy
from communique.problems import Problem, did_you_mean
from communique.site import PAGES


def number_parts(
    documents: Mapping[str, Document],
    embargoed: Mapping[str, datetime.datetime],
    problems: list[Problem],
    held: Collection[tuple[str, str]],
) -> dict[str, Document]:
    def last_before(ident: str, seen: tuple[str, ...]) -> Number | None:
        """What the paper's last paragraph before this part is called."""
        front = documents[ident].front
        if not front.follows:
            return None
        before = documents.get(front.follows)
        if front.follows in embargoed:
            problems.append(embargoed_link(front.follows_place, front.follows, embargoed))
            return None
        if before is None:
            problems.append(
                Problem(
                    front.follows_place,
                    "unknown-document",
                    f"there is no document {front.follows}",
                    did_you_mean(front.follows, documents),
                )
            )
            return None
        if front.follows == ident:
            what = "this part follows itself"
            problems.append(Problem(front.follows_place, "part-circle", what, "name the part before it"))
            return None
        if ident in seen:
            problems.append(
                Problem(
                    front.follows_place,
                    "part-circle",
                    "these parts follow each other in a circle",
                    "correct “follows:”",
                )
            )
            return None
        if before.front.audience != front.audience:
            what = "the part before this one is for other readers"
            fix = "give both the same audience: their numbers run on, and each page leads to the other"
            problems.append(Problem(front.follows_place, "part-audience", what, fix))
            return None
        if before.front.part + 1 != front.part or before.front.parts != front.parts:
            what = f"part {front.part} of {front.parts} follows part {before.front.part} of {before.front.parts}"
            problems.append(Problem(front.follows_place, "bad-part", what, "correct part, parts or follows"))
            return None
        after = last_before(front.follows, (*seen, ident))
        numbers = before.texts[before.original].source.numbered(after).all_numbers
        return numbers[-1] if numbers else after

    numbered: dict[str, Document] = {}
    for ident, document in documents.items():
        after = last_before(ident, ())
        original = document.texts[document.original]
        if original.front.numbering and not document.is_withdrawn:
            problems.extend(refuse_without_paragraphs(original.source, original.file, original.front.place))
        for text in document.texts.values():
            if (ident, text.lang) not in held:
                problems.extend(misnumbered(text.source, text.file, after))
        texts = {lang: replace(text, source=text.source.numbered(after)) for lang, text in document.texts.items()}
        numbered[ident] = replace(document, texts=texts)
    followed: dict[str, str] = {}
    for ident, document in documents.items():
        before = document.front.follows
        other = followed.get(before)
        if other is not None and not _are_versions(documents[other], document):
            what = f"{other} follows {before} already"
            fix = "let one part follow another; a new version of a part has its symbol, with /Rev. or /Corr. behind it"
            problems.append(Problem(document.front.follows_place, "part-twice", what, fix))
        elif before:
            followed[before] = ident
    return numbered


def _are_versions(one: Document, other: Document) -> bool:
    versions = [version_of(document.front.symbol) for document in (one, other)]
    return versions[0] != versions[1] and versions[0].base == versions[1].base


def check_hints(documents: Mapping[str, Document], problems: list[Problem]) -> None:
    """What `invoke new` wrote is for editors: only a draft may still show it."""
    for document in documents.values():
        if not document.front.draft:
            for text in document.texts.values():
                problems.extend(hints_in(text.raw, text.file))


def check_facts(
    documents: Mapping[str, Document], embargoed: Mapping[str, datetime.datetime], problems: list[Problem]
) -> None:
    """The documents that a kind's own fields name, such as the meeting to which a statement belongs."""
    for document in documents.values():
        front = document.front
        for each in KIND_FIELDS[front.kind]:
            if each.type != "document" or each.name not in front.facts:
                continue
            target, place = str(front.facts[each.name]), front.fact_places[each.name]
            if target in embargoed:
                problems.append(embargoed_link(place, target, embargoed))
            elif target not in documents:
                what = f"there is no document “{target}”"
                fitting = [one.id for one in documents.values() if not each.words or one.front.kind in each.words]
                problems.append(Problem(place, "unknown-document", what, did_you_mean(target, fitting)))
            elif each.words and documents[target].front.kind not in each.words:
                # What a sealed document is, nobody learns from a message that lands in a log.
                either = document.is_sealed or documents[target].is_sealed
                kind = "" if either else f", which is of the kind {documents[target].front.kind}"
                what = f"{each.name} cannot be “{target}”{kind}"
                fix = f"name a document of one of these kinds: {', '.join(each.words)}"
                problems.append(Problem(place, "document-of-another-kind", what, fix))


def check_symbols(documents: Mapping[str, Document], problems: list[Problem]) -> None:
    seen: dict[str, Document] = {}
    for document in documents.values():
        symbol = document.front.symbol
        other = seen.setdefault(comparable(symbol), document)
        if symbol and other is not document:
            # A sealed document's symbol is sealed text, which no message quotes.
            either = document.is_sealed or other.is_sealed
            what = f"{'this symbol' if either else f'the symbol {symbol}'} is used by {other.id} already"
            problems.append(Problem(document.front.symbol_place, "symbol-twice", what, "give each document its own"))


def check_links(
    documents: Mapping[str, Document],
    embargoed: Mapping[str, datetime.datetime],
    problems: list[Problem],
    held: Collection[tuple[str, str]],
) -> None:
    for document in documents.values():
        for text in document.texts.values():
            for link in text.source.links if (document.id, text.lang) not in held else ():
                if link.target in embargoed:
                    problems.append(embargoed_link(link.place, link.target, embargoed))
                else:
                    _check_link(link, document, documents, problems)


def _check_link(link: Link, document: Document, documents: Mapping[str, Document], problems: list[Problem]) -> None:
    if link.target in PAGES and link.number is None:
        return
    target = documents.get(link.target) if link.target else document
    if target is None:
        what = f"there is no document “{link.target}”"
        problems.append(Problem(link.place, "unknown-document", what, did_you_mean(link.target, documents)))
        return
    numbers = target.numbers
    if link.number is not None and link.number not in numbers:
        what = f"{target.id} has no paragraph {link.number}"
        fix = "it has no paragraphs"
        if numbers:
            several = f"its paragraphs are {numbers[0]} to {numbers[-1]}"
            fix = several if len(numbers) > 1 else f"its only paragraph is {numbers[0]}"
        problems.append(Problem(link.place, "unknown-paragraph", what, fix))


def check_figures(
    documents: Mapping[str, Document],
    figures: Mapping[str, Figure],
    counted: Mapping[str, Counted],
    policy: Policy,
    problems: list[Problem],
) -> None:
    for figure in figures.values():
        if figure.name in counted:
            what = f"the site counts “{figure.name}” itself"
            problems.append(Problem(figure.place, "bad-name", what, "delete it here, or give it another name"))
    for document in documents.values():
        for text in document.texts.values():
            for cited in text.source.figures:
                if cited.name in counted:
                    if not may_cite(policy, text.source.part(cited.part).audience, counted[cited.name]):
                        what = f"“{cited.name}” counts what not every reader of this text may read"
                        fix = "put it into a section for those who may read everything that is counted"
                        problems.append(Problem(cited.place, "figure-too-wide", what, fix))
                elif cited.name not in figures:
                    what = f"there is no figure “{cited.name}”"
                    fix = did_you_mean(cited.name, {**figures, **counted})
                    problems.append(Problem(cited.place, "unknown-figure", what, fix))
