"""Who may approve that more people read a text, and what they have approved (`editors.yaml`, `approved.yaml`)."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from communique.policy import Audience, Policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.strict_yaml import Node

EDITORS = "content/data/editors.yaml"
APPROVED = "content/data/approved.yaml"

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_HASH = re.compile(r"[0-9a-f]{32}\Z")
_HEADER = """\
# What may be read by more people than before, and which editor said so. A text stands here as a keyed hash.
# Written by `invoke access.approve` and `invoke review.approve`; commit it. This file is never published.
"""


@dataclass(frozen=True)
class Editor:
    """A person, or a function, that decides for some audiences. `until` is the last day on which they do."""

    id: str
    name: str
    approves: tuple[str, ...]
    until: datetime.date | None = None

    def may_approve(self, names: Iterable[str], on: datetime.date) -> bool:
        return set(names) <= set(self.approves) and (self.until is None or on <= self.until)


@dataclass(frozen=True, order=True)
class Approval:
    """A text of `document` may be read by `new` instead of `old`, in the release of that number and from then on."""

    document: str
    text: str
    old: str
    new: str
    by: str
    on: str
    release: int
    place: Place = field(default=Place(APPROVED), compare=False)


@dataclass(frozen=True)
class ReviewApproval:
    """The review of `document` is over: from now on it is for `new`."""

    document: str
    new: str
    by: str
    on: str
    place: Place = field(default=Place(APPROVED), compare=False)


@dataclass(frozen=True)
class Approvals:
    """All of both files."""

    editors: Mapping[str, Editor] = field(default_factory=dict)
    widened: tuple[Approval, ...] = ()
    reviewed: Mapping[str, ReviewApproval] = field(default_factory=dict)

    def who_may(self, names: Iterable[str], on: datetime.date) -> tuple[Editor, ...]:
        wanted = tuple(names)
        return tuple(editor for editor in self.editors.values() if editor.may_approve(wanted, on))


def names_to_approve(old: Audience, new: Audience) -> tuple[str, ...]:
    """For which audiences an approver of this change must be able to speak: those named anew.

    Where none is, the policy itself has come to let others in: then for all of them.
    """
    return tuple(name for name in new.names if name not in old.names) or new.names


def the_editor(approvals: Approvals, ident: str, place: Place) -> Editor:
    """The editor of that id.

    Raises:
        Refused: there is none.
    """
    if ident not in approvals.editors:
        known = did_you_mean(ident, approvals.editors) if approvals.editors else f"name the editors in {EDITORS}"
        raise Refused([Problem(place, "unknown-editor", f'there is no editor "{ident}"', known)])
    return approvals.editors[ident]


def refuse_who_may_not(editor: Editor, names: Iterable[str], on: datetime.date, place: Place) -> None:
    """
    Raises:
        Refused: this editor may not approve for all of `names` on that day.
    """
    wanted = tuple(names)
    if not editor.may_approve(wanted, on):
        what = f"{editor.id} may not approve for {', '.join(wanted)}"
        if editor.until is not None and on > editor.until:
            what = f"{editor.id} approved until {editor.until.isoformat()}, and this is of {on.isoformat()}"
        fix = f"ask an editor whose “approves:” in {EDITORS} names {', '.join(wanted)}"
        if place.file == APPROVED:
            fix = f"delete this entry, and {fix}"
        raise Refused([Problem(place, "not-an-approver", what, fix)])


def read_approvals(editors: Node | None, approved: Node | None, policy: Policy) -> Approvals:
    """Both files, checked each by itself; what an approval is for is checked where the texts are known.

    Raises:
        Refused: unknown or missing keys, audiences that the policy does not know, damaged entries.
    """
    problems: list[Problem] = []
    known = _editors(editors, policy, problems) if editors is not None else {}
    widened, reviewed = _approved(approved, problems) if approved is not None else ((), {})
    if problems:
        raise Refused(problems)
    return Approvals(known, widened, reviewed)


def _editors(node: Node, policy: Policy, problems: list[Problem]) -> dict[str, Editor]:
    found: dict[str, Editor] = {}
    top = node.take(problems, "the file", ["editors"])
    for ident, entry in top["editors"].as_mapping(problems, "editors").items() if "editors" in top else ():
        if not _ID.match(ident):
            what = f'"{ident}" cannot name an editor'
            problems.append(Problem(entry.place, "bad-name", what, "use lower-case letters, digits and -"))
        part = entry.take(problems, f"the editor {ident}", ["name", "approves"], ["until"])
        approves = [
            item.as_word(problems, "approves", policy.audience_names)
            for item in (part["approves"].as_list(problems, "approves") if "approves" in part else ())
        ]
        found[ident] = Editor(
            ident,
            part["name"].as_text(problems, "name") if "name" in part else "",
            tuple(approves),
            part["until"].as_date(problems, "until") if "until" in part else None,
        )
    return found


def _approved(node: Node, problems: list[Problem]) -> tuple[tuple[Approval, ...], dict[str, ReviewApproval]]:
    widened: list[Approval] = []
    reviewed: dict[str, ReviewApproval] = {}
    if node.is_nothing():
        return (), {}
    top = node.take(problems, "the file", [], ["widened", "reviewed"])
    for document, entries in top["widened"].as_mapping(problems, "widened").items() if "widened" in top else ():
        for entry in entries.as_list(problems, "the approvals of a document"):
            before = len(problems)
            part = entry.take(problems, "an approval", ["text", "from", "to", "by", "on", "release"])
            text = _text(part, "text", problems)
            if len(problems) == before and not _HASH.match(text):
                what = "the hash of this approval is damaged"
                fix = "delete the entry, and run: invoke access.approve"
                problems.append(Problem(entry.place, "bad-approval", what, fix))
            on = part["on"].as_date(problems, "on") if "on" in part else None
            release = part["release"].as_integer(problems, "release") if "release" in part else 0
            if len(problems) == before and on is not None:
                old, new, by = (_text(part, key, problems) for key in ("from", "to", "by"))
                widened.append(Approval(document, text, old, new, by, on.isoformat(), release, entry.place))
    for document, entry in top["reviewed"].as_mapping(problems, "reviewed").items() if "reviewed" in top else ():
        before = len(problems)
        part = entry.take(problems, "an approval", ["to", "by", "on"])
        on = part["on"].as_date(problems, "on") if "on" in part else None
        new, by = _text(part, "to", problems), _text(part, "by", problems)
        if len(problems) == before and on is not None:
            reviewed[document] = ReviewApproval(document, new, by, on.isoformat(), entry.place)
    return tuple(widened), reviewed


def _text(part: Mapping[str, Node], key: str, problems: list[Problem]) -> str:
    return part[key].as_text(problems, key) if key in part else ""


def write_approvals(approvals: Approvals) -> str:
    """The text of `approved.yaml`, sorted, so that a new approval is one small change to review."""
    lines = [_HEADER]
    if approvals.widened:
        lines.append("widened:\n")
    document = None
    for one in sorted(set(approvals.widened)):
        if one.document != document:
            document = one.document
            lines.append(f"  {document}:\n")
        told = f"text: {_quoted(one.text)}, from: {_quoted(one.old)}, to: {_quoted(one.new)}, by: {one.by}"
        lines.append(f"    - {{{told}, on: {one.on}, release: {one.release}}}\n")
    if approvals.reviewed:
        lines.append("reviewed:\n")
    for document, done in sorted(approvals.reviewed.items()):
        lines.append(f"  {document}: {{to: {_quoted(done.new)}, by: {done.by}, on: {done.on}}}\n")
    return "".join(lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
