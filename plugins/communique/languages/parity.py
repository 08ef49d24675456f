"""The twin rule: a translation has its original's headings, sections, audiences, numbers and sealed items.

A translator who drops a fence must not publish a secret, so a difference stops the build; it is never mended
here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from communique.documents.catalogue import Catalogue, Document, Text
from communique.documents.source import Block
from communique.problems import Place, Problem


def check_parity(catalogue: Catalogue) -> list[Problem]:
    """Every difference between a translation and its original, at the translation's line."""
    return [problem for document in catalogue.documents.values() for problem in document_parity(document)]


def document_parity(document: Document) -> Iterator[Problem]:
    original = document.texts[document.original]
    for lang, text in document.texts.items():
        if lang != document.original:
            yield from _compare(original, text)


def _compare(original: Text, text: Text) -> Iterator[Problem]:
    if text.front.audience != original.front.audience:
        what = f"the audience differs from that of {original.lang}.md: {original.front.audience}"
        yield Problem(text.front.place, "twin-audience", what, f"write audience: {original.front.audience}")
    theirs, ours = _compared(original), _compared(text)
    a, b = [line for line, _ in theirs], [line for line, _ in ours]
    if a == b:
        return
    for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        expected = _describe(a[a1]) if a1 < a2 else "nothing more"
        found = _describe(b[b1]) if b1 < b2 else "nothing"
        line = ours[b1][1].line if b1 < len(ours) else (ours[-1][1].line if ours else text.front.place.line)
        there = f"{original.lang}.md"
        if theirs:
            there += f":{theirs[min(a1, len(theirs) - 1)][1].line}"
        fix = "give the translation the same headings, sections, audiences and paragraphs, in the same order"
        if a1 < a2 and b1 < b2 and a[a1][:-1] == b[b1][:-1]:
            fix = "refer to the same files in the same order; a file's twin in another language is called annex.es.pdf"
        yield Problem(
            Place(text.file, line, 1),
            "twin-rule",
            f"the original ({there}) has {expected} where this translation has {found}",
            fix,
        )


def _compared(text: Text) -> list[tuple[tuple[object, ...], Block]]:
    blocks = [block for block in text.source.blocks if block.kind != "definition"]
    return list(zip(text.source.outline(), blocks, strict=True))


def _describe(line: tuple[object, ...]) -> str:
    kind, level, _, audience, number, inside, files = line
    name = f"paragraph {number}" if number is not None else f"a heading of level {level}" if level else f"a {kind}"
    within = f", in it sealed: {'; '.join(inside)}" if isinstance(inside, tuple) and inside else ""
    shown = f", with {', '.join(files)}" if isinstance(files, tuple) and files else ""
    return f"{name} for {audience}{within}{shown}"
