"""Versions of a paper by their symbols: in order, without gaps, and for readers who would hear of a newer one."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.documents.catalogue import read_catalogue
from communique.documents.document import Document
from communique.documents.papers import papers
from communique.documents.references import Targets
from communique.documents.symbols import Version, version_of
from communique.documents.versions import versions_of
from tests.documents.test_catalogue import content
from tests.documents.test_references import paper, refused

__all__ = ["content"]


def test_versions_are_read_and_ordered_by_their_symbols() -> None:
    symbols = ["A/1/Rev.1/Corr.1", "A/1/Rev.10", "A/1", "A/1/Rev.1", "A/1/Corr.2", "A/1/Rev.2", "A/1/Corr.1"]

    ordered = [str(one) for one in sorted(map(version_of, symbols))]

    assert ordered == ["A/1", "A/1/Corr.1", "A/1/Corr.2", "A/1/Rev.1", "A/1/Rev.1/Corr.1", "A/1/Rev.2", "A/1/Rev.10"]
    assert version_of("A/1/Rev.1/Corr.1") == Version("A/1", 1, 1)
    assert version_of("A/Revenue/1") == Version("A/Revenue/1")


def test_all_versions_of_a_paper_know_each_other(content: Path) -> None:
    paper(content, "b", "A.", "symbol: A/1/Rev.1\n")
    paper(content, "a", "A.", "symbol: A/1\n")

    documents = read_catalogue(content).documents
    chains = {ident: [one.id for one in versions_of(documents, document)] for ident, document in documents.items()}

    assert chains == {"notes/a": ["notes/a", "notes/b"], "notes/b": ["notes/a", "notes/b"], "notes/one": ["notes/one"]}


@pytest.mark.parametrize(
    ("symbols", "said"),
    [
        (["A/1/Rev.1"], "version-of-nothing: this is a version of A/1, and there is no such document"),
        (["A/1", "A/1/Rev.2"], "version-gap: the version before this one, A/1/Rev.1, is missing"),
        (["A/1", "A/1/Rev.1/Corr.1"], "version-gap: the version before this one, A/1/Rev.1, is missing"),
        (["A/1", "a/1"], "bad-symbol"),
        (["A/1", "A/ 1"], "symbol-twice: the symbol A/ 1 is used by notes/d0 already"),
        (["A/1", "A/1/rev.1"], "bad-version"),
        (["A/1", "A/1/Rev1"], "bad-version"),
        (["A/1", "A/1/Rev.0"], "bad-version"),
        (["A/1", "A/1/Corr.1/Rev.1"], "bad-version"),
    ],
)
def test_a_version_out_of_its_order_is_refused(content: Path, symbols: list[str], said: str) -> None:
    for index, symbol in enumerate(symbols):
        paper(content, f"d{index}", "A.", f"symbol: {symbol}\n")

    assert any(line.startswith(said) for line in refused(content))


def test_a_sealed_versions_symbol_is_not_quoted(content: Path) -> None:
    paper(content, "a", "A.", "symbol: HUSH/1/Rev.2\n", audience="oeg")

    assert "HUSH" not in "".join(refused(content))


def test_a_newer_version_is_for_all_readers_of_the_older(content: Path) -> None:
    paper(content, "a", "A.", "symbol: A/1\n", audience="partner")
    paper(content, "b", "A.", "symbol: A/1/Rev.1\n", audience="oeg")
    assert [line.split(":")[0] for line in refused(content)] == ["version-audience"]

    paper(content, "b", "A.", "symbol: A/1/Rev.1\n")
    assert refused(content) == []


def test_a_version_is_not_older_than_the_one_it_replaces(content: Path) -> None:
    paper(content, "a", "A.", "symbol: A/1\n")
    paper(content, "b", "A.", "symbol: A/1/Rev.1\n")
    file = content / "notes/b/en.md"
    file.write_text(file.read_text("utf-8").replace("2008-10-01", "2008-09-30"), encoding="utf-8")

    assert [line.split(":")[0] for line in refused(content)] == ["version-date"]


def test_a_corrigendum_keeps_every_paragraph(content: Path) -> None:
    paper(content, "a", "A.\n\nB.", "symbol: A/1\n")
    paper(content, "b", "A.\n\nB, corrected.", "symbol: A/1/Corr.1\n")
    assert refused(content) == []

    paper(content, "b", "A.\n\nB.\n\nC.", "symbol: A/1/Corr.1\n")
    assert [line.split(":")[0] for line in refused(content)] == ["corrigendum-paragraphs"]


def in_parts(content: Path) -> None:
    """A paper in three parts, the second of which has a revision under the first text's folder name."""
    paper(content, "p1", "A.\n\nB.", "symbol: A/1-1\npart: 1\nparts: 3\n")
    paper(content, "p2-old", "C.\n\nD.", "symbol: A/1-2\npart: 2\nparts: 3\nfollows: notes/p1\n")
    paper(content, "p2", "C.\n\nE.", "symbol: A/1-2/Rev.1\npart: 2\nparts: 3\nfollows: notes/p1\n")
    paper(content, "p3", "F.", "symbol: A/1-3\npart: 3\nparts: 3\nfollows: notes/p2\n")


