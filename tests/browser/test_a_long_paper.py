"""A paper of 400 paragraphs, 60 of them sealed: no barrier, no waiting, and all of it on paper."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import DESK, TELEPHONE, violations
from tests.browser.visitor import Visitor
from tests.site_building import SITES, copy_site, run

pytestmark = [pytest.mark.browser, pytest.mark.site]

PAGE = "en/papers/long/index.html"
HEAD = """\
---
kind: guidance
symbol: LONG/1
date: 2008-10-01
audience: public
original: en
summary: A long paper.
numbering: paragraphs
---
# A long paper

"""


def paragraph(number: int) -> str:
    words = f"Paragraph {number} says that vessels are boarded by agreement and that records are kept of it all."
    text = " ".join([words] * (1 + number % 3))
    return f"::: oeg\nSealed {number}: {text}\n:::" if number % 20 in (7, 8, 15) else text


def long_paper() -> str:
    parts = []
    for number in range(1, 401):
        if number % 25 == 1:
            parts.append(f"## Chapter {number // 25 + 1}")
        parts.append(paragraph(number))
    return HEAD + "\n\n".join(parts) + "\n"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = copy_site(SITES / "minimal", tmp_path_factory.mktemp("long") / "site")
    folder = site / "content/papers/long"
    folder.mkdir(parents=True)
    (folder / "en.md").write_text(long_paper(), encoding="utf-8")
    ran = run("build", site)
    assert ran.status == 0, ran.said
    return (site / "output").resolve()


@pytest.fixture
def scheme() -> str:
    return "http"


def test_a_page_of_400_paragraphs_has_no_barrier_on_a_desk_or_a_telephone(
    visitors: Callable[..., Visitor], output: Path
) -> None:
    for kind in (DESK, TELEPHONE):
        visitor = visitors(output, **kind)
        visitor.open(PAGE)
        page = visitor.page
        expect(page.locator(".para__number[tabindex='-1']").first).to_be_attached()

        assert violations(visitor) == []
        assert page.locator("p.para").count() == 340
        assert page.locator(".sealed [id^=p]").count() >= 60
        # From one end to the other, a screen at a time, and to any place at once.
        slowest = page.evaluate(
            """async () => {
              let slowest = 0;
              for (let at = 0; at < document.documentElement.scrollHeight; at += innerHeight) {
                const begun = performance.now();
                scrollTo(0, at);
                await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)));
                slowest = Math.max(slowest, performance.now() - begun);
              }
              return slowest;
            }"""
        )
        assert slowest < 1000
        page.evaluate("location.hash = '#p399'")
        expect(page.locator("#p399")).to_be_in_viewport()
        expect(page.locator("#p399 .para__cite")).to_be_visible()


def test_a_page_of_400_paragraphs_prints_each_of_them_once_and_every_number(
    visitors: Callable[..., Visitor], output: Path, tmp_path: Path
) -> None:
    visitor = visitors(output, viewport={"width": 794, "height": 1123})
    visitor.open(PAGE + "#p3")
    expect(visitor.page.locator(".para__cite")).to_be_visible()
    visitor.page.pdf(path=str(tmp_path / "long.pdf"), prefer_css_page_size=True)

    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "long.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    said = [int(number) for number in re.findall(r"\bParagraph (\d+) says that vessels are boarded", text)]
    public = [number for number in range(1, 401) if number % 20 not in (7, 8, 15)]
    assert list(dict.fromkeys(said)) == public
    locked = re.findall(r"¶\s*(\d+(?:–\d+)?)\s*: Operational", text)
    assert locked == [one for first in range(0, 400, 20) for one in (str(first + 7), str(first + 8), str(first + 15))]
    assert "Copy citation" not in text
    assert 20 < text.count("\f") < 60, "sheets are neither wasted nor crammed"
