"""A translator at the page of a package, from the disk: what is shown, kept, sealed, and left behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, Request, expect

from communique_pelican.keys import Keys
from communique_pelican.side_by_side import FromTranslator, read_back
from tests.browser.left_on_disk import Secrets
from tests.browser.test_left_on_disk import CONTROL, Chromium, wait
from tests.test_side_by_side import HOSTILE, keys, messages, plain, sealed

__all__ = ["keys", "messages", "plain", "sealed"]

pytestmark = [pytest.mark.browser]

LOGIN = "t-mar"
TYPED = "zkqtyped words"
RUN_AXE = "async () => (await axe.run(document)).violations.map((found) => [found.id, found.nodes[0].html])"
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a file; ends with what holds for every visit: nothing failed, was asked for, or was stored."""
    pages: list[Page] = []
    said: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith(("file:", "blob:")):
            said.append(request.url)

    def arrive(path: Path, **options: object) -> Page:
        context = chromium.new_context(accept_downloads=True, **options)  # type: ignore[arg-type]
        context.set_default_timeout(15000)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", asked)
        page.goto(path.as_uri())
        pages.append(page)
        return page

    yield arrive
    for page in pages:
        stored = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, history.state]")
        page.context.close()
        said += [] if stored == [0, 0, "", None] else [str(stored)]
    assert said == []


def at(folder: Path, text: str) -> Path:
    path = folder / "translate.html"
    path.write_text(text, encoding="utf-8")
    return path


def passphrase(keys: Keys) -> str:
    return keys.keystore.passphrase(LOGIN, 1, 9, "es")


def sign_in(page: Page, words: str) -> None:
    page.locator("#login").fill("T-Mar")
    page.locator("#passphrase").fill(words)
    page.locator("#passphrase").press("Enter")
    # The derivation is slow on purpose.
    expect(page.locator("#sign-in form")).to_have_attribute("aria-busy", "false", timeout=60000)


def saved(page: Page, folder: Path) -> Path:
    with page.expect_download() as told:
        page.keyboard.press("Control+s")
    path = folder / told.value.suggested_filename
    told.value.save_as(path)
    return path


def back(path: Path, keys: Keys) -> FromTranslator:
    return read_back(path.read_bytes(), path.name, lambda: keys)


def test_a_translator_works_on_a_sealed_package_saves_locks_and_takes_the_work_up_again(
    visit, sealed, keys, tmp_path
) -> None:
    page = visit(at(tmp_path, sealed))
    sign_in(page, "uno dos tres")
    expect(page.locator("#answer")).not_to_be_empty()
    assert page.locator(".unit").count() == 0
    sign_in(page, passphrase(keys))
    expect(page.locator(".unit")).to_have_count(5)
    assert page.locator("#o5").inner_text().startswith("zkqsealed")
    page.locator("#t5").fill(TYPED)
    page.locator("#t5").blur()
    expect(page.locator("#d5")).to_be_checked()
    assert "{{1}}" in page.locator("#w5").inner_text()

    page.locator("#lock").press("Enter")
    expect(page.locator("#sign-in")).to_be_visible()
    hidden = page.evaluate(
        "document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')]"
        ".map((field) => field.value).join()"
    )
    assert "zkq" not in hidden
    sign_in(page, passphrase(keys))
    expect(page.locator("#t5")).to_have_value(TYPED)

    path = saved(page, tmp_path)
    raw = path.read_bytes()
    assert b"zkq" not in raw
    found = back(path, keys)
    assert (found.login, found.returned.saved) == (LOGIN, 1)
    assert [(one.id, one.text, one.done) for one in found.returned.reply.answers] == [("b1", TYPED, True)]

    again = visit(tmp_path / "translate.html")
    sign_in(again, passphrase(keys))
    expect(again.locator(".unit")).to_have_count(5)
    again.locator("#file").set_input_files(path)
    expect(again.locator("#t5")).to_have_value(TYPED)
    again.locator("#note").fill("¿?")
    second = back(saved(again, tmp_path), keys)
    assert (second.returned.saved, second.returned.reply.note) == (2, "¿?")
    altered = tmp_path / "altered.json"
    altered.write_bytes(raw.replace(b'"tag":"', b'"tag":"A', 1)[: len(raw)])
    again.locator("#file").set_input_files(altered)
    expect(again.locator("#t5")).to_have_value(TYPED)
    assert again.title() == page.title()


