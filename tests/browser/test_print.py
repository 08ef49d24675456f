"""On paper: the marking on every sheet, locked boxes that explain themselves, opened text, and no controls."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

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
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf())
    assert len(sheets) > 1


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
