"""A browser over the specimen site, by http and from the disk."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.browser.client.reader import Reader
from tests.browser.client.specimen import Specimen, write_specimen

BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing: pytest shows what matters."""

    def end_headers(self) -> None:
        # Common on careful hosts; the client must not need the frame there.
        self.send_header("X-Frame-Options", "DENY")
        super().end_headers()


@pytest.fixture(scope="session")
def specimen(tmp_path_factory: pytest.TempPathFactory) -> Specimen:
    return write_specimen(tmp_path_factory.mktemp("specimen") / "the site")


@pytest.fixture(scope="session")
def port(specimen: Specimen) -> Iterator[int]:
    handler = functools.partial(_Quiet, directory=str(specimen.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="session")
def browser(port: int, playwright_driver: Playwright) -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable, "these tests need Chromium: apt-get install chromium"
    unprotected = f"--host-resolver-rules=MAP intranet.test:80 127.0.0.1:{port}"
    browser = playwright_driver.chromium.launch(executable_path=executable, args=[*BROWSER_ARGUMENTS, unprotected])
    yield browser
    browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 800, "height": 600})
    context.set_default_timeout(8000)
    yield context
    context.close()


@pytest.fixture(params=["http", "file"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def base(scheme: str, specimen: Specimen, port: int) -> str:
    return f"http://127.0.0.1:{port}/" if scheme == "http" else Path(specimen.folder).as_uri() + "/"


@pytest.fixture
def reader(context: BrowserContext, base: str, specimen: Specimen) -> Iterator[Reader]:
    """Someone at the site, not signed in.

    Ends with what every test promises: the page's own policy refused nothing, and no script failed.
    """
    reader = Reader(context.new_page(), base, specimen.passphrases)
    yield reader
    assert reader.complaints == []
