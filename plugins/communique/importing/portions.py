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
#: A mark in another spelling than the usual: it is never taken out, and only ever narrows.
_LOOSE_MARK = (
    r"(?P<shown>[(\[{]\s*(?:(?P<mark>U|NC|UNCLAS(?:SIFIED)?|C|S|R|TS|SBU|NF|LOU|FOUO|DR|CD|SD|DL)(?![\w’'])"
    r"|(?:\w{1,20}[^\w()\[\]{}]{1,3}){0,3}(?:SECRET(?:[AO]?S?|ES?)|CONFIDEN[TC]I\w*|RESTRICTED|RESTRINGID[AO]S?"
    r"|RESTREINTE?S?|R[EÉ]SERV(?:ED|AD[AO]S?|[EÉ]E?S?)|SENSITIVE|LIMITAD[AO]|CLASSIFI\w+|CLASIFICAD[AO]S?|COSMIC"
    r"|OFFICIAL|NOFORN|SBU|FOUO|NF)(?!\w))(?P<more>[^()\[\]{}]*)[)\]}]?)"
)
_LOOSE_INSIDE = re.compile(
    r"(?:\A\W{0,9}?|(?:(?<=[.!?:;…])\s*|(?<=[)\]}\"”»])\s+)[^\w\s(\[{]{0,6}|(?<=\(U\))|(?<=\(NC\)))" + _LOOSE_MARK,
    re.IGNORECASE,
)
_LOOSE_ANYWHERE = re.compile(r"(?<!\w)" + _LOOSE_MARK, re.IGNORECASE)
_LETTER = re.compile(r"(?<!\w)[(\[]([a-z])[)\]]")
_UNCLASSIFIED = ("U", "NC", "UNCLAS", "UNCLASSIFIED")


class Letters:
    """The letters that count a paper's lists, as far as they run on from (a): (c) behind (a) and (b) is no mark."""

    def __init__(self) -> None:
        self._last = ""

    def begin(self) -> None:
        """A new paragraph of the paper begins, and with it its lists."""
        self._last = ""

    def counting_in(self, text: str) -> set[int]:
        """Where in this text, which follows those asked about before, a letter counts."""
        found: set[int] = set()
        end = 0
        for letter in _LETTER.finditer(text):
            one = letter.group(1)
            # Directly behind another letter it says something of that item.
            is_behind = bool(found) and not text[end : letter.start()].strip()
            if not is_behind and (one == "a" or (self._last and ord(one) == ord(self._last) + 1)):
                self._last, end = one, letter.end()
                found.add(letter.start())
        return found


def says_more(found: re.Match[str]) -> bool:
    """Whether a mark says more than “unclassified”."""
    mark, more = found.group("mark") or "", found.group("more")
    return mark.upper() not in _UNCLASSIFIED or bool(re.search(r"\w", more))


def is_narrow(title: str) -> bool:
    """Whether a title has a mark that says more than “unclassified”, wherever in it."""
    if any(says_more(found) for found in _ANYWHERE.finditer(title)):
        return True
    counting = Letters().counting_in(title)
    return any(says_more(one) for one in _LOOSE_ANYWHERE.finditer(title) if one.start("shown") not in counting)


def portions_in(text: str) -> list[re.Match[str]]:
    """The marks that stand where a portion of this text begins or ends."""
    return list(_INSIDE.finditer(text))


def loose_marks_in(text: str, letters: Letters) -> list[str]:
    """What stands where a portion begins, says more than “unclassified”, and may be a mark in another spelling."""
    counting = letters.counting_in(text)
    found = [one for one in _LOOSE_INSIDE.finditer(text) if one.start("shown") not in counting]
    return [one.group("shown") for one in found if says_more(one)]
