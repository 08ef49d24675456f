"""What lies ahead: the coming years in half-years, with imprecise dates as such, and where events crowd in one region.

A region is crowded where two events of it lie within `SPAN` days of each other. Where dates are known only to the
month or the year that may be so or not: then it is said that they may. Deadlines crowd nobody, nor does what was held.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from communique.events import Event

#: How many years ahead are looked at.
YEARS = 3
#: Six weeks: what an office that takes part in two events of a region needs between them to prepare and to report.
SPAN = 42


@dataclass(frozen=True)
class Period:
    """A half-year, or, with `half` 0, what is known of a year alone."""

    year: int
    half: int
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Crowding:
    """Events of one region that lie close to each other, the earliest first.

    `is_certain`: they do whatever their dates turn out to be.
    """

    region: str
    events: tuple[Event, ...]
    is_certain: bool


def end_of_horizon(today: datetime.date) -> datetime.date:
    """The last day that is looked at: as many years ahead, to the day."""
    year = today.year + YEARS
    return today.replace(year=year, day=min(today.day, calendar.monthrange(year, today.month)[1]))


def ahead(events: Iterable[Event], today: datetime.date) -> tuple[Event, ...]:
    """What is not over on `today` and may begin within the horizon, the earliest first."""
    last = end_of_horizon(today)
    return tuple(event for event in events if not event.is_held and event.last >= today and event.first <= last)


def periods(events: Iterable[Event], today: datetime.date) -> tuple[Period, ...]:
    """The horizon by half-years, empty ones included; what is known of a year alone follows that year's halves."""
    coming, last = ahead(events, today), end_of_horizon(today)
    found: list[Period] = []
    for year in range(today.year, last.year + 1):
        for half in (1, 2):
            begins, ends = datetime.date(year, 6 * half - 5, 1), datetime.date(year, 6 * half, 30 if half == 1 else 31)
            if ends < today or begins > last:
                continue
            # Of an event that began before, the half-year in which the horizon begins.
            here = [
                event for event in coming if event.precision != "year" and begins <= max(event.first, today) <= ends
            ]
            found.append(Period(year, half, tuple(here)))
        vague = [event for event in coming if event.precision == "year" and event.first.year == year]
        if vague:
            found.append(Period(year, 0, tuple(vague)))
    return tuple(found)


def crowding(events: Iterable[Event], today: datetime.date) -> tuple[Crowding, ...]:
    """Where the horizon is crowded: for each region the certain ones first, then those that may be."""
    coming = [event for event in ahead(events, today) if event.region and not event.is_deadline]
    found: list[Crowding] = []
    for region in sorted({event.region for event in coming}):
        here = [event for event in coming if event.region == region]
        certain = [(one, two) for one, two in combinations(here, 2) if _furthest(one, two) <= SPAN]
        possible = [pair for pair in combinations(here, 2) if _nearest(*pair) <= SPAN and pair not in certain]
        found += [Crowding(region, group, True) for group in _groups(certain)]
        found += [Crowding(region, group, False) for group in _groups(possible)]
    return tuple(found)


def _groups(pairs: Sequence[tuple[Event, Event]]) -> list[tuple[Event, ...]]:
    """Pairs that share an event, joined; each group in order of date."""
    groups: list[dict[str, Event]] = []
    for one, two in pairs:
        joined = {one.id: one, two.id: two}
        for group in [other for other in groups if joined.keys() & other.keys()]:
            joined.update(group)
            groups.remove(group)
        groups.append(joined)
    return [tuple(sorted(group.values(), key=lambda event: (event.first, event.last, event.id))) for group in groups]


def _nearest(one: Event, two: Event) -> int:
    """Days between them if their dates turn out to be as close as they can be; 0 where they may overlap."""
    return max((max(one.first, two.first) - min(one.last, two.last)).days, 0)


def _furthest(one: Event, two: Event) -> int:
    """Days between them if their dates turn out to be as far apart as they can be."""
    known = one.precision == two.precision == "day"
    if known:
        return _nearest(one, two)
    return max((two.last - one.first).days, (one.last - two.first).days)
