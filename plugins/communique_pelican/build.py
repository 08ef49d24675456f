"""The build: catalogue → one Pelican run per language → finish → audit → swap. Any doubt on the way stops it."""

from __future__ import annotations

import datetime
import os
import re
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from gettext import NullTranslations
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from communique.access.since import News
from communique.audit import Standing
from communique.audit.tearlines import quoted_below_tearlines
from communique.delivery.manifest import manifest_of
from communique.delivery.swap import building, publish
from communique.documents.actions import refuse_actions
from communique.documents.addressed import to_ended_groups
from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.data_entries import data_entries
from communique.documents.drawn import refuse_drawn, with_drawn
from communique.documents.issues import refuse_issues
from communique.documents.lessons import refuse_lessons
from communique.documents.listing import list_content, read_data
from communique.documents.plan_checks import check_plans
from communique.documents.references import check_references
from communique.documents.terms import moment_of
from communique.documents.text_files import read_texts
from communique.documents.versions import check_versions
from communique.languages.messages import check_messages, load_messages
from communique.problems import Place, Problem, Refused
from communique.sealing.errors import SealingError
from communique.sealing.lists import SealedList, seal_lists
from communique.sealing.register import Register
from communique.sealing.sealer import Sealer
from communique.sealing.sections import SealedSource
from communique_pelican.attachments import objects_of_sealed_files, write_public_files
from communique_pelican.auditing import check_finished
from communique_pelican.console import BuildReport, Watch, complain, summarise, tell
from communique_pelican.discovery import write_discovery
from communique_pelican.edition_files import editions_for_readers, wanted_editions, with_editions
from communique_pelican.finishing import settle_times, write_assets, write_fixed_files, write_shared_data
from communique_pelican.generated import all_plain_lists
from communique_pelican.keys import find_register
from communique_pelican.message_extraction import extract_messages
from communique_pelican.phrases import opaque_names, phrases_of
from communique_pelican.releasing import prepare, recorded, refuse_lost_citations, with_news
from communique_pelican.root_pages import write_root_pages
from communique_pelican.run import SOURCE_LANGUAGE, Assets, Plan, Run
from communique_pelican.search import NOTHING, Search, build_search, write_search
from communique_pelican.translation_warnings import translation_warnings
from communique_pelican.translations import Translations
from communique_pelican.workers import ADAPTERS, WorkerFailed, assemble_all, sealing, spread


def run_build(
    site_dir: Path,
    project: Path,
    *,
    release: bool = False,
    jobs: int | None = None,
    console: Console | None = None,
    environ: Mapping[str, str] | None = None,
) -> BuildReport:
    """Build the site whose `content/` lies in `site_dir` with `project`'s theme, plugins and settings.

    Raises:
        Refused: everything that stands against it. The output shown before stays as it was.
    """
    workers = jobs or os.cpu_count() or 1
    report = BuildReport()
    with Watch(console, report) as watch:
        plan = read_sources(site_dir, project, watch, release=release, jobs=workers, environ=environ or {})
        refuse_lost_citations(plan)
        releasing = prepare(plan) if release else None
        plan = with_news(releasing.plan if releasing else plan)
        report.keys, report.documents = plan.keys, len(plan.catalogue.documents)
        with watch.phase("compare", report.documents) as done:
            pin = plan.keys.keystore.pin_hash
            report.warnings = tuple(translation_warnings(plan.catalogue, plan.pins, pin, workers, done))
        if releasing:
            report.number, report.repeated = releasing.number, releasing.repeats
        with building(site_dir) as tree:
            sealed = seal_all(plan, watch, workers)
            wanted = wanted_editions(plan)
            with watch.phase("editions", len(wanted)) as done:
                plan = with_editions(plan, wanted, workers, done)
            lists = seal_lists(plan.sealer, [*all_plain_lists(plan), *editions_for_readers(plan)])
            assets = write_assets(project / "theme" / "static", tree)
            report.client = assets.client
            with watch.phase("index") as done:
                search = build_search(plan, sealed, workers)
            runs = [_run(plan, tree, lang, sealed, lists, assets, search) for lang in plan.catalogue.site.languages]
            objects = assemble(plan, runs, watch, workers)
            with watch.phase("finish", 3) as done:
                write_root_pages(runs, tree)
                done(1)
                files = write_public_files(plan, tree)
                shared = write_shared_data(plan, tree, workers, objects_of_sealed_files(plan))
                files |= write_search(search, tree)
                done(1)
                write_fixed_files(tree, project)
                write_discovery(plan, tree)
                settle_times(tree, plan.as_of)
            written = {**assets.paths, **files, **shared}
            check_finished(plan, tree, sealed, objects, written, watch, workers, lists, search)
            with watch.phase("swap"):
                manifest = manifest_of(tree)
                with recorded(releasing):
                    swapped = publish(site_dir, tree, manifest, durable=release)
            report.pages, report.objects = (
                sum(f.path.endswith(".html") for f in manifest.files),
                sum(map(len, objects.values())),
            )
            report.release, report.unchanged, report.output = (
                manifest.id,
                swapped.unchanged,
                site_dir / "output",
            )
    return report


