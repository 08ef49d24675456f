"""Every document of a site in every language: read once, checked against each other, numbered through their
parts.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from communique.approvals import APPROVED, Approvals, names_to_approve, read_approvals, refuse_who_may_not, the_editor
from communique.contacts import FILE as CONTACTS_FILE
from communique.contacts import Contacts, read_contacts
from communique.documents.attachments import Attachment, FoundFile, audience_of_file, read_attachments
from communique.documents.counted import Counted, counted_figures, may_cite
from communique.documents.cutting import parse_source
from communique.documents.event_pages import check_events
from communique.documents.fields import KIND_FIELDS, KINDS
from communique.documents.file_types import FILE_NAME, SUFFIXES, suffix_of
from communique.documents.kinds import FrontMatter, read_front_matter, split_front_matter
from communique.documents.numbers import Number
from communique.documents.outlines import hints_in
from communique.documents.source import Block, Link, Part, Source, misnumbered
from communique.documents.symbols import comparable, version_of
from communique.documents.tearlines import Torn, front_of_released, refuse_terms, tear
from communique.documents.terms import for_audience, moment_of, withdrawn
from communique.documents.typed_numbers import refuse_without_paragraphs
from communique.events import FILE as EVENTS_FILE
from communique.events import Events, read_events
from communique.figures import FILE as FIGURES_FILE
from communique.figures import Figure, read_figures
from communique.glossary import FILE as GLOSSARY_FILE
from communique.glossary import Glossary, read_glossary
from communique.policy import Audience, Policy, read_policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.site import PAGES, Site, read_site
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
#: Below a language's folder: the documents that are sealed as a whole.
SEALED_FOLDER = "x"
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
    #: What stands below its tearline, and the document that becomes of it.
    released: Released | None = field(repr=False, default=None)
    #: The document below whose tearline it stands.
    released_from: str = ""
    #: Of a translation whose pins were followed: as it stands in its file. What readers get is the original of today
    #: in these words, wherever they may be shown.
    own: Text | None = field(repr=False, default=None)
    #: What of the title ("title"), the summary ("summary") and the facts is said in another language than the text's.
    lent: Mapping[str, str] = field(default_factory=dict)
    #: Of an issue that draws from elsewhere: its source before anything was drawn (drawn.py).
    undrawn: Source | None = field(repr=False, default=None)

    @property
    def as_pinned(self) -> Source:
        """The text with the audience its front matter declares: an approved review changes nothing to translate."""
        source = self.without_drawn.source
        return source if self.front.declared is None else for_audience(source, self.front.declared)

    @property
    def as_written(self) -> Text:
        """The text as it stands in its file."""
        return self.own or self.without_drawn

    @property
    def without_drawn(self) -> Text:
        """The text as it was before anything was drawn into it."""
        return self if self.undrawn is None else replace(self, source=self.undrawn, undrawn=None)

    def said_in(self, part: Part) -> tuple[str, Place]:
        """What a part says in the text's own language, and where that begins; what it has from the original is said
        in the original's text.
        """
        if part.form not in ("text", "block") or not any(block.lang for block in self.source.blocks):
            return ("" if part.lang else part.text), part.place
        written, first = "", part.place
        for piece in self.source.pieces(part.name):
            if isinstance(piece, Block) and not piece.lang:
                first = first if written else Place(self.file, piece.line, 1)
                # Line by line as in the file, as far as blocks still stand in its order.
                gap = piece.line - first.line - written.count("\n")
                written += "\n" * (max(gap, 2) if written else 0) + piece.text
        return written, first

    def lang_of(self, name: str) -> str:
        """The language of the title, the summary or a fact."""
        return self.lent.get(name, self.lang)


@dataclass(frozen=True)
class Released:
    """The text below a tearline, in one language: part of a document with an id of its own."""

    document: str
    place: Place
    text: Text


@dataclass(frozen=True)
class Document:
    """One paper: its original and its translations.

    `slug` is the name under which readers find it if it is sealed as a whole; without keys it has none.
    """

    id: str
    original: str
    texts: Mapping[str, Text]
    slug: str = ""
    #: The files beside its texts, by name.
    files: Mapping[str, Attachment] = field(default_factory=dict)
    #: Which translations stand in for one that is missing (`Site.fallback`).
    fallback: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def file_audience(self, name: str) -> Audience | None:
        """Who may have one of its files: the readers of the part that refers to it."""
        return audience_of_file((text.source for text in self.texts.values()), name)

    @property
    def collection(self) -> str:
        return self.id.split("/")[0]

    @property
    def front(self) -> FrontMatter:
        return self.texts[self.original].front

    def text_for(self, lang: str) -> Text:
        """The translation into `lang`; where there is none, the first that stands in for it, or else the original."""
        chain = (lang, *self.fallback.get(lang, ()))
        return next((self.texts[one] for one in chain if one in self.texts), self.texts[self.original])

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers of its paragraphs, in order: the same in every language."""
        return self.texts[self.original].source.all_numbers

    @property
    def is_sealed(self) -> bool:
        """Whether it is sealed as a whole: then its id, title, symbol, dates, summary and kind are sealed text too."""
        return not self.front.audience.is_public

    @property
    def released_from(self) -> str:
        """The document below whose tearline it stands; empty for all others, which have a folder."""
        return self.texts[self.original].released_from

    @property
    def is_withdrawn(self) -> bool:
        """Whether its day to go has come: what its sources hold is its title and how many paragraphs it had."""
        return self.front.withdrawn

    @property
    def doc(self) -> str:
        """What sealed objects call it, and all that a page may.

        Raises:
            ValueError: it is sealed as a whole and has no public name yet.
        """
        if self.is_sealed and not self.slug:
            raise ValueError("a sealed document has a public name only once there are keys")
        return self.slug if self.is_sealed else self.id

    def path(self, lang: str) -> str:
        """Its page below the site's root; files are named, since `file://` has no directory index.

        Raises:
            ValueError: it is sealed as a whole and has no public name yet.
        """
        return f"{lang}/{SEALED_FOLDER}/{self.doc}/index.html" if self.is_sealed else f"{lang}/{self.id}/index.html"


