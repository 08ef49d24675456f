"""The command line, kept warm: a process that has imported everything forks itself for each command of a test.

What runs is the real command in a process of its own, with its own folder, environment and output; only the second
that its imports take is saved, some hundred times in a run of all tests.
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
#: What the verbs import when they are used.
_IMPORTED = ("invoke", "pelican", "markdown", "babel.dates", "communique_pelican.build", "communique_pelican.desk")
_LONGEST = 1 << 20


class WarmCommand:
    """A process that waits for commands; it ends with the one that started it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        ours, theirs = socket.socketpair()
        words = [sys.executable, "-m", "tests.warm_command", str(theirs.fileno())]
        path = os.pathsep.join([str(PROJECT), str(PROJECT / "plugins")])
        env = {**environ, "PYTHONPATH": path}
        self._process = subprocess.Popen(words, cwd=PROJECT, env=env, pass_fds=[theirs.fileno()])
        theirs.close()
        self._socket = ours
        atexit.register(self.end)

    def end(self) -> None:
        self._socket.close()
        self._process.wait()

    def run(self, words: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> tuple[int, str, str]:
        """The exit status, what was said, and what was complained of."""
        asked = json.dumps({"words": list(words), "cwd": str(cwd), "environ": dict(environ)}).encode()
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
            socket.send_fds(self._socket, [asked], [said.fileno(), complained.fileno()])
            answer = self._socket.recv(64)
            if not answer:
                raise RuntimeError("the warm command has ended")
            said.seek(0)
            complained.seek(0)
            return int(answer), said.read().decode("utf-8"), complained.read().decode("utf-8")


def _wait_for_commands(listening: socket.socket) -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    while True:
        asked, descriptors, _, _ = socket.recv_fds(listening, _LONGEST, 2)
        if not asked:
            return
        child = os.fork()
        if child == 0:
            listening.close()
            _become(json.loads(asked), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        listening.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(asked: dict[str, object], said: int, complained: int) -> None:
    """Run the command in this process, as if it had been started for it, and end."""
    from invoke.main import program

    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, standard in ((nothing, 0), (said, 1), (complained, 2)):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.chdir(str(asked["cwd"]))
    os.environ.clear()
    os.environ.update(asked["environ"])  # type: ignore[call-overload]
    words = ["invoke", *asked["words"]]  # type: ignore[misc]
    sys.argv = words
    status = 1
    try:
        program.run(words)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as given:
        _wait_for_commands(given)
