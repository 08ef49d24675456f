"""What a translator sends back goes where it belongs, or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from communique.documents.catalogue import read_catalogue
from communique.glossary import Glossary
from communique.languages.accepting import Given, Original, Translation, accept, faults_of, known_of
from communique.languages.handoff import Answer, as_written, units_of
from communique.languages.pins import pins_of
from communique.languages.splicing import put
from communique.problems import Refused
from tests.documents.reading import POLICY
from tests.languages.awkward_texts import BODIES, HEAD, variants
from tests.languages.handing_off import EVERYTHING, REPLY, SITE, Pair, original, pair, reads, translation
from tests.languages.pinned_texts import pin

CONTENT = Path(__file__).resolve().parents[2] / "content"
BODY = """\
First words.

## Heading

::: oeg
Second [inner]{core} words.

::: state:nz
For one state.
:::
:::

| a | b |
| --- | --- |
| c | d |
| e | f | {oeg}

Last words.
"""
OWN = """\
Primeras palabras.

## Apartado

::: oeg
Segundas palabras [de dentro]{core}.

::: state:nz
Para un Estado.
:::
:::

| a | b |
| --- | --- |
| ce | de |
| e | efe | {oeg}

Últimas palabras.
"""


def body_of(raw: bytes) -> str:
    return raw.decode().split("---\n", 2)[2].split("\n\n", 1)[1]


def refused(asked: Pair, answers: dict[str, str]) -> list[str]:
    with pytest.raises(Refused) as error:
        asked.answered(answers)
    return [problem.what for problem in error.value.problems]


def test_only_the_block_that_was_answered_changes() -> None:
    done = pair(BODY, OWN, now=BODY.replace("Last", "Very last")).answered({"Very last": "Las últimas palabras."})

    assert body_of(done.raw) == OWN.replace("Últimas palabras", "Las últimas palabras")


def test_what_was_taken_over_is_current_and_keeps_its_name_in_the_pins() -> None:
    asked = pair(BODY, OWN, now=BODY.replace("Last", "Very last"))
    done = asked.answered({"Very last": "Las últimas palabras."})
    before = asked.own.pins if asked.own else None

    assert before is not None
    assert [one.id for one in done.pins.blocks] == [one.id for one in before.blocks]
    assert [unit.state for unit in asked.then(done).offered().units] == ["current"] * 8


def test_a_changed_text_that_was_not_answered_stays_stale() -> None:
    asked = pair(BODY, OWN, now=BODY.replace("Last", "Very last").replace("First", "Very first"))
    done = asked.answered({"Very last": "Las últimas palabras."})

    assert [unit.source for unit in asked.then(done).offered().units if unit.state != "current"] == [
        "Very first words."
    ]


def test_a_new_paragraph_goes_where_the_original_has_it() -> None:
    now = BODY.replace("For one state.\n", "For one state.\n\nA new one.\n").replace("Last", "Another.\n\nLast")
    done = pair(BODY, OWN, now=now).answered({"A new": "Uno nuevo.", "Another": "Otro."})

    assert body_of(done.raw) == OWN.replace("un Estado.\n", "un Estado.\n\nUno nuevo.\n").replace("Últ", "Otro.\n\nÚlt")


def test_a_new_section_comes_with_its_fences() -> None:
    now = BODY.replace("Last", "::: partner\n## New heading\n\nNew text.\n:::\n\nLast")
    done = pair(BODY, OWN, now=now).answered({"New heading": "Nuevo", "New text": "Texto nuevo."})

    assert body_of(done.raw) == OWN.replace("Últ", "::: partner\n## Nuevo\n\nTexto nuevo.\n:::\n\nÚlt")


def test_part_of_a_new_section_is_put_in_alone_and_the_rest_beside_it_later() -> None:
    now = BODY.replace("Last", "::: partner\nOne.\n\nTwo.\n\nThree.\n:::\n\nLast")
    asked = pair(BODY, OWN, now=now)
    done = asked.then(asked.answered({"Two": "Dos."})).answered({"Three": "Tres.", "One": "Uno."})

    assert body_of(done.raw) == OWN.replace("Últ", "::: partner\nUno.\n\nDos.\n\nTres.\n:::\n\nÚlt")


def test_a_translation_begins_with_part_of_its_blocks() -> None:
    asked = pair(BODY)
    done = asked.answered({"Title": "Título", "A summary": "Un: resumen", "For one": "Para un Estado.", "Last": "Fin."})

    assert done.raw.decode() == (
        '---\naudience: public\noriginal: en\nsummary: "Un: resumen"\n---\n\n# Título\n\n'
        "::: oeg\n::: state:nz\nPara un Estado.\n:::\n:::\n\nFin.\n"
    )
    states = [unit.state for unit in asked.then(done).offered().units]
    assert states == ["current", "current", "new", "new", "new", "current", "new", "current"]


def test_a_translation_does_not_begin_without_its_title_and_summary() -> None:
    assert "begins with the title" in refused(pair(BODY), {"Last": "Fin."})[0]


def test_what_is_translated_anew_moves_to_the_readers_of_today() -> None:
    now = BODY.replace("First words.", "::: partner\nFirst and other words.\n:::")
    asked = pair(BODY, OWN, now=now)
    done = asked.answered({"First and": "Primeras y otras palabras."})

    assert body_of(done.raw) == OWN.replace("Primeras palabras.", "::: partner\nPrimeras y otras palabras.\n:::")
    assert done.pins.blocks[0].shape.audience == "partner"


def test_words_for_fewer_readers_are_no_beginning_of_a_text_for_more() -> None:
    now = BODY.replace("::: oeg\nSecond [inner]{core} words.\n", "::: partner\nSecond and other words.\n")
    asked = pair(BODY, OWN, now=now.replace("::: state:nz\nFor one state.\n:::\n", "::: oeg\nFor them.\n:::\n"))
    unit = next(one for one in asked.offered().units if one.source.startswith("Second"))

    assert (unit.target, unit.old_source, unit.state) == ("", "", "new")
    first = pair(
        "::: oeg\nFirst words of ours.\n:::\n\nEnd.",
        "::: oeg\nPrimeras.\n:::\n\nFin.",
        now="First words of all.\n\nEnd.",
    )
    assert refused(first, {"First": "Primeras."}) == [
        "this answer is the translation of words for fewer readers than the original has today"
    ]


def test_the_section_that_holds_nothing_any_more_goes() -> None:
    now = BODY.replace("::: state:nz\nFor one state.\n:::\n", "").replace("Last", "For one state, now for all.\n\nLast")
    asked = pair(BODY, OWN, now=now)
    done = asked.answered({"For one": "Para un Estado, y ahora para todos."})

    assert "state:nz" not in body_of(done.raw)
    assert "Para un Estado, y ahora para todos.\n\nÚltimas" in body_of(done.raw)


def test_what_was_merged_becomes_one_block() -> None:
    then = (
        "The first sentence speaks of ships and of harbours.\n\nThe second one speaks of customs and of papers.\n\nEnd."
    )
    now = "The first sentence speaks of ships and of harbours. The second one speaks of customs and of papers.\n\nEnd."
    asked = pair(then, "Uno de buques.\n\nDos de aduanas.\n\nFin.", now=now)
    unit = asked.offered().units[2]
    done = asked.answered({"The first": "Uno de buques. Dos de aduanas."})

    assert unit.target == "Uno de buques. Dos de aduanas."
    assert body_of(done.raw) == "Uno de buques. Dos de aduanas.\n\nFin."


def test_words_that_the_translator_does_not_see_stay_in_their_place() -> None:
    now = BODY.replace("Second", "Second and third").replace("| c |", "| cc |")
    asked = pair(BODY, OWN, now=now)
    sources = {unit.source for unit in asked.offered(reads("oeg")).units}
    done = asked.answered({"Second and": "{{1}}: segundas y terceras palabras."}, reads("oeg"))
    table = asked.answered({"| a": "| a | b |\n| --- | --- |\n| cece | de |\n{{1}}"}, reads("public"))

    assert "Second and third {{1}} words." in sources
    assert "[de dentro]{core}: segundas y terceras palabras.\n" in body_of(done.raw)
    assert "| cece | de |\n| e | efe | {oeg}\n" in body_of(table.raw)


def test_a_text_whose_hidden_words_have_changed_is_not_offered() -> None:
    now = BODY.replace("Second", "Second and third").replace("inner", "other")
    offered = pair(BODY, OWN, now=now).offered(reads("oeg"))

    assert not any(unit.source.startswith("Second") for unit in offered.units)
    assert offered.left_out == 1


def test_a_paragraph_waits_for_its_footnote_and_data_for_their_paragraph() -> None:
    now = "Claim[^1].\n\nAsked.\n\n```lesson\nwhat: Learn\nthemes: [law]\nphase: planning\n```\n\n[^1]: Note.\n\nEnd."
    asked = pair("End.", "Fin.", now=now)
    late = asked.answered({"Claim": "Dicho[^1].", "Learn": "Aprender"})
    done = asked.answered({"Claim": "Dicho[^1].", "[^1]": "[^1]: Nota.", "Asked": "Pedido.", "Learn": "Aprender"})

    assert len(late.waiting) == 2
    assert body_of(late.raw) == "Fin."
    assert body_of(done.raw) == now.replace("Claim", "Dicho").replace("Asked", "Pedido").replace(
        "Learn", "Aprender"
    ).replace("Note", "Nota").replace("End", "Fin")


def test_link_definitions_come_along_where_they_are_needed() -> None:
    now = "See [the rules][rules].\n\nEnd.\n\n[rules]: https://example.org/rules"
    done = pair("End.", "Fin.", now=now).answered({"See": "Véanse [las normas][rules]."})

    assert body_of(done.raw) == "Véanse [las normas][rules].\n\n[rules]: https://example.org/rules\n\nFin."


def test_data_follow_the_original_and_keep_their_words() -> None:
    data = "Asked.\n\n```lesson\nwhat: Learn\nthemes: [law]\nphase: planning\n```\n"
    own = "Pedido.\n\n```lesson\nphase: planning\nthemes: [law]\nwhat: 'Aprender'\n```\n"
    same = pair(data, own, now=data.replace("Learn", "Learn more")).answered({"Learn": "Aprender más"})
    other = pair(data, own, now=data.replace("Learn", "Learn more").replace("[law]", "[law, time]"))

    assert body_of(same.raw) == own.replace("'Aprender'", '"Aprender más"')
    assert "what: Aprender más\nthemes: [law, time]" in body_of(other.answered({"Learn": "Aprender más"}).raw)


@pytest.mark.parametrize(
    ("begins", "answer", "what"),
    [
        ("First", "Uno.\n\nDos.", "several blocks"),
        ("First", "## Primeras", "would be a heading"),
        ("First", "- Primeras", "would be a list"),
        ("First", "Primeras [palabras]{oeg}.", "sealed: nothing; in this answer: text for oeg"),
        ("First", "Primeras <b>palabras</b>", "HTML tags"),
        ("First", "Primeras {palabras}", "these braces seal nothing"),
        ("First", "Primeras\n:::\npalabras", "nothing is open"),
        ("Second", "Segundas\n:::\n\npalabras [de dentro]{core}", "nothing is open"),
        ("Second", "Segundas palabras de dentro.", "sealed: text for core; in this answer: nothing"),
        ("Second", "Segundas palabras [de dentro]{oeg}.", "in this answer: text for oeg"),
        ("Second", "Segundas palabras [de dentro]{patner}.", 'no audience called "patner"'),
        ("For one", "Para.\n:::\n::: partner\nUno.", "cannot stand inside"),
        ("| a", "| a | b |\n| --- | --- |\n| ce | de |\n| e | efe |", "in the original is sealed: row 2 for oeg"),
        ("| a", "| a | b |\n| --- | --- |\n| ce | de | {oeg}\n| e | efe |", "in the original is sealed: row 2 for oeg"),
        ("Title", "Un *título*", "plain text"),
        ("Heading", "Apartado\n\nMás", "become"),
        ("A summary", "Con [[marcas]] <x>", "summary"),
    ],
)
def test_an_answer_that_would_change_what_is_sealed_or_what_it_is_is_refused(
    begins: str, answer: str, what: str
) -> None:
    found = refused(pair(BODY, OWN), {begins: answer})

    assert any(what in one for one in found), found


def test_a_refusal_names_the_line_of_the_answer_and_no_word_of_a_text() -> None:
    with pytest.raises(Refused) as error:
        pair(BODY, OWN).answered({"Second": "Segundas palabras secretas [de dentro]{oeg}."})

    assert [(one.place.file, one.place.line) for one in error.value.problems] == [(REPLY, 5)]
    assert "secretas" not in str(error.value)


@pytest.mark.parametrize(
    ("form", "source", "answer", "code"),
    [
        ("paragraph", "See {{1}} and {{2}}.", "Véanse {{1}}.", "answer-placeholder"),
        ("paragraph", "See {{1}}.", "Véanse {{1}} {{1}}.", "answer-placeholder"),
        ("paragraph", "See [it](doc:a/b#p3).", "Véase [eso](doc:a/b).", "answer-sign"),
        ("paragraph", "See [](ref:PSI/1#3).", "Véase [](ref:PSI/1#4).", "answer-sign"),
        ("paragraph", "Claim[^1].", "Dicho.", "answer-sign"),
        ("paragraph", "For <<lead>>.", "Para <<líder>>.", "answer-sign"),
        ("paragraph", "One.", "Uno.\n\nDos.", "answer-lines"),
        ("heading", "One", "Uno\ndos", "answer-lines"),
        ("paragraph", "One.", "Uno.\n::: oeg", "answer-fence"),
        ("paragraph", "One.", "Uno.\n```x", "answer-fence"),
        ("paragraph", "One.", "¶7 Uno.", "answer-number"),
        ("paragraph", "One.", "U\u202eno.", "control-character"),
    ],
)
def test_an_answer_is_looked_at_by_itself_first(form: str, source: str, answer: str, code: str) -> None:
    assert code in [one.code for one in faults_of(Answer("x", answer, True, 7), form, source, REPLY)]


def test_an_answer_whose_original_was_altered_is_refused() -> None:
    answer = Answer("x", "Uno.", True, 7, "Another one.")

    assert [one.code for one in faults_of(answer, "paragraph", "One.", REPLY)] == ["answer-altered"]


def test_a_page_elsewhere_may_have_another_address_in_each_language() -> None:
    answer = Answer("x", "[La ONU](https://www.un.org/es/)", True)

    assert list(faults_of(answer, "paragraph", "[The UN](https://www.un.org/en/)", REPLY)) == []


def test_a_document_that_became_wider_keeps_saying_for_whom_its_translation_was_made() -> None:
    head = "---\nkind: page\ndate: 2008-11-03\naudience: {}\noriginal: en\nsummary: S.\n---\n\n# T\n\nOne.\n\nTwo.\n"
    then, now = original(head.format("oeg")), original(head.format("partner"))
    raw = b"---\naudience: oeg\noriginal: en\nsummary: R.\n---\n\n# T\n\nUno.\n\nDos.\n"
    own = translation(raw)
    pins = pins_of(then.text, own.text, [0, 1], pin)
    now_changed = original(now.raw.replace(b"One.", b"One and more."))
    wider = Pair(now_changed, raw, translation(raw, pins)).answered({"One": "Uno y más."})

    assert wider.pins.audience == "oeg"
    narrower = Pair(
        original(then.raw.replace(b"One.", b"One and more.")),
        raw.replace(b"audience: oeg", b"audience: partner"),
        translation(raw.replace(b"audience: oeg", b"audience: partner"), pins_of(now.text, own.text, [0, 1], pin)),
    ).answered({"One": "Uno y más."})
    assert (narrower.pins.audience, b"audience: oeg" in narrower.raw) == ("oeg", True)


BELOW = """

