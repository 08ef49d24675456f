"""What stands inside the words of one block: sealed spans, links, images, citations, figures and blanks.

Whatever looks like one of them and is not understood is a problem, never text.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple
from urllib.parse import quote

from communique.documents.data_blocks import DataBlock
from communique.documents.fields import BLANK_MARK, SYMBOL
from communique.documents.file_types import FILE_NAME, IMAGES, SUFFIXES, suffix_of
from communique.documents.near_misses import folded, near_misses, seals_in_code
from communique.documents.numbers import Number, of_anchor, of_text
from communique.documents.source import (
    FIGURE_LINK,
    PUBLIC_PART,
    Blank,
    Block,
    BlockKind,
    FigureReference,
    FileReference,
    Form,
    Link,
    Part,
    Reference,
    token,
)
from communique.policy import Audience, Policy
from communique.problems import Place, Problem, Refused

BULLET = re.compile(r"( *)([-*+]|\d{1,9}\.)( +)(?=\S)")
#: Braces, and what Unicode's compatibility folding makes braces.
_BRACES = "{}｛｝︷︸﹛﹜"
_PLAIN = re.compile(rf"[^\\`<!\[\]{_BRACES}]+")
_BACKTICKS = re.compile(r"`+")
_CITATION = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_SECOND_BRACKETS = re.compile(r"\]\[([^\]\n]*)\]")
_AUTOLINK = re.compile(r"<(?:https?://[^\s<>{}\[\]]+|[\w.+-]+@[\w.-]+)>")
_RAW_HTML = re.compile(r"<[A-Za-z/!?]")
_BLANK_LIKE = re.compile(r"<<([^<>\n]{1,60})>>")
DESTINATION = re.compile(r"\(\s*<?([^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+(\"[^\"]*\"|'[^']*'))?\s*\)")
_REFERENCE = re.compile(r"\(\s*<?ref:([^<>()#\n]*(?:\([^<>()#\n]*\)[^<>()#\n]*)*)(?:#([^<>()\n]*))?>?\s*\)")
_FILE_LINK = "file:"
#: What a text in an attribute of the page cannot hold: it has no markup, and Markdown would read some.
_MARKUP = re.compile(r"[<>\[\]{}`*_\\]|:::")
_DOCUMENT_LINK = re.compile(r"doc:([^#]*)(?:#(.*))?\Z")
_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_OWN_ANCHOR = re.compile(r"#p[1-9][a-z0-9-]*\Z")


@dataclass
class Open:
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


class Inline:
    """What a cut text consists of so far, and how the words of one block are read."""

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
        self.stack = [Open(root)]
        #: At which depths a near miss was meant to open a section: the “:::” that closes it is no second mistake.
        self.meant_to_open: list[int] = []
        self.all = [self.stack[0]]

    def problem(self, line: int, column: int, code: str, what: str, fix: str) -> None:
        self.problems.append(Problem(Place(self.file, line, column), code, what, fix))

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
    ) -> Open:
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
        opened = Open(Part(f"s{self.parts}", form, audience, parent.name, place, text, table, columns))
        self.all.append(opened)
        return opened

    def _refuse_token(self, line: int, column: int) -> None:
        self.problem(
            line,
            column,
            "reserved-word",
            "“cqpart” with a number is reserved for the build",
            "write the word differently",
        )

    def _part(self, name: str) -> Part:
        return self.all[int(name[1:])].part

    def _spans(self, top: Open, text: str, first: int, part: Part, kind: BlockKind) -> str:
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
        top: Open,
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
            found = DESTINATION.match(text, index + 1)
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
        found = DESTINATION.match(text, index + 1) if text[index + 1 : index + 2] == "(" else None
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
        # Symbols are compared without regard to case, so the first letter's decides nothing.
        if not SYMBOL.match(name[:1].upper() + name[1:]):
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

    def _nest(self, inner: Open, outer: Part) -> None:
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

    def _move_references(self, top: Open, sealed: Open, words: str) -> None:
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
        return any(BULLET.match(line) for line in raw.split("\n")[1:])
    return kind == "quote" and "\n" in raw
