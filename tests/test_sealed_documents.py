"""Documents that are sealed as a whole, in a site built as editors build it: what the public is told, and who reads."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest
from rich.console import Console

from communique.sealing.envelope import open_sealed, verify_sealed
from communique.sealing.errors import NotForYou
from communique.sealing.keyring import Slot, open_slot
from communique_pelican.desk import status
from communique_pelican.keys import find_keys
from tests.site_building import PROJECT, built_minimal, copy_site, published, run

pytestmark = pytest.mark.site

LANGUAGES = ("en", "es", "fr")
#: A paper in two parts in three languages, and one that nobody has translated. Whatever begins with qy is sealed.
BOARDING = """\
---
{original}audience: oeg
original: en
summary: What the qysummary{lang} learned in the dark.
---
# A qytitle{lang} by qymoonlight{lang}

The qytext{lang} begins. It goes on in [the second part](doc:papers/qyfolder-2#p4).

::: state:mx
A qymexico{lang} for one state.
:::

The end, with a [qycore{lang}]{{core}} in it. See [the beginning](#p1).
"""
SECOND = """\
---
{original}audience: oeg
original: en
summary: A second qysummary{lang}.
---
# The qysecond{lang}

More of it.
"""
ALONE = """\
---
kind: notice
date: 1999-12-31
audience: partner, state:mx
original: en
summary: A qyalonesummary.
---
# A qyalone in English

Only a qyalonetext.
"""
LINKING = """\
---
kind: notice
date: 2008-10-02
audience: public
original: en
summary: A notice that leads elsewhere.
---
# A notice that leads elsewhere

Members find more in [a paper of theirs](doc:papers/qyfolder#p3).
"""
ORIGINAL = (
    "kind: debriefing\ndate: 1999-07-0{part}\nsymbol: PSI/QY/{part}\nnumbering: paragraphs\npart: {part}\nparts: 2\n"
)
FACTS = {"qytitle", "qymoonlight", "qysummary"}
WORD = re.compile(r"qy[a-z]+")
_OBJECT = re.compile(r'<script type="application/jose\+json" data-cq="(\w+)">(.*?)</script>', re.DOTALL)


def write_sealed_documents(site: Path) -> None:
    for part, name, text, follows in (
        (1, "qyfolder", BOARDING, ""),
        (2, "qyfolder-2", SECOND, "follows: papers/qyfolder\n"),
    ):
        folder = site / "content" / "papers" / name
        folder.mkdir()
        for lang in LANGUAGES:
            original = ORIGINAL.format(part=part) + follows if lang == "en" else ""
            (folder / f"{lang}.md").write_text(text.format(original=original, lang=lang), encoding="utf-8")
    for name, text in (("qyother", ALONE), ("leading", LINKING)):
        (site / "content" / "notes" / name).mkdir()
        (site / "content" / "notes" / name / "en.md").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The minimal site with sealed documents. Shared: only to be looked at."""
    site = copy_site(built_minimal(tmp_path_factory), tmp_path_factory.mktemp("sealed") / "site")
    write_sealed_documents(site)
    ran = run("build", site)
    assert ran.status == 0, ran.said
    return site


@pytest.fixture(scope="module")
def tree(built: Path) -> Mapping[str, bytes]:
    return published(built)


@pytest.fixture(scope="module")
def slugs(built: Path) -> Mapping[str, str]:
    """The public name of each sealed document, as the keys give it."""
    keystore = find_keys(built, PROJECT, {}).keystore
    return {ident: keystore.document_id(ident) for ident in ("papers/qyfolder", "papers/qyfolder-2", "notes/qyother")}


@pytest.fixture(scope="module")
def slots(built: Path, tree: Mapping[str, bytes]) -> Mapping[str, Slot]:
    name = next(path for path in tree if path.startswith("sealed/keyring."))
    keyring = json.loads(tree[name].decode("ascii").removeprefix('CQ1_DATA("keyring",').removesuffix(")\n"))
    credentials = find_keys(built, PROJECT, {}).credentials()
    return {one.login: open_slot(keyring, one.login, one.passphrase) for one in credentials}


def page(tree: Mapping[str, bytes], slug: str, lang: str = "en") -> str:
    return tree[f"{lang}/x/{slug}/index.html"].decode()


def test_nothing_public_knows_title_text_summary_symbol_date_or_folder(tree: Mapping[str, bytes]) -> None:
    sealed = [text.format(original="", lang=lang) for text in (BOARDING, SECOND, ALONE) for lang in LANGUAGES]
    hidden = {word for text in sealed for word in WORD.findall(text)} | {"qyfolder", "qyother"}
    assert len(hidden) > 20
    hidden |= {"psi/qy", "1999-07", "1999-12", "july 1999", "julio de 1999", "juillet 1999"}
    for path, content in tree.items():
        told = unquote(html.unescape(content.decode("utf-8", "replace"))).casefold()
        assert not [word for word in hidden if word in told or word in path], path


def test_a_sealed_document_has_one_address_in_all_languages(
    tree: Mapping[str, bytes], slugs: Mapping[str, str]
) -> None:
    for lang in LANGUAGES:
        assert {path.split("/")[2] for path in tree if path.startswith(f"{lang}/x/")} == set(slugs.values())
        for other in LANGUAGES:
            assert f"{other}/x/{slugs['papers/qyfolder']}/index.html" in page(tree, slugs["papers/qyfolder"], lang)
    for slug in slugs.values():
        assert re.fullmatch(r"d[a-z2-7]{16}", slug)


def test_lists_show_locked_entries_at_their_end_in_the_order_of_their_names(
    tree: Mapping[str, bytes], slugs: Mapping[str, str]
) -> None:
    for lang in LANGUAGES:
        listing = tree[f"{lang}/papers/index.html"].decode()
        entries = re.findall(r'data-cq-doc="(\w+)" data-cq-kind="document" data-cq-part="entry"', listing)
        assert entries == sorted([slugs["papers/qyfolder"], slugs["papers/qyfolder-2"]])
        assert listing.index("data-cq-doc") > listing.rindex("/papers/part-1/")
        assert 'tlp--amber"' in listing[: listing.index("<main")]
        assert "data-cq-doc" not in tree[f"{lang}/index.html"].decode()


def test_a_public_page_leads_to_the_sealed_one_by_the_name_that_tells_nothing(
    tree: Mapping[str, bytes], slugs: Mapping[str, str]
) -> None:
    address = f'href="../../x/{slugs["papers/qyfolder"]}/index.html#p3"'

    assert address in tree["en/notes/leading/index.html"].decode()
    assert 'id="p3"' in page(tree, slugs["papers/qyfolder"])


def test_numbers_run_on_through_sealed_parts_and_pages_lead_to_each_other_without_titles(
    tree: Mapping[str, bytes], slugs: Mapping[str, str]
) -> None:
    first, second = (page(tree, slugs[name], "fr") for name in ("papers/qyfolder", "papers/qyfolder-2"))

    assert sorted(re.findall(r'id="(p\d)"', first)) == ["p1", "p2", "p3"]
    assert re.findall(r'id="(p\d)"', second) == ["p4"]
    assert slugs["papers/qyfolder-2"] in first
    assert slugs["papers/qyfolder"] in second
    assert "parts__title" not in first + second


def test_a_letter_about_a_sealed_document_names_its_page_and_nothing_else(
    tree: Mapping[str, bytes], slugs: Mapping[str, str]
) -> None:
    slug = slugs["papers/qyfolder"]
    letters = [unquote(html.unescape(one)) for one in re.findall(r'href="(mailto:[^"]*body=[^"]*)"', page(tree, slug))]
    about_it = [letter for letter in letters if f"en/x/{slug}/index.html" in letter]

    assert len(about_it) == 4  # one for each of the three boxes, and one about sensitivity
    assert all("Sealed document" in letter for letter in about_it)


def test_a_missing_translation_shows_the_sealed_original_and_says_so(
    tree: Mapping[str, bytes], slugs: Mapping[str, str]
) -> None:
    french = page(tree, slugs["notes/qyother"], "fr")

    assert 'data-original="en"' in french
    assert re.search(r'id="text"[^>]*data-cq-lang="en"', french)
    assert "pas encore traduit" in html.unescape(french)
    assert 'data-cq-lang="en"' in tree["fr/notes/index.html"].decode()


@pytest.mark.parametrize(
    ("login", "text", "facts"),
    [
        ("sg-01", {"qytext"}, True),
        ("fr-01", {"qytext", "qycore"}, True),
        ("mx-01", {"qymexico"}, False),
        ("hr-01", set(), False),
    ],
)
def test_each_member_learns_what_is_addressed_to_them_and_no_more(
    login: str,
    text: set[str],
    facts: bool,
    tree: Mapping[str, bytes],
    slugs: Mapping[str, str],
    slots: Mapping[str, Slot],
) -> None:
    slot, slug = slots[login], slugs["papers/qyfolder"]
    for lang in LANGUAGES:
        read, told = "", ""
        listing = tree[f"{lang}/papers/index.html"].decode()
        objects = [*_OBJECT.findall(page(tree, slug, lang)), *_OBJECT.findall(listing)]
        for part, sealed in objects:
            context = verify_sealed(sealed, slot.signers)
            if context.doc != slug:
                continue
            assert (context.kind, context.lang) == ("document" if part in ("text", "entry") else "section", lang)
            try:
                opened = open_sealed(sealed, slot.keys, slot.signers, context)
            except NotForYou:
                continue
            read += opened.body.decode() + "\n"
            told += json.dumps(dict(opened.meta), ensure_ascii=False)
            if part == "entry":
                assert opened.body == b""
        assert set(WORD.findall(read)) - FACTS == {word + lang for word in text}
        assert set(WORD.findall(told)) == ({word + lang for word in FACTS} if facts else set())
        assert ("PSI/QY/1" in told, "1999-07-01" in told) == (facts, facts)


def test_building_again_keeps_every_byte_and_an_edited_title_changes_its_page_and_its_list(
    built: Path, tree: Mapping[str, bytes], slugs: Mapping[str, str], tmp_path: Path
) -> None:
    site = copy_site(built, tmp_path / "site")
    ran = run("build", site)
    assert "(unchanged)" in ran.said, ran.said
    source = site / "content/papers/qyfolder/es.md"
    source.write_text(source.read_text("utf-8").replace("# A qytitle", "# The qytitle"), encoding="utf-8")

    ran = run("build", site)

    assert ran.status == 0, ran.said
    after = published(site)
    changed = {path for path in tree.keys() | after.keys() if tree.get(path) != after.get(path)}
    # Its first part is read on a page with its second, too.
    pages = {f"es/x/{slugs['papers/qyfolder']}/{name}.html" for name in ("index", "whole")}
    own = {*pages, "es/papers/index.html", "es/archive/index.html"}
    assert own <= changed
    # Lists of what is new and of translations may name it too, sealed.
    # So does the search find it.
    lists = ("es/updates/", "es/translations/", "es/search/", "sealed/")
    assert {path for path in changed if not path.startswith(lists) and path != "release.js"} == own


def test_the_desk_speaks_of_sealed_documents_by_their_folders(built: Path) -> None:
    console = Console(record=True, width=200)

    assert status(built, PROJECT, console=console, environ={}) == 0

    assert re.search(r"papers/qyfolder\s+original\s+current\s+current", console.export_text())
