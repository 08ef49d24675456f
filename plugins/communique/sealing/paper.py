"""The paper backup: a master as twenty-four words that a person can copy by hand, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache

from mnemonic import Mnemonic

from communique.problems import Place, Problem, Refused, nearest
from communique.sealing.passphrases import WORDLISTS, normalise_passphrase

PAPER_WORDS = 24


def paper_words(master: bytes, wordlist: str = "en") -> tuple[str, ...]:
    """The master as BIP-39 words; the last one holds a checksum of the others.

    Raises:
        KeyError: there is no such word list.
        ValueError: a master has 32 bytes.
    """
    if len(master) != 32:
        raise ValueError("a master has 32 bytes")
    list_of_words = Mnemonic(WORDLISTS[wordlist]).wordlist
    number = int.from_bytes(master, "big") << 8 | _checksum(master)
    return tuple(list_of_words[number >> 11 * place & 0x7FF] for place in reversed(range(PAPER_WORDS)))


def master_from(text: str, place: Place) -> bytes:
    """The master that twenty-four words spell, in whichever list they stand. Accents, case and numbering forgive.

    Raises:
        Refused: a word is missing, misspelt, or the words do not belong together. Words are told by their number.
    """
    typed = [word for word in normalise_passphrase(text).split(" ") if word and not word.isdigit()]
    if len(typed) != PAPER_WORDS:
        what = f"a paper backup has {PAPER_WORDS} words, and here are {len(typed)}"
        raise Refused([Problem(place, "not-24-words", what, "write all of them, in order")])
    listed = max((_places(wordlist) for wordlist in WORDLISTS), key=lambda known: sum(word in known for word in typed))
    problems = [
        _unknown(number, word, sorted(listed), place) for number, word in enumerate(typed, 1) if word not in listed
    ]
    if problems:
        raise Refused(problems)
    spelt = _number([listed[word] for word in typed])
    master = (spelt >> 8).to_bytes(32, "big")
    if spelt & 0xFF != _checksum(master):
        what = "these words do not belong together: one is another word, or two have changed places"
        raise Refused([Problem(place, "words-do-not-agree", what, "compare each word and its number with the paper")])
    return master


def _unknown(number: int, word: str, listed: Sequence[str], place: Place) -> Problem:
    # The word itself is secret as soon as it is nearly right; its number says enough.
    following = "compare it with the paper"
    if nearest(word, listed) is not None:
        following += ": one or two letters seem to be wrong"
    return Problem(place, "unknown-word", f"word {number} is not in the list", following)


def _number(places: Sequence[int]) -> int:
    number = 0
    for place in places:
        number = number << 11 | place
    return number


@cache
def _places(wordlist: str) -> Mapping[str, int]:
    return {normalise_passphrase(word): place for place, word in enumerate(Mnemonic(WORDLISTS[wordlist]).wordlist)}


def _checksum(master: bytes) -> int:
    return hashlib.sha256(master).digest()[0]
