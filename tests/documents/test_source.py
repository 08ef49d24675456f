"""How a text is cut: what is sealed, what is numbered, and every way in which a text is refused."""

from __future__ import annotations

import pytest

from communique.documents.cutting import parse_source
from communique.documents.source import Source
from communique.policy import Audience
from communique.problems import Refused
from tests.documents.reading import POLICY, cut, found, problems_of

TABLE = "| a | b |\n| --- | --- |\n"


def numbers(source: Source) -> list[tuple[str, str]]:
    return [(block.part, str(block.number)) for block in source.blocks if block.number is not None]


# -- what is sealed ----------------------------------------------------------------------------------------------------


def test_a_section_a_row_an_item_and_words_are_parts_in_the_order_of_their_making() -> None:
    source = cut(f"::: oeg, state:mx\nA.\n:::\n\n{TABLE}| c | d | {{core}}\n\n- x {{partner}}\n\nSome [words]{{oeg}}.")

    assert [(part.name, part.form, str(part.audience), part.text) for part in source.parts[1:]] == [
        ("s1", "block", "oeg, state:mx", "A."),
        ("s2", "row", "core", "| c | d |"),
        ("s3", "item", "partner", "x"),
        ("s4", "inline", "oeg", "words"),
    ]
    assert source.parts[0].text.count("cqpart") == 4


def test_a_nested_part_knows_the_part_around_it() -> None:
    source = cut("::: partner\nA [b [c]{core} d]{oeg}.\n\n::: oeg\nE.\n:::\n:::")

    assert {part.text: part.parent for part in source.parts if part.name} == {
        "A cqpart3q.\n\ncqpart4q": "",
        "c": "s3",
        "b cqpart2q d": "s1",
        "E.": "s1",
    }


def test_paragraphs_are_numbered_through_sections_and_nothing_else_is() -> None:
    section = "::: oeg\nTwo.\n\n- item\n\n::: core\nThree.\n:::\n\nFour.\n:::"
    body = f"One.\n\n## Heading\n\n{section}\n\n> quoted\n\n{TABLE}\nFive."

    assert numbers(cut(body)) == [("", "1"), ("s1", "2"), ("s2", "3"), ("s1", "4"), ("", "5")]


def test_two_code_blocks_without_their_ends_make_no_code_of_the_section_between_them() -> None:
    body = "```\nfirst\n\n::: oeg\nA secret.\n:::\n\n```\n\nText."

    assert found(body) == [("sealed-in-code", 6, 1)]


@pytest.mark.parametrize("line", [":::", "  ::: oeg", "：：： partner", "a [word]{oeg}", "- item {core}", "[x]{oegg}"])
def test_code_blocks_hold_nothing_that_looks_like_sealing(line: str) -> None:
    assert found(f"```text\nx\n{line}\n```") == [("sealed-in-code", 5, 1)]


def test_signs_with_a_backslash_seal_nothing_and_are_no_mistake() -> None:
    assert problems_of("A \\[word\\]\\{oeg\\} and \\` and \\<b>.") == ()


def test_windows_line_ends_and_tabs_make_no_difference() -> None:
    body = "::: oeg\nA.\n:::\n\n- b {core}\n"
    plain = cut(body)

    windows = parse_source(("# Title\n\n" + body).replace("\n", "\r\n"), "x.md", POLICY, Audience(("public",)))

    assert windows == plain
    assert cut("-\tb {core}").part("s1").text == "b"


def test_two_sections_may_touch_each_other() -> None:
    assert [str(part.audience) for part in cut("::: oeg\nA.\n:::\n::: core\nB.\n:::").parts[1:]] == ["oeg", "core"]


def test_what_is_sealed_is_not_in_the_representation_of_a_source() -> None:
    assert "SECRET" not in repr(cut("::: oeg\nSECRET one.\n:::\n\nAnd [SECRET two]{core}."))


