"""The state of each translation, derived: which text of the original it translates is recorded block by
block.

`es.pins` beside `es.md` holds a keyed hash of every block of the original as it was when the translator last
brought the translation up to date (`invoke translate.pin`). What differs from the original of today is stale.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from communique.documents.catalogue import Catalogue, Document, Listing, read_text
from communique.documents.numbers import Number
from communique.documents.source import Source, tokens_in
from communique.problems import Place, Problem, Refused
from communique.strict_yaml import load_yaml

State = Literal["original", "current", "stale", "missing"]
#: Gives the keyed hash of a text, as 32 hexadecimal digits.
Pin = Callable[[str], str]
_PIN = re.compile(r"[0-9a-f]{32}\Z")
#: What a pins file is a list of: the blocks of the original, and those below its tearline.
BLOCKS, RELEASED = "blocks", "released"


@dataclass(frozen=True)
class Status:
    """One document in one language. `stale` lists the paragraphs whose original has changed since."""

    state: State
    stale: tuple[Number, ...] = ()
    pinned: bool = False


Statuses = Mapping[tuple[str, str], Status]


def block_texts(source: Source) -> list[str]:
    """Each block's whole text: what is sealed inside it expanded, white space folded."""
    parts = {part.name: part for part in source.parts}

    def expanded(text: str) -> str:
        for name in set(tokens_in(text)):
            part = parts[name]
            inner = f"[{expanded(part.text)}]{{{part.audience}}}"
            text = text.replace(f"cqpart{name[1:]}q", inner)
        return text

    audiences = {part.name: str(part.audience) for part in source.parts}
    return [
        f"{audiences[block.part]}|{block.kind}|" + " ".join(expanded(block.text).split()) for block in source.blocks
    ]


def render_pins(source: Source, pin: Pin, released: Source | None = None) -> str:
    """The text of a pins file for a translation of `source` as it is now, and of what stands below its tearline."""
    lines = ["# Which text of the original this translation translates. Written by: invoke translate.pin"]
    for name, pinned in ((BLOCKS, source), (RELEASED, released)):
        if pinned is not None:
            lines += [f"{name}:", *_pin_lines(pinned, pin)]
    return "\n".join(lines) + "\n"


def _pin_lines(source: Source, pin: Pin) -> Iterator[str]:
    audiences = {part.name: part.audience for part in source.parts}
    for block, text in zip(source.blocks, block_texts(source), strict=True):
        number = f"number: {block.number}, " if block.number is not None else ""
        yield f'  - {{{number}audience: "{audiences[block.part]}", pin: {pin(text)}}}'


def read_pins(path: Path, shown: str, of: str = BLOCKS) -> tuple[str, ...]:
    """The keyed hashes recorded in a pins file: of the text, or of what is RELEASED below its tearline.

    Raises:
        Refused: it is not such a file.
    """
    problems: list[Problem] = []
    top = load_yaml(read_text(path, shown), shown).take(problems, "the file", [BLOCKS], [RELEASED])
    pins: list[str] = []
    for entry in top[of].as_list(problems, of) if of in top else ():
        fields = entry.take(problems, "a block", ["audience", "pin"], ["number"])
        value = fields["pin"].as_text(problems, "pin") if "pin" in fields else ""
        if not _PIN.match(value):
            problems.append(Problem(entry.place, "bad-pin", "this pin is damaged", "run: invoke translate.pin"))
        pins.append(value)
    if problems:
        raise Refused(problems)
    return tuple(pins)


def read_statuses(content: Path, catalogue: Catalogue, listing: Listing, pin: Pin) -> Statuses:
    """The state of every document in every language of the site.

    Raises:
        Refused: a pins file is damaged, or belongs to no translation.
    """
    problems: list[Problem] = []
    pins: dict[tuple[str, str], tuple[str, ...]] = {}
    for (ident, lang), path in listing.pins.items():
        shown = content.name + "/" + path.relative_to(content).as_posix()
        document = catalogue.documents.get(ident)
        if ident in catalogue.embargoed:
            continue
        if document is None or lang not in document.texts or lang == document.original:
            what = "this pins file belongs to no translation"
            problems.append(Problem(Place(shown), "stray-pins", what, "delete it, or restore the translation"))
            continue
        try:
            below = document.texts[document.original].released
            pins[ident, lang] = read_pins(path, shown)
            # Reading costs as much as all the rest: twice only where there is a second list.
            released = read_pins(path, shown, RELEASED) if below is not None else ()
            if below is not None and released:
                pins[below.document, lang] = released
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    return {
        (document.id, lang): _status(document, lang, pins.get((document.id, lang)), pin)
        for document in catalogue.documents.values()
        for lang in catalogue.site.languages
    }


def _status(document: Document, lang: str, pinned: tuple[str, ...] | None, pin: Pin) -> Status:
    if lang == document.original:
        return Status("original")
    if lang not in document.texts:
        return Status("missing")
    if pinned is None or document.is_withdrawn:
        return Status("current")
    source = document.texts[document.original].as_pinned
    now = [pin(text) for text in block_texts(source)]
    if list(pinned) == now:
        return Status("current", pinned=True)
    kept: set[int] = set()
    for block in difflib.SequenceMatcher(None, pinned, now, autojunk=False).get_matching_blocks():
        kept.update(range(block.b, block.b + block.size))
    numbers: list[Number] = []
    number = source.all_numbers[0] if source.paragraphs else None
    for index, changed in enumerate(source.blocks):
        if changed.number is not None:
            number = changed.number
        if index not in kept and number is not None and number not in numbers:
            numbers.append(number)
    return Status("stale", tuple(numbers), pinned=True)
