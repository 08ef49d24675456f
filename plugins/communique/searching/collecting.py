"""What each audience can find in the texts of one language: gathered from what their pages show.

Every part goes into the indexes of exactly the tiers, areas and groups that its audience names. What else somebody
may read they find in the other indexes that their keys open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from communique.documents.addressed import heading_words
from communique.documents.catalogue import Catalogue
from communique.documents.document import Document, Text
from communique.documents.source import PUBLIC_PART, Part
from communique.languages.shown_facts import own_words
from communique.languages.typography import format_date
from communique.policy import PUBLIC, Audience, Policy
from communique.sealing.primitives import Json
from communique.sealing.sections import WHOLE, SealedSource
from communique.sealing.surroundings import newest
from communique.searching.index import Beside, Entry
from communique.searching.passages import Passage, passages_of
from communique.searching.words import words_of


@dataclass
class Collected:
    """The passages of one text by the audience names they are for, read once for all languages that show it."""

    by_name: Mapping[str, tuple[Passage, ...]] = field(repr=False)


def collect(policy: Policy, document: Document, text: Text, sealed: SealedSource) -> Collected:
    """The passages of a document's text for each name that one of its parts has."""
    found: dict[str, list[Passage]] = {}
    if document.is_withdrawn:
        return Collected({})
    for part in text.source.parts:
        if part.name == PUBLIC_PART and not document.is_sealed:
            html, place = sealed.public, ("", "")
        elif part.name == PUBLIC_PART:
            html, place = sealed.own[WHOLE], ("", "")
        else:
            html, place = sealed.plain[part.name], _place(policy, document, text, part)
        # An inner part that is for the same readers as the one around it is a passage of its own too.
        marking = "" if part.audience.is_public else f"TLP:{policy.tlp(part.audience)}"
        passages = passages_of(html, text.lang, *place, marking)
        for name in part.audience.names:
            found.setdefault(name, []).extend(passages)
    return Collected({name: tuple(passages) for name, passages in found.items()})


def _place(policy: Policy, document: Document, text: Text, part: Part) -> tuple[str, str]:
    """Where a sealed part stands: the paragraph it belongs to, or the box itself; and the heading above it, where all
    its readers may read that too.
    """
    above = text.source.blocks_above(part.name)
    numbers = [block.number for block in above if block.number is not None]
    in_words = part.form != "block" and bool(numbers)
    may_read = all(policy.may_read((name,), document.front.audience) for name in part.audience.names)
    headings = [block.text for block in above if block.kind == "heading" and block.part == PUBLIC_PART]
    return numbers[-1].anchor if in_words else part.name, heading_words(headings[-1]) if headings and may_read else ""


def entries_for(
    catalogue: Catalogue, lang: str, name: str, collected: Mapping[tuple[str, str], Collected]
) -> Iterator[Entry]:
    """The documents in which readers who hold `name` alone find something, the newest first."""
    order = sorted(catalogue.documents.values(), key=lambda one: (one.front.date, one.id), reverse=True)
    for document in order:
        text = document.text_for(lang)
        passages = collected[document.id, text.lang].by_name.get(name, ())
        is_own = name in document.front.audience.names
        if document.is_withdrawn or not (passages or is_own):
            continue
        may_know = name == PUBLIC or catalogue.policy.may_read((name,), document.front.audience)
        yield Entry(
            _facts(catalogue, document, text, lang, name, may_know),
            text.lang,
            " ".join(_called(document, text)) if may_know else "",
            is_own,
            passages,
        )


def _called(document: Document, text: Text) -> Iterator[str]:
    # A summary is a sentence about the text: who remembers it has not read it in vain. Facts stand above the text, of
    # a sealed document in it.
    facts = () if document.is_sealed else own_words(document, text)
    yield from (one for one in (text.source.title, document.front.symbol, text.front.summary, *facts) if one)


def _facts(
    catalogue: Catalogue, document: Document, text: Text, lang: str, name: str, may_know: bool
) -> dict[str, Json]:
    """What a result shows of its document. Where its readers may not know what it is called, its address alone."""
    front, policy = document.front, catalogue.policy
    facts: dict[str, Json] = {"path": document.path(lang), "numbering": front.numbering, "sealed": document.is_sealed}
    if name != PUBLIC:
        # What most of its passages bear: those of a sealed document the document's.
        facts["marking"] = f"TLP:{policy.tlp(front.audience if document.is_sealed else Audience((name,)))}"
    if text.lang != lang:
        facts["lang"] = text.lang
    if may_know:
        facts["title"] = text.source.title
        facts["date"] = front.date.isoformat()
        facts["date_text"] = format_date(front.date, lang)
        if text.lang_of("title") != text.lang:
            facts["title_lang"] = text.lang_of("title")
        if front.symbol:
            facts["symbol"] = front.symbol
        if front.kind != "page":
            facts["kind"] = catalogue.site.kinds[front.kind][lang]
        if front.draft:
            facts["draft"] = True
        if newest(catalogue, document).id != document.id:
            facts["superseded"] = True
    return {key: fact for key, fact in facts.items() if fact not in ("", False)}


def other_names(catalogue: Catalogue) -> Beside:
    """Under which words a passage is found besides its own: the terms it uses by their other names, in every language
    for the abbreviations, since these are what people write to each other.
    """
    known: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}

    def of_term(ident: str, lang: str) -> tuple[tuple[str, str], ...]:
        if (ident, lang) not in known:
            term = next(one for one in catalogue.glossary.terms if one.id == ident)
            names = [(term.names[lang], lang), *((short, code) for code, short in term.abbreviations.items())]
            known[ident, lang] = tuple(word for said, code in names for word in words_of(said, code))
        return known[ident, lang]

    def beside(text: str, lang: str) -> Iterator[tuple[str, str]]:
        if lang not in catalogue.site.languages:
            return
        for ident in dict.fromkeys(use.term.id for use in catalogue.glossary.terms_in(text, lang)):
            yield from of_term(ident, lang)

    return beside
