"""A translation is pinned again only where somebody has worked on it, and never to words it was not made from."""

from __future__ import annotations

import pytest

from communique.documents.document import Text
from communique.documents.numbers import Number
from communique.languages.changes import choice
from communique.languages.pinning import Repinned, acknowledgeable, acknowledged, repinned
from communique.languages.pins import Pins
from communique.problems import Refused
from tests.documents.reading import POLICY
from tests.languages.pinned_texts import pin, pinned, text
from tests.languages.test_changes import A2, A, B, X, body, oeg

ES_A, ES_B, ES_C = "Uno.", "Dos.", "Tres."
ONE, TWO = Number(1), Number(2)


def again(
    original: Text,
    translation: Text,
    before: Pins,
    *,
    read: frozenset[Number | str] | None = frozenset(),
    renders: list[int | None] | None = None,
) -> Repinned:
    return repinned(original, translation, before, POLICY, pin, read_again=read, renders=renders)


BEFORE = pinned(text("en", body(A, B)), text("es", body(ES_A, ES_B)))


def test_a_paragraph_that_was_translated_again_is_current() -> None:
    found = again(text("en", body(A2, B)), text("es", body("Uno, otra vez.", ES_B)), BEFORE)

    assert found.stale == ()
    assert found.pins.blocks[0].pin != BEFORE.blocks[0].pin
    assert found.pins.blocks[1].id == BEFORE.blocks[1].id


def test_a_paragraph_that_nobody_has_worked_on_stays_stale_whatever_is_asked_for() -> None:
    found = again(text("en", body(A2, B)), text("es", body(ES_A, ES_B)), BEFORE)

    assert found.stale == (ONE,)
    assert found.pins.blocks[0].pin == BEFORE.blocks[0].pin


def test_unless_somebody_says_to_have_read_it_again() -> None:
    now, spanish = text("en", body(A2, B)), text("es", body(ES_A, ES_B))

    assert again(now, spanish, BEFORE, read=frozenset({ONE})).stale == ()
    assert again(now, spanish, BEFORE, read=frozenset({TWO})).stale == (ONE,)
    assert again(now, spanish, BEFORE, read=None).stale == ()


def test_a_paragraph_whose_original_was_written_anew_stays_stale_too() -> None:
    found = again(text("en", body(X, B)), text("es", body(ES_A, ES_B)), BEFORE)

    assert found.stale == (ONE,)


def test_what_was_translated_for_fewer_readers_is_not_pinned_to_other_words_for_more() -> None:
    before = pinned(text("en", body(oeg(A), B)), text("es", body(oeg(ES_A), ES_B)))
    now = text("en", body(A2, B))

    with pytest.raises(Refused, match="narrower-words"):
        again(now, text("es", body(ES_A, ES_B)), before)
    with pytest.raises(Refused, match="narrower-words"):
        again(now, text("es", body("Uno, otra vez.", ES_B)), before)
    assert again(now, text("es", body("Uno, otra vez.", ES_B)), before, read=frozenset({ONE})).stale == ()


TALE, AGENT = "The experts met in the harbour and discussed the boarding of vessels.", "The agent was Smith."
LIST = "The list of inspectors is kept by the secretariat and shown on request only."
CUENTO, AGENTE, LISTA = "Los expertos se reunieron en el puerto.", "El agente era SMITH.", "La lista se guarda."
TOLD = pinned(text("en", body(f"{TALE} {AGENT}", oeg(LIST))), text("es", body(f"{CUENTO} {AGENTE}", oeg(LISTA))))
SEALED_SINCE = text("en", body(TALE, oeg(f"{LIST} {AGENT}")))


def test_correcting_a_slip_does_not_pin_what_may_still_say_what_was_sealed() -> None:
    corrected = text("es", body(f"{CUENTO} Pues {AGENTE}", oeg(LISTA)))

    with pytest.raises(Refused, match=r"es\.md:3:1: the original \(en\.md:3\) has changed [^\n]*\n[^\n]*--read 1\Z"):
        again(SEALED_SINCE, corrected, TOLD)
    with pytest.raises(Refused, match="narrower-words"):
        again(SEALED_SINCE, corrected, TOLD, read=None)
    assert again(SEALED_SINCE, corrected, TOLD, read=frozenset({ONE})).pins.blocks[0].pin != TOLD.blocks[0].pin


def test_nor_does_the_word_all_where_nobody_has_worked_on_it() -> None:
    spanish = text("es", body(f"{CUENTO} {AGENTE}", oeg(LISTA)))
    found = again(SEALED_SINCE, spanish, TOLD, read=None)

    assert found.stale == (ONE,)
    assert choice(found.pins, SEALED_SINCE, spanish, POLICY, pin).blocks == (None, 1)
    assert again(SEALED_SINCE, spanish, TOLD, read=frozenset({ONE})).stale == (TWO,)


