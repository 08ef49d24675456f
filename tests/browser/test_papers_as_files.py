"""Papers as PDF: a member saves the one that is theirs, anybody the public one, and no other is there for them."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import expect

from communique_pelican.pdf_text import text_of_pdf
from tests.browser.shipped import Shipped
from tests.browser.visitor import Visitor
from tests.reading_files import sealed_files_of
from tests.site_building import files_of

pytestmark = [pytest.mark.browser, pytest.mark.site]


def test_a_member_saves_the_paper_with_the_passages_that_are_theirs(visitor: Visitor, shipped: Shipped) -> None:
    page, member = visitor.page, shipped.members["sg-01"]
    made = sealed_files_of(files_of(shipped.output), member.login, member.passphrase)
    visitor.open("fr/statements/paris-2008-chair-1/index.html")
    assert page.locator(".editions [data-cq-file]").count() == 0
    visitor.sign_in(member)

    boxes = page.locator(".sealed--edition.is-open")
    expect(boxes).to_have_count(2)
    with page.expect_download() as begun:
        boxes.filter(has_text="Groupe d’experts opérationnels").locator("[data-cq-file]").click()

    assert begun.value.suggested_filename == "TLP-AMBER psi-oeg-17-cs-1-1-oeg.fr.pdf"
    saved = Path(begun.value.path()).read_bytes()
    assert saved == made["psi-oeg-17-cs-1-1-oeg.fr.pdf"]
    assert "TLP:AMBER" in (text_of_pdf(saved) or "")
    assert not any("-core." in name or "-nat-" in name for name in made if name.endswith(".pdf"))


# From a folder a browser shows the file itself.
@pytest.mark.parametrize("scheme", ["http"])
def test_anybody_saves_the_public_paper_and_it_holds_the_number_of_each_locked_passage(
    visitor: Visitor, shipped: Shipped
) -> None:
    visitor.open("en/statements/paris-2008-chair-1/index.html")

    with visitor.page.expect_download() as begun:
        visitor.page.locator(".editions a[download]").click()

    saved = Path(begun.value.path()).read_bytes()
    assert begun.value.suggested_filename == "psi-oeg-17-cs-1-1.en.pdf"
    with pikepdf.open(io.BytesIO(saved)) as opened:
        assert opened.Root.MarkInfo.Marked
    text = text_of_pdf(saved) or ""
    assert "TLP:CLEAR" in text
    assert "Operational Experts Group only" in text
