"""How each language writes dates, lists, names of states and its own name, and in which order it sorts.

The data are CLDR's, as Babel ships them; what CLDR leaves to the writer, and what Babel leaves out of CLDR, is here
(French "1er", Spanish "e", the four digits that Spanish does not group).
"""

from __future__ import annotations

import datetime
import decimal
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from babel import Locale, UnknownLocaleError, dates, numbers, units
from babel.core import get_global

from communique.problems import Place, Problem, Refused, did_you_mean

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"

# Papers between states write "1 October 2008" in English.
_FORMAL = {"en": "en_GB"}
# Letters of their own and what each follows; everything else sorts as its base letter.
_OWN_LETTERS = {
    "es": {"ñ": "n"},
    "sv": {
        "å": "z",
        "ä": "z\U0010ffff",
        "æ": "z\U0010ffff",
        "ö": "z\U0010ffff\U0010ffff",
        "ø": "z\U0010ffff\U0010ffff",
    },
    "da": {"æ": "z", "ä": "z", "ø": "z\U0010ffff", "ö": "z\U0010ffff", "å": "z\U0010ffff\U0010ffff"},
    "pl": {"ą": "a", "ć": "c", "ę": "e", "ł": "l", "ń": "n", "ó": "o", "ś": "s", "ź": "z", "ż": "z\U0010ffff"},
    "tr": {"ç": "c", "ğ": "g", "ı": "h", "ö": "o", "ş": "s", "ü": "u"},
    "ro": {"ă": "a", "â": "a\U0010ffff", "î": "i", "ș": "s", "ț": "t"},
    "ru": {"й": "и"},
    "uk": {"ґ": "г", "є": "е", "і": "и", "ї": "и\U0010ffff", "й": "и\U0010ffff\U0010ffff", "ʼ": "я"},
}
_OWN_LETTERS |= {"fi": _OWN_LETTERS["sv"], "nb": _OWN_LETTERS["da"], "nn": _OWN_LETTERS["da"], "no": _OWN_LETTERS["da"]}
# Letters that differ from another as an accent does, with the accent that puts them in order: whatever carries a hamza
# stands with alif, and alif with a tilde is two of them.
_VARIANTS = {
    "ar": {
        **{letter: ("ا", str(at)) for at, letter in enumerate("ءأؤإئا")},
        "آ": ("اا", "0"),
        "ة": ("ت", "0"),
        "ى": ("ي", "0"),
    }
}
# What states call themselves in the papers of their organisations, where CLDR has what maps print.
_STATES = {
    "cd": {
        "en": "Democratic Republic of the Congo",
        "es": "República Democrática del Congo",
        "fr": "République démocratique du Congo",
        "de": "Demokratische Republik Kongo",
        "ar": "جمهورية الكونغو الديمقراطية",
    },
    "cg": {"en": "Congo", "es": "Congo", "fr": "Congo", "de": "Kongo", "ar": "الكونغو"},
    "hk": {"en": "Hong Kong", "es": "Hong Kong", "fr": "Hong Kong", "de": "Hongkong", "ar": "هونغ كونغ"},
    "mm": {"en": "Myanmar", "es": "Myanmar", "fr": "Myanmar", "de": "Myanmar", "ar": "ميانمار"},
    "mo": {"en": "Macao", "es": "Macao", "fr": "Macao", "de": "Macau", "ar": "ماكاو"},
}
# Spanish and some others write "1234" and "12.345": CLDR's minimum of grouping digits, which Babel does not read.
_GROUPED_FROM_FIVE = ("es", "it", "pt", "pl")
# What follows the figure of a masculine and of a feminine ordinal.
_ORDINAL_ENDINGS = {
    **dict.fromkeys(("es", "pt"), (".º", ".ª")),
    **dict.fromkeys(("it", "gl"), ("º", "ª")),
    **dict.fromkeys(("de", "da", "nb", "nn", "fi", "pl", "cs", "sk", "hu", "sl", "hr", "et", "lv"), (".", ".")),
    "nl": ("e", "e"),
}
#: Where the first of a month is "the first", and every other day a plain number.
_FIRST_IS_ORDINAL = ("fr", "it", "pt")
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
    return capitalised(name)


