"""A word in every kind of place: its readers see it in a real browser, and nobody else's page holds it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.shipped import Member
from tests.browser.visitor import Visitor
from tests.proofs.canaries import (
    MARK,
    CanarySite,
    canary_site,
    fallback_text,
    open_text,
    section_text,
    word_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.site]

__all__ = ["canary_site"]

#: Pages of the site, and the kinds of place on them that are in the text or in an attribute of it.
PAGES = {
    f"{lang}/papers/{name}-core/index.html": (lang, name)
    for lang, name in (("en", "section-text"), ("es", "open-text"), ("fr", "only-fr"))
}
TEXTS = {"section-text": section_text, "open-text": open_text, "only-fr": fallback_text}
#: What a file is called is told when it is saved.
NOT_ON_A_PAGE = ("file-name", "image-name")
_WORDS = re.compile(MARK + "[a-z]*")


@pytest.mark.parametrize(("login", "reads"), [("fr-01", {"core"}), ("hr-01", set())])
def test_a_reader_sees_every_word_that_is_theirs_and_no_other(
    login: str, reads: set[str], visitors: Callable[..., Visitor], canary_site: CanarySite, scheme: str
) -> None:
    found = re.search(rf"^  {login} +(\S.*)$", canary_site.said, re.MULTILINE)
    assert found
    visitor = visitors((canary_site.folder / "output").resolve())
    seen: set[str] = set()
    for number, path in enumerate(PAGES):
        visitor.open(path)
        assert _WORDS.findall(visitor.page.content()) == [], "before signing in"
        visitor.sign_in(Member(login, found[1], ()))
        expect(visitor.page.locator("html:not([data-cq-busy])")).to_have_count(1)
        seen |= set(_WORDS.findall(visitor.look().html))
        assert number or (seen != set()) is bool(reads)
    assert seen == (words_of_the_pages() if reads else set())


def words_of_the_pages() -> set[str]:
    found: set[str] = set()
    for lang, name in PAGES.values():
        kinds: list[str] = []

        def note(kind: str, kinds: list[str] = kinds) -> str:
            kinds.append(kind)
            return kind

        TEXTS[name]("core", note)
        found |= {word_of(kind, lang, "core") for kind in kinds if kind not in NOT_ON_A_PAGE}
    return found
