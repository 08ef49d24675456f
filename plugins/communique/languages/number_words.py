"""Numbers that a text writes in words: "twenty-five", "veinticinco", "vingt-cinq", "fünfundzwanzig", "خمسة وعشرون".

Where one language writes "the seventeenth meeting" another writes "la 17e réunion"; whoever compares figures has to
read both. A language that is not here says nothing of its words, and small figures are not compared with it.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class _Words:
    """A language's words. `loose` may mean a number and often does not: they excuse a figure, and are none."""

    values: Mapping[str, int]
    loose: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    scales: Mapping[str, int] = field(default_factory=dict)
    joined: frozenset[str] = frozenset()
    #: What "dozen" and the like make of the number before them.
    times: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    #: What adds a half to the number before it.
    half: str = ""
    #: One and two where they are a number with the ten behind them alone: "two ten", "two and seventy".
    ones: Mapping[str, int] = field(default_factory=dict)
    #: "Five and twenty", "three ten".
    units_first: bool = False
    #: Four twenties are eighty.
    by_twenties: bool = False


def _counted(words: str, first: int = 0, step: int = 1) -> dict[str, int]:
    """The words of one number are separated by strokes, those of the next by blanks."""
    return {word: first + at * step for at, ways in enumerate(words.split()) for word in ways.split("|") if word != "-"}


def _decades(words: str) -> dict[str, tuple[int, ...]]:
    """The twenties to the nineties, of this century or another."""
    return {word: (value, 1800 + value, 1900 + value, 2000 + value) for word, value in _counted(words, 20, 10).items()}


