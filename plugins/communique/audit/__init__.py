"""The last look at a finished site before anybody sees it. One check, one file, one function; any finding stops the build.

The checks see bytes, and what the build knows; they share no code with what wrote the pages.
"""

from __future__ import annotations

from collections.abc import Callable

from communique.audit.confirmations import confirming, read_confirmations, write_confirmations
from communique.audit.content_security import CONTENT_SECURITY_POLICY, content_security
from communique.audit.files import files
from communique.audit.known import Confirmation, Known, PublicText, SealedText
from communique.audit.leaks import leaks
from communique.audit.links import links
from communique.audit.markers import markers
from communique.audit.names import Pending, names, pending_confirmations, unused_confirmations
from communique.audit.objects import objects
from communique.audit.tree import Tree
from communique.problems import Problem

Check = Callable[[Tree, Known], list[Problem]]

#: In the order in which a reader of the report should worry.
CHECKS: dict[str, Check] = {
    "leaks": leaks,
    "names": names,
    "markers": markers,
    "objects": objects,
    "content security": content_security,
    "files": files,
    "links": links,
}


def audit(tree: Tree, known: Known, progress: Callable[[str], None] = lambda check: None) -> list[Problem]:
    """Every finding of every check; empty when the site may be published."""
    problems: list[Problem] = []
    for name, check in CHECKS.items():
        progress(name)
        problems += check(tree, known)
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
