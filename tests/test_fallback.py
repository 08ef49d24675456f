"""What stands in for a translation that is missing: the chain of its language, and the original without being named."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from communique.documents.document import Document, Text
from communique.documents.fields import KINDS
from communique.problems import Refused
from communique.site import Site, read_site
from communique.strict_yaml import load_yaml
from tests.site_building import SITES

MINIMAL = (SITES / "minimal/content/data/site.yaml").read_text(encoding="utf-8")


def site_with(fallback: str) -> Site:
    text = MINIMAL.replace("languages: [en, es, fr]\n", f"languages: [en, es, fr]\n{fallback}\n")
    return read_site(load_yaml(text, "site.yaml"), KINDS)


def document(original: str, languages: Iterable[str], fallback: str = "") -> Document:
    texts = {lang: Text(f"{lang}.md", lang, None, None) for lang in (original, *languages)}  # type: ignore[arg-type]
    return Document("papers/one", original, texts, fallback=site_with(fallback).fallback)


def shown(document: Document) -> dict[str, str]:
    return {lang: document.text_for(lang).lang for lang in ("en", "es", "fr")}


def test_without_a_chain_the_original_stands_in() -> None:
    assert shown(document("es", ["en"])) == {"en": "en", "es": "es", "fr": "es"}


def test_a_chain_is_followed_in_its_order_and_ends_with_the_original() -> None:
    chain = "fallback: {fr: [es, en]}"
    assert shown(document("en", ["es"], chain)) == {"en": "en", "es": "es", "fr": "es"}
    assert shown(document("en", [], chain)) == {"en": "en", "es": "en", "fr": "en"}
    assert shown(document("fr", [], chain)) == {"en": "fr", "es": "fr", "fr": "fr"}


def test_a_chain_leads_into_no_other_language_s_chain() -> None:
    assert shown(document("en", ["fr"], "fallback: {es: [fr], fr: [es]}")) == {"en": "en", "es": "fr", "fr": "fr"}
    assert shown(document("fr", ["en"], "fallback: {en: [es], es: [en]}")) == {"en": "en", "es": "en", "fr": "fr"}


def test_a_translation_is_always_shown_before_what_could_stand_in() -> None:
    chain = "fallback: {en: [es], es: [fr], fr: [en]}"
    assert shown(document("en", ["es", "fr"], chain)) == {"en": "en", "es": "es", "fr": "fr"}


@pytest.mark.parametrize(
    ("fallback", "code", "column"),
    [
        ("fallback: {es: [pt]}", "unknown-language", 17),
        ("fallback: {pt: [es]}", "unknown-language", 16),
        ("fallback: {es: [es]}", "bad-fallback", 17),
        ("fallback: {es: [en, en]}", "bad-fallback", 21),
        ("fallback: {es: en}", "not-a-list", 16),
        ("fallback: [es, en]", "not-a-mapping", 11),
    ],
)
def test_a_chain_that_is_not_understood_is_refused_where_it_stands(fallback: str, code: str, column: int) -> None:
    with pytest.raises(Refused) as refused:
        site_with(fallback)
    line = MINIMAL.splitlines().index("languages: [en, es, fr]") + 2
    assert [(one.code, one.place.line, one.place.column) for one in refused.value.problems] == [(code, line, column)]