def _english() -> _Words:
    values = _counted(
        "zero - two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen"
    )
    values |= _counted("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
    values |= _counted(
        "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
        " sixteenth seventeenth eighteenth nineteenth",
        3,
    )
    values |= _counted("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth", 20, 10)
    values |= {"twelve-month": 12}
    loose = {
        "one": (1,),
        "first": (1,),
        "once": (1,),
        "second": (2,),
        "both": (2,),
        "two": (2,),
        "twice": (2,),
        "double": (2,),
        "dual": (2,),
        "pair": (2,),
        "couple": (2,),
        "half": (2, 30),
        "either": (2,),
        "neither": (2,),
        "third": (3,),
        "thirds": (3,),
        "triple": (3,),
        "quarter": (3, 4, 15, 25),
        "quarters": (3, 4, 45, 75),
        "fortnight": (2, 14, 15),
        "week": (7, 8),
        "weeks": (14, 15),
        "dozen": (12,),
        "decade": (10,),
        "decades": (10,),
        "century": (100,),
        "noon": (12,),
        "midday": (12,),
        "midnight": (0, 24),
        "day": (24,),
        "round-the-clock": (24,),
        "clock": (24,),
        "semester": (6,),
        "year": (12,),
        "hour": (60,),
    }
    loose |= _decades("twenties thirties forties fifties sixties seventies eighties nineties")
    scales = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
    scales |= {"hundredth": 100, "thousandth": 1000}
    times = {"dozen": (12,), "decade": (10,), "decades": (10,), "centuries": (100,), "quarters": (15, 25)}
    return _Words(values, loose, scales, frozenset(["and"]), times, "and a half")


def _spanish() -> _Words:
    values = _counted(
        "cero - dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete"
        " dieciocho diecinueve veinte veintiun|veintiuno|veintiuna veintidos veintitres veinticuatro veinticinco"
        " veintiseis veintisiete veintiocho veintinueve"
    )
    values |= _counted("treinta cuarenta cincuenta sesenta setenta ochenta noventa cien|ciento", 30, 10)
    hundreds = "doscient trescient cuatrocient quinient seiscient setecient ochocient novecient"
    values |= {stem + end: 200 + 100 * at for at, stem in enumerate(hundreds.split()) for end in ("os", "as")}
    ordinals = "tercer cuart quint sext septim|setim octav noven decim undecim|decimoprimer duodecim|decimosegund"
    ordinals += " decimotercer decimocuart decimoquint decimosext decimoseptim decimooctav|decimoctav decimonoven"
    ordinals += " vigesim vigesimoprimer"
    stems = _counted(ordinals, 3)
    values |= {stem + end: value for stem, value in stems.items() for end in ("o", "a", "os", "as")}
    values |= {"tercer": 3}
    loose = {
        "un": (1,),
        "uno": (1,),
        "una": (1,),
        "primer": (1,),
        "primero": (1,),
        "primera": (1,),
        "dos": (2,),
        "ambos": (2,),
        "ambas": (2,),
        "segundo": (2,),
        "segunda": (2,),
        "doble": (2,),
        "dual": (2,),
        "mitad": (2,),
        "medio": (2, 30),
        "media": (2, 30),
        "par": (2,),
        "pareja": (2,),
        "bienal": (2,),
        "trienal": (3,),
        "cuatrienal": (4,),
        "quinquenal": (5,),
        "quinquenio": (5,),
        "decenal": (10,),
        "tercio": (3,),
        "tercios": (3,),
        "terceros": (3,),
        "triple": (3,),
        "trimestre": (3,),
        "cuarta": (4,),
        "cuarto": (4, 15),
        "cuartos": (4, 45),
        "semestre": (6,),
        "semana": (7, 8),
        "semanas": (14, 15),
        "quincena": (2, 14, 15),
        "decena": (10,),
        "decenas": (10,),
        "decada": (10,),
        "decenio": (10,),
        "docena": (12,),
        "siglo": (100,),
        "centenar": (100,),
        "centenares": (100,),
        "millar": (1000,),
        "millares": (1000,),
        "mediodia": (12,),
        "medianoche": (0, 24),
        "dia": (24,),
        "ano": (12,),
        "hora": (60,),
        "diez": (10,),
    }
    scales = {"mil": 1000, "millon": 10**6, "millones": 10**6, "billon": 10**12, "billones": 10**12}
    times: dict[str, tuple[int, ...]] = {"docena": (12,), "docenas": (12,), "decenas": (10,), "cuartos": (15, 25)}
    times |= {"decadas": (10,), "decenios": (10,), "siglos": (100,)}
    return _Words(values, loose, scales, frozenset(["y"]), times, "y medio|y media")


def _french() -> _Words:
    values = _counted(
        "zero - deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept"
        " dix-huit dix-neuf vingt|vingts"
    )
    values |= _counted("trente quarante cinquante soixante septante huitante|octante nonante", 30, 10)
    values |= _counted(
        "troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme onzieme douzieme treizieme"
        " quatorzieme quinzieme seizieme - - - vingtieme",
        3,
    )
    values |= {"trentieme": 30, "quarantieme": 40, "cinquantieme": 50, "soixantieme": 60}
    loose = {
        "un": (1,),
        "une": (1,),
        "unieme": (1,),
        "premier": (1,),
        "premiere": (1,),
        "deux": (2,),
        "second": (2,),
        "seconde": (2,),
        "deuxieme": (2,),
        "deuxiemes": (2,),
        "double": (2,),
        "moitie": (2,),
        "demi": (2, 30),
        "demie": (2, 30),
        "paire": (2,),
        "couple": (2,),
        "biennal": (2,),
        "triennal": (3,),
        "triennale": (3,),
        "quadriennal": (4,),
        "quinquennal": (5,),
        "quinquennale": (5,),
        "decennal": (10,),
        "tiers": (3,),
        "tierce": (3,),
        "triple": (3,),
        "trimestre": (3,),
        "quart": (4, 15),
        "quarts": (4, 45),
        "semestre": (6,),
        "semaine": (7, 8),
        "semaines": (14, 15),
        "huitaine": (7, 8),
        "quinzaine": (2, 14, 15),
        "dizaine": (10,),
        "dizaines": (10,),
        "decennie": (10,),
        "decennies": (10,),
        "douzaine": (12,),
        "vingtaine": (20,),
        "trentaine": (30,),
        "siecle": (100,),
        "centaine": (100,),
        "centaines": (100,),
        "millier": (1000,),
        "milliers": (1000,),
        "midi": (12,),
        "minuit": (0, 24),
        "jour": (24,),
        "an": (12,),
        "annee": (12,),
        "heure": (60,),
        "neuf": (9,),
        "neuve": (9,),
    }
    scales = {"cent": 100, "cents": 100, "centieme": 100, "mille": 1000, "million": 10**6, "millions": 10**6}
    scales |= {"milliard": 10**9, "milliards": 10**9, "billion": 10**12, "billions": 10**12}
    times: dict[str, tuple[int, ...]] = {"douzaine": (12,), "douzaines": (12,), "dizaines": (10,), "quarts": (15, 25)}
    times |= {"decennies": (10,), "siecles": (100,)}
    return _Words(values, loose, scales, frozenset(["et"]), times, "et demi|et demie", by_twenties=True)


def _german() -> _Words:
    units = "null|- - zwei|zwo drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn"
    units += " siebzehn achtzehn neunzehn"
    values = _counted(units)
    tens = _counted("zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig", 20, 10)
    ones = {"ein": 1} | {word: value for word, value in values.items() if 1 < value < 10}
    values |= tens
    values |= {one + "und" + ten: of_ten + of_one for one, of_one in ones.items() for ten, of_ten in tens.items()}
    values |= {one + "hundert": 100 * value for one, value in ones.items()} | {"hundert": 100}
    values |= {word + "tausend": 1000 * value for word, value in list(values.items()) if value} | {"tausend": 1000}
    endings = ("e", "en", "er", "es", "em")
    ordinals = {word + "t": value for word, value in values.items() if 3 < value < 20}
    ordinals |= {word + "st": value for word, value in values.items() if value >= 20}
    ordinals |= {"dritt": 3, "siebt": 7, "siebent": 7, "acht": 8}
    values |= {word + end: value for word, value in ordinals.items() for end in endings}
    # "Achten Sie darauf", "der Achter".
    values = {word: value for word, value in values.items() if word not in ("achte", "achten", "achter")}
    loose = {
        "ein": (1,),
        "eine": (1,),
        "einen": (1,),
        "einem": (1,),
        "einer": (1,),
        "eines": (1,),
        "eins": (1,),
        "einmal": (1,),
        "erste": (1,),
        "ersten": (1,),
        "erster": (1,),
        "erstes": (1,),
        "beide": (2,),
        "beiden": (2,),
        "beider": (2,),
        "zweite": (2,),
        "zweiten": (2,),
        "zweiter": (2,),
        "zweimal": (2,),
        "doppelt": (2,),
        "paar": (2,),
        "halfte": (2,),
        "halb": (2, 30),
        "halbe": (2, 30),
        "halben": (2, 30),
        "drittel": (3,),
        "dreimal": (3,),
        "dreifach": (3,),
        "quartal": (3,),
        "viertel": (4, 15),
        "dreiviertel": (45, 75),
        "halbjahr": (6,),
        "woche": (7, 8),
        "wochen": (14, 15),
        "jahrzehnt": (10,),
        "jahrzehnte": (10,),
        "dutzend": (12,),
        "jahrhundert": (100,),
        "mittag": (12,),
        "mittags": (12,),
        "mitternacht": (0, 24),
        "acht": (8,),
        "achte": (8,),
        "achten": (8,),
        "tag": (24,),
        "jahr": (12,),
        "stunde": (60,),
    }
    scales = {"hundert": 100, "tausend": 1000, "million": 10**6, "millionen": 10**6, "milliarde": 10**9}
    scales |= {"milliarden": 10**9, "billion": 10**12, "billionen": 10**12}
    loose |= _decades("zwanziger dreissiger vierziger funfziger sechziger siebziger achtziger neunziger")
    times = {"dutzend": (12,), "jahrzehnte": (10,), "jahrzehnten": (10,), "jahrhunderte": (100,)}
    return _Words({word: value for word, value in values.items() if word not in scales}, loose, scales, times=times)


def _arabic() -> _Words:
    # Masculine and feminine, and each with the article: the number agrees, or disagrees, with what it counts.
    plain = _counted("ثلاث|ثلاثة اربع|اربعة خمس|خمسة ست|ستة سبع|سبعة ثماني|ثمانية|ثمان تسع|تسعة عشر|عشرة", 3)
    tens = _counted("عشرون|عشرين ثلاثون|ثلاثين اربعون|اربعين خمسون|خمسين ستون|ستين سبعون|سبعين ثمانون|ثمانين", 20, 10)
    tens |= {
        "تسعون": 90,
        "تسعين": 90,
        "مئة": 100,
        "مائة": 100,
        "مئتان": 200,
        "مئتين": 200,
        "مائتان": 200,
        "مائتين": 200,
    }
    ordinals = _counted("ثالث رابع خامس سادس سابع ثامن تاسع عاشر", 3)
    ordinals |= {word + "ة": value for word, value in ordinals.items()}
    values = plain | tens | ordinals
    values = {folded(word): value for word, value in values.items()}
    values |= {"ال" + word: value for word, value in values.items()}
    values |= {"و" + word: value for word, value in values.items()}
    loose = {
        "واحد": (1,),
        "واحدة": (1,),
        "حادي": (1,),
        "الحادي": (1,),
        "الحادية": (1,),
        "احد": (1,),
        "احدى": (1,),
        "اول": (1,),
        "الاول": (1,),
        "الاولى": (1,),
        "اثنان": (2,),
        "اثنين": (2,),
        "اثنتان": (2,),
        "اثنتين": (2,),
        "اثنا": (2,),
        "اثني": (2,),
        "ثاني": (2,),
        "الثاني": (2,),
        "الثانية": (2,),
        "كلا": (2,),
        "كلتا": (2,),
        "يومان": (2,),
        "يومين": (2,),
        "نصف": (2, 30),
        "النصف": (2, 30),
        "ثلث": (3,),
        "ربع": (4, 15),
        "اسبوع": (7,),
        "عقد": (10,),
        "العقد": (10,),
        "قرن": (100,),
    }
    scales = {"الف": 1000, "الاف": 1000, "الفا": 1000, "مليون": 10**6, "ملايين": 10**6, "مليار": 10**9}
    ones = _counted("احد|احدى|واحد|واحدة|حادي|حادية اثنا|اثني|اثنتا|اثنتي|اثنان|اثنين|اثنتان|اثنتين|ثاني|ثانية", 1)
    ones |= {start + word: value for word, value in ones.items() for start in ("ال", "و", "وال")}
    return _Words(values, loose, scales, frozenset(["و"]), ones=ones, units_first=True)


_LANGUAGES = {"en": _english, "es": _spanish, "fr": _french, "de": _german, "ar": _arabic}
_WORD = re.compile(r"[^\W\d_]+")


@functools.cache
def _words_of(lang: str) -> _Words | None:
    make = _LANGUAGES.get(lang.partition("-")[0])
    return make() if make else None


def knows(lang: str) -> bool:
    """Whether the number words of a language are known here."""
    return _words_of(lang) is not None


def scale(word: str, lang: str) -> int:
    """What a word such as "million" after a figure multiplies it by; 1 for every other word."""
    words = _words_of(lang)
    value = words.scales.get(folded(word), 1) if words else 1
    return value if value >= 1000 else 1


@functools.lru_cache(1 << 14)
def folded(word: str) -> str:
    """Without case, accents, and the marks that Arabic writes or leaves out."""
    plain = unicodedata.normalize("NFKD", word.replace("ß", "ss")).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter) and letter != "\u0640")


