"""That a draft has every word of its paper, found by reading both again: no reader of papers is believed."""

from __future__ import annotations

import difflib
import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from communique.documents.numbers import INSERTED
from communique.importing.paper import TakenOut

_NOTE = re.compile(r"\[\^[^\]\s]+\]:?")
_LINK_END = re.compile(r"\]\([^()\s]*\)")
_CODE = re.compile(r"(`+)(.+?)\1")
_ENTITY = re.compile(r"&(?:lt|gt|amp);")
_NUMBER = re.compile(rf"¶\d+(?: (?:{'|'.join(INSERTED)}))? +")
#: Holds the place of a number that the paper leaves out.
_HELD = re.compile(r"¶\d+ withdrawn\Z")
_DELIMITER = re.compile(r"\|(?: *-{3,} *\|)+\Z")
#: Finding where two texts of more words differ takes longer than an editor waits.
_MANY = 20_000
_HYPHEN = re.compile(r"(?<=[^\W_])-\s*(?=[^\W_])")


@dataclass(frozen=True)
class Difference:
    """Where the draft's words are not the paper's: `lost` stand in the paper alone, `added` in the draft alone."""

    lost: tuple[str, ...]
    added: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.lost or self.added)

    def __str__(self) -> str:
        parts = [f"not in the draft: {' '.join(self.lost[:20])}"] if self.lost else []
        parts += [f"only in the draft: {' '.join(self.added[:20])}"] if self.added else []
        return "; ".join(parts)


def words_of(text: str) -> list[str]:
    """Words in order, re-flowed: hyphens between letters do not count, since a line's end makes and hides them."""
    return _HYPHEN.sub("", text.replace("\u00ad\n", "").replace("\u00ad", "")).split()


def paper_words(lines: Sequence[str], taken_out: Iterable[TakenOut], *, first_line: int = 1) -> list[str]:
    """The words of a paper without what was taken out of it."""
    left = [list(line) for line in lines]
    for one in taken_out:
        line = left[one.line - first_line]
        if "".join(line[one.start : one.end]) != one.text:
            # What is taken out twice, or is not what stands there, would hide a loss.
            return ["".join(line), one.text]
        line[one.start : one.end] = ["\x00"] * (one.end - one.start)
    shown = ["".join(line).replace("\x00", "") for line in left]
    return words_of("\n".join(line.strip() for line in shown if line.strip()))


def draft_words(text: str, *, title: bool) -> list[str]:
    """The words that a draft shows, `title` included or not: without front matter, data and signs of Markdown."""
    lines = text.split("\n")
    if lines[0] == "---":
        lines = lines[lines.index("---", 1) + 1 :]
    shown: list[str] = []
    in_data = False
    for line in lines:
        if line.startswith("```"):
            in_data = not in_data
        elif not in_data:
            shown.append(_shown(line, title=title))
    return words_of("\n".join(line for line in shown if line.strip()))


def _shown(line: str, *, title: bool) -> str:
    if line.startswith(":::") or _DELIMITER.match(line) or _HELD.match(line):
        return ""
    if line.startswith("# "):
        return line[2:] if title else ""
    heading = re.match(r"#{2,6} ", line)
    if heading:
        return _plain(line[heading.end() :])
    if line.startswith("| "):
        return " ".join(_plain(cell) for cell in re.split(r"(?<!\\)\|", line))
    mark = re.match(r"(?:> |(?: {4})*- )", line)
    rest = line[mark.end() :] if mark else line
    return _plain(_NUMBER.sub("", rest, count=1) if _NUMBER.match(rest) else rest)


def _plain(text: str) -> str:
    out: list[str] = []
    index = 0
    while index < len(text):
        char = text[index]
        if char == "\\" and index + 1 < len(text):
            out.append(text[index + 1])
            index += 2
            continue
        pattern = {"`": _CODE, "&": _ENTITY, "]": _LINK_END}.get(char)
        found = pattern.match(text, index) if pattern else _NOTE.match(text, index) if char == "[" else None
        if found is None:
            if char != "[":
                out.append(char)
            index += 1
            continue
        if char == "`":
            out.append(found.group(2))
        elif char == "&":
            out.append(html.unescape(found.group(0)))
        index = found.end()
    return "".join(out)


def compare(paper: Sequence[str], draft: Sequence[str]) -> Difference:
    """What of the paper is missing in the draft, in order, and the reverse."""
    if list(paper) == list(draft):
        return Difference((), ())
    if len(paper) + len(draft) > _MANY:
        before, after = Counter(paper), Counter(draft)
        moved = ("(the order of the words)",) if before == after else ()
        return Difference((*moved, *(before - after).elements()), tuple((after - before).elements()))
    lost: list[str] = []
    added: list[str] = []
    matcher = difflib.SequenceMatcher(None, paper, draft, autojunk=False)
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag != "equal":
            lost += paper[a1:a2]
            added += draft[b1:b2]
    return Difference(tuple(lost), tuple(added))
