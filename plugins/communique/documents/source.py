"""One language file of a document, cut into public text and sealed parts before any Markdown is rendered.

The cut comes first because what has once been in the public text cannot be taken out again with certainty. Only one
spelling seals a block (`::: oeg` … `:::`), one a span (`[text]{oeg}`), one a list item or table row (`{oeg}` as its
last token); whatever looks like one of them and is not understood is a problem, never text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from communique.policy import AREA_PREFIX, Audience, Policy
from communique.problems import Place, Problem, Refused

Form = Literal["text", "block", "item", "row", "inline"]
BlockKind = Literal["heading", "paragraph", "list", "table", "quote", "code", "rule", "definition"]

#: The name of the public text among a document's parts.
PUBLIC_PART = ""

_TOKEN = re.compile(r"cqpart(\d+)q")
_TOKEN_LIKE = re.compile(r"cqpart\d", re.IGNORECASE)
_FENCE = re.compile(r":::(?: +(\S.*?))? *\Z")
_OTHER_FENCE = re.compile(r"(/{2,}|%{2,}|!{2,}|\+{2,}|\?{3}|={3,})\s*(\S.*)?\Z")
_PREFIXES = re.compile(r"(?:\s|>|[-*+](?=\s)|\d{1,9}[.)](?=\s))*")
_CODE = re.compile(r"(`{3,}|~{3,})\s*([\w+-]*)\s*\Z")
_HEADING = re.compile(r"(#{1,6})(\s+)(.*?)\s*#*\s*\Z")
_BULLET = re.compile(r"( *)([-*+]|\d{1,9}\.)( +)(?=\S)")
_RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})\Z")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+) *\Z")
_DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*\Z")
_ROW_TOKEN = re.compile(r"(.*\|)\s*\{([^{}]*)\}\s*\Z")
_END_TOKEN = re.compile(r"(?<![\]\\])\{([^{}]*)\}\s*\Z")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]:\s*")
_LINK_DEFINITION = re.compile(r" {0,3}\[([^\]^][^\]]*)\]:\s*<?([^\s>]+)>?")
_ABBREVIATION = re.compile(r" {0,3}\*\[([^\]]+)\]:\s*\S")
_AUTOLINK = re.compile(r"<(?:https?://[^\s<>]+|[\w.+-]+@[\w.-]+)>")
_RAW_HTML = re.compile(r"<[A-Za-z/!?]")
_DESTINATION = re.compile(r"\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+(\"[^\"]*\"|'[^']*'))?\s*\)")
_DOCUMENT_LINK = re.compile(r"doc:([^#]*)(?:#(.*))?\Z")
_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_OWN_ANCHOR = re.compile(r"#p[1-9]\d*\Z")


@dataclass(frozen=True)
class Block:
    """One top-level block of a part. `number` counts the document's paragraphs from 1; only paragraphs have one."""

    kind: BlockKind
    part: str
    text: str
    line: int
    level: int = 0
    number: int | None = None
    #: Audiences of the inline spans, items and rows sealed inside this block, in order.
    inside: tuple[Audience, ...] = ()


@dataclass(frozen=True)
class Part:
    """Public text or one sealed part. `text` is Markdown with a token (`cqpart3q`) where part s3 stands in it."""

    name: str
    form: Form
    audience: Audience
    parent: str
    place: Place
    text: str = field(repr=False)
    #: For a row: the head and delimiter lines of its table, and how many cells a row has.
    table: str = field(default="", repr=False)
    columns: int = 0


@dataclass(frozen=True)
class Link:
    """A link to another document: `target` is its id (`meetings/paris-2008`), `number` a paragraph in it."""

    target: str
    number: int | None
    place: Place


@dataclass(frozen=True)
class Source:
    """The body of one language file, cut. `parts[0]` is the public text; blocks stand in the document's order."""

    title: str
    parts: tuple[Part, ...]
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    #: Link and abbreviation definitions outside every section: they serve all parts.
    definitions: str = ""

    @property
    def paragraphs(self) -> int:
        return sum(1 for block in self.blocks if block.number is not None)

    def part(self, name: str) -> Part:
        return next(part for part in self.parts if part.name == name)

    def children(self, name: str) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.form != "text" and part.parent == name)

    def numbers(self, name: str) -> tuple[int, ...]:
        """The numbers of the paragraphs that stand directly in this part."""
        return tuple(b.number for b in self.blocks if b.part == name and b.number is not None)

    def outline(self) -> tuple[tuple[object, ...], ...]:
        """What must be the same in every language: headings, sections, audiences, numbers, sealed items and spans."""
        lines: list[tuple[object, ...]] = []
        audiences = {part.name: part.audience for part in self.parts}
        for block in self.blocks:
            if block.kind != "definition":
                inside = tuple(sorted(str(audience) for audience in block.inside))
                lines.append((block.kind, block.level, block.part, str(audiences[block.part]), block.number, inside))
        return tuple(lines)


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


