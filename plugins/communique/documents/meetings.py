"""Meetings, workshops and exercises: which document is whose page, what belongs to it, what came before and comes
after.

The facts of an event stand in `events.yaml`; a document names its event, and other documents name the document of the
meeting they belong to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.documents.terms import readers
from communique.events import Event

#: The kinds of documents that are the page of an event.
GATHERINGS = ("meeting", "workshop", "exercise")


def event_of(catalogue: Catalogue, document: Document) -> Event | None:
    """The event whose page this document is."""
    ident = str(document.front.facts.get("event", "")) if document.front.kind in GATHERINGS else ""
    return catalogue.events.get(ident)


def papers_of(catalogue: Catalogue, meeting: Document) -> tuple[Document, ...]:
    """The documents that name this one as the meeting they belong to, as lists show them: by date, part and id."""
    found = [
        document
        for document in catalogue.documents.values()
        if document.front.facts.get("meeting") == meeting.id and document.id != meeting.id
    ]
    return tuple(sorted(found, key=lambda one: (one.front.date, one.front.part, one.id)))


def meeting_of(catalogue: Catalogue, document: Document) -> Document | None:
    """The meeting, workshop or exercise to which a document belongs, itself included."""
    if document.front.kind in GATHERINGS:
        return document
    return catalogue.documents.get(str(document.front.facts.get("meeting", "")))


@dataclass(frozen=True)
class Finding:
    """By what the archive finds a document: words that mean the same in every language, empty where it has none."""

    kind: str
    year: str
    region: str
    meeting: str

    def __str__(self) -> str:
        return " ".join(word or "-" for word in (self.kind, self.year, self.region, self.meeting))


def finding_of(catalogue: Catalogue, document: Document) -> Finding:
    """A meeting that some of its readers may not read is none of its words, nor is that meeting's region."""
    policy, meeting = catalogue.policy, meeting_of(catalogue, document)
    if meeting is not None and (
        (meeting.is_sealed and meeting.is_withdrawn)
        or not readers(policy, document.front.audience) <= readers(policy, meeting.front.audience)
    ):
        meeting = None
    event = event_of(catalogue, meeting) if meeting is not None else None
    return Finding(
        document.front.kind,
        str(document.front.date.year),
        event.region if event is not None else "",
        meeting.id if meeting is not None else "",
    )


@dataclass(frozen=True)
class Neighbours:
    """The events before and after one: of the same kind, and known to all who may read its page."""

    previous: Event | None = None
    following: Event | None = None


def neighbours(catalogue: Catalogue, document: Document) -> Neighbours:
    """What was held before the event of this page, and what comes next: the event named in `next:`, or the one after.

    Those of one series follow each other; what is in none follows what is of its kind and in none either.
    """
    event = event_of(catalogue, document)
    if event is None:
        return Neighbours()
    policy, may_read = catalogue.policy, readers(catalogue.policy, document.front.audience)
    line = [
        other
        for other in _in_line(catalogue.events, event)
        if other.id == event.id or may_read <= readers(policy, other.audience)
    ]
    at = line.index(event)
    named = str(document.front.facts.get("next", ""))
    following = catalogue.events.get(named) or next(iter(line[at + 1 :]), None)
    return Neighbours(line[at - 1] if at else None, following)


def _in_line(events: Iterable[Event], event: Event) -> list[Event]:
    if event.series:
        return [other for other in events if other.series == event.series]
    return [other for other in events if other.id == event.id or (other.kind == event.kind and not other.series)]
