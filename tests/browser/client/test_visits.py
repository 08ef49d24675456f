"""A visit: one sign-in for every page the reader goes to, in ordinary links, with an ordinary back button."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.browser.client.reader import Reader

pytestmark = pytest.mark.browser

PARIS_EN = "en/meetings/paris/index.html"


def test_five_links_across_folders_and_languages_need_no_second_sign_in(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("partner-01")
    before = reader.documents
    reader.follow("chair", "Chair en")
    expect(reader.page.locator("main")).to_contain_text("elm en statement")
    assert reader.shown_path() == "en/statements/chair/index.html"
    reader.follow("other", "Chair es")
    expect(reader.page.locator("main")).to_contain_text("elm es statement")
    expect(reader.page.locator("html")).to_have_attribute("lang", "es")
    reader.expect_status("1 parte abierta.")
    reader.follow("home", "Home es")
    expect(reader.page.locator("#cq-status")).to_be_empty()
    reader.follow("paris", "Paris es")
    assert reader.words() == {"birch", "maple", "spruce"}
    reader.follow("plan", "Plan es")
    expect(reader.page.locator("main")).to_contain_text("larch")
    assert reader.shown_path() == "es/plans/model/index.html"
    assert reader.page.evaluate("window.frames.length") == 0
    # Frames count as documents of their own on a disk; the top one must be the first.
    assert reader.page.evaluate("performance.getEntriesByType('navigation').length") == 1
    assert reader.documents == before


def test_the_title_and_the_attributes_of_the_page_follow_and_hold_public_text_only(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("partner-01")
    reader.follow("chair", "Chair en")
    html = reader.page.locator("html")
    expect(html).to_have_attribute("data-doc", "statements/chair")
    expect(html).to_have_attribute("data-path", "en/statements/chair/index.html")
    expect(reader.page.locator("link[rel=alternate]")).to_have_attribute("href", re.compile("/es/statements/chair/"))
    expect(reader.page.locator("header [data-cq-sign-in]")).to_be_hidden()
    expect(reader.page.locator("[data-cq-lock]")).to_be_visible()
    reader.expect_status("1 sealed section opened.")
    assert reader.focused() == "h1"


def test_back_and_forward_show_the_pages_again_opened_and_where_they_were_left(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("partner-01")
    reader.scroll("window.scrollTo(0, 900)")
    # A click by pointer would first scroll the link into view.
    reader.page.locator("#to-chair").evaluate("link => link.click()")
    reader.expect_page("Chair en")
    assert reader.scroll_y() == 0
    reader.scroll("window.scrollTo(0, 1500)")
    reader.page.go_back()
    reader.expect_page("Paris en")
    expect(reader.page.locator("main")).to_contain_text("maple")
    reader.expect_scrolled_to(900)
    assert reader.shown_path() == PARIS_EN
    reader.page.go_forward()
    reader.expect_page("Chair en")
    expect(reader.page.locator("main")).to_contain_text("elm en statement")
    reader.expect_scrolled_to(1500)


def test_history_holds_numbers_only(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("partner-01")
    reader.follow("chair", "Chair en")
    state = reader.page.evaluate("history.state")
    assert all(isinstance(value, int) for value in state.values())


def test_a_link_in_opened_text_leads_to_its_paragraph(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("oeg-01")
    reader.page.locator("#p4 a").click()
    reader.expect_page("Chair en")
    assert reader.shown_path() == "en/statements/chair/index.html#p1"
    expect(reader.page.locator("#p1")).to_be_in_viewport()
    expect(reader.page.locator("#p1")).to_be_focused()


def test_a_link_in_opened_text_works_the_same_on_a_page_that_was_swapped_in(reader: Reader) -> None:
    reader.open("es/index.html")
    reader.sign_in("oeg-01")
    reader.follow("paris", "Paris es")
    reader.page.locator("#p4 a").click()
    reader.expect_page("Chair es")
    assert reader.shown_path() == "es/statements/chair/index.html#p1"


@pytest.mark.parametrize("swapped", [False, True])
def test_a_link_within_the_page_moves_and_goes_back_as_ever(reader: Reader, swapped: bool) -> None:
    reader.open("en/index.html" if swapped else PARIS_EN)
    reader.sign_in("partner-01")
    if swapped:
        reader.follow("paris", "Paris en")
    reader.scroll("document.querySelector('#p20').scrollIntoView()")
    there = reader.scroll_y()
    reader.page.locator("a[href$='#main']").evaluate("link => link.click()")
    expect(reader.page.locator("#main")).to_be_focused()
    assert reader.scroll_y() < there
    assert reader.shown_path() == PARIS_EN + "#main"
    assert "maple" in reader.page.content()
    reader.page.go_back()
    reader.expect_scrolled_to(there)
    assert reader.shown_path() == PARIS_EN
    assert "maple" in reader.words()


def test_the_language_switcher_keeps_the_paragraph_on_screen(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("partner-01")
    reader.page.evaluate("document.querySelector('#p17').scrollIntoView()")
    reader.page.locator("#to-other").evaluate("link => link.click()")
    reader.expect_page("Paris es")
    assert reader.shown_path() == "es/meetings/paris/index.html#p17"
    expect(reader.page.locator("#p17")).to_be_in_viewport()


def test_the_language_switcher_keeps_the_paragraph_without_a_sign_in_too(reader: Reader) -> None:
    reader.open("en/statements/chair/index.html#p12")
    reader.page.locator("#to-other").evaluate("link => link.click()")
    reader.page.wait_for_url("**/es/statements/chair/index.html#p12")
    expect(reader.page.locator("#p12")).to_be_in_viewport()
    reader.page.evaluate("window.scrollTo(0, 0)")
    reader.page.goto(reader.base + "en/statements/chair/index.html")
    reader.page.locator("#to-other").click()
    reader.page.wait_for_url("**/es/statements/chair/index.html")


def test_a_new_tab_of_a_link_within_a_swapped_page_is_that_page(reader: Reader) -> None:
    reader.open("en/index.html")
    reader.sign_in("partner-01")
    reader.follow("paris", "Paris en")
    with reader.page.context.expect_page() as opened:
        reader.page.locator("a[href$='#main']").click(modifiers=["Control"])
    opened.value.wait_for_url(reader.base + PARIS_EN + "#main")


@pytest.mark.parametrize("modifier", ["Control", "Shift"])
def test_a_new_tab_is_a_new_tab_and_asks_again(reader: Reader, modifier: Literal["Control", "Shift"]) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("partner-01")
    with reader.page.context.expect_page() as opened:
        reader.page.locator("#to-chair").click(modifiers=[modifier])
    tab = opened.value
    expect(tab.locator("header [data-cq-sign-in]")).to_be_visible()
    assert "elm" not in tab.content()
    assert reader.page.title() == "Paris en"
    assert "maple" in reader.words()


def test_links_that_lead_elsewhere_are_left_alone(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("partner-01")
    reader.page.evaluate(
        """() => { window.leftAlone = []; document.addEventListener('click', (event) => {
             window.leftAlone.push(!event.defaultPrevented); event.preventDefault(); }); }"""
    )
    for link in ("external", "letter"):
        reader.page.locator(f"#{link}").click()
    reader.page.locator("#to-chair").evaluate("link => { link.target = '_blank'; link.click(); }")
    reader.page.locator("#to-chair").evaluate("link => { link.target = ''; link.download = ''; link.click(); }")
    assert reader.page.evaluate("window.leftAlone") == [True] * 4


def test_without_a_sign_in_links_are_plain_links(reader: Reader) -> None:
    reader.open(PARIS_EN)
    before = reader.documents
    reader.page.locator("#to-chair").click()
    reader.expect_page("Chair en")
    assert reader.documents == before + 1
    assert reader.page.url == reader.base + "en/statements/chair/index.html"


def test_a_page_named_in_the_hash_is_opened_as_its_real_file_without_a_sign_in(reader: Reader) -> None:
    reader.open(PARIS_EN + "#!/es/statements/chair/index.html#p9")
    reader.page.wait_for_url(reader.base + "es/statements/chair/index.html#p9")
    expect(reader.page.locator("h1")).to_have_text("Chair es")
    expect(reader.page.locator("#p9")).to_be_in_viewport()


@pytest.mark.parametrize(
    "outside",
    [
        "#!/../../outside.html",
        "#!//attacker.invalid/x.html",
        "#!/javascript:alert(1)",
        "#!/https://a.invalid/b.html",
    ],
)
def test_the_hash_cannot_lead_out_of_the_site(reader: Reader, outside: str) -> None:
    reader.open(PARIS_EN + outside)
    reader.page.wait_for_timeout(300)
    expect(reader.page.locator("h1")).to_have_text("Paris en")


def test_a_page_that_is_not_there_is_left_to_the_browser(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("partner-01")
    with reader.page.expect_request(
        lambda asked: asked.is_navigation_request() and asked.frame == reader.page.main_frame
    ):
        reader.page.locator("#to-chair").evaluate(
            "link => { link.href = link.href.replace('chair', 'nowhere'); link.click(); }"
        )
    reader.page.wait_for_timeout(300)
    assert "maple" not in reader.page.content()
    reader.complaints.clear()


def test_two_links_in_a_hurry_end_at_the_second(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("partner-01")
    reader.page.evaluate(
        "() => { document.querySelector('#to-chair').click(); document.querySelector('#to-plan').click(); }"
    )
    reader.expect_page("Plan en")
    expect(reader.page.locator("main")).to_contain_text("larch")
    reader.page.wait_for_timeout(800)
    assert reader.page.title() == "Plan en"
    reader.page.go_back()
    reader.expect_page("Paris en")


def test_back_after_a_reload_shows_the_page_the_bar_names(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.sign_in("partner-01")
    reader.follow("chair", "Chair en")
    reader.follow("plan", "Plan en")
    reader.page.reload()
    reader.expect_page("Plan en")
    assert "larch" not in reader.page.content()
    reader.page.go_back()
    reader.expect_page("Chair en")
    assert "elm" not in reader.page.content()
    expect(reader.page.locator("header [data-cq-sign-in]")).to_be_visible()


def test_a_framed_copy_hands_over_its_page_and_stays_still(reader: Reader) -> None:
    if not reader.base.startswith("file:"):
        # The server of these tests forbids frames, as careful hosts do.
        return
    reader.open(PARIS_EN)
    reader.page.evaluate(
        """path => { const frame = document.createElement('iframe'); frame.id = 'copy'; frame.src = path;
                     document.body.append(frame); }""",
        reader.base + "en/statements/chair/index.html",
    )
    frame = reader.page.frame_locator("#copy")
    expect(frame.locator("h1")).to_have_text("Chair en")
    expect(frame.locator("header [data-cq-sign-in]")).to_be_hidden()
