"""Calendar files, read by a program that is not ours: what is dated arrives whole, once, and as certain as it is."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace

import pytest

from communique.calendars import Dated, File, Words, dated, write_calendar
from communique.events import Event
from communique.policy import Audience, Policy, State
from communique.problems import Place
from tests.reading_files import lines_of, understood

STAMP = datetime.date(2008, 11, 3)
WORDS = Words(
    "%(event)s (to be confirmed)", "Only %(date)s", "Only in %(date)s", "Not confirmed: %(status)s", str.lower
)
POLICY = Policy({}, {"nz": State("nz", {"en": "New Zealand", "fr": "Nouvelle-Zélande"}, True, True)}, "AMBER")
MARU = Event(
    "maru-2008",
    "exercise",
    datetime.date(2008, 9, 15),
    datetime.date(2008, 9, 19),
    "day",
    "held",
    Audience(("public",)),
    {"en": "Exercise Maru", "fr": "Exercice Maru"},
    Place("events.yaml", 3),
    {"en": "Auckland", "fr": "Auckland"},
    ("nz",),
)


def calendar(*entries: Dated, lang: str = "en", address: str = "") -> bytes:
    return write_calendar(File("portal.example", lang, "Portal; dates, all", "All", STAMP, entries, True, address))


def read(*entries: Dated, lang: str = "en") -> list[dict[str, str]]:
    found: list[dict[str, str]] = understood(ics=[calendar(*entries, lang=lang)])["ics"][0]["events"]
    return found


def test_an_event_of_some_days_fills_them_and_no_other() -> None:
    entry = dated(MARU, POLICY, "en", WORDS)

    assert read(entry) == [
        {
            "uid": "event-maru-2008@portal.example",
            "start": "2008-09-15",
            "end": "2008-09-20",
            "summary": "Exercise Maru",
        }
    ]
    assert not entry.is_tentative
    assert entry.details == ("New Zealand",)


@pytest.mark.parametrize(
    ("precision", "first", "last", "status", "said", "summary"),
    [
        ("month", (2009, 6, 1), (2009, 6, 30), "proposed", "Only June 2009", "Exercise Maru (to be confirmed)"),
        ("year", (2010, 1, 1), (2010, 12, 31), "intended", "Only in 2010", "Exercise Maru (to be confirmed)"),
        ("day", (2009, 5, 12), (2009, 5, 14), "planned", "Not confirmed: planned", "Exercise Maru (to be confirmed)"),
        ("month", (2007, 10, 1), (2007, 10, 31), "held", "Only October 2007", "Exercise Maru"),
    ],
)
def test_what_is_imprecise_or_not_confirmed_is_tentative_and_says_so(
    precision: str, first: tuple[int, int, int], last: tuple[int, int, int], status: str, said: str, summary: str
) -> None:
    days = {"first": datetime.date(*first), "last": datetime.date(*last)}
    entry = dated(replace(MARU, precision=precision, status=status, **days), POLICY, "en", WORDS)  # type: ignore[arg-type]

    properties = {one[0]: one[3] for one in understood(ics=[calendar(entry)])["ics"][0]["jcal"][2][0][1]}
    assert properties["status"] == "TENTATIVE"
    assert said in properties["description"]
    assert properties["summary"] == summary
    assert properties["dtstart"] == days["first"].isoformat()
    assert properties["dtend"] == (days["last"] + datetime.timedelta(days=1)).isoformat()


def test_a_moment_is_told_in_utc_whatever_the_zone_it_was_written_in() -> None:
    moment = datetime.datetime(2008, 11, 15, 18, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
    due = Dated("action-a", STAMP, STAMP, "Due", moment=moment)

    assert [(one["start"], one["end"]) for one in read(due)] == [("2008-11-15T17:00:00Z", "2008-11-15T17:00:00Z")]


def test_the_file_names_its_language_and_a_stamp_and_asks_for_no_answer() -> None:
    file = calendar(dated(MARU, POLICY, "fr", WORDS), lang="fr", address="https://portal.example/fr/calendar.ics")

    (jcal,) = (one["jcal"] for one in understood(ics=[file])["ics"])
    head = {one[0]: one for one in jcal[1]}
    # ical.js does not know RFC 7986: it tells the value as it stands in the file.
    assert head["name"][1:] == [{"language": "fr"}, "unknown", "Portal\\; dates\\, all"]
    assert head["source"][3] == "https://portal.example/fr/calendar.ics"
    assert "method" not in head
    event = {one[0]: one for one in jcal[2][0][1]}
    assert event["summary"][1] == {"language": "fr"}
    assert event["summary"][3] == "Exercice Maru"
    assert event["dtstamp"][3] == "2008-11-03T00:00:00Z"
    assert not {"sequence", "last-modified", "created"} & event.keys()


def test_any_words_arrive_as_they_were_and_no_line_is_too_long() -> None:
    chance = random.Random(7)
    alphabet = [*"aé,;:\\\"'\n \u202f«»—ñ", "\U0001f6a2", "ل", "日", "\\n", "BEGIN:VEVENT", "=", "^", "%(event)s"]
    texts = ["".join(chance.choices(alphabet, k=chance.randint(1, 90))).strip() or "x" for _ in range(300)]
    entries = [
        Dated(f"e-{number:03}", STAMP, STAMP, text, (text,), text, text.replace("\n", " ").strip() or "x")
        for number, text in enumerate(texts)
    ]

    file = calendar(*entries)

    lines_of(file)
    events = understood(ics=[file])["ics"][0]["jcal"][2]
    assert len(events) == len(texts)
    for event, text in zip(events, texts, strict=True):
        told = {one[0]: one[3] for one in event[1]}
        assert (told["summary"], told["description"], told["location"]) == (text, text, text)


def test_the_same_entries_in_any_order_are_the_same_file() -> None:
    entries = [Dated(f"e-{number}", STAMP, STAMP, "A") for number in range(5)]

    assert calendar(*entries) == calendar(*reversed(entries))
