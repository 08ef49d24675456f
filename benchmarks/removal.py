"""What changes in a release when nothing happens, when a member is removed, and when one section is edited.

    python benchmarks/removal.py --documents 1000

The member who goes is one of the core group, whose keys are in most objects: nobody's removal changes more.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "plugins")]

from rich.console import Console

from benchmarks.corpus import write_corpus
from communique.sealing.keystore import Keystore, write_keystore
from communique_pelican.build import run_build
from communique_pelican.keys import PASSPHRASE_FILE
from communique_pelican.membership_desk import remove
from communique_pelican.terminal import Terminal

MEMBER = "fr-01"
PASSPHRASE_FOR_MEASURING_ONLY = "keys of a generated portal"  # noqa: S105  # of nobody's portal
#: Files that tell of a release as a whole, and change with it.
_WHOLE = re.compile(r"sealed/keyring\.|release\.js\Z|manifest|SHA256SUMS")
_DIGEST = re.compile(r"\.[0-9a-f]{16}(?=\.[a-z]+\Z)")
_OBJECT = re.compile(r'<script type="application/jose\+json"[^>]*>(.*?)</script>', re.DOTALL)
_DATA = re.compile(r'CQ1_(?:DATA|INDEX)\("[^"]*",(".*")\)\s*\Z')

Tree = Mapping[str, bytes]


@dataclass(frozen=True)
class Difference:
    """Two releases compared. `bodies`: objects whose sealed text was encrypted anew."""

    files: tuple[str, ...]
    objects: int
    bodies: int
    bytes: int
    seconds: float

    def share(self, release: Release) -> float:
        return self.bytes / release.bytes


@dataclass(frozen=True)
class Release:
    files: Tree = field(repr=False)

    @property
    def bytes(self) -> int:
        """Of the whole release, what tells of it as a whole aside."""
        return sum(len(content) for path, content in self.files.items() if not _WHOLE.search(path))

    @property
    def objects(self) -> int:
        return sum(len(objects_in(path, content)) for path, content in self.files.items())


@dataclass(frozen=True)
class Figures:
    documents: int
    first: Release
    seconds: float
    rebuilt: Difference
    removed: Difference
    #: Compared with the release after the removal; `edited_page` is the page on which the section stands.
    edited: Difference
    edited_page: str


def measure(base: Path, site: Path, documents: int, collection: str) -> Figures:
    """Build `base`'s content with generated documents in `site` four times."""
    shutil.copytree(base, site / "content")
    write_corpus(site / "content", documents, collection=collection)
    _give_keys(site)
    first, seconds = _built(site)
    again, again_seconds = _built(site)
    quiet = Terminal(Console(file=io.StringIO()))
    if remove(site, PROJECT, logins=MEMBER, yes=True, terminal=quiet) != 0:
        raise SystemExit(f"{MEMBER} could not be removed")
    removed, removed_seconds = _built(site)
    page = _edit(site / "content" / collection / f"generated-{documents:05}" / "en.md")
    edited, edited_seconds = _built(site)
    return Figures(
        documents,
        first,
        seconds,
        compare(first, again, again_seconds),
        compare(again, removed, removed_seconds),
        compare(removed, edited, edited_seconds),
        page,
    )


def compare(before: Release, after: Release, seconds: float = 0.0) -> Difference:
    changed = sorted(
        path for path in before.files.keys() | after.files.keys() if before.files.get(path) != after.files.get(path)
    )
    objects = bodies = differing = 0
    for path in changed:
        old, new = before.files.get(path, b""), after.files.get(path, b"")
        found, others = objects_in(path, old), objects_in(path, new)
        objects += sum(one != other for one, other in zip(found, others, strict=False)) + abs(len(found) - len(others))
        bodies += len(set(map(_body, others)) - set(map(_body, found)))
        if not _WHOLE.search(path):
            differing += _differing(old, new)
    return Difference(tuple(changed), objects, bodies, differing, seconds)


