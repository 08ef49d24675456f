"""Search in a real browser, over http and from the disk: what everybody finds, and what opens to members alone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, Route, expect

from tests.browser.conftest import BROWSER_ARGUMENTS
from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

#: Stands in sealed text of the sample only.
SEALED_WORD = "Wellington"


def look_for(visitor: Visitor, words: str) -> None:
    visitor.page.locator("#search-words").fill(words)
    visitor.page.keyboard.press("Enter")


def test_everybody_finds_paragraphs_by_any_form_of_a_word_and_nothing_leaves_the_page(visitor: Visitor) -> None:
    page, asked = visitor.page, list[str]()
    page.on("request", lambda request: asked.append(request.url))
    visitor.open("es/search/index.html")
    expect(page.locator("[data-search]")).to_be_visible()
    expect(page.locator("[data-search-without]")).to_be_hidden()
    page.wait_for_timeout(200)
    assert [url for url in asked if "/sealed/" in url] == [], "nothing is loaded before somebody looks for something"
    address = page.url

    count, found = page.locator(".search__count"), page.locator(".result")
    look_for(visitor, "INTERDICCION")
    expect(count).to_have_text(re.compile(r"\d+ párrafos encontrados"))
    many = count.inner_text()
    expect(found.first.locator("mark").first).to_have_text(re.compile("interdicci[óo]n", re.IGNORECASE))
    look_for(visitor, "interdicciones")
    expect(count).to_have_text(many)
    # By either name of what the glossary explains, in another language's abbreviation too.
    look_for(visitor, "GEO Miami")
    expect(found.filter(has_text="Miami").first).to_be_visible()
    as_written = found.count()
    look_for(visitor, "oeg miami")
    expect(found).to_have_count(as_written)
    look_for(visitor, "qwertz")
    expect(count).to_have_text(re.compile("No se ha encontrado nada"))
    expect(found).to_have_count(0)

    # By keyboard alone: as one types, from the field through the results and back.
    page.locator("#search-words").fill("")
    page.locator("#search-words").press_sequentially("proliferac", delay=20)
    expect(count).to_have_text(re.compile(r"\d+ párrafos? encontrados?"))
    page.keyboard.press("ArrowDown")
    expect(page.locator(".result a").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#search-words")).to_be_focused()
    assert page.url == address, "what somebody looks for is in no address"
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert [url for url in asked if "proliferac" in url.lower() or "interdicc" in url.lower()] == []
    paragraph = page.locator(".result__place[href*='#p']").first
    anchor = str(paragraph.get_attribute("href")).split("#")[1]
    paragraph.click()
    expect(page.locator(f"[id={anchor}]")).to_be_in_viewport()


def test_members_find_what_is_sealed_for_them_and_nobody_else_does(
    visitors: Callable[..., Visitor], shipped: Shipped
) -> None:
    visitor = visitors()
    page, found = visitor.page, visitor.page.locator(".result")
    visitor.open("en/search/index.html")
    look_for(visitor, SEALED_WORD)
    expect(page.locator(".search__count")).to_have_text(re.compile("Nothing was found"))
    visitor.sign_in(shipped.members["nz-01"])
    # Without another word from the reader.
    expect(found.first).to_be_visible()
    expect(found.first.locator(".result__passage .tlp").first).to_have_text("TLP:AMBER+STRICT")
    many = found.count()
    assert many > 2
    assert SEALED_WORD not in page.url
    # What a host sees is that a member searches: whatever they look for now, nothing more is loaded.
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    look_for(visitor, "proliferation observers")
    expect(page.locator(".search__count")).to_have_text(re.compile(r"\d+ paragraph"))
    look_for(visitor, "qwertz")
    expect(page.locator(".search__count")).to_have_text(re.compile("Nothing was found"))
    look_for(visitor, SEALED_WORD)
    expect(found).to_have_count(many)
    assert asked == []
    found.nth(1).locator(".result__place").first.click()
    expect(page.locator("html:not([data-path$='/search/index.html'])")).to_have_count(1)
    expect(page.locator("main").get_by_text(SEALED_WORD).first).to_be_visible()
    page.go_back()
    expect(page.locator("#search-words")).to_have_value(SEALED_WORD)
    expect(found).to_have_count(many)

    other = visitors()
    other.open("en/search/index.html")
    other.sign_in(shipped.members["sg-01"])
    look_for(other, SEALED_WORD)
    expect(other.page.locator(".search__count")).to_have_text(re.compile("Nothing was found"))
    look_for(other, "observers")
    expect(other.page.locator(".result .tlp--amber").first).to_be_visible()


#: The class and words of the mark of the innermost box in which some words stand on a page; "" where they are public.
_BORNE = """(words) => {
  const said = (box) => {
    const copy = box.cloneNode(true);
    for (const put of copy.querySelectorAll(".term__note, .footnote-ref, .para__number, .sealed__mark")) put.remove();
    return copy.textContent.replace(/\\s+/g, " ");
  };
  if (!said(document.querySelector("main")).includes(words)) return "not on this page: " + words;
  const box = [...document.querySelectorAll("main .sealed")].reverse().find((one) => said(one).includes(words));
  const mark = box && box.querySelector(".sealed__mark");
  return mark ? mark.className + " " + mark.textContent : "";
}"""


@pytest.mark.parametrize("scheme", ["http"])
def test_each_passage_bears_the_marking_that_it_bears_on_its_page(visitor: Visitor, shipped: Shipped) -> None:
    page = visitor.page
    visitor.open("en/search/index.html")
    visitor.sign_in(shipped.members["nz-01"])
    look_for(visitor, "observers")
    expect(page.locator(".search__count")).to_have_text(re.compile(r"\d+ paragraphs found"))
    expect(page.locator(".result .entry__meta .tlp")).to_have_count(0)
    addresses = [one.get_attribute("href") for one in page.locator(".result .entry__title a").all()]
    assert len(addresses) == len({*addresses}), "a document is shown once, whoever may read its parts"
    sealed = page.locator(".result__passage:has(.sealed__mark)")
    for passage in (sealed.first, sealed.nth(1), page.locator(".result__passage:not(:has(.sealed__mark))").first):
        marks = passage.locator(".sealed__mark").all()
        said = [f"{one.get_attribute('class')} {one.inner_text()}" for one in marks]
        words = passage.locator(".result__text").inner_text().removeprefix(marks[0].inner_text() if marks else "")
        piece = max(re.split(r" ?[·|…:\n] ?", " ".join(words.split())), key=len).strip()
        passage.locator(".result__place").click()
        expect(page.locator("html:not([data-path$='/search/index.html']):not([data-cq-busy])")).to_have_count(1)
        expect(page.locator("main :focus")).to_have_count(1)
        assert page.evaluate(_BORNE, piece) == "".join(said)
        page.go_back()
        expect(page.locator("#search-words")).to_have_value("observers")
        expect(page.locator(".result").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["file"])
def test_a_heading_that_is_found_shows_the_words_under_it(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("en/search/index.html")
    look_for(visitor, "observers")
    headed = page.locator(".result__passage", has=page.locator(".result__place mark"))
    expect(headed.first.locator(".result__place")).to_have_text("Observers")
    expect(headed.first.locator(".result__text")).to_have_text(re.compile("^Invitations to states"))


def test_who_has_not_signed_in_comes_back_to_what_they_looked_for(
    playwright_driver: Playwright, serve: Callable[[Path], str], shipped: Shipped
) -> None:
    """The browser itself keeps the page, in memory: nothing of the query is written down for it."""
    browser = playwright_driver.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=BROWSER_ARGUMENTS,
        # By default the driver switches off what browsers do.
        ignore_default_args=["--disable-back-forward-cache"],
    )
    page = browser.new_page()
    page.goto(serve(shipped.output) + "en/search/index.html")
    page.locator("#search-words").fill("observers")
    page.keyboard.press("Enter")
    expect(page.locator(".result").first).to_be_visible()
    assert page.evaluate("history.state") is None
    many = page.locator(".result").count()
    page.locator(".result__place").first.click()
    expect(page.locator("html:not([data-path$='/search/index.html'])")).to_have_count(1)
    page.go_back(wait_until="commit")
    expect(page.locator("#search-words")).to_have_value("observers")
    expect(page.locator(".result")).to_have_count(many)
    browser.close()


@pytest.mark.parametrize("scheme", ["http"])
def test_a_part_that_is_withheld_is_said_and_does_not_tell_the_words_that_need_it(
    visitors: Callable[..., Visitor], shipped: Shipped, scheme: str
) -> None:
    visitor, withheld = visitors(), list[str]()

    def withhold(route: Route) -> None:
        withheld.append(route.request.url)
        route.fulfill(content_type="text/javascript", body="")

    visitor.page.route("**/search-en-oeg-0001.*", withhold)
    visitor.open("en/search/index.html")
    visitor.sign_in(shipped.members["sg-01"])
    answers = {"proliferation": r"\d+ paragraphs? found", "qwertz": "Nothing was found"}
    for number, (words, said) in enumerate(answers.items(), start=1):
        look_for(visitor, words)
        expect(visitor.page.locator(".search__count")).to_have_text(re.compile(said))
        expect(visitor.page.locator("[data-search-notes] p")).to_have_count(1)
        assert len(withheld) == number, "asked for once with each query, whatever its words"


@pytest.mark.parametrize("scheme", ["file"])
def test_without_script_the_page_leads_on(visitors: Callable[..., Visitor], scheme: str) -> None:
    visitor = visitors(java_script_enabled=False)
    visitor.open("fr/search/index.html")
    expect(visitor.page.locator("[data-search]")).to_be_hidden()
    links = visitor.page.locator("[data-search-without] a")
    expect(links).to_have_count(3)
    links.first.click()
    expect(visitor.page.locator("html")).to_have_attribute("data-path", "fr/archive/index.html")
