"""From a cut source to HTML: the public text and each sealed part by itself, with Python-Markdown.

The public text is rendered in one piece, each sealed part in its own. A part's token is left standing in its
parent's HTML; `place_parts` puts there whatever belongs there. Paragraphs get the numbers the source gave
them; if Markdown sees other paragraphs than the source did, the text is not understood and the document is
refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple
from xml.etree import ElementTree

import markdown
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

from communique.documents.citation import Citation, CitationWords, VersionWords
from communique.documents.data_blocks import DataBlock
from communique.documents.definitions import abbreviations_in
from communique.documents.merging import OUTDATED, UNTRANSLATED, WITHHELD
from communique.documents.numbers import Number
from communique.documents.plan_forms import BlankPattern, is_of_a_plan, plan_element, show_shorter_form
from communique.documents.plans import Plan, plan_of
from communique.documents.source import FIGURE_LINK, PUBLIC_PART, Block, Part, Source, token
from communique.documents.term_links import TermLinks
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
#: From here on they stand before blocks of which there is something to know.
_MARK = 2_000_000
_NOTE = re.compile(r'<p class="block-note .*?</p>', re.DOTALL)
_FOOTNOTE_ID = re.compile(r"fn(?:ref\d*)?:")
_TOKEN_IN_TAG = re.compile(r"<[^>]*cqpart\d+q[^>]*>")
_BODY_ROW = re.compile(r"<tbody>\s*<tr>(.*)</tr>\s*</tbody>", re.DOTALL)


@dataclass(frozen=True)
class Rendered:
    """HTML of every part by name (`""` is the public text), tokens still standing where parts belong."""

    html: Mapping[str, str] = field(repr=False)


class ShownFigure(NamedTuple):
    """A number as its language writes it, and the page on which it is explained."""

    value: str
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
    #: Below a block that is shown in the original's language, for each reason, and below a translated one whose
    #: original says something else today.
    untranslated: str = "Not yet translated"
    outdated: str = "The original has changed since it was translated, and stands here in its own language."
    withheld: str = "Shown in the original language until its translation has been checked."
    changed: str = "The original has changed since."
    see_original: str = "See the original"
    citing: CitationWords = CitationWords()
    versions: VersionWords = VersionWords()


@dataclass(frozen=True)
class Foreign:
    """How blocks in the original's language are shown in a translation that lacks them, and what is said of them."""

    lang: str
    direction: str
    phrases: Phrases
    #: Where the original shows a paragraph, or the whole of it.
    original: Callable[[Number | None], str]
    files: Callable[[str], Mapping[str, ShownFile]] = lambda _: {}
    cite: Callable[[Part, str], Citation] | None = None

    @property
    def attributes(self) -> dict[str, str]:
        return {"lang": self.lang, "dir": self.direction}


class _Mark(NamedTuple):
    """Of the blocks that follow its token: whether they are in the original's language, and what is said below them."""

    is_foreign: bool = False
    note: ElementTree.Element | None = None


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
    #: What has become of the glossary's terms.
    terms: TermLinks | None = None
    #: Of a plan: what its shorter form says, by the number a paragraph has in its own file.
    plan: Plan | None = None
    own: tuple[str, ...] = ()
    #: The numbers of those paragraphs that were taken out.
    withdrawn: frozenset[Number] = frozenset()
    #: Of a newsletter the numbers of its items, by the anchors of their headings.
    items: Mapping[str, int] = field(default_factory=dict)
    seen: int = 0
    headings: int = 0
    refused: str = ""
    foreign: Foreign | None = None
    foreign_files: Mapping[str, ShownFile] = field(default_factory=dict)
    foreign_cite: Callable[[str], Citation] | None = None
    foreign_abbreviations: Mapping[str, str] = field(default_factory=dict)
    #: By the token that stands before each: what there is to know of blocks, and then their elements with it.
    marks: Mapping[str, _Mark] = field(default_factory=dict)
    marked: list[tuple[ElementTree.Element, _Mark]] = field(default_factory=list)


class _Languages(Treeprocessor):
    """Says of which language an element is, where it is not the text's; each language has its own abbreviations."""

    run_for: _Pass

    def run(self, root: ElementTree.Element) -> None:
        work, foreign, now = self.run_for, self.run_for.foreign, _Mark()
        if foreign is None:
            return
        for child in list(root):
            mark = work.marks.get((child.text or "").strip()) if child.tag == "p" and len(child) == 0 else None
            if mark is not None:
                now = mark
                root.remove(child)
            elif now != _Mark() and child.get("class") != "footnote":
                work.marked.append((child, now))
        notes = [item for item in root.iter("li") if item.get("id", "").startswith(f"fn:{foreign.lang}:")]
        for element in [*(child for child, mark in work.marked if mark.is_foreign), *notes]:
            element.attrib.update(foreign.attributes)
            if work.foreign_abbreviations:
                AbbrTreeprocessor(self.md, dict(work.foreign_abbreviations)).run(element)
            for inner in element.iter():
                # What the text's own abbreviations are looked for in no more.
                inner.text = AtomicString(inner.text) if inner.text else inner.text
                if inner is not element:
                    inner.tail = AtomicString(inner.tail) if inner.tail else inner.tail