def test_a_page_that_rests_for_a_quarter_of_an_hour_locks_and_loses_nothing(visit, sealed, keys, tmp_path) -> None:
    page = visit(at(tmp_path, sealed))
    page.clock.install()
    sign_in(page, passphrase(keys))
    page.locator("#t1").fill(TYPED)
    page.clock.fast_forward(14 * 60 * 1000 + 1000)
    expect(page.locator("#said")).to_contain_text("14")
    page.locator("#t1").press("End")
    expect(page.locator("#said")).to_be_empty()
    page.clock.fast_forward(15 * 60 * 1000 + 1000)
    expect(page.locator("#sign-in")).to_be_visible()
    assert page.locator(".unit").count() == 0
    sign_in(page, passphrase(keys))
    expect(page.locator("#t1")).to_have_value(TYPED)


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_is_for_everybody_and_shows_hostile_text_as_text(visit, plain, width, tmp_path) -> None:
    dark = "dark" if width == 320 else "light"
    page = visit(at(tmp_path, plain), viewport={"width": width, "height": 900}, color_scheme=dark)
    assert page.locator("#o3").inner_text() == HOSTILE
    assert page.locator("img, [onerror]").count() == 0
    page.locator("#next").press("Enter")
    assert page.evaluate("document.activeElement.id") == "t1"
    page.keyboard.type("La reunión")
    page.keyboard.press("Tab")
    expect(page.locator("#d1")).to_be_checked()
    page.locator("#t3").fill("x")
    page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    assert page.evaluate(RUN_AXE) == []
    assert not page.evaluate(TOO_WIDE)
    fields = page.locator("textarea, input:not([type=checkbox], [type=file])")
    assert {one.get_attribute("autocomplete") for one in fields.all()} == {"off"}
    told = back(saved(page, tmp_path), None)  # type: ignore[arg-type]
    assert [(one.id, one.text, one.done) for one in told.returned.reply.answers] == [
        ("a1", "La reunión", True),
        ("a3", "x", True),
    ]


def test_without_a_script_the_page_says_so_and_shows_what_everybody_may_read(chromium, plain, sealed, tmp_path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(at(tmp_path, plain).as_uri())
    assert "JavaScript" in page.inner_text("header")
    assert page.locator("main .text").count() == 5
    assert not page.locator("textarea, button").first.is_visible()
    page.goto(at(tmp_path, sealed).as_uri())
    assert "JavaScript" in page.inner_text("header")
    assert page.inner_text("main").strip() == ""
    context.close()


def test_a_browser_keeps_neither_what_was_opened_nor_what_was_typed(playwright_driver, sealed, keys, tmp_path) -> None:
    path = at(tmp_path, sealed)
    profile = tmp_path / "home/profile"
    profile.mkdir(parents=True)
    browser = Chromium(playwright_driver, profile)
    try:
        browser.go(path.as_uri())
        browser.evaluate(f"localStorage.setItem({json.dumps(CONTROL)}, {json.dumps(CONTROL)})")
        wait(browser, "!document.getElementById('sign-in').hidden")
        browser.type("#login", LOGIN)
        browser.type("#passphrase", passphrase(keys))
        browser.click("#sign-in [type=submit]")
        wait(browser, "document.querySelectorAll('.unit').length === 5")
        browser.type("#t5", TYPED)
        browser.type("#note", TYPED)
        # Closed in the middle of the work: what it would need to bring the page back is on the disk now.
        browser.close()
    except BaseException:
        browser.kill()
        raise
    words = " ".join(passphrase(keys).split()[:2])
    needles = {"an opened word": b"zkqsealed", "a typed word": b"zkqtyped", "a passphrase": words.encode()}
    assert Secrets(needles).found_in(profile.parent) == {}
    assert Secrets({"the control": CONTROL.encode()}).found_in(profile.parent) != {}
