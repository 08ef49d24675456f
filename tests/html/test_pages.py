"""Every page and every opened section is correct HTML, under a policy that allows nothing from elsewhere."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from communique.sealing.demo import open_demo
from communique.sealing.envelope import open_sealed, verify_sealed
from tests.browser.sealed_sources import read_papers
from tests.browser.shipped import PROJECT, WRONG_ADDRESS, Shipped

pytestmark = [pytest.mark.node, pytest.mark.site]

CHECKER = PROJECT / "node_modules/vnu-jar/build/dist/vnu.jar"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; require-trusted-types-for 'script'; "
    "trusted-types communique"
)
#: Of a page's own objects; what it shows of other documents is looked at on theirs.
_OBJECT = re.compile(
    r'<\w+ (?:(?!data-cq-doc)[^>])*data-cq-form="(\w+)"[^>]*>(?:(?!<script).)*'
    r'<script [^>]*data-cq="(s\d+|text)">(.*?)</script>',
    re.DOTALL,
)
_SHELL = {
    # On its page the document's title stands above, of one that is sealed as a whole too.
    "block": "<main><h1>Title</h1>{}</main>",
    "text": "<main><h1>Title</h1>{}</main>",
    "inline": "<main><p>{}</p></main>",
    "item": "<main><ul><li>{}</li></ul></main>",
    "row": "<main><table><tr>{}</tr></table></main>",
}


#: Blocks of data, which no browser runs: sealed objects, and what a page tells machines of itself.
DATA_TYPES = {"application/jose+json", "application/ld+json"}


def check_html(files: list[Path]) -> list[str]:
    """What the Nu HTML checker says of the files, errors and warnings alike.

    But for its opinion on the pages' policy: to it a file has no 'self', and a block of data is a script. Browsers
    decide on that, in the tests that drive one.
    """
    assert shutil.which("java"), "this test needs Java: apt-get install default-jre-headless"
    assert CHECKER.is_file(), "this test needs the Nu HTML checker: npm ci --ignore-scripts"
    command = ["java", "-Xss8m", "-jar", str(CHECKER), "--format", "json", "--exit-zero-always", *map(str, files)]
    ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    messages = json.loads(ran.stderr or ran.stdout)["messages"]
    return [
        f"{one['url'].rsplit('/site/', 1)[-1]}:{one.get('lastLine')}: {one['message']} {one.get('extract', '')[:160]!r}"
        for one in messages
        if (one["type"] != "info" or one.get("subType") == "warning")
        and "violates Content Security Policy" not in one["message"]
    ]


def test_the_nu_html_checker_finds_nothing_on_any_page(shipped: Shipped) -> None:
    files = [shipped.output / path for path in [*shipped.pages(), WRONG_ADDRESS]]
    assert len(files) > 90
    assert check_html(files) == []


def test_the_nu_html_checker_finds_nothing_in_any_opened_section(shipped: Shipped, tmp_path: Path) -> None:
    sealer = open_demo(PROJECT / "keys/demo")
    papers = read_papers(shipped.content)
    files: list[Path] = []
    for path, paper in papers.items():
        page = (shipped.output / path).read_text(encoding="utf-8")
        for form, part, text in _OBJECT.findall(page):
            kid = json.loads(text)["recipients"][0]["header"]["kid"]
            tier, _, generation = kid.rpartition(".")
            key = {kid: sealer.keystore.tier_key(tier, int(generation))}
            context = verify_sealed(text, sealer.signers)
            body = open_sealed(text, key, sealer.signers, context).body.decode("utf-8")
            file = tmp_path / f"{path.removesuffix('/index.html').replace('/', '-')}-{part}.html"
            title = f'<!DOCTYPE html><html lang="{paper.lang}"><head><meta charset="utf-8"><title>s</title></head>'
            file.write_text(f"{title}<body>{_SHELL[form].format(body)}</body></html>", encoding="utf-8")
            files.append(file)
    assert len(files) == sum(len(paper.sealed) for paper in papers.values())
    assert check_html(files) == []


class _Tags(HTMLParser):
    """The tags of a page, in order, and the texts of its scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.inside = ""
        self.code: list[tuple[str, dict[str, str], str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.inside = tag

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style") and data.strip():
            self.code.append((self.inside, self.tags[-1][1], data))

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""


def test_every_page_states_its_policy_first_and_holds_no_code_of_its_own(shipped: Shipped) -> None:
    for path in [*shipped.pages(), WRONG_ADDRESS]:
        page = _Tags((shipped.output / path).read_text(encoding="utf-8"))
        head = [tag for tag in page.tags if tag[0] not in ("html", "head")]
        assert head[0] == ("meta", {"charset": "utf-8"}), path
        assert head[1] == ("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}), path
        assert {attributes.get("type") for _, attributes, _ in page.code} <= DATA_TYPES, path
        for tag, attributes in page.tags:
            assert tag not in ("style", "iframe", "base", "object", "embed"), f"{path}: <{tag}>"
            assert not any(name.startswith("on") or name == "style" for name in attributes), f"{path}: {attributes}"
            assert "javascript:" not in attributes.get("href", ""), path
            assert tag != "meta" or attributes.get("http-equiv", "").lower() != "refresh", path


def test_no_page_style_or_script_names_an_address_to_load_from_elsewhere(shipped: Shipped) -> None:
    for path in [*shipped.pages(), WRONG_ADDRESS]:
        for tag, attributes in _Tags((shipped.output / path).read_text(encoding="utf-8")).tags:
            # Where the page itself lies, and lies in other languages, is named and never loaded.
            is_loaded = tag == "link" and attributes.get("rel") not in ("canonical", "alternate")
            loads = [attributes.get("src", ""), attributes.get("href", "") if is_loaded else ""]
            assert not any(re.match(r"(?:[a-z][a-z0-9+.-]*:|//|/)", address) for address in loads), f"{path}: {loads}"
            assert "srcset" not in attributes, path
    for file in shipped.output.rglob("*.css"):
        style = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"@import|url\(\s*['\"]?(?:[a-z]+:)?//|@font-face", style), file.name
