"""Opened text is held to a list of what writing needs, even though only the editors can have sealed it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request, expect

from tests.browser.client.reader import Reader

pytestmark = pytest.mark.browser


def expect_only_refusals(reader: Reader) -> None:
    """The page's own policy refuses handlers and styles where text is parsed; nothing else went wrong."""
    refused = ("Executing inline event handler violates", "Applying inline style violates")
    assert [text for text in reader.complaints if not text.startswith(refused)] == []
    reader.complaints.clear()


def test_hostile_opened_text_is_neutralised(reader: Reader) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    reader.page.on("request", note)
    reader.open("en/about/hostile/index.html")
    reader.sign_in("partner-01")
    expect(reader.page.locator("main")).to_contain_text("yew")
    reader.page.wait_for_timeout(700)
    assert reader.page.url == reader.base + "en/about/hostile/index.html"
    assert reader.page.evaluate("window.breached") is None
    assert [url for url in asked if "attacker" in url] == []
    opened = reader.page.locator(".sealed__open")
    forbidden = "script, meta, iframe, object, form, input, link, style, base, img, svg, math, template"
    assert opened.locator(forbidden).count() == 0
    assert opened.locator("[style], [onclick], [onerror], [ontoggle], [href*=script], #cq-messages").count() == 0
    expect(opened).to_contain_text("kept words")
    expect(opened.locator("summary")).to_have_text("kept")
    reader.page.locator("#bad-link").click()
    assert reader.page.evaluate("window.breached") is None
    assert reader.page.locator("html").get_attribute("data-cq-signed-in") == ""
    expect_only_refusals(reader)


def test_hostile_opened_text_is_neutralised_on_a_page_that_was_swapped_in(reader: Reader) -> None:
    reader.open("en/index.html")
    reader.sign_in("partner-01")
    reader.page.locator("#to-about").evaluate(
        "link => { link.href = link.href.replace('portal', 'hostile'); link.click(); }"
    )
    reader.expect_page("Hostile en")
    expect(reader.page.locator("main")).to_contain_text("yew")
    reader.page.wait_for_timeout(400)
    assert reader.page.evaluate("window.breached") is None
    expect_only_refusals(reader)


@pytest.mark.parametrize("scheme", ["http"], indirect=True)
def test_a_hostile_page_cannot_run_anything_in_the_signed_in_document(reader: Reader) -> None:
    hostile = (
        '<script>window.breached = 1</script><p onclick="1" style="color:red">x</p>'
        '<meta http-equiv="refresh" content="0;url=/no">'
        '<a id="bad" href="javascript:window.breached=2">y</a>'
        '<img src="https://attacker.invalid/" onerror="window.breached=3">'
    )

    def altered(route):
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace("<main", hostile + "<main"))

    reader.open("en/index.html")
    reader.sign_in("partner-01")
    reader.page.route("**/statements/chair/index.html", altered)
    reader.follow("chair", "Chair en")
    expect(reader.page.locator("main")).to_contain_text("elm en statement")
    reader.page.locator("#bad").click()
    reader.page.wait_for_timeout(400)
    assert reader.page.evaluate("window.breached") is None
    expect_only_refusals(reader)
    assert (
        reader.page.locator(
            "body [onclick], body [onerror], body [style], body meta, body script:not([data-cq])"
        ).count()
        == 0
    )


def test_only_the_sites_own_shared_data_and_parts_of_the_client_can_become_scripts(reader: Reader) -> None:
    reader.open("en/index.html")
    told = reader.page.evaluate(
        """paths => Promise.all(
             paths.map((path) => Communique.loading.run(path).then(() => "ran", ({ code }) => code)))""",
        [
            "../release.js",
            "theme/js/start.js",
            "theme/js/reading.0000000000000000.js",
            "sealed/../theme/js/start.js",
            "sealed/keyring.js",
            "release.js?x",
        ],
    )
    assert told == ["malformed"] * 6
