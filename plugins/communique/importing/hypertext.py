"""What the HTML of an e-mail shows, as lines: one for each paragraph, with an empty line between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from communique.importing.paper import Doubt
from communique.problems import Place, Problem, Refused

DEEPEST = 150
_BLOCKS = re.compile(
    r"(?:address|article|aside|blockquote|body|d[dlt]|div|fieldset|figure|footer|form|h[1-6r]|header|html|li|main|nav|ol|p"
    r"|pre|section|table|t(?:body|foot|head|[dhr])|ul)\Z"
)
_SILENT = frozenset(("head", "script", "style", "template", "title", "noscript", "object", "iframe", "svg"))
_EMPTY = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|mso-hide\s*:\s*all", re.I)


@dataclass(frozen=True)
class HtmlText:
    """`quoted` are the lines, counted from 1, that the message quotes from another."""

    lines: tuple[str, ...]
    quoted: tuple[int, ...]
    doubts: tuple[Doubt, ...]


def read_html(text: str, file: str) -> HtmlText:
    """The lines that this HTML shows.

    Raises:
        Refused: its elements stand deeper in each other than a letter's.
    """
    reader = _Reader(file)
    reader.feed(text)
    reader.close()
    reader.end_line()
    return HtmlText(tuple(reader.lines), tuple(reader.quoted), tuple(reader.doubts))


class _Reader(HTMLParser):
    def __init__(self, file: str) -> None:
        super().__init__(convert_charrefs=True)
        self.file = file
        self.lines: list[str] = []
        self.quoted: list[int] = []
        self.doubts: list[Doubt] = []
        self._open: list[str] = []
        self._text = ""
        self._silent = 0
        self._links = 0

    def _doubt(self, code: str, what: str, fix: str) -> None:
        doubt = Doubt(Place(self.file, len(self.lines) + 1), code, what, fix)
        if doubt not in self.doubts:
            self.doubts.append(doubt)

    def end_line(self) -> None:
        text = re.sub(r"[ \t\r\n\f]+", " ", self._text).strip(" ")
        # A bullet waits for its words, which may stand in an element of their own.
        self._text = "• " if text == "•" and self._open[-1:] == ["li"] else ""
        if text and text != "•":
            deep = sum(one in ("ol", "ul") for one in self._open) - 1
            self.lines += ["    " * min(deep, 5) + text if text.startswith("• ") else text, ""]
            if "blockquote" in self._open:
                self.quoted.append(len(self.lines) - 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if _BLOCKS.match(tag) or tag == "br":
            self.end_line()
        if _HIDDEN.search(given.get("style", "")) or "hidden" in given:
            self._doubt("hidden", "text stands here that the message does not show", "delete it if it is no text")
        if tag == "img":
            shown = given.get("alt", "")[:60] or "without words"
            self._doubt("image", f"an image was not imported ({shown})", "put it beside the draft as a file")
        if tag == "table":
            self._doubt("table", "a table stands here: its cells were taken as lines", "write it as a table")
        if tag == "a" and given.get("href", "").startswith(("http", "ftp")):
            self._doubt(
                "link", f"a link leads to {given['href'][:200]}", "write it as [words](address) if it is needed"
            )
        if tag == "ol":
            first = given.get("start", "")[:9] or "1"
            what = f"the message's program numbers this list itself, from {first} on; in the draft it has bullets"
            self._doubt("word-numbers", what, "write its numbers if they are cited")
        if tag == "li":
            self._text = "• "
        if tag in _EMPTY:
            return
        self._open.append(tag)
        if len(self._open) > DEEPEST:
            what = f"elements stand in each other more than {DEEPEST} deep"
            raise Refused([Problem(Place(self.file), "import-hostile", what, "save the message as plain text")])
        self._silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        if _BLOCKS.match(tag):
            self.end_line()
        if tag not in self._open:
            return
        while self._open:
            closed = self._open.pop()
            self._silent -= closed in _SILENT
            if closed == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text += data
