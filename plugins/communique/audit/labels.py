"""What tiers, areas and groups are called that the site does not tell: it stands in no public file.

A label is compared whole, since each of its words may be an ordinary one. What also stands in a public source is asked
about once, like a name; the name of a state is no secret by itself, and is looked for only where no source has it.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from communique.audit.known import Known, PublicText, SealedText
from communique.audit.words import fold, without_markdown, words
from communique.policy import AREA_PREFIX, GROUP_PREFIX, Policy, tier_id
from communique.problems import Place
from communique.strict_yaml import Node, load_yaml

#: The part that is a label, as others are a section.
LABEL = "label"
#: The files of the policy: the key below which their entries stand, and what comes before a name in an audience.
_ENTRIES: Mapping[str, tuple[str, str]] = {
    "tiers.yaml": ("tiers", ""),
    "states.yaml": ("states", AREA_PREFIX),
    "groups.yaml": ("groups", GROUP_PREFIX),
}
_WORD = re.compile(r"[^\W\d_]+")


def labels_of(policy: Policy, data: Mapping[str, str], hidden: Collection[str]) -> Iterator[SealedText]:
    """What the audiences `hidden` are called, and who they are, in each language. `data`: files of data by name."""
    for file, text in data.items():
        for name, first, _ in _entries(file, text):
            if name in hidden:
                place, source = Place(f"content/data/{file}", first), f"data/{file.removesuffix('.yaml')}"
                for said in _said_of(policy, name):
                    for lang in said:
                        yield SealedText(source, lang, LABEL, (name,), place, said[lang])


def told_lines(file: str, text: str, hidden: Collection[str]) -> str:
    """A file of data as everybody may know it: comments, and what the site does not tell, are empty lines."""
    # An editor's note may stand anywhere, and makes nothing public.
    lines = ["" if line.lstrip().startswith("#") else line for line in text.split("\n")]
    for name, first, last in _entries(file, text):
        if name in hidden:
            lines[first - 1 : last] = [""] * (last - first + 1)
    return "\n".join(lines)


def secret_labels(known: Known) -> Iterator[SealedText]:
    """What of the labels must be in no public file; an area or a group is known by its identifier too."""
    confirmed = {(one.doc, tuple(words(one.term))) for one in known.confirmed}
    for label in known.labels:
        if (label.doc, tuple(words(label.markdown))) not in confirmed:
            # In small letters it holds no name: none of its words is looked for alone.
            yield replace(label, markdown=label.markdown.lower())
        if tier_id(label.audience[0]) != label.audience[0]:
            yield replace(label, markdown=tier_id(label.audience[0]))


def labels_in_public(known: Known) -> Iterator[tuple[SealedText, PublicText, Place]]:
    """Each label of a tier or a group that a public source has, with the first place where it stands."""
    asked = [label for label in known.labels if not label.audience[0].startswith(AREA_PREFIX)]
    if not asked:
        return
    texts = [text for text in known.public if text.role != "interface"]
    streams = [(text, *_stream(text)) for text in texts]
    wanted = [words(label.markdown) for label in asked]
    small = _written_small(texts) if any(len(one) == 1 for one in wanted) else frozenset()
    for label, one in zip(asked, wanted, strict=True):
        if len(one) == 1 and one[0] in small:
            continue
        for text, stream, ends in streams:
            at = stream.find(f" {' '.join(one)} ")
            if at >= 0:
                line = bisect_right(ends, stream.count(" ", 0, at))
                yield label, text, Place(text.source.file, text.source.line + line if text.source.line else 0)
                break


def _said_of(policy: Policy, name: str) -> tuple[Mapping[str, str], ...]:
    """What readers are called, and who they are."""
    if name.startswith(AREA_PREFIX):
        return (policy.states[name.removeprefix(AREA_PREFIX)].labels,)
    if name.startswith(GROUP_PREFIX):
        group = policy.groups[name.removeprefix(GROUP_PREFIX)]
        return group.labels, group.who
    return policy.tiers[name].labels, policy.tiers[name].who


def _entries(file: str, text: str) -> Iterator[tuple[str, int, int]]:
    """The names of audiences that a file of the policy defines, each with its first and last line."""
    if file not in _ENTRIES:
        return
    key, prefix = _ENTRIES[file]
    top = load_yaml(text, file)
    listed = top.value.get(key) if isinstance(top.value, dict) else None
    starts = {name: place.line for name, place in listed.keys.items()} if isinstance(listed, Node) else {}
    # What follows the last entry counts with it: too little is public then, never too much.
    after = sorted([*starts.values(), len(text.split("\n")) + 1])
    for name, first in starts.items():
        yield prefix + name, first, max(first, next(line for line in after if line > first) - 1)


def _stream(text: PublicText) -> tuple[str, Sequence[int]]:
    """A text's words, a blank before and after each, and how many there are up to the end of each line."""
    lines = [words(without_markdown(line) if text.role == "body" else line) for line in text.text.split("\n")]
    joined = "".join(f" {word}" for line in lines for word in line)
    return f"{joined} ", tuple(itertools.accumulate(map(len, lines)))


def _written_small(texts: Collection[PublicText]) -> frozenset[str]:
    """The words that stand somewhere in small letters."""
    return frozenset(fold(one) for text in texts for one in set(_WORD.findall(text.text)) if one[0].islower())
