"""Each edition holds what its audience may read, all of it, and nothing else."""

from __future__ import annotations

import dataclasses
import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from communique.editions.edition import Edition, Locked, LockedWords, Row, Section
from communique.policy import Audience
from communique_pelican.build import read_sources
from communique_pelican.composing_desk import EditionMaker, editions_of
from communique_pelican.console import BuildReport, Watch
from tests.proofs.canaries import MARK, words, write_site
from tests.site_building import PROJECT, SITES

WORD = re.compile(f"{MARK}[a-z]+")
#: Not in the text: what a file is called and what is in it, and what a page alone says when a pointer rests on a link.
ELSEWHERE = {"folder", "file-name", "file-content", "image-name", "image-remark", "link-title"}


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> EditionMaker:
    site = tmp_path_factory.mktemp("canaries")
    write_site(site)
    with Watch(Console(quiet=True), BuildReport()) as watch:
        return editions_of(read_sources(site, PROJECT, watch, release=False, jobs=1, environ={}))


def everything_in(value: Any) -> Iterator[str]:
    """Every string of an edition, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from everything_in(one)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from everything_in(getattr(value, field.name))


@pytest.fixture(scope="module")
def editions(maker: EditionMaker) -> list[Edition]:
    return [
        maker.edition(document, lang, name)
        for document in maker.plan.catalogue.documents.values()
        for lang, name in itertools.product(document.texts, maker.audiences(document))
    ]


def test_no_canary_is_in_an_edition_for_others_and_none_is_missing_in_one_for_its_readers(
    maker: EditionMaker, editions: list[Edition]
) -> None:
    policy, canaries = maker.plan.catalogue.policy, words()
    texts = {
        (document.id, lang): set(WORD.findall(text.raw))
        for document in maker.plan.catalogue.documents.values()
        for lang, text in document.texts.items()
    }
    seen: set[str] = set()
    kinds: set[str] = set()
    for edition in editions:
        shown = {word for text in everything_in(edition) for word in WORD.findall(text)}
        shown -= set(WORD.findall(edition.document))
        mine = {
            word
            for word in texts[edition.document, edition.lang]
            if policy.may_read([edition.audience], Audience((canaries[word].audience,)))
        }
        assert {canaries[word].kind for word in shown - mine} == set(), (edition.document, edition.audience)
        kinds |= {canaries[word].kind for word in mine - shown} - ELSEWHERE
        seen |= shown

    assert kinds == set()
    assert len(seen) > 500


def test_a_form_that_may_not_carry_a_text_holds_its_place_and_no_word_of_it(maker: EditionMaker) -> None:
    for document in maker.plan.catalogue.documents.values():
        if document.is_sealed:
            continue
        for name in maker.audiences(document):
            edition = maker.edition(document, "en", name, lambda audience: audience.is_public)
            assert not any(WORD.search(text) for text in everything_in(edition.blocks))
            assert edition.marking == "TLP:CLEAR"
            assert not any(isinstance(block, Section) for block in edition.all_blocks)


def test_what_is_locked_says_for_whom_and_where_it_stands(maker: EditionMaker) -> None:
    document = maker.plan.catalogue.documents["papers/section-text-oeg"]
    public = maker.edition(document, "en", "public")
    locked = [block for block in public.blocks if isinstance(block, Locked)]

    assert locked
    assert {block.marking for block in locked} == {"TLP:AMBER", "TLP:GREEN"}
    assert all(block.address.startswith(f"{public.address}#") for block in locked)
    assert public.address == "https://psi-portal.example/en/papers/section-text-oeg/index.html"


def test_every_audience_of_the_policy_gets_the_text_with_the_highest_marking_it_shows(maker: EditionMaker) -> None:
    document = maker.plan.catalogue.documents["papers/section-text-core"]

    shown = {name: maker.edition(document, "en", name).marking for name in maker.audiences(document)}
    assert shown["public"] == "TLP:CLEAR"
    assert shown["core"] == "TLP:AMBER+STRICT"


def test_a_sealed_document_has_no_edition_for_others(maker: EditionMaker) -> None:
    sealed = [document for document in maker.plan.catalogue.documents.values() if document.is_sealed]

    assert sealed
    for document in sealed:
        assert "public" not in maker.audiences(document)
        with pytest.raises(ValueError, match="there is no edition"):
            maker.edition(document, document.original, "public")


def test_a_locked_row_and_locked_words_are_there(editions: list[Edition]) -> None:
    found: set[type] = set()

    def look(value: Any) -> None:
        if isinstance(value, LockedWords) or (isinstance(value, Row) and value.address):
            found.add(type(value))
        if isinstance(value, tuple):
            for one in value:
                look(one)
        elif dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                look(getattr(value, field.name))

    for edition in editions:
        look(edition.blocks)

    assert found == {LockedWords, Row}


def _with(folder: Path, name: str, text: str) -> None:
    path = folder / "content/papers" / name / "en.md"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


FRONT = """---
kind: {kind}
symbol: PSI/{symbol}
date: {date}
audience: {audience}
original: en
summary: One.
{more}---
# {title}

