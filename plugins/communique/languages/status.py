"""The state of each translation, derived: which text of the original it renders is recorded block by block (`pins`).

What differs from the original of today is stale; nobody types a state, and no date decides it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document, Text
from communique.documents.listing import Listing, read_text
from communique.documents.numbers import Number
from communique.languages.changes import Change, Changes, changes
from communique.languages.pins import Pin, Pins, PinsFile, fingerprints, own_words, read_pins
from communique.problems import Place, Problem, Refused

#: `cosmetic`: all that changed is punctuation, or somebody has declared that it changes nothing in the translation.
#: `copy`: a file is there under the translation's name, and what stands in it is the original's own text.
State = Literal["original", "current", "cosmetic", "stale", "missing", "copy"]
#: How much of a text must be the original's own for the whole to be a copy, and from how many words on a block tells.
_COPY, _TELLING = 0.7, 5


@dataclass(frozen=True)
class Status:
    """One document in one language. Each list names the paragraphs concerned, by their numbers of today; what stands
    before the first paragraph, and the title, have none.
    """

    state: State
    #: Changed, split, merged or new since, and not yet translated.
    stale: tuple[Number, ...] = ()
    pinned: bool = False
    #: Only the punctuation changed.
    cosmetic: tuple[Number, ...] = ()
    #: Somebody has declared that the change changes nothing in the translation.
    acknowledged: tuple[Number, ...] = ()
    #: Blocks were moved, taken out, or are for others now: pages follow the original by themselves.
    rearranged: bool = False
    #: There are pins, and they were made with other keys than those at hand: nobody can tell.
    foreign: bool = False

    @property
    def for_readers(self) -> State:
        """What a page says: readers are told what they miss, not what an editor has declared."""
        shown: Mapping[State, State] = {"cosmetic": "current", "copy": "missing"}
        return shown.get(self.state, self.state)


Statuses = Mapping[tuple[str, str], Status]


def read_pins_files(content: Path, listing: Listing) -> dict[tuple[str, str], PinsFile]:
    """All pins files by document and language.

    Raises:
        Refused: one is damaged, or of an older form; all of them are told.
    """
    problems: list[Problem] = []
    found: dict[tuple[str, str], PinsFile] = {}
    for key, path in listing.pins.items():
        shown = content.name + "/" + path.relative_to(content).as_posix()
        try:
            found[key] = read_pins(read_text(path, shown), shown)
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    return found


def pins_of_documents(
    files: Mapping[tuple[str, str], PinsFile],
    documents: Mapping[str, Document],
    embargoed: Iterable[str],
    pin: Pin,
    content: str = "content",
) -> dict[tuple[str, str], Pins]:
    """The pins of each translation, those of documents below tearlines under these documents' ids. Left out are those
    that were made with other keys than `pin`'s, since they tell nothing; `content` names the folder in what is said.

    Raises:
        Refused: a pins file belongs to no translation.
    """
    problems: list[Problem] = []
    result: dict[tuple[str, str], Pins] = {}
    waiting = frozenset(embargoed)
    for (ident, lang), file in files.items():
        document = documents.get(ident)
        if ident in waiting:
            continue
        if document is None or lang not in document.texts or lang == document.original:
            what = "this pins file belongs to no translation"
            place = Place(f"{content}/{ident}/{lang}.pins")
            problems.append(Problem(place, "stray-pins", what, "delete it, or restore the translation"))
            continue
        if not file.made_with(pin):
            continue
        result[ident, lang] = file.text
        below = document.texts[document.original].released
        if below is not None and file.released is not None and below.document in documents:
            result[below.document, lang] = file.released
    if problems:
        raise Refused(problems)
    return result


def read_statuses(content: Path, catalogue: Catalogue, listing: Listing, pin: Pin) -> Statuses:
    """The state of every document in every language of the site.

    Raises:
        Refused: a pins file is damaged, or belongs to no translation.
    """
    files = read_pins_files(content, listing)
    pins = pins_of_documents(files, catalogue.documents, catalogue.embargoed, pin, content.name)
    return statuses(catalogue, files, pins, pin)


def statuses(
    catalogue: Catalogue,
    files: Mapping[tuple[str, str], PinsFile],
    pins: Mapping[tuple[str, str], Pins],
    pin: Pin,
) -> Statuses:
    """The same from pins that were read already."""
    return {
        (document.id, lang): status_of(
            document, lang, pins.get((document.id, lang)), pin, foreign=_is_foreign(document, lang, files, pin)
        )
        for document in catalogue.documents.values()
        for lang in catalogue.site.languages
    }


def _is_foreign(document: Document, lang: str, files: Mapping[tuple[str, str], PinsFile], pin: Pin) -> bool:
    file = files.get((document.released_from or document.id, lang))
    return file is not None and not file.made_with(pin)


def status_of(document: Document, lang: str, pins: Pins | None, pin: Pin, *, foreign: bool = False) -> Status:
    """The state of one document in one language."""
    if lang == document.original:
        return Status("original")
    if lang not in document.texts:
        return Status("missing")
    original, text = document.texts[document.original], document.texts[lang].as_written
    if document.is_withdrawn:
        return Status("current", foreign=foreign)
    if is_copy(original, text, pins, pin):
        return Status("copy", pinned=pins is not None)
    if pins is None:
        return Status("stale" if foreign else "current", foreign=foreign)
    found = changes(pins, original, pin)
    concerned = [one for one in (*found.blocks, *found.fields.values()) if not _is_settled(one)]
    return Status(
        "stale" if found.is_stale else "cosmetic" if concerned else "current",
        paragraphs(original, found, lambda one: one.is_stale),
        True,
        paragraphs(original, found, lambda one: one.kind == "cosmetic" and not one.acknowledged),
        paragraphs(original, found, lambda one: one.acknowledged),
        found.is_rearranged,
    )


def _is_settled(one: Change) -> bool:
    return one.kind in ("same", "moved")


def paragraphs(original: Text, found: Changes, concerns: Callable[[Change], bool]) -> tuple[Number, ...]:
    """The paragraphs in which something stands that concerns; what follows a paragraph belongs to it."""
    source = original.source
    numbers: list[Number] = []
    number = source.all_numbers[0] if source.paragraphs else None
    for block, change in zip(source.blocks, found.blocks, strict=True):
        if block.number is not None:
            number = block.number
        if concerns(change) and number is not None and number not in numbers:
            numbers.append(number)
    return tuple(numbers)


def is_copy(original: Text, text: Text, pins: Pins | None, pin: Pin) -> bool:
    """Whether most of what a translation says in whole sentences is what the original says, or said when it was
    pinned, in the original's language.
    """
    if not _same_opening(original, text):
        return False
    theirs = {one.words[:16] for one in fingerprints(original.as_pinned, pin) if len(one.said) >= _TELLING}
    theirs |= {one.words[:16] for one in pins.blocks} if pins else set()
    source = text.as_pinned
    blocks = [block for block in source.blocks if block.kind != "definition"]
    telling = [
        own
        for own, block in zip(own_words(source, pin), blocks, strict=True)
        if block.kind in ("paragraph", "list", "quote") and len(block.text.split()) >= _TELLING
    ]
    return bool(telling) and sum(own in theirs for own in telling) >= _COPY * len(telling)


def _same_opening(original: Text, text: Text) -> bool:
    """Whether any longer block stands in both letter by letter: what spares all but copies the hashes."""
    theirs = {block.text for block in original.source.blocks if len(block.text.split()) >= _TELLING}
    return any(block.text in theirs for block in text.source.blocks)
