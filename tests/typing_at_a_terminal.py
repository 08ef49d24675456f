"""Somebody who sits at a terminal, reads what a command shows, and answers: a pseudo-terminal and a few rules."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: Longer than any step that says nothing: an unanswered question must end a test, not stop it.
SILENCE = 90
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\r|\x07")
_ALTERNATE = re.compile(r"\x1b\[\?1049h.*?\x1b\[\?1049l", re.DOTALL)


@dataclass
class Editor:
    """Writes words down from the screen, and gives them back when asked. Says yes to everything else."""

    sheets: list[tuple[str, ...]] = field(default_factory=list)
    passphrase: str = ""
    mistaken: bool = False

    def answer(self, screen: str) -> str | None:
        """What to type now, or None while no question has been put."""
        asked = screen.rsplit("\n", 1)[-1]
        if asked.startswith("Press Enter when"):
            self.sheets.append(tuple(re.findall(r"^ +\d+\.  (\w+)$", screen, re.MULTILINE)))
            if len(self.sheets[-1]) == 12:
                self.passphrase = " ".join(self.sheets[-1])
            return ""
        if found := re.fullmatch(r"word (\d+): ", asked):
            return "zoo" if self.mistaken else self.sheets[0][int(found[1]) - 1]
        # A build shows how far it is on the same line.
        if asked.endswith(("the editors' passphrase, all words: ", "passphrase of the keystore: ")):
            return self.passphrase
        return "yes" if asked.endswith("(yes/no) ") else None


@dataclass(frozen=True)
class Shown:
    """A command's exit status, all that was on the screen, and what can be scrolled back to."""

    status: int
    screen: str
    scrollback: str


def at_a_terminal(
    command: Sequence[str], cwd: Path, env: Mapping[str, str], answer: Callable[[str], str | None]
) -> Shown:
    """Run `command` with a terminal of its own; `answer` is asked whenever more has been shown."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**env, "TERM": "xterm"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        # The terminal becomes the session's own: a passphrase is asked for there, whatever stdin is.
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(terminal)
    shown, answered = b"", 0
    try:
        while True:
            if not select.select([controller], [], [], SILENCE)[0]:
                raise AssertionError(f"nobody answers: {shown[answered:].decode('utf-8', 'ignore')}")
            try:
                read = os.read(controller, 65536)
            except OSError:
                break
            if not read:
                break
            shown += read
            told = answer(_CONTROL.sub("", shown[answered:].decode("utf-8", "ignore")))
            if told is not None:
                answered = len(shown)
                os.write(controller, told.encode() + b"\n")
        # Closed earlier, the terminal would hang up on a command that is about to end.
        status = process.wait(timeout=60)
    finally:
        process.kill()
        os.close(controller)
    text = shown.decode("utf-8")
    return Shown(status, _CONTROL.sub("", text), _CONTROL.sub("", _ALTERNATE.sub("", text)))
