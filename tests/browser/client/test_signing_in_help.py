"""When signing in does not work at once: what is said, how, and what is never said."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.client.reader import Reader
from tests.browser.client.specimen import PARIS, Specimen

pytestmark = pytest.mark.browser

PARIS_EN = "en/meetings/paris/index.html"
HINT = "[data-cq-hint] > span"


def replaced(passphrase: str, place: int, word: str) -> str:
    words = passphrase.split()
    words[place - 1] = word
    return " ".join(words)


def test_a_word_that_is_in_no_list_is_named_by_its_place_and_never_itself(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.type_in("oeg-01", replaced(reader.passphrases["oeg-01"], 4, "zzyzx"))
    expect(reader.page.locator("[data-cq-error]")).to_have_text("That does not open anything.")
    assert reader.page.locator(HINT).all_inner_texts() == ["Word 4 is unknown."]
    expect(reader.page.locator("[name=passphrase]")).to_have_attribute("aria-invalid", "true")
    expect(reader.page.locator("[data-cq-if-refused]")).to_be_visible()
    assert "zzyzx" not in reader.page.content()
    reader.sign_in("oeg-01")
    assert reader.words() == PARIS["oeg-01"]


def test_several_words_are_named_in_one_sentence_in_the_language_of_the_page(reader: Reader) -> None:
    reader.open("es/meetings/paris/index.html")
    typed = replaced(replaced(reader.passphrases["oeg-01"], 4, "zzyzx"), 7, "qqq")
    reader.type_in("oeg-01", typed)
    expect(reader.page.locator(HINT)).to_have_text(["Las palabras 4 y 7 no constan."])


def test_an_unusual_number_of_words_is_told(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.type_in("oeg-01", " ".join(reader.passphrases["oeg-01"].split()[:-1]))
    expect(reader.page.locator(HINT)).to_have_text(["You typed 8 words."])


def test_words_of_every_list_are_known_whatever_their_accents_case_and_hyphens(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.type_in("oeg-01", "ABANDON-ábaco  abaisser-Zorro zone, ZÈBRE zoo yogur legal")
    expect(reader.page.locator("[data-cq-error]")).to_have_text("That does not open anything.")
    assert reader.page.locator(HINT).count() == 0


def test_a_long_text_that_was_never_issued_is_not_gone_through_word_by_word(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.type_in("oeg-01", "zzyzx " * 25)
    expect(reader.page.locator(HINT)).to_have_text(["You typed 25 words."])


def test_what_was_said_is_gone_with_the_next_try_and_with_the_dialog(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.type_in("oeg-01", "zzyzx")
    expect(reader.page.locator(HINT)).to_have_count(2)
    reader.page.locator("[data-cq-cancel]").click()
    reader.page.locator("header [data-cq-sign-in]").click()
    expect(reader.page.locator("[data-cq-error]")).to_be_empty()
    expect(reader.page.locator(HINT)).to_have_count(0)
    expect(reader.page.locator("[data-cq-if-refused]")).to_be_hidden()
    expect(reader.page.locator("[name=passphrase]")).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("scheme", ["http"], indirect=True)
def test_the_lists_come_with_the_form_alike_for_everybody_and_only_once(reader: Reader) -> None:
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1].split(".")[0]))
    reader.open(PARIS_EN)
    assert "words" not in asked
    reader.page.locator("header [data-cq-sign-in]").click()
    for _ in range(300):
        if "words" in asked:
            break
        reader.page.wait_for_timeout(50)
    reader.type_in("oeg-01", "zzyzx")
    expect(reader.page.locator(HINT)).to_have_count(2)
    assert asked.count("words") == 1


@pytest.mark.parametrize("scheme", ["http"], indirect=True)
def test_without_the_lists_the_refusal_stands_alone(reader: Reader) -> None:
    reader.page.route("**/sealed/words.*", lambda route: route.abort())
    reader.open(PARIS_EN)
    reader.type_in("oeg-01", "zzyzx")
    expect(reader.page.locator("[data-cq-error]")).to_have_text("That does not open anything.")
    assert reader.page.locator(HINT).count() == 0
    reader.complaints.clear()


def test_the_work_is_told_in_a_live_region_long_enough_to_be_read(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.page.locator("header [data-cq-sign-in]").click()
    expect(reader.page.locator("#cq-sign-in")).to_be_visible()
    # Each text the region has had, and for how long.
    reader.page.evaluate(
        """() => {
          const line = document.querySelector("[data-cq-working]");
          const told = [];
          new MutationObserver(() => told.push([line.textContent, performance.now()])).observe(line, {childList: true});
          document.querySelector("#cq-sign-in form").told = told;
        }"""
    )
    reader.type_in("oeg-01", "zzyzx")
    expect(reader.page.locator("[data-cq-error]")).to_have_text("That does not open anything.")
    told = reader.page.evaluate("document.querySelector('#cq-sign-in form').told")
    assert [text for text, _ in told] == ["Checking.", ""]
    assert told[1][1] - told[0][1] >= 500
    expect(reader.page.locator("[data-cq-working]")).to_have_attribute("role", "status")


def test_a_sign_in_to_which_nothing_belongs_any_more_is_told_plainly(reader: Reader) -> None:
    reader.open(PARIS_EN)
    reader.type_in("mx-01", reader.passphrases["mx-01"])
    expect(reader.page.locator("[data-cq-error]")).to_have_text("No access any more.")
    assert reader.page.locator(HINT).count() == 0
    expect(reader.page.locator("header [data-cq-lock]")).to_be_hidden()


def test_parts_older_and_newer_than_the_keys_say_which_they_are(reader: Reader) -> None:
    reader.open("en/about/ages/index.html")
    reader.sign_in("partner-01")
    assert reader.page.locator("#s1 .sealed__problem").inner_text() == "This page is older than your keys."
    assert reader.page.locator("#s2 .sealed__open").inner_text() == "age 4"
    assert reader.page.locator("#s3 .sealed__problem").inner_text() == "This page is newer than your keys."
    reader.expect_status("This page is older than your keys.")


def test_parts_of_another_time_say_nothing_to_those_they_were_never_for(reader: Reader) -> None:
    reader.open("en/about/ages/index.html")
    reader.sign_in("nz-01")
    assert reader.page.locator(".sealed__problem").count() == 0


def test_at_an_unprotected_address_the_remedies_stand_in_place_of_the_fields(
    context: BrowserContext, specimen: Specimen
) -> None:
    reader = Reader(context.new_page(), "http://intranet.test/", specimen.passphrases)
    reader.open(PARIS_EN + "#p3")
    reader.page.locator("header [data-cq-sign-in]").click()
    expect(reader.page.locator("[data-cq-error]")).to_have_text("Not at an unprotected address.")
    expect(reader.page.locator("[data-cq-remedies]")).to_be_visible()
    link = reader.page.locator("[data-cq-protected]")
    expect(link).to_have_text("https://intranet.test/en/meetings/paris/index.html")
    expect(link).to_have_attribute("href", "https://intranet.test/en/meetings/paris/index.html#p3")
    expect(reader.page.locator("#cq-sign-in [type=submit]")).to_be_hidden()
    assert reader.complaints == []
