"""Data in a text: which blocks are understood, to which paragraph they belong, and that none hides sealing."""

from __future__ import annotations

import datetime

import pytest

from communique.documents.document import Text
from communique.documents.fields import BLOCK_FIELDS
from communique.documents.kinds import FrontMatter
from communique.documents.source import Source
from communique.languages.parity import _compare
from communique.languages.shown_data import shown_data
from communique.policy import Audience
from communique.problems import Place
from tests.documents.reading import PHRASES, POLICY, RENDERER, cut, found

ACTION = """\
```action
id: reply
what: Say yes or no
who: [partner]
due: 2008-11-15T18:00+01:00
```"""
ITALIC = "A *word*.\n\n" + ACTION


def shown(body: str) -> dict[str, str]:
    html = RENDERER.render(
        cut(body),
        lambda target: target,
        show_numbers=True,
        phrases=PHRASES,
        data=lambda block: shown_data(block, "en", POLICY, PHRASES),
    ).html
    return dict(html)


def test_a_block_belongs_to_the_paragraph_before_it_in_its_own_section() -> None:
    source = cut(f"A.\n\n::: oeg\nB.\n\n{ACTION}\n:::\n\n{ACTION}\n\nC.")

    assert [(block.part, str(block.number)) for block in source.data] == [("s1", "2"), ("", "1")]


def test_what_is_not_given_has_no_value_and_a_moment_keeps_its_zone() -> None:
    (block,) = cut(ITALIC).data

    assert block.fields["due"] == datetime.datetime(
        2008, 11, 15, 18, tzinfo=datetime.timezone(datetime.timedelta(hours=1))
    )
    assert "reply" not in block.fields
    assert block.text_of("reply") == ""


def test_a_block_stands_in_the_html_of_its_section_and_nowhere_else() -> None:
    html = shown(f"A.\n\n::: oeg\nB.\n\n{ACTION}\n:::\n")

    assert "Say yes or no" not in html[""]
    assert '<time class="due" datetime="2008-11-15T18:00:00+01:00">15 November 2008, 18:00 (UTC+1)</time>' in html["s1"]
    assert "<code" not in html["s1"]
    assert "cqpart" not in html["s1"]


def test_what_is_done_is_not_shown_as_due() -> None:
    done = ACTION.replace("```action", "```action\ndone: 2008-11-14")

    assert 'class="due"' not in shown("A.\n\n" + done)[""]


def test_two_blocks_alike_each_stand_where_they_were_written() -> None:
    html = shown(f"A.\n\n{ACTION}\n\nB.\n\n{ACTION}")[""]

    assert [html.count(piece) for piece in ("data--action", "Say yes or no")] == [2, 2]
    assert html.index("data--action") < html.index('id="p2"') < html.rindex("data--action")


def test_what_a_value_says_is_never_markup() -> None:
    html = shown("A.\n\n" + ACTION.replace("yes or no", "*yes* & [no](no)"))[""]

    assert "Say *yes* &amp; [no](no)" in html


@pytest.mark.parametrize(
    ("body", "code", "line", "column"),
    [
        ("A.\n\n```acton\nid: x\n```", "unknown-data-block", 5, 1),
        ("A.\n\n```Action\nid: x\n```", "unknown-data-block", 5, 1),
        ("A.\n\n## H\n\n" + ACTION, "data-without-paragraph", 7, 1),
        ("A.\n\n::: oeg\n" + ACTION + "\n:::", "data-without-paragraph", 6, 1),
        ("A.\n\n````\n" + ACTION + "\n````", "data-in-code", 6, 1),
        ("A.\n\n" + ACTION.replace("id: reply", "id: Reply"), "bad-name", 6, 5),
        ("A.\n\n" + ACTION.replace("[partner]", "[patner]"), "unknown-value", 8, 7),
        ("A.\n\n" + ACTION.replace("+01:00", ""), "no-time-zone", 9, 6),
        ("A.\n\n" + ACTION.replace("-15T", "-31T"), "bad-date", 9, 6),
        ("A.\n\n" + ACTION.replace("who: [partner]\n", ""), "missing-key", 6, 1),
        ("A.\n\n" + ACTION.replace("who:", "whom:"), "unknown-key", 8, 1),
        ("A.\n\n" + ACTION.replace("yes or no", "<b>yes</b>"), "plain-text", 7, 7),
        ("A.\n\n" + ACTION.replace("yes or no", "[yes]{oeg}"), "sealed-in-code", 7, 1),
        ("A.\n\n" + ACTION.replace("who:", "::: oeg\nwho:"), "sealed-in-code", 8, 1),
        ("A.\n\n" + ACTION.replace("id: reply", "id: &a reply"), "yaml-feature", 6, 5),
        ("A.\n\n```tearline\ndocument: notes/x\n```", "tearline-misplaced", 5, 1),
    ],
)
def test_a_block_that_is_not_understood_is_refused_at_its_place(body: str, code: str, line: int, column: int) -> None:
    assert (code, line, column) in found(body)


@pytest.mark.parametrize("word", ["python", "html", "yaml", "text", "sh", "sql", "mermaid", ""])
def test_code_of_other_languages_stays_code(word: str) -> None:
    assert found(f"A.\n\n```{word}\nid: x\n```") == []


def differing(ours: str) -> list[str]:
    def text(source: Source, lang: str) -> Text:
        return Text(f"{lang}.md", lang, FrontMatter(Place("x"), Audience(("public",)), "en", "S", lang == "en"), source)

    return [problem.next for problem in _compare(text(cut(ITALIC), "en"), text(cut("Una *palabra*.\n\n" + ours), "es"))]


def test_a_translation_says_the_translated_fields_itself() -> None:
    assert differing(ACTION.replace("Say yes or no", "Diga sí o no")) == []


@pytest.mark.parametrize(
    ("was", "now", "named"),
    [
        ("18:00", "17:00", "due"),
        ("18:00+01:00", "17:00Z", "due"),
        ("partner", "oeg", "who"),
        ("id: reply", "id: respuesta", "id"),
        ("what: Say yes or no", "what: Diga\nreply: Por correo", "reply"),
    ],
)
def test_a_translation_that_changes_a_fact_is_refused_and_hears_which(was: str, now: str, named: str) -> None:
    assert differing(ACTION.replace(was, now)) == [f"copy from the original, as they are: {named}"]


def test_every_field_of_a_block_has_an_example_and_a_sentence() -> None:
    for fields in BLOCK_FIELDS.values():
        assert all(field.example and field.about.endswith((".", "?")) for field in fields)
