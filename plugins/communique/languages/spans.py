"""Where in a language file's bytes each block stands, so that a text can be replaced and every other byte stays.

Cutting a file folds line ends, tabs and numbers away; what a translator sends back must not cost an editor a diff of
the whole file. A span holds what is translated and nothing around it: of a heading the words, of a paragraph what
follows its `¶29 `.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from communique.documents.numbers import stated_in
from communique.documents.source import Block, Source

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_CODE = re.compile(r"(`{3,}|~{3,}) *([\w+-]*) *\Z")
_HEADING = re.compile(r"(#{1,6}\s+)(\S.*)\Z")
#: What may stand in YAML without quotation marks wherever it stands, in `[a, b]` too, and is text there.
_BARE = re.compile(r"[^\W\d_](?:[^\n:#,\[\]{}\"\\|>&*!%@`=?]|[?!](?= |\Z))*\Z")
_NOT_TEXT = ("true", "false", "null", "yes", "no", "on", "off")


@dataclass(frozen=True)
class Span:
    """The bytes from `start` to `end`; `text` is what they say, its lines ended by one line feed each."""

    start: int
    end: int
    text: str = field(repr=False)
    #: Whether it is a value of YAML: `text` is the value, the bytes hold its quotation marks too.
    is_value: bool = False


@dataclass(frozen=True)
class _Line:
    start: int
    text: str = field(repr=False)

    def at(self, column: int) -> int:
        """The byte at which its character `column` begins."""
        return self.start + len(self.text[:column].encode("utf-8"))


def spans(raw: bytes, source: Source) -> tuple[Span, ...]:
    """The span of each block of `source`, in their order; `raw` is the whole file it was cut from."""
    lines = _lines(raw)
    return tuple(_block_span(lines, block) for block in source.blocks)


def whole_lines(raw: bytes, source: Source) -> tuple[Span, ...]:
    """The lines of each block with their marks and numbers, from the first line's beginning to the last one's end."""
    lines = _lines(raw)
    return tuple(_lines_span(lines, block) for block in source.blocks)


def title_span(raw: bytes, source: Source) -> Span:
    """The words of the title."""
    lines = _lines(raw)
    first = source.parts[0].place.line - 1
    at = next(index for index in range(first, len(lines)) if lines[index].text.strip())
    return _heading_span(lines[at])


def front_spans(raw: bytes) -> dict[tuple[str, ...], Span]:
    """The values of the file's front matter: ("summary",), and of a list ("invited", "0"), ("invited", "1")."""
    lines = _lines(raw)
    end = next((at for at in range(1, len(lines)) if lines[at].text.rstrip() == "---"), 0)
    return dict(_values(lines, 1, end))


def fenced_spans(raw: bytes, line: int) -> dict[tuple[str, ...], Span]:
    """The values of the block of data or the tearline whose fence opens on `line`, counted from 1."""
    lines = _lines(raw)
    return dict(_values(lines, line, _closing(lines, line - 1)))


def spliced(raw: bytes, texts: Mapping[Span, str]) -> bytes:
    """`raw` with the text of each span replaced; an empty span says where something is put in.

    Raises:
        ValueError: two spans overlap.
    """
    result, before = bytearray(), 0
    newline = _newline(raw)
    for span, text in sorted(texts.items(), key=lambda item: (item[0].start, item[0].end)):
        if span.start < before:
            raise ValueError("two spans overlap")
        result += raw[before : span.start]
        # What says the same keeps its bytes, however it was written.
        written = raw[span.start : span.end] if text == span.text else _written(raw, span, text, newline)
        result += written
        before = span.end
    return bytes(result + raw[before:])


def written_length(raw: bytes, span: Span, text: str) -> int:
    """How many bytes `spliced` writes for this text."""
    return span.end - span.start if text == span.text else len(_written(raw, span, text, _newline(raw)))


def as_value(text: str, *, bare: bool) -> str:
    """Text as a value of YAML: without quotation marks where that was so before and still says the same."""
    if bare and _BARE.match(text) and not text.endswith(" ") and text.casefold() not in _NOT_TEXT:
        return text
    return json.dumps(text, ensure_ascii=False)


