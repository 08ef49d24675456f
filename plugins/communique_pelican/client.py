"""The browser's client as it ships: the theme's scripts, shortened, in parts that load when they are needed.

`theme/static/js` stays what people read and edit. Each part is one file; a page names only the first, which knows the
names of the others, so that its own name stands for the whole client.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from communique.problems import Place, Problem, Refused
from communique_pelican.workers import end_with_the_build

#: What every page loads.
START = "start"

#: The parts, and their scripts in the order in which these build on each other. Who loads which: `loading.use(…)`.
SCRIPTS: Mapping[str, tuple[str, ...]] = {
    START: (
        "behaviours.js",
        "messages.js",
        "addresses.js",
        "loading.js",
        "entry.js",
        "sign-in-button.js",
        "start.js",
    ),
    "page": (
        "framed.js",
        "locked.js",
        "said.js",
        "languages.js",
        "remembered-language.js",
        "printing.js",
        "citations.js",
        "dates.js",
        "plans.js",
        "lists.js",
        "searching.js",
        "terms.js",
    ),
    "reading": (
        "sealed-object.js",
        "shared-data.js",
        "safe-html.js",
        "membership.js",
        "anchors.js",
        "sealed-section.js",
        "sign-in.js",
        "lock.js",
        "links.js",
    ),
    "boxes": ("unusual-boxes.js",),
    "remedies": ("remedies.js",),
    "visit": ("page-html.js", "visit.js", "idle-warning.js"),
    "hints": ("typing-hints.js",),
    "attachments": ("attachments.js",),
    "archive": ("archive.js", "since.js"),
    "search": ("search-index.js", "search.js"),
    "plan": ("plan-file.js", "plan-export.js", "plan.js"),
}

#: What signing in and reading a page need; the size that is promised is of these together.
NEEDED = (START, "reading")


def package_client(scripts: Mapping[str, str]) -> dict[str, bytes]:
    """The parts by name, from the texts of all scripts by name. The same texts always give the same bytes.

    Raises:
        Refused: a script is missing, is in no part, or is no script.
    """
    listed = {name for part in SCRIPTS.values() for name in part}
    if set(scripts) != listed:
        what = f"the client's files are not those it should have: {', '.join(sorted(set(scripts) ^ listed))}"
        fix = "list new files in SCRIPTS (client.py), restore missing ones"
        raise Refused([Problem(Place("theme/static/js"), "client-files", what, fix)])
    # In a process of its own: the shortener brings a runtime with threads, and the build goes on to fork.
    with ProcessPoolExecutor(1, initializer=end_with_the_build) as pool:
        short = pool.submit(_shortened, dict(scripts)).result()
    problems = [_unreadable(name, text[1]) for name, text in short.items() if isinstance(text, tuple)]
    if problems:
        raise Refused(problems)
    whole = {part: _part(part, ";\n".join(str(short[name]) for name in names)) for part, names in SCRIPTS.items()}
    others = {part: path_of(part, data) for part, data in sorted(whole.items()) if part != START}
    named = json.dumps(others, separators=(",", ":"))
    whole[START] = f"(window.Communique=window.Communique||{{}}).parts={named};\n".encode() + whole[START]
    return whole


def _part(name: str, text: str) -> bytes:
    return f'{text};\nCommunique.loading.arrived("{name}");\n'.encode()


def path_of(part: str, data: bytes) -> str:
    """Where a part lies below the site's root: a name that carries the hash of what it names."""
    return f"theme/js/{part}.{hashlib.sha256(data).hexdigest()[:16]}.js"


def compressed_size(data: bytes) -> int:
    """How many bytes a host sends that compresses with gzip, as nearly all do."""
    return len(gzip.compress(data, 9, mtime=0))


def read_scripts(static: Path) -> dict[str, str]:
    """The theme's scripts by name."""
    return {path.name: path.read_text("utf-8") for path in sorted((static / "js").glob("*.js"))}


def _shortened(scripts: Mapping[str, str]) -> dict[str, str | tuple[str, str]]:
    """Each script without comments and blanks, its own names made short; or, of one that is no script, what is said."""
    import minify

    done: dict[str, str | tuple[str, str]] = {}
    for name, text in scripts.items():
        try:
            done[name] = minify.string("application/javascript", text)
        except minify.MinifyError as error:
            done[name] = ("refused", str(error))
    return done


def _unreadable(name: str, said: str) -> Problem:
    first = said.strip().splitlines()[0] if said.strip() else "no reason was given"
    what = f"the shortener does not understand this script: {first}"
    return Problem(Place(f"theme/static/js/{name}"), "client-script", what, "correct it, or restore the file")
