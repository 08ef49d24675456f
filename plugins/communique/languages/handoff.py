"""What is handed to a translator: the texts that want translating, each with what helps to translate it, and no word
that this translator may not read.

A unit is one block of the original, its title, its summary, or one value of its front matter or of a block of data.
Its id is a keyed hash of what it says and where: once the original says something else, no answer fits it any more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import unquote

from communique.documents.document import Text
from communique.documents.fields import BLOCK_FIELDS, KIND_FIELDS, TEARLINE
from communique.documents.source import Block, Part, Source, token, tokens_in
from communique.glossary import Glossary
from communique.languages.spans import fenced_spans, front_spans, spans, title_span
from communique.policy import Audience

#: What a unit is a text of: a block's kind, or what stands around the blocks.
Form = Literal[
    "title", "summary", "field", "heading", "paragraph", "figure", "list", "table", "quote", "code", "footnote"
]
#: new: there is no translation; changed: there is one of what the original once said; current: nothing is to be done.
State = Literal["new", "changed", "current"]
#: Gives the keyed hash of a text, as hexadecimal digits.
Pin = Callable[[str], str]
#: Says whether the package's reader may read what is for this audience.
MayRead = Callable[[Audience], bool]

#: What stands for words inside a text that its reader may not have. Left alone or moved, never taken out.
PLACEHOLDER = re.compile(r"\{\{([1-9]\d{0,2})\}\}")
#: As much of the texts before and behind as helps to understand one.
_CONTEXT = 320
#: From so many words on, a translation that is the original's text itself is none.
_COPIED = 5
_ROW = r"\| {} \|(?: \|)*"
_REFERENCE = re.compile(r"\]\(ref:([^()\s]*)\)")
_TRANSLATED_IN_FRONT = {field.name for fields in KIND_FIELDS.values() for field in fields if field.translated}
_KINDS_WITHOUT_WORDS = ("rule", "definition", "data")


@dataclass(frozen=True)
class TermNote:
    """A term of the glossary that a text uses, and what it is called in the other language."""

    term: str
    equivalent: str
    definition: str = ""


@dataclass(frozen=True)
class Unit:
    """One text to translate. All texts are Markdown as it stands in the file, or plain text."""

    id: str
    #: The document, collection/name, what its original is called, and in which language that is.
    document: str
    heading: str
    original: str
    form: Form
    audience: Audience
    source: str = field(repr=False)
    state: State = "new"
    #: The number of the paragraph it is or belongs to; "" before the first.
    number: str = ""
    #: Of a unit of the form "field" the key: "by", "action what", "case items 2".
    name: str = ""
    #: The line of the original's file, for whoever looks it up.
    line: int = 0
    #: What the original said when it was translated last; "" where that is not known.
    old_source: str = field(default="", repr=False)
    #: The translation there is; of a changed text the one of the old source.
    target: str = field(default="", repr=False)
    previous: str = field(default="", repr=False)
    following: str = field(default="", repr=False)
    #: For whom these two are: a public text may stand beside a sealed one.
    nearby: tuple[Audience, ...] = ()
    terms: tuple[TermNote, ...] = field(default=(), repr=False)

    @property
    def is_public(self) -> bool:
        return self.audience.is_public


@dataclass(frozen=True)
class Package:
    """What one translator is given: `login` is empty where everybody may read all of it."""

    id: str
    site: str
    language: str
    units: tuple[Unit, ...] = field(repr=False)
    login: str = ""

    @property
    def is_public(self) -> bool:
        return all(unit.is_public for unit in self.units)

    @property
    def documents(self) -> tuple[tuple[str, tuple[Unit, ...]], ...]:
        """Each document and its units, in the package's order."""
        found: dict[str, list[Unit]] = {}
        for unit in self.units:
            found.setdefault(unit.document, []).append(unit)
        return tuple((name, tuple(units)) for name, units in found.items())

    def public(self) -> Package:
        """The part of it that everybody may read."""
        return replace(self, units=tuple(unit for unit in self.units if unit.is_public))


