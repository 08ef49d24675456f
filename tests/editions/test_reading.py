"""The HTML of a page's text becomes blocks; what is not known is refused."""

from __future__ import annotations

import pytest

from communique.editions.edition import (
    Abbreviated,
    Block,
    Box,
    Cell,
    Code,
    Definitions,
    Figure,
    Heading,
    Inline,
    Item,
    Items,
    LineBreak,
    LinkTo,
    Locked,
    LockedWords,
    Note,
    Notes,
    Paragraph,
    Quotation,
    Remark,
    Row,
    Rule,
    Sealed,
    Spoken,
    Styled,
    Table,
    Words,
    words_of,
)
from communique.editions.reading import NotUnderstood, Reading, blocks_of, cells_of, inline_of

LOCKED = Locked("TLP:AMBER", "Experts", "7–9", "https://portal.example/en/a/b/index.html#p7")


def reading(lang: str = "en") -> Reading:
    return Reading(
        lang,
        lambda href: f"https://portal.example/{href}" if not href.startswith("#") else href,
        lambda href: href.rpartition("/")[2],
        lambda _: (LOCKED,),
        lambda _: (Sealed("TLP:AMBER", (Words("closed"),)),),
        lambda _: Row((), "TLP:AMBER", "https://portal.example/"),
    )


def one(html: str) -> Block:
    (block,) = blocks_of(html, reading())
    return block


def test_a_numbered_paragraph_keeps_its_number_and_anchor() -> None:
    html = '<p class="para" id="p29-bis"><a class="para__number" href="#p29-bis">29 bis</a> It\u00a0was\nheld.</p>'

    assert one(html) == Paragraph((Words("It\u00a0was held."),), "29 bis", "p29-bis")


def test_words_keep_what_makes_them_different() -> None:
    html = (
        '<p>An <em>open</em> <strong>end</strong>, <abbr title="Example">EX</abbr><br>and <cite>Title</cite> '
        '<bdi class="symbol">A/1</bdi><span class="ref__note">(A/1)</span> <code>x &lt; 1</code> '
        '<span lang="fr" dir="ltr">mot</span> <a class="term" href="g" title="said">term</a></p>'
    )

    assert one(html) == Paragraph(
        (
            Words("An "),
            Styled("emphasis", (Words("open"),)),
            Words(" "),
            Styled("strong", (Words("end"),)),
            Words(", "),
            Abbreviated("EX", "Example"),
            LineBreak(),
            Words("and "),
            Styled("title", (Words("Title"),)),
            Words(" "),
            Styled("symbol", (Words("A/1"),)),
            Styled("aside", (Words("(A/1)"),)),
            Words(" "),
            Styled("code", (Words("x < 1"),)),
            Words(" "),
            Spoken("fr", "ltr", (Words("mot"),)),
            Words(" "),
            Words("term"),
        )
    )


def test_a_link_leads_to_the_portal_from_anywhere() -> None:
    assert one('<p><a href="x">There</a></p>') == Paragraph((LinkTo("https://portal.example/x", (Words("There"),)),))


def test_lists_keep_their_order_and_what_stands_in_them() -> None:
    html = '<ol start="3"><li>One<ul><li><p>Inner</p></li></ul></li><li><cq-part data-part="s1" data-form="inline"></cq-part></li></ol>'  # noqa: E501

    inner = Items((Item((Paragraph((Words("Inner"),)),)),))
    assert one(html) == Items(
        (
            Item((Paragraph((Words("One"),)), inner)),
            Item((Paragraph((Words("closed"),)),), "TLP:AMBER"),
        ),
        ordered=True,
        first=3,
    )


def test_a_table_keeps_its_head_its_alignment_and_its_locked_rows() -> None:
    html = (
        '<div class="table-scroll" role="group"><table><thead><tr><th>A</th><th align="right">B</th></tr></thead>'
        '<tbody><tr><td>1</td><td align="right">2</td></tr><cq-part data-part="s1" data-form="row"></cq-part>'
        "</tbody></table></div>"
    )

    assert one(html) == Table(
        (Cell((Words("A"),)), Cell((Words("B"),), "right")),
        (Row((Cell((Words("1"),)), Cell((Words("2"),), "right"))), Row((), "TLP:AMBER", "https://portal.example/")),
    )


