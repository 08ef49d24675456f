"""What stops no build is told to the editor at its line, and sealed words are told to nobody."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

from rich.console import Console

from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.cutting import parse_source
from communique_pelican.console import warn
from communique_pelican.translation_warnings import translation_warnings

CONTENT = Path(__file__).parents[1] / "content"
PAPER = "notices/miami-2009"


def with_text(lang: str, old: str, new: str) -> Catalogue:
    """One document of the site, with other words in one language."""
    catalogue = read_catalogue(CONTENT)
    document = catalogue.documents[PAPER]
    text = document.texts[lang]
    assert old in text.raw
    changed = {**document.texts, lang: dataclasses.replace(text, raw=text.raw.replace(old, new))}
    return dataclasses.replace(catalogue, documents={PAPER: dataclasses.replace(document, texts=changed)})


def told(catalogue: Catalogue) -> list[tuple[str, int, str, str]]:
    found = translation_warnings(catalogue, {}, lambda text: text)
    return [(one.place.file, one.place.line, one.code, one.what) for one in found]


def test_a_french_sign_without_its_blank_and_half_a_spanish_question_are_told_at_their_lines() -> None:
    french, spanish = with_text("fr", "\u00a0: journées", ": journées"), with_text("es", "# ", "# Qué? ")

    assert told(french) == [(f"content/{PAPER}/fr.md", 6, "sign-spacing", "there is no space before :")]
    assert told(spanish) == [(f"content/{PAPER}/es.md", 6, "sign-spacing", "there is no ¿ before ?")]


def test_a_number_typed_into_a_numbered_paper_is_told_in_its_original_alone() -> None:
    catalogue = read_catalogue(CONTENT)
    document = catalogue.documents[PAPER]
    typed = parse_source("# T\n\nA.\n\n2. B.", "x.md", catalogue.policy, document.front.audience)
    texts = {
        lang: dataclasses.replace(text, source=typed, front=dataclasses.replace(text.front, numbering=True))
        for lang, text in document.texts.items()
    }

    found = told(dataclasses.replace(catalogue, documents={PAPER: dataclasses.replace(document, texts=texts)}))

    assert [one[:3] for one in found if one[2] == "typed-number"] == [(f"content/{PAPER}/en.md", 5, "typed-number")]


def test_an_untranslated_copy_is_told_by_its_state_and_by_no_warning() -> None:
    catalogue = with_text("fr", "", "")
    document = catalogue.documents[PAPER]
    original, copy = document.texts["en"], document.texts["fr"]
    texts = {**document.texts, "fr": dataclasses.replace(copy, source=original.source, raw=original.raw + "\nWhy?")}
    documents = {PAPER: dataclasses.replace(document, texts=texts)}

    assert told(dataclasses.replace(catalogue, documents=documents)) == []


def test_warnings_are_counted_and_said_to_stop_nothing() -> None:
    shown = Console(file=io.StringIO(), width=400)
    warnings = translation_warnings(with_text("fr", "\u00a0: journées", ": journées"), {}, lambda text: text)
    warn(shown, warnings)
    warn(shown, [])

    assert isinstance(shown.file, io.StringIO)
    text = shown.file.getvalue()
    assert text.startswith(f"content/{PAPER}/fr.md:6:")
    assert text.endswith("1 warning: worth a look, and nothing is stopped by it\n")


def test_a_paragraph_left_in_the_originals_language_has_its_signs_set_as_there() -> None:
    catalogue = read_catalogue(CONTENT)
    document = catalogue.documents[PAPER]
    left = "Why should the whole committee wait for this any longer?"
    bodies = {
        "en": f"# T\n\nThe committee met in the capital.\n\nIt heard a report about ports.\n\n{left}",
        "fr": f"# T\n\nLe comité s’est réuni en ville.\n\nIl a entendu un rapport sur eux.\n\n{left}",
    }
    texts = {
        lang: dataclasses.replace(
            document.texts[lang],
            source=parse_source(body, f"{lang}.md", catalogue.policy, document.front.audience, first_line=4),
            raw=f"---\naudience: public\n---\n{body}",
        )
        for lang, body in bodies.items()
    }
    found = told(dataclasses.replace(catalogue, documents={PAPER: dataclasses.replace(document, texts=texts)}))

    assert [(line, code) for _, line, code, _ in found if code in ("sign-spacing", "other-language")] == [
        (10, "other-language")
    ]
