"""Rendered text as passages to be found: a paragraph with the list, table or quotation that follows it.

What is read here is the HTML that one part of a document has on its page, in which inner sealed parts have places and
no words: so a passage never says more than its part does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from communique.documents.numbers import of_anchor
from communique.documents.source import without_tokens

#: A passage that has grown so long ends with the next block; long tables would be one passage otherwise.
LONGEST = 700
_BLOCKS = frozenset(
    [
        "p",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "td",
        "th",
        "tr",
        "table",
        "thead",
        "tbody",
        "caption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "div",
        "section",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "br",
        "hr",
        "aside",
        "article",
        "details",
        "summary",
    ]
)
_VOID = frozenset(
    ["br", "hr", "img", "input", "wbr", "col", "area", "base", "embed", "link", "meta", "source", "track"]
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
#: What the site puts in: numbers, arrows of footnotes, what a term means, what an issue draws from elsewhere, what a
#: block of data is called, what is said of a translation.
_PUT_IN = frozenset(
    [
        "para__number",
        "item-number",
        "term__note",
        "footnote-ref",
        "footnote-backref",
        "file__facts",
        "sealed__mark",
        "drawn",
        "data__name",
        "block-note",
    ]
)


_BLANKS = re.compile(r"[ \t\r\n]+")
#: What is left of words that are not the text's own.
_BEFORE_A_SIGN = re.compile(r" (?=[.,;)])")


@dataclass(frozen=True)
class Passage:
    """Words with the place that a link to them names; `number` is the paragraph's, as it is cited, `heading` what
    stands above.
    """

    anchor: str
    number: str
    heading: str = field(repr=False)
    lang: str
    text: str = field(repr=False)


def passages_of(html: str, lang: str, anchor: str = "", heading: str = "") -> tuple[Passage, ...]:
    """The passages of one part in the order of its text. `anchor` and `heading`: where its beginning stands, if it does
    not say so itself.
    """
    reader = _Reader(lang, anchor, heading)
    reader.feed(without_tokens(html))
    reader.close()
    reader.end()
    return tuple(reader.found)


def _bare(text: str) -> str:
    """On one line. Spaces that do not break stay: they belong to the typography of some languages."""
    return _BEFORE_A_SIGN.sub("", _BLANKS.sub(" ", text).strip())


class _Reader(HTMLParser):
    def __init__(self, lang: str, anchor: str, heading: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Passage] = []
        self._anchor, self._lang, self._heading = anchor, lang, heading
        self._begun_in = lang
        self._words: list[str] = []
        self._length = 0
        #: The open elements: name, language, and whether their words are not the text's own.
        self._open: list[tuple[str, str, bool]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        classes = set((told.get("class") or "").split())
        lang = told.get("lang") or self._lang
        if not self._silent and tag in _BLOCKS:
            self._block(tag, told.get("id") or "", classes, lang)
        if tag in _VOID:
            if tag == "img" and not self._silent and told.get("alt"):
                self._say(f" {told['alt']} ")
            return
        is_silent = not classes.isdisjoint(_PUT_IN)
        self._open.append((tag, self._lang, is_silent))
        self._lang, self._silent = lang, self._silent + is_silent

    def handle_endtag(self, tag: str) -> None:
        if tag not in (name for name, _, _ in self._open):
            return
        while self._open:
            name, self._lang, was_silent = self._open.pop()
            self._silent -= was_silent
            if name == tag:
                break
        if tag in _BLOCKS and not self._silent:
            if tag in _HEADINGS:
                self._heading = _bare("".join(self._words))
            self._say(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._say(data)

    def _block(self, tag: str, ident: str, classes: set[str], lang: str) -> None:
        is_place = bool(ident) and (tag in _HEADINGS or "para" in classes or ident.startswith("fn"))
        if is_place or lang != self._begun_in or self._length > LONGEST:
            self.end()
            self._begun_in = lang
        if is_place:
            self._anchor = ident
        self._say(" ")

    def _say(self, text: str) -> None:
        self._words.append(text)
        self._length += len(text)

    def end(self) -> None:
        """What was read so far is a passage."""
        text = _bare("".join(self._words))
        if text:
            number = of_anchor(self._anchor)
            self.found.append(Passage(self._anchor, str(number) if number else "", self._heading, self._begun_in, text))
        self._words, self._length = [], 0
