"""What a translation was made from, block by block: `es.pins` beside `es.md`.

It lists the blocks that the translation has, in its order, as they stood in the original when the translation was last
brought up to date: where each stood and for whom, and keyed hashes of its words. No word can be read from it, and
nothing of it is published. It is written by `invoke translate.pin`, `translate.import` and `translate.acknowledge`.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from communique.documents.definitions import abbreviations_in, stands_in
from communique.documents.document import Text
from communique.documents.fields import KIND_FIELDS
from communique.documents.source import PUBLIC_PART, Block, Source, tokens_in
from communique.problems import Place, Problem, Refused, did_you_mean

#: Gives the keyed hash of a text, as 32 hexadecimal digits.
Pin = Callable[[str], str]

FORMAT = "2"
#: What stands before the names of fields, blocks, and all that stands below a tearline.
FIELDS, BLOCKS, RELEASED = "fields", "blocks", "released"
TITLE, SUMMARY = "title", "summary"
#: How many of a block's smallest hashes its sketch keeps: enough for a whole short block, a sample of a long one.
SAMPLE = 32

#: From so many blocks and fields on it can be told whether pins are of another text.
_TELLING = 5

_OPEN, _CLOSE, _END = "\x02", "\x03", "\x04"
_HASH = re.compile(r"[0-9a-f]{32}\Z")
_SHORT_HASH = re.compile(r"[0-9a-f]{16}\Z")
_SKETCH = re.compile(rf"[0-9a-f]{{4}}(?:[0-9a-f]{{4}}){{0,{SAMPLE}}}\Z")
_IDENT = re.compile(r"[0-9a-f]{8}\Z")
_DEFINITION = re.compile(r" {0,3}\[([^\]^][^\]]*)\]:\s*(.*)")
_QUOTE_MARK = re.compile(r"^\s*>+ ?", re.MULTILINE)
#: What may change without changing what is said. Whatever is not listed counts as said.
_SILENT = r"\s.,;:!¡…·'\"‘’‚‛“”„‟«»‹›()\[\]{}*_`\\|#\-‐‑‒–—―⁃،؛。、・\u00ad\u200b-\u200f\u2060\ufeff"
_SAID = re.compile(
    # What is sealed inside, from where to where and for whom; addresses; code and addresses in angles; numbers, whose
    # points and strokes are part of them; words and signs.
    rf"{_OPEN}|{_CLOSE}[^{_END}]*{_END}|\]\([^)\n]*\)|\]\[[^\]\n]*\]|<[^<>\s]+>|`+[^`]*`+"
    rf"|(?:(?<![\w)])[-−])?\d+(?:[.,:/'’–—-]\d+)*|[^{_SILENT}{_OPEN}{_CLOSE}{_END}\d]+"
)
_DASHES = str.maketrans("–—−", "---")


@dataclass(frozen=True)
class Shape:
    """Of one block what must be the same in a translation: what it is, where it stands and for whom."""

    kind: str
    level: int = 0
    #: Which of the sections, counted by their first blocks; 0 is no section.
    section: int = 0
    #: For whom that section is, with those around it: "oeg within partner"; empty outside sections, where the text is
    #: for the readers of the document.
    audience: str = ""
    #: The paragraph's number; whether its text states it; whether the paragraph was taken out.
    number: str = ""
    stated: bool = False
    withdrawn: bool = False
    #: What is sealed inside: "row 2 for oeg".
    inside: tuple[str, ...] = ()
    #: The files it refers to: "the image map.png", with "for core" where they are for fewer than the block.
    files: tuple[str, ...] = ()
    #: A hash of what a data block says in every language; empty for all else.
    facts: str = ""


@dataclass(frozen=True)
class Pinned:
    """One block of a translation: the block of the original that it translates, as that stood then."""

    #: Short and its own in this file; it stays when the block is pinned again.
    id: str
    shape: Shape
    #: Keyed hash of the kind and the text, white space folded, with the audiences inside.
    pin: str
    #: Keyed hash of letters, digits, signs, addresses and what is sealed inside: punctuation may have changed.
    words: str
    #: Keyed hash of the words sealed inside it and for whom; empty where nothing is.
    seals: str = ""
    #: By which it is recognised when it was changed, split or merged.
    sketch: str = ""
    #: Keyed hash of the translation's own words: whether somebody has worked on them since.
    own: str = ""
    #: The `pin` of a later text of the original that changes nothing in the translation, as somebody has declared.
    acknowledged: str = ""
    #: Whether something was sealed in the original since, which was pinned again while this was not: what this says
    #: may be what was sealed. It is shown again once the original says what was translated, or it is translated anew.
    withheld: bool = False


@dataclass(frozen=True)
class PinnedField:
    """The title, the summary, or what the kind of a document says in each language."""

    pin: str
    words: str
    #: How many entries a list has; 0 for plain text.
    entries: int = 0
    own: str = ""
    acknowledged: str = ""
    withheld: bool = False


@dataclass(frozen=True)
class Pins:
    """One translation's pins. `audience` is the whole document's, as it was then."""

    audience: str
    fields: Mapping[str, PinnedField]
    blocks: tuple[Pinned, ...]


@dataclass(frozen=True)
class PinsFile:
    """A whole file: the text's pins, and those of what stands below its tearline.

    `key` tells whether the hashes were made with the keys at hand: with other keys nothing can be compared.
    """

    key: str
    text: Pins
    released: Pins | None = None

    def made_with(self, pin: Pin) -> bool:
        return self.key == key_of(pin)


@dataclass(frozen=True)
class Fingerprint:
    """What would be pinned of a block as it stands, and what a pinned one is recognised by."""

    shape: Shape
    #: Where it stands in `Source.blocks`.
    index: int
    pin: str
    text: str = field(repr=False)
    #: What is sealed inside, one by one.
    sealed: tuple[str, ...] = field(repr=False)
    hashed: Pin = field(repr=False, compare=False)

    @cached_property
    def said(self) -> tuple[str, ...]:
        return _said(self.text, self.shape.kind)

    @cached_property
    def words(self) -> str:
        return self.hashed("words|" + " ".join(self.said))

    @cached_property
    def seals(self) -> str:
        if not self.sealed:
            return ""
        return self.hashed("sealed|" + "\n".join(" ".join(_said(one, self.shape.kind)) for one in self.sealed))

    @cached_property
    def grams(self) -> frozenset[int]:
        """Keyed hashes of its words and pairs of words."""
        return _grams(self.said, bytes.fromhex(self.hashed("sketch|")))

    @property
    def sketch(self) -> str:
        smallest = sorted(self.grams)[:SAMPLE]
        return f"{min(len(self.grams), 0xFFFF):04x}" + "".join(f"{one:04x}" for one in smallest)


def key_of(pin: Pin) -> str:
    """By which a pins file tells with which keys it was made."""
    return pin("key|")[:8]


def shapes(source: Source, pin: Pin) -> tuple[Shape, ...]:
    """The shape of each block that is no definition, in order: what the twin rule compares."""
    return tuple(shape for _, shape in _shapes(source, pin))


def fingerprints(source: Source, pin: Pin) -> tuple[Fingerprint, ...]:
    """Of each block that is no definition, in order."""
    texts = _expanded(source)
    return tuple(
        Fingerprint(shape, index, pin(f"{shape.kind}|" + " ".join(text.split())), text, tuple(sealed), pin)
        for index, shape in _shapes(source, pin)
        for text, sealed in (texts[index],)
    )


def own_words(source: Source, pin: Pin) -> tuple[str, ...]:
    """A short keyed hash of what each block of a translation that is no definition says."""
    texts = _expanded(source)
    return tuple(
        pin("words|" + " ".join(_said(texts[index][0], block.kind)))[:16]
        for index, block in enumerate(source.blocks)
        if block.kind != "definition"
    )


def fields_of(text: Text) -> dict[str, str | tuple[str, ...]]:
    """The title, the summary and whatever else a language file says in its own language outside its blocks."""
    found: dict[str, str | tuple[str, ...]] = {TITLE: text.source.title}
    if text.front.summary:
        found[SUMMARY] = text.front.summary
    translated = {each.name for fields in KIND_FIELDS.values() for each in fields if each.translated}
    for name, value in text.front.facts.items():
        if name in translated and isinstance(value, str | tuple):
            found[name] = value if isinstance(value, str) else tuple(map(str, value))
    return found


def pinned_fields(text: Text, pin: Pin) -> dict[str, PinnedField]:
    """What would be pinned of them as they stand in the original."""
    found: dict[str, PinnedField] = {}
    for name, value in fields_of(text).items():
        entries = (value,) if isinstance(value, str) else value
        folded = [" ".join(one.split()) for one in entries]
        said = [" ".join(_said(one, "paragraph")) for one in entries]
        count = 0 if isinstance(value, str) else len(value)
        found[name] = PinnedField(pin(f"{name}|" + "\n".join(folded)), pin("words|" + "\n".join(said)), count)
    return found


def own_fields(text: Text, pin: Pin) -> dict[str, str]:
    return {name: one.words[:16] for name, one in pinned_fields(text, pin).items()}


def are_of(pins: Pins, translation: Text, pin: Pin) -> bool:
    """Whether pins can be those of this translation: of another one's, hardly any words are recorded in them."""
    own, mine = own_words(translation.as_pinned, pin), own_fields(translation, pin)
    pairs = [(one.own, words) for one, words in zip(pins.blocks, own, strict=False)]
    pairs += [(one.own, mine.get(name, "")) for name, one in pins.fields.items()]
    kept = {words for _, words in pairs}
    return len(pairs) < _TELLING or sum(recorded in kept for recorded, _ in pairs) * 5 >= len(pairs)