```tearline
document: papers/two
kind: non-paper
audience: public
summary: S.
handed-to: All
```

# Below

One for all.

Two for all.
"""


def test_what_stands_below_a_tearline_is_taken_over_into_the_same_file() -> None:
    raw = (HEAD + "# Above\n\nFirst." + BELOW).encode()
    whole = original(raw)
    assert whole.text.released is not None
    text = replace(whole.text.released.text, released_from="papers/one")
    first = Original("papers/two", text, as_written(text, raw), raw)
    mine = b"---\naudience: public\noriginal: en\nsummary: R.\n---\n# Arriba\n\nPrimero.\n"
    asked = Pair(first, mine)
    units = asked.offered().units
    done = accept(
        first, None, mine,
        Given({asked.offered().slots[one.id]: Answer(one.id, one.source.upper(), True) for one in units[:4]}, {}),
        lang="es", file="es.md", reply=REPLY, site=SITE, policy=POLICY, pin=pin, below=True,
    )  # fmt: skip

    assert [one.source for one in units] == ["Below", "S.", "All", "One for all.", "Two for all."]
    assert done.raw.startswith(mine)
    assert done.raw[len(mine) :].decode() == (
        "\n```tearline\ndocument: papers/two\naudience: public\nsummary: S.\nhanded-to: ALL\n```\n\n"
        "# BELOW\n\nONE FOR ALL.\n"
    )
    assert len(done.pins.blocks) == 1


# -- export and import without changes are the identity


def handed_back(first: Original, own: Translation, raw: bytes) -> bytes:
    """What comes of a file when every text of it comes back as it went out."""
    known = known_of(first, own, POLICY, pin)
    offered = units_of(first.document, "es", "en", first.written, own.written, known, may_read=EVERYTHING, pin=pin,
                       glossary=Glossary())  # fmt: skip
    answers = {offered.slots[one.id]: Answer(one.id, one.target or one.source, True) for one in offered.units}
    for one in offered.units:
        assert not list(faults_of(answers[offered.slots[one.id]], one.form, one.source, REPLY))
    given = Given(answers, {})
    return accept(first, own, raw, given, lang="es", file="es.md", reply=REPLY, site=SITE, policy=POLICY, pin=pin).raw


@pytest.mark.parametrize("name", BODIES)
def test_awkward_markdown_comes_back_byte_for_byte(name: str) -> None:
    for raw in variants(BODIES[name]).values():
        mine = raw.replace(b"kind: page", b"").replace(b"date: 2008-11-03", b"")
        own = translation(mine)
        assert handed_back(original(raw), own, mine) == mine


@pytest.mark.parametrize("name", BODIES)
def test_awkward_markdown_is_put_together_again_from_its_pieces(name: str) -> None:
    asked = Pair(original(HEAD + BODIES[name]))
    done = asked.answered({unit.source: unit.source for unit in asked.offered().units})

    assert [(one.shape.kind, one.shape.audience, one.shape.inside) for one in done.pins.blocks] == [
        (one.shape.kind, one.shape.audience, one.shape.inside)
        for one in pins_of(asked.today.text, asked.today.text, _all(asked.today), pin).blocks
    ]


def _all(first: Original) -> list[int]:
    return [index for index, block in enumerate(first.written.source.blocks) if block.kind != "definition"]


def test_every_file_of_the_content_comes_back_byte_for_byte() -> None:
    catalogue = read_catalogue(CONTENT)
    policy, count = catalogue.policy, 0
    for document in catalogue.documents.values():
        folder = CONTENT / (document.released_from or document.id)
        for lang, text in document.texts.items():
            raw = (folder / f"{lang}.md").read_bytes()
            written = as_written(text, raw)
            # Each file as a translation of itself: so the originals are among them, whatever their translations lack.
            first, own = Original(document.id, text, written, raw), Translation(text, written, None)
            known = known_of(first, own, POLICY, pin)
            offered = units_of(document.id, lang, lang, written, own.written, known, may_read=lambda _: True, pin=pin,
                               glossary=catalogue.glossary)  # fmt: skip
            answers = {offered.slots[one.id]: Answer(one.id, one.source, True) for one in offered.units}
            assert not [fault for one in offered.units for fault in faults_of(answers[offered.slots[one.id]], one.form,
                                                                              one.source, REPLY)]  # fmt: skip
            texts = {slot: answer.text for slot, answer in answers.items()}
            assert put(raw, written, written, raw, known, texts, {}).raw == raw, text.file
            if count % 8 == 0:
                done = accept(
                    first, own, raw, Given(answers, {}), lang=lang, file=text.file, reply=REPLY,
                    site=catalogue.site, policy=policy, pin=pin, below=bool(document.released_from),
                )  # fmt: skip
                assert done.raw == raw, text.file
            count += 1
    assert count > 100
