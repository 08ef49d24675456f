"""What helps a reader at the shipped site: hints, warnings, remedies and prefilled letters, in every language."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.conftest import BROWSER_ARGUMENTS
from tests.browser.sealed_sources import read_languages
from tests.browser.shipped import PROJECT, Shipped
from tests.browser.test_accessibility import violations
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

LANGUAGES = read_languages(PROJECT / "content")
PAPER = "meetings/paris-2008-summary/index.html"
MINUTE = 60 * 1000
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
TELEPHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}
#: Longer addresses are cut by some mail programs and systems.
LONGEST_ADDRESS = 2000

UNKNOWN = {
    "en": "Words 3 and 7 are not in the list of issued words.",
    "es": "Las palabras 3 y 7 no figuran en la lista de palabras asignadas.",
    "fr": "Les mots 3 et 7 ne figurent pas dans la liste des mots attribués.",
}
COUNT = {
    "en": "You typed 8 words; an issued passphrase usually has 9 or 12.",
    "es": "Ha escrito 8 palabras; una frase asignada suele tener 9 o 12.",
    "fr": "Vous avez saisi 8 mots\u202f; une phrase secrète attribuée en compte habituellement 9 ou 12.",
}
STILL_THERE = {"en": "Are you still reading?", "es": "¿Sigue leyendo?", "fr": "Lisez-vous encore\u202f?"}
STAY = {"en": "Stay signed in", "es": "Mantener la sesión", "fr": "Rester connecté"}
UNPROTECTED = {"en": "it is not protected (http)", "es": "no está protegida (http)", "fr": "n’est pas protégée (http)"}


def barriers(reader: Visitor) -> list[object]:
    # On a disk the checker cannot read the style sheet, and would be refused aloud.
    return violations(reader) if reader.base.startswith("http") else []


@pytest.fixture(params=["desk", "telephone"])
def reader(request: pytest.FixtureRequest, visitors: Callable[..., Visitor]) -> Visitor:
    return visitors(**(DESK if request.param == "desk" else TELEPHONE))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_mistyped_passphrase_is_helped_along_by_numbers_alone(lang: str, reader: Visitor, shipped: Shipped) -> None:
    reader.open(f"{lang}/{PAPER}")
    reader.page.locator("header [data-cq-sign-in]").click()
    expect(reader.page.locator("#cq-sign-in")).to_be_visible()
    expect(reader.page.locator("[data-cq-remedies]")).to_be_hidden()
    expect(reader.page.locator("[data-cq-if-refused]")).to_be_hidden()
    reader.type_in("nz-01", "sort angry surprize frown comfort regret armour size")
    expect(reader.page.locator("[data-cq-hint] > span")).to_have_text([COUNT[lang], UNKNOWN[lang]])
    expect(reader.page.locator("[data-cq-if-refused]")).to_be_visible()
    expect(reader.page.locator("[data-cq-remedies]")).to_be_hidden()
    # The focus is back in the field, which the hint describes.
    field = reader.page.locator("[name=passphrase]")
    expect(field).to_be_focused()
    hint = reader.page.locator("#" + (field.get_attribute("aria-describedby") or "").split()[-1])
    expect(hint).to_contain_text(UNKNOWN[lang])
    assert barriers(reader) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_idle_warning_can_be_answered_and_has_no_barrier(lang: str, reader: Visitor, shipped: Shipped) -> None:
    reader.page.clock.install()
    reader.open(f"{lang}/{PAPER}")
    reader.sign_in(shipped.members["nz-01"])
    opened = reader.page.locator(".is-open").count()
    reader.page.clock.run_for(14 * MINUTE + 30_000)
    dialog = reader.page.get_by_role("alertdialog", name=STILL_THERE[lang])
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name=STAY[lang])).to_be_focused()
    assert barriers(reader) == []
    reader.page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert reader.page.locator(".is-open").count() == opened > 0


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scheme", ["http"], indirect=True)
def test_an_unprotected_address_says_why_and_offers_two_ways_on(
    lang: str, site_at: Callable[..., str], shipped: Shipped, playwright_driver: Playwright
) -> None:
    port = urlsplit(site_at(shipped.output)).port
    mapped = f"--host-resolver-rules=MAP intranet.test:80 127.0.0.1:{port}"
    browser = playwright_driver.chromium.launch(
        executable_path=shutil.which("chromium"), args=[*BROWSER_ARGUMENTS, mapped]
    )
    try:
        for options in (DESK, TELEPHONE):
            reader = Visitor(browser.new_context(**options), "http://intranet.test/")
            reader.open(f"{lang}/{PAPER}")
            reader.page.locator("header [data-cq-sign-in]").click()
            expect(reader.page.locator("[data-cq-error]")).to_contain_text(UNPROTECTED[lang])
            remedies = reader.page.locator("[data-cq-remedies] li")
            expect(remedies).to_have_count(2)
            expect(remedies.nth(0).locator("a")).to_have_attribute("href", f"https://intranet.test/{lang}/{PAPER}")
            expect(remedies.nth(1).locator("a")).to_be_visible()
            expect(reader.page.locator("[name=passphrase]")).to_be_hidden()
            assert barriers(reader) == []
            reader.page.keyboard.press("Escape")
            expect(reader.page.locator("#cq-sign-in")).to_be_hidden()
            assert reader.complaints == []
    finally:
        browser.close()


class _Letters(HTMLParser):
    """The addresses of the prefilled letters of a page, by the words of their links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") or ""
        if tag == "a" and href.startswith("mailto:") and "?" in href:
            self.found.append(href)


def letters(shipped: Shipped, path: str) -> list[tuple[str, str, str]]:
    parser = _Letters()
    parser.feed((shipped.output / path).read_text(encoding="utf-8"))
    found = []
    for address in parser.found:
        parts = urlsplit(address)
        fields = parse_qs(parts.query, strict_parsing=True)
        assert set(fields) == {"subject", "body"}
        assert len(address) <= LONGEST_ADDRESS, address
        assert not set("%+&#\u00a0 ") & set(parts.query.replace("&body=", "").replace("%", ""))
        found.append((parts.path, fields["subject"][0], fields["body"][0]))
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_letter_of_every_page_can_be_sent_and_names_its_language(lang: str, shipped: Shipped) -> None:
    boxes = 0
    for path in shipped.pages():
        if not path.startswith(f"{lang}/"):
            continue
        found = letters(shipped, path)
        assert len(found) >= 3
        for to, subject, body in found:
            assert to == "portal@psi-portal.example"
            assert subject.endswith(f"[{lang}]")
            assert "\n" not in body.replace("\r\n", "")
            assert not any(sign in subject + body for sign in ("&amp;", "&#", "%(", "cqpart"))
        boxes += sum(f"{path}#s" in body for _, _, body in found)
    assert boxes > 10


def test_the_letters_of_a_paper_name_it_and_its_paragraphs(shipped: Shipped) -> None:
    found = letters(shipped, f"en/{PAPER}")
    subjects = [subject for _, subject, _ in found]
    assert "Too sensitive: PSI/OEG/17/SR.1 ¶ … [en]" in subjects
    assert "Request to read: PSI/OEG/17/SR.1 ¶ 7–8 [en]" in subjects
    body = next(body for _, subject, body in found if "¶ 7–8" in subject)
    assert "For: Participating states\r\n" in body
    assert f"en/{PAPER}#s" in body
