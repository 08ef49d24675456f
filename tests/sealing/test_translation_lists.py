"""The list of translations is for the tier that may read what every tier reads, and names nothing else."""

from __future__ import annotations

from dataclasses import replace
from gettext import NullTranslations
from pathlib import Path

from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.numbers import Number
from communique.languages.status import Status, Statuses
from communique.policy import Tier
from communique.sealing.translation_lists import plain_translations, reader
from tests.documents.reading import POLICY
from tests.documents.test_catalogue import content, write

__all__ = ["content"]


def listed(catalogue: Catalogue, statuses: Statuses) -> list[tuple[str, str, str]]:
    found = plain_translations(catalogue, statuses, "en", NullTranslations())
    return [(one.page, one.name, one.html) for one in found]


def catalogue_of(content: Path) -> tuple[Catalogue, dict[tuple[str, str], Status]]:
    front = "---\nkind: page\ndate: 2008-10-01\naudience: {}\noriginal: en\nsummary: A page.\n---\n"
    write(content / "notes/open/en.md", front.format("public") + "# An open paper\n\nA.\n")
    write(content / "notes/own/en.md", front.format("state:mx") + "# A paper of one state\n\nA.\n")
    catalogue = read_catalogue(content).named(lambda ident: "q" + ident[-3:])
    statuses = {(one, lang): Status("original") for one in catalogue.documents for lang in catalogue.site.languages}
    return catalogue, statuses


def test_it_is_for_the_tier_that_includes_all_others() -> None:
    assert reader(POLICY) == "core"


def test_where_no_tier_includes_all_others_there_is_none() -> None:
    beside = replace(POLICY, tiers={**POLICY.tiers, "other": Tier("other", ("public",), "GREEN", {})})

    assert reader(beside) == ""


def test_states_stand_there_with_links_to_the_paragraphs(content: Path) -> None:
    catalogue, statuses = catalogue_of(content)
    statuses["notes/open", "es"] = Status("stale", (Number(2), Number(29, 1)), pinned=True)
    ((page, name, html),) = listed(catalogue, statuses)

    assert (page, name) == ("translations", "core")
    assert "translation not up to date" in html
    assert 'href="../../es/notes/open/index.html#p29-bis">¶\u00a029 bis</a>' in html


def test_what_that_tier_may_not_read_is_not_named(content: Path) -> None:
    ((_, _, html),) = listed(*catalogue_of(content))

    assert "An open paper" in html
    assert "one state" not in html
    assert "qown" not in html