@dataclass(frozen=True)
class Answer:
    """What a translator sends back for one unit. `line` is that of the file it came in."""

    id: str
    text: str = field(repr=False)
    #: Whether the translator says that it is finished; what is not stays as it was.
    done: bool
    line: int = 0
    #: The source as the answer repeats it, where its format does.
    source: str | None = field(default=None, repr=False)
    #: Where its format knows it: the translation that the package brought, and what earlier answers of this work said.
    was: tuple[str, ...] | None = field(default=None, repr=False)
    #: Where its format knows no more than that: `trace_of` the translation that the package brought.
    began: str = ""


@dataclass(frozen=True)
class Reply:
    """A package that came back: `package` and `language` are those it says it is of."""

    package: str
    language: str
    answers: tuple[Answer, ...] = field(repr=False)
    #: What the translator has to say to the editors.
    note: str = field(default="", repr=False)


@dataclass(frozen=True)
class Written:
    """A text as it is cut and as it is written: of each block its words with all marks inside it."""

    source: Source
    texts: tuple[str, ...] = field(repr=False)
    title: str = field(repr=False)
    #: The values of its front matter that each language has of its own.
    front: Mapping[tuple[str, ...], str] = field(repr=False)
    #: Of each block of data, by its index: the values that each language has of its own.
    data: Mapping[int, Mapping[tuple[str, ...], str]] = field(repr=False)
    audience: Audience
    #: The line on which what it says of itself begins.
    line: int = 1


@dataclass(frozen=True)
class Old:
    """A block of the original as it was when it was translated last, and all those for whom it was: the readers of the
    document, of the sections around it, of what is sealed inside.
    """

    text: str = field(repr=False)
    audiences: tuple[Audience, ...]


@dataclass(frozen=True)
class Match:
    """What is known of one block of the original of today: `own` is the block of the translation that renders it,
    `also` are those that were merged with it.
    """

    state: State
    own: int | None = None
    old: Old | None = None
    also: tuple[int, ...] = ()
    #: Whether what is sealed inside is what it was when the block was translated, whatever became of the rest.
    is_sealed_as_before: bool = False
    #: Whether what there is was said for fewer readers than may read the block today, or keeps other words inside from
    #: them: who translates it anew is not given it to begin with.
    was_narrower: bool = False


@dataclass(frozen=True)
class Known:
    """What is known of a document's translation: a match for each block, and the states of what stands around them."""

    blocks: Sequence[Match]
    title: State = "new"
    front: Mapping[tuple[str, ...], State] = field(default_factory=dict)
    #: The same of the document as a whole.
    was_narrower: bool = False


@dataclass(frozen=True)
class Slot:
    """What of a document a unit is: its title, its front matter's `path`, its block `index` or `path` in that."""

    what: Literal["title", "front", "block", "data"]
    index: int = -1
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offered:
    """What one document offers to a translator, what each unit is, and how many blocks were left out because they
    hold what this translator may not have.
    """

    units: tuple[Unit, ...]
    slots: Mapping[str, Slot] = field(default_factory=dict)
    left_out: int = 0


def as_written(text: Text, raw: bytes, source: Source | None = None) -> Written:
    """`text` with its words as they stand in `raw`, the whole file (`source`: its own text, if another is shown)."""
    own = source or text.source
    block_spans = spans(raw, own)
    values, line = front_values(text, raw, own)
    data = {
        index: {
            path: span.text for path, span in fenced_spans(raw, block.line).items() if path[0] in _translated_in(block)
        }
        for index, block in enumerate(own.blocks)
        if block.kind == "data"
    }
    texts = tuple(span.text for span in block_spans)
    return Written(own, texts, title_span(raw, own).text, values, data, text.front.audience, line)


