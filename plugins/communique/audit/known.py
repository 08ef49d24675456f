"""What the build knows and the finished tree must agree with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from communique.problems import Place

# Where a public text comes from. "body": the running text of a document, with its sealed parts cut out.
# "front": its title, summary and front matter. "data": states, contacts, events, glossary, tier labels.
# "interface": message catalogues and the theme's own words.
Role = Literal["body", "front", "data", "interface"]


@dataclass(frozen=True, order=True)
class Standing:
    """A sealed object that stands on a page: what its context must say, site and audience aside."""

    kind: str
    doc: str
    lang: str
    part: str


@dataclass(frozen=True)
class SealedText:
    """One sealed part in one language. Inner parts are entries of their own, not in the outer one's text.

    Of a document that is sealed as a whole, title, symbol, summary and folder are a part of their own, "facts".
    """

    doc: str
    lang: str
    part: str
    audience: tuple[str, ...]
    source: Place
    markdown: str = field(repr=False)
    html: str = field(default="", repr=False)


@dataclass(frozen=True)
class HiddenFile:
    """A sealed file beside a text: its name, empty where it tells nothing, and bytes that must be nowhere public."""

    name: str
    place: Place
    probes: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True)
class HandedFile:
    """A file that the build made for the readers of one tier, area or group. `may_hold` tells whether a text for these
    names, any of which suffices, may stand in it.
    """

    name: str
    content: bytes = field(repr=False)
    may_hold: Callable[[tuple[str, ...]], bool] = field(repr=False)


@dataclass(frozen=True)
class PublicText:
    """A text anybody may read. `doc` and `lang` are empty where it belongs to no single one."""

    text: str = field(repr=False)
    role: Role
    source: Place
    doc: str = ""
    lang: str = ""
    html: str = field(default="", repr=False)
    #: Whether what it says may stand anywhere. A sentence that may itself be a copy of sealed text excuses no other.
    excuses: bool = True


@dataclass(frozen=True, order=True)
class Confirmation:
    """Somebody's recorded word that a term of a document's sealed text may stand in public text as well."""

    doc: str
    term: str = field(repr=False)
    by: str
    on: str
    reason: str


@dataclass(frozen=True)
class Known:
    """Everything the audit is told; what is left out is not looked for, but never assumed to be harmless."""

    sealed: tuple[SealedText, ...] = ()
    public: tuple[PublicText, ...] = ()
    expected: frozenset[str] = frozenset()
    # Which objects stand on each page, in no particular order.
    objects: Mapping[str, tuple[Standing, ...]] = field(default_factory=dict)
    confirmed: tuple[Confirmation, ...] = ()
    # What audiences are called that the site does not tell, in each language.
    labels: tuple[SealedText, ...] = ()
    # What an unfilled place looks like in a page that was not finished.
    tokens: str = r"cqpart\d+q"
    # The names which stand in braces in sources, and must not in pages.
    audiences: frozenset[str] = frozenset()
    site: str = ""
    # Files that are the same on every site, byte by byte, such as the lists passphrases are drawn from. One that is
    # exactly that holds nothing of this site; any other byte, and it is searched like the rest.
    fixed: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    # The data scripts of sealed files, and the one object that each must hold.
    attachments: Mapping[str, Standing] = field(default_factory=dict)
    hidden_files: tuple[HiddenFile, ...] = ()
    # What search loads: scripts that hold the tables of the sealed indexes of one language, with the objects that each
    # must hold, and those that anybody may read.
    tables: Mapping[str, tuple[Standing, ...]] = field(default_factory=dict)
    indexes: frozenset[str] = frozenset()
    # Summaries of public documents: they are found by search, and excuse nothing.
    summaries: tuple[str, ...] = field(default=(), repr=False)
    # What readers see of a file whose bytes do not tell, such as a PDF, by path and bytes; None: no program could tell.
    shown: Callable[[str, bytes], str | None] = field(default=lambda *_: "", repr=False)
    # Files that are sealed for some readers: what those may not read must not be in them either.
    handed: tuple[HandedFile, ...] = ()
    # Opens and verifies one object: (what it must be, its text) -> whether it did. Independent code does this best.
    opens: Callable[[Standing, str], bool] | None = field(default=None, repr=False)
