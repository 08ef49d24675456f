"""The last look at a finished site before anybody sees it: one check, one file, one function.

Any finding stops the build. The checks see bytes, and what the build knows; they share no code with what
wrote the pages.
"""

from __future__ import annotations

from collections.abc import Callable

from communique.audit.confirmations import confirming, read_confirmations, write_confirmations
from communique.audit.content_security import (
    CONTENT_SECURITY_POLICY,
    content_security,
    content_security_of_files,
    content_security_of_page,
)
from communique.audit.files import files
from communique.audit.known import Confirmation, Known, PublicText, SealedText
from communique.audit.leaks import leaks
from communique.audit.links import dead_links, dead_links_of_style_sheets, links, links_of
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
    "content security": content_security,
    "files": files,
    "links": links,
}


def audit(tree: Tree, known: Known, progress: Callable[[str], None] | None = None) -> list[Problem]:
    """Every finding of every check; empty when the site may be published.

    `progress` hears the name of each check as it begins.
    """
    say = progress or (lambda _: None)
    problems: list[Problem] = []
    for name in ("leaks", "names", "files"):
        say(name)
        problems += CHECKS[name](tree, known)
    for name in ("markers", "objects", "content security"):
        say(name)
    problems += markers_in_files(tree, known)
    problems += pages_without_their_objects(tree, known)
    problems += content_security_of_files(tree)
    # Taking a page apart takes longest: it is done once for all checks, and no page is kept.
    found = {}
    for path, content in tree.files.items():
        if path.endswith(".html"):
            page = read_page(path, content)
            problems += markers_in_page(tree, page, known)
            problems += objects_in_page(tree, page, known)
            problems += content_security_of_page(tree, page)
            found[path] = links_of(page)
    say("links")
    problems += dead_links(tree, found)
    problems += dead_links_of_style_sheets(tree)
    return sorted(set(problems))


__all__ = [
    "CHECKS",
    "CONTENT_SECURITY_POLICY",
    "Check",
    "Confirmation",
    "Known",
    "Pending",
    "PublicText",
    "SealedText",
    "Tree",
    "audit",
    "confirming",
    "pending_confirmations",
    "read_confirmations",
    "unused_confirmations",
    "write_confirmations",
]
