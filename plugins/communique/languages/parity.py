"""The twin rule: a translation has its original's headings, sections, audiences, numbers and sealed items.

A translator who drops a fence must not publish a secret, so a difference stops the build; it is never mended
here. Where it is recorded which text of the original a translation renders (`pins`), it must have what that text had,
whatever the original has become since.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document, Text
from communique.documents.fields import KIND_FIELDS, unknown_here
from communique.documents.numbers import FIRST, Number, of_text
from communique.documents.source import Block
from communique.documents.symbols import comparable
from communique.languages.changes import changes, covers, unchanged_pairs
from communique.languages.pins import SUMMARY, TITLE, Pin, Pinned, Pins, Shape, are_of, fields_of, own_words, shapes
from communique.policy import Policy
from communique.problems import Place, Problem


def check_parity(
    catalogue: Catalogue, pins: Mapping[tuple[str, str], Pins] | None = None, pin: Pin | None = None
) -> list[Problem]:
    """Every difference between a translation and its original, at the translation's line. `pins` are those of
    `status.pins_of_documents`, and `pin` the hash they were made with.
    """
    found: list[Problem] = []
    for document in catalogue.documents.values():
        original = document.texts[document.original]
        for lang, shown in document.texts.items():
            text, known = shown.as_written, (pins or {}).get((document.id, lang))
            if lang == document.original:
                continue
            if known is None or pin is None or document.is_withdrawn:
                found.extend(_compare(original, text))
            else:
                found.extend(pinned_parity(document.id, original, text, known, catalogue.policy, pin))
    return found


def document_parity(document: Document) -> Iterator[Problem]:
    """The differences between each translation of one document and its original of today."""
    original = document.texts[document.original]
    for lang, text in document.texts.items():
        if lang != document.original:
            yield from _compare(original, text.as_written)


def twin_parity(original: Text, text: Text) -> Iterator[Problem]:
    """The differences between a translation and its original of today."""
    return _compare(original, text)


def comparable_shapes(of: Text | Pins, pin: Pin) -> list[Shape]:
    """What is compared, block by block. Numbers are compared by themselves: those that a text does not state follow
    from the paragraphs before.
    """
    found = shapes(of.as_pinned, pin) if isinstance(of, Text) else [one.shape for one in of.blocks]
    return [_comparable(one) for one in found]


def pinned_parity(ident: str, original: Text, text: Text, pins: Pins, policy: Policy, pin: Pin) -> Iterator[Problem]:
    """The differences between a translation and what it was pinned to."""
    # An approved review changes no file: what both say is what their front matter declares.
    declared = original.front.declared or original.front.audience
    if str(text.front.declared or text.front.audience) not in (pins.audience, str(declared)):
        what = f"the audience differs from that of {original.lang}.md: {declared}"
        yield Problem(text.front.place, "twin-audience", what, f"write audience: {declared}")
    yield from _compare_pinned_front_matter(original, text, pins)
    blocks = [block for block in text.source.blocks if block.kind != "definition"]
    ours, then = shapes(text.as_pinned, pin), [one.shape for one in pins.blocks]
    a, b = comparable_shapes(pins, pin), comparable_shapes(text, pin)
    if not are_of(pins, text, pin):
        yield pins_of_another(text)
    if a == b:
        yield from _compare_numbers(text, blocks, then)
        yield from _compare_references(original, text, unchanged_pairs(pins, original, text, pin))
        yield from _worked_on(ident, original, text, pins, policy, pin)
        yield from _exchanged(text, pins, policy, pin)
        return
    if b == comparable_shapes(original, pin):
        what = f"this translation corresponds to {original.lang}.md as it is today, and is not pinned to it"
        yield Problem(text.front.place, "not-pinned", what, f"run: invoke translate.pin {ident} {text.lang}")
        return
    there = _today(original, pins, pin)
    for a1, a2, b1, b2 in _differences(a, b):
        expected = _described(then[a1], pins) if a1 < a2 else "nothing more"
        found = _described(ours[b1], pins) if b1 < b2 else "nothing"
        line = blocks[b1].line if b1 < len(blocks) else (blocks[-1].line if blocks else text.front.place.line)
        at = there.get(min(a1, len(then) - 1)) if then else None
        where = f"{original.lang}.md:{at}" if at else f"{original.lang}.md, which no longer has it"
        what = f"what was translated ({where}) has {expected} where this translation has {found}"
        fix = "put it back as it was; to follow the original of today, run: invoke translate.export"
        yield Problem(Place(text.file, line, 1), "twin-rule", what, fix)


def _differences(a: list[Shape], b: list[Shape]) -> list[tuple[int, int, int, int]]:
    """What differs, as runs of both: block by block where that tells it in fewer words."""
    runs = [run for tag, *run in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes() if tag != "equal"]
    pairs = [at for at, (one, other) in enumerate(zip(a, b, strict=False)) if one != other]
    if len(a) == len(b) and len(pairs) <= sum(max(a2 - a1, b2 - b1) for a1, a2, b1, b2 in runs):
        return [(at, at + 1, at, at + 1) for at in pairs]
    return [(a1, a2, b1, b2) for a1, a2, b1, b2 in runs]


def pins_of_another(text: Text) -> Problem:
    what = "hardly anything here says what it said when it was pinned: these may be the pins of another text"
    fix = "restore them from the repository; if all of it was translated anew, pin it again with --read all"
    return Problem(text.front.place, "not-pinned", what, fix)


def _comparable(shape: Shape) -> Shape:
    return replace(shape, number="¶" if shape.number else "", stated=False)


def _today(original: Text, pins: Pins, pin: Pin) -> dict[int, int]:
    """On which line of today's original each pinned block stands, where it still does."""
    found: dict[int, int] = {}
    for block, change in zip(original.source.blocks, changes(pins, original, pin).blocks, strict=True):
        for source in change.sources:
            found.setdefault(source, block.line)
    return found


