"""A member's visit to the shipped site: links, languages, history, locking, and what is left behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.browser.sealed_sources import Paper, read_papers, read_policy, runs, words_of
from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

_STORED = """async () => [
  ...Object.entries(sessionStorage), ...Object.entries(localStorage), document.cookie, window.name,
  ...(await indexedDB.databases()), ...(await (window.caches ? caches.keys().catch(() => []) : [])),
  ...(await (navigator.serviceWorker ? navigator.serviceWorker.getRegistrations().catch(() => []) : [])),
].filter((kept) => kept && kept.length !== 0)"""

SUMMARY = "meetings/paris-2008-summary"


@pytest.fixture(scope="module")
def papers(shipped: Shipped) -> dict[str, Paper]:
    return read_papers(shipped.content)


def _opened(visitor: Visitor) -> int:
    return sum(box.is_open for box in visitor.look().boxes)


def _expected(shipped: Shipped, papers: dict[str, Paper], login: str, path: str) -> int:
    reads = read_policy(shipped.content).reads(shipped.members[login].grants)
    return sum(bool(sealed.audience & reads) for sealed in papers[path].sealed)


def test_five_links_across_folders_and_languages_need_no_second_passphrase(
    visitor: Visitor, shipped: Shipped, papers: dict[str, Paper]
) -> None:
    page = visitor.page
    visitor.open(f"en/{SUMMARY}/index.html")
    visitor.sign_in(shipped.members["nz-01"])
    born = visitor.look().born
    links = [
        ("[data-cq-languages] a[hreflang=es]", f"es/{SUMMARY}/index.html"),
        ("header nav a[href$='es/debriefings/index.html']", "es/debriefings/index.html"),
        ("main a[href$='machine-tools/index.html']", "es/debriefings/machine-tools/index.html"),
        ("[data-cq-languages] a[hreflang=fr]", "fr/debriefings/machine-tools/index.html"),
        ("header nav a[href$='fr/contacts/index.html']", "fr/contacts/index.html"),
        ("main a[href$='contacts/directory/index.html']", "fr/contacts/directory/index.html"),
    ]
    for selector, path in links:
        # On http the address of a link is short, in the living document it is whole: both end alike.
        page.locator(selector.replace("es/debriefings", "debriefings").replace("fr/contacts", "contacts")).first.click()
        visitor.arrive(path)
        seen = visitor.look()
        assert (seen.born, seen.asks) == (born, False)
        assert visitor.path_in_bar() == path
        if path in papers:
            assert _opened(visitor) == _expected(shipped, papers, "nz-01", path) > 0


def test_a_link_to_a_paragraph_in_a_sealed_section_arrives_there_before_and_after_signing_in(
    visitor: Visitor, shipped: Shipped
) -> None:
    page = visitor.page
    visitor.open(f"en/{SUMMARY}/index.html")
    closed = page.locator(".sealed--block[data-cq-aud~=oeg] .sealed__numbers [id^=p]").first
    number = closed.get_attribute("id")
    # From elsewhere: within one page the browser would only scroll, and a reload would scroll back.
    page.goto("about:blank")
    visitor.open(f"en/{SUMMARY}/index.html#{number}")
    expect(page.locator(f"#{number}")).to_be_in_viewport()
    visitor.sign_in(shipped.members["nz-01"])
    opened = page.locator(f".sealed__open #{number}")
    expect(opened).to_be_in_viewport()
    # Only one paragraph bears the number: the box gave its anchor away.
    expect(page.locator(f"#{number}")).to_have_count(1)


def test_the_language_switcher_keeps_the_paragraph(visitor: Visitor, shipped: Shipped) -> None:
    page = visitor.page
    visitor.open(f"en/{SUMMARY}/index.html#p3")
    page.locator("[data-cq-languages] a[hreflang=fr]").click()
    page.wait_for_url(f"**/fr/{SUMMARY}/index.html#p3")
    expect(page.locator("#p3")).to_be_in_viewport()
    visitor.sign_in(shipped.members["nz-01"])
    page.locator("[data-cq-languages] a[hreflang=es]").click()
    visitor.arrive(f"es/{SUMMARY}/index.html")
    assert visitor.page.url.endswith("#p3")
    expect(page.locator("#p3")).to_be_in_viewport()


def test_back_and_forward_show_the_pages_again_with_their_sections_open(
    visitor: Visitor, shipped: Shipped, papers: dict[str, Paper]
) -> None:
    paths = ["fr/debriefings/machine-tools/index.html", "fr/debriefings/index.html", f"fr/{SUMMARY}/index.html"]
    page = visitor.page
    visitor.open(paths[0])
    visitor.sign_in(shipped.members["fr-01"])
    born = visitor.look().born
    assert visitor.follow(paths[1]) is not None
    assert visitor.follow("fr/meetings/index.html") is not None
    assert visitor.follow(paths[2]) is not None
    for _ in range(3):
        page.go_back()
    expect(page.locator("html")).to_have_attribute("data-path", paths[0])
    expect(page.locator(".is-open")).to_have_count(_expected(shipped, papers, "fr-01", paths[0]))
    for _ in range(3):
        page.go_forward()
    expect(page.locator("html")).to_have_attribute("data-path", paths[2])
    expect(page.locator(".is-open")).to_have_count(_expected(shipped, papers, "fr-01", paths[2]))
    assert visitor.look().born == born


@pytest.mark.parametrize("leave", ["lock", "reload"])
def test_locking_and_reloading_close_everything_and_ask_again(
    leave: str, visitor: Visitor, shipped: Shipped, papers: dict[str, Paper]
) -> None:
    page = visitor.page
    visitor.open("en/debriefings/index.html")
    visitor.sign_in(shipped.members["fr-01"])
    path = "en/debriefings/machine-tools/index.html"
    assert visitor.follow(path) is not None
    assert _opened(visitor) > 0
    # Nothing of the opened text goes to a store, an address, a title or the history.
    assert page.evaluate(_STORED) == []
    told = " ".join([page.title(), unquote(page.url), str(page.evaluate("JSON.stringify(history.state)"))])
    sealed = {run for one in papers[path].sealed for run in runs(one.words)} - papers[path].public_runs
    assert not sealed & runs(words_of(told))
    if leave == "lock":
        page.locator("[data-cq-lock]").click()
        expect(page.locator("#cq-status")).not_to_be_empty()
    else:
        page.reload()
    expect(page.locator("html")).to_have_attribute("data-path", path)
    expect(page.locator("header [data-cq-sign-in]")).to_be_visible()
    seen = visitor.look()
    assert [box.is_open for box in seen.boxes] == [False] * len(papers[path].sealed)
    assert page.evaluate(_STORED) == []


def test_the_browsers_own_search_finds_opened_text_and_nothing_closed(visitor: Visitor, shipped: Shipped) -> None:
    page = visitor.page
    find = "words => { getSelection().removeAllRanges(); return window.find(words); }"
    visitor.open(f"en/{SUMMARY}/index.html")
    visitor.sign_in(shipped.members["nz-01"])
    words = " ".join(page.locator(".sealed__open p").first.inner_text().split()[2:7])
    assert page.evaluate(find, words)
    assert page.evaluate("Boolean(getSelection().anchorNode.parentElement.closest('.sealed__open'))")
    # On a page reached by a link as well; and no more once it is locked.
    assert visitor.follow("en/meetings/index.html") is not None
    assert not page.evaluate(find, words)
    page.go_back()
    expect(page.locator("html")).to_have_attribute("data-path", f"en/{SUMMARY}/index.html")
    expect(page.locator(".sealed__open p").first).to_be_visible()
    assert page.evaluate(find, words)
    page.locator("[data-cq-lock]").click()
    expect(page.locator("header [data-cq-sign-in]")).to_be_visible()
    assert not page.evaluate(find, words)


def test_zooming_keeps_what_is_open_where_it_is_and_within_the_window(
    visitor: Visitor, shipped: Shipped, papers: dict[str, Paper]
) -> None:
    page = visitor.page
    path = f"en/{SUMMARY}/index.html"
    visitor.open("en/meetings/index.html")
    visitor.sign_in(shipped.members["nz-01"])
    assert visitor.follow(path) is not None
    born = visitor.look().born
    # To a page, zooming in is a window with fewer pixels: 1000 of them to 500, which is 200 %, and 320.
    for width, height in ((500, 400), (320, 256), (1000, 800)):
        page.set_viewport_size({"width": width, "height": height})
        assert _opened(visitor) == _expected(shipped, papers, "nz-01", path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        page.locator(".sealed__open p").first.scroll_into_view_if_needed()
        expect(page.locator(".sealed__open p").first).to_be_in_viewport()
    assert visitor.look().born == born


def test_the_address_of_a_visited_page_opens_that_page_for_somebody_else(
    visitors: Callable[..., Visitor], shipped: Shipped
) -> None:
    first: Visitor = visitors()
    first.open("en/index.html")
    first.sign_in(shipped.members["nz-01"])
    assert first.follow("es/index.html") is not None
    address = first.page.url
    other: Visitor = visitors()
    other.page.goto(address)
    expect(other.page.locator("html")).to_have_attribute("data-path", "es/index.html")
    assert other.path_in_bar() == "es/index.html"


def test_a_wrong_address_gets_the_sites_own_page_in_every_language(
    chromium: Any, serve: Callable[..., str], shipped: Shipped
) -> None:
    page = chromium.new_page()
    page.goto(serve(shipped.output) + "en/meetings/nothing-here/index.html")
    expect(page.locator("h2")).to_have_count(3)
    # Whichever of its style sheets is right at this depth was found.
    assert page.locator("main .wrap").first.evaluate("box => getComputedStyle(box).maxWidth") != "none"
    page.context.close()