def front_values(text: Text, raw: bytes, source: Source) -> tuple[dict[tuple[str, ...], str], int]:
    """What a text says of itself in its own language, the summary first, and the line on which that begins."""
    line = tearline_above(raw, source) if text.released_from else 1
    found = fenced_spans(raw, line) if line > 1 else front_spans(raw)
    named = {path: span.text for path, span in found.items() if path[0] in ("summary", *_TRANSLATED_IN_FRONT)}
    return dict(sorted(named.items(), key=lambda item: item[0] != ("summary",))), line


def tearline_above(raw: bytes, source: Source) -> int:
    """The line of the tearline above the text of `source`."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    first = source.parts[0].place.line - 1
    mark = re.compile(rb"(?:`{3,}|~{3,}) *" + TEARLINE.encode() + rb" *\Z")
    return next(at + 1 for at in range(first - 1, -1, -1) if mark.match(lines[at]))


def units_of(
    document: str,
    lang: str,
    original: str,
    written: Written,
    own: Written | None,
    known: Known,
    *,
    may_read: MayRead,
    pin: Pin,
    glossary: Glossary,
) -> Offered:
    """Everything of one document that this reader may be given. A document that the reader may not read gives nothing,
    and counts for nothing.
    """
    if not may_read(written.audience):
        return Offered(())
    maker = _Maker(document, lang, original, written, own, known, may_read, pin, glossary)
    units = _with_context(list(maker.units()))
    return Offered(tuple(units), maker.slots, maker.left_out)


@dataclass
class _Maker:
    document: str
    lang: str
    original: str
    written: Written
    own: Written | None
    known: Known
    may_read: MayRead
    pin: Pin
    glossary: Glossary
    left_out: int = 0
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)

    def units(self) -> Iterator[Unit]:
        # What a translation says of itself is for the readers of its document, as that was when it was written.
        theirs = self.own if self.own is not None and self.may_read(self.own.audience) else None
        theirs = None if self.known.was_narrower else theirs
        line = self.written.source.parts[0].place.line
        yield self._unit(
            Slot("title"),
            "title",
            self.written.title,
            self.written.audience,
            self.known.title,
            line=line,
            target=theirs.title if theirs and self.known.title != "new" else "",
        )
        for path, value in self.written.front.items():
            state = self.known.front.get(path, "new")
            yield self._unit(
                Slot("front", path=path),
                "summary" if path == ("summary",) else "field",
                value,
                self.written.audience,
                state,
                name="" if path == ("summary",) else _shown(path),
                line=self.written.line,
                target=theirs.front.get(path, "") if theirs and state != "new" else "",
            )
        number = ""
        for index, block in enumerate(self.written.source.blocks):
            number = str(block.number) if block.number is not None else number
            yield from self._block(index, block, number)

    def _block(self, index: int, block: Block, number: str) -> Iterator[Unit]:
        audience = self.written.source.part(block.part).audience
        match = self.known.blocks[index]
        if not has_words(block):
            return
        if not self.may_read(audience):
            self.left_out += match.state != "current"
            return
        if block.kind == "data":
            yield from self._data(index, block, number, audience, match)
            return
        hidden = hides(self.written.source, block, self.may_read)
        own = self._own(match)
        source = legible(self.written, index, self.may_read)
        is_all_hidden = hidden and not any(sign.isalpha() for sign in PLACEHOLDER.sub("", source))
        if is_all_hidden or (hidden and not self._hidden_is_rendered(block, match)):
            self.left_out += match.state != "current"
            return
        kind: Form = block.kind  # type: ignore[assignment]  # the others have no words, or are data
        yield self._unit(
            Slot("block", index),
            kind,
            source,
            audience,
            match.state,
            number=number,
            line=block.line,
            old=self._old(match),
            target=own,
        )

    def _data(self, index: int, block: Block, number: str, audience: Audience, match: Match) -> Iterator[Unit]:
        word = dict(block.facts).get("", "")
        values = self._own_values(match)
        before = self._old_values(match)
        given = self.written.data.get(index, {})
        # Of a block that has changed, a value that says what it said is still translated; but somebody has to say so
        # where nothing but dates or names have changed.
        same = {path for path, value in given.items() if values.get(path) and before.get(path) == value}
        for path, value in given.items():
            target = values.get(path, "")
            is_same = match.state == "changed" and path in same and len(same) < len(given)
            state: State = "current" if is_same else match.state if target else "new"
            yield self._unit(
                Slot("data", index, path),
                "field",
                value,
                audience,
                state,
                number=number,
                name=f"{word} {_shown(path)}",
                line=block.line,
                old=before.get(path, ""),
                target=target,
            )

    def _may_have(self, written: Written, index: int) -> bool:
        source = written.source
        block = source.blocks[index]
        return self.may_read(written.audience) and self.may_read(source.part(block.part).audience)

    def _own(self, match: Match) -> str:
        """The translation there is; that of narrower words is for those alone who may read them."""
        if match.own is None or self.own is None or match.was_narrower or not self._may_have(self.own, match.own):
            return ""
        texts = [legible(self.own, match.own, self.may_read)]
        for index in match.also:
            mine = self.own.source.blocks[index]
            if self._may_have(self.own, index) and not hides(self.own.source, mine, self.may_read):
                texts.append(legible(self.own, index, self.may_read))
        return (" " if self.own.source.blocks[match.own].kind == "paragraph" else "\n").join(texts)

    def _own_values(self, match: Match) -> Mapping[tuple[str, ...], str]:
        if match.own is None or self.own is None or match.was_narrower or not self._may_have(self.own, match.own):
            return {}
        return self.own.data.get(match.own, {})

    def _old(self, match: Match) -> str:
        old = match.old
        if old is None or match.was_narrower or not all(map(self.may_read, old.audiences)):
            return ""
        return old.text

    def _old_values(self, match: Match) -> Mapping[tuple[str, ...], str]:
        text = self._old(match)
        return {path: span.text for path, span in fenced_spans(text.encode("utf-8"), 1).items()} if text else {}

    def _hidden_is_rendered(self, block: Block, match: Match) -> bool:
        """Whether what this reader may not have needs no translating: it is translated, and has not changed."""
        if match.own is None or self.own is None or not (match.state == "current" or match.is_sealed_as_before):
            return False
        own = hides(self.own.source, self.own.source.blocks[match.own], self.may_read)
        return [one.audience for one in own] == [
            one.audience for one in hides(self.written.source, block, self.may_read)
        ]

    def _unit(
        self,
        slot: Slot,
        form: Form,
        source: str,
        audience: Audience,
        state: State,
        *,
        number: str = "",
        name: str = "",
        line: int = 0,
        old: str = "",
        target: str = "",
    ) -> Unit:
        if state == "current" and target == source and len(source.split()) >= _COPIED:
            # The original under the translation's name was not translated.
            state, target = "new", ""
        key = (form, name, str(audience), source)
        self.seen[key] = self.seen.get(key, 0) + 1
        ident = self.pin("\x1f".join(("unit", self.document, self.lang, *key, str(self.seen[key]))))[:20]
        self.slots[ident] = slot
        return Unit(
            ident,
            self.document,
            self.written.title,
            self.original,
            form,
            audience,
            source,
            "new" if state == "changed" and not target else state,
            number,
            name,
            line,
            old if old != source else "",
            target,
            terms=tuple(self._terms(source)),
        )

    def _terms(self, source: str) -> Iterator[TermNote]:
        told: set[str] = set()
        for use in self.glossary.terms_in(source, self.original):
            term = use.term
            if term.id not in told and self.lang in term.names:
                told.add(term.id)
                short = term.abbreviations.get(self.lang, "")
                equivalent = short if use.is_abbreviation and short else term.called(self.lang)
                yield TermNote(use.written, equivalent, term.definitions.get(self.lang, ""))


def trace_of(text: str) -> str:
    """By which a file of public texts tells whether a translation is still the one that it brought."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


