"""A translator's answers put into a language file: each in its block's place, what is new where the original has it.

Nothing else of the file changes by a byte. What comes of it is cut again and compared with what it must be, block by
block: an answer that opens, closes, drops or moves anything is refused, wherever it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from communique.documents.source import PUBLIC_PART, Block, Source
from communique.languages.handoff import Known, MayRead, Slot, Written, filled, has_words
from communique.languages.spans import (
    Span,
    as_value,
    fenced_spans,
    front_spans,
    spans,
    spliced,
    title_span,
    whole_lines,
    written_length,
)

_FENCE = re.compile(r":::(?: +(\S.*?))? *\Z")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_CITED = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]:")
_BY_NAME = re.compile(r"\[([^\[\]\n]*)\]\[([^\]\n]*)\]")
_DEFINED = re.compile(r" {0,3}\[([^\]^][^\]]*)\]:")
#: What a block of data needs before it.
_BEFORE_DATA = ("heading", "paragraph")


@dataclass(frozen=True)
class Item:
    """A block, or a section with what it holds, and the bytes where its first line begins and its last one ends."""

    start: int
    end: int
    block: int = -1
    part: str = PUBLIC_PART
    #: Of a section: the end of the line that opens it.
    opened: int = 0
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Put:
    """What a file became. `pieces` are the bytes that were put in, and of which block of the original each is, -1 for
    what stands around the blocks. `removed` are blocks of the translation that are no more, since what they said stands
    elsewhere; `replaced` those that were said anew. `waiting` are blocks of the original that could not go in before
    others do: a paragraph whose footnote is not translated, data without its paragraph.
    """

    raw: bytes = field(repr=False)
    pieces: tuple[tuple[int, int, int], ...] = ()
    removed: frozenset[int] = frozenset()
    replaced: frozenset[int] = frozenset()
    waiting: tuple[int, ...] = ()

    def block_at(self, span: Span) -> int | None:
        """Which block of the original was put in where these lines stand; None where the translation's own stayed."""
        return next((of for start, end, of in self.pieces if start < span.end and end > span.start and of >= 0), None)

    def block_on(self, line: int) -> int | None:
        """The same of a line, counted from 1."""
        bounds = list(_line_bounds(self.raw))
        start, end = bounds[min(line, len(bounds)) - 1]
        found = (of for first, last, of in self.pieces if first <= end and last >= start)
        return next(found, None)


def items_of(raw: bytes, source: Source) -> tuple[Item, ...]:
    """The blocks and sections of a text as they lie in its file."""
    spanned = {span.start: (index, span) for index, span in enumerate(whole_lines(raw, source))}
    opened = {part.place.line: part.name for part in source.parts if part.form == "block"}
    stack: list[tuple[str, int, int, list[Item]]] = [(PUBLIC_PART, 0, 0, [])]
    skip = 0
    for number, (start, end) in enumerate(_line_bounds(raw), 1):
        if number < source.parts[0].place.line or start < skip:
            continue
        if start in spanned:
            index, span = spanned[start]
            skip = _line_end(raw, span.end)
            stack[-1][3].append(Item(start, skip, index))
            continue
        line = raw[start:end].decode("utf-8")
        if number in opened:
            stack.append((opened[number], start, end, []))
        elif len(stack) > 1 and _FENCE.match(line):
            name, first, after, inner = stack.pop()
            stack[-1][3].append(Item(first, end, part=name, opened=after, items=tuple(inner)))
    return tuple(stack[0][3])


def put(
    raw: bytes,
    own: Written,
    original: Written,
    original_raw: bytes,
    known: Known,
    answers: Mapping[Slot, str],
    may_read: Mapping[Slot, MayRead],
) -> Put:
    """The file of a translation with the answers in it; `may_read` says for whom those with placeholders were made.

    Raises:
        KeyError: an answer has a placeholder that stands for nothing.
    """
    return _Putting(raw, own, original, original_raw, known, answers, may_read).put()


