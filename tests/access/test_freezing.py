"""A number that was released stays with its paragraph: what would move it is refused where it is done."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from communique.access.freezing import refuse_moved
from communique.access.record import Record, read_record, record_of, render_record
from communique.access.units import units_of
from communique.documents.catalogue import Catalogue, assemble
from communique.documents.cutting import parse_source
from communique.documents.document import Text
from communique.documents.kinds import read_front_matter, split_front_matter
from communique.documents.source import misnumbered
from communique.policy import Audience
from communique.problems import Problem
from tests.access.test_comparison import DAY, keyed, policy, site


def paper(*parts: str) -> dict[str, str]:
    """A paper in parts; each part's paragraphs separated by bars."""
    return {f"p{index}": part for index, part in enumerate(parts, 1)}


def catalogue(parts: Mapping[str, str]) -> Catalogue:
    read: list[tuple[str, Text]] = []
    for index, (name, told) in enumerate(parts.items(), 1):
        lang = name.partition(".")[2] or "en"
        body = "\n\n".join(told.split(" | "))
        head = "audience: public\noriginal: en\nsummary: Short words.\n"
        if lang == "en":
            head += "kind: notice\ndate: 2008-10-01\nnumbering: paragraphs\n"
            if len(parts) > 1 and "." not in "".join(parts):
                head += f"part: {index}\nparts: {len(parts)}\n" + (
                    f"follows: notes/p{index - 1}\n" if index > 1 else ""
                )
        node, rest, line = split_front_matter(f"---\n{head}---\n# A title\n\n{body}\n", f"{name}.md")
        front = read_front_matter(node, f"{name}.md", lang, ["en", "fr"], policy())
        source = parse_source(rest, f"{name}.md", policy(), front.audience, first_line=line)
        read.append((f"notes/{name.partition('.')[0]}", Text(f"{name}.md", lang, front, source)))
    return assemble(site(), policy(), read, {})


def record_from(before: Catalogue) -> Record:
    numbers = {ident: document.numbers for ident, document in before.documents.items()}
    record = record_of(units_of(before), policy(), keyed, release=3, date=DAY, content="0" * 32, numbers=numbers)
    again = read_record(render_record(record), "released.yaml")
    assert again == record
    return again


def refused(before: Mapping[str, str], after: Mapping[str, str]) -> list[Problem]:
    now = catalogue(after)
    return refuse_moved(record_from(catalogue(before)), now, tuple(units_of(now)), keyed)


def told(found: list[Problem]) -> list[str]:
    return [f"{one.place.file}:{one.place.line}: {one.what} → {one.next}" for one in found]


PUBLIC = Audience(("public",))
BEFORE = paper("Alpha first | Beta second | Gamma third")
PARTS = paper("Alpha first | Beta second", "Gamma third | Delta fourth")


@pytest.mark.parametrize(
    "after",
    [
        paper("Alpha first | Beta second | Gamma third"),
        paper("Alpha edited | Beta second | Gamma in other words"),
        paper("Alpha first | Beta second | Gamma third | At the end | Another"),
        paper("Alpha first | ¶1 bis Put in | ¶1 ter Too | Beta second | ¶2 bis Here | Gamma third"),
        paper("¶1 withdrawn | Beta second | ¶3 withdrawn"),
        paper("¶1 Alpha first | ¶2 Beta second | ¶3 Gamma third"),
        paper("Alpha first | ::: oeg | Beta second | Gamma third | :::"),
        paper("Alpha first | ¶2 withdrawn | ¶2 bis Instead of it | Gamma third"),
    ],
)
def test_what_moves_no_number_is_nobodys_business(after: dict[str, str]) -> None:
    assert refused(BEFORE, after) == []


@pytest.mark.parametrize(
    ("after", "line", "what", "fix"),
    [
        ("Alpha first | New | Beta second | Gamma third", 13, "was put in before what was released as ¶2", "“¶1 bis ”"),
        (
            "New | Alpha first | Beta second | Gamma third",
            11,
            "was put in before what was released as ¶1",
            "at the end",
        ),
        (
            "Alpha first | New | And new | Beta second | Gamma third",
            13,
            "before what was released as ¶2",
            "1 behind it",
        ),
        ("Alpha first | Gamma third", 13, "¶2 of release 3 is gone", "“¶2 withdrawn” before this paragraph"),
        ("Alpha first | Beta second", 13, "¶3 of release 3 is gone", "“¶3 withdrawn” at the end"),
        ("Alpha first", 11, "¶2, ¶3 of release 3 are gone", "“¶2 withdrawn” at the end"),
        ("Alpha first | Gamma third | Beta second", 13, "was ¶3 in release 3, and is ¶2 here", "/Rev.1"),
        ("Alpha first | ¶1 bis Beta second | Gamma third", 13, "was ¶2 in release 3, and is ¶1 bis here", "/Rev.1"),
    ],
)
def test_what_moves_a_number_is_refused_where_it_was_done(after: str, line: int, what: str, fix: str) -> None:
    found = refused(BEFORE, paper(after))

    assert {one.code for one in found} == {"frozen-number"}
    assert found[0].place.line == line, told(found)
    assert what in found[0].what
    assert fix in found[0].next


