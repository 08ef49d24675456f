"""What makes a build a release: a number of its own, approvals for all that it opens, and a record of what it held.

The number is raised before the finished tree is shown, the record written after it. A crash in between costs a
number; it never lets two different releases bear the same one, nor takes for released what was not.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from communique.access.approving import Widening, mail_widenings, refusals, waiting, widenings
from communique.access.comparison import Change, compare
from communique.access.freezing import refuse_moved
from communique.access.mailing import MailChange, mail_changes
from communique.access.record import FILE, Record, key_of, read_record, record_of, render_record
from communique.access.remaining import as_then, refuse_gone, with_what_waits
from communique.access.since import News, news_of
from communique.access.units import Unit, units_of
from communique.documents.document import Document
from communique.documents.listing import read_text
from communique.problems import Place, Problem, Refused
from communique.sealing.register import Register
from communique.sealing.register_text import render_register
from communique.sealing.sealer import Sealer
from communique_pelican.feeds import documents_in_feeds
from communique_pelican.membership_desk import save_register
from communique_pelican.private_files import write_atomically
from communique_pelican.run import Plan

#: Data that change no byte of a release: they say who agreed to what, and what is gone.
_NOT_SHOWN = ("approved.yaml", "confirmed.yaml", "withdrawn.yaml")
_SITE, _AS_OF = "site.yaml", re.compile(r"^as_of:.*$", re.MULTILINE)


@dataclass(frozen=True)
class Compared:
    """Today's texts beside those of the last release."""

    record: Record | None
    units: tuple[Unit, ...] = field(repr=False)
    changes: tuple[Change, ...] = field(repr=False)
    mail: tuple[MailChange, ...]

    def waiting(self, plan: Plan) -> list[Widening]:
        """What is wider than in the last release, and approved by nobody.

        Raises:
            Refused: somebody approved it who may not.
        """
        keyed, since = plan.keys.keystore.record_hash(), self.record.release if self.record is not None else 0
        found = [*widenings(self.changes, keyed), *mail_widenings(self.mail, keyed)]
        return list(waiting(found, plan.catalogue, since))


@dataclass(frozen=True)
class Release:
    """A release about to be built. `plan` seals with the register as it will be; `before` is the one on disk."""

    plan: Plan
    before: Register
    record: Path
    text: str = field(repr=False)
    #: The same content has this number already: nothing is raised, and nothing is recorded anew.
    repeats: bool

    @property
    def number(self) -> int:
        return self.plan.keys.register.release


def record_path(plan: Plan) -> Path:
    own = plan.site_dir / "keys"
    return (own if (own / "register.yaml").exists() else plan.project / "keys" / "demo") / FILE


def read_last(plan: Plan) -> Record | None:
    """The record of the last release; None before the first.

    Raises:
        Refused: it is damaged, or missing although there was a release.
    """
    path, register = record_path(plan), plan.keys.register
    shown = register.place.file.rpartition("/")[0] + f"/{FILE}"
    if path.is_file():
        return read_record(read_text(path, shown), shown)
    if register.release > 1:
        what = f"the record of release {register.release} is missing: nobody can tell what this one would open"
        fix = "restore it from version control: it was written beside the register"
        raise Refused([Problem(Place(shown), "no-release-record", what, fix)])
    return None


def compared(plan: Plan) -> Compared:
    """
    Raises:
        Refused: the record is damaged or missing, or the list of what is withdrawn is not understood.
    """
    record = read_last(plan)
    units = tuple(units_of(plan.catalogue))
    policy, keyed = plan.catalogue.policy, plan.keys.keystore.record_hash()
    changes = compare(record, as_then(record, plan.catalogue, units, keyed), policy, keyed)
    return Compared(record, units, tuple(changes), tuple(mail_changes(record, units, policy)))


def refuse_lost_citations(plan: Plan) -> None:
    """Documents and numbers that were released stay; editors hear of it from the build in which one would go.

    Raises:
        Refused: a released document is gone, a released paragraph has another number, or a released number is gone; or
            the record is damaged.
    """
    record = read_last(plan) if record_path(plan).is_file() else None
    units, keyed = tuple(units_of(plan.catalogue)), plan.keys.keystore.record_hash()
    problems = refuse_gone(record, plan.catalogue, units, keyed)
    problems += refuse_moved(record, plan.catalogue, units, keyed)
    if problems:
        raise Refused(problems)


