"""What an editor sees of a build: how far it is, what stands against it, and where the result lies."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from communique.problems import Problem, Refused
from communique_pelican.client import NEEDED
from communique_pelican.keys import Keys
from communique_pelican.speaking import said_by


@dataclass
class BuildReport:
    """What a build did. `phases` are wall-clock seconds by name, in order."""

    phases: dict[str, float] = field(default_factory=dict)
    documents: int = 0
    pages: int = 0
    objects: int = 0
    release: str = ""
    #: The number under which a release is recorded; 0: it was a build only.
    number: int = 0
    #: The release of that number holds the same, and is recorded already.
    repeated: bool = False
    unchanged: bool = False
    output: Path = Path()
    #: What each part of the browser's client weighs, in bytes as a host sends them.
    client: Mapping[str, int] = field(default_factory=dict)
    keys: Keys | None = field(default=None, repr=False)
    #: What an editor should look at, and stops nothing.
    warnings: tuple[Problem, ...] = ()


class Watch:
    """Where a build shows how far it is, and learns how long each phase took."""

    def __init__(self, console: Console | None, report: BuildReport) -> None:
        self._report = report
        self._console = console
        self._progress = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console or Console(quiet=True),
            # Its own thread would be copied half-way into forked workers.
            auto_refresh=False,
        )

    @contextmanager
    def phase(self, name: str, total: int = 1) -> Iterator[Callable[[int], None]]:
        task = self._progress.add_task(said_by(self._console, name), total=total)
        begun = time.perf_counter()

        def done(count: int) -> None:
            self._progress.advance(task, count)
            self._progress.refresh()

        self._progress.refresh()
        yield done
        self._progress.update(task, completed=total)
        self._progress.refresh()
        self._report.phases[name] = time.perf_counter() - begun

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def complain(console: Console, refused: Refused, site_dir: Path) -> None:
    for problem in refused.problems:
        console.print(escape(str(problem)), soft_wrap=True, highlight=False)
    summarise(console, len(refused.problems), site_dir)


def summarise(console: Console, count: int, site_dir: Path) -> None:
    kept = "the last good output is still in place" if (site_dir / "output").exists() else "nothing was published"
    console.print(f"\n{count} {'problem' if count == 1 else 'problems'}; {kept}", highlight=False)


def weigh(client: Mapping[str, int]) -> str:
    """The sizes of the client's parts, the ones that signing in and reading need first."""

    def listed(names: Iterable[str]) -> str:
        return ", ".join(f"{name} {client[name] / 1000:.1f}" for name in names)

    needed = [name for name in NEEDED if name in client]
    others = [name for name in sorted(client) if name not in needed]
    whole = sum(client[name] for name in needed) / 1000
    return f"client: {whole:.1f} kB compressed to sign in and read ({listed(needed)}); when used: {listed(others)}"


def warn(console: Console, warnings: Sequence[Problem]) -> None:
    """Each warning as a problem is told, and that it is none."""
    for warning in warnings:
        console.print(escape(str(warning)), soft_wrap=True, highlight=False)
    if warnings:
        count = f"{len(warnings)} {'warning' if len(warnings) == 1 else 'warnings'}"
        console.print(f"\n{count}: worth a look, and nothing is stopped by it", soft_wrap=True, highlight=False)


def tell(console: Console, report: BuildReport) -> None:
    warn(console, report.warnings)
    seconds = sum(report.phases.values())
    state = "unchanged" if report.unchanged else "new"
    console.print(
        f"\nrelease {report.release} ({state}), in {seconds:.1f} s; documents: {report.documents},"
        f" pages: {report.pages}, sealed sections: {report.objects}",
        soft_wrap=True,
        highlight=False,
    )
    if report.number:
        told = f"it is release {report.number}: commit keys/register.yaml and keys/released.yaml"
        if report.repeated:
            told = f"it is release {report.number} again: nothing was recorded anew"
        console.print(told, soft_wrap=True, highlight=False)
    console.print(weigh(report.client), soft_wrap=True, highlight=False)
    console.print(f"\nopen it: {(report.output / 'index.html').absolute()}", soft_wrap=True, highlight=False)
    if report.keys is not None and report.keys.demo:
        console.print(
            "\nDEMO members (these passphrases are public; never use them for anything real):",
            soft_wrap=True,
            highlight=False,
        )
        for credential in report.keys.credentials():
            # Composed for show only: the word lists hold accents as marks of their own.
            words = unicodedata.normalize("NFC", credential.passphrase)
            console.print(f"  {credential.login:<8} {words}", soft_wrap=True, highlight=False)
            console.print(f"           reads: {', '.join(credential.grants)}", soft_wrap=True, highlight=False)