@dataclass(frozen=True)
class Said:
    """A number in words: where it stands in the text, and what it says."""

    start: int
    end: int
    value: int


def said_numbers(text: str, lang: str) -> tuple[tuple[Said, ...], frozenset[int]]:
    """The numbers that a text writes in words, and those that it may mean by a word such as "both" or "dozen"."""
    words = _words_of(lang)
    if words is None:
        return (), frozenset()
    found: list[Said] = []
    loose: set[int] = set()
    run: list[tuple[re.Match[str], str]] = []
    tokens = [(match, folded(match.group())) for match in _WORD.finditer(text)]
    for at, match in enumerate([*(match for match, _ in tokens), None]):
        word = tokens[at][1] if match else ""
        known = word in words.values or word in words.scales
        known = known or ((word in words.loose or word in words.ones) and _begins(at, tokens, words, text))
        loose.update(words.loose.get(word, ()))
        joins = bool(run) and (word in words.joined or (word in words.loose and 1 in words.loose[word]))
        near = bool(run) and match is not None and not text[run[-1][0].end() : match.start()].strip(" \n\u00a0\u202f-‑")
        if match is not None and (known or joins) and (not run or near):
            run.append((match, word))
            continue
        found += _read(run, words)
        run = [(match, word)] if match is not None and known else []
    return tuple(found), frozenset(loose)


