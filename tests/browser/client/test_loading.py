"""What is loaded when, and what a reader is told when a part of the client does not come."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.client.reader import Reader

PARIS_EN = "en/meetings/paris/index.html"
GONE = "Gone: load the page again."


def listen(reader: Reader) -> list[str]:
    """The scripts the page asks for, by their names without hashes."""
    asked: list[str] = []

    def note(request: Request) -> None:
        found = re.search(r"/([a-z]+)(?:\.[0-9a-f]{16})?\.js", request.url)
        # A hidden frame on a disk is another document, with the first part of the client for itself.
        if found and request.frame == reader.page.main_frame:
            asked.append(found[1])

    reader.page.on("request", note)
    return asked


def settle(reader: Reader, asked: list[str], expected: int) -> list[str]:
    """What was asked for, once as much was as is expected; and a while later, so that what is too much is seen."""
    for _ in range(300):
        if len(asked) >= expected:
            break
        reader.page.wait_for_timeout(50)
    reader.page.wait_for_timeout(300)
    return sorted(asked)


def withhold(reader: Reader, part: str) -> None:
    reader.page.route(f"**/theme/js/{part}.*.js", lambda route: route.abort())


def test_public_text_asks_for_nothing_that_signing_in_needs(reader: Reader) -> None:
    asked = listen(reader)
    reader.open(PARIS_EN)
    expect(reader.page.locator("header [data-cq-sign-in]")).to_be_visible()
    assert settle(reader, asked, 2) == ["page", "start"]


def test_what_is_needed_comes_when_it_is_needed_and_once(reader: Reader) -> None:
    asked = listen(reader)
    reader.open("en/statements/chair/index.html")
    reader.page.locator("header [data-cq-sign-in]").focus()
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("#cq-sign-in")).to_be_visible()
    assert settle(reader, asked, 6) == ["hints", "page", "reading", "release", "start", "words"]
    asked.clear()
    reader.sign_in("partner-01")
    assert settle(reader, asked, 2) == ["keyring", "visit"]
    asked.clear()
    for link, title in (("paris", "Paris en"), ("chair", "Chair en"), ("paris", "Paris en")):
        reader.follow(link, title)
        expect(reader.page.locator(".is-open").first).to_be_visible()
    assert settle(reader, asked, 1) == ["boxes"]


@pytest.mark.parametrize("how", ["missing", "cut off"])
def test_a_sign_in_that_does_not_come_is_told_and_can_be_asked_for_again(how: str, reader: Reader) -> None:
    def spoil(route: Route) -> None:
        if how == "missing":
            route.abort()
        else:
            whole = route.fetch().text() if reader.base.startswith("http") else "(function () {"
            route.fulfill(body=whole[: len(whole) // 2], content_type="text/javascript")

    reader.page.route("**/theme/js/reading.*.js", spoil)
    reader.open(PARIS_EN)
    reader.page.locator("header [data-cq-sign-in]").click()
    reader.expect_status(GONE)
    expect(reader.page.locator("#cq-sign-in")).to_be_hidden()
    assert "That does not open anything." not in reader.page.locator("body").inner_text()
    reader.page.unroute("**/theme/js/reading.*.js")
    reader.complaints.clear()
    reader.sign_in("oeg-01")
    reader.expect_status("sealed sections opened.")
    assert "juniper" in reader.words()


def test_boxes_that_need_more_than_has_come_say_so_and_the_others_open(reader: Reader) -> None:
    withhold(reader, "boxes")
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    reader.expect_status(GONE)
    # A plain section and words in a line; but not the row, nor the section in which other parts have their places.
    assert reader.words() == {"juniper", "birch", "cedar"}
    expect(reader.page.locator(".sealed__problem")).to_have_text([GONE] * 2)
    reader.complaints.clear()


def test_without_the_part_that_fetches_pages_links_are_plain_links(reader: Reader) -> None:
    withhold(reader, "visit")
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    reader.follow("chair", "Chair en")
    assert reader.documents == 2
    assert reader.words() == set()
    expect(reader.page.locator("header [data-cq-sign-in]")).to_be_visible()
    reader.complaints.clear()


def test_without_the_hints_the_refusal_stands_alone(reader: Reader) -> None:
    withhold(reader, "hints")
    reader.open(PARIS_EN)
    reader.type_in("oeg-01", "zzyzx")
    expect(reader.page.locator("[data-cq-error]")).to_have_text("That does not open anything.")
    assert reader.page.locator("[data-cq-hint] > *").count() == 0
    reader.complaints.clear()


@pytest.mark.parametrize("scheme", ["http"], indirect=True)
def test_a_page_of_another_release_is_left_to_its_own_client(reader: Reader) -> None:
    def of_another_release(route: Route) -> None:
        response = route.fetch()
        body = re.sub(r"start\.[0-9a-f]{16}\.js", "start.0123456789abcdef.js", response.text())
        route.fulfill(response=response, body=body)

    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    reader.page.route("**/statements/chair/index.html", of_another_release)
    reader.follow("chair", "Chair en")
    assert reader.documents == 2
    assert reader.words() == set()
    reader.complaints.clear()
