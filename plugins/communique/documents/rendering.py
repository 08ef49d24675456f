"""From a cut source to HTML: the public text and each sealed part by itself, with Python-Markdown.

The public text is rendered in one piece, each sealed part in its own. A part's token is left standing in its
parent's HTML; `place_parts` puts there whatever belongs there. Paragraphs get the numbers the source gave
them; if Markdown sees other paragraphs than the source did, the text is not understood and the document is
refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

import markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE

from communique.documents.source import PUBLIC_PART, Part, Source, token
from communique.problems import Problem, Refused

_FILE_LINK = "file:"
_ALLOWED = ("https://", "http://", "mailto:", "tel:", "#")
#: The mark of an element that a whole sealed row or section will replace.
_PLACE = "cq-place"
_ROW = re.compile(rf'<tr class="{_PLACE}">\s*<td[^>]*>\s*cqpart(\d+)q\s*</td>(?:\s*<td[^>]*>\s*</td>)*\s*</tr>')
_BLOCK = re.compile(rf'<p class="{_PLACE}">\s*cqpart(\d+)q\s*</p>')
_TOKEN = re.compile(r"cqpart(\d+)q")
_FOOTNOTE_ID = re.compile(r"fn(?:ref\d*)?:")
_TOKEN_IN_TAG = re.compile(r"<[^>]*cqpart\d+q[^>]*>")
_BODY_ROW = re.compile(r"<tbody>\s*<tr>(.*)</tr>\s*</tbody>", re.DOTALL)


@dataclass(frozen=True)
class Rendered:
    """HTML of every part by name (`""` is the public text), tokens still standing where parts belong."""

    html: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class ShownFile:
    """A file beside the text as a page of it shows it: its address there, and what a link says of it."""

    address: str
    #: Kind and size, in the text's language: "PDF, 48 kB".
    facts: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Phrases:
    """What the renderer itself says to a reader, in the text's language."""

    back_to_text: str
    table: str


@dataclass
class _Pass:
    """What the tree processor must know about the part being rendered."""

    prefix: str
    numbers: tuple[int, ...]
    show_numbers: bool
    resolve: Callable[[str], str]
    phrases: Phrases
    #: The form of each part whose token must stand in this one's HTML.
    forms: Mapping[str, str]
    files: Mapping[str, ShownFile]
    seen: int = 0
    headings: int = 0
    refused: str = ""


class _Anchors(Treeprocessor):
    """Numbers paragraphs, names headings and footnotes after their part, and resolves links."""

    run_for: _Pass

    def run(self, root: ElementTree.Element) -> None:
        work = self.run_for
        for child in root:
            if child.tag == "p" and _token_alone(child, work.forms) == "block":
                child.set("class", _PLACE)
            elif child.tag == "p" and _is_figure(child):
                _make_figure(child)
            elif child.tag == "p" and not _is_code(child):
                if work.seen < len(work.numbers):
                    number = work.numbers[work.seen]
                    child.set("id", f"p{number}")
                    child.set("class", "para")
                    if work.show_numbers:
                        _insert_number(child, number)
                work.seen += 1
            elif re.match(r"h[1-6]\Z", child.tag):
                work.headings += 1
                child.set("id", f"{work.prefix}h{work.headings}")
        for element in root.iter():
            self._name(element, work)
            if element.tag == "img":
                self._show_image(element, work)
            if element.tag == "tr" and len(element) and _token_alone(element[0], work.forms) == "row":
                element.set("class", _PLACE)
        for parent in list(root.iter()):
            for index, child in enumerate(parent):
                if child.tag == "table":
                    parent[index] = _scrolling(child, work.phrases.table)
        for parent in list(root.iter()):
            for child in list(parent):
                if child.tag == "a" and child.get("href", "").startswith(_FILE_LINK):
                    self._show_link(parent, child, work)

    def _name(self, element: ElementTree.Element, work: _Pass) -> None:
        ident = element.get("id", "")
        if _FOOTNOTE_ID.match(ident):
            element.set("id", work.prefix + ident.replace(":", "-"))
        if element.tag != "a":
            return
        href = element.get("href", "")
        if _FOOTNOTE_ID.match(href.removeprefix("#")):
            element.set("href", "#" + work.prefix + href[1:].replace(":", "-"))
            if "footnote-ref" in element.get("class", "") and work.prefix:
                element.text = work.prefix.rstrip("-") + "." + (element.text or "")
            if "footnote-backref" in element.get("class", ""):
                element.attrib.pop("title", None)
                element.set("aria-label", work.phrases.back_to_text)
        elif href.startswith("doc:"):
            element.set("href", work.resolve(href))
        elif href.startswith(_FILE_LINK):
            return
        elif not href.startswith(_ALLOWED) and not _is_mailto(href):
            # The parser refused every other target already; what Markdown still made a link of is not
            # understood.
            work.refused = href
            element.set("href", "#")
        elif href.startswith(("https://", "http://")):
            element.set("rel", "external noreferrer")

    def _show_image(self, element: ElementTree.Element, work: _Pass) -> None:
        source = element.get("src", "")
        shown = work.files.get(source.removeprefix(_FILE_LINK)) if source.startswith(_FILE_LINK) else None
        words = " ".join(element.get("alt", "").split())
        if shown is None or not words:
            work.refused = source
        element.attrib.clear()
        if shown is not None:
            element.set("src", shown.address)
            element.set("alt", words)
            element.set("width", str(shown.width))
            element.set("height", str(shown.height))

    def _show_link(self, parent: ElementTree.Element, element: ElementTree.Element, work: _Pass) -> None:
        shown = work.files.get(element.get("href", "").removeprefix(_FILE_LINK))
        if shown is None:
            work.refused = element.get("href", "")
            element.set("href", "#")
            return
        element.set("href", shown.address)
        element.set("class", "file")
        # Told before the click what it will bring, also to those who only hear the page.
        facts = ElementTree.Element("span", {"class": "file__facts"})
        facts.text, facts.tail, element.tail = f"({shown.facts})", element.tail, "\u00a0"
        parent.insert(list(parent).index(element) + 1, facts)


