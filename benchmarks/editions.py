"""How long each edition takes: of the shipped issue in every language, audience and form, and of a long one.

    python benchmarks/editions.py --pages 40

Seconds are those of one core at work, whatever else the machine does. A PDF of 40 pages is to take half of one.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "plugins")]

import pypdfium2
from rich.console import Console
from rich.table import Table

from communique.editions.edition import Block, Edition, Paragraph, Section, Words
from communique.editions.mail import Envelope, message
from communique.editions.plain_text import plain_text
from communique.editions.recipients import MailAddress
from communique_pelican.build import read_sources
from communique_pelican.composing_desk import editions_of
from communique_pelican.console import BuildReport, Watch
from communique_pelican.edition_files import packed
from communique_pelican.mail_words import mail_words
from communique_pelican.newsletter_desk import find_issue
from communique_pelican.pdf_editions import sheet_words, typeset
from communique_pelican.run import Plan
from communique_pelican.text_words import text_words

_TIMES = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=40, help="how long the long issue is (default: 40)")
    arguments = parser.parse_args()
    console = Console()
    with Watch(console, BuildReport()) as watch:
        plan = read_sources(PROJECT, PROJECT, watch, release=False, jobs=1, environ={})
    issue, maker = find_issue(plan.catalogue, ""), editions_of(plan)
    forms = _forms(plan)
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    sizes: dict[str, int] = {}
    count = 0
    for lang in plan.catalogue.site.languages:
        for name in maker.audiences(issue):
            begun = time.process_time()
            edition = maker.edition(issue, lang, name)
            taken["compose", "issue"].append(time.process_time() - begun)
            count += 1
            for form, write in forms.items():
                content, seconds = _timed(write, edition)
                taken[form, "issue"].append(seconds)
                sizes[form] = max(sizes.get(form, 0), len(content))
    whole = maker.edition(issue, issue.original, maker.audiences(issue)[-1])
    one = _pages(forms["pdf"](whole))
    times = max(-(-arguments.pages // one), 1)
    for form in ("text", "pdf"):
        # The typesetter remembers what it has set: no paragraph is ever the same.
        longs = (_long(whole, range(turn * times, (turn + 1) * times)) for turn in range(_TIMES))
        content, seconds = min((_timed(forms[form], long) for long in longs), key=lambda found: found[1])
        taken[form, "long"].append(seconds)
    pages = _pages(content)
    table = Table("form", box=None, pad_edge=False)
    for heading in (f"{issue.id}, mean of {count}", "slowest", "largest, kB", f"{pages} pages"):
        table.add_column(heading, justify="right")
    for form in ("compose", *forms):
        times, long_times = taken[form, "issue"], taken[form, "long"]
        size = f"{sizes[form] / 1000:.1f}" if form in sizes else ""
        of_long = f"{min(long_times):.3f}" if long_times else ""
        table.add_row(form, f"{sum(times) / len(times):.3f}", f"{max(times):.3f}", size, of_long)
    console.print(table)
    console.print("\nseconds that one core works; the first of a form gets its typesetter or its rules ready")
    return 0


def _long(edition: Edition, turns: Iterable[int]) -> Edition:
    """The issue over and over, each time in other words."""
    return replace(edition, blocks=tuple(_reworded(block, turn) for turn in turns for block in edition.blocks))


def _reworded(block: Block, turn: int) -> Block:
    match block:
        case Paragraph():
            return replace(block, content=(Words(f"{turn} "), *block.content))
        case Section():
            return replace(block, blocks=tuple(_reworded(one, turn) for one in block.blocks))
    return block


def _forms(plan: Plan) -> dict[str, Callable[[Edition], bytes]]:
    desk = MailAddress("portal", plan.catalogue.site.id)
    texts = {lang: text_words(messages) for lang, messages in plan.messages.items()}
    mails = {lang: mail_words(messages, texts[lang]) for lang, messages in plan.messages.items()}
    sheets = {lang: sheet_words(messages) for lang, messages in plan.messages.items()}
    return {
        "mail": lambda edition: message(edition, mails[edition.lang], Envelope(desk, desk)),
        "text": lambda edition: plain_text(edition, texts[edition.lang]).encode("utf-8"),
        "pdf": lambda edition: typeset(edition, sheets[edition.lang]),
        "pdf, packed": lambda edition: packed(typeset(edition, sheets[edition.lang])),
    }


def _timed(write: Callable[[Edition], bytes], edition: Edition) -> tuple[bytes, float]:
    begun = time.process_time()
    content = write(edition)
    return content, time.process_time() - begun


def _pages(pdf: bytes) -> int:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


if __name__ == "__main__":
    sys.exit(main())
