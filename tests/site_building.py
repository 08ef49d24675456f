"""Whole sites for tests: copied to a folder of their own and built by the real command, from elsewhere.

A site's folder holds what an editor's would. A folder in `tests/sites_refused` holds only what differs from
`tests/sites/minimal`; its `how.txt` tells what files cannot show:

    remove PATH             the minimal site's file is not there
    rename PATH PATH        it lies elsewhere
    link PATH -> TARGET     a symbolic link lies here
    touch PATH              an empty file lies here (for names that git would not keep)
    open PATH               others may read it
    own keys                the site has a keystore and a register of its own, and their passphrase
    run VERB OPTIONS        instead of `build`
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from communique.sealing.keystore import Keystore, write_keystore
from communique_pelican.keys import PASSPHRASE_FILE
from tests.warm_command import WarmCommand

PROJECT = Path(__file__).resolve().parents[1]
SITES = PROJECT / "tests" / "sites"
REFUSED = PROJECT / "tests" / "sites_refused"
#: Files of a refused site's folder that tell of it and do not belong to it.
TOLD = ("expected.txt", "how.txt")
PASSPHRASE_FOR_TESTS_ONLY = "own keys of a site for tests"
_PROGRESS = re.compile(r"^[a-z]+ +[━╸╺ ]+ \d+/\d+ +(?:\d+:\d\d:\d\d|-:--:--) *\n", re.MULTILINE)


@dataclass(frozen=True)
class Ran:
    """What a command said, without the display of its progress, and its exit status."""

    status: int
    said: str


def command(verb: str, site: Path, *options: str) -> list[str]:
    words = ["--search-root", str(PROJECT), *verb.split(" "), "--site", str(site), *options]
    return [sys.executable, "-m", "invoke", *words]


def environment(site: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """A plain environment: nothing of the developer's own may decide how a build ends."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    # Where a key file lies is the environment's to say; a site without one never looks.
    return {**kept, PASSPHRASE_FILE: str(site / "passphrase.txt"), **(extra or {})}


def run(
    verb: str,
    site: Path,
    *options: str,
    env: Mapping[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> Ran:
    """Run a verb upon `site`, started from a folder that has nothing to do with it."""
    elsewhere = site.parent / f"{site.name}-elsewhere"
    elsewhere.mkdir(exist_ok=True)
    if before is None:
        status, told, complained = _warm().run(command(verb, site, *options)[3:], elsewhere, environment(site, env))
    else:
        ran = subprocess.run(
            command(verb, site, *options),
            cwd=elsewhere,
            env=environment(site, env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            preexec_fn=before,
        )
        status, told, complained = ran.returncode, ran.stdout, ran.stderr
    assert list(elsewhere.iterdir()) == [], "a build writes nothing where it was started"
    said = _PROGRESS.sub("", told).lstrip("\n") + complained
    # Where in the project's own code a site's mistake showed itself moves with every edit there.
    said = re.sub(r"^(plugins/\S+\.py):\d+", r"\1:LINE", said, flags=re.MULTILINE)
    return Ran(status, said.replace(str(site), "SITE"))


@cache
def _warm() -> WarmCommand:
    return WarmCommand(environment(PROJECT))


def files_of(tree: Path) -> dict[str, bytes]:
    """Every file below `tree` by its path, as bytes; a link counts as where it leads."""
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in sorted(tree.rglob("*")) if path.is_file()}


def published(site: Path) -> dict[str, bytes]:
    """What readers of the site would get now."""
    return files_of((site / "output").resolve())


def copy_site(source: Path, target: Path) -> Path:
    """A site, built or not, with its links as links."""
    shutil.copytree(source, target, symlinks=True)
    return target


def built_minimal(factory: pytest.TempPathFactory) -> Path:
    """The minimal site, built once in a test run, whichever process comes first. Copy it; never change it."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "built-minimal-site"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.is_dir():
            shutil.rmtree(shared.with_name("building"), ignore_errors=True)
            site = copy_site(SITES / "minimal", shared.with_name("building") / "site")
            ran = run("build", site)
            assert ran.status == 0, ran.said
            site.rename(shared)
    return shared


def give_own_keys(site: Path) -> None:
    """A keystore and a register that are not the demonstration's, though of the same members."""
    (site / "keys").mkdir(exist_ok=True)
    keystore = Keystore("psi-portal.example", bytes(range(32)))
    write_keystore(site / "keys" / "keystore.json", keystore, PASSPHRASE_FOR_TESTS_ONLY, os.urandom)
    register = (PROJECT / "keys" / "demo" / "register.yaml").read_text(encoding="utf-8")
    (site / "keys" / "register.yaml").write_text(register.replace("demo: true\n", ""), encoding="utf-8")
    (site / "passphrase.txt").write_text(PASSPHRASE_FOR_TESTS_ONLY + "\n", encoding="utf-8")


def make_mistake(site: Path, mistake: Path) -> str:
    """Change the minimal site in `site` as the folder `mistake` says. Gives the verb to run."""
    how = mistake / "how.txt"
    lines = how.read_text(encoding="utf-8").splitlines() if how.is_file() else []
    verb = "build"
    if "own keys" in lines:
        give_own_keys(site)
    for path in sorted(mistake.rglob("*")):
        own = path.relative_to(mistake)
        if path.is_file() and str(own) not in TOLD and "__pycache__" not in own.parts:
            (site / own).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, site / own)
    for line in lines:
        match line.split(" "):
            case ["remove", name] if (site / name).is_dir():
                shutil.rmtree(site / name)
            case ["remove", name]:
                (site / name).unlink()
            case ["rename", name, other]:
                (site / name).rename(site / other)
            case ["link", name, "->", target]:
                (site / name).symlink_to(target)
            case ["touch", name]:
                (site / name).touch()
            case ["open", name]:
                (site / name).chmod(0o644)
            case ["own", "keys"]:
                pass
            case ["run", *words]:
                verb = " ".join(words)
            case _:
                raise ValueError(f"{how}: {line}")
    return verb
