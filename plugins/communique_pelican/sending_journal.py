"""The journal of an issue's sending on the disk: each step is there before the next one is taken."""

from __future__ import annotations

import datetime
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from communique.editions.recipients import MailAddress, RecipientList
from communique.editions.sending import (
    Journal,
    Outcome,
    answered_line,
    begun_line,
    ended_line,
    first_line,
    read_journal,
    run_line,
    whole_lines,
)
from communique.problems import Place, Problem, Refused
from communique_pelican.private_files import private_folder

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def read_back(path: Path, issue: str, shown: str) -> Journal:
    """What the journal tells now, without taking hold of it.

    Raises:
        Refused: it is damaged, or open to others.
    """
    return read_journal(_bytes_of(path, shown), issue, shown)


def _bytes_of(path: Path, shown: str) -> bytes:
    if path.is_symlink():
        what = "this is a link, and a journal is none"
        raise Refused([Problem(Place(shown), "damaged-journal", what, "bring back the file itself")])
    if not path.exists():
        return b""
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        what = "others on this machine may read who is sent mail, or write here who was"
        raise Refused([Problem(Place(shown), "open-to-others", what, f"chmod 600 {path}")])
    return path.read_bytes()


@dataclass
class OpenJournal:
    """A journal that is being written, by this process alone. Opened with `with`."""

    path: Path
    issue: str
    shown: str
    now: Callable[[], datetime.datetime]
    read: Journal = field(init=False, repr=False)
    _descriptor: int = field(default=-1, init=False)
    _open: ExitStack = field(default_factory=ExitStack, init=False, repr=False)

    def __enter__(self) -> Self:
        private_folder(self.path.parent)
        with ExitStack() as stack:
            stack.enter_context(_alone(self.path.with_suffix(".lock"), self.shown))
            raw = _bytes_of(self.path, self.shown)
            self.read = read_journal(raw, self.issue, self.shown)
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            stack.callback(os.close, self._descriptor)
            # What a power cut left of a line must not become the beginning of the next one.
            os.ftruncate(self._descriptor, len(whole_lines(raw)))
            if not whole_lines(raw):
                self._write(first_line(self.issue))
                _settle_folder(self.path.parent)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def run(self, recipients: RecipientList, messages: dict[str, str]) -> None:
        """Go on with the last run where it is this one, or begin it."""
        this = recipients.name, recipients.audience, messages, False
        last = self.read.runs[-1] if self.read.runs else None
        if last is None or (last.list, last.audience, last.messages, last.ended) != this:
            self._write(run_line(recipients, messages, self._moment()))

    def begun(self, address: MailAddress) -> None:
        self._write(begun_line(address, self._moment()))

    def answered(self, address: MailAddress, outcome: Outcome, code: int, said: str) -> None:
        self._write(answered_line(address, outcome, code, said, self._moment()))

    def ended(self) -> None:
        self._write(ended_line(self._moment()))

    def _moment(self) -> str:
        return self.now().isoformat(timespec="seconds")

    def _write(self, line: str) -> None:
        raw = line.encode("ascii")
        try:
            written = os.write(self._descriptor, raw)
            os.fsync(self._descriptor)
        except OSError:
            written = 0
        if written != len(raw):
            # What would not be recorded is not done.
            what = "this journal cannot be written: without it nothing is sent"
            fix = "make room on the disk, then run the same command again"
            raise Refused([Problem(Place(self.shown), "journal-not-written", what, fix)])


@contextmanager
def _alone(path: Path, shown: str) -> Iterator[None]:
    """Two at once would each send what the other has not recorded yet. The system lets go when a process dies.

    Raises:
        Refused: another process is at it.
    """
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb+") as stream:  # noqa: PTH123  # only its owner may
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            what = "this issue is being sent already, by another process"
            problem = Problem(Place(shown), "sending-already", what, "wait until that one has ended")
            raise Refused([problem]) from None
        yield


def _settle_folder(folder: Path) -> None:
    """A new file is there for good only when its folder is."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
