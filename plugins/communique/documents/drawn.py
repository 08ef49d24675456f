"""What an issue of the newsletter draws: coming events, coming deadlines, what is new on the portal.

An editor writes a word (```calendar); what it shows is drawn from the data and the documents, each entry for those
who may know of it. The block itself shows what every reader of its part may know. What fewer may know stands behind
it, in a section for each audience that has entries of its own: a part like those that editors write, so that
whatever seals, shows, checks or sends a document's parts does so with these. What translators work on has none.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from communique.documents.actions import Action, actions_in
from communique.documents.catalogue import Catalogue
from communique.documents.data_blocks import DataBlock
from communique.documents.document import Document, Text
from communique.documents.fields import DRAWN_WORDS
from communique.documents.issues import KIND, issues
from communique.documents.source import Block, Part, Source, token, tokens_in
from communique.documents.symbols import version_of
from communique.documents.terms import readers
from communique.policy import Audience, Policy
from communique.problems import Place, Problem

CALENDAR, DEADLINES, WHATS_NEW = DRAWN_WORDS
#: Between a document's id and an action's: neither holds it.
_MARK = "#"


@dataclass(frozen=True)
class Entry:
    """One thing that a block may show: by which name it is found again, and who may know of it."""

    id: str
    audience: Audience


#: What a block of an issue may show at all, in the order in which it is shown.
_Found = Callable[[DataBlock], Sequence[Entry]]


def with_drawn(catalogue: Catalogue, opaque: Mapping[str, str] | None = None) -> Catalogue:
    """The catalogue with what every issue draws. `opaque`: by each name that the site does not tell, another in whose
    order such readers' sections stand, after those of all others.
    """
    having = [one for one in issues(catalogue) if any(_is_drawn(text.source) for text in one.texts.values())]
    if not having:
        return catalogue
    drawing = _Drawing(catalogue)
    documents = dict(catalogue.documents)
    for issue in having:
        found = drawing.entries_for(issue)
        texts = {lang: _drawn(text, found, catalogue.policy, opaque or {}) for lang, text in issue.texts.items()}
        documents[issue.id] = replace(issue, texts=texts)
    return replace(catalogue, documents=documents)


def without_drawn(document: Document) -> Document:
    """The document as it was before anything was drawn: what translations are compared in."""
    if all(text.undrawn is None for text in document.texts.values()):
        return document
    return replace(document, texts={lang: text.without_drawn for lang, text in document.texts.items()})


def action_named(catalogue: Catalogue, name: str, lang: str) -> Action:
    """The action of an entry, in a language or, where that does not have it for the same readers, in the original's."""
    ident, _, action = name.partition(_MARK)
    document = catalogue.documents[ident]
    original, here = (
        next((one for one in actions_in(document, spoken) if one.id == action), None)
        for spoken in (document.original, lang)
    )
    if original is None:
        raise ValueError("an entry names an action that is not there")
    return here if here is not None and here.part.audience == original.part.audience else original


def since(catalogue: Catalogue, issue: Document, block: DataBlock) -> datetime.date | None:
    """After which day what is new is looked for: the day given, else that of the issue before; None where there is no
    issue before. One of which some readers of this issue may not know tells them no date.
    """
    given = block.fields.get("since")
    if isinstance(given, datetime.date):
        return given
    ours = readers(catalogue.policy, issue.front.audience)
    before = [
        one.front.date
        for one in issues(catalogue)
        if one.front.date < issue.front.date and ours <= readers(catalogue.policy, one.front.audience)
    ]
    return max(before, default=None)


def refuse_drawn(catalogue: Catalogue) -> Iterator[Problem]:
    """Blocks that draw for no issue, or of a time in which there can be nothing."""
    for document in catalogue.documents.values():
        for block in document.texts[document.original].source.data:
            if block.word not in DRAWN_WORDS:
                continue
            if document.front.kind != KIND:
                what = f"“{block.word}” draws what an issue of the newsletter tells, and this is none"
                fix = "delete the block, and link to the page that lists this; or let “kind:” be newsletter"
                yield Problem(block.place, "drawn-elsewhere", what, fix)
                continue
            yield from _refuse_dates(document, block)