def pins_of(
    original: Text, translation: Text, renders: Sequence[int | Pinned], pin: Pin, before: Pins | None = None
) -> Pins:
    """The pins of `translation`, whose blocks (definitions left out) render, one by one and in its own order,
    `renders`: a block of today's original by its place in `Source.blocks`, or what it was pinned to until now.

    A block keeps its id where `before` has it under the same pin or an entry of `renders` carries it. Title, summary
    and other fields are pinned to today's; who wants to keep one as it was replaces it in the result.

    Nothing is checked: `communique.languages.parity` does that, with what this returns.
    """
    source = original.as_pinned
    today = {one.index: one for one in fingerprints(source, pin)}
    ours = shapes(translation.as_pinned, pin)
    own = own_words(translation.as_pinned, pin)
    known = {one.pin: one.id for one in before.blocks} if before else {}
    taken = {one.id for one in renders if isinstance(one, Pinned)}
    blocks: list[Pinned] = []
    for one, shape, words in zip(renders, ours, own, strict=True):
        if isinstance(one, Pinned):
            # Sections are counted among the translation's own blocks, which may have become more or fewer.
            blocks.append(replace(one, shape=replace(one.shape, section=shape.section)))
            continue
        found = today[one]
        ident = known.get(found.pin, "")
        if not ident or ident in taken:
            ident = _new_id(found.pin, taken, pin)
        taken.add(ident)
        pinned = replace(found.shape, section=shape.section)
        blocks.append(Pinned(ident, pinned, found.pin, found.words, found.seals, found.sketch, words))
    mine = own_fields(translation, pin)
    fields = {
        name: replace(one, own=mine.get(name, "")) for name, one in pinned_fields(original, pin).items() if name in mine
    }
    return Pins(str(source.part(PUBLIC_PART).audience), fields, tuple(blocks))


