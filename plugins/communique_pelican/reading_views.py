"""A paper in parts on one page: the same text and boxes as on the pages of its parts, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from communique.audit import Standing
from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.documents.papers import apart, path_of_whole, read_as_one, title_of_whole
from communique.sealing.sections import ENTRY, SealedSource, kind_of
from communique_pelican.documents import in_order, standing, view
from communique_pelican.run import Run

#: HTML of a document for a page that is not its own, and the names of the sealed parts in it.
Boxed = Callable[[Document, str], tuple[str, list[str]]]


def reading_views(run: Run, boxed: Boxed) -> list[dict[str, Any]]:
    """The papers of this site that have several parts, as templates show them; says to the audit what stands where."""
    return [_view(run, paper, boxed) for paper in read_as_one(run.catalogue)]


def _view(run: Run, paper: tuple[Document, ...], boxed: Boxed) -> dict[str, Any]:
    first, path = paper[0], path_of_whole(paper[0], run.lang)
    parts: list[dict[str, Any]] = []
    objects: list[Standing] = []
    for document in paper:
        html, names = boxed(document, path)
        objects += (standing(run, document, name) for name in names)
        parts.append({**view(run, document), "html": html, "cite_path": document.path(run.lang)})
    run.objects[path] = tuple(objects)
    titles = [document.text_for(run.lang).source.title for document in paper]
    texts = [document.text_for(run.lang) for document in paper]
    return {
        "title": run.messages[run.lang].gettext("Sealed document") if first.is_sealed else title_of_whole(titles),
        "lang": texts[0].lang,
        "dir": parts[0]["dir"],
        "is_sealed": first.is_sealed,
        "numbering": any(document.front.numbering for document in paper),
        "name": path.removeprefix(f"{run.lang}/"),
        "canonical_path": first.path(run.lang),
        "collection_label": run.catalogue.site.collections[first.collection].labels[run.lang],
        "collection_path": f"{run.lang}/{first.collection}/index.html",
        "parts": parts,
        "of": first.front.parts,
        "markings": in_order(run, [label for part in parts for label in part["markings"]]),
    }


def part_apart(document: Document, html: str) -> str:
    """A part's HTML, before its boxes are put in, for a page on which other parts stand too."""
    return apart(html, f"part-{document.front.part}.")


def objects_of_wholes(
    catalogue: Catalogue, sealed: Mapping[tuple[str, str], SealedSource]
) -> dict[str, tuple[Standing, ...]]:
    """The sealed objects that must stand on each of these pages, as the sources have it."""
    found: dict[str, tuple[Standing, ...]] = {}
    for paper in read_as_one(catalogue):
        for lang in catalogue.site.languages:
            found[path_of_whole(paper[0], lang)] = tuple(
                Standing(kind_of(document, name), document.doc, document.text_for(lang).lang, name)
                for document in paper
                for of in [sealed[document.id, document.text_for(lang).lang]]
                for name in sorted(of.objects.keys() - {ENTRY} - of.changed_for.keys())
            )
    return found
