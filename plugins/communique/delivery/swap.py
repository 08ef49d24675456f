"""How a finished tree becomes `output`: at every moment `output` is the whole old tree or the whole new one.

    .releases/.building     the tree being made
    .releases/<id>          finished trees: the one shown, and a few before it
    output -> .releases/<id>

The link is replaced in one step. Where a system has no links, `output` is the folder itself and two renames
take the place of that step; a journal tells the next start how to finish them.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from communique.delivery.manifest import Manifest, manifest_of
from communique.problems import Place, Problem, Refused

OUTPUT = "output"
RELEASES = ".releases"
KEPT = 3

_BUILDING = ".building"
_LOCK = ".lock"
_LINK = ".link"
_JOURNAL = ".journal.json"
_SHOWN = ".shown"
_DISCARDED = ".discarded-"
_FOLDER = re.compile(r"[0-9a-f]{16}(\.[0-9]+)?")


@dataclass(frozen=True)
class Swapped:
    """What a swap did. `unchanged`: the tree shown already was this release. `left`: folders not removed."""

    release: str
    folder: Path
    unchanged: bool
    left: tuple[str, ...]


@contextlib.contextmanager
def building(project: Path) -> Iterator[Path]:
    """An empty folder to build in, for one build at a time; whatever is left in it at the end is thrown away.

    Finishes or clears away first what an earlier build left when it was killed.
    """
    releases = project / RELEASES
    folder = releases / _BUILDING
    with contextlib.ExitStack() as stack:
        try:
            releases.mkdir(exist_ok=True)
            stack.enter_context(_alone(releases))
            recover(project)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        except OSError as error:
            raise _not_written(error) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def shown(project: Path) -> Path | None:
    """The folder a reader sees now, or None when nothing was published yet."""
    output = project / OUTPUT
    return output.resolve() if output.is_dir() else None


def publish(project: Path, finished: Path, manifest: Manifest, *, keep: int = KEPT, durable: bool = False) -> Swapped:
    """Let `finished`, the folder given by `building`, take the place of `output`.

    `durable` waits until the files are on the disk, so that a power cut cannot leave an empty tree.
    """
    releases = project / RELEASES
    output = project / OUTPUT
    try:
        recover(project)
        by_link = _goes_by_link(project)
        if _is_whole(shown(project), manifest):
            folder = Path(os.readlink(output)).name if by_link and output.is_symlink() else manifest.id
            return Swapped(manifest.id, releases / folder, True, _prune(releases, folder, keep))
        if durable:
            _settle(finished, manifest)
        folder = _free_name(releases, manifest.id)
        os.rename(finished, releases / folder)
        if by_link:
            _replace_link(releases, output, folder)
            return Swapped(manifest.id, releases / folder, False, _prune(releases, folder, keep))
        _replace_folder(releases, output, folder)
        return Swapped(manifest.id, output, False, _prune(releases, folder, keep))
    except OSError as error:
        raise _not_written(error) from error


def recover(project: Path) -> None:
    """Finish a swap by renames that was cut short. A swap by link has no half-way."""
    releases = project / RELEASES
    journal = releases / _JOURNAL
    if not journal.is_file():
        return
    record = json.loads(journal.read_text(encoding="utf-8"))
    new, old = str(record["new"]), str(record["old"])
    output = project / OUTPUT
    if (releases / new).is_dir():
        if output.exists():
            os.rename(output, releases / old)
        os.rename(releases / new, output)
    _write_whole(releases / _SHOWN, new)
    journal.unlink()


def _replace_link(releases: Path, output: Path, folder: str) -> None:
    link = releases / _LINK
    link.unlink(missing_ok=True)
    # Relative, so that the project may be moved or mounted elsewhere; it is read from where `output` stands.
    os.symlink(f"{RELEASES}/{folder}", link, target_is_directory=True)
    os.replace(link, output)


def _replace_folder(releases: Path, output: Path, folder: str) -> None:
    old = _free_name(releases, _shown_by_folder(releases) or "0" * 16)
    _write_whole(releases / _JOURNAL, json.dumps({"new": folder, "old": old}))
    moved = False
    try:
        if output.exists():
            os.rename(output, releases / old)
            moved = True
        os.rename(releases / folder, output)
    except OSError:
        if moved:
            os.rename(releases / old, output)
        (releases / _JOURNAL).unlink()
        raise
    _write_whole(releases / _SHOWN, folder)
    (releases / _JOURNAL).unlink()


def _goes_by_link(project: Path) -> bool:
    """Whether this project's `output` is a link. Refuses an `output` that this build did not make."""
    output = project / OUTPUT
    releases = project / RELEASES
    if output.is_symlink():
        # Written with a backslash on some systems.
        target = os.readlink(output).replace("\\", "/").split("/")
        if len(target) == 2 and target[0] == RELEASES and _FOLDER.fullmatch(target[1]):
            return True
        raise _foreign("a link that leads somewhere else")
    if output.exists():
        if output.is_dir() and _shown_by_folder(releases):
            return False
        raise _foreign("something that this build did not make")
    return _links_work(releases)


