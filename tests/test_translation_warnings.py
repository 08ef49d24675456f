"""What stops no build is told to the editor at its line, and sealed words are told to nobody."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

from rich.console import Console

from communique.documents.catalogue import Catalogue, read_catalogue
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


def test_warnings_are_counted_and_said_to_stop_nothing() -> None:
    shown = Console(file=io.StringIO(), width=400)
    warnings = translation_warnings(with_text("fr", "\u00a0: journées", ": journées"), {}, lambda text: text)
    warn(shown, warnings)
    warn(shown, [])

    assert isinstance(shown.file, io.StringIO)
    text = shown.file.getvalue()
    assert text.startswith(f"content/{PAPER}/fr.md:6:")
    assert text.endswith("1 warning: worth a look, and nothing is stopped by it\n")
