"""What search weighs and how fast it answers, on a portal of many documents.

    python benchmarks/search.py --documents 3000

The documents are made of the words of the sample's own texts, by chance and the same in every run; a third of each is
sealed. Nothing is built but the indexes; the browser that asks is Chromium, from the disk.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "plugins")]

from communique.searching.index import Entry, build_index, bytes_of, weight_of_bytes, weight_of_script
from communique.searching.passages import Passage
from communique.searching.words import typed_words
from communique_pelican.client import package_client, path_of, read_scripts
from communique_pelican.search import public_index

SEED = 20081103
PARAGRAPHS, WORDS = 10, 80
QUERIES = 40
PAGE = """<!DOCTYPE html><html lang="LANG" dir="ltr" data-site="x" data-root="./"><meta charset="utf-8"><title>x</title>
<form data-search data-index="INDEX" data-sealed="" data-languages="{}"
data-said-found="{n}" data-said-none="none" data-said-too-common="none" hidden>
<input type="search"><p role="status"></p></form><div data-search-notes></div><ol data-search-results></ol>
<button data-search-more hidden></button><script src="START"></script></html>"""


#: An answer that does not come within ten seconds is none.
_ASK = """async (query) => {
  const form = document.querySelector("form");
  const said = form.querySelector("[role=status]");
  form.querySelector("input").value = query;
  said.textContent = "";
  const begun = performance.now();
  form.requestSubmit();
  while (!/\\d|none/.test(said.textContent)) {
    if (performance.now() - begun > 10000) throw new Error("no answer");
    await new Promise((done) => setTimeout(done, 0));
  }
  return performance.now() - begun;
}"""


def vocabulary(lang: str) -> list[str]:
    """Every word of the sample's texts in this language as often as it stands there."""
    texts = sorted((PROJECT / "content").glob(f"*/*/{lang}.md"))
    return [word for path in texts for word in path.read_text(encoding="utf-8").split() if word[:1].isalpha()]


def entries(lang: str, documents: int) -> list[Entry]:
    chance, words = random.Random(SEED), vocabulary(lang)

    def text(count: int) -> str:
        return " ".join(chance.choices(words, k=count))

    def passages() -> Iterator[Passage]:
        for number in range(1, PARAGRAPHS + 1):
            yield Passage(f"p{number}", str(number), "", lang, text(WORDS))

    return [
        Entry(
            {"path": f"{lang}/papers/d{n:05}/index.html", "numbering": True, "title": title},
            lang,
            title,
            True,
            (*passages(),),
        )
        for n in range(documents)
        for title in [text(7)]
    ]


def ask(folder: Path, queries: list[str]) -> list[float]:
    """Milliseconds from the key to the result of each query, in one document that had loaded nothing of the index."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto((folder / "index.html").as_uri())
        page.wait_for_selector("[data-search]:not([hidden])")
        took: list[float] = [page.evaluate(_ASK, query) for query in queries]
        browser.close()
    return took


def measure(lang: str, documents: int, folder: Path) -> list[str]:
    made = entries(lang, documents)
    begun = time.perf_counter()
    index = build_index(made, weight_of_script)
    seconds = time.perf_counter() - begun
    files, table = public_index(index, lang)
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    client = package_client(read_scripts(PROJECT / "theme" / "static"))
    for part, data in client.items():
        (folder / path_of(part, data)).parent.mkdir(parents=True, exist_ok=True)
        (folder / path_of(part, data)).write_bytes(data)
    page = PAGE.replace("LANG", lang).replace("INDEX", table).replace("START", path_of("start", client["start"]))
    (folder / "index.html").write_text(page, encoding="utf-8")
    chance = random.Random(SEED)
    words = [word for word in typed_words(" ".join(vocabulary(lang))) if len(word) > 4]
    queries = [" ".join(chance.sample(words, 2)) for _ in range(QUERIES)]
    first, *others = ask(folder, queries)
    again = ask(folder, [queries[0]] * 2)[1]
    sealed = sum(
        len(bytes_of(dict(shard.value))) for shard in build_index(made[: documents // 3], weight_of_bytes).shards
    )
    size, longest = sum(map(len, files.values())) / 1e6, max(map(len, files.values()))
    return [
        f"{lang}: {documents} documents of {PARAGRAPHS * WORDS} words, indexed in {seconds:.1f} s",
        f"  public: {size:.1f} MB in {len(files)} files, table {len(files[table])} bytes, longest {longest}",
        f"  sealed for one audience, a third of them: {sealed * 4 / 3 / 1e6:.1f} MB in base64",
        f"  first query {first:.0f} ms, others {statistics.median(others):.0f} ms (median), again {again:.0f} ms",
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=3000, help="how many to generate (default: 3000)")
    arguments = parser.parse_args()
    for lang in ("en", "es", "fr"):
        with tempfile.TemporaryDirectory(prefix="communique-") as folder:
            print("\n".join(measure(lang, arguments.documents, Path(folder))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