def read_sources(
    site_dir: Path, project: Path, watch: Watch, *, release: bool, jobs: int, environ: Mapping[str, str]
) -> Plan:
    """Everything the build depends on, read and checked; all problems of all files at once."""
    content = site_dir / "content"
    if not content.is_dir():
        what = "there is no folder content here"
        raise Refused(
            [
                Problem(
                    Place("content"),
                    "no-content",
                    what,
                    "start the build in the site's folder, or give --site",
                )
            ]
        )
    register = find_register(site_dir, project)
    site, policy, _ = read_data(content)
    moment = build_moment(site.as_of, environ)
    as_of = moment.date()
    listing = list_content(content, site, [])
    translations = Translations(site_dir, project, environ, policy)
    with watch.phase("catalogue", len(listing.texts)) as done:
        catalogue = read_catalogue(
            content,
            lambda files: spread(lambda batch: read_texts(content, batch, site, policy), files, jobs, done),
            moment,
            translations.merging,
        )
    problems = translations.parity(catalogue)
    problems += check_versions(catalogue)
    problems += check_references(catalogue)
    problems += check_plans(catalogue.documents.values())
    with watch.phase("messages", len(site.languages)) as done:
        theme = project / "theme"
        template = extract_messages(theme, project / "plugins")
        messages: dict[str, NullTranslations] = {}
        for lang in site.languages:
            folder = project / "translations"
            if lang != SOURCE_LANGUAGE:
                problems += check_messages(folder, lang, template)
            done(1)
        if not problems:
            messages = {lang: load_messages(project / "translations", lang, SOURCE_LANGUAGE) for lang in site.languages}
    if register.site != site.id:
        what = f"the register is of {register.site}, the content of {site.id}"
        problems.append(Problem(register.place, "other-site", what, "bring the content and the keys of one site"))
    problems += _keyless(catalogue, register)
    problems += to_ended_groups(catalogue, as_of)
    problems += refuse_actions(catalogue)
    problems += refuse_lessons(catalogue)
    problems += refuse_drawn(catalogue)
    problems += refuse_issues(catalogue)
    problems += quoted_below_tearlines(catalogue)
    if release:
        problems += not_releasable(catalogue, register, as_of)
    if problems:
        raise Refused(problems)
    with watch.phase("keys"):
        # Last, or with the first pins, since it takes a passphrase: nobody should type one to hear of a misspelt word.
        keys = translations.keys
    catalogue = catalogue.named(keys.keystore.document_id)
    statuses, pins = translations.statuses(catalogue), translations.pins(catalogue)
    sealer = Sealer(keys.keystore, keys.register)
    # Behind everything that looks at translations: they have nothing of what is drawn.
    hidden = {name: sealer.tids((name,))[0] for name, entry in keys.register.tiers.items() if entry.opaque}
    catalogue = with_drawn(catalogue, hidden)
    return Plan(project, site_dir, content, release, as_of, catalogue, statuses, keys, sealer, messages, moment, pins)


