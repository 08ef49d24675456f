"""Feeds as other people's programs read them, and of whom they say nothing."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
import subprocess
from collections.abc import Mapping
from gettext import NullTranslations
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree

import feedparser
import pytest

from communique.access.since import News, Since
from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.source import PUBLIC_PART
from communique.editions.feeds import Entry, Feed, atom, json_feed
from communique.problems import Place
from communique_pelican.feeds import documents_in_feeds, feed_paths, feeds_in_head, shown_feeds, write_feeds
from communique_pelican.run import Run
from tests.site_building import PROJECT

DAY = datetime.date(2008, 11, 3)
HOME = "https://psi-portal.example/"
#: What a title may hold that neither XML, JSON nor a reader's HTML may take for its own.
HOSTILE = 'A & B <script>"x"</script> ]]> \\u0041 ﷺ 😀 « é » \u202b¿'
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
#: What JSON Feed 1.1 knows of a feed and of an item, and what each must have.
FEED_KEYS = {"version", "title", "home_page_url", "feed_url", "description", "authors", "language", "items"}
ITEM_KEYS = {"id", "url", "title", "content_text", "date_published", "language"}
MORE_ITEM_KEYS = {"tags", "date_modified"}


def one(**changes: Any) -> Feed:
    entry = Entry(f"{HOME}ar/a/b/index.html", HOSTILE, f"In short: {HOSTILE}", DAY, "ar", "ar", "ar", (("a", HOSTILE),))
    other = Entry(f"{HOME}ar/a/c/index.html", "A title", "Resumen", datetime.date(2007, 1, 31), "en", "en", "es")
    feed = Feed(HOME, "ar/feed", "ar", "بوابة", HOSTILE, "بوابة", "ar/updates/index.html", DAY, (entry, other))
    return dataclasses.replace(feed, **changes)


def understood(*feeds: Feed) -> dict[str, list[Any]]:
    """What feedsmith made of these feeds in both forms."""
    asked = {"atom": [atom(feed).decode() for feed in feeds], "json": [json_feed(feed).decode() for feed in feeds]}
    ran = subprocess.run(
        ["node", "tests/js/read-feeds.mjs"],
        cwd=PROJECT,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return cast(dict[str, list[Any]], json.loads(ran.stdout))


def refuse_json_feed(text: bytes) -> None:
    """Everything the format asks for: https://jsonfeed.org/version/1.1."""
    told = json.loads(text)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert set(told) == FEED_KEYS
    assert all(one["name"] for one in told["authors"])
    assert told["feed_url"].startswith("https://")
    assert told["home_page_url"].startswith("https://")
    for item in told["items"]:
        assert set(item) >= ITEM_KEYS
        assert set(item) <= ITEM_KEYS | MORE_ITEM_KEYS
        assert all(isinstance(item[name], str) and item[name] for name in ITEM_KEYS)
        assert item["url"].startswith("https://")
        assert RFC_3339.match(item["date_published"])
        assert all(isinstance(tag, str) for tag in item.get("tags", []))
    assert len({item["id"] for item in told["items"]}) == len(told["items"])


@pytest.mark.node
def test_other_programs_read_every_word_as_it_was_written() -> None:
    feed = one()
    read = feedparser.parse(atom(feed))
    theirs = understood(feed)

    assert (read.bozo, read.version) == (False, "atom10")
    (by_node,), (by_json,) = theirs["atom"], theirs["json"]
    for title in (by_node["entries"][0]["title"]["value"], by_json["items"][0]["title"]):
        assert title == HOSTILE
    assert ElementTree.fromstring(atom(feed)).findtext("{*}entry/{*}title") == HOSTILE  # noqa: S314  our own
    assert json.loads(json_feed(feed))["items"][0]["title"] == HOSTILE
    assert [entry.id for entry in read.entries] == [entry.address for entry in feed.entries]
    assert [entry.link for entry in read.entries] == [entry.address for entry in feed.entries]
    assert [entry.published_parsed[:3] for entry in read.entries] == [(2008, 11, 3), (2007, 1, 31)]
    assert [item["date_published"][:10] for item in by_json["items"]] == ["2008-11-03", "2007-01-31"]


def test_each_word_says_its_language() -> None:
    read = feedparser.parse(atom(one()))

    assert read.feed.title_detail.language == "ar"
    assert [entry.title_detail.language for entry in read.entries] == ["ar", "en"]
    assert [entry.summary_detail.language for entry in read.entries] == ["ar", "es"]
    assert [item["language"] for item in json.loads(json_feed(one()))["items"]] == ["ar", "en"]


