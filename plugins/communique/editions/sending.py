"""What has become of an issue on its way out: a journal of one line for each step, and who is still to be sent to.

Between the end of a message and the server's answer nobody can know whether it was taken (RFC 1047). Of the two
mistakes possible there, twice and not at all, the journal leaves the second: whoever was begun with and not answered
for is told to the editor, who can ask, and is sent nothing more unless named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from communique.editions.recipients import MailAddress, Recipient, RecipientList
from communique.problems import Place, Problem, Refused, did_you_mean

#: `sent`: the server has taken it. `refused`: it will not (5xx). `deferred`: not now, or the connection was lost before
#: the message's end. `unknown`: the end went out, and no answer came.
Outcome = Literal["sent", "refused", "deferred", "unknown"]
_FORMAT = "communique-sending"
_VERSION = 1
_LONGEST_ANSWER = 200


@dataclass(frozen=True)
class Run:
    """One sending of an issue to one list. `messages` are hashes of what is sent in each language."""

    list: str
    audience: str
    messages: Mapping[str, str]
    #: Addresses that the server was, or may have been, given a message for.
    reached: frozenset[str] = field(default=frozenset(), repr=False)
    ended: bool = False


@dataclass(frozen=True)
class Delivery:
    """The last that is known of one address in one list. `code` and `said` are the server's answer."""

    list: str
    outcome: Outcome
    code: int = 0
    said: str = ""


@dataclass(frozen=True)
class Journal:
    """All that was sent of one issue, to whichever list. `deliveries` are by `MailAddress.key`, then by
    list, the one that was told of last being the last.
    """

    issue: str
    runs: tuple[Run, ...] = ()
    deliveries: Mapping[str, Mapping[str, Delivery]] = field(default_factory=dict, repr=False)

    def delivery(self, key: str, name: str) -> Delivery | None:
        """What decides whether the list `name` sends to an address. That a message was taken, or may have been, is
        undone by nothing that another list met with later.
        """
        by_list = self.deliveries.get(key, {})
        return min(
            reversed(tuple(by_list.values())),
            key=lambda one: (one.outcome not in ("sent", "unknown"), one.list != name, one.outcome != "sent"),
            default=None,
        )

    def open_run(self, name: str) -> Run | None:
        """The list's last run, where it was not carried through."""
        last = next((run for run in reversed(self.runs) if run.list == name), None)
        return None if last is None or last.ended else last


@dataclass(frozen=True)
class Round:
    """A list as the next run finds it."""

    to_send: tuple[Recipient, ...] = field(repr=False)
    sent: tuple[Recipient, ...] = field(repr=False)
    #: Sent to through another list, whose name stands beside them.
    elsewhere: tuple[tuple[Recipient, str], ...] = field(repr=False)
    refused: tuple[tuple[Recipient, Delivery], ...] = field(repr=False)
    unknown: tuple[Recipient, ...] = field(repr=False)


def round_of(recipients: RecipientList, journal: Journal, again: Iterable[MailAddress] = ()) -> Round:
    """Who is to be sent to, and why the others are not. `again` names addresses that an editor wants to try anew.

    Raises:
        Refused: such an address is none of the list's, or the server has taken the message for it from this list.
    """
    named = {address.key for address in again}
    problems: list[Problem] = []
    known = {one.address.key: one for one in recipients.recipients}
    for key in sorted(named - set(known)):
        what = f"{key} is no address of the list {recipients.name}"
        problems.append(Problem(Place("--again"), "unknown-recipient", what, did_you_mean(key, known)))
    to_send: list[Recipient] = []
    sent: list[Recipient] = []
    elsewhere: list[tuple[Recipient, str]] = []
    refused: list[tuple[Recipient, Delivery]] = []
    unknown: list[Recipient] = []
    for key, one in known.items():
        found = journal.delivery(key, recipients.name)
        if found is not None and found.outcome == "sent" and found.list == recipients.name:
            if key in named:
                what = f"the server has taken this issue for {key} already: nobody is sent it twice"
                fix = "where it was lost on the way, ask those who keep the server, or forward it by hand"
                problems.append(Problem(Place("--again"), "sent-already", what, fix))
            sent.append(one)
        elif found is None or found.outcome == "deferred" or key in named:
            to_send.append(one)
        elif found.outcome == "sent":
            elsewhere.append((one, found.list))
        elif found.outcome == "refused":
            refused.append((one, found))
        else:
            unknown.append(one)
    if problems:
        raise Refused(problems)
    return Round(tuple(to_send), tuple(sent), tuple(elsewhere), tuple(refused), tuple(unknown))


