"""Terms of the glossary in a rendered text: the first use of each leads to the glossary and carries the definition, and
an abbreviation that the text does not spell out is spelt out behind it.

The words of a text stay its author's: what is put in is marked as put in, and neither pins nor comparisons see it. The
definition travels with the text that uses the term, so that sealed text tells nobody which terms it has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

from communique.documents.source import PUBLIC_PART, Part
from communique.glossary import PAGE, Glossary, Use

#: Where no link can stand, or none is wanted: links, code, headings, what is quoted by its title.
_LEFT_ALONE = frozenset(["a", "abbr", "cite", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "svg"])
#: Elements of our own that say what fields of data say.
_OWN = ("data", "drawn", "plan-field", "blank", "ref__note", "file__facts", "term__note")
#: The forms of parts that are text of their own; others are words within a sentence.
_TEXTS = ("text", "block")
_LINK = re.compile(r'<a class="term"[^>]*>(.*?)</a>', re.DOTALL)
_NOTE = re.compile(r'[ \u00a0]?<span class="term__note"[^>]*>.*?</span>', re.DOTALL)
#: What binds an abbreviation to the word behind it.
_BOUND = ("’", "'")


class TermLinks:
    """What one text's parts have said so far. Every part stands for itself, and for whoever may read it alone: only
    what public text says is said to all.
    """

    def __init__(self, glossary: Glossary, lang: str, resolve: Callable[[str], str]) -> None:
        self._glossary, self._lang, self._resolve = glossary, lang, resolve
        self._told_to_all: frozenset[str] = frozenset()
        self._part: Part | None = None
        self._linked: set[str] = set()
        self._spelt_out: set[str] = set()

    def begin(self, part: Part) -> None:
        """What is marked from now on belongs to `part`. The public text comes first."""
        if self._part is not None and self._part.name == PUBLIC_PART and self._part.audience.is_public:
            self._told_to_all = frozenset(self._linked)
        self._part = part
        is_text = part.form in _TEXTS
        # Few words within somebody's sentence need no second link, and bear no note.
        self._linked = set() if is_text else set(self._told_to_all)
        self._spelt_out = set(self._told_to_all) if is_text else {term.id for term in self._glossary.terms}

    def mark(self, root: ElementTree.Element) -> None:
        """Link the terms below `root`; words inside an element with a `lang` are in that language."""
        self._walk(root, self._lang)

    def _walk(self, element: ElementTree.Element, lang: str) -> None:
        lang = element.get("lang", lang)
        if element.tag in _LEFT_ALONE or element.get("class", "").startswith(_OWN):
            return
        children = list(element)
        element.text = self._link(element, 0, element.text, lang)
        for child in children:
            self._walk(child, lang)
            if child.tail and child.tail.strip():
                child.tail = self._link(element, list(element).index(child) + 1, child.tail, lang)

    def _link(self, parent: ElementTree.Element, at: int, text: str | None, lang: str) -> str | None:
        """The text before the first link; the links and what stands between them go into `parent` from `at` on."""
        if not text or not text.strip():
            return text
        kept, rest, last = text, 0, None
        for use in self._glossary.terms_in(text, lang):
            if use.term.everyday:
                continue
            note = self._note(use, text, lang)
            if use.term.id in self._linked and not note:
                continue
            between = text[rest : use.start]
            if last is None:
                kept = between
            else:
                last.tail = (last.tail or "") + between
            last = self._anchor(use, lang)
            parent.insert(at, last)
            at, rest = at + 1, use.end
            if note:
                last.tail = " "
                last = ElementTree.Element("span", {"class": "term__note"})
                last.text = f"({note})"
                parent.insert(at, last)
                at += 1
        if last is not None:
            last.tail = (last.tail or "") + text[rest:]
        return kept

    def _note(self, use: Use, text: str, lang: str) -> str:
        """What spells the abbreviation out, where that is wanted here and for the first time."""
        term = use.term
        if not use.is_abbreviation:
            self._spelt_out.add(term.id)
        if term.id in self._spelt_out or not term.expanded:
            return ""
        before, after = text[: use.start], text[use.end :]
        if before.endswith(("(", "[")) or after.startswith(_BOUND):
            # Within brackets it explains other words; bound to the next word it leaves no place.
            return ""
        self._spelt_out.add(term.id)
        follows = self._glossary.terms_in(after.removeprefix(" (") if after.startswith(" (") else "", lang)
        is_explained = bool(follows) and follows[0].start == 0 and follows[0].term.id == term.id
        return "" if is_explained else term.names[lang]

    def _anchor(self, use: Use, lang: str) -> ElementTree.Element:
        term = use.term
        self._linked.add(term.id)
        said = term.definitions[lang]
        if use.is_abbreviation:
            said = f"{term.names[lang]} – {said}"
        target = self._resolve(f"doc:{PAGE}#{term.anchor}")
        link = ElementTree.Element("a", {"class": "term", "href": target, "title": said})
        link.text = use.written
        return link


def without_terms(html: str) -> str:
    """Rendered text as its author wrote it: without links to the glossary, their definitions, and what spells out."""
    return _LINK.sub(r"\1", _NOTE.sub("", html)) if 'class="term' in html else html
