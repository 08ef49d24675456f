"""A document that is sealed as a whole, and boxes on pages of other documents, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.sealed_sources import slug_of
from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

FOLDER = "meetings/evidence-on-loan"
PAGE = f"x/{slug_of(FOLDER)}/index.html"
TITLES = {
    "en": "Evidence on loan: laboratories and expert witnesses",
    "fr": "Des preuves en prêt\u00a0: laboratoires et témoins experts",
}


def test_a_locked_entry_becomes_the_real_one_and_leads_to_the_opened_document(
    visitor: Visitor, shipped: Shipped
) -> None:
    page = visitor.page
    visitor.open("en/meetings/index.html")
    # Another document of the collection is sealed as a whole too.
    this = f".sealed--entry[data-cq-doc={PAGE.split('/')[1]}]"
    entry = page.locator(this)
    expect(entry).to_contain_text("Sealed document")
    # Whoever serves the page may write another address into it: the link is made from the sealed object.
    page.evaluate(f"document.querySelector('{this} a').setAttribute('href', '../about/index.html')")
    visitor.sign_in(shipped.members["sg-01"])
    expect(entry).to_contain_text("31 October 2008 Guidance PSI/OEG/17/WP.1", use_inner_text=False)
    expect(entry.get_by_role("heading", level=3)).to_have_text(TITLES["en"])
    titles = [page.title()]
    entry.get_by_role("link").click()
    for lang in ("en", "fr"):
        visitor.arrive(f"{lang}/{PAGE}")
        expect(page.locator("h1")).to_have_text(TITLES[lang])
        expect(page.locator(".facts")).to_contain_text("PSI/OEG/17/WP.1")
        expect(page.locator("#text #p2")).to_be_visible()
        # The section for one state moved to its place, and stays closed for others.
        expect(page.locator("#text #s1 .sealed__closed")).to_be_visible()
        titles += [page.title(), page.url, str(page.evaluate("JSON.stringify(history.state)"))]
        page.locator(f"[data-cq-languages] a[hreflang={'fr' if lang == 'en' else 'en'}]").click()
    visitor.arrive(f"en/{PAGE}")
    assert not [told for told in titles for word in ("loan", "prêt", "WP.1", "evidence") if word in told]
    page.locator("[data-cq-lock]").click()
    expect(page.locator("h1")).to_have_text("Sealed document")
    expect(page.locator("main")).not_to_contain_text("WP.1")


def test_who_may_not_read_it_finds_its_paragraphs_and_whom_to_ask_but_no_title(
    visitor: Visitor, shipped: Shipped
) -> None:
    visitor.open(f"fr/{PAGE}#p3")
    visitor.sign_in(shipped.members["hr-01"])
    page = visitor.page
    expect(page.locator("h1")).to_have_text("Document scellé")
    expect(page.locator("#p3")).to_have_count(1)
    expect(page.locator("#text .sealed__how a").first).to_be_visible()
    assert [box.is_open for box in visitor.look().boxes] == [False, False]
    assert page.locator(".facts__row:visible dt").all_inner_texts() == ["Destinataires", "Langues", "Sensibilité"]


#: What a box on a page of another document may say of itself, beside the truth: the reader's program believes none.
LIES = (
    {"doc": "meetings/paris-2008"},
    {"kind": "document"},
    {"lang": "fr"},
    {"aud": "partner"},
    {"doc": ""},
)
DOCUMENT = "en/debriefings/machine-tools/index.html"
HOST = "en/about/portal/index.html"


@pytest.mark.parametrize("scheme", ["http"])
def test_a_guest_is_shown_with_where_it_comes_from_and_never_as_something_else(
    scheme: str, visitor: Visitor, shipped: Shipped
) -> None:
    source = (shipped.output / DOCUMENT).read_text(encoding="utf-8")
    found = re.search(r'data-cq-part="(s\d+)"[^>]* data-cq-aud="nat-nz oeg".*?(<script.*?</script>)', source, re.DOTALL)
    assert found
    part, sealed = found.groups()
    page = visitor.page
    plain = (shipped.output / HOST).read_text(encoding="utf-8")

    def show(lies: dict[str, str]) -> None:
        said = {"doc": "debriefings/machine-tools", "kind": "section", "lang": "en", "aud": "nat-nz oeg", **lies}
        told = " ".join(f'data-cq-{key}="{value}"' for key, value in said.items())
        facts = '<p class="sealed__facts" hidden><a data-cq-fact="title" href="#">?</a></p>'
        box = f'<div id="guest" data-cq-part="{part}" {told}>{facts}<div class="sealed__closed">x</div>{sealed}</div>'
        body = plain.replace('<div class="prose">', f'<div class="prose">{box}', 1)
        assert body != plain
        page.unroute_all()
        page.route(f"**/{HOST}", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
        visitor.follow("en/about/index.html")
        visitor.follow(HOST)

    visitor.open("en/index.html")
    visitor.sign_in(shipped.members["nz-01"])
    guest = page.locator("#guest")
    show({})
    expect(guest.locator(".sealed__open")).to_contain_text("Five points were drawn from the case")
    link = guest.locator(".sealed__facts a")
    expect(link).to_have_text("Machine tools in transit: acting before the cargo moves on")
    home = visitor.base + DOCUMENT
    assert re.fullmatch(re.escape(home) + r"#p\d+", str(link.evaluate("(a) => a.href")))
    assert guest.locator(".sealed__open [id]").count() == 0
    numbers = guest.locator(".sealed__open .para__number").evaluate_all("(all) => all.map((a) => a.href)")
    assert numbers
    assert all(number.startswith(home + "#p") for number in numbers)
    for lie in LIES:
        show(lie)
        expect(guest.locator(".sealed__problem")).to_be_visible()
        expect(guest).not_to_contain_text("Five points")
