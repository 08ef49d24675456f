"""Paragraph numbers: what a text may call its paragraphs, and that a number and its place are one in every language."""

from __future__ import annotations

import datetime
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.documents.catalogue import assemble
from communique.documents.cutting import parse_source
from communique.documents.document import Text
from communique.documents.fields import KINDS
from communique.documents.kinds import FrontMatter
from communique.documents.numbers import FIRST, INSERTED, Number, of_anchor, of_text, runs, stated_in
from communique.documents.rendering import Phrases, Renderer
from communique.documents.source import Source, misnumbered
from communique.documents.typed_numbers import typed_numbers
from communique.languages.parity import document_parity
from communique.policy import Audience
from communique.problems import Place, Problem, Refused
from communique.site import read_site
from communique.strict_yaml import load_yaml
from tests.access.test_comparison import SITE as TWO_LANGUAGES
from tests.documents.reading import POLICY, cut, rendered

SITE = read_site(load_yaml(TWO_LANGUAGES, "site.yaml"), KINDS)
PUBLIC = Audience(("public",))
NUMBERS = st.builds(Number, st.integers(1, 99_999), st.integers(0, len(INSERTED)))
#: What may stand between paragraphs, or around one, without being one.
AROUND = ("{}", "::: oeg\n{}\n:::", "::: oeg, state:nz\n{}\n:::", "::: partner\n{}\n\n- an item\n:::",
          "## A heading\n\n{}", "{}\n\n- an item {{oeg}}", "{}\n\n> said", "[{}]{{core}} and more",
          "{}\n\n| a |\n| --- |\n| b |",
          )  # fmt: skip
WORDS = {"en": "words", "es": "palabras", "fr": "mots"}


def wrong(body: str, after: Number | None = None) -> list[tuple[str, int]]:
    """Code and line of what is refused of a text's numbers; `body` begins on line 3."""
    try:
        source = cut(body)
    except Refused as refused:
        return [(problem.code, problem.place.line) for problem in refused.problems]
    return [(problem.code, problem.place.line) for problem in misnumbered(source, "x.md", after)]


def shown(source: Source) -> list[str]:
    return [str(number) for number in source.all_numbers]


def test_a_paragraph_put_in_later_stands_between_its_neighbours() -> None:
    twenty_nine = Number(29)
    bis = twenty_nine.inserted
    assert bis is not None
    ter = bis.inserted
    assert ter is not None

    assert [str(number) for number in sorted((Number(30), ter, twenty_nine, bis))] == ["29", "29 bis", "29 ter", "30"]
    assert (bis.anchor, str(bis.next), str(ter.next)) == ("p29-bis", "30", "30")
    assert Number(29, len(INSERTED)).inserted is None


@settings(max_examples=200, deadline=None, database=None)
@given(one=NUMBERS, other=NUMBERS)
def test_number_text_and_anchor_are_one(one: Number, other: Number) -> None:
    assert of_anchor(one.anchor) == of_text(str(one)) == one
    assert stated_in(f"¶{one} Text") == (one, len(f"¶{one} "))
    assert (one == other) == (str(one) == str(other)) == (one.anchor == other.anchor)
    assert (one < other) + (other < one) + (one == other) == 1


@pytest.mark.parametrize(
    "anchor", ["", "p", "p0", "p01", "p1-", "p1-BIS", "p1-foo", "p1 bis", "P1", "p1-bis-ter", "p123456", "p1\n"]
)
def test_what_is_no_paragraphs_anchor_names_none(anchor: str) -> None:
    assert of_anchor(anchor) is None


@pytest.mark.parametrize(
    ("numbers", "grouped"),
    [
        ("", []),
        ("7", ["7"]),
        ("7 8", ["7–8"]),
        ("29 30 32", ["29–30", "32"]),
        ("29 29-bis 30 31", ["29", "29 bis", "30–31"]),
    ],
)
def test_numbers_that_follow_each_other_are_cited_together(numbers: str, grouped: list[str]) -> None:
    found = runs(number for number in map(of_text, numbers.split()) if number is not None)

    assert ["–".join(dict.fromkeys((str(run[0]), str(run[-1])))) for run in found] == grouped


# -- what a text says itself