def beginning(original: Written, lang: str, answers: Mapping[Slot, str], audience: str) -> bytes:
    """The first lines of a translation that is begun: what it says of itself, and its title."""
    lines = ["---", f"audience: {audience}", f"original: {lang}", *_front_lines(original, answers), "---"]
    return ("\n".join(lines) + f"\n\n# {answers[Slot('title')]}\n").encode("utf-8")


def beginning_below(original: Written, document: str, answers: Mapping[Slot, str], audience: str) -> bytes:
    """The first lines of what stands below a tearline."""
    lines = ["```tearline", f"document: {document}", f"audience: {audience}", *_front_lines(original, answers), "```"]
    return ("\n".join(lines) + f"\n\n# {answers[Slot('title')]}\n").encode("utf-8")


def _front_lines(original: Written, answers: Mapping[Slot, str]) -> Iterator[str]:
    for name, values in _by_key(original.front).items():
        given = [answers.get(Slot("front", path=path)) for path in values]
        texts = [one for one in given if one is not None]
        if len(texts) < len(given):
            continue
        if values[0] == (name,):
            yield f"{name}: {as_value(texts[0], bare=True)}"
        else:
            yield f"{name}: [{', '.join(as_value(one, bare=False) for one in texts)}]"


def _by_key(front: Mapping[tuple[str, ...], str]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for path in front:
        found.setdefault(path[0], []).append(path)
    return found


#: Text to put in, and of which block of the original it is: -1 of none.
_Chunks = list[tuple[str, int]]


class _Putting:
    def __init__(
        self,
        raw: bytes,
        own: Written,
        original: Written,
        original_raw: bytes,
        known: Known,
        answers: Mapping[Slot, str],
        may_read: Mapping[Slot, MayRead],
    ) -> None:
        self.raw, self.own, self.original, self.original_raw = raw, own, original, original_raw
        self.known, self.answers, self.may_read = known, answers, may_read
        self.texts: dict[Span, tuple[str, int]] = {}
        #: What is put in, by the byte it goes before.
        self.added: dict[int, list[_Chunks]] = {}
        self.waiting: list[int] = []
        self.removed: set[int] = set()
        self.replaced: set[int] = set()
        self.theirs = items_of(original_raw, original.source)
        self.mine = items_of(raw, own.source)
        self.openings = {item.opened for item in _sections_in(self.mine)}
        self.own_of = {index: match.own for index, match in enumerate(known.blocks) if match.own is not None}
        self.blocks = {index: self._rendered(index) for index in range(len(original.source.blocks))}
        self._move()

    def put(self) -> Put:
        self._around()
        mine = spans(self.raw, self.own.source)
        for index, text in self.blocks.items():
            own = self.own_of.get(index)
            if text is not None and own is not None:
                self.replaced.add(own)
                self._replace(index, own, mine[own], text)
        self._wait()
        self._place(self.theirs, self.mine, self._start_of_text())
        self._remove(self.mine)
        return self._result()

    def _move(self) -> None:
        """What is translated anew and is for others now, or stands in another section, goes where the original has it:
        a translation is for the readers of the words it was made from.
        """
        for index, text in self.blocks.items():
            own = self.own_of.get(index)
            if text is None or own is None:
                continue
            self.removed.update(self.known.blocks[index].also)
            mine = self.own.source.blocks[own]
            theirs = self.original.source.blocks[index]
            if audiences_around(self.own.source, mine) != audiences_around(self.original.source, theirs):
                self.removed.add(own)
                del self.own_of[index]

    # -- what a block becomes

    def _rendered(self, index: int) -> str | None:
        """The block of the original as it stands in the translation, without its marks and number; None where nothing
        is to be put.
        """
        block = self.original.source.blocks[index]
        match = self.known.blocks[index]
        if not has_words(block):
            # What says the same in every language follows the original.
            is_old = match.own is not None and match.state == "changed" and block.kind != "definition"
            return whole_lines(self.original_raw, self.original.source)[index].text if is_old else None
        if block.kind == "data":
            return self._rendered_data(index, block)
        slot = Slot("block", index)
        answer = self.answers.get(slot)
        if answer is not None and match.own is not None and slot in self.may_read:
            answer = filled(answer, self.own.source, self.own.source.blocks[match.own], self.may_read[slot])
        return answer

    def _rendered_data(self, index: int, block: Block) -> str | None:
        """The block of data as the original has it, with its words in the translation's language; None if not all of
        them are there, or none is new.
        """
        given: dict[tuple[str, ...], str] = {}
        own = self.own_of.get(index)
        mine = self.own.data.get(own, {}) if own is not None else {}
        answered = False
        for path in self.original.data.get(index, {}):
            answer = self.answers.get(Slot("data", index, path))
            answered = answered or answer is not None
            text = answer if answer is not None else mine.get(path)
            if text is None:
                return None
            given[path] = text
        if not answered:
            return None
        whole = whole_lines(self.original_raw, self.original.source)[index]
        found = fenced_spans(self.original_raw, block.line)
        cut = self.original_raw[whole.start : whole.end]
        moved = {_moved(found[path], whole.start): text for path, text in given.items()}
        return spliced(cut, moved).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")

    def _replace(self, index: int, own: int, span: Span, text: str) -> None:
        block, mine = self.original.source.blocks[index], self.own.source.blocks[own]
        if not has_words(block):
            self.texts[whole_lines(self.raw, self.own.source)[own]] = text, index
        elif block.kind != "data":
            self.texts[span] = text, index
        elif mine.facts == block.facts:
            # Values alone are replaced where the rest says the same: an editor's way of writing it stays.
            found = fenced_spans(self.raw, mine.line)
            for path in self.original.data[index]:
                answer = self.answers.get(Slot("data", index, path))
                if answer is not None:
                    self.texts[found[path]] = answer, index
        else:
            self.texts[span] = text, index

    def _around(self) -> None:
        title = self.answers.get(Slot("title"))
        if title is not None:
            self.texts[title_span(self.raw, self.own.source)] = title, -1
        found = fenced_spans(self.raw, self.own.line) if self.own.line > 1 else front_spans(self.raw)
        for name, paths in _by_key(self.original.front).items():
            answered = [path for path in paths if Slot("front", path=path) in self.answers]
            mine = [path for path in found if path[0] == name]
            if mine == paths:
                for path in answered:
                    self.texts[found[path]] = self.answers[Slot("front", path=path)], -1
            elif answered == paths and not mine and ("summary",) in found:
                line = next(iter(_front_lines(_only(self.original, paths), self.answers)))
                at = _line_end(self.raw, found[("summary",)].end)
                self.added.setdefault(at, []).append([(f"\n{line}", -1)])
            elif answered == paths and mine:
                # A list with another number of entries is written anew.
                line = next(iter(_front_lines(_only(self.original, paths), self.answers)))
                start, end = found[mine[0]].start, found[mine[-1]].end
                first = _line_start(self.raw, start, name)
                text = self.raw[first:end].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
                last = end + self.raw[end : _line_end(self.raw, end)].find(b"]") + 1
                self.texts[Span(first, max(last, end), text)] = line, -1

    # -- where it goes

    def _wait(self) -> None:
        """Take back what cannot stand without something that is not there."""
        while True:
            there = [index for index in self.blocks if self.blocks[index] is not None or index in self.own_of]
            late = [index for index in self._new() if not self._can_stand(index, set(there))]
            if not late:
                return
            for index in late:
                self.blocks[index] = None
                self.waiting.append(index)

    def _new(self) -> list[int]:
        return [index for index, text in self.blocks.items() if text is not None and index not in self.own_of]

    def _can_stand(self, index: int, there: set[int]) -> bool:
        blocks = self.original.source.blocks
        block, text = blocks[index], self.blocks[index] or ""
        same_part = [other for other in there if blocks[other].part == block.part]
        if block.kind == "data":
            before = [at for at in range(index) if blocks[at].part == block.part and blocks[at].kind in _BEFORE_DATA]
            return bool(before) and before[-1] in there
        if block.kind == "footnote":
            names = set(_FOOTNOTE.findall(text))
            cited = {name for other in same_part for name in _CITED.findall(self._text_there(other))}
            return names <= cited
        defined = {name for other in same_part for name in _FOOTNOTE.findall(self._text_there(other))}
        return set(_CITED.findall(text)) <= defined

    def _text_there(self, index: int) -> str:
        text, own = self.blocks[index], self.own_of.get(index)
        return text if text is not None else self.own.texts[own] if own is not None else ""

    def _place(self, theirs: Sequence[Item], mine: Sequence[Item], anchor: int) -> None:
        blocks_here = {item.block: item for item in mine if item.block >= 0}
        sections_here = [item for item in mine if item.block < 0]
        is_begun = bool(mine) or any(self.blocks.get(item.block) is not None for item in theirs)
        for item in theirs:
            if item.block < 0:
                section = self._counterpart(item, sections_here)
                if section is not None:
                    self._place(item.items, section.items, section.opened)
                    anchor = section.end
                else:
                    self._add(anchor, self._whole(item))
                continue
            own = blocks_here.get(self.own_of.get(item.block, -1))
            if own is not None:
                anchor = own.end
            elif item.block not in self.own_of and is_begun:
                self._add(anchor, self._whole(item))

    def _counterpart(self, item: Item, here: Sequence[Item]) -> Item | None:
        """The section of the translation that holds what this section of the original holds, for the same readers."""
        wanted = self.original.source.part(item.part).audience
        for index in _blocks_in(item):
            own = self.own_of.get(index)
            for section in here if own is not None else ():
                if own in _blocks_in(section) and self.own.source.part(section.part).audience == wanted:
                    return section
        return None

    def _add(self, at: int, chunks: _Chunks) -> None:
        if chunks:
            # The first of a section stands right below the line that opens it.
            is_first = at in self.openings and at not in self.added
            self.added.setdefault(at, []).append([("\n" if is_first else "\n\n", -1), *chunks])

    def _whole(self, item: Item) -> _Chunks:
        """A block or section of the original as it is put in."""
        if item.block >= 0:
            return self._whole_block(item.block)
        inner = [chunks for chunks in map(self._whole, item.items) if chunks]
        blocks = [of for chunks in inner for _, of in chunks if of >= 0]
        if not any(has_words(self.original.source.blocks[of]) for of in blocks):
            return []
        result: _Chunks = [(f"::: {self.original.source.part(item.part).audience}\n", -1)]
        for count, chunks in enumerate(inner):
            result += [("\n\n", -1), *chunks] if count else chunks
        return [*result, ("\n:::", -1)]

    def _whole_block(self, index: int) -> _Chunks:
        block = self.original.source.blocks[index]
        text = self.blocks[index]
        if not has_words(block):
            return self._without_words(index, block)
        if text is None:
            return []
        if block.kind == "heading":
            text = "#" * block.level + " " + text
        if block.stated is not None:
            text = f"¶{block.stated} {text}"
        return [(text, index), *((f"\n\n{line}", -1) for line in self._definitions(block, text))]

    def _without_words(self, index: int, block: Block) -> _Chunks:
        """What says the same in every language comes along as it is; definitions come when they are needed."""
        there = {other for other in self.blocks if self.blocks[other] is not None or other in self.own_of}
        if block.kind == "definition" or (block.kind == "data" and not self._can_stand(index, there)):
            return []
        return [(whole_lines(self.original_raw, self.original.source)[index].text, index)]

    def _definitions(self, block: Block, text: str) -> list[str]:
        """The link definitions that this text needs and the translation lacks, as the original has them."""
        wanted = [(name or words).casefold() for words, name in _BY_NAME.findall(text)]
        if not wanted:
            return []
        have = {
            name.casefold()
            for mine in self.own.source.blocks
            if mine.kind == "definition" and mine.part == PUBLIC_PART
            for name in _DEFINED.findall(mine.text)
        }
        found: list[str] = []
        for other in self.original.source.blocks:
            if other.kind != "definition" or other.part not in (block.part, PUBLIC_PART):
                continue
            for line in other.text.split("\n"):
                name = _DEFINED.match(line)
                if name and name.group(1).casefold() in wanted and name.group(1).casefold() not in have:
                    have.add(name.group(1).casefold())
                    found.append(line)
        return found

    def _start_of_text(self) -> int:
        return _line_end(self.raw, title_span(self.raw, self.own.source).end)

    # -- the bytes

    def _remove(self, items: Sequence[Item]) -> None:
        """Take out blocks that stand elsewhere now, and sections that hold nothing any more."""
        for item in items:
            held = set(_blocks_in(item))
            adds_here = any(item.start < at < item.end for at in self.added)
            if held and held <= self.removed and not adds_here:
                end = _after_blank_lines(self.raw, item.end)
                text = self.raw[item.start : end].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
                self.texts[Span(item.start, end, text)] = "", -1
            else:
                self._remove(item.items)

    def _result(self) -> Put:
        texts = {span: text for span, (text, _) in self.texts.items()}
        inner: dict[Span, list[_Chunks]] = {}
        for at, added in self.added.items():
            if self._needs_blank_line(at, added):
                added = [*added, [("\n", -1)]]
            span = Span(at, at, "")
            texts[span], inner[span] = "".join(text for chunks in added for text, _ in chunks), added
        pieces: list[tuple[int, int, int]] = []
        moved = 0
        for span in sorted(texts, key=lambda one: (one.start, one.end)):
            start = span.start + moved
            moved += written_length(self.raw, span, texts[span]) - (span.end - span.start)
            if span in inner:
                for text, of in (chunk for chunks in inner[span] for chunk in chunks):
                    length = written_length(self.raw, Span(0, 0, ""), text)
                    if of >= 0:
                        pieces.append((start, start + length, of))
                    start += length
            elif texts[span]:
                pieces.append((start, span.end + moved, self.texts[span][1]))
        raw = spliced(self.raw, texts)
        return Put(raw, tuple(pieces), frozenset(self.removed), frozenset(self.replaced), tuple(self.waiting))

    def _needs_blank_line(self, at: int, added: Sequence[_Chunks]) -> bool:
        """Whether what follows would touch what is put in: text, or a section that opens."""
        if not any(of >= 0 for chunks in added for _, of in chunks):
            return False
        following = self._line_after(at)
        fence = _FENCE.match(following)
        return bool(following.strip()) and (fence is None or fence.group(1) is not None)

    def _line_after(self, at: int) -> str:
        end = _LINE_END.match(self.raw, at)
        start = end.end() if end else at
        found = _LINE_END.search(self.raw, start)
        return self.raw[start : found.start() if found else len(self.raw)].decode("utf-8")


def _only(written: Written, paths: Sequence[tuple[str, ...]]) -> Written:
    front = {path: written.front[path] for path in paths}
    return Written(written.source, (), written.title, front, {}, written.audience)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start - by, span.end - by, span.text, span.is_value)


