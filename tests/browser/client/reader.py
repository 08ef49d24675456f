"""What a reader does at the site, in the words of the tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, expect

from tests.browser.client.specimen import ALL_WORDS

EVERYTHING_STORED = """async () => ({
  session: Object.entries(sessionStorage),
  local: Object.entries(localStorage),
  databases: indexedDB.databases ? await indexedDB.databases() : [],
  cookies: document.cookie,
  caches: typeof caches === "undefined" ? [] : await caches.keys().catch(() => []),
  name: window.name,
  state: JSON.stringify(history.state),
})"""


class Reader:
    """One page of one browser, and what went wrong in it."""

    def __init__(self, page: Page, base: str, passphrases: Mapping[str, str]) -> None:
        self.page = page
        self.base = base
        self.passphrases = passphrases
        self.complaints: list[str] = []
        self.documents = 0
        self.listen(page)

    def listen(self, page: Page) -> None:
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("domcontentloaded", self._count_document)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _count_document(self, _page: Page) -> None:
        self.documents += 1

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def sign_in(self, login: str, passphrase: str | None = None) -> None:
        self.type_in(login, self.passphrases[login] if passphrase is None else passphrase)
        expect(self.page.locator("#cq-sign-in")).to_be_hidden()
        expect(self.page.locator("#cq-status p").first).to_be_visible()

    def type_in(self, login: str, passphrase: str) -> None:
        if not self.page.locator("#cq-sign-in").is_visible():
            self.page.locator("header [data-cq-sign-in]").click()
        self.page.locator("[name=login]").fill(login)
        self.page.locator("[name=passphrase]").fill(passphrase)
        self.page.locator("#cq-sign-in [type=submit]").click()

    def follow(self, link: str, title: str) -> None:
        self.page.locator(f"#to-{link}").click()
        self.expect_page(title)

    def expect_page(self, title: str) -> None:
        expect(self.page).to_have_title(title)
        # Its words may stand there before its scripts have come.
        self.page.wait_for_load_state("domcontentloaded")
        expect(self.page.locator("h1")).to_have_text(title)
        expect(self.page.locator("html")).not_to_have_attribute("data-cq-busy", re.compile(""))

    def expect_status(self, text: str) -> None:
        expect(self.page.locator("#cq-status")).to_contain_text(text)

    def words(self) -> set[str]:
        """The sealed words that stand anywhere in the document, shown or not."""
        content = self.page.content()
        return {word for word in ALL_WORDS if word in content}

    def stored(self) -> dict[str, Any]:
        stored: dict[str, Any] = self.page.evaluate(EVERYTHING_STORED)
        return stored

    def shown_path(self) -> str:
        """The page the address bar names, whichever way it does."""
        url = self.page.url.removeprefix(self.base)
        return url.split("#!/", 1)[1] if "#!/" in url else url

    def scroll_y(self) -> int:
        return int(self.page.evaluate("Math.round(window.scrollY)"))

    def scroll(self, script: str) -> None:
        """Scrolls by `script` and waits until the client has noted where the page stands, as it does after a rest."""
        self.page.evaluate(script)
        self.until("history.state !== null && history.state.y === Math.round(window.scrollY)")

    def until(self, expression: str) -> None:
        """Waits for what no element shows; a waiting function would be an eval, which is forbidden."""
        for _ in range(300):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"waited in vain for: {expression}")

    def expect_scrolled_to(self, y: int) -> None:
        """The position comes back after the page."""
        self.until(f"Math.abs(Math.round(window.scrollY) - {y}) < 3")

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.id || document.activeElement.localName"))
