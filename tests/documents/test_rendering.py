"""From a cut text to HTML: numbers, ids, footnotes and places of parts."""

from __future__ import annotations

from communique.documents.numbers import Number
from communique.documents.rendering import place_parts
from tests.documents.reading import cut, problems_of, rendered

TABLE = "| a | b |\n| :-- | --: |\n"


def test_paragraphs_carry_the_documents_numbers_in_each_part() -> None:
    html = rendered("A.\n\n::: oeg\nB.\n:::\n\nC.", after=Number(29))

    assert html == {
        "": '<p class="para" id="p30">A.</p>\n<p class="cq-place">cqpart1q</p>\n<p class="para" id="p32">C.</p>',
        "s1": '<p class="para" id="p31">B.</p>',
    }


def test_a_shown_number_is_a_link_to_its_paragraph() -> None:
    html = rendered("**A** b.", show_numbers=True)

    assert html[""] == ('<p class="para" id="p1"><a class="para__number" href="#p1">1</a> <strong>A</strong> b.</p>')


def test_footnotes_are_named_and_shown_after_their_part() -> None:
    html = rendered("A[^1].\n\n[^1]: Open.\n\n::: oeg\nB[^1], again[^1], again[^1].\n\n[^1]: Closed.\n:::")

    assert 'id="fn-1"' in html[""]
    assert "Closed" not in html[""]
    assert '<a class="footnote-ref" href="#s1-fn-1">s1.1</a>' in html["s1"]
    assert html["s1"].count('id="s1-fnref') == 3
    assert "Open" not in html["s1"]
    assert 'aria-label="Back to the text"' in html["s1"]


def test_headings_are_named_after_their_part() -> None:
    html = rendered("## A\n\n::: oeg\n## B\n:::\n\n## C")

    assert '<h2 id="h1">A</h2>' in html[""]
    assert '<h2 id="h2">C</h2>' in html[""]
    assert html["s1"] == '<h2 id="s1-h1">B</h2>'


def test_shared_definitions_serve_sealed_parts_and_sealed_ones_do_not_serve_the_public() -> None:
    body = "[x]: https://a.example\n\n*[PSI]: Initiative\n\n"
    body += "::: oeg\n*[OEG]: Experts\n\n[x][x] PSI OEG\n:::\n\nPSI OEG [[x][x]]{core}"

    html = rendered(body)

    assert 'href="https://a.example"' in html["s1"]
    assert 'href="https://a.example"' in html["s2"]
    assert '<abbr title="Initiative">PSI</abbr> <abbr title="Experts">OEG</abbr>' in html["s1"]
    assert "Experts" not in html[""]


def test_lists_keep_their_numbers_over_a_section() -> None:
    html = rendered("1. a\n2. b\n\n::: oeg\nC.\n:::\n\n3. d\n4. e")

    assert '<ol start="3">' in html[""]


def test_tables_scroll_in_a_box_and_carry_no_style() -> None:
    html = rendered(TABLE + "| c | d |")[""]

    assert html.startswith('<div aria-label="Table" class="table-scroll" role="group" tabindex="0"><table>')
    assert '<td align="right">d</td>' in html
    assert "style" not in html


def test_a_sealed_row_is_its_cells_and_leaves_a_row_of_its_own() -> None:
    html = rendered(TABLE + "| c \\| d | `e|f` | {oeg}\n| g | [h]{core} |")

    assert html["s1"] == '<td align="left">c | d</td><td align="right"><code>e|f</code></td>'
    row = '<tr class="cq-place">\n<td align="left">cqpart1q</td>\n<td align="right"></td>\n</tr>'
    assert row in html[""]
    assert place_parts(html[""], lambda name, place: f"<{name} {place}>").count("<s1 row>") == 1


def test_a_row_with_nothing_but_sealed_words_is_still_an_open_row() -> None:
    placed = place_parts(rendered(TABLE + "| [c]{oeg} |  |")[""], lambda name, place: f"[{name} {place}]")

    assert '<td align="left">[s1 inline]</td>' in placed


def test_sealed_items_and_words_are_rendered_without_a_paragraph() -> None:
    html = rendered("- **a** 2008. b {oeg}\n\nC [_d_ e]{core}, [f ]{core}g. [2008. h]{core} [[i](doc:a/b#p3)]{core}")

    assert list(html.values())[1:] == [
        "<strong>a</strong> 2008. b",
        "<em>d</em> e",
        "f ",
        "2008. h",
        '<a href="to:doc:a/b#p3">i</a>',
    ]


def test_a_paragraph_of_nothing_but_sealed_words_keeps_its_number() -> None:
    html = rendered("[A.]{oeg}\n\nB.")

    assert html[""] == '<p class="para" id="p1">cqpart1q</p>\n<p class="para" id="p2">B.</p>'


def test_code_blocks_count_as_no_paragraph() -> None:
    html = rendered("A.\n\n```text\n: oeg\n<b>\n```\n\nB.")

    assert '<p class="para" id="p2">B.</p>' in html[""]
    assert '<pre><code class="language-text">: oeg\n&lt;b&gt;\n</code></pre>' in html[""]


def test_links_out_of_the_site_tell_nothing_of_the_reader() -> None:
    html = rendered("[a](https://a.example) <https://b.example> [c](mailto:c@example.org) <d@example.org> [e](#p1)")[""]

    assert html.count('rel="external noreferrer"') == 2
    assert 'href="mailto:c@example.org"' in html


def test_documents_are_linked_where_the_site_has_them() -> None:
    assert 'href="to:doc:meetings/paris#p3"' in rendered("[a](doc:meetings/paris#p3)")[""]


def test_raw_html_and_images_never_come_through() -> None:
    assert "&lt;b>" in rendered("A \\<b>.")[""].replace("&gt;", ">")
    assert problems_of("A <b>.") != ()


def test_what_markdown_sees_otherwise_than_the_cut_is_refused() -> None:
    assert [problem.code for problem in problems_of("a | b\n--- | ---\nc | d")] == ["paragraphs-unclear"]
    assert [problem.code for problem in problems_of("A <[b]{oeg}@c.example>")] == ["seal-misplaced"]


def test_no_number_id_or_attribute_of_a_sealed_part_is_public() -> None:
    sealed = "::: oeg\n## H\n\nA[^1] [b](https://closed.example).\n\n1. c\n\n[^1]: d\n\n*[FF]: g\n:::"

    assert rendered("A.\n\n" + sealed)[""] == rendered("A.\n\n::: oeg\nB.\n:::")[""]


def test_two_renderings_do_not_know_of_each_other() -> None:
    body = "A[^1] [b][c] PSI.\n\n[^1]: d\n\n[c]: https://c.example\n\n*[PSI]: Initiative"
    before = rendered(body)
    rendered("[c]: https://other.example\n\n*[PSI]: Other\n\nPSI [x][c] y[^1].\n\n[^1]: other")

    assert rendered(body) == before
    assert cut(body) == cut(body)
