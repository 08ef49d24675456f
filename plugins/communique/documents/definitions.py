"""What a text defines once and uses by name: the addresses of links, abbreviations, footnotes.

A text that is put together from two files has two sets of such names. They are kept apart here: an address is written
where it is used, a footnote gets a name of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from communique.documents.source import Block

_LINK = re.compile(r" {0,3}\[([^\]^][^\]]*)\]:\s*<?([^\s>]+)>?")
_ABBREVIATION = re.compile(r" {0,3}\*\[([^\]]+)\]:\s*(\S.*?)\s*\Z")
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_ADDRESS = re.compile(r"\(\s*<?[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
_SECOND = re.compile(r"\s?\[([^\]\n]*)\]")
_PLAIN = re.compile(r"[^\\`\[\]]+")


def links_in(block: Block) -> Iterator[tuple[str, str, int]]:
    """Of a block of definitions: each link's name, as references are compared, its address, and its line."""
    for offset, line in enumerate(block.text.split("\n")):
        found = _LINK.match(line)
        if found:
            yield _comparable(found.group(1)), found.group(2), block.line + offset


def abbreviations_in(text: str) -> Iterator[tuple[str, str]]:
    """Of a block of definitions: each abbreviation and what it stands for."""
    for line in text.split("\n"):
        found = _ABBREVIATION.match(line)
        if found:
            yield found.group(1), found.group(2)


def stands_in(abbreviation: str, text: str) -> bool:
    """Whether a text uses an abbreviation: nobody reads it as a part of another word."""
    return re.search(rf"(?<!\w){re.escape(abbreviation)}(?!\w)", text) is not None


def notes_in(text: str) -> frozenset[str]:
    """The names of the footnotes that a text cites or is."""
    found: set[str] = set()

    def told(name: str) -> str:
        found.add(name)
        return name

    standing_alone(text, lambda _: None, told)
    return frozenset(found)


def standing_alone(text: str, address_of: Callable[[str], str | None], note: Callable[[str], str]) -> str:
    """A block's Markdown with the addresses of its references written into it, and its footnotes named anew.

    `address_of` a reference's name is None where there is no such definition.
    """
    out: list[str] = []
    opened: list[int] = []
    index = 0
    while index < len(text):
        plain = _PLAIN.match(text, index)
        code = _CODE.match(text, index) if text[index] == "`" else None
        cited = _NOTE.match(text, index) if text[index] == "[" else None
        found = plain or code
        if found:
            out.append(found.group(0))
            index = found.end()
        elif text[index] == "\\":
            out.append(text[index : index + 2])
            index += 2
        elif cited:
            out.append(f"[^{note(cited.group(1))}]")
            index = cited.end()
        elif text[index] == "]" and opened:
            words = "".join(out[opened.pop() + 1 :])
            after, index = _after(text, index + 1, words, address_of)
            out.append("]" + after)
        else:
            if text[index] == "[":
                opened.append(len(out))
            out.append(text[index])
            index += 1
    return "".join(out)


def _after(text: str, index: int, words: str, address_of: Callable[[str], str | None]) -> tuple[str, int]:
    """What stands behind the bracket that ends before `index`, with an address where a name was; and where it ends."""
    written = _ADDRESS.match(text, index)
    if written:
        return written.group(0), written.end()
    second = _SECOND.match(text, index)
    if second:
        target = address_of(_comparable(second.group(1) or words))
        if target is not None:
            return _written(target), second.end()
    target = address_of(_comparable(words))
    return ("", index) if target is None else (_written(target), index)


def _written(target: str) -> str:
    return f"(<{target}>)" if "(" in target or ")" in target else f"({target})"


def _comparable(name: str) -> str:
    return " ".join(name.split()).casefold()
