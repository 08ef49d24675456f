"""The finished site on this machine's own address, built anew when a source changes.

With `--as` the reader is signed in, as somebody who holds exactly the grants named there. What that takes lies in
this process's memory only: the keyring with one more slot, the words that open it, and a script that hands them to
the page. The address then begins with a word that nobody can guess, and nothing is answered without it: other
people's programs on this machine can reach 127.0.0.1 too.
"""

from __future__ import annotations

import errno
import getpass
import http.server
import io
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from rich.console import Console

from communique.delivery.swap import OUTPUT
from communique.problems import Place, Problem, Refused
from communique_pelican.finishing import data_script
from communique_pelican.keys import PASSPHRASE_FILE, Keys, find_keys
from communique_pelican.preview_as import OBSERVER, Reader, reader, release_with_keyring
from communique_pelican.speaking import spoken

ADDRESS = "127.0.0.1"
WATCHED = ("content", "theme", "translations", "keys", "plugins", "pelicanconf.py")
#: What is answered from memory, and lies in no finished tree.
_SCRIPT, _SIGN_IN = "preview.js", "preview-sign-in"
_DESCRIPTORS = Path("/dev/fd")

#: Runs before the client's own files have run, and acts once they have. It asks for the words as no other site's page
#: can: by a request that names its origin. A page that was locked stays locked until the next one is opened.
SIGN_IN_SCRIPT = """(function () {
  "use strict";
  const wasLocked = Boolean(history.state && history.state.locked);
  async function signIn() {
    await window.Communique.loading.use("reading");
    const { membership, sections, messages } = window.Communique;
    const answer = await fetch(%(address)s, { method: "POST", cache: "no-store" });
    if (!answer.ok) return;
    const { login, passphrase } = await answer.json();
    await membership.begin(login, passphrase);
    messages.announce(...sections.summary(await sections.openAll()));
  }
  if (window.parent === window && !wasLocked) document.addEventListener("DOMContentLoaded", signIn);
})();
"""


