"""Calendars and address cards as a member saves them: the very bytes that the build made, and readable."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor
from tests.reading_files import sealed_files_of, understood
from tests.site_building import files_of

pytestmark = [pytest.mark.browser, pytest.mark.site]


def test_a_member_saves_the_calendar_and_the_cards_that_are_theirs(visitor: Visitor, shipped: Shipped) -> None:
    page, member = visitor.page, shipped.members["nz-01"]
    made = sealed_files_of(files_of(shipped.output), member.login, member.passphrase)
    visitor.open("es/directory/index.html")
    assert page.locator("[data-cq-file]").count() == 0
    visitor.sign_in(member)
    cards, calendar = "#list-directory-partner", "#list-calendar-nat-nz"

    # What nobody has confirmed for long is said to be so, also in text that was sealed.
    expect(page.locator(f"{cards} tr", has_text="Grecia").locator(".badge--stale")).to_be_visible()
    states = page.locator(f"{cards} .contacts__state").all_inner_texts()
    assert (
        states.index("Alemania") < states.index("España") < states.index("Nueva Zelanda") < states.index("Países Bajos")
    )
    saved = {}
    for path, box in (("es/directory/index.html", cards), ("es/calendar/index.html", calendar)):
        if path != "es/directory/index.html":
            assert visitor.follow(path) is not None
        with page.expect_download() as begun:
            page.locator(f"{box} [data-cq-file]").click()
        saved[begun.value.suggested_filename] = Path(begun.value.path()).read_bytes()

    assert saved == {
        "TLP-GREEN contacts-partner.es.vcf": made["contacts-partner.es.vcf"],
        "TLP-AMBER+STRICT calendar-nat-nz.es.ics": made["calendar-nat-nz.es.ics"],
    }
    read = understood(ics=[made["calendar-nat-nz.es.ics"]], vcf=[made["contacts-partner.es.vcf"]])
    assert len(read["ics"][0]["events"]) > 0
    assert len(read["vcf"][0]["cards"]) > 20


def test_the_public_calendar_is_handed_over_as_a_file(visitor: Visitor, shipped: Shipped) -> None:
    visitor.open("fr/calendar/index.html")

    with visitor.page.expect_download() as begun:
        visitor.page.locator(".calendar-files a[download]").click()

    assert begun.value.suggested_filename == "calendar.ics"
    assert Path(begun.value.path()).read_bytes() == (shipped.output / "fr/calendar.ics").read_bytes()
