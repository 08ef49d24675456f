"""What a page tells machines of itself: Dublin Core, Open Graph, schema.org. Of what is sealed it says only that it
is.

A document that is sealed as a whole, or withdrawn, tells machines nothing. Absolute addresses are written only where
the site knows its own. Sources: DCMI Metadata Terms, the Open Graph protocol, schema.org.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

from babel.core import get_global

from communique.documents.document import Document
from communique.events import Event
from communique.languages import typography
from communique_pelican.run import Run

Json = dict[str, Any]

#: What schema.org calls each kind of document.
TYPES: Mapping[str, str] = {
    "newsletter": "PublicationIssue",
    "meeting-summary": "Report",
    "statement": "Report",
    "debriefing": "Report",
    "plan": "DigitalDocument",
    "guidance": "DigitalDocument",
    "notice": "Article",
    "non-paper": "Report",
}


def page_metadata(
    run: Run, title: str, summary: str, canonical: str, kind: str = "WebPage", document: Document | None = None
) -> dict[str, Any] | None:
    """What `partials/metadata.html` writes into the page's head; nothing where the page must not tell.

    `title` and `summary` are public text. `document` is the one whose page this is, if it is one's.
    """
    if document is not None and (document.is_sealed or document.is_withdrawn):
        return None
    site, lang = run.catalogue.site, run.lang
    shown = document.text_for(lang).lang if document is not None else lang
    publisher = site.names[lang]
    card: list[tuple[str, str]] = [
        ("og:title", title),
        ("og:type", "article" if document is not None else "website"),
        ("og:site_name", publisher),
        ("og:locale", open_graph_locale(shown)),
    ]
    if summary:
        card.append(("og:description", summary))
    if canonical:
        card.append(("og:url", canonical))
    terms: list[tuple[str, str]] = []
    if document is not None:
        front = document.front
        terms = [
            ("dcterms.title", title),
            ("dcterms.description", summary),
            ("dcterms.identifier", front.symbol or canonical),
            ("dcterms.issued", front.date.isoformat()),
            ("dcterms.language", shown),
            ("dcterms.publisher", publisher),
            ("dcterms.type", "Text"),
            ("dcterms.format", "text/html"),
        ]
        card += [("article:published_time", front.date.isoformat())]
        told = _of_document(run, document, title, summary, canonical, shown)
    else:
        told = {"@type": kind, "name": title, "description": summary, "inLanguage": shown, "url": canonical}
        told |= {} if kind == "WebSite" else {"isPartOf": _website(run)}
    return {
        "terms": [(name, content) for name, content in terms if content],
        "card": card,
        "json_ld": _as_json({"@context": "https://schema.org", **told}),
    }


def open_graph_locale(lang: str) -> str:
    """A language with the territory CLDR finds likeliest, as Open Graph wants it: "es_ES"."""
    likely: str = get_global("likely_subtags").get(lang.replace("-", "_"), lang)
    parts = likely.split("_")
    return f"{parts[0]}_{parts[-1]}" if len(parts) > 1 else lang.replace("-", "_")


def _of_document(run: Run, document: Document, title: str, summary: str, canonical: str, shown: str) -> Json:
    front, site = document.front, run.catalogue.site
    told: Json = {
        "@type": TYPES.get(front.kind, "WebPage"),
        "name": title,
        "description": summary,
        "inLanguage": shown,
        "datePublished": front.date.isoformat(),
        "identifier": front.symbol,
        "url": canonical,
        "publisher": {"@type": "Organization", "name": site.names[run.lang]},
        "isPartOf": _website(run),
    }
    if len(document.text_for(run.lang).source.parts) > 1:
        # As for any text of which readers see a part: https://schema.org/isAccessibleForFree
        sealed = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".sealed"}
        told |= {"isAccessibleForFree": False, "hasPart": sealed}
    if site.home and shown != document.original:
        told["translationOfWork"] = {"@id": site.home + document.path(document.original)}
    event = next(
        (event for event in getattr(run.catalogue, "events", ()) if event.id == front.facts.get("event")), None
    )
    if event is not None and event.is_public:
        told["about"] = _of_event(event, run.lang)
    return told


def _of_event(event: Event, lang: str) -> Json:
    """An event as schema.org tells it; dates as exact as they are known (ISO 8601)."""
    length = {"day": 10, "month": 7, "year": 4}[event.precision]

    def told(date: datetime.date) -> str:
        return date.isoformat()[:length]

    place = event.places.get(lang, "")
    facts: Json = {
        "@type": "Event",
        "name": event.labels[lang],
        "startDate": told(event.first),
        "endDate": told(event.last),
        # schema.org has no word for what is only considered: of that nothing is said.
        "eventStatus": "" if event.is_tentative else "https://schema.org/EventScheduled",
        "location": {"@type": "Place", "name": place} if place else "",
        "organizer": [{"@type": "Country", "name": typography.territory(code, lang)} for code in event.hosts],
    }
    return {name: fact for name, fact in facts.items() if fact}


def _website(run: Run) -> Json:
    home = run.catalogue.site.home
    website = {"@type": "WebSite", "name": run.catalogue.site.names[run.lang]}
    return website | ({"url": f"{home}{run.lang}/index.html"} if home else {})


def _as_json(told: Json) -> str:
    """JSON that may stand in a script element: no text of it can end the element."""
    bare = {name: fact for name, fact in told.items() if fact not in ("", None)}
    return json.dumps(bare, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