@dataclass(frozen=True)
class Catalogue:
    """A whole site's sources, checked. Documents stand in order of collection, date (newest first) and id."""

    site: Site
    policy: Policy
    documents: Mapping[str, Document]
    data_texts: Mapping[str, str] = field(repr=False, default_factory=dict)
    approvals: Approvals = field(default_factory=Approvals)
    #: Documents that are in no build yet, and until when: for editors alone.
    embargoed: Mapping[str, datetime.datetime] = field(repr=False, default_factory=dict)
    events: Events = field(default_factory=Events)
    contacts: Contacts = field(default_factory=Contacts)
    #: What sources have counted and the site cannot.
    figures: Mapping[str, Figure] = field(default_factory=dict)
    #: What the site has counted itself.
    counted: Mapping[str, Counted] = field(default_factory=dict)
    #: The symbols of documents under embargo, and their ids.
    symbols_to_come: Mapping[str, str] = field(repr=False, default_factory=dict)
    #: What words mean, and what they are called in each language.
    glossary: Glossary = field(default_factory=Glossary, kw_only=True)

    def named(self, slug_of: Callable[[str], str]) -> Catalogue:
        """The same with a public name for each document that is sealed as a whole: `slug_of` its id."""
        documents = {
            ident: replace(document, slug=slug_of(ident)) if document.is_sealed else document
            for ident, document in self.documents.items()
        }
        return replace(self, documents=documents)

    def released_by(self, document: Document) -> Document | None:
        """What stands below this document's tearline, if that is there yet."""
        return next((other for other in self.documents.values() if other.released_from == document.id), None)

    def following(self, document: Document) -> Document | None:
        """The part behind this one, in its newest version."""
        behind = (other for other in self.documents.values() if other.front.follows == document.id)
        return max(behind, key=lambda other: version_of(other.front.symbol), default=None)


