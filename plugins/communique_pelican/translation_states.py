"""The page of translations: how each text stands in each language, sealed for those who edit."""

from __future__ import annotations

from collections.abc import Iterable

from communique.sealing.lists import PlainList
from communique.sealing.translation_lists import PAGE, plain_translations
from communique_pelican.run import Plan, Run
from communique_pelican.sealed_lists import Write, sealed_lists


def write_translations(run: Run, write: Write) -> None:
    _ = run.messages[run.lang].gettext
    lists = sealed_lists(run, PAGE)
    write(
        f"{PAGE}/index.html",
        "translations",
        {"title": _("Translations"), "lists": lists},
        [one["marking"] for one in lists],
    )


def translations_for_readers(plan: Plan, lang: str) -> Iterable[PlainList]:
    return plain_translations(plan.catalogue, plan.statuses, lang, plan.messages[lang])
