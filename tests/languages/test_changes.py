"""What became of each block of an original, and what of its translation may be shown."""

from __future__ import annotations

import pytest

from communique.languages.changes import Chosen, choice, covers
from communique.languages.pinning import acknowledged
from tests.documents.reading import POLICY
from tests.languages.pinned_texts import became, kinds, pin, pinned, shown, text

A = "The committee met in the capital on Monday and heard four reports about ports."
B = "Delegations asked for a list of the offices that answer requests by night."
C = "It was agreed that the next meeting would be held in the spring at the coast."
D = "No other business was raised, and the chair closed the meeting at noon."
A2 = "The committee met in the capital on Tuesday and heard five reports about ports."
X = "Something else entirely was written here by another hand, long after all of that."


def body(*blocks: str) -> str:
    return "\n\n".join(blocks)


def oeg(*blocks: str) -> str:
    return f"::: oeg\n{body(*blocks)}\n:::"


# -- what became of each block


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (body(A, B, C, D), ["same", "same", "same", "same"]),
        (body(A2, B, C, D), ["changed", "same", "same", "same"]),
        (body(A.replace(" and", ", and"), B, C, D), ["cosmetic", "same", "same", "same"]),
        (body(B, C, D, A), ["same", "same", "same", "moved"]),
        (body(A, X, B, C, D), ["same", "new", "same", "same", "same"]),
        (body(A, C, D), ["same", "same", "same"]),
        (body(A, B + " " + C, D), ["same", "merged", "same"]),
        (body(A, oeg(B), C, D), ["same", "same", "same", "same"]),
        (body("## Heading", A, B, C, D), ["new", "same", "same", "same", "same"]),
        (body(X, X.replace("by", "from"), D, C, B, A), ["new", "new", "moved", "moved", "moved", "same"]),
    ],
)
def test_each_block_is_told_by_what_became_of_it(now: str, expected: list[str]) -> None:
    found = kinds(body(A, B, C, D), now)

    if expected[-1] == "same" and "moved" in expected:
        # Of a text turned round, any one block may count as having stayed.
        assert sorted(found) == sorted(expected)
    else:
        assert found == expected


def test_both_parts_of_a_split_paragraph_come_from_it() -> None:
    found = became(body(A, B + " " + C, D), body(A, B, C, D)).blocks

    assert [(one.kind, one.sources) for one in found[1:3]] == [("split", (1,)), ("split", (1,))]


def test_a_block_for_others_than_before_is_no_other_text() -> None:
    found = became(body(A, B), body(A, oeg(B)))

    assert [one.reclassified for one in found.blocks] == [False, True]
    assert not found.is_stale
    assert found.is_rearranged


def test_what_is_deleted_is_told() -> None:
    assert became(body(A, B, C), body(A, C)).deleted == (1,)


def test_a_changed_title_and_summary_are_told_apart() -> None:
    pins = pinned(text("en", A), text("es", A))
    from communique.languages.changes import changes

    found = changes(pins, text("en", A, title="Another title", summary="A summary!"), pin)

    assert {name: one.kind for name, one in found.fields.items()} == {"title": "changed", "summary": "cosmetic"}


def test_of_two_equal_blocks_each_stays_with_its_own_readers() -> None:
    found = became(body("## Contacts", A, oeg("## Contacts", B)), body(oeg("## Contacts", B), A, "## Contacts"))

    assert [one.sources for one in found.blocks] == [(2,), (3,), (1,), (0,)]


# -- what is shown of a translation

ES_A, ES_B, ES_C, ES_D = "Uno.", "Dos.", "Tres.", "Cuatro."
SPANISH = body(ES_A, ES_B, ES_C, ES_D)


def told(chosen: Chosen) -> list[tuple[int | None, str]]:
    return list(zip(chosen.blocks, chosen.notes, strict=True))


def test_what_has_not_changed_is_shown_and_a_new_block_is_shown_in_the_originals_words() -> None:
    found = shown(body(A, B, C, D), SPANISH, body(A, X, B, D))

    assert told(found) == [(0, ""), (None, "untranslated"), (1, ""), (3, "")]
    assert found.title
    assert found.summary


def test_a_changed_block_is_shown_with_a_note() -> None:
    assert told(shown(body(A, B), body(ES_A, ES_B), body(A2, B))) == [(0, "stale"), (1, "")]


def test_a_block_is_shown_where_it_belongs_today() -> None:
    assert told(shown(body(A, B, C, D), SPANISH, body(B, C, D, A))) == [(1, ""), (2, ""), (3, ""), (0, "")]


def test_definitions_are_nobodys() -> None:
    now = body(A, "[x]: https://a.org/", B)

    assert shown(body(A, B), body(ES_A, ES_B), now).blocks == (0, None, 1)


