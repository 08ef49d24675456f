"""What one Pelican run gets from the build. Without a build there is no run, and the settings refuse to load."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from communique.access.since import News
from communique.audit import Standing
from communique.documents.catalogue import Catalogue
from communique.documents.document import Document, Text
from communique.languages.pins import Pins
from communique.languages.status import Statuses
from communique.sealing.attachments import MadeFile
from communique.sealing.lists import SealedList
from communique.sealing.sealer import Sealer
from communique.sealing.sections import SealedSource
from communique_pelican.keys import Keys


@dataclass(frozen=True)
class Assets:
    """The theme's static files: their name under `theme/static` → their path below the site's root, hash included.

    `scripts` are those every page names; `client` is what each part of the client weighs, compressed.
    """

    paths: Mapping[str, str]
    scripts: tuple[str, ...]
    client: Mapping[str, int]


#: The interface's sentences are written in English; other languages have catalogues.
SOURCE_LANGUAGE = "en"


@dataclass(frozen=True)
class Plan:
    """Sources, read and checked, and the keys to seal them with."""

    project: Path
    site_dir: Path
    content: Path
    release: bool
    as_of: datetime.date
    catalogue: Catalogue
    statuses: Statuses
    keys: Keys
    sealer: Sealer
    messages: Mapping[str, NullTranslations]
    #: The moment of the build, an input like any other; `as_of` is its day in UTC.
    moment: datetime.datetime
    #: What each translation was made from, by document and language.
    pins: Mapping[tuple[str, str], Pins] = field(default_factory=dict)
    #: The papers that are offered as files, each for its readers.
    editions: tuple[MadeFile, ...] = field(default=(), repr=False)
    #: What readers are told of releases; nothing before it is known which release this is.
    news: News | None = None


@dataclass
class Run:
    """Everything one language's Pelican run may know. `handshakes` is where adapters say that they did their work."""

    project: Path
    content: Path
    output: Path
    lang: str
    release: bool
    demo: bool
    as_of: datetime.date
    catalogue: Catalogue
    statuses: Statuses
    texts: Mapping[tuple[str, str], SealedSource]
    assets: Assets
    messages: Mapping[str, NullTranslations]
    #: What generated pages tell each tier, area and group.
    lists: tuple[SealedList, ...] = ()
    #: Tiers, areas and groups whose names the site does not tell.
    opaque: frozenset[str] = frozenset()
    #: By language what the page that searches names: the table of what everybody may find, those of all other readers,
    #: and who these are.
    search: Mapping[str, tuple[str, str, tuple[str, ...]]] = field(default_factory=dict)
    #: Who may approve for which audience, by name.
    approvers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    handshakes: dict[str, int] = field(default_factory=dict)
    #: Papers in parts as they are read on one page, made when their boxes are.
    wholes: list[dict[str, Any]] = field(default_factory=list)
    #: Sealed objects put on each page, by path below the site's root.
    objects: dict[str, tuple[Standing, ...]] = field(default_factory=dict)
    #: The papers that are offered as files, each for its readers.
    editions: tuple[MadeFile, ...] = field(default=(), repr=False)
    #: What readers are told of releases, this one the last.
    news: News = field(default=News({}), repr=False)

    def text_of(self, source_path: str) -> tuple[Document, Text]:
        """The document and language file that Pelican read at `source_path`."""
        relative = Path(source_path).resolve().relative_to(self.content.resolve())
        document = self.catalogue.documents["/".join(relative.parts[:2])]
        return document, document.texts[relative.stem]

    def files(self) -> list[str]:
        """Each document's file below the content folder, in this run's language or its original."""
        return [
            f"{document.id}/{document.text_for(self.lang).lang}.md"
            for document in self.catalogue.documents.values()
            if not document.released_from
        ]


class NotStartedByBuild(RuntimeError):
    """Pelican was started by hand. Raised by the settings files, so that nothing is written."""

    def __init__(self, command: str) -> None:
        super().__init__(
            f"this site is not built by starting Pelican: nothing would be sealed or checked. Run: {command}"
        )


_current: Run | None = None


def start(run: Run) -> None:
    """Make `run` the one the settings will find. One process builds one language, so this is set once."""
    global _current
    _current = run


def the_run(*, release: bool = False) -> Run:
    """The run that `build` started in this process.

    Raises:
        NotStartedByBuild: there is none, or release settings were asked for in a run that is no release.
    """
    if _current is None or (release and not _current.release):
        raise NotStartedByBuild("invoke release" if release else "invoke build")
    return _current
