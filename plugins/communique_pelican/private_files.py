"""Where secrets may lie: in no folder that is published, shared, or kept by version control."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

from communique.problems import Place, Problem, Refused

_PUBLISHED = ("content", "output", ".releases")
_STICKY = stat.S_ISVTX
_SHARED = stat.S_IWGRP | stat.S_IWOTH


def refuse_exposed(path: Path, site_dir: Path, project: Path) -> None:
    """Refuse `path` as the place of a secret file. It need not exist yet; its folder is looked at as far as it does.

    Raises:
        Refused: the place is published, others may write there, or git would pick the file up.
    """
    real = path.parent.resolve() / path.name
    shown = Place(_shown(path, site_dir))
    problems: list[Problem] = []
    for base in dict.fromkeys((site_dir.resolve(), project.resolve())):
        for name in _PUBLISHED:
            # `output` is a link to a folder of .releases; both are meant.
            if any(real.is_relative_to(folder) for folder in {base / name, (base / name).resolve()}):
                what = f"a secret has no place in {name}/: what lies there is read by others"
                problems.append(Problem(shown, "secret-in-public", what, "choose a private folder outside the site"))
    if path.is_symlink():
        what = "this is a link, and a secret is written to no link"
        problems.append(Problem(shown, "secret-through-link", what, "delete the link, or name the file it leads to"))
    problems += _shared_folders(real.parent, shown)
    if not problems and _git_would_keep(real):
        what = "git would keep a copy of this secret"
        ignored = f"add it to .gitignore ({real.name}), or choose a folder outside the repository"
        problems.append(Problem(shown, "secret-in-git", what, ignored))
    if problems:
        raise Refused(problems)


def private_folder(folder: Path) -> None:
    """Make `folder`, for its owner alone, where it is missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_secret(path: Path, text: str, *, replace: bool = False) -> None:
    """A file that only its owner may read.

    Raises:
        Refused: a file lies there already, and `replace` was not asked for.
    """
    target = path.with_name(path.name + ".new") if replace else path
    if replace:
        target.unlink(missing_ok=True)
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        what = "there is a file already"
        raise Refused([Problem(Place(path.name), "would-overwrite", what, "move it away first")]) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if replace:
            target.replace(path)
    except BaseException:
        # Half a secret is of no use, and lies where nobody looks for it.
        target.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, text: str) -> None:
    """Replace a file that holds no secret: a reader finds the old text or the new one. Who may read it stays so."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    if path.exists():
        shutil.copymode(path, draft)
    draft.replace(path)


def _shared_folders(folder: Path, shown: Place) -> list[Problem]:
    if os.name != "posix":
        return []
    existing = next((one for one in (folder, *folder.parents) if one.is_dir()), Path("/"))
    problems: list[Problem] = []
    for one in (existing, *existing.parents):
        mode = one.stat().st_mode
        # Above the folder itself a sticky bit, as on /tmp, keeps others from replacing what is not theirs.
        open_to_others = mode & _SHARED if one == existing and existing == folder else mode & stat.S_IWOTH
        if open_to_others and not (mode & _STICKY and one != folder):
            what = "others on this machine may write in this folder"
            problems.append(Problem(shown, "shared-folder", what, f"chmod go-w {one}, or choose a folder of your own"))
    return problems


def _git_would_keep(path: Path) -> bool:
    """Whether the file lies in a work tree of git whose rules do not leave it out. Without an answer: yes."""
    existing = next(one for one in path.parents if one.is_dir())
    if not any((one / ".git").exists() for one in (existing, *existing.parents)):
        return False
    # A hook's environment names its own repository; this question is about the one the file lies in.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        asked = subprocess.run(
            ["git", "-C", str(existing), "check-ignore", "--quiet", "--", str(path)],
            env=environment,
            capture_output=True,
            check=False,
        )
    except OSError:
        return True
    return asked.returncode != 0


def _shown(path: Path, site_dir: Path) -> str:
    absolute = path.absolute()
    return (
        absolute.relative_to(site_dir.absolute()).as_posix()
        if absolute.is_relative_to(site_dir.absolute())
        else str(path)
    )
