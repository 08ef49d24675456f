"""After lock, close and kill no key, no passphrase and no opened word lies in the browser's profile."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from tests.browser.conftest import BROWSER_ARGUMENTS
from tests.browser.left_on_disk import Secrets, secrets_of, unpacked_lz4
from tests.browser.marionette import Firefox
from tests.proofs.canaries import MARK, CanarySite, canary_site
from tests.proofs.finding import keyring_of
from tests.proofs.third_reader import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.site]

__all__ = ["canary_site"]

LOGIN = "fr-01"
PAGES = ("en/papers/section-text-core/index.html", "en/papers/open-text-oeg/index.html")
#: Left on purpose: whoever does not find this has not looked where browsers keep things.
CONTROL = "zkqvoluntarily"
_SHOWN = f"document.querySelector('main').innerText.includes('{MARK}')"
_READY = "document.readyState === 'complete' && !document.querySelector('header [data-cq-sign-in]').hidden"


class Chromium:
    """An ordinary Chromium with a profile on disk; the same doors as Firefox's."""

    def __init__(self, driver: Playwright, profile: Path) -> None:
        program = shutil.which("chromium")
        assert program, "these tests need Chromium: apt-get install chromium"
        told = profile / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        options = ["--headless=new", "--remote-debugging-port=0", "--no-first-run", f"--user-data-dir={profile}"]
        self._process = subprocess.Popen(
            [program, *BROWSER_ARGUMENTS, *options, "about:blank"],
            env={**os.environ, "HOME": str(profile.parent)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 60
        while not told.is_file() or "\n" not in told.read_text(encoding="ascii"):
            assert time.monotonic() < until, "Chromium does not listen"
            time.sleep(0.05)
        port = told.read_text(encoding="ascii").split("\n")[0]
        self._browser = driver.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        self._page = self._browser.contexts[0].pages[0]

    def go(self, address: str) -> None:
        self._page.goto(address)

    def click(self, selector: str) -> None:
        self._page.locator(selector).first.click()

    def type(self, selector: str, text: str) -> None:
        self._page.locator(selector).press_sequentially(text)

    def evaluate(self, expression: str) -> Any:
        return self._page.evaluate(expression)

    def close(self) -> None:
        session = self._browser.new_browser_cdp_session()
        session.send("Browser.close")
        self._process.wait(timeout=60)

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=60)


Browser = Chromium | Firefox


@pytest.fixture(scope="module")
def passphrase(canary_site: CanarySite) -> str:
    found = re.search(rf"^  {LOGIN} +(\S.*)$", canary_site.said, re.MULTILINE)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def secrets(canary_site: CanarySite, passphrase: str) -> Secrets:
    keyring = keyring_of(canary_site.folder / "output")
    return secrets_of(sign_in(keyring, LOGIN, passphrase), json.loads(keyring), LOGIN, passphrase)


@pytest.fixture(params=["chromium", "firefox"])
def start(request: pytest.FixtureRequest, playwright_driver: Playwright) -> Callable[[Path], Browser]:
    if request.param == "firefox":
        return Firefox
    return lambda profile: Chromium(playwright_driver, profile)


def wait(browser: Browser, expression: str) -> None:
    until = time.monotonic() + 60
    while not browser.evaluate(expression):
        shown = "document.body.innerText" if time.monotonic() >= until else ""
        assert not shown, f"waited in vain for: {expression}; the page shows: {browser.evaluate(shown)}"
        time.sleep(0.05)


def read_there(browser: Browser, base: str, passphrase: str) -> None:
    """Sign in by typing, read a page, follow a link and come back: what a reader does."""
    browser.go(base + PAGES[0])
    wait(browser, _READY)
    browser.click("header [data-cq-sign-in]")
    # The form comes with a script of its own; keys that are pressed before it is there go nowhere.
    wait(browser, "document.getElementById('cq-sign-in').open")
    browser.type("[name=login]", LOGIN)
    browser.type("[name=passphrase]", passphrase)
    browser.click("#cq-sign-in [type=submit]")
    wait(browser, _SHOWN)
    browser.click("header nav a[href$='papers/index.html']")
    wait(browser, f"document.documentElement.dataset.path !== {json.dumps(PAGES[0])}")
    browser.evaluate("history.back()")
    wait(browser, _SHOWN)


def test_a_browser_that_was_locked_closed_or_killed_keeps_nothing(
    start: Callable[[Path], Browser],
    serve: Callable[[Path], str],
    canary_site: CanarySite,
    passphrase: str,
    secrets: Secrets,
    tmp_path: Path,
) -> None:
    output = (canary_site.folder / "output").resolve()
    by_http, from_disk = serve(output), output.as_uri() + "/"
    profile = tmp_path / "home/profile"
    profile.mkdir(parents=True)

    browser = start(profile)
    try:
        for base in (by_http, from_disk):
            read_there(browser, base, passphrase)
            browser.click("[data-cq-lock]")
            wait(browser, f"{_READY} && !{_SHOWN}")
        browser.evaluate(f"localStorage.setItem('{CONTROL}', '{CONTROL}')")
        browser.close()
    except BaseException:
        browser.kill()
        raise
    assert secrets.found_in(profile.parent) == {}
    assert Secrets({"the control": CONTROL.encode()}).found_in(profile.parent) != {}

    browser = start(profile)
    try:
        # One page is left with its sections open, the other is killed with them open.
        for base in (by_http, from_disk):
            read_there(browser, base, passphrase)
        # Long enough for what browsers write by and by: history, sessions, caches.
        time.sleep(2)
    finally:
        browser.kill()
    assert secrets.found_in(profile.parent) == {}


def test_the_search_finds_a_secret_in_every_form_a_browser_writes(secrets: Secrets, tmp_path: Path) -> None:
    word = f"{MARK}banana"
    for number, content in enumerate(
        (
            word.encode(),
            word.encode("utf-16-le"),
            b"cache" + zlib.compress(b"<p>" + word.encode()),
            b"mozLz40\0\x00\x00\x00\x00" + bytes([len(word) << 4 if len(word) < 15 else 0]) + word.encode(),
        )
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "file").write_bytes(content)
        assert set(secrets.found_in(folder)) == {"a sealed word"}
    assert unpacked_lz4(bytes([0x31]) + b"abc" + b"\x03\x00" + bytes([0x10]) + b"z") == b"abcabcabz"
