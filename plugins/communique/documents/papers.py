"""A paper in parts: documents that follow each other, whose numbers run on, and the page on which all are read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document

#: Beside a first part's `index.html`: the address of every relative link in a text stays the same.
WHOLE_PAGE = "whole.html"
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*\Z")
_TAG = re.compile(r"<[a-z][^<>]*>")
_NAMED = re.compile(r'( (?:id|for|headers|aria-(?:labelledby|describedby|controls)|href)=")(#?)([^"]*)(?=")')
_PARAGRAPH = re.compile(r"p\d")


def papers(catalogue: Catalogue) -> Iterator[tuple[Document, ...]]:
    """Every document that follows no other, with the parts that follow it, each in its newest version; and each older
    version of a part by itself.
    """
    behind: set[str] = set()
    for document in catalogue.documents.values():
        if not document.front.follows:
            parts = [document]
            while (following := catalogue.following(parts[-1])) is not None:
                parts.append(following)
                behind.add(following.id)
            yield tuple(parts)
    for document in catalogue.documents.values():
        if document.front.follows and document.id not in behind:
            yield (document,)


def read_as_one(catalogue: Catalogue) -> Iterator[tuple[Document, ...]]:
    """The papers that have a page on which all their parts stand."""
    return (parts for parts in papers(catalogue) if len(parts) > 1)


def path_of_whole(first: Document, lang: str) -> str:
    """The page on which a paper is read as one, below the site's root."""
    return first.path(lang).removesuffix("index.html") + WHOLE_PAGE


def title_of_whole(titles: list[str]) -> str:
    """What the parts are called together: their titles, where these differ only in brackets at the end."""
    bare = {_BRACKETS.sub("", title) for title in titles}
    return bare.pop() if len(bare) == 1 else titles[0]


def apart(html: str, prefix: str) -> str:
    """A part's public HTML with names of its own for its places: each part counts its footnotes and headings anew.

    Paragraphs keep theirs, since their numbers run on.
    """

    def rename(found: re.Match[str]) -> str:
        before, sign, value = found.groups()
        if before.startswith(" href") and not sign:
            return found.group(0)
        names = [name if _PARAGRAPH.match(name) else prefix + name for name in value.split(" ")]
        return before + sign + " ".join(names)

    return _TAG.sub(lambda tag: _NAMED.sub(rename, tag.group(0)), html)
