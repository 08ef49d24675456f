"""A phone: the page begins near the top, the links stand behind one word, and nothing is wider than the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

PHONE = {"width": 390, "height": 800}


@pytest.fixture
def scheme() -> str:
    return "file"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_head_of_a_page_leaves_most_of_a_phone_to_the_page_and_its_menu_opens_by_keyboard(
    lang: str, visitors: Callable[..., Visitor]
) -> None:
    visitor = visitors(viewport=PHONE)
    visitor.open(f"{lang}/archive/index.html")
    page = visitor.page
    links, menu = page.locator(".site-nav a"), page.locator(".site-menu summary")
    head = page.locator(".site-header").bounding_box()
    assert head is not None
    assert head["height"] < 0.35 * PHONE["height"]
    expect(links.first).to_be_hidden()

    menu.focus()
    page.keyboard.press("Enter")
    expect(links.first).to_be_visible()
    expect(links.last).to_be_visible()
    page.keyboard.press("Tab")
    expect(links.first).to_be_focused()

    fields = [box for one in page.locator(".filters__field").all() if (box := one.bounding_box())]
    assert fields[0]["y"] == fields[1]["y"], "two filters stand side by side"
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_menu_of_a_phone_needs_no_script_and_wide_windows_have_none(visitors: Callable[..., Visitor]) -> None:
    visitor = visitors(viewport=PHONE, java_script_enabled=False)
    visitor.open("es/index.html")
    visitor.page.locator(".site-menu summary").click()
    expect(visitor.page.locator(".site-nav a").first).to_be_visible()

    visitor.page.set_viewport_size({"width": 1000, "height": 800})
    expect(visitor.page.locator(".site-menu")).to_be_hidden()
    expect(visitor.page.locator(".site-nav a").first).to_be_visible()
