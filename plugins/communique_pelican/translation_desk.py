"""What editors and translators ask and record about translations between builds: states, pins, declarations."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.document import Document, Text
from communique.documents.listing import list_content
from communique.documents.numbers import Number, of_text
from communique.languages.changes import changes
from communique.languages.pinning import Repinned, acknowledgeable, acknowledged, repinned
from communique.languages.pins import Pin, Pins, PinsFile, fields_of, key_of, render_pins
from communique.languages.status import Status, Statuses, read_pins_files
from communique.languages.typography import join_list
from communique.problems import Place, Problem, Refused, did_you_mean
from communique_pelican.history import old_blocks, was_there, written
from communique_pelican.keys import find_keys


@dataclass(frozen=True)
class _Asked:
    """One translation and what is recorded of it. `below` are the documents below the tearline, where there is one."""

    catalogue: Catalogue
    document: Document
    language: str
    path: Path
    pin: Pin
    file: PinsFile | None

    @property
    def below(self) -> Document | None:
        found = self.catalogue.released_by(self.document)
        return found if found is not None and self.language in found.texts else None

    def texts(self, document: Document) -> tuple[Text, Text]:
        """The original and the translation as their files have them."""
        return document.texts[document.original], document.texts[self.language].as_written


def _asked(site_dir: Path, project: Path, document: str, language: str, environ: Mapping[str, str]) -> _Asked:
    """
    Raises:
        Refused: there is no such translation.
    """
    content = site_dir / "content"
    catalogue = read_catalogue(content)
    found = catalogue.documents.get(document)
    if found is None:
        what = f'there is no document "{document}"'
        raise Refused(
            [Problem(Place(content.name), "unknown-document", what, did_you_mean(document, catalogue.documents))]
        )
    if language not in found.texts or language == found.original:
        what = f'{document} has no translation "{language}"'
        known = [lang for lang in found.texts if lang != found.original]
        raise Refused(
            [Problem(Place(f"{content.name}/{document}"), "no-translation", what, did_you_mean(language, known))]
        )
    # What stands below a tearline is pinned with the text above it, in one file.
    found = catalogue.documents[found.released_from or document]
    pin = find_keys(site_dir, project, environ).keystore.pin_hash
    path = content / found.id / f"{language}.pins"
    listing = list_content(content, catalogue.site)
    here = {key: one for key, one in listing.pins.items() if key == (found.id, language)}
    try:
        file = read_pins_files(content, replace(listing, pins=here)).get((found.id, language))
    except Refused as refused:
        # A file of an older form, or a damaged one, is what this may be asked to mend.
        if any(one.code != "old-pins" for one in refused.problems):
            raise
        file = None
    return _Asked(catalogue, found, language, path, pin, file if file and file.made_with(pin) else None)


def pin(
    site_dir: Path,
    project: Path,
    *,
    document: str,
    language: str,
    read: Sequence[str] = (),
    console: Console,
    environ: Mapping[str, str],
) -> int:
    """Record which text of the original a translation renders: today's, for every block that is new or that somebody
    has worked on since. `read` names paragraphs that were read again and need no other words, "title", "summary" or
    another field, or "all".

    Raises:
        Refused: there is no such translation, it corresponds neither to its original nor to its pins, or it had pins
            that are of no use any more.
    """
    asked = _asked(site_dir, project, document, language, environ)
    again = None if "all" in read else _read_again(asked, read)
    if asked.file is None and again is not None:
        _refuse_to_begin_anew(asked, site_dir)
    above = _repinned(asked, asked.document, asked.file.text if asked.file else None, again)
    below = asked.below
    released = None
    if below is not None:
        released = _repinned(asked, below, asked.file.released if asked.file else None, again)
    _write(asked, above.pins, released.pins if released else None)
    shown = asked.path.relative_to(site_dir)
    stale = [*above.stale, *(released.stale if released else ())]
    fields = [*above.stale_fields, *(released.stale_fields if released else ())]
    if not stale and not fields:
        console.print(f"{shown}: {language} is current", highlight=False)
        return 0
    told = [*fields, *(f"¶ {number}" for number in stale)]
    console.print(f"{shown}: still stale: {join_list(told, 'en')}", highlight=False, soft_wrap=True)
    if again is None:
        numbers = ",".join([*fields, *map(str, stale)])
        console.print(
            "what the original keeps from some readers now may still stand there; read those word for word, and if"
            f" they render the original, run: invoke translate.pin {asked.document.id} {language} --read {numbers}",
            highlight=False,
            soft_wrap=True,
        )
        return 0
    console.print(
        "the original has changed there, and the translation has not; if it renders the original as it stands,"
        f" run: invoke translate.pin {asked.document.id} {language} --read all",
        highlight=False,
        soft_wrap=True,
    )
    return 0


def _refuse_to_begin_anew(asked: _Asked, site_dir: Path) -> None:
    """A translation without pins is taken to render today's original. Where it had some, what they kept from readers
    would be shown to them: that is for somebody to say who has read all of it.

    Raises:
        Refused: there were pins.
    """
    shown = str(asked.path.relative_to(site_dir))
    if not asked.path.exists() and not was_there(site_dir, shown):
        return
    what = "what was recorded here is of an older form, made with other keys, or deleted: nothing tells any more which"
    what += " text was translated"
    fix = "restore it from version control; or, if every paragraph was read and renders the original of today, run:"
    fix += f" invoke translate.pin {asked.document.id} {asked.language} --read all"
    raise Refused([Problem(Place(shown), "pins-lost", what, fix)])


def _read_again(asked: _Asked, read: Sequence[str]) -> frozenset[Number | str]:
    """
    Raises:
        Refused: one of them is neither a field of the original nor a paragraph's number.
    """
    given = [one.strip() for text in read for one in text.split(",")]
    fields = fields_of(asked.document.texts[asked.document.original])
    return frozenset([*(one for one in given if one in fields), *_numbers(one for one in given if one not in fields)])


def _repinned(
    asked: _Asked, document: Document, before: Pins | None, again: frozenset[Number | str] | None
) -> Repinned:
    original, translation = asked.texts(document)
    return repinned(original, translation, before, asked.catalogue.policy, asked.pin, read_again=again)


def acknowledge(
    site_dir: Path,
    project: Path,
    *,
    document: str,
    language: str,
    paragraphs: Sequence[str] = (),
    console: Console,
    environ: Mapping[str, str],
) -> int:
    """Record that what has changed in these paragraphs of the original, or anywhere, changes nothing in a translation.

    Raises:
        Refused: there is no such translation, it has no pins, or nothing has changed there.
    """
    asked = _asked(site_dir, project, document, language, environ)
    if asked.file is None:
        raise Refused([_unpinned(asked)])
    numbers = frozenset(_numbers(paragraphs)) if paragraphs else None
    parts: list[tuple[Document, Pins]] = [(asked.document, asked.file.text)]
    below = asked.below
    if below is not None and asked.file.released is not None:
        parts.append((below, asked.file.released))
    known = [number for one, pins in parts for number in acknowledgeable(asked.texts(one)[0], pins, asked.pin)]
    wrong = sorted((numbers or frozenset()) - set(known))
    if wrong:
        what = f"nothing that could be declared cosmetic has changed in ¶ {join_list([*map(str, wrong)], 'en')}"
        fix = f"changed paragraphs: {', '.join(map(str, known)) or 'none'}"
        raise Refused([Problem(Place(str(asked.path.relative_to(site_dir))), "not-changed", what, fix)])
    made = [acknowledged(asked.texts(one)[0], pins, asked.pin, numbers) for one, pins in parts]
    _write(asked, made[0], made[1] if len(made) > 1 else asked.file.released)
    told = [f"¶ {number}" for number in known if numbers is None or number in numbers]
    changed = made != [pins for _, pins in parts]
    said = f"cosmetic changes acknowledged: {join_list(told, 'en') or 'title, summary or headings'}"
    console.print(
        f"{asked.path.relative_to(site_dir)}: {said if changed else 'nothing has changed'}",
        highlight=False,
        soft_wrap=True,
    )
    return 0


def diff(
    site_dir: Path,
    project: Path,
    *,
    document: str,
    language: str,
    console: Console,
    environ: Mapping[str, str],
) -> int:
    """What the original said when it was translated and what it says now, side by side, wherever it is another thing.
    The old words come from the repository's history; where there is none, the new ones are shown alone.

    Raises:
        Refused: there is no such translation, or it has no pins.
    """
    asked = _asked(site_dir, project, document, language, environ)
    if asked.file is None:
        raise Refused([_unpinned(asked)])
    shown = _diff(asked, asked.document, asked.file.text, site_dir, console)
    below = asked.below
    if below is not None and asked.file.released is not None:
        shown += _diff(asked, below, asked.file.released, site_dir, console)
    if not shown:
        console.print(f"nothing has changed in the original of {document} since {language} was pinned", highlight=False)
    return 0


def _diff(asked: _Asked, document: Document, pins: Pins, site_dir: Path, console: Console) -> int:
    original, _ = asked.texts(document)
    found = changes(pins, original, asked.pin)
    old = old_blocks(original, pins, site_dir, asked.catalogue.policy, asked.pin)
    shown = 0
    number: Number | None = None
    for block, change in zip(original.source.blocks, found.blocks, strict=True):
        number = block.number or number
        if change.kind in ("same", "moved"):
            continue
        said = [old[pins.blocks[one].id].markdown for one in change.sources if pins.blocks[one].id in old]
        place = f"{original.file}:{block.line}" + (f": ¶ {number}" if number is not None else "")
        note = f"{change.kind}, acknowledged" if change.acknowledged else change.kind
        console.print(f"\n{place}: {block.kind}: {note}", highlight=False, soft_wrap=True)
        _side_by_side(said, change.sources, written(original.source, block.text), console)
        shown += 1
    for index in found.deleted:
        entry = pins.blocks[index]
        name = f"¶ {entry.shape.number}" if entry.shape.number else entry.shape.kind
        console.print(f"\n{name} is in the original no more", highlight=False, soft_wrap=True)
        if entry.id in old:
            console.print(Line(f"- {old[entry.id].markdown}", "red"), soft_wrap=True)
        shown += 1
    for field, change in found.fields.items():
        if change.kind != "same":
            value = fields_of(original)[field]
            text = value if isinstance(value, str) else "; ".join(value)
            console.print(f"\n{field}: {change.kind}", highlight=False)
            console.print(Line(f"+ {text}", "green"), soft_wrap=True)
            shown += 1
    return shown


def _side_by_side(old: Sequence[str], sources: Sequence[int], new: str, console: Console) -> None:
    if not old:
        if sources:
            console.print("  (what it said then is not in this repository's history)", highlight=False)
        console.print(Line(f"+ {new}", "green"), soft_wrap=True)
        return
    before, after = "\n\n".join(old).split(), new.split()
    red, green = [Line("-")], [Line("+")]
    for tag, a1, a2, b1, b2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = " ".join(before[a1:a2]), " ".join(after[b1:b2])
        same = tag == "equal"
        red += [Line(gone, "" if same else "bold red")] if gone else []
        green += [Line(come, "" if same else "bold green")] if come else []
    # As `Line`, which no console says in another language: these are the document's words.
    console.print(Line(" ").join(red), soft_wrap=True)
    console.print(Line(" ").join(green), soft_wrap=True)


def _numbers(given: Iterable[str]) -> list[Number]:
    """
    Raises:
        Refused: one of them is no paragraph's number.
    """
    found: list[Number] = []
    for one in (part.strip() for text in given for part in text.split(",")):
        number = of_text(one.removeprefix("¶").strip())
        if number is None:
            what = f"“{one}” is no paragraph's number"
            raise Refused(
                [Problem(Place("paragraphs"), "bad-number", what, "write it as the page shows it: 29, 29-bis")]
            )
        found.append(number)
    return found


def _unpinned(asked: _Asked) -> Problem:
    what = f"nothing is recorded of which text {asked.document.id} translates into {asked.language}"
    fix = f"run: invoke translate.pin {asked.document.id} {asked.language}"
    return Problem(Place(f"content/{asked.document.id}/{asked.language}.pins"), "no-pins", what, fix)


def _write(asked: _Asked, pins: Pins, released: Pins | None) -> None:
    text = render_pins(PinsFile(key_of(asked.pin), pins, released))
    draft = asked.path.with_name(asked.path.name + ".new")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(asked.path)


# -- invoke status


def states_table(catalogue: Catalogue, statuses: Statuses) -> Table:
    """Documents down, languages across."""
    languages = catalogue.site.languages
    table = Table("document", *languages, box=None, pad_edge=False)
    for document in catalogue.documents.values():
        table.add_row(document.id, *(shown_state(statuses[document.id, lang]) for lang in languages))
    return table


def counted(statuses: Statuses) -> str:
    """How many there are of each state."""
    counts: dict[str, int] = {}
    for one in statuses.values():
        counts[_SAID[one.state]] = counts.get(_SAID[one.state], 0) + 1
    return ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))


_SAID = {
    "original": "original",
    "current": "current",
    "cosmetic": "current, cosmetic changes",
    "stale": "stale",
    "missing": "missing",
    "copy": "untranslated copy",
}


def shown_state(status: Status) -> str:
    """A state in words, with the paragraphs concerned."""
    if status.foreign:
        return "stale: pinned with other keys"
    told = _SAID[status.state]
    if status.state == "cosmetic":
        told = "current, cosmetic change acknowledged" if not status.cosmetic else "current, punctuation changed"
    numbers = status.stale or status.cosmetic or status.acknowledged
    paragraphs = join_list([*map(str, numbers)], "en")
    where = f"{told} (¶ {paragraphs})" if numbers else told
    return f"{where}, rearranged" if status.rearranged and status.state != "stale" else where