def test_of_a_block_that_was_split_one_part_is_shown_translated() -> None:
    found = shown(body(B + " " + C, D), body(ES_B, ES_D), body(B, C, D))

    assert sorted(note for _, note in told(found)) == ["", "outdated", "stale"]


def test_half_a_paragraph_is_not_shown_for_a_whole_one() -> None:
    assert told(shown(body(B, C, D), body(ES_B, ES_C, ES_D), body(B + " " + C, D)))[0] == (None, "outdated")


def test_without_pins_both_have_the_same_blocks() -> None:
    chosen = choice(None, text("en", body(A, B)), text("es", body(ES_A, ES_B)), POLICY, pin)

    assert told(chosen) == [(0, ""), (1, "")]


def test_a_translation_that_is_the_originals_own_text_is_none() -> None:
    assert told(shown(body(A, B), body(A, ES_B), body(A, B))) == [(None, "untranslated"), (1, "")]


def test_a_translation_of_todays_words_that_may_not_be_shown_is_not_called_missing() -> None:
    # Somebody has worked on it since it was pinned for fewer: for whom these words are, nobody knows.
    then = pinned(text("en", body(oeg(A), B)), text("es", body(oeg(ES_A), ES_B)))
    edited = text("es", body(oeg("Uno, corregido."), ES_B))
    found = choice(then, text("en", body(A, B)), edited, POLICY, pin)

    assert told(found) == [(None, "withheld"), (1, "")]


def test_where_file_and_pins_do_not_fit_nothing_is_called_missing() -> None:
    then = pinned(text("en", body(A, B)), text("es", body(ES_A, ES_B)))
    found = choice(then, text("en", body(A, B)), text("es", ES_A), POLICY, pin)

    assert [note for _, note in told(found)] == ["withheld", "withheld"]


def test_a_paragraph_that_was_taken_out_stays_out_and_waits_for_nobody() -> None:
    found = shown(body(A, B), body(ES_A, ES_B), body(A, "¶2 withdrawn"))

    assert told(found) == [(0, ""), (None, "")]


# -- what must never be shown


def test_words_translated_for_fewer_readers_are_not_shown_when_the_original_says_something_else_to_more() -> None:
    assert told(shown(body(oeg(A), B), body(oeg(ES_A), ES_B), body(A2, B))) == [(None, "outdated"), (1, "")]


def test_they_are_shown_when_these_words_themselves_are_for_more_now() -> None:
    assert told(shown(body(oeg(A), B), body(oeg(ES_A), ES_B), body(A, B))) == [(0, ""), (1, "")]


def test_the_same_is_true_of_a_whole_document() -> None:
    now = shown(body(A, B), body(ES_A, ES_B), body(A2, B), was="oeg")

    assert told(now) == [(None, "outdated"), (1, "")]


def test_a_title_translated_for_fewer_readers_is_not_shown_to_more_unless_it_says_the_same() -> None:
    pins = pinned(text("en", A, "oeg", title="The agent in Paris"), text("es", ES_A, "oeg", title="El agente"))
    spanish = text("es", ES_A, "oeg", title="El agente")

    assert choice(pins, text("en", A, title="The agent in Paris"), spanish, POLICY, pin).title
    assert not choice(pins, text("en", A, title="A visit"), spanish, POLICY, pin).title
    assert choice(pins, text("en", A, "oeg", title="A visit"), spanish, POLICY, pin).stale == {"title"}


@pytest.mark.parametrize(
    "now",
    [
        # Unsealed; sealed for others; sealed somewhere else; something else is sealed.
        "Agent X met the committee in the capital on Monday and heard four reports.",
        "[Agent X]{oeg} met the committee in the capital on Monday and heard four reports.",
        "Agent X met the committee in [the capital]{core} on Monday and heard four reports.",
        "[Agent Y]{core} met the committee in the capital on Monday and heard four reports.",
    ],
)
def test_nothing_is_shown_where_something_else_is_sealed_inside_than_when_it_was_translated(now: str) -> None:
    then = "[Agent X]{core} met the committee in the capital on Monday and heard four reports."

    assert shown(then, "[El agente X]{core} se reunió.", now).blocks == (None,)


def test_words_that_were_open_and_are_sealed_inside_now_are_not_shown() -> None:
    then = "Agent X met the committee in the capital on Monday and heard four reports."

    assert shown(then, "El agente X se reunió.", "[Agent X]{core}" + then[7:]).blocks == (None,)


def test_what_was_taken_out_of_a_paragraph_and_sealed_beside_it_is_not_shown_in_its_translation() -> None:
    then = body(A + " " + B, C)

    assert shown(then, body("Uno y dos.", ES_C), body(A, oeg(B), C)).blocks[0] is None


