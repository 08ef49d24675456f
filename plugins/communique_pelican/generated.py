"""The pages that the site makes itself, in each language: one line each. A new page is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from communique.sealing.lists import PlainList
from communique_pelican import (
    actions,
    archive,
    dated,
    directory,
    gathered,
    issues,
    lessons,
    search,
    state_list,
    term_list,
    translation_states,
)
from communique_pelican.run import Plan, Run
from communique_pelican.sealed_lists import Write


def nothing_sealed(_plan: Plan, _lang: str) -> Iterable[PlainList]:
    """For pages that have nothing for particular readers."""
    return ()


@dataclass(frozen=True)
class GeneratedPage:
    """`name` is its address below each language's folder, reserved in `communique.site.PAGES`.

    `write` shows what everybody may know; `plain_lists` gives, for each audience, what it alone is told there, which
    is sealed before `write` is called. Whether all of it stands on the page is for the audit to see.
    """

    name: str
    write: Callable[[Run, Write], None]
    plain_lists: Callable[[Plan, str], Iterable[PlainList]] = nothing_sealed


GENERATED = (
    GeneratedPage("access", gathered.write_access),
    GeneratedPage("updates", gathered.write_updates, gathered.updates_for_readers),
    GeneratedPage("review", gathered.write_review),
    GeneratedPage("actions", actions.write_actions, actions.actions_for_readers),
    GeneratedPage("lessons", lessons.write_lessons, lessons.lessons_for_readers),
    GeneratedPage("issues", issues.write_issues, issues.issues_for_readers),
    GeneratedPage("directory", directory.write_directory, directory.contacts_for_readers),
    GeneratedPage("archive", archive.write_archive),
    GeneratedPage("timeline", dated.write_timeline, dated.timeline_for_readers),
    GeneratedPage("states", state_list.write_states),
    GeneratedPage("calendar", dated.write_calendar, dated.calendar_for_readers),
    GeneratedPage("glossary", term_list.write_glossary),
    GeneratedPage("search", search.write_search_page),
    GeneratedPage("translations", translation_states.write_translations, translation_states.translations_for_readers),
)


def all_plain_lists(plan: Plan) -> Iterator[PlainList]:
    """What each audience is told on all these pages, in all languages.

    Raises:
        ValueError: a page gives a list that is another page's.
    """
    for lang in plan.catalogue.site.languages:
        for page in GENERATED:
            for one in page.plain_lists(plan, lang):
                if (one.page, one.lang) != (page.name, lang):
                    raise ValueError(f"the page {page.name} gave a list for {one.lang}/{one.page}")
                yield one


def write_generated(run: Run, write: Write) -> None:
    for page in GENERATED:
        page.write(run, write)
