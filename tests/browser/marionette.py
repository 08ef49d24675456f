"""Firefox driven by its own remote protocol, Marionette, as an ordinary browser with a profile on disk.

Nothing is installed for it but Firefox. The preferences that test drivers set are left out: with them Firefox reads
files, caches and restores sessions otherwise than readers' browsers do.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

_PREFERENCES = {
    "marionette.port": 0,
    "remote.prefs.recommended": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.startup.max_resumed_crashes": -1,
}
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Firefox:
    """One run of Firefox with the profile in `profile`; its files may be looked at when it has ended."""

    def __init__(self, profile: Path) -> None:
        program = shutil.which("firefox-esr") or shutil.which("firefox")
        assert program, "these tests need Firefox: apt-get install firefox-esr"
        profile.mkdir(exist_ok=True)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="ascii")
        told = profile / "MarionetteActivePort"
        told.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [program, "--headless", "--marionette", "--no-remote", "--profile", str(profile)],
            env={**os.environ, "HOME": str(profile.parent), "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._numbers = 0
        try:
            self._socket = _connected(told, self._process)
            self._received()
            self._ask("WebDriver:NewSession", {})
        except BaseException:
            self.kill()
            raise

    def go(self, address: str) -> None:
        self._ask("WebDriver:Navigate", {"url": address})

    def click(self, selector: str) -> None:
        self._ask("WebDriver:ElementClick", {"id": self._element(selector)})

    def type(self, selector: str, text: str) -> None:
        """Key by key, as a reader does."""
        self._ask("WebDriver:ElementSendKeys", {"id": self._element(selector), "text": text})

    def evaluate(self, expression: str) -> Any:
        return self._ask("WebDriver:ExecuteScript", {"script": f"return {expression}", "args": []})["value"]

    def close(self) -> None:
        """As a reader ends it: sessions are saved, caches written."""
        self._ask("Marionette:Quit", {"flags": ["eAttemptQuit"]})
        self._process.wait(timeout=60)
        self._socket.close()

    def kill(self) -> None:
        """As a power cut ends it: it and every process that it started."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=60)

    def _element(self, selector: str) -> str:
        found = self._ask("WebDriver:FindElement", {"using": "css selector", "value": selector})
        return str(found["value"][_ELEMENT])

    def _ask(self, command: str, parameters: dict[str, Any]) -> Any:
        self._numbers += 1
        text = json.dumps([0, self._numbers, command, parameters]).encode()
        self._socket.sendall(str(len(text)).encode() + b":" + text)
        _, number, error, result = self._received()
        assert number == self._numbers
        assert error is None, f"{command}: {error}"
        return result

    def _received(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._bytes(1)
        return json.loads(self._bytes(int(length[:-1])))

    def _bytes(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self._socket.recv(count - len(data))
            assert more, "Firefox ended the conversation"
            data += more
        return data


def _connected(told: Path, process: subprocess.Popen[bytes]) -> socket.socket:
    """Firefox writes into its profile at which port it listens."""
    until = time.monotonic() + 60
    while not told.is_file() or not told.read_text(encoding="ascii").strip():
        assert process.poll() is None, "Firefox ended before it listened"
        assert time.monotonic() < until, "Firefox does not listen"
        time.sleep(0.05)
    return socket.create_connection(("127.0.0.1", int(told.read_text(encoding="ascii"))), timeout=120)
