"""Citing a paragraph, and reading a paper in parts on one page: by keyboard, opened, from a disk, without script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

#: The portal's own address, wherever a copy of it lies.
HOME = "https://psi-portal.example/"
PARTS = ("statements/paris-2008-chair-1", "statements/paris-2008-chair-2")
WHOLE = f"{PARTS[0]}/whole.html"
#: The page cannot read the clipboard, and need not: this is what the browser was given.
_LISTEN = """() => {
  window.given = [];
  document.addEventListener("copy", () => window.given.push(document.activeElement.value));
  Object.defineProperty(navigator, "clipboard", {value: CLIPBOARD, configurable: true});
}"""
_TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}"""


@pytest.fixture
def scheme() -> str:
    """The disk, where browsers allow least, unless a test says otherwise."""
    return "file"


def given(page: Page, clipboard: str) -> list[str]:
    page.evaluate(_LISTEN.replace("CLIPBOARD", clipboard))
    page.locator(".para__cite").click()
    expect(page.locator("#cq-status p").first).to_be_visible()
    found: list[str] = page.evaluate("window.given")
    return found


@pytest.mark.parametrize(
    ("scheme", "lang", "offer", "citation"),
    [
        ("http", "en", "Copy citation", "PSI/OEG/17/CS.1-1, ¶ 6, "),
        ("file", "es", "Copiar la cita", "PSI/OEG/17/CS.1-1, párr. 6, "),
        ("file", "fr", "Copier la référence", "PSI/OEG/17/CS.1-1, par. 6, "),
    ],
)
def test_the_number_of_a_paragraph_leads_to_its_citation_by_keyboard_in_the_pages_language(
    lang: str, offer: str, citation: str, visitor: Visitor
) -> None:
    page = visitor.page
    path = f"{lang}/{PARTS[0]}/index.html"
    visitor.open(path)
    expect(page.locator(".para__number[tabindex='-1']").first).to_be_attached()
    assert page.locator("main .para__number:not([tabindex])").count() == 1, "hundreds of numbers are one stop"

    page.locator(".para__number").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".para__cite")).to_have_count(1)
    expect(page.locator("#p6 .para__cite")).to_have_text(offer)
    assert page.url.endswith(f"{path}#p6")

    page.evaluate(_LISTEN.replace("CLIPBOARD", "{writeText: async (text) => window.given.push(text)}"))
    page.locator("#p6 .para__number").focus()
    while not page.evaluate("document.activeElement.matches('.para__cite')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#cq-status")).to_contain_text("PSI/OEG/17/CS.1-1")
    # A site that does not know its own address cites what the browser shows of it.
    page.evaluate("document.getElementById('cq-messages').dataset.home = ''")
    page.keyboard.press("Enter")
    page.wait_for_function("window.given.length === 2")
    copied, copied_without_home = page.evaluate("window.given")
    address = f"{path}#p6" if visitor.base.startswith("file:") else f"{visitor.base}{path}#p6"
    assert copied == f"{citation}{HOME}{path}#p6"
    assert copied_without_home == citation + address, "where a copy lies on a disk is told nobody"
    assert visitor.complaints == []

    page.emulate_media(media="print")
    expect(page.locator(".para__cite")).to_be_hidden()


@pytest.mark.parametrize("clipboard", ["undefined", "{writeText: () => Promise.reject(new Error('no'))}"])
def test_where_the_browser_withholds_its_clipboard_the_citation_is_copied_in_the_older_way(
    clipboard: str, visitors: Callable[..., Visitor]
) -> None:
    visitor = visitors()
    visitor.open(f"en/{PARTS[1]}/index.html#p40")
    (copied,) = given(visitor.page, clipboard)

    assert copied.startswith("PSI/OEG/17/CS.1-2, ¶ 40, ")
    expect(visitor.page.locator(".para__cite")).to_be_focused()
    expect(visitor.page.locator("textarea")).to_have_count(0)


def test_where_nothing_copies_the_citation_is_shown_to_be_copied_by_hand(visitors: Callable[..., Visitor]) -> None:
    visitor = visitors()
    visitor.open(f"en/{PARTS[0]}/index.html#p6")
    visitor.page.evaluate("document.execCommand = () => false")
    given(visitor.page, "undefined")

    field = visitor.page.get_by_label("The citation is selected")
    expect(field).to_be_focused()
    assert field.input_value().startswith("PSI/OEG/17/CS.1-1, ¶ 6, ")


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_paper_in_parts_opens_on_one_page_as_on_its_own(visitor: Visitor, shipped: Shipped) -> None:
    page = visitor.page
    own = {}
    for path in PARTS:
        visitor.open(f"en/{path}/index.html")
        visitor.sign_in(shipped.members["nz-01"])
        own[path] = page.locator(".para .para__number").all_inner_texts()
    visitor.open(f"en/{WHOLE}")
    assert page.evaluate(_TWICE) == []
    visitor.sign_in(shipped.members["nz-01"])

    seen = visitor.look()
    assert seen.problems == ()
    assert page.locator(".para .para__number").all_inner_texts() == [one for path in PARTS for one in own[path]]
    assert page.evaluate(_TWICE) == []
    sealed = page.locator(".is-open > .sealed__open > .para[id]").last
    sealed.locator(".para__number").click()
    assert page.url.endswith("#" + (sealed.get_attribute("id") or "?"))
    (copied,) = given(page, "{writeText: async (text) => window.given.push(text)}")
    assert copied.startswith("PSI/OEG/17/CS.1-2, ¶ ")
    assert f"en/{PARTS[1]}/index.html#p" in copied, "what is cited is the part, whichever page it was read on"
    assert visitor.complaints == []


def test_parts_are_joined_without_script_too(visitors: Callable[..., Visitor]) -> None:
    visitor = visitors(java_script_enabled=False)
    page = visitor.page
    visitor.open(f"fr/{PARTS[0]}/index.html")
    expect(page.locator(".para__cite")).to_have_count(0)
    page.get_by_role("link", name="Toutes les parties sur une page").first.click()
    page.wait_for_url(f"**/fr/{WHOLE}")
    expect(page.locator("#p3")).to_be_visible()
    expect(page.locator("#p33")).to_be_attached()
    page.get_by_role("link", name="Partie 2 sur 2").first.click()
    page.wait_for_url(f"**/fr/{PARTS[1]}/index.html*")
    page.go_back()
    page.wait_for_url(f"**/fr/{WHOLE}")
    page.locator("a[hreflang=es]").first.click()
    page.wait_for_url(f"**/es/{WHOLE}")
