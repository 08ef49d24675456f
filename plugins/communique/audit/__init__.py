"""The last look at a finished site before anybody sees it: one check, one file, one function.

Any finding stops the build. The checks see bytes, and what the build knows; they share no code with what
wrote the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from communique.audit.attachments import attachment_in_file, attachments, traces_in_file
from communique.audit.confirmations import confirming, read_confirmations, write_confirmations
from communique.audit.content_security import (
    CONTENT_SECURITY_POLICY,
    content_security,
    content_security_of_files,
    content_security_of_page,
)
from communique.audit.editions import guard_of, leaks_in_handed_file
from communique.audit.files import files
from communique.audit.indexes import index_in_file, indexes, public_words
from communique.audit.known import Confirmation, HandedFile, HiddenFile, Known, PublicText, SealedText, Standing
from communique.audit.leaks import all_secrets, leaks, leaks_in_file
from communique.audit.links import PageLinks, dead_links, dead_links_of_style_sheets, links, links_of
from communique.audit.markers import markers, markers_in_files, markers_in_page
from communique.audit.names import Pending, names, pending_confirmations, unused_confirmations
from communique.audit.objects import objects, objects_in_page, pages_without_their_objects
from communique.audit.pages import read_page
from communique.audit.tree import Tree
from communique.problems import Problem

Check = Callable[[Tree, Known], list[Problem]]

#: In the order in which a reader of the report should worry. Each can be run alone.
CHECKS: dict[str, Check] = {
    "leaks": leaks,
    "names": names,
    "markers": markers,
    "objects": objects,
    "attachments": attachments,
    "indexes": indexes,
    "content security": content_security,
    "files": files,
    "links": links,
}


@dataclass(frozen=True)
class _Seen:
    """What was found in one file; `links` where it is a page."""

    path: str
    problems: tuple[Problem, ...]
    links: PageLinks | None


#: Does a piece of work for each path and gives what came of it, in any order; by default one after the other.
Over = Callable[[Callable[[str], _Seen], Sequence[str]], Iterable[_Seen]]


def audit(tree: Tree, known: Known, over: Over | None = None) -> list[Problem]:
    """Every finding of every check; empty when the site may be published.

    `over` may spread the files over processes, since taking them apart is most of the work.
    """
    secrets, public = all_secrets(known), public_words(known)
    # Not in the tree, where they are sealed; no path in it begins so.
    handed = {f"../{place}/{one.name}": one for place, one in enumerate(known.handed)}
    guard = guard_of(known, secrets) if handed else None

    def look(path: str) -> _Seen:
        if guard is not None and path in handed:
            return _Seen(path, tuple(leaks_in_handed_file(handed[path], guard, known)), None)
        content = tree.files[path]
        if path in known.attachments or path in known.tables:
            is_table = path in known.tables
            faults = (
                index_in_file(tree, path, content, known, public)
                if is_table
                else attachment_in_file(tree, path, content, known)
            )
            # One that is what it must be has no byte of its own; searching ciphertext takes long and finds nothing.
            return _Seen(path, (*faults, *(leaks_in_file(tree, path, content, secrets) if faults else ())), None)
        shown = known.shown(path, content)
        problems = [] if known.fixed.get(path) == content else leaks_in_file(tree, path, content, secrets, shown)
        problems += traces_in_file(tree, path, content, known)
        problems += index_in_file(tree, path, content, known, public)
        if not path.endswith(".html"):
            return _Seen(path, tuple(problems), None)
        # Read once for all checks, and not kept.
        page = read_page(path, content)
        problems += markers_in_page(tree, page, known)
        problems += objects_in_page(tree, page, known)
        problems += content_security_of_page(tree, page)
        return _Seen(path, tuple(problems), links_of(page))

    seen = list((over or _one_by_one)(look, [*tree.files, *handed]))
    problems = [problem for one in seen for problem in one.problems]
    problems += names(tree, known)
    problems += files(tree, known)
    problems += markers_in_files(tree, known)
    problems += pages_without_their_objects(tree, known)
    problems += content_security_of_files(tree)
    problems += dead_links(tree, {one.path: one.links for one in seen if one.links is not None})
    problems += dead_links_of_style_sheets(tree)
    return sorted(set(problems))


def _one_by_one(look: Callable[[str], _Seen], paths: Sequence[str]) -> list[_Seen]:
    return [look(path) for path in paths]


__all__ = [
    "CHECKS",
    "CONTENT_SECURITY_POLICY",
    "Check",
    "Confirmation",
    "HandedFile",
    "HiddenFile",
    "Known",
    "Pending",
    "PublicText",
    "SealedText",
    "Standing",
    "Tree",
    "audit",
    "confirming",
    "pending_confirmations",
    "read_confirmations",
    "unused_confirmations",
    "write_confirmations",
]
