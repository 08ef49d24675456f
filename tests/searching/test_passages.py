"""A passage is a paragraph with what follows it, in the words that its page shows."""

from __future__ import annotations

from communique.searching.passages import LONGEST, passages_of


def shown(html: str, *place: str) -> list[tuple[str, str, str, str, str]]:
    return [(one.anchor, one.number, one.heading, one.lang, one.text) for one in passages_of(html, "en", *place)]


def test_a_paragraph_takes_along_the_list_below_it_and_a_heading_begins_anew() -> None:
    html = (
        '<p class="para" id="p1"><a class="para__number" href="#p1">1</a> One <b>bo</b>ld:</p><ul><li>first</li>'
        "<li>last</li></ul>"
        '<h2 id="h1">Dates</h2><p>Soon.</p><p class="para" id="p2-bis">Two.</p>'
    )
    assert shown(html) == [
        ("p1", "1", "", "en", "One bold: first last"),
        ("h1", "", "Dates", "en", "Dates Soon."),
        ("p2-bis", "2 bis", "Dates", "en", "Two."),
    ]


def test_what_the_site_puts_into_a_text_is_not_looked_for() -> None:
    html = (
        '<p class="para" id="p1">The <a class="term" href="x">OEG</a> <span class="term__note">'
        "(Operational Experts Group)"
        '</span>.<sup class="footnote-ref"><a href="#fn1">1</a></sup></p>'
    )
    assert [one[-1] for one in shown(html)] == ["The OEG."]


def test_a_block_in_another_language_is_a_passage_of_that_language() -> None:
    html = '<p class="para" id="p1">English.</p><div lang="fr"><p class="para" id="p2">En français\u202f!</p>'
    html += "</div><p>More.</p>"
    assert [(one[0], one[3], one[4]) for one in shown(html)] == [
        ("p1", "en", "English."),
        ("p2", "fr", "En français\u202f!"),
        ("p2", "en", "More."),
    ]


def test_a_part_without_numbers_stands_where_it_is_said_to() -> None:
    assert shown("<span>only words</span>", "p7", "Cargo") == [("p7", "7", "Cargo", "en", "only words")]


def test_a_long_table_is_several_passages_and_none_begins_within_a_word() -> None:
    rows = "".join(f"<tr><td>row{number}</td><td>{'word ' * 20}</td></tr>" for number in range(40))
    found = shown(f'<p class="para" id="p1">Table:</p><table><tbody>{rows}</tbody></table>')
    assert len(found) > 4
    assert {one[0] for one in found} == {"p1"}
    assert all(len(one[-1]) < LONGEST * 2 for one in found)
    assert " ".join(one[-1] for one in found).count("row") == 40


def test_the_place_of_a_sealed_part_leaves_no_trace_in_the_words_around_it() -> None:
    assert [
        one[-1] for one in shown('<p class="para" id="p1">Open cqpart3q end <span data-cq-place="s4"></span>.</p>')
    ] == ["Open end."]
