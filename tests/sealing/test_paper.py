"""The master on paper: written as words, and brought back only when every word is right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mnemonic import Mnemonic

from communique.problems import Place, Refused
from communique.sealing.paper import master_from, paper_words

PLACE = Place("the words")
MASTER = bytes(range(32))


def refused(text: str) -> str:
    with pytest.raises(Refused) as caught:
        master_from(text, PLACE)
    return str(caught.value)


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.sampled_from(["en", "es", "fr"]))
def test_every_master_comes_back_from_its_words_in_every_list(master: bytes, wordlist: str):
    assert master_from(" ".join(paper_words(master, wordlist)), PLACE) == master


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_the_words_are_those_of_bip_39(master: bytes):
    assert " ".join(paper_words(master)) == Mnemonic("english").to_mnemonic(master)


def test_numbers_capitals_and_lines_of_a_copied_sheet_do_not_matter():
    sheet = "\n".join(f"{number}.  {word.upper()}" for number, word in enumerate(paper_words(MASTER), 1))
    assert master_from(sheet, PLACE) == MASTER


def test_a_misspelt_word_is_told_by_its_number_and_never_repeated():
    words = list(paper_words(MASTER))
    words[6] += "q"
    text = refused(" ".join(words))
    assert "word 7 is not in the list" in text
    assert words[6] not in text


def test_exchanged_missing_or_other_words_are_refused():
    words = list(paper_words(MASTER))
    assert "not-24-words" in refused(" ".join(words[:-1]))
    assert "words-do-not-agree" in refused(" ".join([words[1], words[0], *words[2:]]))
    assert "words-do-not-agree" in refused(" ".join(["zoo", *words[1:]]))


def test_only_a_master_has_a_sheet():
    with pytest.raises(ValueError, match="32 bytes"):
        paper_words(bytes(16))