class _Anchors(Treeprocessor):
    """Numbers paragraphs, names headings and footnotes after their part, and resolves links."""

    run_for: _Pass

    def run(self, root: ElementTree.Element) -> None:
        work = self.run_for
        for index, child in enumerate(root):
            block = work.data.get((child.text or "").strip()) if child.tag == "p" and len(child) == 0 else None
            if block is not None:
                block.attrib.update({name: value for name, value in child.items() if name in ("lang", "dir")})
                _now_within(work, child, block)
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
                anchor = f"{work.prefix}h{work.headings}"
                child.set("id", anchor)
                if anchor in work.items:
                    _insert_item_number(child, work.items[anchor])
        if work.plan is not None:
            show_shorter_form(root, work.plan, work.own)
        foreign = _foreign_elements(root, work)
        for element in root.iter():
            self._name(element, work)
            if element.tag == "img":
                self._show_image(element, work, work.foreign_files if element in foreign else work.files)
            if element.tag == "tr" and len(element) and _token_alone(element[0], work.forms) == "row":
                element.set("class", _PLACE)
        for parent in list(root.iter()):
            for index, child in enumerate(parent):
                if child.tag == "table":
                    spoken = work.foreign.phrases if work.foreign is not None and child in foreign else work.phrases
                    box = _scrolling(child, spoken.table)
                    _now_within(work, child, box)
                    parent[index] = box
        for parent in list(root.iter()):
            for child in list(parent):
                if child.tag == "a" and child.get("href", "").startswith(_FILE_LINK):
                    self._show_link(parent, child, work, work.foreign_files if child in foreign else work.files)
                elif child.tag == "a" and child.get("href", "").startswith(_REFERENCE):
                    self._cite(parent, child, work, work.foreign_cite if child in foreign else work.cite)
                elif child.tag == "a" and child.get("href", "").startswith(FIGURE_LINK):
                    self._show_figure(child, work)
        if work.terms is not None:
            work.terms.mark(root)
        _add_notes(root, work)

    def _show_figure(self, element: ElementTree.Element, work: _Pass) -> None:
        """The figure itself, leading to the page that tells its date and source, or what was counted."""
        shown = work.figures.get(element.get("href", "").removeprefix(FIGURE_LINK))
        if shown is None or (element.text or "").strip() or len(element):
            work.refused = element.get("href", "")
            return
        element.text = shown.value
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
                foreign = work.foreign
                is_foreign = foreign is not None and href.startswith(f"#fnref:{foreign.lang}:")
                spoken = foreign.phrases if foreign is not None and is_foreign else work.phrases
                element.set("aria-label", spoken.back_to_text)
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

    def _show_image(self, element: ElementTree.Element, work: _Pass, files: Mapping[str, ShownFile]) -> None:
        source = element.get("src", "")
        shown = files.get(source.removeprefix(_FILE_LINK)) if source.startswith(_FILE_LINK) else None
        words = " ".join(element.get("alt", "").split())
        if shown is None or not words:
            work.refused = source
        element.attrib.clear()
        if shown is not None:
            element.set("src", shown.address)
            element.set("alt", words)
            element.set("width", str(shown.width))
            element.set("height", str(shown.height))

    def _show_link(
        self,
        parent: ElementTree.Element,
        element: ElementTree.Element,
        work: _Pass,
        files: Mapping[str, ShownFile],
    ) -> None:
        shown = files.get(element.get("href", "").removeprefix(_FILE_LINK))
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

    def _cite(
        self,
        parent: ElementTree.Element,
        element: ElementTree.Element,
        work: _Pass,
        cite: Callable[[str], Citation] | None,
    ) -> None:
        cited = cite(element.get("href", "")) if cite is not None else None
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


def _foreign_elements(root: ElementTree.Element, work: _Pass) -> set[ElementTree.Element]:
    """Every element in the original's language, which is said to be of that language or stands in such a one."""
    if work.foreign is None:
        return set()
    said = [element for element in root.iter() if element.get("lang") == work.foreign.lang]
    return {inner for element in said for inner in element.iter()}


