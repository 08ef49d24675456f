"""Text as bare words: no accents, case, markup or punctuation, so that copies compare in any dress."""

from __future__ import annotations

import codecs
import html
import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")

# Combining marks, and characters which print nothing: a soft hyphen inside a word must not hide it.
_SILENT = re.compile(
    "["
    + "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) == "Mn")
    + "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0100-\U000e01ef]+"
)
# Letters with a plain twin that Unicode does not decompose.
_TWINS = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}

# The alphabet of western European pages as 256 single bytes, so that most text is folded by table look-up:
# measured more than ten times as fast as normalising it. Text with any other character takes the general way.
_COMMON = (
    "".join(map(chr, range(0x80)))
    + "".join(chr(code) for code in range(0xC0, 0x100) if chr(code) not in "ÆæßÞþÐð")
    + "\u00a0\u00ad\u00b7\u2009\u200b\u202f"
    + "\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2022\u2026¡¿«»§¶©°€→←↩×÷"
)
_ALPHABET = "".join(dict.fromkeys(_COMMON)).ljust(256, "\ufffe")
_TO_BYTES = codecs.charmap_build(_ALPHABET)

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# The quoted form first, so that a `>` inside an attribute does not end the tag.
_TAG = re.compile(r"""(<[/?!]?[a-zA-Z][^<>"']*+(?:(?:"[^"]*"|'[^']*')[^<>"']*+)*+>|<[/?!]?[a-zA-Z][^>]*>)""")
_INLINE = "(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var|wbr)"
_INSIDE_A_WORD = re.compile(rf"<(?<=[^\W_]<)/?{_INLINE}\b[^<>]*>(?:</?{_INLINE}\b[^<>]*>)*(?=[^\W_])", re.IGNORECASE)

_FENCE = re.compile(r"^[ \t]*(?::{3,}|`{3,}|~{3,}).*$", re.MULTILINE)
_LINK = re.compile(r"!?\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\[\]\n]*\])")
_FOOTNOTE = re.compile(r"\[\^[^\]\n]+\]:?")
_BRACES = re.compile(r"\{[^{}\n]*\}")
_NUMBERED = re.compile(r"^[ \t]*\d{1,4}[.)][ \t]+", re.MULTILINE)
_EMPHASIS = re.compile(r"[*`~]+|\\(?=[^\w\s])")


def fold(text: str) -> str:
    """Lower case without accents, ligatures, widths and invisible characters."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    for letter, twin in _TWINS.items():
        if letter in folded:
            folded = folded.replace(letter, twin)
    return _SILENT.sub("", unicodedata.normalize("NFKD", folded))


def _fold_table() -> tuple[bytes, bytes]:
    """For each byte of the alphabet its folded letter, digit or a space; and the bytes that vanish."""
    table, silent = bytearray(b" " * 256), bytearray()
    for byte, character in enumerate(_ALPHABET):
        folded = fold(character)
        if not folded:
            silent.append(byte)
        elif len(folded) == 1 and folded.isascii() and folded.isalnum():
            table[byte] = ord(folded)
    return bytes(table), bytes(silent)


_FOLDED, _VANISHING = _fold_table()


def words(text: str) -> list[str]:
    """The words and numbers of a text, folded, in order."""
    for pair in ("œ", "Œ"):
        if pair in text:
            text = text.replace(pair, "oe")
    try:
        content, _ = codecs.charmap_encode(text, "strict", _TO_BYTES)
    except UnicodeEncodeError:
        return _WORD.findall(fold(text))
    return content.translate(_FOLDED, _VANISHING).decode("ascii").split()


def has_tags(text: str) -> bool:
    return "<" in text and _TAG.search(text) is not None


def seen_and_unseen(markup: str) -> tuple[str, list[str]]:
    """What a reader sees, a space for each tag and references read; and the tags and comments themselves."""
    comments = _COMMENT.findall(markup) if "<!--" in markup else []
    pieces = _TAG.split(_COMMENT.sub("", markup) if comments else markup)
    return html.unescape(" ".join(pieces[::2])), comments + pieces[1::2]


def without_tags(markup: str) -> str:
    return seen_and_unseen(markup)[0]


def with_joined_words(markup: str) -> str | None:
    """The same, with tags inside a word taken out without a space; None where there are none."""
    bare = _COMMENT.sub("", markup) if "<!--" in markup else markup
    joined = _INSIDE_A_WORD.sub("", bare)
    return without_tags(joined) if joined != bare else None


def without_markdown(source: str) -> str:
    """The words of a Markdown text alone: no fences, link targets, footnote marks, numbering, audiences."""
    text = _FENCE.sub("", source)
    text = _FOOTNOTE.sub(" ", text)
    for _ in range(3):
        text, found = _LINK.subn(r"\1", text)
        if not found:
            break
    text = _BRACES.sub(" ", text)
    text = _NUMBERED.sub("", text)
    return without_tags(_EMPHASIS.sub("", text))
