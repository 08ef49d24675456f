"""Processes that work for a build: none of them outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PLUGINS = Path(__file__).parent.parent / "plugins"
BUILD = """\
import os, sys, time
from communique_pelican.workers import spread

def work(batch):
    # The first batch says who works on it and is slow; the others leave their worker without anything to do.
    if batch[0] == 0:
        time.sleep(60)
    # In one piece: two of them may say so at once.
    os.write(1, f"{os.getpid()}\\n".encode())
    return batch

list(spread(work, list(range(100)), 3))
"""


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_workers_end_with_a_killed_build_even_those_that_wait_for_work() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BUILD], env={**os.environ, "PYTHONPATH": str(PLUGINS)}, stdout=subprocess.PIPE, text=True
    ) as build:
        assert build.stdout is not None
        worker = int(build.stdout.readline())
        assert is_running(worker)
        build.send_signal(signal.SIGKILL)
        build.wait()
        deadline = time.monotonic() + 30
        while is_running(worker) and time.monotonic() < deadline:
            time.sleep(0.05)
    assert not is_running(worker)
