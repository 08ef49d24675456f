"""What documents and events say of each other: which document is the page of which event, and for whom.

A page must not be told of by an event that more people may know of than may open the page, nor tell of an event of
which some of its own readers may not know.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace

from communique.documents.fields import KIND_FIELDS
from communique.documents.kinds import FrontMatter
from communique.documents.terms import readers
from communique.events import Event, Events
from communique.policy import Policy
from communique.problems import Problem, did_you_mean

#: Which kinds of events a document of this kind can be about.
_ABOUT: Mapping[str, tuple[str, ...]] = {
    "meeting": ("meeting", "visit", "other"),
    "workshop": ("workshop",),
    "exercise": ("exercise", "other"),
}


def check_events(
    fronts: Mapping[str, FrontMatter],
    events: Events,
    policy: Policy,
    embargoed: Mapping[str, datetime.datetime],
    problems: list[Problem],
) -> Events:
    """The events with the pages that tell of them; what is named and does not fit is added to `problems`. `fronts`:
    of each document's original, by the document's id.
    """
    pages: dict[str, str] = {}
    for document, front in fronts.items():
        for field in (each for each in KIND_FIELDS.get(front.kind, ()) if each.type == "event"):
            ident, place = str(front.facts.get(field.name, "")), front.fact_places.get(field.name)
            if not ident or place is None:
                continue
            if ident not in events:
                what = f'there is no event "{ident}" in events.yaml'
                problems.append(Problem(place, "unknown-event", what, did_you_mean(ident, events.by_id)))
                continue
            event = events[ident]
            if not readers(policy, front.audience) <= readers(policy, event.audience):
                what = "some readers of this document may not know of this event"
                fix = "correct the audience of one of them: what an event is for fewer readers, its page is too"
                problems.append(Problem(place, "event-audience", what, fix))
            if field.name != "event":
                continue
            if event.kind not in _ABOUT[front.kind]:
                what = f"a document of the kind {front.kind} cannot be about this {event.kind}"
                problems.append(Problem(place, "event-kind", what, "correct the kind of one of them"))
            if ident in pages:
                what = f"{pages[ident]} is the page of this event already"
                problems.append(Problem(place, "event-page-twice", what, "name it in one document; link from others"))
            pages[ident] = document
    found: dict[str, Event] = {}
    for event in events:
        if event.document:
            _check_document(event, fronts, policy, embargoed, pages, problems)
            found[event.id] = event
            continue
        page = fronts.get(pages.get(event.id, ""))
        told = page is not None and readers(policy, event.audience) <= readers(policy, page.audience)
        found[event.id] = replace(event, document=pages[event.id]) if page is not None and told else event
    return replace(events, by_id=found)


def _check_document(
    event: Event,
    fronts: Mapping[str, FrontMatter],
    policy: Policy,
    embargoed: Mapping[str, datetime.datetime],
    pages: Mapping[str, str],
    problems: list[Problem],
) -> None:
    place, ident = event.document_place, event.document
    if ident in embargoed:
        what = f"“{ident}” is under embargo until {embargoed[ident].strftime('%Y-%m-%dT%H:%MZ')}: this would tell of it"
        problems.append(Problem(place, "embargoed-link", what, "name it here when the embargo ends"))
    elif ident not in fronts:
        what = f"there is no document “{ident}”"
        problems.append(Problem(place, "unknown-document", what, did_you_mean(ident, fronts)))
    elif not readers(policy, event.audience) <= readers(policy, fronts[ident].audience):
        what = "this event is told to readers who may not open the document that it names"
        fix = "delete “document:”, or give the event the document's audience"
        problems.append(Problem(place, "event-audience", what, fix))
    elif pages.get(event.id, ident) != ident:
        what = f"{pages[event.id]} says that it is the page of this event"
        problems.append(Problem(place, "event-page-twice", what, "delete this line: the page is found by itself"))
