"""Finds definitions of the glossary that repeat sealed text: they would stand on every page that uses the term."""

from __future__ import annotations

from collections.abc import Iterator

from communique.audit.known import Known
from communique.audit.leaks import found_in, secrets_of
from communique.audit.words import words
from communique.glossary import Glossary
from communique.problems import Place, Problem


def quoted_in_definitions(glossary: Glossary, known: Known) -> Iterator[Problem]:
    """One letter for each definition, at its line, where the audit of pages would write one for each page."""
    secrets = secrets_of(known.sealed, known.public)
    for term in glossary.terms:
        for lang, definition in term.definitions.items():
            # As its page shows it: the name, and what it means.
            shown = words(f"{term.names[lang]} {term.abbreviations.get(lang, '')} {definition}")
            origin = next((origin for origin, _ in found_in(shown, secrets)), None)
            if origin is None:
                continue
            sealed = origin.sealed
            what = (
                f"the definition of {term.id} ({lang}) says what only text sealed for {', '.join(sealed.audience)} says"
            )
            at = Place(sealed.source.file, sealed.source.line)
            fix = f"write it in other words, or in public text too; the sealed text is at {at}, word {origin.ordinal}"
            yield Problem(term.place, "glossary-quotes", what, fix)
