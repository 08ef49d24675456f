"""The issues of the newsletter: their items, numbered the same for every reader, and the order of their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from communique.documents.addressed import heading_words
from communique.documents.catalogue import Catalogue
from communique.documents.data_blocks import DataBlock
from communique.documents.document import Document, Text
from communique.documents.fields import Value
from communique.documents.lessons import THEMES, read_themes
from communique.documents.references import may_be_told
from communique.documents.source import PUBLIC_PART, Block, Source
from communique.policy import Audience
from communique.problems import Place, Problem, Refused, did_you_mean

KIND = "newsletter"
WORD = "item"
#: The level of the headings that begin items.
LEVEL = 2


@dataclass(frozen=True)
class IssueItem:
    """One item of an issue. Whoever may read `part` may know its heading; `number` is for everybody."""

    number: int
    #: The section that is this item, or the part in which it stands among others.
    part: str
    audience: Audience
    heading: Block
    #: Where it stands on its page: its section, which is there for every reader, or its heading.
    anchor: str
    #: The heading itself, as the page calls it.
    heading_anchor: str
    #: What is said of it below its heading, for its readers.
    own: DataBlock | None = None
    #: What is said of it before its section, for the readers of the text around that.
    told: DataBlock | None = None

    @property
    def is_section(self) -> bool:
        return self.part != PUBLIC_PART

    @property
    def title(self) -> str:
        """Its heading in plain words, without those that are sealed in it."""
        return heading_words(self.heading.text)


def items(source: Source) -> tuple[IssueItem, ...]:
    """The items of an issue, in order: its headings of the second level, and the sections that begin with one."""
    return tuple(_Walk(source).items())


def item_numbers(source: Source) -> Mapping[str, int]:
    """The number of each item by the anchor of its heading."""
    return {item.heading_anchor: item.number for item in items(source)}


def number_of_section(source: Source, name: str) -> int:
    """The number of the item that this section is; 0 if it is none."""
    return next((item.number for item in items(source) if item.part == name and item.is_section), 0)


class _Walk:
    """Goes through an issue in its order and meets its items, and what is wrong with them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        written = [block for block in source.blocks if _is_item_block(block)]
        data = [block for block in source.data if block.word == WORD]
        self.data = {id(block): one for block, one in zip(written, data, strict=True)}
        self.number = 0
        self.file = source.part(PUBLIC_PART).place.file

    def items(self) -> Iterator[IssueItem]:
        yield from self._part(PUBLIC_PART, None)

    def _part(self, name: str, told: DataBlock | None) -> Iterator[IssueItem]:
        part = self.source.part(name)
        pieces = [one for one in self.source.pieces(name) if isinstance(one, str) or one.kind != "definition"]
        headings = 0
        before: DataBlock | None = None
        for index, piece in enumerate(pieces):
            if isinstance(piece, str):
                yield from self._part(piece, before)
                before = None
                continue
            before = None
            if piece.kind == "heading":
                headings += 1
                if piece.level == LEVEL:
                    if index and name != PUBLIC_PART:
                        self._refuse_inner(piece)
                    self.number += 1
                    anchor = ("" if name == PUBLIC_PART else f"{name}-") + f"h{headings}"
                    where = anchor if name == PUBLIC_PART else name
                    own = self._data_of(pieces[index + 1]) if index + 1 < len(pieces) else None
                    about = told if index == 0 else None
                    yield IssueItem(self.number, name, part.audience, piece, where, anchor, own, about)
            elif id(piece) in self.data:
                above = pieces[index - 1] if index else None
                below = pieces[index + 1] if index + 1 < len(pieces) else None
                is_own = isinstance(above, Block) and above.kind == "heading" and above.level == LEVEL
                is_told = isinstance(below, str) and self._begins_item(below)
                if is_told:
                    before = self.data[id(piece)]
                if is_own == is_told:
                    self._refuse_place(self.data[id(piece)].place)

    def _data_of(self, piece: Block | str) -> DataBlock | None:
        return None if isinstance(piece, str) else self.data.get(id(piece))

    def _begins_item(self, name: str) -> bool:
        """Whether this section is an item: whether it begins with a heading of the second level."""
        for piece in self.source.pieces(name):
            if isinstance(piece, str):
                return False
            if piece.kind != "definition":
                return piece.kind == "heading" and piece.level == LEVEL
        return False

    def _refuse_inner(self, heading: Block) -> None:
        what = "an item begins inside a sealed section, behind other text"
        fix = "begin a section of its own with this heading, or write ### here"
        self.problems.append(Problem(Place(self.file, heading.line, 1), "item-inside-section", what, fix))

    def _refuse_place(self, place: Place) -> None:
        what = "this “item” belongs to no item, or to two"
        fix = "put it directly below a heading of two “#”, or directly before a section that begins with one"
        self.problems.append(Problem(place, "item-misplaced", what, fix))


def _is_item_block(block: Block) -> bool:
    return block.kind == "data" and ("", WORD) in block.facts


def issues(catalogue: Catalogue) -> tuple[Document, ...]:
    """All issues that are there, the oldest first."""
    found = [one for one in catalogue.documents.values() if one.front.kind == KIND and not one.is_withdrawn]
    return tuple(sorted(found, key=lambda one: (one.front.date, volume_and_number(one), one.id)))


def volume_and_number(document: Document) -> tuple[int, int]:
    facts = document.front.facts
    return _whole(facts.get("volume", 0)), _whole(facts.get("number", 0))


