"""The page of lessons: what public text teaches by theme, and for each audience a sealed list of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from gettext import NullTranslations

from communique.documents.catalogue import Catalogue
from communique.documents.lessons import theme_words
from communique.documents.rendering import Phrases
from communique.policy import PUBLIC
from communique.sealing.lesson_lists import NOT_TRANSLATED, PAGE, SEALED_DOCUMENT, listed, plain_lessons
from communique.sealing.lists import PlainList
from communique_pelican.data_words import data_words
from communique_pelican.run import Plan, Run
from communique_pelican.sealed_lists import Write, sealed_lists


def write_lessons(run: Run, write: Write) -> None:
    _ = run.messages[run.lang].gettext
    lists = sealed_lists(run, PAGE)
    shown = {
        "title": _("Lessons by theme"),
        "html": listed(run.catalogue, PUBLIC, run.lang, _phrases(run.messages, run.lang, run.catalogue)),
        "lists": lists,
    }
    write(f"{PAGE}/index.html", "lessons", shown, [one["marking"] for one in lists])


def lessons_for_readers(plan: Plan, lang: str) -> Iterator[PlainList]:
    """What text that is sealed for each tier, area and group teaches."""
    return plain_lessons(plan.catalogue, lang, _phrases(plan.messages, lang, plan.catalogue))


def _phrases(messages: Mapping[str, NullTranslations], lang: str, catalogue: Catalogue) -> Phrases:
    themes = theme_words(catalogue.data_texts, catalogue.site.languages, lang)
    _ = messages[lang].gettext
    own = {SEALED_DOCUMENT: _("Sealed document"), NOT_TRANSLATED: _("not yet translated")}
    return Phrases("", "", {**data_words(messages[lang]), **themes, **own})
