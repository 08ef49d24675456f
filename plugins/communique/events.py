"""Dated events of the initiative (`content/data/events.yaml`): what, when, where, by whom, how certain, and for whom.

The facts of an event stand here once. The pages of meetings and exercises, the timeline, the horizon and the calendars
take them from here; a document only names its event.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from communique.policy import Audience, Policy, read_labels
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.strict_yaml import Node

#: How precisely a date is known.
Precision = Literal["day", "month", "year"]
KINDS = ("meeting", "workshop", "exercise", "visit", "deadline", "other")
#: From what has been to what is only thought of. A deadline is none of them: it stands or it has passed.
STATUSES = ("held", "confirmed", "planned", "offered", "proposed", "intended", "considered", "deadline")
FORMS = ("live", "table-top")
DOMAINS = ("sea", "land", "air")
FILE = "content/data/events.yaml"
_REQUIRED = ("id", "kind", "from", "status", "audience", "label")
_OPTIONAL = (
    "to",
    "series",
    "place",
    "hosts",
    "host",
    "region",
    "form",
    "domains",
    "observers",
    "observed-by",
    "document",
)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z")
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?\Z")
_DEADLINE = "deadline"


@dataclass(frozen=True)
class Event:
    """One event. `first` and `last` are the days between which it lies; `precision` says what of them is known.

    `host_names` are the hosts in words, where the states alone do not say it; `observer_names` likewise.
    `document` is the page that tells more of it, or empty. `series` names the row in which it is one: what came before
    it and comes next is looked for there.
    """

    id: str
    kind: str
    first: datetime.date
    last: datetime.date
    precision: Precision
    status: str
    audience: Audience
    labels: Mapping[str, str]
    place: Place
    places: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    host_names: Mapping[str, str] = field(default_factory=dict)
    region: str = ""
    form: str = ""
    domains: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    observer_names: Mapping[str, str] = field(default_factory=dict)
    document: str = ""
    document_place: Place = Place(FILE)
    series: str = ""

    @property
    def is_public(self) -> bool:
        return self.audience.is_public

    @property
    def is_deadline(self) -> bool:
        return self.kind == _DEADLINE

    @property
    def is_tentative(self) -> bool:
        """Whether it may yet not take place."""
        return self.status in ("offered", "proposed", "intended", "considered")

    @property
    def is_held(self) -> bool:
        return self.status == "held"


@dataclass(frozen=True)
class Events:
    """All events, the earliest first, by id, and the regions in which they lie, with their names."""

    by_id: Mapping[str, Event] = field(default_factory=dict)
    regions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    def __contains__(self, ident: object) -> bool:
        return ident in self.by_id

    def __getitem__(self, ident: str) -> Event:
        return self.by_id[ident]

    def get(self, ident: str) -> Event | None:
        return self.by_id.get(ident)

    def for_readers(self, policy: Policy, grants: Iterable[str]) -> tuple[Event, ...]:
        """Those that holders of `grants` may know of, public ones included."""
        names = list(grants)
        return tuple(event for event in self if policy.may_read(names, event.audience))

    @property
    def public(self) -> tuple[Event, ...]:
        return tuple(event for event in self if event.is_public)

    @property
    def sealed(self) -> tuple[Event, ...]:
        return tuple(event for event in self if not event.is_public)


def read_events(node: Node, languages: Sequence[str], policy: Policy, today: datetime.date) -> Events:
    """The events of `events.yaml`, checked. `today` is the day of the build: what is held lies before its end.

    Raises:
        Refused: unknown keys or names, dates that cannot be, everything at once.
    """
    problems: list[Problem] = []
    top = node.take(problems, "the file", ["events"], ["regions"])
    regions: dict[str, Mapping[str, str]] = {}
    for name, entry in top["regions"].as_mapping(problems, "regions").items() if "regions" in top else ():
        if not _NAME.match(name):
            what = f'"{name}" cannot name a region'
            problems.append(Problem(entry.place, "bad-name", what, "use a-z, 0-9 and -"))
        regions[name] = read_labels(entry, languages, problems, "the region's name")
    found: dict[str, Event] = {}
    for entry in top["events"].as_list(problems, "events") if "events" in top else ():
        event = _read_event(entry, languages, policy, regions, problems)
        if event is None:
            continue
        if event.id in found:
            what = f"there is an event with this id already, on line {found[event.id].place.line}"
            problems.append(Problem(event.place, "event-twice", what, "give each event its own"))
        if event.is_held and event.first > today:
            what = f"this event is held, and begins after the day of the site ({today.isoformat()})"
            fix = "write confirmed or planned, or correct “from:”"
            problems.append(Problem(event.place, "event-not-yet", what, fix))
        found[event.id] = event
    if problems:
        raise Refused(problems)
    ordered = sorted(found.values(), key=lambda event: (event.first, event.last, event.id))
    return Events({event.id: event for event in ordered}, regions)


def _read_event(
    node: Node, languages: Sequence[str], policy: Policy, regions: Mapping[str, object], problems: list[Problem]
) -> Event | None:
    before = len(problems)
    part = node.take(problems, "the event", _REQUIRED, _OPTIONAL)
    ident = part["id"].as_text(problems, "id") if "id" in part else ""
    place = part["id"].place if "id" in part else node.place
    if ident and not _NAME.match(ident):
        problems.append(Problem(place, "bad-name", f'"{ident}" cannot name an event', "use a-z, 0-9 and -"))

    def word(key: str, known: Iterable[str]) -> str:
        return part[key].as_word(problems, key, known) if key in part else ""

    def words(key: str, known: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            item.as_word(problems, key, known) for item in (part[key].as_list(problems, key) if key in part else ())
        )

    def labels(key: str) -> dict[str, str]:
        return read_labels(part[key], languages, problems, key) if key in part else {}

    kind, status = word("kind", KINDS), word("status", STATUSES)
    if kind and status and (kind == _DEADLINE) != (status == _DEADLINE):
        what = "a deadline has the kind and the status “deadline”, and nothing else has either"
        problems.append(Problem(part["status"].place, "event-status", what, "write both, or neither"))
    if kind and kind != "exercise":
        for key in ("form", "domains"):
            if key in part:
                what = f"{key} is said of exercises, and this is of the kind {kind}"
                problems.append(Problem(node.keys[key], "event-form", what, "delete it, or write “kind: exercise”"))
    dates = _read_dates(part, problems)
    audience: Audience | None = None
    if "audience" in part:
        try:
            written = "" if part["audience"].is_nothing() else part["audience"].as_text(problems, "audience")
            audience = policy.parse_audience(written, part["audience"].place)
        except Refused as refused:
            problems.extend(refused.problems)
    region = part["region"].as_text(problems, "region") if "region" in part else ""
    if region and region not in regions:
        what = f'there is no region "{region}"'
        problems.append(Problem(part["region"].place, "unknown-value", what, did_you_mean(region, regions)))
    states = list(policy.states)
    event = Event(
        ident,
        kind,
        dates.first if dates else datetime.date.min,
        dates.last if dates else datetime.date.min,
        dates.precision if dates else "day",
        status,
        audience or Audience(("public",)),
        labels("label"),
        place,
        labels("place"),
        words("hosts", states),
        labels("host"),
        region,
        word("form", FORMS),
        words("domains", DOMAINS),
        words("observers", states),
        labels("observed-by"),
        part["document"].as_text(problems, "document") if "document" in part else "",
        part["document"].place if "document" in part else place,
        part["series"].as_text(problems, "series") if "series" in part else "",
    )
    return event if len(problems) == before and dates and audience else None


@dataclass(frozen=True)
class Dated:
    """A date as far as it is known: the days between which it lies, and what of them is known."""

    first: datetime.date
    last: datetime.date
    precision: Precision


def _read_dates(part: Mapping[str, Node], problems: list[Problem]) -> Dated | None:
    first = read_date(part["from"], "from", problems) if "from" in part else None
    last = read_date(part["to"], "to", problems) if "to" in part else first
    if first is None or last is None:
        return None
    if first.precision != last.precision:
        what = f"“from” is a {first.precision} and “to” a {last.precision}"
        problems.append(Problem(part["to"].place, "event-dates", what, "give both with the same precision"))
        return None
    if last.last < first.first:
        what = "the event ends before it begins"
        problems.append(Problem(part["to"].place, "event-dates", what, "correct “from:” or “to:”"))
        return None
    return Dated(first.first, last.last, first.precision)


def read_date(node: Node, key: str, problems: list[Problem]) -> Dated | None:
    """A day, a month or a year."""
    found = _DATE.match(node.value.strip()) if isinstance(node.value, str) else None
    try:
        if found:
            year, month, day = (int(group) if group else 0 for group in found.groups())
            if day:
                date = datetime.date(year, month, day)
                return Dated(date, date, "day")
            if month:
                last = calendar.monthrange(year, month)[1]
                return Dated(datetime.date(year, month, 1), datetime.date(year, month, last), "month")
            return Dated(datetime.date(year, 1, 1), datetime.date(year, 12, 31), "year")
    except ValueError:
        pass
    what = f"{key} is no day, month or year"
    fix = "write 2009-05-12, 2009-05 or 2009, and check that the day exists"
    problems.append(Problem(node.place, "bad-date", what, fix))
    return None
