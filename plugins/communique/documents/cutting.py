"""Cuts one language file of a document into public text and sealed parts before any Markdown is rendered.

The cut comes first because what has once been in the public text cannot be taken out again with certainty.
Only one spelling seals a block (`::: oeg` … `:::`), one a span (`[text]{oeg}`), one a list item or table row
(`{oeg}` as its last token); whatever looks like one of them and is not understood is a problem, never text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from communique.documents.data_blocks import misplaced, read_data_block, refuse_word, same_in_every_language
from communique.documents.fields import BLOCK_FIELDS, DRAWN_WORDS, TEARLINE
from communique.documents.file_types import without_language
from communique.documents.inline import BULLET, DESTINATION, Inline, Open
from communique.documents.near_misses import fence_like, folded, seals_in_code
from communique.documents.numbers import WITHDRAWN, Number, stated_in
from communique.documents.source import (
    NOTHING,
    PUBLIC_PART,
    Block,
    BlockKind,
    FileReference,
    Part,
    Source,
    next_number,
    token,
    tokens_in,
)
from communique.policy import Audience, Policy
from communique.problems import Place, Problem, Refused

#: What decides to which paragraph a data block belongs: after a heading it needs one of its own.
_BEFORE_DATA = ("heading", "paragraph")
#: Blocks that belong to a heading, or to the section behind them.
_OF_NO_PARAGRAPH = ("item", *DRAWN_WORDS)
_TOKEN_LIKE = re.compile(r"cqpart\d", re.IGNORECASE)
_FENCE = re.compile(r":::(?: +(\S.*?))? *\Z")
_CODE = re.compile(r"(`{3,}|~{3,}) *([\w+-]*) *\Z")
_HEADING = re.compile(r"(#{1,6})\s+(\S.*)\Z")
_RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})\Z")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+) *\Z")
_DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*\Z")
_ROW_TOKEN = re.compile(r"(.*\|)\s*\{([^{}]*)\}\s*\Z")
_END_TOKEN = re.compile(r"(?<![\]\\])\{([^{}]*)\}\s*\Z")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]:\s*")
_LINK_DEFINITION = re.compile(r" {0,3}\[([^\]^][^\]]*)\]:\s*<?([^\s>]+)>?")
_ABBREVIATION = re.compile(r" {0,3}\*\[([^\]]+)\]:\s*\S")
_ALTERNATIVE = re.compile(r"!\[[^\[\]\\]*\]")
#: What editors who know the word, and not its spelling, write for a paragraph that is taken out.
_WITHDRAWN_LIKE = re.compile(r"[\W_]*(?:withdrawn|deleted|retirado|suprimido|retiré|supprimé)[\W_]*\Z", re.IGNORECASE)
#: Neither Markdown nor a reader sees them: they could hide a fence, a brace or one of our tokens.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


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


class _Parser(Inline):
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

    def _end_code(self, top: Open) -> None:
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

    def _data(self, top: Open, text: str) -> bool:
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
        number = paragraph.number if paragraph is not None and word not in _OF_NO_PARAGRAPH else None
        if number is None and word not in _OF_NO_PARAGRAPH:
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
            number = self.number = stated or next_number(self.number)
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
            item += bool(kind == "list" and BULLET.match(line))
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

    def _add(
        self,
        top: Open,
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

    def _kind(self, top: Open, lines: list[str], first: int) -> BlockKind:
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
        if re.match(r" {1,3}\S", head) and not (top.last == "list" and BULLET.match(head)):
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
        if BULLET.match(head):
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
            bullet = BULLET.match(line)
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

    def _define(self, top: Open, lines: list[str], first: int) -> None:
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

    def _rows(self, top: Open, lines: list[str], first: int) -> list[str]:
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

    def _items(self, top: Open, lines: list[str], first: int) -> list[str]:
        result: list[str] = []
        start = 0
        kinds: dict[int, bool] = {}  # indentation of a list: whether it is numbered
        for offset, line in enumerate(lines):
            at = first + offset
            bullet = BULLET.match(line)
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
            owner = BULLET.match(result[start]) if start < len(result) else bullet
            following = lines[offset + 1] if offset + 1 < len(lines) else ""
            after = BULLET.match(following)
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

    def _check_references(self, opened: Open, root: Open) -> None:
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
    found = DESTINATION.match(text, words.end()) if words else None
    return found is not None and not text[found.end() :].strip()


def _heading_words(heading: re.Match[str]) -> str:
    return heading.group(2).rstrip().rstrip("#").rstrip()


def _cells(row: str) -> list[str]:
    """The cells of a table row; an escaped bar and bars in code belong to their cell."""
    bare = re.sub(r"(`+).+?\1", lambda found: found.group(0).replace("|", " "), re.sub(r"\\.", "  ", row))
    return bare.strip().removeprefix("|").removesuffix("|").split("|")