def _written(raw: bytes, span: Span, text: str, newline: bytes) -> bytes:
    if span.is_value:
        # In quotation marks a line end would be folded into a blank: it is written as \n there.
        return as_value(text, bare=raw[span.start : span.start + 1] not in (b'"', b"'", b"|", b">")).encode("utf-8")
    # Each line ends as the line in its place did.
    ends = _LINE_END.findall(raw, span.start, span.end)
    first, *others = text.encode("utf-8").split(b"\n")
    return first + b"".join((ends[index] if index < len(ends) else newline) + line for index, line in enumerate(others))


def _newline(raw: bytes) -> bytes:
    found = _LINE_END.search(raw)
    return found.group(0) if found else b"\n"


def _lines(raw: bytes) -> list[_Line]:
    start = len(_BOM) if raw.startswith(_BOM) else 0
    result: list[_Line] = []
    for found in _LINE_END.finditer(raw, start):
        result.append(_Line(start, raw[start : found.start()].decode("utf-8")))
        start = found.end()
    result.append(_Line(start, raw[start:].decode("utf-8")))
    return result


def _block_span(lines: Sequence[_Line], block: Block) -> Span:
    if block.kind == "heading":
        return _heading_span(lines[block.line - 1])
    found = _lines_span(lines, block)
    given = stated_in(lines[block.line - 1].text) if block.stated is not None else None
    if given is None:
        return found
    before = len(lines[block.line - 1].text[: given[1]].encode("utf-8"))
    return Span(found.start + before, found.end, found.text[given[1] :])


def _lines_span(lines: Sequence[_Line], block: Block) -> Span:
    first = block.line - 1
    if _CODE.match(lines[first].text.strip()):
        last = _closing(lines, first)
    else:
        last = first
        while last + 1 < len(lines) and not _ends_block(lines[last + 1].text):
            last += 1
    text = "\n".join(line.text for line in lines[first : last + 1]).rstrip()
    return Span(lines[first].start, lines[last].at(len(lines[last].text.rstrip())), text)


def _heading_span(line: _Line) -> Span:
    found = _HEADING.match(line.text)
    marks, words = (found.group(1), found.group(2)) if found else ("", line.text)
    words = words.rstrip().rstrip("#").rstrip()
    return Span(line.at(len(marks)), line.at(len(marks) + len(words)), words)


def _ends_block(line: str) -> bool:
    return not line.strip() or line.startswith(":::") or _CODE.match(line.strip()) is not None


def _closing(lines: Sequence[_Line], first: int) -> int:
    """The line that closes the fenced block which opens on line `first`, both counted from 0."""
    opening = _CODE.match(lines[first].text.strip())
    fence = opening.group(1) if opening else ""
    return next((at for at in range(first + 1, len(lines)) if lines[at].text.rstrip() == fence), len(lines) - 1)


def _values(lines: Sequence[_Line], first: int, end: int) -> Iterator[tuple[tuple[str, ...], Span]]:
    root = yaml.compose("\n".join(line.text for line in lines[first:end]) + "\n", Loader=yaml.SafeLoader)
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            yield from _value_spans(lines, first, (str(key.value),), value)


def _value_spans(
    lines: Sequence[_Line], first: int, path: tuple[str, ...], node: yaml.Node
) -> Iterator[tuple[tuple[str, ...], Span]]:
    if isinstance(node, yaml.ScalarNode):
        start = lines[first + node.start_mark.line].at(node.start_mark.column)
        line, column = first + node.end_mark.line, node.end_mark.column
        # A value in several lines ends, for YAML, where the next one begins.
        while line > first + node.start_mark.line and not lines[line].text[:column].strip():
            line -= 1
            column = len(lines[line].text.rstrip())
        yield path, Span(start, lines[line].at(column), str(node.value).strip(), is_value=True)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _value_spans(lines, first, (*path, str(index)), item)