#: Puts the originals of today into the words of their pinned translations; the second are the ids of documents under
#: embargo. It needs keys, so it is asked for when everything that does not is known to be right.
Merging = Callable[[Mapping[str, Document], Collection[str]], dict[str, Document]]


@dataclass(frozen=True)
class Listing:
    """The files found in `content/`, before any is read."""

    texts: tuple[tuple[str, str, Path], ...]  # (document id, language, file)
    pins: Mapping[tuple[str, str], Path]
    data: Mapping[str, Path]
    files: tuple[FoundFile, ...] = ()


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


def read_document_text(content: Path, path: Path, lang: str, site: Site, policy: Policy) -> Text:
    """Read and cut one language file.

    Raises:
        Refused: everything wrong with it.
    """
    shown = content.name + "/" + path.relative_to(content).as_posix()
    return cut_text(read_text(path, shown), shown, lang, site, policy)


def cut_text(raw: str, shown: str, lang: str, site: Site, policy: Policy) -> Text:
    """Cut what stands in one language file.

    Raises:
        Refused: everything wrong with it.
    """
    node, body, line = split_front_matter(raw, shown)
    problems: list[Problem] = []
    front: FrontMatter | None = None
    source: Source | None = None
    torn: Torn | None = None
    released: Released | None = None
    try:
        front = read_front_matter(node, shown, lang, site.languages, policy)
    except Refused as refused:
        problems.extend(refused.problems)
    try:
        # Where a tearline is not understood, it is not known which text is whose.
        body, torn = tear(body, shown, line)
        audience = front.audience if front else policy.parse_audience("public", Place(shown))
        source = parse_source(body, shown, policy, audience, first_line=line)
    except Refused as refused:
        problems.extend(refused.problems)
    if torn is not None and front is not None:
        try:
            released = _read_released(torn, front, shown, lang, site, policy)
        except Refused as refused:
            problems.extend(refused.problems)
    if front is None or source is None or problems:
        raise Refused(problems)
    return Text(shown, lang, front, source, raw, released)


def _read_released(torn: Torn, paper: FrontMatter, file: str, lang: str, site: Site, policy: Policy) -> Released:
    """What stands below a tearline, read as a file of its own.

    Raises:
        Refused: everything wrong with it, or with the terms on which it would be released.
    """
    problems: list[Problem] = []
    front: FrontMatter | None = None
    source: Source | None = None
    try:
        front = read_front_matter(front_of_released(torn, paper, lang), file, lang, site.languages, policy)
        problems += refuse_terms(paper, front, torn.place, policy)
    except Refused as refused:
        problems.extend(refused.problems)
    try:
        audience = front.audience if front else policy.parse_audience("public", torn.place)
        source = parse_source(torn.body, file, policy, audience, first_line=torn.first_line)
    except Refused as refused:
        problems.extend(refused.problems)
    for reference in source.files if source else ():
        what = "what stands below a tearline has no files"
        problems.append(Problem(reference.place, "tearline-file", what, "leave the file to the paper"))
    if front is None or source is None or problems:
        top = Place(file, 1, 1)
        raise Refused(replace(one, place=torn.place) if one.place == top else one for one in problems)
    return Released(torn.document, torn.document_place, Text(file, lang, front, source, torn.body))


def _with_released(
    texts: Iterable[tuple[str, Text]], site: Site, problems: list[Problem]
) -> Iterator[tuple[str, Text]]:
    """All texts and those below their tearlines, each under the id of its document."""
    found = list(texts)
    folders = {ident for ident, _ in found}
    papers: dict[str, str] = {}
    for ident, text in found:
        yield ident, text
        released = text.released
        if released is None:
            continue
        collection = released.document.split("/")[0]
        if collection not in site.collections:
            what = f"there is no collection “{collection}”"
            problems.append(
                Problem(released.place, "unknown-collection", what, did_you_mean(collection, site.collections))
            )
        elif released.document in folders or papers.setdefault(released.document, ident) != ident:
            what = f"there is a document {released.document} already"
            problems.append(Problem(released.place, "document-twice", what, "choose another name"))
        else:
            yield released.document, replace(released.text, released_from=ident)