def _whole(value: Value) -> int:
    return value if isinstance(value, int) else 0


def neighbours(catalogue: Catalogue, document: Document) -> tuple[Document | None, Document | None]:
    """The issues before and after this one, as far as every reader of it may know of them."""
    readers = document.front.audience.names
    known = [one for one in issues(catalogue) if one.id == document.id or may_be_told(catalogue.policy, readers, one)]
    place = next(index for index, one in enumerate(known) if one.id == document.id)
    return (known[place - 1] if place else None, known[place + 1] if place + 1 < len(known) else None)


@dataclass(frozen=True)
class Entry:
    """An item as some readers may know it: without its heading where only what stands before it is for them."""

    document: Document
    text: Text
    item: IssueItem
    knows_title: bool
    #: The blocks that say something of it to these readers.
    blocks: tuple[DataBlock, ...]

    @property
    def title(self) -> str:
        return self.item.title if self.knows_title else ""

    @property
    def title_lang(self) -> str:
        return self.item.heading.lang or self.text.lang

    @property
    def teaser(self) -> str:
        return next((block.text_of("teaser") for block in self.blocks if block.text_of("teaser")), "")

    @property
    def teaser_lang(self) -> str:
        found = next((block for block in self.blocks if block.text_of("teaser")), None)
        return (found.lang if found is not None else "") or self.text.lang

    @property
    def by(self) -> str:
        return next((block.text_of("by") for block in self.blocks if block.text_of("by")), "")

    def names_of(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for block in self.blocks for one in block.names_of(name)))


def entries_for(catalogue: Catalogue, name: str, document: Document, lang: str) -> tuple[Entry, ...]:
    """The items of one issue of which the text says something to this tier, area or group itself (`public`: to
    everybody), in their order.
    """
    text = document.text_for(lang)
    found: list[Entry] = []
    for item in items(text.source):
        outer = text.source.part(item.told.part).audience if item.told is not None else None
        if name in item.audience.names:
            # Readers of a state's section may not be those of the text around it.
            told = item.told if outer is not None and catalogue.policy.may_read((name,), outer) else None
            blocks = tuple(one for one in (item.own, told) if one is not None)
            found.append(Entry(document, text, item, True, blocks))
        elif item.told is not None and outer is not None and name in outer.names:
            found.append(Entry(document, text, item, False, (item.told,)))
    return tuple(found)


def refuse_issues(catalogue: Catalogue) -> list[Problem]:
    """Items that no page could list, and issues whose numbers have gaps, come twice or go back."""
    problems: list[Problem] = []
    try:
        themes: Mapping[str, object] | None = read_themes(catalogue.data_texts, catalogue.site.languages)
    except Refused:
        # That file's problems are told with the lessons.
        themes = None
    for document in catalogue.documents.values():
        for text in () if document.is_withdrawn else document.texts.values():
            problems += _refuse_items(document, text.source, themes)
    return [*problems, *_refuse_order(catalogue)]


def _refuse_items(document: Document, source: Source, themes: Mapping[str, object] | None) -> Iterator[Problem]:
    blocks = [block for block in source.data if block.word == WORD]
    if document.front.kind != KIND:
        for block in blocks:
            what = f"a document of the kind “{document.front.kind}” has no items"
            yield Problem(block.place, "not-a-newsletter", what, "make it a newsletter, or delete this block")
        return
    walk = _Walk(source)
    for _ in walk.items():
        pass
    yield from walk.problems
    for block in blocks:
        if not block.fields:
            what = "this block says nothing of its item"
            yield Problem(block.place, "empty-item", what, "write teaser, by, themes or states, or delete it")
        for theme in block.names_of("themes"):
            if themes is not None and theme not in themes:
                fix = did_you_mean(theme, themes) if themes else f"declare it in content/data/{THEMES}"
                yield Problem(block.place, "unknown-theme", f'there is no theme called "{theme}"', fix)


def _refuse_order(catalogue: Catalogue) -> Iterator[Problem]:
    """Each issue has the next number of its volume, or begins the next volume, with 1 or going on."""
    reached: set[tuple[int, int]] = set()
    known = [one for one in catalogue.documents.values() if one.front.kind == KIND]
    # A withdrawn issue has a number of which nothing is left.
    for document in sorted(known, key=lambda one: (one.front.date, volume_and_number(one), one.id)):
        following = {after for before in reached for after in _after(before)}
        if document.is_withdrawn:
            reached = following
            continue
        own = volume_and_number(document)
        if 0 in own:
            what = "volumes and numbers of a newsletter begin with 1"
            yield Problem(_place(document), "issue-number", what, "count from 1")
        elif reached and own not in following:
            before = min(reached)
            what = f"{_called(own)} does not follow {_called(before)}, the issue before it"
            ways = " / ".join(f"volume: {volume}, number: {number}" for volume, number in sorted(following)[:3])
            fix = f"write one of these: {ways}; or correct the date"
            yield Problem(_place(document), "issue-number", what, fix)
        reached = {own}


def _after(before: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    volume, number = before
    return (volume, number + 1), (volume + 1, 1), (volume + 1, number + 1)


def _called(issue: tuple[int, int]) -> str:
    return f"volume {issue[0]}, number {issue[1]}"


def _place(document: Document) -> Place:
    return document.front.fact_places.get("number", document.front.place)