def _described(shape: Shape, pins: Pins) -> str:
    name = (
        f"paragraph {shape.number}"
        if shape.number
        else f"a heading of level {shape.level}"
        if shape.level
        else f"a {shape.kind}"
        if shape.kind != "data"
        else "data"
    )
    within = f", in it sealed: {'; '.join(shape.inside)}" if shape.inside else ""
    shown = f", with {', '.join(shape.files)}" if shape.files else ""
    return f"{name} for {shape.audience or pins.audience}{within}{shown}"


def _compare_numbers(text: Text, blocks: list[Block], then: list[Shape]) -> Iterator[Problem]:
    before: Number | None = None
    for block, shape in zip(blocks, then, strict=True):
        if not shape.number:
            continue
        meant = of_text(shape.number)
        following = before.next if before is not None else FIRST
        wrong = block.stated != meant if block.stated is not None else shape.stated and meant != following
        if wrong:
            has = f"¶{block.stated}" if block.stated is not None else f"none, which is ¶{following}"
            what = f"what was translated is paragraph {shape.number}, and the number stated here is {has}"
            yield Problem(Place(text.file, block.line, 1), "twin-rule", what, f"write ¶{shape.number}")
        before = meant


def _worked_on(ident: str, original: Text, text: Text, pins: Pins, policy: Policy, pin: Pin) -> Iterator[Problem]:
    """Blocks of the translation that somebody has worked on since they were pinned, although the original's are for
    fewer readers by now: whatever of those words is in them stands outside their section.
    """
    own = own_words(text.as_pinned, pin)
    touched = {index for index, one in enumerate(pins.blocks) if one.own != own[index]}
    if not touched:
        return
    whole = str(original.source.parts[0].audience)
    lines = [block.line for block in text.source.blocks if block.kind != "definition"]
    today = shapes(original.as_pinned, pin)
    indices = [index for index, block in enumerate(original.source.blocks) if block.kind != "definition"]
    found = changes(pins, original, pin)
    for index, shape in zip(indices, today, strict=True):
        for source in touched & set(found.blocks[index].sources):
            then = _chain(pins.blocks[source], pins)
            if not covers(policy, (*shape.audience.split(" within "), whole) if shape.audience else (whole,), then):
                line = original.source.blocks[index].line
                what = "this has been worked on since it was pinned, and the original's"
                what += f" ({original.lang}.md:{line}) is for {shape.audience or whole} now"
                fix = f"put it into such a section, then run: invoke translate.pin {ident} {text.lang}"
                yield Problem(Place(text.file, lines[source], 1), "twin-rule", what, fix)


