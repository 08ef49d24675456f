"""Updates, a state's area and the page of who can read what, as two members and an observer meet them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

#: Of the lists on the page of updates, those that open for each member.
LISTS = {"nz-01": {"partner", "oeg", "state:nz", "group:plan"}, "mx-01": {"state:mx"}}


@pytest.mark.parametrize("login", sorted(LISTS))
def test_a_member_finds_what_is_new_goes_there_and_reads_all_of_it_in_the_area(
    login: str, visitor: Visitor, shipped: Shipped
) -> None:
    page = visitor.page
    visitor.open("fr/updates/index.html")
    closed = visitor.look()
    assert not any(box.is_open for box in closed.boxes)
    visitor.sign_in(shipped.members[login])

    seen = visitor.look()
    assert seen.problems == ()
    assert {name for box in seen.boxes if box.is_open for name in box.audience} == LISTS[login]
    assert all(box.explains != box.is_open for box in seen.boxes)

    # A link in an opened list leads to the paragraph itself, which is open there.
    area = login.split("-")[0]
    links = page.locator(f"#list-updates-nat-{area} a[href*='washington-workshop-2008/index.html#']")
    links.last.click()
    visitor.arrive("fr/meetings/washington-workshop-2008/index.html")
    assert "#" in page.url
    assert any(box.is_open and f"state:{area}" in box.audience for box in visitor.look().boxes)

    assert visitor.follow("fr/areas/index.html") is not None
    there = visitor.follow("fr/areas/nz/index.html")
    assert there is not None
    guests = [box for box in there.boxes if box.is_guest]
    assert len(guests) > 5
    assert all(box.is_open == (login == "nz-01") for box in guests)
    assert there.problems == ()
    if login == "nz-01":
        # Each tells where it stands, and leads there.
        facts = page.locator(".gathered-here .sealed__facts:visible a")
        expect(facts.first).to_be_visible()
        assert all("#" in (link.get_attribute("href") or "") for link in facts.all())
    else:
        expect(page.locator(".gathered-here")).to_contain_text("¶ 31 : Nouvelle-Zélande seulement")

    policy = visitor.follow("fr/access/index.html")
    assert policy is not None
    assert policy.boxes == ()
    expect(page.locator("main")).to_contain_text("Groupe d’experts opérationnels")
    expect(page.locator("main")).to_contain_text("30 juin 2009")


@pytest.mark.parametrize("name", ["access", "updates", "review", "actions"])
def test_a_gathered_page_fits_a_phone(name: str, visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 360, "height": 740})
    for lang in ("en", "es", "fr"):
        visitor.open(f"{lang}/{name}/index.html")
        assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), lang


def test_what_a_delegation_enters_in_the_review_form_is_printed_and_sent_nowhere(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("en/review/index.html")
    sheet = page.locator(".review__sheet").first
    sheet.get_by_label("Delegation").fill("New Zealand")
    box = sheet.get_by_role("checkbox", name="Too sensitive").first
    box.check()
    page.emulate_media(media="print")

    expect(box).to_be_checked()
    expect(sheet.get_by_label("Delegation")).to_have_value("New Zealand")
    expect(page.locator(".review__mail").first).to_be_hidden()
    # What is no form cannot be sent.
    assert page.locator("main form").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.review__sheet')).breakBefore") == "page"
