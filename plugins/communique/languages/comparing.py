"""References, dates, numbers, links and figures of a translation, compared block for block with its original's.

What differs is a warning and stops nothing: only a person can tell whether "two days" may be "48 hours". So that
warnings are read, they must be right: whatever a language may have said in another way excuses a difference.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from babel import UnknownLocaleError
from babel.dates import get_month_names
from babel.numbers import get_decimal_symbol

from communique.documents.document import Document, Text
from communique.documents.source import Block, Source, token, tokens_in
from communique.documents.symbols import comparable
from communique.languages.changes import unchanged_pairs
from communique.languages.number_words import Said, folded, hour_of, knows, multiplied, said_numbers, scale
from communique.languages.pins import SUMMARY, TITLE, Pin, Pins, fields_of, pinned_fields
from communique.languages.together import Spot, Together, contradicting, together
from communique.problems import Place, Problem

_BLANKS = " \u00a0\u2009\u202f"
_TARGET = re.compile(r"\]\(\s*<?([^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?[^)\n]*\)|<((?:https?://|mailto:)[^\s<>]+)>")
_BARE_ADDRESS = re.compile(r"\bhttps?://[^\s<>()\[\]]+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SYMBOL = re.compile(r"\b[A-Z][A-Z0-9]+(?:/[A-Za-z0-9.-]+)+(?<![.-])")
#: What holds digits and says no number: the marks of lists and footnotes, an entity.
_MARKS = re.compile(r"^[ \t]*(?:>[ \t]*)*\d{1,9}[.)](?=[ \t])|\[\^[^\]\s]+\]:?|&#?\w+;|\{[^{}\n]*\}", re.MULTILINE)
_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
#: "18:00", "18h30", "18 h", "6.30 p.m."
_TIME = re.compile(
    rf"\b(\d{{1,2}})(?:[:.](\d{{2}}))?[{_BLANKS}]?([ap])\.?[{_BLANKS}]?m\b"
    rf"|\b(\d{{1,2}})(?:[:.](\d{{2}})[{_BLANKS}]?h\b|[{_BLANKS}]?h[{_BLANKS}]?(\d{{2}})\b|:(\d{{2}})\b(?![:\d]))"
    rf"|\b(\d{{1,2}})\.(\d{{2}})(?=[{_BLANKS}](?:Uhr|horas)\b)",
    re.IGNORECASE,
)
_SPAN_OF_YEARS = re.compile(r"\b((\d\d)\d\d)([-‑–/])(\d\d)\b(?!-\d|\d)")
_SIGN_OF_THOUSANDS = rf"[{_BLANKS}’'٬]"
_NUMBER = re.compile(rf"\d+(?:(?:{_SIGN_OF_THOUSANDS}|[.,٫])\d+)*")
_GROUPED_BY_BLANKS = re.compile(rf"\d{{1,3}}(?:{_SIGN_OF_THOUSANDS}\d{{3}})+(?!\d)(?:[.,٫]\d+)?")
_GROUPED_BY_SIGNS = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?!\d)(?:(?!\1)[.,]\d+)?")
_DECIMAL = re.compile(r"\d+[.,٫]\d+(?![.,٫]?\d)")
#: "15/11/2008", "15.11.2008"; of "5/6/2008" nobody can tell which is the month.
_DATE_IN_FIGURES = re.compile(r"\b(\d{1,2})([./-])(\d{1,2})\2(\d{4})\b")
#: What some read as thousands and others as a fraction.
_EITHER = re.compile(r"\d{1,3}[.,]\d{3}")
_AFTER_FIGURE = re.compile(rf"[{_BLANKS}-]+([^\W\d_]+)(?:[{_BLANKS}]+([^\W\d_]+))?")
#: How far before a number is looked for what makes another of it.
_BEFORE = 40
#: "6 de la tarde" and "six o'clock in the evening" are 6 p.m.
_EVENING = re.compile(
    rf"(?:\b(\d{{1,2}})(?:[:.h]\d{{2}})?|(?<![\w-])([^\W\d_]+))[{_BLANKS}\n]+"
    rf"(?:(?:heures?(?:[{_BLANKS}\n]+et[{_BLANKS}\n]+(?:demie|quart))?|y[{_BLANKS}\n]+(?:media|cuarto)|o[’']clock|Uhr)"
    rf"[{_BLANKS}\n]+)?"
    r"(?:de\sla\s(?:tarde|noche)|du\ssoir|de\sl[’']apr[eè]s-midi|in\sthe\s(?:evening|afternoon)|at\snight"
    r"|abends|nachmittags|am\s(?:Abend|Nachmittag)|مساء)\b",
    re.IGNORECASE,
)
#: A minus is no hyphen of a word and no dash of a range. An en dash, or a word, may be one.
_MINUS = re.compile(rf"(?:\A|\n|[(\[“«\"|]|(?:[^\d{_BLANKS}]|\n|\A)[{_BLANKS}]+)[-−]\Z")
_MAYBE_MINUS = re.compile(rf"(?:[-−–‑]|\b(?:minus|menos|moins|ناقص)[{_BLANKS}]+)\Z", re.IGNORECASE)
_BELOW_ZERO = re.compile(
    r"\b(?:below (?:zero|freezing)|bajo cero|(?:sous|dessous de) z[ée]ro|unter (?:null|dem Gefrierpunkt)|تحت الصفر)\b",
    re.IGNORECASE,
)
#: "The 1990s", "los años noventa", "les années 90": before the number, and behind it.
_DECADE = re.compile(
    r"\b(?:años|d[ée]cadas?|decenios?|décennies?|années|los|in den|عقد)\s+(?:(?:de|des|of)\s+)?(?:(?:los|the)\s+)?\Z"
    r"|['’]\Z",
    re.IGNORECASE,
)
_DECADE_BEHIND = re.compile(r"(?:['’]?s|er)\b")
_ROMAN = re.compile(r"\b(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})(?<=[IVX])(?=\b|e\b|º)")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_YEAR = re.compile(r"1[89]\d\d|20\d\d")
#: "Por ciento" and "pour cent" are a sign, like %.
_PER_CENT = re.compile(r"\b(?:per|por|pour)\s+(?:cent|ciento|cien)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
#: What stands beside a month.
_FIGURE_BEFORE = re.compile(r"\d(?:\.|º|er|st|nd|rd|th)?[^\w\n]{0,3}(?:de[^\w\n])?\Z")
_FIGURE_BEHIND = re.compile(rf"\.?[{_BLANKS}]+(?:de[{_BLANKS}]+)?\d{{1,4}}\b")
#: Names of months that are other words as well: they count beside a figure only, elsewhere they excuse.
_OTHER_WORDS = {"en": ("may", "march"), "fr": ("mars",), "es": (), "de": (), "ar": ()}
_WORDS = re.compile(r"\w+")
#: From so many words on that are no names, a text is in a language.
_TELLING = 5
#: Code, titles in italics and quotations may be in another language.
_NOT_OF_THE_LANGUAGE = re.compile(
    r"`[^`]+`|(?<![*\w])\*(?!\*)[^*]+\*(?!\*)|(?<![_\w])_(?!_)[^_]+_(?![_\w])|“[^“”]+”|„[^„“”]+[“”]|«[^«»]+»|\"[^\"]+\""
    r"|\{[^{}\n]*\}|\[\^[^\]\s]+\]:?"
)
#: How much of a line is shown on either side of what differs.
_AROUND = 44


KINDS = ("number", "date", "reference", "link", "figure")
_NAMED = {
    "number": "the number",
    "date": "the month",
    "day": "the date",
    "year": "the date",
    "unit": "the quantity",
    "interval": "the interval",
    "reading": "the number",
    "reference": "the reference",
    "link": "the link to",
    "figure": "the figure",
}
#: Of what belongs together: as which kind a difference of it is told.
_CODED = {"day": "date", "year": "date", "unit": "number", "interval": "number", "reading": "number"}


@dataclass(frozen=True)
class _Fact:
    """Something that does not change with the language: a value as it compares, as it is written, and where."""

    value: str = field(repr=False)
    written: str = field(repr=False)
    at: int
    #: What it may be called elsewhere: "9.15 a.m." is "9.15" in another language, "the 1990s" are "les années 90".
    also: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def end(self) -> int:
        return self.at + len(self.written)


@dataclass(frozen=True)
class Facts:
    """What a text says in each of KINDS, and what it may say by other words."""

    found: Mapping[str, tuple[_Fact, ...]] = field(repr=False)
    #: What the text may also be taken to say, by kind; an excuse and nothing else.
    maybe: Mapping[str, frozenset[str]] = field(repr=False)
    #: What belongs to what: days to months, units to numbers.
    joined: tuple[Together, ...] = field(default=(), repr=False)

    def values(self, kind: str) -> Counter[str]:
        return Counter(fact.value for fact in self.found[kind])


@dataclass(frozen=True)
class Differing:
    """What one language has and the other has not. `mine` is of the translation, `theirs` of its original."""

    kind: str
    theirs: tuple[_Fact, ...] = field(repr=False)
    mine: tuple[_Fact, ...] = field(repr=False)


def facts_of(text: str, lang: str, languages: Iterable[str] = ()) -> Facts:
    """The references, dates, numbers, links and figures of a Markdown text; `languages` are those of the site."""
    found: dict[str, list[_Fact]] = {kind: [] for kind in KINDS}
    maybe: dict[str, set[str]] = {kind: set() for kind in KINDS}
    codes = frozenset([*languages, lang])

    def without(pattern: re.Pattern[str], plain: str) -> str:
        return pattern.sub(lambda match: " " * len(match.group()), plain)

    for match in (*_TARGET.finditer(text), *_BARE_ADDRESS.finditer(without(_TARGET, text))):
        target = next((one for one in match.groups() if one), "") if match.groups() else match.group()
        kind, value = _target(target, codes)
        if value:
            found[kind].append(_Fact(value, target, match.start()))
    plain = without(_BARE_ADDRESS, without(_TARGET, text))
    for match in _SYMBOL.finditer(plain):
        found["reference"].append(_Fact(comparable(match.group()), match.group(), match.start()))
    plain = without(_PER_CENT, without(_MARKS, without(_SYMBOL, plain)))
    plain = _ascii_digits(plain)
    _read_numbers(plain, lang, found, maybe)
    _read_other_ways(plain, lang, found["number"], maybe["number"])
    numbers, months = (sorted((Spot(o.value, o.at, o.end) for o in found[of]), key=_start) for of in ("number", "date"))
    return Facts(
        {kind: tuple(facts) for kind, facts in found.items()},
        {kind: frozenset(values) for kind, values in maybe.items()},
        together(plain, lang, numbers, months),
    )


def _start(spot: Spot) -> int:
    return spot.start


def _read_other_ways(text: str, lang: str, numbers: list[_Fact], maybe: set[str]) -> None:
    """By which other numbers a language may say the same."""
    also: dict[int, set[str]] = {}
    for start, values in multiplied(text, lang):
        also.setdefault(start, set()).update(values)
        maybe.update(values)
    for match in _EVENING.finditer(text):
        figure, word = match.groups()
        hour = int(figure) if figure else hour_of(word, lang)
        if hour:
            also.setdefault(match.start(), set()).add(str(hour % 12 + 12))
            maybe.add(str(hour % 12 + 12))
    for fact in numbers:
        is_round = fact.value.isdigit() and len(fact.value) in (2, 4) and fact.value.endswith("0")
        if is_round and (
            _DECADE.search(text, max(0, fact.at - _BEFORE), fact.at) or _DECADE_BEHIND.match(text, fact.end)
        ):
            century, decade = fact.value[:-2], fact.value[-2:]
            years = {decade} if century else {f"{one}{decade}" for one in (18, 19, 20)}
            also.setdefault(fact.at, set()).update(years)
    if _BELOW_ZERO.search(text):
        maybe.update(f"-{fact.value}" for fact in numbers)
    for at, fact in enumerate(numbers):
        others = also.get(fact.at, set()) | fact.also
        numbers[at] = replace(fact, also=frozenset(others))
        maybe.update(others)


def _target(target: str, languages: frozenset[str]) -> tuple[str, str]:
    """The kind of a link and what it leads to, the same for the same page of another language."""
    scheme, _, rest = target.partition(":")
    if scheme == "ref":
        symbol, _, number = rest.partition("#")
        return "reference", f"{comparable(symbol)}#{number}"
    if scheme == "figure":
        return "figure", rest
    if scheme == "file" or ("." in target and ":" not in target and "/" not in target):
        # The twin rule compares files, which have a name in each language.
        return "link", ""
    if scheme not in ("https", "http"):
        return "link", target
    parts = urlsplit(target)
    host = ".".join(label for label in parts.netloc.casefold().split(".") if label not in languages)
    path = "/".join("*" if one.casefold() in languages else one for one in parts.path.rstrip("/").split("/"))
    query = "&".join(
        one for one in parts.query.split("&") if one.partition("=")[2].casefold()[:2] not in languages or len(one) > 12
    )
    return "link", f"{host}{path}?{query}#{parts.fragment}"


def _ascii_digits(text: str) -> str:
    """Arabic and other digits as 0 to 9, sign for sign."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() and not sign.isascii() else sign for sign in text)