def not_releasable(catalogue: Catalogue, register: Register, as_of: datetime.date) -> list[Problem]:
    """What may be built and looked at, but not released: demo keys, drafts, documents of a later date."""
    problems: list[Problem] = []
    if register.demo:
        what = "a release cannot be sealed with the demo keys: everybody knows them"
        problems.append(Problem(register.place, "demo-keys", what, "make keys of your own: see docs/publishing.md"))
    for document in catalogue.documents.values():
        front = document.front
        if front.draft:
            what = f"{document.id} is a draft"
            problems.append(
                Problem(front.draft_place, "draft-in-release", what, "delete “draft: true” when it is ready")
            )
        if front.date > as_of:
            what = f"{document.id} bears a later date ({front.date}) than the release ({as_of})"
            problems.append(
                Problem(front.date_place, "future-in-release", what, "release it on that day, or correct the date")
            )
    return problems


def _keyless(catalogue: Catalogue, register: Register) -> Iterator[Problem]:
    seen: set[str] = set()
    for document in catalogue.documents.values():
        for part in document.texts[document.original].source.parts:
            for name in part.audience.names:
                if name not in register.tiers and name != "public" and name not in seen:
                    seen.add(name)
                    what = f'the register has no key for the audience "{name}"'
                    yield Problem(part.place, "audience-without-key", what, "add it to the tiers of the register")
    for entry in data_entries(catalogue):
        for name in entry.audience.names:
            if name not in register.tiers and name != "public" and name not in seen:
                seen.add(name)
                what = f'the register has no key for the audience "{name}"'
                yield Problem(entry.place, "audience-without-key", what, "add it to the tiers of the register")


def seal_all(plan: Plan, watch: Watch, jobs: int) -> dict[tuple[str, str], SealedSource]:
    """Every language file, rendered and sealed, by (document id, language)."""
    documents = plan.catalogue.documents
    keys = [(document.id, lang) for document in documents.values() for lang in document.texts]

    phrases = phrases_of(plan)
    problems: list[Problem] = []
    sealed: dict[tuple[str, str], SealedSource] = {}
    with watch.phase("seal", len(keys)) as done:
        for result in spread(sealing(plan.catalogue, plan.sealer, phrases), keys, jobs, done):
            if isinstance(result, Refused):
                problems.extend(result.problems)
            else:
                sealed[result[0]] = result[1]
    if problems:
        raise Refused(problems)
    return sealed


def _run(
    plan: Plan,
    tree: Path,
    lang: str,
    sealed: Mapping[tuple[str, str], SealedSource],
    lists: tuple[SealedList, ...],
    assets: Assets,
    search: Search = NOTHING,
) -> Run:
    return Run(
        plan.project,
        plan.content,
        tree,
        lang,
        plan.release,
        plan.keys.demo,
        plan.as_of,
        plan.catalogue,
        plan.statuses,
        sealed,
        assets,
        plan.messages,
        lists,
        opaque_names(plan),
        search.named,
        _approvers(plan),
        editions=plan.editions,
        news=plan.news or News({}),
    )


def _approvers(plan: Plan) -> dict[str, list[str]]:
    """The names of those who may approve for each audience, on the day of the build."""
    approvals = plan.catalogue.approvals
    return {
        name: [editor.name for editor in approvals.who_may([name], plan.as_of)]
        for name in plan.catalogue.policy.audience_names
    }


