"""`invoke import` writes drafts where nothing lies, lists its doubts in private, and says what a build would say."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from communique.documents.catalogue import read_catalogue
from communique.problems import Refused
from communique_pelican import importing_desk
from communique_pelican.terminal import Terminal
from tests.site_building import PROJECT, SITES

PAPERS = PROJECT / "tests/importing/papers"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(SITES / "minimal/content", tmp_path / "content")
    return tmp_path


def said(site: Path, file: Path, **options: str) -> str:
    out = io.StringIO()
    terminal = Terminal(Console(file=out, width=200))
    assert importing_desk.import_paper(site, PROJECT, file=str(file), terminal=terminal, environ={}, **options) == 0
    return out.getvalue()


def refused(site: Path, file: Path, **options: str) -> str:
    before = files_of(site)
    with pytest.raises(Refused) as caught:
        said(site, file, **options)
    assert files_of(site) == before
    return str(caught.value)


def files_of(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_a_paper_becomes_a_draft_that_the_build_reads_and_a_private_list(site: Path) -> None:
    told = said(site, PAPERS / "7-second-reading.eml", to="papers/letter")

    document = read_catalogue(site / "content").documents["papers/letter"]
    assert document.front.draft
    assert document.is_sealed
    assert "the build reads the draft as it is" in told
    listed = site / ".communique/imports/papers-letter.txt"
    assert str(listed.relative_to(site)) in told
    assert listed.stat().st_mode & 0o077 == 0
    assert "[quoted-history]" in listed.read_text(encoding="utf-8")
    assert "a mark of quotation" in listed.read_text(encoding="utf-8")


def test_each_part_becomes_a_document_and_the_second_follows_the_first(site: Path) -> None:
    said(site, PAPERS / "2-ladder-of-questions.txt", to="papers/ladder", kind="statement")

    documents = read_catalogue(site / "content").documents
    assert documents["papers/ladder-2"].front.follows == "papers/ladder-1"
    source = documents["papers/ladder-2"].texts["en"].source
    assert [str(block.number) for block in source.blocks if block.number is not None] == ["4", "5", "6", "7", "8"]


def test_nothing_that_lies_there_is_changed(site: Path) -> None:
    said(site, PAPERS / "7-second-reading.eml", to="papers/letter")
    assert "[document-exists]" in refused(site, PAPERS / "8-avis.eml", to="papers/letter")
    (site / "content/papers/ladder-2").mkdir()
    assert "[document-exists]" in refused(site, PAPERS / "2-ladder-of-questions.txt", to="papers/ladder")
    (site / "content/papers/ladder-2").rmdir()
    # The same paper again, elsewhere, gets a list of its own.
    (site / "content/papers/letter/en.md").rename(site / "content/papers/en.md")
    (site / "content/papers/letter").rmdir()
    (site / "content/papers/en.md").unlink()
    said(site, PAPERS / "7-second-reading.eml", to="papers/letter")
    assert {path.name for path in (site / ".communique/imports").iterdir()} == {
        "papers-letter.txt",
        "papers-letter-2.txt",
    }


def test_what_the_build_waits_for_is_told_with_its_line(site: Path) -> None:
    told = said(site, PAPERS / "4-two-keys.txt", to="papers/keys", kind="statement", audience="oeg")

    lines = (site / "content/papers/keys/en.md").read_text(encoding="utf-8").split("\n")
    number = next(index for index, line in enumerate(lines, 1) if line.startswith("¶14 "))
    assert "the build waits for your decision" in told
    assert f"content/papers/keys/en.md:{number}:1: " in told


def test_a_wish_that_names_nothing_is_refused_before_anything_is_read(site: Path) -> None:
    file = PAPERS / "1-drafting-session.txt"
    assert 'did you mean "statement"' in refused(site, file, kind="statment")
    assert "[unknown-language]" in refused(site, file, lang="xx")
    assert "[bad-document]" in refused(site, file, to="../../outside")
    assert "[bad-document]" in refused(site, file, to="nowhere/paper")
    assert "[unknown-audience]" in refused(site, file, audience="patner")
    assert "[import-public]" in refused(site, file, audience="public")
    assert "[missing-file]" in refused(site, site / "no-such-paper.txt")


def test_a_hostile_paper_leaves_nothing_behind(site: Path, tmp_path: Path) -> None:
    paper = tmp_path / "pa\u202eper\x1b[31m.txt"
    paper.write_bytes("1. One \u202etwo.".encode())
    letter = refused(site, paper, to="papers/letter")
    assert "[import-hostile]" in letter
    assert letter.isascii()
    assert "\x1b" not in letter
