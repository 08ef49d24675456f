"""Terms of the glossary in translations: what lacks its equivalent or says it otherwise, and nothing else."""

from __future__ import annotations

import datetime

from communique.documents.document import Document, Text
from communique.documents.kinds import FrontMatter
from communique.glossary import read_glossary
from communique.languages.comparing import Unchanged
from communique.languages.equivalents import compare_terms_of
from communique.policy import Audience
from communique.problems import Place, Problem
from communique.strict_yaml import load_yaml
from tests.documents.reading import cut

GLOSSARY = read_glossary(
    load_yaml(
        """\
terms:
  - id: interdiction
    term: {en: interdiction, es: interdicción}
    forms: {en: [interdictions], es: [interdicciones]}
    also: {es: [medida]}
    avoid: {es: [prohibición]}
    definition: {en: "An action.", es: "Una acción."}
  - id: oeg
    term: {en: "Experts Group", es: "Grupo de Expertos"}
    abbreviation: {en: OEG, es: GEO}
    definition: {en: "Twenty states.", es: "Veinte Estados."}
  - id: observer
    term: {en: observer, es: observador}
    everyday: true
    definition: {en: "A reader.", es: "Un lector."}
""",
        "g.yaml",
    ),
    ("en", "es"),
)


def text(lang: str, body: str) -> Text:
    front = FrontMatter(
        Place(f"{lang}.md", 1), Audience(("public",)), "en", "", lang == "en", date=datetime.date(2008, 10, 1)
    )
    return Text(f"a/b/{lang}.md", lang, front, cut(body))


def warned(original: str, translation: str) -> list[Problem]:
    texts = {"en": text("en", original), "es": text("es", translation)}
    return list(compare_terms_of(Document("a/b", "en", texts), GLOSSARY))


def told(original: str, translation: str) -> list[tuple[str, int]]:
    return [(one.code, one.place.line) for one in warned(original, translation)]


def test_a_translation_that_says_each_term_is_no_warning() -> None:
    assert told("The OEG.\n\n## Interdictions\n\nOne interdiction.", "El GEO.\n\n## Medidas\n\nInterdicciones.") == [
        ("other-term", 5)
    ], "a word that stands for a term is not looked for by its plural"
    assert told("The OEG.\n\nAn interdiction.", "El Grupo de Expertos.\n\nLa medida.") == []


def test_a_block_that_lacks_the_equivalent_is_found_at_its_line_and_says_what_is_missing() -> None:
    (found,) = warned("One.\n\nThe OEG met.", "Uno.\n\nLos expertos se reunieron.")

    assert str(found) == (
        "a/b/es.md:5:1: the original (en.md:5) says “OEG”, and this text does not say “Grupo de Expertos (GEO)” "
        "[other-term]\n    say it so, or add the words that may stand for it to the term oeg in "
        "content/data/glossary.yaml"
    )


def test_words_to_avoid_are_found_in_any_block() -> None:
    assert told("Interdiction.", "La interdicción, no la prohibición.") == [("avoided-term", 3)]


def test_everyday_words_are_not_compared() -> None:
    assert told("An observer.", "Una persona que observa.") == []


def test_of_sealed_text_no_word_is_told() -> None:
    found = warned(
        "One [the OEG]{oeg}.\n\n::: oeg\nInterdiction.\n:::", "Uno [los expertos]{oeg}.\n\n::: oeg\nProhibición.\n:::"
    )

    assert [(one.code, one.place.line) for one in found] == [("avoided-term", 6), ("other-term", 3), ("other-term", 6)]
    letters = "\n".join(map(str, found))
    assert not any(word in letters.casefold() for word in ("interdic", "prohibi", "oeg", "geo", "expert"))


def test_only_blocks_that_were_translated_as_they_are_now_are_compared() -> None:
    texts = {"en": text("en", "The OEG.\n\nThe OEG."), "es": text("es", "Los expertos.\n\nLos expertos.")}
    document = Document("a/b", "en", texts)

    found = compare_terms_of(document, GLOSSARY, lambda _document, _lang: Unchanged(((1, 1),)))

    assert [one.place.line for one in found] == [5]


def test_what_is_left_in_the_originals_language_is_compared_with_no_glossary() -> None:
    assert told("The OEG and a prohibición.", "The OEG and a prohibición.") == []
    assert told("The OEG.\n\nOther.", "The OEG.\n\nPrueba: prohibición.") == [("avoided-term", 5)]
