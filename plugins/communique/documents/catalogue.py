"""Every document of a site in every language: read once, checked against each other, numbered through their
parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from communique.documents.kinds import KINDS, FrontMatter, read_front_matter, split_front_matter
from communique.documents.source import Link, Source, parse_source
from communique.policy import Policy, read_policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.site import Site, read_site
from communique.strict_yaml import Node, load_yaml

DATA_FILES = ("site.yaml", "tiers.yaml", "states.yaml")
OPTIONAL_DATA_FILES = ("events.yaml", "glossary.yaml", "confirmed.yaml")
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
class Text:
    """One language file of a document."""

    file: str
    lang: str
    front: FrontMatter
    source: Source
    #: The bytes decoded, for what compares or hashes them.
    raw: str = field(repr=False, default="")


@dataclass(frozen=True)
class Document:
    """One paper: its original and its translations. `first` is the number of its first paragraph."""

    id: str
    original: str
    texts: Mapping[str, Text]
    first: int = 1

    @property
    def collection(self) -> str:
        return self.id.split("/")[0]

    @property
    def front(self) -> FrontMatter:
        return self.texts[self.original].front

    def text_for(self, lang: str) -> Text:
        """The translation into `lang`, or the original where there is none."""
        return self.texts.get(lang, self.texts[self.original])

    def path(self, lang: str) -> str:
        """Its page below the site's root; files are named, since `file://` has no directory index."""
        return f"{lang}/{self.id}/index.html"


@dataclass(frozen=True)
class Catalogue:
    """A whole site's sources, checked. Documents stand in order of collection, date (newest first) and id."""

    site: Site
    policy: Policy
    documents: Mapping[str, Document]
    data_texts: Mapping[str, str] = field(repr=False, default_factory=dict)

    def following(self, document: Document) -> Document | None:
        return next((other for other in self.documents.values() if other.front.follows == document.id), None)


@dataclass(frozen=True)
class Listing:
    """The files found in `content/`, before any is read."""

    texts: tuple[tuple[str, str, Path], ...]  # (document id, language, file)
    pins: Mapping[tuple[str, str], Path]
    data: Mapping[str, Path]


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
    policy = read_policy(nodes["tiers.yaml"], nodes["states.yaml"], site.languages)
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


def list_content(content: Path, site: Site, found: list[Problem] | None = None) -> Listing:
    """What lies in `content/`, each file known by name. Problems are added to `found` where it is given.

    Raises:
        Refused: a symbolic link, a file or folder that has no place there, or a document without any text.
    """
    problems: list[Problem] = [] if found is None else found
    texts: list[tuple[str, str, Path]] = []
    pins: dict[tuple[str, str], Path] = {}
    data: dict[str, Path] = {}

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
            else:
                unknown(path, _fix_for(stem, suffix, parts[2], site))
        elif len(parts) == 2 and parts[0] in site.collections:
            unknown(path, "put it into a document's folder: collection/name/en.md")
    if problems and found is None:
        raise Refused(problems)
    return Listing(tuple(texts), pins, data)


def _fix_for(stem: str, suffix: str, name: str, site: Site) -> str:
    """What to do with a file that has no place in a document's folder."""
    if _LEFTOVER.search(name):
        return "delete it: an editor or the system left it here"
    names = ", ".join(f"{lang}.md" for lang in site.languages)
    if suffix in ("md", "pins") and re.fullmatch(r"[a-z]{2,3}", stem):
        return (
            f'the site has no language "{stem}": add it to content/data/site.yaml, or delete the file; known: {names}'
        )
    return f"a document's folder holds only its language files: {names}"


def read_document_text(content: Path, path: Path, lang: str, site: Site, policy: Policy) -> Text:
    """Read and cut one language file.

    Raises:
        Refused: everything wrong with it.
    """
    shown = content.name + "/" + path.relative_to(content).as_posix()
    raw = read_text(path, shown)
    node, body, line = split_front_matter(raw, shown)
    problems: list[Problem] = []
    front: FrontMatter | None = None
    source: Source | None = None
    try:
        front = read_front_matter(node, shown, lang, site.languages, policy)
    except Refused as refused:
        problems.extend(refused.problems)
    try:
        audience = front.audience if front else policy.parse_audience("public", Place(shown))
        source = parse_source(body, shown, policy, audience, first_line=line)
    except Refused as refused:
        problems.extend(refused.problems)
    if front is None or source is None or problems:
        raise Refused(problems)
    return Text(shown, lang, front, source, raw)


