"""What the browser's client weighs, part by part, and what opening a page with many sealed sections takes.

    python benchmarks/client.py --sections 1,10,100

Sizes are those of the files as they ship, raw and compressed as hosts compress them (gzip). The times are a real
Chromium's, from pressing the button to the last opened section, over a page read from the disk.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "plugins")]

from playwright.sync_api import Browser, sync_playwright
from rich.console import Console
from rich.table import Table

from communique_pelican.client import NEEDED, compressed_size, package_client, read_scripts
from communique_pelican.finishing import data_script, word_lists
from tests.browser.client.specimen import write_many_sections

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

#: Counts key derivations, and takes the time from the pressed button to the words that say how many sections opened.
_MEASURE = """async () => {
  const derive = crypto.subtle.deriveBits.bind(crypto.subtle);
  const taken = { derivations: 0, deriving: 0 };
  SubtleCrypto.prototype.deriveBits = async function (how, ...others) {
    const begun = performance.now();
    const bits = await derive(how, ...others);
    if (how.name === "PBKDF2") { taken.derivations += 1; taken.deriving += performance.now() - begun; }
    return bits;
  };
  const said = new Promise((resolve) =>
    new MutationObserver(resolve).observe(document.getElementById("cq-status"), { childList: true }));
  const begun = performance.now();
  document.querySelector("#cq-sign-in [type=submit]").click();
  await said;
  await new Promise(requestAnimationFrame);
  return { ...taken, all: performance.now() - begun, open: document.querySelectorAll(".is-open").length };
}"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sections", default="1,10,100", help="how many on a page (default: 1,10,100)")
    parser.add_argument("--times", type=int, default=3, help="how often each page is opened (default: 3)")
    arguments = parser.parse_args()
    console = Console()
    console.print(_sizes())
    counts = [int(count) for count in arguments.sections.split(",")]
    executable = shutil.which("chromium")
    if not executable:
        console.print("\nno Chromium here: opening was not measured")
        return 1
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=ARGUMENTS)
        console.print(_times(browser, counts, arguments.times))
        browser.close()
    return 0


def _sizes() -> Table:
    table = Table("client", box=None, pad_edge=False)
    for head in ("bytes", "compressed"):
        table.add_column(head, justify="right")
    parts = package_client(read_scripts(PROJECT / "theme" / "static"))
    for name, data in parts.items():
        table.add_row(name, str(len(data)), str(compressed_size(data)))
    words = data_script("words", word_lists()).encode()
    table.add_row("word lists", str(len(words)), str(compressed_size(words)))
    table.add_section()
    needed = [parts[name] for name in NEEDED]
    raw, compressed = sum(map(len, needed)), sum(map(compressed_size, needed))
    table.add_row(f"to sign in and read ({' + '.join(NEEDED)})", str(raw), str(compressed), style="bold")
    return table


def _times(browser: Browser, counts: list[int], times: int) -> Table:
    table = Table("\nsections on the page", box=None, pad_edge=False)
    for head in ("key derivations", "deriving ms", "opening ms", "ms a section"):
        table.add_column(f"\n{head}", justify="right")
    with tempfile.TemporaryDirectory(prefix="communique-") as folder:
        for count in counts:
            site = write_many_sections(Path(folder) / str(count), count)
            runs = [_open(browser, site.folder, site.passphrases["partner-01"]) for _ in range(times)]
            opened = {int(run["open"]) for run in runs}
            if opened != {count}:
                raise SystemExit(f"{count} sections on the page, {opened} opened")
            opening = statistics.median(run["all"] - run["deriving"] for run in runs)
            deriving = statistics.median(run["deriving"] for run in runs)
            derivations = max(int(run["derivations"]) for run in runs)
            each = f"{opening / count:.2f}"
            table.add_row(str(count), str(derivations), f"{deriving:.0f}", f"{opening:.0f}", each)
    return table


def _open(browser: Browser, site: Path, passphrase: str) -> dict[str, float]:
    page = browser.new_page()
    page.goto((site / "en/about/many/index.html").as_uri())
    page.locator("header [data-cq-sign-in]").click()
    page.locator("[name=login]").fill("partner-01")
    page.locator("[name=passphrase]").fill(passphrase)
    taken: dict[str, float] = page.evaluate(_MEASURE)
    page.context.close()
    return taken


if __name__ == "__main__":
    sys.exit(main())
