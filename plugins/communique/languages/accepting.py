"""Translators' answers taken into the files of one document: checked, put in their places, and recorded in the pins.

Whatever comes back was altered on its way, if only by a tired hand. So an answer is looked at by itself first, then the
whole file that it would make is cut anew, and each block that came in must be what its original is: of the same kind,
with the same words sealed in it, the same files and citations, for the same readers. Nothing is mended.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from communique.documents.document import Text
from communique.documents.source import Source
from communique.documents.symbols import comparable
from communique.documents.text_files import cut_text
from communique.languages.changes import Change, changes, covers
from communique.languages.handoff import (
    PLACEHOLDER,
    Answer,
    Known,
    Match,
    MayRead,
    Old,
    Slot,
    State,
    Written,
    as_written,
)
from communique.languages.pinning import kept_back
from communique.languages.pins import (
    TITLE,
    Pin,
    Pinned,
    Pins,
    PinsFile,
    Shape,
    fingerprints,
    key_of,
    pins_of,
    shapes,
)
from communique.languages.side_by_side import signs
from communique.languages.spans import fenced_spans, front_spans, spliced, whole_lines
from communique.languages.splicing import Put, beginning, beginning_below, put
from communique.policy import Policy
from communique.problems import Place, Problem, Refused
from communique.site import Site

#: What a text file of the content may not hold (`read_text`), and the blanks that look like none.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_FENCE_LIKE = re.compile(r"\s*(?:::|[：︓]|`{3}|~{3})")
#: Addresses elsewhere: the same paper may have another in each language.
_ELSEWHERE = ("https:", "http:", "mailto:", "tel:")
#: What an answer must be in one line.
_ONE_LINE = ("title", "heading", "summary", "figure")


@dataclass(frozen=True)
class Original:
    """A document's original of today, as cut and as written, in its file."""

    document: str
    text: Text
    written: Written = field(repr=False)
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class Translation:
    """What there is of a translation: a text of a file, and its pins if it has any."""

    text: Text
    written: Written = field(repr=False)
    pins: Pins | None


@dataclass(frozen=True)
class Given:
    """The answers to one document's units. `may_read`: of those with placeholders, what their reader could read."""

    answers: Mapping[Slot, Answer]
    sources: Mapping[Slot, str] = field(repr=False)
    may_read: Mapping[Slot, MayRead] = field(default_factory=dict)


@dataclass(frozen=True)
class Accepted:
    """What a text became: its file, its pins, what of it is new, and what has to wait for other answers."""

    raw: bytes = field(repr=False)
    pins: Pins
    slots: tuple[Slot, ...]
    waiting: tuple[int, ...] = ()


def known_of(
    original: Original, own: Translation | None, policy: Policy, pin: Pin, old: Mapping[str, Old] | None = None
) -> Known:
    """What is known of each block of the original of today: whether it is translated, and where. `old` has what blocks
    said when they were pinned, by their ids in the pins.

    Raises:
        Refused: the translation and its pins are not of one piece; the twin rule says more.
    """
    blocks = original.written.source.blocks
    if own is None:
        return Known([Match("new")] * len(blocks))
    mine = _without_definitions(own.written.source)
    if own.pins is None:
        twins = _without_definitions(original.written.source)
        if len(twins) != len(mine):
            raise _not_of_one_piece(own.text)
        own_of = dict(zip(twins, mine, strict=True))
        matches = [Match("current", own_of.get(index)) for index in range(len(blocks))]
        states: dict[tuple[str, ...], State] = dict.fromkeys(original.written.front, "current")
        return Known(matches, "current", states)
    if len(own.pins.blocks) != len(mine):
        raise _not_of_one_piece(own.text)
    found = changes(own.pins, original.text, pin)
    today = {one.index: one for one in fingerprints(original.text.as_pinned, pin)}
    whole = str(original.text.as_pinned.parts[0].audience)
    result = [Match("new")] * len(blocks)
    taken: set[int] = set()
    # Of the parts of a block that was split, the one that has most of it keeps the translation there is.
    for index in sorted(range(len(blocks)), key=lambda at: (-found.blocks[at].likeness, at)):
        change = found.blocks[index]
        if not change.sources:
            continue
        first, *others = change.sources
        entry = own.pins.blocks[first]
        before = (old or {}).get(entry.id)
        if first in taken:
            result[index] = Match("new", old=before)
            continue
        also = tuple(mine[one] for one in others if one not in taken)
        taken.update(change.sources)
        now = today[index].shape
        narrower = not covers(policy, _chain(entry.shape.audience, own.pins.audience), _chain(now.audience, whole))
        result[index] = Match(
            _state(change),
            mine[first],
            before,
            also,
            is_sealed_as_before=entry.seals == today[index].seals,
            was_narrower=change.is_stale and (narrower or entry.shape.inside != now.inside),
        )
    front = {path: _state(found.fields[path[0]]) for path in original.written.front if path[0] in found.fields}
    title: State = _state(found.fields[TITLE]) if TITLE in found.fields else "new"
    return Known(result, title, front, not covers(policy, (own.pins.audience,), (whole,)))