def _begins(at: int, tokens: Sequence[tuple[re.Match[str], str]], words: _Words, text: str) -> bool:
    """Whether a one or a two is a number with the ten, or a one with the hundred, behind it."""
    if at + 1 >= len(tokens):
        return False
    (match, one), (after, word) = tokens[at : at + 2]
    value = words.values.get(word, 0)
    is_ten = one in words.ones and (value == 10 or (20 <= value < 100 and word.startswith("و")))
    is_scaled = 1 in words.loose.get(one, ()) and word in words.scales
    return (is_ten or is_scaled) and not text[match.end() : after.start()].strip(" \n\u00a0")


def multiplied(text: str, lang: str) -> Iterator[tuple[int, frozenset[str]]]:
    """Where a number stands that the word behind it makes another of, and what it may then be: "three dozen" is 36,
    "a year and a half" 1.5 years or 18 months.
    """
    words = _words_of(lang)
    if words is None:
        return
    tokens = [(match.start(), folded(match.group())) for match in re.finditer(r"[^\W\d_]+|\d+", text)]
    halves = [half.split() for half in words.half.split("|") if half]
    for at, (start, word) in enumerate(tokens):
        if word in words.times and at:
            before = 2 if tokens[at - 1][1] == "a" and at > 1 else 1
            start, count = tokens[at - before]
            number = _count(count, words)
            if count in _HALF:
                yield start, frozenset(str(one // 2) for one in words.times[word])
            elif number:
                yield start, frozenset(str(number * one) for one in words.times[word])
        if any(word == half[0] and [said for _, said in tokens[at : at + len(half)]] == half for half in halves):
            near = [(_count(said, words), start) for start, said in tokens[max(0, at - 2) : at][::-1]]
            number, start = next((one for one in near if one[0]), (1, start))
            yield start, frozenset((f"{number}.5", str(number * 12 + 6), str(number * 60 + 30)))


def hour_of(word: str, lang: str) -> int:
    """Which hour of twelve a word may say; 0 for every other word."""
    words = _words_of(lang)
    said = folded(word)
    values = (words.values.get(said, 0), *words.loose.get(said, ())) if words else ()
    return next((value for value in values if 1 <= value <= 12), 0)


_HALF = frozenset(("half", "media", "medio", "demi", "halb", "halbes"))


def _count(word: str, words: _Words) -> int:
    if word.isdecimal():
        return int(word) if len(word) < 5 else 0
    return words.values.get(word) or next((one for one in words.loose.get(word, ()) if one < 3), 0)


def _read(run: Sequence[tuple[re.Match[str], str]], words: _Words) -> Iterator[Said]:
    """The numbers of a run of number words: "two hundred and five", but "five, six or seven" are three."""
    total = now = 0
    start = end = -1
    for match, word in run:
        if word in words.joined:
            continue
        if word in words.scales:
            factor = words.scales[word]
            if start < 0:
                start = match.start()
            if factor == 100 and now >= 100:
                # No number says hundreds of hundreds, and a long run of them would be longer than an int may be.
                yield Said(start, end, total + now)
                total, now, start = 0, 100, match.start()
            elif factor == 100:
                now = (now or 1) * 100
            else:
                total, now = total + (now or 1) * factor, 0
            end = match.end()
            continue
        value = words.values.get(word) or words.ones.get(word, 1)
        if words.by_twenties and start >= 0 and now % 100 == 4 and value == 20:
            now += 76
        elif start >= 0 and (_goes_on(now, value, total) or (words.units_first and 0 < now % 100 < 10 <= value < 100)):
            now += value
        else:
            if start >= 0:
                yield Said(start, end, total + now)
            total, now, start = 0, value, match.start()
        end = match.end()
    if start >= 0:
        yield Said(start, end, total + now)


def _goes_on(now: int, value: int, total: int) -> bool:
    if now == 0:
        return total > 0
    if now % 100 == 0:
        return value < 100
    if now % 100 in (60, 80) and 9 < value < 20:
        return True
    return now % 10 == 0 and now % 100 > 0 and value < 10
