"""Documents made up by rule, to measure a build with more of them than anybody has written.

Sealed and public text share no word, so that the audit has nothing to ask about; the same arguments always
give the same bytes.
"""

from __future__ import annotations

import random
from pathlib import Path

LANGUAGES = ("en", "es", "fr")
ORIGINAL = "en"
AUDIENCES = ("partner", "oeg", "core", "oeg, state:mx", "state:nz")

_PARAGRAPHS = 24
_WORDS = 34
_CONSONANTS_OPEN = "bdfglm"
_CONSONANTS_SEALED = "kvwxyz"
_VOWELS = "aeiou"


def write_corpus(content: Path, documents: int, *, collection: str = "statements") -> None:
    """Add `documents` documents to `content`, in each language some 880 words, a third of them sealed."""
    for number in range(1, documents + 1):
        folder = content / collection / f"generated-{number:05}"
        folder.mkdir(parents=True)
        for lang in LANGUAGES:
            (folder / f"{lang}.md").write_text(_document(number, lang), encoding="utf-8", newline="\n")


def _document(number: int, lang: str) -> str:
    words = random.Random(f"{number}/{lang}")
    lines = ["---"]
    if lang == ORIGINAL:
        lines += ["kind: statement", f"date: 2007-{number % 12 + 1:02}-{number % 28 + 1:02}"]
    lines += ["audience: public", f"original: {ORIGINAL}", f"summary: {_sentence(words, 12)}"]
    if lang == ORIGINAL:
        lines += ["numbering: paragraphs"]
    lines += ["---", f"# {_sentence(words, 6)[:-1]}", ""]
    for index in range(_PARAGRAPHS):
        if index % 6 == 0:
            lines += [f"## {_sentence(words, 4)[:-1]}", ""]
        if index % 3 == 2:
            audience = AUDIENCES[(number + index // 3) % len(AUDIENCES)]
            lines += [f"::: {audience}", "", _sentence(words, _WORDS, sealed=True), "", ":::", ""]
        else:
            lines += [_sentence(words, _WORDS), ""]
        if index == 4:
            lines += [f"The text goes on [{_words(words, 5, sealed=True)}]{{oeg}} here.", ""]
        if index == 8:
            lines += [f"- {_words(words, 6)}", f"- {_words(words, 6, sealed=True)} {{partner}}", ""]
        if index == 12:
            lines += [f"| {_words(words, 1)} | {_words(words, 1)} |", "| --- | --- |"]
            lines += [f"| {_words(words, 2)} | {_words(words, 2)} |"]
            lines += [f"| {_words(words, 3, sealed=True)} | {_words(words, 3, sealed=True)} | {{oeg}}", ""]
    return "\n".join(lines)


def _sentence(words: random.Random, count: int, *, sealed: bool = False) -> str:
    text = _words(words, count, sealed=sealed)
    # A sealed sentence begins small: a capital could be taken for a name.
    return (text if sealed else text[0].upper() + text[1:]) + "."


def _words(words: random.Random, count: int, *, sealed: bool = False) -> str:
    consonants = _CONSONANTS_SEALED if sealed else _CONSONANTS_OPEN
    return " ".join(
        "".join(words.choice(consonants) + words.choice(_VOWELS) for _ in range(words.randint(2, 4)))
        for _ in range(count)
    )
