"""The page of terms: what the portal's words mean, and what they are called in its other languages."""

from __future__ import annotations

from typing import Any

from communique.glossary import PAGE, Term
from communique.languages import typography
from communique_pelican.run import Run
from communique_pelican.sealed_lists import Write


def write_glossary(run: Run, write: Write) -> None:
    _ = run.messages[run.lang].gettext
    terms = sorted(run.catalogue.glossary.terms, key=lambda term: typography.sort_key(term.names[run.lang], run.lang))
    shown = {
        # Translators: title of the page that says what words mean
        "title": _("Glossary"),
        "terms": [_shown(term, run) for term in terms],
    }
    write(f"{PAGE}/index.html", PAGE, shown, [])


def _shown(term: Term, run: Run) -> dict[str, Any]:
    lang = run.lang
    others = [
        {
            "language": typography.endonym(code),
            "called": term.called(code),
            "lang": code,
            "dir": typography.direction(code),
        }
        for code in run.catalogue.site.languages
        if code != lang
    ]
    return {
        "id": term.anchor,
        "name": term.names[lang],
        "abbreviation": term.abbreviations.get(lang, ""),
        "definition": term.definitions[lang],
        "others": others,
        "avoided": list(term.avoided.get(lang, ())),
    }