def test_definitions_outside_every_section_serve_all_parts_and_those_inside_only_theirs() -> None:
    source = cut("[a]: https://a.example\n\n::: oeg\n[b]: https://b.example\n\nSee [x][a], [y][b].\n:::")

    assert source.definitions == "[a]: https://a.example"


def test_what_is_sealed_in_a_table_or_list_is_known_by_its_row_cell_or_item() -> None:
    source = cut(f"{TABLE}| c | [d]{{oeg}} |\n| e | f | {{core}}\n\n- g\n- h {{oeg}}\n- [i [j]{{core}}]{{oeg}}")

    assert [block.inside for block in source.blocks] == [
        ("text in row 1, cell 2 for oeg", "row 2 for core"),
        ("item 2 for oeg", "text in item 3 for oeg, with text for core inside"),
    ]


# -- what is refused ---------------------------------------------------------------------------------------------------

#: A text, and the code, line and column of what is wrong. The first line of a text is line 3.
MISTAKES = {
    # sections
    "::: patner\nx\n:::": [("unknown-audience", 3, 5)],
    "::: public\nx\n:::": [("public-section", 3, 5)],
    "::: oeg\nx": [("unclosed-section", 3, 1)],
    "x\n\n:::": [("stray-fence", 5, 1)],
    "::: oeg\n:::": [("empty-section", 3, 1)],
    "::: oeg\nx\n\n::: partner\ny\n:::\n:::": [("wider-inside", 6, 1)],
    "::: state:mx\nx\n\n::: core\ny\n:::\n:::": [("wider-inside", 6, 1)],
    "A [b [c]{partner}]{oeg}.": [("wider-inside", 3, 6)],
    # near sections
    ":::oeg\nx": [("near-fence", 3, 1)],
    "  ::: oeg\nx": [("near-fence", 3, 3)],
    "> ::: oeg": [("near-fence", 3, 3)],
    "- ::: oeg": [("near-fence", 3, 3)],
    "::: oeg\nx\n::::": [("near-fence", 5, 1), ("unclosed-section", 3, 1)],
    ":: oeg\nx": [("near-fence", 3, 1)],
    ": oeg\nx": [("near-fence", 3, 1)],
    "：：： oeg\nx": [("near-fence", 3, 1)],
    "∷: oeg\nx": [("near-fence", 3, 1)],
    "\u200b::: oeg\nx": [("near-fence", 3, 1)],
    "\u00ad::: oeg\nx": [("near-fence", 3, 1)],
    "&#58;:: oeg\nx": [("near-fence", 3, 1)],
    "/// oeg\nx": [("near-fence", 3, 1)],
    "/// patner\nx": [("near-fence", 3, 1)],
    "!!! state:mx\nx": [("near-fence", 3, 1)],
    "Here ::: oeg\nx": [("near-fence", 3, 6)],
    "Here ::oeg x": [("near-fence", 3, 6)],
    ";;; oeg\nx": [("near-fence", 3, 1)],
    "[oeg]\nx\n[/oeg]": [("near-fence", 3, 1), ("near-fence", 5, 1)],
    "a\u2028::: oeg": [("control-character", 3, 2), ("near-fence", 3, 1)],
    # words
    "A [b]{patner}.": [("unknown-audience", 3, 7)],
    "A [b]{}.": [("missing-audience", 3, 7)],
    "A [ ]{oeg}.": [("empty-section", 3, 3)],
    "A [b]{oeg": [("unclosed-span", 3, 5)],
    "A [b] {oeg}.": [("stray-brace", 3, 7), ("stray-brace", 3, 11)],
    "A b]{oeg}.": [("stray-brace", 3, 5), ("stray-brace", 3, 9)],
    "A [b]｛oeg｝.": [("stray-brace", 3, 6), ("stray-brace", 3, 10)],
    "A [b]&#123;oeg}.": [("stray-brace", 3, 6), ("stray-brace", 3, 15)],
    "A [b]❴oeg❵.": [("near-span", 3, 5)],
    "A [b] (oeg).": [("near-span", 3, 5)],
    "A [b](oeg).": [("bad-link", 3, 7)],
    "A [b](oeg, core).": [("bad-link", 3, 6)],
    "A [b [c]{oeg} d": [("open-bracket", 3, 3)],
    "A [b [c]{oeg}] d": [("open-bracket", 3, 3)],
    "A [b [c]{oeg}](doc:a/b).": [("sealed-in-link", 3, 3)],
    "A `b' and [c]{oeg} and `d'.": [("sealed-in-code", 3, 3)],
    "A `b\nc` d.": [("unclosed-code", 3, 3)],
    "- the ` sign\n- [c]{oeg}\n- the ` sign": [("unclosed-code", 3, 7)],
    "A [b](https://x.example/[c]{oeg}).": [("stray-brace", 3, 7)],
    'A [b](https://x.example "[c]{oeg}").': [("stray-brace", 3, 5)],
    "A paragraph {oeg}": [("seals-nothing", 3, 13)],
    # items and rows
    "- a {patner}": [("unknown-audience", 3, 6)],
    "- a {oeg}\n  b": [("item-goes-on", 3, 5)],
    "- a {oeg}\n    - b": [("item-goes-on", 3, 5)],
    "- a {oeg}\n\n    b": [("item-goes-on", 5, 1)],
    "- a\n\n    b {oeg}": [("item-goes-on", 5, 7)],
    "-  {oeg}": [("empty-section", 3, 1)],
    "- a {oeg}.": [("stray-brace", 3, 5), ("stray-brace", 3, 9)],
    "- a\n1. b": [("mixed-list", 4, 1)],
    "- a\n  - b": [("indented-text", 4, 1)],
    "- a [b\n- c]{oeg}": [("span-crosses", 3, 5)],
    "> a [b\n> c]{oeg}": [("span-crosses", 3, 5)],
    f"{TABLE}| [c | d]{{oeg}} |": [("span-crosses", 5, 3)],
    f"{TABLE}| c | d {{oeg}} |": [("stray-brace", 5, 9), ("stray-brace", 5, 13)],
    f"{TABLE}| c | d | {{patner}}": [("unknown-audience", 5, 12)],
    f"{TABLE}| c | {{oeg}}": [("bad-row", 5, 1)],
    f"{TABLE}| c | d": [("bad-row", 5, 1)],
    "| a | b | {oeg}\n| --- | --- |\n| c | d |": [("sealed-head", 3, 1)],
    "| a | b |\n| c | d |": [("table-without-head", 3, 1)],
    # definitions and footnotes
    "A[^1].": [("undefined-footnote", 3, 2)],
    "[^1]: a": [("unused-footnote", 3, 1)],
    "A[^1].\n\n[^1]: a\n[^1]: b": [("footnote-twice", 6, 1)],
    "A[^1].\n\n::: oeg\n[^1]: b\n:::": [("undefined-footnote", 3, 2), ("unused-footnote", 6, 1)],
    "A [b[^1]]{oeg}.\n\n[^1]: c": [("undefined-footnote", 3, 5), ("unused-footnote", 5, 1)],
    "A [b][c].": [("undefined-reference", 3, 5)],
    "[b]: https://a.example\n[b]: https://b.example": [("definition-twice", 4, 1)],
    "[b]: javascript:x": [("bad-link", 3, 1)],
    '[b]: https://a.example "[c]{oeg}"': [("sealed-definition", 3, 1)],
    "*[OEG]: Experts of [Ruritania]{core}": [("sealed-definition", 3, 1)],
    "[b]: https://a.example\ntext": [("no-blank-line", 4, 1)],
    # form
    "A\n- b": [("no-blank-line", 4, 1)],
    "## A\nb": [("no-blank-line", 4, 1)],
    "> a\nb": [("no-blank-line", 4, 1)],
    "##A": [("bad-heading", 3, 1)],
    "# A": [("second-title", 3, 1)],
    "A\n---": [("underlined-heading", 4, 1)],
    " a": [("indented-text", 3, 1)],
    "a\n\n    b": [("indented-text", 5, 1)],
    "<b>a</b>": [("raw-html", 3, 1), ("raw-html", 3, 5)],
    "A <!-- b -->": [("raw-html", 3, 3)],
    "![a](https://a.example)": [("image", 3, 1)],
    "[a](javascript:b)": [("bad-link", 3, 5)],
    "[a](doc:b/c#x)": [("bad-link", 3, 5)],
    "A cqpart1q": [("reserved-word", 3, 3)],
    "A CQpart1q": [("reserved-word", 3, 3)],
    "```\ncqpart1q\n```": [("reserved-word", 3, 1)],
    "A\u0002b": [("control-character", 3, 2)],
    "```\na": [("unclosed-code", 3, 1)],
    "```\na\n````": [("unclosed-code", 5, 1)],
    "- a\n\n    ```\nb\n```": [("code-indented", 5, 1)],
    "A\n```\nb\n```": [("no-blank-line", 4, 1)],
    "```\na\n\n::: oeg\nb\n:::\n\n```\nc": [("no-blank-line", 11, 1), ("sealed-in-code", 6, 1)],
    # what only Markdown sees
    "a | b\n--- | ---\nc | d": [("paragraphs-unclear", 1, 1)],
    "A <[b]{oeg}@c.example>": [("seal-misplaced", 1, 1)],
}


