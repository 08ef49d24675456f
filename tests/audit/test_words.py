"""Two ways of folding text, one quick and one general, must agree; and Markdown must leave words alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.audit.words import fold, with_joined_words, without_markdown, without_tags, words


@given(st.text(st.characters(max_codepoint=0x17F) | st.sampled_from("’“”«»–—…\u202f\u2009\u00adœŒ€°©"), max_size=80))
def test_the_quick_way_and_the_general_way_give_the_same_words(text):
    general = re.findall(r"[^\W_]+", fold(text.replace("œ", "oe").replace("Œ", "oe")))
    assert words(text) == general


@given(st.text())
def test_words_survive_any_text_and_hold_no_capitals(text):
    assert all(word == fold(word) for word in words(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’État, c’est moi", ["l", "etat", "c", "est", "moi"]),
        ("Œuvre ŒUVRE œuvre", ["oeuvre"] * 3),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("co\u00adöpe\u200bra\u2060te", ["cooperate"]),
        ("1er 1ᵉʳ ①", ["1er", "1er", "1"]),
        ("snake_case kebab-case", ["snake", "case", "kebab", "case"]),
        ("مُبادرة", ["مبادرة"]),
        ("Ελλάδα", ["ελλαδα"]),
    ],
)
def test_dress_does_not_matter(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("## The *first* **bold** `code`", "the first bold code"),
        ("see [the *plan*](doc:plans/a#p4) and [list][ref]", "see the plan and list"),
        ("a note[^2] here\n\n[^2]: the text", "a note here the text"),
        ("::: oeg, state:mx\nwords\n:::", "words"),
        ("[the sealed words]{oeg} stay", "the sealed words stay"),
        ("1. one\n2. two {core}", "one two"),
        ("| a | b | {oeg}", "a b"),
        ("un*believ*able", "unbelievable"),
        (r"2 \* 3 &amp; 4", "2 3 4"),
    ],
)
def test_markdown_is_read_as_its_reader_reads_it(markdown, expected):
    assert " ".join(words(without_markdown(markdown))) == expected


def test_tags_become_spaces_and_tags_inside_words_nothing():
    assert words(without_tags('<td>one</td><td title="a > b">two</td>')) == ["one", "two"]
    assert words(with_joined_words("th<b>re</b>e <b>four</b>") or "") == ["three", "four"]
    assert with_joined_words("one <b>two</b>") is None


def test_a_page_of_unclosed_quotes_does_not_take_for_ever():
    assert len(words(without_tags('<a title="x ' * 5_000))) > 0
