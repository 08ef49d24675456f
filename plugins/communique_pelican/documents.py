"""Documents: Pelican's articles come from the catalogue; no file is read or parsed a second time.

Pelican's own content object stays empty, since what it once holds is remembered and read by summaries, feeds and
more; the theme reads `document`, the view built here. Of a document that is sealed as a whole Pelican hears no title
and no date, and the view lacks everything that is sealed: what it does not hold no template can show by mistake.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, Literal

from pelican import signals
from pelican.contents import Article
from pelican.generators import ArticlesGenerator
from pelican.readers import BaseReader, Readers

from communique.audit import Standing
from communique.documents.catalogue import Catalogue
from communique.documents.document import Document, Text
from communique.documents.papers import path_of_whole, read_as_one
from communique.documents.plans import plan_of, revision
from communique.documents.source import PUBLIC_PART
from communique.languages import typography
from communique.languages.shown_facts import shown_facts
from communique.sealing.sections import ENTRY, WHOLE, kind_of
from communique.sealing.surroundings import newest
from communique_pelican.run import Run, the_run

NAME = "documents"


class CatalogueReader(BaseReader):  # type: ignore[misc]
    """Gives Pelican the metadata of a language file, and no text."""

    enabled = True
    file_extensions = ("md",)

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        run = the_run()
        return "", _metadata(run, *run.text_of(source_path))


def _metadata(run: Run, document: Document, text: Text) -> dict[str, Any]:
    path = document.path(run.lang).removeprefix(run.lang + "/")
    date = run.as_of if document.is_sealed else document.front.date
    return {
        "title": document.doc if document.is_sealed else text.source.title,
        "date": datetime.datetime.combine(date, datetime.time(), tzinfo=datetime.UTC),
        "slug": document.doc.replace("/", "-"),
        "lang": run.lang,
        "status": "published",
        "template": _template(document),
        "summary": "",
        "url": path,
        "save_as": path,
    }


def _template(document: Document) -> str:
    if document.is_withdrawn:
        return "withdrawn"
    return "sealed/page" if document.is_sealed else "document"


def register() -> None:
    signals.readers_init.connect(use_catalogue)
    signals.article_generator_pretaxonomy.connect(add_released)
    signals.article_generator_finalized.connect(add_views)


def use_catalogue(readers: Readers) -> None:
    readers.reader_classes = {"md": CatalogueReader}
    readers.readers = {"md": CatalogueReader(readers.settings)}


def add_released(generator: ArticlesGenerator) -> None:
    """Add the articles that have no file of their own: what stands below a tearline."""
    run = the_run()
    for document in run.catalogue.documents.values():
        if document.released_from:
            text = document.text_for(run.lang)
            path = str(run.content / document.released_from / f"{text.lang}.md")
            settings, context = generator.settings, generator.context
            article = Article("", _metadata(run, document, text), settings=settings, source_path=path, context=context)
            article.document_id = document.id
            generator.articles.append(article)


def add_views(generator: ArticlesGenerator) -> None:
    """Give each article its view, and say to the build how many documents went through."""
    run = the_run()
    for article in generator.articles:
        named = getattr(article, "document_id", "")
        document = run.catalogue.documents[named] if named else run.text_of(article.source_path)[0]
        article.document_id = document.id
        article.document = view(run, document)
    run.handshakes[NAME] = len(generator.articles)


def audience_text(run: Run, names: Iterable[str], joined_by: Literal["and", "or"] = "or") -> str:
    """Who may read it, in the page's language: "Operational Experts Group or Mexico". Those whose name the site does
    not tell come last: their place among the others would tell it.
    """
    _ = run.messages[run.lang].gettext
    # Translators: readers whose name the site does not tell; stands where "Operational Experts Group" may stand
    restricted = _("Restricted readers")
    named = sorted(names, key=lambda name: name in run.opaque)
    labels = [restricted if name in run.opaque else run.catalogue.policy.label(name, run.lang) for name in named]
    return typography.join_list(list(dict.fromkeys(labels)), run.lang, joined_by)


def markings(run: Run, document: Document) -> list[str]:
    """All TLP labels on the document's page, the most open first."""
    policy, text = run.catalogue.policy, document.text_for(run.lang)
    return in_order(run, [f"TLP:{policy.tlp(part.audience)}" for part in text.source.parts])


