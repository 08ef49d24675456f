"""What editors ask and decide about access between releases: what would open, what awaits whom, who agrees."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.table import Table

from communique.access.approving import MAIL, Widening, place_in
from communique.access.comparison import Change
from communique.access.mailing import MailChange
from communique.access.record import key_of
from communique.approvals import (
    APPROVED,
    Approval,
    Approvals,
    ReviewApproval,
    names_to_approve,
    refuse_who_may_not,
    the_editor,
    write_approvals,
)
from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.listing import read_data
from communique.problems import Place, Problem, Refused, did_you_mean
from communique_pelican.build import build_moment, read_sources
from communique_pelican.console import BuildReport, Watch
from communique_pelican.private_files import write_atomically
from communique_pelican.releasing import Compared, compared, number_of_next
from communique_pelican.run import Plan
from communique_pelican.terminal import Terminal

_WAYS = ("widened", "narrowed", "new", "gone")


def diff(site_dir: Path, project: Path, *, terminal: Terminal, environ: Mapping[str, str]) -> int:
    """Who may read what they could not read in the last release, paragraph by paragraph; and who no longer may."""
    plan, found = _compared(site_dir, project, terminal, environ)
    if found.record is None:
        terminal.say("nothing has been released yet: all of it would be new")
        return 0
    terminal.say(f"since release {found.record.release} of {found.record.date.isoformat()}:", "")
    if found.record.key != key_of(plan.keys.keystore.record_hash()):
        terminal.say(
            "it was recorded under another master: what stands where is compared, and text that was moved or copied"
            " shows only from the next release on",
            "",
        )
    if not found.changes and not found.mail:
        terminal.say("nobody gains or loses anything")
        return 0
    _show(found.changes, plan.catalogue, terminal)
    _show_mail(found.mail, terminal)
    open_ = found.waiting(plan)
    if open_:
        told = f"{len(open_)} of these wait for an approval: invoke access.approve --by ID"
        one = "1 of these waits for an approval: invoke access.approve --by ID"
        terminal.say("", told if len(open_) > 1 else one)
    return 0


def approve(
    site_dir: Path,
    project: Path,
    *,
    by: str,
    on: datetime.date,
    document: str = "",
    yes: bool = False,
    terminal: Terminal,
    environ: Mapping[str, str],
) -> int:
    """Record that an editor agrees to what the next release opens, as far as this editor may.

    Raises:
        Refused: there is no such editor, or nothing of it is theirs to approve.
    """
    plan, found = _compared(site_dir, project, terminal, environ)
    catalogue = plan.catalogue
    editor = the_editor(catalogue.approvals, by, Place("--by"))
    open_ = [one for one in found.waiting(plan) if document in ("", one.document)]
    if not open_:
        terminal.say("nothing waits for an approval")
        return 0
    theirs = [one for one in open_ if editor.may_approve(names_to_approve(one.old, one.new), on)]
    others = [one for one in open_ if one not in theirs]
    for one in others:
        names = names_to_approve(one.old, one.new)
        may = ", ".join(other.id for other in catalogue.approvals.who_may(names, on)) or "nobody yet"
        terminal.say(f"not for {by} to approve: {_line(one)}; may: {may}")
    if not theirs:
        refuse_who_may_not(editor, names_to_approve(others[0].old, others[0].new), on, Place("--by"))
    terminal.say(f"{editor.name} ({editor.id}) agrees that more people read:", "")
    terminal.say(*(f"- {_line(one)}" for one in theirs), "")
    if not terminal.agrees("record the approval?", yes=yes):
        return 1
    number = number_of_next(plan.keys.register, found.record)
    new = tuple(
        Approval(one.document, one.text, str(one.old), str(one.new), editor.id, on.isoformat(), number)
        for one in theirs
    )
    approvals = catalogue.approvals
    # A sentence said twice counts once: the newest stands.
    said = {(one.document, one.text, one.old, one.new, one.release) for one in new}
    kept = tuple(
        one for one in approvals.widened if (one.document, one.text, one.old, one.new, one.release) not in said
    )
    _save(site_dir, dataclasses.replace(approvals, widened=kept + new))
    terminal.say(f"{APPROVED}: {len(new)} recorded for release {number}; commit it")
    return 0


def list_reviews(site_dir: Path, *, terminal: Terminal, environ: Mapping[str, str]) -> int:
    """Which documents wait for their review, until when, and who may end it."""
    catalogue, today = _read(site_dir, environ)
    awaiting = [
        (document, document.front.review)
        for document in catalogue.documents.values()
        if document.front.review is not None and document.front.declared is None
    ]
    if not awaiting:
        terminal.say("nothing waits for a review")
        return 0
    table = Table("document", "by", "left", "from → to", "who may approve", box=None, pad_edge=False)
    for document, review in sorted(awaiting, key=lambda one: (one[1].by, one[0].id)):
        days = (review.by - today).days
        left = f"{days} {'day' if days == 1 else 'days'}" if days >= 0 else f"overdue by {-days}"
        names = names_to_approve(document.front.audience, review.after)
        may = ", ".join(editor.id for editor in catalogue.approvals.who_may(names, today)) or "nobody yet"
        table.add_row(document.id, review.by.isoformat(), left, f"{document.front.audience} → {review.after}", may)
    terminal.console.print(table)
    terminal.say("", "until it is approved the narrower audience holds: invoke review.approve DOCUMENT --by ID")
    return 0


def approve_review(
    site_dir: Path,
    *,
    document: str,
    by: str,
    on: datetime.date,
    yes: bool = False,
    terminal: Terminal,
    environ: Mapping[str, str],
) -> int:
    """Record that a document's review is over: from now on it is for the audience that its review names.

    Raises:
        Refused: there is no such document, review or editor, or this editor may not approve it.
    """
    catalogue, _ = _read(site_dir, environ)
    approvals = catalogue.approvals
    found = catalogue.documents.get(document)
    if found is None:
        what = f'there is no document "{document}"'
        raise Refused(
            [Problem(Place("content"), "unknown-document", what, did_you_mean(document, catalogue.documents))]
        )
    review = found.front.review
    if review is None:
        what = f"{document} waits for no review"
        fix = "see what does with invoke review; a document asks for one with “review:” in its front matter"
        raise Refused([Problem(found.front.place, "no-review", what, fix)])
    editor = the_editor(approvals, by, Place("--by"))
    if found.front.declared is not None:
        done = approvals.reviewed[document]
        terminal.say(f"{done.by} approved it on {done.on} already")
        return 0
    refuse_who_may_not(editor, names_to_approve(found.front.audience, review.after), on, Place("--by"))
    terminal.say(
        f"{editor.name} ({editor.id}) agrees that {document}, until now for {found.front.audience},",
        f"is for {review.after} from the next release on",
    )
    if not terminal.agrees("record the approval?", yes=yes):
        return 1
    reviewed = {**approvals.reviewed, document: ReviewApproval(document, str(review.after), by, on.isoformat())}
    _save(site_dir, dataclasses.replace(approvals, reviewed=reviewed))
    terminal.say(f"{APPROVED}: recorded; commit it")
    return 0


def _read(site_dir: Path, environ: Mapping[str, str]) -> tuple[Catalogue, datetime.date]:
    content = site_dir / "content"
    site, _, _ = read_data(content)
    moment = build_moment(site.as_of, environ)
    return read_catalogue(content, moment=moment), moment.date()


def _compared(site_dir: Path, project: Path, terminal: Terminal, environ: Mapping[str, str]) -> tuple[Plan, Compared]:
    with Watch(terminal.console, BuildReport()) as watch:
        jobs = os.cpu_count() or 1
        plan = read_sources(site_dir, project, watch, release=False, jobs=jobs, environ=environ)
    return plan, compared(plan)


def _show(changes: Sequence[Change], catalogue: Catalogue, terminal: Terminal) -> None:
    """By document; what happened to several pieces alike, and in several languages, in one line."""
    for document in dict.fromkeys(change.document for change in changes):
        terminal.say(document)
        here = [change for change in changes if change.document == document]
        for way in _WAYS:
            grouped: dict[tuple[str, str, tuple[str, ...]], list[Change]] = {}
            for change in here:
                if change.way == way:
                    who = tuple(sorted(change.lost if way in ("narrowed", "gone") else change.gained))
                    key = (str(change.old) if change.old else "", str(change.new) if change.new else "", who)
                    grouped.setdefault(key, []).append(change)
            for (old, new, who), group in grouped.items():
                terminal.say(f"  {way}: {_places(group, catalogue)}: {_said(way, old, new, who)}")


def _show_mail(changes: Sequence[MailChange], terminal: Terminal) -> None:
    for document in dict.fromkeys(change.document for change in changes):
        terminal.say(document)
        for change in changes:
            if change.document == document and change.is_allowed:
                terminal.say(f"  widened: texts for {change.name} may be mailed, unsealed")
            elif change.document == document:
                terminal.say(f"  narrowed: texts for {change.name} may no longer be mailed")


def _places(group: Iterable[Change], catalogue: Catalogue) -> str:
    at: dict[str, set[str]] = {}
    for one in group:
        at.setdefault(place_in(one.number, one.kind), set()).add(one.lang)
    site = set(catalogue.site.languages)
    return ", ".join(place + ("" if langs == site else f" ({', '.join(sorted(langs))})") for place, langs in at.items())


def _said(way: str, old: str, new: str, who: Sequence[str]) -> str:
    names = ", ".join(who)
    if way == "new":
        return f"for {new}"
    if way == "gone":
        return f"was for {old}"
    return f"{old} → {new}; {'gained' if way == 'widened' else 'lost'} by {names}"


def _line(one: Widening) -> str:
    if one.kind == MAIL:
        return f"{one.document}: texts for {one.new} may be mailed, unsealed"
    place = place_in(one.number, one.kind)
    langs = ", ".join(one.languages)
    return f"{one.document} {place} ({langs}): {one.old} → {one.new}; gained by {', '.join(sorted(one.gained))}"


def _save(site_dir: Path, approvals: Approvals) -> None:
    write_atomically(site_dir / APPROVED, write_approvals(approvals))
