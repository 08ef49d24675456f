"""One language file of a document, cut into public text and sealed parts before any Markdown is rendered.

The cut comes first because what has once been in the public text cannot be taken out again with certainty.
Only one spelling seals a block (`::: oeg` … `:::`), one a span (`[text]{oeg}`), one a list item or table row
(`{oeg}` as its last token); whatever looks like one of them and is not understood is a problem, never text.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple
from urllib.parse import quote

from communique.documents.data_blocks import DataBlock, misplaced, read_data_block, refuse_word, same_in_every_language
from communique.documents.fields import BLANK_MARK, BLOCK_FIELDS, SYMBOL, TEARLINE
from communique.documents.file_types import FILE_NAME, IMAGES, SUFFIXES, suffix_of, without_language
from communique.documents.near_misses import fence_like, folded, near_misses, seals_in_code
from communique.documents.numbers import FIRST, WITHDRAWN, Number, of_anchor, of_text, stated_in
from communique.policy import Audience, Policy
from communique.problems import Place, Problem, Refused

Form = Literal["text", "block", "item", "row", "inline"]
BlockKind = Literal[
    "heading", "paragraph", "figure", "list", "table", "quote", "code", "data", "rule", "footnote", "definition"
]

#: What decides to which paragraph a data block belongs: after a heading it needs one of its own.
_BEFORE_DATA = ("heading", "paragraph")
#: The name of the public text among a document's parts.
PUBLIC_PART = ""

_TOKEN = re.compile(r"cqpart(\d+)q")
_TOKEN_LIKE = re.compile(r"cqpart\d", re.IGNORECASE)
_FENCE = re.compile(r":::(?: +(\S.*?))? *\Z")
_CODE = re.compile(r"(`{3,}|~{3,}) *([\w+-]*) *\Z")
_HEADING = re.compile(r"(#{1,6})\s+(\S.*)\Z")
_BULLET = re.compile(r"( *)([-*+]|\d{1,9}\.)( +)(?=\S)")
_RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})\Z")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+) *\Z")
_DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*\Z")
_ROW_TOKEN = re.compile(r"(.*\|)\s*\{([^{}]*)\}\s*\Z")
_END_TOKEN = re.compile(r"(?<![\]\\])\{([^{}]*)\}\s*\Z")
#: Braces, and what Unicode's compatibility folding makes braces.
_BRACES = "{}｛｝︷︸﹛﹜"
_PLAIN = re.compile(rf"[^\\`<!\[\]{_BRACES}]+")
_BACKTICKS = re.compile(r"`+")
_CITATION = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_SECOND_BRACKETS = re.compile(r"\]\[([^\]\n]*)\]")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]:\s*")
_LINK_DEFINITION = re.compile(r" {0,3}\[([^\]^][^\]]*)\]:\s*<?([^\s>]+)>?")
_ABBREVIATION = re.compile(r" {0,3}\*\[([^\]]+)\]:\s*\S")
_AUTOLINK = re.compile(r"<(?:https?://[^\s<>{}\[\]]+|[\w.+-]+@[\w.-]+)>")
_RAW_HTML = re.compile(r"<[A-Za-z/!?]")
_BLANK_LIKE = re.compile(r"<<([^<>\n]{1,60})>>")
_DESTINATION = re.compile(r"\(\s*<?([^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+(\"[^\"]*\"|'[^']*'))?\s*\)")
_ALTERNATIVE = re.compile(r"!\[[^\[\]\\]*\]")
_REFERENCE = re.compile(r"\(\s*<?ref:([^<>()#\n]*(?:\([^<>()#\n]*\)[^<>()#\n]*)*)(?:#([^<>()\n]*))?>?\s*\)")
_FILE_LINK = "file:"
FIGURE_LINK = "figure:"
#: What a text in an attribute of the page cannot hold: it has no markup, and Markdown would read some.
_MARKUP = re.compile(r"[<>\[\]{}`*_\\]|:::")
_DOCUMENT_LINK = re.compile(r"doc:([^#]*)(?:#(.*))?\Z")
_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_OWN_ANCHOR = re.compile(r"#p[1-9][a-z0-9-]*\Z")
#: What editors who know the word, and not its spelling, write for a paragraph that is taken out.
_WITHDRAWN_LIKE = re.compile(r"[\W_]*(?:withdrawn|deleted|retirado|suprimido|retiré|supprimé)[\W_]*\Z", re.IGNORECASE)
#: What is left of a paragraph that was taken out, for Markdown.
NOTHING = "¶"
#: Neither Markdown nor a reader sees them: they could hide a fence, a brace or one of our tokens.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Block:
    """One top-level block of a part. Only paragraphs have a `number`: until the catalogue counts through the parts
    of a paper, they count from the document's own first.
    """

    kind: BlockKind
    part: str
    text: str = field(repr=False)
    line: int
    level: int = 0
    number: Number | None = None
    #: What is sealed inside this block, in order: "row 2 for oeg", "text in item 1 for core".
    inside: tuple[str, ...] = ()
    #: The files it refers to, in order, without the language in their names: "the image map.png for oeg".
    files: tuple[str, ...] = ()
    #: Of a data block its word and whatever must be the same in every language.
    facts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    #: The number that the text itself gives this paragraph, where it does.
    stated: Number | None = None
    #: Whether it stands for a paragraph that was taken out: its number is kept, and no words.
    withdrawn: bool = False
    #: The language of its words and the file they stand in, where a translation lacks them (merging.py).
    lang: str = ""
    file: str = ""
    #: Whether these are words of a translation whose original says something else today.
    stale: bool = False


@dataclass(frozen=True)
class Part:
    """Public text or one sealed part. `text` is Markdown with a token (`cqpart3q`) where part s3 stands in
    it.
    """

    name: str
    form: Form
    audience: Audience
    parent: str
    place: Place
    text: str = field(repr=False)
    #: For a row: the head and delimiter lines of its table, and how many cells a row has.
    table: str = field(default="", repr=False)
    columns: int = 0
    #: The language of its words, where it stands in a block whose language is not the text's.
    lang: str = ""


@dataclass(frozen=True)
class Link:
    """A link to another document: `target` is its id (`meetings/paris-2008`), `number` a paragraph in it."""

    target: str
    number: Number | None
    place: Place


@dataclass(frozen=True)
class Reference:
    """A citation by symbol and, where there is one, paragraph ("29 bis"), as the part `part` makes it."""

    symbol: str
    number: str
    part: str
    #: Which of the source's blocks it stands in.
    block: int
    place: Place


@dataclass(frozen=True)
class FigureReference:
    """A figure of the data, or one that the site counts, as a part cites it: `[](figure:participating)`."""

    name: str
    place: Place
    part: str = PUBLIC_PART


@dataclass(frozen=True)
class FileReference:
    """A file that lies beside the language files, as the part `part` refers to it."""

    name: str
    form: Literal["link", "image"]
    part: str
    place: Place


@dataclass(frozen=True)
class Blank:
    """A place in a plan's text where its reader writes something: `<<lead-office>>`."""

    name: str
    part: str
    place: Place


