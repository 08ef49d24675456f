"""The paper's characters as Markdown that shows exactly them: no markup, no seal and no tag comes out of a paper."""

from __future__ import annotations

import re

from communique.documents.near_misses import fence_like, folded, near_misses
from communique.importing.paper import NOTE_CLOSES, NOTE_OPENS
from communique.policy import Policy

_ALWAYS = re.compile(r"[\\`*_\[\]{}|]")
_REFERENCE = re.compile(r"&(?=[#\w])")
#: What begins a block, or another program's fence, where it stands first.
_BEGINS_BLOCK = re.compile(r"([-+>#!])|(\d{1,9})([.)])")
_BEGINS_FENCE = re.compile(r"[:~/%?=¶]+")
_RESERVED = re.compile(r"(cqpart)(\d+)", re.IGNORECASE)
_SIGNS = re.compile(r"[^\w\s\\`*_{}\[\]()>#+\-.!|]+")
#: All that code may hold: with a bracket before a brace it would look like a seal that code swallowed.
_ALL_SIGNS = re.compile(r"(?:[^\w\s\\`\]]|\](?!\{))+")
#: With the words: a name of readers that stands in code, away from its braces, is none. Figures stay, see `_RESERVED`.
_WORDS_TOO = re.compile(r"[^\s\d\\`\[\]{}]+")
_ESCAPABLE = frozenset("\\`*_{}[]()>#+-.!|")
#: As the build reads a line: a sign behind a backslash is text, and what stands in code is seen by no rule of text.
_CODE = re.compile(r"(\\.)|`[^`]*`")
_LONGEST_TRIED = 2_000
_BRACE_LIKE = re.compile(r"[｛｝︷︸﹛﹜]")


def escaped(text: str, policy: Policy, *, begins: bool = True) -> str:
    """`text`, one line of the paper, as Markdown. `begins`: it stands first in its block."""
    line = "".join(_unmarked(piece, begins=begins and not index) for index, piece in enumerate(_notes_apart(text)))
    if not _is_refused(line, policy):
        return line
    # Whatever it looks like, as code it is neither seal nor fence: the one run of signs that offends, else all.
    runs = [found for found in _SIGNS.finditer(text) if NOTE_OPENS not in text and len(text) < _LONGEST_TRIED]
    for run in runs:
        head, tail = text[: run.start()], text[run.end() :]
        line = _unmarked(head, begins=begins) + _as_code(run.group(0)) + _inner(tail)
        if "``" not in line and not _is_refused(line, policy):
            return line
    line = "".join(_plainest(piece, _SIGNS) for piece in _notes_apart(text))
    if _is_refused(line, policy):
        line = "".join(_plainest(piece, _ALL_SIGNS) for piece in _notes_apart(text))
    if _is_refused(line, policy):
        line = "".join(_plainest(piece, _WORDS_TOO) for piece in _notes_apart(text))
    return line


def _is_refused(line: str, policy: Policy) -> bool:
    """Whether the build would take this line for a fence or a seal that was misspelt."""
    shown = _CODE.sub(lambda found: found.group(1) or " " * len(found.group(0)), line)
    return bool(fence_like(line, policy)) or any(near_misses(shown, policy))


def _notes_apart(text: str) -> list[str]:
    return re.split(f"({NOTE_OPENS}[^{NOTE_CLOSES}]*{NOTE_CLOSES})", text)


def _unmarked(text: str, *, begins: bool) -> str:
    if text.startswith(NOTE_OPENS):
        return f"[^{text[1:-1]}]"
    head = ""
    if begins:
        fence, block = _BEGINS_FENCE.match(text), _BEGINS_BLOCK.match(text)
        if fence:
            head, text = _as_code(fence.group(0)), text[fence.end() :]
        elif block:
            number = block.group(2)
            head, text = (f"{number}\\{block.group(3)}" if number else "\\" + block.group(1)), text[block.end() :]
    return head + _inner(text)


def _inner(text: str) -> str:
    out: list[str] = []
    rest = 0
    for start, end in _colons(text):
        out += (_signs(text[rest:start]), _as_code(text[start:end]))
        rest = end
    return "".join([*out, _signs(text[rest:])])


def _signs(text: str) -> str:
    text = _ALWAYS.sub(lambda found: "\\" + found.group(0), _REFERENCE.sub("&amp;", text))
    text = text.replace("<", "&lt;")
    text = _BRACE_LIKE.sub(lambda found: _as_code(found.group(0)), text)
    return _RESERVED.sub(lambda found: found.group(1) + _as_code(found.group(2)), text)


def _plainest(text: str, as_code: re.Pattern[str]) -> str:
    """With every sign made harmless by itself: as code, or escaped."""
    if text.startswith(NOTE_OPENS):
        return f"[^{text[1:-1]}]"
    out: list[str] = []
    index = 0
    while index < len(text):
        signs = as_code.match(text, index)
        if signs:
            out.append(_as_code(signs.group(0)))
            index = signs.end()
            continue
        out.append("\\" + text[index] if text[index] in _ESCAPABLE else text[index])
        index += 1
    return _RESERVED.sub(lambda found: found.group(1) + _as_code(found.group(2)), "".join(out))


def _as_code(signs: str) -> str:
    return f"`{signs}`"


def _colons(text: str) -> list[tuple[int, int]]:
    """Where two or more colons, or what looks like colons, follow each other with nothing visible between."""
    found: list[tuple[int, int]] = []
    start, last, count = -1, -1, 0
    for index, char in enumerate(text):
        seen = folded(char)
        if seen and not set(seen) - {":"}:
            start, last, count = (index if start < 0 else start), index, count + len(seen)
        elif seen.strip():
            if count > 1:
                found.append((start, last + 1))
            start, count = -1, 0
    if count > 1:
        found.append((start, last + 1))
    return found


def heading_words(text: str, policy: Policy) -> str:
    """Words of a heading: a sign # at their end would belong to Markdown."""
    shown = escaped(text, policy, begins=False)
    return re.sub(r"(\\.|`[^`]*`)|#", lambda found: found.group(1) or "\\#", shown)


def cell(text: str, policy: Policy) -> str:
    return escaped(text, policy, begins=False) or " "


_TITLE_MARKUP = re.compile(r"[<>\[\]{}`*_\\]|:::|cqpart\d", re.IGNORECASE)


def can_be_title(text: str) -> bool:
    return bool(text.strip()) and not _TITLE_MARKUP.search(folded(text)) and not text.rstrip().endswith("#")


def as_title(text: str) -> str:
    """The words of a title; signs that no title may hold become spaces."""
    shown = "".join(" " if _TITLE_MARKUP.search(folded(char)) else char for char in text)
    shown = re.sub(r":(\s*:)+", ":", shown).rstrip("# ")
    if _TITLE_MARKUP.search(folded(shown)):
        shown = re.sub(r"[^\w\s.,;()’'/-]|_", " ", shown)
    return " ".join(_RESERVED.sub(r"\1 \2", shown).split())
