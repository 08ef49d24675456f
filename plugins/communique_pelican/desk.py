"""What editors ask and record between builds: states of translations, members, pins, confirmations."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

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
from communique.documents.catalogue import Catalogue, list_content, read_catalogue, read_data
from communique.languages.parity import check_parity
from communique.languages.status import read_statuses, render_pins
from communique.languages.typography import join_list
from communique.problems import Place, Problem, Refused, did_you_mean
from communique_pelican.auditing import what_is_known
from communique_pelican.build import build_moment, read_sources, seal_all
from communique_pelican.console import BuildReport, Watch
from communique_pelican.keys import find_keys, find_register


def status(site_dir: Path, project: Path, *, console: Console, environ: Mapping[str, str]) -> int:
    """Each document in each language; for a stale translation, the paragraphs whose original has changed."""
    content = site_dir / "content"
    site, _, _ = read_data(content)
    catalogue = read_catalogue(content, moment=build_moment(site.as_of, environ))
    keystore = find_keys(site_dir, project, environ).keystore
    listing = list_content(content, catalogue.site)
    statuses = read_statuses(content, catalogue, listing, keystore.pin_hash)
    languages = catalogue.site.languages
    table = Table("document", *languages, box=None, pad_edge=False)
    counts: dict[str, int] = {}
    for document in catalogue.documents.values():
        states = [statuses[document.id, lang] for lang in languages]
        for one in states:
            counts[one.state] = counts.get(one.state, 0) + 1
        table.add_row(
            document.id,
            *(one.state + (f" (¶ {join_list([*map(str, one.stale)], 'en')})" if one.stale else "") for one in states),
        )
    console.print(table)
    console.print("\n" + ", ".join(f"{count} {state}" for state, count in sorted(counts.items())), highlight=False)
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


def pin(
    site_dir: Path,
    project: Path,
    *,
    document: str,
    language: str,
    console: Console,
    environ: Mapping[str, str],
) -> int:
    """Record that a translation renders its original as it is today.

    Raises:
        Refused: there is no such translation, or it does not correspond to its original.
    """
    content = site_dir / "content"
    catalogue = read_catalogue(content)
    found = catalogue.documents.get(document)
    if found is None:
        what = f'there is no document "{document}"'
        raise Refused(
            [Problem(Place(content.name), "unknown-document", what, did_you_mean(document, catalogue.documents))]
        )
    if language not in found.texts or language == found.original:
        what = f'{document} has no translation "{language}"'
        known = [lang for lang in found.texts if lang != found.original]
        raise Refused(
            [Problem(Place(f"{content.name}/{document}"), "no-translation", what, did_you_mean(language, known))]
        )
    # What stands below a tearline is pinned with the text above it, in one file.
    found = catalogue.documents[found.released_from or document]
    broken = [one for one in check_parity(catalogue) if one.place.file == found.texts[language].file]
    if broken:
        raise Refused(broken)
    keystore = find_keys(site_dir, project, environ).keystore
    path = content / found.id / f"{language}.pins"
    below = catalogue.released_by(found)
    released = below.texts[below.original].as_pinned if below and language in below.texts else None
    _write(path, render_pins(found.texts[found.original].as_pinned, keystore.pin_hash, released))
    console.print(f"{path.relative_to(site_dir)}: {language} is current", highlight=False)
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
