"""An original of today together with a translation that was made of an earlier one.

What stands in it, in which order, under which number and for whom is the original's alone. A block's words are the
translation's where these may be shown (the choice is made elsewhere, from pins), else the original's in its own
language. Whatever of a translated block the original of today would contradict (sealed words inside it, files, blanks,
data that are no words) takes its place instead of being shown.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from communique.documents.data_blocks import DataBlock, same_in_every_language
from communique.documents.definitions import abbreviations_in, links_in, notes_in, standing_alone, stands_in
from communique.documents.fields import BLANK_MARK, BLOCK_FIELDS
from communique.documents.file_types import without_language
from communique.documents.source import (
    PUBLIC_PART,
    Blank,
    Block,
    FigureReference,
    FileReference,
    Link,
    Part,
    Reference,
    Source,
    token,
    tokens_in,
)

#: Why a block stands in the original's language: it was never translated; its translation is of other words than the
#: original's of today; it has one that may not be shown, or not here.
UNTRANSLATED, OUTDATED, WITHHELD = "untranslated", "outdated", "withheld"
#: Blocks without words: the same in every language.
_WORDLESS = ("rule",)
_TOKEN = re.compile(r"cqpart(\d+)q")
#: By which fields a block of data is known to be about the same thing.
_NAMES = ("id", "name")
_Standing = TypeVar("_Standing", FileReference, FigureReference, Blank, Reference)
_KEY = re.compile(r"([a-z][a-z0-9-]*)\s*:")


def merged(
    original: Source,
    translation: Source,
    chosen: Sequence[int | None],
    *,
    lang: str,
    title: bool = True,
    stale: Collection[int] = (),
    why: Mapping[int, str] | None = None,
    leads: Callable[[Link | Reference | FigureReference], bool] = lambda _: True,
) -> Source:
    """The original, said in the words of a translation as far as `chosen`.

    `chosen` has an entry for each of the original's blocks: which of the translation's is shown there, or None; those
    of definitions do not matter. `lang` is the original's language, `stale` those of its blocks that have changed since
    they were translated. Of these, none is shown translated that refers to what is not there any more: `leads` tells.
    `why` says of blocks that are not chosen what keeps the translation from being shown.

    Raises:
        ValueError: `chosen` is of another original, or shows a block of the translation twice.
    """
    ours, theirs = _File(original), _File(translation)
    if len(chosen) != len(original.blocks):
        raise ValueError("what is chosen is of another original")
    own = {place: index for index, place in enumerate(theirs.at)}
    taken = [None if place is None else own.get(place) for place in (chosen[at] for at in ours.at)]
    if len({index for index in taken if index is not None}) != sum(index is not None for index in taken):
        raise ValueError("a block of a translation is shown twice")
    told = frozenset(index for index, place in enumerate(ours.at) if place in stale)
    reasons = {index: (why or {}).get(place, UNTRANSLATED) for index, place in enumerate(ours.at)}
    return _Merging(ours, theirs, taken, lang, told, reasons, leads).source(title=title)


@dataclass
class _File:
    """A source with what is needed to take it apart."""

    source: Source
    #: Its blocks but definitions, and where each stands among all.
    blocks: tuple[Block, ...] = ()
    at: tuple[int, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)
    data: Mapping[int, DataBlock] = field(default_factory=dict)
    #: By part: each link's address and the line where it is defined.
    links: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    _index_of: dict[int, int] = field(default_factory=dict)
    _lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        found = [(index, block) for index, block in enumerate(self.source.blocks) if block.kind != "definition"]
        self.at, self.blocks = tuple(index for index, _ in found), tuple(block for _, block in found)
        self._lines = [block.line for block in self.source.blocks]
        self._index_of = {place: index for index, place in enumerate(self.at)}
        self.parts = {part.name: part for part in self.source.parts}
        places = [index for index, block in enumerate(self.blocks) if block.kind == "data"]
        self.data = dict(zip(places, self.source.data, strict=True))
        for block in self.source.blocks:
            if block.kind == "definition":
                own = self.links.setdefault(block.part, {})
                own.update({name: (address, line) for name, address, line in links_in(block)})

    def inner_of(self, index: int) -> list[Part]:
        """The parts sealed inside a block."""
        return list(self.inner(self.blocks[index].text))

    def inner(self, text: str) -> Iterator[Part]:
        """The parts sealed inside a text and inside each other, each before what stands in it."""
        for name in tokens_in(text):
            yield self.parts[name]
            yield from self.inner(self.parts[name].text)

    def shape(self, text: str) -> tuple[object, ...]:
        """What is sealed inside a text: in which form and for whom, part by part."""
        return tuple(
            (part.form, part.audience, self.shape(part.text)) for part in (self.parts[name] for name in tokens_in(text))
        )

    def definition_of(self, part: str, name: str) -> str | None:
        """In which part the link `name`, as a block of `part` uses it, is defined."""
        return next((where for where in (part, PUBLIC_PART) if name in self.links.get(where, {})), None)

    def links_used(self, index: int) -> Iterator[tuple[str, str]]:
        """The links that a block uses by name: where each is defined, and its name."""
        part, found = self.blocks[index].part, list[tuple[str, str]]()

        def told(name: str) -> None:
            where = self.definition_of(part, name)
            if where is not None:
                found.append((where, name))

        for text in (self.blocks[index].text, *(one.text for one in self.inner_of(index))):
            standing_alone(text, told, str)
        yield from found

    def address(self, part: str, name: str) -> str | None:
        where = self.definition_of(part, name)
        return self.links[where][name][0] if where is not None else None

    def files_of(self, index: int) -> list[tuple[str, str, int]]:
        """The files that a block refers to: in which form, without their language, and from how deep inside it."""
        inner = [part.name for part in self.inner_of(index)]
        return [
            (one.form, without_language(one.name), inner.index(one.part) if one.part in inner else -1)
            for one in self.source.files
            if self.block_at(one.place.line) == index
        ]

    def referred_to(self, index: int) -> Iterator[Link | Reference | FigureReference]:
        """What a block cites and leads to."""
        used = {self.links[where][name][1] for where, name in self.links_used(index)}
        every: list[Link | Reference | FigureReference] = [
            *self.source.links,
            *self.source.references,
            *self.source.figures,
        ]
        for one in every:
            if one.place.line in used or self.block_at(one.place.line) == index:
                yield one

    def goes_on(self, index: int) -> bool:
        """Whether this block is the rest of the one before it: of a list item or a footnote."""
        block = self.blocks[index]
        return index > 0 and block.kind in ("list", "footnote") and block.text.startswith("    ")

    def together(self) -> Iterator[frozenset[int]]:
        """Blocks that are nothing without each other: a footnote and what cites it, a list and its rest."""
        notes: dict[tuple[str, str], set[int]] = {}
        for index, block in enumerate(self.blocks):
            if self.goes_on(index):
                yield frozenset((index - 1, index))
            for name in notes_in(block.text):
                notes.setdefault((block.part, name), set()).add(index)
        yield from map(frozenset, notes.values())

    def block_at(self, line: int) -> int | None:
        """The block in which this line of the file stands; None if that is one of definitions."""
        place = bisect.bisect_right(self._lines, line) - 1
        return self._index_of.get(place)


class _Merging:
    def __init__(
        self,
        ours: _File,
        theirs: _File,
        chosen: Sequence[int | None],
        lang: str,
        stale: frozenset[int],
        why: Mapping[int, str],
        leads: Callable[[Link | Reference | FigureReference], bool],
    ) -> None:
        self.ours, self.theirs, self.lang, self.stale, self.leads = ours, theirs, lang, stale, leads
        self.file = ours.parts[PUBLIC_PART].place.file
        self.shown = self._settled(chosen)
        #: Of what is not shown, why: what was chosen and does not fit has a translation.
        self.why = {
            at: why[at] if index is None else OUTDATED if at in stale else WITHHELD for at, index in enumerate(chosen)
        }
        #: Where each of the translation's blocks is shown.
        self.there = {index: at for at, index in enumerate(self.shown) if index is not None}
        #: What the parts sealed inside translated blocks are called: as those of the original.
        self.names: dict[str, str] = {}
        for index, at in self.there.items():
            pairs = zip(theirs.inner_of(index), ours.inner_of(at), strict=True)
            self.names.update({own.name: name.name for own, name in pairs})

    # -- what is shown

    def _settled(self, chosen: Sequence[int | None]) -> tuple[int | None, ...]:
        """`chosen`, without what does not fit into the original of today, and what is nothing without that."""
        shown = [index if index is not None and self._fits(at, index) else None for at, index in enumerate(chosen)]
        ours, theirs = list(self.ours.together()), list(self.theirs.together())
        while True:
            there = {index: at for at, index in enumerate(shown) if index is not None}
            gone = {at for group in ours if any(shown[at] is None for at in group) for at in group}
            for group in theirs:
                if not group <= there.keys() or len({self.ours.blocks[there[index]].part for index in group}) > 1:
                    gone |= {there[index] for index in group & there.keys()}
            gone |= {at for at in there.values() if not self._goes_on_alike(at, shown)}
            if all(shown[at] is None for at in gone):
                return tuple(shown)
            for at in gone:
                shown[at] = None

    def _goes_on_alike(self, at: int, shown: Sequence[int | None]) -> bool:
        index = shown[at]
        if index is None or not (self.ours.goes_on(at) or self.theirs.goes_on(index)):
            return True
        return self.ours.goes_on(at) and self.theirs.goes_on(index) and shown[at - 1] == index - 1

    def _fits(self, at: int, index: int) -> bool:
        """Whether the words of a translated block can stand in the place of the original's: what they seal, refer to
        and ask for is what the original does there today.
        """
        ours, theirs = self.ours.blocks[at], self.theirs.blocks[index]
        if ours.kind != theirs.kind or ours.withdrawn != theirs.withdrawn:
            return False
        if self.ours.shape(ours.text) != self.theirs.shape(theirs.text):
            return False
        if self.ours.files_of(at) != self.theirs.files_of(index) or _blanks(ours) != _blanks(theirs):
            return False
        if ours.kind == "data" and _said_anew(self.ours.data[at], self.theirs.data[index]) is None:
            return False
        if at in self.stale:
            same = {_named(one) for one in self.ours.referred_to(at)}
            if not all(_named(one) in same or self.leads(one) for one in self.theirs.referred_to(index)):
                return False
        # An address that a section's readers were given is not told to others.
        return all(
            self.theirs.parts[where].audience == self.ours.parts[ours.part if where else PUBLIC_PART].audience
            for where, _ in self.theirs.links_used(index)
        )

    # -- the text

    def source(self, *, title: bool) -> Source:
        ours, theirs = self.ours.source, self.theirs.source
        name = theirs.title if title else ours.title
        if self._is_plain():
            return replace(theirs, blocks=self._marked(), title=name)
        made = {place: self._block(at) for at, place in enumerate(self.ours.at)} | self._kept_abbreviations()
        places = sorted(made)
        added = list(self._added_abbreviations())
        blocks = (*(made[place] for place in places), *added)
        return Source(
            name,
            parts=tuple(self._parts(made, added)),
            blocks=blocks,
            links=tuple(self._links()),
            definitions="\n\n".join(block.text for block in added if block.part == PUBLIC_PART),
            files=tuple(one for _, one in self._moved(lambda source: source.files)),
            data=tuple(self._data(at) for at in self.ours.data),
            references=tuple(self._references(places)),
            blanks=tuple(one for _, one in self._moved(lambda source: source.blanks)),
            figures=tuple(one for _, one in self._moved(lambda source: source.figures)),
        )

    def _is_plain(self) -> bool:
        """Whether it is the translation as it stands in its file."""
        outlines = [
            [(part.name, part.form, part.audience, part.parent) for part in source.parts]
            for source in (self.ours.source, self.theirs.source)
        ]
        return (
            self.shown == tuple(range(len(self.theirs.blocks)))
            and outlines[0] == outlines[1]
            and all(
                (ours.part, ours.number, ours.level) == (theirs.part, theirs.number, theirs.level)
                for ours, theirs in zip(self.ours.blocks, self.theirs.blocks, strict=True)
            )
            and all(_same_facts(block, self.theirs.data[at]) for at, block in self.ours.data.items())
        )

    def _marked(self) -> tuple[Block, ...]:
        stale = {self.theirs.at[index] for index, at in self.there.items() if at in self.stale}
        return tuple(replace(block, stale=place in stale) for place, block in enumerate(self.theirs.source.blocks))

    def _block(self, at: int) -> Block:
        ours, index = self.ours.blocks[at], self.shown[at]
        if index is None:
            lang = "" if ours.withdrawn or ours.kind in _WORDLESS else self.lang
            why = self.why[at] if lang else ""
            return replace(ours, text=self._own_words(ours.text, ours.part), lang=lang, file=self.file, why=why)
        theirs = self.theirs.blocks[index]
        text = self._their_words(theirs.text, index) if ours.kind != "data" else self._data(at).text
        if ours.kind == "heading":
            text = "#" * ours.level + text.lstrip("#")
        return replace(ours, text=text, line=theirs.line, stale=at in self.stale)

    def _own_words(self, text: str, part: str) -> str:
        return standing_alone(text, lambda name: self.ours.address(part, name), lambda name: f"{self.lang}:{name}")

    def _their_words(self, text: str, index: int) -> str:
        """A text of one of the translation's blocks, with parts, addresses and footnotes named as in the merged one."""
        part = self.theirs.blocks[index].part
        # Two sections that are one today may both have a first footnote.
        before = "" if part == self._part_of(index) else f"{part}:"
        text = standing_alone(text, lambda name: self.theirs.address(part, name), lambda name: before + name)
        return _TOKEN.sub(lambda found: token(self.names[f"s{found.group(1)}"]), text)

    def _part_of(self, index: int) -> str:
        """The section of the original in which a block of the translation is shown."""
        return self.ours.blocks[self.there[index]].part

    def _parts(self, made: Mapping[int, Block], added: Sequence[Block]) -> Iterator[Part]:
        theirs = {
            self.names[part.name]: replace(
                self.ours.parts[self.names[part.name]],
                place=part.place,
                text=self._their_words(part.text, index),
                table=part.table,
                columns=part.columns,
            )
            for index in self.there
            for part in self.theirs.inner_of(index)
        }
        within = {part.name: block.part for at, block in enumerate(self.ours.blocks) for part in self.ours.inner_of(at)}
        place_of = {block.line: place for place, block in enumerate(self.ours.source.blocks)}
        for part in self.ours.source.parts:
            if part.name in theirs:
                yield theirs[part.name]
            elif part.name in within:
                yield replace(part, text=self._own_words(part.text, within[part.name]), lang=self.lang)
            else:
                lines = [
                    token(piece) if isinstance(piece, str) else made[place_of[piece.line]].text
                    for piece in self.ours.source.pieces(part.name)
                    if isinstance(piece, str) or place_of[piece.line] in made
                ]
                lines += [block.text for block in added if block.part == part.name]
                yield replace(part, text="\n\n".join(lines))

    # -- what is defined once

    def _kept_abbreviations(self) -> dict[int, Block]:
        """Those of the original, for what is shown of it, by their place among its blocks."""
        needed = {PUBLIC_PART, *(self.ours.blocks[at].part for at, index in enumerate(self.shown) if index is None)}
        return {
            place: replace(block, text=text, lang=self.lang, file=self.file)
            for place, block in enumerate(self.ours.source.blocks)
            for text in [_abbreviations(block)]
            if text and block.part in needed
        }

    def _added_abbreviations(self) -> Iterator[Block]:
        """Those of the translation, wherever words are shown that stood beside them, for the same readers. One that
        was used where the original's words are shown today may say what the original took out, or keeps from some.
        """
        used = {(self.theirs.blocks[index].part, self._part_of(index)) for index in self.there}
        for part, shown_in in sorted(used | {(PUBLIC_PART, PUBLIC_PART)}):
            if part == PUBLIC_PART and shown_in != PUBLIC_PART:
                continue
            if self.theirs.parts[part].audience != self.ours.parts[shown_in].audience:
                continue
            for block in self.theirs.source.blocks:
                text = _abbreviations(block, without=self._unused) if block.part == part else ""
                if text:
                    yield replace(block, part=shown_in, text=text)

    @cached_property
    def _unused(self) -> Collection[str]:
        """Abbreviations of the translation that stand in words of it which are not shown, or for others, or in none."""
        texts = {
            index: "\n".join((block.text, *(part.text for part in self.theirs.inner_of(index))))
            for index, block in enumerate(self.theirs.blocks)
        }
        known = {name for block in self.theirs.source.blocks for name, _ in _abbreviated(block)}
        used = {name: {index for index, text in texts.items() if stands_in(name, text)} for name in known}
        here = {
            index
            for index in self.there
            if self.theirs.parts[self.theirs.blocks[index].part].audience
            == self.ours.parts[self._part_of(index)].audience
        }
        return {name for name, where in used.items() if not where or not where <= here}

    # -- what the words refer to

    def _kept(self, file: _File, line: int) -> int | None:
        """Where, among the original's blocks, what stands on this line of a file is shown; None where it is not."""
        index = file.block_at(line)
        if index is None:
            return None
        if file is self.theirs:
            return self.there.get(index)
        return index if self.shown[index] is None else None

    def _links(self) -> Iterator[Link]:
        for file in (self.ours, self.theirs):
            shown = [
                index for index in range(len(file.blocks)) if self._kept(file, file.blocks[index].line) is not None
            ]
            used = {file.links[where][name][1] for index in shown for where, name in file.links_used(index)}
            for link in file.source.links:
                if link.place.line in used or self._kept(file, link.place.line) is not None:
                    yield link

    def _moved(self, of: Callable[[Source], Iterable[_Standing]]) -> list[tuple[int, _Standing]]:
        """What blocks refer to, as the parts that the original has today, with the block where each stands."""
        found = [
            (at, replace(one, part=self._part(file, one.part, at)))
            for file in (self.ours, self.theirs)
            for one in of(file.source)
            for at in [self._kept(file, one.place.line)]
            if at is not None
        ]
        return sorted(found, key=lambda each: each[0])

    def _part(self, file: _File, name: str, at: int) -> str:
        return name if file is self.ours else self.names.get(name, self.ours.blocks[at].part)

    def _references(self, places: Sequence[int]) -> Iterator[Reference]:
        index_of = {place: index for index, place in enumerate(places)}
        for at, one in self._moved(lambda source: source.references):
            yield replace(one, block=index_of[self.ours.at[at]])

    def _data(self, at: int) -> DataBlock:
        ours, index = self.ours.data[at], self.shown[at]
        if index is None:
            return replace(ours, lang=self.lang)
        made = _said_anew(ours, self.theirs.data[index])
        # What cannot be said anew does not fit, and is not shown.
        return made if made is not None else replace(ours, lang=self.lang)


