"""Signing in: what opens, what is said, and what stays shut."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.client.reader import Reader
from tests.browser.client.specimen import PARIS, Specimen

pytestmark = pytest.mark.browser

PARIS_EN = "en/meetings/paris/index.html"


@pytest.mark.parametrize("login", sorted(PARIS))
def test_a_member_opens_exactly_what_they_may_read(reader: Reader, login: str) -> None:
    reader.open(PARIS_EN)
    assert reader.words() == set()
    reader.sign_in(login)
    assert reader.words() == PARIS[login]


def test_controls_appear_with_the_script_and_change_places_on_signing_in(reader: Reader) -> None:
    reader.open(PARIS_EN)
    sign_in = reader.page.locator("header [data-cq-sign-in]")
    lock = reader.page.locator("[data-cq-lock]")
    expect(sign_in).to_be_visible()
    expect(lock).to_be_hidden()
    reader.sign_in("oeg-01")
    expect(sign_in).to_be_hidden()
    expect(lock).to_be_visible()
    expect(reader.page.locator("[data-cq-member]")).to_have_text("Signed in as oeg-01")


def test_opening_is_announced_with_its_number_in_the_language_of_the_page(reader: Reader) -> None:
    reader.open("es/meetings/paris/index.html")
    reader.sign_in("partner-01")
    reader.expect_status("2 partes abiertas.")
    assert reader.focused() == "main"


def test_what_was_said_goes_when_it_has_been_read_and_the_reader_goes_on(reader: Reader) -> None:
    reader.page.clock.install()
    reader.open(PARIS_EN)
    reader.sign_in("partner-01")
    reader.page.keyboard.press("Tab")
    reader.expect_status("2 sealed sections opened.")
    reader.page.clock.run_for(10_000)
    reader.expect_status("2 sealed sections opened.")
    reader.page.keyboard.press("Tab")
    expect(reader.page.locator("#cq-status")).to_be_empty()


def test_a_page_without_anything_for_the_member_says_so(reader: Reader) -> None:
    reader.open("en/about/portal/index.html")
    reader.sign_in("partner-01")
    reader.expect_status("Nothing here is for you.")


def test_a_wrong_passphrase_is_one_calm_sentence_and_can_be_typed_over(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.type_in("oeg-01", "wrong horse battery")
    expect(reader.page.locator("[data-cq-error]")).to_have_text("That does not open anything.")
    expect(reader.page.locator("[name=login]")).to_have_value("oeg-01")
    passphrase = reader.page.locator("[name=passphrase]")
    expect(passphrase).to_be_focused()
    assert passphrase.evaluate("field => field.selectionEnd - field.selectionStart") == len("wrong horse battery")
    assert reader.words() == set()
    reader.sign_in("oeg-01")
    assert reader.words() == PARIS["oeg-01"]


def test_the_passphrase_forgives_case_hyphens_and_double_spaces(reader: Reader) -> None:
    reader.open(PARIS_EN)
    typed = "-  ".join(reader.passphrases["partner-01"].upper().split())
    reader.sign_in(" PARTNER-01 ", typed)
    assert reader.words() == PARIS["partner-01"]


def test_closing_the_dialog_forgets_the_passphrase(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.page.locator("header [data-cq-sign-in]").click()
    reader.page.locator("[name=passphrase]").fill("something typed")
    reader.page.locator("[data-cq-show-passphrase]").check()
    expect(reader.page.locator("[name=passphrase]")).to_have_attribute("type", "text")
    reader.page.locator("[data-cq-cancel]").click()
    passphrase = reader.page.locator("[name=passphrase]")
    expect(passphrase).to_have_value("")
    expect(passphrase).to_have_attribute("type", "password")


def test_giving_up_while_the_key_is_derived_leaves_nobody_signed_in(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.type_in("oeg-01", reader.passphrases["oeg-01"])
    reader.page.keyboard.press("Escape")
    reader.page.wait_for_timeout(2500)
    assert reader.words() == set()
    expect(reader.page.locator("header [data-cq-sign-in]")).to_be_visible()


def test_a_link_to_a_paragraph_inside_a_sealed_section_arrives_there_after_opening(reader: Reader) -> None:
    reader.open(PARIS_EN + "#p6")
    reader.sign_in("core-01")
    paragraph = reader.page.locator("#p6", has_text="rowan")
    expect(paragraph).to_be_in_viewport()
    expect(paragraph).to_be_focused()
    assert paragraph.evaluate("paragraph => paragraph.matches(':target')")


def test_an_inner_part_moves_to_its_place_in_the_opened_outer_one(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("core-01")
    assert reader.page.locator("#s5 .sealed__open #s6 .sealed__open").inner_text() == "rowan"
    assert reader.page.locator("#s5 p span#s8 .sealed__open").inner_text() == "cedar"
    # Not for this member, but in its place: shut, in the table it belongs to.
    assert reader.page.locator("#s5 table tr#s9 .sealed__closed").count() == 1
    assert reader.page.locator("#s9").count() == 1


def test_a_reader_of_the_inner_part_alone_reads_it_beside_the_closed_outer_one(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("nz-01")
    assert reader.page.locator("#s5 .sealed__closed").count() == 1
    assert reader.page.locator("main > #s7 .sealed__open").inner_text() == "kauri"
    assert reader.page.locator("main > #s9 table td").all_inner_texts() == ["rimu", "9"]


def test_an_opened_row_fills_its_own_columns_and_keeps_its_mark(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    cells = reader.page.locator("tr#s4 > td")
    assert cells.count() == 2
    assert cells.nth(0).locator(".sealed__mark").count() == 1
    assert cells.nth(0).inner_text() == "TLP:AMBER willow"
    assert reader.page.locator("#s4 .sealed__closed").count() == 0


def test_a_text_in_its_original_language_says_so_and_carries_its_language(reader: Reader) -> None:
    reader.open("es/plans/model/index.html")
    reader.sign_in("partner-01")
    expect(reader.page.locator("#s1 .sealed__open")).to_have_attribute("lang", "en")
    expect(reader.page.locator("#s1 .sealed__facts")).to_have_text("Esta parte está en inglés.")


def test_what_was_altered_or_moved_stays_shut_with_one_sentence_and_the_rest_opens(reader: Reader) -> None:
    reader.open("en/about/damaged/index.html")
    reader.sign_in("partner-01")
    content = reader.page.content()
    assert "alder" not in content
    assert "aspen" in content
    assert reader.page.locator(".sealed__problem").all_inner_texts() == ["This does not open."] * 2
    reader.expect_status("1 sealed section opened.")
    reader.expect_status("This does not open.")


def test_opened_text_is_there_for_printing(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    reader.page.emulate_media(media="print")
    expect(reader.page.locator("#p3")).to_be_visible()


def test_an_address_without_web_cryptography_is_explained(context: BrowserContext, specimen: Specimen) -> None:
    reader = Reader(context.new_page(), "http://intranet.test/", specimen.passphrases)
    reader.open(PARIS_EN)
    reader.page.locator("header [data-cq-sign-in]").click()
    expect(reader.page.locator("[data-cq-error]")).to_have_text("Not at an unprotected address.")
    expect(reader.page.locator("[name=passphrase]")).to_be_disabled()


@pytest.mark.parametrize("scheme", ["http"], indirect=True)
def test_a_keyring_that_cannot_be_fetched_is_told_in_the_dialog(reader: Reader) -> None:
    asked: list[str] = []

    def refuse(route, request):
        asked.append(request.url)
        route.abort()

    reader.page.route("**/sealed/keyring.*", refuse)
    reader.open(PARIS_EN)
    reader.type_in("oeg-01", reader.passphrases["oeg-01"])
    expect(reader.page.locator("[data-cq-error]")).to_have_text("Gone: load the page again.")
    assert len(asked) == 2
    reader.complaints.clear()