"""


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> EditionMaker:
    """An issue whose sections draw and cite a paper for other readers, and hold a state's words inside closed ones."""
    site = tmp_path_factory.mktemp("drawing")
    shutil.copytree(SITES / "minimal/content", site / "content")
    partners = FRONT.format(
        kind="notice", symbol="P/1", date="2008-10-30", audience="partner", title="Quetzal", more=""
    )
    _with(site, "quetzal", partners + "A paragraph.\n")
    issue = FRONT.format(
        kind="newsletter",
        symbol="NL/1",
        date="2008-11-03",
        audience="public",
        title="No. 1",
        more="volume: 1\nnumber: 1\neditor: nz\n",
    )
    text = """## Sealed

::: oeg
Drawn for experts.

```whats-new
```
:::

::: oeg
Cited in [](ref:PSI/P/1) for experts.
:::

::: oeg
## Outer

Words of the outer item.

::: state:nz
## Inner

Words of the inner item.
:::
:::

A [closed span with [Auckland ocelot]{state:nz} inside it]{oeg} in a line.

- [An item with [Wellington margay]{state:nz} inside it]{oeg}

| A | B |
| --- | --- |
| a row with [Napier caracal]{state:nz} inside | it | {oeg}
"""
    _with(site, "issue", issue + text)
    with Watch(Console(quiet=True), BuildReport()) as watch:
        return editions_of(read_sources(site, PROJECT, watch, release=False, jobs=1, environ={}))


def _said(maker: EditionMaker, name: str, may_carry: Callable[[Audience], bool] = lambda _: True) -> str:
    issue = maker.plan.catalogue.documents["papers/issue"]
    return " ".join(everything_in(maker.edition(issue, "en", name, may_carry).blocks))


def test_what_is_drawn_or_cited_goes_only_where_its_own_readers_let_it(drawing: EditionMaker) -> None:
    everything = _said(drawing, "oeg")
    for word in ("Drawn for experts", "Cited in", "Quetzal"):
        assert word in everything

    mailed = _said(drawing, "oeg", lambda audience: audience.is_public or audience.names == ("oeg",))
    for word in ("Drawn for experts", "Cited in", "Quetzal"):
        assert word not in mailed
    assert "closed span" in mailed


def test_a_states_words_inside_closed_ones_are_in_its_edition(drawing: EditionMaker) -> None:
    said = _said(drawing, "state:nz")

    for theirs in ("Auckland ocelot", "Wellington margay", "Napier caracal"):
        assert theirs in said
    for other in ("closed span", "An item", "a row with"):
        assert other not in said


def test_an_item_within_another_sealed_one_has_its_place_in_every_edition(drawing: EditionMaker) -> None:
    issue = drawing.plan.catalogue.documents["papers/issue"]
    items = {
        name: [block.item for block in drawing.edition(issue, "en", name).all_blocks if isinstance(block, Locked)]
        for name in ("public", "oeg", "state:nz")
    }

    assert [one for one in items["public"] if one] == [2, 3]
    assert [one for one in items["oeg"] if one] == [3]
    assert [one for one in items["state:nz"] if one] == [2]
    assert "Words of the inner item" in _said(drawing, "state:nz")
    assert "Words of the outer item" not in _said(drawing, "state:nz")


def test_who_gets_a_text_in_another_language_is_told_so_in_their_own(maker: EditionMaker) -> None:
    document = next(one for one in maker.plan.catalogue.documents.values() if set(one.texts) == {"en"})

    for lang, told in (("es", "Aún sin traducir"), ("fr", "Pas encore traduit")):
        edition = maker.edition(document, lang, maker.audiences(document)[-1])
        assert edition.lang == "en"
        assert told in " ".join(everything_in(edition.blocks[:1]))
    own = maker.edition(document, "en", maker.audiences(document)[-1])
    assert own.blocks == edition.blocks[1:]
