"""A plan's blanks, what is asked about each, and its shorter form, as elements of its page.

Without script they are a form to print and complete by hand; the reader's browser makes it one to type into
(theme/static/js/plan.js). Both forms of the plan stand in the page, and a switch shows one or the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree

from markdown.inlinepatterns import InlineProcessor

from communique.documents.data_blocks import DataBlock
from communique.documents.fields import BLANK_MARK
from communique.documents.plans import FINISHED, SHORTER, VARIABLE, Plan

#: What the shorter form does not show, and what it alone shows.
LONG, SHORT = "data-plan-long", "data-plan-short"
#: What speaks of the template, and is not in a finished plan.
NOTE = "data-plan-note"
#: Stands for a block of which the page shows nothing, until all blocks have found their places.
_NOTHING = "nothing"


class BlankPattern(InlineProcessor):
    """`<<lead-office>>` in running text. Which plan it belongs to is told for each text."""

    run_for: Plan | None = None

    def __init__(self) -> None:
        super().__init__(BLANK_MARK.pattern)

    def handleMatch(  # type: ignore[override]  # noqa: N802 - Markdown's own name
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[ElementTree.Element | None, int | None, int | None]:
        plan = self.run_for
        if plan is None or m.group(1) not in plan.variables:
            return None, None, None
        return blank(m.group(1), plan), m.start(0), m.end(0)


def blank(name: str, plan: Plan) -> ElementTree.Element:
    """A place to write in, which says what belongs there."""
    element = ElementTree.Element("span", {"class": "blank", "data-plan-blank": name})
    other = plan.standing_for(name)
    if other == name:
        element.text = plan.variables[name].label
        return element
    element.set("data-plan-merged", other)
    ElementTree.SubElement(element, "span", {LONG: ""}).text = plan.variables[name].label
    ElementTree.SubElement(element, "span", {SHORT: ""}).text = plan.variables[other].label
    return element


def plan_element(block: DataBlock, plan: Plan | None, said: Mapping[str, str]) -> ElementTree.Element:
    """What stands where a variable is declared: what it is called, what to consider, an example, the choices. Where a
    shorter form is stated stands nothing: its words stand in their paragraph.
    """
    variable = plan.variables.get(block.text_of("name")) if plan is not None else None
    if block.word != VARIABLE or variable is None:
        return ElementTree.Element(_NOTHING)
    attributes = {"class": "plan-field", "data-plan-field": variable.name, "data-plan-type": variable.type}
    field = ElementTree.Element("div", attributes)
    if not variable.short:
        field.set(LONG, "")
    if variable.merge:
        field.set("data-plan-merge", variable.merge)
    ElementTree.SubElement(field, "p", {"class": "plan-field__label"}).text = variable.label
    ElementTree.SubElement(field, "p", {"class": "plan-field__guidance"}).text = variable.guidance
    if variable.example:
        example = ElementTree.SubElement(field, "p", {"class": "plan-field__example"})
        word = ElementTree.SubElement(example, "span", {"class": "plan-field__word"})
        word.text, word.tail = said.get("Example:", "Example:"), " " + variable.example
    if variable.choices:
        choices = ElementTree.SubElement(field, "ul", {"class": "plan-field__choices"})
        for name, label in variable.choices.items():
            ElementTree.SubElement(choices, "li", {"data-plan-choice": name}).text = label
    return field


def is_of_a_plan(block: DataBlock) -> bool:
    return block.word in (VARIABLE, SHORTER, FINISHED)


def show_shorter_form(root: ElementTree.Element, plan: Plan, numbers: tuple[str, ...]) -> None:
    """Put the shorter form beside the usual one. `numbers` are those of the paragraphs of `root` in their own file."""
    seen, changed, note = 0, False, False
    for child in list(root):
        if child.tag == _NOTHING:
            root.remove(child)
        elif child.tag == "p" and "para" in child.get("class", "").split():
            changed = seen < len(numbers) and numbers[seen] in plan.instead
            if changed:
                _shorten(child, plan.instead[numbers[seen]], plan)
            note = seen < len(numbers) and numbers[seen] in plan.notes
            seen += 1
        elif re.match(r"h[1-6]\Z", child.tag):
            changed = note = False
        elif changed and child.get("data-plan-field") is None:
            # A list or table belongs to its paragraph; a variable is asked for wherever the shorter form needs it.
            child.set(LONG, "")
        if note:
            child.set(NOTE, "")
    # A heading goes with all that stands below it.
    below_is_note: bool | None = None
    for child in reversed(list(root)):
        if re.match(r"h[1-6]\Z", child.tag):
            if below_is_note:
                child.set(NOTE, "")
            below_is_note = None
        else:
            below_is_note = below_is_note is not False and child.get(NOTE) is not None


def _shorten(paragraph: ElementTree.Element, words: str, plan: Plan) -> None:
    """What the shorter form does with this paragraph: leave it out, or say `words` in its place under its number."""
    if not words:
        paragraph.set(LONG, "")
        return
    usual = ElementTree.Element("span", {LONG: ""})
    usual.text, paragraph.text = paragraph.text, None
    for child in list(paragraph):
        if child.get("class") == "para__number":
            usual.text, child.tail = (child.tail or "").removeprefix(" "), " "
            continue
        paragraph.remove(child)
        usual.append(child)
    shorter = ElementTree.Element("span", {SHORT: ""})
    last: ElementTree.Element | None = None
    for index, piece in enumerate(BLANK_MARK.split(words)):
        if index % 2:
            last = blank(piece, plan)
            shorter.append(last)
        elif last is None:
            shorter.text = piece
        else:
            last.tail = piece
    paragraph.extend((usual, shorter))
