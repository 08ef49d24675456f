"""One Chromium per test process over the shipped site, by http and from the disk."""

from __future__ import annotations

import contextlib
import functools
import http.server
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser.shipped import Shipped, shipped
from tests.browser.visitor import Visitor

__all__ = ["shipped"]

#: On a busy machine to stretch a passphrase alone may take the five seconds that are the default.
expect.set_options(timeout=15_000)

BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]


#: Bytes of one piece and seconds before the next, from a host far away (`--slow-host`).
PIECE, PAUSE = 2048, 0.03


class _Quiet(http.server.SimpleHTTPRequestHandler):
    pause = 0.0

    def copyfile(self, source: Any, outputfile: Any) -> None:
        # Who leaves a page while it comes hangs up.
        with contextlib.suppress(ConnectionError):
            while piece := source.read(PIECE):
                outputfile.write(piece)
                outputfile.flush()
                time.sleep(self.pause)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parameter's inherited name
        """Says nothing: pytest shows what matters."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A wrong address gets the site's own page, as hosts of static sites do it."""
        if code != http.HTTPStatus.NOT_FOUND:
            super().send_error(code, message, explain)
            return
        page = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """One driver for all tests of a process: a second beside it does not start."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright_driver: Playwright) -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable, "these tests need Chromium: apt-get install chromium"
    browser = playwright_driver.chromium.launch(executable_path=executable, args=BROWSER_ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def serve(pytestconfig: pytest.Config) -> Iterator[Callable[[Path], str]]:
    """Serves a folder at an address of its own, until all tests are done."""
    _Quiet.pause = PAUSE if pytestconfig.getoption("slow_host") else 0.0
    servers: dict[Path, http.server.ThreadingHTTPServer] = {}

    def address_of(folder: Path) -> str:
        if folder not in servers:
            handler = functools.partial(_Quiet, directory=str(folder))
            servers[folder] = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
            threading.Thread(target=servers[folder].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[folder].server_address[1]}/"

    yield address_of
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture(params=["http", "file"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def site_at(scheme: str, serve: Callable[[Path], str]) -> Callable[[Path], str]:
    """The address of a site's folder in the scheme this test is about."""
    return lambda folder: serve(folder) if scheme == "http" else folder.as_uri() + "/"


@pytest.fixture
def visitors(chromium: Browser, shipped: Shipped, site_at: Callable[[Path], str]) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors, each with a browser profile of their own. Ends with what holds for every visit: no script
    failed, the page's policy refused nothing, and nothing was asked of anybody else."""
    made: list[Visitor] = []

    def arrive(folder: Path | None = None, **options: Any) -> Visitor:
        context = chromium.new_context(**{"viewport": {"width": 1000, "height": 800}, **options})
        context.set_default_timeout(15000)
        made.append(Visitor(context, site_at(folder or shipped.output)))
        return made[-1]

    yield arrive
    for visitor in made:
        visitor.page.context.close()
    assert [complaint for visitor in made for complaint in visitor.complaints] == []


@pytest.fixture
def visitor(visitors: Callable[..., Visitor]) -> Visitor:
    return visitors()
