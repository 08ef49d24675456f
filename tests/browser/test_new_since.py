"""Opened lists of updates are narrowed to what is new since a release, in the browser alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

#: The shipped portal was never released: its page gets what the third release would write there, a choice and, in each
#: opened list, lines that tell their release: the first entry of every list the third, its second line the second.
THIRD_RELEASE = """() => {
  const form = document.createElement("form");
  form.className = "filters since";
  form.hidden = true;
  form.dataset.since = "";
  form.dataset.said = JSON.stringify({one: "{n} document.", other: "{n} documents."});
  form.dataset.saidNone = "None in all.";
  form.dataset.none = "None in this.";
  const select = document.createElement("select");
  for (const [value, label] of [["2", "Release 2"], ["1", "Release 1"], ["0", "Everything"]]) {
    select.append(new Option(label, value));
  }
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  form.append(select, said);
  document.getElementById("for-readers").after(form);
  for (const list of document.querySelectorAll(".updates__list")) {
    [...list.children].forEach((entry, index) => {
      const places = entry.querySelector(".updates__places");
      if (!places) return;
      places.classList.add(index ? "release-1" : "release-3");
      const other = places.cloneNode(true);
      other.classList.replace(index ? "release-1" : "release-3", "release-2");
      if (!index) places.after(other);
    });
  }
  return Communique.loading.use("archive").then(() => Communique.since.start());
}"""


@pytest.fixture
def scheme() -> str:
    """The disk, where browsers allow least."""
    return "file"


def test_opened_lists_show_what_is_new_since_the_release_before_and_on_demand_since_any(
    visitor: Visitor, shipped: Shipped
) -> None:
    page = visitor.page
    visitor.open("es/updates/index.html")
    visitor.sign_in(shipped.members["nz-01"])
    lists, form = page.locator(".updates__list"), page.locator("[data-since]")
    expect(lists.first).to_be_visible()
    everything, each = page.locator(".updates__list > li:visible").count(), lists.count()
    page.evaluate(THIRD_RELEASE)

    expect(form).to_be_visible()
    lines = page.locator(".updates__places:visible")
    assert lines.evaluate_all("all => all.every((line) => line.classList.contains('release-3'))")
    marked = page.locator(".updates__places").count() - page.locator(".updates__places.release-2").count()
    assert marked > each > 1

    form.locator("select").select_option("1")
    assert lines.evaluate_all("all => all.every((line) => /release-[23]/.test(line.className))")
    form.locator("select").focus()
    page.keyboard.press("End")
    expect(form.locator("select")).to_have_value("0")
    expect(page.locator(".updates__list > li:visible")).to_have_count(everything)
    expect(page.locator(".since__none:visible")).to_have_count(0)
    distinct = "all => new Set(all.map((entry) => entry.querySelector('a').pathname)).size"
    count = page.locator(".updates__list > li:visible").evaluate_all(distinct)
    expect(form.get_by_role("status")).to_have_text(f"{count} documents.")

    # What is new in no list says so in each of them, and for all.
    page.evaluate(
        "for (const line of document.querySelectorAll('.updates__places')) line.className = 'updates__places release-1'"
    )
    form.locator("select").select_option("2")
    whole = page.locator(".updates__list > li:visible:not(:has(.updates__places))").count()
    if not whole:
        expect(form.get_by_role("status")).to_have_text("None in all.")
        expect(page.locator(".since__none:visible")).to_have_count(each)

    # Locking takes all of it away, and another visit knows nothing of the choice.
    page.locator("[data-cq-lock]").first.click()
    expect(form).to_be_hidden()
    expect(page.locator(".updates__list, .since__none")).to_have_count(0)
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, location.search]")
    assert kept[1:] == [0, "", ""]
    assert visitor.complaints == []
