"""The page of issues: the newsletter's numbers with their items, and for each audience a sealed list of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from gettext import NullTranslations

from communique.documents.catalogue import Catalogue
from communique.documents.lessons import theme_words
from communique.documents.rendering import Phrases
from communique.policy import PUBLIC
from communique.sealing.issue_lists import NOT_TRANSLATED, PAGE, SEALED_DOCUMENT, SEALED_FOR, IssueLists, plain_issues
from communique.sealing.lists import PlainList
from communique_pelican.data_words import audience_names, data_words
from communique_pelican.run import Plan, Run
from communique_pelican.sealed_lists import Write, sealed_lists


def write_issues(run: Run, write: Write) -> None:
    _ = run.messages[run.lang].gettext
    lists = sealed_lists(run, PAGE)
    told = IssueLists(run.catalogue, PUBLIC, run.lang, _phrases(run.messages, run.lang, run.catalogue, run.opaque))
    shown = {
        "title": _("Issues of the newsletter"),
        "issues": told.by_issue(),
        "themes": told.by_theme(),
        "states": told.by_state(),
        "lists": lists,
    }
    write(f"{PAGE}/index.html", PAGE, shown, [one["marking"] for one in lists])


def issues_for_readers(plan: Plan, lang: str) -> Iterator[PlainList]:
    """The items in text that is sealed for each tier, area and group."""
    opaque = frozenset(name for name, entry in plan.keys.register.tiers.items() if entry.opaque)
    return plain_issues(plan.catalogue, lang, _phrases(plan.messages, lang, plan.catalogue, opaque))


def _phrases(
    messages: Mapping[str, NullTranslations], lang: str, catalogue: Catalogue, opaque: frozenset[str]
) -> Phrases:
    themes = theme_words(catalogue.data_texts, catalogue.site.languages, lang)
    _ = messages[lang].gettext
    own = {
        SEALED_DOCUMENT: _("Sealed document"),
        NOT_TRANSLATED: _("not yet translated"),
        SEALED_FOR: _("Sealed, for: %(audience)s"),
    }
    said = {**data_words(messages[lang]), **themes, **own}
    return Phrases("", "", said, audience_names(catalogue.policy, opaque, messages[lang], lang))
