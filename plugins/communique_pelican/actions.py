"""The page of open actions: what public text asks of whom, and for each audience a sealed list of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from gettext import NullTranslations

from communique.documents.rendering import Phrases
from communique.policy import PUBLIC, Policy
from communique.sealing.action_lists import PAGE, listed, plain_actions
from communique.sealing.lists import PlainList
from communique_pelican.data_words import audience_names, data_words
from communique_pelican.run import Plan, Run
from communique_pelican.sealed_lists import Write, sealed_lists


def write_actions(run: Run, write: Write) -> None:
    _ = run.messages[run.lang].gettext
    phrases = _phrases(run.messages, run.lang, run.catalogue.policy, run.opaque)
    lists = sealed_lists(run, PAGE)
    shown = {
        "title": _("Open actions"),
        "html": listed(run.catalogue, PUBLIC, run.lang, phrases),
        "lists": lists,
    }
    write(f"{PAGE}/index.html", "actions", shown, [one["marking"] for one in lists])


def actions_for_readers(plan: Plan, lang: str) -> Iterator[PlainList]:
    """What is asked of each tier, area and group in text that is sealed for it."""
    opaque = frozenset(name for name, entry in plan.keys.register.tiers.items() if entry.opaque)
    return plain_actions(plan.catalogue, lang, _phrases(plan.messages, lang, plan.catalogue.policy, opaque))


def _phrases(messages: Mapping[str, NullTranslations], lang: str, policy: Policy, opaque: frozenset[str]) -> Phrases:
    _ = messages[lang].gettext
    # Translators: before a document's title in the list of actions
    own = {"Document": _("Document"), "Sealed document": _("Sealed document")}
    said = {**data_words(messages[lang]), **own}
    return Phrases("", "", said, audience_names(policy, opaque, messages[lang], lang))