def _now_within(work: _Pass, element: ElementTree.Element, box: ElementTree.Element) -> None:
    work.marked = [(box if marked is element else marked, mark) for marked, mark in work.marked]


def _add_notes(root: ElementTree.Element, work: _Pass) -> None:
    """What is said below a block, in an element of its own that is shown and left out with the block."""
    for element, mark in work.marked:
        if mark.note is not None and element in list(root):
            mark.note.attrib.update({name: value for name, value in element.items() if name.startswith("data-plan-")})
            mark.note.tail = "\n"
            root.insert(list(root).index(element) + 1, mark.note)


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


def _insert_item_number(heading: ElementTree.Element, number: int) -> None:
    shown = ElementTree.Element("span", {"class": "item-number"})
    shown.text, shown.tail = str(number), " " + (heading.text or "")
    heading.text = None
    heading.insert(0, shown)


def _scrolling(table: ElementTree.Element, label: str) -> ElementTree.Element:
    """A table wider than a phone scrolls in a box of its own, which the keyboard can reach."""
    box = ElementTree.Element("div", {"class": "table-scroll", "role": "group", "tabindex": "0", "aria-label": label})
    box.attrib.update({name: table.attrib.pop(name) for name in ("lang", "dir") if name in table.attrib})
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
        self._languages = _Languages(self._markdown)
        # After words and links are elements, before abbreviations are looked for.
        self._markdown.treeprocessors.register(self._languages, "communique_languages", 10)
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
        terms: TermLinks | None = None,
        foreign: Foreign | None = None,
        items: Mapping[str, int] | None = None,
    ) -> Rendered:
        """HTML of every part. `files` gives what a part
        may show of the files beside the text, by name; `data` makes what a reader sees of a block of data; `cite`
        says what a part's readers are told in place of a reference; `figures` are those it may cite, by name;
        `terms` links those of the glossary. `foreign` is wanted where blocks are in the original's language or stale.
        `items` are the numbers of a newsletter's items, by the anchors of their headings.

        Raises:
            Refused: Markdown sees other paragraphs, or links to something, than the source's parser did.
        """
        problems: list[Problem] = []
        html: dict[str, str] = {}

        def said(block: DataBlock) -> Mapping[str, str]:
            return (foreign.phrases if foreign is not None and block.lang else phrases).said

        for part in source.parts:
            numbers = source.numbers(part.name)
            prefix = "" if part.name == PUBLIC_PART else part.name + "-"
            forms = {child.name: child.form for child in source.children(part.name)}
            blocks = {
                token(f"s{_DATA + index}"): block for index, block in enumerate(source.data) if block.part == part.name
            }
            plan = plan_of(source) if part.name == PUBLIC_PART else None
            shown = {
                name: plan_element(block, plan, said(block)) if is_of_a_plan(block) else data(block)
                for name, block in blocks.items()
            }
            is_foreign = foreign is not None and bool(part.lang)
            spoken = foreign.phrases if foreign is not None and is_foreign else phrases
            shown_files = (foreign.files if foreign is not None and is_foreign else files)(part.name)
            work = _Pass(prefix, numbers, show_numbers, resolve, spoken, forms, shown_files, shown)
            work.withdrawn = source.withdrawn_numbers
            work.items = items or {}
            work.cite = partial(cite, part) if cite is not None else None
            if foreign is not None:
                _tell_apart(work, source, part, foreign, is_foreign=is_foreign)
            work.figures = figures or {}
            if terms is not None:
                terms.begin(part)
                work.terms = terms
            work.plan, work.own = plan, tuple(map(str, source.numbers(part.name)))
            html[part.name] = self._convert(_with_tokens(_with_marks(part, source, work), blocks), source, work)
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
        self._anchors.run_for, self._blanks.run_for, self._languages.run_for = work, work.plan, work
        shared = "" if part.name == PUBLIC_PART or part.lang else "\n\n" + source.definitions
        if part.lang:
            shared = "\n\n" + "\n".join(f"*[{name}]: {words}" for name, words in work.foreign_abbreviations.items())
        self._markdown.reset()
        if part.form in ("text", "block"):
            return self._markdown.convert(part.text + shared)
        if part.form == "row":
            table = self._markdown.convert(part.table + "\n" + part.text + shared)
            found = _BODY_ROW.search(table)
            if not found:
                work.refused = "row"
                return ""
            return _said_to_be(re.sub(r"\s*\n\s*", "", found.group(1)), part, work)
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
        return before + _said_to_be(single.group(1), part, work) + after


def _said_to_be(html: str, part: Part, work: _Pass) -> str:
    """The cells or words of a part that is in the original's language, which no element around them says."""
    if not part.lang or work.foreign is None:
        return html
    attributes = "".join(f' {name}="{value}"' for name, value in work.foreign.attributes.items())
    return re.sub(r"<td\b", f"<td{attributes}", html) if part.form == "row" else f"<span{attributes}>{html}</span>"


