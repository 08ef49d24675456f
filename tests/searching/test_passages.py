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
        ("p1", "1", "", "en", "One bold: first · last"),
        ("h1", "", "Dates", "en", "Soon."),
        ("p2-bis", "2 bis", "Dates", "en", "Two."),
    ]


def test_cells_and_items_do_not_run_together_and_no_sign_stands_beside_a_sign() -> None:
    html = (
        '<p class="para" id="p1">Table:</p><table><thead><tr><th>Country</th>\n<th>Date</th></tr></thead>\n<tbody>'
        "<tr><td>France</td><td></td><td>12.</td></tr><tr><td><b>S</b>pain</td><td>13</td></tr></tbody></table>\n"
        "<ol><li>One.</li>\n<li>Two, <i>and</i><ul><li>three;</li><li>four</li></ul></li></ol><p>After.</p>"
        "<dl><dt>Who</dt><dd>Spain</dd></dl>"
    )
    assert [one[-1] for one in shown(html)] == [
        "Table: Country · Date | France · 12. | Spain · 13 | One. Two, and · three; four · After. Who: Spain"
    ]
    for lang in ("fr", "fr-CA"):
        assert passages_of("<dl><dt>Qui</dt><dd>Espagne</dd></dl>", lang)[0].text == "Qui\u00a0: Espagne"


def test_a_heading_is_told_apart_from_the_words_under_it_and_is_found_by_its_own() -> None:
    html = (
        '<h2 id="a">First</h2><p class="para" id="p1">One.</p>'
        '<h2 id="b">Second</h2><h3 id="c">Third</h3><p>Two.</p>'
        '<h2 id="d">Fourth</h2><div lang="fr"><p class="para" id="p3">Trois.</p></div>'
        '<h2 id="e">Last</h2><div class="footnote"><ol><li id="fn1">A note.</li></ol></div>'
    )
    found = passages_of(html, "en")
    assert [(one.anchor, one.words, one.text, one.leads_on) for one in found] == [
        ("a", "First ", "", True),
        ("p1", "One.", "One.", False),
        ("b", "Second ", "", False),
        ("c", "Third Two.", "Two.", False),
        ("d", "Fourth ", "", False),
        ("p3", "Trois.", "Trois.", False),
        ("e", "Last ", "", False),
        ("fn1", "A note.", "A note.", False),
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
    assert shown(" <p></p> ", "p7", "Cargo") == []


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


def test_of_the_two_forms_of_a_plan_the_longer_one_is_read() -> None:
    blank = '<span class="blank"><span data-plan-long="">Sea office</span><span data-plan-short="">Office</span></span>'
    html = f"<p>The {blank} at sea.</p><p><span data-plan-long>Ten tell it.</span><span data-plan-short>One.</span></p>"
    (passage,) = passages_of(html, "en")
    assert passage.text == "The Sea office at sea. Ten tell it."