def _is_figure(paragraph: ElementTree.Element) -> bool:
    alone = len(paragraph) == 1 and paragraph[0].tag == "img"
    return alone and not (paragraph.text or "").strip() and not (paragraph[0].tail or "").strip()


def _make_figure(paragraph: ElementTree.Element) -> None:
    caption = paragraph[0].attrib.pop("title", None)
    paragraph.tag, paragraph.text, paragraph[0].tail = "figure", None, None
    paragraph.set("class", "figure")
    if caption:
        ElementTree.SubElement(paragraph, "figcaption").text = caption


def _insert_number(paragraph: ElementTree.Element, number: int) -> None:
    link = ElementTree.Element("a", {"class": "para__number", "href": f"#p{number}"})
    link.text = str(number)
    link.tail = " " + (paragraph.text or "")
    paragraph.text = None
    paragraph.insert(0, link)


def _scrolling(table: ElementTree.Element, label: str) -> ElementTree.Element:
    """A table wider than a phone scrolls in a box of its own, which the keyboard can reach."""
    box = ElementTree.Element("div", {"class": "table-scroll", "role": "group", "tabindex": "0", "aria-label": label})
    box.append(table)
    box.tail, table.tail = table.tail, None
    return box


def _is_code(paragraph: ElementTree.Element) -> bool:
    # Until Markdown's last step a block of code is a paragraph that holds nothing but its placeholder.
    return len(paragraph) == 0 and HTML_PLACEHOLDER_RE.fullmatch((paragraph.text or "").strip()) is not None


def _token_alone(element: ElementTree.Element, forms: Mapping[str, str]) -> str:
    """The form of the part whose token is all that `element` holds, or nothing."""
    found = _TOKEN.fullmatch((element.text or "").strip()) if len(element) == 0 else None
    return forms.get(f"s{found.group(1)}", "") if found else ""


def _is_mailto(href: str) -> bool:
    # Python-Markdown writes the address of <name@example.org> as character references, behind its own escape
    # mark.
    return "\u0002amp\u0003#109;" in href or href.startswith("&#109;")


