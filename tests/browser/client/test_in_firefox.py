"""Reading in Firefox, with the preferences readers have: a file may read no other file.

One visit for each scheme, since starting the browser takes longer than the visit.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.client.specimen import Specimen
from tests.browser.marionette import Firefox

pytestmark = pytest.mark.browser

_STATUS = "document.getElementById('cq-status').textContent"
_TITLE = "document.title"
_READY = "document.readyState === 'complete' && !document.querySelector('header [data-cq-sign-in]').hidden"
_SHOWS = "[...document.querySelectorAll('main .sealed__open')].some((one) => one.textContent.includes({}))"
_SETTLED = "!document.documentElement.hasAttribute('data-cq-busy') && document.activeElement.localName !== 'body'"


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Firefox]:
    browser = Firefox(tmp_path / "profile")
    yield browser
    browser.kill()


def expect(firefox: Firefox, expression: str, wanted: object = True) -> None:
    until = time.monotonic() + 20
    while (found := firefox.evaluate(expression)) != wanted:
        assert time.monotonic() < until, f"{expression}: {found!r}, not {wanted!r}"
        time.sleep(0.05)


def expect_opened(firefox: Firefox, word: str) -> None:
    expect(firefox, _SHOWS.format(json.dumps(word)))


def follow(firefox: Firefox, link: str, title: str) -> None:
    firefox.evaluate(f"document.getElementById('to-{link}').click()")
    expect(firefox, _TITLE, title)
    expect(firefox, _SETTLED)


def test_a_visit_in_firefox_goes_as_in_chromium(firefox: Firefox, base: str, specimen: Specimen) -> None:
    # A link to a paragraph that is still sealed.
    firefox.go(base + "en/meetings/paris/index.html#p3")
    expect(firefox, _READY)
    born = firefox.evaluate("performance.timeOrigin")
    firefox.click("header [data-cq-sign-in]")
    expect(firefox, "document.getElementById('cq-sign-in').open")
    firefox.type("[name=login]", "oeg-01")
    firefox.type("[name=passphrase]", specimen.passphrases["oeg-01"])
    firefox.click("#cq-sign-in [type=submit]")
    expect(firefox, f"{_STATUS}.includes('sealed sections opened')")
    for word in ("juniper", "birch", "maple", "cedar", "spruce"):
        expect_opened(firefox, word)
    # There: in sight, with the focus, and what `:target` means.
    expect(firefox, "document.activeElement.id", "p3")
    expect(firefox, "document.getElementById('p3').matches(':target')")
    expect(firefox, "Math.round(document.getElementById('p3').getBoundingClientRect().top) < innerHeight")
    # The browser's own search finds opened text.
    assert firefox.evaluate("window.find('juniper')") is True
    # Links, back and forward keep the document, open each page, and come back to where it was left.
    follow(firefox, "about", "About en")
    follow(firefox, "chair", "Chair en")
    expect_opened(firefox, "elm")
    firefox.evaluate("window.scrollTo(0, 900)")
    expect(firefox, "history.state && history.state.y", 900)
    follow(firefox, "other", "Chair es")
    firefox.evaluate("history.back()")
    expect(firefox, _TITLE, "Chair en")
    expect_opened(firefox, "elm")
    expect(firefox, "Math.round(window.scrollY)", 900)
    firefox.evaluate("history.forward()")
    expect(firefox, _TITLE, "Chair es")
    expect_opened(firefox, "elm")
    assert firefox.evaluate("performance.timeOrigin") == born
    # While it prints the title carries nothing that was opened, and is itself again afterwards.
    assert firefox.evaluate("(dispatchEvent(new Event('beforeprint')), document.title.endsWith('Chair es'))")
    expect(firefox, "(dispatchEvent(new Event('afterprint')), document.title)", "Chair es")
    # Locking closes it on the page the reader is at; loading anew asks again.
    firefox.click("[data-cq-lock]")
    expect(firefox, f"{_READY} && {_STATUS}", "Cerrado.")
    assert firefox.evaluate(_TITLE) == "Chair es"
    assert not firefox.evaluate(_SHOWS.format("'elm'"))
    firefox.evaluate("location.reload()")
    expect(firefox, f"{_READY} && {_STATUS} === ''")
    assert (
        firefox.evaluate("JSON.stringify([sessionStorage.length, localStorage.length, document.cookie])") == '[0,0,""]'
    )