def in_order(run: Run, marked: Iterable[str]) -> list[str]:
    """Each of these markings once, the most open first."""
    return sorted(set(marked), key=lambda label: run.catalogue.policy.rank(label.removeprefix("TLP:")))


def entry(run: Run, document: Document) -> dict[str, Any]:
    """A document as a list shows it. `path` is below the site's root; the page makes it relative."""
    text = document.text_for(run.lang)
    shown = {
        "doc": document.doc,
        "is_sealed": document.is_sealed,
        "collection": document.collection,
        "path": document.path(run.lang),
        "lang": text.lang,
        "dir": typography.direction(text.lang),
        "state": run.statuses[document.id, run.lang].for_readers,
        "draft": document.front.draft,
        "markings": markings(run, document),
        "withdrawn": _withdrawn(run, document),
        "superseded": not document.is_sealed and newest(run.catalogue, document).id != document.id,
    }
    if document.is_sealed:
        return shown
    return {
        **shown,
        "id": document.id,
        "title": text.source.title,
        "title_in": _spoken(text, "title"),
        "summary_in": _spoken(text, "summary"),
        "date": document.front.date.isoformat(),
        "date_text": typography.format_date(document.front.date, run.lang),
        "symbol": document.front.symbol,
        "summary": text.front.summary,
        "kind": document.front.kind,
        "kind_label": run.catalogue.site.kinds[document.front.kind][run.lang],
    }


def _spoken(text: Text, name: str) -> dict[str, str]:
    """The language of the title or summary."""
    lang = text.lang_of(name)
    return {"lang": lang, "dir": typography.direction(lang)}


def _withdrawn(run: Run, document: Document) -> dict[str, Any] | None:
    """Since when its text is gone, and the numbers that lead to where it stood; None while it is there."""
    day = document.front.expires
    if day is None or not document.is_withdrawn:
        return None
    return {
        "date": day.isoformat(),
        "date_text": typography.format_date(day, run.lang),
        "numbers": list(document.numbers),
    }


def standing(run: Run, document: Document, name: str) -> Standing:
    """The sealed object of this part of a document, as the page that shows it tells the audit."""
    return Standing(kind_of(document, name), document.doc, document.text_for(run.lang).lang, name)


def guest_key(document: Document, name: str) -> str:
    """What a guest's box is called on the page where it stands."""
    # A document's id has one slash and no full stop, a part's name has neither.
    return f"{document.doc.replace('/', '.')}.{name}"


def guest(run: Run, document: Document, name: str) -> dict[str, Any]:
    """A sealed part as it is shown on another page than its document's: what `sealed/guest.html` may know of it.

    `name` is a section's, or WHOLE or ENTRY of a document that is sealed as a whole. The page tells the audit by
    `standing` that the object stands on it.
    """
    text = document.text_for(run.lang)
    part = text.source.part(PUBLIC_PART if name in (WHOLE, ENTRY) else name)
    sealed = run.texts[document.id, text.lang]
    numbers = list(text.source.numbers(part.name))
    anchor = "" if name == ENTRY else f"#{numbers[0].anchor}" if numbers else f"#{name}"
    return {
        "key": guest_key(document, name),
        "doc": document.doc,
        "kind": kind_of(document, name),
        "part": name,
        "form": part.form if name not in (WHOLE, ENTRY) else name,
        "lang": text.lang,
        "tids": list(sealed.tids[name]),
        "marking": f"TLP:{run.catalogue.policy.tlp(part.audience)}",
        "audience_text": audience_text(run, part.audience.names),
        "numbers": numbers if document.front.numbering and name != ENTRY else [],
        "path": document.path(run.lang) + anchor,
        "title": "" if document.is_sealed else text.source.title,
        "object": sealed.objects[name],
    }


