"""Every member on every document page in every language, in a real browser: exactly what policy says opens."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import expect

from tests.browser.sealed_sources import (
    RUN,
    Paper,
    holds,
    read_languages,
    read_papers,
    read_policy,
    runs,
    words_of_page,
    words_shown,
)
from tests.browser.shipped import PROJECT, Shipped
from tests.browser.visitor import Seen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.site]

REGISTER = yaml.safe_load((PROJECT / "keys/demo/register.yaml").read_text(encoding="utf-8"))
MEMBERS = {login: tuple(entry["tiers"]) for login, entry in REGISTER["members"].items()}


@pytest.fixture(scope="module")
def papers(shipped: Shipped) -> dict[str, Paper]:
    return read_papers(shipped.content)


@functools.cache
def _words_of_interface(output: Path, lang: str) -> frozenset[tuple[str, ...]]:
    """Runs of words on the pages without documents: what stands there is no secret."""
    pages = [output / lang / "index.html", *output.glob(f"{lang}/*/index.html")]
    return frozenset(run for page in pages for run in runs(words_of_page(page.read_text(encoding="utf-8"))))


def expect_exactly(seen: Seen, paper: Paper, reads: frozenset[str], common: frozenset[tuple[str, ...]]) -> int:
    """The page shows what this reader may read and nothing else. Gives the number of sealed parts looked at."""
    expected = Counter((sealed.audience, bool(sealed.audience & reads)) for sealed in paper.sealed)
    # What changed since the version before is sealed besides, in boxes v1, v2: looked at with all boxes below.
    own = [box for box in seen.boxes if not box.is_guest and not box.part.startswith("v")]
    assert Counter((box.audience, box.is_open) for box in own) == expected, seen.path
    # What is gathered from other documents opens there as it does at home.
    assert all(box.is_open == bool(box.audience & reads) for box in seen.boxes), seen.path
    # What is not open explains itself, and what is open does not: nothing is in between.
    assert all(box.explains != box.is_open for box in seen.boxes), seen.path
    assert seen.problems == (), seen.path
    assert not seen.asks, f"{seen.path}: asked for the passphrase again"
    _expect_texts(seen, paper, reads, common)
    return len(own)


def _expect_texts(seen: Seen, paper: Paper, reads: frozenset[str], common: frozenset[tuple[str, ...]]) -> None:
    anywhere, shown = words_of_page(seen.html), words_shown(seen.html)
    found_anywhere, found = runs(anywhere), runs(shown)
    readable = [sealed for sealed in paper.sealed if sealed.audience & reads]
    for sealed in readable:
        there = sealed.runs & found if len(sealed.words) >= RUN else [run for run in sealed.runs if holds(shown, run)]
        # A footnote's mark or a link's address cuts a run here and there.
        assert len(there) >= 0.6 * len(sealed.runs), f"{seen.path}: opened, but its text is not shown"
    known = [paper.public_runs, common, *(sealed.runs for sealed in readable)]
    public = [*paper.public, *(word for sealed in readable for word in sealed.words)]
    for sealed in paper.sealed:
        if sealed in readable:
            continue
        if len(sealed.words) >= RUN:
            leaked = (sealed.runs & found_anywhere).difference(*known)
        else:
            leaked = frozenset(run for run in sealed.runs if holds(anywhere, run) and not holds(public, run))
        assert not leaked, f"{seen.path}: closed, but its text stands in the document"


def walk(visitor: Visitor, shipped: Shipped, papers: dict[str, Paper]) -> Iterator[Seen]:
    """Every document in every language, reached by links alone, as a reader goes: collection, document, languages,
    and on from there in the last of these."""
    languages = read_languages(shipped.content)
    documents = sorted({(paper.id, path.split("/", 1)[1]) for path, paper in papers.items()})
    for document, page in documents:
        listing = f"{languages[0]}/{document.split('/')[0]}/index.html"
        assert visitor.follow(listing) is not None, f"no link leads to {listing}"
        for lang in languages:
            seen = visitor.follow(f"{lang}/{page}")
            assert seen is not None, f"no link leads to {document} in {lang}"
            yield seen
        languages.reverse()


def test_the_demo_has_members_of_every_tier_and_of_areas() -> None:
    grants = {name for held in MEMBERS.values() for name in held}
    assert {"partner", "oeg", "core", "state:nz", "state:mx"} <= grants
    # One with an area and no tier: areas do not follow from tiers.
    assert ("state:mx",) in MEMBERS.values()


# A translator signs in to the site like the member with the same grants.
@pytest.mark.parametrize("login", sorted(login for login in MEMBERS if not login.startswith("t-")))
def test_a_member_who_signed_in_once_opens_exactly_what_policy_says_on_every_page(
    login: str, visitor: Visitor, shipped: Shipped, papers: dict[str, Paper]
) -> None:
    policy = read_policy(shipped.content)
    assert sorted(shipped.members[login].grants) == sorted(MEMBERS[login])
    reads = policy.reads(MEMBERS[login])
    visitor.open("index.html")
    visitor.sign_in(shipped.members[login])
    assert visitor.follow("en/index.html") is not None
    born = visitor.look().born
    visited: dict[str, int] = {}
    for seen in walk(visitor, shipped, papers):
        assert seen.born == born, f"{seen.path}: the living document was left"
        lang = seen.path.split("/")[0]
        visited[seen.path] = expect_exactly(seen, papers[seen.path], reads, _words_of_interface(shipped.output, lang))
    assert visited == {path: len(paper.sealed) for path, paper in papers.items()}


def test_a_reader_who_did_not_sign_in_opens_nothing_on_any_page(
    visitor: Visitor, shipped: Shipped, papers: dict[str, Paper]
) -> None:
    for path, paper in papers.items():
        visitor.open(path)
        expect_exactly(visitor.look(), paper, frozenset(), _words_of_interface(shipped.output, path.split("/")[0]))


@pytest.mark.parametrize("lang", ["en", "es", "fr"])
def test_a_wrong_passphrase_opens_nothing_and_is_not_told_from_a_wrong_login(
    lang: str, visitor: Visitor, shipped: Shipped, papers: dict[str, Paper]
) -> None:
    somebody, another = shipped.members["fr-01"], shipped.members["nz-01"]
    path = f"{lang}/debriefings/machine-tools/index.html"
    said: list[str] = []
    for login, passphrase in ((somebody.login, another.passphrase), ("nobody-01", somebody.passphrase)):
        visitor.open(path)
        visitor.type_in(login, passphrase)
        error = visitor.page.locator("[data-cq-error]:not(:empty)")
        error.wait_for()
        said.append(error.inner_text())
        visitor.page.locator("[data-cq-cancel]").click()
        expect_exactly(visitor.look(), papers[path], frozenset(), _words_of_interface(shipped.output, lang))
        # Nothing is kept that could open the next page.
        visitor.page.locator("nav a[href$='debriefings/index.html']").first.click()
        visitor.page.locator("main a[href$='power-supplies/index.html']").click()
        next_path = path.replace("machine-tools", "power-supplies")
        expect(visitor.page.locator("html")).to_have_attribute("data-path", next_path)
        expect_exactly(visitor.look(), papers[next_path], frozenset(), _words_of_interface(shipped.output, lang))
    assert said[0] == said[1]


def test_every_audience_of_the_sample_occurs_and_some_stand_side_by_side(papers: dict[str, Paper]) -> None:
    audiences = {name for paper in papers.values() for sealed in paper.sealed for name in sealed.audience}
    assert {"partner", "oeg", "core"} < audiences
    assert sum(name.startswith("state:") for name in audiences) >= 2
    assert any(len({sealed.audience for sealed in paper.sealed}) > 2 for paper in papers.values())
