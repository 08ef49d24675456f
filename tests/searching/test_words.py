"""Words are found however they are typed: accents, capitals, ligatures, forms."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest

from communique.searching.words import fold, is_word, typed_words, words_of

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("lang", "written", "typed"),
    [
        ("es", "Prohibición de la navegación", "prohibicion navegacion"),
        ("fr", "L’œuvre de l’État côtier", "oeuvre etat cotier"),
        ("de", "Straße über Köln", "strasse uber koln"),
        ("ar", "السُّفُنِ", "السفن"),
        ("ar", "الإرهاب", "الارهاب"),
        ("ar", "المبادرة ٢٠٠٨", "المبادره 2008"),
        ("en", "co\u00adoperation ﬁve", "cooperation five"),
        ("en", "PSI/OEG/17/CS.1", "psi oeg 17 cs 1"),
    ],
)
def test_what_is_typed_without_marks_is_what_is_written_with_them(lang: str, written: str, typed: str) -> None:
    forms = [form for form, _ in words_of(written, lang)]
    assert set(typed_words(typed)) <= set(forms)
    assert typed_words(written) == forms


@pytest.mark.parametrize(
    ("lang", "forms"),
    [
        ("en", "interdict interdicted interdiction interdictions"),
        ("es", "buque buques"),
        ("fr", "navire navires"),
        ("de", "Schiffen Schiffe"),
        ("ar", "سفينة سفن"),
    ],
)
def test_the_forms_of_a_word_have_one_stem(lang: str, forms: str) -> None:
    stems = {stem for _, stem in words_of(forms, lang)}
    assert len(stems) == 1 or lang == "ar", "an Arabic plural may be a word of its own"


def test_a_language_without_a_stemmer_keeps_its_words_as_they_are() -> None:
    assert list(words_of("Ships sail", "xx")) == [("ships", "ships"), ("sail", "sail")]


def test_single_letters_say_too_little_and_single_digits_do_not() -> None:
    assert [is_word(form) for form in ("a", "7", "é", "ab")] == [False, True, True, True]


@pytest.mark.node
def test_the_browser_folds_every_letter_as_the_index_does() -> None:
    """The same rules in two languages: every letter of the scripts our languages use, and strings made of them."""
    ranges = [
        (0x20, 0x250),
        (0x300, 0x370),
        (0x386, 0x3CF),
        (0x400, 0x460),
        (0x600, 0x6FF),
        (0x1E00, 0x1EFF),
        (0xFB00, 0xFB07),
    ]
    letters = [chr(code) for first, last in ranges for code in range(first, last)]
    chance = random.Random(20081103)
    texts = letters + ["".join(chance.choices(letters, k=12)) for _ in range(400)]
    script = PROJECT / "theme/static/js/search-index.js"
    program = f"""
globalThis.window = globalThis;
window.Communique = {{ loading: {{ run() {{}}, problem: (code) => new Error(code) }} }};
require({json.dumps(str(script))});
const texts = JSON.parse(require("fs").readFileSync(0, "utf-8"));
console.log(JSON.stringify(texts.map((text) => window.Communique.searchIndex.formsIn(text))));
"""
    ran = subprocess.run(["node", "-e", program], input=json.dumps(texts), capture_output=True, text=True, check=True)
    differing = [text for text, forms in zip(texts, json.loads(ran.stdout), strict=True) if forms != typed_words(text)]
    assert differing == []
    assert fold("ﬁ") == "fi"