def _new_id(value: str, taken: set[str], pin: Pin) -> str:
    count = 0
    while (ident := pin(f"id|{count}|{value}")[:8]) in taken:
        count += 1
    return ident


# -- what a block is and says


def _shapes(source: Source, pin: Pin) -> Iterator[tuple[int, Shape]]:
    parts = {part.name: part for part in source.parts}
    order: dict[str, int] = {PUBLIC_PART: 0}

    def around(name: str) -> str:
        if name == PUBLIC_PART:
            return ""
        outer = around(parts[name].parent)
        order.setdefault(name, len(order))
        return f"{parts[name].audience} within {outer}" if outer else str(parts[name].audience)

    for index, block in enumerate(source.blocks):
        if block.kind == "definition":
            continue
        audience = around(block.part)
        readers = f" for {parts[block.part].audience}"
        yield (
            index,
            Shape(
                block.kind,
                block.level,
                order[block.part],
                audience,
                str(block.number) if block.number is not None else "",
                block.stated is not None,
                block.withdrawn,
                block.inside,
                tuple(one.removesuffix(readers) for one in block.files),
                pin(f"facts|{block.facts!r}")[:16] if block.facts else "",
            ),
        )


def _expanded(source: Source) -> list[tuple[str, list[str]]]:
    """Of each block its whole text with what is sealed inside in its place, and those sealed texts one by one. Where it
    uses a definition, what is defined belongs to it: the address of a link, the words behind an abbreviation.
    """
    parts = {part.name: part for part in source.parts}
    defined, short = _definitions(source.blocks), _abbreviations(source.blocks)

    def expanded(text: str) -> str:
        for name in dict.fromkeys(tokens_in(text)):
            inner = f"{_OPEN}{expanded(parts[name].text)}{_CLOSE}{parts[name].audience}{_END}"
            text = text.replace(f"cqpart{name[1:]}q", inner)
        return text

    result = []
    for block in source.blocks:
        text = expanded(block.text)
        sealed = [expanded(f"cqpart{name[1:]}q") for name in tokens_in(block.text)]
        known = {**defined.get(PUBLIC_PART, {}), **defined.get(block.part, {})}
        if known and block.kind != "definition":
            folded = text.casefold()
            used = sorted(target for name, target in known.items() if f"[{name}]" in folded)
            # In brackets of their own, so that they count as addresses do.
            text += "".join(f" ]({' '.join(target.split())})" for target in used)
        meant = {**short.get(PUBLIC_PART, {}), **short.get(block.part, {})}
        if meant and block.kind != "definition":
            text += "".join(f" ({meant[name]})" for name in sorted(meant) if stands_in(name, text))
        result.append((text, sealed))
    return result