def test_a_revised_part_takes_its_place_in_the_paper_and_the_numbers_run_on(content: Path) -> None:
    in_parts(content)
    assert refused(content) == []
    catalogue = read_catalogue(content)
    documents = catalogue.documents

    read = [[one.id for one in parts] for parts in papers(catalogue) if parts[0].front.parts]
    assert read == [["notes/p1", "notes/p2", "notes/p3"], ["notes/p2-old"]]
    numbers = {ident: list(map(str, documents[ident].numbers)) for ident in documents}
    assert (numbers["notes/p2"], numbers["notes/p2-old"], numbers["notes/p3"]) == (["3", "4"], ["3", "4"], ["5"])
    targets = Targets(documents)
    found = {(symbol, number): targets.find(symbol, number) for symbol, number in [("A/1", "4"), ("A/1-2", "4")]}
    assert [one.id if one else "" for one in found.values()] == ["notes/p2", "notes/p2-old"]
    assert "A/1" in list(targets.symbols())


class _Counting(dict[str, Document]):
    """Documents that count how often somebody goes through them."""

    times = 0

    def values(self):
        self.times += 1
        return super().values()


def test_the_parts_of_papers_are_found_without_going_through_all_documents_for_each(content: Path) -> None:
    in_parts(content)
    counting = _Counting(read_catalogue(content).documents)
    targets = Targets(counting)

    assert counting.times == 2
    assert targets.find("A/1", "4") == counting["notes/p2"]


def test_the_part_behind_a_revised_one_follows_what_is_in_force(content: Path) -> None:
    in_parts(content)
    paper(content, "p3", "F.", "symbol: A/1-3\npart: 3\nparts: 3\nfollows: notes/p2-old\n")

    (one,) = refused(content)
    assert one.startswith("part-of-an-older-version: this part follows notes/p2-old, which notes/p2 has replaced; ")
    assert "“follows: notes/p2”" in one


def test_a_version_is_the_same_part_of_its_paper(content: Path) -> None:
    in_parts(content)
    paper(content, "p4", "F.", "symbol: A/1-3/Corr.1\npart: 2\nparts: 3\nfollows: notes/p1\n")

    assert {line.split(":")[0] for line in refused(content)} == {"part-twice"}
    (content / "notes/p4/en.md").unlink()
    (content / "notes/p4").rmdir()
    paper(content, "p4", "F.", "symbol: A/1-3/Corr.1\n")
    said = "bad-part: notes/p3, of which this is a version, is part 3 of its paper; correct part and follows"
    assert any(line.startswith(said) for line in refused(content))


def test_a_revised_part_may_wait_under_embargo_and_a_first_one_may_not(content: Path) -> None:
    in_parts(content)
    more = "symbol: A/1-3/Rev.1\npart: 3\nparts: 3\nfollows: notes/p2\nembargo: 2030-01-01\n"
    paper(content, "p4", "G.", more)
    assert refused(content) == []

    paper(content, "p3", "F.", "symbol: A/1-3\npart: 3\nparts: 3\nfollows: notes/p2\nembargo: 2030-01-01\n")
    assert {line.split(":")[0] for line in refused(content)} >= {"embargoed-link"}