def test_one_paragraph_put_in_is_one_mistake_however_many_numbers_it_moves() -> None:
    forty = [f"Paragraph number {index} of forty" for index in range(40)]

    found = refused(paper(" | ".join(forty)), paper(" | ".join([*forty[:20], "New", *forty[20:]])))

    assert [one.place.line for one in found] == [11 + 2 * 20]
    assert "“¶20 bis ”" in found[0].next


def test_the_end_of_a_part_is_closed_when_a_later_one_was_released() -> None:
    (one,) = refused(PARTS, paper("Alpha first | Beta second | New", "Gamma third | Delta fourth"))

    assert (str(one.place), "“¶2 bis ”" in one.next) == ("p1.md:17:1", True)
    assert refused(PARTS, paper("Alpha first | Beta second | ¶2 bis New", "Gamma third | Delta fourth")) == []
    assert refused(PARTS, paper("Alpha first | Beta second", "Gamma third | Delta fourth | New")) == []


def test_a_paragraph_does_not_change_over_to_another_part() -> None:
    found = refused(PARTS, paper("Alpha first", "Beta second | Gamma third | Delta fourth"))

    assert [one.what for one in found] == ["¶2 of release 3 is gone from this paper"]


def test_a_part_that_comes_later_freezes_nothing_before_its_release() -> None:
    assert refused({"p1": "Alpha first | Beta second"}, PARTS) == []


def test_a_number_that_was_withdrawn_is_never_given_again() -> None:
    before = paper("Alpha first | Beta second | ¶3 withdrawn")

    assert [one.what for one in refused(before, paper("Alpha first | Beta second"))] == [
        "¶3 of release 3 is gone from this paper"
    ]


def test_sealed_text_is_frozen_too_and_no_letter_quotes_it() -> None:
    before = paper("Alpha first | ::: oeg | Qxthrush second | :::")
    after = paper("Alpha first | New | ::: oeg | Qxthrush second | :::")

    found = refused(before, after)

    assert found
    assert "thrush" not in " ".join(told(found)).casefold()


def test_a_record_of_before_numbers_were_kept_still_freezes_papers_of_one_part() -> None:
    now = catalogue(paper("New | Alpha first | Beta second | Gamma third"))
    old = dataclasses.replace(record_from(catalogue(BEFORE)), numbers={})

    assert "numbers:" not in render_record(old)
    assert refuse_moved(old, now, tuple(units_of(now)), keyed)
    in_parts = catalogue(PARTS)
    assert (
        refuse_moved(dataclasses.replace(record_from(in_parts), numbers={}), in_parts, tuple(units_of(in_parts)), keyed)
        == []
    )


def test_under_another_master_numbers_that_are_gone_are_still_found() -> None:
    record = dataclasses.replace(record_from(catalogue(BEFORE)), key="0" * 16)
    swapped, shorter = catalogue(paper("Beta second | Alpha first | Gamma third")), catalogue(paper("Alpha first"))

    assert refuse_moved(record, swapped, tuple(units_of(swapped)), keyed) == []
    assert refuse_moved(record, shorter, tuple(units_of(shorter)), keyed)


def test_nothing_is_frozen_before_the_first_release() -> None:
    assert refuse_moved(None, catalogue(BEFORE), (), keyed) == []


EDITS = st.lists(
    st.tuples(st.sampled_from(["edit", "put in", "take out", "withdraw", "bis"]), st.integers(0, 9)), max_size=3
)


@settings(max_examples=150, deadline=None, database=None)
@given(edits=EDITS)
def test_whatever_is_not_refused_leaves_every_citation_where_it_was(edits: list[tuple[str, int]]) -> None:
    texts = [f"Paragraph called {word}" for word in ("ash", "birch", "cedar", "elm", "fir")]
    edited = list(texts)
    for what, at in edits:
        place = at % len(edited) if edited else 0
        if what == "put in":
            edited.insert(place, f"New text {at}")
        elif what == "bis" and place:
            edited.insert(place, f"¶{place} bis Also new {at}")
        elif edited and what == "take out":
            del edited[place]
        elif edited and what == "edit" and not edited[place].startswith("¶"):
            edited[place] += " in other words"
        elif edited and what == "withdraw" and not edited[place].startswith("¶"):
            edited[place] = f"¶{place + 1} withdrawn"
    body = "\n\n".join(edited)
    # A number that runs wrong is refused whether or not anything was released.
    assume(not list(misnumbered(parse_source(f"# T\n\n{body}", "p1.md", policy(), PUBLIC), "p1.md", None)))
    now = catalogue(paper(" | ".join(edited)))
    found = refuse_moved(record_from(catalogue(paper(" | ".join(texts)))), now, tuple(units_of(now)), keyed)

    now_at = {str(block.number): block for block in now.documents["notes/p1"].texts["en"].source.blocks if block.number}
    moved = any(now_at[key].text in texts and key != str(texts.index(now_at[key].text) + 1) for key in now_at)
    assert bool(found) == (moved or any(str(number) not in now_at for number in range(1, 6))), (edited, told(found))