def assemble(
    site: Site,
    policy: Policy,
    texts: Iterable[tuple[str, Text]],
    data_texts: Mapping[str, str],
    files: Iterable[FoundFile] = (),
    approvals: Approvals | None = None,
    moment: datetime.datetime | None = None,
    pinned: Collection[tuple[str, str]] = (),
    merging: Merging | None = None,
) -> Catalogue:
    """The catalogue of all texts and files, with parts numbered through and references between documents checked.

    `moment` is that of the build: documents under embargo are left out before anything is made of them, and of
    withdrawn ones only their title and number of paragraphs is taken. Without it, the site's own date counts.
    What a translation that is `pinned` refers to is judged when it is merged: its original may have moved on.

    Raises:
        Refused: languages that disagree, symbols used twice, parts or links that lead nowhere.
    """
    problems: list[Problem] = []
    read: dict[str, dict[str, Text]] = {}
    for ident, text in _with_released(texts, site, problems):
        read.setdefault(ident, {})[text.lang] = text
    approved, now = approvals or Approvals(), moment or moment_of(site.as_of)
    reviewed = _as_reviewed(read, approved, problems)
    embargoed = _embargoed(reviewed, now)
    problems += _hints(reviewed, embargoed)
    by_id = {
        ident: _what_is_left(languages, now.date()) for ident, languages in reviewed.items() if ident not in embargoed
    }
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
            fix = f"write {originals[0]}.md, or correct “original:”"
            paper = next(iter(languages.values())).released_from
            if paper:
                fix = f"put the same tearline into {originals[0]}.md of {paper}, or take it away here"
            problems.append(Problem(place, "no-original", what, fix))
        else:
            texts_by_language = dict(sorted(languages.items()))
            documents[ident] = Document(ident, originals[0], texts_by_language, fallback=site.fallback)
    held = {
        (ident, lang)
        for ident, document in documents.items()
        for lang in document.texts
        if (document.released_from or ident, lang) in pinned and lang != document.original
    }
    documents = _number_parts(documents, embargoed, problems, held)
    _check_symbols(documents, problems)
    _check_links(documents, embargoed, problems, held)
    _check_facts(documents, embargoed, problems)
    _check_hints(documents, problems)
    waiting = {documents[ident].texts[lang].file for ident, lang in held}
    if merging is not None and held and not problems:
        documents, waiting = merging(documents, embargoed), set()
        others = {(ident, lang) for ident, document in documents.items() for lang in document.texts} - held
        _check_links(documents, embargoed, problems, others)
    judged = len(problems)
    documents = _with_files(documents, files, problems)
    fronts = {ident: document.front for ident, document in documents.items()}
    dated = _read_events(data_texts, site, policy, now, problems)
    # Where the file itself is wrong, what documents say of its events cannot be judged.
    events = check_events(fronts, dated, policy, embargoed, problems) if dated is not None else Events()
    contacts = _read_contacts(data_texts, site, policy, now, problems)
    figures = _read_figures(data_texts, site, now, problems)
    glossary = _read_glossary(data_texts, site, problems)
    counted = counted_figures((one.texts[one.original].source for one in documents.values()), policy)
    if figures or "figures.yaml" not in data_texts:
        _check_figures(documents, figures, counted, policy, problems)
    for reference in (*site.foot, *((site.ask,) if site.ask else ())):
        if reference.id in embargoed:
            problems.append(_embargoed_link(reference.place, reference.id, embargoed))
        elif reference.id not in documents:
            what = f"there is no document “{reference.id}”"
            problems.append(Problem(reference.place, "unknown-document", what, did_you_mean(reference.id, documents)))
        elif documents[reference.id].is_sealed:
            what = f"every page would name “{reference.id}”, and it is sealed"
            problems.append(Problem(reference.place, "sealed-reference", what, "name a public document"))
    # A translation that is not merged was written for an original that may have moved on.
    problems[judged:] = [one for one in problems[judged:] if one.place.file not in waiting]
    if problems:
        raise Refused(problems)
    order = {name: index for index, name in enumerate(site.collections)}
    ordered = sorted(
        documents.values(), key=lambda doc: (order[doc.collection], -doc.front.date.toordinal(), doc.front.part, doc.id)
    )
    found = {doc.id: doc for doc in ordered}
    to_come = _symbols_to_come(reviewed, embargoed)
    return Catalogue(
        site,
        policy,
        found,
        data_texts,
        approved,
        embargoed,
        events,
        contacts,
        figures,
        counted,
        to_come,
        glossary=glossary,
    )