@pytest.mark.node
def test_a_feed_without_entries_is_a_feed_too() -> None:
    empty = one(entries=())
    read = feedparser.parse(atom(empty))
    theirs = understood(empty)

    assert (read.bozo, read.entries, read.feed.updated) == (False, [], "2008-11-03T00:00:00Z")
    assert theirs["json"][0]["title"] == "بوابة"
    refuse_json_feed(json_feed(empty))


@pytest.mark.node
def test_a_text_that_a_later_release_changed_says_when_and_keeps_its_day() -> None:
    later, feed = datetime.date(2009, 2, 1), one()
    changed = one(entries=(feed.entries[0], dataclasses.replace(feed.entries[1], changed=later)))
    read, theirs = feedparser.parse(atom(changed)), understood(changed)

    assert [entry.published[:10] for entry in read.entries] == ["2008-11-03", "2007-01-31"]
    assert [entry.updated[:10] for entry in read.entries] == ["2008-11-03", "2009-02-01"]
    assert read.feed.updated[:10] == "2009-02-01"
    told = json.loads(json_feed(changed))["items"]
    assert [item.get("date_modified") for item in told] == [None, "2009-02-01T00:00:00Z"]
    assert [item["date_modified"][:10] for item in theirs["json"][0]["items"][1:]] == ["2009-02-01"]
    refuse_json_feed(json_feed(changed))
    # A paper can bear a later day than the release that changed it.
    assert dataclasses.replace(feed.entries[0], changed=datetime.date(2008, 1, 1)).updated == DAY


def test_the_day_of_a_change_is_that_of_the_release_which_changed_public_text(
    portal: Catalogue, tmp_path: Path
) -> None:
    run, ident = run_in(tmp_path, portal, "en"), "newsletters/2008-1"
    run.news = News({1: DAY, 4: datetime.date(2009, 2, 1)}, {(ident, "en", PUBLIC_PART): (Since(((1, ()),), 4),)})
    write_feeds(run)

    assert ident in documents_in_feeds(portal)
    modified = [
        (item["id"], item["date_modified"])
        for item in json.loads((tmp_path / "en/feed.json").read_bytes())["items"]
        if "date_modified" in item
    ]
    assert modified == [(f"{HOME}en/{ident}/index.html", "2009-02-01T00:00:00Z")]


def test_the_same_documents_are_the_same_bytes() -> None:
    assert (atom(one()), json_feed(one())) == (atom(one()), json_feed(one()))


@pytest.fixture(scope="module")
def portal() -> Catalogue:
    """The shipped content."""
    return read_catalogue(PROJECT / "content")


def run_in(folder: Path, catalogue: Catalogue, lang: str) -> Run:
    """As much of a run as feeds need."""
    messages = {lang: NullTranslations()}
    news = News({1: DAY})
    return cast(
        Run, SimpleNamespace(catalogue=catalogue, lang=lang, as_of=DAY, output=folder, messages=messages, news=news)
    )


