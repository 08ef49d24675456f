"""Data in a text: a fenced block whose word is a declared one (```action) holds fields, and belongs to a paragraph."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from communique.documents.fields import BLOCK_FIELDS, DRAWN_WORDS, Value, read_fields
from communique.documents.numbers import Number
from communique.policy import Audience, Policy
from communique.problems import Place, Problem, Refused
from communique.strict_yaml import load_yaml


@dataclass(frozen=True)
class DataBlock:
    """One block. It is for the readers of `part`, and cited by its paragraph: `number` is as in `Block`."""

    word: str
    fields: Mapping[str, Value] = field(repr=False)
    part: str
    number: Number | None
    place: Place
    #: The block as written, its fences included.
    text: str = field(repr=False)
    #: The language of its words, where that is not the text's.
    lang: str = ""
    #: Of a block that shows what is drawn from elsewhere: the names of what it shows (drawn.py).
    draws: tuple[str, ...] = field(default=(), repr=False)
    #: And for whom each of those is, which may be more readers than the block has.
    drawn_for: tuple[Audience, ...] = ()
    #: Whether more of it, for fewer readers, stands in sections behind it.
    goes_on: bool = False

    def text_of(self, name: str) -> str:
        """A field that holds text; empty where it was not given."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""

    def names_of(self, name: str) -> tuple[str, ...]:
        """A field that holds several words, names or texts; empty where it was not given."""
        value = self.fields.get(name, ())
        return value if isinstance(value, tuple) else ()


def refuse_word(word: str, place: Place) -> Problem | None:
    """Why this word of a fenced block must not be taken for a programming language's: it is nearly one of ours."""
    close = difflib.get_close_matches(word.casefold(), BLOCK_FIELDS, n=1, cutoff=0.7)
    meant = close[0] if close else None
    if meant is None:
        return None
    what = f"there is no block of data called “{word}”"
    return Problem(place, "unknown-data-block", what, f'did you mean "{meant}"? Code of any language needs no word')


def misplaced(place: Place) -> Problem:
    """A tearline where none can be: the text below one holds no other."""
    what = "a tearline stands where nothing can be torn off"
    fix = "keep one tearline in a file, at the beginning of its line and outside every section"
    return Problem(place, "tearline-misplaced", what, fix)


def read_data_block(
    word: str,
    body: str,
    place: Place,
    policy: Policy,
    problems: list[Problem],
    *,
    part: str,
    number: Number | None,
    text: str,
) -> DataBlock:
    """The block that opens at `place`; what is wrong with it is added to `problems`."""
    values: Mapping[str, Value] = {}
    try:
        node = load_yaml(body + "\n", place.file, first_line=place.line + 1)
        # What draws everything itself may hold nothing.
        if word not in DRAWN_WORDS or not node.is_nothing():
            values = read_fields(node, BLOCK_FIELDS[word], policy, problems, f"the block “{word}”")
    except Refused as refused:
        problems.extend(refused.problems)
    return DataBlock(word, values, part, number, place, text)


def same_in_every_language(block: DataBlock) -> tuple[tuple[str, str], ...]:
    """The block's word and its fields that are not translated, to compare a translation by; of a translated field,
    that it is there.
    """
    translated = {field.name for field in BLOCK_FIELDS[block.word] if field.translated}
    told = ((name, "" if name in translated else _comparable(value)) for name, value in sorted(block.fields.items()))
    return (("", block.word), *told)


def _comparable(value: Value) -> str:
    # One moment in two time zones is one moment, but readers would see two hours.
    return value.isoformat() if isinstance(value, datetime.date) else repr(value)