def refuse_changed(journal: Journal, recipients: RecipientList, messages: Mapping[str, str], file: str) -> None:
    """A run that has reached some of a list goes on with the messages it began with.

    Raises:
        Refused: they are others by now, or for other readers.
    """
    run = journal.open_run(recipients.name)
    if run is None or not run.reached:
        return
    changed = [lang for lang, found in messages.items() if run.messages.get(lang, found) != found]
    if run.audience != recipients.audience:
        changed = list(messages)
    if changed:
        what = (
            f"the message has changed ({', '.join(changed)}) since it was sent to {len(run.reached)} of this list:"
            " the others would get another one"
        )
        fix = "put the text back as it was, or send the others the changed one: add --changed"
        raise Refused([Problem(Place(file), "message-changed", what, fix)])


# -- its lines


def first_line(issue: str) -> str:
    return _line({"format": _FORMAT, "version": _VERSION, "issue": issue})


def run_line(recipients: RecipientList, messages: Mapping[str, str], at: str) -> str:
    told = {"run": recipients.name, "audience": recipients.audience, "messages": dict(messages), "at": at}
    return _line(told)


def begun_line(address: MailAddress, at: str) -> str:
    return _line({"begun": address.key, "at": at})


def answered_line(address: MailAddress, outcome: Outcome, code: int, said: str, at: str) -> str:
    told = {"answered": address.key, "outcome": outcome, "code": code, "said": readable(said), "at": at}
    return _line(told)


def ended_line(at: str) -> str:
    return _line({"ended": True, "at": at})


def readable(said: str) -> str:
    """A server's words, without what a terminal would obey, and no more of them than a line."""
    plain = "".join(char if char.isprintable() else " " for char in said)
    return " ".join(plain.split())[:_LONGEST_ANSWER]


def _line(told: Mapping[str, Any]) -> str:
    return json.dumps(told, sort_keys=True, separators=(",", ":")) + "\n"


def whole_lines(raw: bytes) -> bytes:
    """`raw` without a last line that was cut short. What such a line would have told had not been acted upon yet: each
    is on the disk before the next step is taken.
    """
    return raw[: raw.rfind(b"\n") + 1]


_KEYS: Mapping[str, Mapping[str, type]] = {
    "run": {"run": str, "audience": str, "messages": dict, "at": str},
    "begun": {"begun": str, "at": str},
    "answered": {"answered": str, "outcome": str, "code": int, "said": str, "at": str},
    "ended": {"ended": bool, "at": str},
}
_ANSWERS: Mapping[str, Outcome] = {"sent": "sent", "refused": "refused", "deferred": "deferred"}


def read_journal(raw: bytes, issue: str, file: str) -> Journal:
    """What whole lines of a journal tell of `issue`.

    Raises:
        Refused: a line is not one of ours, or not where it could have been written.
    """
    lines = whole_lines(raw).split(b"\n")[:-1]
    if not lines:
        return Journal(issue)
    if _parsed(lines[0]) != {"format": _FORMAT, "version": _VERSION, "issue": issue}:
        raise _damaged(file, 1)
    runs: list[Run] = []
    deliveries: dict[str, dict[str, Delivery]] = {}
    begun = ""
    for number, line in enumerate(lines[1:], 2):
        told = _parsed(line)
        kind = next((name for name in _KEYS if name in told), "")
        fits = {key: type(value) for key, value in told.items()} == _KEYS.get(kind)
        if not fits or (kind != "run" and (not runs or runs[-1].ended)):
            raise _damaged(file, number)
        if kind == "run":
            messages = {str(lang): str(found) for lang, found in told["messages"].items()}
            before = next((run for run in reversed(runs) if run.list == told["run"]), None)
            # A run that was broken off goes on, whatever was sent to others meanwhile.
            reached = frozenset() if before is None or before.ended else before.reached
            runs.append(Run(told["run"], told["audience"], messages, reached))
            begun = ""
            continue
        run = runs[-1]
        if kind == "ended":
            runs[-1] = Run(run.list, run.audience, run.messages, run.reached, ended=True)
        elif kind == "begun":
            begun = told["begun"]
            _keep(deliveries.setdefault(begun, {}), Delivery(run.list, "unknown"))
            runs[-1] = Run(run.list, run.audience, run.messages, run.reached | {begun})
        else:
            key, outcome = told["answered"], _ANSWERS.get(told["outcome"])
            if outcome is None or (outcome == "sent" and key != begun):
                raise _damaged(file, number)
            _keep(deliveries.setdefault(key, {}), Delivery(run.list, outcome, told["code"], told["said"]))
            if outcome != "sent":
                runs[-1] = Run(run.list, run.audience, run.messages, run.reached - {key})
            begun = ""
    return Journal(issue, tuple(runs), deliveries)


def _keep(by_list: dict[str, Delivery], delivery: Delivery) -> None:
    """As the last one. What was taken once stays taken."""
    before = by_list.pop(delivery.list, None)
    by_list[delivery.list] = before if before is not None and before.outcome == "sent" else delivery


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _damaged(file: str, line: int) -> Refused:
    what = "this journal is damaged: nobody could tell who has been sent the issue"
    fix = "bring the file back from a copy; without one, ask those who keep the server whom it has sent mail to"
    return Refused([Problem(Place(file, line), "damaged-journal", what, fix)])
