"""A plan is filled in on its page, kept in a file, taken up again in another language, and finished there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.shipped import Shipped
from tests.browser.test_accessibility import violations
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

PAGE = "plans/national-response/index.html"
STORES = """async () => [localStorage.length, sessionStorage.length, document.cookie,
  (await indexedDB.databases()).length]"""


def download(visitor: Visitor, tool: str) -> tuple[str, str]:
    with visitor.page.expect_download() as begun:
        visitor.page.locator(f"[data-plan-{tool}]").click()
    return begun.value.suggested_filename, Path(begun.value.path()).read_text(encoding="utf-8")


def open_plan(visitor: Visitor, lang: str) -> None:
    visitor.open(f"{lang}/{PAGE}")
    expect(visitor.page.locator("[data-plan-tools]")).to_be_visible()


def load(visitor: Visitor, told: Any) -> None:
    buffer = told if isinstance(told, bytes) else json.dumps(told).encode()
    visitor.page.locator("[data-plan-file]").set_input_files(
        {"name": "x.json", "mimeType": "application/json", "buffer": buffer}
    )


def test_a_plan_is_filled_in_saved_and_finished_in_another_language(visitor: Visitor) -> None:
    page = visitor.page
    open_plan(visitor, "en")
    page.get_by_label("State", exact=True).fill("new zealand")
    page.get_by_label("Lead office").fill("the desk <img src=x onerror=alert(1)> & co")
    page.get_by_label("Decision maker", exact=True).select_option("minister")
    page.get_by_label("Powers to stop").fill("To hold\nTo seize")
    expect(page.locator("[data-plan-progress]")).to_have_text("4 of 29 filled in, not saved yet")
    expect(page.locator("#p4 .blank")).to_have_text("New Zealand")

    name, saved = download(visitor, "save")
    told = json.loads(saved)
    assert name == "national-response.plan.json"
    assert told["answers"]["state"] == "nz"
    assert told["answers"]["decision-maker"] == "minister"
    assert told["kept"] == {}
    expect(page.locator("[data-plan-progress]")).to_have_text("4 of 29 filled in")
    assert page.evaluate(STORES) == [0, 0, "", 0]

    open_plan(visitor, "fr")
    load(visitor, saved.encode())
    expect(page.locator("[data-plan-said]")).to_contain_text("4 réponses ont été chargées")
    expect(page.locator("#p4 .blank")).to_have_text("Nouvelle-Zélande")
    page.locator("[data-plan-switch]").check()
    expect(page.locator("#p8")).to_be_hidden()
    expect(page.locator("[data-plan-progress]")).to_contain_text("4 sur 21")
    if visitor.base.startswith("http"):
        # From the disk the judge cannot fetch the style sheets that it looks at.
        assert violations(visitor) == []

    name, text = download(visitor, "text")
    assert name == "national-response.fr.md"
    assert text.startswith("# Plan national de réponse")
    assert "Nouvelle-Zélande" in text
    assert "<img src=x onerror=alert(1)> & co" in text
    # Neither guidance, nor what speaks of the template, nor what the shorter form leaves out.
    assert not any(words in text for words in ("Exemple", "Comment utiliser", "comité interministériel"))
    name, whole = download(visitor, "page")
    assert name == "national-response.fr.html"
    assert '<html lang="fr" dir="ltr">' in whole
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; co" in whole
    assert "<img" not in whole
    assert "<script" not in whole
    # Saved again from the other language it is the same file, but for the form that was chosen.
    assert json.loads(download(visitor, "end-save")[1]) == {**told, "short": True}


@pytest.mark.parametrize("scheme", ["http"])
def test_a_file_that_does_not_fit_changes_nothing_and_an_answer_without_a_place_is_kept(visitor: Visitor) -> None:
    page, said = visitor.page, visitor.page.locator("[data-plan-said]")
    open_plan(visitor, "en")
    revision = page.locator("[data-plan]").get_attribute("data-plan-revision")
    good = {
        "format": "communique-plan", "version": 1, "plan": "plans/national-response", "symbol": "PSI/PLAN/2",
        "revision": revision, "short": False, "answers": {"lead-office": "A desk"}, "kept": {},
    }  # fmt: skip
    for told, words in (
        (b"\xff\xfe", "no saved plan"),
        (b"[]", "no saved plan"),
        ({**good, "version": 2}, "later version"),
        ({**good, "plan": "plans/other"}, "another plan, plans/other"),
        ({**good, "more": 1}, "damaged"),
        ({**good, "answers": {"lead-office": 1}}, "damaged"),
        (json.dumps(good).replace("lead-office", "__proto__").encode(), "damaged"),
        (b" " * 300000, "too long"),
    ):
        load(visitor, told)
        expect(said).to_contain_text(words)
        expect(page.get_by_label("Lead office")).to_have_value("")

    gone = {"old-office": "<b>Kept</b>", "decision-maker": "the king"}
    load(visitor, {**good, "revision": "0" * 12, "answers": {**good["answers"], **gone}})  # type: ignore[dict-item]
    expect(said).to_contain_text("another edition")
    expect(said).to_contain_text("2 answers have no place here")
    expect(page.locator("[data-plan-misfits]")).to_contain_text("<b>Kept</b>")
    assert json.loads(download(visitor, "save")[1])["kept"] == gone

    # What is not saved is not replaced without a word.
    page.get_by_label("Lead office").fill("Mine")
    load(visitor, good)
    page.locator("[data-plan-keep]").click()
    expect(page.get_by_label("Lead office")).to_have_value("Mine")
    load(visitor, good)
    page.locator("[data-plan-replace]").click()
    expect(page.get_by_label("Lead office")).to_have_value("A desk")


@pytest.mark.parametrize("scheme", ["http"])
def test_what_was_written_survives_a_way_through_other_pages_and_never_a_lock(
    visitor: Visitor, shipped: Shipped
) -> None:
    page = visitor.page
    visitor.open(f"en/{PAGE}")
    visitor.sign_in(shipped.members["sg-01"])
    page.get_by_label("Lead office").fill("A desk")
    assert visitor.follow("fr/" + PAGE) is not None
    expect(page.locator("#plan-lead-office")).to_have_value("A desk")

    with page.expect_navigation():
        page.locator("[data-cq-lock]").first.click()
    expect(page.locator("#plan-lead-office")).to_have_value("")


@pytest.mark.parametrize("scheme", ["http"])
def test_without_script_the_template_is_complete_and_its_switch_works(visitors: Any) -> None:
    visitor = visitors(java_script_enabled=False)
    page = visitor.page
    visitor.open(f"es/{PAGE}")

    expect(page.locator("[data-plan-tools]")).to_be_hidden()
    expect(page.locator("[data-plan-without]")).to_be_visible()
    assert page.locator("[data-plan-field]:visible").count() == 29
    expect(page.locator("#p8")).to_be_visible()
    page.locator("[data-plan-switch]").check()
    expect(page.locator("#p8")).to_be_hidden()
    assert page.locator("[data-plan-field]:visible").count() == 21
