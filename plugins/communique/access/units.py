"""A site's text in small pieces, each with its audience: what a record keeps of it, and what a later one compares.

A piece is what can be sealed by itself: a paragraph, a heading, a list item, a table row, some words of a line; also
a title, a summary, a file. Its words stand here without markup, so that the same words are the same piece wherever
and however they are written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from communique.documents.catalogue import Catalogue
from communique.documents.data_entries import data_entries
from communique.documents.document import Document, Text
from communique.documents.fields import BLOCK_FIELDS, KIND_FIELDS, Field, Value
from communique.documents.numbers import Number
from communique.documents.source import PUBLIC_PART, Block, Part, Source, tokens_in
from communique.languages.shown_facts import own_words
from communique.policy import Audience
from communique.problems import Place

#: So many words in a row are taken for a text's own, as in the audit.
RUN = 5
#: Gives the keyed hash of a text, as bytes; nobody without the key can try a guess with it.
Keyed = Callable[[bytes], bytes]

#: What a front matter and a block of data alike tell by a code or a figure: whose case it is, and of which year.
_CODED = ("state", "states", "integer")
#: The part of coded facts: the page's own parts hold words, and what is told of a part's age goes by those alone.
CODES = "codes"
_TOKEN = re.compile(r"cqpart\d+q")
_BULLET = re.compile(r" *(?:[-*+]|\d{1,9}\.) +(?=\S)")
_DELIMITER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*\Z")
_TARGET = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+(?:\"([^\"]*)\"|'([^']*)'))?\s*\)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:?")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Unit:
    """One piece of a document in one language. `number` is that of the paragraph it is or belongs to; none stands
    before the first.
    """

    document: str
    lang: str
    number: Number | None
    kind: str
    audience: Audience
    words: tuple[str, ...] = field(repr=False)
    place: Place
    #: A file's bytes, which have no words.
    data: bytes = field(repr=False, default=b"")
    #: The part of the document in which it stands.
    part: str = ""

    @property
    def is_embedded(self) -> bool:
        """Whether it stood within other text: when its seal goes, its words become part of that text."""
        return self.kind in ("words", "item", "row")

    def hash(self, keyed: Keyed) -> str:
        """The whole piece as 32 hexadecimal digits."""
        text = self.data if self.kind == "file" else " ".join(self.words).encode("utf-8")
        return keyed(b"file|" + text if self.kind == "file" else b"text|" + text)[:16].hex()


def words_of(text: str) -> tuple[str, ...]:
    """The words of Markdown: without markup, addresses, case, accents' spelling or what is sealed inside."""
    text = _TARGET.sub(lambda found: f"] {found.group(1) or found.group(2) or ''} ", _TOKEN.sub(" ", text))
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", _FOOTNOTE.sub(" ", text)).casefold()))


def units_of(catalogue: Catalogue) -> Iterator[Unit]:
    """Every piece of every document that is still there, in reading order; then events and contacts."""
    for document in catalogue.documents.values():
        if not document.is_withdrawn:
            for text in document.texts.values():
                yield from _units(document, text)
    for entry in data_entries(catalogue):
        for lang, told in entry.words.items():
            words = words_of(told)
            if words:
                yield Unit(entry.source, lang, None, entry.kind, entry.audience, words, entry.place)


def _units(document: Document, text: Text) -> Iterator[Unit]:
    # What is drawn into it is a piece of its own where it stands.
    source, front = text.without_drawn.source, text.front
    whole = source.parts[0]
    facts = [("title", source.title), ("summary", front.summary), ("symbol", front.symbol)]
    for kind, told in [*facts, *(("fact", told) for told in own_words(document, text))]:
        words = words_of(told)
        if words:
            yield Unit(document.id, text.lang, None, kind, whole.audience, words, front.place, part=whole.name)
    for words in _coded(document, KIND_FIELDS[document.front.kind], document.front.facts):
        yield Unit(document.id, text.lang, None, "fact", whole.audience, words, front.place, part=CODES)
    parts = {part.name: part for part in source.parts}
    number: Number | None = None
    for block in source.blocks:
        number = block.number if block.number is not None else number
        for kind, part, words, line in _pieces(block, parts):
            if words:
                place = part.place if part.name != block.part else Place(block.file or text.file, line, 1)
                yield Unit(document.id, text.lang, number, kind, part.audience, words, place, part=part.name)
    for data in source.data:
        for words in _coded(document, BLOCK_FIELDS[data.word], data.fields):
            audience = parts[data.part].audience
            yield Unit(document.id, text.lang, data.number, "fact", audience, words, data.place, part=CODES)
    yield from _files(document, text, source)


def _coded(document: Document, fields: Iterable[Field], values: Mapping[str, Value]) -> Iterator[tuple[str, ...]]:
    """Each code and figure with its document and its field: by itself it is a secret nowhere. They are no part's words,
    since the block in which they stand has them as well.
    """
    for field_ in fields:
        value = values.get(field_.name)
        if field_.type in _CODED and value is not None:
            for one in value if isinstance(value, tuple) else (value,):
                yield document.id, field_.name, str(one)


def _pieces(block: Block, parts: Mapping[str, Part]) -> Iterator[tuple[str, Part, tuple[str, ...], int]]:
    """Kind, part, words and line of a block and of everything sealed in it."""
    own = parts[block.part]
    if block.kind == "list":
        for line, item in _items(block.text):
            yield from _line("item", own, item, parts, block.line + line)
    elif block.kind == "table":
        for line, row in enumerate(block.text.split("\n")):
            if not _DELIMITER.match(row):
                yield from _line("row", own, row, parts, block.line + line)
    else:
        yield from _line(block.kind, own, block.text, parts, block.line)


def _items(text: str) -> Iterator[tuple[int, str]]:
    """Each item of a list with the lines that go on with it, and its first line's place among all."""
    start, lines = 0, list[str]()
    for index, line in enumerate(text.split("\n")):
        bullet = _BULLET.match(line)
        if bullet and lines:
            yield start, "\n".join(lines)
            lines = []
        if not lines:
            start = index
        lines.append(line[bullet.end() :] if bullet else line)
    if lines:
        yield start, "\n".join(lines)


def _line(
    kind: str, own: Part, text: str, parts: Mapping[str, Part], line: int
) -> Iterator[tuple[str, Part, tuple[str, ...], int]]:
    yield kind, own, words_of(text), line
    for name in tokens_in(text):
        part = parts[name]
        if part.form != "block":
            yield from _line("words" if part.form == "inline" else part.form, part, part.text, parts, line)


def _files(document: Document, text: Text, source: Source) -> Iterator[Unit]:
    for reference in source.files:
        attachment = document.files.get(reference.name)
        if attachment is not None:
            numbers = source.numbers(reference.part) if reference.part != PUBLIC_PART else ()
            audience = source.part(reference.part).audience
            number = numbers[0] if numbers else None
            place, data = reference.place, attachment.data
            yield Unit(document.id, text.lang, number, "file", audience, (), place, data, reference.part)


def runs(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Each five words in a row; all of a shorter text."""
    if 0 < len(words) < RUN:
        yield words
    for index in range(len(words) - RUN + 1):
        yield words[index : index + RUN]


def windows(words: tuple[str, ...], length: int) -> Iterator[tuple[str, ...]]:
    return (words[index : index + length] for index in range(len(words) - length + 1))


def run_hash(run: tuple[str, ...], keyed: Keyed) -> str:
    """A run of words as twelve hexadecimal digits: 48 bits keep a large site free of coincidences."""
    return keyed(b"run|" + " ".join(run).encode("utf-8"))[:6].hex()
