"""What a text says in place of a reference by symbol, and what is said of versions: words that messages give."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CitationWords:
    """How one language cites. `%(number)s` is a paragraph's, `%(document)s` a title."""

    paragraph: str = "paragraph %(number)s"
    paragraph_of: str = "paragraph %(number)s of %(document)s"
    sealed: str = "a sealed document"
    paragraph_of_sealed: str = "paragraph %(number)s of a sealed document"
    cited_by: str = "Cited by"
    #: A citing paragraph and the one it cites: "¶ 5, on ¶ 29".
    on: str = "%(citing)s, on %(cited)s"


@dataclass(frozen=True)
class Citation:
    """What a text says in place of a reference: `before`, the `title`, `after`; and, behind words of the editor's own,
    the `symbol` and the `note`. Without a title, the target is the text's own paper, or not told.
    """

    address: str
    before: str
    title: str = ""
    #: The title's language, where it is not the text's.
    lang: str = ""
    after: str = ""
    symbol: str = ""
    note: str = ""


@dataclass(frozen=True)
class VersionWords:
    """What is said of versions in one language. `%(version)s` is a symbol, `%(number)s` a paragraph's: "¶ 29"."""

    superseded: str = "Superseded"
    newer: str = "A newer version of this document is in force: %(version)s."
    replaces: str = "This version replaces %(version)s."
    to_changes: str = "What has changed"
    versions: str = "Versions"
    this_one: str = "this version"
    in_force: str = "in force"
    not_in_force: str = "superseded"
    changes_since: str = "Changes since %(version)s"
    unchanged: str = "No text that everybody can read has changed."
    added: str = "Added"
    withdrawn: str = "Withdrawn"
    changed: str = "Changed"
    renumbered: str = "Renumbered"
    formerly: str = "formerly %(number)s"
    heading: str = "Heading"
    deleted: str = "deleted:"
    inserted: str = "inserted:"
    end: str = "end"
    sealed: str = "[sealed]"
    item: str = "list item"
    row: str = "table row"