class _Parser:
    def __init__(self, file: str, policy: Policy, audience: Audience, first_line: int) -> None:
        self.file, self.policy, self.first = file, policy, first_line
        self.problems: list[Problem] = []
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self.finished: list[_Open] = []
        self.number = 0
        self.parts = 0
        self.headings = 0
        root = Part(PUBLIC_PART, "text", audience, PUBLIC_PART, Place(file, first_line, 1), "")
        self.stack = [_Open(root)]
        self.all = [self.stack[0]]

    # -- reporting -----------------------------------------------------------------------------------------------

    def problem(self, line: int, column: int, code: str, what: str, fix: str) -> None:
        self.problems.append(Problem(Place(self.file, line, column), code, what, fix))

    # -- lines ---------------------------------------------------------------------------------------------------

    def parse(self, text: str) -> Source:
        lines = [line.expandtabs(4) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
        title, start = self._title(lines)
        code: tuple[str, int] | None = None
        for index in range(start, len(lines)):
            line, number = lines[index], self.first + index
            top = self.stack[-1]
            if code is not None:
                top.chunk.append(line)
                if line.rstrip() and set(line.strip()) == {code[0][0]} and len(line.strip()) >= len(code[0]):
                    self._end_code(top)
                    code = None
                continue
            opening = _CODE.match(line.strip())
            if opening:
                if line[0] not in "`~":
                    self.problem(number, 1, "code-indented", "a code block must start at the beginning of its line",
                                 "move the fence to the first column, outside lists and quotations")
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
        self._end_chunk()
        for left in self.stack[1:]:
            self.problem(
                left.part.place.line, 1, "unclosed-section",
                f"the section for {left.part.audience} is never closed", "add a line ::: where it ends",
            )
        root = self.all[0]
        shared = "\n\n".join(
            block.text for block in self.blocks
            if block.kind == "definition" and block.part == PUBLIC_PART and not _FOOTNOTE.match(block.text)
        )
        for opened in self.all:
            self._check_references(opened, root)
        parts = tuple(
            replace(opened.part, text="\n\n".join(opened.lines) if opened.part.form in ("text", "block")
                    else opened.part.text)
            for opened in self.all
        )
        return Source(title, parts, tuple(self.blocks), tuple(self.links), shared)

    def _title(self, lines: list[str]) -> tuple[str, int]:
        for index, line in enumerate(lines):
            if not line.strip():
                continue
            found = _HEADING.match(line)
            if found and len(found.group(1)) == 1 and found.group(3):
                title = found.group(3)
                at = self.first + index
                if re.search(r"[<>\[\]{}`*_\\]", title):
                    self.problem(at, 3, "title-markup", "a title is plain text",
                                 "leave out brackets, braces, asterisks, underscores and HTML")
                if _TOKEN_LIKE.search(title):
                    self._refuse_token(at, 1)
                return title, index + 1
            self.problem(self.first + index, 1, "no-title", "the text does not begin with its title",
                         "make the first line “# ” and the title")
            return "", index
        self.problem(self.first, 1, "empty", "this file has no text", "write “# ” and a title, then the text")
        return "", len(lines)

    def _fence(self, line: str, number: int) -> bool:
        """Whether this line is a section's fence, or looks like one (then it is also a problem)."""
        folded = unicodedata.normalize("NFKC", line).replace("∶", ":").replace("꞉", ":")
        prefix = _PREFIXES.match(folded)
        bare = folded[prefix.end():] if prefix else folded
        column = len(folded) - len(bare) + 1
        other = _OTHER_FENCE.match(bare.strip())
        if other:
            first = (other.group(2) or "").split(",")[0].strip()
            if first.startswith(AREA_PREFIX) or first.casefold() in self.policy.tiers:
                self.problem(number, column, "near-fence", f"“{other.group(1)} {first}” does not open a section",
                             f"write “::: {first}”")
                return True
            return False
        if not bare.startswith("::"):
            return False
        found = _FENCE.match(line)
        if not found:
            self.problem(number, column, "near-fence", "this looks like a section's fence and is not one",
                         "write “::: audience” or “:::” alone, three colons, at the beginning of the line")
            return True
        self._end_chunk()
        if found.group(1) is None:
            if len(self.stack) == 1:
                self.problem(number, 1, "stray-fence", "nothing is open that this “:::” could close",
                             "delete it, or write the audience it opens: “::: oeg”")
                return True
            closed = self.stack.pop()
            if not closed.lines:
                self.problem(closed.part.place.line, 1, "empty-section", "this section holds no text",
                             "write its text between the fences, or delete it")
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
            self.problem(line, column, "public-section", "a section cannot be public",
                         "name the tier or area it is sealed for, or take the fence away")
        return audience

    def _new_part(self, form: Form, audience: Audience, parent: Part, place: Place, text: str = "",
                  table: str = "", columns: int = 0) -> _Open:
        self.parts += 1
        known = all(name in self.policy.audience_names for name in (*audience.names, *parent.audience.names))
        if known and not self.policy.may_stand_inside(audience, parent.audience):
            self.problems.append(Problem(
                place, "wider-inside",
                f"text for {audience} cannot stand inside text for {parent.audience}",
                "an inner tier must be narrower than the section around it, and only areas may stand inside an area:"
                " close the outer section first",
            ))
        opened = _Open(Part(f"s{self.parts}", form, audience, parent.name, place, text, table, columns))
        self.all.append(opened)
        return opened

    # -- blocks --------------------------------------------------------------------------------------------------

    def _end_code(self, top: _Open) -> None:
        text = "\n".join(top.chunk)
        if _TOKEN_LIKE.search(text):
            self._refuse_token(top.chunk_line, 1)
        self._add(top, "code", text, top.chunk_line)
        top.chunk = []

    def _refuse_token(self, line: int, column: int) -> None:
        self.problem(line, column, "reserved-word", "“cqpart” with a number is reserved for the build",
                     "write the word differently")

    def _end_chunk(self) -> None:
        top = self.stack[-1]
        lines, first = top.chunk, top.chunk_line
        top.chunk = []
        if not lines:
            return
        kind = self._kind(top, lines, first)
        for offset, line in enumerate(lines):
            found = _TOKEN_LIKE.search(line)
            if found:
                self._refuse_token(first + offset, found.start() + 1)
        inside_from = len(self.all)
        if kind == "table":
            lines = self._rows(top, lines, first)
        elif kind == "list":
            lines = self._items(top, lines, first)
        text = self._spans(top, "\n".join(lines), first, top.part)
        # A part made inside this block whose parent is this block's part: what the twin rule compares.
        inside = tuple(opened.part.audience for opened in self.all[inside_from:])
        level = 0
        if kind == "heading":
            found = _HEADING.match(lines[0])
            level = len(found.group(1)) if found else 0
        if kind == "paragraph":
            self.number += 1
            self._add(top, kind, text, first, number=self.number, inside=inside)
        else:
            self._add(top, kind, text, first, level=level, inside=inside)

    def _add(self, top: _Open, kind: BlockKind, text: str, line: int, *, level: int = 0, number: int | None = None,
             inside: tuple[Audience, ...] = ()) -> None:
        self.blocks.append(Block(kind, top.part.name, text, line, level, number, inside))
        top.lines.append(text)
        top.last = kind

    def _kind(self, top: _Open, lines: list[str], first: int) -> BlockKind:
        head = lines[0]
        if head.startswith("    "):
            if top.last in ("list", "definition"):
                return top.last
            self.problem(first, 1, "indented-text", "indented text stands after something that is not a list",
                         "take the indentation away; for code use a fence of three backticks")
            return "code"
        if re.match(r" {1,3}\S", head) and not (top.last == "list" and _BULLET.match(head)):
            self.problem(first, 1, "indented-text", "this block is indented by one to three spaces",
                         "begin it in the first column, or indent it by four to continue a list item")
        heading = re.match(r"#{1,6}", head)
        if heading:
            level = len(heading.group(0))
            if not _HEADING.match(head) or not _HEADING.match(head).group(3):  # type: ignore[union-attr]
                self.problem(first, 1, "bad-heading", "this heading is not understood",
                             "write “## ”, a space, and its words")
            if level == 1:
                self.problem(first, 1, "second-title", "only the title is a heading of one “#”", "write ## here")
            if len(lines) > 1:
                self.problem(first + 1, 1, "no-blank-line", "text follows a heading directly",
                             "leave a blank line below the heading")
            return "heading"
        if _RULE.match(head) and len(lines) == 1:
            return "rule"
        if _FOOTNOTE.match(head) or _LINK_DEFINITION.match(head) or _ABBREVIATION.match(head):
            self._define(top, lines, first)
            return "definition"
        if head.startswith("|"):
            return "table"
        if _BULLET.match(head):
            return "list"
        if head.startswith(">"):
            for offset, line in enumerate(lines):
                if not line.startswith(">"):
                    self.problem(first + offset, 1, "no-blank-line", "text follows a quotation directly",
                                 "begin each line of a quotation with “> ”, or leave a blank line")
            return "quote"
        for offset, line in enumerate(lines[1:], 1):
            at = first + offset
            bullet = _BULLET.match(line)
            if _UNDERLINE.match(line):
                self.problem(at, 1, "underlined-heading", "this line makes a heading of the text above it",
                             "write headings with ##, or leave a blank line before a rule")
            elif re.match(r"#{1,6}\s", line) or line.startswith((">", "|")) or (
                bullet and (bullet.group(2) in "-*+" or len(bullet.group(2)) <= 3)
            ) or _FOOTNOTE.match(line) or _LINK_DEFINITION.match(line) or _ABBREVIATION.match(line):
                self.problem(at, 1, "no-blank-line", "a heading, list, table, quotation or definition begins inside a paragraph",
                             "leave a blank line before it")
        if re.match(r": ", head) or any(re.match(r": ", line) for line in lines):
            self.problem(first, 1, "near-fence", "a line that begins with a colon is not understood",
                         "write “::: audience” for a section")
        found = _END_TOKEN.search(lines[-1])
        if found:
            self.problem(first + len(lines) - 1, found.start() + 1, "seals-nothing",
                         f"“{{{found.group(1)}}}” seals nothing here",
                         "seal words with [the words]{audience}, a paragraph with a ::: section")
            lines[-1] = lines[-1][: found.start()]
        return "paragraph"

    def _define(self, top: _Open, lines: list[str], first: int) -> None:
        for offset, line in enumerate(lines):
            footnote, link = _FOOTNOTE.match(line), _LINK_DEFINITION.match(line)
            place = Place(self.file, first + offset, 1)
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
            elif not _ABBREVIATION.match(line) and not line.startswith("    "):
                self.problem(place.line, 1, "no-blank-line", "text follows a definition directly",
                             "leave a blank line below the definition")

    def _rows(self, top: _Open, lines: list[str], first: int) -> list[str]:
        if len(lines) < 2 or not _DELIMITER.match(lines[1]) or "|" not in lines[1]:
            self.problem(first, 1, "table-without-head", "this table has no head",
                         "its second line must be like | --- | --- |")
            return lines
        columns = len(_cells(lines[0]))
        result = []
        for offset, line in enumerate(lines):
            at = first + offset
            sealed = _ROW_TOKEN.match(line)
            body = sealed.group(1) if sealed else line
            if not body.startswith("|") or not body.rstrip().endswith("|"):
                self.problem(at, 1, "bad-row", "a table's row begins and ends with “|”",
                             "write | cell | cell |; a sealed row ends | cell | cell | {oeg}")
            elif len(_cells(body)) != columns:
                self.problem(at, 1, "bad-row", f"this row has {len(_cells(body))} cells, the head {columns}",
                             "give every row the same number of cells")
            if not sealed:
                result.append(line)
                continue
            if offset < 2:
                self.problem(at, 1, "sealed-head", "the head of a table cannot be sealed",
                             "put the whole table into a ::: section")
            audience = self._audience(sealed.group(2), at, line.rindex("{") + 2)
            opened = self._new_part("row", audience, top.part, Place(self.file, at, 1),
                                    table="\n".join(lines[:2]), columns=columns)
            text = self._spans(opened, body, at, opened.part)
            opened.part = replace(opened.part, text=text)
            result.append("| " + token(opened.part.name) + " |" + " |" * (columns - 1))
        return result

    def _items(self, top: _Open, lines: list[str], first: int) -> list[str]:
        result: list[str] = []
        start = 0
        for offset, line in enumerate(lines):
            at = first + offset
            bullet = _BULLET.match(line)
            if bullet:
                start = len(result)
            found = _END_TOKEN.search(line)
            if not found:
                result.append(line)
                continue
            owner = _BULLET.match(result[start]) if start < len(result) else bullet
            following = lines[offset + 1] if offset + 1 < len(lines) else ""
            after = _BULLET.match(following)
            if owner is None or (following and (not after or len(after.group(1)) > len(owner.group(1)))):
                self.problem(at, found.start() + 1, "item-goes-on", "the list item goes on after its audience",
                             "put the audience at the very end of the item, or use a ::: section")
                result.append(line[: found.start()])
                continue
            audience = self._audience(found.group(1), at, found.start() + 2)
            own = [*result[start:], line[: found.start()].rstrip()]
            lead = owner.group(0)
            body = "\n".join([own[0][len(lead):], *(rest.strip() for rest in own[1:])])
            if not body.strip():
                self.problem(at, 1, "empty-section", "this sealed item holds no text", "write its text, or delete it")
            opened = self._new_part("item", audience, top.part, Place(self.file, at - len(own) + 1, len(lead) + 1))
            text = self._spans(opened, body, at - len(own) + 1, opened.part)
            opened.part = replace(opened.part, text=text)
            del result[start:]
            result.append(lead + token(opened.part.name))
            start = len(result)
        return result

    # -- inside a block ------------------------------------------------------------------------------------------

    def _spans(self, top: _Open, text: str, first: int, part: Part) -> str:
        """`text` with every `[…]{…}` replaced by its token; checks links, references, braces and raw HTML."""
        out: list[str] = []
        brackets: list[tuple[int, int, int]] = []  # (index in out, offset in text, parts made before)
        index = 0

        def at(offset: int) -> tuple[int, int]:
            before = text[:offset]
            return first + before.count("\n"), offset - (before.rfind("\n") + 1) + 1

        while index < len(text):
            char = text[index]
            if char == "\\" and index + 1 < len(text):
                out.append(text[index: index + 2])
                index += 2
            elif char == "`":
                run = re.match(r"`+", text[index:])
                ticks = run.group(0) if run else "`"
                end = re.compile(r"(?<!`)" + ticks + r"(?!`)").search(text, index + len(ticks))
                stop = end.end() if end else index + len(ticks)
                if end is None:
                    self.problem(*at(index), "unclosed-code", "this backtick opens code that never closes",
                                 "close it, or write \\` for the sign itself")
                out.append(text[index:stop])
                index = stop
            elif char == "<":
                auto = _AUTOLINK.match(text, index)
                if auto:
                    out.append(auto.group(0))
                    index = auto.end()
                    continue
                if _RAW_HTML.match(text, index):
                    self.problem(*at(index), "raw-html", "HTML tags are not accepted in a text",
                                 "write it in Markdown; for the sign itself write \\< or `<`")
                out.append(char)
                index += 1
            elif char == "!" and text[index + 1: index + 2] == "[":
                self.problem(*at(index), "image", "images are not accepted in a text yet",
                             "describe in words what it shows")
                out.append(char)
                index += 1
            elif char == "[":
                cited = re.compile(r"\[\^([^\]\s]+)\](?!:)").match(text, index)
                if cited:
                    line, column = at(index)
                    top.footnotes_cited.setdefault(cited.group(1), Place(self.file, line, column))
                    out.append(cited.group(0))
                    index = cited.end()
                    continue
                brackets.append((len(out), index, len(self.all)))
                out.append(char)
                index += 1
            elif char == "]" and brackets:
                opened_out, opened_at, made = brackets.pop()
                index = self._close_bracket(top, part, text, index, out, opened_out, at(opened_at), at(index), made)
            elif unicodedata.normalize("NFKC", char) in ("{", "}"):
                line, column = at(index)
                self.problem(line, column, "stray-brace", "a brace stands here that seals nothing",
                             "seal words with [the words]{audience}; for the sign itself write \\{ or \\}")
                out.append(char)
                index += 1
            else:
                out.append(char)
                index += 1
        return "".join(out)

    def _close_bracket(self, top: _Open, part: Part, text: str, index: int, out: list[str], opened_out: int,
                       opened: tuple[int, int], here: tuple[int, int], made: int) -> int:
        after = text[index + 1: index + 2]
        if after == "{":
            end = text.find("}", index)
            name = text[index + 2: end] if end >= 0 else ""
            if end < 0 or "\n" in name or "{" in name:
                self.problem(*here, "unclosed-span", "the audience of this sealed span is not closed",
                             "write [the words]{audience}")
                out.append("]")
                return index + 2
            words = "".join(out[opened_out + 1:])
            if not words.strip():
                self.problem(*opened, "empty-section", "this sealed span holds no words", "write them, or delete it")
            audience = self._audience(name, here[0], here[1] + 2)
            sealed = self._new_part("inline", audience, part, Place(self.file, *opened), words)
            for inner in self.all[made:-1]:
                if inner.part.parent == part.name and inner.part.form == "inline":
                    self._nest(inner, sealed.part)
            self._move_references(top, sealed, words)
            del out[opened_out:]
            out.append(token(sealed.part.name))
            return end + 1
        if after == "(":
            found = _DESTINATION.match(text, index + 1)
            if found:
                self._destination(found.group(1), Place(self.file, here[0], here[1] + 2))
                if found.group(2) and "{" in found.group(2):
                    self.problem(*here, "stray-brace", "a brace stands in a link's title", "leave it out")
                out.append(text[index: found.end()])
                return found.end()
        elif after == "[":
            found_reference = re.compile(r"\]\[([^\]\n]*)\]").match(text, index)
            if found_reference:
                name = found_reference.group(1) or "".join(out[opened_out + 1:])
                top.references.append((name.casefold(), Place(self.file, *here)))
                out.append(found_reference.group(0))
                return found_reference.end()
        out.append("]")
        return index + 1

    def _nest(self, inner: _Open, outer: Part) -> None:
        inner.part = replace(inner.part, parent=outer.name)
        known = all(name in self.policy.audience_names for name in (*inner.part.audience.names, *outer.audience.names))
        if known and not self.policy.may_stand_inside(inner.part.audience, outer.audience):
            self.problems.append(Problem(
                inner.part.place, "wider-inside",
                f"text for {inner.part.audience} cannot stand inside text for {outer.audience}",
                "an inner tier must be narrower than the text around it",
            ))

    def _move_references(self, top: _Open, sealed: _Open, words: str) -> None:
        """A footnote or reference cited inside a sealed span belongs to the span."""
        for name in re.findall(r"\[\^([^\]\s]+)\]", words):
            if name in top.footnotes_cited:
                sealed.footnotes_cited[name] = top.footnotes_cited.pop(name)

    def _destination(self, target: str, place: Place) -> None:
        found = _DOCUMENT_LINK.match(target)
        if found:
            number: int | None = None
            if found.group(2) is not None:
                if not re.match(r"p[1-9]\d*\Z", found.group(2)):
                    self.problems.append(Problem(place, "bad-link", f"“#{found.group(2)}” is not a paragraph",
                                                 "write #p and the paragraph's number, such as #p12"))
                else:
                    number = int(found.group(2)[1:])
            self.links.append(Link(found.group(1), number, place))
        elif _OWN_ANCHOR.match(target):
            self.links.append(Link("", int(target[2:]), place))
        elif not target.startswith(_SCHEMES):
            self.problems.append(Problem(
                place, "bad-link", f"a link cannot lead to “{target[:60]}”",
                "write doc:collection/name for a document of this site, or an address with https:, mailto: or tel:",
            ))

    def _check_references(self, opened: _Open, root: _Open) -> None:
        for name, place in opened.references:
            if name not in opened.defined and name not in root.defined:
                self.problems.append(Problem(place, "undefined-reference", f"the link reference “{name}” is not defined here",
                                             "define it with [name]: address in the same section or outside every section"))
        for name, place in opened.footnotes_cited.items():
            if name not in opened.footnotes_defined:
                self.problems.append(Problem(place, "undefined-footnote", f"the footnote “{name}” is not defined in this part",
                                             "a footnote's text stands in the same section as its citation"))
        for name, place in opened.footnotes_defined.items():
            if name not in opened.footnotes_cited:
                self.problems.append(Problem(place, "unused-footnote", f"the footnote “{name}” is never cited in this part",
                                             "cite it, or move it to the section that does"))


def _cells(row: str) -> list[str]:
    """The cells of a table row; an escaped bar and bars in code belong to their cell."""
    bare = re.sub(r"(`+).+?\1", lambda found: found.group(0).replace("|", " "), row.replace("\\|", "  "))
    return bare.strip().removeprefix("|").removesuffix("|").split("|")
