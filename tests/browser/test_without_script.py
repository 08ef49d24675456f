"""Without script the site is complete but for what is sealed, and what is sealed explains itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.sealed_sources import holds, read_papers, runs, words_shown
from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]


@pytest.fixture
def visitor(visitors: Callable[..., Visitor]) -> Visitor:
    return visitors(java_script_enabled=False)


def test_public_text_is_complete_and_every_locked_box_says_what_it_is_and_for_whom(
    visitor: Visitor, shipped: Shipped
) -> None:
    for path, paper in read_papers(shipped.content).items():
        visitor.open(path)
        shown = words_shown(visitor.page.content())
        there = runs(shown)
        missing = [run for run in paper.public_runs - there if not holds(shown, run)]
        # Front matter, dates set for the language, marks of footnotes and of sealed spans cut some runs.
        # The blanks of a plan cut many more.
        share = 0.35 if path.split("/")[1] == "plans" else 0.25
        assert len(missing) <= share * len(paper.public_runs) + 60, path
        # What a state's area gathers from other documents is theirs; how many that are is counted elsewhere.
        # So is what changed since an earlier version.
        own = visitor.page.locator("[data-cq-part]:not([data-cq-doc]):not([data-cq-part^=v])")
        assert own.count() == len(paper.sealed)
        for said in visitor.page.locator("[data-cq-part] .sealed__closed").all_inner_texts():
            assert len(said.split()) >= 2, path
        assert own.locator(".sealed__mark").count() == len(paper.sealed)


#: What one page offers to follow or to press, as the browser sees it.
_OFFERED = """() => ({
  ids: [...document.querySelectorAll("[id]")].map((one) => one.id),
  links: [...document.querySelectorAll("a[href]")].map((one) => one.href),
  wordless: [...document.querySelectorAll("a[href]")].filter((one) => !one.textContent.trim()).length,
  controls: [...document.querySelectorAll("button, input, dialog, [role=button]")]
    .filter((one) => one.checkVisibility()).map((one) => one.outerHTML),
})"""


def test_every_link_leads_to_a_file_and_an_anchor_that_exist_and_no_control_is_shown_that_would_do_nothing(
    visitor: Visitor, shipped: Shipped
) -> None:
    anchors: dict[Path, set[str]] = {}
    links: list[tuple[str, str]] = []
    for path in shipped.pages():
        visitor.open(path)
        offered = visitor.page.evaluate(_OFFERED)
        # The review form is filled in and printed, or its checks are read off: that needs no script.
        on_paper = path.endswith("/review/index.html")
        # A plan's shorter form is shown by its style alone.
        useful = [one for one in offered["controls"] if "data-plan-switch" in one]
        useful += [one for one in offered["controls"] if on_paper and one.startswith("<input ")]
        assert [one for one in offered["controls"] if one not in useful] == [], path
        assert offered["wordless"] == 0, f"{path}: a link without words"
        anchors[shipped.output / path] = set(offered["ids"])
        links += [(path, link) for link in offered["links"] if link.startswith(visitor.base)]
        elsewhere = (visitor.base, "mailto:", "tel:", "https://")
        assert [link for link in offered["links"] if not link.startswith(elsewhere)] == [], path
    dead = []
    for path, link in links:
        address = urlsplit(link.removeprefix(visitor.base))
        target = shipped.output / unquote(address.path)
        if target.suffix in (".ics", ".vcf", ".xml", ".json", ".pdf", ".txt") and target.is_file():
            # Calendars, address cards, feeds and papers as files are for other programs.
            continue
        if target not in anchors or (address.fragment and unquote(address.fragment) not in anchors[target]):
            dead.append((path, link))
    assert len(links) > 1000
    assert dead == []


def test_following_links_over_folders_and_languages_needs_no_script(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("index.html")
    page.locator("a[hreflang=es]").first.click()
    page.locator("nav a[href$='debriefings/index.html']").first.click()
    page.locator("main a[href$='machine-tools/index.html']").click()
    expect(page.locator("html")).to_have_attribute("data-path", "es/debriefings/machine-tools/index.html")
    page.locator("header a[hreflang=fr]").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.locator(".sealed__how a").first.click()
    expect(page.locator("html")).to_have_attribute("data-doc", "contacts/directory")
