"""From a cut source to HTML: the public text and each sealed part by itself, with Python-Markdown.

The public text is rendered in one piece, each sealed part in its own. A part's token is left standing in its
parent's HTML; `place_parts` puts there whatever belongs there. Paragraphs get the numbers the source gave
them; if Markdown sees other paragraphs than the source did, the text is not understood and the document is
refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple
from xml.etree import ElementTree

import markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE

from communique.documents.citation import Citation, CitationWords, VersionWords
from communique.documents.data_blocks import DataBlock
from communique.documents.numbers import Number
from communique.documents.plan_forms import BlankPattern, is_of_a_plan, plan_element, show_shorter_form
from communique.documents.plans import Plan, plan_of
from communique.documents.source import FIGURE_LINK, PUBLIC_PART, Part, Source, token
from communique.problems import Problem, Refused

_FILE_LINK = "file:"
_REFERENCE = "ref:"
#: Where each dated figure stands with its date and source.
FIGURES_PAGE = "states"
#: What a sentence ends with, before the blank that follows.
_SENTENCE_END = re.compile(r"[.!?…][»”’\s]*\s\Z")
_ALLOWED = ("https://", "http://", "mailto:", "tel:", "#")
#: The mark of an element that a whole sealed row or section will replace.
_PLACE = "cq-place"
_ROW = re.compile(rf'<tr class="{_PLACE}">\s*<td[^>]*>\s*cqpart(\d+)q\s*</td>(?:\s*<td[^>]*>\s*</td>)*\s*</tr>')
_BLOCK = re.compile(rf'<p class="{_PLACE}">\s*cqpart(\d+)q\s*</p>')
_TOKEN = re.compile(r"cqpart(\d+)q")
#: While Markdown is at work, tokens from here on stand for data blocks: one that is left is found like any other.
_DATA = 1_000_000
_FOOTNOTE_ID = re.compile(r"fn(?:ref\d*)?:")
_TOKEN_IN_TAG = re.compile(r"<[^>]*cqpart\d+q[^>]*>")
_BODY_ROW = re.compile(r"<tbody>\s*<tr>(.*)</tr>\s*</tbody>", re.DOTALL)


@dataclass(frozen=True)
class Rendered:
    """HTML of every part by name (`""` is the public text), tokens still standing where parts belong."""

    html: Mapping[str, str] = field(repr=False)


class ShownFigure(NamedTuple):
    """A number, and the page on which it is explained."""

    value: int
    page: str = FIGURES_PAGE


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
    #: The labels of data blocks, by the message in English.
    said: Mapping[str, str] = field(default_factory=dict)
    #: What the site calls tiers, areas and groups.
    audiences: Mapping[str, str] = field(default_factory=dict)
    #: Stands where a paragraph was taken out.
    withdrawn: str = "Withdrawn"
    citing: CitationWords = CitationWords()
    versions: VersionWords = VersionWords()


@dataclass
class _Pass:
    """What the tree processor must know about the part being rendered."""

    prefix: str
    numbers: tuple[Number, ...]
    show_numbers: bool
    resolve: Callable[[str], str]
    phrases: Phrases
    #: The form of each part whose token must stand in this one's HTML.
    forms: Mapping[str, str]
    files: Mapping[str, ShownFile]
    #: The data blocks of this part, made into elements, by the token that stands for each.
    data: Mapping[str, ElementTree.Element] = field(default_factory=dict)
    #: What the part says in place of a reference by symbol.
    cite: Callable[[str], Citation] | None = None
    #: The figures of the data and those counted, by name.
    figures: Mapping[str, ShownFigure] = field(default_factory=dict)
    #: Of a plan: what its shorter form says, by the number a paragraph has in its own file.
    plan: Plan | None = None
    own: tuple[str, ...] = ()
    #: The numbers of those paragraphs that were taken out.
    withdrawn: frozenset[Number] = frozenset()
    seen: int = 0
    headings: int = 0
    refused: str = ""


class _Anchors(Treeprocessor):
    """Numbers paragraphs, names headings and footnotes after their part, and resolves links."""

    run_for: _Pass

    def run(self, root: ElementTree.Element) -> None:
        work = self.run_for
        for index, child in enumerate(root):
            block = work.data.get((child.text or "").strip()) if child.tag == "p" and len(child) == 0 else None
            if block is not None:
                root[index] = block
            elif child.tag == "p" and _token_alone(child, work.forms) == "block":
                child.set("class", _PLACE)
            elif child.tag == "p" and _is_figure(child):
                _make_figure(child)
            elif child.tag == "p" and not _is_code(child):
                if work.seen < len(work.numbers):
                    number = work.numbers[work.seen]
                    child.set("id", number.anchor)
                    child.set("class", "para")
                    if number in work.withdrawn:
                        _tell_withdrawn(child, number, work)
                    elif work.show_numbers:
                        _insert_number(child, number)
                work.seen += 1
            elif re.match(r"h[1-6]\Z", child.tag):
                work.headings += 1
                child.set("id", f"{work.prefix}h{work.headings}")
        if work.plan is not None:
            show_shorter_form(root, work.plan, work.own)
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
                elif child.tag == "a" and child.get("href", "").startswith(_REFERENCE):
                    self._cite(parent, child, work)
                elif child.tag == "a" and child.get("href", "").startswith(FIGURE_LINK):
                    self._show_figure(child, work)

    def _show_figure(self, element: ElementTree.Element, work: _Pass) -> None:
        """The figure itself, leading to the page that tells its date and source, or what was counted."""
        shown = work.figures.get(element.get("href", "").removeprefix(FIGURE_LINK))
        if shown is None or (element.text or "").strip() or len(element):
            work.refused = element.get("href", "")
            return
        element.text = str(shown.value)
        element.set("href", work.resolve(f"doc:{shown.page}"))

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
        elif href.startswith((_FILE_LINK, _REFERENCE, FIGURE_LINK)):
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

    def _cite(self, parent: ElementTree.Element, element: ElementTree.Element, work: _Pass) -> None:
        cited = work.cite(element.get("href", "")) if work.cite is not None else None
        if cited is None:
            work.refused = element.get("href", "")
            element.set("href", "#")
            return
        at = list(parent).index(element)
        own_words = bool((element.text or "").strip()) or len(element) > 0
        element.set("href", work.resolve(cited.address) if cited.address.startswith("doc:") else cited.address)
        element.set("class", "ref" if own_words else "ref ref--made")
        if own_words:
            # Whoever prints the page, or hears it, has the citation too and not only a link.
            note = ElementTree.Element("span", {"class": "ref__note"})
            note.tail, element.tail, note.text = element.tail, "\u00a0", "("
            if cited.symbol:
                symbol = ElementTree.SubElement(note, "bdi", {"class": "symbol"})
                symbol.text, symbol.tail = cited.symbol, (f", {cited.note}" if cited.note else "") + ")"
            else:
                note.text += f"{cited.note})"
            parent.insert(at + 1, note)
            return
        before = cited.before
        if before and _begins_sentence(parent, at):
            before = before[0].upper() + before[1:]
        element.text = before
        if cited.title:
            title = ElementTree.SubElement(element, "cite")
            if cited.lang:
                title.attrib.update({"lang": cited.lang, "dir": "auto"})
            title.text, title.tail = cited.title, cited.after


def _begins_sentence(parent: ElementTree.Element, at: int) -> bool:
    """Whether a sentence begins with the element at this place: automatic words take a capital there."""
    before = (parent.text if at == 0 else parent[at - 1].tail) or ""
    is_first = at == 0 or (at == 1 and parent[0].get("class") == "para__number")
    if is_first and not before.strip():
        return parent.tag in ("p", "li", "td", "th")
    return _SENTENCE_END.search(before) is not None


def _is_figure(paragraph: ElementTree.Element) -> bool:
    alone = len(paragraph) == 1 and paragraph[0].tag == "img"
    return alone and not (paragraph.text or "").strip() and not (paragraph[0].tail or "").strip()


def _make_figure(paragraph: ElementTree.Element) -> None:
    caption = paragraph[0].attrib.pop("title", None)
    paragraph.tag, paragraph.text, paragraph[0].tail = "figure", None, None
    paragraph.set("class", "figure")
    if caption:
        ElementTree.SubElement(paragraph, "figcaption").text = caption


def _tell_withdrawn(paragraph: ElementTree.Element, number: Number, work: _Pass) -> None:
    paragraph.set("class", "para withdrawn")
    paragraph.text = work.phrases.withdrawn
    if work.show_numbers:
        _insert_number(paragraph, number)
    else:
        paragraph.text = f"¶{number} {paragraph.text}"


def _insert_number(paragraph: ElementTree.Element, number: Number) -> None:
    link = ElementTree.Element("a", {"class": "para__number", "href": f"#{number.anchor}"})
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
        self._blanks = BlankPattern()
        # After code and backslashes, before anything that reads a `<`.
        self._markdown.inlinePatterns.register(self._blanks, "communique_blanks", 175)

    def render(
        self,
        source: Source,
        resolve: Callable[[str], str],
        *,
        show_numbers: bool,
        phrases: Phrases,
        files: Callable[[str], Mapping[str, ShownFile]] = lambda _: {},
        data: Callable[[DataBlock], ElementTree.Element] = lambda _: ElementTree.Element("div"),
        cite: Callable[[Part, str], Citation] | None = None,
        figures: Mapping[str, ShownFigure] | None = None,
    ) -> Rendered:
        """HTML of every part. `files` gives what a part
        may show of the files beside the text, by name; `data` makes what a reader sees of a block of data; `cite`
        says what a part's readers are told in place of a reference; `figures` are those it may cite, by name.

        Raises:
            Refused: Markdown sees other paragraphs, or links to something, than the source's parser did.
        """
        problems: list[Problem] = []
        html: dict[str, str] = {}
        for part in source.parts:
            numbers = source.numbers(part.name)
            prefix = "" if part.name == PUBLIC_PART else part.name + "-"
            forms = {child.name: child.form for child in source.children(part.name)}
            blocks = {
                token(f"s{_DATA + index}"): block for index, block in enumerate(source.data) if block.part == part.name
            }
            plan = plan_of(source) if part.name == PUBLIC_PART else None
            shown = {
                name: plan_element(block, plan, phrases.said) if is_of_a_plan(block) else data(block)
                for name, block in blocks.items()
            }
            work = _Pass(prefix, numbers, show_numbers, resolve, phrases, forms, files(part.name), shown)
            work.withdrawn = source.withdrawn_numbers
            work.cite = partial(cite, part) if cite is not None else None
            work.figures = figures or {}
            work.plan, work.own = plan, tuple(map(str, source.numbers(part.name)))
            html[part.name] = self._convert(_with_tokens(part, blocks), source, work)
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
        self._anchors.run_for, self._blanks.run_for = work, work.plan
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


def _with_tokens(part: Part, blocks: Mapping[str, DataBlock]) -> Part:
    """`part` with a token for each block of data. No other text can look like one: its fence begins none elsewhere."""
    text = part.text
    for name, block in blocks.items():
        text = text.replace(block.text, name, 1)
    return replace(part, text=text)


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
