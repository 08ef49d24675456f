"""What a finished tree consists of, and the name that follows from it: same files, same release id."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from communique.problems import Place, Problem, Refused


@dataclass(frozen=True, order=True)
class File:
    """One file of a release; `path` is below its root, with slashes on every system."""

    path: str
    length: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Every file of a release, sorted by path."""

    files: tuple[File, ...]

    @property
    def text(self) -> str:
        """One line a file: path, length and SHA-256, parted by tabs."""
        return "".join(f"{file.path}\t{file.length}\t{file.sha256}\n" for file in self.files)

    @property
    def id(self) -> str:
        """The release id: 16 hexadecimal digits that any machine with the same files arrives at."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    @property
    def length(self) -> int:
        return sum(file.length for file in self.files)

    def changes_since(self, older: Manifest) -> Changes:
        before = {file.path: file.sha256 for file in older.files}
        after = {file.path: file.sha256 for file in self.files}
        return Changes(
            added=tuple(sorted(after.keys() - before.keys())),
            changed=tuple(sorted(path for path in after.keys() & before.keys() if after[path] != before[path])),
            removed=tuple(sorted(before.keys() - after.keys())),
        )


@dataclass(frozen=True)
class Changes:
    """How one release differs from another, as paths."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def manifest_of(tree: Path) -> Manifest:
    """Read every file below `tree`. A release holds plain files and folders, nothing that leads elsewhere."""
    files: list[File] = []
    problems: list[Problem] = []
    for path in _walk(tree):
        name = path.relative_to(tree).as_posix()
        if path.is_symlink() or not path.is_file():
            problems.append(
                Problem(
                    Place(name),
                    "not-a-plain-file",
                    "a release holds plain files only, and this is something else",
                    "remove it: a copy on another machine could not follow it",
                )
            )
        elif any(ord(sign) < 32 for sign in name):
            problems.append(
                Problem(
                    Place(name.encode("unicode_escape").decode("ascii")),
                    "control-character-in-name",
                    "this file's name holds a control character, which a manifest cannot write",
                    "rename the document or attachment that it comes from",
                )
            )
        else:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            files.append(File(name, path.stat().st_size, digest))
    if problems:
        raise Refused(problems)
    return Manifest(tuple(sorted(files)))


def _walk(folder: Path) -> Iterator[Path]:
    """Everything below `folder` but real folders themselves; a link to a folder is not followed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path))
            else:
                yield Path(entry.path)
