"""What the page of a meeting, workshop or exercise gathers around its text: who came, its papers, what is asked, what
came before and comes next.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from communique.audit import Standing
from communique.documents.actions import actions_in
from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.documents.meetings import GATHERINGS, event_of, neighbours, papers_of
from communique.languages import typography
from communique.sealing.sections import ENTRY, kind_of
from communique_pelican.dated import shown_event
from communique_pelican.documents import entry, guest
from communique_pelican.gathered import area_page
from communique_pelican.run import Run


def gathering(run: Run, document: Document) -> dict[str, Any] | None:
    """The panels of its page; none of one that is sealed as a whole, whose page tells nothing."""
    if not _has_panels(document):
        return None
    _ = run.messages[run.lang].gettext
    around = neighbours(run.catalogue, document)
    event = event_of(run.catalogue, document)
    papers = papers_of(run.catalogue, document)
    named = {"previous": around.previous, "following": around.following}
    return {
        "event": shown_event(run.catalogue, event, run.lang, _) if event is not None else None,
        "delegations": _delegations(run, document),
        "papers": [entry(run, paper) for paper in papers if not paper.is_sealed],
        "locked": [guest(run, paper, ENTRY) for paper in _locked(papers)],
        "actions": _actions(run, (document, *papers)),
        **{
            name: shown_event(run.catalogue, other, run.lang, _) if other is not None else None
            for name, other in named.items()
        },
    }


def locked_papers(catalogue: Catalogue) -> dict[str, tuple[Standing, ...]]:
    """The sealed entries that must stand on each meeting's page, by the page's path."""
    found: dict[str, tuple[Standing, ...]] = {}
    for document in catalogue.documents.values():
        locked = _locked(papers_of(catalogue, document))
        if locked and _has_panels(document):
            for lang in catalogue.site.languages:
                found[document.path(lang)] = tuple(
                    Standing(kind_of(paper, ENTRY), paper.doc, paper.text_for(lang).lang, ENTRY) for paper in locked
                )
    return found


def _has_panels(document: Document) -> bool:
    return document.front.kind in GATHERINGS and not document.is_sealed and not document.is_withdrawn


def _locked(papers: Iterable[Document]) -> list[Document]:
    """In the order of their public names: that of their dates and parts is sealed with them."""
    return sorted((paper for paper in papers if paper.is_sealed and not paper.is_withdrawn), key=lambda one: one.doc)


def _delegations(run: Run, document: Document) -> list[dict[str, Any]]:
    """The states that took part, in the alphabet of the page."""
    codes = document.front.facts.get("delegations", ())
    states = run.catalogue.policy.states
    found = [
        {"label": states[code].labels[run.lang], "path": area_page(run, code)}
        for code in (codes if isinstance(codes, tuple) else ())
    ]
    shown = [one if one["path"] else {"label": one["label"]} for one in found]
    return sorted(shown, key=lambda one: typography.sort_key(one["label"], run.lang))


def _actions(run: Run, documents: tuple[Document, ...]) -> list[dict[str, Any]]:
    """What public text of the meeting and its papers asks, open or done, what is due first first."""
    found = [
        action
        for document in documents
        if not document.is_sealed
        for action in actions_in(document, run.lang)
        if action.is_public
    ]
    return [
        {
            "what": action.what,
            "lang": action.lang,
            "dir": typography.direction(action.lang),
            "due": action.due.isoformat(),
            "due_text": typography.format_moment(action.due, run.lang),
            "is_open": action.is_open,
            "path": f"{action.document.path(run.lang)}#{action.anchor}",
        }
        for action in sorted(found, key=lambda action: action.due)
    ]
