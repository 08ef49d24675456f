"""Words as they are looked for: folded as they are typed, and put together by their stems.

The browser folds what a reader types with the same few rules (`theme/static/js/search.js`) and knows no stems: which
forms belong together is written in the index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

import snowballstemmer

#: The stemmers by language; the words of a language without one stand for themselves.
STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
#: Letters that Unicode does not take apart, as they are typed where a keyboard lacks them.
TWINS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "ـ": None,
        "ى": "ي",
        "ة": "ه",
        **{chr(0x660 + digit): str(digit) for digit in range(10)},
        **{chr(0x6F0 + digit): str(digit) for digit in range(10)},
    }
)
#: What prints nothing and may stand inside a word.
_SILENT = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670])+")
_FORM = re.compile(r"[^\W_]+")


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802  # the library's name


def fold(text: str) -> str:
    """Lower case without accents and other marks; ligatures and national digits in plain letters and digits."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", _SILENT.sub("", text))
    bare = "".join(sign for sign in apart if not unicodedata.category(sign).startswith("M"))
    return bare.lower().translate(TWINS)


def typed_words(text: str) -> list[str]:
    """The words of a query, as the browser takes them from what was typed: single letters say too little."""
    return [form for form in _FORM.findall(fold(text)) if is_word(form)]


def is_word(form: str) -> bool:
    return len(form) > 1 or not form.isascii() or form.isdigit()


def words_of(text: str, lang: str) -> Iterator[tuple[str, str]]:
    """Each word of a text in this language: as it is typed, and the folded stem that it shares with its other forms."""
    for found in _WORD.finditer(_SILENT.sub("", unicodedata.normalize("NFC", text))):
        yield from forms_of(found.group(0), lang)


@lru_cache(maxsize=200_000)
def forms_of(word: str, lang: str) -> tuple[tuple[str, str], ...]:
    """A word with its stem; several where one folds into several ("½")."""
    forms = [form for form in _FORM.findall(fold(word)) if is_word(form)]
    if len(forms) != 1 or forms[0].isdigit():
        return tuple((form, form) for form in forms)
    stems = _FORM.findall(fold(_stem(word.lower(), lang)))
    return ((forms[0], stems[0] if len(stems) == 1 else forms[0]),)


def _stem(word: str, lang: str) -> str:
    name = STEMMERS.get(lang)
    return _stemmer(name).stemWord(word) if name else word


@lru_cache
def _stemmer(name: str) -> _Stemmer:
    stemmer: _Stemmer = snowballstemmer.stemmer(name)
    return stemmer
