"""What is overdue says so on the day it is read, in public text and in what a member has just opened."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]


def test_a_deadline_that_has_passed_is_marked_once_it_can_be_read(visitor: Visitor, shipped: Shipped) -> None:
    page = visitor.page
    visitor.open("es/actions/index.html")
    # On the sample's own day nothing of this is late that an observer may read.
    expect(page.locator("main time.due")).not_to_have_count(0)
    expect(page.locator(".badge")).to_have_count(0)

    visitor.sign_in(shipped.members["mx-01"])
    mine = page.locator("#list-actions-nat-mx")
    expect(mine.locator(".badge")).to_have_text("plazo vencido")
    mine.locator("a").first.click()
    visitor.arrive("es/meetings/washington-workshop-2008/index.html")
    expect(page.locator(".sealed.is-open .data--action .badge")).to_have_text("plazo vencido")
    assert page.locator(".sealed.is-open .data--action dt").all_inner_texts() == ["Responsable", "Plazo", "Respuesta"]

    page.get_by_role("button", name="Bloquear").first.click()
    expect(page.locator("[data-cq-sign-in]").first).to_be_visible()
    expect(page.locator(".badge")).to_have_count(0)


def test_pages_that_are_no_sample_go_by_the_reader_s_clock(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("fr/about/access-rules/index.html")
    expect(page.locator(".data--action time.due")).to_have_count(1)
    expect(page.locator(".badge")).to_have_count(0)

    page.evaluate("document.documentElement.removeAttribute('data-as-of'); document.body.append('')")

    expect(page.locator(".data--action .badge--overdue")).to_have_text("échéance dépassée")