class SignedIn:
    """The part of a site that lies in memory while the preview is signed in. `prefix` begins each of its addresses."""

    def __init__(self, who: Reader) -> None:
        self.who = who
        self.prefix = f"/{secrets.token_urlsafe(24)}/"
        # Named as a built one is, or the client would not load it.
        self.keyring_path = f"sealed/keyring.{secrets.token_hex(8)}.js"

    def inner(self, address: str) -> str | None:
        """The path that `address` asks for below the site's root; None where it does not know the word."""
        path = address.split("?", 1)[0].split("#", 1)[0]
        word, given = self.prefix.encode(), path.encode("utf-8", "surrogateescape")[: len(self.prefix)]
        return path[len(self.prefix) :] if secrets.compare_digest(word, given) else None

    def made(self, path: str, folder: Path) -> tuple[str, bytes] | None:
        """Type and bytes of what takes the place of a file; None for everything that is as it was built."""
        if path == "release.js" and (folder / path).is_file():
            told = release_with_keyring((folder / path).read_text(encoding="utf-8"), self.keyring_path)
            return "text/javascript", told.encode()
        if path == self.keyring_path:
            return "text/javascript", data_script("keyring", self.who.keyring).encode()
        if path == _SCRIPT:
            return "text/javascript", (SIGN_IN_SCRIPT % {"address": json.dumps(self.prefix + _SIGN_IN)}).encode()
        return None

    def with_script(self, page: bytes) -> bytes:
        """A page that loads the script before the client's own."""
        script = f'<script src="{self.prefix}{_SCRIPT}"></script>\n'.encode()
        end = max(0, page.find(b"</head>"))
        first = page.find(b"<script", 0, end)
        place = first if first >= 0 else end
        return page[:place] + script + page[place:] if place else page

    def credentials(self) -> bytes:
        return json.dumps({"login": self.who.login, "passphrase": self.who.passphrase}).encode()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files as a plain host does, shows the site's own page for a missing one, and caches nothing."""

    def __init__(self, *given: Any, signed_in: SignedIn | None = None, directory: str) -> None:
        self.signed_in = signed_in
        super().__init__(*given, directory=directory)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Referrer-Policy", "no-referrer")
        super().end_headers()

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        if not self._is_asked_for_us():
            return None
        if self.signed_in is None:
            return super().send_head()
        path = self.signed_in.inner(self.path)
        if path is None or self._is_taken_by_others():
            self._say(http.HTTPStatus.NOT_FOUND, "Open the address that the terminal shows.")
            return None
        made = self.signed_in.made(path, Path(self.directory))
        if made is not None:
            return self._from_memory(*made)
        file = Path(self.translate_path(self.path))
        if file.is_dir() and (not path or path.split("?", 1)[0].endswith("/")):
            file /= "index.html"
        if file.suffix == ".html" and file.is_file():
            return self._from_memory("text/html; charset=utf-8", self.signed_in.with_script(file.read_bytes()))
        return super().send_head()

    def do_POST(self) -> None:
        """The words that sign the page in, for a page of this site alone."""
        if not self._is_asked_for_us():
            return
        ours = self.signed_in is not None and self.signed_in.inner(self.path) == _SIGN_IN
        from_our_page = (
            self.headers.get("Origin") == f"http://{self.headers['Host']}"
            and self.headers.get("Sec-Fetch-Site") == "same-origin"
        )
        if self.signed_in is None or not ours or not from_our_page:
            self._say(http.HTTPStatus.FORBIDDEN, "Only a page of this preview is answered.")
            return
        self.wfile.write(self._from_memory("application/json", self.signed_in.credentials()).getvalue())

    def translate_path(self, path: str) -> str:
        inner = path if self.signed_in is None else self.signed_in.inner(path)
        return super().translate_path("/" if inner is None else inner)

    def list_directory(self, path: object) -> None:  # noqa: ARG002  # no listing is given, of whatever
        self.send_error(http.HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != http.HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        self._send(code, "text/html; charset=utf-8", page.read_bytes())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that the base class gives it
        """One line per request would hide what the build says; and a log would keep the address."""

    def _is_asked_for_us(self) -> bool:
        """Whether the browser meant this server. A stranger's name may lead to 127.0.0.1 too, and its page would then
        count as ours.
        """
        port = self.server.server_port if isinstance(self.server, http.server.HTTPServer) else 0
        host = self.headers.get("Host", "")
        if (host if ":" in host else f"{host}:80") in (f"{ADDRESS}:{port}", f"localhost:{port}"):
            return True
        self._say(http.HTTPStatus.MISDIRECTED_REQUEST, f"This is http://{ADDRESS}:{port}/ and no other site.")
        return False

    def _is_taken_by_others(self) -> bool:
        """Whether a page of another origin wants this as a part of itself. Following a link to us is no such thing."""
        asks = self.headers.get("Sec-Fetch-Site", "none")
        return asks not in ("none", "same-origin") and self.headers.get("Sec-Fetch-Dest") != "document"

    def _from_memory(self, kind: str, body: bytes) -> io.BytesIO:
        self.send_response(http.HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def _say(self, code: int, sentence: str) -> None:
        self._send(code, "text/plain; charset=utf-8", sentence.encode() + b"\n")

    def _send(self, code: int, kind: str, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def serve(
    site: Path,
    project: Path,
    *,
    port: int,
    console: Console,
    as_: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
) -> int:
    """Serve the finished site until interrupted; rebuild when something under the sources changes."""
    # Imported here: only this verb needs it, and it is slow to load.
    from watchfiles import watch

    output = site / OUTPUT
    if not output.is_dir():
        raise Refused([Problem(Place(OUTPUT), "nothing-built", "there is no finished site yet", "run `invoke build`")])
    given = dict(environ if environ is not None else os.environ)
    passphrase = _asked_once(site, given) if as_ else None
    keys: Keys | None = None
    if as_:
        with _handed_over(passphrase, given) as (environment, _):
            keys = find_keys(site, project, environment)
    who = reader(site, project, keys, as_) if keys else None
    signed_in = SignedIn(who) if who else None
    # The folder is looked up at every request, so a swap shows at once.
    server = _listen(port, partial(_Handler, directory=str(output), signed_in=signed_in))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if as_:
        names = ", ".join(who.names) if who else OBSERVER
        note = "signed in from memory; the address is for you alone" if who else "nobody is signed in"
        console.print(f"Preview as {names} ({note})", highlight=False, soft_wrap=True)
    prefix = signed_in.prefix if signed_in else "/"
    address = f"http://{ADDRESS}:{server.server_address[1]}{prefix}"
    console.print(f"{address}   (Ctrl+C ends it)", highlight=False, soft_wrap=True)
    sources = sorted({base / name for base in (site, project) for name in WATCHED if (base / name).exists()})
    try:
        for _changes in watch(*sources, raise_interrupt=False):
            # A process of its own: changed plugins count, and a failing build ends nothing here.
            command = [sys.executable, "-m", "invoke", "build", "--site", str(site)]
            with _handed_over(passphrase, given) as (environment, descriptors):
                subprocess.run(command, cwd=project, check=False, env=environment, pass_fds=descriptors)
            if signed_in and keys:
                _follow(signed_in, site, project, keys, as_, console)
    finally:
        server.shutdown()
        server.server_close()
    return 0


def _listen(port: int, handler: Callable[..., http.server.BaseHTTPRequestHandler]) -> http.server.ThreadingHTTPServer:
    try:
        return http.server.ThreadingHTTPServer((ADDRESS, port), handler)
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


def _follow(signed_in: SignedIn, site: Path, project: Path, keys: Keys, as_: Sequence[str], console: Console) -> None:
    """Sign up anew after a build: register and policy may have changed with it."""
    try:
        signed_in.who = reader(site, project, keys, as_) or signed_in.who
    except Refused as refused:
        console.print(str(refused), highlight=False, markup=False, soft_wrap=True)


def _asked_once(site: Path, environ: Mapping[str, str]) -> str | None:
    """The passphrase of the site's keystore, which every build of this preview needs; None where no question is to be
    put, since a file holds it, or the keys are the demonstration's, or nobody is there.
    """
    own = (site / "keys" / "keystore.json").exists()
    if not own or PASSPHRASE_FILE in environ or not sys.stdin.isatty() or not _DESCRIPTORS.is_dir():
        return None
    return getpass.getpass(spoken(environ).translated("passphrase of the keystore: "))


@contextmanager
def _handed_over(
    passphrase: str | None, environ: Mapping[str, str]
) -> Iterator[tuple[Mapping[str, str], tuple[int, ...]]]:
    """An environment in which the passphrase can be read once, through a pipe: it is in no file and no argument."""
    if passphrase is None:
        yield environ, ()
        return
    reading, writing = os.pipe()
    try:
        os.write(writing, f"{passphrase}\n".encode())
        os.close(writing)
        yield {**environ, PASSPHRASE_FILE: str(_DESCRIPTORS / str(reading))}, (reading,)
    finally:
        os.close(reading)
