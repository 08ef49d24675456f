"""What is said of a number by what stands beside it: its month, its year, its unit, and the other end of an interval.

"On 3 June and 4 July" and "on 4 June and 3 July" hold the same days and months. So that a warning is right, a pair
differs only where both texts say it, each in another way: what one of them leaves open is no difference.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from communique.languages.number_words import folded

_BLANKS = r"[ \n\u00a0\u2009\u202f]"
_DAY_BEFORE_MONTH = re.compile(
    rf"(?:\.?º|\.?ª|er|st|nd|rd|th|\.)?{_BLANKS}*(?:(?:day{_BLANKS}+)?(?:of|de){_BLANKS}+|d[’'])?"
)
_DAY_AFTER_MONTH = re.compile(rf"\.?{_BLANKS}+(?:the{_BLANKS}+)?")
_BEFORE_YEAR = re.compile(rf"(?:st|nd|rd|th)?[.,]?{_BLANKS}+(?:(?:de|del|of){_BLANKS}+)?")
_YEAR = re.compile(r"1[89]\d\d|20\d\d")
_ARTICLE = rf"(?:{_BLANKS}+(?:the|las?|los?|el|les?|den|dem|der|um)|{_BLANKS}*l[’'])?"
_TO = rf"(?:{_BLANKS}*[-‑–]|{_BLANKS}+(?:to|until|till|through|al?|hasta|(?:jusqu[’'])?(?:à|aux?)|bis|إلى|الى|حتى))"
_AND = rf"{_BLANKS}+(?:and|or|y|e|o|u|et|ou|und|oder|و|أو)"
#: Days of one month: "12, 13 and 14 May", "del 3 al 5 de junio"; the first may bear a sign of its own.
_DAYS = re.compile(rf"(?:\.?º|er|st|nd|rd|th|\.)?(?:{_BLANKS}*,|{_TO}|,?{_AND}){_ARTICLE}{_BLANKS}*")
#: Between the ends of an interval, with the unit of the first.
_UNIT_OF_FIRST = rf"\.?(?:{_BLANKS}?(?:%|°C?|h\b|[^\W\d_]+))?"
_ENDS = re.compile(rf"{_UNIT_OF_FIRST}{_TO}{_ARTICLE}{_BLANKS}*")
_ENDS_AFTER_BETWEEN = re.compile(rf"{_UNIT_OF_FIRST}{_AND}{_ARTICLE}{_BLANKS}*")
#: How far before a number its “between” is looked for.
_BEFORE = 30
_BETWEEN = re.compile(rf"\b(?:between|entre|zwischen|بين){_ARTICLE}{_BLANKS}*\Z", re.IGNORECASE)
_UNIT = re.compile(rf"(?:{_BLANKS}|-){{0,2}}(?:de{_BLANKS}+)?([^\W\d_]+)")
_UNITS = {
    word: ways.split()[0]
    for ways in (
        "km kilometre kilometres kilometer kilometers kilometern kilometro kilometros",
        "mile miles milla millas mille milles meile meilen",
        "metre metres meter meters metern metro metros",
        "kg kilogram kilograms kilogramme kilogrammes kilogramm kilogramo kilogramos kilo kilos",
        "tonne tonnes tonelada toneladas tonnen",
        "second seconds segundo segundos seconde secondes sekunde sekunden",
        "minute minutes minuto minutos minuten",
        "hour hours hora horas heure heures stunde stunden",
        "day days dia dias jour jours tag tage tagen",
        "week weeks semana semanas semaine semaines woche wochen",
        "month months mes meses mois monat monate monaten",
        "year years ano anos an ans annee annees jahr jahre jahren",
        "euro euros",
        "dollar dollars dolar dolares",
    )
    for word in ways.split()
}
#: "Mille" after a figure is a thousand in French, and a second one of a kind in any language.
_UNITS_OF = {"en": ("second", "seconds"), "es": ("segundo",), "fr": ("mille", "seconde")}


@dataclass(frozen=True)
class Spot:
    """A number or a month where it stands in the text."""

    value: str = field(repr=False)
    start: int
    end: int


@dataclass(frozen=True)
class Together:
    """Two things that are said of one another. `sort` is day, year, unit or interval."""

    sort: str
    first: str = field(repr=False)
    second: str = field(repr=False)
    start: int
    written: str = field(repr=False)

    @property
    def end(self) -> int:
        return self.start + len(self.written)


def together(text: str, lang: str, numbers: Sequence[Spot], months: Sequence[Spot]) -> tuple[Together, ...]:
    """What stands together in a text, of its numbers and months in the order in which they stand."""
    dated: dict[int, Together] = {}
    found = [*_dates(text, lang, numbers, months, dated), *_units(text, lang, numbers)]
    return (*found, *_intervals(text, numbers, dated))


def contradicting(theirs: Sequence[Together], mine: Sequence[Together]) -> Iterator[tuple[Together, Together]]:
    """What one text says of something, with what the other says of it instead."""
    known, own = ({(one.sort, one.first, one.second) for one in ones} for ones in (theirs, mine))
    first: dict[tuple[str, ...], Together] = {}
    for other in mine:
        if (other.sort, other.first, other.second) not in known:
            # An interval contradicts the one that is its other way round.
            of = (other.second, other.first) if other.sort == "interval" else (other.first,)
            first.setdefault((other.sort, *of), other)
    for one in theirs:
        if (one.sort, one.first, one.second) not in own:
            of = (one.first, one.second) if one.sort == "interval" else (one.first,)
            if (one.sort, *of) in first:
                yield one, first[one.sort, *of]


def _dates(
    text: str, lang: str, numbers: Sequence[Spot], months: Sequence[Spot], dated: dict[int, Together]
) -> Iterator[Together]:
    for month in months:
        inside = numbers[_from(numbers, month.start) : _from(numbers, month.end)]
        days = [one for one in inside if not _YEAR.fullmatch(one.value)]
        year = next((one for one in inside if _YEAR.fullmatch(one.value)), None)
        end = month.end
        if not inside:
            days = _days_before(text, numbers, month.start)
            before = ((months[max(0, _from(months, day.start) - 1)].end, day.start) for day in days)
            if any(_DAY_AFTER_MONTH.fullmatch(text, *between) for between in before):
                # "June 3–5 and 4 July": the first ones are the other month's.
                days = days[-1:]
            if not days and lang.partition("-")[0] == "en":
                days = [
                    one
                    for one in _next(numbers, month.end)
                    if _is_day(one) and _DAY_AFTER_MONTH.fullmatch(text, month.end, one.start)
                ]
                end = max((one.end for one in days), default=end)
            year = next(
                (
                    one
                    for one in _next(numbers, end)
                    if _YEAR.fullmatch(one.value) and _BEFORE_YEAR.fullmatch(text, end, one.start)
                ),
                None,
            )
        stop = max(end, year.end) if year else end
        for day in days:
            start = min(day.start, month.start)
            yield Together("day", day.value, month.value, start, text[start:end])
            of_day = Together("year", f"{day.value}.{month.value}", year.value if year else "", start, text[start:stop])
            dated[day.start] = of_day
            if year:
                yield of_day
        if year:
            yield Together("year", month.value, year.value, month.start, text[month.start : stop])


def _from(spots: Sequence[Spot], at: int) -> int:
    """The place among sorted spots of the first that begins at `at` or behind it."""
    return bisect_left(spots, at, key=attrgetter("start"))


def _next(spots: Sequence[Spot], at: int) -> Sequence[Spot]:
    """The spot that begins at `at` or first behind it; several only where an hour has minutes."""
    first = _from(spots, at)
    return spots[first : _from(spots, spots[first].start + 1)] if first < len(spots) else ()


def _is_day(one: Spot) -> bool:
    # An int of some thousand digits is refused.
    return one.value.isdigit() and len(one.value) <= 2 and 1 <= int(one.value) <= 31


def _days_before(text: str, numbers: Sequence[Spot], end: int) -> list[Spot]:
    days: list[Spot] = []
    between, month = _DAY_BEFORE_MONTH, end
    for at in range(_from(numbers, end) - 1, -1, -1):
        one = numbers[at]
        if one.end > month:
            continue
        if not _is_day(one) or not between.fullmatch(text, one.end, end):
            break
        days.append(one)
        between, end = _DAYS, one.start
    return days[::-1]


def _units(text: str, lang: str, numbers: Sequence[Spot]) -> Iterator[Together]:
    other = _UNITS_OF.get(lang.partition("-")[0], ())
    for one in numbers:
        match = _UNIT.match(text, one.end)
        word = folded(match.group(1)) if match else ""
        if match and word in _UNITS and word not in other:
            yield Together("unit", one.value, _UNITS[word], one.start, text[one.start : match.end()])


def _intervals(text: str, numbers: Sequence[Spot], dated: dict[int, Together]) -> Iterator[Together]:
    points: list[Spot] = []
    days = sorted(dated)
    for one in numbers:
        date = dated.get(one.start)
        if points and points[-1].start == one.start:
            # The minutes of an hour.
            points[-1] = Spot(f"{points[-1].value}.{one.value.zfill(2)}".rstrip("0"), one.start, one.end)
        elif date is not None:
            # The days of one month have its name behind the last.
            after = bisect_left(days, one.end)
            near = one.end if after < len(days) and days[after] < date.end else date.end
            points.append(Spot(".".join(filter(None, (date.first, date.second))), date.start, near))
        elif not points or one.start >= points[-1].end:
            points.append(one)
    for one, other in itertools.pairwise(points):
        ends = _ENDS_AFTER_BETWEEN if _BETWEEN.search(text, max(0, one.start - _BEFORE), one.start) else _ENDS
        if one.value != other.value and ends.fullmatch(text, one.end, other.start):
            yield Together("interval", one.value, other.value, one.start, text[one.start : other.end])