def capitalised(words: str) -> str:
    """Words as they begin a line: the first letter large, the others as they are."""
    return words[:1].upper() + words[1:]


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
    language = locale_of(lang).language
    name = _STATES.get(code.lower(), {}).get(language, str(name))
    # English maps save space; papers write the words.
    return re.sub(r"\bSt\.? (?=[A-Z])", "Saint ", name).replace(" & ", " and ") if language == "en" else name


def format_number(number: int | decimal.Decimal, lang: str) -> str:
    """A number with its digits in groups: "14,250", "14 250"; Spanish groups from five digits on."""
    locale = locale_of(lang)
    is_grouped = locale.language not in _GROUPED_FROM_FIVE or not -10_000 < number < 10_000
    return str(numbers.format_decimal(number, locale=locale, group_separator=is_grouped))


def ordinal(number: int, lang: str, *, feminine: bool = False) -> str:
    """A number in a row, in figures: "1st", "1.º" or "1.ª", "1er" or "1re", "1."; elsewhere the plain figure."""
    locale = locale_of(lang)
    if locale.language == "en":
        ending = {"one": "st", "two": "nd", "few": "rd"}.get(locale.ordinal_form(number), "th")
        return f"{number}{ending}"
    if locale.language == "fr":
        return f"{number}{('re' if feminine else 'er') if number == 1 else 'e'}"
    masculine_and_feminine = _ORDINAL_ENDINGS.get(locale.language)
    return f"{number}{masculine_and_feminine[feminine]}" if masculine_and_feminine else str(number)


def format_date(date: datetime.date, lang: str) -> str:
    """A date in full: "1er octobre 2008"."""
    locale = locale_of(lang)
    return _in_pattern(date, str(locale.date_formats["long"].pattern), locale)


def format_month(date: datetime.date, lang: str) -> str:
    """A month and its year: "octubre de 2008"."""
    return str(dates.format_skeleton("yMMMM", date, locale=locale_of(lang)))


def format_months(first: datetime.date, last: datetime.date, lang: str) -> str:
    """From one month to another: "juin–juillet 2009"; one month alone where they are the same."""
    if (first.year, first.month) == (last.year, last.month):
        return format_month(first, lang)
    return _between(first, last, ("yMMMM", "yMMM"), _largest_difference(first, last), lang)


def format_years(first: int, last: int, lang: str) -> str:
    """From one year to another: "2009–2010"."""
    if first == last:
        return str(first)
    return _between(datetime.date(first, 1, 1), datetime.date(last, 1, 1), ("y",), "y", lang)


def format_time(time: datetime.time, lang: str) -> str:
    """An hour of the day: "09:00", "9:00 ص"."""
    return str(dates.format_time(time, "short", locale=locale_of(lang)))


def format_interval(first: datetime.date, last: datetime.date, lang: str) -> str:
    """From one day to another, without repeating what they share: "1er–3 octobre 2008"."""
    if first == last:
        return format_date(first, lang)
    return _between(first, last, ("yMMMMd", "yMMMd"), _largest_difference(first, last), lang)


def _largest_difference(first: datetime.date, last: datetime.date) -> Literal["y", "M", "d"]:
    if first.year != last.year:
        return "y"
    return "M" if first.month != last.month else "d"


def _between(
    first: datetime.date, last: datetime.date, skeletons: Sequence[str], differs: Literal["y", "M", "d"], lang: str
) -> str:
    """Both ends in CLDR's pattern for the first of `skeletons` that the language has."""
    if last < first:
        raise ValueError("an interval ends before it begins")
    locale = locale_of(lang)
    found = next(locale.interval_formats[one] for one in skeletons if locale.interval_formats.get(one))
    # Where CLDR has only the form with short months, the full month takes the same places.
    start, end = (re.sub(r"(?<!M)MMM(?!M)", "MMMM", pattern) for pattern in found[differs])
    return _in_pattern(first, start, locale) + _in_pattern(last, end, locale)


