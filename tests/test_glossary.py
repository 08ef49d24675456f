"""The glossary's data: what an editor writes is understood, or refused where it stands; and where texts use terms."""

from __future__ import annotations

import random

import pytest

from communique.glossary import Glossary, read_glossary
from communique.problems import Refused
from communique.strict_yaml import load_yaml

GOOD = """\
terms:
  - id: oeg
    term: {en: "Operational Experts Group", fr: "Groupe d’experts opérationnels"}
    abbreviation: {en: OEG, fr: GEO}
    avoid: {fr: ["Groupe des experts"]}
    definition: {en: "Twenty states.", fr: "Vingt États."}
  - id: non-paper
    term: {en: "non-paper", fr: "document officieux"}
    forms: {en: ["non-papers"], fr: ["documents officieux"]}
    also: {fr: [document]}
    definition: {en: "An unsigned paper.", fr: "Un document sans signature."}
  - id: initiative
    term: {en: "Initiative", fr: "Initiative"}
    everyday: true
    expand: false
    definition: {en: "A partnership.", fr: "Un partenariat."}
"""


def glossary(text: str = GOOD) -> Glossary:
    return read_glossary(load_yaml(text, "g.yaml"), ("en", "fr"))


def refused(text: str) -> list[tuple[str, int]]:
    with pytest.raises(Refused) as caught:
        glossary(text)
    return [(problem.code, problem.place.line) for problem in caught.value.problems]


def used(text: str, lang: str = "en") -> list[tuple[str, str]]:
    return [(use.term.id, use.written) for use in glossary().terms_in(text, lang)]


def test_terms_are_found_in_their_forms_with_any_blank_apostrophe_and_hyphen() -> None:
    assert used("Non-papers of the OEG, the Operational\nExperts Group; a non‑paper.") == [
        ("non-paper", "Non-papers"),
        ("oeg", "OEG"),
        ("oeg", "Operational\nExperts Group"),
        ("non-paper", "non‑paper"),
    ]
    assert used("Le Groupe d'experts\u00a0opérationnels (GEO)", "fr") == [
        ("oeg", "Groupe d'experts\u00a0opérationnels"),
        ("oeg", "GEO"),
    ]


def test_what_is_written_with_a_capital_is_a_name_and_an_abbreviation_is_no_other_word() -> None:
    assert used("on their own initiative; the Initiative; oeg") == [("initiative", "Initiative")]


@pytest.mark.parametrize("text", ["PSI/OEG/17", "OEG/17", "OEG-wide", "pre-OEG", "OEGs", "a non-papery", "doc:x/oeg"])
def test_a_part_of_a_symbol_a_compound_or_a_longer_word_is_no_term(text: str) -> None:
    assert used(text) == []


def test_offsets_lead_to_what_was_written_in_any_text() -> None:
    words = ["OEG", "non-papers", "Operational Experts Group", "é", "\n", "（", "*", "’", " ", "x/", "-", "Initiative"]
    chance = random.Random(5)
    for _ in range(300):
        text = "".join(chance.choice(words) for _ in range(chance.randrange(12)))
        uses = glossary().terms_in(text, "en")
        assert all(text[use.start : use.end] == use.written for use in uses)
        assert [use.start for use in uses] == sorted(use.start for use in uses)


def test_a_language_the_glossary_does_not_know_uses_no_term() -> None:
    assert used("OEG", "de") == []


def test_a_translation_says_a_term_by_whatever_may_stand_for_it() -> None:
    known = glossary()
    paper = next(term for term in known.terms if term.id == "non-paper")

    assert known.says(paper, "Le document a été remis.", "fr")
    assert not known.says(paper, "Le texte a été remis.", "fr")
    assert used("Le document a été remis.", "fr") == []


def test_words_to_avoid_are_found_where_they_stand() -> None:
    (found,) = glossary().avoided_in("Le Groupe des experts a siégé.", "fr")

    assert (found.term.id, found.start, found.written) == ("oeg", 3, "Groupe des experts")
    assert glossary().avoided_in("The OEG met.", "en") == ()


def test_a_term_is_called_by_its_name_and_abbreviation() -> None:
    known = glossary()

    assert [known.terms[0].called(lang) for lang in ("en", "fr")] == [
        "Operational Experts Group (OEG)",
        "Groupe d’experts opérationnels (GEO)",
    ]
    assert known.terms[1].called("fr") == "document officieux"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("id: oeg", "id: OEG", [("bad-name", 2)]),
        ("id: non-paper", "id: oeg", [("term-twice", 7)]),
        (', fr: "Groupe d’experts opérationnels"', "", [("missing-key", 3)]),
        ("abbreviation: {en: OEG", "abbreviation: {de: OEG", [("unknown-key", 4)]),
        ("abbreviation: {en: OEG", "abbreviation: {en: the OEG", [("bad-term", 4)]),
        ("avoid: {fr:", "avoids: {fr:", [("unknown-key", 5)]),
        ('["Groupe des experts"]', "Groupe des experts", [("not-a-list", 5)]),
        ('["Groupe des experts"]', "[GEO]", [("term-contradicted", 2)]),
        ('"Twenty states."', '"Twenty [states](doc:states)."', [("plain-text", 6)]),
        ('["non-papers"]', '["OEG"]', [("term-ambiguous", 7)]),
        ("everyday: true", "everyday: yes", [("not-true-or-false", 14)]),
        ("terms:", "words:", [("missing-key", 1), ("unknown-key", 1)]),
    ],
)
def test_what_is_not_understood_is_refused_at_its_line(
    before: str, after: str, expected: list[tuple[str, int]]
) -> None:
    assert before in GOOD
    assert refused(GOOD.replace(before, after, 1)) == expected


def test_compounds_and_joined_words_say_a_term_too_where_it_is_only_asked_whether_it_is_said() -> None:
    text = (
        "terms:\n  - id: oeg\n    term: {en: Experts Group, fr: الفريق}\n    abbreviation: {en: OEG}\n"
        "    definition: {en: Some., fr: Some.}\n"
    )
    known = glossary(text)

    assert known.says(known.terms[0], "an OEG-wide view", "en")
    assert not known.says(known.terms[0], "OEGs", "en")
    assert known.says(known.terms[0], "اجتمع بالفريق", "fr"), "a preposition is part of the word there"
    assert known.terms_in("an OEG-wide view", "en") == ()