def view(run: Run, document: Document) -> dict[str, Any]:
    """A document as its own page shows it; its HTML is put in when its boxes are made."""
    catalogue, front = run.catalogue, document.front
    status = run.statuses[document.id, run.lang]
    following = catalogue.following(document)
    collection = catalogue.site.collections[document.collection]
    return {
        **entry(run, document),
        "collection_label": collection.labels[run.lang],
        "numbering": front.numbering,
        "stale": list(status.stale),
        "original": document.text_for(run.lang).lang,
        "shown_state": run.statuses[document.id, document.text_for(run.lang).lang].for_readers,
        "shown_name": typography.language_name(document.text_for(run.lang).lang, run.lang),
        "original_lang": document.original,
        "original_name": typography.language_name(document.original, run.lang),
        "original_path": document.path(document.original),
        "original_dir": typography.direction(document.original),
        "audience_text": audience_text(run, _audience_names(catalogue, document), "and"),
        "part": front.part,
        "parts": front.parts,
        "previous": _neighbour(run, catalogue.documents[front.follows]) if front.follows else None,
        "following": _neighbour(run, following) if following else None,
        "facts": [] if document.is_sealed else _facts(run, document),
        "plan": _plan(run, document),
        "following_missing": front.part < front.parts
        and following is None
        and newest(catalogue, document).id == document.id,
        **_whole(run, document),
        "languages": [
            {
                "code": lang,
                "endonym": typography.endonym(lang),
                "dir": typography.direction(lang),
                "path": document.path(lang),
                "state": run.statuses[document.id, lang].for_readers,
            }
            for lang in catalogue.site.languages
        ],
    }


def _facts(run: Run, document: Document) -> list[dict[str, Any]]:
    """What its kind says besides. Of a document that is sealed as a whole it is sealed with its text."""
    shown = shown_facts(run.catalogue, document, document.text_for(run.lang), run.lang, run.messages[run.lang].gettext)
    return [
        {
            "name": fact.name,
            "label": fact.label,
            "words": fact.words,
            "lang": fact.lang,
            "dir": typography.direction(fact.lang),
            "date": fact.date,
            **({"path": fact.target.path(run.lang)} if fact.target is not None else {}),
        }
        for fact in shown
    ]


def _plan(run: Run, document: Document) -> dict[str, Any] | None:
    """What a plan's page needs to be filled in: where what is saved belongs, and the states by their names."""
    text = document.text_for(run.lang)
    if document.is_sealed or document.is_withdrawn or plan_of(text.source) is None:
        return None
    policy = run.catalogue.policy
    states = [
        {"code": code, "label": policy.label(f"state:{code}", text.lang)}
        for code in policy.states
        # As on the page of states: one whose area the site does not name is not listed.
        if f"state:{code}" not in run.opaque
    ]
    return {
        "id": document.id,
        "name": document.id.split("/")[1],
        "revision": revision(document.texts[document.original].source),
        "states": sorted(states, key=lambda state: typography.sort_key(state["label"], text.lang)),
    }


def _whole(run: Run, document: Document) -> dict[str, str]:
    """The page on which this paper's parts are read as one, where there is one."""
    paper = next((parts for parts in read_as_one(run.catalogue) if document in parts), None)
    return {"whole_path": path_of_whole(paper[0], run.lang)} if paper is not None else {}


def _neighbour(run: Run, document: Document) -> dict[str, str]:
    text = document.text_for(run.lang)
    title = "" if document.is_sealed else text.source.title
    return {
        "title": title,
        "path": document.path(run.lang),
        **_spoken(text, "title"),
    }


def _audience_names(catalogue: Catalogue, document: Document) -> list[str]:
    """Every tier and area that has something of its own in this document, in the policy's order."""
    parts = document.texts[document.original].source.parts
    found = {name for part in parts for name in part.audience.names}
    return [name for name in catalogue.policy.audience_names if name in found]
