"""References by symbol: what a citation leads to, who may be told of it, and where a document is cited.

A citation is written into a text for its readers. It tells the title and the symbol of its target only where each of
them may read the target; others learn that something sealed is cited, and the target's address, which tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from communique.documents.catalogue import Catalogue
from communique.documents.citation import Citation, CitationWords
from communique.documents.document import Document, Text
from communique.documents.source import Part, Reference, Source
from communique.documents.symbols import comparable, version_of
from communique.policy import Policy
from communique.problems import Problem, nearest


@dataclass(frozen=True)
class CitedBy:
    """One place that cites a document: the citing paragraph, where it has one, and the paragraph cited, or none."""

    document: Document
    part: Part
    number: str
    anchor: str
    cited: str


_MADE = re.compile(r'<a [^>]*class="ref ref--made"[^>]*>.*?</a>|<span class="ref__note">.*?</span>', re.DOTALL)


def without_citations(html: str) -> str:
    """Rendered text without the words that references made in it: symbols and titles, which others cite alike."""
    return _MADE.sub(" ", html)


class Targets:
    """The documents of a site by their symbols, and the papers in parts by what their parts' symbols share."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents: dict[str, Document] = {}
        self._papers: dict[str, list[Document]] = {}
        papers: list[tuple[str, Document]] = []
        for document in documents.values():
            symbol = document.front.symbol
            if not symbol:
                continue
            self._documents.setdefault(comparable(symbol), document)
            paper = _paper_of(document)
            if paper:
                papers.append((paper, document))
        newest = _newest(documents, {version_of(document.front.symbol).base for _, document in papers})
        for paper, document in papers:
            if document.id == newest[version_of(document.front.symbol).base]:
                self._papers.setdefault(comparable(paper), []).append(document)
        for parts in self._papers.values():
            parts.sort(key=lambda one: one.front.part)

    def find(self, symbol: str, number: str = "") -> Document | None:
        """The document called so; of a paper in parts, the part that has this paragraph, in its newest version."""
        found = self._documents.get(comparable(symbol))
        if found is not None:
            return found
        parts = self._papers.get(comparable(symbol), [])
        return next((part for part in parts if not number or number in anchors_of(part)), parts[0] if parts else None)

    def symbols(self) -> Iterator[str]:
        """Those that everybody may read."""
        for document in self._documents.values():
            if not document.is_sealed:
                yield document.front.symbol
        for parts in self._papers.values():
            if not parts[0].is_sealed:
                yield _paper_of(parts[0])


def _newest(documents: Mapping[str, Document], bases: Collection[str]) -> dict[str, str]:
    """The id of the newest version with each of these bases."""
    if not bases:
        return {}
    found = ((version_of(one.front.symbol), one.id) for one in documents.values())
    return {version.base: ident for version, ident in sorted(one for one in found if one[0].base in bases)}


def _paper_of(document: Document) -> str:
    """What the symbols of a paper's parts share: CS.1 of CS.1-2 and of CS.1-2/Rev.1; nothing of other documents."""
    if document.front.parts <= 1:
        return ""
    base, ending = version_of(document.front.symbol).base, f"-{document.front.part}"
    return base.removesuffix(ending) if base.endswith(ending) else ""


def anchors_of(document: Document) -> dict[str, str]:
    """The document's paragraphs as they are printed, and the anchor of each."""
    blocks = document.texts[document.original].source.blocks
    return {str(block.number): block.number.anchor for block in blocks if block.number is not None}


def paragraph_of(source: Source, block: int) -> tuple[str, str]:
    """The number and anchor of the paragraph to which a block belongs; nothing where none stands before it."""
    number = next((one.number for one in reversed(source.blocks[: block + 1]) if one.number is not None), None)
    return (str(number), number.anchor) if number is not None else ("", "")


def may_be_told(policy: Policy, readers: Iterable[str], document: Document) -> bool:
    """Whether everyone who reads a text for `readers`, any of which suffices, may read the whole of this document."""
    if document.is_sealed and document.is_withdrawn:
        return False
    return all(policy.may_read([name], document.front.audience) for name in readers)


def first_part(documents: Mapping[str, Document], document: Document) -> str:
    """The id of the document with which its paper begins; without parts, its own."""
    seen = {document.id}
    while document.front.follows in documents and document.front.follows not in seen:
        document = documents[document.front.follows]
        seen.add(document.id)
    return document.id


def is_same_paper(documents: Mapping[str, Document], one: Document, other: Document) -> bool:
    return first_part(documents, one) == first_part(documents, other)


