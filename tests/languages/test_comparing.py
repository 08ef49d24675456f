"""Warnings on what a translation says otherwise than its original: right ones, at both lines, and nothing sealed."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

import pytest

from communique.documents.catalogue import Document, Text, read_catalogue
from communique.documents.kinds import FrontMatter
from communique.languages.comparing import by_pins, compare_document, differing, facts_of
from communique.languages.number_words import knows, said_numbers
from communique.languages.pins import pins_of
from communique.policy import Audience
from communique.problems import Place, Problem
from tests.documents.reading import cut

CONTENT = Path(__file__).parents[2] / "content"
LANGUAGES = ("en", "es", "fr", "de", "ar")
PUBLIC = Audience(("public",))


def text(lang: str, body: str, summary: str = "", audience: Audience = PUBLIC) -> Text:
    front = FrontMatter(Place(f"{lang}.md", 1), audience, "en", summary, lang == "en", date=datetime.date(2008, 10, 1))
    return Text(f"{lang}.md", lang, front, cut(body), body)


def warnings(original: str, translation: str, lang: str = "fr") -> list[Problem]:
    texts = {"en": text("en", original), lang: text(lang, translation)}
    return list(compare_document(Document("a/b", "en", texts), LANGUAGES))


@pytest.mark.parametrize(
    ("one", "other", "original", "translation"),
    [
        ("en", "fr", "The seventeenth meeting, on 25–26 September 2008", "La 17e réunion, les 25 et 26 septembre 2008"),
        ("en", "es", "25,000 tonnes and 1.5 million euros", "25 000 toneladas y 1,5 millones de euros"),
        ("en", "es", "1.2 billion dollars", "1200 millones de dólares"),
        ("en", "de", "1,500 officers of twenty-five states", "1.500 Beamte aus fünfundzwanzig Staaten"),
        ("en", "de", "at 6:30 p.m. on 3 May 2009", "am 3. Mai 2009 um 18.30 Uhr"),
        ("en", "fr", "at 18:00 or 6.30 p.m.", "à 18 h ou à 18 h 30"),
        ("en", "ar", "on 25 September 2008 twenty-five states met", "في ٢٥ سبتمبر ٢٠٠٨ اجتمعت خمس وعشرون دولة"),
        ("en", "fr", "ninety-seven; seventy-one; eighty", "quatre-vingt-dix-sept ; soixante et onze ; quatre-vingts"),
        ("en", "es", "two hundred and forty-three", "doscientos cuarenta y tres"),
        ("en", "es", "the twenty-first century, Chapter VII", "el siglo XXI, capítulo VII"),
        ("en", "es", "2007-08, on 15/11/2008", "2007-2008, el 15 de noviembre de 2008"),
        ("en", "fr", "12 May and 14 May 2009", "12 et 14 mai 2009"),
        ("en", "es", "By May it may march on in March 2009", "Para mayo podrá avanzar, en marzo de 2009"),
        ("en", "fr", "a fortnight; three months; both", "quinze jours ; un trimestre ; les deux"),
        ("en", "es", "5 per cent of hundreds", "el 5 por ciento de cientos"),
        ("en", "es", "<https://un.example/en/a> and [b](doc:x/y)", "<https://un.example/es/a> y [b](doc:x/y)"),
        ("en", "fr", "[a](https://en.wiki.example/x)", "[a](https://fr.wiki.example/x)"),
        ("en", "pt", "The seventeenth meeting of 20 states", "A décima sétima reunião de vinte Estados"),
        ("en", "es", "1. First\n2. Second", "1. Primero\n2. Segundo"),
    ],
)
def test_the_same_said_otherwise_is_no_difference(one: str, other: str, original: str, translation: str) -> None:
    both = facts_of(original, one, LANGUAGES), facts_of(translation, other, LANGUAGES)

    assert list(differing(*both, small=knows(one) and knows(other))) == []


@pytest.mark.parametrize(
    ("original", "translation", "code"),
    [
        ("On 25 September.", "Le 26 septembre.", "other-number"),
        ("It took twelve days.", "Il a fallu treize jours.", "other-number"),
        ("1.5 million", "1,5 milliard", "other-number"),
        ("By May 2009.", "D’ici à juin 2009.", "other-date"),
        ("See [it](doc:a/b#p4).", "Voir [ceci](doc:a/b#p5).", "other-link"),
        ("See PSI/OEG/17/SR.1.", "Voir PSI/OEG/17/SR.2.", "other-reference"),
        ("There are [](figure:states).", "Il y en a [](figure:cases).", "other-figure"),
    ],
)
def test_each_kind_of_difference_is_warned_of(original: str, translation: str, code: str) -> None:
    assert [problem.code for problem in warnings(original, translation)] == [code]


def test_a_warning_shows_both_lines() -> None:
    problem = warnings(
        "A.\n\nThe ship sailed\non 25 September.", "A.\n\nUn.\n\nDeux.".replace("\n\nDeux.", " Le 26 septembre.")
    )[0]

    assert problem.place == Place("fr.md", 5, 1)
    assert problem.what == "¶2 has the number “26” where the original (en.md:6) has “25”"
    assert problem.next == "en.md:6  on 25 September.\n    fr.md:5  Un. Le 26 septembre."


@pytest.mark.parametrize(
    ("original", "translation"),
    [
        ("::: oeg\nOn 25 September.\n:::", "::: oeg\nLe 26 septembre.\n:::"),
        ("A [on 25 September]{oeg}.", "A [le 26 septembre]{oeg}."),
        ("- a\n- on 25 September {oeg}", "- a\n- le 26 septembre {oeg}"),
    ],
)
def test_of_sealed_text_a_warning_tells_lines_alone(original: str, translation: str) -> None:
    problem = warnings(original, translation)[0]

    assert "its text is sealed and not shown" in problem.what
    assert not {"25", "26", "eptember", "eptembre"} & set(str(problem).replace("“", " ").replace(".", " ").split())
    assert "en.md:" in problem.what


def test_beside_what_is_sealed_the_public_words_are_shown_and_the_sealed_ones_left_out() -> None:
    problem = warnings("On 25 May, [it leaked]{oeg}.", "Le 26 mai, [cela a fui]{oeg}.")[0]

    assert "“26” where" in problem.what
    assert "[…]" in problem.next
    assert "leaked" not in str(problem)
    assert "fui" not in str(problem)


def test_title_and_summary_are_compared() -> None:
    texts = {"en": text("en", "A.", "Before 3 June."), "fr": text("fr", "A.", "Avant le 4 juin.")}

    found = list(compare_document(Document("a/b", "en", texts), LANGUAGES))
    assert [problem.what.partition(" ")[0] for problem in found] == ["the"]
    assert "the summary has the number “4”" in found[0].what


def test_what_has_changed_since_the_translation_was_pinned_is_not_compared() -> None:
    def pin(told: str) -> str:
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()

    before, mine = text("en", "On 25 May.\n\nOn 3 June."), text("fr", "Le 25 mai.\n\nLe 4 juin.")
    pins = {("a/b", "fr"): pins_of(before, mine, [0, 1], pin)}
    now = text("en", "On 28 May the text is another.\n\nOn 3 June.")
    found = list(compare_document(Document("a/b", "en", {"en": now, "fr": mine}), LANGUAGES, by_pins(pins, pin)))

    assert [(problem.place.line, problem.code) for problem in found] == [(5, "other-number")]


def test_small_figures_are_not_compared_with_a_language_whose_number_words_nobody_wrote_down() -> None:
    assert warnings("17 states, 1540", "dezassete Estados, 1540", "pt") == []
    assert [one.code for one in warnings("17 states, 1540", "17 Estados, 1541", "pt")] == ["other-number"]


@pytest.mark.parametrize(
    ("lang", "words", "value"),
    [
        ("en", "one hundred and twenty-one thousand", 121_000),
        ("es", "treinta y nueve", 39),
        ("es", "décima séptima", 17),
        ("fr", "mille deux cent quatre-vingt-douze", 1292),
        ("de", "zweiundvierzigste", 42),
        ("ar", "خمسة عشر", 15),
        ("ar", "السابعة والعشرين", 27),
    ],
)
def test_numbers_are_read_in_words(lang: str, words: str, value: int) -> None:
    assert [one.value for one in said_numbers(words, lang)[0]] == [value]


def test_the_site_s_own_translations_have_at_most_two_warnings_in_a_hundred() -> None:
    catalogue = read_catalogue(CONTENT)
    pairs = sum(len(document.texts) - 1 for document in catalogue.documents.values())
    found = [
        problem
        for document in catalogue.documents.values()
        for problem in compare_document(document, catalogue.site.languages)
    ]

    assert pairs >= 79
    assert len(found) <= pairs * 0.02, "\n".join(map(str, found))
