"""Documents: Pelican's articles come from the catalogue; no file is read or parsed a second time.

Pelican's own content object stays empty, since what it once holds is remembered and read by summaries, feeds and
more; the theme reads `document`, the view built here.
"""

from __future__ import annotations

import datetime
from typing import Any

from pelican import signals
from pelican.generators import ArticlesGenerator
from pelican.readers import BaseReader, Readers

from communique.documents.catalogue import Catalogue, Document
from communique.languages import typography
from communique.policy import PUBLIC
from communique_pelican.run import Run, the_run

NAME = "documents"


class CatalogueReader(BaseReader):  # type: ignore[misc]
    """Gives Pelican the metadata of a language file, and no text."""

    enabled = True
    file_extensions = ("md",)

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        run = the_run()
        document, text = run.text_of(source_path)
        path = document.path(run.lang).removeprefix(run.lang + "/")
        metadata = {
            "title": text.source.title,
            "date": datetime.datetime.combine(document.front.date, datetime.time(), tzinfo=datetime.UTC),
            "slug": document.id.replace("/", "-"),
            "lang": run.lang,
            "status": "published",
            "template": "document",
            "summary": "",
            "url": path,
            "save_as": path,
        }
        return "", metadata


def register() -> None:
    signals.readers_init.connect(use_catalogue)
    signals.article_generator_finalized.connect(add_views)


def use_catalogue(readers: Readers) -> None:
    readers.reader_classes = {"md": CatalogueReader}
    readers.readers = {"md": CatalogueReader(readers.settings)}


def add_views(generator: ArticlesGenerator) -> None:
    """Give each article its view, and say to the build how many documents went through."""
    run = the_run()
    for article in generator.articles:
        document, _ = run.text_of(article.source_path)
        article.document_id = document.id
        article.document = view(run, document)
    run.handshakes[NAME] = len(generator.articles)


def audience_text(run: Run, names: tuple[str, ...]) -> str:
    """Who may read it, in the page's language: "Operational Experts Group or Mexico"."""
    labels = [run.catalogue.policy.label(name, run.lang) for name in names]
    return typography.join_list(labels, run.lang, "or")


def markings(run: Run, document: Document) -> list[str]:
    """All TLP labels on the document's page, the most open first."""
    policy, text = run.catalogue.policy, document.text_for(run.lang)
    found = {policy.tlp(part.audience) for part in text.source.parts}
    return [f"TLP:{label}" for label in sorted(found, key=policy.rank)]


def entry(run: Run, document: Document) -> dict[str, Any]:
    """A document as a list shows it. `path` is below the site's root; the page makes it relative."""
    text = document.text_for(run.lang)
    return {
        "id": document.id,
        "title": text.source.title,
        "path": document.path(run.lang),
        "lang": text.lang,
        "dir": typography.direction(text.lang),
        "date": document.front.date.isoformat(),
        "date_text": typography.format_date(document.front.date, run.lang),
        "symbol": document.front.symbol,
        "summary": text.front.summary,
        "kind": document.front.kind,
        "kind_label": run.catalogue.site.kinds[document.front.kind][run.lang],
        "state": run.statuses[document.id, run.lang].state,
        "draft": document.front.draft,
        "markings": markings(run, document),
    }


def view(run: Run, document: Document) -> dict[str, Any]:
    """A document as its own page shows it; its HTML is put in when its boxes are made."""
    catalogue, front = run.catalogue, document.front
    status = run.statuses[document.id, run.lang]
    following = catalogue.following(document)
    collection = catalogue.site.collections[document.collection]
    labels = [audience_text(run, (name,)) for name in _audience_names(catalogue, document)]
    return {
        **entry(run, document),
        "doc": document.id,
        "collection": document.collection,
        "collection_label": collection.labels[run.lang],
        "numbering": front.numbering,
        "stale": list(status.stale),
        "original": document.text_for(run.lang).lang,
        "original_name": typography.language_name(document.original, run.lang),
        "original_path": document.path(document.original),
        "original_dir": typography.direction(document.original),
        "audience_text": typography.join_list(labels, run.lang),
        "part": front.part,
        "parts": front.parts,
        "previous": _neighbour(run, catalogue.documents[front.follows]) if front.follows else None,
        "following": _neighbour(run, following) if following else None,
        "following_missing": front.part < front.parts and following is None,
        "languages": [
            {
                "code": lang,
                "endonym": typography.endonym(lang),
                "dir": typography.direction(lang),
                "path": document.path(lang),
                "state": run.statuses[document.id, lang].state,
            }
            for lang in catalogue.site.languages
        ],
    }


def _neighbour(run: Run, document: Document) -> dict[str, str]:
    return {"title": document.text_for(run.lang).source.title, "path": document.path(run.lang)}


def _audience_names(catalogue: Catalogue, document: Document) -> list[str]:
    """Every tier and area that has something of its own in this document, in the policy's order."""
    parts = document.texts[document.original].source.parts
    found = {name for part in parts for name in part.audience.names}
    return [name for name in catalogue.policy.audience_names if name in found or name == PUBLIC]