def test_a_text_may_say_the_numbers_that_it_has() -> None:
    source = cut("¶1 A.\n\nB.\n\n¶2 bis C.\n\n::: oeg\n¶2 ter D.\n\n¶3 withdrawn\n\nE.\n:::\n\n¶5 F [g]{core}.")

    assert shown(source) == ["1", "2", "2 bis", "2 ter", "3", "4", "5"]
    assert [str(number) for number in source.withdrawn_numbers] == ["3"]
    assert list(misnumbered(source, "x.md", None)) == []
    assert "¶" not in source.parts[0].text


def test_said_numbers_change_nothing_but_themselves() -> None:
    assert rendered("¶1 **A** b.\n\n¶2 C\nd.", show_numbers=True) == rendered("**A** b.\n\nC\nd.", show_numbers=True)


def test_a_paragraph_that_was_taken_out_keeps_its_number_and_says_so() -> None:
    html = rendered("A.\n\n¶2 withdrawn\n\nC.", show_numbers=True)[""]

    assert '<p class="para withdrawn" id="p2"><a class="para__number" href="#p2">2</a> Withdrawn</p>' in html
    assert '<p class="para withdrawn" id="p1">¶1 Withdrawn</p>' in rendered("¶1 withdrawn")[""]
    french = Phrases("Retour", "Tableau", withdrawn="Retiré")
    there = Renderer().render(cut("A.\n\n¶2 withdrawn"), str, show_numbers=True, phrases=french).html[""]
    assert "</a> Retiré</p>" in there


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("A.\n\n¶3 B.", [("wrong-number", 5)]),
        ("¶1 bis A.", [("wrong-number", 3)]),
        ("A.\n\n¶1 ter B.", [("wrong-number", 5)]),
        ("A.\n\n¶1 B.", [("wrong-number", 5)]),
        # One that is wrong is one mistake, whichever way the rest goes on.
        ("¶1 A.\n\n¶22 B.\n\n¶3 C.\n\n¶4 D.", [("wrong-number", 5)]),
        ("¶1 A.\n\n¶3 B.\n\n¶4 C.\n\n¶5 D.", [("wrong-number", 5)]),
        ("¶1bis A.", [("bad-number", 3)]),
        ("¶ 1 A.", [("bad-number", 3)]),
        ("¶0 A.", [("bad-number", 3)]),
        ("¶1\nA.", [("bad-number", 3)]),
        ("¶one A.", [("bad-number", 3)]),
        ("¶1 Withdrawn.", [("bad-number", 3)]),
        ("¶1 retiré", [("bad-number", 3)]),
        ("A.\n\n¶2 - an item", [("bad-number", 5)]),
        ("A.\n\n¶2 ## B", [("bad-number", 5)]),
        ("A.\n\n¶2 > said", [("bad-number", 5)]),
        ("A.\n\n¶2 | a |", [("bad-number", 5)]),
    ],
)
def test_a_number_that_is_not_the_paragraphs_own_is_refused_where_it_stands(
    body: str, found: list[tuple[str, int]]
) -> None:
    assert [one for one in wrong(body) if one[0].endswith("-number")] == found


def test_the_refusal_says_which_number_it_is_and_which_word_comes_next() -> None:
    source = cut("A.\n\n¶1 bis B.\n\n¶7 C.")

    (problem,) = misnumbered(source, "x.md", None)

    assert problem.what == "this paragraph is ¶2, and it says ¶7"
    assert (
        problem.next == "write ¶2, or ¶1 ter if it was put in after ¶1 bis had been released; or leave the number out"
    )