def _tell_apart(work: _Pass, source: Source, part: Part, foreign: Foreign, *, is_foreign: bool) -> None:
    """What `work` must know of the two languages of a text."""
    work.foreign, work.foreign_files = foreign, foreign.files(part.name)
    work.foreign_cite = partial(foreign.cite, part) if foreign.cite is not None else None
    if is_foreign:
        work.cite = work.foreign_cite
    work.foreign_abbreviations = {
        name: words
        for block in source.blocks
        if block.kind == "definition" and block.lang and block.part in (PUBLIC_PART, part.name)
        for name, words in abbreviations_in(block.text)
    }


def _with_marks(part: Part, source: Source, work: _Pass) -> Part:
    """`part` with a token before each block that is in another language, or has changed, than the one before it."""
    if work.foreign is None or part.form not in ("text", "block"):
        return part
    lines: list[str] = []
    marks: dict[str, _Mark] = {}
    for unit, mark in _marked_units(part, source, work):
        if mark is not None:
            name = token(f"s{_MARK + len(marks)}")
            marks[name] = mark
            lines.append(name)
        lines += [token(piece) if isinstance(piece, str) else piece.text for piece in unit]
    work.marks = marks
    return replace(part, text="\n\n".join(lines))


def _marked_units(part: Part, source: Source, work: _Pass) -> Iterator[tuple[list[Block | str], _Mark | None]]:
    """The part's sections and blocks, together what Markdown takes together, each with the mark before it."""
    units: list[list[Block | str]] = []
    for piece in source.pieces(part.name):
        before = units[-1][-1] if units else ""
        if isinstance(piece, Block) and piece.kind == "definition" and piece.lang:
            # Its abbreviations are for the original's words alone.
            continue
        if (
            isinstance(piece, Block)
            and isinstance(before, Block)
            and (piece.kind, piece.lang) == (before.kind, before.lang)
            and piece.kind in ("list", "quote", "footnote")
        ):
            units[-1].append(piece)
        else:
            units.append([piece])
    numbers = {id(block): number for block, number in _paragraphs(source)}
    now, told = _Mark(), ""
    for index, unit in enumerate(units):
        sort = _sort(unit)
        first = unit[0]
        if isinstance(first, Block) and first.kind in ("footnote", "definition"):
            yield unit, None
            continue
        goes_on = index + 1 < len(units) and _sort(units[index + 1]) == sort
        is_told = (
            bool(sort)
            and isinstance(first, Block)
            and (first.kind == "paragraph" or (sort != told and not (first.kind == "heading" and goes_on)))
        )
        note = _note(sort, numbers.get(id(first)), work) if is_told else None
        told = sort if is_told or not sort else told
        mark = _Mark(isinstance(first, Block) and bool(first.lang), note)
        # A note is one block's alone.
        yield unit, mark if mark != now or note is not None else None
        now = mark


def _sort(unit: list[Block | str]) -> str:
    """What is to be told of these blocks, by the class that tells it."""
    blocks = [piece for piece in unit if isinstance(piece, Block)]
    if any(block.lang for block in blocks):
        # Of a list that Markdown takes together all must be true: what says least of a translation.
        whys = {block.why for block in blocks}
        return next((why for why in (WITHHELD, OUTDATED, UNTRANSLATED) if why in whys), "")
    return "changed" if any(block.stale for block in blocks) else ""


def _paragraphs(source: Source) -> Iterator[tuple[Block, Number | None]]:
    """Each block with the number of the paragraph to which it belongs."""
    number: Number | None = None
    for block in source.blocks:
        number = block.number or number
        yield block, number


def _note(sort: str, number: Number | None, work: _Pass) -> ElementTree.Element:
    """What readers are told below a block that is not, or not any more, a translation of the original."""
    phrases, foreign = work.phrases, work.foreign
    look = "changed" if sort == "changed" else "untranslated"
    note = ElementTree.Element("p", {"class": f"block-note block-note--{look}"})
    said = {UNTRANSLATED: phrases.untranslated, OUTDATED: phrases.outdated, WITHHELD: phrases.withheld}
    note.text = said.get(sort, phrases.changed)
    if sort == "changed" and foreign is not None:
        note.text += " "
        link = ElementTree.SubElement(note, "a", {"href": foreign.original(number), "hreflang": foreign.lang})
        link.text = phrases.see_original
    return note


def without_notes(html: str) -> str:
    """Rendered text without what is said of blocks that are no translation of the original."""
    return _NOTE.sub("", html)


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
