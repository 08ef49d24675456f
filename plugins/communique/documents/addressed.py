"""What is addressed to whom: the sealed passages of all documents, found by their audience."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from communique.documents.catalogue import Catalogue
from communique.documents.data_entries import data_entries
from communique.documents.document import Document, Text
from communique.documents.numbers import Number
from communique.documents.source import PUBLIC_PART, Part, Source, without_tokens
from communique.problems import Problem

_LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_SIGNS = re.compile(r"[*_`\\]|\[\^[^\]]*\]")


@dataclass(frozen=True)
class Passage:
    """One sealed part of a document, or the whole of a document that is sealed."""

    document: Document
    text: Text
    part: Part
    #: Its own paragraphs, as every reader counts them; where it has none, such as a row, the one it belongs to.
    numbers: tuple[Number, ...]
    #: The nearest heading above it that everyone may read, in plain words.
    heading: str
    #: Which one it is of its form among those cited alike; 0 where there is only one.
    ordinal: int = 0

    @property
    def is_whole(self) -> bool:
        return self.part.name == PUBLIC_PART

    @property
    def has_numbers(self) -> bool:
        """Whether its reader sees the numbers: a document may be cited without them."""
        return self.document.front.numbering and bool(self.numbers)

    @property
    def has_own_numbers(self) -> bool:
        return bool(self.text.source.numbers(self.part.name))

    @property
    def anchor(self) -> str:
        """What a link to it names on its document's page: a paragraph, where it has one of its own."""
        return "" if self.is_whole else self.numbers[0].anchor if self.has_own_numbers else self.part.name


def passages(catalogue: Catalogue, lang: str) -> Iterator[Passage]:
    """Every sealed passage of the site as `lang`'s readers meet it, in the order of the catalogue.

    Documents that are sealed as a whole come last, by the names that readers see: the catalogue's order would tell
    their collection and about when they were written.
    """
    documents = [document for document in catalogue.documents.values() if not document.is_withdrawn]
    public = [document for document in documents if not document.is_sealed]
    for document in [*public, *sorted((one for one in documents if one.is_sealed), key=lambda one: one.slug)]:
        # What an issue draws for somebody is addressed to them elsewhere.
        found = list(_passages(document, document.text_for(lang).without_drawn))
        alike = [_cited(passage) for passage in found]
        for index, passage in enumerate(found):
            seen = alike[: index + 1].count(alike[index])
            yield replace(passage, ordinal=seen) if alike.count(alike[index]) > 1 else passage


def _passages(document: Document, text: Text) -> Iterator[Passage]:
    for part in text.source.parts:
        if not part.audience.is_public:
            numbers = _numbers(text.source, part)
            heading = "" if document.is_sealed else _heading(text.source, part)
            yield Passage(document, text, part, numbers, heading)


def _cited(passage: Passage) -> tuple[object, ...]:
    """What a reader has to find it by, whoever may read it."""
    if passage.has_numbers and passage.has_own_numbers:
        return passage.numbers
    return passage.numbers if passage.has_numbers else passage.heading, passage.part.form


def addressed_to(catalogue: Catalogue, name: str, lang: str) -> tuple[Passage, ...]:
    """The passages whose audience names this tier, area or group itself, not one that it includes."""
    return tuple(passage for passage in passages(catalogue, lang) if name in passage.part.audience.names)


def to_ended_groups(catalogue: Catalogue, date: datetime.date) -> Iterator[Problem]:
    """A text for a group that reads no more by `date` would be for nobody, or for others than was meant."""
    for document in catalogue.documents.values():
        for text in () if document.is_withdrawn else document.texts.values():
            for part in text.source.parts:
                for name in part.audience.names:
                    if catalogue.policy.has_ended(name, date):
                        what = f'the group "{name}" has ended before the date of this build ({date.isoformat()})'
                        following = "address the text to others, or set a later “until:” in content/data/groups.yaml"
                        yield Problem(part.place, "group-ended", what, following)
    for entry in data_entries(catalogue):
        for name in entry.audience.names:
            if catalogue.policy.has_ended(name, date):
                what = f'the group "{name}" has ended before the date of this build ({date.isoformat()})'
                following = "give the entry to others, or set a later “until:” in content/data/groups.yaml"
                yield Problem(entry.place, "group-ended", what, following)


def _numbers(source: Source, part: Part) -> tuple[Number, ...]:
    own = source.numbers(part.name)
    if own or part.name == PUBLIC_PART:
        return own
    before = [block.number for block in source.blocks_above(part.name) if block.number is not None]
    return (max(before),) if before else ()


def _heading(source: Source, part: Part) -> str:
    above = [
        block.text for block in source.blocks_above(part.name) if block.kind == "heading" and block.part == PUBLIC_PART
    ]
    return heading_words(above[-1]) if above else ""


def heading_words(text: str) -> str:
    """A heading in plain words, without those that are sealed in it."""
    words = without_tokens(text.lstrip("#"))
    # Not `split()`: it takes a no-break space for a blank, and a line could begin with a colon.
    return _BLANKS.sub(" ", _SIGNS.sub("", _LINK.sub(r"\1", words))).strip()