def _read_events(
    data_texts: Mapping[str, str], site: Site, policy: Policy, now: datetime.datetime, problems: list[Problem]
) -> Events | None:
    text = data_texts.get("events.yaml")
    if text is None:
        return Events()
    try:
        return read_events(load_yaml(text, EVENTS_FILE), site.languages, policy, max(site.as_of, now.date()))
    except Refused as refused:
        problems.extend(refused.problems)
        return None


def _read_figures(
    data_texts: Mapping[str, str], site: Site, now: datetime.datetime, problems: list[Problem]
) -> dict[str, Figure]:
    text = data_texts.get("figures.yaml")
    if text is None:
        return {}
    try:
        return read_figures(load_yaml(text, FIGURES_FILE), site.languages, max(site.as_of, now.date()))
    except Refused as refused:
        problems.extend(refused.problems)
        return {}


def _read_glossary(data_texts: Mapping[str, str], site: Site, problems: list[Problem]) -> Glossary:
    text = data_texts.get("glossary.yaml")
    if text is None:
        return Glossary()
    try:
        return read_glossary(load_yaml(text, GLOSSARY_FILE), site.languages)
    except Refused as refused:
        problems.extend(refused.problems)
        return Glossary()


def _read_contacts(
    data_texts: Mapping[str, str], site: Site, policy: Policy, now: datetime.datetime, problems: list[Problem]
) -> Contacts:
    text = data_texts.get("contacts.yaml")
    if text is None:
        return Contacts()
    try:
        return read_contacts(load_yaml(text, CONTACTS_FILE), site.languages, policy, max(site.as_of, now.date()))
    except Refused as refused:
        problems.extend(refused.problems)
        return Contacts()


def _as_reviewed(
    by_id: Mapping[str, Mapping[str, Text]], approvals: Approvals, problems: list[Problem]
) -> dict[str, Mapping[str, Text]]:
    """All texts, those whose review is approved with the audience they were approved for."""
    result: dict[str, Mapping[str, Text]] = dict(by_id)
    for ident, approval in approvals.reviewed.items():
        fronts = [text.front for text in by_id.get(ident, {}).values() if text.front.review is not None]
        review = fronts[0].review if fronts else None
        if review is None:
            what = f"a review of {ident} is approved, and there is none"
            fix = f"delete this entry of {APPROVED}; if the document was renamed, let it be approved again"
            problems.append(Problem(approval.place, "approval-without-review", what, fix))
            continue
        declared = fronts[0].audience
        if approval.new != str(review.after):
            what = f"{ident} is approved for {approval.new}, and its review names {review.after}"
            fix = f"correct “audience-after:”, or delete this entry and run: invoke review.approve {ident} --by ID"
            problems.append(Problem(approval.place, "approval-other-audience", what, fix))
            continue
        try:
            editor = the_editor(approvals, approval.by, approval.place)
            on = datetime.date.fromisoformat(approval.on)
            refuse_who_may_not(editor, names_to_approve(declared, review.after), on, approval.place)
        except Refused as refused:
            problems.extend(refused.problems)
            continue
        result[ident] = {
            lang: replace(
                text,
                front=replace(text.front, audience=review.after, declared=declared),
                source=for_audience(text.source, review.after),
            )
            # A translation that names another audience than its original is refused for that later.
            if text.front.audience == declared
            else text
            for lang, text in by_id[ident].items()
        }
    return result