def with_news(plan: Plan) -> Plan:
    """The plan with what its readers are told of releases. What was not released yet is told as of the next one, so
    that a release shows what was looked at before it.

    Raises:
        Refused: the record is damaged.
    """
    record = read_last(plan) if record_path(plan).is_file() else None
    register = plan.keys.register
    if record is None:
        return dataclasses.replace(plan, news=News({register.release: plan.as_of}))
    number = register.release if plan.release else number_of_next(register, record)
    told = {ident for ident, document in plan.catalogue.documents.items() if _holds_sealed(document)}
    told |= documents_in_feeds(plan.catalogue)
    keyed = plan.keys.keystore.record_hash()
    news = news_of(
        (unit for unit in units_of(plan.catalogue) if unit.document in told),
        record.before,
        {**record.known_releases, number: plan.as_of},
        plan.catalogue.policy,
        keyed,
        is_comparable=record.key == key_of(keyed),
    )
    return dataclasses.replace(plan, news=news)


def _holds_sealed(document: Document) -> bool:
    return any(not part.audience.is_public for text in document.texts.values() for part in text.source.parts)


def number_of_next(register: Register, record: Record | None) -> int:
    """The first release bears the register's number; each later one a number that none bore before."""
    return register.release if record is None else max(register.release, record.release) + 1


def prepare(plan: Plan) -> Release:
    """What `plan` becomes as a release.

    Raises:
        Refused: it opens something without an approval, or is dated before the last release.
    """
    found, register, keyed = compared(plan), plan.keys.register, plan.keys.keystore.record_hash()
    record = found.record
    if record is not None and plan.as_of < record.date:
        what = f"this release would be of {plan.as_of}, and the last one was of {record.date}"
        fix = "set as_of in content/data/site.yaml to the day of the release"
        raise Refused([Problem(Place(f"{plan.content.name}/data/site.yaml"), "release-goes-back", what, fix)])
    open_ = found.waiting(plan)
    if open_:
        raise Refused(refusals(open_, plan.catalogue, plan.as_of))
    shown = shown_hash(plan)
    content = _content(plan, shown)
    # A record of before it was kept who may be mailed knows the same content, and not that this was approved.
    repeats = record is not None and (record.content, record.shown, record.release, found.mail) == (
        content,
        shown,
        register.release,
        (),
    )
    number = register.release if repeats else number_of_next(register, record)
    after = dataclasses.replace(register, release=number, date=register.date if repeats else plan.as_of)
    keys = dataclasses.replace(plan.keys, register=after)
    text = ""
    if not repeats:
        documents = plan.catalogue.documents.items()
        numbers = {ident: document.numbers for ident, document in documents}
        symbols = {
            ident: document.front.symbol
            for ident, document in documents
            if document.front.symbol and not document.is_sealed
        }
        new = record_of(
            found.units,
            plan.catalogue.policy,
            keyed,
            release=number,
            date=plan.as_of,
            content=content,
            numbers=numbers,
            last=record,
            shown=shown,
            symbols=symbols,
        )
        if record is not None:
            new = with_what_waits(new, record, plan.catalogue, found.units, keyed)
        text = render_record(new)
    sealed = dataclasses.replace(plan, keys=keys, sealer=Sealer(keys.keystore, after))
    return Release(sealed, register, record_path(plan), text, repeats)


@contextmanager
def recorded(release: Release | None) -> Iterator[None]:
    """Around the moment in which the finished tree is shown: the number is raised before, the record written after.

    Raises:
        Refused: the register was changed by somebody else meanwhile.
    """
    if release is None or release.repeats:
        yield
        return
    site_dir, after = release.plan.site_dir, release.plan.keys.register
    save_register(site_dir, release.before, after)
    try:
        yield
    except BaseException:
        # The old tree is still shown, under the old number.
        save_register(site_dir, after, release.before)
        raise
    write_atomically(release.record, release.text)


def _content(plan: Plan, shown: str) -> str:
    """A keyed hash over all that a release is made of, but its number: the same content is the same release."""
    register, as_of = plan.keys.register, plan.catalogue.site.as_of
    members = render_register(dataclasses.replace(register, release=0, date=register.date.min), "")
    return plan.keys.keystore.pin_hash("release", plan.moment.isoformat(), as_of.isoformat(), members, shown)


def shown_hash(plan: Plan) -> str:
    """A keyed hash over all that the site shows, whoever its readers are. The day alone changes nothing of it; a text
    that came back, left or found other readers on that day does.
    """
    catalogue = plan.catalogue
    parts: list[str | bytes] = []
    for name, text in sorted(catalogue.data_texts.items()):
        if name not in _NOT_SHOWN:
            parts += [name, _AS_OF.sub("", text) if name == _SITE else text]
    for ident, document in sorted(catalogue.documents.items()):
        parts += [ident, str(document.front.audience), "withdrawn" if document.is_withdrawn else ""]
        # What stands below a tearline has no folder of its own: its words are in that of the document above it.
        for path in () if document.released_from else sorted((plan.content / ident).iterdir()):
            parts += [path.name, path.read_bytes()]
    return plan.keys.keystore.pin_hash("shown", *parts)
