"""What the original said when a translation was pinned, looked up in the history of the repository it lies in.

Only editors and translators are shown it, never a build: whoever builds from a copy without history gets the same
pages. A block is recognised by its pin, so that no date and no name of a revision has to be recorded or believed.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from communique.documents.cutting import parse_source
from communique.documents.document import Text
from communique.documents.kinds import split_front_matter
from communique.documents.source import PUBLIC_PART, Source, tokens_in
from communique.documents.tearlines import tear
from communique.languages.pins import Pin, Pins, fingerprints
from communique.policy import Audience, Policy
from communique.problems import Refused

#: How many revisions of one file are looked through at most, and how large one may be.
_REVISIONS, _BYTES = 200, 4_000_000
_PATIENCE = 20.0


@dataclass(frozen=True)
class OldBlock:
    """A block of the original as it was when it was translated. Whoever shows it to somebody asks first whether that
    reader may read all of `audiences`: those of the document, of the sections around it and of what is sealed inside.
    """

    markdown: str = field(repr=False)
    audiences: tuple[Audience, ...]
    revision: str


def old_blocks(original: Text, pins: Pins, site_dir: Path, policy: Policy, pin: Pin) -> Mapping[str, OldBlock]:
    """By the ids of pinned blocks what the original said then, as far as the history has it.

    `original` is a text as the catalogue has it, its `file` a path below `site_dir`.
    """
    wanted: dict[str, list[str]] = {}
    for block in pins.blocks:
        wanted.setdefault(block.pin, []).append(block.id)
    found: dict[str, OldBlock] = {}
    for revision, raw in _revisions(site_dir, original.file):
        if not wanted:
            break
        source = _read(raw, original, policy)
        if source is None:
            continue
        for one in fingerprints(source, pin):
            for ident in wanted.pop(one.pin, ()):
                found[ident] = _old_block(source, one.index, revision)
    return found


def was_there(site_dir: Path, file: str) -> bool:
    """Whether the repository knows a file at this path below `site_dir`, also one that was deleted since."""
    return bool(_git(site_dir, "log", "--max-count=1", "--format=%H", "--", file).strip())


def _revisions(site_dir: Path, file: str) -> Iterator[tuple[str, bytes]]:
    """The contents that a file had, the newest first."""
    listed = _git(site_dir, "log", f"--max-count={_REVISIONS}", "--format=%H", "--", file)
    seen: set[bytes] = set()
    for revision in listed.decode("ascii", "replace").split():
        raw = _git(site_dir, "show", "--no-textconv", f"{revision}:./{file}")
        if raw and len(raw) <= _BYTES and raw not in seen:
            seen.add(raw)
            yield revision[:10], raw


def _git(site_dir: Path, *words: str) -> bytes:
    """What git answers; nothing where there is no git, no repository or no such file."""
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # no shell; the words are ours, the path follows “--” or a revision
            ["git", "-C", str(site_dir), "--no-pager", *words],  # git is wherever the editor has it
            capture_output=True,
            check=False,
            env=environ,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""


def _read(raw: bytes, original: Text, policy: Policy) -> Source | None:
    """An old text cut as today's is, or None where it is not understood any more."""
    try:
        _, body, line = split_front_matter(raw.decode("utf-8").removeprefix("\ufeff"), original.file)
        body, torn = tear(body, original.file, line)
        if original.released_from:
            if torn is None:
                return None
            body, line = torn.body, torn.first_line
        return parse_source(body, original.file, policy, original.as_pinned.part(PUBLIC_PART).audience, first_line=line)
    except (Refused, UnicodeDecodeError):
        return None


def _old_block(source: Source, index: int, revision: str) -> OldBlock:
    block = source.blocks[index]
    audiences: list[Audience] = []
    name = block.part
    while True:
        audiences.append(source.part(name).audience)
        if name == PUBLIC_PART:
            break
        name = source.part(name).parent
    return OldBlock(written(source, block.text, audiences), tuple(audiences), revision)


def written(source: Source, text: str, audiences: list[Audience] | None = None) -> str:
    """A block's Markdown as it stood in the file, with what is sealed inside in its place. For whom that is is added to
    `audiences`.
    """
    for name in dict.fromkeys(tokens_in(text)):
        part = source.part(name)
        if audiences is not None:
            audiences.append(part.audience)
        inner = written(source, part.text, audiences)
        token = f"cqpart{name[1:]}q"
        if part.form == "inline":
            text = text.replace(token, f"[{inner}]{{{part.audience}}}")
        elif part.form == "row":
            lines = (f"{inner.rstrip()} {{{part.audience}}}" if token in line else line for line in text.split("\n"))
            text = "\n".join(lines)
        else:
            text = text.replace(token, f"{inner} {{{part.audience}}}")
    return text