def _chain(audience: str, whole: str) -> tuple[str, ...]:
    """Everything that a reader needs who reads what stands for `audience` in a document."""
    return (*audience.split(" within "), whole) if audience else (whole,)


def _state(change: Change) -> State:
    return "new" if change.kind == "new" else "changed" if change.is_stale else "current"


def _not_of_one_piece(text: Text) -> Refused:
    what = "this translation does not correspond to what its pins list, and to nothing else either"
    fix = "see what `invoke check` says of it, then run: invoke translate.pin"
    return Refused([Problem(Place(text.file), "twin-rule", what, fix)])


def faults_of(answer: Answer, form: str, source: str, file: str) -> Iterator[Problem]:
    """What is wrong with an answer by itself."""
    place, text = Place(file, answer.line), answer.text
    if _INVISIBLE.search(text):
        what = "an invisible control character stands in this answer"
        yield Problem(place, "control-character", what, "delete it")
    if answer.source is not None and answer.source.split() != source.split():
        what = "the original that stands beside this answer was altered"
        yield Problem(place, "answer-altered", what, "answer the package as it came, or export it again")
    if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(source)):
        what = "this answer lacks a placeholder of the original, or has one too many"
        fix = "each {{1}} stands for words that the translator does not see: leave each once, where it belongs"
        yield Problem(place, "answer-placeholder", what, fix)
    theirs, ours = Counter(_fixed(source)), Counter(_fixed(text))
    for sign in [*(theirs - ours), *(ours - theirs)]:
        told = f"“{sign}”" if len(sign) <= 60 else "a sign"
        what = f"this answer lacks {told}" if theirs[sign] > ours[sign] else f"{told} is not in the original"
        yield Problem(place, "answer-sign", what, "links, footnotes, audiences and blanks stay as they are, each once")
    lines = text.split("\n")
    if form in _ONE_LINE and len(lines) > 1:
        yield Problem(place, "answer-lines", f"a {form} stands in one line", "take the line break out")
    elif form not in ("code", "field"):
        if any(not line.strip() for line in lines):
            what = "an empty line would make two blocks of this answer"
            yield Problem(place, "answer-lines", what, "take the empty line out")
        if any(_FENCE_LIKE.match(line) for line in lines):
            what = "a line of this answer begins as a section or code block does"
            yield Problem(place, "answer-fence", what, "sections are not translated: take the signs away")
    if form != "code" and text.lstrip().startswith("¶"):
        yield Problem(place, "answer-number", "an answer begins with ¶", "paragraphs are numbered by themselves")


def _fixed(text: str) -> list[str]:
    return [sign for sign in signs(text) if not sign.startswith(_ELSEWHERE) and not PLACEHOLDER.fullmatch(sign)]