def assemble(site: Site, policy: Policy, texts: Iterable[tuple[str, Text]], data_texts: Mapping[str, str]) -> Catalogue:
    """The catalogue of all texts, with parts numbered through and references between documents checked.

    Raises:
        Refused: languages that disagree, symbols used twice, parts or links that lead nowhere.
    """
    problems: list[Problem] = []
    by_id: dict[str, dict[str, Text]] = {}
    for ident, text in texts:
        by_id.setdefault(ident, {})[text.lang] = text
    documents: dict[str, Document] = {}
    for ident, languages in by_id.items():
        originals = sorted({text.front.original for text in languages.values()})
        if len(originals) > 1:
            place = languages[sorted(languages)[0]].front.place
            what = f"the language files of {ident} name different originals: {', '.join(originals)}"
            problems.append(Problem(place, "two-originals", what, "write the same “original:” in each"))
        elif originals[0] not in languages:
            place = languages[sorted(languages)[0]].front.place
            what = f"the original of {ident}, {originals[0]}.md, is missing"
            problems.append(Problem(place, "no-original", what, f"write {originals[0]}.md, or correct “original:”"))
        else:
            documents[ident] = Document(ident, originals[0], dict(sorted(languages.items())))
    _check_symbols(documents, problems)
    documents = _number_parts(documents, problems)
    _check_links(documents, problems)
    for reference in (*site.foot, *((site.ask,) if site.ask else ())):
        if reference.id not in documents:
            what = f"there is no document “{reference.id}”"
            problems.append(Problem(reference.place, "unknown-document", what, did_you_mean(reference.id, documents)))
    if problems:
        raise Refused(problems)
    order = {name: index for index, name in enumerate(site.collections)}
    ordered = sorted(
        documents.values(), key=lambda doc: (order[doc.collection], -doc.front.date.toordinal(), doc.front.part, doc.id)
    )
    return Catalogue(site, policy, {doc.id: doc for doc in ordered}, data_texts)


def read_catalogue(
    content: Path, run: Callable[[Sequence[tuple[str, str, Path]]], Iterable[tuple[str, Text] | Refused]] | None = None
) -> Catalogue:
    """Everything in `content/`. `run` may spread the reading of files over processes; by default it is done here.

    Raises:
        Refused: every problem of every file.
    """
    site, policy, data_texts = read_data(content)
    problems: list[Problem] = []
    listing = list_content(content, site, problems)
    reading = run(listing.texts) if run else read_texts(content, listing.texts, site, policy)
    texts: list[tuple[str, Text]] = []
    for result in reading:
        if isinstance(result, Refused):
            problems.extend(result.problems)
        else:
            texts.append(result)
    if not problems and not texts:
        problems.append(
            Problem(Place(content.name), "no-documents", "there is no document", "write collection/name/en.md")
        )
    if problems:
        raise Refused(problems)
    return assemble(site, policy, texts, data_texts)


def read_texts(
    content: Path, files: Sequence[tuple[str, str, Path]], site: Site, policy: Policy
) -> list[tuple[str, Text] | Refused]:
    """Each file's text, or why it is refused."""
    results: list[tuple[str, Text] | Refused] = []
    for ident, lang, path in files:
        try:
            results.append((ident, read_document_text(content, path, lang, site, policy)))
        except Refused as refused:
            results.append(refused)
    return results


def _check_symbols(documents: Mapping[str, Document], problems: list[Problem]) -> None:
    seen: dict[str, str] = {}
    for ident, document in documents.items():
        symbol = document.front.symbol
        if symbol and symbol in seen:
            what = f"the symbol {symbol} is used by {seen[symbol]} already"
            problems.append(Problem(document.front.symbol_place, "symbol-twice", what, "give each document its own"))
        elif symbol:
            seen[symbol] = ident


def _number_parts(documents: Mapping[str, Document], problems: list[Problem]) -> dict[str, Document]:
    first: dict[str, int] = {}

    def first_of(ident: str, seen: tuple[str, ...]) -> int:
        front = documents[ident].front
        if not front.follows:
            return 1
        before = documents.get(front.follows)
        if before is None:
            problems.append(
                Problem(
                    front.follows_place,
                    "unknown-document",
                    f"there is no document {front.follows}",
                    did_you_mean(front.follows, documents),
                )
            )
            return 1
        if ident in seen:
            problems.append(
                Problem(
                    front.follows_place,
                    "part-circle",
                    "these parts follow each other in a circle",
                    "correct “follows:”",
                )
            )
            return 1
        if before.front.part + 1 != front.part or before.front.parts != front.parts:
            what = f"part {front.part} of {front.parts} follows part {before.front.part} of {before.front.parts}"
            problems.append(Problem(front.follows_place, "bad-part", what, "correct part, parts or follows"))
            return 1
        return first_of(front.follows, (*seen, ident)) + before.texts[before.original].source.paragraphs

    for ident in documents:
        first[ident] = first_of(ident, ())
    followed: dict[str, str] = {}
    for ident, document in documents.items():
        before = document.front.follows
        if before and before in followed:
            what = f"{followed[before]} follows {before} already"
            problems.append(Problem(document.front.follows_place, "part-twice", what, "let one part follow another"))
        elif before:
            followed[before] = ident
    return {
        ident: Document(document.id, document.original, document.texts, first[ident])
        for ident, document in documents.items()
    }


def _check_links(documents: Mapping[str, Document], problems: list[Problem]) -> None:
    for document in documents.values():
        for text in document.texts.values():
            for link in text.source.links:
                _check_link(link, document, documents, problems)


def _check_link(link: Link, document: Document, documents: Mapping[str, Document], problems: list[Problem]) -> None:
    target = documents.get(link.target) if link.target else document
    if target is None:
        what = f"there is no document “{link.target}”"
        problems.append(Problem(link.place, "unknown-document", what, did_you_mean(link.target, documents)))
        return
    last = target.first + target.texts[target.original].source.paragraphs - 1
    if link.number is not None and not target.first <= link.number <= last:
        what = f"{target.id} has no paragraph {link.number}"
        fix = f"its paragraphs are {target.first} to {last}" if last > target.first else f"its only paragraph is {last}"
        if last < target.first:
            fix = "it has no paragraphs"
        problems.append(Problem(link.place, "unknown-paragraph", what, fix))