@dataclass(frozen=True)
class Source:
    """The body of one language file, cut. `parts[0]` is the public text; blocks stand in the document's
    order.
    """

    title: str
    parts: tuple[Part, ...]
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    #: Link and abbreviation definitions outside every section: they serve all parts.
    definitions: str = ""
    files: tuple[FileReference, ...] = ()
    #: The data blocks of all parts, in the document's order.
    data: tuple[DataBlock, ...] = ()
    #: Where a plan's reader writes something.
    blanks: tuple[Blank, ...] = field(default=(), kw_only=True)
    #: The citations by symbol of all parts, in the document's order.
    references: tuple[Reference, ...] = ()
    figures: tuple[FigureReference, ...] = field(default=(), kw_only=True)

    @property
    def paragraphs(self) -> int:
        return sum(1 for block in self.blocks if block.number is not None)

    def part(self, name: str) -> Part:
        return next(part for part in self.parts if part.name == name)

    def children(self, name: str) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.form != "text" and part.parent == name)

    def pieces(self, name: str) -> Iterator[Block | str]:
        """What the public text or a section consists of, in order: its blocks, and the names of sections in it."""
        text, at = self.part(name).text, 0
        blocks = [block for block in self.blocks if block.part == name]
        sections = [part.name for part in self.children(name) if part.form == "block"]
        while blocks or sections:
            if sections and text.startswith(token(sections[0]), at):
                at += len(token(sections[0])) + 2
                yield sections.pop(0)
            else:
                at += len(blocks[0].text) + 2
                yield blocks.pop(0)

    def blocks_above(self, name: str) -> tuple[Block, ...]:
        """The blocks before a sealed part, with the one in which it stands if it is no section."""
        parts = {part.name: part for part in self.parts}
        part = parts[name]
        while part.form != "block" and parts[part.parent].form not in ("text", "block"):
            part = parts[part.parent]
        if part.form != "block":
            mark = token(part.name)
            return self.blocks[: next(i for i, block in enumerate(self.blocks) if mark in block.text) + 1]
        within = {name}
        for one in self.parts:
            # A part comes after the section around it.
            within |= {one.name} if one.parent in within and one.form == "block" else set()
        return self.blocks[: next(i for i, block in enumerate(self.blocks) if block.part in within)]

    def numbers(self, name: str) -> tuple[Number, ...]:
        """The numbers of the paragraphs that stand directly in this part."""
        return tuple(b.number for b in self.blocks if b.part == name and b.number is not None)

    @property
    def all_numbers(self) -> tuple[Number, ...]:
        """The numbers of all paragraphs, in the document's order."""
        return tuple(block.number for block in self.blocks if block.number is not None)

    @property
    def withdrawn_numbers(self) -> frozenset[Number]:
        """The numbers that stand for paragraphs which were taken out."""
        return frozenset(block.number for block in self.blocks if block.number is not None and block.withdrawn)

    def numbered(self, after: Number | None) -> Source:
        """The same text with its paragraphs counted on from `after`, the last one of the part before."""
        blocks: list[Block] = []
        now: dict[Number, Number] = {}
        for block in self.blocks:
            if block.number is not None:
                after = block.stated or (after.next if after is not None else FIRST)
                now[block.number], block = after, replace(block, number=after)
            blocks.append(block)
        data = tuple(replace(one, number=now.get(one.number) if one.number else None) for one in self.data)
        return replace(self, blocks=tuple(blocks), data=data)

    def outline(self) -> tuple[tuple[object, ...], ...]:
        """What must be the same in every language: headings, sections and what they stand in, audiences, numbers,
        sealed items and spans, files and images, and of data what is not translated.
        """
        within: dict[str, str] = {}
        for part in self.parts:
            outer = within.get(part.parent) if part.form != "text" and part.parent != PUBLIC_PART else None
            within[part.name] = f"{part.audience} within {outer}" if outer else str(part.audience)
        return tuple(
            (
                block.kind,
                block.level,
                block.part,
                within[block.part],
                _numbered_as(block),
                block.inside,
                block.files,
                block.facts,
            )
            for block in self.blocks
            if block.kind != "definition"
        )


def _numbered_as(block: Block) -> str | None:
    shown = str(block.number) if block.number is not None else None
    return f"{shown} {WITHDRAWN}" if block.withdrawn else shown


def misnumbered(source: Source, file: str, after: Number | None) -> Iterator[Problem]:
    """Each number that a text gives a paragraph and that is not the one it has, counted on from `after`."""
    # Behind a number that is wrong, those that go on from it are no second mistake, nor are those that do not.
    reached: list[Number | None] = [after]
    for block in source.blocks:
        if block.number is None:
            continue
        expected = [_next(one) for one in reached]
        if block.stated is None:
            reached = list(expected)
        elif block.stated in expected or block.stated in [one.inserted for one in reached if one is not None]:
            reached = [block.stated]
        else:
            before = reached[0]
            reached = [expected[0], block.stated]
            what = f"this paragraph is ¶{expected[0]}, and it says ¶{block.stated}"
            fix = f"write ¶{expected[0]}"
            if before is not None and before.inserted is not None:
                fix += f", or ¶{before.inserted} if it was put in after ¶{before} had been released"
            yield Problem(Place(file, block.line, 1), "wrong-number", what, f"{fix}; or leave the number out")


def _next(number: Number | None) -> Number:
    return number.next if number is not None else FIRST


def token(name: str) -> str:
    """What stands for part `name` ("s3") inside Markdown: a word Markdown leaves alone."""
    return f"cqpart{name.removeprefix('s')}q"


def tokens_in(text: str) -> Iterator[str]:
    """The names of the parts whose tokens stand in `text`."""
    return (f"s{found.group(1)}" for found in _TOKEN.finditer(text))


def without_tokens(text: str) -> str:
    return _TOKEN.sub(" ", text)


def parse_source(text: str, file: str, policy: Policy, audience: Audience, *, first_line: int = 1) -> Source:
    """Cut the body of a language file (without front matter) that begins at `first_line` of `file`.

    Raises:
        Refused: every problem found in the body, with line and column.
    """
    parser = _Parser(file, policy, audience, first_line)
    source = parser.parse(text)
    if parser.problems:
        raise Refused(parser.problems)
    return source


@dataclass
class _Open:
    """A part whose text is still being collected."""

    part: Part
    lines: list[str] = field(default_factory=list)
    chunk: list[str] = field(default_factory=list)
    chunk_line: int = 0
    last: BlockKind | None = None
    footnotes_cited: dict[str, Place] = field(default_factory=dict)
    footnotes_defined: dict[str, Place] = field(default_factory=dict)
    references: list[tuple[str, Place]] = field(default_factory=list)
    defined: set[str] = field(default_factory=set)
    #: How far the last item of the last list is indented, when it is sealed whole; else -1.
    sealed_item: int = -1


class _Bracket(NamedTuple):
    """An opened `[`: where it stands, and how much had been found by then."""

    out: int
    offset: int
    made: int
    files: int
    references: int
    figures: int
    is_image: bool


