"""What is dated on the site as iCalendar files (RFC 5545, RFC 7986), for the calendar programs of its readers.

The same event has the same UID in every language and for all its readers: who loads two of the files, or one of them
again, has it once. An event of which only the month or the year is known fills it, and says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from icalendar import Calendar
from icalendar import Event as Entry
from icalendar.prop import vText

from communique.events import Event
from communique.languages import shown_events
from communique.policy import Policy

MEDIA = "text/calendar; charset=utf-8"
#: How often a program that follows a file should look again; days between releases are the rule, not minutes.
_REFRESH = datetime.timedelta(days=1)
#: What has been, or stands.
_CERTAIN = ("held", "confirmed", "deadline")


@dataclass(frozen=True)
class Words:
    """What a file itself says, in its language: messages with the places `%(event)s`, `%(date)s` of which no more than
    the month or the year is known, and `%(status)s` of what is not yet confirmed. `say` gives the words of an event.
    """

    to_confirm: str
    only_month: str
    only_year: str
    not_confirmed: str
    say: Callable[[str], str]


@dataclass(frozen=True)
class Dated:
    """One entry. `key` is what its UID is made of: the same in every language and every file.

    `last` is the last of its days. Where `moment` is given, the entry is that moment, and the days do not matter.
    """

    key: str
    first: datetime.date
    last: datetime.date
    summary: str
    details: tuple[str, ...] = ()
    location: str = ""
    category: str = ""
    is_tentative: bool = False
    moment: datetime.datetime | None = None
    url: str = ""
    #: The language of its words, where that is not the file's.
    lang: str = ""


@dataclass(frozen=True)
class File:
    """One calendar. `name` and `about` are what a program shows of it; `address` is where a program may look again."""

    site: str
    lang: str
    name: str
    about: str
    stamp: datetime.date
    entries: tuple[Dated, ...] = field(repr=False)
    is_public: bool = True
    address: str = ""
    #: Goes with each entry: in the reader's calendar they stand among others.
    marking: str = ""


def dated(event: Event, policy: Policy, lang: str, words: Words, url: str = "") -> Dated:
    """An event as an entry. Whether it takes place is certain only where its days are known and it is confirmed."""
    is_confirmed = event.status in _CERTAIN
    details: list[str] = []
    hosts = shown_events.hosts(event, policy, lang)
    if hosts:
        details.append(hosts)
    if event.precision != "day":
        said = words.only_month if event.precision == "month" else words.only_year
        details.append(said % {"date": shown_events.when(event, lang)})
    if not is_confirmed:
        status = words.say(shown_events.STATUS_WORDS[event.status])
        details.append(words.not_confirmed % {"status": status})
    label = event.labels[lang]
    return Dated(
        f"event-{event.id}",
        event.first,
        event.last,
        label if is_confirmed else words.to_confirm % {"event": label},
        tuple(details),
        event.places.get(lang, ""),
        words.say(shown_events.KIND_WORDS[event.kind]),
        event.precision != "day" or not is_confirmed,
        url=url,
    )


def uid_of(key: str, site: str) -> str:
    return f"{key}@{site}"


def write_calendar(file: File) -> bytes:
    """The file: lines of at most 75 octets that end with CR LF, the earliest entry first, the same for the same input.

    There is no METHOD, since nobody is invited, and no SEQUENCE, since nobody counts the versions of an entry: a
    program takes the later DTSTAMP.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Communiqué//{file.site}//{file.lang.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", _text(file.name, file.lang))
    calendar.add("description", _text(file.about, file.lang))
    # Before RFC 7986 programs agreed on these names.
    calendar.add("x-wr-calname", vText(file.name))
    calendar.add("x-wr-caldesc", vText(file.about))
    if file.address:
        calendar.add("source", file.address, parameters={"VALUE": "URI"})
        calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "P1D")
    for entry in sorted(file.entries, key=lambda entry: (entry.first, entry.last, entry.key)):
        calendar.add_component(_entry(entry, file))
    return bytes(calendar.to_ical())


def _entry(dated: Dated, file: File) -> Entry:
    entry, lang = Entry(), dated.lang or file.lang
    entry.add("uid", uid_of(dated.key, file.site))
    entry.add("dtstamp", datetime.datetime.combine(file.stamp, datetime.time(), tzinfo=datetime.UTC))
    if dated.moment is None:
        entry.add("dtstart", dated.first)
        # A day that is the end is not part of the event.
        entry.add("dtend", dated.last + datetime.timedelta(days=1))
    else:
        # In UTC, so that the file needs no description of any zone; an entry without an end ends as it begins.
        entry.add("dtstart", dated.moment.astimezone(datetime.UTC))
    entry.add("summary", _text(dated.summary, lang))
    details = [*dated.details, *([file.marking] if file.marking else [])]
    if details:
        entry.add("description", _text("\n".join(details), lang))
    if dated.location:
        entry.add("location", _text(dated.location, lang))
    if dated.category:
        entry.add("categories", [dated.category], parameters={"LANGUAGE": file.lang})
    entry.add("status", "TENTATIVE" if dated.is_tentative else "CONFIRMED")
    # A year that holds an exercise somewhere keeps nobody from other appointments.
    entry.add("transp", "TRANSPARENT")
    entry.add("class", "PUBLIC" if file.is_public else "CONFIDENTIAL")
    if dated.url:
        entry.add("url", dated.url)
    return entry


def _text(text: str, lang: str) -> vText:
    # Made here: left to itself the library does not escape every property whose value is text.
    return vText(text, params={"LANGUAGE": lang})
