"""What a term means, said where it stands: for the mouse, the keyboard and a finger, opened, and without script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

PAPER = "statements/paris-2008-chair-1/index.html"
MEANING = "Twenty states that work out operational questions"


@pytest.fixture
def scheme() -> str:
    """The disk, where browsers allow least."""
    return "file"


def at_the_first_term(visitor: Visitor, lang: str = "en") -> Page:
    visitor.open(f"{lang}/{PAPER}")
    # The part of the client that has it loads after the page.
    expect(visitor.page.locator(".para__number[tabindex='-1']").first).to_be_attached()
    return visitor.page


def test_a_term_says_what_it_means_to_the_keyboard_and_escape_closes_it(visitor: Visitor) -> None:
    page = at_the_first_term(visitor)
    term, box = page.locator("main a.term").first, page.locator("[role=tooltip]")

    term.focus()

    expect(box).to_contain_text(MEANING)
    assert term.get_attribute("aria-describedby") == box.get_attribute("id")
    assert term.get_attribute("title") is None, "the browser's own hint would stand beside it"
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(term).to_be_focused()
    page.locator("main a.term").nth(1).focus()
    assert MEANING in (term.get_attribute("title") or "")


def test_the_box_stays_while_the_mouse_is_on_it_and_goes_with_it(visitor: Visitor) -> None:
    page = at_the_first_term(visitor)
    box = page.locator("[role=tooltip]")

    page.locator("main a.term").first.hover()
    expect(box).to_contain_text(MEANING)
    box.hover()
    page.wait_for_timeout(400)

    expect(box).to_be_visible()
    page.locator("h1").hover()
    expect(box).to_have_count(0)


def test_a_first_touch_opens_the_box_and_a_second_follows_the_link(visitors: Callable[..., Visitor]) -> None:
    page = at_the_first_term(visitors(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True), "fr")
    term, box = page.locator("main a.term").first, page.locator("[role=tooltip]")

    term.tap()
    expect(box).to_contain_text("Vingt États")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the box stays within the window"
    page.locator("h1").tap()
    expect(box).to_have_count(0)
    term.tap()
    term.tap()

    expect(page).to_have_url(re.compile(r"/fr/glossary/index\.html#term-oeg$"))


def test_opened_text_explains_its_terms_and_locking_takes_that_away(visitor: Visitor, shipped: Shipped) -> None:
    visitor.open("en/meetings/paris-2008-summary/index.html")
    page = visitor.page
    before = page.locator("main a.term").count()
    visitor.sign_in(shipped.members["nz-01"])
    opened = page.locator("main .sealed a.term")
    expect(opened.first).to_be_visible()
    assert page.locator("main a.term").count() > before

    opened.first.focus()
    expect(page.locator("[role=tooltip]")).to_be_visible()
    page.locator("[data-cq-lock]").first.click()

    expect(opened).to_have_count(0)
    expect(page.locator("[role=tooltip]")).to_have_count(0)


def test_without_script_a_term_leads_to_its_entry(visitors: Callable[..., Visitor]) -> None:
    visitor = visitors(java_script_enabled=False)
    visitor.open(f"es/{PAPER}")
    term = visitor.page.locator("main a.term").first

    assert (term.get_attribute("title") or "").startswith("Veinte Estados")
    term.click()

    entry = visitor.page.locator("#term-oeg")
    expect(entry).to_contain_text("Grupo de Expertos Operativos")
    expect(entry).to_contain_text("Operational Experts Group (OEG)")
