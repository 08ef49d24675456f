"""Names and figures that stand in sealed and public text, and the confirmations that settle them."""

from __future__ import annotations

import dataclasses

import pytest

from communique.audit import (
    Confirmation,
    Known,
    PublicText,
    SealedText,
    Tree,
    confirming,
    pending_confirmations,
    read_confirmations,
    unused_confirmations,
    write_confirmations,
)
from communique.audit.names import names
from communique.problems import Place, Refused
from communique.strict_yaml import load_yaml


def known(sealed: str, public: str, lang: str = "en", **more: str) -> Known:
    texts = [PublicText(public, "body", Place("content/news/one/en.md", 10), "news/one", lang)]
    texts += [PublicText(text, role, Place(f"{role}.yaml")) for role, text in more.items()]  # type: ignore[arg-type]
    part = SealedText("debriefings/lily", lang, "s3", ("oeg",), Place("content/debriefings/lily/en.md", 41), sealed)
    return Known(sealed=(part,), public=tuple(texts))


def terms(sealed: str, public: str, lang: str = "en", **more: str) -> list[str]:
    return [pending.term for pending in pending_confirmations(known(sealed, public, lang, **more))]


@pytest.mark.parametrize(
    ("sealed", "public", "lang", "expected"),
    [
        ("The cargo of the Ocean Lily was held.", "We thank the crew of Ocean Lily.", "en", ["Ocean Lily"]),
        ("A letter to Captain Ferrer.", "A captain named Ferrer spoke.", "en", ["Ferrer"]),
        ("It was Ferrer. Ferrer said so.", "We met Ferrer.", "en", ["Ferrer"]),
        ("Ferrer said so.", "We met Ferrer.", "en", ["Ferrer"]),
        ("It concerned Ferrer’s ship.", "We met Ferrer.", "en", ["Ferrer"]),
        ("El buque Mar de Plata zarpó.", "Vimos el Mar de Plata.", "es", ["Mar de Plata"]),
        ("Le rapport de l’Ocean Lily.", "À bord d’Ocean Lily.", "fr", ["Ocean Lily"]),
        ("The IMO told us.", "We wrote to the IMO.", "en", ["IMO"]),
        ("It weighed 14,250 kg.", "In all 14 250 kilos.", "en", ["14,250"]),
        ("On 4 November 2008 it sailed.", "Events of November 4, 2008.", "en", ["4 November 2008"]),
        ("El 4 de noviembre de 2008.", "Fue el 4 de noviembre de 2008.", "es", ["4 de noviembre de 2008"]),
        ("Le 4 novembre 2008.", "C’était le 4 novembre 2008.", "fr", ["4 novembre 2008"]),
    ],
)
def test_a_name_or_figure_in_both_is_listed(sealed, public, lang, expected):
    assert terms(sealed, public, lang) == expected


@pytest.mark.parametrize(
    ("sealed", "public", "lang"),
    [
        ("The ship was held.", "The ship sailed.", "en"),
        ("We met the Chairman.", "Our Chairman spoke; a chairman listens.", "en"),
        ("However, it sailed. Meanwhile they met.", "However, it sailed. Meanwhile they met.", "en"),
        ("It sailed in November.", "We meet in November.", "en"),
        ("On 12 November 2008.", "On 12 December 2008.", "en"),
        ("12 kilos", "On 12 November 2008.", "en"),
        ("4 ships", "4 ships", "en"),
    ],
)
def test_ordinary_words_and_other_dates_are_not_listed(sealed, public, lang):
    assert terms(sealed, public, lang) == []


def across(sealed: dict[str, str], public: dict[str, str]) -> list[tuple[str, str, str]]:
    """What waits, with the language in which it is sealed and the one in which it is public."""
    parts = [
        SealedText("debriefings/lily", lang, "s3", ("oeg",), Place(f"content/debriefings/lily/{lang}.md", 41), text)
        for lang, text in sealed.items()
    ]
    texts = [
        PublicText(text, "body", Place(f"content/news/one/{lang}.md", 10), "news/one", lang)
        for lang, text in public.items()
    ]
    found = pending_confirmations(Known(sealed=tuple(parts), public=tuple(texts)))
    return [(one.term, one.lang, one.public_in or one.lang) for one in found]


@pytest.mark.parametrize(
    ("sealed", "public", "term"),
    [
        ({"en": "The cargo of the Ocean Lily."}, {"fr": "À bord de l’Ocean Lily."}, ("Ocean Lily", "en", "fr")),
        ({"en": "It weighed 14,250 kg."}, {"es": "En total 14.250 kilos."}, ("14,250", "en", "es")),
        ({"en": "It held 12.5 litres."}, {"fr": "Il contenait 12,5 litres."}, ("12.5", "en", "fr")),
        ({"es": "El 4 de noviembre de 2008."}, {"en": "On 4 November 2008."}, ("4 de noviembre de 2008", "es", "en")),
        ({"fr": "Une lettre à l’OMI."}, {"es": "Escribimos a la OMI."}, ("OMI", "fr", "es")),
        ({"de": "Die Ladung der Ocean Lily."}, {"en": "The Ocean Lily sailed."}, ("Ocean Lily", "de", "en")),
        ({"en": "It weighed 14,250 kg."}, {"ar": "الوزن ١٤٬٢٥٠ كيلوغراما"}, ("14,250", "en", "ar")),
    ],
)
def test_what_is_sealed_in_one_language_and_public_in_another_is_listed(sealed, public, term):
    assert across(sealed, public) == [term]