def _links_work(releases: Path) -> bool:
    link = releases / _LINK
    try:
        link.unlink(missing_ok=True)
        os.symlink(_BUILDING, link, target_is_directory=True)
    except (OSError, NotImplementedError):
        return False
    link.unlink()
    return True


def _foreign(found: str) -> Refused:
    return Refused(
        [
            Problem(
                Place(OUTPUT),
                "output-not-ours",
                f"here stands {found}, and it is not overwritten",
                f"move it away, for example `mv {OUTPUT} {OUTPUT}.old`, then build again",
            )
        ]
    )


def _not_written(error: OSError) -> Refused:
    return Refused(
        [
            Problem(
                Place(str(error.filename or OUTPUT)),
                "output-not-written",
                f"the system refused: {error.strerror or type(error).__name__}; {OUTPUT} is as it was",
                "make room or allow writing there, then build again",
            )
        ]
    )


def _shown_by_folder(releases: Path) -> str | None:
    """The release that a plain folder `output` holds, as written down when it was put there."""
    note = releases / _SHOWN
    if not note.is_file():
        return None
    name = note.read_text(encoding="utf-8").strip()
    return name if _FOLDER.fullmatch(name) else None


def _is_whole(tree: Path | None, manifest: Manifest) -> bool:
    try:
        return tree is not None and manifest_of(tree) == manifest
    except Refused:
        return False


def _free_name(releases: Path, release: str) -> str:
    """The release's own name; with a number behind it when a folder, perhaps damaged, bears it."""
    base = release.split(".")[0]
    name, number = base, 1
    while os.path.lexists(releases / name):
        name, number = f"{base}.{number}", number + 1
    return name


def _prune(releases: Path, current: str, keep: int) -> tuple[str, ...]:
    """Remove all but the newest `keep` folders. What cannot be removed is told, not fatal."""
    folders = [folder for folder in releases.iterdir() if _FOLDER.fullmatch(folder.name) and folder.name != current]
    # A folder's own time is that of its last building step; renaming does not touch it.
    folders.sort(key=lambda folder: (folder.stat().st_mtime_ns, folder.name), reverse=True)
    left: list[str] = []
    for folder in folders[max(keep - 1, 0) :]:
        discarded = releases / f"{_DISCARDED}{folder.name}"
        try:
            # Renamed first, so that a half-removed folder is never taken for a release.
            os.rename(folder, discarded)
        except OSError:
            left.append(folder.name)
    for discarded in sorted(releases.glob(f"{_DISCARDED}*")):
        shutil.rmtree(discarded, ignore_errors=True)
        if discarded.exists():
            left.append(discarded.name)
    return tuple(left)


def _settle(tree: Path, manifest: Manifest) -> None:
    for file in manifest.files:
        with (tree / file.path).open("rb+") as stream:
            os.fsync(stream.fileno())


def _write_whole(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(draft, path)


@contextlib.contextmanager
def _alone(releases: Path) -> Iterator[None]:
    """Hold the lock for as long as the block runs; the system lets go of it when a process dies."""
    with (releases / _LOCK).open("a+") as stream:
        try:
            if sys.platform == "win32":
                import msvcrt

                stream.seek(0)
                msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refused(
                [
                    Problem(
                        Place(RELEASES),
                        "build-running",
                        "another build of this project is running",
                        "wait until it has ended, then build again",
                    )
                ]
            ) from error
        yield
