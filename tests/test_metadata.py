"""What pages tell machines: languages that name each other, the sitemap, and of what is sealed nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from xml.etree import ElementTree

import pytest

from communique.audit.pages import Page, read_page
from communique_pelican.metadata import open_graph_locale
from tests.site_building import SITES, built_minimal, copy_site, published, run

pytestmark = pytest.mark.site

HOME = "https://psi-portal.example/p/"
HEAD = "---\nkind: notice\ndate: 2008-10-30\naudience: oeg\noriginal: en\nsummary: In short qxshorten.\n---\n"
WHOLE = "# The title qxtitleen\n\nThe harbour is closed, qxharbouren.\n"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """A site that knows its address, with a document that is sealed as a whole."""
    site = copy_site(SITES / "minimal", tmp_path_factory.mktemp("metadata") / "site")
    data = site / "content/data/site.yaml"
    data.write_text(data.read_text("utf-8").replace("home: null", f"home: {HOME}"), encoding="utf-8")
    whole = site / "content/notes/whole/en.md"
    whole.parent.mkdir()
    whole.write_text(HEAD + WHOLE, encoding="utf-8")
    ran = run("build", site)
    assert ran.status == 0, ran.said
    return published(site)


@pytest.fixture(scope="module")
def pages(tree: Mapping[str, bytes]) -> dict[str, Page]:
    return {path: read_page(path, content) for path, content in tree.items() if path.endswith(".html")}


def alternates(page: Page) -> dict[str, str]:
    return {
        link.get("hreflang") or "": link.get("href") or ""
        for link in page.named("link")
        if link.get("rel") == "alternate" and link.has("hreflang")
    }


def canonical(page: Page) -> str:
    return next((link.get("href") or "" for link in page.named("link") if link.get("rel") == "canonical"), "")


def metas(page: Page, kind: str) -> dict[str, str]:
    return {meta.get(kind) or "": meta.get("content") or "" for meta in page.named("meta") if meta.has(kind)}


def linked_data(page: Page) -> dict[str, object]:
    (script,) = (one for one in page.named("script") if one.get("type") == "application/ld+json")
    told: dict[str, object] = json.loads(script.text)
    return told


def test_every_page_that_names_another_language_is_named_by_it(pages: Mapping[str, Page]) -> None:
    named = {path: alternates(page) for path, page in pages.items()}

    assert sum(map(bool, named.values())) > 30
    for path, found in named.items():
        for lang, address in found.items():
            there = named[address.removeprefix(HOME)]
            assert there == found, (path, lang)
        # Each names itself too, and what is shown to readers of any other language.
        assert not found or (HOME + path in found.values() and "x-default" in found), path
        assert not found or canonical(pages[path]) == HOME + path


def test_readers_of_other_languages_get_the_original_and_at_the_root_the_choice(pages: Mapping[str, Page]) -> None:
    spanish_first = alternates(pages["es/papers/begun-in-spanish/index.html"])

    assert spanish_first["x-default"] == f"{HOME}es/papers/begun-in-spanish/index.html"
    assert set(spanish_first) == {"en", "es", "x-default"}
    assert alternates(pages["fr/index.html"])["x-default"] == f"{HOME}index.html"
    assert alternates(pages["index.html"]) == alternates(pages["fr/index.html"])
    assert alternates(pages["404.html"]) == {}


def test_a_missing_translation_points_to_the_original_and_names_nobody(pages: Mapping[str, Page]) -> None:
    shown = pages["fr/notes/english-only/index.html"]

    assert canonical(shown) == f"{HOME}en/notes/english-only/index.html"
    assert alternates(shown) == {}


def test_the_sitemap_holds_every_public_page_once_with_its_languages(
    tree: Mapping[str, bytes], pages: Mapping[str, Page]
) -> None:
    root = ElementTree.fromstring(tree["sitemap.xml"])  # noqa: S314  our own
    listed = {
        one.findtext(f"{SITEMAP}loc", ""): {
            link.get("hreflang"): link.get("href") for link in one.findall(f"{XHTML}link")
        }
        for one in root
    }
    own = {
        HOME + path: alternates(page)
        for path, page in pages.items()
        if canonical(page) == HOME + path and "/x/" not in path and path not in ("index.html", "404.html")
    }

    assert len(listed) == len(root)
    assert set(listed) == set(own)
    for address, found in listed.items():
        assert {**found, "x-default": own[address]["x-default"]} == own[address]


def test_a_document_tells_its_title_date_symbol_and_languages(pages: Mapping[str, Page]) -> None:
    page = pages["es/papers/forms/index.html"]
    terms, card, told = metas(page, "name"), metas(page, "property"), linked_data(page)

    assert terms["dcterms.identifier"] == told["identifier"] == "PSI/TEST/1"
    assert terms["dcterms.issued"] == card["article:published_time"] == told["datePublished"] == "2008-09-26"
    assert terms["dcterms.language"] == told["inLanguage"] == "es"
    assert terms["dcterms.title"] == card["og:title"] == told["name"]
    assert card["og:url"] == canonical(page)
    assert card["og:locale"] == "es_ES"
    # What is sealed in it is said to be there, as search engines ask, and nothing else.
    assert told["isAccessibleForFree"] is False
    assert told["translationOfWork"] == {"@id": f"{HOME}en/papers/forms/index.html"}
    assert "isAccessibleForFree" not in linked_data(pages["es/notes/plain/index.html"])


def test_a_document_that_is_sealed_as_a_whole_tells_machines_nothing(
    tree: Mapping[str, bytes], pages: Mapping[str, Page]
) -> None:
    (path,) = (path for path in pages if path.startswith("en/x/"))

    assert metas(pages[path], "property") == {}
    assert not any(name.startswith("dcterms") for name in metas(pages[path], "name"))
    assert not any(one.get("type") == "application/ld+json" for one in pages[path].named("script"))
    assert path.split("/")[2].encode() not in tree["sitemap.xml"]


def test_robots_and_security_txt_are_what_their_standards_say(tree: Mapping[str, bytes]) -> None:
    robots = tree["robots.txt"].decode("ascii").splitlines()
    security = dict(line.split(": ", 1) for line in tree[".well-known/security.txt"].decode("ascii").splitlines())

    assert robots[:2] == ["User-agent: *", "Disallow: /p/sealed/"]
    assert robots[-1] == f"Sitemap: {HOME}sitemap.xml"
    assert security["Contact"].startswith("mailto:")
    assert security["Expires"] == "2009-11-02T00:00:00Z"
    assert security["Preferred-Languages"] == "en, es, fr"
    assert security["Canonical"] == f"{HOME}.well-known/security.txt"


def test_a_site_that_does_not_know_its_address_writes_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    tree = published(built_minimal(tmp_path_factory))
    page = read_page("en/papers/forms/index.html", tree["en/papers/forms/index.html"])

    assert "sitemap.xml" not in tree
    assert b"Sitemap" not in tree["robots.txt"]
    assert b"Canonical" not in tree[".well-known/security.txt"]
    assert (canonical(page), alternates(page)) == ("", {})
    assert "url" not in linked_data(page)
    assert "og:url" not in metas(page, "property")


@pytest.mark.parametrize(("lang", "told"), [("en", "en_US"), ("fr", "fr_FR"), ("ar", "ar_EG"), ("pt-BR", "pt_BR")])
def test_a_locale_for_open_graph_has_a_territory(lang: str, told: str) -> None:
    assert open_graph_locale(lang) == told
