"""How long a build takes, phase by phase: of what is shipped, and with generated documents on top.

    python benchmarks/build.py --documents 100

Each site is built twice: at the second time the members' slots, slow by design, come from the private cache.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "plugins")]

from rich.console import Console
from rich.table import Table

from benchmarks.corpus import LANGUAGES, write_corpus
from communique.problems import Refused
from communique_pelican.build import run_build
from communique_pelican.console import BuildReport


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100, help="how many to generate (default: 100)")
    parser.add_argument("--jobs", type=int, default=None, help="processes (default: one per core)")
    arguments = parser.parse_args()
    console = Console()
    runs: dict[str, BuildReport] = {}
    try:
        for name, documents in (("shipped", 0), (f"+ {arguments.documents}", arguments.documents)):
            with tempfile.TemporaryDirectory(prefix="communique-") as folder:
                site = Path(folder)
                shutil.copytree(PROJECT / "content", site / "content")
                write_corpus(site / "content", documents)
                for again in (name, f"{name}, again"):
                    runs[again] = run_build(site, PROJECT, jobs=arguments.jobs, environ={})
    except Refused as refused:
        console.print(str(refused), markup=False, highlight=False)
        return 1
    console.print(_table(runs))
    # Kilobytes on Linux.
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    console.print(
        f"\nseconds of wall clock; {arguments.jobs or os.cpu_count()} processes; {len(LANGUAGES)} languages; "
        f"largest process {memory // 1024} MB",
        highlight=False,
    )
    return 0


def _table(runs: dict[str, BuildReport]) -> Table:
    table = Table("phase", box=None, pad_edge=False)
    for name in runs:
        table.add_column(name, justify="right")
    phases = dict.fromkeys(phase for report in runs.values() for phase in report.phases)
    for phase in phases:
        table.add_row(phase, *(f"{report.phases.get(phase, 0.0):.2f}" for report in runs.values()))
    table.add_row("all", *(f"{sum(report.phases.values()):.2f}" for report in runs.values()), style="bold")
    table.add_section()
    for fact in ("documents", "pages", "objects"):
        table.add_row(fact, *(str(getattr(report, fact)) for report in runs.values()))
    table.add_section()
    for part in next(iter(runs.values())).client:
        table.add_row(f"client: {part}, bytes", *(str(report.client[part]) for report in runs.values()))
    return table


if __name__ == "__main__":
    sys.exit(main())