def _embargoed(by_id: Mapping[str, Mapping[str, Text]], now: datetime.datetime) -> dict[str, datetime.datetime]:
    until: dict[str, datetime.datetime] = {}
    for ident, texts in by_id.items():
        for text in texts.values():
            if text.front.embargo is not None and text.front.embargo > now:
                until[ident] = text.front.embargo
    return until


def _hints(by_id: Mapping[str, Mapping[str, Text]], embargoed: Mapping[str, datetime.datetime]) -> Iterator[Problem]:
    """A part that is out and counts one that is not would tell of it; where an older version of that is out, it tells
    nothing new.
    """
    told = {text.front.follows for ident, texts in by_id.items() if ident not in embargoed for text in texts.values()}
    for ident in embargoed:
        for before in {text.front.follows for text in by_id[ident].values()} - {""} - told:
            if before not in embargoed:
                for text in by_id.get(before, {}).values():
                    if text.front.parts:
                        yield Problem(
                            text.front.place,
                            "embargoed-link",
                            f"“part {text.front.part} of {text.front.parts}” tells of a part that is under embargo",
                            "put both under the same embargo, or leave out part and parts until it ends",
                        )


def _symbols_to_come(
    by_id: Mapping[str, Mapping[str, Text]], embargoed: Mapping[str, datetime.datetime]
) -> dict[str, str]:
    return {text.front.symbol: ident for ident in embargoed for text in by_id[ident].values() if text.front.symbol}


def _embargoed_link(place: Place, target: str, embargoed: Mapping[str, datetime.datetime]) -> Problem:
    what = f"“{target}” is under embargo until {embargoed[target].strftime('%Y-%m-%dT%H:%MZ')}: this would tell of it"
    return Problem(place, "embargoed-link", what, "add it when the embargo ends, or put this document under it too")


def _what_is_left(texts: Mapping[str, Text], today: datetime.date) -> Mapping[str, Text]:
    """The texts of a document, or, once its day to go has come, what is left of them."""
    expires = next((text.front.expires for text in texts.values() if text.front.expires is not None), None)
    if expires is None or today < expires:
        return texts
    return {
        lang: replace(
            text,
            front=replace(
                text.front, summary="", translator="", expires=expires, withdrawn=True, facts={}, fact_places={}
            ),
            source=withdrawn(text.source),
            raw="",
        )
        for lang, text in texts.items()
    }


