"""axe-core finds nothing on any page, closed or opened, in any language, by day or night, on a desk or a telephone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import expect

from tests.browser.sealed_sources import read_languages, read_papers
from tests.browser.shipped import PROJECT, WRONG_ADDRESS, Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async ([tags]) => {
  const result = await axe.run(document, { runOnly: tags, resultTypes: ["violations"], elementRef: false });
  return result.violations.map((found) => [found.id, found.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))]);
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"

#: Every rule in both widths; between them the two also cover both colour schemes.
DESK = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
TELEPHONE = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}
LANGUAGES = read_languages(PROJECT / "content")


def violations(visitor: Visitor) -> list[Any]:
    page = visitor.page
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[Any] = page.evaluate(RUN_AXE, [TAGS])
    if page.evaluate(TOO_WIDE):
        found.append("the page scrolls sideways")
    return found


@pytest.fixture(params=["desk", "telephone"])
def reader(request: pytest.FixtureRequest, visitors: Callable[..., Visitor]) -> Visitor:
    return visitors(**(DESK if request.param == "desk" else TELEPHONE))


def looked_at(paths: Iterable[str], reader: Visitor) -> list[str]:
    """All pages on a desk; on a telephone, which lays out all languages alike, each page in one language."""
    found = sorted(paths)
    if reader.page.viewport_size != DESK["viewport"]:
        found = [path for path in found if LANGUAGES[len(path) % len(LANGUAGES)] == path.split("/")[0]]
    return found


@pytest.fixture
def scheme() -> str:
    return "http"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_has_a_barrier_while_it_is_closed(lang: str, reader: Visitor, shipped: Shipped) -> None:
    found = {}
    pages = [path for path in shipped.pages() if path.startswith(f"{lang}/")]
    for path in looked_at([*pages, "index.html"] if lang == LANGUAGES[0] else pages, reader):
        reader.open(path)
        found[path] = violations(reader)
    assert len(found) > 15
    assert {path: one for path, one in found.items() if one} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_has_a_barrier_once_its_sections_are_open(lang: str, reader: Visitor, shipped: Shipped) -> None:
    found = {}
    papers = {path: paper for path, paper in read_papers(shipped.content).items() if path.startswith(f"{lang}/")}
    reader.open(f"{lang}/index.html")
    # A member of the narrowest tier with an area of their own opens the most.
    reader.sign_in(shipped.members["fr-01"])
    for path in looked_at((path for path, paper in papers.items() if paper.sealed), reader):
        paper = papers[path]
        assert reader.follow(f"{lang}/{paper.id.split('/')[0]}/index.html") is not None
        seen = reader.follow(path)
        assert seen is not None
        # What is for one other state alone stays closed for this reader too.
        to_others = all(all(name.startswith("state:") for name in one.audience) for one in paper.sealed)
        assert any(box.is_open for box in seen.boxes) or to_others
        found[path] = violations(reader)
    assert len(found) > 5
    assert {path: one for path, one in found.items() if one} == {}


def test_the_page_for_wrong_addresses_and_the_sign_in_have_no_barrier(reader: Visitor, shipped: Shipped) -> None:
    # That page names no icon, so a browser asks for the one that sites of old had.
    reader.page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    reader.open(WRONG_ADDRESS)
    found = {WRONG_ADDRESS: violations(reader)}
    for lang in LANGUAGES:
        reader.open(f"{lang}/index.html")
        reader.page.locator("header [data-cq-sign-in]").click()
        expect(reader.page.locator("#cq-sign-in")).to_be_visible()
        found[f"{lang} dialog"] = violations(reader)
    assert {path: one for path, one in found.items() if one} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_colours_have_contrast_on_a_dark_desk_and_a_light_telephone(
    lang: str, visitors: Callable[..., Visitor], shipped: Shipped
) -> None:
    found = {}
    swapped = visitors(**{**DESK, "color_scheme": "dark"}), visitors(**{**TELEPHONE, "color_scheme": "light"})
    for reader in swapped:
        for kind in ("index.html", "debriefings/index.html", "contacts/directory/index.html",
                     "debriefings/control-at-origin/index.html", "meetings/paris-2008-summary/index.html"):  # fmt: skip
            reader.open(f"{lang}/{kind}")
            found[kind] = violations(reader)
    assert {path: one for path, one in found.items() if one} == {}
