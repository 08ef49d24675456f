"""Pages of dated events: the timeline, and the horizon of the coming years. What is not public is in sealed lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import Any

from communique.documents.catalogue import Catalogue
from communique.events import Event
from communique.horizon import SPAN, YEARS, Crowding, ahead, crowding, periods
from communique.languages import shown_events, typography
from communique.policy import PUBLIC
from communique.sealing.lists import PlainList
from communique.sealing.sections import address
from communique_pelican.calendar_files import link_to_sealed_calendar, public_calendar
from communique_pelican.run import Plan, Run
from communique_pelican.sealed_lists import Write, sealed_lists

TIMELINE, CALENDAR = "timeline", "calendar"
Say = Callable[[str], str]


def shown_event(catalogue: Catalogue, event: Event, lang: str, say: Say) -> dict[str, Any]:
    """An event as a template shows it. `path` is that of the page that tells more, where there is one."""
    document = catalogue.documents.get(event.document)
    return {
        "id": event.id,
        "label": event.labels[lang],
        "kind": event.kind,
        "kind_label": say(shown_events.KIND_WORDS[event.kind]),
        "status": event.status,
        "status_label": say(shown_events.STATUS_WORDS[event.status]),
        "is_deadline": event.is_deadline,
        "is_imprecise": event.precision != "day",
        "iso": shown_events.iso(event),
        "when": shown_events.when(event, lang),
        "where": event.places.get(lang, ""),
        "host": shown_events.hosts(event, catalogue.policy, lang),
        "region": shown_events.region(event, catalogue.events, lang),
        **({"path": document.path(lang)} if document is not None else {}),
    }


def write_timeline(run: Run, write: Write) -> None:
    """From the first event known to the last, with the place of the present between them."""
    _ = run.messages[run.lang].gettext
    years: dict[int, list[dict[str, Any]]] = {}
    said_present = False
    # What is known of a year alone follows what is known of its months and days.
    for event in sorted(run.catalogue.events.public, key=lambda one: (one.first.year, one.precision == "year")):
        shown = shown_event(run.catalogue, event, run.lang, _)
        shown["is_past"] = event.last < run.as_of
        shown["is_first_ahead"] = not said_present and event.first > run.as_of
        said_present = said_present or shown["is_first_ahead"]
        years.setdefault(event.first.year, []).append(shown)
    lists = sealed_lists(run, TIMELINE)
    page = {
        "title": _("Timeline"),
        "years": [{"year": year, "events": events} for year, events in sorted(years.items())],
        "as_of": typography.format_date(run.as_of, run.lang),
        "lists": lists,
    }
    write(f"{TIMELINE}/index.html", TIMELINE, page, [one["marking"] for one in lists])


def write_calendar(run: Run, write: Write) -> None:
    """The coming years by half-years, and where they are crowded."""
    _ = run.messages[run.lang].gettext
    events, lists = run.catalogue.events.public, sealed_lists(run, CALENDAR)
    page = {
        "title": _("Calendar"),
        "periods": [
            {
                "id": f"in-{period.year}-{period.half}",
                "year": period.year,
                "half": period.half,
                "events": [shown_event(run.catalogue, event, run.lang, _) for event in period.events],
            }
            for period in periods(events, run.as_of)
        ],
        "crowded": [_crowded(run.catalogue, found, run.lang) for found in crowding(events, run.as_of)],
        "years": YEARS,
        "weeks": SPAN // 7,
        "as_of": typography.format_date(run.as_of, run.lang),
        "lists": lists,
        "files": public_calendar(run),
    }
    write(f"{CALENDAR}/index.html", CALENDAR, page, [one["marking"] for one in lists])


def _crowded(catalogue: Catalogue, found: Crowding, lang: str) -> dict[str, Any]:
    return {
        "region": catalogue.events.regions[found.region][lang],
        "is_certain": found.is_certain,
        "events": [
            {"label": event.labels[lang], "when": shown_events.when(event, lang), "id": event.id}
            for event in found.events
        ],
    }


def timeline_for_readers(plan: Plan, lang: str) -> Iterator[PlainList]:
    """The events that each tier, area and group alone is told of."""
    for name, events in _by_readers(plan.catalogue):
        yield PlainList(TIMELINE, name, lang, _listed(plan.catalogue, events, lang, plan.messages[lang].gettext))


def calendar_for_readers(plan: Plan, lang: str) -> Iterator[PlainList]:
    """What of that lies ahead, where it crowds with what these readers know besides, and their calendar file."""
    for name in plan.catalogue.policy.audience_names:
        html = "" if name == PUBLIC else _ahead_for(plan, lang, name) + link_to_sealed_calendar(plan, lang, name)
        if html:
            yield PlainList(CALENDAR, name, lang, html)


def _ahead_for(plan: Plan, lang: str, name: str) -> str:
    catalogue, _ = plan.catalogue, plan.messages[lang].gettext
    coming = ahead((event for event in catalogue.events if name in event.audience.names), plan.as_of)
    if not coming:
        return ""
    known = catalogue.events.for_readers(catalogue.policy, [name])
    found = [one for one in crowding(known, plan.as_of) if any(event in coming for event in one.events)]
    html = _listed(catalogue, coming, lang, _)
    if found:
        lines = "\n".join(f"<li>{_crowding_sentence(catalogue, one, lang, _)}</li>" for one in found)
        html += f'\n<ul class="crowded__list">\n{lines}\n</ul>'
    return html + "\n"


def _by_readers(catalogue: Catalogue) -> Iterator[tuple[str, tuple[Event, ...]]]:
    for name in catalogue.policy.audience_names:
        events = tuple(event for event in catalogue.events if name in event.audience.names)
        if name != PUBLIC and events:
            yield name, events


def _listed(catalogue: Catalogue, events: Iterable[Event], lang: str, say: Say) -> str:
    items = "\n".join(_item(catalogue, event, lang, say) for event in events)
    return f'<ul class="dated__list">\n{items}\n</ul>'


def _item(catalogue: Catalogue, event: Event, lang: str, say: Say) -> str:
    label = escape(event.labels[lang])
    if event.document:
        # From a page that lies two folders below the site's root, as these all do: one up is the language.
        target = address(catalogue, f"doc:{event.document}").removeprefix("../")
        label = f'<a href="{escape(target)}">{label}</a>'
    told = [
        event.places.get(lang, ""),
        shown_events.hosts(event, catalogue.policy, lang),
        say(shown_events.STATUS_WORDS[event.status]),
    ]
    about = " · ".join(dict.fromkeys(escape(words) for words in told if words))
    date = f'<time datetime="{shown_events.iso(event)}">{escape(shown_events.when(event, lang))}</time>'
    return f'<li>{date} <span class="dated__label">{label}</span> <span class="dated__about">{about}</span></li>'


def _crowding_sentence(catalogue: Catalogue, found: Crowding, lang: str, _: Say) -> str:
    """Inside a sealed list, where no template stands."""
    # Translators: a region and then a list of events with their dates
    certain, possible = _("%(region)s: close together:"), _("%(region)s: possibly close together:")
    region = catalogue.events.regions[found.region][lang]
    events = [f"{event.labels[lang]} ({shown_events.when(event, lang)})" for event in found.events]
    return escape((certain if found.is_certain else possible) % {"region": region} + " " + " · ".join(events))
