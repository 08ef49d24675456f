"""Which widenings wait for an editor, and which approval is one of those very words."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from typing import Any

import pytest

from communique.access.approving import Widening, mail_widenings, refusals, waiting, widenings
from communique.access.comparison import compare
from communique.access.mailing import MailChange, mail_changes
from communique.access.record import read_record, record_of, render_record
from communique.access.units import units_of
from communique.approvals import Approval, Approvals, Editor
from communique.documents.catalogue import Catalogue
from communique.documents.terms import Review
from communique.policy import Audience, Policy
from communique.problems import Place, Refused
from tests.access.test_comparison import catalogue, keyed, policy, recorded

BEFORE = {"one": "::: oeg\nClosed words of it.\n:::", "one.fr": "::: oeg\nMots scellés.\n:::"}
AFTER = {name: text.replace("oeg", "partner") for name, text in BEFORE.items()}
CHAIR = Editor("chair", "The chair", ("partner",))
DAY = datetime.date(2008, 11, 3)


def found(of: Catalogue) -> list[Widening]:
    return widenings(compare(recorded(BEFORE), units_of(of), policy(), keyed), keyed)


def approved(of: Catalogue, release: int = 2, **other: Any) -> Catalogue:
    given = tuple(
        replace(
            Approval(one.document, one.text, str(one.old), str(one.new), "chair", DAY.isoformat(), release),
            **other,
        )
        for one in found(of)
    )
    return replace(of, approvals=Approvals({"chair": CHAIR}, given))


def test_all_languages_of_a_place_are_one_decision() -> None:
    (one,) = found(catalogue(AFTER))

    assert (str(one.number), one.languages, one.gained) == ("1", ("en", "fr"), frozenset({"partner"}))


def test_an_approval_of_these_words_for_this_release_is_enough() -> None:
    of = approved(catalogue(AFTER))

    assert list(waiting(found(of), of, 1)) == []


@pytest.mark.parametrize("other", [{"old": "core"}, {"new": "public"}, {"text": "0" * 32}, {"document": "notes/two"}])
def test_an_approval_of_anything_else_is_none(other: dict[str, Any]) -> None:
    of = approved(catalogue(AFTER), **other)

    assert list(waiting(found(of), of, 1)) == found(of)


def test_an_approval_for_an_earlier_release_is_spent() -> None:
    of = approved(catalogue(AFTER), release=1)

    assert list(waiting(found(of), of, 1)) == found(of)


def test_words_edited_after_their_approval_wait_again_in_whatever_language() -> None:
    later = catalogue({**AFTER, "one.fr": "::: partner\nMots scellés, et d’autres.\n:::"})
    of = replace(later, approvals=approved(catalogue(AFTER)).approvals)

    assert list(waiting(found(of), of, 1)) == found(of) != []


def test_an_approval_by_somebody_who_may_not_is_refused() -> None:
    of = approved(catalogue(AFTER))
    less = replace(of, approvals=replace(of.approvals, editors={"chair": replace(CHAIR, approves=("public",))}))

    with pytest.raises(Refused, match="chair may not approve for partner"):
        list(waiting(found(less), less, 1))


def test_an_approved_review_needs_no_second_approval_for_just_what_it_said() -> None:
    of = catalogue(AFTER)
    document = of.documents["notes/one"]
    oeg, partner = Audience(("oeg",)), Audience(("partner",))
    original = document.texts["en"]
    front = replace(original.front, review=Review(DAY, partner, Place("")), declared=oeg)
    texts = {**document.texts, "en": replace(original, front=front)}
    reviewed = replace(
        of,
        documents={"notes/one": replace(document, texts=texts)},
        approvals=Approvals({"chair": CHAIR}, reviewed={"notes/one": object()}),  # type: ignore[dict-item]
    )

    assert list(waiting(found(of), reviewed, 1)) == []
    other = [replace(one, old=Audience(("core",))) for one in found(of)]
    assert list(waiting(other, reviewed, 1)) == other


def test_a_refusal_says_where_and_who_gains_and_who_may_approve() -> None:
    of = replace(catalogue(AFTER), approvals=Approvals({"chair": CHAIR}))
    (problem,) = refusals(found(of), of, DAY)

    assert str(problem) == (
        "one.md:11:1: ¶1 of notes/one would be read by more people: oeg → partner (gained by partner) [not-approved]\n"
        "    see it with invoke access.diff; then invoke access.approve --by chair"
    )


# -- whose texts may be mailed


def mailing(*mailed: str, areas: bool = False) -> Policy:
    known = policy()
    tiers = {name: replace(tier, mailed=name in mailed) for name, tier in known.tiers.items()}
    return replace(known, tiers=tiers, areas_mailed=areas)


def mail_since(before: Policy, after: Policy, text: str = "::: oeg\nClosed.\n:::") -> list[tuple[str, bool]]:
    of = catalogue({"one": text})
    record = record_of(units_of(of), before, keyed, release=1, date=DAY, content="0" * 32)
    read = read_record(render_record(record), "keys/released.yaml")
    assert read == record
    return [(one.name, one.is_allowed) for one in mail_changes(read, units_of(of), after)]


def test_texts_that_may_be_mailed_from_now_on_are_a_widening_and_those_that_no_longer_may_a_narrowing() -> None:
    assert mail_since(mailing("partner"), mailing("partner")) == []
    assert mail_since(mailing(), mailing("partner")) == [("partner", True)]
    assert mail_since(mailing("partner"), mailing("oeg")) == [("partner", False), ("oeg", True)]
    # A tier that comes with it; one that has gone.
    known = mailing("partner")
    less = replace(known, tiers={name: tier for name, tier in known.tiers.items() if name != "partner"})
    assert mail_since(less, known) == [("partner", True)]
    assert mail_since(known, less) == [("partner", False)]


def test_of_areas_those_count_which_some_text_is_for() -> None:
    text = "::: oeg\nClosed.\n:::\n\n::: state:mx\nOwn.\n:::"

    assert mail_since(mailing(), mailing(areas=True), text) == [("state:mx", True)]
    assert mail_since(mailing(), mailing(areas=True)) == []


def test_a_record_of_before_it_was_kept_knows_of_nobody_whose_texts_may_be_mailed() -> None:
    of = catalogue({"one": "Open."})
    record = record_of(units_of(of), mailing("partner"), keyed, release=1, date=DAY, content="0" * 32)
    before = re.sub(r"mailed: .*\n", "", render_record(record))

    assert mail_changes(read_record(before, ""), units_of(of), mailing("partner")) == [MailChange("partner", True)]
    assert mail_changes(read_record(before, ""), units_of(of), mailing()) == []
    # Without any release all is new.
    assert mail_changes(None, units_of(of), mailing("partner")) == []


def test_mail_waits_for_an_editor_who_approves_for_those_whose_texts_it_carries() -> None:
    known = mail_widenings([MailChange("partner", True), MailChange("oeg", False)], keyed)
    of = replace(catalogue({"one": "Open."}), approvals=Approvals({"chair": CHAIR}))
    (problem,) = refusals(list(waiting(known, of, 1)), of, DAY)

    assert str(problem) == (
        "content/data/tiers.yaml: texts for partner could be mailed, unsealed, and could not in the last release"
        " [not-approved]\n    see it with invoke access.diff; then invoke access.approve --by chair"
    )
    given = [Approval(one.document, one.text, "partner", "partner", "chair", DAY.isoformat(), 2) for one in known]
    agreed = replace(of, approvals=Approvals({"chair": CHAIR}, tuple(given)))
    assert list(waiting(known, agreed, 1)) == []
    # Of another name, or for a release that has been made: none.
    assert list(waiting(mail_widenings([MailChange("oeg", True)], keyed), agreed, 1)) != []
    assert list(waiting(known, agreed, 2)) == known
