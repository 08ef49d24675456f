"""What an issue draws from events, actions and documents: each entry for those who may know of it, and once."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from communique.access.units import units_of
from communique.documents.addressed import passages
from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.data_blocks import DataBlock
from communique.documents.document import Document
from communique.documents.drawn import refuse_drawn, with_drawn, without_drawn
from communique.documents.fields import DRAWN_WORDS
from communique.documents.issues import items
from communique.documents.source import Source, tokens_in
from communique.documents.terms import readers
from communique.languages import shown_drawn as showing
from communique.languages.parity import check_parity
from communique.sealing.keystore import Keystore
from tests.documents.reading import PHRASES, RENDERER
from tests.documents.test_catalogue import HEAD, SPANISH, content, document, write

__all__ = ["content"]

KEYSTORE = Keystore("x.example", bytes(range(32)))
ISSUE = (
    "---\nkind: newsletter\nsymbol: NL/{number}\ndate: {date}\naudience: {audience}\noriginal: en\nsummary: S.\n"
    "volume: 1\nnumber: {number}\n---\n# Issue {number}\n\n"
)
DRAWN = "```calendar\n```\n\n```deadlines\n```\n\n```whats-new\n```\n"


def event(ident: str, day: str, audience: str = "public", more: str = "") -> str:
    label = f"label: {{en: Event {ident}, es: Acto {ident}}}"
    return f"  - {{id: {ident}, kind: visit, from: {day}, status: planned, audience: {audience}, {label}{more}}}\n"


def action(name: str, who: str, due: str = "2008-11-15T18:00+01:00", more: str = "") -> str:
    return f"```action\nid: {name}\nwhat: Do {name}\nwho: [{who}]\ndue: {due}\n{more}```\n\n"


def issue(content: Path, body: str, number: int = 1, date: str = "2008-11-03", audience: str = "public") -> None:
    head = ISSUE.format(number=number, date=date, audience=audience)
    write(content / f"notes/issue-{number}/en.md", head + body)


def drawn(content: Path, opaque: Mapping[str, str] | None = None) -> Catalogue:
    return with_drawn(read_catalogue(content).named(KEYSTORE.document_id), opaque)


def source_of(catalogue: Catalogue, number: int = 1, lang: str = "en") -> Source:
    return catalogue.documents[f"notes/issue-{number}"].texts[lang].source


def shown(catalogue: Catalogue, number: int = 1) -> list[tuple[str, str, tuple[str, ...]]]:
    """Of each block that draws: its word, for whom it stands, and what it shows."""
    source = source_of(catalogue, number)
    blocks = [one for one in source.data if one.word in DRAWN_WORDS]
    return [(one.word, str(source.part(one.part).audience), one.draws) for one in blocks]


EVENTS = "events:\n" + "".join(
    (
        event("past", "2008-11-02"),
        event("for-all", "2008-12-01"),
        event("for-core", "2008-12-01", "core"),
        event("for-partners", "2009-01", "partner"),
        event("for-two", "2009-02", '"oeg, state:mx"'),
        event("sometime", "2009"),
        event("spring", "2009-04-02", "state:nz"),
    )
)


def test_a_block_shows_what_all_its_readers_may_know_and_others_have_a_section_each(content: Path) -> None:
    write(content / "data/events.yaml", EVENTS)
    issue(content, "A.\n\n```calendar\n```\n\nB.\n")

    assert shown(drawn(content)) == [
        ("calendar", "public", ("for-all", "sometime")),
        ("calendar", "partner", ("for-partners",)),
        ("calendar", "oeg, state:mx", ("for-two",)),
        ("calendar", "core", ("for-core",)),
        ("calendar", "state:nz", ("spring",)),
    ]


def test_a_calendar_ends_where_it_is_told_to(content: Path) -> None:
    write(content / "data/events.yaml", EVENTS)
    issue(content, "A.\n\n```calendar\nuntil: 2009-01-15\n```\n")

    found = [one for _, _, draws in shown(drawn(content)) for one in draws]
    # A year begins before the middle of its January.
    assert sorted(found) == ["for-all", "for-core", "for-partners", "sometime"]


def test_a_block_in_a_section_adds_what_its_readers_know_and_nothing_that_may_not_stand_there(content: Path) -> None:
    write(content / "data/events.yaml", EVENTS)
    issue(content, "A.\n\n::: oeg\nB.\n\n```calendar\n```\n:::\n\n::: state:mx\nC.\n\n```calendar\n```\n:::\n")

    assert shown(drawn(content)) == [
        ("calendar", "oeg", ("for-all", "for-partners", "for-two", "sometime")),
        ("calendar", "core", ("for-core",)),
        ("calendar", "state:nz", ("spring",)),
        # A tier has no section in a state's own text, and the state knows of these two alone.
        ("calendar", "state:mx", ("for-all", "for-two", "sometime")),
        ("calendar", "state:nz", ("spring",)),
    ]


def test_those_who_are_not_named_come_last_in_an_order_that_tells_nothing_of_them(content: Path) -> None:
    write(content / "data/events.yaml", EVENTS + event("mexican", "2009-05-01", "state:mx"))
    issue(content, "A.\n\n```calendar\n```\n")

    order = [audience for _, audience, _ in shown(drawn(content, {"state:mx": "kzz", "partner": "kaa"}))]
    assert order == ["public", "core", "state:nz", "partner", "state:mx", "oeg, state:mx"]


def test_written_sections_keep_their_names_and_paragraphs_their_numbers(content: Path) -> None:
    write(content / "data/events.yaml", EVENTS)
    body = f"A [b]{{oeg}}.\n\n::: partner\nC.\n\n{DRAWN}\nD.\n:::\n\n{DRAWN}\nE {{}}.\n\n::: core\nF.\n:::\n"
    issue(content, body.replace(" {}", ""))
    before = read_catalogue(content).documents["notes/issue-1"]
    after = drawn(content).documents["notes/issue-1"]

    was, now = before.texts["en"].source, after.texts["en"].source
    assert [part.name for part in now.parts if part.name in {one.name for one in was.parts}] == [
        part.name for part in was.parts
    ]
    assert now.all_numbers == was.all_numbers
    assert [(one.name, now.numbers(one.name)) for one in was.parts] == [
        (one.name, was.numbers(one.name)) for one in was.parts
    ]
    assert after.texts["en"].source.title == "Issue 1"
    _is_in_order(now)


def _is_in_order(source: Source) -> None:
    """Whether parts, blocks and what stands in the texts tell of the same document."""
    names = [part.name for part in source.parts]
    assert len(set(names)) == len(names)
    blocks = []

    def walk(name: str) -> None:
        part = source.part(name)
        walked = [piece if isinstance(piece, str) else piece.text for piece in source.pieces(name)]
        assert "\n\n".join(f"cqpart{one[1:]}q" if one in names else one for one in walked) == part.text
        for piece in source.pieces(name):
            if isinstance(piece, str):
                assert names.index(piece) > names.index(name)
                walk(piece)
            else:
                blocks.append(piece)

    walk("")
    assert tuple(blocks) == source.blocks
    standing = [one for part in source.parts for one in tokens_in(part.text)]
    assert sorted(standing) == sorted(names[1:])
    written = [block for block in source.blocks if block.kind == "data"]
    assert [(block.part, block.text) for block in written] == [(one.part, one.text) for one in source.data]


def test_what_translators_and_the_record_of_releases_know_of_a_text_is_what_is_written(content: Path) -> None:
    write(content / "data/events.yaml", EVENTS)
    issue(content, f"A.\n\n::: partner\nB.\n:::\n\n{DRAWN}\n::: oeg\nC.\n:::\n")
    spanish = SPANISH.replace("# T", "# Número 1")
    write(content / "notes/issue-1/es.md", spanish + f"A.\n\n::: partner\nB.\n:::\n\n{DRAWN}\n::: oeg\nC.\n:::\n")
    before = read_catalogue(content).named(KEYSTORE.document_id)
    after = with_drawn(before)

    for lang in ("en", "es"):
        was, now = (one.documents["notes/issue-1"].texts[lang] for one in (before, after))
        assert now.source != was.source
        assert now.as_written == was
        assert now.as_pinned == was.as_pinned
    assert without_drawn(after.documents["notes/issue-1"]) == before.documents["notes/issue-1"]
    assert list(units_of(after)) == list(units_of(before))
    assert check_parity(before) == []
    names = [[part.name for part in source_of(after, lang=lang).parts] for lang in ("en", "es")]
    assert names[0] == names[1]
    assert [one.draws for one in source_of(after, lang="es").data] == [one.draws for one in source_of(after).data]


def test_deadlines_are_those_open_on_the_day_of_the_issue_whatever_has_become_of_them(content: Path) -> None:
    asked = [
        action("over", "oeg", "2008-11-02T18:00Z"),
        action("today", "partner", "2008-11-03T09:00Z"),
        action("done-before", "oeg", more="done: 2008-10-30\n"),
        action("done-since", "oeg", more="done: 2008-11-10\n"),
    ]
    inner = "::: state:nz\nB.\n\n" + action("wellington", "state:nz") + ":::\n"
    document(content, "asks", "A.\n\n" + "".join(asked) + inner)
    later = HEAD.replace("2008-10-01", "2008-11-05").format(more="")
    write(content / "notes/later/en.md", later + "A.\n\n" + action("not-yet-asked", "oeg"))
    document(content, "paper", "A.\n\n" + action("as-it-was", "oeg"), "symbol: P/1\n")
    document(content, "paper-rev", "A.\n\n" + action("as-it-is", "oeg"), "symbol: P/1/Rev.1\n")
    issue(content, "A.\n\n```deadlines\n```\n")

    assert shown(drawn(content)) == [
        ("deadlines", "public", ("notes/asks#today", "notes/asks#done-since", "notes/paper-rev#as-it-is")),
        ("deadlines", "state:nz", ("notes/asks#wellington",)),
    ]


def test_new_is_what_came_after_the_issue_before_of_which_all_readers_know(content: Path) -> None:
    # “one” is of 1 October.
    write(content / "notes/old/en.md", HEAD.replace("2008-10-01", "2008-09-30").format(more="") + "A.\n")
    sealed = HEAD.replace("audience: public", "audience: oeg").replace("2008-10-01", "2008-10-30").format(more="")
    write(content / "notes/secret/en.md", sealed + "A.\n")
    issue(content, "A.\n", date="2008-09-30")
    issue(content, "A.\n", 2, "2008-10-29", audience="oeg")
    issue(content, "A.\n\n```whats-new\n```\n", 3)

    assert shown(drawn(content), 3) == [
        ("whats-new", "public", ("notes/one",)),
        ("whats-new", "oeg", ("notes/secret", "notes/issue-2")),
    ]


def test_new_after_a_day_is_what_it_says(content: Path) -> None:
    write(content / "notes/late/en.md", HEAD.replace("2008-10-01", "2008-10-02").format(more="") + "A.\n")
    write(content / "notes/to-come/en.md", HEAD.replace("2008-10-01", "2008-11-04").format(more="") + "A.\n")
    issue(content, "A.\n\n```whats-new\nsince: 2008-10-01\n```\n")

    assert shown(drawn(content)) == [("whats-new", "public", ("notes/late",))]


def test_what_draws_for_no_issue_or_of_no_time_is_refused(content: Path) -> None:
    document(content, "plain", "A.\n\n```calendar\n```\n")
    issue(content, "A.\n\n```calendar\nuntil: 2008-11-02\n```\n\n```whats-new\n# from here\nsince: 2008-11-03\n```\n")

    found = sorted(
        (one.place.file.split("/")[2], one.code, one.place.line) for one in refuse_drawn(read_catalogue(content))
    )
    assert found == [("issue-1", "drawn-dates", 16), ("issue-1", "drawn-dates", 21), ("plain", "drawn-elsewhere", 12)]


def test_nothing_is_drawn_where_no_issue_asks_for_it(content: Path) -> None:
    issue(content, "A.\n")
    catalogue = read_catalogue(content)

    assert with_drawn(catalogue) is catalogue


def html(catalogue: Catalogue, word: str, audience: str = "public", lang: str = "en", number: int = 1) -> str:
    source = source_of(catalogue, number)
    block = next(one for one in source.data if (one.word, str(source.part(one.part).audience)) == (word, audience))
    element = showing.shown_drawn(catalogue, block, source.part(block.part).audience, lang, PHRASES)
    return ElementTree.tostring(element, encoding="unicode", method="html")


def words(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def test_entries_are_shown_in_the_language_of_the_page(content: Path) -> None:
    write(content / "data/events.yaml", EVENTS)
    document(content, "asks", "A.\n\n" + action("today", "partner", more="reply: By post\n"), "numbering: paragraphs\n")
    issue(content, f"A.\n\n{DRAWN}")
    catalogue = drawn(content)

    assert words(html(catalogue, "calendar", lang="es")) == (
        "1 de diciembre de 2008 Acto for-all Visit · Planned 2009 Acto sometime Visit · Planned"
    )
    told = words(html(catalogue, "deadlines", lang="es"))
    assert told == ("15 de noviembre de 2008, 18:00 (UTC+1) Do today To act X Reply By post Document T , ¶ 1")
    assert '<a href="doc:notes/asks#p1" lang="en">Do today</a>' in html(catalogue, "deadlines", lang="es")
    # What is of one day is told below that day once.
    assert words(html(catalogue, "whats-new")) == "1 October 2008 T K T K"


def test_a_state_is_not_told_the_title_of_a_document_that_is_for_others(content: Path) -> None:
    sealed = HEAD.replace("audience: public", "audience: oeg").format(more="symbol: S/1\n").replace("# T", "# Whole")
    write(content / "notes/whole/en.md", sealed + f"A.\n\n::: state:mx\nB.\n\n{action('inner', 'state:mx')}:::\n\n"
          + "C.\n\n" + action("outer", "oeg"))  # fmt: skip
    issue(content, f"A.\n\n{DRAWN}")
    catalogue = drawn(content)

    assert "Whole" not in html(catalogue, "deadlines", "state:mx")
    assert "S/1" not in html(catalogue, "deadlines", "state:mx")
    assert "Sealed document" in html(catalogue, "deadlines", "state:mx")
    assert "Whole S/1" in words(html(catalogue, "deadlines", "oeg"))


def test_a_block_with_nothing_to_show_says_so(content: Path) -> None:
    issue(content, "A.\n\n```calendar\n```\n")

    assert words(html(drawn(content), "calendar")) == "Nothing at present."


def test_a_text_without_what_was_drawn_keeps_all_the_rest(content: Path) -> None:
    write(content / "data/events.yaml", EVENTS)
    issue(content, f"A [b]{{oeg}}.\n\n{DRAWN}\nC.\n\n```calendar\n```\n")
    catalogue = drawn(content)
    source = source_of(catalogue)

    def shown_in(block: DataBlock) -> ElementTree.Element:
        return showing.shown_drawn(catalogue, block, source.part(block.part).audience, "en", PHRASES)

    rendered = RENDERER.render(source, str, show_numbers=True, phrases=PHRASES, data=shown_in).html
    left = re.sub(r"<p>cqpart\d+q</p>|<p class=\"cq-place\">cqpart\d+q</p>|\n", "", showing.without_drawn(rendered[""]))
    assert "Event for-all" in rendered[""]
    assert words(left) == "1 A cqpart1q. 2 C."
    assert "div" not in left
    behind = {part.name for part in source.parts if part.name not in ("", "s1")}
    assert {showing.without_drawn(rendered[name]) for name in behind} == {""}


def test_sections_that_are_drawn_are_neither_items_nor_passages_addressed_to_their_readers(content: Path) -> None:
    write(content / "data/events.yaml", EVENTS)
    issue(content, "## One\n\nA.\n\n## Two\n\n```calendar\n```\n\n## Three\n\nB.\n")
    catalogue = drawn(content)

    assert [(one.number, one.title) for one in items(source_of(catalogue))] == [(1, "One"), (2, "Two"), (3, "Three")]
    assert [one.document.id for one in passages(catalogue, "en") if one.document.id == "notes/issue-1"] == []


def test_citations_behind_a_block_that_draws_are_found_in_their_own_paragraph(content: Path) -> None:
    write(content / "data/events.yaml", EVENTS)
    document(content, "cited", "A.\n", "symbol: C/1\n")
    issue(content, "A.\n\n```calendar\n```\n\n::: oeg\nB.\n\n```calendar\n```\n:::\n\nC [it](ref:C/1).\n")
    source = source_of(drawn(content))

    assert [source.blocks[one.block].text for one in source.references] == ["C [it](ref:C/1)."]


AUDIENCES = ("public", "partner", "oeg", "core", "state:mx", "state:nz", "oeg, state:mx", "state:mx, state:nz")


@pytest.mark.parametrize("seed", range(12))
def test_no_section_ever_shows_what_one_of_its_readers_may_not_know(content: Path, seed: int) -> None:
    chance = random.Random(seed)
    audience_of: dict[str, str] = {}

    def pick() -> str:
        return chance.choice(AUDIENCES)

    listed = []
    for index in range(8):
        audience_of[f"e{index}"] = pick()
        listed.append(event(f"e{index}", f"2009-0{index + 1}", f'"{audience_of[f"e{index}"]}"'))
    write(content / "data/events.yaml", "events:\n" + "".join(listed))
    tiers = ("public", "partner", "oeg", "core")
    for index in range(6):
        audience_of[f"notes/d{index}"] = whole = chance.choice(tiers)
        head = HEAD.replace("audience: public", f"audience: {whole}").format(more="")
        inner = chance.choice(
            [one for one in (*tiers[1:], "state:mx", "state:nz") if one not in tiers[: tiers.index(whole) + 1]]
        )
        who = "core" if inner in tiers else inner
        body = f"A.\n\n{action(f'a{index}', 'core')}::: {inner}\nB.\n\n{action(f'b{index}', who)}:::\n"
        audience_of[f"notes/d{index}#a{index}"], audience_of[f"notes/d{index}#b{index}"] = whole, inner
        write(content / f"notes/d{index}/en.md", head + body)
    outer = chance.choice(("partner", "oeg", "state:nz"))
    audience_of["notes/one"] = "public"
    issue(content, f"A.\n\n{DRAWN}\n::: {outer}\nB.\n\n{DRAWN}:::\n", audience="public")
    catalogue = drawn(content)
    policy, source = catalogue.policy, source_of(catalogue)
    _is_in_order(source)

    for block in source.data:
        to = source.part(block.part).audience
        for drawn_one in block.draws:
            about = policy.parse_audience(audience_of[drawn_one], block.place)
            assert readers(policy, to) <= readers(policy, about)
            # Behind a block stands what is for exactly these readers.
            if block.part not in ("", _section_for(source, outer)):
                assert to == about
    # In public text everything is told once to somebody.
    within = {part.name for part in source.parts if _is_within(source, part.name, _section_for(source, outer))}
    told = [one for block in source.data if block.part not in within for one in block.draws]
    assert sorted(told) == sorted(audience_of)


def _section_for(source: Source, outer: str) -> str:
    return next(part.name for part in source.parts if str(part.audience) == outer and part.name == "s1")


def _is_within(source: Source, name: str, around: str) -> bool:
    while name:
        if name == around:
            return True
        name = source.part(name).parent
    return False


def test_an_issue_that_is_sealed_as_a_whole_draws_for_its_own_readers(content: Path) -> None:
    write(content / "data/events.yaml", EVENTS)
    issue(content, "A.\n\n```calendar\n```\n", audience="oeg")
    catalogue = drawn(content)

    assert shown(catalogue)[0] == ("calendar", "oeg", ("for-all", "for-partners", "for-two", "sometime"))
    assert isinstance(catalogue.documents["notes/issue-1"], Document)