@pytest.mark.parametrize("body", MISTAKES, ids=ascii)
def test_a_mistake_is_refused_at_its_place(body: str) -> None:
    assert sorted(found(body)) == sorted(MISTAKES[body])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("empty", 1, 1)),
        ("\n\n", ("empty", 1, 1)),
        ("Text", ("no-title", 1, 1)),
        ("\n## Title", ("no-title", 2, 1)),
        ("# A *title*", ("title-markup", 1, 3)),
        ("# A ［title］｛oeg｝", ("title-markup", 1, 3)),
        ("# A cqpart1q", ("reserved-word", 1, 1)),
    ],
)
def test_a_text_begins_with_a_plain_title(text: str, expected: tuple[str, int, int]) -> None:
    with pytest.raises(Refused) as refused:
        parse_source(text, "x.md", POLICY, Audience(("public",)))

    place = refused.value.problems[0].place
    assert (refused.value.problems[0].code, place.line, place.column) == expected


def test_lines_are_counted_from_where_the_body_begins() -> None:
    with pytest.raises(Refused) as refused:
        parse_source("# A\n\nb {oeg}", "x.md", POLICY, Audience(("public",)), first_line=9)

    assert str(refused.value).startswith("x.md:11:3: ")


def test_an_unknown_audience_is_answered_with_the_nearest_name() -> None:
    assert [str(problem) for problem in problems_of("::: patner\nx\n:::")] == [
        'x.md:3:5: there is no audience called "patner" [unknown-audience]\n    did you mean "partner"?'
    ]


def test_words_in_the_place_of_an_audience_are_not_repeated_in_the_letter() -> None:
    assert "closed words" not in " ".join(map(str, problems_of("A [oeg]{the closed words}. B {the closed words}")))


@pytest.mark.parametrize(
    "body",
    ["The group\n(OEG).", "## Partner", "**partner**", "- partner\n- `oeg`", "At 10:30, see 10::20.",
     "Use `:::` for it.",
     "[Partner](doc:a/b)", "A [note] on partner states.", "| partner | b |\n| --- | --- |\n| core | [x] |"],
)  # fmt: skip
def test_good_prose_about_audiences_is_no_near_miss(body: str) -> None:
    assert problems_of(body) == ()


@pytest.mark.parametrize("piece", ["[", "`", "[a]{oeg} ", "[x](https://a.example) ", "<", "{", "\\", "a\n"])
def test_a_long_block_is_read_in_time_that_grows_with_its_length(piece: str) -> None:
    # Ten thousand of anything are cut at once; a quadratic reader needs minutes.
    problems = 0
    try:
        cut(piece * 10_000)
    except Refused as refused:
        problems = len(refused.problems)

    assert problems <= 10_000
