"""Versions and citations in a site built as editors build it: what is public of them, and what only readers learn."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from communique.sealing.envelope import open_sealed, verify_sealed
from communique.sealing.errors import NotForYou
from communique.sealing.keyring import open_slot
from communique_pelican.keys import find_keys
from tests.site_building import PROJECT, built_minimal, copy_site, published, run

pytestmark = pytest.mark.site

HEAD = """\
---
kind: notice
symbol: {symbol}
date: 1999-07-0{day}
audience: {audience}
original: en
summary: What {name} is about.
numbering: paragraphs
---
# {title}

"""
#: By folder: symbol, day, audience, title, text. Whatever begins with qx is for fewer readers than all.
PAPERS = {
    "open-1": ("PSI/OPEN/1", 1, "public", "Open rules", "Everyone waits.\n\n::: oeg\nExperts read qxolder words.\n:::"),
    "open-2": (
        "PSI/OPEN/1/Rev.1",
        2,
        "public",
        "Open rules",
        "Everyone arrives.\n\n::: oeg\nExperts read qxnewer words, and [](ref:PSI/QX/1#1).\n:::",
    ),
    "qxfolder-1": ("PSI/QX/1", 3, "oeg", "The qxtitle", "First qxtext.\n\n::: state:mx\nSome qxmexold words.\n:::"),
    "qxfolder-2": (
        "PSI/QX/1/Corr.1",
        4,
        "oeg",
        "The qxtitle",
        "First qxtext of [](ref:PSI/OPEN/1/Rev.1).\n\n::: state:mx\nSome qxmexnew words.\n:::",
    ),
    "citing": ("PSI/CITE/1", 5, "public", "Who cites", "See [](ref:PSI/QX/1/Corr.1#2) and [](ref:PSI/OPEN/1/Rev.1#1)."),
}
#: A paper in parts whose second part is revised: by folder, symbol and place in the paper, day, text.
PARTS = {
    "part-1": ("PSI/PART/1-1\npart: 1\nparts: 2", 6, "Part one begins.\n\nPart one ends."),
    "part-2-old": ("PSI/PART/1-2\npart: 2\nparts: 2\nfollows: notes/part-1", 6, "Part two is old."),
    "part-2": ("PSI/PART/1-2/Rev.1\npart: 2\nparts: 2\nfollows: notes/part-1", 7, "Part two is new."),
    "citing-parts": ("PSI/CITE/2", 8, "See [](ref:PSI/PART/1#3)."),
}
_OBJECT = re.compile(r'<script type="application/jose\+json" data-cq="(\w+)">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = copy_site(built_minimal(tmp_path_factory), tmp_path_factory.mktemp("versions") / "site")
    parts = {name: (symbol, day, "public", "In parts", text) for name, (symbol, day, text) in PARTS.items()}
    for name, (symbol, day, audience, title, text) in {**PAPERS, **parts}.items():
        folder = site / "content" / "notes" / name
        folder.mkdir()
        head = HEAD.format(name=name, symbol=symbol, day=day, audience=audience, title=title)
        (folder / "en.md").write_text(head + text + "\n", encoding="utf-8")
    ran = run("build", site)
    assert ran.status == 0, ran.said
    return site


@pytest.fixture(scope="module")
def tree(built: Path) -> Mapping[str, bytes]:
    return published(built)


def opened(built: Path, tree: Mapping[str, bytes], page: str, login: str) -> dict[str, str]:
    """What a member reads on a page, by part."""
    name = next(path for path in tree if path.startswith("sealed/keyring."))
    keyring = json.loads(tree[name].decode("ascii").removeprefix('CQ1_DATA("keyring",').removesuffix(")\n"))
    keys = find_keys(built, PROJECT, {})
    credential = next(one for one in keys.credentials() if one.login == login)
    slot = open_slot(keyring, login, credential.passphrase)
    found: dict[str, str] = {}
    for part, text in _OBJECT.findall(tree[page].decode()):
        context = verify_sealed(text, slot.signers)
        try:
            found[part] = open_sealed(text, slot.keys, slot.signers, context).body.decode()
        except NotForYou:
            continue
    return found


def address_of(built: Path, ident: str) -> str:
    return f"x/{find_keys(built, PROJECT, {}).keystore.document_id(ident)}/index.html"


def test_nothing_public_tells_of_sealed_versions_or_of_what_changed_in_sealed_text(tree: Mapping[str, bytes]) -> None:
    for path, content in tree.items():
        told = html.unescape(content.decode("utf-8", "replace")).casefold()
        assert not re.search(r"qx(?:folder|title|text|older|newer|mex)|psi/qx", told + path), path


def test_a_superseded_page_leads_to_the_newest_which_tells_what_changed(tree: Mapping[str, bytes]) -> None:
    older, newer = (tree[f"fr/notes/open-{number}/index.html"].decode() for number in (1, 2))

    assert re.search(r'notice--superseded.*href="../../notes/open-2/index.html"', older)
    assert "Remplacé" in older
    assert re.search(r"Everyone <del>.*?waits.*?</del><ins>.*?arrives.*?</ins>", newer)
    assert 'id="v1"' in newer
    assert 'id="v1"' not in older


def test_a_revised_part_stands_in_its_paper_for_the_one_that_it_replaces(tree: Mapping[str, bytes]) -> None:
    first, older, newer, whole = (
        tree[f"en/notes/{name}.html"].decode()
        for name in ("part-1/index", "part-2-old/index", "part-2/index", "part-1/whole")
    )

    assert 'href="../../../en/notes/part-2/index.html" rel="next"' in first
    assert 'id="p3"' in whole
    assert "Part two is new." in whole
    assert "Part two is old." not in whole
    assert re.search(r'notice--superseded.*href="../../notes/part-2/index.html"', older)
    assert 'rel="prev"' in older
    assert "whole.html" not in older
    assert re.search(r"Part two is <del>.*?old.*?</del><ins>.*?new.*?</ins>", newer)
    assert 'id="p3"' in newer
    assert 'href="../../notes/part-2/index.html#p3"' in tree["en/notes/citing-parts/index.html"].decode()


def test_a_public_citation_of_a_sealed_paper_gives_its_address_and_no_more(
    built: Path, tree: Mapping[str, bytes]
) -> None:
    page = tree["en/notes/citing/index.html"].decode()

    sealed = address_of(built, "notes/qxfolder-2")
    assert f'href="../../{sealed}#p2">paragraph 2 of a sealed document</a>' in page
    assert "paragraph 1 of <cite>Open rules</cite>" in page


def test_the_readers_of_sealed_text_learn_what_changed_in_it_and_others_do_not(
    built: Path, tree: Mapping[str, bytes]
) -> None:
    changed = opened(built, tree, "en/notes/open-2/index.html", "sg-01")["v1"]

    assert "qxolder" in changed
    assert "qxnewer" in changed
    # The cited paper is for the same readers.
    assert "qxtitle" in changed
    assert opened(built, tree, "en/notes/open-2/index.html", "hr-01") == {}


def test_what_surrounds_a_sealed_paper_is_sealed_with_it(built: Path, tree: Mapping[str, bytes]) -> None:
    older, newer = (f"en/{address_of(built, f'notes/qxfolder-{number}')}" for number in (1, 2))

    assert "PSI/QX/1/Corr.1" in opened(built, tree, older, "sg-01")["text"]
    text = opened(built, tree, newer, "sg-01")["text"]
    assert "Changes since" in text
    assert "Who cites" in text
    mexico = opened(built, tree, newer, "mx-01")
    # A box of changes on its public page would tell everybody that there is an earlier version.
    assert set(mexico) == {"s1"}
    assert "PSI/QX" not in "".join(mexico.values())