def read_catalogue(
    content: Path,
    run: Callable[[Sequence[tuple[str, str, Path]]], Iterable[tuple[str, Text] | Refused]] | None = None,
    moment: datetime.datetime | None = None,
    merging: Callable[[Listing], Merging] | None = None,
) -> Catalogue:
    """Everything in `content/`. `run` may spread the reading of files over processes; by default it is done here.
    `moment` is that of the build; without it, the site's own date counts. `merging` is made of what was listed when
    every file is known to be right by itself; without it, translations stay as they stand in their files.

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
    nodes = {
        name: load_yaml(data_texts[name], f"{content.name}/data/{name}") if name in data_texts else None
        for name in ("editors.yaml", "approved.yaml")
    }
    approvals = Approvals()
    try:
        approvals = read_approvals(nodes["editors.yaml"], nodes["approved.yaml"], policy)
    except Refused as refused:
        problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    return assemble(
        site,
        policy,
        texts,
        data_texts,
        listing.files,
        approvals,
        moment,
        listing.pins.keys(),
        merging(listing) if merging else None,
    )


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


def _with_files(
    documents: Mapping[str, Document], files: Iterable[FoundFile], problems: list[Problem]
) -> dict[str, Document]:
    found: dict[str, list[FoundFile]] = {}
    for file in files:
        found.setdefault(file.document, []).append(file)
    result: dict[str, Document] = {}
    for ident, document in documents.items():
        sources = [text.source for text in document.texts.values()]
        shown = {reference.name for source in sources for reference in source.files}
        # A file that belongs to translated words which are not shown today is not published either, and is no mistake.
        waiting = {one.name for text in document.texts.values() for one in text.as_written.source.files} - shown
        here = [file for file in found.get(ident, ()) if file.name not in waiting and not document.is_withdrawn]
        attachments, wrong = read_attachments(here, sources)
        problems.extend(wrong)
        result[ident] = replace(document, files=attachments)
    return result


def _number_parts(
    documents: Mapping[str, Document],
    embargoed: Mapping[str, datetime.datetime],
    problems: list[Problem],
    held: Collection[tuple[str, str]],
) -> dict[str, Document]:
    def last_before(ident: str, seen: tuple[str, ...]) -> Number | None:
        """What the paper's last paragraph before this part is called."""
        front = documents[ident].front
        if not front.follows:
            return None
        before = documents.get(front.follows)
        if front.follows in embargoed:
            problems.append(_embargoed_link(front.follows_place, front.follows, embargoed))
            return None
        if before is None:
            problems.append(
                Problem(
                    front.follows_place,
                    "unknown-document",
                    f"there is no document {front.follows}",
                    did_you_mean(front.follows, documents),
                )
            )
            return None
        if front.follows == ident:
            what = "this part follows itself"
            problems.append(Problem(front.follows_place, "part-circle", what, "name the part before it"))
            return None
        if ident in seen:
            problems.append(
                Problem(
                    front.follows_place,
                    "part-circle",
                    "these parts follow each other in a circle",
                    "correct “follows:”",
                )
            )
            return None
        if before.front.audience != front.audience:
            what = "the part before this one is for other readers"
            fix = "give both the same audience: their numbers run on, and each page leads to the other"
            problems.append(Problem(front.follows_place, "part-audience", what, fix))
            return None
        if before.front.part + 1 != front.part or before.front.parts != front.parts:
            what = f"part {front.part} of {front.parts} follows part {before.front.part} of {before.front.parts}"
            problems.append(Problem(front.follows_place, "bad-part", what, "correct part, parts or follows"))
            return None
        after = last_before(front.follows, (*seen, ident))
        numbers = before.texts[before.original].source.numbered(after).all_numbers
        return numbers[-1] if numbers else after

    numbered: dict[str, Document] = {}
    for ident, document in documents.items():
        after = last_before(ident, ())
        original = document.texts[document.original]
        if original.front.numbering and not document.is_withdrawn:
            problems.extend(refuse_without_paragraphs(original.source, original.file, original.front.place))
        for text in document.texts.values():
            if (ident, text.lang) not in held:
                problems.extend(misnumbered(text.source, text.file, after))
        texts = {lang: replace(text, source=text.source.numbered(after)) for lang, text in document.texts.items()}
        numbered[ident] = replace(document, texts=texts)
    followed: dict[str, str] = {}
    for ident, document in documents.items():
        before = document.front.follows
        other = followed.get(before)
        if other is not None and not _are_versions(documents[other], document):
            what = f"{other} follows {before} already"
            fix = "let one part follow another; a new version of a part has its symbol, with /Rev. or /Corr. behind it"
            problems.append(Problem(document.front.follows_place, "part-twice", what, fix))
        elif before:
            followed[before] = ident
    return numbered


def _are_versions(one: Document, other: Document) -> bool:
    versions = [version_of(document.front.symbol) for document in (one, other)]
    return versions[0] != versions[1] and versions[0].base == versions[1].base


def _check_hints(documents: Mapping[str, Document], problems: list[Problem]) -> None:
    """What `invoke new` wrote is for editors: only a draft may still show it."""
    for document in documents.values():
        if not document.front.draft:
            for text in document.texts.values():
                problems.extend(hints_in(text.raw, text.file))


