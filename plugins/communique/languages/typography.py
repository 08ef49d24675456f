"""How each language writes dates, lists, names of states and its own name, and in which order it sorts.

The data are CLDR's, as Babel ships them; what CLDR leaves to the writer is here (French "1er", Spanish "e").
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from babel import Locale, UnknownLocaleError, dates, units

from communique.problems import Place, Problem, Refused, did_you_mean

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"

# Papers between states write "1 October 2008" in English.
_FORMAL = {"en": "en_GB"}
# Letters of their own and the letter each follows; everything else sorts as its base letter.
_OWN_LETTERS = {"es": {"ñ": "n"}}
_SPELLED_OUT = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "’": "'", "‑": "-"}


@cache
def locale_of(lang: str) -> Locale:
    """Babel's locale of a language code such as "es" or "pt-BR"."""
    try:
        return Locale.parse(_FORMAL.get(lang, lang).replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        problem = Problem(
            Place("content/data/site.yaml"),
            "unknown-language",
            f'there is no language "{lang}"',
            "write its code as in BCP 47, for example es or pt-BR",
        )
        raise Refused([problem]) from error


def endonym(lang: str) -> str:
    """A language's name in itself, as it stands in a list: "Español"."""
    # The plain code: "English", not "British English".
    locale = Locale.parse(lang.replace("-", "_")) if locale_of(lang) else None
    name = (locale.get_display_name(locale) if locale else None) or lang
    return name[:1].upper() + name[1:]


def language_name(lang: str, in_lang: str) -> str:
    """A language's name in another, as it stands within a sentence: "espagnol"."""
    name = Locale.parse(lang.replace("-", "_")).get_display_name(locale_of(in_lang))
    return name or endonym(lang)


def file_size(size: int, lang: str) -> str:
    """How much a reader will load, in thousands of bytes or more: "48 kB", "1,5 Mo"."""
    thousands = -(-size // 1000)
    amount, unit = (thousands, "kilobyte") if thousands < 1000 else (-(-size // 100_000) / 10, "megabyte")
    text = units.format_unit(amount, f"digital-{unit}", length="short", locale=locale_of(lang))
    return text.replace(" ", NO_BREAK)


def direction(lang: str) -> Literal["ltr", "rtl"]:
    return "rtl" if locale_of(lang).text_direction == "rtl" else "ltr"


def territory(code: str, lang: str) -> str:
    """A state's name; `code` is ISO 3166-1, as in "nz"."""
    names = locale_of(lang).territories
    name = names.get(code.upper())
    if name is None or len(code) != 2:
        problem = Problem(
            Place("content/data/states.yaml"),
            "unknown-state",
            f'there is no state with the code "{code}"',
            did_you_mean(code, [known.lower() for known in map(str, names) if len(known) == 2]),
        )
        raise Refused([problem])
    return str(name)


def format_date(date: datetime.date, lang: str) -> str:
    """A date in full: "1er octobre 2008"."""
    locale = locale_of(lang)
    return _in_pattern(date, str(locale.date_formats["long"].pattern), locale)


def format_month(date: datetime.date, lang: str) -> str:
    """A month and its year: "octubre de 2008"."""
    return str(dates.format_skeleton("yMMMM", date, locale=locale_of(lang)))


def format_interval(first: datetime.date, last: datetime.date, lang: str) -> str:
    """From one day to another, without repeating what they share: "1er–3 octobre 2008"."""
    if first == last:
        return format_date(first, lang)
    if last < first:
        raise ValueError("an interval ends before it begins")
    locale = locale_of(lang)
    patterns = locale.interval_formats.get("yMMMMd")
    # Where CLDR has only the form with short months, the full month takes the same places.
    patterns = patterns or locale.interval_formats["yMMMd"]
    differs = "y" if first.year != last.year else "M" if first.month != last.month else "d"
    start, end = (re.sub(r"(?<!M)MMM(?!M)", "MMMM", pattern) for pattern in patterns[differs])
    return _in_pattern(first, start, locale) + _in_pattern(last, end, locale)


def _in_pattern(date: datetime.date, pattern: str, locale: Locale) -> str:
    if locale.language == "fr" and date.day == 1:
        pattern = re.sub(r"(?<!d)d(?!d)", "d'er'", pattern)
    return str(dates.format_date(date, pattern, locale=locale))


def join_list(items: Sequence[str], lang: str, joined_by: Literal["and", "or"] = "and") -> str:
    """An enumeration: "España e Italia", "siete u ocho"."""
    if len(items) < 2:
        return "".join(items)
    locale = locale_of(lang)
    patterns = locale.list_patterns["standard" if joined_by == "and" else "or"]
    if len(items) == 2:
        return _filled(patterns["2"], items[0], items[1], locale)
    text = _filled(patterns["end"], items[-2], items[-1], locale)
    for item in reversed(items[1:-2]):
        text = _filled(patterns["middle"], item, text, locale)
    return _filled(patterns["start"], items[0], text, locale)


def _filled(pattern: str, before: str, after: str, locale: Locale) -> str:
    if locale.language == "es":
        if " y " in pattern and _begins_with_i(after):
            pattern = pattern.replace(" y ", " e ")
        elif " o " in pattern and _begins_with_o(after):
            pattern = pattern.replace(" o ", " u ")
    # Not str.format: an item may hold braces of its own.
    head, rest = pattern.split("{0}")
    middle, tail = rest.split("{1}")
    return head + before + middle + after + tail


def _begins_with_i(text: str) -> bool:
    """Whether a Spanish word begins with the vowel sound i: "Italia", "hijo", not "hielo" or "Yemen"."""
    return bool(re.match(r"h?[ií](?![aeoáéó])|y(?![aeiouáéíóú])", _first_word(text)))


def _begins_with_o(text: str) -> bool:
    """Whether a Spanish word or figure begins with the vowel sound o: "ocho", "hora", "8", "80", "11"."""
    return bool(re.match(r"h?[oó]|8|11(?:[.\s\u00a0\u202f]\d{3})*(?![\d.,])", _first_word(text)))


def _first_word(text: str) -> str:
    return text.lstrip("«“\"'(¿¡[*_").casefold()


def sort_key(text: str, lang: str) -> tuple[str, str, str, str]:
    """Where a name stands in an alphabetical list: base letters first, then accents, then capitals."""
    own = _OWN_LETTERS.get(locale_of(lang).language, {})
    base: list[str] = []
    accents: list[str] = []
    for letter in unicodedata.normalize("NFC", text).casefold():
        if letter in own:
            base.append(own[letter] + "\U0010ffff")
            accents.append(" ")
            continue
        for sign in unicodedata.normalize("NFD", _SPELLED_OUT.get(letter, letter)):
            (accents if unicodedata.combining(sign) else base).append(sign)
        accents.append(" ")
    return "".join(base), "".join(accents), text.swapcase(), text


@dataclass(frozen=True, order=True)
class SpaceFault:
    """A French sign without its no-break space; line and column count from 1."""

    line: int
    column: int
    sign: str
    what: str


# What only looks like punctuation: addresses, code, link targets, fences, table rules, footnote marks.
_NOT_PROSE = re.compile(
    r"^:::.*$|^```.*?^```|^[ |:-]+$|`[^`\n]*`|\]\([^)\n]*\)|<[^>\n]*>|\[\^[^\]\n]*\]:?"
    r"|\b(?:https?|mailto|tel|doc|state|data):[^\s)]*|\d:\d",
    re.MULTILINE | re.DOTALL,
)
_SIGN = re.compile(r"[;:!?»]|«")


def french_space_faults(text: str) -> list[SpaceFault]:
    """Where Markdown text in French lacks the no-break space before ; : ! ? » or after «.

    Narrow or full width both pass: editors' keyboards differ, and neither lets a line begin with the sign.
    """
    prose = _NOT_PROSE.sub(lambda found: re.sub(r"[^\n]", "x", found.group()), text)
    return sorted(_space_faults(prose))


def _space_faults(prose: str) -> Iterator[SpaceFault]:
    for found in _SIGN.finditer(prose):
        sign, at = found.group(), found.start()
        neighbour = prose[at + 1 : at + 2] if sign == "«" else prose[at - 1 : at] if at else ""
        if neighbour in (NO_BREAK, NARROW_NO_BREAK):
            continue
        # "?!" is one sign; "(?)" and "[!" stand for themselves.
        if sign in "!?" and (neighbour in ("!", "?", "(", "[", "…", "") or prose[at + 1 : at + 2] == "["):
            continue
        side = "after" if sign == "«" else "before"
        what = f"there is {'a plain space' if neighbour == ' ' else 'no space'} {side} {sign}"
        line = prose.count("\n", 0, at) + 1
        yield SpaceFault(line, at - prose.rfind("\n", 0, at), sign, what)


def format_moment(moment: datetime.datetime, lang: str) -> str:
    """A day and an hour with its distance from UTC: "15 November 2008, 18:00 (UTC+1)"."""
    locale = locale_of(lang)
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment without a time zone is that of no place")
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    zone = "UTC" + (
        ("+" if minutes > 0 else "\u2212") + str(hours) + (f":{rest:02d}" if rest else "") if minutes else ""
    )
    time = str(dates.format_time(moment, "short", tzinfo=moment.tzinfo, locale=locale))
    pattern = str(locale.datetime_formats["long"]).replace("'", "")
    return pattern.replace("{1}", format_date(moment.date(), lang)).replace("{0}", time) + f" ({zone})"
