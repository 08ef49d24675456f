"""Which widenings wait for an editor: what differs from the last release, put together over languages."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from communique.access.comparison import Change
from communique.access.mailing import MailChange
from communique.access.units import Keyed
from communique.approvals import names_to_approve, refuse_who_may_not, the_editor
from communique.documents.catalogue import Catalogue
from communique.documents.numbers import Number
from communique.policy import Audience
from communique.problems import Place, Problem, Refused

#: The kind of a widening by which no text changes its readers: the texts for some of them may be mailed.
MAIL = "mail"


@dataclass(frozen=True)
class Widening:
    """Text at one place of a document that more people would read, in all its languages together; or, of the kind
    `mail`, all the text for one name of the policy, which may be mailed.

    `text` is a keyed hash over all of them: who approves them approves these words, and no later ones.
    """

    document: str
    number: Number | None
    kind: str
    old: Audience
    new: Audience
    gained: frozenset[str]
    languages: tuple[str, ...]
    text: str
    place: Place


def widenings(changes: Iterable[Change], keyed: Keyed) -> list[Widening]:
    grouped: dict[tuple[str, Number | None, str, Audience, Audience], list[Change]] = {}
    for change in changes:
        if change.way == "widened" and change.old is not None and change.new is not None:
            key = (change.document, change.number, change.kind, change.old, change.new)
            grouped.setdefault(key, []).append(change)
    found: list[Widening] = []
    for (document, number, kind, old, new), group in grouped.items():
        told = "|".join(sorted(f"{change.lang}:{change.hash}" for change in group))
        digest = keyed(b"approval|" + told.encode("ascii"))[:16].hex()
        gained = frozenset[str]().union(*(change.gained for change in group))
        languages = tuple(sorted({change.lang for change in group}))
        found.append(Widening(document, number, kind, old, new, gained, languages, digest, group[0].place))
    return found


def mail_widenings(changes: Iterable[MailChange], keyed: Keyed) -> list[Widening]:
    """What the policy lets travel by mail that could not before. One approval is for one name of the policy."""
    return [
        Widening(
            change.document,
            None,
            MAIL,
            Audience((change.name,)),
            Audience((change.name,)),
            frozenset(),
            (),
            keyed(b"mail|" + change.name.encode("ascii"))[:16].hex(),
            Place(change.file),
        )
        for change in changes
        if change.is_allowed
    ]


def waiting(found: Iterable[Widening], catalogue: Catalogue, since: int) -> Iterator[Widening]:
    """Those for which no approval stands that was given after release `since`.

    Raises:
        Refused: one was given by somebody who may not.
    """
    approvals = catalogue.approvals
    given = {(one.document, one.text, one.old, one.new): one for one in approvals.widened if one.release > since}
    problems: list[Problem] = []
    for one in found:
        approval = given.get((one.document, one.text, str(one.old), str(one.new)))
        if approval is not None:
            try:
                editor = the_editor(approvals, approval.by, approval.place)
                on = datetime.date.fromisoformat(approval.on)
                refuse_who_may_not(editor, names_to_approve(one.old, one.new), on, approval.place)
            except Refused as refused:
                problems.extend(refused.problems)
        elif not _reviewed(one, catalogue):
            yield one
    if problems:
        raise Refused(problems)


def _reviewed(one: Widening, catalogue: Catalogue) -> bool:
    """Whether this is just what the approved review of its document said."""
    if one.document not in catalogue.approvals.reviewed:
        return False
    front = catalogue.documents[one.document].front
    return front.review is not None and (one.old, one.new) == (front.declared, front.review.after)


def refusals(found: Sequence[Widening], catalogue: Catalogue, on: datetime.date) -> list[Problem]:
    """A letter for each document and change of audience: where, who gains, and who may approve it; and for each name
    of the policy whose texts could be mailed.
    """
    grouped: dict[tuple[str, Audience, Audience], list[Widening]] = {}
    for one in found:
        grouped.setdefault((one.document, one.old, one.new), []).append(one)
    problems: list[Problem] = []
    for (document, old, new), group in grouped.items():
        if group[0].kind == MAIL:
            what = f"texts for {new} could be mailed, unsealed, and could not in the last release"
            problems.append(Problem(group[0].place, "not-approved", what, _ask_for(old, new, catalogue, on)))
            continue
        gained = ", ".join(sorted(frozenset[str]().union(*(one.gained for one in group))))
        places = list(dict.fromkeys(place_in(one.number, one.kind) for one in group))
        shown = ", ".join(places[:6]) + (f" and {len(places) - 6} more" if len(places) > 6 else "")
        what = f"{shown} of {document} would be read by more people: {old} → {new} (gained by {gained})"
        place = min(one.place for one in group)
        problems.append(Problem(place, "not-approved", what, _ask_for(old, new, catalogue, on)))
    return problems


def _ask_for(old: Audience, new: Audience, catalogue: Catalogue, on: datetime.date) -> str:
    names = names_to_approve(old, new)
    may = ", ".join(editor.id for editor in catalogue.approvals.who_may(names, on))
    fix = "see it with invoke access.diff; then "
    fix += (
        f"invoke access.approve --by {may.replace(', ', ' or ')}"
        if may
        else (f"name an editor who approves {', '.join(names)} in content/data/editors.yaml")
    )
    return fix


def place_in(number: Number | None, kind: str) -> str:
    """A place as its readers count it: "¶3", "item at ¶3", "title"."""
    shown = f"¶{number}" if number is not None else ""
    return shown if kind == "paragraph" else f"{kind} at {shown}" if shown else kind
