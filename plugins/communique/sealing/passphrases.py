"""Issued passphrases: words from lists made for memory, and what of a typed one counts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from mnemonic import Mnemonic

#: The BIP-39 lists passphrases may be drawn from. Their words differ after accents are dropped.
WORDLISTS: Mapping[str, str] = MappingProxyType({"en": "english", "es": "spanish", "fr": "french"})
BITS_PER_WORD = 11
_LOGIN = re.compile(r"[a-z0-9._-]{3,32}", re.ASCII)
_RUN = re.compile(r"[a-z0-9]+", re.ASCII)
# What browsers trim. Python's own idea of white space differs in a few control characters, and both sides
# must come to the same login.
_WHITE_SPACE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)


def normalise_login(typed: str) -> str | None:
    """The login meant by what was typed, or None where it cannot be one."""
    login = unicodedata.normalize("NFKC", typed).strip(_WHITE_SPACE).lower()
    return login if _LOGIN.fullmatch(login) else None


def normalise_passphrase(typed: str) -> str:
    """What of a typed passphrase counts: accents, case, hyphens and repeated spaces do not."""
    letters = "".join(char for char in unicodedata.normalize("NFKD", typed) if unicodedata.category(char)[0] != "M")
    return " ".join(_RUN.findall(letters.lower()))


def words_from(secret: bytes, words: int, wordlist: str) -> str:
    """The first `words` words that `secret` spells, eleven bits each.

    Raises:
        KeyError: there is no such word list.
        ValueError: the secret is too short.
    """
    spare = len(secret) * 8 - words * BITS_PER_WORD
    if spare < 0:
        raise ValueError("the secret is too short for so many words")
    number = int.from_bytes(secret, "big") >> spare
    listed = _words(WORDLISTS[wordlist])
    places = range((words - 1) * BITS_PER_WORD, -1, -BITS_PER_WORD)
    return " ".join(listed[(number >> place) & 0x7FF] for place in places)


@cache
def _words(language: str) -> tuple[str, ...]:
    return tuple(Mnemonic(language).wordlist)


@cache
def listed_words() -> tuple[str, ...]:
    """Every word a passphrase may be made of, of all lists together, as it counts when typed."""
    return tuple(sorted({normalise_passphrase(word) for name in WORDLISTS.values() for word in _words(name)}))