def test_a_footnote_and_its_mark_have_the_same_number_and_name() -> None:
    html = (
        '<p>A claim.<sup id="s3-fnref-1"><a class="footnote-ref" href="#s3-fn-1">s3.1</a></sup></p>'
        '<div class="footnote"><hr><ol><li id="s3-fn-1"><p>A note.\u00a0<a class="footnote-backref" href="#s3-fnref-1"'
        ' aria-label="Back">↩</a></p></li></ol></div>'
    )
    paragraph, notes = blocks_of(html, reading())

    assert paragraph == Paragraph((Words("A claim."), Note("s3.1", "s3-fn-1")))
    assert isinstance(notes, Notes)
    ((number, anchor, blocks),) = notes.notes
    assert (number, anchor) == ("s3.1", "s3-fn-1")
    assert [words_of(block.content).strip() for block in blocks if isinstance(block, Paragraph)] == ["A note."]


def test_a_block_of_data_is_a_box_with_its_fields() -> None:
    html = (
        '<div class="data data--action" role="group"><p class="data__name" aria-hidden="true">Action</p>'
        '<p class="data__lead">Reply</p><dl class="data__fields"><div class="data__field"><dt>Due</dt>'
        '<dd><time class="due" datetime="2009-05-12">12 May 2009</time></dd></div></dl></div>'
    )

    assert one(html) == Box(
        "action",
        (
            Paragraph((Words("Action"),)),
            Paragraph((Words("Reply"),)),
            Definitions((((Words("Due"),), (Paragraph((Words("12 May 2009"),)),)),)),
        ),
    )


def test_the_number_of_an_issues_item_is_said_with_its_heading() -> None:
    block = one('<h2 id="s1-h1"><span class="item-number">3</span> On loan</h2>')

    assert isinstance(block, Heading)
    assert words_of(block.content) == "3. On loan"


def test_everything_else_that_a_text_may_hold_is_read() -> None:
    html = (
        '<h2 id="h1">Head</h2>\n<blockquote>\n<p>Said</p>\n</blockquote>\n<hr>\n<pre><code>a  b\n</code></pre>\n'
        '<figure class="figure"><img src="../m.png" alt="A map" width="1" height="1"><figcaption>Map</figcaption>'
        '</figure>\n<p class="block-note block-note--untranslated">Not yet translated</p>\n'
        '<cq-part data-part="s1" data-form="block"></cq-part>'
    )

    assert blocks_of(html, reading()) == (
        Heading(2, "h1", (Words("Head"),)),
        Quotation((Paragraph((Words("Said"),)),)),
        Rule(),
        Code("a  b"),
        Figure("A map", "Map", "https://portal.example/../m.png", "m.png"),
        Remark((Words("Not yet translated"),)),
        LOCKED,
    )


def test_blocks_in_another_language_say_so() -> None:
    html = '<p lang="fr" dir="ltr">Oui</p><div class="table-scroll" lang="fr"><table><tr><td>Un</td></tr></table></div>'

    assert [block.lang for block in blocks_of(html, reading()) if isinstance(block, Paragraph | Table)] == ["fr", "fr"]
    assert [block.lang for block in blocks_of(html, reading("fr")) if isinstance(block, Paragraph | Table)] == ["", ""]


def test_what_is_said_to_screen_readers_or_in_a_plans_shorter_form_is_left_out() -> None:
    html = '<p><span class="visually-hidden">inserted </span><span data-plan-long="">long</span><span data-plan-short="">short</span></p>'  # noqa: E501

    assert one(html) == Paragraph((Words("long"),))


def test_cells_and_words_of_a_part_are_read_alone() -> None:
    assert cells_of("<td>a</td><td>b</td>", reading()) == (Cell((Words("a"),)), Cell((Words("b"),)))
    assert inline_of("some <em>words</em>", reading()) == (Words("some "), Styled("emphasis", (Words("words"),)))


@pytest.mark.parametrize(
    "html",
    [
        "<p><iframe></iframe></p>",
        "<p>never closed",
        "</p>",
        "<p><em>crossed</p></em>",
        "<ul><p>no item</p></ul>",
        "<table><tr><td><table></table></td></tr></table>",
        "<dl><p>neither</p></dl>",
        "<p><video src=x></video></p>",
        '<div class="footnote"><ol><li>nameless</li></ol></div>',
    ],
)
def test_what_is_not_known_is_refused_and_not_quoted(html: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        blocks_of(html, reading())

    assert all(word not in str(refused.value) for word in ("never", "crossed", "neither", "nameless"))


def test_no_block_shows_its_words_in_a_log() -> None:
    blocks: tuple[Block | Inline, ...] = (
        *blocks_of('<h2 id="h1">qzx</h2><p>qzx</p><ul><li>qzx</li></ul><pre>qzx</pre>', reading()),
        LockedWords("TLP:AMBER", ""),
    )

    assert "qzx" not in repr(blocks)
