"""What changed between two versions: whole paragraphs, words within them, and numbers."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from communique.documents.differences import SEALED, Change, changes, units_of, words_changed

NUMBERS = {"p1": "1", "p2": "2", "p2-bis": "2 bis", "p3": "3"}


def told(older: str, newer: str) -> list[tuple[str, str, str]]:
    found = changes(units_of(older, NUMBERS), units_of(newer, NUMBERS))
    return [(one.sort, one.number, "".join(sign + text for sign, text in one.pieces)) for one in found]


def para(number: str, text: str, classes: str = "para") -> str:
    link = f'<a class="para__number" href="#p{number}">{number}</a> '
    return f'<p class="{classes}" id="p{number}">{link}{text}</p>\n'


def test_what_stayed_is_left_out_and_what_came_went_or_changed_is_told() -> None:
    older = para("1", "One stays.") + para("2", "Two has <em>some</em> old words.") + para("3", "Three goes.")
    newer = para("1", "One stays.") + para("2", "Two has some new words.") + para("2-bis", "This was put in.")
    newer += para("3", "¶3 withdrawn", "para withdrawn")

    assert told(older, newer) == [
        ("changed", "2", " Two has some -old +new  words."),
        ("added", "2 bis", "+This was put in."),
        ("withdrawn", "3", "-Three goes."),
    ]


def test_items_rows_and_headings_are_compared_one_by_one() -> None:
    older = para("1", "A.") + "<h2>Head</h2><ul><li>first item</li><li>second item here</li></ul>"
    newer = para("1", "A.") + "<h2>Heading</h2><ul><li>first item</li><li>second item there</li><li>third</li></ul>"
    row = "<table><tr><td>a</td><td>{}</td></tr></table>"

    assert told(older + row.format("b"), newer + row.format("c")) == [
        ("withdrawn", "1", "-Head"),
        ("added", "1", "+Heading"),
        ("changed", "1", " second item -here+there"),
        ("added", "1", "+third"),
        ("changed", "1", " a | -b+c"),
    ]


def test_sealed_words_are_a_sign_and_whole_sealed_parts_are_not_told() -> None:
    older = para("1", "Words cqpart1q here.") + '<p class="cq-place">cqpart2q</p><ul><li>cqpart3q</li></ul>'
    newer = para("1", "Words cqpart7q here.")

    assert told(older, newer) == []
    assert units_of(older, NUMBERS)[0].text == f"Words {SEALED} here."


def test_no_break_spaces_stay_in_what_is_told_and_are_no_change_themselves() -> None:
    older = para("1", "Paris : un.") + para("2", "Lu ; su.")
    newer = para("1", "Paris\u202f: un.") + para("2", "Lu\u202f; vu.") + para("3", "Il\n«\u00a0dit\u00a0».")

    assert told(older, newer) == [("changed", "2", " Lu\u202f; -su+vu ."), ("added", "3", "+Il «\u00a0dit\u00a0».")]


def test_a_paragraph_that_only_bears_another_number_is_told_as_such() -> None:
    assert changes(units_of(para("1", "A b."), NUMBERS), units_of(para("2", "A b."), NUMBERS)) == (
        Change("renumbered", "p", "2", "1", "p2"),
    )


TEXTS = st.lists(st.sampled_from(["a", "bb", "the", "dddd,", "e.", "ﷺ", "漢字", "مرحبا"]), max_size=12).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_words_kept_and_gone_are_the_older_text_and_kept_and_new_the_newer(was: str, now: str) -> None:
    pieces = words_changed(was, now)

    assert "".join(text for sign, text in pieces if sign != "-").split() == now.split()
    assert "".join(text for sign, text in pieces if sign != "+").split() == was.split()


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS.filter(bool), max_size=8, unique=True), st.data())
def test_every_paragraph_of_both_versions_is_accounted_for(texts: list[str], data: st.DataObject) -> None:
    kept = [text for text in texts if data.draw(st.booleans())]
    older = units_of("".join(f"<p>{text}</p>" for text in texts), {})
    newer = units_of("".join(f"<p>{text}</p>" for text in kept), {})

    found = changes(older, newer)

    assert {one.sort for one in found} <= {"withdrawn", "changed"}
    assert len([one for one in found if one.sort == "withdrawn"]) == len(texts) - len(kept)
