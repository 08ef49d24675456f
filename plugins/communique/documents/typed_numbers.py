"""Numbers that were typed although the paper numbers its paragraphs: they make lists, which nobody can cite."""

from __future__ import annotations

import re
from collections.abc import Iterator

from communique.documents.numbers import FIRST, Number
from communique.documents.source import Block, Source
from communique.problems import Place, Problem

_TYPED = re.compile(r"\(?([1-9]\d{0,4})(?:\\?\.|\))\s")
#: An item of an agenda ends without one of these.
_SENTENCE = re.compile(r"[.!?…;。؟][”»\")]*\s*$", re.MULTILINE)
_LEAVE_OUT = (
    "the site numbers this paper’s paragraphs: leave the typed numbers out, and a blank line between paragraphs"
)


def refuse_without_paragraphs(source: Source, file: str, place: Place) -> Iterator[Problem]:
    """A paper that is to show the numbers of its paragraphs, and has none; `place` is that of its front matter."""
    if source.all_numbers:
        return
    typed = next((block for block in source.blocks if _TYPED.match(block.text)), None)
    what = "this paper numbers its paragraphs, and none of its text is a paragraph"
    fix = _LEAVE_OUT if typed else "write one, or delete “numbering: paragraphs”"
    yield Problem(Place(file, typed.line, 1) if typed else place, "no-paragraph", what, fix)


def typed_numbers(source: Source, file: str) -> Iterator[Problem]:
    """Warnings on such a paper, at the block concerned: no word of it is quoted, so that all may be sealed."""
    before: Number | None = None
    first = next(iter(source.all_numbers), FIRST)
    for block in source.blocks:
        found = _TYPED.match(block.text)
        if found and _goes_on(block, found.group(1), before, first):
            what = f"this begins with {found.group(1)}, typed as if it were the number of a paragraph"
            yield Problem(Place(file, block.line, 1), "typed-number", what, _LEAVE_OUT)
        before = block.number or before


def _goes_on(block: Block, typed: str, before: Number | None, first: Number) -> bool:
    """Whether a reader takes the typed number for the block's own, or for that of the paragraph it should have been."""
    if block.kind == "paragraph":
        return typed == str(block.number)
    if block.kind != "list":
        return False
    if before is None and typed == str(FIRST):
        # An agenda may stand before the first paragraph.
        return _SENTENCE.search(block.text) is not None
    return typed == str(before.next if before is not None else first)