def _definitions(blocks: Sequence[Block]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for block in blocks:
        if block.kind == "definition":
            for line in block.text.split("\n"):
                one = _DEFINITION.match(line)
                if one:
                    found.setdefault(block.part, {})[one.group(1).casefold()] = one.group(2)
    return found


def _abbreviations(blocks: Sequence[Block]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for block in blocks:
        if block.kind == "definition":
            found.setdefault(block.part, {}).update(abbreviations_in(block.text))
    return found


def _said(text: str, kind: str) -> tuple[str, ...]:
    """Words, numbers, signs, addresses, and where what is sealed begins and ends. In code every character counts."""
    if kind == "code":
        return (text,)
    if kind == "quote":
        text = _QUOTE_MARK.sub("", text)
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return tuple(
        one.translate(_DASHES) if one[-1].isdigit() or one[0].isdigit() else one for one in _SAID.findall(text)
    )


def _grams(said: Sequence[str], seed: bytes) -> frozenset[int]:
    """Keyed hashes of pairs of words, and of those single words that tell texts apart."""
    words = [one.casefold() for one in said if one[0] not in (_OPEN, _CLOSE)]
    pairs = {f"{first} {second}" for first, second in pairwise(words)}
    single = {one for one in words if len(one) > 4 or len(words) < 4}
    return frozenset(
        int.from_bytes(hashlib.blake2b(one.encode(), digest_size=2, key=seed).digest(), "big") for one in pairs | single
    )


# -- the file


def render_pins(found: PinsFile) -> str:
    """The text of a pins file: YAML, one block on each line."""
    lines = [
        "# Which text of the original this translation renders, block by block. Written by: invoke translate.pin",
        f"format: {FORMAT}",
        f'key: "{found.key}"',
        *_rendered(found.text, ""),
    ]
    if found.released is not None:
        lines += [f"{RELEASED}:", *_rendered(found.released, "  ")]
    return "\n".join(lines) + "\n"


def _rendered(pins: Pins, indent: str) -> Iterator[str]:
    yield f"{indent}audience: {json.dumps(pins.audience)}"
    yield f"{indent}{FIELDS}:"
    for name, one in pins.fields.items():
        yield f"{indent}  - " + _line({"name": name, "entries": one.entries, **_hashes(one)})
    yield f"{indent}{BLOCKS}:"
    for block in pins.blocks:
        shape = block.shape
        told = {
            "id": block.id,
            "kind": shape.kind,
            "level": shape.level,
            "section": shape.section,
            "audience": shape.audience,
            "number": shape.number,
            "stated": shape.stated,
            "withdrawn": shape.withdrawn,
            "inside": list(shape.inside),
            "files": list(shape.files),
            "facts": shape.facts,
            **_hashes(block),
            "seals": block.seals,
            "sketch": block.sketch,
        }
        yield f"{indent}  - " + _line(told)


def _hashes(one: Pinned | PinnedField) -> dict[str, str | bool]:
    return {
        "pin": one.pin,
        "words": one.words,
        "own": one.own,
        "acknowledged": one.acknowledged,
        "withheld": one.withheld,
    }


def _line(told: Mapping[str, object]) -> str:
    return json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)


#: Of each key of a block's line, what it must be.
_BLOCK_KEYS: Mapping[str, re.Pattern[str] | type] = {
    "id": _IDENT,
    "kind": str,
    "level": int,
    "section": int,
    "audience": str,
    "number": str,
    "stated": bool,
    "withdrawn": bool,
    "inside": list,
    "files": list,
    "facts": _SHORT_HASH,
    "pin": _HASH,
    "words": _HASH,
    "own": _SHORT_HASH,
    "acknowledged": _HASH,
    "withheld": bool,
    "seals": _HASH,
    "sketch": _SKETCH,
}
_FIELD_KEYS: Mapping[str, re.Pattern[str] | type] = {
    "name": str,
    "entries": int,
    "pin": _HASH,
    "words": _HASH,
    "own": _SHORT_HASH,
    "acknowledged": _HASH,
    "withheld": bool,
}
_REPAIR = "restore the file from the repository, or run: invoke translate.pin"


def read_pins(text: str, shown: str) -> PinsFile:
    """A pins file's content; `shown` is its path, for whoever has to mend it.

    It is read line by line as it is written: an ordinary reading of YAML would take longer than the rest of a build.

    Raises:
        Refused: it is not such a file, or one of an older form.
    """
    problems: list[Problem] = []
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    head: dict[str, str] = {}
    for number, line in lines[:2]:
        name, _, value = line.partition(": ")
        head[name] = value.strip().strip('"')
        if name not in ("format", "key"):
            problems.append(_damaged(shown, number))
            break
    if head.get("format") != FORMAT:
        what = "this pins file is of a form that is no longer read"
        raise Refused([Problem(Place(shown, 1), "old-pins", what, "run: invoke translate.pin")])
    if not re.fullmatch(r"[0-9a-f]{8}", head.get("key", "")):
        problems.append(_damaged(shown, lines[1][0] if len(lines) > 1 else 1))
    torn = next((at for at, (_, line) in enumerate(lines) if line == f"{RELEASED}:"), len(lines))
    pins = _read_part(lines[2:torn], "", shown, problems)
    below = _read_part(lines[torn + 1 :], "  ", shown, problems) if torn < len(lines) else None
    if problems:
        raise Refused(problems)
    return PinsFile(head["key"], pins, below)


def _damaged(shown: str, line: int) -> Problem:
    return Problem(Place(shown, line), "bad-pin", "this line of the pins is damaged", _REPAIR)


def _read_part(lines: Sequence[tuple[int, str]], indent: str, shown: str, problems: list[Problem]) -> Pins:
    audience, now = "", ""
    fields: dict[str, PinnedField] = {}
    blocks: list[Pinned] = []
    seen: list[str] = []
    for number, line in lines:
        bare = line.removeprefix(indent)
        if bare.startswith("audience: ") and not seen:
            audience = bare.removeprefix("audience: ").strip().strip('"')
            seen.append("audience")
        elif bare == f"{FIELDS}:" and seen == ["audience"]:
            now = FIELDS
            seen.append(now)
        elif bare == f"{BLOCKS}:" and seen == ["audience", FIELDS]:
            now = BLOCKS
            seen.append(now)
        elif bare.startswith("  - {") and now == FIELDS:
            told = _entry(bare[4:], _FIELD_KEYS, ("name", "pin", "words"), Place(shown, number), problems)
            name = str(told.pop("name", ""))
            if name in fields:
                problems.append(_damaged(shown, number))
            fields[name] = PinnedField(**{"pin": "", "words": "", **told})  # type: ignore[arg-type]
        elif bare.startswith("  - {") and now == BLOCKS:
            told = _entry(bare[4:], _BLOCK_KEYS, ("id", "kind", "pin", "words"), Place(shown, number), problems)
            blocks.append(_block(told))
        else:
            problems.append(_damaged(shown, number))
    if seen != ["audience", FIELDS, BLOCKS]:
        problems.append(_damaged(shown, lines[-1][0] if lines else 1))
    if len({block.id for block in blocks}) != len(blocks):
        problems.append(_damaged(shown, lines[-1][0]))
    return Pins(audience, fields, tuple(blocks))


def _entry(
    line: str,
    keys: Mapping[str, re.Pattern[str] | type],
    required: Sequence[str],
    place: Place,
    problems: list[Problem],
) -> dict[str, object]:
    try:
        told = json.loads(line, object_pairs_hook=_once)
    except ValueError:
        problems.append(_damaged(place.file, place.line))
        return {}
    for name, value in told.items():
        wanted = keys.get(name)
        if wanted is None:
            what = f"the pins of a block have no “{name}”" if _plain_word(name) else "this line of the pins is damaged"
            problems.append(Problem(place, "bad-pin", what, did_you_mean(name, keys)))
        elif not _fits(value, wanted):
            problems.append(_damaged(place.file, place.line))
    if any(name not in told for name in required):
        problems.append(_damaged(place.file, place.line))
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a key stands twice")
    return told


def _plain_word(name: str) -> bool:
    return re.fullmatch(r"[a-z-]{1,24}", name) is not None


def _fits(value: object, wanted: re.Pattern[str] | type) -> bool:
    if isinstance(wanted, re.Pattern):
        return isinstance(value, str) and wanted.match(value) is not None
    if wanted is list:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return type(value) is wanted


_OF_SHAPE = ("kind", "level", "section", "audience", "number", "stated", "withdrawn", "inside", "files", "facts")


def _block(told: Mapping[str, object]) -> Pinned:
    shape = {name: told[name] for name in _OF_SHAPE if name in told}
    rest = {name: value for name, value in told.items() if name in _BLOCK_KEYS and name not in _OF_SHAPE}
    return Pinned(
        shape=Shape(**{"kind": "", **shape}),  # type: ignore[arg-type]
        **{"id": "", "pin": "", "words": "", **rest},  # type: ignore[arg-type]
    )