def test_nor_is_a_title_taken_for_read_when_something_was_sealed() -> None:
    before = pinned(text("en", body(A), title="Agent Smith"), text("es", body(ES_A), title="El agente SMITH"))
    now = text("en", body(A, oeg(AGENT)), title="A meeting")

    with pytest.raises(Refused, match="narrower-words"):
        again(now, text("es", body(ES_A), title="Reunión con SMITH"), before)
    assert again(now, text("es", body(ES_A), title="El agente SMITH"), before, read=None).stale_fields == ("title",)
    assert again(now, text("es", body(ES_A), title="Reunión"), before, read=frozenset({"title"})).stale_fields == ()


def test_words_for_one_area_are_not_taken_for_words_for_another() -> None:
    before = pinned(text("en", body(A, B), "state:nz"), text("es", body(ES_A, ES_B), "state:nz"))
    mexican = text("en", body(A2, X), "state:mx")
    found = again(mexican, text("es", body("Uno, el agente.", ES_B), "state:mx"), before, read=frozenset({ONE}))
    back = text("en", body(A, X), "state:nz")

    assert found.stale == (TWO,)
    assert choice(found.pins, back, text("es", body("Uno, el agente.", ES_B)), POLICY, pin).blocks == (None, None)


def test_nor_after_the_change_was_declared_cosmetic() -> None:
    sealed = text("en", body(oeg(A), B))
    before = acknowledged(text("en", body(oeg(A2), B)), pinned(sealed, text("es", body(oeg(ES_A), ES_B))), pin)

    with pytest.raises(Refused, match="narrower-words"):
        again(text("en", body(A2, B)), text("es", body(ES_A, ES_B)), before)


def test_nor_when_the_whole_document_is_for_more_by_now() -> None:
    before = pinned(text("en", body(A, B), "oeg"), text("es", body(ES_A, ES_B), "oeg"))
    now, spanish = text("en", body(A2, B)), text("es", body(ES_A, ES_B))
    found = again(now, spanish, before)

    assert found.stale == (ONE,)
    assert choice(found.pins, now, spanish, POLICY, pin).blocks == (None, 1)


def test_a_translation_may_lag_behind_in_its_layout_and_be_pinned_where_it_was_worked_on() -> None:
    now = text("en", body(A2, X, B))
    found = again(now, text("es", body("Uno, otra vez.", ES_B)), BEFORE)

    assert found.stale == ()
    assert choice(found.pins, now, text("es", body("Uno, otra vez.", ES_B)), POLICY, pin).blocks == (0, None, 1)


def test_but_not_in_a_section_that_the_original_has_no_more() -> None:
    before = pinned(text("en", body(A, B)), text("es", body(ES_A, ES_B)))
    now = text("en", body(oeg(A2), B, X))
    found = again(now, text("es", body("Uno, el agente.", ES_B)), before)

    # What it renders was for the group alone, and it stands for everybody: it is not said to render that.
    assert found.pins.blocks[0].pin == before.blocks[0].pin


def test_after_an_import_it_is_known_what_each_block_renders() -> None:
    now = text("en", body(A, X, B))
    found = again(now, text("es", body(ES_A, "Equis.", ES_B)), BEFORE, renders=[0, 1, 2])
    part = again(text("en", body(A, X, B)), text("es", body("Equis.", ES_B)), BEFORE, renders=[1, 2])

    assert [one.pin for one in found.pins.blocks] == [one.pin for one in pinned(now, text("es", now.raw)).blocks]
    assert choice(part.pins, now, text("es", body("Equis.", ES_B)), POLICY, pin).blocks == (None, 0, 1)


def test_a_translation_that_corresponds_to_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="twin-rule"):
        again(text("en", body(A, B)), text("es", body(ES_A, ES_B, ES_C)), BEFORE)


def test_a_declaration_is_recorded_for_the_paragraphs_named_and_for_no_others() -> None:
    now = text("en", body(A2, B.replace(" list", ", list")))

    assert acknowledgeable(now, BEFORE, pin) == (ONE, TWO)
    declared = acknowledged(now, BEFORE, pin, {ONE})
    assert [bool(one.acknowledged) for one in declared.blocks] == [True, False]
    assert not any(one.acknowledged for one in declared.fields.values())


def test_a_declaration_ends_with_the_next_change() -> None:
    declared = acknowledged(text("en", body(A2, B)), BEFORE, pin)
    spanish = text("es", body(ES_A, ES_B))

    assert choice(declared, text("en", body(A2, B)), spanish, POLICY, pin).notes == ("", "")
    assert choice(declared, text("en", body(A2 + " At last.", B)), spanish, POLICY, pin).notes == ("stale", "")
    assert again(text("en", body(A2, B)), spanish, declared).stale == ()


def test_a_title_that_nobody_has_worked_on_stays_stale() -> None:
    found = again(text("en", body(A, B), title="Another"), text("es", body(ES_A, ES_B)), BEFORE)

    assert found.stale_fields == ("title",)
    assert found.pins.fields["title"] == BEFORE.fields["title"]
