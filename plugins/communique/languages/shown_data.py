"""A data block as its reader sees it: a definition list with the interface's labels, dates written out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from communique.documents.data_blocks import DataBlock
from communique.documents.fields import BLOCK_FIELDS, BLOCK_LABELS, Field, Value
from communique.documents.lessons import said_as
from communique.documents.rendering import Phrases
from communique.languages import typography
from communique.policy import AREA_PREFIX, Policy


def shown_data(block: DataBlock, lang: str, policy: Policy, phrases: Phrases, called: str = "") -> ElementTree.Element:
    """The block in its text's language. A field without a label is what the block says; a name is not shown. `called`
    names it instead of its kind.
    """
    name = called or phrases.said.get(BLOCK_LABELS[block.word], BLOCK_LABELS[block.word])
    sort = f"data data--{block.word}" + (" data--called" if called else "")
    box = ElementTree.Element("div", {"class": sort, "role": "group", "aria-label": name})
    # The group has this name already for those who hear the page.
    ElementTree.SubElement(box, "p", {"class": "data__name", "aria-hidden": "true"}).text = name
    labelled: list[tuple[str, Field, Value]] = []
    for field in BLOCK_FIELDS[block.word]:
        value = block.fields.get(field.name)
        if value is not None and field.label:
            labelled.append((phrases.said.get(field.label, field.label), field, value))
        elif isinstance(value, str) and field.type == "text":
            for text in _paragraphs(value):
                ElementTree.SubElement(box, "p", {"class": "data__lead"}).text = text
    if labelled:
        listing = ElementTree.SubElement(box, "dl", {"class": "data__fields"})
        for label, field, value in labelled:
            row = ElementTree.SubElement(listing, "div", {"class": f"data__field data__field--{field.name}"})
            ElementTree.SubElement(row, "dt").text = label
            _show(ElementTree.SubElement(row, "dd"), block, field, value, lang, policy, phrases)
    return box


#: The fields that hold nothing but names of states, tiers and groups.
_OF_NAMES = {
    field.name for fields in BLOCK_FIELDS.values() for field in fields if field.type in ("audiences", "states", "state")
}
_NAMES = re.compile(
    rf'<div class="data__field data__field--(?:{"|".join(sorted(_OF_NAMES))})">'
    r"\s*<dt>[^<]*</dt>\s*<dd>[^<]*</dd>\s*</div>"
)


def without_names(html: str) -> str:
    """Rendered text without the names of readers in its data: every page says them alike of its own readers."""
    return _NAMES.sub("", html)


def due(moment: datetime.datetime, lang: str, *, is_open: bool) -> ElementTree.Element:
    """When something is due. While it is open, the page's script says so when that moment is past (dates.js)."""
    shown = ElementTree.Element("time", {"datetime": moment.isoformat(), **({"class": "due"} if is_open else {})})
    shown.text = typography.format_moment(moment, lang)
    return shown


def names_of_audiences(names: tuple[str, ...], lang: str, policy: Policy, phrases: Phrases) -> str:
    """Who is addressed, in words: states in the language's alphabetical order, after tiers and groups."""
    tiers = [phrases.audiences.get(name) or policy.label(name, lang) for name in names if not _is_area(name)]
    states = [phrases.audiences.get(name) or policy.label(name, lang) for name in names if _is_area(name)]
    ordered = [*tiers, *sorted(states, key=lambda label: typography.sort_key(label, lang))]
    return typography.join_list(list(dict.fromkeys(ordered)), lang)


def _is_area(name: str) -> bool:
    return name.startswith(AREA_PREFIX)


def _show(
    place: ElementTree.Element,
    block: DataBlock,
    field: Field,
    value: Value,
    lang: str,
    policy: Policy,
    phrases: Phrases,
) -> None:
    if isinstance(value, datetime.datetime):
        place.append(due(value, lang, is_open="done" not in block.fields))
    elif isinstance(value, datetime.date):
        shown = ElementTree.SubElement(place, "time", {"datetime": value.isoformat()})
        shown.text = typography.format_date(value, lang)
    elif field.type == "audiences" and isinstance(value, tuple):
        place.text = names_of_audiences(value, lang, policy, phrases)
    elif field.type in ("states", "state"):
        codes = value if isinstance(value, tuple) else (str(value),)
        place.text = names_of_audiences(tuple(AREA_PREFIX + code for code in codes), lang, policy, phrases)
    elif field.type == "texts" and isinstance(value, tuple):
        listing = ElementTree.SubElement(place, "ul")
        for text in value:
            ElementTree.SubElement(listing, "li").text = text
    elif field.type == "words" and isinstance(value, tuple):
        place.text = typography.join_list([phrases.said.get(word, word) for word in value], lang)
    elif field.type == "names" and isinstance(value, tuple):
        # Names of themes hold an “and” of their own.
        place.text = " · ".join(phrases.said.get(said_as(name), name) for name in value)
    elif field.type == "word":
        place.text = phrases.said.get(str(value), str(value))
    elif field.type == "address":
        link = ElementTree.SubElement(place, "a", {"href": f"mailto:{value}"})
        link.text = str(value)
    elif field.type == "text":
        _show_text(place, list(_paragraphs(str(value))))
    else:
        place.text = str(value)


def _show_text(place: ElementTree.Element, paragraphs: list[str]) -> None:
    if len(paragraphs) == 1:
        place.text = paragraphs[0]
        return
    for text in paragraphs:
        ElementTree.SubElement(place, "p").text = text


def _paragraphs(text: str) -> Iterator[str]:
    """What blank lines separate; the line breaks within are YAML's."""
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            # Blanks that hold words together stay as they were written.
            yield re.sub(r"[ \t\n]+", " ", paragraph).strip(" ")
