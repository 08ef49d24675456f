"""Dates and hours as papers write them, in the three languages of the sample; what leaves a choice is no date."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

_MONTHS = {
    name: index
    for index, spellings in enumerate(
        (
            "january jan enero ene janvier janv",
            "february feb febrero février fevrier févr",
            "march mar marzo mars",
            "april apr abril abr avril avr",
            "may mayo mai",
            "june jun junio juin",
            "july jul julio juillet juil",
            "august aug agosto ago août aout",
            "september sep sept septiembre septembre",
            "october oct octubre octobre",
            "november nov noviembre novembre",
            "december dec diciembre dic décembre decembre déc",
        ),
        1,
    )
    for name in spellings.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º)?\s+(?:de\s+)?(?P<month>{_MONTH})\.?,?\s+(?:de\s+)?(?P<year>\d{{4}}|\d{{2}})\b"
    rf"|\b(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,\s+(?P<year2>\d{{4}})\b"
    r"|\b(?P<iso>\d{4}-\d{2}-\d{2})\b",
    re.IGNORECASE,
)
_GROUP = re.compile(r"\b(?P<day>\d{2})(?P<hour>\d{2})(?P<minute>\d{2})Z (?P<month>[A-Z]{3}) (?P<year>\d{4}|\d{2})\b")
_HOUR = re.compile(r"\b(?P<hour>[01]?\d|2[0-3])(?::|h)?(?P<minute>[0-5]\d)\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:\d{2})(?!\w)")
#: An hour in whatever way a paper says it, and the word behind it that may be its zone.
_ANY_HOUR = re.compile(
    r"\b(?:(?:[01]?\d|2[0-3])(?:[:.][0-5]\d|\s?h(?:\s?[0-5]\d)?\b)|(?:[01]\d|2[0-3])[0-5]\d(?=\s?(?-i:[A-Z]|\([A-Za-z]))"
    r"|\d{1,2}\s?[ap]\.?m\b\.?|(?:a las|at)\s\d{1,2}\b(?![:.]\d|\s\w+\s\d{4})|noon|midnight"
    r"|mediodía|medianoche|midi|minuit|close of (?:business|play)|cob)"
    r"(?:\s?(?:hours|hrs|horas|heures|h)\b)?(?:\s?\([^()]{2,40}\)|\s[A-Z]\w+(?:\s\w+)?\stime"
    r"|\s(?:hora|heure)\s(?:de\s)?\w+(?:\sde\s\w+)?|\s(?-i:[A-Z]{2,5})\b)?",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:by|before|until|no later than|not later than|nlt|due|a más tardar|antes del|hasta el|avant le|d[’']ici au|"
    r"au plus tard)\b",
    re.IGNORECASE,
)


def days_in(text: str) -> list[tuple[int, datetime.date]]:
    """The days that a text names with their year, and where."""
    found: list[tuple[int, datetime.date]] = []
    for one in [*_DAY.finditer(text), *_GROUP.finditer(text)]:
        day = _day_of(one)
        if day is not None:
            found.append((one.start(), day))
    return sorted(found)


def _day_of(found: re.Match[str]) -> datetime.date | None:
    parts = found.groupdict()
    try:
        if parts.get("iso"):
            return datetime.date.fromisoformat(parts["iso"])
        day, month = parts["day"] or parts["day2"], (parts["month"] or parts["month2"]).lower()
        year = int(parts["year"] or parts["year2"])
        return datetime.date(year + 2000 if year < 100 else year, _MONTHS.get(month, 0), int(day))
    except ValueError:
        return None


@dataclass(frozen=True)
class Deadline:
    """A day by which something is asked for; its moment with a zone where the text leaves no choice, else nothing, and
    then the words that may say the hour.
    """

    day: datetime.date
    moment: str = ""
    hour: str = ""


def deadlines_in(text: str) -> list[Deadline]:
    """The days by which something is asked for."""
    found: list[Deadline] = []
    for start, day in days_in(text):
        before = text[max(0, start - 45) : start]
        by = list(_BY.finditer(before))
        if not by:
            continue
        near = text[max(0, start - 45) + by[-1].start() : start + 45]
        group = _GROUP.search(near)
        hours = list(_HOUR.finditer(near))
        if group:
            found.append(Deadline(day, f"{day.isoformat()}T{group.group('hour')}:{group.group('minute')}Z"))
        elif len(hours) == 1:
            zone = hours[0].group("zone")
            hour = f"{int(hours[0].group('hour')):02}:{hours[0].group('minute')}"
            found.append(Deadline(day, f"{day.isoformat()}T{hour}{'Z' if zone[0] not in '+-' else zone}"))
        else:
            said = _DAY.match(text, start)
            behind = text[said.end() : said.end() + 50] if said else ""
            unclear = _ANY_HOUR.search(f"{before[by[-1].end() :]}; {behind}")
            found.append(Deadline(day, hour=" ".join(unclear.group(0).split()) if unclear else ""))
    return list(dict.fromkeys(found))
