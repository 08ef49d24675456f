"""Warnings on what a translation says otherwise than its original: right ones, at both lines, and nothing sealed."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

import pytest

from communique.documents.catalogue import read_catalogue
from communique.documents.document import Document, Text
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
        ("en", "de", "Mind the eighth report.", "Achten Sie auf den achten Bericht."),
        ("en", "es", "XXL for VIPs, chapter XIV", "XXL para VIP, capítulo XIV"),
        ("en", "es", "at 9.15 a.m.", "a las 9.15"),
        ("en", "fr", "at 9.15 a.m.", "à 9.15"),
        ("en", "es", "at 6 p.m. or 6.30 p.m.", "a las 6 de la tarde o a las 18.30"),
        ("en", "fr", "at six o’clock in the evening", "à 18 heures"),
        ("en", "es", "at 7 in the evening", "a las 19:00"),
        ("en", "fr", "at two o'clock in the afternoon", "à 14 h"),
        ("es", "fr", "a las seis y media de la tarde", "à 18 h 30"),
        ("fr", "de", "à six heures du soir", "um 18 Uhr"),
        ("de", "en", "um acht Uhr abends", "at 20:00"),
        ("en", "ar", "at 18:00", "في الساعة السادسة مساءً"),
        ("en", "es", "Two dozen ships", "Veinticuatro buques"),
        ("en", "fr", "Three dozen ships", "Trente-six navires"),
        ("es", "fr", "Media docena de buques", "Six navires"),
        ("en", "es", "in the 1990s", "en los años noventa"),
        ("en", "fr", "in the 1990s", "dans les années 1990"),
        ("en", "fr", "in the nineties", "dans les années quatre-vingt-dix"),
        ("es", "fr", "en la década de 1990", "dans les années 90"),
        ("en", "es", "two decades", "veinte años"),
        ("en", "es", "a quarter of an hour", "quince minutos"),
        ("en", "fr", "three quarters of an hour", "quarante-cinq minutes"),
        ("en", "es", "an 18-month plan", "un plan de año y medio"),
        ("en", "es", "-5 degrees, pages 10 -15", "5 grados bajo cero, páginas 10-15"),
        ("en", "fr", "minus 5 degrees", "−5 degrés"),
        ("en", "fr", "between 9 a.m. and 5 p.m.", "entre 9 h et 17 h"),
        ("en", "es", "June 3–5 and 4 July 2008", "del 3 al 5 de junio y el 4 de julio de 2008"),
        ("en", "es", "5 nautical miles, 3 weeks", "5 millas náuticas, 3 semanas"),
        ("en", "ar", "one hundred and seventy-two, twelve", "مئة واثنين وسبعين، اثنا عشر"),
    ],
)
def test_the_same_said_otherwise_is_no_difference(one: str, other: str, original: str, translation: str) -> None:
    both = facts_of(original, one, LANGUAGES), facts_of(translation, other, LANGUAGES)

    assert list(differing(*both, small=knows(one) and knows(other))) == []
    assert list(differing(*reversed(both), small=knows(one) and knows(other))) == []


@pytest.mark.parametrize(
    ("lang", "original", "translation", "what"),
    [
        (
            "es",
            "On 3 June 2008 and 4 July 2008.",
            "El 4 de junio de 2008 y el 3 de julio de 2008.",
            "has the date “3 de julio”, “4 de junio” where the original (en.md:3) has “3 June”, “4 July”",
        ),
        (
            "fr",
            "3 June 2008 and 4 June 2009.",
            "Le 3 juin 2009 et le 4 juin 2008.",
            "has the date “3 juin 2009”, “4 juin 2008” where the original (en.md:3) has “3 June 2008”, “4 June 2009”",
        ),
        (
            "es",
            "In June 2008 and July 2009.",
            "En junio de 2009 y julio de 2008.",
            "has the date “junio de 2009”, “julio de 2008” where the original (en.md:3) has “June 2008”, “July 2009”",
        ),
        (
            "es",
            "Between 09:00 and 17:00.",
            "Entre las 17:00 y las 09:00.",
            "has the interval “17:00 y las 09:00” where the original (en.md:3) has “09:00 and 17:00”",
        ),
        (
            "fr",
            "From 3 June to 4 July.",
            "Du 4 juillet au 3 juin.",
            "has the interval “4 juillet au 3 juin” where the original (en.md:3) has “3 June to 4 July”",
        ),
        ("es", "-5 degrees.", "5 grados.", "has the number “5” where the original (en.md:3) has “-5”"),
        ("fr", "5 degrees.", "(−5) degrés.", "has the number “−5” where the original (en.md:3) has “5”"),
        ("es", "At 5 km.", "A 5 millas.", "has the quantity “5 millas” where the original (en.md:3) has “5 km”"),
        ("ar", "73 states", "اثنين وسبعين", "has the number “اثنين وسبعين” where the original (en.md:3) has “73”"),
        (
            "es",
            "1,500 containers",
            "1,500 contenedores",
            "has the number “1,500” as the original (en.md:3) writes it: here it reads otherwise",
        ),
    ],
)
def test_what_belongs_to_a_number_is_compared_with_it(lang: str, original: str, translation: str, what: str) -> None:
    assert [problem.what for problem in warnings(original, translation, lang)] == ["¶1 " + what]


@pytest.mark.parametrize(
    ("lang", "original", "translation"),
    [
        ("es", "1,500 containers", "1.500 contenedores"),
        ("es-MX", "1,500 containers", "1,500 contenedores"),
        ("fr", "Rule 3.104 applies.", "La règle 3.104 s’applique."),
    ],
)
def test_what_reads_the_same_in_the_other_language_is_no_difference(lang: str, original: str, translation: str) -> None:
    assert warnings(original, translation, lang) == []


@pytest.mark.parametrize(
    ("original", "translation"),
    [("{}", "{}"), ("-{}", "-{}"), ("{} million", "{} millones"), ("{} June 2008", "{} de junio de 2008")],
)
def test_a_number_longer_than_an_int_may_be_is_compared_like_any_other(original: str, translation: str) -> None:
    long = "9" * 5000

    assert warnings(f"About {original.format(long)}", f"Unos {translation.format(long)}", "es") == []
    problems = warnings(f"About {original.format(long)}", f"Unos {translation.format(long[:-1] + '8')}", "es")
    assert [problem.code for problem in problems] == ["other-number"]
    assert [one.code for one in warnings(long, f"{long}0", "pt")] == ["other-number"]


def test_hundreds_of_hundreds_are_numbers_of_their_own() -> None:
    assert {one.value for one in said_numbers("hundred " * 2500, "en")[0]} == {100}


def test_a_table_of_dated_rows_is_read_row_by_row() -> None:
    rows = [f"| {1 + at % 28} June 19{10 + at % 80} | from 3 to {at % 9 + 4} km |" for at in range(40)]
    alone = [[(one.sort, one.first, one.second) for one in facts_of(row, "en").joined] for row in rows]
    whole = facts_of("\n".join(rows), "en").joined

    assert sorted((one.sort, one.first, one.second) for one in whole) == sorted(one for row in alone for one in row)
    assert len(whole) == 40 * 5


def test_an_unbalanced_quotation_mark_begins_no_quotation() -> None:
    said = f"“One. {SENTENCE} “Two” «Un. «Deux» „Eins. „Zwei“"
    assert [problem.code for problem in warnings(said, said, "es")] == ["other-language"]


SENTENCE = "The committee met on 3 September and heard four reports about ports."


def test_a_paragraph_left_in_the_originals_language_is_told_as_that_and_as_nothing_else() -> None:
    problems = warnings(f"A.\n\n{SENTENCE}", f"B.\n\n{SENTENCE}", "es")

    assert [(problem.code, problem.place.line) for problem in problems] == [("other-language", 5)]
    assert problems[0].what == "¶2 says word for word what the original (en.md:5) says: it is not translated"
    assert problems[0].next.endswith("\n    es.md:5  The committee met on 3 September and heard f …")


def test_a_summary_left_in_the_originals_language_is_told() -> None:
    texts = {lang: text(lang, "A.", SENTENCE) for lang in ("en", "fr")}

    found = list(compare_document(Document("a/b", "en", texts), LANGUAGES))
    assert [problem.what.partition(" says")[0] for problem in found] == ["the summary"]


def test_of_a_sealed_paragraph_left_in_the_originals_language_no_word_is_told() -> None:
    problem = warnings(f"::: oeg\n{SENTENCE}\n:::", f"::: oeg\n{SENTENCE}\n:::")[0]

    assert "is not translated" in problem.what
    assert "committee" not in str(problem)


@pytest.mark.parametrize(
    "body",
    [
        f"> {SENTENCE}",
        f"“{SENTENCE}”",
        f"*{SENTENCE}*",
        f"## {SENTENCE}",
        "`one two three four five six`",
        "Ana Pérez, John Smith of Kiribati, the Cook Islands Maritime Force, 12 Main Street, Suva",
        "- 1,500 km\n- 2,500 km\n- 3,500 km\n- 4,500 km\n- 5,500 km",
        "Pacta sunt servanda.",
    ],
)
def test_names_figures_titles_and_quotations_may_be_the_same_in_both_languages(body: str) -> None:
    assert warnings(body, body, "es") == []


@pytest.mark.parametrize(
    ("original", "translation", "code"),
    [
        ("On 25 September.", "Le 26 septembre.", "other-number"),
        ("It took twelve days.", "Il a fallu treize jours.", "other-number"),
        ("At six o'clock in the evening.", "À 17 heures.", "other-number"),
        ("At six o'clock in the morning.", "À 18 heures.", "other-number"),
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
        ("ar", "اثنين وسبعين", 72),
        ("ar", "مئة واثنين وسبعين", 172),
        ("ar", "الحادي والعشرين", 21),
        ("ar", "اثني عشر", 12),
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
