"""Compares the finished site with what the build says it wrote, and refuses names that travel badly."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from communique.audit.known import Known
from communique.audit.tree import Tree
from communique.problems import Problem, did_you_mean

# What every disk and every host keeps as it is: FAT sticks fold case, some hosts drop a leading underscore.
_PORTABLE = re.compile(r"[a-z0-9][a-z0-9.-]*(?:/[a-z0-9][a-z0-9.-]*)*")
_BACKUP = re.compile(
    r"(?:^|/)(?:\.|#|~)|~$|#$|\.(?:bak|old|orig|rej|tmp|temp|sw[a-p]|save|part|crdownload|pyc)$|(?:^|/)(?:thumbs\.db|desktop\.ini)$",
    re.IGNORECASE,
)
_DOTFILES_MEANT = frozenset({".nojekyll", ".well-known/security.txt"})
_MAY_BE_EMPTY = frozenset({".nojekyll"})


def files(tree: Tree, known: Known) -> list[Problem]:
    """Unexpected, missing, linked, cut-off and badly named files."""
    return [*_strangers(tree, known), *_names(tree), *_contents(tree)]


def _strangers(tree: Tree, known: Known) -> Iterator[Problem]:
    for path in tree.symlinks:
        yield Problem(
            tree.place(path),
            "symbolic-link",
            "a symbolic link stands in the finished site",
            "put the file itself there: a link can publish anything on this disk",
        )
    for path in sorted(tree.files.keys() - known.expected):
        yield Problem(
            tree.place(path),
            "unexpected-file",
            "no part of the build says it wrote this file",
            "remove what put it there, or have the build account for it",
        )
    for path in sorted(known.expected - tree.files.keys() - set(tree.symlinks)):
        near = sorted(tree.files.keys() - known.expected)
        yield Problem(
            tree.place(path),
            "missing-file",
            "the build says it wrote this file, but it is not there",
            did_you_mean(path, near) if near else "build again; if it stays away, the disk may be full",
        )


def _names(tree: Tree) -> Iterator[Problem]:
    alike: dict[str, list[str]] = defaultdict(list)
    for path in (*tree.files, *tree.symlinks):
        alike[path.casefold()].append(path)
        if path in _DOTFILES_MEANT:
            continue
        if _BACKUP.search(path):
            yield Problem(
                tree.place(path),
                "editor-leftover",
                "this is a hidden file or an editor's copy",
                "delete it in the folder it was copied from",
            )
        elif not _PORTABLE.fullmatch(path):
            yield Problem(
                tree.place(path),
                "unportable-name",
                "this name may not survive every disk and host",
                "use a-z, 0-9, full stops and hyphens, and begin with a letter or digit",
            )
    for paths in alike.values():
        for path in sorted(paths)[1:]:
            yield Problem(
                tree.place(path),
                "same-name",
                f'this name differs from "{sorted(paths)[0]}" only in case',
                "rename one of them: on many disks they are one file",
            )


def _contents(tree: Tree) -> Iterator[Problem]:
    for path, content in tree.files.items():
        if not content and path not in _MAY_BE_EMPTY:
            yield Problem(
                tree.place(path),
                "empty-file",
                "this file is empty",
                "build again; if it stays empty, the disk may be full",
            )
        elif path.endswith(".html") and not content.rstrip().endswith(b"</html>"):
            yield Problem(
                tree.place(path),
                "cut-off-page",
                "this page does not end with </html>",
                "build again; if it stays cut off, the disk may be full or its template is unfinished",
            )
