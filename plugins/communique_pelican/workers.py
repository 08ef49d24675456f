"""Work spread over the cores: reading files, rendering and sealing texts, one Pelican run per language.

Processes are forked, so that catalogue and keys are simply there; what comes back is plain values. Keys and plain
text never leave this machine's memory: nothing is written on the way.
"""

from __future__ import annotations

import contextlib
import io
import logging
import multiprocessing
import os
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from communique.audit import Standing
from communique.documents.catalogue import Catalogue
from communique.documents.rendering import Phrases, Renderer
from communique.problems import Place, Problem, Refused
from communique.sealing.sealer import Sealer
from communique.sealing.sections import SealedSource, seal_text
from communique_pelican.run import NotStartedByBuild, Run, start

Item = TypeVar("Item")
Result = TypeVar("Result")
_FORK = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else None)
#: Plugins without which nothing is sealed or shown; each says at the end how many documents it went through.
ADAPTERS = ("documents", "sealed_sections", "pages")
#: Few enough that the slowest batch does not keep a core waiting, many enough that starting one costs nothing.
BATCH = 12


@dataclass(frozen=True)
class Failed:
    """A worker's unexpected end: shown as one line, with the traceback for the log."""

    what: str
    trace: str


class WorkerFailed(Exception):
    """Something unexpected happened in a worker; `trace` is for the log only."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.what)
        self.trace = failed.trace


def spread(
    work: Callable[[Sequence[Item]], list[Result]],
    items: Sequence[Item],
    jobs: int,
    done: Callable[[int], None] = lambda _: None,
) -> Iterator[Result]:
    """`work` on batches of `items` in `jobs` processes; results in the order of the items."""
    batches = [items[index : index + BATCH] for index in range(0, len(items), BATCH)]
    if jobs == 1 or len(batches) < 2:
        for batch in batches:
            yield from work(batch)
            done(len(batch))
        return
    global _work
    # A forked worker finds it there; sending it would pickle the catalogue.
    _work = work
    with ProcessPoolExecutor(min(jobs, len(batches)), mp_context=_FORK, initializer=end_with_the_build) as pool:
        for batch, results in zip(batches, pool.map(_work_on, batches), strict=True):
            if isinstance(results, Failed):
                raise WorkerFailed(results)
            yield from results
            done(len(batch))


_work: Callable[[Sequence[Any]], list[Any]] = list


def end_with_the_build() -> None:
    """End this worker as soon as the build that started it is gone, however it went.

    A killed build's pool would otherwise wait for work for ever, and hold the lock that keeps other builds away.
    """
    build = multiprocessing.parent_process()
    if build is not None:
        threading.Thread(target=_watch, args=(build,), daemon=True).start()


def _watch(build: BaseProcess) -> None:
    wait([build.sentinel])
    os._exit(1)


def _work_on(batch: Sequence[Any]) -> list[Any] | Failed:
    try:
        return _work(batch)
    except Exception as error:  # noqa: BLE001  whatever it was, the build must hear of it
        return Failed(f"{type(error).__name__} in a worker", traceback.format_exc())


def sealing(
    catalogue: Catalogue, sealer: Sealer, phrases: Mapping[str, Phrases]
) -> Callable[[Sequence[tuple[str, str]]], list[tuple[tuple[str, str], SealedSource] | Refused]]:
    """The work of rendering and sealing language files named by (document id, language)."""

    def work(batch: Sequence[tuple[str, str]]) -> list[tuple[tuple[str, str], SealedSource] | Refused]:
        renderer = Renderer()
        results: list[tuple[tuple[str, str], SealedSource] | Refused] = []
        for ident, lang in batch:
            document = catalogue.documents[ident]
            try:
                text, spoken = document.texts[lang], (phrases[lang], phrases[document.original])
                sealed = seal_text(catalogue, document, text, renderer, sealer, *spoken)
                results.append(((ident, lang), sealed))
            except Refused as refused:
                results.append(refused)
        return results

    return work


@dataclass(frozen=True)
class Assembled:
    """What one language's Pelican run says of itself."""

    lang: str
    handshakes: dict[str, int]
    objects: dict[str, tuple[Standing, ...]]
    problems: tuple[Problem, ...]
    trace: str = ""