def _read_numbers(text: str, lang: str, found: dict[str, list[_Fact]], maybe: dict[str, set[str]]) -> None:
    numbers, taken = found["number"], [False] * len(text)

    def add(value: int | str, start: int, end: int, also: Iterable[str] = ()) -> None:
        numbers.append(_Fact(str(value), text[start:end].strip(), start, frozenset(also)))

    def take(start: int, end: int) -> None:
        taken[start:end] = [True] * (end - start)

    for match in _DATE.finditer(text):
        year, month, day = (int(one) for one in match.groups())
        if 1 <= month <= 12:
            add(year, match.start(1), match.end(1))
            add(day, match.start(3), match.end(3))
            found["date"].append(_Fact(str(month), match.group(), match.start()))
            take(match.start(), match.end())
    for match in _DATE_IN_FIGURES.finditer(text):
        first, second, year = (int(one) for one in match.group(1, 3, 4))
        if any(taken[match.start() : match.end()]) or not (0 < min(first, second) <= 12 and max(first, second) <= 31):
            continue
        add(year, match.start(4), match.end(4))
        if max(first, second) > 12:
            add(max(first, second), match.start(), match.end())
            found["date"].append(_Fact(str(min(first, second)), match.group(), match.start()))
        else:
            for kind in ("number", "date"):
                maybe[kind].update((str(first), str(second)))
        take(match.start(), match.end())
    for match in _TIME.finditer(text):
        if any(taken[match.start() : match.end()]):
            continue
        half = (match.group(3) or "").casefold()
        hour = int(match.group(1) or match.group(4) or match.group(8))
        minutes = next((int(one) for one in match.group(2, 5, 6, 7, 9) if one), 0)
        if hour > 24 or minutes > 59:
            continue
        written = hour
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        also = [_value(f"{one}.{minutes:02}", ".") for one in (written, hour)] if minutes else []
        add(hour, match.start(), match.end(), also)
        if minutes:
            add(minutes, match.start(), match.end(), also)
        take(match.start(), match.end())
    for match in _SPAN_OF_YEARS.finditer(text):
        if not any(taken[match.start() : match.end()]) and int(match.group(4)) > int(match.group(1)[2:]):
            add(match.group(1), match.start(1), match.end(1))
            add(match.group(2) + match.group(4), match.start(4), match.end(4))
            take(match.start(), match.end())
    decimal = "." if lang.partition("-")[0] == "en" else ","
    for match in _NUMBER.finditer(text):
        if taken[match.start()]:
            continue
        for start, end in _split_number(text, match.start(), match.end()):
            value, stop = _value(text[start:end], decimal), end
            if _EITHER.fullmatch(text, start, end):
                maybe["number"].update(_value(text[start:end], sign) for sign in ".,")
            after = _AFTER_FIGURE.match(text, end)
            factors = [scale(word, lang) for word in after.groups() if word] if after else []
            if factors and factors[0] > 1:
                factor = factors[0] * (factors[1] if len(factors) > 1 and factors[1] > factors[0] else 1)
                maybe["number"].add(value)
                value = _times(value, factor)
                stop = after.end() if after and len(factors) > 1 and factors[1] > 1 else after.end(1) if after else end
                take(start, stop)
            if _MINUS.search(text, max(0, start - _BEFORE), start):
                value, start = f"-{value}", start - 1
            elif _MAYBE_MINUS.search(text, max(0, start - _BEFORE), start):
                maybe["number"].add(f"-{value}")
            add(value, start, stop)
            take(start, stop)
    said, loose = said_numbers(text, lang)
    maybe["number"].update(map(str, loose))
    for one in said:
        if not any(taken[one.start : one.end]):
            _add_said(one, text, found, maybe)
    maybe["number"].update(str(_roman(match.group())) for match in _ROMAN.finditer(text))
    _read_months(text, lang, found["date"], maybe["date"])


