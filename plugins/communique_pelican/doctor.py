"""What the project needs on this machine and what is unsafe there: how it stands, and what mends it."""

from __future__ import annotations

import datetime
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from communique.problems import Place, Problem, Refused
from communique_pelican.checkup import DOUBTFUL, MISSING, UNSAFE, Desk, examine_site


@dataclass(frozen=True)
class Prerequisite:
    """A program, what it is for, how it tells its version, and the Debian packages that hold it."""

    name: str
    purpose: str
    command: tuple[str, ...]
    at_least: tuple[int, ...]
    packages: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """`version` is empty when the program is not there; `usable` also asks for its age."""

    wanted: Prerequisite
    version: str
    usable: bool


PYTHON = Prerequisite("Python", "building", (sys.executable, "--version"), (3, 11), ("python3", "python3-venv"))

FOR_TESTS = (
    Prerequisite(
        "Chromium",
        "tests: reading the site as a reader does",
        ("chromium", "--version"),
        (110,),
        ("chromium",),
    ),
    Prerequisite("jose", "tests: opening our objects with a program not ours", ("jose", "alg"), (), ("jose",)),
    Prerequisite("Firefox", "tests: the same in Firefox", ("firefox-esr", "--version"), (115,), ("firefox-esr",)),
    Prerequisite("Poppler", "tests: reading what was printed", ("pdftotext", "-v"), (), ("poppler-utils",)),
    Prerequisite("Java", "tests: the Nu HTML checker", ("java", "-version"), (17,), ("default-jre-headless",)),
    Prerequisite("Node", "tests: the browser's scripts by themselves", ("node", "--version"), (20,), ("nodejs", "npm")),
    Prerequisite("npm", "tests: installing the checkers", ("npm", "--version"), (9,), ("npm",)),
)

_VERSION = re.compile(r"\d+(?:\.\d+)+")


def examine(wanted: Sequence[Prerequisite] = (PYTHON, *FOR_TESTS)) -> list[Finding]:
    return [_examine(one) for one in wanted]


def _examine(wanted: Prerequisite) -> Finding:
    if shutil.which(wanted.command[0]) is None:
        return Finding(wanted, "", False)
    try:
        ran = subprocess.run(
            wanted.command, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return Finding(wanted, "", False)
    found = _VERSION.search(ran.stdout + ran.stderr)
    version = found.group() if found else "present"
    numbers = tuple(int(number) for number in version.split(".")) if found else ()
    return Finding(wanted, version, not wanted.at_least or numbers >= wanted.at_least)


def install_command(findings: Sequence[Finding]) -> str:
    """The one line that installs whatever is not usable."""
    packages = sorted({package for one in findings if not one.usable for package in one.wanted.packages})
    sudo = "" if _is_root() else "sudo "
    return f"{sudo}apt-get install --yes {' '.join(packages)}" if packages else ""


def report(console: Console, site: Path, project: Path, *, environ: Mapping[str, str], today: datetime.date) -> int:
    """Print each program with its version, then how the site stands: what is unsafe first, with the command that
    mends it. Status 1: something is unsafe, or a program is missing.
    """
    findings = examine()
    table = Table("program", "needed", "found", "for", box=None, pad_edge=False)
    for one in findings:
        needed = "any" if not one.wanted.at_least else f">= {'.'.join(map(str, one.wanted.at_least))}"
        found = one.version if one.usable else f"[bold]{one.version or 'missing'}[/bold]"
        table.add_row(one.wanted.name, needed, found, one.wanted.purpose)
    console.print(table)
    command = install_command(findings)
    if command:
        console.print(f"\ninstall what is missing or too old:\n    {command}", highlight=False, soft_wrap=True)
    console.print()
    remarks = examine_site(Desk(site, project, environ, today))
    for remark in remarks:
        state = f"[bold]{remark.state:<8}[/bold]" if remark.state == UNSAFE else f"{remark.state:<8}"
        console.print(f"{state} {escape(remark.what)}", highlight=False, soft_wrap=True)
        if remark.command:
            console.print(f"         {escape(remark.command)}", highlight=False, soft_wrap=True)
    unsafe = sum(1 for remark in remarks if remark.state == UNSAFE)
    wanting = sum(1 for remark in remarks if remark.state in (MISSING, DOUBTFUL))
    if not (unsafe or wanting or command):
        console.print("\nnothing is missing")
    elif unsafe:
        console.print(f"\n{unsafe} of these {'is' if unsafe == 1 else 'are'} unsafe: mend that first", highlight=False)
    return 1 if unsafe or command else 0


def require_test_packages() -> None:
    """The Python packages come by the README's second line: a verb cannot change what it runs on."""
    if any(importlib.util.find_spec(name) is None for name in ("pytest", "xdist", "playwright", "ruff", "mypy")):
        command = ".venv/bin/pip install --quiet --require-hashes -r requirements-dev.txt"
        raise Refused(
            [
                Problem(
                    Place("requirements-dev.txt"),
                    "missing-packages",
                    "the packages that tests and checks need are not installed",
                    f"run `{command}`, then try again",
                )
            ]
        )


def provide_for_tests(project: Path, console: Console) -> None:
    """Install through apt, where that is allowed, what the tests need; else refuse and name the command."""
    missing = [one for one in examine(FOR_TESTS) if not one.usable]
    if missing and _may_install():
        packages = sorted({package for one in missing for package in one.wanted.packages})
        console.print(f"installing {', '.join(packages)}", highlight=False)
        _apt_install(packages)
        missing = [one for one in examine(FOR_TESTS) if not one.usable]
    if missing:
        command = install_command(missing)
        state = {one.wanted.name: "older than needed" if one.version else "not installed" for one in missing}
        raise Refused(
            [
                Problem(
                    Place("invoke test"),
                    "missing-program",
                    f"{one.wanted.name} is {state[one.wanted.name]}: {one.wanted.purpose}",
                    f"run `{command}`, then try again",
                )
                for one in missing
            ]
        )
    _install_node_packages(project, console)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _may_install() -> bool:
    if shutil.which("apt-get") is None:
        return False
    if _is_root():
        return True
    sudo = shutil.which("sudo")
    # `-n`: never ask for a password in the middle of a test run.
    return sudo is not None and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0


def _apt_install(packages: Sequence[str]) -> None:
    sudo = [] if _is_root() else ["sudo", "-n"]
    install = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes", "--quiet"]
    install += ["--no-install-recommends", *packages]
    if _quietly(install) != 0:
        # A fresh machine has no package lists yet, or old ones.
        _quietly([*sudo, "apt-get", "update", "--quiet"])
        _quietly(install)


def _quietly(command: Sequence[str]) -> int:
    return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL).returncode


def _install_node_packages(project: Path, console: Console) -> None:
    lock = project / "package-lock.json"
    stamp = project / "node_modules" / ".communique-lock"
    if stamp.is_file() and stamp.read_bytes() == lock.read_bytes():
        return
    console.print("installing the checkers that run on Node and Java")
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    ran = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if ran.returncode != 0:
        said = [line for line in ran.stderr.splitlines() if line.strip()]
        raise Refused(
            [
                Problem(
                    Place("package-lock.json"),
                    "node-packages",
                    f"npm could not install the checkers: {said[0] if said else 'it gave no reason'}",
                    f"run `{' '.join(command[:3])}` to see the whole message",
                )
            ]
        )
    stamp.write_bytes(lock.read_bytes())