class Renderer:
    """One Markdown instance, reset between parts: building one costs more than a short text.

    `resolve` turns a `doc:` target into a relative address; it is given per document.
    """

    def __init__(self) -> None:
        self._markdown = markdown.Markdown(
            extensions=[
                TableExtension(use_align_attribute=True),
                FootnoteExtension(BACKLINK_TEXT="↩"),
                "sane_lists",
                "abbr",
                "fenced_code",
            ],
            output_format="html",
        )
        # Raw HTML and images by reference are refused by the parser; without these they would be text even if they
        # came through.
        self._markdown.preprocessors.deregister("html_block")
        for name in ("html", "image_reference", "short_image_ref"):
            self._markdown.inlinePatterns.deregister(name)
        self._anchors = _Anchors(self._markdown)
        self._markdown.treeprocessors.register(self._anchors, "communique_anchors", 1)

    def render(
        self,
        source: Source,
        resolve: Callable[[str], str],
        *,
        show_numbers: bool,
        first: int,
        phrases: Phrases,
        files: Callable[[str], Mapping[str, ShownFile]] = lambda _: {},
    ) -> Rendered:
        """HTML of every part; `first` is the number of the document's first paragraph. `files` gives what a part
        may show of the files beside the text, by name.

        Raises:
            Refused: Markdown sees other paragraphs, or links to something, than the source's parser did.
        """
        problems: list[Problem] = []
        html: dict[str, str] = {}
        for part in source.parts:
            numbers = tuple(number + first - 1 for number in source.numbers(part.name))
            prefix = "" if part.name == PUBLIC_PART else part.name + "-"
            forms = {child.name: child.form for child in source.children(part.name)}
            work = _Pass(prefix, numbers, show_numbers, resolve, phrases, forms, files(part.name))
            html[part.name] = self._convert(part, source, work)
            if part.form in ("text", "block") and work.seen != len(numbers):
                what = f"this text has {len(numbers)} paragraphs, but Markdown makes {work.seen} of them"
                problems.append(
                    Problem(
                        part.place,
                        "paragraphs-unclear",
                        what,
                        "leave blank lines around lists, tables and quotations",
                    )
                )
            if not _all_in_place(html[part.name], forms):
                problems.append(
                    Problem(
                        part.place,
                        "seal-misplaced",
                        "Markdown does not see sealed words of this text where they were written",
                        "write the text around them more plainly",
                    )
                )
            if work.refused:
                problems.append(
                    Problem(
                        part.place,
                        "bad-link",
                        "a link or image leads to an address that is not accepted",
                        "use doc:, file:, https: or mailto:",
                    )
                )
        if problems:
            raise Refused(problems)
        return Rendered(html)

    def _convert(self, part: Part, source: Source, work: _Pass) -> str:
        self._anchors.run_for = work
        shared = "" if part.name == PUBLIC_PART else "\n\n" + source.definitions
        self._markdown.reset()
        if part.form in ("text", "block"):
            return self._markdown.convert(part.text + shared)
        if part.form == "row":
            table = self._markdown.convert(part.table + "\n" + part.text + shared)
            found = _BODY_ROW.search(table)
            if not found:
                work.refused = "row"
                return ""
            return re.sub(r"\s*\n\s*", "", found.group(1))
        # A leading word makes this a paragraph whatever its first characters are ("2008. …" is no list here).
        lead = token("s0") + " "
        words = " ".join(part.text.split("\n"))
        bare = words.strip(" ")
        before, after = words[: len(words) - len(words.lstrip(" "))], words[len(words.rstrip(" ")) :]
        text = self._markdown.convert(lead + bare + shared)
        single = re.fullmatch("<p>" + lead + "(.*)</p>", text.strip(), re.DOTALL)
        if not single or "<p" in single.group(1):
            work.refused = "span"
            return ""
        return before + single.group(1) + after


def _all_in_place(html: str, forms: Mapping[str, str]) -> bool:
    """Whether each part's token stands in `html` once, in an element of its own if it is a section or row."""
    places = [f"s{number}" for number in _TOKEN.findall(html)]
    if sorted(places) != sorted(forms) or _TOKEN_IN_TAG.search(html):
        return False
    wholes = {"block": _BLOCK, "row": _ROW}
    return all(
        {f"s{number}" for number in pattern.findall(html)} == {name for name in forms if forms[name] == form}
        for form, pattern in wholes.items()
    )


def place_parts(html: str, put: Callable[[str, str], str]) -> str:
    """`html` with every token replaced by `put(name, form_of_place)`; the place is "row", "block" or
    "inline".
    """
    html = _ROW.sub(lambda found: put(f"s{found.group(1)}", "row"), html)
    html = _BLOCK.sub(lambda found: put(f"s{found.group(1)}", "block"), html)
    return _TOKEN.sub(lambda found: put(f"s{found.group(1)}", "inline"), html)
