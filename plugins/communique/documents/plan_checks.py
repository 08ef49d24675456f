"""Whether the variables of plans and the blanks in their text correspond, in every language file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from communique.documents.data_blocks import DataBlock
from communique.documents.document import Document, Text
from communique.documents.plans import FINISHED, REPLACED, SHORTER, VARIABLE, blocks_of, marked, marks_in
from communique.documents.source import PUBLIC_PART, Source
from communique.problems import Place, Problem, did_you_mean


def check_plans(documents: Iterable[Document]) -> list[Problem]:
    """Variables and blanks that do not agree, in every language file."""
    problems: list[Problem] = []
    for document in documents:
        if document.is_withdrawn:
            continue
        for text in document.texts.values():
            problems += _check_text(text, document.front.kind)
        problems += _check_languages(document)
    return problems


def _check_text(text: Text, kind: str) -> Iterator[Problem]:
    source = text.source
    declared: dict[str, DataBlock] = {}
    for block in (block for word in (VARIABLE, SHORTER, FINISHED) for block in blocks_of(source, word)):
        if kind != "plan":
            what = f"a document of the kind “{kind}” has nothing to be filled in"
            yield Problem(block.place, "not-a-plan", what, "make it a plan, or delete this block")
        elif block.part != PUBLIC_PART or not text.front.audience.is_public:
            what = f"this “{block.word}” stands in sealed text"
            fix = "put it into public text: a plan is filled in without signing in"
            yield Problem(block.place, "sealed-blank", what, fix)
    for block in blocks_of(source, VARIABLE):
        name = block.text_of("name")
        if name in declared:
            what = f'the variable "{name}" is declared twice (first on line {declared[name].place.line})'
            yield Problem(block.place, "variable-twice", what, "keep one of them, or give one another name")
        declared.setdefault(name, block)
        yield from _check_choices(block)
    for blank in source.blanks:
        if blank.name not in declared:
            fix = did_you_mean(blank.name, declared)
            if kind != "plan":
                fix = "only a plan has blanks; the signs themselves may stand in code: `<<`"
            yield Problem(blank.place, "unknown-blank", f'the text has no variable "{blank.name}"', fix)
    for block in blocks_of(source, VARIABLE):
        yield from _check_merge(block, declared)
    used = {blank.name for blank in source.blanks}
    shortened: dict[str, Place] = {}
    for block in blocks_of(source, SHORTER):
        number, instead = str(block.number), block.text_of("instead")
        if number in shortened:
            what = f"the shorter form of paragraph {number} is stated twice (first on line {shortened[number].line})"
            yield Problem(block.place, "shorter-twice", what, "keep one of the two blocks")
        shortened.setdefault(number, block.place)
        if bool(instead) != (block.text_of("paragraph") == REPLACED):
            what = "what the shorter form does and what it says do not agree"
            fix = "write paragraph: replace and instead: its words, or paragraph: leave-out alone"
            yield Problem(block.place, "shorter-unclear", what, fix)
        for name in marks_in(instead):
            used.add(name)
            if name not in declared:
                what = f'the text has no variable "{name}"'
                yield Problem(block.place, "unknown-blank", what, did_you_mean(name, declared))
    for name, block in declared.items():
        if name and name not in used:
            what = f'the variable "{name}" stands nowhere in the text'
            yield Problem(
                block.place, "unused-variable", what, f"write <<{name}>> where it belongs, or delete the block"
            )


def _check_choices(block: DataBlock) -> Iterator[Problem]:
    choices, labels = block.names_of("choices"), block.names_of("choice-labels")
    if (block.text_of("type") == "choice") != bool(choices):
        what = "choices and the type do not agree"
        yield Problem(block.place, "bad-choices", what, "give a variable of the type choice its choices, and no other")
    elif len(choices) != len(labels) or len(set(labels)) != len(labels) or len(choices) == 1:
        what = f"the choices are {len(choices)}, and their different labels {len(set(labels))}"
        yield Problem(block.place, "bad-choices", what, "give each of two or more choices one label, in the same order")


def _check_merge(block: DataBlock, declared: Mapping[str, DataBlock]) -> Iterator[Problem]:
    merge = block.text_of("merge")
    if not merge:
        return
    other = declared.get(merge)
    if other is None or merge == block.text_of("name"):
        known = [name for name in declared if name != block.text_of("name")]
        what = f'there is no other variable "{merge}" to merge this one into'
        yield Problem(block.place, "bad-merge", what, did_you_mean(merge, known))
    elif other.text_of("merge"):
        what = f'"{merge}" is itself merged into "{other.text_of("merge")}"'
        yield Problem(block.place, "bad-merge", what, f"write merge: {other.text_of('merge')}")
    elif other.text_of("type") != block.text_of("type"):
        what = f'"{merge}" is of another type'
        yield Problem(block.place, "bad-merge", what, "merge variables of one type")


def _check_languages(document: Document) -> Iterator[Problem]:
    """Every language file has the same blanks in the same paragraphs; their order is the language's own."""
    original = document.texts[document.original]
    theirs = _blanks_by_paragraph(original.source)
    for lang, text in document.texts.items():
        ours = _blanks_by_paragraph(text.source)
        if lang == document.original or ours == theirs:
            continue
        for number in theirs | ours:
            wanted, found = theirs.get(number, set()), ours.get(number, set())
            if wanted != found:
                where = f"paragraph {number}" if number else "the headings"
                names = ", ".join(f"<<{name}>>" for name in sorted(wanted ^ found))
                what = f"in {where} the blanks differ from those of {original.lang}.md: {names}"
                fix = "give the translation the same blanks in the same paragraphs"
                yield Problem(_place_of(text, number), "twin-rule", what, fix)


def _blanks_by_paragraph(source: Source) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for number, names in marked(source):
        if names:
            found.setdefault(number, set()).update(names)
    for block in blocks_of(source, SHORTER):
        marks = set(marks_in(block.text_of("instead")))
        if marks:
            found.setdefault(f"{block.number} in its shorter form", set()).update(marks)
    return found


def _place_of(text: Text, number: str) -> Place:
    for block in text.source.blocks:
        if block.number is not None and str(block.number) == number.split(" in ")[0]:
            return Place(block.file or text.file, block.line, 1)
    return text.front.place