def accept(
    original: Original,
    own: Translation | None,
    raw: bytes,
    given: Given,
    *,
    lang: str,
    file: str,
    reply: str,
    site: Site,
    policy: Policy,
    pin: Pin,
    below: bool = False,
) -> Accepted:
    """The file `raw` of a translation with the answers in it; with `below`, those to what stands below its tearline.
    `file` is the translation's path, `reply` that of the answers, as problems name them.

    Raises:
        Refused: every answer that would not be what its original is.
    """
    slots = dict(given.answers)
    if own is None:
        own, raw = _begun(original, raw, given, lang, file, reply, site, policy, below=below)
        known = Known([Match("new")] * len(original.written.source.blocks))
    else:
        known = known_of(original, own, policy, pin)
    texts = {slot: answer.text.rstrip() for slot, answer in slots.items()}
    repeated = [slots[slot] for slot in texts if _repeats_narrower(slot, texts[slot], own, known)]
    if repeated:
        what = "this answer is the translation of words for fewer readers than the original has today"
        fix = "translate what the original says today"
        raise Refused([Problem(Place(reply, one.line), "narrower-words", what, fix) for one in repeated])
    done = put(raw, own.written, original.written, original.raw, known, texts, given.may_read)
    new_raw, audience = _with_audience(done.raw, original, own, policy, file)
    try:
        whole = cut_text(new_raw.decode("utf-8").removeprefix("\ufeff"), file, lang, site, policy)
    except Refused as refused:
        raise Refused([_of_reply(one, done, slots, file, reply) for one in refused.problems]) from None
    text = whole.released.text if below and whole.released is not None else whole
    compared = _Compared(original, own, text, done, new_raw, slots, reply, pin)
    problems = list(compared.problems())
    if problems:
        raise Refused(problems)
    pins = _pins(original, own, text, compared.renders(), slots, pin, audience)
    if own.pins is not None:
        pins = kept_back(pins, own.pins, original.text, text, policy, pin)
    pins = _with_ids(pins, own, compared, known)
    return Accepted(new_raw, pins, tuple(slots), done.waiting)


def _repeats_narrower(slot: Slot, text: str, own: Translation, known: Known) -> bool:
    match = known.blocks[slot.index] if slot.what == "block" else None
    if match is None or match.own is None or not match.was_narrower:
        return False
    return text.split() == own.written.texts[match.own].split()


def _begun(
    original: Original,
    raw: bytes,
    given: Given,
    lang: str,
    file: str,
    reply: str,
    site: Site,
    policy: Policy,
    *,
    below: bool,
) -> tuple[Translation, bytes]:
    """The first lines of a translation that is not there yet, cut, and the file with them."""
    texts = {slot: answer.text.rstrip() for slot, answer in given.answers.items()}
    missing = [path for path in original.written.front if Slot("front", path=path) not in texts]
    if Slot("title") not in texts or missing:
        what = f"{original.document} has no translation yet, and it begins with the title and all that stands before it"
        fix = "translate the title, the summary and the fields of the head first"
        raise Refused([Problem(Place(reply), "answer-too-early", what, fix)])
    audience = str(original.text.as_pinned.parts[0].audience)
    if below:
        head = beginning_below(original.written, original.document, texts, audience)
        gap = b"\n" if raw.endswith((b"\n", b"\r")) else b"\n\n"
        raw = raw + gap + head
    else:
        raw = beginning(original.written, original.text.lang, texts, audience)
    try:
        whole = cut_text(raw.decode("utf-8").removeprefix("\ufeff"), file, lang, site, policy)
    except Refused as refused:
        line = given.answers[Slot("title")].line
        raise Refused([replace(one, place=Place(reply, line)) for one in refused.problems]) from None
    text = (
        replace(whole.released.text, released_from=original.text.released_from) if below and whole.released else whole
    )
    return Translation(text, as_written(text, raw), None), raw