class _Parser:
    def __init__(self, file: str, policy: Policy, audience: Audience, first_line: int) -> None:
        self.file, self.policy, self.first = file, policy, first_line
        self.problems: list[Problem] = []
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self.files: list[FileReference] = []
        self.data: list[DataBlock] = []
        self.blanks: list[Blank] = []
        self.references: list[Reference] = []
        self.figures: list[FigureReference] = []
        self.number: Number | None = None
        self.parts = 0
        root = Part(PUBLIC_PART, "text", audience, PUBLIC_PART, Place(file, first_line, 1), "")
        self.stack = [_Open(root)]
        #: At which depths a near miss was meant to open a section: the “:::” that closes it is no second mistake.
        self.meant_to_open: list[int] = []
        self.all = [self.stack[0]]

    # -- reporting

    def problem(self, line: int, column: int, code: str, what: str, fix: str) -> None:
        self.problems.append(Problem(Place(self.file, line, column), code, what, fix))

    # -- lines

    def parse(self, text: str) -> Source:
        lines = [line.expandtabs(4) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
        for index, line in enumerate(lines):
            found = _CONTROL.search(line)
            if found:
                what = f"an invisible control character (U+{ord(found.group(0)):04X}) stands here"
                self.problem(self.first + index, found.start() + 1, "control-character", what, "delete it")
        title, start = self._title(lines)
        code: tuple[str, int] | None = None
        after_code = False
        for index in range(start, len(lines)):
            line, number = lines[index], self.first + index
            top = self.stack[-1]
            if code is not None:
                top.chunk.append(line)
                if self._closes_code(line, code[0], number):
                    self._end_code(top)
                    code, after_code = None, True
                continue
            opening = _CODE.match(line.strip())
            touches = top.chunk if opening else after_code and line.strip() and not line.startswith(":::")
            if touches or (opening and after_code):
                # A fence that touches text is most often the other end of a block, and what lies between is
                # no code.
                self.problem(
                    number,
                    1,
                    "no-blank-line",
                    "a code block touches other text",
                    "leave a blank line before and after the code block",
                )
            after_code = False
            if opening:
                if line[0] not in "`~":
                    self.problem(
                        number,
                        1,
                        "code-indented",
                        "a code block must start at the beginning of its line",
                        "move the fence to the first column, outside lists and quotations",
                    )
                self._end_chunk()
                top.chunk, top.chunk_line, code = [line], number, (opening.group(1), number)
                continue
            if self._fence(line, number):
                continue
            if not line.strip():
                self._end_chunk()
                continue
            if not top.chunk:
                top.chunk_line = number
            top.chunk.append(line)
        if code is not None:
            self.problem(code[1], 1, "unclosed-code", "this code block is never closed", f"add a line {code[0]}")
            self.stack[-1].chunk = []
        self._end_chunk()
        for left in self.stack[1:]:
            self.problem(
                left.part.place.line,
                1,
                "unclosed-section",
                f"the section for {left.part.audience} is never closed",
                "add a line ::: where it ends",
            )
        root = self.all[0]
        shared = "\n\n".join(
            block.text for block in self.blocks if block.kind == "definition" and block.part == PUBLIC_PART
        )
        for opened in self.all:
            self._check_references(opened, root)
        parts = tuple(
            replace(
                opened.part,
                text="\n\n".join(opened.lines) if opened.part.form in ("text", "block") else opened.part.text,
            )
            for opened in self.all
        )
        return Source(
            title,
            parts,
            tuple(self.blocks),
            tuple(self.links),
            shared,
            tuple(self.files),
            tuple(self.data),
            tuple(self.references),
            blanks=tuple(self.blanks),
            figures=tuple(self.figures),
        )

    def _closes_code(self, line: str, fence: str, number: int) -> bool:
        if line.rstrip() == fence:
            return True
        bare = line.strip()
        if len(bare) >= len(fence) and set(bare) == {fence[0]}:
            self.problem(
                number,
                1,
                "unclosed-code",
                "this line does not close the code block as it was opened",
                f"write {fence} in the first column",
            )
            return True
        return False

    def _title(self, lines: list[str]) -> tuple[str, int]:
        for index, line in enumerate(lines):
            if not line.strip():
                continue
            found = _HEADING.match(line)
            title = _heading_words(found) if found and len(found.group(1)) == 1 else ""
            if title:
                at = self.first + index
                if re.search(r"[<>\[\]{}`*_\\]|:::", folded(title)):
                    self.problem(
                        at,
                        3,
                        "title-markup",
                        "a title is plain text",
                        "leave out brackets, braces, asterisks, underscores and HTML",
                    )
                if _TOKEN_LIKE.search(title):
                    self._refuse_token(at, 1)
                return title, index + 1
            self.problem(
                self.first + index,
                1,
                "no-title",
                "the text does not begin with its title",
                "make the first line “# ” and the title",
            )
            return "", index
        self.problem(self.first, 1, "empty", "this file has no text", "write “# ” and a title, then the text")
        return "", len(lines)

    def _fence(self, line: str, number: int) -> bool:
        """Whether this line is a section's fence, or looks like one (then it is also a problem)."""
        found = _FENCE.match(line)
        if not found:
            near = fence_like(line, self.policy)
            if near:
                self.problem(number, *near)
                if any(char.isalnum() for char in line):
                    self.meant_to_open.append(len(self.stack))
            return near is not None
        self._end_chunk()
        if found.group(1) is None:
            if self.meant_to_open and self.meant_to_open[-1] == len(self.stack):
                self.meant_to_open.pop()
                return True
            if len(self.stack) == 1:
                self.problem(
                    number,
                    1,
                    "stray-fence",
                    "nothing is open that this “:::” could close",
                    "delete it, or write the audience it opens: “::: oeg”",
                )
                return True
            closed = self.stack.pop()
            if not closed.lines:
                self.problem(
                    closed.part.place.line,
                    1,
                    "empty-section",
                    "this section holds no text",
                    "write its text between the fences, or delete it",
                )
            self.stack[-1].last = None
            return True
        audience = self._audience(found.group(1), number, line.index(found.group(1)) + 1)
        opened = self._new_part("block", audience, self.stack[-1].part, Place(self.file, number, 1))
        self.stack[-1].lines.append(token(opened.part.name))
        self.stack.append(opened)
        return True

    def _audience(self, text: str, line: int, column: int) -> Audience:
        place = Place(self.file, line, column)
        try:
            audience = self.policy.parse_audience(text, place)
        except Refused as refused:
            self.problems.extend(refused.problems)
            return Audience(("unknown",))
        if audience.is_public:
            self.problem(
                line,
                column,
                "public-section",
                "a section cannot be public",
                "name the tier or area it is sealed for, or take the fence away",
            )
        return audience

    def _new_part(
        self,
        form: Form,
        audience: Audience,
        parent: Part,
        place: Place,
        text: str = "",
        table: str = "",
        columns: int = 0,
    ) -> _Open:
        self.parts += 1
        known = all(name in self.policy.audience_names for name in (*audience.names, *parent.audience.names))
        if known and not self.policy.may_stand_inside(audience, parent.audience):
            fix = (
                "an inner tier must be narrower than the section around it, and only areas may stand"
                " inside an area: close the outer section first"
            )
            if parent.name == PUBLIC_PART:
                fix = "the whole document is sealed: give it the wider audience, and the rest sections of their own"
            what = f"text for {audience} cannot stand inside text for {parent.audience}"
            self.problems.append(Problem(place, "wider-inside", what, fix))
        opened = _Open(Part(f"s{self.parts}", form, audience, parent.name, place, text, table, columns))
        self.all.append(opened)
        return opened

    # -- blocks

    def _end_code(self, top: _Open) -> None:
        text = "\n".join(top.chunk)
        if _TOKEN_LIKE.search(text):
            self._refuse_token(top.chunk_line, 1)
        for index, line in enumerate(top.chunk[1:-1], 1):
            # Two blocks that both lack an end would make code of what lies between them, its sections included.
            if folded(line).lstrip().startswith("::") or seals_in_code(line, self.policy):
                self.problem(
                    top.chunk_line + index,
                    1,
                    "sealed-in-code",
                    "what stands in code is never sealed, and this line looks like sealing",
                    f"close the block of line {top.chunk_line} before it; if you only show how it is written,"
                    " use words",
                )
                break
        for index, line in enumerate(top.chunk[1:-1], 1):
            # Two blocks that both lack an end would make code of the data between them.
            inner = _CODE.match(line.strip())
            if inner and inner.group(2) in BLOCK_FIELDS:
                self.problem(
                    top.chunk_line + index,
                    1,
                    "data-in-code",
                    f"a block of data, “{inner.group(2)}”, begins inside a code block",
                    f"close the block of line {top.chunk_line} before it; if you only show how it is written,"
                    " use words",
                )
                break
        if not self._data(top, text):
            self._add(top, "code", text, top.chunk_line)
        top.chunk = []

    def _data(self, top: _Open, text: str) -> bool:
        """Whether the fenced block just closed is one of data: its word is a declared one, or nearly."""
        line = top.chunk_line
        opening = _CODE.match(top.chunk[0].strip())
        word = opening.group(2) if opening else ""
        if word == TEARLINE:
            # The one that may stand in a file is no longer here when its text is cut (tearlines.py).
            self.problems.append(misplaced(Place(self.file, line, 1)))
            return False
        if word not in BLOCK_FIELDS:
            problem = refuse_word(word, Place(self.file, line, 1))
            self.problems += [problem] if problem else []
            return False
        paragraph = next(
            (block for block in reversed(self.blocks) if block.part == top.part.name and block.kind in _BEFORE_DATA),
            None,
        )
        number = paragraph.number if paragraph is not None else None
        if number is None:
            self.problem(
                line,
                1,
                "data-without-paragraph",
                f"this “{word}” belongs to no paragraph",
                "let a paragraph stand before it in the same section, below the same heading",
            )
        block = read_data_block(
            word, "\n".join(top.chunk[1:-1]), Place(self.file, line, 1), self.policy, self.problems,
            part=top.part.name, number=number, text=text,
        )  # fmt: skip
        self._add(top, "data", text, line, facts=same_in_every_language(block))
        self.data.append(block)
        return True

    def _refuse_token(self, line: int, column: int) -> None:
        self.problem(
            line,
            column,
            "reserved-word",
            "“cqpart” with a number is reserved for the build",
            "write the word differently",
        )

    def _end_chunk(self) -> None:
        top = self.stack[-1]
        lines, first = top.chunk, top.chunk_line
        top.chunk = []
        if not lines:
            return
        lines, stated, is_withdrawn, moved = self._stated(lines, first)
        known = len(self.problems)
        kind = self._kind(top, lines, first)
        if stated is not None and kind != "paragraph":
            what = "a number stands before what is no paragraph"
            fix = "take it away: a heading, list, table, quotation or figure belongs to the paragraph before it"
            self.problem(first, 1, "bad-number", what, fix)
        for offset, line in enumerate(lines):
            found = _TOKEN_LIKE.search(line)
            if found:
                self._refuse_token(first + offset, found.start() + 1)
        made, files = len(self.all), len(self.files)
        if kind == "table":
            lines = self._rows(top, lines, first)
        elif kind == "list":
            lines = self._items(top, lines, first)
        text = self._spans(top, "\n".join(lines), first, top.part, kind)
        if kind == "definition" and len(self.all) > made:
            self.problem(
                first,
                1,
                "sealed-definition",
                "a definition cannot hold sealed words",
                "put the whole definition into the section that uses it",
            )
        level = 0
        if kind == "heading":
            level = len(lines[0]) - len(lines[0].lstrip("#"))
        number = None
        if kind == "paragraph":
            number = self.number = stated or _next(self.number)
        if moved:
            # Columns were counted without the number.
            for index, problem in enumerate(self.problems[known:], known):
                if problem.place.line == first and problem.place.column:
                    place = replace(problem.place, column=problem.place.column + moved)
                    self.problems[index] = replace(problem, place=place)
        inside = tuple(self._inside(kind, text)) if len(self.all) > made else ()
        referred = tuple(self._referred(reference) for reference in self.files[files:])
        if is_withdrawn:
            text = NOTHING
        self._add(top, kind, text, first, level=level, number=number, inside=inside, files=referred)
        if stated is not None:
            self.blocks[-1] = replace(self.blocks[-1], stated=number, withdrawn=is_withdrawn)

    def _stated(self, lines: list[str], first: int) -> tuple[list[str], Number | None, bool, int]:
        """A block's lines without the number that stands before them; that number; whether nothing but the word for
        a paragraph that was taken out stands behind it; and how many characters the number took.
        """
        if not lines[0].startswith("¶"):
            return lines, None, False, 0
        found = stated_in(lines[0])
        rest = lines[0][found[1] :] if found else ""
        if found is None or not rest.strip():
            self.problem(
                first,
                1,
                "bad-number",
                "a paragraph begins with ¶, and no number and text are understood behind it",
                "write ¶29 or ¶29 bis, one blank, and the text; the next words are ter, quater, quinquies;"
                " a paragraph that is no more is ¶29 withdrawn",
            )
            return lines, None, False, 0
        if len(lines) == 1 and rest.rstrip() == WITHDRAWN:
            return [NOTHING], found[0], True, 0
        if len(lines) == 1 and _WITHDRAWN_LIKE.match(rest):
            self.problem(
                first,
                found[1] + 1,
                "bad-number",
                "this looks like a paragraph that was taken out, and is not understood",
                f"write ¶{found[0]} withdrawn, in every language: the page says it in its own",
            )
        return [rest, *lines[1:]], found[0], False, found[1]

    def _inside(self, kind: BlockKind, text: str) -> Iterator[str]:
        """What is sealed inside a block and where: a translation must seal the same rows, items, cells and
        words.
        """
        item = 0
        for row, line in enumerate(text.split("\n"), -1):
            item += bool(kind == "list" and _BULLET.match(line))
            for column, cell in enumerate(_cells(line) if kind == "table" else [line], 1):
                for name in tokens_in(cell):
                    part = self._part(name)
                    if part.form == "row":
                        where = f"row {row}"
                    elif part.form == "item":
                        where = f"item {item}"
                    else:
                        where = "text" + (
                            f" in row {row}, cell {column}"
                            if kind == "table"
                            else f" in item {item}"
                            if kind == "list"
                            else ""
                        )
                    yield f"{where} for {part.audience}" + self._within(part)

    def _referred(self, reference: FileReference) -> str:
        audience = next(opened.part.audience for opened in self.all if opened.part.name == reference.part)
        what = "image" if reference.form == "image" else "file"
        return f"the {what} {without_language(reference.name)} for {audience}"

    def _within(self, part: Part) -> str:
        inner = [self._part(name) for name in tokens_in(part.text)]
        return "".join(f", with text for {child.audience}{self._within(child)} inside" for child in inner)

    def _part(self, name: str) -> Part:
        return self.all[int(name[1:])].part

    def _add(
        self,
        top: _Open,
        kind: BlockKind,
        text: str,
        line: int,
        *,
        level: int = 0,
        number: Number | None = None,
        inside: tuple[str, ...] = (),
        files: tuple[str, ...] = (),
        facts: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.blocks.append(Block(kind, top.part.name, text, line, level, number, inside, files, facts))
        top.lines.append(text)
        top.last = kind

    def _kind(self, top: _Open, lines: list[str], first: int) -> BlockKind:
        head = lines[0]
        if head.startswith("    "):
            if top.last == "list" and -1 < top.sealed_item < len(head) - len(head.lstrip()):
                self.problem(
                    first,
                    1,
                    "item-goes-on",
                    "the list item goes on after its audience",
                    "put the audience at the very end of the item, or use a ::: section",
                )
            if top.last in ("list", "footnote"):
                return top.last
            self.problem(
                first,
                1,
                "indented-text",
                "indented text stands after something that is not a list",
                "take the indentation away; for code use a fence of three backticks",
            )
            return "code"
        if re.match(r" {1,3}\S", head) and not (top.last == "list" and _BULLET.match(head)):
            self.problem(
                first,
                1,
                "indented-text",
                "this block is indented by one to three spaces",
                "begin it in the first column, or indent it by four to continue a list item",
            )
        heading = re.match(r"#{1,6}", head)
        if heading:
            level = len(heading.group(0))
            words = _HEADING.match(head)
            if not words or not _heading_words(words):
                self.problem(
                    first,
                    1,
                    "bad-heading",
                    "this heading is not understood",
                    "write “## ”, a space, and its words",
                )
            if level == 1:
                self.problem(first, 1, "second-title", "only the title is a heading of one “#”", "write ## here")
            if len(lines) > 1:
                self.problem(
                    first + 1,
                    1,
                    "no-blank-line",
                    "text follows a heading directly",
                    "leave a blank line below the heading",
                )
            return "heading"
        if _RULE.match(head) and len(lines) == 1:
            return "rule"
        if _FOOTNOTE.match(head) or _LINK_DEFINITION.match(head) or _ABBREVIATION.match(head):
            self._define(top, lines, first)
            return "footnote" if _FOOTNOTE.match(head) else "definition"
        if _is_figure("\n".join(lines)):
            return "figure"
        if head.startswith("|"):
            return "table"
        if _BULLET.match(head):
            return "list"
        if head.startswith(">"):
            for offset, line in enumerate(lines):
                if not line.startswith(">"):
                    self.problem(
                        first + offset,
                        1,
                        "no-blank-line",
                        "text follows a quotation directly",
                        "begin each line of a quotation with “> ”, or leave a blank line",
                    )
            return "quote"
        for offset, line in enumerate(lines[1:], 1):
            at = first + offset
            bullet = _BULLET.match(line)
            if _UNDERLINE.match(line):
                self.problem(
                    at,
                    1,
                    "underlined-heading",
                    "this line makes a heading of the text above it",
                    "write headings with ##, or leave a blank line before a rule",
                )
            elif (
                re.match(r"#{1,6}\s", line)
                or line.startswith((">", "|"))
                or (bullet and (bullet.group(2) in "-*+" or len(bullet.group(2)) <= 3))
                or _FOOTNOTE.match(line)
                or _LINK_DEFINITION.match(line)
                or _ABBREVIATION.match(line)
            ):
                self.problem(
                    at,
                    1,
                    "no-blank-line",
                    "a heading, list, table, quotation or definition begins inside a paragraph",
                    "leave a blank line before it",
                )
        found = _END_TOKEN.search(lines[-1])
        if found:
            self.problem(
                first + len(lines) - 1,
                found.start() + 1,
                "seals-nothing",
                f"“{{{found.group(1)}}}” seals nothing here"
                if found.group(1) in self.policy.audience_names
                else "these braces seal nothing here",
                "seal words with [the words]{audience}, a paragraph with a ::: section",
            )
            lines[-1] = lines[-1][: found.start()]
        return "paragraph"

    def _define(self, top: _Open, lines: list[str], first: int) -> None:
        for offset, line in enumerate(lines):
            footnote, link = _FOOTNOTE.match(line), _LINK_DEFINITION.match(line)
            place = Place(self.file, first + offset, 1)
            if offset and bool(footnote) != bool(_FOOTNOTE.match(lines[0])) and not line.startswith("    "):
                self.problem(
                    place.line,
                    1,
                    "no-blank-line",
                    "text follows a definition directly",
                    "leave a blank line below the definition",
                )
            if footnote:
                if footnote.group(1) in top.footnotes_defined:
                    self.problem(place.line, 1, "footnote-twice", "this footnote is defined twice", "keep one")
                top.footnotes_defined[footnote.group(1)] = place
            elif link:
                name = link.group(1).casefold()
                if name in top.defined:
                    self.problem(place.line, 1, "definition-twice", f"“{link.group(1)}” is defined twice", "keep one")
                top.defined.add(name)
                self._destination(link.group(2), place)
            elif not _ABBREVIATION.match(line) and not (line.startswith("    ") and _FOOTNOTE.match(lines[0])):
                self.problem(
                    place.line,
                    1,
                    "no-blank-line",
                    "text follows a definition directly",
                    "leave a blank line below the definition",
                )

    def _rows(self, top: _Open, lines: list[str], first: int) -> list[str]:
        if len(lines) < 2 or not _DELIMITER.match(lines[1]) or "|" not in lines[1]:
            self.problem(
                first,
                1,
                "table-without-head",
                "this table has no head",
                "its second line must be like | --- | --- |",
            )
            return lines
        head = _ROW_TOKEN.match(lines[0])
        columns = len(_cells(head.group(1) if head else lines[0]))
        result = []
        for offset, line in enumerate(lines):
            at = first + offset
            sealed = _ROW_TOKEN.match(line)
            body = sealed.group(1) if sealed else line
            if not body.startswith("|") or not body.rstrip().endswith("|"):
                self.problem(
                    at,
                    1,
                    "bad-row",
                    "a table's row begins and ends with “|”",
                    "write | cell | cell |; a sealed row ends | cell | cell | {oeg}",
                )
            elif len(_cells(body)) != columns:
                self.problem(
                    at,
                    1,
                    "bad-row",
                    f"this row has {len(_cells(body))} cells, the head {columns}",
                    "give every row the same number of cells",
                )
            if not sealed:
                result.append(line)
                continue
            if offset < 2:
                self.problem(
                    at,
                    1,
                    "sealed-head",
                    "the head of a table cannot be sealed",
                    "put the whole table into a ::: section",
                )
            audience = self._audience(sealed.group(2), at, line.rindex("{") + 2)
            opened = self._new_part(
                "row",
                audience,
                top.part,
                Place(self.file, at, 1),
                table="\n".join(lines[:2]),
                columns=columns,
            )
            text = self._spans(opened, body, at, opened.part, "table")
            opened.part = replace(opened.part, text=text)
            result.append("| " + token(opened.part.name) + " |" + " |" * (columns - 1))
        return result

    def _items(self, top: _Open, lines: list[str], first: int) -> list[str]:
        result: list[str] = []
        start = 0
        kinds: dict[int, bool] = {}  # indentation of a list: whether it is numbered
        for offset, line in enumerate(lines):
            at = first + offset
            bullet = _BULLET.match(line)
            top.sealed_item = -1
            if bullet:
                start = len(result)
                indent, numbered = len(bullet.group(1)), bullet.group(2)[-1] == "."
                if indent % 4:
                    self.problem(
                        at,
                        1,
                        "indented-text",
                        "this list item is indented by neither nothing nor four spaces",
                        "begin it in the first column, or four spaces further in than the item it belongs to",
                    )
                kinds = {other: kind for other, kind in kinds.items() if other <= indent}
                if kinds.setdefault(indent, numbered) != numbered:
                    self.problem(
                        at,
                        1,
                        "mixed-list",
                        "a numbered and an unnumbered item stand in one list",
                        "leave a blank line between the two lists",
                    )
            found = _END_TOKEN.search(line)
            if not found:
                result.append(line)
                continue
            owner = _BULLET.match(result[start]) if start < len(result) else bullet
            following = lines[offset + 1] if offset + 1 < len(lines) else ""
            after = _BULLET.match(following)
            if owner is None or (following and (not after or len(after.group(1)) > len(owner.group(1)))):
                self.problem(
                    at,
                    found.start() + 1,
                    "item-goes-on",
                    "the list item goes on after its audience",
                    "put the audience at the very end of the item, or use a ::: section",
                )
                result.append(line[: found.start()])
                continue
            audience = self._audience(found.group(1), at, found.start() + 2)
            own = [*result[start:], line[: found.start()].rstrip()]
            lead = owner.group(0)
            body = "\n".join([own[0][len(lead) :], *(rest.strip() for rest in own[1:])])
            if not body.strip():
                self.problem(at, 1, "empty-section", "this sealed item holds no text", "write its text, or delete it")
            opened = self._new_part("item", audience, top.part, Place(self.file, at - len(own) + 1, len(lead) + 1))
            text = self._spans(opened, body, at - len(own) + 1, opened.part, "list")
            opened.part = replace(opened.part, text=text)
            top.sealed_item = len(owner.group(1))
            del result[start:]
            result.append(lead + token(opened.part.name))
            start = len(result)
        return result

    # -- inside a block

    def _spans(self, top: _Open, text: str, first: int, part: Part, kind: BlockKind) -> str:
        """`text` with every `[…]{…}` replaced by its token; checks links, references, braces and raw HTML."""
        out: list[str] = []
        brackets: list[_Bracket] = []
        index = 0
        starts = [0, *(found.end() for found in re.finditer("\n", text))]
        visible: list[str] = []
        shown = 0

        def at(offset: int) -> tuple[int, int]:
            line = bisect.bisect_right(starts, offset) - 1
            return first + line, offset - starts[line] + 1

        while index < len(text):
            plain = _PLAIN.match(text, index)
            if plain:
                out.append(plain.group(0))
                index = plain.end()
                continue
            char = text[index]
            if char == "\\" and index + 1 < len(text):
                out.append(text[index : index + 2])
                index += 2
            elif char == "`":
                stop, closed = _code_end(text, index)
                code = text[index:stop]
                if not closed or "\n" in code:
                    self.problem(
                        *at(index),
                        "unclosed-code",
                        "this backtick opens code that never closes",
                        "close it, or write \\` for the sign itself",
                    )
                elif seals_in_code(code, self.policy):
                    self.problem(
                        *at(index),
                        "sealed-in-code",
                        "what stands in code is never sealed",
                        "close the code before it; if you only show how it is written, use words",
                    )
                visible += (text[shown:index], " " * len(code))
                shown = stop
                out.append(code)
                index = stop
            elif char == "<":
                auto = _AUTOLINK.match(text, index)
                if auto:
                    out.append(auto.group(0))
                    index = auto.end()
                    continue
                blank = BLANK_MARK.match(text, index)
                if blank:
                    self._blank(blank.group(1), Place(self.file, *at(index)), part)
                    out.append(blank.group(0))
                    index = blank.end()
                    continue
                like = _BLANK_LIKE.match(text, index)
                if like:
                    self.problem(
                        *at(index),
                        "bad-blank",
                        f"“{like.group(1)}” is not the name of a blank",
                        "write << >> around a name of a-z, 0-9 and hyphens: <<lead-office>>;"
                        " the signs themselves may stand in code: `<<`",
                    )
                    out.append(like.group(0))
                    index = like.end()
                    continue
                if _RAW_HTML.match(text, index):
                    self.problem(
                        *at(index),
                        "raw-html",
                        "HTML tags are not accepted in a text",
                        "write it in Markdown; for the sign itself write \\< or `<`",
                    )
                out.append(char)
                index += 1
            elif char == "!" and text[index + 1 : index + 2] == "[":
                brackets.append(_Bracket(len(out), index + 1, *self._found(), True))
                out.append("![")
                index += 2
            elif char == "[":
                cited = _CITATION.match(text, index)
                if cited:
                    line, column = at(index)
                    top.footnotes_cited.setdefault(cited.group(1), Place(self.file, line, column))
                    out.append(cited.group(0))
                    index = cited.end()
                    continue
                brackets.append(_Bracket(len(out), index, *self._found(), False))
                out.append(char)
                index += 1
            elif char == "]" and brackets:
                bracket = brackets.pop()
                opened = at(bracket.offset - bracket.is_image)
                if bracket.is_image:
                    index = self._close_image(part, text, index, out, bracket, opened, kind)
                else:
                    index = self._close_bracket(top, part, text, index, out, bracket, opened, at(index), kind)
            elif char in _BRACES:
                line, column = at(index)
                self.problem(
                    line,
                    column,
                    "stray-brace",
                    "a brace stands here that seals nothing",
                    "seal words with [the words]{audience}; for the sign itself write \\{ or \\}",
                )
                out.append(char)
                index += 1
            else:
                out.append(char)
                index += 1
        for bracket in brackets:
            if bracket.is_image:
                self._refuse_image(at(bracket.offset - 1))
            self._refuse_open_bracket(bracket.made, at(bracket.offset))
        for offset, seen in enumerate(("".join(visible) + text[shown:]).split("\n")):
            for near in near_misses(seen, self.policy):
                self.problem(first + offset, *near)
        return "".join(out)

    def _close_bracket(
        self,
        top: _Open,
        part: Part,
        text: str,
        index: int,
        out: list[str],
        bracket: _Bracket,
        opened: tuple[int, int],
        here: tuple[int, int],
        kind: BlockKind,
    ) -> int:
        opened_out, made, raw = bracket.out, bracket.made, text[bracket.offset + 1 : index]
        after = text[index + 1 : index + 2]
        if after == "{":
            end = text.find("}", index)
            name = text[index + 2 : end] if end >= 0 else ""
            if end < 0 or "\n" in name or "{" in name:
                self.problem(
                    *here,
                    "unclosed-span",
                    "the audience of this sealed span is not closed",
                    "write [the words]{audience}",
                )
                out.append("]")
                return index + 2
            words = "".join(out[opened_out + 1 :])
            if part.name == PUBLIC_PART and BLANK_MARK.search(words):
                self._refuse_blank(Place(self.file, *opened))
            if not words.strip():
                self.problem(*opened, "empty-section", "this sealed span holds no words", "write them, or delete it")
            if _crosses(raw, kind):
                self.problem(
                    *opened,
                    "span-crosses",
                    "these sealed words run beyond one cell, item or line",
                    "seal the words of each by themselves, or the whole row or item",
                )
            audience = self._audience(name, here[0], here[1] + 2)
            sealed = self._new_part("inline", audience, part, Place(self.file, *opened), words)
            for inner in self.all[made:-1]:
                if inner.part.parent == part.name and inner.part.form == "inline":
                    self._nest(inner, sealed.part)
            self._move_references(top, sealed, words)
            self._move_files(part, sealed.part, bracket)
            del out[opened_out:]
            out.append(token(sealed.part.name))
            return end + 1
        if after == "(":
            cited = _REFERENCE.match(text, index + 1)
            if cited:
                self._refuse_sealed_label(made, opened)
                place = Place(self.file, here[0], here[1] + 2)
                out.append(f"]({self._cite(part, cited.group(1), cited.group(2), place)})")
                return cited.end()
            found = _DESTINATION.match(text, index + 1)
            if found:
                if any(reference.form == "image" for reference in self.files[bracket.files :]):
                    self.problem(
                        *opened,
                        "image-place",
                        "an image stands inside a link's words",
                        "let the link follow the image",
                    )
                self._destination(found.group(1), Place(self.file, here[0], here[1] + 2), part)
                if re.search(r"[{}]", folded(found.group(2) or "")):
                    self.problem(*here, "stray-brace", "a brace stands in a link's title", "leave it out")
                self._refuse_sealed_label(made, opened)
                out.append(text[index : found.end()])
                return found.end()
            self.problem(
                here[0],
                here[1] + 1,
                "bad-link",
                "this link's address is not understood",
                "write [text](address) without spaces; before a parenthesis that is none, a \\",
            )
        elif after == "[":
            found_reference = _SECOND_BRACKETS.match(text, index)
            if found_reference:
                self._refuse_sealed_label(made, opened)
                name = found_reference.group(1) or "".join(out[opened_out + 1 :])
                top.references.append((name.casefold(), Place(self.file, *here)))
                out.append(found_reference.group(0))
                return found_reference.end()
        self._refuse_open_bracket(made, opened)
        out.append("]")
        return index + 1

    def _close_image(
        self,
        part: Part,
        text: str,
        index: int,
        out: list[str],
        bracket: _Bracket,
        opened: tuple[int, int],
        kind: BlockKind,
    ) -> int:
        """An image's alternative text ends at `index`: what follows must be a file, and perhaps a caption."""
        found = _DESTINATION.match(text, index + 1) if text[index + 1 : index + 2] == "(" else None
        if found is None or not found.group(1).startswith(_FILE_LINK):
            self._refuse_image(opened)
            out.append("]")
            return index + 1
        name = found.group(1).removeprefix(_FILE_LINK)
        if suffix_of(name) not in IMAGES:
            kinds = ", ".join(sorted(IMAGES))
            self.problem(
                *opened,
                "image",
                f"“{name[:60]}” cannot be shown as an image",
                f"images are {kinds}; to anything else make a link: [words](file:{name[:60]})",
            )
        alternative, caption = text[bracket.offset + 1 : index], found.group(2)
        if not alternative.strip():
            self.problem(
                *opened,
                "image-words",
                "this image has no alternative text",
                "say between the brackets what it shows, for readers who do not see it",
            )
        for words in (alternative, (caption or "")[1:-1]):
            if _MARKUP.search(folded(words)):
                self.problem(
                    *opened,
                    "image-words",
                    "the alternative text and the caption of an image are plain text",
                    "leave out brackets, braces, asterisks, underscores, backticks, backslashes and < >",
                )
        if caption is not None and kind != "figure":
            self.problem(
                *opened,
                "image-place",
                "only an image that stands alone in its paragraph can have a caption",
                "leave blank lines around the image, or take the caption away",
            )
        if kind == "heading":
            self.problem(*opened, "image-place", "an image stands in a heading", "put it into a paragraph of its own")
        self._file(name, "image", Place(self.file, *opened), part)
        out.append(text[index : found.end()])
        return found.end()

    def _refuse_image(self, opened: tuple[int, int]) -> None:
        self.problem(
            *opened,
            "image",
            "this image is not understood",
            "put the file beside the text and write ![what it shows](file:name.png); for the sign itself write \\!",
        )

    def _blank(self, name: str, place: Place, part: Part) -> None:
        if part.name != PUBLIC_PART or not part.audience.is_public:
            self._refuse_blank(place)
        self.blanks.append(Blank(name, part.name, place))

    def _refuse_blank(self, place: Place) -> None:
        # What is written into a plan is saved and exported: nothing sealed may come near it.
        what = "a blank stands in sealed text"
        self.problems.append(
            Problem(place, "sealed-blank", what, "put it into public text: a plan is filled in without signing in")
        )

    def _file(self, name: str, form: Literal["link", "image"], place: Place, part: Part) -> None:
        if not FILE_NAME.match(name):
            what = f"“{name[:60]}” is not the name of a file here"
            fix = "write file: and the name of a file beside this one: a-z, 0-9, hyphens, full stops"
            self.problems.append(Problem(place, "bad-link", what, fix))
            return
        self.files.append(FileReference(name, form, part.name, place))

    def _found(self) -> tuple[int, int, int, int]:
        """How many parts, files, citations and figures there are up to here."""
        return len(self.all), len(self.files), len(self.references), len(self.figures)

    def _move_files(self, outer: Part, sealed: Part, bracket: _Bracket) -> None:
        """A file referred to inside a sealed span belongs to the span, and so does a citation or a figure."""
        for index, reference in enumerate(self.files[bracket.files :], bracket.files):
            if reference.part == outer.name:
                self.files[index] = replace(reference, part=sealed.name)
        for index, cited in enumerate(self.references[bracket.references :], bracket.references):
            if cited.part == outer.name:
                self.references[index] = replace(cited, part=sealed.name)
        for index, figure in enumerate(self.figures[bracket.figures :], bracket.figures):
            if figure.part == outer.name:
                self.figures[index] = replace(figure, part=sealed.name)

    def _cite(self, part: Part, symbol: str, number: str | None, place: Place) -> str:
        """The address of a citation as Markdown and the renderer read it, where neither takes blanks."""
        name, cited = symbol.strip(), of_text(" ".join((number or "").split()))
        if not SYMBOL.match(name):
            # What stands here may be sealed text: it is not quoted.
            fix = "write ref: and the symbol of a document, such as ref:PSI/OEG/17/CS.1 or ref:PSI/OEG/17/CS.1#29"
            self.problems.append(Problem(place, "bad-link", "this reference names no symbol", fix))
        elif number is not None and cited is None:
            fix = "write # and the number as it is printed, such as #29 or #29 bis"
            self.problems.append(Problem(place, "bad-link", "this reference names no paragraph", fix))
        else:
            self.references.append(Reference(name, str(cited or ""), part.name, len(self.blocks), place))
        return "ref:" + quote(name) + (f"#{quote(str(cited))}" if cited else "")

    def _refuse_open_bracket(self, made: int, opened: tuple[int, int]) -> None:
        # [words [more]{oeg} may have been meant as [words and more]{oeg}.
        if len(self.all) > made:
            self.problem(
                *opened,
                "open-bracket",
                "a bracket that seals nothing stands before sealed words",
                "write its audience behind its end; for the sign itself write \\[ or \\]",
            )

    def _refuse_sealed_label(self, made: int, opened: tuple[int, int]) -> None:
        if len(self.all) > made:
            self.problem(
                *opened,
                "sealed-in-link",
                "sealed words stand inside a link's words",
                "seal the whole link: [[text](address)]{audience}",
            )

    def _nest(self, inner: _Open, outer: Part) -> None:
        inner.part = replace(inner.part, parent=outer.name)
        known = all(name in self.policy.audience_names for name in (*inner.part.audience.names, *outer.audience.names))
        if known and not self.policy.may_stand_inside(inner.part.audience, outer.audience):
            self.problems.append(
                Problem(
                    inner.part.place,
                    "wider-inside",
                    f"text for {inner.part.audience} cannot stand inside text for {outer.audience}",
                    "an inner tier must be narrower than the text around it",
                )
            )

    def _move_references(self, top: _Open, sealed: _Open, words: str) -> None:
        """A footnote or reference cited inside a sealed span belongs to the span."""
        for name in re.findall(r"\[\^([^\]\s]+)\]", words):
            if name in top.footnotes_cited:
                sealed.footnotes_cited[name] = top.footnotes_cited.pop(name)

    def _destination(self, target: str, place: Place, part: Part | None = None) -> None:
        """Check a link's address; a file belongs to `part`. Definitions serve many parts, and can name none."""
        if re.search(r"[{}\[\]]", folded(target)):
            self.problems.append(
                Problem(
                    place,
                    "stray-brace",
                    "a brace or bracket stands in a link's address",
                    "write %7B, %7D, %5B or %5D for it",
                )
            )
        found = _DOCUMENT_LINK.match(target)
        if found:
            number: Number | None = None
            if found.group(2) is not None:
                number = of_anchor(found.group(2))
                if number is None:
                    self.problems.append(
                        Problem(
                            place,
                            "bad-link",
                            f"“#{found.group(2)}” is not a paragraph",
                            "write #p and the paragraph's number, such as #p12 or #p12-bis",
                        )
                    )
            self.links.append(Link(found.group(1), number, place))
        elif target.startswith(_FILE_LINK) and part is not None:
            self._file(target.removeprefix(_FILE_LINK), "link", place, part)
        elif target.startswith(FIGURE_LINK) and part is not None:
            self.figures.append(FigureReference(target.removeprefix(FIGURE_LINK), place, part.name))
        elif _OWN_ANCHOR.match(target):
            number = of_anchor(target[1:])
            if number is None:
                fix = "write #p and the paragraph's number, such as #p12 or #p12-bis"
                self.problems.append(Problem(place, "bad-link", f"“{target[:60]}” is not a paragraph", fix))
            else:
                self.links.append(Link("", number, place))
        elif not target.startswith(_SCHEMES):
            fix = "write doc:collection/name for a document of this site, or an address with https:, mailto: or tel:"
            if target.startswith("ref:"):
                fix = f"name the symbol where the link stands: [words]({target[:60]})"
            elif target.startswith(FIGURE_LINK):
                fix = f"cite the figure where it stands: []({target[:60]})"
            elif target.startswith(_FILE_LINK):
                fix = f"name the file where the link stands: [words]({target[:60]})"
            elif suffix_of(target) in SUFFIXES:
                fix = f"write file:{target[:60]} for a file that lies beside this one"
            self.problems.append(Problem(place, "bad-link", f"a link cannot lead to “{target[:60]}”", fix))

    def _check_references(self, opened: _Open, root: _Open) -> None:
        for name, place in opened.references:
            if name not in opened.defined and name not in root.defined:
                self.problems.append(
                    Problem(
                        place,
                        "undefined-reference",
                        f"the link reference “{name}” is not defined here",
                        "define it with [name]: address in the same section or outside every section",
                    )
                )
        for name, place in opened.footnotes_cited.items():
            if name not in opened.footnotes_defined:
                self.problems.append(
                    Problem(
                        place,
                        "undefined-footnote",
                        f"the footnote “{name}” is not defined in this part",
                        "a footnote's text stands in the same section as its citation",
                    )
                )
        for name, place in opened.footnotes_defined.items():
            if name not in opened.footnotes_cited:
                self.problems.append(
                    Problem(
                        place,
                        "unused-footnote",
                        f"the footnote “{name}” is never cited in this part",
                        "cite it, or move it to the section that does",
                    )
                )


def _is_figure(text: str) -> bool:
    """Whether this block is an image and nothing else."""
    words = _ALTERNATIVE.match(text)
    found = _DESTINATION.match(text, words.end()) if words else None
    return found is not None and not text[found.end() :].strip()


def _heading_words(heading: re.Match[str]) -> str:
    return heading.group(2).rstrip().rstrip("#").rstrip()


def _code_end(text: str, index: int) -> tuple[int, bool]:
    """Where the code that begins with the backticks at `index` ends, and whether it is closed."""
    opening = _BACKTICKS.match(text, index)
    after = opening.end() if opening else index + 1
    for found in _BACKTICKS.finditer(text, after):
        if len(found.group(0)) == after - index:
            return found.end(), True
    return after, False


def _crosses(raw: str, kind: BlockKind) -> bool:
    """Whether a span's words run over a border that Markdown sees first: a cell's, an item's, a
    quotation's line.
    """
    if kind == "table":
        return "\n" in raw or "|" in raw.replace("\\|", "")
    if kind == "list":
        return any(_BULLET.match(line) for line in raw.split("\n")[1:])
    return kind == "quote" and "\n" in raw


def _cells(row: str) -> list[str]:
    """The cells of a table row; an escaped bar and bars in code belong to their cell."""
    bare = re.sub(r"(`+).+?\1", lambda found: found.group(0).replace("|", " "), re.sub(r"\\.", "  ", row))
    return bare.strip().removeprefix("|").removesuffix("|").split("|")