def has_words(block: Block) -> bool:
    """Whether there is anything to translate in a block."""
    if block.kind == "data":
        return any(name in _translated_in(block) for name, _ in block.facts)
    return block.kind not in _KINDS_WITHOUT_WORDS and not block.withdrawn


def hides(source: Source, block: Block, may_read: MayRead) -> list[Part]:
    """The uppermost sealed parts inside a block that this reader may not read, in order."""
    found: list[Part] = []

    def look(text: str) -> None:
        for name in tokens_in(text):
            part = source.part(name)
            if may_read(part.audience):
                look(part.text)
            else:
                found.append(part)

    look(block.text)
    return found


def legible(written: Written, index: int, may_read: MayRead) -> str:
    """A block as it is written, with a placeholder for each part inside it that this reader may not read."""
    source, block = written.source, written.source.blocks[index]
    parts = hides(source, block, may_read)
    if not parts:
        return written.texts[index]
    numbers = {part.name: count for count, part in enumerate(parts, 1)}
    return _expanded(source, block.text, lambda part: f"{{{{{numbers[part.name]}}}}}" if part.name in numbers else None)


def filled(text: str, own: Source, block: Block, may_read: MayRead) -> str:
    """A translator's text with what was kept from the translator in its places, as `block` of the translation has it.

    Raises:
        KeyError: a placeholder stands for nothing.
    """
    parts = dict(enumerate(hides(own, block, may_read), 1))
    return PLACEHOLDER.sub(lambda found: written_out(own, parts[int(found.group(1))]), text)