def assemble(plan: Plan, runs: list[Run], watch: Watch, jobs: int) -> dict[str, tuple[Standing, ...]]:
    """Pelican's runs. Gives the sealed objects on each page, as the adapters put them there."""
    name = "publishconf.py" if plan.release else "pelicanconf.py"
    settings = plan.site_dir / name if (plan.site_dir / name).is_file() else plan.project / name
    with watch.phase("pages", len(runs)) as done:
        results = assemble_all(runs, settings, jobs, done)
    found: dict[Problem, list[str]] = {}
    for result in results:
        problems = list(result.problems)
        for adapter in ADAPTERS:
            went_through = result.handshakes.get(adapter)
            if not result.problems and went_through != len(plan.catalogue.documents):
                seen = went_through or 0
                what = f"the adapter {adapter} went through {seen} of {len(plan.catalogue.documents)} documents"
                problems.append(Problem(Place(name), "no-handshake", what, "see what keeps it from its work"))
        for problem in problems:
            found.setdefault(problem, []).append(result.lang)
    if found:
        _log(plan.site_dir, "".join(result.trace for result in results))
        # What is wrong in every language's run is told once.
        raise Refused(
            replace(problem, what=f"{problem.what} (in the run for {', '.join(langs)})")
            for problem, langs in found.items()
        )
    return {path: standing for result in results for path, standing in result.objects.items()}


def build_moment(as_of: datetime.date, environ: Mapping[str, str]) -> datetime.datetime:
    """SOURCE_DATE_EPOCH (reproducible-builds.org), else the first second of the site's own date; never the clock."""
    epoch = environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return moment_of(as_of)
    if not re.fullmatch(r"\d{1,11}", epoch):
        place = Place("SOURCE_DATE_EPOCH")
        raise Refused(
            [Problem(place, "bad-date", "it is not a number of seconds", "unset it, or give seconds since 1970")]
        )
    return datetime.datetime.fromtimestamp(int(epoch), tz=datetime.UTC)


def _log(site_dir: Path, trace: str) -> None:
    folder = site_dir / ".communique"
    folder.mkdir(exist_ok=True)
    (folder / "build.log").write_text(trace, encoding="utf-8")


def build(
    site_dir: Path,
    project: Path,
    *,
    release: bool = False,
    jobs: int | None = None,
    console: Console | None = None,
    environ: Mapping[str, str] | None = None,
) -> int:
    """Build and say what came of it. The exit status: 0 done, 1 refused, 2 something unexpected."""
    shown = console or Console()
    try:
        report = run_build(site_dir, project, release=release, jobs=jobs, console=shown, environ=environ)
    except Refused as refused:
        complain(shown, refused, site_dir)
        return 1
    except SealingError as error:
        # Files are named as everywhere else: from the site's folder.
        shown.print(escape(str(error).replace(f"{site_dir}{os.sep}", "")), soft_wrap=True, highlight=False)
        summarise(shown, 1, site_dir)
        return 1
    except OSError as error:
        _log(site_dir, traceback.format_exc())
        complain(shown, Refused([_refused_by_the_system(error, site_dir)]), site_dir)
        return 1
    except KeyboardInterrupt:
        shown.print("\nstopped; the last good output is still in place")
        return 130
    except Exception as error:  # noqa: BLE001  an editor gets a sentence, the log gets the traceback
        trace = error.trace if isinstance(error, WorkerFailed) else traceback.format_exc()
        _log(site_dir, trace)
        shown.print(
            f"the build failed unexpectedly: {type(error).__name__}. See .communique/build.log",
            highlight=False,
        )
        return 2
    tell(shown, report)
    return 0


def _refused_by_the_system(error: OSError, site_dir: Path) -> Problem:
    name = str(error.filename or site_dir)
    place = Place(name.removeprefix(f"{site_dir}{os.sep}"))
    what = f"the system refused: {error.strerror or type(error).__name__}"
    return Problem(place, "system-refused", what, "make room, or allow reading and writing there, then build again")