def _in_pattern(date: datetime.date, pattern: str, locale: Locale) -> str:
    if locale.language in _FIRST_IS_ORDINAL and date.day == 1:
        first = f"'{ordinal(1, locale.language)}'"
        # What stands between quotation marks is text: "d 'de' MMMM".
        pattern = re.sub(r"('[^']*')|(?<!d)d(?!d)", lambda found: found.group(1) or first, pattern)
    return str(dates.format_date(date, pattern, locale=locale))


def comma(lang: str) -> str:
    """What stands between things that are only set side by side, with its space: ", ", in Arabic letters "، "."""
    likely = str(get_global("likely_subtags").get(locale_of(lang).language, ""))
    return "، " if "_Arab" in likely else ", "


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
    language = locale_of(lang).language
    own, variants = _OWN_LETTERS.get(language, {}), _VARIANTS.get(language, {})
    base: list[str] = []
    accents: list[str] = []
    if language == "tr":
        # There İ is the capital of i, and I that of ı.
        text = text.replace("İ", "i").replace("I", "ı")
    folded = unicodedata.normalize("NFC", text).casefold()
    if _OWN_LETTERS["da"] is own:
        folded = folded.replace("aa", "å")
    for letter in folded:
        if letter in own:
            base.append(own[letter] + "\U0010ffff")
            accents.append(" ")
            continue
        if letter in variants:
            base.append(variants[letter][0])
            accents.append(variants[letter][1] + " ")
            continue
        if "\u0621" <= letter <= "\u064a":
            # Where Unicode makes a letter and a mark of it, Arabic script has a letter.
            base.append(letter)
            accents.append(" ")
            continue
        for sign in unicodedata.normalize("NFD", _SPELLED_OUT.get(letter, letter)):
            (accents if unicodedata.combining(sign) else base).append(sign)
        accents.append(" ")
    return "".join(base), "".join(accents), text if language == "da" else text.swapcase(), text


@dataclass(frozen=True, order=True)
class SpaceFault:
    """A sign without what belongs beside it, in French a no-break space, in Spanish its other half; line and column
    count from 1.
    """

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


_OPENING_OR_CLOSING = re.compile(r"[¿¡]+|[?!]+")
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![ \t]*\n)[^\n]+)*")
#: What is quoted or set in italics may be in another language.
_QUOTED = re.compile(
    r"“[^”\n]*”|«[^»\n]*»|\"[^\"\n]*\"|(?<![*\w])\*[^*\n]+\*(?!\*)|(?<!\w)_[^_\n]+_(?!\w)|\([?!]+\)|!\["
)


def spanish_mark_faults(text: str) -> list[SpaceFault]:
    """Where Markdown text in Spanish asks or calls without ¿ or ¡ before, or begins to and does not end.

    "¿Qué haces!" is right: what asks and calls may begin with one sign and end with the other.
    """
    prose = _NOT_PROSE.sub(lambda found: re.sub(r"[^\n]", "x", found.group()), text)
    prose = _QUOTED.sub(
        lambda found: found.group() if re.search("[¿¡]", found.group()) else "x" * len(found.group()), prose
    )
    return [fault for paragraph in _PARAGRAPH.finditer(prose) for fault in _mark_faults(prose, paragraph)]


def _mark_faults(prose: str, paragraph: re.Match[str]) -> Iterator[SpaceFault]:
    opened: list[re.Match[str]] = []

    def fault(found: re.Match[str], what: str) -> SpaceFault:
        at = found.start()
        return SpaceFault(prose.count("\n", 0, at) + 1, at - prose.rfind("\n", 0, at), found.group(), what)

    for found in _OPENING_OR_CLOSING.finditer(prose, paragraph.start(), paragraph.end()):
        if found.group()[0] in "¿¡":
            opened.append(found)
            if prose[found.end() : found.end() + 1].isspace():
                yield fault(found, f"there is a space after {found.group()}")
        elif not opened:
            yield fault(found, f"there is no {'¿' if '?' in found.group() else '¡'} before {found.group()}")
        else:
            opened.pop()
            if prose[found.start() - 1].isspace():
                yield fault(found, f"there is a space before {found.group()}")
    for found in opened:
        yield fault(found, f"nothing ends what begins with {found.group()}")


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
