"""What lies in the folders of the content, known by name before any of it is read; and its data files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from communique.documents.attachments import FoundFile
from communique.documents.fields import KINDS
from communique.documents.file_types import FILE_NAME, SUFFIXES, suffix_of
from communique.policy import Policy, read_policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.site import Site, read_site
from communique.strict_yaml import Node, load_yaml

DATA_FILES = ("site.yaml", "tiers.yaml", "states.yaml")
OPTIONAL_DATA_FILES = (
    "groups.yaml",
    "events.yaml",
    "figures.yaml",
    "contacts.yaml",
    "glossary.yaml",
    "themes.yaml",
    "confirmed.yaml",
    "editors.yaml",
    "approved.yaml",
    "withdrawn.yaml",
)
#: A file that Pelican without our settings takes for an article and fails on, so that it publishes nothing
#: and says so.
TRIPWIRE = "use-invoke-build.md"
TRIPWIRE_TEXT = """\
Title: Build this site with: invoke build
Date: 2008-11-03
Template: this-site-is-built-with-invoke-build

Pelican without this project's settings cannot seal anything. It stops at this file.
"""
#: Names that editors, systems and copying give to what was left behind.
_LEFTOVER = re.compile(
    r"~\Z|\A\.|\A#.*#\Z|\.(?:bak|old|orig|rej|sw[a-p]|tmp)\Z|\(.*\)|\b(?:copy|copie|copia)\b|\AThumbs\.db\Z"
)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z")


@dataclass(frozen=True)
class Listing:
    """The files found in `content/`, before any is read."""

    texts: tuple[tuple[str, str, Path], ...]  # (document id, language, file)
    pins: Mapping[tuple[str, str], Path]
    data: Mapping[str, Path]
    files: tuple[FoundFile, ...] = ()


def list_content(content: Path, site: Site, found: list[Problem] | None = None) -> Listing:
    """What lies in `content/`, each file known by name. Problems are added to `found` where it is given.

    Raises:
        Refused: a symbolic link, a file or folder that has no place there, or a document without any text.
    """
    problems: list[Problem] = [] if found is None else found
    texts: list[tuple[str, str, Path]] = []
    pins: dict[tuple[str, str], Path] = {}
    data: dict[str, Path] = {}
    files: list[FoundFile] = []

    def unknown(path: Path, fix: str) -> None:
        shown = content.name + "/" + path.relative_to(content).as_posix()
        problems.append(Problem(Place(shown), "unexpected-file", "this has no place in the content", fix))

    for path in sorted(content.rglob("*")):
        parts = path.relative_to(content).parts
        shown = content.name + "/" + "/".join(parts)
        if path.is_symlink():
            problems.append(
                Problem(
                    Place(shown), "symlink", "a symbolic link could publish any file of this disk", "copy the file here"
                )
            )
        elif any(parent.is_symlink() for parent in path.parents if content in parent.parents):
            continue
        elif path.is_dir():
            if len(parts) == 1 and parts[0] not in (*site.collections, "data"):
                unknown(path, did_you_mean(parts[0], site.collections))
            elif len(parts) == 2 and parts[0] != "data" and not _SLUG.match(parts[1]):
                unknown(path, "name a document's folder with a-z, 0-9 and - only")
            elif len(parts) == 2 and parts[0] in site.collections:
                if not any((path / f"{lang}.md").is_file() for lang in site.languages):
                    unknown(path, "write at least one language file, such as en.md, or delete the folder")
            elif len(parts) > 2:
                unknown(path, "a document's folder holds no further folders")
        elif not path.is_file():
            unknown(path, "only files and folders may lie here")
        elif len(parts) == 1:
            if parts[0] != TRIPWIRE:
                unknown(path, "put it into a document's folder: collection/name/en.md")
            elif path.read_text("utf-8") != TRIPWIRE_TEXT:
                unknown(path, "restore this file from the repository: it may hold nothing else")
        elif parts[0] == "data":
            if len(parts) != 2 or parts[1] not in DATA_FILES + OPTIONAL_DATA_FILES:
                unknown(path, did_you_mean(parts[-1], DATA_FILES + OPTIONAL_DATA_FILES))
            else:
                data[parts[1]] = path
        elif len(parts) == 3 and parts[0] in site.collections:
            stem, _, suffix = parts[2].rpartition(".")
            if suffix == "md" and stem in site.languages:
                texts.append((f"{parts[0]}/{parts[1]}", stem, path))
            elif suffix == "pins" and stem in site.languages:
                pins[(f"{parts[0]}/{parts[1]}", stem)] = path
            elif suffix in SUFFIXES and FILE_NAME.match(parts[2]) and not _LEFTOVER.search(parts[2]):
                files.append(FoundFile(f"{parts[0]}/{parts[1]}", parts[2], path, Place(shown)))
            else:
                unknown(path, _fix_for(stem, suffix, parts[2], site))
        elif len(parts) == 2 and parts[0] in site.collections:
            unknown(path, "put it into a document's folder: collection/name/en.md")
    if problems and found is None:
        raise Refused(problems)
    return Listing(tuple(texts), pins, data, tuple(files))


def _fix_for(stem: str, suffix: str, name: str, site: Site) -> str:
    """What to do with a file that has no place in a document's folder."""
    if _LEFTOVER.search(name):
        return "delete it: an editor or the system left it here"
    names = ", ".join(f"{lang}.md" for lang in site.languages)
    if suffix in ("md", "pins") and re.fullmatch(r"[a-z]{2,3}", stem):
        return (
            f'the site has no language "{stem}": add it to content/data/site.yaml, or delete the file; known: {names}'
        )
    if suffix_of(name.lower()) in SUFFIXES:
        return "name it with a-z, 0-9 and hyphens, and one suffix: annex.pdf, annex.es.pdf"
    kinds = ", ".join(sorted(SUFFIXES))
    return f"a document's folder holds its language files, {names}, and files they refer to: {kinds}"


def read_data(content: Path) -> tuple[Site, Policy, Mapping[str, str]]:
    """The site and its policy from `content/data/`, and the text of each data file.

    Raises:
        Refused: a file is missing, unknown or wrong.
    """
    folder, problems = content / "data", []
    texts: dict[str, str] = {}
    nodes: dict[str, Node] = {}
    for name in DATA_FILES + OPTIONAL_DATA_FILES:
        path, shown = folder / name, f"{content.name}/data/{name}"
        if not path.is_file():
            if name in DATA_FILES:
                problems.append(
                    Problem(
                        Place(shown), "missing-file", "this file is missing", "a site needs it: see docs/writing.md"
                    )
                )
            continue
        try:
            texts[name] = read_text(path, shown)
            nodes[name] = load_yaml(texts[name], shown)
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    site = read_site(nodes["site.yaml"], KINDS)
    policy = read_policy(nodes["tiers.yaml"], nodes["states.yaml"], site.languages, nodes.get("groups.yaml"))
    return site, policy, texts


def read_text(path: Path, shown: str) -> str:
    """A file's text.

    Raises:
        Refused: it is not UTF-8, or holds a character no text needs.
    """
    data = path.read_bytes()
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Refused(
            [Problem(Place(shown, line), "not-utf-8", "this line is not UTF-8", "save the file as UTF-8")]
        ) from None
    found = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0080-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", text)
    if found:
        line = text[: found.start()].count("\n") + 1
        column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
        what = f"an invisible control character (U+{ord(found.group(0)):04X}) stands here"
        raise Refused([Problem(Place(shown, line, column), "control-character", what, "delete it")])
    return text