def cite(
    catalogue: Catalogue,
    targets: Targets,
    document: Document,
    text: Text,
    part: Part,
    target_address: str,
    words: CitationWords,
) -> Citation:
    """What `part` of `text` says in place of a reference; `target_address` is as the parser wrote it for Markdown.

    Raises:
        ValueError: its target is not in the catalogue, which its checks refuse.
    """
    symbol, _, number = (unquote(piece) for piece in target_address.removeprefix("ref:").partition("#"))
    target = targets.find(symbol, number)
    if target is None or (number and number not in anchors_of(target)):
        raise ValueError("a reference leads nowhere")
    anchor = f"#{anchors_of(target)[number]}" if number else ""
    paragraph = words.paragraph % {"number": number}
    sign = f"¶\u00a0{number}" if number else ""
    if not may_be_told(catalogue.policy, part.audience.names, target):
        what = (words.paragraph_of_sealed % {"number": number}) if number else words.sealed
        return Citation(f"doc:{target.id}{anchor}", what, note=what)
    if is_same_paper(catalogue.documents, document, target) and number:
        address = anchor if target.id == document.id else f"doc:{target.id}{anchor}"
        return Citation(address, paragraph, note=sign)
    shown = target.text_for(text.lang)
    before, _, after = words.paragraph_of.partition("%(document)s") if number else ("", "", "")
    return Citation(
        f"doc:{target.id}{anchor}",
        before.replace("%(number)s", number),
        shown.source.title,
        "" if shown.lang_of("title") == text.lang else shown.lang_of("title"),
        after.replace("%(number)s", number),
        target.front.symbol,
        sign,
    )


def check_references(catalogue: Catalogue) -> Iterator[Problem]:
    """References that lead nowhere, or would tell of what is under embargo."""
    documents = catalogue.documents
    targets = Targets(documents)
    hidden = {comparable(symbol): ident for symbol, ident in catalogue.symbols_to_come.items()}
    for document in documents.values():
        for text in document.texts.values():
            for reference in text.source.references:
                part = text.source.part(reference.part)
                yield from _check(document, part, reference, targets, hidden)


def _check(
    document: Document, part: Part, reference: Reference, targets: Targets, embargoed: Mapping[str, str]
) -> Iterator[Problem]:
    symbol, number, place = reference.symbol, reference.number, reference.place
    # What stands in sealed text is not quoted, nor is the symbol of a sealed document.
    quotable = part.audience.is_public
    target = targets.find(symbol, number)
    if target is None and comparable(symbol) in embargoed:
        what = f"this cites {embargoed[comparable(symbol)]}, which is under embargo, and would tell of it"
        yield Problem(place, "embargoed-link", what, "add it when the embargo ends, or put this document under it too")
        return
    if target is None:
        guess = nearest(symbol, targets.symbols())
        fix = f'did you mean "{guess}"?' if guess else "write the symbol as the document's front matter does"
        what = f"no document has the symbol {symbol}" if quotable else "no document has this symbol"
        yield Problem(place, "unknown-symbol", what, fix)
        return
    if not number:
        return
    known = anchors_of(target)
    if not target.front.numbering and target.id != document.id:
        what = f"{target.id} shows its readers no numbers, and one of them is cited here"
        yield Problem(
            place, "unnumbered-target", what, "leave out # and the number, or let it say “numbering: paragraphs”"
        )
    elif number not in known:
        numbers = list(known)
        fix = f"its paragraphs are {numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else "it has no such paragraph"
        guess = nearest(number, known) if " " in number else None
        fix += f'; did you mean "{guess}"?' if guess else ""
        what = f"{target.id} has no paragraph {number}" if quotable else f"{target.id} has no such paragraph"
        yield Problem(place, "unknown-paragraph", what, fix)


def citations(catalogue: Catalogue) -> dict[str, tuple[CitedBy, ...]]:
    """By a document's id: where other papers cite it, in the order of the catalogue."""
    targets = Targets(catalogue.documents)
    found: dict[str, list[CitedBy]] = {}
    for document in catalogue.documents.values():
        source = document.texts[document.original].source
        for reference in source.references:
            target = targets.find(reference.symbol, reference.number)
            if target is None or is_same_paper(catalogue.documents, document, target):
                continue
            number, anchor = paragraph_of(source, reference.block)
            cited = CitedBy(document, source.part(reference.part), number, anchor, reference.number)
            if cited not in found.setdefault(target.id, []):
                found[target.id].append(cited)
    return {ident: tuple(places) for ident, places in found.items()}


def told_to(catalogue: Catalogue, readers: Iterable[str], places: Iterable[CitedBy]) -> tuple[CitedBy, ...]:
    """Those places which every one of these readers may read, text and title."""
    names, policy = tuple(readers), catalogue.policy
    return tuple(
        place
        for place in places
        if may_be_told(policy, names, place.document)
        and all(policy.may_read([name], place.part.audience) for name in names)
    )
