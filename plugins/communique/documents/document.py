"""A document and its texts: what was read of one folder of the content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from communique.documents.attachments import Attachment, audience_of_file
from communique.documents.kinds import FrontMatter
from communique.documents.numbers import Number
from communique.documents.source import Block, Part, Source
from communique.documents.terms import for_audience
from communique.policy import Audience
from communique.problems import Place

#: Below a language's folder: the documents that are sealed as a whole.
SEALED_FOLDER = "x"


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