@pytest.fixture(scope="module")
def tree(portal: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    folder = tmp_path_factory.mktemp("feeds")
    for lang in portal.site.languages:
        write_feeds(run_in(folder, portal, lang))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_feed_of_the_portal_is_read_by_other_programs_and_leads_to_pages(
    portal: Catalogue, tree: Mapping[str, bytes]
) -> None:
    public = [document for document in portal.documents.values() if not document.is_sealed]
    pages = {document.path(lang) for document in public for lang in portal.site.languages}
    pages |= {f"{lang}/{name}/index.html" for lang in portal.site.languages for name in ("updates", "archive")}

    assert set(tree) == feed_paths(portal)
    for path in sorted(path for path in tree if path.endswith(".xml")):
        told, read = json.loads(tree[path.replace(".xml", ".json")]), feedparser.parse(tree[path])
        refuse_json_feed(tree[path.replace(".xml", ".json")])
        assert (read.bozo, read.version, read.feed.title) == (False, "atom10", told["title"]), path
        assert (read.feed.id, told["feed_url"]) == (HOME + path, HOME + path.replace(".xml", ".json"))
        entries = [(entry.id, entry.title, entry.summary, entry.published) for entry in read.entries]
        assert entries == [
            (item["id"], item["title"], item["content_text"], item["date_published"]) for item in told["items"]
        ]
        assert entries, path
        assert [day for *_, day in entries] == sorted((day for *_, day in entries), reverse=True)
        assert {address.removeprefix(HOME) for address, *_ in entries} | {told["home_page_url"][len(HOME) :]} <= pages


def test_kinds_and_regions_share_out_what_the_whole_holds(portal: Catalogue, tree: Mapping[str, bytes]) -> None:
    def told(path: str) -> set[str]:
        return {item["url"] for item in json.loads(tree[path])["items"]}

    for lang in portal.site.languages:
        found = [path for path in tree if path.startswith(f"{lang}/feeds/") and path.endswith(".json")]
        kinds = [path for path in found if "/region-" not in path]
        assert sum(len(told(path)) for path in kinds) == len(told(f"{lang}/feed.json"))
        assert set().union(*map(told, kinds)) == told(f"{lang}/feed.json")
        regions = [told(path) for path in found if "/region-" in path]
        assert regions
        assert set().union(*regions) < told(f"{lang}/feed.json")
        assert sum(map(len, regions)) == len(set().union(*regions))


def test_a_missing_translation_is_told_in_the_language_in_which_it_stands(
    portal: Catalogue, tree: Mapping[str, bytes]
) -> None:
    missing = [
        (document, lang)
        for document in portal.documents.values()
        for lang in portal.site.languages
        if lang not in document.texts and not document.is_sealed
    ]
    assert missing
    for document, lang in missing:
        text = document.text_for(lang)
        (item,) = (
            one for one in json.loads(tree[f"{lang}/feed.json"])["items"] if one["url"] == HOME + document.path(lang)
        )
        (entry,) = (one for one in feedparser.parse(tree[f"{lang}/feed.xml"]).entries if one.id == item["id"])
        assert (item["title"], item["language"]) == (text.source.title, text.lang)
        assert (entry.title_detail.language, entry.summary_detail.language) == (text.lang, text.lang)


def test_of_what_is_sealed_no_feed_says_a_word_nor_is_there_one_for_its_sake(portal: Catalogue, tmp_path: Path) -> None:
    catalogue = sealed_too(portal, "newsletter", "exercises/maru-2008")
    with_it = {path for path in feed_paths(portal) if "newsletter" in path or "asia-pacific" in path}
    run = run_in(tmp_path, catalogue, "en")

    write_feeds(run)

    assert with_it
    assert feed_paths(catalogue) == feed_paths(portal) - with_it
    for file in tmp_path.rglob("*.*"):
        text = file.read_text(encoding="utf-8")
        for document in catalogue.documents.values():
            if document.is_sealed:
                assert document.id not in text
                assert document.text_for("en").source.title not in text
                assert document.text_for("en").front.summary not in text
    assert not re.search("Newsletter|newsletter|asia-pacific", json.dumps(shown_feeds(run)))


def sealed_too(catalogue: Catalogue, kind: str, ident: str) -> Catalogue:
    """The same site, on which the documents of a kind and one more are sealed as a whole."""
    oeg = catalogue.policy.parse_audience("oeg", Place("x"))
    documents = {
        one.id: dataclasses.replace(
            one,
            texts={
                lang: dataclasses.replace(text, front=dataclasses.replace(text.front, audience=oeg))
                for lang, text in one.texts.items()
            },
        )
        if one.front.kind == kind or one.id == ident
        else one
        for one in catalogue.documents.values()
    }
    return dataclasses.replace(catalogue, documents=documents)


def test_pages_name_the_feed_of_everything_and_that_of_their_own_kind(portal: Catalogue, tmp_path: Path) -> None:
    run = run_in(tmp_path, portal, "fr")

    whole, own = feeds_in_head(run), feeds_in_head(run, "newsletter")

    assert [(one["type"], one["path"]) for one in whole] == [
        ("application/atom+xml", "fr/feed.xml"),
        ("application/feed+json", "fr/feed.json"),
    ]
    assert own[:2] == whole
    assert [one["path"] for one in own[2:]] == ["fr/feeds/newsletter.xml", "fr/feeds/newsletter.json"]
    assert {one["title"] for one in own[2:]} == {"Lettre d’information – Portail de la PSI"}


def test_a_site_that_does_not_know_its_address_has_no_feeds(portal: Catalogue, tmp_path: Path) -> None:
    nowhere = dataclasses.replace(portal, site=dataclasses.replace(portal.site, home=""))
    run = run_in(tmp_path, nowhere, "en")

    write_feeds(run)

    assert (feed_paths(nowhere), shown_feeds(run), feeds_in_head(run)) == (set(), [], [])
    assert list(tmp_path.iterdir()) == []
