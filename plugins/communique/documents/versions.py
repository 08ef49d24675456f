"""A paper's versions: `/Rev.1` and `/Corr.1` behind its symbol. Each is the whole text, and the newest is in force.

A revision changes what a paper says; a corrigendum sets right how it says it, so it keeps every paragraph's number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.documents.symbols import Version, is_nearly_a_version, version_of
from communique.policy import Policy
from communique.problems import Problem


def versions_of(documents: Mapping[str, Document], document: Document) -> tuple[Document, ...]:
    """All versions of a document's paper, itself included, the oldest first."""
    symbol = document.front.symbol
    if not symbol:
        return (document,)
    base = version_of(symbol).base
    # Most symbols begin otherwise, which costs nothing to see.
    paper = [
        one
        for one in documents.values()
        if one.front.symbol.startswith(base) and version_of(one.front.symbol).base == base
    ]
    return tuple(sorted(paper, key=lambda one: (version_of(one.front.symbol), one.id)))


def check_versions(catalogue: Catalogue) -> Iterator[Problem]:
    """Versions of nothing or out of their order, and readers who would keep a text that is not in force any more
    without hearing of it.
    """
    documents = [document for document in catalogue.documents.values() if document.front.symbol]
    for document in documents:
        if is_nearly_a_version(document.front.symbol):
            what = "this symbol looks like that of a revision or a corrigendum, and is not understood"
            fix = "write /Rev.1, /Corr.1 or /Rev.1/Corr.1 at its very end, numbers from 1"
            yield Problem(document.front.symbol_place, "bad-version", what, fix)
    by_version = {version_of(document.front.symbol): document for document in documents}
    first = {version.base for version in by_version if not version.revision and not version.corrigendum}
    for version, document in by_version.items():
        before = version.before()
        if before is not None and before not in by_version:
            yield _without(before, version, document, first)
    for version, newer in by_version.items():
        below = [one for one in by_version if one.base == version.base and one < version]
        if below and (version.revision or version.corrigendum):
            yield from _check_pair(by_version[max(below)], newer, catalogue.policy)
            yield from _check_part(by_version[max(below)], newer, catalogue)


def _check_part(older: Document, newer: Document, catalogue: Catalogue) -> Iterator[Problem]:
    """The parts behind a revised part run on from what is in force of it."""
    if older.front.part != newer.front.part:
        what = f"{older.id}, of which this is a version, is part {older.front.part or 1} of its paper"
        yield Problem(newer.front.symbol_place, "bad-part", what, "correct part and follows, or the symbol")
    behind = catalogue.following(older)
    if behind is not None and versions_of(catalogue.documents, behind)[-1].id == behind.id:
        current = versions_of(catalogue.documents, newer)[-1]
        what = f"this part follows {older.id}, which {current.id} has replaced"
        fix = f"write “follows: {current.id}”, or give that folder's name to the newest version"
        yield Problem(behind.front.follows_place, "part-of-an-older-version", what, fix)


def _without(before: Version, version: Version, document: Document, first: set[str]) -> Problem:
    whole = "it" if document.is_sealed else str(before)
    if version.base not in first:
        what = (
            f"this is a version of {'a paper' if document.is_sealed else version.base}, and there is no such document"
        )
        fix = "give the first text the symbol without /Rev. and /Corr., or correct this one"
        return Problem(document.front.symbol_place, "version-of-nothing", what, fix)
    what = f"the version before this one{'' if document.is_sealed else f', {before},'} is missing"
    fix = f"number versions without a gap, or add {whole}"
    return Problem(document.front.symbol_place, "version-gap", what, fix)


def _check_pair(older: Document, newer: Document, policy: Policy) -> Iterator[Problem]:
    place = newer.front.symbol_place
    if newer.front.date < older.front.date:
        what = f"this version bears an earlier date than the one it follows, {older.id}"
        yield Problem(newer.front.date_place, "version-date", what, "correct the date, or the symbols")
    readers = older.front.audience.names
    if not older.is_withdrawn and not all(policy.may_read([name], newer.front.audience) for name in readers):
        what = f"readers of {older.id} may not read this newer version, and would not hear of it"
        fix = "let them read it, or withdraw the older one (“expires:”)"
        yield Problem(place, "version-audience", what, fix)
    if version_of(newer.front.symbol).corrigendum and not older.is_withdrawn and not newer.is_withdrawn:
        texts = [one.texts[one.original].source for one in (older, newer)]
        if [block.number for block in texts[0].blocks if block.number is not None] != [
            block.number for block in texts[1].blocks if block.number is not None
        ]:
            what = f"this corrigendum has other paragraphs than {older.id}, which it corrects"
            fix = "a corrigendum keeps every paragraph's number; what adds or withdraws one is a revision, /Rev."
            yield Problem(place, "corrigendum-paragraphs", what, fix)
