"""What was released is there under its symbol, waits, ends, or is called withdrawn; nothing else is silent."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest

from communique.access.freezing import refuse_moved
from communique.access.record import Record, read_record, record_of, render_record
from communique.access.remaining import FILE, read_withdrawn, refuse_gone, whereabouts, with_what_waits
from communique.access.units import units_of
from communique.documents.catalogue import Catalogue, assemble
from communique.documents.cutting import parse_source
from communique.documents.document import Text
from communique.documents.kinds import read_front_matter, split_front_matter
from communique.problems import Refused
from communique.site import Site
from tests.access.test_comparison import DAY, keyed, policy, site

BODY = "Alpha first.\n\nBeta second."


def catalogue(documents: Mapping[str, str], withdrawn: str = "") -> Catalogue:
    """Documents by name: front matter besides what all have, and a bar, and a text."""
    read: list[tuple[str, Text]] = []
    for name, told in documents.items():
        more, _, body = told.rpartition("|")
        head = "kind: notice\ndate: 2008-10-01\noriginal: en\nsummary: Short words.\nnumbering: paragraphs\n"
        head += "" if "audience:" in more else "audience: public\n"
        head += "".join(f"{line.strip()}\n" for line in more.split(";") if line.strip())
        file = f"content/notes/{name}/en.md"
        node, rest, line = split_front_matter(f"---\n{head}---\n# A title\n\n{body}\n", file)
        front = read_front_matter(node, file, "en", ["en", "fr"], policy())
        source = parse_source(rest, file, policy(), front.audience, first_line=line)
        read.append((f"notes/{name}", Text(file, "en", front, source)))
    portal: Site = site()
    return assemble(portal, policy(), read, {"withdrawn.yaml": f"withdrawn: [{withdrawn}]\n"} if withdrawn else {})


def record_from(before: Catalogue) -> Record:
    numbers = {ident: document.numbers for ident, document in before.documents.items()}
    symbols = {
        ident: document.front.symbol
        for ident, document in before.documents.items()
        if document.front.symbol and not document.is_sealed
    }
    record = record_of(
        units_of(before), policy(), keyed, release=3, date=DAY, content="0" * 32, numbers=numbers, symbols=symbols
    )
    return read_record(render_record(record), "released.yaml")


def told(before: Mapping[str, str], after: Mapping[str, str], withdrawn: str = "") -> list[str]:
    now = catalogue(after, withdrawn)
    found = refuse_gone(record_from(catalogue(before)), now, tuple(units_of(now)), keyed)
    return [f"{one.place}: {one.what} [{one.code}] {one.next}" for one in found]


OTHER = {"other": f"|{BODY}"}
PUBLIC = {"one": f"symbol: X/1|{BODY}"}
SEALED = {"one": f"symbol: X/QX/1; audience: oeg|{BODY}"}
NAMELESS = {"one": "|Words of its own.\n\nAnd more."}


@pytest.mark.parametrize("before", [PUBLIC, SEALED, NAMELESS])
@pytest.mark.parametrize(
    "after",
    [
        lambda one: {"one": one},
        lambda one: {"renamed": one},
        lambda one: {"one": f"expires: 2008-11-01;{one}"},
        lambda one: {"one": f"embargo: 2009-01-01;{one}"},
    ],
)
def test_what_is_there_was_renamed_ends_or_waits_is_refused_by_nothing(before: dict[str, str], after: object) -> None:
    assert callable(after)
    assert told({**OTHER, **before}, {**OTHER, **after(before["one"])}) == []


def test_what_is_moved_and_waits_is_known_by_its_symbol() -> None:
    for before in (PUBLIC, SEALED):
        assert told({**OTHER, **before}, {**OTHER, "renamed": f"embargo: 2009-01-01;{before['one']}"}) == []


def test_what_is_gone_is_named_with_its_symbol_unless_that_is_sealed() -> None:
    (public,), (sealed,), (nameless,) = (told({**OTHER, **one}, OTHER) for one in (PUBLIC, SEALED, NAMELESS))

    assert public.startswith("content/notes/one: notes/one (X/1) of release 3 is not there any more")
    assert sealed.startswith("content/notes/one: notes/one of release 3 is not there any more")
    assert "QX" not in sealed
    assert nameless.startswith("content/notes/one: notes/one of release 3 is not there any more")
    assert all("[released-document-gone]" in one for one in (public, sealed, nameless))


@pytest.mark.parametrize("before", [PUBLIC, SEALED])
def test_another_symbol_on_a_released_document_loses_the_one_by_which_it_is_cited(before: dict[str, str]) -> None:
    (one,) = told(before, {"one": before["one"].replace("X/", "Y/")})

    assert "has another symbol here" in one
    assert one.startswith("content/notes/one/en.md:")


@pytest.mark.parametrize("before", [PUBLIC, SEALED])
def test_the_symbol_of_what_was_withdrawn_is_not_used_again(before: dict[str, str]) -> None:
    assert told({**OTHER, **before}, OTHER, "notes/one") == []
    again = {**OTHER, "two": before["one"].replace("Alpha", "Omega")}
    (one,) = told({**OTHER, **before}, again, "notes/one")
    assert "is that of notes/one, which was released and withdrawn [symbol-twice]" in one
    assert "QX" not in one


def test_what_is_called_withdrawn_was_released_and_is_not_there() -> None:
    (there,) = told({**OTHER, **PUBLIC}, {**OTHER, **PUBLIC}, "notes/one")
    assert there.startswith("content/data/withdrawn.yaml:1:13: notes/one is called withdrawn, and is there")
    (never,) = told(OTHER, OTHER, "notes/neither")
    assert "no release had it [withdrawn-document]" in never
    for text in ("withdrawn: notes/one\n", "withdrawn: [One]\n", "other: []\n"):
        with pytest.raises(Refused):
            read_withdrawn({"withdrawn.yaml": text})
    assert FILE.endswith("/withdrawn.yaml")


def test_the_words_of_what_was_withdrawn_do_not_come_back_in_another_folder() -> None:
    """The record would forget it, and the list would then name what no release had."""
    words = NAMELESS["one"]
    for head in ("", "symbol: X/9"):
        (one,) = told({**OTHER, **NAMELESS}, {**OTHER, "two": head + words}, "notes/one")
        assert one.startswith(
            "content/data/withdrawn.yaml:1:13: notes/one is called withdrawn, and its text is that of "
        )
        assert "notes/two here [withdrawn-document] delete this line, or the document" in one
    # Of two with the same words, it is the one that was not withdrawn.
    assert told({**OTHER, **NAMELESS, "pair": words}, {**OTHER, "two": words}, "notes/one") == []


def test_of_two_documents_with_the_same_words_one_alone_was_renamed() -> None:
    before = {**OTHER, **NAMELESS, "pair": NAMELESS["one"]}

    (gone,) = told(before, {**OTHER, "two": NAMELESS["one"]})
    assert "notes/pair of release 3 is not there any more" in gone
    assert told(before, {**OTHER, "two": NAMELESS["one"], "three": NAMELESS["one"]}) == []


@pytest.mark.parametrize("text", ["", "# Nothing yet.\n", "withdrawn:\n", "withdrawn: []\n"])
def test_a_list_without_an_entry_withdraws_nothing(text: str) -> None:
    assert read_withdrawn({"withdrawn.yaml": text}) == {}


def test_a_revision_takes_the_folder_and_the_older_text_keeps_its_numbers_elsewhere() -> None:
    """As docs/writing.md advises: links by folder lead to what is in force."""
    before = {"rules": f"symbol: X/1|{BODY}"}
    newer = "symbol: X/1/Rev.1|Other words.\n\nAlpha first.\n\nMore."

    def frozen(after: Mapping[str, str]) -> list[str]:
        now = catalogue(after)
        units = tuple(units_of(now))
        assert refuse_gone(record_from(catalogue(before)), now, units, keyed) == []
        return [one.what for one in refuse_moved(record_from(catalogue(before)), now, units, keyed)]

    assert frozen({"rules-1": f"symbol: X/1|{BODY}", "rules": newer}) == []
    assert frozen({"rules-1": "symbol: X/1|Alpha first.", "rules": newer}) == [
        "¶2 of release 3 is gone from this paper"
    ]


def test_under_another_master_or_with_an_older_record_a_document_is_still_missed() -> None:
    record = record_from(catalogue({**OTHER, **PUBLIC, "sealed": SEALED["one"]}))
    now = catalogue({**OTHER, "renamed": PUBLIC["one"], "sealed": SEALED["one"]})
    units = tuple(units_of(now))

    other = dataclasses.replace(record, key="0" * 16)
    assert whereabouts(other, now, units, keyed) == {
        "notes/other": "notes/other",
        "notes/one": "notes/renamed",
        "notes/sealed": "notes/sealed",
    }
    older = dataclasses.replace(record, symbols={}, numbers={})
    assert whereabouts(older, now, units, keyed)["notes/one"] == "notes/renamed"
    assert [one.code for one in refuse_gone(older, catalogue(OTHER), (), keyed)] == ["released-document-gone"] * 2
    assert refuse_gone(None, now, units, keyed) == []


@pytest.mark.parametrize("more", ["expires: 2008-11-01;", "embargo: 2009-01-01;"])
@pytest.mark.parametrize("before", [PUBLIC, SEALED])
def test_what_is_away_while_the_master_changes_is_neither_forgotten_nor_missed(
    before: dict[str, str], more: str
) -> None:
    old = dataclasses.replace(record_from(catalogue({**OTHER, **before})), key="0" * 16)
    old = dataclasses.replace(old, units=tuple(dataclasses.replace(one, hash="0" * 32) for one in old.units))
    now = catalogue({**OTHER, "one": more + before["one"]})
    units = tuple(units_of(now))

    record = with_what_waits(record_from(now), old, now, units, keyed)

    assert record.numbers["notes/one"] == old.numbers["notes/one"]
    assert "notes/one" in record.languages
    assert refuse_gone(record, now, units, keyed) == []


def test_a_document_that_is_away_under_another_name_is_recorded_under_that() -> None:
    old = record_from(catalogue({**OTHER, **PUBLIC}))
    now = catalogue({**OTHER, "renamed": "expires: 2008-11-01;" + PUBLIC["one"]})
    units = tuple(units_of(now))

    record = with_what_waits(record_from(now), old, now, units, keyed)

    assert "notes/one" not in {*record.languages, *record.symbols}
    assert record.symbols["notes/renamed"] == "X/1"
    assert refuse_gone(record, catalogue(OTHER), (), keyed)[0].place.file == "content/notes/renamed"