def _add_said(one: Said, text: str, found: dict[str, list[_Fact]], maybe: dict[str, set[str]]) -> None:
    if one.value >= 3:
        found["number"].append(_Fact(str(one.value), text[one.start : one.end], one.start))
    maybe["number"].add(str(one.value))


def _split_number(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The numbers of a run of digits and signs: "25 000" and "1.234,5" are one, "1.2.3" three."""
    at = start
    while at < end:
        match = _GROUPED_BY_BLANKS.match(text, at, end) or _GROUPED_BY_SIGNS.match(text, at, end)
        match = match or _DECIMAL.match(text, at, end)
        stop = match.end() if match else next((to for to in range(at, end) if not text[to].isdigit()), end)
        yield at, stop
        at = next((to for to in range(stop, end) if text[to].isdigit()), end)


def _value(written: str, decimal: str) -> str:
    """A figure as it compares: "25,000" is 25000 and "2,5" is 2.5; "1.500" is what its language says."""
    text = re.sub(_SIGN_OF_THOUSANDS, "", written).replace("٫", decimal)
    signs = [sign for sign in text if sign in ".,"]
    if len(signs) > 1 or (signs and signs[0] != decimal and _EITHER.fullmatch(text)):
        text = text.replace(signs[0], "")
    whole, _, rest = text.replace(",", ".").partition(".")
    rest = rest.rstrip("0")
    # An int of some thousand digits is refused.
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{rest}" if rest else whole


def _times(value: str, factor: int) -> str:
    whole, _, rest = value.partition(".")
    zeros = len(str(factor)) - 1
    return (whole + rest.ljust(zeros, "0")).lstrip("0") or "0" if len(rest) <= zeros else value


def _roman(text: str) -> int:
    values = [_ROMAN_VALUES[sign] for sign in text]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


@functools.cache
def _month_words(lang: str) -> Mapping[str, int]:
    words: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            try:
                names = get_month_names(width, context, lang.replace("-", "_"))
            except (UnknownLocaleError, ValueError):
                return {}
            for number, name in names.items():
                words.setdefault(folded(name.rstrip(".")), number if width == "wide" else -number)
    return {word: number for word, number in words.items() if word.isalpha()}


def _read_months(text: str, lang: str, dates: list[_Fact], maybe: set[str]) -> None:
    """Months written out; an abbreviation, and a name that is another word as well, count beside a figure only."""
    months, other = _month_words(lang), _OTHER_WORDS.get(lang.partition("-")[0], ())
    for match in _WORD.finditer(text):
        number = months.get(folded(match.group()))
        if number is None:
            continue
        sure = number > 0 and folded(match.group()) not in other
        sure = sure or bool(_FIGURE_BEFORE.search(text, max(0, match.start() - _BEFORE), match.start()))
        sure = sure or bool(_FIGURE_BEHIND.match(text, match.end()))
        sure = sure and not (match.group().islower() and lang.partition("-")[0] == "en")
        if sure:
            dates.append(_Fact(str(abs(number)), match.group(), match.start()))
        maybe.add(str(abs(number)))


def differing(original: Facts, translation: Facts, *, small: bool = True) -> Iterator[Differing]:
    """What one has and the other neither has nor may mean; `small`: whether figures below 100 are compared."""
    told: list[tuple[_Fact, ...]] = [(), ()]
    for kind in KINDS:
        lacking = _left(original, translation, kind)
        beyond = _left(translation, original, kind)
        if kind == "number" and not small:
            lacking, beyond = ([one for one in ones if not _is_small(one)] for ones in (lacking, beyond))
        if lacking or beyond:
            told = [(*told[0], *lacking), (*told[1], *beyond)]
            yield Differing(kind, tuple(lacking), tuple(beyond))
    pairs: dict[str, list[tuple[_Fact, _Fact]]] = {}
    for pair in contradicting(original.joined, translation.joined):
        if any(one.start <= fact.at < one.end for one, facts in zip(pair, told, strict=True) for fact in facts):
            continue
        theirs, mine = (_Fact(one.second, one.written, one.start) for one in pair)
        # What is wrong there once is told once, although an exchanged year is another year of its month as well.
        told = [(*told[0], theirs), (*told[1], mine)]
        pairs.setdefault(pair[0].sort, []).append((theirs, mine))
    for sort, both in pairs.items():
        yield Differing(sort, tuple(theirs for theirs, _ in both), tuple(mine for _, mine in both))


def _is_small(fact: _Fact) -> bool:
    return "." not in fact.value and len(fact.value.lstrip("-")) <= 2


def _left(one: Facts, other: Facts, kind: str) -> list[_Fact]:
    """What `other` has not as often. A month or a year may stand once for two days: "12 and 14 May 2009"."""
    has, maybe = other.values(kind), other.maybe.get(kind, frozenset())
    own, known = one.maybe.get(kind, frozenset()), frozenset(has)
    if kind == "date":
        # "15/11/2008" says the month by a figure.
        maybe = maybe.union(other.values("number"))
    left: list[_Fact] = []
    for fact in one.found[kind]:
        if fact.value in maybe or not known.isdisjoint(fact.also):
            continue
        if f"-{fact.value}" in own and has[f"-{fact.value}"]:
            # A dash, or "below zero", is the other's minus.
            continue
        if not has[fact.value]:
            left.append(fact)
        elif kind != "date" and not _YEAR.fullmatch(fact.value):
            has[fact.value] -= 1
    return left


@dataclass(frozen=True)
class Unchanged:
    """What of an original is as it was when it was translated: its blocks with those of the translation, by their
    places in `Source.blocks`, and the names of its fields (all: None).
    """

    blocks: tuple[tuple[int, int], ...]
    fields: frozenset[str] | None = None

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self.blocks)


#: What of a document's original is as it was when it was translated into a language.
Pairs = Callable[[Document, str], Unchanged]


def by_pins(pins: Mapping[tuple[str, str], Pins], pin: Pin) -> Pairs:
    """By the pins of each translation; without them original and translation are twins."""

    def pairs(document: Document, lang: str) -> Unchanged:
        original, text = document.texts[document.original], document.texts[lang].as_written
        recorded = pins.get((document.id, lang))
        return unchanged(recorded, original, text, pin) if recorded else twins(original.source, text.source)

    return pairs


def unchanged(pins: Pins, original: Text, translation: Text, pin: Pin) -> Unchanged:
    """The same by a translation's pins. What has changed since is stale, and nobody compares it."""
    now = pinned_fields(original, pin)
    fields = frozenset(name for name, one in pins.fields.items() if name in now and now[name].pin == one.pin)
    return Unchanged(unchanged_pairs(pins, original, translation, pin), fields)


def twins(original: Source, translation: Source) -> Unchanged:
    """The same where there are no pins, so that the twin rule holds with the original of today."""
    ours, theirs = (
        [at for at, block in enumerate(source.blocks) if block.kind != "definition"]
        for source in (original, translation)
    )
    return Unchanged(tuple(zip(ours, theirs, strict=True)) if len(ours) == len(theirs) else ())


def compare_document(document: Document, languages: Iterable[str], pairs: Pairs | None = None) -> Iterator[Problem]:
    """What the translations of one document say otherwise than its original, as warnings at the translation's line.

    Each block is compared with the one it was translated from, if that is the same today. Of sealed text only lines are
    told, and that something differs.
    """
    if document.is_withdrawn:
        return
    codes = tuple(languages)
    original = document.texts[document.original]
    there_of = functools.cache(functools.partial(_block_of, original))
    facts = functools.cache(lambda index: facts_of(there_of(index).words, original.lang, codes))
    for lang in document.texts:
        if lang == document.original:
            continue
        text = document.texts[lang].as_written
        same = pairs(document, lang) if pairs else twins(original.source, text.source)
        for theirs, mine in same:
            yield from _compare_spots(there_of(theirs), _block_of(text, mine), functools.partial(facts, theirs), codes)
        heads = _heads(original)
        for name, said in _heads(text).items():
            if name in heads and (same.fields is None or name in same.fields):
                there = _Spot(original, name, heads[name])
                read = functools.partial(facts_of, heads[name], original.lang, codes)
                yield from _compare_spots(there, _Spot(text, name, said), read, codes)


def _compare_spots(
    there: _Spot, here: _Spot, read: Callable[[], Facts], languages: tuple[str, ...]
) -> Iterator[Problem]:
    """One text with what it translates; `read` gives the facts of the latter."""
    if _is_untranslated(there, here):
        yield _untranslated(there, here)
    elif not is_same_text(there.words, here.words):
        theirs, mine = read(), facts_of(here.words, here.text.lang, languages)
        small = knows(there.text.lang) and knows(here.text.lang)
        for one in (*differing(theirs, mine, small=small), *_misread(theirs, mine, there.text, here.text)):
            yield _warning(one, there, here)


def is_same_text(original: str, translation: str) -> bool:
    """Whether the words of a translation are the original's own: nobody has said anything in another way there."""
    return original.split() == translation.split()


def same_blocks(original: Text, text: Text, pairs: Iterable[tuple[int, int]]) -> frozenset[int]:
    """The blocks of a translation that are those of its original word for word, by their places."""
    there, here = original.source.blocks, text.source.blocks
    return frozenset(
        mine
        for theirs, mine in pairs
        if is_same_text(there[theirs].text, here[mine].text)
        and is_same_text(_block_of(original, theirs).words, _block_of(text, mine).words)
    )


def _is_untranslated(there: _Spot, here: _Spot) -> bool:
    """Whether a translation says in whole sentences of the original's language what the original says. What holds
    names, figures, titles and quotations may be the same in both.
    """
    if here.block.kind not in ("paragraph", "list") if here.block is not None else here.of != SUMMARY:
        return False
    theirs, mine = (_WORDS.findall(_TARGET.sub("]", spot.words)) for spot in (there, here))
    if theirs != mine or _base(there.text.lang) == _base(here.text.lang):
        return False
    plain = _NOT_OF_THE_LANGUAGE.sub(" ", _TARGET.sub("]", here.words))
    common = [word for word in _WORD.findall(plain) if not word[0].isupper()]
    return len(common) >= _TELLING and 2 * len(common) >= len(plain.split())


def _misread(there: Facts, here: Facts, one: Text, other: Text) -> Iterator[Differing]:
    """Figures such as "1,500" that stand in both, and are thousands in one language and a fraction in the other."""
    if (
        not _decimal_sign(one.lang)
        or not _decimal_sign(other.lang)
        or _decimal_sign(one.lang) == _decimal_sign(other.lang)
    ):
        return
    has = here.values("number")
    for theirs in there.found["number"]:
        # "Rule 3.104" is no number of thousands in any language.
        if not _EITHER.fullmatch(theirs.written) or "," not in theirs.written or has[theirs.value]:
            continue
        for mine in here.found["number"]:
            if mine.written == theirs.written and mine.value != theirs.value:
                yield Differing("reading", (theirs,), (mine,))
                break


@functools.cache
def _decimal_sign(lang: str) -> str:
    """The sign before a fraction; none where a language has several."""
    try:
        return get_decimal_symbol(lang.replace("-", "_")) if _base(lang) != "ar" else ""
    except (UnknownLocaleError, ValueError):
        return ""


def _base(lang: str) -> str:
    return lang.partition("-")[0]


def _heads(text: Text) -> dict[str, str]:
    """The title, the summary, and what front matter says in each language."""
    return {name: said if isinstance(said, str) else "\n".join(said) for name, said in fields_of(text).items()}


def _block_of(text: Text, index: int) -> _Spot:
    """A block's text with what is sealed inside it."""
    parts = {part.name: part.text for part in text.source.parts}
    pieces: list[str] = []
    sealed: list[tuple[int, int]] = []

    def add(words: str, *, outermost: bool) -> None:
        for name in tokens_in(words):
            before, _, words = words.partition(token(name))
            pieces.append(before)
            start = sum(map(len, pieces))
            add(parts[name], outermost=False)
            if outermost:
                sealed.append((start, sum(map(len, pieces))))
        pieces.append(words)

    add(text.source.blocks[index].text, outermost=True)
    return _Spot(text, index, "".join(pieces), tuple(sealed))


@dataclass(frozen=True)
class _Spot:
    """A block of a text, by its place among the blocks, or a head of it, by name. `sealed` is from where to where in
    its words something is sealed.
    """

    text: Text
    of: int | str
    words: str = field(repr=False)
    sealed: tuple[tuple[int, int], ...] = ()

    @property
    def block(self) -> Block | None:
        return self.text.source.blocks[self.of] if isinstance(self.of, int) else None

    def is_public(self, facts: tuple[_Fact, ...]) -> bool:
        """Whether everybody may read all of these."""
        if self.block is None:
            return self.text.front.audience.is_public
        part = self.text.source.part(self.block.part)
        return part.audience.is_public and not any(a <= fact.at < b for fact in facts for a, b in self.sealed)

    @property
    def name(self) -> str:
        if self.block is None:
            return f"the {self.of}"
        if self.block.kind == "paragraph":
            return f"¶{self.block.number}" if self.block.number is not None else "this text"
        return f"this {self.block.kind}"

    def line(self, fact: _Fact | None) -> int:
        if self.block is not None:
            return self.block.line + self.words.count("\n", 0, fact.at if fact is not None else 0)
        if self.of == TITLE:
            line = next((at for at, one in enumerate(self.text.raw.splitlines(), 1) if one.startswith("# ")), 0)
            return line + self._first_line - 1 if line else self.text.front.place.line
        place = self.text.front.fact_places.get(str(self.of))
        if place is not None:
            return place.line
        start = f"{self.of}:"
        line = next((at for at, one in enumerate(self.text.raw.splitlines(), 1) if one.startswith(start)), 0)
        return line or self.text.front.place.line

    @property
    def _first_line(self) -> int:
        """Below a tearline a text begins further down in its file."""
        return self.text.source.parts[0].place.line if self.text.released_from else 1

    def shown_at(self, fact: _Fact | None) -> str:
        return f"{self.text.file.rpartition('/')[2]}:{self.line(fact)}"

    def quoted(self, fact: _Fact | None) -> str:
        """The line, or as much of it as stands around what differs, without what is sealed in it."""
        words = self.words
        for start, end in self.sealed:
            words = words[:start] + re.sub(r"[^\n]", "\0", words[start:end]) + words[end:]
        at = fact.at if fact is not None else 0
        first = words.rfind("\n", 0, at) + 1
        line = words[first : words.find("\n", at) if "\n" in words[at:] else len(words)]
        start, end = max(0, at - first - _AROUND), at - first + _AROUND
        cut = re.sub(r"\0+", "[…]", line[start:end]).strip()
        return ("… " if start else "") + cut + (" …" if end < len(line) else "")


def _warning(one: Differing, there: _Spot, here: _Spot) -> Problem:
    their, my = (facts[0] if facts else None for facts in (one.theirs, one.mine))
    place = Place(here.text.file, here.line(my), 1)
    other = there.shown_at(their)
    code, kind = f"other-{_CODED.get(one.kind, one.kind)}", _NAMED[one.kind]
    if not (there.is_public(one.theirs) and here.is_public(one.mine)):
        what = f"{kind} differs in {here.name} from the original ({other}); its text is sealed and not shown"
        return Problem(place, code, what, "compare both lines, and correct the one that is wrong")
    if one.kind == "reading":
        what = (
            f"{here.name} has {kind} {_listed(one.mine)} as the original ({other}) writes it: here it reads otherwise"
        )
    elif my is None:
        what = f"{here.name} lacks {kind} {_listed(one.theirs)} of the original ({other})"
    elif their is None:
        what = f"{here.name} has {kind} {_listed(one.mine)}, which the original ({other}) has not"
    else:
        what = f"{here.name} has {kind} {_listed(one.mine)} where the original ({other}) has {_listed(one.theirs)}"
    own = here.shown_at(my)
    width = max(len(own), len(other))
    lines = [f"{other:<{width}}  {there.quoted(their)}", f"{own:<{width}}  {here.quoted(my)}"]
    return Problem(place, code, what, "\n    ".join(lines))


def _untranslated(there: _Spot, here: _Spot) -> Problem:
    what = f"{here.name} says word for word what the original ({there.shown_at(None)}) says: it is not translated"
    fix = "translate it; what is quoted stands in a quotation (>) or between quotation marks"
    if there.is_public(()) and here.is_public(()):
        fix += f"\n    {here.shown_at(None)}  {here.quoted(None)}"
    return Problem(Place(here.text.file, here.line(None), 1), "other-language", what, fix)


def _listed(facts: tuple[_Fact, ...]) -> str:
    return ", ".join(dict.fromkeys(f"“{' '.join(fact.written.split())}”" for fact in facts))
