"""On paper: the marking on every sheet, locked boxes that explain themselves, opened text, and no controls."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.sealed_sources import read_papers, runs, words_of
from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

PAGE = "es/meetings/paris-2008-summary/index.html"


@pytest.fixture
def scheme() -> str:
    return "file"


def test_every_sheet_carries_the_marking_above_and_below_the_text(
    visitors: Callable[..., Visitor], shipped: Shipped
) -> None:
    visitor = visitors(viewport={"width": 794, "height": 1123})
    visitor.open(PAGE)
    page = visitor.page
    page.emulate_media(media="print")
    marking = page.locator(".site-header .tlp").first.text_content()
    assert marking == "TLP:AMBER+STRICT"
    # A browser repeats a table's head and foot on every sheet, and leaves them room; the whole page is that table.
    expect(page.locator("body")).to_have_css("display", "table")
    for edge, group in (("top", "table-header-group"), ("bottom", "table-footer-group")):
        running = page.locator(f".running--{edge}")
        expect(running).to_have_css("display", group)
        expect(running.locator("span")).to_be_visible()
        expect(running).to_have_text(marking)


_MARK = re.compile(r'class="[^"]*sealed__mark[^"]*"[^>]*>(TLP:[A-Z+]+)<')
_RUNNING = re.compile(r'class="running running--\w+[^"]*"[^>]*><span>(TLP:[A-Z+]+)<')
_FROM_OPEN_TO_CLOSED = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]


def test_no_part_of_a_page_is_marked_higher_than_its_sheets_whoever_opens_it(shipped: Shipped) -> None:
    marked = 0
    for path in shipped.pages():
        page = (shipped.output / path).read_text(encoding="utf-8")
        marks = {_FROM_OPEN_TO_CLOSED.index(mark) for mark in _MARK.findall(page)}
        sheets = {_FROM_OPEN_TO_CLOSED.index(mark) for mark in _RUNNING.findall(page)}
        assert len(sheets) == 1, path
        assert max(marks, default=0) <= max(sheets), path
        marked += bool(marks)
    assert marked > 10


#: What a page is called from one event of printing to the other.
_TITLES = """() => {
  window.titles = [document.title];
  for (const moment of ["beforeprint", "afterprint"]) addEventListener(moment, () => titles.push(document.title));
}"""


def test_every_sheet_of_a_signed_in_print_carries_the_marking_and_so_does_the_files_name(
    visitors: Callable[..., Visitor], shipped: Shipped, tmp_path: Path
) -> None:
    visitor = visitors(viewport={"width": 794, "height": 1123})
    visitor.open(PAGE)
    visitor.sign_in(shipped.members["nz-01"])
    page = visitor.page
    page.evaluate(_TITLES)
    printed = tmp_path / "printed.pdf"
    # On A4 with the sheet's own margins, as the style sheet asks for it.
    page.pdf(path=printed, prefer_css_page_size=True)
    title, named, after = page.evaluate("titles")
    # Browsers propose the title as the name of the file they save.
    assert (named, after, page.title()) == (f"TLP:AMBER+STRICT – {title}", title, title)
    paper = read_papers(shipped.content)[PAGE]
    sealed = {run for part in paper.sealed for run in runs(part.words)} - paper.public_runs
    assert not sealed & runs(words_of(named))
    sheets = _lines_of_sheets(printed)
    assert len(sheets) > 2
    for lines in sheets:
        # Top and bottom, at the right edge and nowhere else on the line.
        assert [lines[0].strip(), lines[-1].strip()] == ["TLP:AMBER+STRICT"] * 2
        widest = max(len(line) for line in lines)
        assert all(len(line) - len(line.lstrip()) > widest / 2 for line in (lines[0], lines[-1]))
    opened = page.locator(".sealed__open p").first.inner_text().split()[-3:]
    assert " ".join(opened) in " ".join(" ".join(line.split()) for lines in sheets for line in lines)


def _lines_of_sheets(printed: Path) -> list[list[str]]:
    ran = subprocess.run(["pdftotext", "-layout", printed, "-"], capture_output=True, text=True, check=True)
    sheets = [sheet.splitlines() for sheet in ran.stdout.split("\f")]
    return [[line for line in sheet if line.strip()] for sheet in sheets if any(line.strip() for line in sheet)]


def test_paper_shows_the_text_the_reader_had_open_and_no_controls(
    visitors: Callable[..., Visitor], shipped: Shipped
) -> None:
    visitor = visitors(viewport={"width": 794, "height": 1123})
    visitor.open(PAGE)
    visitor.sign_in(shipped.members["nz-01"])
    page = visitor.page
    opened = page.locator(".is-open").count()
    assert opened > 0
    page.emulate_media(media="print")
    assert page.locator("button:visible, nav:visible, #cq-status:visible, dialog:visible").count() == 0
    assert page.locator(".is-open .sealed__open:visible, tr.is-open:visible").count() == opened
    closed = page.locator("[data-cq-part]:not(.is-open) .sealed__closed")
    assert closed.count() > 0
    for box in closed.all():
        expect(box).to_be_visible()
    # Each opened part keeps its own marking, whoever gets the sheet next.
    assert page.locator(".is-open .sealed__mark:visible").count() >= opened
