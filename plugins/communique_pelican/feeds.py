"""The public documents as feeds in each language: all of them, those of each kind, and those of each region.

A document that is sealed as a whole is in none, and no feed is there for its sake: not even that there is one may be
counted. A kind or region keeps its feed when its last document is withdrawn, so that nobody's reader meets an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.documents.meetings import finding_of
from communique.editions.feeds import FORMS, Entry, Feed, written
from communique.languages import typography
from communique_pelican.run import Run

#: All documents, below a language's folder; those of one kind or region stand in a folder of their own.
ALL, FOLDER = "feed", "feeds"
#: What no kind's name begins with.
_REGION = "region-"
#: How many documents the page of updates tells of, and how many a feed: a program that asks once a month sees them all.
NEWEST, LATEST = 10, 50


@dataclass(frozen=True)
class Followed:
    """What one feed tells of. `name` is its file's below a language's folder, without its ending."""

    name: str
    label: str = ""
    kind: str = ""
    region: str = ""

    def tells_of(self, document: Document, region: str) -> bool:
        return self.kind in ("", document.front.kind) and self.region in ("", region)


WHOLE = Followed(ALL)


def followed(catalogue: Catalogue, lang: str) -> tuple[Followed, ...]:
    """The feeds of a language: the whole first, then kinds and regions in the order of the alphabet. Their addresses
    are absolute: a site without one of its own has none.
    """
    if not catalogue.site.home:
        return ()
    public = [one for one in catalogue.documents.values() if not one.is_sealed]
    kinds = {one.front.kind: catalogue.site.kinds[one.front.kind][lang] for one in public}
    known = catalogue.events.regions
    regions = {name: known[name][lang] for name in {finding_of(catalogue, one).region for one in public} if name}

    def in_order(labels: dict[str, str]) -> list[tuple[str, str]]:
        return sorted(labels.items(), key=lambda one: (typography.sort_key(one[1], lang), one[0]))

    return (
        WHOLE,
        *(Followed(f"{FOLDER}/{kind}", label, kind=kind) for kind, label in in_order(kinds)),
        *(Followed(f"{FOLDER}/{_REGION}{region}", label, region=region) for region, label in in_order(regions)),
    )


def feed_paths(catalogue: Catalogue) -> set[str]:
    """Every feed's files, below the site's root."""
    return {
        f"{lang}/{one.name}.{form}"
        for lang in catalogue.site.languages
        for one in followed(catalogue, lang)
        for form in FORMS
    }


def documents_in_feeds(catalogue: Catalogue) -> frozenset[str]:
    """The documents of which any feed tells."""
    public = _public(catalogue)
    found: set[str] = set()
    for one in followed(catalogue, next(iter(catalogue.site.languages))):
        found.update([document.id for document, region in public if one.tells_of(document, region)][:LATEST])
    return frozenset(found)


def write_feeds(run: Run) -> None:
    # A region is looked up once: a large site has thousands of documents, and a feed for each kind and region.
    public = _public(run.catalogue)
    for one in followed(run.catalogue, run.lang):
        told = [(document, region) for document, region in public if one.tells_of(document, region)]
        for path, content in written(_feed(run, one, told[:LATEST])).items():
            file = Path(run.output, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def shown_feeds(run: Run) -> list[dict[str, Any]]:
    """The feeds as the page of updates lists them, in groups."""
    _ = run.messages[run.lang].gettext
    found = followed(run.catalogue, run.lang)
    groups = [
        ("", [one for one in found if one.name == ALL]),
        # Translators: heading of a list of feeds, one for each kind of document: newsletters, statements …
        (_("By kind"), [one for one in found if one.kind]),
        # Translators: heading of a list of feeds, one for each region of the world
        (_("By region"), [one for one in found if one.region]),
    ]
    return [
        {
            "title": title,
            # Translators: the feed that tells of every public document
            "feeds": [{"label": one.label or _("All documents"), "forms": _forms(run.lang, one.name)} for one in feeds],
        }
        for title, feeds in groups
        if feeds
    ]


def feeds_in_head(run: Run, kind: str = "") -> list[dict[str, str]]:
    """What a page tells programs that look for feeds: all documents, and those of the kind of its own."""
    site, lang = run.catalogue.site, run.lang
    if not site.home:
        return []
    shown = [(ALL, site.names[lang])]
    shown += [(f"{FOLDER}/{kind}", _titled(site.kinds[kind][lang], site.names[lang]))] if kind else []
    return [{"title": title, **form} for name, title in shown for form in _forms(lang, name)]


def _forms(lang: str, name: str) -> list[dict[str, str]]:
    names = {"xml": "Atom", "json": "JSON Feed"}
    return [{"name": names[form], "type": kind, "path": f"{lang}/{name}.{form}"} for form, kind in FORMS.items()]


def _titled(label: str, site: str) -> str:
    return f"{label} – {site}" if label else site


def _feed(run: Run, one: Followed, told: Sequence[tuple[Document, str]]) -> Feed:
    site, lang = run.catalogue.site, run.lang
    page = "updates" if one.name == ALL else "archive"
    return Feed(
        home=site.home,
        name=f"{lang}/{one.name}",
        lang=lang,
        title=_titled(one.label, site.names[lang]),
        subtitle=site.taglines[lang],
        author=site.names[lang],
        page=f"{lang}/{page}/index.html",
        updated=run.as_of,
        entries=tuple(_entry(run, document, region) for document, region in told),
    )


def newest(run: Run) -> list[Document]:
    """The newest documents that everybody can read."""
    return [document for document, _ in _public(run.catalogue)[:NEWEST]]


def _public(catalogue: Catalogue) -> list[tuple[Document, str]]:
    """Every public document that is there, the newest first, with its region, where it has one."""
    found = [one for one in catalogue.documents.values() if not one.is_sealed and not one.is_withdrawn]
    found.sort(key=lambda document: (document.front.date, document.id), reverse=True)
    return [(document, finding_of(catalogue, document).region) for document in found]


def _entry(run: Run, document: Document, region: str) -> Entry:
    site, lang, text = run.catalogue.site, run.lang, document.text_for(run.lang)
    subjects = [(document.front.kind, site.kinds[document.front.kind][lang])]
    subjects += [(_REGION + region, run.catalogue.events.regions[region][lang])] if region else []
    return Entry(
        address=site.home + document.path(lang),
        title=text.source.title,
        summary=text.front.summary,
        date=document.front.date,
        lang=text.lang,
        title_lang=text.lang_of("title"),
        summary_lang=text.lang_of("summary"),
        subjects=tuple(subjects),
        changed=run.news.public_change(document.id, text.lang),
    )
