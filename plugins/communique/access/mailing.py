"""Whose texts may travel by mail, which is not sealed: what the policy allows today beside what a release has shown.

A text that may be mailed leaves the portal for machines of which nobody knows who reads there. So it widens whom a
text reaches as much as another audience would, and wants an approval; that less may be mailed wants none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from communique.access.record import Record, mailed_names
from communique.access.units import Unit
from communique.policy import GROUP_PREFIX, Policy

#: The files of the policy, as other files call a document: no collection may be called `data`.
TIERS, GROUPS = "data/tiers", "data/groups"


@dataclass(frozen=True)
class MailChange:
    """The texts of one tier, area or group may be mailed (`is_allowed`), and could not before; or no longer."""

    name: str
    is_allowed: bool

    @property
    def document(self) -> str:
        return GROUPS if self.name.startswith(GROUP_PREFIX) else TIERS

    @property
    def file(self) -> str:
        return f"content/{self.document}.yaml"


def mail_changes(record: Record | None, units: Iterable[Unit], policy: Policy) -> list[MailChange]:
    """Every change since the record, in the order of the policy. Without a record all is new, and nothing changes.

    Of an area only that is told which some text is for: its readers are mailed nothing else that is sealed.
    """
    return list(_changes(record, mailed_names(policy, units), policy)) if record is not None else []


def _changes(record: Record, now: tuple[str, ...], policy: Policy) -> Iterator[MailChange]:
    for name in (*policy.audience_names, *(one for one in record.mailed if one not in policy.audience_names)):
        if (name in now) != (name in record.mailed):
            yield MailChange(name, name in now)
