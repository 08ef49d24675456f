"""Files and images of sealed text in a real browser: shown and handed over after sign-in, taken back by the lock."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from communique.documents.pdf_particulars import clean_pdf
from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

PAGE = "en/debriefings/machine-tools/index.html"
FILE = "[data-cq-file][role=button]"
IMAGE = "img[data-cq-file]"
#: What the lock does first, and the addresses that it ends.
_ENDED_BY_LOCKING = """() => {
  const ended = [];
  const revoke = URL.revokeObjectURL;
  URL.revokeObjectURL = (address) => { ended.push(address); revoke.call(URL, address); };
  Communique.membership.forget();
  return ended;
}"""


def test_an_image_shows_a_file_is_handed_over_and_locking_takes_both_back(shipped: Shipped, visitor: Visitor) -> None:
    page = visitor.page
    visitor.open(PAGE)
    assert page.locator(f"{FILE}, {IMAGE}").count() == 0
    visitor.sign_in(shipped.members["sg-01"])

    expect(page.locator(IMAGE)).to_have_attribute("src", re.compile("^blob:"))
    page.wait_for_function(f"document.querySelector('{IMAGE}').naturalWidth === 1280")
    assert "four" in str(page.locator(IMAGE).get_attribute("alt")).lower()
    hint = page.locator("#" + str(page.locator(FILE).get_attribute("aria-describedby")))
    expect(hint).to_contain_text("stays on this device")

    # By keyboard, as a reader without a mouse does it.
    page.locator(FILE).focus()
    with page.expect_download() as begun:
        page.keyboard.press("Enter")

    assert begun.value.suggested_filename == "TLP-AMBER first-day.pdf"
    source = shipped.content / "debriefings/machine-tools/first-day.pdf"
    assert Path(begun.value.path()).read_bytes() == clean_pdf(source.read_bytes())
    expect(page.locator("#cq-status")).to_contain_text("TLP-AMBER first-day.pdf")
    assert "first-day" not in page.url + page.title() + page.evaluate("JSON.stringify(history.state)")

    shown = page.locator(IMAGE).get_attribute("src")
    ended = page.evaluate(_ENDED_BY_LOCKING)
    assert shown in ended
    assert len(ended) == 2
    page.reload()
    assert page.locator(f"{FILE}, {IMAGE}").count() == 0
    assert "first-day" not in page.content()


def test_who_may_not_read_the_text_gets_nothing_of_its_files(shipped: Shipped, visitor: Visitor) -> None:
    visitor.open(PAGE)
    visitor.sign_in(shipped.members["hr-01"])

    assert visitor.page.locator("[data-cq-file]").count() == 0
    assert visitor.page.locator(".sealed__problem, .file__told").count() == 0


def test_a_file_that_was_tampered_with_is_neither_shown_nor_handed_over(
    shipped: Shipped, visitors: Callable[..., Visitor], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(shipped.output, site)
    for path in (site / "sealed").glob("a*-0001of0001.*.js"):
        text = path.read_text(encoding="ascii")
        at = text.index("ciphertext") + 200
        path.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :], encoding="ascii")
    visitor = visitors(site)
    visitor.open(PAGE)
    visitor.sign_in(shipped.members["sg-01"])
    page = visitor.page

    expect(page.locator(f"{IMAGE} + .file__told")).to_contain_text("does not open")
    assert page.locator(IMAGE).get_attribute("src") is None
    page.locator(FILE).click()
    expect(page.locator(".file__facts + .file__told")).to_contain_text("does not open")
    assert page.locator(FILE).get_attribute("aria-busy") is None


def test_opened_text_brings_no_image_and_no_address_but_those_of_its_files(shipped: Shipped, visitor: Visitor) -> None:
    ident = "a" * 17
    hostile = f"""<img src="cq:att/{ident}" srcset="https://attacker.invalid/" alt="w" width="3" data-cq-file="b">
        <img src="https://attacker.invalid/x.png"><img src="data:image/png;base64,AA"><img src="x.png">
        <img data-cq-file="{ident}"><img src="cq:att/../x"><a href="cq:att/{ident}">f</a><a href="cq:att/x">g</a>"""
    visitor.open(PAGE)
    visitor.sign_in(shipped.members["hr-01"])

    made = visitor.page.evaluate(
        "text => [...Communique.safeHtml.fragmentOf(text, location.href).children].map((one) => one.outerHTML)", hostile
    )

    assert made == [
        f'<img alt="w" width="3" data-cq-file="{ident}">',
        f'<a data-cq-file="{ident}">f</a>',
        "<a>g</a>",
    ]