@pytest.mark.parametrize(
    ("second", "what", "fix"),
    [
        ("¶1 ter B.", "this paragraph says ¶1 ter, and there is no ¶1 bis before it", "write ¶2, or ¶1 bis if"),
        ("¶1 Bis B.", "this paragraph is ¶2, and it says ¶1", "bis, ter and the words after them are written in small"),
        ("¶1 Biscuits.", "this paragraph is ¶2, and it says ¶1", "write ¶2, or ¶1 bis if"),
    ],
)
def test_a_number_that_was_nearly_right_is_told_what_it_lacks(second: str, what: str, fix: str) -> None:
    (problem,) = misnumbered(cut(f"A.\n\n{second}"), "x.md", None)

    assert problem.what == what
    assert problem.next.startswith(fix)


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("1. Of the first.\n2. Of the second.\n\nAnd more.", [3]),
        ("1. Of the first.\n\nGoing on.\n\n2. Of the second.\n\n::: oeg\n2. Of the third.\n:::", [3, 7, 10]),
        ("A.\n\n2. B", [5]),
        ("A.\n\n2) B", [5]),
        ("A.\n\n(2) B", [5]),
        ("A.\n\n2\\. B", [5]),
        # Lists of their own, and years.
        ("A:\n\n1. B.\n2. C.", []),
        ("## Agenda\n\n1. Opening\n2. Adoption\n\nA.", []),
        ("A.\n\n2008 was so.", []),
        ("A.\n\n2.5 grams", []),
        ("A.\n\n3) B", []),
        ("A.\n\n- 2. B", []),
    ],
)
def test_a_typed_number_is_a_warning_where_the_paragraph_would_have_it(body: str, lines: list[int]) -> None:
    found = list(typed_numbers(cut(body), "x.md"))

    assert [(problem.code, problem.place.line) for problem in found] == [("typed-number", line) for line in lines]


def test_a_later_part_counts_typed_numbers_on() -> None:
    source = cut("24. A.\n\nB.").numbered(Number(23))

    assert [problem.place.line for problem in typed_numbers(source, "x.md")] == [3]


def test_numbers_count_on_from_the_part_before() -> None:
    assert wrong("¶24 A.\n\n¶25 B.", Number(23)) == []
    assert wrong("¶23 bis A.\n\nB.\n\n¶25 C.", Number(23)) == []
    assert wrong("¶1 A.", Number(23)) == [("wrong-number", 3)]


def test_columns_are_counted_with_the_number() -> None:
    with pytest.raises(Refused) as refused:
        cut("A.\n\n¶2 [b](nowhere) and {c.")

    assert [(one.code, one.place.line, one.place.column) for one in refused.value.problems] == [
        ("bad-link", 5, 8),
        ("stray-brace", 5, 21),
    ]


# -- the same number and place in every language, for every reader


def paper(texts: dict[str, str], ident: str = "notes/p1", part: int = 0, follows: str = "") -> list[tuple[str, Text]]:
    found = []
    for lang, body in texts.items():
        file = f"{ident}/{lang}.md"
        front = FrontMatter(
            Place(file, 1), PUBLIC, "en", "s", lang == "en", kind="page", date=datetime.date(2008, 10, 1),
            numbering=True, part=part, parts=2 if part else 0, follows=follows,
        )  # fmt: skip
        found.append((ident, Text(file, lang, front, parse_source(f"# T\n\n{body}", file, POLICY, PUBLIC))))
    return found


@st.composite
def papers(draw: st.DrawFn) -> tuple[list[str], dict[str, str]]:
    """The numbers of a paper's paragraphs, and its text in three languages, where numbers are said or left out."""
    numbers: list[Number] = [FIRST]
    for choice in draw(st.lists(st.booleans(), max_size=9)):
        later = numbers[-1].inserted
        numbers.append(later if choice and later is not None else numbers[-1].next)
    around = draw(st.lists(st.sampled_from(AROUND), min_size=len(numbers), max_size=len(numbers)))
    gone = draw(st.lists(st.booleans(), min_size=len(numbers), max_size=len(numbers)))
    texts: dict[str, str] = {}
    for lang, word in WORDS.items():
        pieces = []
        for before, number, form, is_gone in zip([None, *numbers], numbers, around, gone, strict=False):
            must = is_gone or not number.is_next_to(before)
            said = f"¶{number} " if must or draw(st.booleans()) else ""
            text = "withdrawn" if is_gone else f"{word} {lang}"
            if form.startswith("["):
                pieces.append(said + (text if is_gone else form.format(text)))
            else:
                pieces.append(form.format(said + text))
        texts[lang] = "\n\n".join(pieces)
    return [str(number) for number in numbers], texts


