"""Editors and their approvals as files: what is written reads back equal, and what was once approved stays so."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.approvals import (
    Approval,
    Approvals,
    Editor,
    ReviewApproval,
    names_to_approve,
    read_approvals,
    refuse_who_may_not,
    write_approvals,
)
from communique.policy import Audience
from communique.problems import Place, Refused
from communique.strict_yaml import load_yaml
from tests.documents.reading import POLICY

NAMES = ("public", "partner", "oeg", "core", "state:nz")
DAY = datetime.date(2008, 11, 3)
audiences = st.sets(st.sampled_from(NAMES), min_size=1, max_size=3).map(lambda names: ", ".join(sorted(names)))
documents = st.sampled_from(["notes/one", "notes/two", "papers/long-name-1"])
approvals = st.builds(
    Approval,
    document=documents,
    text=st.text("0123456789abcdef", min_size=32, max_size=32),
    old=audiences,
    new=audiences,
    by=st.sampled_from(["chair", "desk-2"]),
    on=st.just("2008-11-03"),
    release=st.integers(1, 999),
)
reviews = st.builds(ReviewApproval, document=documents, new=audiences, by=st.just("chair"), on=st.just("2008-11-03"))


@given(st.lists(approvals, max_size=5), st.lists(reviews, max_size=3))
def test_what_is_written_reads_back_equal(widened: list[Approval], reviewed: list[ReviewApproval]) -> None:
    written = Approvals({}, tuple(sorted(set(widened))), {one.document: one for one in reviewed})
    text = write_approvals(written)

    read = read_approvals(None, load_yaml(text, "approved.yaml"), POLICY)

    assert sorted(read.widened) == sorted(written.widened)
    assert {name: replace(one, place=Place("")) for name, one in read.reviewed.items()} == {
        name: replace(one, place=Place("")) for name, one in written.reviewed.items()
    }


def test_an_editor_approves_for_the_audiences_that_are_new_and_for_all_where_the_policy_changed() -> None:
    oeg, both = Audience(("oeg",)), Audience(("oeg", "state:nz"))

    assert names_to_approve(oeg, both) == ("state:nz",)
    assert names_to_approve(oeg, Audience(("partner",))) == ("partner",)
    assert names_to_approve(oeg, oeg) == ("oeg",)


def test_an_editor_who_has_left_approves_nothing_more_and_what_they_approved_stands() -> None:
    editor = Editor("chair", "The chair", ("oeg",), until=DAY)

    assert editor.may_approve(["oeg"], DAY)
    assert not editor.may_approve(["oeg", "core"], DAY)
    assert not editor.may_approve(["oeg"], DAY + datetime.timedelta(days=1))
    refuse_who_may_not(editor, ["oeg"], DAY, Place("--by"))
    with pytest.raises(Refused, match="approved until 2008-11-03"):
        refuse_who_may_not(editor, ["oeg"], DAY + datetime.timedelta(days=1), Place("--by"))
