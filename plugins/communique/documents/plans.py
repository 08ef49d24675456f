"""Plans that a reader fills in: their variables, the blanks in their text, and their shorter form for small states.

A variable is declared by a data block and stands in the text as `<<its-name>>`. The shorter form is computed from the
same source: a paragraph may be left out or be replaced, and a variable may be merged into another one. What is filled
in never comes here: the reader's browser alone holds it (theme/static/js/plan.js, docs/plans.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from communique.documents.data_blocks import DataBlock
from communique.documents.fields import BLANK_MARK
from communique.documents.source import PUBLIC_PART, Block, Source

VARIABLE, SHORTER, FINISHED = "variable", "small-state", "finished"
LEFT_OUT, REPLACED = "leave-out", "replace"


@dataclass(frozen=True)
class Variable:
    """Something that a state writes into the plan. `short` says whether the shorter form asks for it."""

    name: str
    type: str
    label: str
    guidance: str
    example: str
    #: The choices by their names, in their order, as the text says them.
    choices: Mapping[str, str]
    #: The variable that takes its place in the shorter form.
    merge: str
    short: bool = True


@dataclass(frozen=True)
class Plan:
    """What one language file of a plan asks for: variables by name, and what its shorter form does with paragraphs.

    `instead` says of each paragraph that the shorter form changes what it says there: nothing if it is left out.
    `notes` are the paragraphs that speak of the template, and are not in a finished plan.
    """

    variables: Mapping[str, Variable]
    instead: Mapping[str, str]
    notes: frozenset[str] = frozenset()

    def standing_for(self, name: str) -> str:
        """The variable whose answer the shorter form shows in a blank of this one."""
        merge = self.variables[name].merge
        return merge if merge in self.variables else name


def plan_of(source: Source) -> Plan | None:
    """What the text asks for, or None if it has no variables."""
    instead = {str(block.number): _instead(block) for block in blocks_of(source, SHORTER)}
    asked = set(_asked_in_the_shorter_form(source, instead))
    merged = {block.text_of("name"): block.text_of("merge") for block in blocks_of(source, VARIABLE)}
    asked = {merged.get(name) or name for name in asked}
    variables = {
        block.text_of("name"): Variable(
            block.text_of("name"),
            block.text_of("type"),
            block.text_of("label"),
            block.text_of("guidance"),
            block.text_of("example"),
            dict(zip(block.names_of("choices"), block.names_of("choice-labels"), strict=False)),
            block.text_of("merge"),
            block.text_of("name") in asked,
        )
        for block in blocks_of(source, VARIABLE)
    }
    notes = frozenset(str(block.number) for block in blocks_of(source, FINISHED))
    return Plan(variables, instead, notes) if variables else None


def revision(original: Source) -> str:
    """What a saved plan says it belongs to, the same in every language: it changes with the public text and the
    variables. Sealed text has no part in it: a hash of it would confirm a guess.
    """
    told = [
        " ".join(block.text.split())
        for block in original.blocks
        if block.part == PUBLIC_PART and block.kind != "definition"
    ]
    return hashlib.sha256(json.dumps([original.title, told]).encode()).hexdigest()[:12]


def blocks_of(source: Source, word: str) -> Iterator[DataBlock]:
    return (block for block in source.data if block.word == word)


def _instead(block: DataBlock) -> str:
    return block.text_of("instead") if block.text_of("paragraph") == REPLACED else ""


def marks_in(text: str) -> Iterator[str]:
    return (found.group(1) for found in BLANK_MARK.finditer(text))


def _asked_in_the_shorter_form(source: Source, instead: Mapping[str, str]) -> Iterator[str]:
    for number, names in marked(source):
        if number not in instead:
            yield from names
    for words in instead.values():
        yield from marks_in(words)


def marked(source: Source) -> list[tuple[str, list[str]]]:
    """The names in the blanks of each public block, with the number of the paragraph to which the block belongs."""
    found: list[tuple[str, list[str]]] = []
    number = ""
    blocks = [block for block in source.blocks if block.part == PUBLIC_PART]
    for block, names in zip(blocks, _names_by_block(source, blocks), strict=True):
        if block.kind == "heading":
            number = ""
        elif block.number is not None:
            number = str(block.number)
        found.append((number, names))
    return found


def _names_by_block(source: Source, blocks: list[Block]) -> list[list[str]]:
    names: list[list[str]] = [[] for _ in blocks]
    for blank in source.blanks:
        index = max((i for i, block in enumerate(blocks) if block.line <= blank.place.line), default=None)
        if index is not None:
            names[index].append(blank.name)
    return names