def test_what_is_public_in_its_own_language_is_asked_about_once():
    texts = {"en": "We met the Ocean Lily.", "fr": "Nous avons vu l’Ocean Lily."}

    assert across({"en": "The Ocean Lily."}, texts) == [("Ocean Lily", "en", "en")]
    assert across({"en": "The Ocean Lily.", "fr": "À bord de l’Ocean Lily."}, {"fr": texts["fr"]}) == [
        ("Ocean Lily", "fr", "fr")
    ]


def test_a_word_of_the_other_language_is_no_name_there():
    assert across({"en": "A word for the Marine."}, {"fr": "La Marine et la marine."}) == []


def test_german_nouns_are_no_names_and_names_among_them_are():
    sealed = {"de": "Die Ladung gehört Kapitän Ferrer und der IMO."}
    public = {"de": "Der Kapitän sah die Ladung. Herr Ferrer schrieb der IMO.", "en": "A man called Ferrer."}

    assert sorted(across(sealed, public)) == [("Ferrer", "de", "de"), ("IMO", "de", "de")]


def test_the_message_names_the_other_language_and_not_the_word():
    part = SealedText("debriefings/lily", "en", "s3", ("oeg",), Place("en.md", 41), "The crew of the Ocean Lily.")
    public = PublicText("L’équipage de l’Ocean Lily.", "body", Place("fr.md", 10), "news/one", "fr")
    problem = names(Tree({}), Known(sealed=(part,), public=(public,)))[0]

    assert "in another language (fr), at fr.md:10" in problem.what
    assert "Lily" not in str(problem)


@pytest.mark.parametrize("role", ["front", "data", "interface"])
def test_what_the_site_says_of_itself_needs_no_confirmation(role):
    assert terms("In New Zealand on 2008-11-04.", "We met in New Zealand on 2008-11-04.") != []
    data = {role: '{en: "New Zealand"}\ndate: 2008-11-04'}
    assert terms("In New Zealand on 2008-11-04.", "We met in New Zealand on 2008-11-04.", **data) == []


def test_the_message_tells_where_and_never_what():
    problems = names(Tree({}), known("One.\n\nThe crew of the Ocean Lily.", "One.\n\nTwo.\n\nThe Ocean Lily."))
    assert [problem.code for problem in problems] == ["name-in-public"]
    assert str(problems[0].place) == "content/debriefings/lily/en.md:43"
    assert "its word 6" in problems[0].what
    assert "content/news/one/en.md:14" in problems[0].what
    assert "Lily" not in repr(problems)
    assert "Lily" not in repr(pending_confirmations(known("The Ocean Lily.", "The Ocean Lily.")))


def test_a_confirmed_term_is_not_asked_again_in_any_language_of_its_document():
    pending = pending_confirmations(known("The Ocean Lily, 14,250 kg.", "The Ocean Lily, 14 250 kg."))
    confirmed = confirming(pending, by="A. Editor", on="2008-11-03", reason="in the press release")
    assert len(confirmed) == 2
    for lang in ("en", "es"):
        again = dataclasses.replace(
            known("The Ocean Lily, 14,250 kg.", "The Ocean Lily, 14 250 kg.", lang), confirmed=confirmed
        )
        assert pending_confirmations(again) == ()
        assert unused_confirmations(again) == ()


def test_a_confirmation_counts_for_its_own_document_only():
    other = Confirmation("debriefings/other", "Ocean Lily", "A. Editor", "2008-11-03", "why")
    still = dataclasses.replace(known("The Ocean Lily.", "The Ocean Lily."), confirmed=(other,))
    assert len(pending_confirmations(still)) == 1
    assert unused_confirmations(still) == (other,)


def test_confirmations_are_written_as_they_are_read():
    confirmed = (
        Confirmation("a/b", 'the "Lily": #1', "No", "2008-11-03", "yes: it is"),
        Confirmation("a/b", "12:30", "É. Ditrice", "2008-11-03", "why"),
        Confirmation("c/d", "Maru", "A", "2008-11-04", "why"),
    )
    text = write_confirmations(confirmed)
    assert read_confirmations(load_yaml(text, "content/data/confirmed.yaml")) == tuple(sorted(confirmed))
    assert write_confirmations(reversed(confirmed)) == text
    assert read_confirmations(load_yaml(write_confirmations([]), "c.yaml")) == ()


def test_a_confirmation_without_a_person_a_day_and_a_reason_is_refused():
    text = 'a/b:\n  - term: "x"\n    by: ""\n    on: soon\n    reason: y\n  - term: z\n    because: no\n'
    with pytest.raises(Refused) as refused:
        read_confirmations(load_yaml(text, "c.yaml"))
    assert {problem.code for problem in refused.value.problems} == {
        "bad-date",
        "not-text",
        "unknown-key",
        "missing-key",
    }
