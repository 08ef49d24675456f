"""A text put together from an original of today and a translation of an earlier one."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from communique.documents.cutting import parse_source
from communique.documents.merging import merged
from communique.documents.rendering import Foreign, Phrases
from communique.documents.source import Source
from communique.policy import Audience
from tests.documents.reading import POLICY, RENDERER, cut

ORIGINAL = """\
## Before

First in English[^1].

[^1]: Note in English.

::: oeg
Second with [words]{core}.

::: core
Third.
:::
:::

- one
- two {oeg}

| a | b |
| --- | --- |
| c | d |
| e | f | {oeg}

Last.
"""
TRANSLATION = """\
## Antes

Primero en español[^1].

[^1]: Nota en español.

::: oeg
Segundo con [palabras]{core}.

::: core
Tercero.
:::
:::

- uno
- dos {oeg}

| a | b |
| --- | --- |
| ce | de |
| ee | efe | {oeg}

Último.
"""


def put(
    original: str,
    translation: str,
    *chosen: int | None,
    stale: tuple[int, ...] = (),
    why: Mapping[int, str] | None = None,
) -> Source:
    return merged(cut(original), translated(translation), chosen, lang="en", stale=stale, why=why)


def translated(body: str) -> Source:
    return parse_source("# Título\n\n" + body, "es.md", POLICY, Audience(("public",)))


def texts(source: Source) -> dict[str, str]:
    return {part.name: part.text for part in source.parts}


def test_a_translation_of_todays_original_stays_as_it_is() -> None:
    translation = cut(TRANSLATION)

    assert merged(cut(ORIGINAL), translation, range(len(translation.blocks)), lang="en") == translation


def test_an_original_without_any_translated_block_is_the_original_in_its_own_language() -> None:
    original = cut(ORIGINAL)
    found = put(ORIGINAL, TRANSLATION, *[None] * len(original.blocks))

    assert found.outline() == original.outline()
    assert {block.lang for block in found.blocks} == {"en"}
    assert {part.lang for part in found.parts if part.form in ("inline", "item", "row")} == {"en"}
    assert texts(found)["s1"] == texts(original)["s1"]


def test_a_new_section_stands_in_the_original_language_and_the_rest_moves_on() -> None:
    new = ORIGINAL.replace("- one", "::: oeg\nNew [inside]{core}.\n:::\n\n- one")
    found = put(new, TRANSLATION, 0, 1, 2, 3, 4, None, 5, 6, 7)

    assert found.outline() == cut(new).outline()
    assert texts(found)["s1"] == "Segundo con cqpart2q.\n\ncqpart3q"
    assert texts(found)["s4"] == "New cqpart5q."
    assert texts(found)["s6"] == "dos"
    assert [block.lang for block in found.blocks] == ["", "", "", "", "", "en", "", "", ""]
    assert [found.part(name).lang for name in ("s1", "s5", "s6", "s7")] == ["", "en", "", ""]


def test_a_footnote_and_what_cites_it_are_of_one_language() -> None:
    found = put(ORIGINAL, TRANSLATION, 0, 1, None, 3, 4, 5, 6, 7)

    assert [block.lang for block in found.blocks[:4]] == ["", "en", "en", ""]
    assert "First in English[^en:1].\n\n[^en:1]: Note" in texts(found)[""]


def test_a_block_that_seals_something_else_today_is_the_originals() -> None:
    opened = ORIGINAL.replace("[words]{core}", "words")
    found = put(opened, TRANSLATION, *range(8))

    assert found.blocks[3].lang == "en"
    assert "palabras" not in " ".join(texts(found).values())


def test_definitions_of_each_file_serve_its_own_words() -> None:
    ours = "[Site][x] and OEG.\n\nNew [Site][x].\n\n[x]: https://en.example\n\n*[OEG]: Experts Group"
    theirs = "[Sitio][x] y GEO.\n\n[x]: https://es.example\n\n*[GEO]: Grupo"
    found = put(ours, theirs, 0, None, None, None)

    assert [block.text for block in found.blocks] == [
        "[Sitio](https://es.example) y GEO.",
        "New [Site](https://en.example).",
        "*[OEG]: Experts Group",
        "*[GEO]: Grupo",
    ]
    assert [block.lang for block in found.blocks] == ["", "en", "en", ""]
    assert found.definitions == "*[GEO]: Grupo"


def test_what_changed_is_marked_and_only_that() -> None:
    found = put(ORIGINAL, TRANSLATION, *range(8), stale=(1,))

    assert [block.stale for block in found.blocks] == [False, True, *[False] * 6]


def test_no_block_is_shown_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        put("A.\n\nB.", "C.", 0, 0)


def test_dates_in_data_are_those_of_the_original_and_its_words_the_translations() -> None:
    block = "A.\n\n```action\nid: reply\nwhat: {what}\nwho: [partner]\ndue: {due}\n```"
    ours = block.format(what="Reply", due="2008-11-16T18:00+01:00")
    theirs = block.format(what="Responda", due="2008-11-15T18:00+01:00")
    (data,) = put(ours, theirs, 0, 1).data

    assert data.text_of("what") == "Responda"
    assert str(data.fields["due"]).startswith("2008-11-16")
    assert "Responda" in data.text
    assert "11-16" in data.text


def test_words_about_one_action_are_not_said_of_another() -> None:
    block = "A.\n\n```action\nid: {id}\nwhat: {what}\nwho: [partner]\ndue: 2008-11-16T18:00+01:00\n```"
    (data,) = put(block.format(id="reply", what="Reply"), block.format(id="other", what="Otra cosa"), 0, 1).data

    assert (data.text_of("what"), data.lang) == ("Reply", "en")


SPANISH = Phrases(
    "Volver",
    "Tabla",
    untranslated="Sin traducir",
    outdated="Era otro.",
    withheld="Sin revisar.",
    changed="Ha cambiado.",
    see_original="Ver",
)
ENGLISH = Phrases("Back", "Table")


def shown(source: Source) -> dict[str, str]:
    foreign = Foreign("en", "ltr", ENGLISH, original=lambda number: f"../en#{number.anchor if number else ''}")
    html = RENDERER.render(source, lambda target: "to:" + target, show_numbers=False, phrases=SPANISH, foreign=foreign)
    return dict(html.html)


def test_readers_hear_which_words_are_in_which_language_and_are_told_why() -> None:
    html = shown(put("A.\n\nNew.\n\n- item\n\nB.", "a.\n\nb.", 0, None, None, 1))[""]

    assert html.split("\n") == [
        '<p class="para" id="p1">a.</p>',
        '<p class="para" dir="ltr" id="p2" lang="en">New.</p>',
        '<p class="block-note block-note--untranslated">Sin traducir</p>',
        '<ul dir="ltr" lang="en">',
        "<li>item</li>",
        "</ul>",
        '<p class="para" id="p3">b.</p>',
    ]


@pytest.mark.parametrize(
    ("why", "said"), [("untranslated", "Sin traducir"), ("outdated", "Era otro."), ("withheld", "Sin revisar.")]
)
def test_each_reason_has_its_own_words(why: str, said: str) -> None:
    html = shown(put("A.\n\nB.", "a.", 0, None, why={1: why}))[""]
    assert re.findall(r"block-note--untranslated\">([^<]*)<", html) == [said]


def test_of_a_block_without_words_nothing_is_said() -> None:
    assert "block-note" not in shown(put("A.\n\n- 17", "a.", 0, None, why={1: ""}))[""]


def test_what_was_chosen_and_does_not_fit_is_not_called_untranslated() -> None:
    now, then = "A.\n\nB [x]{oeg}.", "a.\n\nb."
    assert "Sin revisar." in shown(put(now, then, 0, 1))[""]
    assert "Era otro." in shown(put(now, then, 0, 1, stale=(1,)))[""]


def test_of_a_list_in_pieces_the_note_is_true_of_each() -> None:
    now = "A.\n\n- b\n\n- c"
    assert shown(put(now, "a.", 0, None, None, why={1: "untranslated", 2: "outdated"}))[""].count("Era otro.") == 1


def test_a_changed_paragraph_leads_to_its_original() -> None:
    html = shown(put("A.\n\nB.", "a.\n\nb.", 0, 1, stale=(1,)))[""]

    note = '<p class="block-note block-note--changed">Ha cambiado. <a href="../en#p2" hreflang="en">Ver</a></p>'
    assert html.startswith('<p class="para" id="p1">a.</p>\n<p class="para" id="p2">b.</p>\n' + note)


def test_a_heading_that_is_not_translated_is_told_with_what_stands_below_it_or_by_itself() -> None:
    below = shown(put("A.\n\n## New\n\nNew.", "a.", 0, None, None))[""]
    alone = shown(put("A.\n\n## New\n\nB.", "a.\n\nb.", 0, None, 1))[""]

    assert below.count("block-note") == 2
    assert below.index("New.</p>") < below.index("Sin traducir")
    assert '<h2 dir="ltr" id="h1" lang="en">New</h2>\n<p class="block-note' in alone


def test_sealed_words_in_the_originals_language_say_so_wherever_they_are_opened() -> None:
    body = "A [x]{core}.\n\n- b {oeg}\n\n| h |\n| --- |\n| c | {oeg}\n\n::: oeg\nD.\n:::"
    html = shown(put(body, "e.", None, None, None, None))

    assert [html[name] for name in ("s1", "s2", "s3")] == [
        '<span lang="en" dir="ltr">x</span>',
        '<span lang="en" dir="ltr">b</span>',
        '<td lang="en" dir="ltr">c</td>',
    ]
    assert html["s4"].startswith('<p class="para" dir="ltr" id="p2" lang="en">D.</p>')


def test_footnotes_and_abbreviations_of_two_languages_stand_side_by_side() -> None:
    ours = "A OEG[^1].\n\nNew OEG[^2].\n\n[^1]: One.\n\n[^2]: Two.\n\n*[OEG]: Experts"
    theirs = "a OEG[^1].\n\n[^1]: uno.\n\n*[OEG]: Expertos"
    html = shown(put(ours, theirs, 0, None, 1, None, None))[""]

    assert 'a <abbr title="Expertos">OEG</abbr><sup id="fnref-1">' in html
    assert 'New <abbr title="Experts">OEG</abbr><sup id="fnref-en-2">' in html
    assert '<li dir="ltr" id="fn-en-2" lang="en">' in html
    assert html.count('aria-label="Volver"') == html.count('aria-label="Back"') == 1


def test_a_table_of_the_original_is_announced_in_its_language() -> None:
    html = shown(put("A.\n\n| h |\n| --- |\n| c |", "a.", 0, None))[""]

    assert '<div aria-label="Table" class="table-scroll" dir="ltr" lang="en"' in html
    assert html.index("</div>") < html.index("block-note")
