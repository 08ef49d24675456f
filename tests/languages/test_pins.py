"""What a pins file records of a text, and that it holds no word of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from communique.languages.pins import PinsFile, fingerprints, key_of, read_pins, render_pins, shapes
from communique.problems import Refused
from tests.documents.reading import cut
from tests.languages.pinned_texts import pin, pinned, text

BODY = """\
One paragraph with some words in it.

## A heading

::: partner
::: oeg
Two [words]{core} that stand inside.
:::

| a | b |
| --- | --- |
| c | d | {oeg}
:::

- a {oeg}
- b

![A map](file:map.png)
"""


def written(body: str = BODY) -> str:
    return render_pins(PinsFile(key_of(pin), pinned(text("en", body), text("es", body))))


def test_what_is_written_is_read_as_it_was() -> None:
    pins = pinned(text("en", BODY), text("es", BODY))
    file = PinsFile(key_of(pin), pins, replace(pins, audience="oeg"))

    assert read_pins(render_pins(file), "es.pins") == file


def test_pins_hold_no_word_of_the_text() -> None:
    found = written()

    assert not any(word in found for word in ("paragraph with", "that stand", "A heading", "A map", "Title"))


def test_it_is_recorded_where_each_block_stands_and_for_whom() -> None:
    found = shapes(cut(BODY), pin)

    assert [(one.kind, one.section, one.audience, one.number) for one in found] == [
        ("paragraph", 0, "", "1"),
        ("heading", 0, "", ""),
        ("paragraph", 2, "oeg within partner", "2"),
        ("table", 1, "partner", ""),
        ("list", 0, "", ""),
        ("figure", 0, "", ""),
    ]
    assert found[2].inside == ("text for core",)
    assert found[3].inside == ("row 1 for oeg",)
    assert found[5].files == ("the image map.png",)


def test_sections_are_counted_among_the_blocks_there_are() -> None:
    whole = shapes(cut("::: oeg\nA.\n:::\n\n::: oeg\nB [c]{core}.\n:::"), pin)
    part = shapes(cut("::: oeg\nB [c]{core}.\n:::"), pin)

    assert [one.section for one in whole] == [1, 2]
    assert [one.section for one in part] == [1]


def hashes(body: str) -> tuple[str, str, str]:
    one = fingerprints(cut(body), pin)[0]
    return one.pin, one.words, one.seals


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("One, two and three.", "One two, and three"),
        ("It's “here”.", "It’s *here*!"),
        ("From 5-10 to 7–12.", "From 5–10 to 7-12"),
        ("A word", "A\n  word"),
        ("Un mot :", "Un mot\u00a0:"),
    ],
)
def test_punctuation_and_spacing_are_no_words(there: str, here: str) -> None:
    assert hashes(there)[1] == hashes(here)[1]


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("It weighs 1.5 kg.", "It weighs 15 kg."),
        ("It was -5 degrees.", "It was 5 degrees."),
        ("At 08:00.", "At 0800."),
        ("5 % of it.", "5 of it."),
        ("More than \\> 5.", "More than 5."),
        ("US ships.", "Us ships."),
        ("He left.", "He left?"),
        ("A part.", "Apart."),
        ("[a](https://a.org/x-y).", "[a](https://a.org/xy)."),
        ("[a](doc:x/y#p1).", "[a](doc:x/y#p2)."),
        ("See <https://a.org/b>.", "See <https://a.org/c>."),
        ("Use `a-b`.", "Use `a b`."),
        ("[Agent X]{core} came.", "Agent [X]{core} came."),
        ("[Agent X]{core} came.", "[Agent X]{oeg} came."),
        ("[Agent]{core} X came.", "Agent X came."),
        ("[Agent X]{core} came.", "[Agent]{core} [X]{core} came."),
    ],
)
def test_what_changes_what_is_said_changes_the_words(there: str, here: str) -> None:
    assert hashes(there)[1] != hashes(here)[1]


def test_an_audience_alone_changes_neither_text_nor_words() -> None:
    inside, outside = fingerprints(cut("::: oeg\nA.\n:::"), pin)[0], fingerprints(cut("A."), pin)[0]

    assert (inside.pin, inside.words) == (outside.pin, outside.words)
    assert inside.shape.audience != outside.shape.audience


def test_the_address_behind_a_reference_is_part_of_the_words() -> None:
    here, there = (hashes(f"See [the text][a].\n\n[a]: https://{host}.org/\n") for host in ("here", "there"))

    assert here[1] != there[1]


def test_two_blocks_with_the_same_words_have_ids_of_their_own() -> None:
    pins = pinned(text("en", "A.\n\nA."), text("es", "A.\n\nA."))

    assert len({block.id for block in pins.blocks}) == 2


ZEROS, ONES = "0" * 32, "1" * 32
LINE = f'  - {{"id": "8fb19b44", "kind": "paragraph", "pin": "{ZEROS}", "words": "{ONES}"}}'
HEAD = 'format: 2\nkey: "00000000"\naudience: "public"\nfields:\nblocks:\n'


@pytest.mark.parametrize(
    ("damaged", "line", "code"),
    [
        (HEAD + LINE.replace("0" * 32, "abc"), 6, "bad-pin"),
        (HEAD + LINE.replace('"kind"', '"kinds"'), 6, "bad-pin"),
        (HEAD + LINE[:-1], 6, "bad-pin"),
        (HEAD + LINE + "\n" + LINE, 7, "bad-pin"),
        (HEAD + LINE.replace('"kind": "paragraph"', '"kind": "paragraph", "kind": "list"'), 6, "bad-pin"),
        (HEAD + LINE.replace('"kind": "paragraph"', '"kind": "paragraph", "level": true'), 6, "bad-pin"),
        (HEAD + "<<<<<<< ours\n" + LINE, 6, "bad-pin"),
        (HEAD.replace("blocks:\n", ""), 4, "bad-pin"),
        (HEAD.replace('"00000000"', '"x"'), 2, "bad-pin"),
        ('blocks:\n  - {audience: "public", pin: %s}\n' % ("0" * 32), 1, "old-pins"),
        ("", 1, "old-pins"),
    ],
)
def test_a_damaged_pins_file_is_refused_at_its_line(damaged: str, line: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_pins(damaged, "es.pins")

    assert [(one.place.line, one.code) for one in refused.value.problems[:1]] == [(line, code)]
