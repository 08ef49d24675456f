"""Marks of classification in a text: what they say of its paragraph, and that they say nothing of who may read here."""

from __future__ import annotations

import re

_MARK = (
    r"\((?P<mark>U|NC|C|S|R|TS|SBU|NF|LOU|FOUO|DR|CD|SD|DL)(?P<more>(?:(?://?|-)[A-Z][A-Z ,]{0,30}){0,4})\)(?=\s|\Z)"
)
#: At the head of a text that a number or a bullet begins.
PORTION = re.compile(_MARK + r"\s*")
#: Where a portion begins or has ended: at the head of a text, behind an item's mark, between sentences.
_INSIDE = re.compile(r"(?:\A\s*|[.!?:;…)\]\"”»]\s+)" + _MARK)
_ANYWHERE = re.compile(r"(?:\A|\s)" + _MARK)
_UNCLASSIFIED = ("U", "NC")


def says_more(found: re.Match[str]) -> bool:
    """Whether a mark says more than “unclassified”."""
    return found.group("mark") not in _UNCLASSIFIED or bool(found.group("more"))


def is_narrow(title: str) -> bool:
    """Whether a title has a mark that says more than “unclassified”, wherever in it."""
    return any(says_more(found) for found in _ANYWHERE.finditer(title))


def portions_in(text: str) -> list[re.Match[str]]:
    """The marks that stand where a portion of this text begins or ends."""
    return list(_INSIDE.finditer(text))
