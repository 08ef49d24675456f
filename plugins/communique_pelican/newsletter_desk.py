"""`invoke newsletter`: an issue in every edition, for each language and audience, into a folder for nobody else."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.editions.composing import audiences_of
from communique.editions.mail import Envelope
from communique.editions.recipients import MailAddress, parse_address
from communique.policy import PUBLIC
from communique.problems import Place, Problem, Refused, did_you_mean, nearest
from communique.site import Site
from communique_pelican.build import read_sources
from communique_pelican.console import BuildReport, Watch
from communique_pelican.issuing import FORMS, file_name, issuing
from communique_pelican.private_files import refuse_exposed, replace_private_folder
from communique_pelican.run import Plan
from communique_pelican.terminal import Terminal

#: Where editions lie until they are sent or printed: private, and ignored by git.
EDITIONS = Path(".communique") / "editions"
#: The kind whose papers are sent by mail. Any other can be printed or read as text.
_ISSUE = "newsletter"
#: So many issues are named where none of that name is there.
_NAMED = 6


@dataclass(frozen=True)
class _Wanted:
    document: Document
    audiences: tuple[str, ...]
    languages: tuple[str, ...]
    forms: tuple[str, ...]


def write_editions(
    site_dir: Path,
    project: Path,
    *,
    issue: str,
    audiences: Sequence[str],
    languages: Sequence[str],
    forms: Sequence[str],
    output: str,
    terminal: Terminal,
    jobs: int,
    environ: Mapping[str, str],
) -> int:
    """Write `issue`, or the latest one, in each form for each audience in each language; fewer, where some are named.

    Raises:
        Refused: something that is named is not there, the folder is no place for sealed text, or an edition would hold
            what its readers may not read. No file is written then.
    """
    folder = Path(output).absolute() if output else site_dir / EDITIONS
    refuse_exposed(folder / "edition.txt", site_dir, project)
    with Watch(terminal.console, BuildReport()) as watch:
        plan = read_sources(site_dir, project, watch, release=False, jobs=jobs, environ=environ)
        wanted = _wanted(plan.catalogue, issue, audiences, languages, forms)
        below = folder / wanted.document.id
        _refuse_others_files(below)
        envelope = _envelope(plan.catalogue.site)
        press = issuing(plan, watch, jobs)
        files: dict[str, bytes] = {}
        each = list(itertools.product(wanted.languages, wanted.audiences, wanted.forms))
        with watch.phase("editions", len(each)) as done:
            for lang, name, form in each:
                # What was asked for by name is refused where there is none of it.
                if forms or press.exists(form, wanted.document, name):
                    path = f"{lang}/{file_name(name, form)}"
                    files[path] = press.written(form, wanted.document, lang, name, envelope)
                done(1)
    # With everything at hand: what a person finds there is all of one text, or what was there before.
    is_new = not below.parent.exists()
    replace_private_folder(folder, wanted.document.id, files.items(), site_dir, project)
    if is_new:
        # It was made on the way, within what nobody else can enter.
        below.parent.chmod(0o700)
    _tell(plan, wanted, below, files, site_dir, terminal)
    return 0


def _refuse_others_files(below: Path) -> None:
    """What is no edition is nothing that we may delete with those of before."""
    known = {f".{suffix}" for suffix in FORMS.values()}
    files = (one for one in below.rglob("*") if not one.is_dir() and not one.name.startswith("."))
    strange = sorted(one for one in files if one.suffix not in known)
    if strange:
        what = "this file is no edition: where it lies, it would be deleted with the editions of before"
        raise Refused([Problem(Place(str(strange[0])), "would-overwrite", what, "move it away first")])


def _tell(
    plan: Plan, wanted: _Wanted, below: Path, files: Mapping[str, bytes], site_dir: Path, terminal: Terminal
) -> None:
    shown = below.relative_to(site_dir) if below.is_relative_to(site_dir) else below
    largest = {form: max((len(files[one]) for one in files if one.endswith(ends)), default=0) for form, ends in _ends()}
    terminal.say(
        f"{wanted.document.id}: editions: {len(files)} (languages: {', '.join(wanted.languages)};"
        f" audiences: {', '.join(wanted.audiences)})",
        *(f"*.{FORMS[form]}: the largest has {largest[form] / 1000:.1f} kB" for form in wanted.forms),
        f"written: {shown}",
    )
    if set(wanted.audiences) != {PUBLIC}:
        terminal.say("what is not public lies there unsealed: deliver it to those it is for, then delete it")
    missing = [lang for lang in wanted.languages if wanted.document.text_for(lang).lang != lang]
    for lang in missing:
        other = wanted.document.text_for(lang).lang
        terminal.say(f"{wanted.document.id} is not translated into {lang}: its editions there are in {other}")
    if plan.keys.demo:
        terminal.say("DEMO: these editions are of the sample, whose keys everybody has")


def _ends() -> Iterator[tuple[str, str]]:
    yield from ((form, f".{suffix}") for form, suffix in FORMS.items())


def _envelope(site: Site) -> Envelope:
    """Nobody in particular: who sends them says from whom they are, and to whom."""
    desk = parse_address(site.enquiries) or MailAddress("portal", site.id)
    return Envelope(desk, desk)


# -- what is asked for


def _wanted(
    catalogue: Catalogue,
    issue: str,
    audiences: Sequence[str],
    languages: Sequence[str],
    forms: Sequence[str],
) -> _Wanted:
    problems: list[Problem] = []
    document = find_issue(catalogue, issue)
    possible = audiences_of(catalogue, document)
    for name in audiences:
        if name not in catalogue.policy.audience_names:
            what = f'there is no audience called "{name}"'
            problems.append(Problem(Place("--audience"), "unknown-audience", what, did_you_mean(name, possible)))
        elif name not in possible:
            what = f"{document.id} has no edition of its own for {name}"
            problems.append(Problem(Place("--audience"), "no-edition", what, f"name one of: {', '.join(possible)}"))
    speaking = catalogue.site.languages
    for lang in languages:
        if lang not in speaking:
            what = f'the portal does not speak "{lang}"'
            problems.append(Problem(Place("--lang"), "unknown-language", what, did_you_mean(lang, speaking)))
    is_issue = document.front.kind == _ISSUE
    possible_forms = [form for form in FORMS if is_issue or form != "mail"]
    for form in forms:
        if form not in FORMS:
            what = f'there is no form called "{form}"'
            problems.append(Problem(Place("--form"), "unknown-form", what, did_you_mean(form, FORMS)))
        elif form not in possible_forms:
            what = f"{document.id} is no newsletter, and only those are sent by mail"
            problems.append(Problem(Place("--form"), "unknown-form", what, f"name: {', '.join(possible_forms)}"))
    if not catalogue.site.home and "mail" in (forms or possible_forms):
        what = "a message needs addresses that lead to the portal from anywhere, and the site has none"
        fix = "say in home: where the site is; or leave mail out: --form text --form pdf"
        problems.append(Problem(Place("content/data/site.yaml"), "no-home", what, fix))
    if problems:
        raise Refused(problems)
    return _Wanted(
        document,
        tuple(name for name in possible if not audiences or name in audiences),
        tuple(lang for lang in speaking if not languages or lang in languages),
        tuple(form for form in possible_forms if not forms or form in forms),
    )


def find_issue(catalogue: Catalogue, issue: str) -> Document:
    """The document called `issue`, with or without its collection; without a name the latest newsletter.

    Raises:
        Refused: there is none, or its text is withdrawn.
    """
    issues = sorted(
        (one for one in catalogue.documents.values() if one.front.kind == _ISSUE and not one.is_withdrawn),
        key=lambda one: (one.front.date, one.id),
    )
    if not issue:
        if issues:
            return issues[-1]
        what = "there is no newsletter yet"
        raise Refused([Problem(Place("ISSUE"), "no-issue", what, "write one: invoke new newsletter newsletters/NAME")])
    named = [one for one in issues if one.id.partition("/")[2] == issue]
    document = catalogue.documents.get(issue) or (named[0] if len(named) == 1 else None)
    if document is None:
        what = f'there is no document "{issue}"'
        raise Refused([Problem(Place("ISSUE"), "unknown-document", what, _nearest(issue, issues, catalogue))])
    if document.is_withdrawn:
        what = f"the text of {document.id} is withdrawn: there is nothing to write"
        raise Refused([Problem(Place("ISSUE"), "no-edition", what, "name another document")])
    return document


def _nearest(name: str, issues: Sequence[Document], catalogue: Catalogue) -> str:
    """The issues, those first whose names are most like `name`; or what it is nearly the whole name of."""
    if not issues or ("/" in name and nearest(name, catalogue.documents)):
        return did_you_mean(name, catalogue.documents)

    def likeness(one: Document) -> float:
        called = one.id if "/" in name else one.id.partition("/")[2]
        return difflib.SequenceMatcher(None, name.casefold(), called).ratio()

    # Where several are as near, the newest: they stand last.
    known = [one.id for one in sorted(issues, key=likeness)[::-1]]
    shown = ", ".join(known[:_NAMED])
    return f"name one of: {shown}" if len(known) <= _NAMED else f"name one of: {shown} …"
