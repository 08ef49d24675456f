"""What stops no build and an editor should look at: what translations say otherwise than their originals, signs that a
language sets otherwise, and numbers that were typed where the site gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document, Text
from communique.documents.drawn import without_drawn
from communique.documents.kinds import split_front_matter
from communique.documents.listing import Listing
from communique.documents.typed_numbers import typed_numbers
from communique.languages.comparing import Pairs, by_pins, compare_document, same_blocks
from communique.languages.equivalents import compare_terms_of
from communique.languages.pins import Pin, Pins
from communique.languages.status import is_copy, pins_of_documents, read_pins_files
from communique.languages.typography import SpaceFault, french_space_faults, spanish_mark_faults
from communique.problems import Place, Problem
from communique_pelican.workers import spread

_SIGNS: Mapping[str, tuple[Callable[[str], list[SpaceFault]], str]] = {
    "fr": (french_space_faults, "put a no-break space there (U+202F before ; ! ?, U+00A0 before : and inside « »)"),
    "es": (spanish_mark_faults, "begin with ¿ or ¡ what ends with ? or !, without a space between sign and word"),
}


def translation_warnings(
    catalogue: Catalogue,
    pins: Mapping[tuple[str, str], Pins],
    pin: Pin,
    jobs: int = 1,
    done: Callable[[int], None] = lambda _: None,
) -> list[Problem]:
    """Every warning on the texts of a site, at the line concerned."""
    pairs = by_pins(pins, pin)

    def compare(batch: Sequence[str]) -> list[tuple[Problem, ...]]:
        documents = [without_copies(without_drawn(catalogue.documents[ident]), pins, pin) for ident in batch]
        return [tuple(_warnings_on(catalogue, document, pairs)) for document in documents]

    return sorted(problem for found in spread(compare, list(catalogue.documents), jobs, done) for problem in found)


def read_warnings(content: Path, catalogue: Catalogue, listing: Listing, pin: Pin) -> list[Problem]:
    """The same where nobody has read the pins yet."""
    files = read_pins_files(content, listing)
    pins = pins_of_documents(files, catalogue.documents, catalogue.embargoed, pin, content.name)
    return translation_warnings(catalogue, pins, pin)


def without_copies(document: Document, pins: Mapping[tuple[str, str], Pins], pin: Pin) -> Document:
    """The document without the translations that nobody has begun: their state tells all that is to be told of them."""
    original = document.texts[document.original]
    texts = {
        lang: text
        for lang, text in document.texts.items()
        if lang == document.original or not is_copy(original, text.as_written, pins.get((document.id, lang)), pin)
    }
    return replace(document, texts=texts)


def _warnings_on(catalogue: Catalogue, document: Document, pairs: Pairs) -> Iterator[Problem]:
    if document.is_withdrawn:
        return
    yield from compare_document(document, catalogue.site.languages, pairs)
    if catalogue.glossary.terms:
        yield from compare_terms_of(document, catalogue.glossary, pairs)
    original = document.texts[document.original]
    if original.front.numbering:
        yield from typed_numbers(original.source, original.file)
    if not document.released_from:
        # What stands below a tearline is in the same file.
        for text in document.texts.values():
            yield from _misplaced_signs(document, text.as_written, pairs)


def _misplaced_signs(document: Document, text: Text, pairs: Pairs) -> Iterator[Problem]:
    """In the text and in what front matter says in words; no word is quoted, so that all may be sealed."""
    check, fix = _SIGNS.get(text.lang.partition("-")[0], (None, ""))
    if check is None:
        return
    _, body, first = split_front_matter(text.raw, text.file)
    faults = check(body)
    untranslated = _untranslated_lines(document, text, pairs) if faults else frozenset()
    for fault in faults:
        if fault.line + first - 1 in untranslated:
            continue
        place = Place(text.file, fault.line + first - 1, fault.column)
        yield Problem(place, "sign-spacing", fault.what, fix)
    for fault in check(text.front.summary):
        place = Place(text.file, text.front.place.line)
        yield Problem(place, "sign-spacing", f"in the summary, {fault.what}", fix)


def _untranslated_lines(document: Document, text: Text, pairs: Pairs) -> frozenset[int]:
    """The lines of a translation that are in the original's language."""
    if text.lang == document.original:
        return frozenset()
    same = same_blocks(document.texts[document.original], text, pairs(document, text.lang))
    blocks = [text.source.blocks[index] for index in same]
    return frozenset(block.line + at for block in blocks for at in range(block.text.count("\n") + 1))
