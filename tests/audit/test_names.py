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
        ("The Ocean Lily.", "The Ocean Lily.", "de"),
    ],
)
def test_ordinary_words_and_other_dates_are_not_listed(sealed, public, lang):
    if lang == "de":
        other = dataclasses.replace(known(sealed, public), public=(PublicText(public, "body", Place("x"), lang="fr"),))
        assert pending_confirmations(other) == ()
    else:
        assert terms(sealed, public, lang) == []


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
