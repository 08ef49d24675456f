"""Someone at the shipped site: what they do there, and everything that goes wrong meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect

from tests.browser.shipped import Member

#: Follows a link of the page as a click does and waits until the client has put the reader at its heading, which it
#: does last.
_FOLLOW = """async (path) => {
  if (document.activeElement) document.activeElement.blur();
  // On a disk the page in which the visit began is where "#main" leads as well.
  const links = [...document.querySelectorAll("a[href]:not([href^='#'])")];
  const link = links.find((a) => a.href.split("#")[0].endsWith("/" + path));
  if (!link) return null;
  link.click();
  const html = document.documentElement;
  for (let waited = 0; waited < 10000; waited += 5) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const isThere = html.dataset.path === path && !html.hasAttribute("data-cq-busy");
    if (isThere && document.activeElement.closest("main")) return REPORT();
  }
  throw new Error("the page did not come: " + path);
}"""

#: The sealed objects themselves are left out: they are long, and no words.
_REPORT = """() => ({
  path: document.documentElement.dataset.path,
  html: (() => {
    const copy = document.documentElement.cloneNode(true);
    for (const object of copy.querySelectorAll("script[data-cq]")) object.remove();
    return copy.outerHTML;
  })(),
  born: performance.timeOrigin,
  asks: document.getElementById("cq-sign-in") ? document.getElementById("cq-sign-in").open : false,
  problems: [...document.querySelectorAll(".sealed__problem")].map((line) => line.textContent),
  boxes: [...document.querySelectorAll("[data-cq-part]")].map((box) => ({
    part: box.dataset.cqPart,
    guest: Boolean(box.dataset.cqDoc),
    audience: box.dataset.cqAud,
    open: box.classList.contains("is-open"),
    closed: Boolean(box.querySelector(":scope > .sealed__closed, :scope > td > .sealed__closed")),
  })),
})"""


@dataclass(frozen=True)
class Box:
    """A sealed part on a page. `audience` in the words of content: `state:nz`, not `nat-nz`. A guest is a part of
    another document than the page's.
    """

    part: str
    audience: frozenset[str]
    is_open: bool
    explains: bool
    is_guest: bool


@dataclass(frozen=True)
class Seen:
    """One page as it stands in the browser."""

    path: str
    html: str = field(repr=False)
    born: float
    asks: bool
    problems: tuple[str, ...]
    boxes: tuple[Box, ...]


class Visitor:
    """One page of one browser context over the site at `base`."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.base = base
        self.complaints: list[str] = []
        self.requests = 0
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page: Page = context.new_page()

    def _note_request(self, request: Request) -> None:
        self.requests += 1
        if not request.url.startswith((self.base, "data:", "blob:", "about:")):
            self.complaints.append(f"asked for {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, path: str) -> None:
        # With its style and scripts: without them it looks and works otherwise, and from a slow host they come late.
        self.page.goto(self.base + path, wait_until="load")

    def sign_in(self, member: Member) -> None:
        self.type_in(member.login, member.passphrase)
        expect(self.page.locator("#cq-sign-in")).to_be_hidden()
        expect(self.page.locator("#cq-status p").first).to_be_visible()
        expect(self.page.locator("html:not([data-cq-busy])")).to_have_count(1)

    def type_in(self, login: str, passphrase: str) -> None:
        if not self.page.locator("#cq-sign-in").is_visible():
            self.page.locator("header [data-cq-sign-in]").click()
            expect(self.page.locator("#cq-sign-in")).to_be_visible()
        self.page.locator("[name=login]").fill(login)
        self.page.locator("[name=passphrase]").fill(passphrase)
        self.page.locator("#cq-sign-in [type=submit]").click()

    def follow(self, path: str) -> Seen | None:
        """Click the link to `path` on the present page; None where there is none."""
        return _seen(self.page.evaluate(_FOLLOW.replace("REPORT()", f"({_REPORT})()"), path))

    def look(self) -> Seen:
        # A click returns when the next page begins to come: its end may still be on the way.
        self.page.wait_for_load_state("domcontentloaded")
        seen = _seen(self.page.evaluate(_REPORT))
        assert seen is not None
        return seen

    def path_in_bar(self) -> str:
        """The page which the address bar names, whichever way it does."""
        url = self.page.url.removeprefix(self.base)
        return url.split("#!/", 1)[1] if "#!/" in url else url

    def arrive(self, path: str) -> None:
        """Wait until a page that a click asked for is shown and its sections have been dealt with."""
        expect(self.page.locator("html")).to_have_attribute("data-path", path)
        expect(self.page.locator("html:not([data-cq-busy])")).to_have_count(1)
        expect(self.page.locator("main :focus")).to_have_count(1)


def _seen(told: Mapping[str, Any] | None) -> Seen | None:
    if told is None:
        return None
    boxes = tuple(
        Box(box["part"], _names(box["audience"]), box["open"], box["closed"], box["guest"]) for box in told["boxes"]
    )
    return Seen(told["path"], told["html"], told["born"], told["asks"], tuple(told["problems"]), boxes)


def _names(tids: str) -> frozenset[str]:
    return frozenset(re.sub(r"\bnat-", "state:", re.sub(r"\bgrp-", "group:", tids)).split())
