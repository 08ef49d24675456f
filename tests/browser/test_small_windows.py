"""A phone: the page begins near the top, the links stand behind one word, and nothing is wider than the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

PHONE = {"width": 390, "height": 800}
DESK = {"width": 1280, "height": 900}


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


def test_the_notice_of_a_phone_is_a_bar_at_its_edge_and_covers_nothing_where_the_page_ends(
    shipped: Shipped, visitors: Callable[..., Visitor]
) -> None:
    visitor = visitors(viewport={"width": 360, "height": 740})
    visitor.open("fr/index.html")
    visitor.sign_in(shipped.members["hr-01"])
    visitor.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")

    notice = visitor.page.locator("#cq-status").bounding_box()
    last = visitor.page.locator(".site-footer").bounding_box()

    assert notice is not None
    assert last is not None
    assert (notice["x"], notice["width"], notice["y"] + notice["height"]) == (0, 360, 740)
    # Windows scroll by whole pixels.
    assert last["y"] + last["height"] < notice["y"] + 1


@pytest.mark.parametrize("lang", ["en", "es", "fr"])
def test_the_collections_stand_in_one_line_of_a_desk_whichever_is_marked(
    lang: str, visitors: Callable[..., Visitor]
) -> None:
    visitor = visitors(viewport=DESK)
    visitor.open(f"{lang}/index.html")
    lines = """() => {
      const links = [...document.querySelectorAll(".site-nav:not(.site-nav--overview) a")];
      return links.map((one) => {
        one.setAttribute("aria-current", "true");
        const tops = new Set(links.map((link) => link.getBoundingClientRect().top));
        one.removeAttribute("aria-current");
        return tops.size;
      });
    }"""

    found = visitor.page.evaluate(lines)

    assert found == [1] * len(found)
    assert len(found) > 5


@pytest.mark.parametrize("lang", ["en", "es", "fr"])
def test_a_marking_in_a_table_is_one_word_on_a_desk_and_no_wider_than_a_phone(
    lang: str, visitors: Callable[..., Visitor]
) -> None:
    visitor = visitors(viewport=DESK)
    visitor.open(f"{lang}/about/access-rules/index.html")
    lines = "codes => codes.map(code => [code.textContent, code.getClientRects().length])"
    found = visitor.page.locator("td code").evaluate_all(lines)

    assert ["TLP:AMBER+STRICT", 1] in found
    assert [words for words, count in found if count > 1] == []
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_figures_of_the_states_stand_apart_from_what_introduces_them(visitors: Callable[..., Visitor]) -> None:
    visitor = visitors(viewport=DESK)
    visitor.open("en/states/index.html")
    above = visitor.page.locator(".lede p").first.bounding_box()
    figures = visitor.page.locator(".states__figures").bounding_box()

    assert above is not None
    assert figures is not None
    assert figures["y"] - above["y"] - above["height"] > 8
