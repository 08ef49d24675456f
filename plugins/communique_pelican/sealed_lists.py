"""The sealed lists of a generated page, as its template shows them: one for each audience that is told something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from communique.languages import typography
from communique.policy import AREA_PREFIX, GROUP_PREFIX, Audience
from communique.sealing.lists import KIND, NO_DOCUMENT
from communique_pelican.documents import audience_text
from communique_pelican.run import Run

#: Writes a page: its name below the language's folder, its template, what the template shows (`title` at least), and
#: the markings of what stands on it.
Write = Callable[[str, str, dict[str, Any], list[str]], None]


def sealed_lists(run: Run, page: str) -> list[dict[str, Any]]:
    """What `sealed/list.html` shows of each list of `page`. What the readers see in it is not among this."""
    return [
        {
            "label": audience_text(run, (one.name,)),
            "marking": f"TLP:{run.catalogue.policy.tlp(Audience((one.name,)))}",
            "part": one.part,
            "doc": NO_DOCUMENT,
            "kind": KIND,
            "lang": one.lang,
            "tids": list(one.tids),
            "object": one.object,
        }
        for one in sorted(run.lists, key=lambda one: place_in_lists(run, one.name))
        if (one.lang, one.page) == (run.lang, page)
    ]


def place_in_lists(run: Run, name: str) -> tuple[int, object]:
    """Tiers in the policy's order, states in the alphabet's of the page, groups in the policy's again; at last those
    whose names the site does not tell: a place among the others would tell what they are, and which.
    """
    policy = run.catalogue.policy
    if name in run.opaque:
        return 3, min((one.tids for one in run.lists if one.name == name), default=())
    if name.startswith(AREA_PREFIX):
        return 1, typography.sort_key(audience_text(run, (name,)), run.lang)
    return (2 if name.startswith(GROUP_PREFIX) else 0), policy.audience_names.index(name)
