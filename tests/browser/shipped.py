"""The site as it ships: built once for all tests by the command an editor types, in a copy of the content."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
#: Served at any depth, so it can be judged only where a host shows it.
WRONG_ADDRESS = "404.html"

_MEMBER = re.compile(r"^  (\S+) +(\S.*)\n +reads: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Member:
    """One of the demo members, as the build introduces them when it is done."""

    login: str
    passphrase: str = field(repr=False)
    grants: tuple[str, ...]


@dataclass(frozen=True)
class Shipped:
    """A finished site: `output` is its folder, `content` what it was made from."""

    output: Path
    content: Path
    members: Mapping[str, Member] = field(repr=False)

    def pages(self) -> list[str]:
        """The path of every page below the site's root, but for the page that hosts show at wrong addresses."""
        found = (path.relative_to(self.output).as_posix() for path in self.output.rglob("*.html"))
        return sorted(path for path in found if path != WRONG_ADDRESS)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    """The first test process builds; the others wait for it and read the same files."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    site = shared / "shipped site"
    said = shared / "shipped.txt"
    with (shared / "shipped.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            said.write_text(build(site), encoding="utf-8")
    members = {
        login: Member(login, passphrase, tuple(grants.split(", ")))
        for login, passphrase, grants in _MEMBER.findall(said.read_text(encoding="utf-8"))
    }
    return Shipped((site / "output").resolve(), site / "content", members)


def build(site: Path) -> str:
    """Build a copy of the shipped content in `site`; gives what the command said."""
    shutil.copytree(PROJECT / "content", site / "content")
    # Only saves time: nothing in it can change what is built.
    if (PROJECT / ".communique/cache").is_dir():
        shutil.copytree(PROJECT / ".communique/cache", site / ".communique/cache")
    command = [sys.executable, "-m", "invoke", "--search-root", str(PROJECT), "build", "--site", str(site)]
    ran = subprocess.run(command, cwd=site, capture_output=True, text=True, encoding="utf-8", check=False, timeout=600)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
