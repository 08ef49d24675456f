"""The twin rule: a translation has its original's headings, sections, audiences, numbers and sealed items.

A translator who drops a fence must not publish a secret, so a difference stops the build; it is never mended
here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from communique.documents.catalogue import Catalogue, Document, Text
from communique.documents.fields import KIND_FIELDS, unknown_here
from communique.documents.source import Block
from communique.documents.symbols import comparable
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
    yield from _compare_front_matter(original, text)
    theirs, ours = _compared(original), _compared(text)
    a, b = [line for line, _ in theirs], [line for line, _ in ours]
    if a == b:
        yield from _compare_references(original, text)
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
            fix = _fix_for_data(dict(_facts(a[a1])), dict(_facts(b[b1])))
        elif a1 < a2 and b1 < b2 and a[a1][:-2] == b[b1][:-2]:
            fix = "refer to the same files in the same order; a file's twin in another language is called annex.es.pdf"
        yield Problem(
            Place(text.file, line, 1),
            "twin-rule",
            f"the original ({there}) has {expected} where this translation has {found}",
            fix,
        )


def _compare_front_matter(original: Text, text: Text) -> Iterator[Problem]:
    """What the original's kind says in each language, each language says, and nothing else."""
    given, kind = original.front.facts, original.front.kind
    own = {field.name: field for field in KIND_FIELDS[kind] if field.translated}
    for name, place in text.front.fact_places.items():
        if name not in own:
            yield unknown_here(name, place, kind, own)
        elif name not in given:
            what = f'{original.lang}.md has no "{name}"'
            yield Problem(place, "twin-front-matter", what, f"delete it here, or add it to {original.lang}.md")
    for name in own:
        theirs, ours = given.get(name), text.front.facts.get(name)
        if theirs is not None and ours is None:
            what = f'{original.lang}.md has the key "{name}", and this translation lacks it'
            yield Problem(text.front.place, "twin-front-matter", what, f'add a line "{name}: …" in this language')
        elif isinstance(theirs, tuple) and isinstance(ours, tuple) and len(theirs) != len(ours):
            what = f'"{name}" has another number of entries than in {original.lang}.md: {len(ours)}, not {len(theirs)}'
            fix = "give the same entries in the same order"
            yield Problem(text.front.fact_places[name], "twin-front-matter", what, fix)


def _compare_references(original: Text, text: Text) -> Iterator[Problem]:
    """Block for block the same symbols and paragraphs are cited, in whatever order the language has them."""
    for theirs, ours in zip(_cited(original), _cited(text), strict=True):
        if theirs[0] != ours[0]:
            what = f"the original ({original.lang}.md:{theirs[1]}) cites other documents or paragraphs by symbol here"
            fix = "cite the same symbols and paragraphs (ref:…); within a paragraph their order is free"
            yield Problem(Place(text.file, ours[1], 1), "twin-rule", what, fix)


def _cited(text: Text) -> list[tuple[list[tuple[str, str, str]], int]]:
    """Of each block: what it cites, and its line."""
    cited: dict[int, list[tuple[str, str, str]]] = {}
    for one in text.source.references:
        cited.setdefault(one.block, []).append((comparable(one.symbol), one.number, one.part))
    blocks = enumerate(text.source.blocks)
    return [(sorted(cited.get(index, [])), block.line) for index, block in blocks if block.kind != "definition"]


def _compared(text: Text) -> list[tuple[tuple[object, ...], Block]]:
    blocks = [block for block in text.source.blocks if block.kind != "definition"]
    return list(zip(text.source.outline(), blocks, strict=True))


def _describe(line: tuple[object, ...]) -> str:
    kind, level, _, audience, number, inside, files, _ = line
    facts = dict(_facts(line))
    if facts:
        return f"data, “{facts['']}”, for {audience}"
    name = f"paragraph {number}" if number is not None else f"a heading of level {level}" if level else f"a {kind}"
    within = f", in it sealed: {'; '.join(inside)}" if isinstance(inside, tuple) and inside else ""
    shown = f", with {', '.join(files)}" if isinstance(files, tuple) and files else ""
    return f"{name} for {audience}{within}{shown}"


def _facts(line: tuple[object, ...]) -> tuple[tuple[str, str], ...]:
    """Of a data block: its word, by no name, and its fields."""
    facts = line[-1]
    return facts if isinstance(facts, tuple) else ()


def _fix_for_data(theirs: dict[str, str], ours: dict[str, str]) -> str:
    """What to change in a data block, by the names of its fields: their values may be sealed."""
    if theirs[""] != ours[""]:
        return f"write ```{theirs['']} as in the original"
    differing = [name for name in {**theirs, **ours} if theirs.get(name) != ours.get(name)]
    return f"copy from the original, as they are: {', '.join(differing)}"
