"""Locking leaves nothing: no key, no passphrase, no opened text, on the page or on the device."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client.reader import Reader
from tests.browser.client.specimen import PARIS

pytestmark = pytest.mark.browser

PARIS_EN = "en/meetings/paris/index.html"
QUARTER = 15 * 60


def expect_locked(reader: Reader, page: Page) -> None:
    expect(page.locator("header [data-cq-sign-in]")).to_be_visible()
    expect(page.locator("[data-cq-lock]")).to_be_hidden()


def test_the_lock_button_leaves_no_opened_text(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    assert reader.words()
    reader.page.locator("[data-cq-lock]").click()
    expect_locked(reader, reader.page)
    assert reader.words() == set()
    reader.expect_status("Locked.")
    assert reader.page.locator("[name=passphrase]").input_value() == ""


def test_locking_a_page_reached_by_a_link_stays_on_that_page(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("partner-01")
    reader.follow("chair", "Chair en")
    reader.page.locator("[data-cq-lock]").click()
    reader.page.wait_for_url(reader.base + "en/statements/chair/index.html")
    expect_locked(reader, reader.page)
    assert "elm" not in reader.page.content()
    reader.page.go_back()
    reader.expect_page("Paris en")
    assert reader.words() == set()


def test_opened_text_is_gone_before_the_page_is_loaded_anew(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("core-01")
    # Told through the console and after the call: an answer to the call itself would race with the reload.
    with reader.page.expect_console_message(lambda message: message.text.startswith("left: ")) as told:
        reader.page.evaluate(
            """() => { setTimeout(() => {
                 document.querySelector('[data-cq-lock]').click();
                 console.log("left: " + document.body.outerHTML); }, 50); }"""
        )
    left = told.value.text
    assert "data-cq-lock" in left
    assert not [word for word in PARIS["core-01"] if word in left]
    expect_locked(reader, reader.page)


def test_leaving_the_document_wipes_it(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("core-01")
    left = reader.page.evaluate(
        "() => { window.dispatchEvent(new PageTransitionEvent('pagehide')); return document.body.outerHTML; }"
    )
    assert not [word for word in PARIS["core-01"] if word in left]
    expect(reader.page.locator("header [data-cq-sign-in]")).to_be_visible()


def test_a_quarter_of_an_hour_without_activity_locks(reader: Reader) -> None:
    reader.page.clock.install()
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    reader.page.clock.run_for((QUARTER - 60) * 1000)
    assert reader.words() == PARIS["oeg-01"]
    reader.page.clock.run_for(120 * 1000)
    expect_locked(reader, reader.page)
    assert reader.words() == set()
    reader.expect_status("Locked after 15 minutes.")


def test_activity_keeps_the_visit_alive(reader: Reader) -> None:
    reader.page.clock.install()
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    for _ in range(3):
        reader.page.clock.run_for(10 * 60 * 1000)
        reader.page.keyboard.press("ArrowDown")
    assert reader.words() == PARIS["oeg-01"]


def test_a_machine_that_slept_locks_on_the_first_sign_of_life(reader: Reader) -> None:
    reader.page.clock.install()
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    reader.page.clock.pause_at(reader.page.evaluate("Date.now() / 1000") + 1)
    reader.page.clock.set_system_time(reader.page.evaluate("Date.now() / 1000") + QUARTER + 60)
    reader.page.keyboard.press("ArrowDown")
    expect_locked(reader, reader.page)
    assert reader.words() == set()


@pytest.mark.parametrize("scheme", ["http"], indirect=True)
def test_locking_one_tab_locks_the_others(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    other = Reader(reader.page.context.new_page(), reader.base, reader.passphrases)
    other.open("en/plans/model/index.html")
    other.sign_in("partner-01")
    assert "larch" in other.page.content()
    reader.page.locator("[data-cq-lock]").click()
    expect_locked(other, other.page)
    assert "larch" not in other.page.content()


def test_nothing_is_stored_at_any_time(reader: Reader) -> None:
    nothing = {"session": [], "local": [], "databases": [], "cookies": "", "caches": [], "name": ""}
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    reader.follow("chair", "Chair en")
    during = reader.stored()
    del during["state"]
    assert during == nothing
    reader.page.locator("[data-cq-lock]").click()
    expect_locked(reader, reader.page)
    after = reader.stored()
    del after["state"]
    assert after == nothing


def test_no_key_and_no_passphrase_hangs_on_any_global(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    reached = reader.page.evaluate(
        """() => {
          const seen = new Set(), found = [];
          const look = (value, path, depth) => {
            if (!value || !/^(object|function)$/.test(typeof value) || seen.has(value)) return;
            seen.add(value);
            if (value instanceof CryptoKey || value instanceof Uint8Array) found.push(path);
            if (depth === 0 || value instanceof Node) return;
            for (const name of Object.getOwnPropertyNames(value)) {
              try { look(value[name], path + "." + name, depth - 1); } catch {}
            }
          };
          for (const name of ["Communique", "CommuniqueSealed", "CQ1_DATA"]) look(window[name], name, 5);
          return found;
        }"""
    )
    assert reached == []
