"""What a message looks like where it is shown as HTML: on a telephone and beside other mail, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from communique.editions.edition import Edition
from communique.editions.mail_html import Foot, mail_html
from communique_pelican.mail_words import mail_words
from communique_pelican.text_words import text_words
from tests.editions.sample import ARABIC, ENGLISH, FRENCH

WORDS = mail_words(NullTranslations(), text_words(NullTranslations())).html
FOOT = Foot("Sent by PSI Portal.", "mailto:newsletter-off@psi-portal.example?subject=unsubscribe")
NARROW = 320
SHOWN = """() => {
  const colour = (element, name) => getComputedStyle(element)[name];
  const sheet = document.querySelector("body > div > div");
  return {
    overflow: document.documentElement.scrollWidth - innerWidth,
    width: sheet.getBoundingClientRect().width,
    ground: colour(sheet, "backgroundColor"),
    label: colour(document.querySelector("td span"), "color"),
    bar: colour(document.querySelector("td"), "backgroundColor"),
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
  };
}"""


@pytest.fixture(scope="module", params=["light", "dark"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme: Literal["light", "dark"] = request.param
    context = chromium.new_context(color_scheme=scheme, offline=True)
    asked: list[str] = []
    context.on("request", lambda one: asked.append(one.url))
    page = context.new_page()
    yield page
    context.close()
    assert asked == []


@pytest.mark.parametrize("edition", [ENGLISH, FRENCH, ARABIC], ids=lambda edition: edition.lang)
@pytest.mark.parametrize("width", [NARROW, 600])
def test_a_message_fits_is_legible_and_keeps_its_marking(page: Page, edition: Edition, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(mail_html(edition, WORDS, FOOT))
    shown = page.evaluate(SHOWN)

    assert shown["overflow"] <= 0
    assert shown["width"] == width
    assert shown["ground"] == ("rgb(27, 31, 36)" if shown["dark"] else "rgb(255, 255, 255)")
    assert shown["bar"] == "rgb(0, 0, 0)"
    assert shown["label"] == ("rgb(51, 255, 0)" if edition.marking == "TLP:GREEN" else "rgb(255, 192, 0)")
    if width == NARROW:
        assert [found["id"] for found in Axe().run(page).response["violations"]] == []
