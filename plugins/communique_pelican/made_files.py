"""Files that the build makes for programs other than a browser: calendars, address cards, papers as PDF. One line for
each sort.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from communique.policy import PUBLIC
from communique.sealing.attachments import MadeFile
from communique_pelican.calendar_files import calendar_files
from communique_pelican.directory import contact_files
from communique_pelican.edition_files import edition_files
from communique_pelican.run import Plan

SORTS: tuple[Callable[[Plan, str], Iterator[MadeFile]], ...] = (calendar_files, contact_files, edition_files)


def public_made_files(plan: Plan) -> Iterator[tuple[str, bytes]]:
    """Those that anybody may have, each with its path below the site's root."""
    for file in _made(plan):
        if file.audience == PUBLIC:
            yield f"{file.lang}/{file.name}", file.data


def sealed_made_files(plan: Plan) -> Iterator[MadeFile]:
    """Those that are for some readers alone."""
    return (file for file in _made(plan) if file.audience != PUBLIC)


def _made(plan: Plan) -> Iterator[MadeFile]:
    for lang in plan.catalogue.site.languages:
        for sort in SORTS:
            yield from sort(plan, lang)
