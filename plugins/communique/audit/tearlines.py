"""What stands below a tearline goes to more readers than its paper: it quotes nothing that they may not read there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from communique.audit.known import Known, PublicText, SealedText
from communique.audit.leaks import RUN, found_in, secrets_of
from communique.audit.names import pending_confirmations
from communique.audit.words import without_markdown, words
from communique.documents.catalogue import Catalogue
from communique.documents.document import Document, Text
from communique.documents.source import Part, without_tokens
from communique.documents.terms import readers
from communique.languages.shown_facts import own_words
from communique.policy import Audience
from communique.problems import Place, Problem

_FROM = "of the text above the tearline that is for fewer readers"
_WORDS = f"five words in a row {_FROM} stand here"
_SHORT = f"a short text {_FROM}, a heading, an item or a cell, stands here whole"
_NAME = f"a name or figure {_FROM} stands here"
_FIX = "say it in other words, or put it into a ::: section for those who may read it above"


def quoted_below_tearlines(catalogue: Catalogue) -> Iterator[Problem]:
    """Each passage below a tearline that repeats the paper's text for fewer readers: five words in a row, a short
    text whole, names and figures. What the readers may read elsewhere on the site is no secret. Messages quote nothing.
    """
    for released in catalogue.documents.values():
        paper = catalogue.documents.get(released.released_from)
        if paper is not None and not paper.is_withdrawn:
            for text in released.texts.values():
                for part in text.source.parts:
                    yield from _quoted(catalogue, paper, released, text, part)


def _quoted(catalogue: Catalogue, paper: Document, released: Document, text: Text, part: Part) -> Iterator[Problem]:
    review = released.front.review
    audience = review.after if review is not None and part.name == text.source.parts[0].name else part.audience
    hidden = tuple(_told(paper, audience, catalogue, may_read=False))
    # To gather what is told elsewhere takes time, and most papers are quoted nowhere.
    if hidden and any(_repeated(hidden, (), released, text, part)):
        yield from _repeated(hidden, _elsewhere(catalogue, released, audience, text.lang), released, text, part)


def _elsewhere(catalogue: Catalogue, released: Document, audience: Audience, lang: str) -> tuple[PublicText, ...]:
    """What the same readers may read on the site in this language, the paper itself included."""
    texts = [
        PublicText(told.markdown, "data", told.source, lang=told.lang)
        for document in catalogue.documents.values()
        if document.id != released.id
        for told in _told(document, audience, catalogue, may_read=True)
        if told.lang == lang
    ]
    data = (PublicText(data, "data", Place(name)) for name, data in catalogue.data_texts.items() if name in _TOLD)
    return (*texts, *data)


def _repeated(
    hidden: tuple[SealedText, ...], elsewhere: tuple[PublicText, ...], released: Document, text: Text, part: Part
) -> Iterator[Problem]:
    told = _words_by_line(released, text, part)
    secrets = secrets_of(hidden, elsewhere)
    for line, written in told.items():
        for origin, length in found_in(words(without_markdown(written)), secrets):
            what = _NAME if origin.is_name else _WORDS if length == RUN else _SHORT
            yield Problem(Place(text.file, line), "tearline-quotes", what, _FIX)
    lines = {line + more: one for line, written in told.items() for more, one in enumerate(written.split("\n"))}
    body = "\n".join(lines.get(line, "") for line in range(1, max(lines, default=0) + 1))
    below = PublicText(body, "body", Place(text.file, 1), "", text.lang)
    same = tuple(one for one in hidden if one.lang == text.lang)
    for pending in pending_confirmations(Known(sealed=same, public=(below, *elsewhere))):
        yield Problem(pending.public_at, "tearline-quotes", _NAME, _FIX)


#: Data that stand on public pages.
_TOLD = ("site.yaml", "tiers.yaml", "states.yaml", "glossary.yaml")


def _told(document: Document, audience: Audience, catalogue: Catalogue, *, may_read: bool) -> Iterator[SealedText]:
    """The parts of a document that all readers of `audience` may read, or those that some of them may not."""
    if document.is_withdrawn:
        return
    wanted = readers(catalogue.policy, audience)
    for lang, text in document.texts.items():
        for part in text.source.parts:
            if (wanted <= readers(catalogue.policy, part.audience)) is may_read:
                written, place = text.said_in(part)
                yield SealedText(document.id, lang, part.name, part.audience.names, place, without_tokens(written))
        front = text.front
        if (wanted <= readers(catalogue.policy, document.front.audience)) is may_read:
            for fact in (text.source.title, front.summary, document.front.symbol, *own_words(document, text)):
                if fact:
                    yield SealedText(document.id, lang, "facts", document.front.audience.names, front.place, fact)


def _words_by_line(released: Document, text: Text, part: Part) -> Mapping[int, str]:
    """What this part says, by the lines on which its blocks begin; title and summary with the first."""
    told: dict[int, str] = {}
    if part.name == text.source.parts[0].name:
        facts = [text.source.title, text.front.summary, text.front.symbol, *own_words(released, text)]
        told[text.front.place.line] = ". ".join(fact for fact in facts if fact)
    for block in text.source.blocks:
        # What a translation has from its original is looked at there.
        if block.part == part.name and not block.lang and not block.file:
            told[block.line] = without_tokens(block.text)
    if part.form not in ("text", "block") and not part.lang:
        told[part.place.line] = without_tokens(part.text)
    return told
