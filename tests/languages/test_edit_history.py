"""A scripted history of edits of real texts: prose, punctuation, moves, splits, merges, insertions, deletions.

Of every block it is known what became of it, and it is compared with what is recognised without the old text.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.cutting import parse_source
from communique.documents.document import Text
from communique.documents.source import Source
from communique.languages.changes import Changes, changes
from communique.languages.pins import pins_of
from communique.policy import Audience
from communique_pelican.history import written
from tests.languages.pinned_texts import pin

PROJECT = Path(__file__).resolve().parents[2]
SENTENCES = re.compile(r"(?<=[a-z]{3}[.])\s+(?=[A-Z])")
SEEDS = 2


@dataclass
class Item:
    """One block: its Markdown, the sections it stands in, and what it was before the edits."""

    text: str
    sections: tuple[str, ...]
    kind: str
    became: str = "same"
    sources: frozenset[int] = field(default_factory=frozenset)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(PROJECT / "content")


@pytest.fixture(scope="module")
def originals(catalogue: Catalogue) -> list[Text]:
    """The longer texts, without those of which some blocks cannot be moved: data, and paragraphs that state their
    number.
    """
    texts = [document.texts[document.original] for document in catalogue.documents.values()]
    return [
        text
        for text in texts
        if sum(block.kind == "paragraph" for block in text.source.blocks) >= 6
        and not any(block.stated or block.kind == "data" for block in text.source.blocks)
    ]


def items(source: Source) -> list[Item]:
    found: list[Item] = []
    for block in source.blocks:
        if block.kind == "definition":
            continue
        sections: list[str] = []
        name = block.part
        while name:
            sections.insert(0, str(source.part(name).audience))
            name = source.part(name).parent
        text = written(source, block.text).strip()
        found.append(Item(text, tuple(sections), block.kind, sources=frozenset({len(found)})))
    return found


def body(found: list[Item]) -> str:
    lines: list[str] = []
    now: tuple[str, ...] = ()
    for item in found:
        common = 0
        while common < min(len(now), len(item.sections)) and now[common] == item.sections[common]:
            common += 1
        lines += [":::"] * (len(now) - common) + [f"::: {name}" for name in item.sections[common:]] + [item.text]
        now = item.sections
    return "# Title\n\n" + "\n\n".join(lines + [":::"] * len(now))


class Editor:
    """Somebody who edits. Each block is touched once at most, so that what became of it has one name."""

    def __init__(self, found: list[Item], chance: random.Random, vocabulary: list[str], paragraphs: list[str]) -> None:
        self.items, self.chance = [replace(item) for item in found], chance
        self.vocabulary, self.paragraphs = vocabulary, paragraphs
        self.deleted: set[int] = set()

    def edit(self, times: int) -> None:
        verbs = (self.rewrite, self.repunctuate, self.move, self.split, self.merge, self.insert, self.delete)
        for _ in range(times):
            self.chance.choice(verbs)()

    def _free(self, *, prose: bool = False) -> list[int]:
        return [
            at
            for at, item in enumerate(self.items)
            if item.became == "same" and (not prose or (item.kind == "paragraph" and not set(item.text) & set("[{<")))
        ]

    def _any(self, *, prose: bool = False) -> int | None:
        free = self._free(prose=prose)
        return self.chance.choice(free) if free else None

    def rewrite(self) -> None:
        at = self._any(prose=True)
        if at is not None:
            words = self.items[at].text.split()
            count = max(1, int(len(words) * self.chance.uniform(0.05, 0.4)))
            for index in self.chance.sample(range(len(words)), count):
                words[index] = self.chance.choice(self.vocabulary)
            self.items[at].text, self.items[at].became = " ".join(words), "changed"

    def repunctuate(self) -> None:
        at = self._any(prose=True)
        if at is not None:
            text = self.items[at].text
            ways = (
                text.replace(", ", " ", 1),
                text.replace(" and ", ", and ", 1),
                re.sub(r"(\w+)\.$", r"\1;", text),
                text.replace(" the ", " *the* ", 1),
                text.replace("’", "'"),
            )
            changed = self.chance.choice(ways)
            if changed != text:
                self.items[at].text, self.items[at].became = changed, "cosmetic"

    def move(self) -> None:
        at = self._any()
        to = self.chance.randrange(len(self.items))
        # Of two neighbours that change places, either may be said to have moved.
        if at is not None and abs(at - to) >= 3:
            item = self.items.pop(at)
            item.became = "moved"
            self.items.insert(to, item)

    def split(self) -> None:
        at = self._any(prose=True)
        sentences = SENTENCES.split(self.items[at].text) if at is not None else []
        if at is not None and len(sentences) > 1:
            cut = self.chance.randrange(1, len(sentences))
            halves = [" ".join(sentences[:cut]), " ".join(sentences[cut:])]
            if min(len(half.split()) for half in halves) >= 5:
                self.items[at : at + 1] = [replace(self.items[at], text=half, became="split") for half in halves]

    def merge(self) -> None:
        free = self._free(prose=True)
        pairs = [at for at in free if at + 1 in free and self.items[at].sections == self.items[at + 1].sections]
        if pairs:
            at = self.chance.choice(pairs)
            first, second = self.items[at], self.items.pop(at + 1)
            first.text, first.became = f"{first.text} {second.text}", "merged"
            first.sources |= second.sources

    def insert(self) -> None:
        at = self.chance.randrange(len(self.items) + 1)
        text = self.chance.choice(self.paragraphs)
        if not any(item.text == text for item in self.items):
            self.items.insert(at, Item(text, self.items[at - 1].sections if at else (), "paragraph", "new"))

    def delete(self) -> None:
        at = self._any()
        if at is not None:
            self.deleted |= self.items.pop(at).sources


def recognised(text: Text, editor: Editor, found: list[Item], catalogue: Catalogue) -> tuple[Source, Changes]:
    def parsed(these: list[Item]) -> Text:
        source = parse_source(body(these), text.file, catalogue.policy, Audience(("public",)))
        return replace(text, source=source, released=None)

    before = parsed(found)
    renders = [index for index, block in enumerate(before.source.blocks) if block.kind != "definition"]
    now = parsed(editor.items)
    return now.source, changes(pins_of(before, before, renders, pin), now, pin)


def judged(originals: list[Text], catalogue: Catalogue, seed: int) -> Iterator[tuple[str, bool]]:
    """What became of each block, and whether that was seen."""
    vocabulary = sorted({word for text in originals for word in re.findall(r"[a-z]{3,}", text.raw)})
    prose = {text.file: [item.text for item in items(text.source) if item.kind == "paragraph"] for text in originals}
    for text in originals:
        others = [
            one for file, them in prose.items() if file != text.file for one in them if not set(one) & set("[{<¶")
        ]
        found = items(text.source)
        editor = Editor(found, random.Random(f"{seed} {text.file}"), vocabulary, sorted(others))
        editor.edit(max(3, len(found) // 3))
        source, seen = recognised(text, editor, found, catalogue)
        told = [one for block, one in zip(source.blocks, seen.blocks, strict=True) if block.kind != "definition"]
        for item, one in zip(editor.items, told, strict=True):
            expected = frozenset() if item.became == "new" else item.sources
            yield item.became, (one.kind, frozenset(one.sources)) == (item.became, expected)
        for index in editor.deleted | set(seen.deleted):
            yield "deleted", index in editor.deleted and index in seen.deleted


def test_at_least_99_of_100_blocks_of_an_edited_text_are_recognised(
    originals: list[Text], catalogue: Catalogue
) -> None:
    right: Counter[str] = Counter()
    blocks: Counter[str] = Counter()
    for seed in range(SEEDS):
        for became, seen in judged(originals, catalogue, seed):
            blocks[became] += 1
            right[became] += seen

    assert all(blocks[one] >= 5 for one in ("changed", "cosmetic", "moved", "split", "merged", "new", "deleted"))
    assert sum(right.values()) >= 0.99 * sum(blocks.values()), (blocks, right)
    edited = [one for one in blocks if one != "same"]
    assert sum(right[one] for one in edited) >= 0.97 * sum(blocks[one] for one in edited), (blocks, right)
