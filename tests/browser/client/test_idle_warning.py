"""A minute before a page locks for want of activity it asks; the reader stays with one key (WCAG 2.2.1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.client.reader import Reader
from tests.browser.client.specimen import PARIS

pytestmark = pytest.mark.browser

PARIS_EN = "en/meetings/paris/index.html"


def minutes(count: float) -> int:
    return round(count * 60 * 1000)


def signed_in(reader: Reader, login: str = "oeg-01") -> None:
    reader.page.clock.install()
    reader.open(PARIS_EN)
    reader.sign_in(login)


def warning(page: Page) -> Locator:
    return page.locator("#cq-idle")


def expect_locked(reader: Reader) -> None:
    expect(reader.page.locator("header [data-cq-sign-in]")).to_be_visible()
    assert reader.words() == set()


def test_the_warning_comes_a_minute_before_with_the_focus_on_its_button(reader: Reader) -> None:
    signed_in(reader)
    reader.page.clock.run_for(minutes(13.5))
    expect(warning(reader.page)).to_be_hidden()
    reader.page.clock.run_for(minutes(0.75))
    expect(warning(reader.page)).to_be_visible()
    expect(reader.page.get_by_role("alertdialog", name="Still there?")).to_be_visible()
    expect(reader.page.locator("#cq-idle button")).to_be_focused()
    assert reader.words() == PARIS["oeg-01"]


def test_without_an_answer_the_page_locks_and_says_why(reader: Reader) -> None:
    signed_in(reader)
    reader.page.clock.run_for(minutes(14.25))
    expect(warning(reader.page)).to_be_visible()
    reader.page.clock.run_for(minutes(1))
    expect_locked(reader)
    reader.expect_status("Locked after 15 minutes.")


@pytest.mark.parametrize("key", ["Enter", "Space", "Escape", "Tab", "ArrowDown", "x", "Shift"])
@pytest.mark.parametrize("scheme", ["http"], indirect=True)
def test_any_key_stays_and_does_nothing_else(reader: Reader, key: str) -> None:
    signed_in(reader)
    # Were the key to reach the page, it would follow this link.
    reader.page.locator("#to-chair").focus()
    reader.page.clock.run_for(minutes(14.5))
    expect(warning(reader.page)).to_be_visible()
    reader.page.keyboard.press(key)
    expect(warning(reader.page)).to_be_hidden()
    expect(reader.page.locator("#to-chair")).to_be_focused()
    reader.page.clock.run_for(minutes(13.5))
    assert reader.words() == PARIS["oeg-01"]
    reader.expect_page("Paris en")
    expect(warning(reader.page)).to_be_hidden()
    reader.page.clock.run_for(minutes(2))
    expect_locked(reader)


def test_the_button_and_a_click_beside_it_stay_and_reach_nothing_below(reader: Reader) -> None:
    signed_in(reader)
    acts: list[Callable[[], None]] = [
        lambda: reader.page.locator("#cq-idle button").click(),
        lambda: reader.page.mouse.click(5, 5),
        lambda: reader.page.mouse.wheel(0, 50),
    ]
    for act in acts:
        reader.page.clock.run_for(minutes(14.5))
        expect(warning(reader.page)).to_be_visible()
        act()
        expect(warning(reader.page)).to_be_hidden()
    assert reader.words() == PARIS["oeg-01"]
    reader.expect_page("Paris en")


def test_the_dialog_stays_under_a_pointer_that_is_on_its_way_to_the_button(reader: Reader) -> None:
    signed_in(reader)
    reader.page.clock.run_for(minutes(14.5))
    reader.page.mouse.move(200, 200)
    reader.page.mouse.move(300, 250)
    expect(warning(reader.page)).to_be_visible()


def test_a_pointer_that_moves_before_the_warning_keeps_it_away(reader: Reader) -> None:
    signed_in(reader)
    for place in range(3):
        reader.page.clock.run_for(minutes(10))
        reader.page.mouse.move(100 + place, 100)
    expect(warning(reader.page)).to_be_hidden()
    assert reader.words() == PARIS["oeg-01"]


def test_someone_who_is_not_signed_in_is_not_asked(reader: Reader) -> None:
    reader.page.clock.install()
    reader.open(PARIS_EN)
    reader.page.clock.run_for(minutes(20))
    expect(warning(reader.page)).to_be_hidden()


@pytest.mark.parametrize("scheme", ["http"], indirect=True)
def test_the_warning_works_on_pages_reached_by_a_link(reader: Reader) -> None:
    signed_in(reader, "partner-01")
    reader.follow("chair", "Chair en")
    reader.page.clock.run_for(minutes(14.5))
    expect(warning(reader.page)).to_be_visible()
    reader.page.keyboard.press("Enter")
    expect(warning(reader.page)).to_be_hidden()
    assert "elm" in reader.page.content()


@pytest.mark.parametrize("scheme", ["http"], indirect=True)
def test_activity_in_one_tab_counts_in_all_and_so_does_the_answer(reader: Reader) -> None:
    reader.page.context.clock.install()
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    other = Reader(reader.page.context.new_page(), reader.base, reader.passphrases)
    other.open("en/plans/model/index.html")
    other.sign_in("partner-01")
    # The clock of a context is one for all its pages.
    other.page.context.clock.run_for(minutes(10))
    other.page.keyboard.press("ArrowDown")
    other.page.wait_for_timeout(100)
    other.page.context.clock.run_for(minutes(6))
    assert reader.words() == PARIS["oeg-01"]
    expect(warning(reader.page)).to_be_hidden()
    other.page.context.clock.run_for(minutes(8.5))
    expect(warning(reader.page)).to_be_visible()
    expect(warning(other.page)).to_be_visible()
    other.page.keyboard.press("x")
    expect(warning(other.page)).to_be_hidden()
    expect(warning(reader.page)).to_be_hidden()
    other.page.context.clock.run_for(minutes(5))
    assert reader.words() == PARIS["oeg-01"]
    assert "larch" in other.page.content()
    other.page.context.clock.run_for(minutes(11))
    expect_locked(reader)
    expect(other.page.locator("header [data-cq-sign-in]")).to_be_visible()