def written_out(source: Source, part: Part) -> str:
    """A sealed part as it stands in its file, with its audience."""
    words = _expanded(source, part.text, lambda _: None)
    if part.form == "inline":
        return f"[{words}]{{{part.audience}}}"
    return f"{words} {{{part.audience}}}"


def _expanded(source: Source, text: str, instead: Callable[[Part], str | None]) -> str:
    for name in list(tokens_in(text)):
        part = source.part(name)
        shown = instead(part)
        words = shown if shown is not None else _expanded_part(source, part, instead)
        mark = re.escape(token(name))
        pattern = _ROW.format(mark) if part.form == "row" else mark
        text = re.sub(pattern, lambda _, words=words: words, text)  # type: ignore[misc]
    return _REFERENCE.sub(lambda found: f"](ref:{unquote(found.group(1))})", text)


def _expanded_part(source: Source, part: Part, instead: Callable[[Part], str | None]) -> str:
    words = _expanded(source, part.text, instead)
    return f"[{words}]{{{part.audience}}}" if part.form == "inline" else f"{words} {{{part.audience}}}"


def _with_context(units: Sequence[Unit]) -> list[Unit]:
    """Each unit with the beginnings and ends of the texts around it, which its reader has anyway."""
    found = []
    for at, unit in enumerate(units):
        before, after = units[max(at - 1, 0) : at], units[at + 1 : at + 2]
        found.append(
            replace(
                unit,
                previous="".join(_cut(one.source) for one in before),
                following="".join(_cut(one.source) for one in after),
                nearby=tuple(one.audience for one in (*before, *after)),
            )
        )
    return found


def _cut(text: str) -> str:
    return text if len(text) <= _CONTEXT else text[:_CONTEXT].rsplit(" ", 1)[0] + " …"


def _translated_in(block: Block) -> frozenset[str]:
    word = dict(block.facts).get("", "")
    return frozenset(one.name for one in BLOCK_FIELDS.get(word, ()) if one.translated)


def _shown(path: tuple[str, ...]) -> str:
    """A key as a person counts: "items 2" is the second of the items."""
    return path[0] if len(path) == 1 else f"{path[0]} {int(path[1]) + 1}"
