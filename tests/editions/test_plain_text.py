"""The text edition says everything the edition says, in lines of 72 columns, whatever it is written in."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len

from communique.editions.columns import running, shown, width, wrapped
from communique.editions.edition import (
    Abbreviated,
    Block,
    Box,
    Cell,
    Code,
    Definitions,
    Edition,
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
    Section,
    Spoken,
    Styled,
    Table,
    Words,
)
from communique.editions.plain_text import COLUMNS, TextWords, plain_text
from communique.editions.said import everything_said
from tests.editions.sample import ARABIC, ENGLISH, ENGLISH_PUBLIC, EVERY, FRENCH, WIDE, without_home

SAID = TextWords(
    symbol="Symbol",
    date="Date",
    on_the_portal="On the portal",
    contents="Contents",
    notes="Notes",
    abbreviations="Abbreviations",
    links="Links",
    fact="%(label)s: %(value)s",
    note="note %(number)s",
    image="Image: %(words)s",
    end="End of %(marking)s",
    locked="Sealed, for: %(audience)s",
    locked_words="sealed",
    item="Item %(number)s",
    paragraph="paragraph %(number)s",
    paragraphs="paragraphs %(number)s",
)
_ALL = (*EVERY, WIDE)
_IDS = [f"{one.lang}-{one.audience}-{len(one.blocks)}" for one in _ALL]


def written(edition: Edition) -> str:
    return plain_text(edition, SAID)


def with_blocks(*blocks: Block, edition: Edition = ENGLISH) -> str:
    """Only what is made of `blocks`."""
    text = written(replace(edition, blocks=blocks, summary="the summary"))
    return text.partition("the summary\n\n")[2].rpartition(f"\n\n{edition.marking}\n")[0]


def paragraph(*content: str | Inline, number: str = "") -> Paragraph:
    return Paragraph(tuple(Words(one) if isinstance(one, str) else one for one in content), number)


@pytest.mark.parametrize("edition", _ALL, ids=_IDS)
def test_no_line_is_wider_than_72_columns_but_an_address_or_code(edition: Edition) -> None:
    code = {line for block in edition.all_blocks if isinstance(block, Code) for line in block.text.split("\n")}

    wide = [line for line in written(edition).split("\n") if cell_len(line) > COLUMNS]
    assert [line for line in wide if line.strip() not in {one.strip() for one in code} and "https://" not in line] == []


@pytest.mark.parametrize("edition", _ALL, ids=_IDS)
def test_every_word_of_the_edition_is_there(edition: Edition) -> None:
    text = letters(written(edition))

    missing = [said for said in everything_said(edition) if not is_in(said, text)]
    assert missing == []


def letters(text: str) -> str:
    """Without spaces, signs and the numbers of links: lines may end anywhere, and signs say how words are meant."""
    return re.sub(r"[\W_]+", "", re.sub("\u00a0\\[\\d+\\]|\u00a0\\(note[^)]*\\)", "", text).translate(_PLAIN))


_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def is_in(said: str, text: str) -> bool:
    # A place in the text itself is told by words. A table's cells stand beside each other, a line of each at a time.
    if said.startswith("#"):
        return True
    said = said.removeprefix("mailto:")
    return letters(said) in text or all(letters(word) in text for word in said.split())


def test_what_is_locked_is_said_with_marking_readers_item_numbers_and_address() -> None:
    locked = Locked("TLP:AMBER", "Experts", "12–13", "https://portal.example/#s2", item=4)

    assert with_blocks(locked) == (
        "[TLP:AMBER · Sealed, for: Experts · Item\u00a04 · paragraphs\u00a012–13]\u00a0[1]\n\n"
        "Links\n-----\n[1] https://portal.example/#s2"
    )
    assert "paragraph\u00a012]" in with_blocks(replace(locked, numbers="12"))
    assert "paragraph\u00a04\u00a0bis" in with_blocks(replace(locked, numbers="4\u00a0bis"))


def test_a_passage_for_narrower_readers_begins_and_ends_with_its_marking() -> None:
    text = with_blocks(Section("TLP:AMBER", "Experts", (paragraph("For them."),)), paragraph("For all."))

    begun, said, ended, after = [line for line in text.split("\n") if line]
    assert begun.startswith("--- TLP:AMBER · Experts ---")
    assert said == "For them."
    assert ended.startswith("--- End of TLP:AMBER ---")
    assert len(begun) == len(ended) == COLUMNS
    assert after == "For all."


def test_words_and_items_and_rows_keep_their_marking() -> None:
    sealed = Sealed("TLP:AMBER", (Words("a ship"),))
    shut = LockedWords("TLP:RED", "https://portal.example/#s1")
    assert with_blocks(paragraph("Seen: ", sealed, ".")) == "Seen: [TLP:AMBER · a ship]."
    assert with_blocks(paragraph("Seen: ", shut, ".")).startswith("Seen: [TLP:RED\u00a0·\u00a0sealed]\u00a0[1].")
    assert with_blocks(Items((Item((paragraph("one"),), "TLP:AMBER"),))) == "- (TLP:AMBER) one"
    rows = (Row((Cell((Words("a"),)),), "TLP:AMBER"), Row((), "TLP:RED", "https://portal.example/#s1"))
    table = with_blocks(Table((Cell((Words("When"),)),), rows))
    assert table.split("\n")[2:4] == ["(TLP:AMBER) a", "[TLP:RED\u00a0·\u00a0sealed]\u00a0[1]"]


def test_an_abbreviation_met_in_a_sealed_section_alone_keeps_its_marking_in_the_list() -> None:
    known, secret, words = Abbreviated("OEG", "Experts"), Abbreviated("QX", "Qxheron"), Abbreviated("QY", "Qxplover")
    inner = Section("TLP:AMBER", "Experts", (paragraph(secret, known),))
    text = with_blocks(inner, paragraph(known, Sealed("TLP:RED", (words,))))

    listed = text.partition("Abbreviations\n-------------\n")[2].split("\n")
    assert listed == ["- (TLP:AMBER) QX: Qxheron", "- OEG: Experts", "- (TLP:RED) QY: Qxplover"]


def test_a_long_entry_of_the_contents_goes_on_behind_its_number() -> None:
    long = "7. " + "what was said and what was not " * 4
    text = written(replace(ENGLISH, blocks=tuple(Heading(2, "", (Words(one),)) for one in (long, "8. B", "9. C"))))

    first, second, third = text.partition("Contents\n--------\n")[2].split("\n")[:3]
    assert first.startswith("  7. what")
    assert re.match(r" {5}\S", second)
    assert third.strip() == "8. B" or re.match(r" {5}\S", third)


def test_the_first_line_and_the_last_are_the_marking() -> None:
    for edition in EVERY:
        lines = [shown(line).strip("\u200f") for line in written(edition).rstrip("\n").split("\n")]
        assert lines[0] == f"{edition.marking} · {edition.audience_label}"
        assert lines[-1] == edition.marking


def test_each_address_has_one_number_and_is_at_the_end_once_and_whole() -> None:
    text = written(ENGLISH)
    body, _, listed = text.partition("\nLinks\n-----\n")
    links = dict(re.findall(r"^\[(\d+)\] (\S+)$", listed, re.MULTILINE))

    assert [int(number) for number in links] == list(range(1, len(links) + 1))
    assert len(set(links.values())) == len(links)
    assert {int(number) for number in re.findall("\u00a0\\[(\\d+)\\]", body)} == set(map(int, links))
    assert body.count("\u00a0[1]") == 2, "the principles are linked twice"
    assert "[" not in next(line for line in body.split("\n") if "newsletter@psi-portal.example" in line).split("or")[0]


def test_without_a_home_address_words_are_left_and_nothing_leads_nowhere() -> None:
    text = written(without_home(ENGLISH_PUBLIC))

    assert "https://psi-portal.example/en/" not in text.replace("https://psi-portal.example/en/a-path-that", "")
    assert "On the portal" not in text
    assert "[TLP:AMBER+STRICT · Sealed, for: Core group · Item\u00a04 ·" in text


def test_numbered_paragraphs_hang_beside_their_numbers() -> None:
    text = with_blocks(paragraph("one " * 30, number="4 bis"), paragraph("two", number="5"))

    assert text.startswith("¶4 bis one one")
    assert text.split("\n")[1].startswith("       one")
    assert text.endswith("\n\n¶5     two")


def test_a_table_that_is_too_wide_becomes_a_list_of_what_stands_where() -> None:
    head = tuple(Cell((Words(f"Head{one}"),)) for one in range(9))
    row = Row(tuple(Cell((Words(f"unbreakable{one}"),)) for one in range(9)))

    assert with_blocks(Table(head, (row,))).startswith("- Head0: unbreakable0\n  Head1: unbreakable1\n")


def test_columns_stand_below_each_other_where_letters_are_two_columns_wide() -> None:
    rows = tuple(Row((Cell((Words(one),)), Cell((Words("X"),)))) for one in ("日本", "한국", "Peru", "Ti\u0302\u0301"))
    lines = with_blocks(Table((Cell((Words("State"),)), Cell((Words("P"),))), rows)).split("\n")

    assert {cell_len(line[: line.index("X")]) for line in lines[2:]} == {7}


def test_lines_from_right_to_left_are_so_by_themselves() -> None:
    """A program that shows a line by itself takes its direction from the first letter that tells."""
    lines = [line for line in written(ARABIC).split("\n") if re.search(r"\w", line)]
    left = [line for line in lines if running(line) != "rtl" and not line.startswith("\u200f")]

    assert all(line.startswith(("https:", "[")) or "Noch nicht" in line or "Dieser Absatz" in line for line in left)
    assert len(left) < len(lines) // 3


def test_words_of_another_direction_are_kept_apart_on_every_line() -> None:
    spoken = Spoken("ar", "rtl", (Words("بيان مبادئ الاعتراض " * 8),))
    lines = with_blocks(paragraph("The statement ", spoken, ", and so on.")).split("\n")

    assert len(lines) > 2
    for line in lines:
        assert line.count("\u2067") == line.count("\u2069")
        assert running(line.strip("\u200e")) in (None, "ltr")


@pytest.mark.parametrize("sign", ["\x1b[31m", "\u202e", "\u2066", "\x00", "\x9b1m", "\r", "\ufeff"])
def test_a_sign_that_steers_a_screen_or_turns_the_words_around_it_does_not_get_through(sign: str) -> None:
    text = written(replace(ENGLISH, title=f"a{sign}b", blocks=(paragraph(f"a{sign}b"), Code(f"a{sign}b\n"))))

    assert sign[0] not in text
    assert not any(unicodedata.category(one) == "Cc" for one in text if one != "\n")


def test_the_same_edition_is_the_same_text() -> None:
    assert written(FRENCH) == written(FRENCH)
    assert written(FRENCH).endswith("\n")
    assert not re.search(r"[ \t]\n|\n\n\n", written(FRENCH))


# -- any edition


_WORDS = [
    "a",
    "port",
    "of",
    "call",
    "Überprüfung",
    "拡散防止構想",
    "مبادئ",
    "हिन्दी",
    "x" * 90,
    "Ti\u0302\u0301n",
    "ok\u00a0!",
    "👩\u200d🚀",
]


class _Any:
    """Editions of any shape, from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.said: list[str] = []
        self.addresses: set[str] = set()

    def text(self) -> str:
        # A mark of its own in each: what was said is found again wherever it stands.
        self.said.append(f"qx{len(self.said)}q")
        words = [*self._random.choices(_WORDS, k=self._random.randrange(0, 14)), self.said[-1]]
        return f" {' '.join(self._random.sample(words, len(words)))} "

    def inline(self, depth: int = 0) -> Inline:
        made: list[Callable[[], Inline]] = [
            lambda: Words(self.text()),
            lambda: Abbreviated(self.text(), "meaning"),
            LineBreak,
            lambda: Note("1", "fn1"),
            lambda: LockedWords("TLP:RED", self.address()),
        ]
        if depth < 3:
            styles: tuple[Any, ...] = (
                "emphasis",
                "strong",
                "code",
                "title",
                "symbol",
                "raised",
                "deleted",
                "inserted",
                "aside",
            )
            made += [
                lambda: Styled(self._random.choice(styles), self.words(depth + 1)),
                lambda: LinkTo(self.address(), self.words(depth + 1)),
                lambda: Spoken("ar", "rtl", self.words(depth + 1)),
                lambda: Sealed("TLP:AMBER", self.words(depth + 1)),
            ]
        return self._random.choice(made)()

    def words(self, depth: int = 0) -> tuple[Inline, ...]:
        return tuple(self.inline(depth) for _ in range(self._random.randrange(1, 5)))

    def address(self) -> str:
        address = f"https://portal.example/{'long/' * self._random.randrange(0, 20)}{self._random.randrange(40)}"
        self.addresses.add(address)
        return address

    def block(self, depth: int = 0) -> Block:
        made: list[Callable[[], Block]] = [
            lambda: Paragraph(self.words(), self._random.choice(("", "7", "29 bis", "s12.3"))),
            lambda: Heading(self._random.randrange(2, 7), "h", self.words()),
            lambda: Rule(),
            lambda: Remark(self.words()),
            lambda: Figure(self.text(), self.text(), self.address()),
            lambda: Locked("TLP:RED", "Readers", "3–5", self.address()),
            lambda: self.table(),
        ]
        if depth < 4:
            made += [
                lambda: Items(tuple(self.item(depth) for _ in range(self._random.randrange(1, 4))), depth % 2 == 0, 9),
                lambda: Quotation(self.blocks(depth + 1)),
                lambda: Box("action", self.blocks(depth + 1)),
                lambda: Section("TLP:AMBER", "Experts", self.blocks(depth + 1)),
                lambda: Definitions(((self.words(), self.blocks(depth + 1)),)),
                lambda: Notes((("1", "fn1", self.blocks(depth + 1)),)),
            ]
        return self._random.choice(made)()

    def item(self, depth: int) -> Item:
        return Item(self.blocks(depth + 1), self._random.choice(("", "TLP:AMBER")))

    def table(self) -> Table:
        count = self._random.randrange(1, 8)

        def cells() -> tuple[Cell, ...]:
            aligns: tuple[Any, ...] = ("", "left", "right", "center")
            return tuple(Cell(self.words(), self._random.choice(aligns)) for _ in range(count))

        rows = [Row(cells()) if self._random.random() < 0.8 else Row((), "TLP:RED", self.address()) for _ in range(3)]
        return Table(cells() if self._random.random() < 0.9 else (), tuple(rows))

    def blocks(self, depth: int = 0) -> tuple[Block, ...]:
        return tuple(self.block(depth) for _ in range(self._random.randrange(1, 4)))


