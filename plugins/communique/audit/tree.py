"""The finished site as bytes: read once, then only looked at."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from communique.problems import Place


@dataclass(frozen=True)
class Tree:
    """Every file of a directory by its path below it; symbolic links are listed and never followed."""

    files: Mapping[str, bytes] = field(repr=False)
    symlinks: tuple[str, ...] = ()
    name: str = "output"

    @classmethod
    def read(cls, directory: Path, name: str = "output") -> Tree:
        """Reads the directory; `name` is what messages call it, whatever folder it is built in."""
        files: dict[str, bytes] = {}
        symlinks: list[str] = []
        for folder, folders, names in os.walk(directory):
            here = Path(folder)
            for entry in sorted((*folders, *names)):
                path = here / entry
                below = path.relative_to(directory).as_posix()
                if path.is_symlink():
                    symlinks.append(below)
                elif path.is_file():
                    files[below] = path.read_bytes()
        return cls(dict(sorted(files.items())), tuple(sorted(symlinks)), name)

    def place(self, path: str, line: int = 0) -> Place:
        return Place(f"{self.name}/{path}", line)