def _refuse_dates(issue: Document, block: DataBlock) -> Iterator[Problem]:
    date = issue.front.date
    until, given = block.fields.get("until"), block.fields.get("since")
    if isinstance(until, datetime.date) and until < date:
        what = f"nothing lies between this issue’s date ({date.isoformat()}) and {until.isoformat()}"
        fix = "write a later day in “until:”, or leave it out: then all that is known to come is shown"
        yield Problem(_line_of(block, "until"), "drawn-dates", what, fix)
    if isinstance(given, datetime.date) and given >= date:
        what = f"nothing is new between {given.isoformat()} and this issue’s date ({date.isoformat()})"
        fix = "write an earlier day in “since:”, or leave it out: then it is that of the issue before"
        yield Problem(_line_of(block, "since"), "drawn-dates", what, fix)


def _line_of(block: DataBlock, key: str) -> Place:
    lines = block.text.split("\n")
    at = next((index for index, line in enumerate(lines) if line.startswith(f"{key}:")), 0)
    return replace(block.place, line=block.place.line + at)


def _is_drawn(source: Source) -> bool:
    return any(block.word in DRAWN_WORDS for block in source.data)


class _Drawing:
    """Everything that issues may draw from, gathered once for all of them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._papers: dict[str, list[Document]] = {}
        for document in catalogue.documents.values():
            self._papers.setdefault(self._paper(document), []).append(document)
        for versions in self._papers.values():
            versions.sort(key=lambda one: (version_of(one.front.symbol), one.id))
        self._asked = [
            (document, action)
            for document in catalogue.documents.values()
            for action in actions_in(document, document.original)
        ]

    @staticmethod
    def _paper(document: Document) -> str:
        """What all versions of a paper have in common; no symbol looks like an id."""
        return version_of(document.front.symbol).base if document.front.symbol else document.id

    def entries_for(self, issue: Document) -> _Found:
        """What each block of this issue may show at all, in the order in which it is shown."""
        known: dict[tuple[object, ...], Sequence[Entry]] = {}

        def found(block: DataBlock) -> Sequence[Entry]:
            # Every language asks for the same.
            key = (block.word, block.fields.get("until"), block.fields.get("since"))
            if key not in known:
                draw = {CALENDAR: self._events, DEADLINES: self._deadlines}.get(block.word, self._documents)
                known[key] = tuple(draw(issue, block))
            return known[key]

        return found

    def _events(self, issue: Document, block: DataBlock) -> Iterator[Entry]:
        until = block.fields.get("until")
        # What is known of a year alone follows what is known of its months and days.
        for event in sorted(self._catalogue.events, key=lambda one: (one.first.year, one.precision == "year")):
            if event.last >= issue.front.date and (not isinstance(until, datetime.date) or event.first <= until):
                yield Entry(event.id, event.audience)

    def _deadlines(self, issue: Document, _: DataBlock) -> Iterator[Entry]:
        """What was open on the day of the issue, in what was in force then: an issue goes on saying what it said."""
        day = issue.front.date
        found = [
            (document, action)
            for document, action in self._asked
            if action.due.date() >= day and _is_open(action, day) and self._is_in_force(document, day)
        ]
        for document, action in sorted(found, key=lambda one: (one[1].due, one[0].slug or one[0].id, one[1].id)):
            yield Entry(f"{document.id}{_MARK}{action.id}", action.part.audience)

    def _documents(self, issue: Document, block: DataBlock) -> Iterator[Entry]:
        day, after = issue.front.date, since(self._catalogue, issue, block)
        found = [
            one
            for one in self._catalogue.documents.values()
            if (after is None or one.front.date > after)
            and one.id != issue.id
            and not one.is_withdrawn
            and self._is_in_force(one, day)
        ]
        # Those of one day stand in the catalogue's order.
        for one in sorted(found, key=lambda one: -one.front.date.toordinal()):
            yield Entry(one.id, one.front.audience)

    def _is_in_force(self, document: Document, day: datetime.date) -> bool:
        """Whether it was there on that day, and no later version of it."""
        there = [one for one in self._papers[self._paper(document)] if one.front.date <= day]
        return bool(there) and there[-1].id == document.id


def _is_open(action: Action, day: datetime.date) -> bool:
    done = action.block.fields.get("done")
    return not isinstance(done, datetime.date) or done >= day


def _drawn(text: Text, found: _Found, policy: Policy, opaque: Mapping[str, str]) -> Text:
    if not _is_drawn(text.source):
        return text
    source, index = text.source, 0
    while index < len(source.data):
        before = len(source.data)
        if source.data[index].word in DRAWN_WORDS:
            source = _draw(source, index, found(source.data[index]), policy, opaque)
        # Behind the sections that were put in, which draw nothing themselves.
        index += 1 + len(source.data) - before
    return replace(text, source=source, undrawn=text.source)


def _draw(source: Source, index: int, entries: Sequence[Entry], policy: Policy, opaque: Mapping[str, str]) -> Source:
    """`source` with what one of its blocks of data shows, and the sections that stand behind it."""
    block = source.data[index]
    outer = source.part(block.part)
    around = readers(policy, outer.audience)
    shown = tuple(one.id for one in entries if around <= readers(policy, one.audience))
    narrower = [one for one in entries if one.id not in shown and policy.may_stand_inside(one.audience, outer.audience)]
    audiences = sorted({one.audience for one in narrower}, key=lambda one: _place(one, policy, opaque))
    first = 1 + max((int(part.name[1:]) for part in source.parts if part.name), default=0)
    sections = [
        (
            replace(outer, name=f"s{number}", form="block", audience=audience, parent=outer.name, place=block.place,
                    text=block.text, lang=""),
            tuple(one.id for one in narrower if one.audience == audience),
        )
        for number, audience in enumerate(audiences, first)
    ]  # fmt: skip
    at = _blocks_of_data(source)[index]
    # What is drawn says nothing in the words of any text: it is said in the language of the page.
    here = replace(source.blocks[at], lang="", stale=False)
    behind = [replace(here, part=part.name, line=here.line) for part, _ in sections]
    wider = tuple(dict.fromkeys(one.audience for one in entries if one.id in shown))
    data = [replace(block, draws=shown, drawn_for=wider, goes_on=bool(sections), lang="")]
    data += [replace(block, part=part.name, draws=ids, number=None, lang="") for part, ids in sections]
    return replace(
        source,
        parts=_with_sections(source, outer, source.blocks[at], [part for part, _ in sections]),
        blocks=(*source.blocks[:at], here, *behind, *source.blocks[at + 1 :]),
        data=(*source.data[:index], *data, *source.data[index + 1 :]),
        references=tuple(
            replace(one, block=one.block + len(sections)) if one.block > at else one for one in source.references
        ),
    )


def _place(audience: Audience, policy: Policy, opaque: Mapping[str, str]) -> tuple[object, ...]:
    """Tiers, areas and groups in the policy's order; last those that are not named, by what tells nothing of them."""
    order = {name: index for index, name in enumerate(policy.audience_names)}
    hidden = sorted(opaque[name] for name in audience.names if name in opaque)
    return bool(hidden), hidden, [order[name] for name in audience.names if name not in opaque]


def _blocks_of_data(source: Source) -> list[int]:
    """Where among the blocks each block of data stands."""
    return [at for at, block in enumerate(source.blocks) if block.kind == "data"]


def _with_sections(source: Source, outer: Part, block: Block, sections: Sequence[Part]) -> tuple[Part, ...]:
    """All parts in the document's order, with `sections` behind a block of `outer`."""
    if not sections:
        return source.parts
    pieces: list[str] = []
    behind = [token(part.name) for part in sections]
    for piece in source.pieces(outer.name):
        pieces.append(token(piece) if isinstance(piece, str) else piece.text)
        if piece is block:
            pieces += behind
    text = "\n\n".join(pieces)
    after = list(tokens_in(text[text.index(behind[-1]) + len(behind[-1]) :]))
    parts = [replace(part, text=text) if part.name == outer.name else part for part in source.parts]
    names = [part.name for part in parts]
    if after:
        at = names.index(after[0])
    else:
        within = {outer.name}
        for part in parts:
            within |= {part.name} if part.form != "text" and part.parent in within else set()
        at = max(index for index, name in enumerate(names) if name in within) + 1
    return (*parts[:at], *sections, *parts[at:])
