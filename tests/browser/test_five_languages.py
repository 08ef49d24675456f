"""Readers of languages that were added by data alone: closed and opened, from one to the other, on a telephone.

And what the page at the root remembers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.shipped import Member
from tests.browser.test_accessibility import DESK, TELEPHONE, TOO_WIDE, violations
from tests.browser.visitor import Visitor
from tests.five_languages import MEMBER, PSEUDO, built
from tests.languages.pseudo_locale import OPENS

pytestmark = [pytest.mark.browser, pytest.mark.site]

FORMS = "papers/forms/index.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory)


@pytest.fixture(scope="module")
def member(site: Path) -> Member:
    said = (site / "said.txt").read_text(encoding="utf-8")
    found = re.search(rf"^  {MEMBER} +(\S.*)$", said, re.MULTILINE)
    assert found
    return Member(MEMBER, found[1], ())


@pytest.fixture
def readers(chromium: Browser, site: Path, site_at: Callable[[Path], str]) -> Iterator[Callable[..., Visitor]]:
    """Makes readers of this site; ends with what holds for every visit, as everywhere."""
    made: list[Visitor] = []

    def arrive(**options: Any) -> Visitor:
        context = chromium.new_context(**{"viewport": {"width": 1000, "height": 800}, **options})
        context.set_default_timeout(15000)
        made.append(Visitor(context, site_at((site / "output").resolve())))
        return made[-1]

    yield arrive
    for visitor in made:
        visitor.page.context.close()
    assert [complaint for visitor in made for complaint in visitor.complaints] == []


def test_switching_language_keeps_document_paragraph_and_signed_in_state(
    readers: Callable[..., Visitor], member: Member
) -> None:
    """By http and from a disk; from left to right and back; also where another language stands in."""
    reader = readers()
    page = reader.page
    reader.open(f"en/{FORMS}")
    reader.sign_in(member)
    born, opened = reader.look().born, page.locator(".is-open").count()
    # Who reads on to a paragraph and then goes up to the switcher has no address that names it.
    page.evaluate("document.getElementById('p5').scrollIntoView()")
    page.wait_for_timeout(1200)
    for lang, word in (("ar", "qxstorkar"), ("de", "qxstorkde"), (PSEUDO, "qxstorken")):
        page.locator(f"[data-cq-languages] a[hreflang={lang}]").click()
        reader.arrive(f"{lang}/{FORMS}")
        assert page.url.endswith("#p5")
        expect(page.locator("#p5")).to_be_in_viewport()
        expect(page.locator(".is-open")).to_have_count(opened)
        expect(page.get_by_text(word)).to_have_count(1)
        expect(page.locator("html")).to_have_attribute("dir", "rtl" if lang == "ar" else "ltr")
        seen = reader.look()
        assert (seen.born, seen.asks, seen.problems) == (born, False, ())


@pytest.mark.parametrize("scheme", ["http"])
@pytest.mark.parametrize("device", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_pages_in_the_new_languages_have_no_barrier_closed_or_opened(
    device: dict[str, Any], readers: Callable[..., Visitor], member: Member
) -> None:
    reader = readers(**device)
    found: dict[str, Any] = {}
    paths = [
        f"ar/{FORMS}",
        "ar/index.html",
        "de/papers/begun-in-spanish/index.html",
        "en/papers/begun-in-arabic/index.html",
    ]
    for path in paths:
        reader.open(path)
        found[path] = violations(reader)
    reader.open("ar/calendar/index.html")
    reader.page.locator("header [data-cq-sign-in]").click()
    found["dialog"] = violations(reader)
    reader.sign_in(member)
    for path in ("ar/index.html", "ar/papers/index.html", f"ar/{FORMS}", f"de/{FORMS}"):
        assert reader.follow(path) is not None
        found[f"{path}, opened"] = violations(reader)
    assert {path: one for path, one in found.items() if one} == {}


@pytest.mark.parametrize("scheme", ["http"])
def test_longer_sentences_fit_a_narrow_page_and_all_that_scripts_say_comes_from_it(
    readers: Callable[..., Visitor], member: Member, site: Path
) -> None:
    reader = readers(**TELEPHONE)
    page = reader.page
    output = (site / "output").resolve()
    for path in sorted((output / PSEUDO).rglob("*.html")):
        reader.open(path.relative_to(output).as_posix())
        assert not page.evaluate(TOO_WIDE), path
    reader.open(f"{PSEUDO}/{FORMS}")
    reader.type_in("nobody", "one two three")
    for place in ("[data-cq-error]", "[data-cq-hint]"):
        expect(page.locator(place)).to_contain_text(OPENS)
    reader.sign_in(member)
    for place in ("#cq-status", ".masthead__tools [data-cq-lock]", "[data-cq-member]"):
        expect(page.locator(place).first).to_contain_text(OPENS)
    # What stands in is named, and not in the script's words.
    assert all(OPENS in text for text in page.locator(".sealed__facts").all_inner_texts())
    assert not page.evaluate(TOO_WIDE)


@pytest.mark.parametrize("scheme", ["http"])
def test_the_root_says_which_language_was_chosen_there_and_goes_nowhere_by_itself(
    readers: Callable[..., Visitor],
) -> None:
    reader = readers()
    page = reader.page
    stored = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    reader.open("index.html")
    expect(page.locator("[data-cq-remembered]:visible")).to_have_count(0)
    assert page.evaluate(stored) == '[{},{},""]'
    page.locator("main a[hreflang=ar]").click()
    page.wait_for_url("**/ar/index.html")
    assert page.evaluate(stored) == '[{"communique.psi-portal.example.language":"ar"},{},""]'
    reader.open("index.html")
    first = page.locator("[data-cq-offered] > li").first
    expect(first).to_have_attribute("lang", "ar")
    expect(first.locator("[data-cq-remembered]")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.url == reader.base + "index.html"
    assert violations(reader) == []
    first.locator("[data-cq-remembered] button").press("Enter")
    expect(page.locator("[data-cq-remembered]:visible")).to_have_count(0)
    expect(first.locator("a")).to_be_focused()
    assert page.evaluate(stored) == '[{},{},""]'


@pytest.mark.parametrize("scheme", ["file"])
def test_on_a_disk_the_root_remembers_nothing(readers: Callable[..., Visitor]) -> None:
    reader = readers()
    reader.open("index.html")
    reader.page.locator("main a[hreflang=de]").click()
    reader.page.wait_for_url("**/de/index.html")
    reader.open("index.html")
    expect(reader.page.locator("[data-cq-offered] > li").first).to_have_attribute("lang", "en")
    assert reader.page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_without_script_the_root_offers_every_language(
    chromium: Browser, site: Path, site_at: Callable[[Path], str], scheme: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page: Page = context.new_page()
    page.goto(site_at((site / "output").resolve()) + "index.html")
    expect(page.locator("[data-cq-remembered]:visible")).to_have_count(0)
    page.locator("main a[hreflang=ar]").click()
    page.wait_for_url("**/ar/index.html")
    context.close()