def objects_in(path: str, content: bytes) -> list[str]:
    """The sealed objects of a page or of a data script, in order."""
    if path.endswith(".html"):
        return _OBJECT.findall(content.decode())
    if path.startswith("sealed/") and not _WHOLE.search(path):
        data = _DATA.search(content.decode("ascii"))
        text = json.loads(data.group(1)) if data else ""
        if '"ciphertext"' not in text:
            return []
        # The tables of the sealed indexes of one language lie together.
        tables = json.loads(text).get("tables")
        return [text] if tables is None else list(tables.values())
    return []


def _body(text: str) -> tuple[str, str, str]:
    sealed = json.loads(text)
    return sealed["protected"], sealed["iv"], sealed["ciphertext"]


def _differing(old: bytes, new: bytes) -> int:
    """How many bytes are not the same: at their places, or where lengths differ between what begins and ends alike."""
    if len(old) == len(new):
        return sum(one != other for one, other in zip(old, new, strict=True))
    longest = min(len(old), len(new))
    same = min(_alike(old, new) + _alike(old[::-1], new[::-1]), longest)
    return max(len(old), len(new)) - same


def _alike(old: bytes, new: bytes) -> int:
    """How many bytes two contents have in common at the beginning."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _built(site: Path) -> tuple[Release, float]:
    started = time.perf_counter()
    run_build(site, PROJECT, environ={PASSPHRASE_FILE: str(site / "passphrase.txt")})
    seconds = time.perf_counter() - started
    return release_in(site / "output"), seconds


def release_in(output: Path) -> Release:
    return Release(dict(_files(output)))


def _files(output: Path) -> Iterator[tuple[str, bytes]]:
    shown = output.resolve()
    for path in sorted(shown.rglob("*")):
        if path.is_file():
            # A data script bears its content's digest in its name; it is the same script when that changes.
            yield _DIGEST.sub("", path.relative_to(shown).as_posix()), path.read_bytes()


def _give_keys(site: Path) -> None:
    """The demonstration's members under keys of the site's own, which its verbs may change."""
    (site / "keys").mkdir()
    keystore = Keystore("psi-portal.example", bytes(range(32)))
    write_keystore(site / "keys/keystore.json", keystore, PASSPHRASE_FOR_MEASURING_ONLY, os.urandom)
    register = (PROJECT / "keys/demo/register.yaml").read_text(encoding="utf-8")
    (site / "keys/register.yaml").write_text(register.replace("demo: true\n", ""), encoding="utf-8")
    (site / "passphrase.txt").write_text(PASSPHRASE_FOR_MEASURING_ONLY + "\n", encoding="utf-8")


def _edit(path: Path) -> str:
    """Another last word in the first section of a text; gives its page."""
    text = path.read_text(encoding="utf-8")
    begun = text.index("\n::: ")
    at = text.index(".\n", begun)
    path.write_text(text[:at] + " zozezi" + text[at:], encoding="utf-8")
    return f"en/{path.parent.parent.name}/{path.parent.name}/index.html"


def report(figures: Figures) -> str:
    first, removed, edited = figures.first, figures.removed, figures.edited
    others = ", ".join(path for path in edited.files if path != figures.edited_page) or "no other file"
    lines = [
        (
            f"{figures.documents} generated documents in 3 languages beside what is there: {len(first.files)} files, "
            f"{first.objects} sealed objects, {first.bytes / 1e6:.1f} MB; built in {figures.seconds:.0f} s"
        ),
        f"built again ({figures.rebuilt.seconds:.0f} s): {len(figures.rebuilt.files)} files changed",
        (
            f"{MEMBER} removed ({removed.seconds:.0f} s): {removed.bodies} texts encrypted anew, {removed.objects} "
            f"objects wrapped and signed anew, {removed.bytes} bytes changed, {100 * removed.share(first):.2f} % of all"
        ),
        (
            f"a section edited ({edited.seconds:.0f} s): {edited.bodies} text encrypted anew, {edited.objects} object "
            f"and {edited.bytes} bytes changed, in its page and in {others}"
        ),
    ]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1000, help="how many to generate (default: 1000)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="communique-") as folder:
        figures = measure(PROJECT / "content", Path(folder), arguments.documents, "statements")
    Console().print(report(figures), highlight=False, soft_wrap=True)
    held = not figures.rebuilt.files and not figures.removed.bodies and figures.removed.share(figures.first) <= 0.03
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