def _with_audience(raw: bytes, original: Original, own: Translation, policy: Policy, file: str) -> tuple[bytes, str]:
    """The file with the document's audience of today, where that is no wider than the one that was pinned; and which of
    the two the pins will say.
    """
    today = str(original.text.as_pinned.parts[0].audience)
    before = own.pins.audience if own.pins is not None else today
    if before == today:
        return raw, today
    if covers(policy, (before,), (today,)):
        found = fenced_spans(raw, own.written.line) if original.text.released_from else front_spans(raw)
        span = found.get(("audience",))
        return (spliced(raw, {span: today}) if span is not None else raw), today
    if covers(policy, (today,), (before,)):
        # What is not translated anew was made from words for fewer readers: the pins say so for all of it.
        return raw, before
    what = f"this document is for {today} now, and its translation was made when it was for {before}"
    fix = "look through the translation, write the audience of today into it, and run: invoke translate.pin"
    raise Refused([Problem(Place(file), "twin-audience", what, fix)])


def _of_reply(problem: Problem, done: Put, slots: Mapping[Slot, Answer], file: str, reply: str) -> Problem:
    """A problem of the file that would come of it, told of the answer that makes it."""
    if problem.place.file != file or not problem.place.line:
        return problem
    block = done.block_on(problem.place.line)
    if block is None:
        return problem
    found = next((answer for slot, answer in slots.items() if _is_of(slot, block)), None)
    return replace(problem, place=Place(reply, found.line)) if found else problem


def _is_of(slot: Slot, block: int) -> bool:
    return slot.index == block if block >= 0 else slot.what in ("title", "front")


@dataclass
class _Compared:
    """The text that came of the answers, and what each of its blocks has to be."""

    original: Original
    own: Translation
    text: Text
    done: Put
    raw: bytes
    slots: Mapping[Slot, Answer]
    reply: str
    pin: Pin

    def origins(self) -> list[tuple[int, int | None]]:
        """Each block that is no definition, and which block of the original came in there; None: it was there."""
        # An audience in the front matter may have become longer: what was put in stands as many bytes further on.
        moved = len(self.raw) - len(self.done.raw)
        found = []
        for index, span in enumerate(whole_lines(self.raw, self.text.source)):
            if self.text.source.blocks[index].kind != "definition":
                before = replace(span, start=span.start - moved, end=span.end - moved)
                found.append((index, self.done.block_at(before)))
        return found

    def problems(self) -> Iterator[Problem]:
        today = {one.index: one.shape for one in fingerprints(self.original.text.as_pinned, self.pin)}
        kept = [
            shape
            for shape, index in zip(
                shapes(self.own.text.as_pinned, self.pin), _without_definitions(self.own.written.source), strict=True
            )
            if index not in self.done.removed | self.done.replaced
        ]
        origins = self.origins()
        seen: set[int] = set()
        was_there = 0
        for (index, of), shape in zip(origins, shapes(self.text.as_pinned, self.pin), strict=True):
            if of is None:
                if was_there >= len(kept) or _told(kept[was_there]) != _told(shape):
                    yield self._fault(index, origins, "what stands behind this answer would become part of it")
                    return
                was_there += 1
                continue
            if of in seen:
                yield self._fault_of(of, "this answer would become several blocks")
                return
            seen.add(of)
            wrong = _difference(today[of], shape)
            if wrong:
                yield self._fault_of(of, wrong)
            elif self._cited(self.original.written.source, of) != self._cited(self.text.source, index):
                yield self._fault_of(of, "this answer cites other documents or paragraphs than its original")
        if was_there != len(kept):
            yield self._fault(len(self.text.source.blocks), origins, "an answer would swallow what stands behind it")

    def renders(self) -> list[int | Pinned]:
        """Of each block: which block of the original of today it renders, or what it was pinned to until now."""
        mine = _without_definitions(self.own.written.source)
        before: list[int | Pinned]
        if self.own.pins is not None:
            before = list(self.own.pins.blocks)
        else:
            before = list(_without_definitions(self.original.written.source))
        kept = iter(
            [
                one
                for one, index in zip(before, mine, strict=False)
                if index not in self.done.removed | self.done.replaced
            ]
        )
        return [of if of is not None else next(kept) for _, of in self.origins()]

    def _cited(self, source: Source, block: int) -> list[tuple[str, str]]:
        return sorted((comparable(one.symbol), one.number) for one in source.references if one.block == block)

    def _fault_of(self, block: int, what: str) -> Problem:
        line = next((answer.line for slot, answer in self.slots.items() if slot.index == block), 0)
        fix = "translate the words, and leave the signs between them as the original has them"
        return Problem(Place(self.reply, line), "answer-differs", what, fix)

    def _fault(self, index: int, origins: Sequence[tuple[int, int | None]], what: str) -> Problem:
        before = [of for at, of in origins if at <= index and of is not None]
        return self._fault_of(before[-1] if before else -1, what)