def assemble_all(runs: Iterable[Run], settings: Path, jobs: int, done: Callable[[int], None]) -> list[Assembled]:
    """One Pelican run per language, each in a fresh process, `jobs` at a time.

    Fresh, because Pelican keeps settings and signals in modules: one language's run must not see another's.
    """
    waiting, results = list(runs), dict[str, Assembled]()
    order = [run.lang for run in waiting]
    running: list[tuple[Connection, str, BaseProcess]] = []
    while waiting or running:
        while waiting and len(running) < jobs:
            run = waiting.pop(0)
            receiving, sending = _FORK.Pipe(duplex=False)
            process: BaseProcess = _FORK.Process(target=_send_assembled, args=(run, settings, sending))
            process.start()
            sending.close()
            running.append((receiving, run.lang, process))
        ready = wait([receiving for receiving, _, _ in running])
        for receiving, lang, process in [one for one in running if one[0] in ready]:
            try:
                results[lang] = receiving.recv()
            except EOFError:
                what = "Pelican ended without a word"
                fix = "see that there is memory and disk space, and run it again"
                results[lang] = Assembled(lang, {}, {}, (Problem(Place(settings.name), "pelican-died", what, fix),))
            process.join()
            done(1)
        running = [one for one in running if one[0] not in ready]
    return [results[lang] for lang in order]


def _send_assembled(run: Run, settings: Path, sending: Connection) -> None:
    end_with_the_build()
    sending.send(_assemble(run, settings))
    sending.close()


def _assemble(run: Run, settings_file: Path) -> Assembled:
    """Run Pelican; its exit code is not trusted: every warning, and every adapter that did not work, is a problem."""
    from pelican import Pelican
    from pelican.settings import read_settings

    lang, heard = run.lang, _Listener()
    start(run)
    logging.getLogger().addHandler(heard)
    name = settings_file.name
    problems: list[Problem] = []
    trace = ""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            settings = read_settings(str(settings_file))
            listed = {getattr(plugin, "NAME", "") for plugin in settings.get("PLUGINS") or ()}
            for adapter in ADAPTERS:
                if adapter not in listed:
                    what, fix = (
                        f"the adapter {adapter} is missing from PLUGINS",
                        f"import {adapter} and list it in PLUGINS",
                    )
                    problems.append(Problem(Place(name), "no-adapter", what, fix))
            if not problems:
                site = Pelican(settings)
                if not heard.problems:
                    site.run()
        except NotStartedByBuild as error:
            problems.append(Problem(Place(name), "not-started-by-build", str(error), "start the build with invoke"))
        except Refused as refused:
            problems.extend(refused.problems)
        except BaseException as error:
            # SystemExit too: Pelican ends the process on some errors.
            if isinstance(error, KeyboardInterrupt):
                raise
            trace = traceback.format_exc()
            problems.append(
                Problem(
                    _where(error, run, name),
                    "plugin-failed" if isinstance(error, ImportError) else "pelican-failed",
                    f"this stopped Pelican: {type(error).__name__}: {error}",
                    "correct it; the whole traceback is in .communique/build.log",
                )
            )
    for said, cause in heard.problems.items():
        fix = "every warning stops the build: correct what it names"
        if said.startswith("Cannot load plugin"):
            fix = "PLUGINS holds modules, imported above it: a name in quotes is not enough"
        place = _where(cause, run, name) if cause else Place(name)
        problems.append(Problem(place, "pelican-warned", f"Pelican said: {said}", fix))
    return Assembled(lang, dict(run.handshakes), dict(run.objects), tuple(problems), trace + heard.trace)


def _where(error: BaseException, run: Run, settings: str) -> Place:
    """The innermost line of the site's or the project's own code that an error came through, else the settings."""
    site = run.content.parent
    lines = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        lines.append((error.filename, error.lineno or 0))
    for name, line in reversed(lines):
        path = Path(name)
        for root in (site, run.project):
            if path.is_relative_to(root) and "site-packages" not in path.parts and path != Path(__file__):
                return Place(path.relative_to(root).as_posix(), line)
    return Place(settings)


class _Listener(logging.Handler):
    """Pelican reports what goes wrong only in its log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.problems: dict[str, BaseException | None] = {}
        self.trace = ""

    def emit(self, record: logging.LogRecord) -> None:
        said = " ".join(record.getMessage().split())
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            said += f" ({type(error).__name__}: {error})"
            self.trace += "".join(traceback.format_exception(error))
        self.problems.setdefault(said, error)
