"""Whether translations say the glossary's terms by their equivalents, and no text by words the glossary asks to avoid.

Warnings, since only a person can tell whether a sentence may do without the term. A block is compared as a whole, and
whatever the glossary lets stand for a term excuses it.
"""

from __future__ import annotations

from collections.abc import Iterator

from communique.documents.document import Document, Text
from communique.documents.source import Block, Source, token, tokens_in
from communique.glossary import Glossary, Term
from communique.languages.comparing import Pairs, same_blocks, twins
from communique.problems import Place, Problem

#: What is not running text in any language.
_NOT_PROSE = ("data", "code", "definition", "rule")


def compare_terms_of(document: Document, glossary: Glossary, pairs: Pairs | None = None) -> Iterator[Problem]:
    """What one document's languages say otherwise than the glossary has it: warnings, at the line concerned. `pairs` as
    in `compare_document`.
    """
    original = document.texts[document.original]
    for lang, shown in document.texts.items():
        # As it stands in its file: what pages show is the original of today in these words.
        text = shown.as_written
        if lang == document.original:
            yield from _avoided(text, glossary)
            continue
        twin = tuple(pairs(document, lang) if pairs else twins(original.source, text.source))
        same = same_blocks(original, text, twin)
        yield from _avoided(text, glossary, same)
        for theirs, mine in twin:
            if mine not in same:
                yield from _lacking(original, theirs, text, mine, glossary)


def _lacking(original: Text, theirs: int, text: Text, mine: int, glossary: Glossary) -> Iterator[Problem]:
    there, here = original.source.blocks[theirs], text.source.blocks[mine]
    if there.kind in _NOT_PROSE:
        return
    said = whole_text(text.source, here)
    told: set[str] = set()
    for use in glossary.terms_in(whole_text(original.source, there), original.lang):
        term = use.term
        if term.everyday or term.id in told or glossary.says(term, said, text.lang):
            continue
        told.add(term.id)
        place, at = Place(text.file, here.line, 1), f"{original.file.rpartition('/')[2]}:{there.line}"
        if not (_is_public(original.source, there) and _is_public(text.source, here)):
            what = f"the original ({at}) says a term of the glossary that this text does not say"
            yield Problem(place, "other-term", what, "compare both with the glossary; the text is sealed and not shown")
            continue
        what = f"the original ({at}) says “{use.written}”, and this text does not say “{term.called(text.lang)}”"
        fix = f"say it so, or add the words that may stand for it to the term {term.id} in content/data/glossary.yaml"
        yield Problem(place, "other-term", what, fix)


def _avoided(text: Text, glossary: Glossary, besides: frozenset[int] = frozenset()) -> Iterator[Problem]:
    """What the glossary asks not to write, in whatever language this is; `besides` blocks that are in another."""
    places = [
        (text.source.title, text.front.place.line, text.front.audience.is_public),
        (text.front.summary, text.front.place.line, text.front.audience.is_public),
    ]
    places += [
        (whole_text(text.source, block), block.line, _is_public(text.source, block))
        for index, block in enumerate(text.source.blocks)
        if index not in besides and block.kind not in _NOT_PROSE
    ]
    for words, line, is_public in places:
        for found in glossary.avoided_in(words, text.lang):
            term: Term = found.term
            what = (
                f"the glossary asks not to write “{found.written}”"
                if is_public
                else "words that the glossary asks to avoid"
            )
            fix = (
                f"write “{term.called(text.lang)}”"
                if is_public
                else "see the glossary; the text is sealed and not shown"
            )
            yield Problem(Place(text.file, line, 1), "avoided-term", what, fix)


def whole_text(source: Source, block: Block) -> str:
    """A block's text with what is sealed inside it."""
    parts = {part.name: part.text for part in source.parts}

    def expanded(text: str) -> str:
        for name in set(tokens_in(text)):
            text = text.replace(token(name), expanded(parts[name]))
        return text

    return expanded(block.text)


def _is_public(source: Source, block: Block) -> bool:
    return source.part(block.part).audience.is_public and not any(tokens_in(block.text))