def _exchanged(text: Text, pins: Pins, policy: Policy, pin: Pin) -> Iterator[Problem]:
    """Words of the translation that were pinned in a block for fewer readers than that in which they stand now."""
    own = own_words(text.as_pinned, pin)
    stood: dict[str, list[Pinned]] = {}
    for one in pins.blocks:
        stood.setdefault(one.own, []).append(one)
    lines = [block.line for block in text.source.blocks if block.kind != "definition"]
    for line, words, here in zip(lines, own, pins.blocks, strict=True):
        before = stood.get(words, []) if words != here.own else []
        if before and not any(covers(policy, _chain(one, pins), _chain(here, pins)) for one in before):
            what = f"these words were pinned where the original was for {before[0].shape.audience or pins.audience}"
            what += f", and stand for {here.shape.audience or pins.audience} here"
            yield Problem(Place(text.file, line, 1), "twin-rule", what, "put each paragraph back where it stood")


def _chain(entry: Pinned, pins: Pins) -> tuple[str, ...]:
    return (*entry.shape.audience.split(" within "), pins.audience) if entry.shape.audience else (pins.audience,)


def _compare_pinned_front_matter(original: Text, text: Text, pins: Pins) -> Iterator[Problem]:
    """What was pinned is here, and nothing that neither the original of then nor that of today has."""
    today, ours = fields_of(original), fields_of(text)
    own = {field.name: field for field in KIND_FIELDS[original.front.kind] if field.translated}
    for name in ours:
        if name in (TITLE, SUMMARY):
            continue
        place = text.front.fact_places[name]
        if name not in own:
            yield unknown_here(name, place, original.front.kind, own)
        elif name not in pins.fields and name not in today:
            what = f'{original.lang}.md has no "{name}"'
            yield Problem(place, "twin-front-matter", what, f"delete it here, or add it to {original.lang}.md")
        else:
            known = {pins.fields[name].entries} if name in pins.fields else set()
            value = ours[name]
            count, there = (0 if isinstance(one, str) else len(one) for one in (value, today.get(name, value)))
            if count not in known | {there}:
                what = f'"{name}" has another number of entries than in {original.lang}.md: {count}, not {there}'
                yield Problem(place, "twin-front-matter", what, "give the same entries in the same order")
    for name in pins.fields:
        if name not in ours and name in today and name not in (TITLE, SUMMARY):
            what = f'{original.lang}.md has the key "{name}", and this translation lacks it'
            yield Problem(text.front.place, "twin-front-matter", what, f'add a line "{name}: …" in this language')


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


def _compare_references(
    original: Text, text: Text, pairs: Iterable[tuple[int, int]] | None = None
) -> Iterator[Problem]:
    """Block for block the same symbols and paragraphs are cited, in whatever order the language has them."""
    if pairs is None:
        pairs = zip(_no_definitions(original), _no_definitions(text), strict=True)
    cited, here = _cited(original), _cited(text)
    for index, own in pairs:
        theirs, ours = cited[index], here[own]
        if theirs[0] != ours[0]:
            what = f"the original ({original.lang}.md:{theirs[1]}) cites other documents or paragraphs by symbol here"
            fix = "cite the same symbols and paragraphs (ref:…); within a paragraph their order is free"
            yield Problem(Place(text.file, ours[1], 1), "twin-rule", what, fix)


def _cited(text: Text) -> list[tuple[list[tuple[str, str, str]], int]]:
    """Of each block: what it cites, and its line."""
    cited: dict[int, list[tuple[str, str, str]]] = {}
    for one in text.source.references:
        cited.setdefault(one.block, []).append((comparable(one.symbol), one.number, one.part))
    return [(sorted(cited.get(index, [])), block.line) for index, block in enumerate(text.source.blocks)]


def _no_definitions(text: Text) -> list[int]:
    return [index for index, block in enumerate(text.source.blocks) if block.kind != "definition"]


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