def _check_facts(
    documents: Mapping[str, Document], embargoed: Mapping[str, datetime.datetime], problems: list[Problem]
) -> None:
    """The documents that a kind's own fields name, such as the meeting to which a statement belongs."""
    for document in documents.values():
        front = document.front
        for each in KIND_FIELDS[front.kind]:
            if each.type != "document" or each.name not in front.facts:
                continue
            target, place = str(front.facts[each.name]), front.fact_places[each.name]
            if target in embargoed:
                problems.append(_embargoed_link(place, target, embargoed))
            elif target not in documents:
                what = f"there is no document “{target}”"
                fitting = [one.id for one in documents.values() if not each.words or one.front.kind in each.words]
                problems.append(Problem(place, "unknown-document", what, did_you_mean(target, fitting)))
            elif each.words and documents[target].front.kind not in each.words:
                # What a sealed document is, nobody learns from a message that lands in a log.
                either = document.is_sealed or documents[target].is_sealed
                kind = "" if either else f", which is of the kind {documents[target].front.kind}"
                what = f"{each.name} cannot be “{target}”{kind}"
                fix = f"name a document of one of these kinds: {', '.join(each.words)}"
                problems.append(Problem(place, "document-of-another-kind", what, fix))


def _check_symbols(documents: Mapping[str, Document], problems: list[Problem]) -> None:
    seen: dict[str, Document] = {}
    for document in documents.values():
        symbol = document.front.symbol
        other = seen.setdefault(comparable(symbol), document)
        if symbol and other is not document:
            # A sealed document's symbol is sealed text, which no message quotes.
            either = document.is_sealed or other.is_sealed
            what = f"{'this symbol' if either else f'the symbol {symbol}'} is used by {other.id} already"
            problems.append(Problem(document.front.symbol_place, "symbol-twice", what, "give each document its own"))


def _check_links(
    documents: Mapping[str, Document],
    embargoed: Mapping[str, datetime.datetime],
    problems: list[Problem],
    held: Collection[tuple[str, str]],
) -> None:
    for document in documents.values():
        for text in document.texts.values():
            for link in text.source.links if (document.id, text.lang) not in held else ():
                if link.target in embargoed:
                    problems.append(_embargoed_link(link.place, link.target, embargoed))
                else:
                    _check_link(link, document, documents, problems)


def _check_figures(
    documents: Mapping[str, Document],
    figures: Mapping[str, Figure],
    counted: Mapping[str, Counted],
    policy: Policy,
    problems: list[Problem],
) -> None:
    for figure in figures.values():
        if figure.name in counted:
            what = f"the site counts “{figure.name}” itself"
            problems.append(Problem(figure.place, "bad-name", what, "delete it here, or give it another name"))
    for document in documents.values():
        for text in document.texts.values():
            for cited in text.source.figures:
                if cited.name in counted:
                    if not may_cite(policy, text.source.part(cited.part).audience, counted[cited.name]):
                        what = f"“{cited.name}” counts what not every reader of this text may read"
                        fix = "put it into a section for those who may read everything that is counted"
                        problems.append(Problem(cited.place, "figure-too-wide", what, fix))
                elif cited.name not in figures:
                    what = f"there is no figure “{cited.name}”"
                    fix = did_you_mean(cited.name, {**figures, **counted})
                    problems.append(Problem(cited.place, "unknown-figure", what, fix))


def _check_link(link: Link, document: Document, documents: Mapping[str, Document], problems: list[Problem]) -> None:
    if link.target in PAGES and link.number is None:
        return
    target = documents.get(link.target) if link.target else document
    if target is None:
        what = f"there is no document “{link.target}”"
        problems.append(Problem(link.place, "unknown-document", what, did_you_mean(link.target, documents)))
        return
    numbers = target.numbers
    if link.number is not None and link.number not in numbers:
        what = f"{target.id} has no paragraph {link.number}"
        fix = "it has no paragraphs"
        if numbers:
            several = f"its paragraphs are {numbers[0]} to {numbers[-1]}"
            fix = several if len(numbers) > 1 else f"its only paragraph is {numbers[0]}"
        problems.append(Problem(link.place, "unknown-paragraph", what, fix))
