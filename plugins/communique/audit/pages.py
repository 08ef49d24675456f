"""One HTML page taken apart once, for the checks that look at its elements rather than its bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

# Inside these, braces and colons are somebody's example, not a leftover of ours.
_VERBATIM = frozenset({"code", "pre", "kbd", "samp", "textarea"})
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Element:
    """A start tag: its attributes in order, and for scripts and styles the text inside."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    line: int
    inside_head: bool
    text: str = field(default="", repr=False)

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.attributes if key == name), None)

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.attributes)


@dataclass(frozen=True)
class Text:
    """A run of text as readers see it."""

    line: int
    text: str = field(repr=False)
    verbatim: bool = False


@dataclass(frozen=True)
class Page:
    path: str
    elements: tuple[Element, ...] = field(repr=False)
    texts: tuple[Text, ...] = field(repr=False)
    comments: tuple[Text, ...] = field(repr=False)

    def named(self, *names: str) -> tuple[Element, ...]:
        return tuple(element for element in self.elements if element.name in names)

    @property
    def root(self) -> Element | None:
        return next(iter(self.named("html")), None)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.texts: list[Text] = []
        self.comments: list[Text] = []
        self.verbatim: list[str] = []
        self.raw: Element | None = None
        self.in_head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"head", "body"}:
            self.in_head = tag == "head"
        attributes = tuple((name, value or "") for name, value in attrs)
        element = Element(tag, attributes, self.getpos()[0], self.in_head)
        if tag in {"script", "style"}:
            self.raw = element
        if tag in _VERBATIM:
            self.verbatim.append(tag)
        self.elements.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag == "head":
            self.in_head = False
        self.raw = None
        if tag in self.verbatim:
            del self.verbatim[len(self.verbatim) - 1 - self.verbatim[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if self.raw is not None:
            last = self.elements[-1]
            self.elements[-1] = Element(last.name, last.attributes, last.line, last.inside_head, last.text + data)
        elif data.strip():
            self.texts.append(Text(self.getpos()[0], data, bool(self.verbatim)))

    def handle_comment(self, data: str) -> None:
        self.comments.append(Text(self.getpos()[0], data))


def read_page(path: str, content: bytes) -> Page:
    """Takes a page or an SVG drawing apart; bytes that are not UTF-8 are shown as replacement characters."""
    reader = _Reader()
    reader.feed(content.decode("utf-8", "replace"))
    reader.close()
    return Page(path, tuple(reader.elements), tuple(reader.texts), tuple(reader.comments))