def _named(one: Link | Reference | FigureReference) -> tuple[object, ...]:
    if isinstance(one, FigureReference):
        return ("figure", one.name)
    return ("link", one.target, one.number) if isinstance(one, Link) else ("reference", one.symbol, one.number)


def _blanks(block: Block) -> list[str]:
    return sorted(BLANK_MARK.findall(block.text))


def _abbreviations(block: Block, without: Collection[str] = ()) -> str:
    """A block of definitions, without those of links."""
    return "\n".join(f"*[{name}]: {words}" for name, words in _abbreviated(block) if name not in without)


def _abbreviated(block: Block) -> Iterator[tuple[str, str]]:
    if block.kind == "definition":
        yield from abbreviations_in(block.text)


def _said_anew(ours: DataBlock, theirs: DataBlock) -> DataBlock | None:
    """The original's data in the translation's words; None where those are not words for it any more."""
    if ours.word != theirs.word:
        return None
    worded = [field.name for field in BLOCK_FIELDS[ours.word] if field.translated]
    for name in worded:
        mine, other = ours.fields.get(name), theirs.fields.get(name)
        if type(mine) is not type(other) or (isinstance(mine, tuple) and len(mine) != len(other)):  # type: ignore[arg-type]
            return None
    if _same_facts(ours, theirs):
        return replace(theirs, part=ours.part, number=ours.number)
    named = [name for name in _NAMES if name in ours.fields]
    if not named or any(ours.fields[name] != theirs.fields.get(name) for name in named):
        # Words about another thing, or about one of which nobody can tell.
        return None
    mine_written, their_written = _written(ours.text), _written(theirs.text)
    if mine_written.keys() != ours.fields.keys() or not set(worded) & ours.fields.keys() <= their_written.keys():
        return None
    lines = ours.text.split("\n")
    body = [(their_written if name in worded else mine_written)[name] for name in mine_written]
    fields = {name: theirs.fields[name] if name in worded else value for name, value in ours.fields.items()}
    return replace(ours, fields=fields, text="\n".join([lines[0], *body, lines[-1]]), place=theirs.place)


def _same_facts(ours: DataBlock, theirs: DataBlock) -> bool:
    return same_in_every_language(ours) == same_in_every_language(theirs)


def _written(text: str) -> dict[str, str]:
    """The fields of a block of data as they are written, by name."""
    found: dict[str, str] = {}
    name = ""
    for line in text.split("\n")[1:-1]:
        key = _KEY.match(line)
        name = key.group(1) if key else name
        found[name] = f"{found[name]}\n{line}" if name in found else line
    return found
