"""A paper's versions as readers meet them: the superseded one leads on, and changes are told in words and in signs."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]


def test_a_reader_is_led_to_the_version_in_force_and_reads_what_changed(visitor: Visitor, shipped: Shipped) -> None:
    page = visitor.page
    visitor.open("es/about/access-rules-2008-10/index.html")
    page.locator(".notice--superseded a").click()
    expect(page.locator(".replaces")).to_contain_text("PSI/PORTAL/1")
    changes = page.locator(".surroundings > .changes > .change")
    page.wait_for_load_state("load")
    assert changes.count() > 3
    # Told in words, and by signs that need no colour.
    assert all(said for said in changes.locator(".change__sort").all_inner_texts())
    decorated = "(one) => getComputedStyle(one).textDecorationLine"
    assert changes.locator("ins").first.evaluate(decorated) == "underline"
    assert changes.locator("del").first.evaluate(decorated) == "line-through"

    sealed = page.locator(".sealed--changes")
    expect(sealed.locator("del")).to_have_count(0)
    visitor.sign_in(shipped.members["hr-01"])
    expect(sealed.locator("del").first).to_contain_text("escrito")
    expect(sealed.locator("ins").first).to_contain_text("teléfono")
    # A number in a list of changes leads to the paragraph.
    sealed.locator("a[href='#p13']").click()
    expect(page.locator("#p13")).to_be_in_viewport()
    assert visitor.complaints == []