def test_nor_when_it_was_sealed_inside_its_neighbour() -> None:
    now = body(A, C + f" [{B}]{{core}}")

    assert shown(body(A + " " + B, C), body("Uno y dos.", ES_C), now).blocks == (None, None)


def test_nor_when_it_was_sealed_far_away() -> None:
    then = body(A + " " + B, C, D, X)

    found = shown(then, body("Uno y dos.", ES_C, ES_D, "Equis."), body(A, C, D, X, oeg(B)))

    # Those who may read both parts may read a translation of both.
    assert found.blocks == (None, 1, 2, 3, 0)


def test_nor_when_it_had_been_sealed_elsewhere_as_well_and_only_the_open_words_went() -> None:
    then = body(A + " " + B, B, C)

    assert shown(then, body("Uno y dos.", ES_B, ES_C), body(A, oeg(B), C)).blocks == (None, 1, 2)


def test_a_changed_title_is_not_shown_when_something_is_sealed_that_was_not() -> None:
    pins = pinned(text("en", body(A, B), title="The visit to Paris"), text("es", body(ES_A, ES_B), title="París"))
    spanish = text("es", body(ES_A, ES_B), title="París")

    assert not choice(pins, text("en", body(A, oeg(B)), title="The visit"), spanish, POLICY, pin).title
    assert choice(pins, text("en", body(A, B), title="The visit"), spanish, POLICY, pin).title


def test_a_declaration_that_a_change_is_cosmetic_does_not_make_other_words_the_translated_ones() -> None:
    spanish = text("es", body(oeg(ES_A), ES_B))
    declared = acknowledged(text("en", body(oeg(A2), B)), pinned(text("en", body(oeg(A), B)), spanish), pin)

    assert told(choice(declared, text("en", body(oeg(A2), B)), spanish, POLICY, pin)) == [(0, ""), (1, "")]
    assert told(choice(declared, text("en", body(A2, B)), spanish, POLICY, pin)) == [(None, "outdated"), (1, "")]


def test_what_was_worked_on_since_it_was_pinned_is_shown_only_for_the_words_it_was_pinned_to() -> None:
    then, translation = body(A, B), body(ES_A, ES_B)
    edited = body("Uno, el agente X.", ES_B)

    assert shown(then, translation, body(A2, B), edited=edited).blocks == (None, 1)
    assert shown(then, translation, then, edited=edited).blocks == (0, 1)
    wider = shown(body(oeg(A), B), body(oeg(ES_A), ES_B), body(A, B), edited=body(oeg("Uno, el agente X."), ES_B))
    assert wider.blocks == (None, 1)


def test_a_block_of_another_kind_or_with_another_file_is_not_shown_and_facts_are_the_originals() -> None:
    assert shown(A, ES_A, "> " + A).blocks == (None,)
    image = "![The committee in session, seen from the door](file:a.png)"
    assert shown(image, "![Sesión](file:a.png)", image.replace("a.png", "b.png")).blocks == (None,)
    action = "```action\nid: x-1\nwhat: Send the list of offices\nwho: [public]\ndue: 2008-11-0{}T18:00Z\n```"
    spanish = action.format(1).replace("Send the list of offices", "Enviar la lista")
    assert shown(body(A, action.format(1)), body(ES_A, spanish), body(A, action.format(2))).blocks == (0, 1)


def test_a_translation_that_has_other_blocks_than_its_pins_is_not_shown_at_all() -> None:
    pins = pinned(text("en", body(A, B)), text("es", body(ES_A, ES_B)))

    assert choice(pins, text("en", body(A, B)), text("es", ES_A), POLICY, pin).blocks == (None, None)


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (["public"], ["oeg"], True),
        (["oeg"], ["public"], False),
        (["oeg"], ["core"], True),
        (["core"], ["oeg"], False),
        (["oeg"], ["oeg, state:mx"], False),
        (["oeg, state:mx"], ["oeg"], True),
        (["state:mx", "partner"], ["state:mx"], False),
        (["state:mx"], ["state:mx", "partner"], True),
        (["oeg", "public"], ["oeg"], True),
        (["gone"], ["oeg"], False),
        (["gone"], ["gone"], True),
        (["oeg"], ["gone"], True),
    ],
)
def test_who_could_read_then_is_compared_section_by_section(then: list[str], now: list[str], *, expected: bool) -> None:
    assert covers(POLICY, then, now) is expected


def test_a_file_of_the_translations_own_is_not_shown_to_more_readers_with_the_same_words() -> None:
    then, now = "::: oeg\n![A map](file:map{}.png)\n:::", "![A map](file:map.png)"

    assert shown(then.format(""), then.format(""), now).blocks == (0,)
    assert shown(then.format(""), then.format(".es"), now).blocks == (None,)
    assert shown(then.format(""), then.format(".es"), then.format("")).blocks == (0,)
