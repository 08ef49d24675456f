"""The archive is narrowed in the browser alone; what a reader opens joins it. Map, timeline and calendar go with it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]


@pytest.fixture
def scheme() -> str:
    return "file"


def test_the_list_is_narrowed_without_a_server_and_an_opened_document_joins_it(
    visitor: Visitor, shipped: Shipped
) -> None:
    page = visitor.page
    visitor.open("es/archive/index.html")
    count, shown = page.locator(".filters__count"), page.locator(".archive > li:visible")
    expect(count).to_have_text(f"Se muestran {shown.count()} documentos.")
    everything = shown.count()

    # By keyboard alone: the first letters of a choice, as in every list of choices.
    page.locator("[data-filter=kind]").focus()
    page.keyboard.type("Ejerc")
    expect(page.locator("[data-filter=kind]")).to_have_value("exercise")
    exercises = shown.count()
    assert 3 < exercises < everything
    expect(count).to_have_text(f"Se muestran {exercises} documentos.")
    page.locator("[data-filter=region]").select_option("asia-pacific")
    expect(shown).to_have_count(1)
    expect(count).to_have_text("Se muestra 1 documento.")
    page.locator("[data-filter=year]").select_option("2007")
    expect(count).to_have_text("Ningún documento corresponde. Retire alguno de los filtros.")
    page.get_by_role("button", name="Mostrar todo").click()
    expect(page.locator("[data-filter=kind]")).to_be_focused()
    expect(shown).to_have_count(everything)

    # A report that is sealed as a whole is no meeting summary to anybody else.
    page.locator("[data-filter=kind]").select_option("meeting-summary")
    before = shown.count()
    visitor.sign_in(shipped.members["nz-01"])
    expect(shown).to_have_count(before + 1)
    expect(page.locator(".archive > li.is-open:visible .symbol")).to_have_text("PSI/OEG/17/R.1")

    # The list works again on a page that was swapped in, and the map comes along whole.
    assert visitor.follow("es/states/index.html") is not None
    assert page.locator("svg .tile").count() == page.locator(".states__table tbody tr").count() > 20
    assert page.locator("svg .tile text").first.inner_html()
    timeline = visitor.follow("es/timeline/index.html")
    assert timeline is not None
    assert {name for box in timeline.boxes if box.is_open for name in box.audience} == {"oeg"}
    expect(page.locator(".sealed--list.is-open .dated__list li")).to_have_count(1)
    assert visitor.follow("es/archive/index.html") is not None
    expect(page.locator(".filters")).to_be_visible()
    assert visitor.complaints == []


def test_without_script_the_whole_list_stands_there_and_no_filter_does(
    shipped: Shipped,
) -> None:
    html = (shipped.output / "en/archive/index.html").read_text(encoding="utf-8")
    form = html.split('<form class="filters"', 1)[1].split(">", 1)[0]
    assert form.rstrip().endswith("hidden")
    assert '<li class="entry" hidden' not in html
    assert 'autocomplete="off"' in form, "what a reader looked for is in no browser's memory of forms"
    assert html.count("<select ") == html.count('autocomplete="off">'), "each choice too: browsers differ"
