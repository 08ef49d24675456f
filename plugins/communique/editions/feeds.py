"""Lists of documents for programs that follow them: Atom (RFC 4287) and JSON Feed 1.1 of the same entries.

Only what everybody may read comes this far: an entry is a title, a summary, a day and an address. Addresses are
absolute, as both formats want them.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

ATOM, XML = "http://www.w3.org/2005/Atom", "http://www.w3.org/XML/1998/namespace"
JSON_FEED = "https://jsonfeed.org/version/1.1"
#: The forms of one feed: how its file's name ends, and what it says it is.
FORMS: Mapping[str, str] = {"xml": "application/atom+xml", "json": "application/feed+json"}


@dataclass(frozen=True)
class Entry:
    """One document as a feed tells of it. Where a translation is missing, title and summary say in which language
    they stand.
    """

    address: str
    title: str
    summary: str
    date: datetime.date
    lang: str
    title_lang: str
    summary_lang: str
    #: What it is about, as `(term, label)`: its kind, its region.
    subjects: tuple[tuple[str, str], ...] = ()
    #: The day of the release that last changed what everybody can read of it, if one did after it came.
    changed: datetime.date | None = None

    @property
    def updated(self) -> datetime.date:
        # A paper may be dated later than the release in which it was changed.
        return max(self.date, self.changed or self.date)


@dataclass(frozen=True)
class Feed:
    """Documents in the order in which they are told, the newest first. `name` is the file's, without its ending, below
    the site's root; `updated` is the day of a feed that holds nothing.
    """

    home: str
    name: str
    lang: str
    title: str
    subtitle: str
    author: str
    #: The page that shows the same, below the site's root.
    page: str
    updated: datetime.date
    entries: tuple[Entry, ...]

    def path(self, form: str) -> str:
        """Its file in this form, below the site's root."""
        return f"{self.name}.{form}"

    @property
    def newest(self) -> datetime.date:
        return max((entry.updated for entry in self.entries), default=self.updated)


def written(feed: Feed) -> dict[str, bytes]:
    """Each form of a feed, by its path below the site's root."""
    return {feed.path("xml"): atom(feed), feed.path("json"): json_feed(feed)}


def atom(feed: Feed) -> bytes:
    own = feed.home + feed.path("xml")
    root = ElementTree.Element(f"{{{ATOM}}}feed", {f"{{{XML}}}lang": feed.lang})
    _say(root, "id", own)
    _say(root, "title", feed.title)
    _say(root, "subtitle", feed.subtitle)
    _say(root, "updated", _moment(feed.newest))
    _say(root, "link", rel="self", type=FORMS["xml"], href=own)
    _say(root, "link", rel="alternate", type="text/html", hreflang=feed.lang, href=feed.home + feed.page)
    _say(_say(root, "author"), "name", feed.author)
    for entry in feed.entries:
        one = _say(root, "entry")
        if entry.lang != feed.lang:
            one.set(f"{{{XML}}}lang", entry.lang)
        _say(one, "id", entry.address)
        _spoken(_say(one, "title", entry.title), entry.title_lang, entry.lang)
        _say(one, "link", rel="alternate", type="text/html", hreflang=entry.lang, href=entry.address)
        _say(one, "published", _moment(entry.date))
        _say(one, "updated", _moment(entry.updated))
        for term, label in entry.subjects:
            _spoken(_say(one, "category", term=term, label=label), feed.lang, entry.lang)
        _spoken(_say(one, "summary", entry.summary), entry.summary_lang, entry.lang)
    ElementTree.register_namespace("", ATOM)
    ElementTree.indent(root)
    told: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + told + b"\n"


def json_feed(feed: Feed) -> bytes:
    told: dict[str, Any] = {
        "version": JSON_FEED,
        "title": feed.title,
        "home_page_url": feed.home + feed.page,
        "feed_url": feed.home + feed.path("json"),
        "description": feed.subtitle,
        "authors": [{"name": feed.author}],
        "language": feed.lang,
        "items": [_item(entry) for entry in feed.entries],
    }
    # Words stay words in the file: whoever searches it for one, the audit too, finds it.
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _item(entry: Entry) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": entry.address,
        "url": entry.address,
        "title": entry.title,
        # The format asks for the text or the HTML of an item; a summary beside it would say the same twice.
        "content_text": entry.summary,
        "date_published": _moment(entry.date),
        "language": entry.lang,
    }
    if entry.updated != entry.date:
        told["date_modified"] = _moment(entry.updated)
    return told | ({"tags": [label for _, label in entry.subjects]} if entry.subjects else {})


def _say(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = text or None
    return child


def _spoken(element: ElementTree.Element, lang: str, around: str) -> None:
    if lang != around:
        element.set(f"{{{XML}}}lang", lang)


def _moment(date: datetime.date) -> str:
    return f"{date.isoformat()}T00:00:00Z"
