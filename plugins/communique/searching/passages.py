"""Rendered text as passages to be found: a paragraph with the list, table or quotation that follows it.

What is read here is the HTML that one part of a document has on its page, in which inner sealed parts have places and
no words: so a passage never says more than its part does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from communique.documents.numbers import of_anchor
from communique.documents.plan_forms import SHORT
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
#: How the anchors of footnotes begin.
_NOTE = "fn"
#: What stands between blocks in a line of words, the weakest first: items, cells and rows would read as one sentence.
_NOTHING, _BLANK, _ITEM, _TERM, _CELL, _ROW = range(6)
_BETWEEN = ("", " ", " · ", ": ", " · ", " | ")
_ITEMS = frozenset(["li", "dt", "dd", "table", "caption"])
_ENDS = {"dt": _TERM, "td": _CELL, "th": _CELL, "tr": _ROW}
#: Items and terms that end with a sign of their own need none.
_SIGNS = tuple(".,;:!?…؟؛،。")
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
    stands above, and `marking` what the box bears in which they stand on the page.

    `is_headed`: the place is the heading, so that its words are found here. `leads_on`: there is nothing but the
    heading, and the next passage of the same part is what stands under it.
    """

    anchor: str
    number: str
    heading: str = field(repr=False)
    lang: str
    text: str = field(repr=False)
    is_headed: bool = False
    leads_on: bool = False
    marking: str = ""

    @property
    def words(self) -> str:
        return f"{self.heading} {self.text}" if self.is_headed else self.text


def passages_of(html: str, lang: str, anchor: str = "", heading: str = "", marking: str = "") -> tuple[Passage, ...]:
    """The passages of one part in the order of its text. `anchor` and `heading`: where its beginning stands, if it does
    not say so itself.
    """
    reader = _Reader(lang, anchor, heading, marking)
    reader.feed(without_tokens(html))
    reader.close()
    reader.end()
    following = zip(reader.found, [*reader.found[1:], None], strict=False)
    return tuple(replace(one, leads_on=_leads_on(one, after)) for one, after in following)


def _leads_on(one: Passage, after: Passage | None) -> bool:
    if one.text or after is None:
        return False
    return not after.is_headed and after.lang == one.lang and not after.anchor.startswith(_NOTE)


def _bare(text: str) -> str:
    """On one line. Spaces that do not break stay: they belong to the typography of some languages."""
    return _BEFORE_A_SIGN.sub("", _BLANKS.sub(" ", text).strip())


class _Reader(HTMLParser):
    def __init__(self, lang: str, anchor: str, heading: str, marking: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Passage] = []
        self._anchor, self._lang, self._heading, self._marking = anchor, lang, heading, marking
        self._begun_in = lang
        self._words: list[str] = []
        self._length = 0
        self._is_headed = False
        #: What is to stand before the next word.
        self._between = _NOTHING
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
        # The shorter form of a plan says again what the longer one beside it says.
        is_silent = not classes.isdisjoint(_PUT_IN) or SHORT in told
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
                self._is_headed = bool(self._heading)
                self._words = []
            self._part(_ENDS.get(tag, _ITEM if tag in _ITEMS else _BLANK))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._say(data)

    def _block(self, tag: str, ident: str, classes: set[str], lang: str) -> None:
        is_place = bool(ident) and (tag in _HEADINGS or "para" in classes or ident.startswith(_NOTE))
        if is_place or tag in _HEADINGS or lang != self._begun_in or self._length > LONGEST:
            self.end()
            self._begun_in = lang
        if is_place:
            self._anchor = ident
        self._part(_ITEM if tag in _ITEMS else _BLANK)

    def _part(self, strength: int) -> None:
        """Between two blocks stands the strongest sign of those that begin and end there."""
        self._between = max(self._between, strength)

    def _say(self, text: str) -> None:
        if not text.strip() and (self._between or not self._words):
            return
        if self._words:
            is_ended = self._between in (_ITEM, _TERM) and self._words[-1].rstrip().endswith(_SIGNS)
            sign = _BETWEEN[_BLANK if is_ended else self._between]
            self._words.append(sign.replace(":", "\u00a0:") if self._begun_in.partition("-")[0] == "fr" else sign)
        self._words.append(text)
        self._between = _NOTHING
        self._length += len(text)

    def end(self) -> None:
        """What was read so far is a passage."""
        text = _bare("".join(self._words))
        if text or self._is_headed:
            number = str(of_anchor(self._anchor) or "")
            place = (self._anchor, number, self._heading, self._begun_in)
            self.found.append(Passage(*place, text, self._is_headed, marking=self._marking))
        self._words, self._length, self._is_headed, self._between = [], 0, False, _NOTHING