def _without_definitions(source: Source) -> list[int]:
    return [index for index, block in enumerate(source.blocks) if block.kind != "definition"]


def _told(shape: Shape) -> Shape:
    """What stays of a block when others are put in before it."""
    return replace(shape, section=0, number="")


def _difference(theirs: Shape, ours: Shape) -> str:
    """What of a block is not as the original has it, or nothing. No word of either is told."""
    if theirs.kind != ours.kind:
        return f"this answer would be a {ours.kind}, and its original is a {theirs.kind}"
    if theirs.audience != ours.audience:
        return f"this answer would be for {ours.audience or 'all'}, and its original is for {theirs.audience or 'all'}"
    if theirs.inside != ours.inside:
        there, here = "; ".join(theirs.inside) or "nothing", "; ".join(ours.inside) or "nothing"
        return f"in the original is sealed: {there}; in this answer: {here}"
    if theirs.files != ours.files:
        return "this answer refers to other files than its original"
    if (theirs.level, theirs.withdrawn, theirs.facts) != (ours.level, ours.withdrawn, ours.facts):
        return "this answer would not be what its original is"
    return ""


def _pins(
    original: Original,
    own: Translation,
    text: Text,
    renders: list[int | Pinned],
    slots: Mapping[Slot, Answer],
    pin: Pin,
    audience: str,
) -> Pins:
    found = pins_of(original.text, text, renders, pin, own.pins)
    fields = dict(found.fields)
    if own.pins is not None:
        for name in found.fields:
            if not _is_answered(name, original.written, slots) and name in own.pins.fields:
                fields[name] = own.pins.fields[name]
    return replace(found, audience=audience, fields=fields)


def _with_ids(pins: Pins, own: Translation, compared: _Compared, known: Known) -> Pins:
    """A block that is translated anew keeps the name that it has in the pins."""
    if own.pins is None:
        return pins
    entries = dict(zip(_without_definitions(own.written.source), own.pins.blocks, strict=True))
    blocks = list(pins.blocks)
    taken = {block.id for block in blocks}
    for at, (_, of) in enumerate(compared.origins()):
        mine = known.blocks[of].own if of is not None else None
        if mine in entries and entries[mine].id not in taken:
            blocks[at] = replace(blocks[at], id=entries[mine].id)
            taken.add(blocks[at].id)
    return replace(pins, blocks=tuple(blocks))


def _is_answered(name: str, written: Written, slots: Mapping[Slot, Answer]) -> bool:
    if name == TITLE:
        return Slot("title") in slots
    return all(Slot("front", path=path) in slots for path in written.front if path[0] == name)


def pins_file(before: PinsFile | None, text: Pins | None, released: Pins | None, pin: Pin) -> PinsFile | None:
    """The whole file of pins; what did not change is kept as it was."""
    above = text or (before.text if before is not None else None)
    if above is None:
        return None
    return PinsFile(key_of(pin), above, released or (before.released if before is not None else None))