def anchors_in(source: Source) -> list[str]:
    """The anchors of all parts' pages in the order in which every reader may open them."""
    html = Renderer().render(source, str, show_numbers=True, phrases=Phrases("Back", "Table")).html
    order = [block.part for block in source.blocks if block.number is not None]
    waiting = {name: re.findall(r'<p class="para[^"]*" id="([^"]*)"><a class="para__number" href="#\1">', text)
               for name, text in html.items()}  # fmt: skip
    return [waiting[name].pop(0) for name in order]


@settings(max_examples=60, deadline=None, database=None)
@given(made=papers())
def test_every_number_has_one_anchor_in_every_language_and_audience_and_back(
    made: tuple[list[str], dict[str, str]],
) -> None:
    numbers, texts = made

    document = assemble(SITE, POLICY, paper(texts), {}).documents["notes/p1"]

    assert list(document_parity(document)) == []
    for text in document.texts.values():
        anchors = anchors_in(text.source)
        assert shown(text.source) == numbers
        assert len(set(anchors)) == len(anchors)
        assert [str(of_anchor(anchor)) for anchor in anchors] == numbers


def in_parts(pieces: list[str], cut_at: int) -> list[tuple[str, Text]]:
    halves = {1: pieces[:cut_at], 2: pieces[cut_at:]}
    first = paper({"en": "\n\n".join(halves[1])}, "notes/p1", 1)
    return first + paper({"en": "\n\n".join(halves[2])}, "notes/p2", 2, "notes/p1")


FORTY = [
    form.format(f"Text number {index}." if "[" in form else f"Text number {index}, in [plain]{{core}} words.")
    for index, form in ((index, AROUND[index % len(AROUND)]) for index in range(1, 41))
]


@pytest.mark.parametrize("cut_at", range(1, 40))
def test_a_text_of_forty_paragraphs_comes_together_again_wherever_it_is_split(cut_at: int) -> None:
    whole = parse_source("# T\n\n" + "\n\n".join(FORTY), "x.md", POLICY, PUBLIC)
    documents = assemble(SITE, POLICY, in_parts(FORTY, cut_at), {}).documents

    one, two = (documents[f"notes/p{part}"].texts["en"].source for part in (1, 2))

    assert (len(one.all_numbers), len(two.all_numbers)) == (cut_at, 40 - cut_at)
    assert [described(one), described(two)] == [
        described(whole)[: len(one.blocks)],
        described(whole)[len(one.blocks) :],
    ]
    assert shown(one) + shown(two) == shown(whole)


def described(source: Source) -> list[tuple[object, ...]]:
    audience = {part.name: str(part.audience) for part in source.parts}
    words = {part.name: part.text for part in source.parts}

    def told(text: str) -> str:
        return re.sub(
            r"cqpart(\d+)q", lambda found: f"[{told(words['s' + found[1]])}]{{{audience['s' + found[1]]}}}", text
        )

    return [(block.kind, str(block.number), audience[block.part], told(block.text)) for block in source.blocks]


def test_every_wrong_number_of_every_part_and_language_is_told_at_once() -> None:
    texts = paper({"en": "A.\n\n¶3 B.", "fr": "A.\n\n¶4 B."}, "notes/p1", 1) + paper(
        {"en": "¶9 C."}, "notes/p2", 2, "notes/p1"
    )

    with pytest.raises(Refused) as refused:
        assemble(SITE, POLICY, texts, {})

    told: list[Problem] = [one for one in refused.value.problems if one.code == "wrong-number"]
    assert [str(one.place) for one in told] == ["notes/p1/en.md:5:1", "notes/p1/fr.md:5:1", "notes/p2/en.md:3:1"]


def test_a_translation_must_withdraw_what_its_original_withdraws() -> None:
    texts = paper({"en": "A.\n\n¶2 withdrawn", "fr": "A.\n\nB."})

    document = assemble(SITE, POLICY, texts, {}).documents["notes/p1"]

    assert [one.code for one in document_parity(document)] == ["twin-rule"]
    assert "paragraph 2 withdrawn" in next(iter(document_parity(document))).what


def test_numbers_never_run_backwards() -> None:
    assert all(one < other for one, other in pairwise(cut("A.\n\n¶1 bis B.\n\n¶1 ter C.\n\nD.").all_numbers))
