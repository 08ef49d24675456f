"""Where secrets may lie: in no folder that is published, shared, or kept by version control."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path

from communique.problems import Place, Problem, Refused

_PUBLISHED = ("content", "output", ".releases")
#: How folders begin that a service keeps equal on several machines, and who that is.
_SYNCED = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "icloud": "iCloud",
    "icloud drive": "iCloud",
    "iclouddrive": "iCloud",
    "mobile documents": "iCloud",
    "cloudstorage": "a cloud service",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "pcloud": "pCloud",
    "pclouddrive": "pCloud",
    "seafile": "Seafile",
    "syncthing": "Syncthing",
    "proton drive": "Proton Drive",
    "protondrive": "Proton Drive",
}
#: What such services leave in the uppermost folder that they copy, whatever it is called.
_LEFT_BY_SERVICES = {
    ".dropbox.cache": "Dropbox",
    ".stfolder": "Syncthing",
    ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "ownCloud",
    ".sync_*.db": "Nextcloud",
    "._sync_*.db": "Nextcloud",
    ".tmp.drivedownload": "Google Drive",
}
_NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.rclone", "davfs", "fuse.davfs2", "afs", "ncpfs")
_STICKY = stat.S_ISVTX
_SHARED = stat.S_IWGRP | stat.S_IWOTH
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def refuse_exposed(path: Path, site_dir: Path, project: Path) -> None:
    """Refuse `path` as the place of a secret file. It need not exist yet; its folder is looked at as far as it does.

    Raises:
        Refused: the place is published, others may write there, a service copies it away, or git would keep the file.
    """
    problems = exposures(path, site_dir, project)
    if problems:
        raise Refused(problems)


def exposures(path: Path, site_dir: Path, project: Path) -> list[Problem]:
    """Everything that speaks against `path` as the place of a secret file."""
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
    service = synced_by(real.parent)
    if service:
        what = f"{service} copies this folder to other machines"
        problems.append(Problem(shown, "synced-folder", what, "choose a folder that stays on this machine"))
    if not problems and _git_would_keep(real):
        what = "git would keep a copy of this secret"
        ignored = f"add it to .gitignore ({real.name}), or choose a folder outside the repository"
        problems.append(Problem(shown, "secret-in-git", what, ignored))
    return problems


def synced_by(folder: Path) -> str:
    """The service that copies `folder` to other machines, as its name or what the service left there tells; or ""."""
    for one in (folder.resolve(), *folder.resolve().parents):
        name = one.name.casefold()
        for begins, service in _SYNCED.items():
            if name == begins or name.startswith(f"{begins} "):
                return service
        for left, service in _LEFT_BY_SERVICES.items():
            if any(one.glob(left)):
                return service
    return ""


def network_mount(folder: Path) -> str:
    """Where the file system of `folder` is another machine's: the name it goes by here; else ""."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    real, nearest, kind = folder.resolve(), Path("/"), ""
    for line in mounts:
        fields = line.split(" ")
        # Spaces in a name are written \040.
        point = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[1]))
        # The last mount at a place is the one that counts.
        if real.is_relative_to(point) and len(point.parts) >= len(nearest.parts):
            nearest, kind = point, fields[2]
    return str(nearest) if kind in _NETWORK else ""


def private_folder(folder: Path) -> None:
    """Make `folder`, for its owner alone, where it is missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def replace_private_folder(
    within: Path, name: str, files: Iterable[tuple[str, str | bytes]], site_dir: Path, project: Path
) -> None:
    """Make `files`, each with its path, all that lies in the folder `name` below `within`, for their owner alone. What
    lay there stays until each of them is written, and goes then.

    Raises:
        Refused: others may look into `within`, or a secret has no place there.
    """
    private_folder(within)
    if os.name == "posix" and within.stat().st_mode & _OTHERS:
        what = "others on this machine may look into this folder"
        fix = f"chmod go-rwx {within}, or name a folder that is not there yet"
        raise Refused([Problem(Place(_shown(within, site_dir)), "open-to-others", what, fix)])
    folder, draft = within / name, within / f"{name}.new"
    for one in (folder, draft):
        refuse_exposed(one, site_dir, project)
    if draft.exists():
        shutil.rmtree(draft)
    try:
        private_folder(draft)
        for path, content in files:
            private_folder((draft / path).parent)
            write_secret(draft / path, content)
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
    except BaseException:
        # A part of it would be taken for all, and lies where nobody looks for it.
        shutil.rmtree(draft, ignore_errors=True)
        raise


def write_secret(path: Path, secret: str | bytes, *, replace: bool = False) -> None:
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
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secret.encode("utf-8") if isinstance(secret, str) else secret)
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
