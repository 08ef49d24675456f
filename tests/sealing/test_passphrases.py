from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.sealing.keystore import Keystore
from communique.sealing.passphrases import (
    WORDLISTS,
    listed_words,
    normalise_login,
    normalise_passphrase,
    words_from,
)

KEYSTORE = Keystore("psi-portal.example", bytes(range(32)))


@pytest.mark.parametrize("wordlist", WORDLISTS)
def test_no_two_words_of_a_list_become_one_when_accents_are_dropped(wordlist):
    spelled = [words_from((number << 5).to_bytes(2, "big"), 1, wordlist) for number in range(2048)]
    assert len({normalise_passphrase(word) for word in spelled}) == 2048
    assert all(" " not in normalise_passphrase(word) for word in spelled)


@pytest.mark.parametrize("words", [9, 12, 24])
def test_a_passphrase_has_as_many_words_as_were_asked_for(words):
    assert len(KEYSTORE.passphrase("nz-01", 1, words).split()) == words


def test_a_reissue_another_length_or_another_list_is_a_new_passphrase():
    issued = [
        KEYSTORE.passphrase("nz-01", 1),
        KEYSTORE.passphrase("nz-01", 2),
        KEYSTORE.passphrase("nz-02", 1),
        KEYSTORE.passphrase("nz-01", 1, 12),
        KEYSTORE.passphrase("nz-01", 1, 9, "fr"),
    ]
    assert len(set(issued)) == 5


def test_too_short_a_secret_spells_nothing():
    with pytest.raises(ValueError, match="too short"):
        words_from(b"abc", 9, "en")


@settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text())
def test_normalising_twice_changes_nothing(typed):
    once = normalise_passphrase(typed)
    assert normalise_passphrase(once) == once
    assert once.isascii()
    login = normalise_login(typed)
    assert login is None or normalise_login(login) == login


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" NZ-01\n", "nz-01"),
        ("\u3000ＮＺ－01\ufeff", "nz-01"),
        ("ab", None),
        ("a" * 33, None),
        ("nz 01", None),
        ("nz/01", None),
        ("é-01", None),
        ("nz-01\x1c", None),
        ("\x85nz-01", None),
        ("", None),
    ],
)
def test_a_login_forgives_case_width_and_surrounding_space_only(typed, meant):
    assert normalise_login(typed) == meant


@pytest.mark.parametrize(
    "typed", ["accion acne", "ACCIÓN—ACNÉ", "accio\u0301n  acne\u0301", " ¡acción,\nacné! ", "Ａcción.acné"]
)
def test_a_passphrase_forgives_accents_case_and_signs(typed):
    assert normalise_passphrase(typed) == "accion acne"


@pytest.mark.parametrize("wordlist", WORDLISTS)
def test_the_published_lists_hold_every_word_that_may_be_issued_as_it_counts_when_typed(wordlist):
    issued = [words_from((number << 5).to_bytes(2, "big"), 1, wordlist) for number in range(2048)]
    assert {normalise_passphrase(word) for word in issued} <= set(listed_words())


def test_the_published_lists_say_nothing_of_the_list_a_word_is_from():
    published = listed_words()
    assert list(published) == sorted(set(published))
    assert all(re.fullmatch("[a-z]+", word) for word in published)