def any_editions() -> Iterator[tuple[_Any, Edition]]:
    for seed in range(40):
        made = _Any(seed)
        blocks = made.blocks()
        yield made, replace(ARABIC if seed % 3 == 0 else ENGLISH, blocks=blocks)


def test_in_any_edition_everything_is_said_and_every_line_fits() -> None:
    for made, edition in any_editions():
        text = written(edition)
        assert [one for one in made.said if one not in text] == []
        wide = [line for line in text.split("\n") if cell_len(line) > COLUMNS and "https://" not in line]
        assert wide == []
        assert made.addresses <= set(re.findall(r"^\[\d+\] (\S+)$", text, re.MULTILINE))


def test_columns_are_counted_as_terminals_do() -> None:
    for text in (
        "日本",
        "한국",
        "é",
        "e\u0301",
        "हिन्दी",
        "مرحبا",
        "ａｂ",
        "\u1112\u1161\u11ab",
        "a\u200bb",
        "…",
        "«\u00a0»",
    ):
        assert width(text) == cell_len(text), text


def test_a_word_is_broken_only_where_nothing_else_helps_and_never_within_a_letter() -> None:
    assert wrapped("aaaa bbbb", 6) == ["aaaa", "bbbb"]
    assert wrapped("x" * 10, 4) == ["xxxx", "xxxx", "xx"]
    assert wrapped("e\u0301" * 3, 2) == ["e\u0301e\u0301", "e\u0301"]
    assert wrapped("see https://portal.example/p", 10) == ["see", "https://portal.example/p"]
    assert wrapped("a\u00a0b c", 3) == ["a\u00a0b", "c"]
    assert wrapped("防止「構想」です。", 8) == ["防止「構", "想」で", "す。"]
