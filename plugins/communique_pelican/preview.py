"""The finished site on this machine's own address, built anew when a source changes."""

from __future__ import annotations

import errno
import http.server
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

from rich.console import Console

from communique.delivery.swap import OUTPUT
from communique.problems import Place, Problem, Refused

ADDRESS = "127.0.0.1"
WATCHED = ("content", "theme", "translations", "keys", "plugins", "pelicanconf.py")


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files as a plain host does, shows the site's own page for a missing one, and caches nothing."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != http.HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that the base class gives it
        """One line per request would hide what the build says."""


def serve(site: Path, project: Path, *, port: int, console: Console) -> int:
    """Serve the finished site until interrupted; rebuild when something under the sources changes."""
    # Imported here: only this verb needs it, and it is slow to load.
    from watchfiles import watch

    output = site / OUTPUT
    if not output.is_dir():
        raise Refused([Problem(Place(OUTPUT), "nothing-built", "there is no finished site yet", "run `invoke build`")])
    # The folder is looked up at every request, so a swap shows at once.
    handler = partial(_Handler, directory=str(output))
    try:
        server = http.server.ThreadingHTTPServer((ADDRESS, port), handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        problem = Problem(
            Place(f"{ADDRESS}:{port}"),
            "port-in-use",
            "another program already uses this port",
            f"choose another one: `invoke serve --port {port + 1}`",
        )
        raise Refused([problem]) from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    console.print(f"http://{ADDRESS}:{server.server_port}/   (Ctrl+C ends it)", highlight=False)
    sources = sorted({base / name for base in (site, project) for name in WATCHED if (base / name).exists()})
    try:
        for _changes in watch(*sources, raise_interrupt=False):
            # A process of its own: changed plugins count, and a failing build ends nothing here.
            command = [sys.executable, "-m", "invoke", "build", "--site", str(site)]
            subprocess.run(command, cwd=project, check=False)
    finally:
        server.shutdown()
    return 0
