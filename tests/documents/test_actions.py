"""What is asked of whom: which actions each reader is told of, in which order, and what nobody could do."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from communique.documents.actions import Action, actions_in, actions_of, open_actions_for, refuse_actions
from communique.documents.catalogue import Catalogue, read_catalogue
from communique.sealing.action_lists import listed, plain_actions
from communique.sealing.keystore import Keystore
from tests.documents.reading import PHRASES
from tests.documents.test_catalogue import HEAD, SPANISH, content, document, write

__all__ = ["content"]

KEYSTORE = Keystore("x.example", bytes(range(32)))
NUMBERED = "numbering: paragraphs\n"


def action(name: str, who: str = "partner", due: str = "2008-11-15T18:00+01:00", more: str = "") -> str:
    return f"```action\nid: {name}\nwhat: Do {name}\nwho: [{who}]\ndue: {due}\n{more}```\n\n"


BODY = f"""\
A.

{action("late", due="2009-05-12T09:00-04:00")}B.

{action("early")}{action("over", more="done: 2008-10-30" + chr(10))}::: oeg
C.

{action("experts", "oeg")}::: state:nz
D.

{action("wellington", "state:nz", "2008-08-06T17:00Z")}:::
:::
"""


@pytest.fixture
def catalogue(content: Path) -> Catalogue:
    document(content, "asks", BODY, NUMBERED)
    whole = HEAD.replace("audience: public", "audience: oeg").format(more="symbol: Z/1\n").replace("# T", "# Whole")
    inner = f"E.\n\n{action('whole', 'oeg')}::: state:nz\nF.\n\n{action('inner', 'state:nz')}:::\n"
    write(content / "notes/whole/en.md", whole + inner)
    return read_catalogue(content).named(KEYSTORE.document_id)


def ids(found: tuple[Action, ...]) -> list[str]:
    return [one.id for one in found]


def test_actions_come_in_the_order_in_which_they_are_due_whatever_their_time_zone(catalogue: Catalogue) -> None:
    found = actions_of(catalogue, "en")
    assert [one.due for one in found] == sorted(one.due for one in found)
    # Among those of one moment, a document that is sealed as a whole stands where its public name puts it.
    assert (ids(found)[0], ids(found)[-1]) == ("wellington", "late")
    assert sorted(ids(found)) == ["early", "experts", "inner", "late", "over", "wellington", "whole"]
    assert ids(actions_in(catalogue.documents["notes/asks"], "en"))[0] == "wellington"


def test_each_action_leads_to_its_paragraph(catalogue: Catalogue) -> None:
    found = actions_in(catalogue.documents["notes/asks"], "en")

    assert {one.id: one.anchor for one in found} == {
        "wellington": "p4", "early": "p2", "experts": "p3", "over": "p2", "late": "p1"
    }  # fmt: skip


def test_readers_are_told_what_is_open_in_the_text_that_is_theirs(catalogue: Catalogue) -> None:
    told = {name: ids(open_actions_for(catalogue, name, "en")) for name in catalogue.policy.audience_names}

    assert {name: found for name, found in told.items() if found} == {
        "public": ["early", "late"],
        "oeg": ["whole", "experts"],
        "state:nz": ["wellington", "inner"],
    }


def test_no_list_names_a_document_that_one_of_its_readers_may_not_open(catalogue: Catalogue) -> None:
    lists = {one.name: one.html for one in plain_actions(catalogue, "en", PHRASES)}

    assert "Whole" in lists["oeg"]
    assert "Z/1" in lists["oeg"]
    assert "Whole" not in lists["state:nz"]
    assert "Z/1" not in lists["state:nz"]
    assert "Sealed document" in lists["state:nz"]
    assert all("notes/whole" not in html for html in lists.values())


def test_the_public_list_holds_nothing_of_sealed_text(catalogue: Catalogue) -> None:
    html = listed(catalogue, "public", "en", PHRASES)

    assert re.findall(r">Do (\w+)<", html) == ["early", "late"]
    assert 'href="../notes/asks/index.html#p2"' in html


def test_without_open_actions_there_is_no_list(content: Path) -> None:
    catalogue = read_catalogue(content)

    assert listed(catalogue, "public", "en", PHRASES) == ""
    assert list(plain_actions(catalogue, "en", PHRASES)) == []


def test_an_action_is_told_in_the_page_s_language_where_it_was_translated(content: Path) -> None:
    document(content, "asks", "A.\n\n" + action("early"))
    write(content / "notes/asks/es.md", SPANISH + "A.\n\n" + action("early").replace("Do", "Haga"))

    assert [one.what for one in actions_of(read_catalogue(content), "es")] == ["Haga early"]


def test_a_superseded_paper_asks_nothing_any_more(content: Path) -> None:
    document(content, "asks", "A.\n\n" + action("early"), "symbol: X/1\n")
    document(content, "asks-again", "A.\n\n" + action("early"), "symbol: X/1/Rev.1\n")

    assert [one.document.id for one in actions_of(read_catalogue(content), "en")] == ["notes/asks-again"]


def test_a_withdrawn_paper_asks_nothing_any_more(content: Path) -> None:
    document(content, "asks", "A.\n\n" + action("early"), "expires: 2008-11-01\n")
    moment = datetime.datetime(2008, 11, 3, tzinfo=datetime.UTC)

    assert actions_of(read_catalogue(content, moment=moment), "en") == ()


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (action("one") + action("two", "state:mx"), []),
        (action("one") + action("one"), ["action-twice"]),
        ("::: oeg\nB.\n\n" + action("one", "core, state:nz") + ":::", ["action-unread"]),
        ("::: oeg, state:nz\nB.\n\n" + action("one", "core, state:nz") + ":::", []),
        ("::: state:nz\nB.\n\n" + action("one", "oeg") + ":::", ["action-unread"]),
    ],
)
def test_what_nobody_could_do_is_refused(content: Path, body: str, codes: list[str]) -> None:
    document(content, "asks", "A.\n\n" + body)

    assert [problem.code for problem in refuse_actions(read_catalogue(content))] == codes
