"""What editors ask and record between builds: states of translations, members, confirmations."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from communique.audit import (
    Confirmation,
    Known,
    Pending,
    confirming,
    pending_confirmations,
    unused_confirmations,
    write_confirmations,
)
from communique.audit.confirmations import FILE as CONFIRMED
from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.listing import list_content, read_data
from communique.languages.status import read_statuses
from communique.problems import Place, Problem, Refused
from communique_pelican.auditing import what_is_known
from communique_pelican.build import build_moment, read_sources, seal_all
from communique_pelican.console import BuildReport, Watch, warn
from communique_pelican.keys import find_keys, find_register
from communique_pelican.translation_desk import counted, states_table
from communique_pelican.translation_warnings import read_warnings


def status(site_dir: Path, project: Path, *, console: Console, environ: Mapping[str, str]) -> int:
    """Each document in each language; for a stale translation, the paragraphs whose original has changed."""
    content = site_dir / "content"
    site, _, _ = read_data(content)
    catalogue = read_catalogue(content, moment=build_moment(site.as_of, environ))
    keystore = find_keys(site_dir, project, environ).keystore
    listing = list_content(content, catalogue.site)
    statuses = read_statuses(content, catalogue, listing, keystore.pin_hash)
    console.print(states_table(catalogue, statuses))
    console.print("\n" + counted(statuses), highlight=False, soft_wrap=True)
    warnings = read_warnings(content, catalogue, listing, keystore.pin_hash)
    if warnings:
        console.print()
    warn(console, warnings)
    for ident, until in sorted(catalogue.embargoed.items()):
        told = f"{ident}: embargoed until {until.strftime('%Y-%m-%d %H:%M')} UTC, in no build before"
        console.print(told, highlight=False, soft_wrap=True)
    for document in catalogue.documents.values():
        if document.is_withdrawn:
            console.print(f"{document.id}: withdrawn on {document.front.expires}", highlight=False, soft_wrap=True)
    _tell_stale_contacts(catalogue, build_moment(site.as_of, environ).date(), console)
    if not catalogue.site.home:
        console.print(
            "\nno home address is set in content/data/site.yaml: no absolute link and no feed is written",
            soft_wrap=True,
        )
    return 0


def _tell_stale_contacts(catalogue: Catalogue, today: datetime.date, console: Console) -> None:
    """Entries of the directory that somebody should make sure of, by their ids: an editor's list tells no more."""
    stale = catalogue.contacts.stale_on(today)
    if stale:
        days = catalogue.contacts.stale_after
        console.print(f"\ncontacts that nobody has confirmed for {days} days or more:", highlight=False)
    for one in stale:
        by = f"last confirmed on {one.confirmed} by {one.confirmed_by}" if one.confirmed else "never confirmed"
        console.print(f"{one.place}: {one.id}: {by}", highlight=False, soft_wrap=True)


def list_members(site_dir: Path, project: Path, *, console: Console, environ: Mapping[str, str]) -> int:
    """Logins and what each may read. Only the demo's passphrases are shown: they are public."""
    register = find_register(site_dir, project)
    # Nobody should type a passphrase to see a list; the demonstration's opens by itself.
    demo = find_keys(site_dir, project, environ) if register.demo else None
    passphrases = {one.login: one.passphrase for one in demo.credentials()} if demo else {}
    for login, member in sorted(register.members.items()):
        console.print(f"{login:<8} reads: {', '.join(sorted(member.tiers))}", soft_wrap=True, highlight=False)
        if login in passphrases:
            console.print(f"         DEMO passphrase: {passphrases[login]}", soft_wrap=True, highlight=False)
    return 0


def confirm(
    site_dir: Path,
    project: Path,
    *,
    by: str,
    reason: str,
    on: datetime.date,
    document: str,
    console: Console,
    environ: Mapping[str, str],
) -> int:
    """Record that the names and figures now waiting, of one document or of all, may stand in public text."""
    if not by.strip() or not reason.strip():
        what = "a confirmation needs a name and a reason"
        raise Refused([Problem(Place(CONFIRMED), "no-reason", what, "give both: --by NAME --reason WHY")])
    with Watch(console, BuildReport()) as watch:
        jobs = os.cpu_count() or 1
        plan = read_sources(site_dir, project, watch, release=False, jobs=jobs, environ=environ)
        sealed = seal_all(plan, watch, jobs)
    # Names are looked for in the sources; the finished tree matters to other checks only.
    known = what_is_known(plan, sealed, {}, {})
    kept = _still_needed(known)
    dropped = len(known.confirmed) - len(kept)
    asked: list[Pending] = []
    # A confirmed name can uncover another one that stood in its shadow; all of them are answered at once.
    while pending := _waiting(known, kept, document):
        asked += pending
        kept += confirming(pending, by=by.strip(), on=on.isoformat(), reason=reason.strip())
    if not asked and not dropped:
        console.print("nothing waits for a confirmation")
        return 0
    _write(site_dir / CONFIRMED, write_confirmations(kept))
    for one in asked:
        console.print(f"{one.sealed_at}: word {one.ordinal} of {one.part}, public at {one.public_at}", highlight=False)
    new = len(set(kept)) + dropped - len(known.confirmed)
    console.print(
        f"\n{CONFIRMED}: {new} recorded, {dropped} no longer needed and removed; commit it",
        soft_wrap=True,
        highlight=False,
    )
    return 0


def _still_needed(known: Known) -> list[Confirmation]:
    """The recorded confirmations without which more would wait."""
    kept = list(known.confirmed)
    for candidate in unused_confirmations(known):
        without = [one for one in kept if one != candidate]
        # A name that shows only once a longer one is confirmed looks unused by itself.
        if len(_waiting(known, without, "")) == len(_waiting(known, kept, "")):
            kept = without
    return kept


def _waiting(known: Known, confirmed: Sequence[Confirmation], document: str) -> list[Pending]:
    pending = pending_confirmations(dataclasses.replace(known, confirmed=tuple(confirmed)))
    answered = {(one.doc, one.term) for one in confirmed}
    return [one for one in pending if document in ("", one.doc) and (one.doc, one.term) not in answered]


def _write(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)