def _sections_in(items: Sequence[Item]) -> Iterator[Item]:
    for item in items:
        if item.block < 0:
            yield item
            yield from _sections_in(item.items)


def _blocks_in(item: Item) -> list[int]:
    return [item.block] if item.block >= 0 else [block for one in item.items for block in _blocks_in(one)]


def audiences_around(source: Source, block: Block) -> tuple[str, ...]:
    """Whom the sections around a block are for, the innermost first; those of the document are not among them."""
    found: list[str] = []
    part = source.part(block.part)
    while part.name != PUBLIC_PART:
        found.append(str(part.audience))
        part = source.part(part.parent)
    return tuple(found)


def _after_blank_lines(raw: bytes, at: int) -> int:
    """Where the next line that says something begins, if one does."""
    found = re.compile(rb"(?:\r\n|\r|\n)(?:[ \t]*(?:\r\n|\r|\n))*").match(raw, at)
    return found.end() if found else at


def _line_start(raw: bytes, at: int, key: str) -> int:
    """Where the line begins on which the key stands whose value is at `at`."""
    found = [one.start(1) for one in re.finditer(rb"(?:\A|\n|\r)(" + re.escape(key.encode()) + rb"\s*:)", raw[:at])]
    return found[-1] if found else at


def _line_bounds(raw: bytes) -> Iterator[tuple[int, int]]:
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    for found in _LINE_END.finditer(raw, start):
        yield start, found.start()
        start = found.end()
    yield start, len(raw)


def _line_end(raw: bytes, at: int) -> int:
    found = _LINE_END.search(raw, at)
    return found.start() if found else len(raw)
