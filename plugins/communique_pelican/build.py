"""The build: catalogue → one Pelican run per language → finish → audit → swap. Any doubt on the way stops it."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
import time
import traceback
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from gettext import NullTranslations
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from communique.audit import Known, PublicText, SealedText, Tree, audit, read_confirmations
from communique.delivery.manifest import manifest_of
from communique.delivery.swap import building, publish
from communique.documents.catalogue import Catalogue, list_content, read_catalogue, read_data, read_texts
from communique.documents.rendering import Phrases
from communique.documents.source import PUBLIC_PART, without_tokens
from communique.languages.messages import check_messages, load_messages
from communique.languages.parity import check_parity
from communique.languages.status import Statuses, read_statuses
from communique.policy import Policy
from communique.problems import Place, Problem, Refused
from communique.sealing.envelope import open_sealed
from communique.sealing.errors import SealingError
from communique.sealing.keyring import build_keyring, keyring_cache_name
from communique.sealing.passphrases import listed_words
from communique.sealing.primitives import Json, cj
from communique.sealing.register import Register
from communique.sealing.sealer import Sealer
from communique.sealing.sections import SealedSource
from communique.strict_yaml import load_yaml
from communique_pelican.keys import Keys, find_keys, find_register
from communique_pelican.message_extraction import extract_messages
from communique_pelican.root_pages import write_root_pages
from communique_pelican.run import Assets, Run
from communique_pelican.workers import ADAPTERS, WorkerFailed, assemble_all, sealing, spread

#: The interface's sentences are written in English; other languages have catalogues.
SOURCE_LANGUAGE = "en"
#: The client, in the order in which its files build on each other.
SCRIPTS = (
    "sealed-object.js",
    "behaviours.js",
    "messages.js",
    "addresses.js",
    "anchors.js",
    "safe-html.js",
    "shared-data.js",
    "membership.js",
    "sealed-section.js",
    "typing-hints.js",
    "sign-in.js",
    "lock.js",
    "languages.js",
    "visit.js",
    "start.js",
)


@dataclass
class BuildReport:
    """What a build did. `phases` are wall-clock seconds by name, in order."""

    phases: dict[str, float] = field(default_factory=dict)
    documents: int = 0
    pages: int = 0
    objects: int = 0
    release: str = ""
    unchanged: bool = False
    output: Path = Path()
    keys: Keys | None = field(default=None, repr=False)


class Watch:
    """Where a build shows how far it is, and learns how long each phase took."""

    def __init__(self, console: Console | None, report: BuildReport) -> None:
        self._report = report
        self._progress = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console or Console(quiet=True),
            # Its own thread would be copied half-way into forked workers.
            auto_refresh=False,
        )

    @contextmanager
    def phase(self, name: str, total: int = 1) -> Iterator[Callable[[int], None]]:
        task = self._progress.add_task(name, total=total)
        begun = time.perf_counter()

        def done(count: int) -> None:
            self._progress.advance(task, count)
            self._progress.refresh()

        self._progress.refresh()
        yield done
        self._progress.update(task, completed=total)
        self._progress.refresh()
        self._report.phases[name] = time.perf_counter() - begun

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


@dataclass(frozen=True)
class Plan:
    """Sources, read and checked, and the keys to seal them with."""

    project: Path
    site_dir: Path
    content: Path
    release: bool
    as_of: datetime.date
    catalogue: Catalogue
    statuses: Statuses
    keys: Keys
    sealer: Sealer
    messages: Mapping[str, NullTranslations]


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
        report.keys, report.documents = plan.keys, len(plan.catalogue.documents)
        with building(site_dir) as tree:
            sealed = seal_all(plan, watch, workers)
            assets = write_assets(project / "theme" / "static", tree)
            runs = [_run(plan, tree, lang, sealed, assets) for lang in plan.catalogue.site.languages]
            objects = assemble(plan, runs, watch, workers)
            with watch.phase("finish", 3) as done:
                write_root_pages(runs, tree)
                done(1)
                shared = write_shared_data(plan, tree, workers)
                done(1)
                (tree / ".nojekyll").write_bytes(b"")
                _settle_times(tree, plan.as_of)
            check_finished(plan, tree, sealed, objects, {**assets.paths, **shared}, watch)
            with watch.phase("swap"):
                manifest = manifest_of(tree)
                swapped = publish(site_dir, tree, manifest, durable=release)
            report.pages, report.objects = (
                sum(f.path.endswith(".html") for f in manifest.files),
                sum(objects.values()),
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
    as_of = _build_date(site.as_of, environ)
    listing = list_content(content, site, [])
    with watch.phase("catalogue", len(listing.texts)) as done:
        catalogue = read_catalogue(
            content,
            lambda files: spread(lambda batch: read_texts(content, batch, site, policy), files, jobs, done),
        )
    problems = check_parity(catalogue)
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
    if release:
        problems += not_releasable(catalogue, register, as_of)
    if problems:
        raise Refused(problems)
    with watch.phase("keys"):
        # Last, since it takes a passphrase: nobody should type one to hear of a misspelt word.
        keys = find_keys(site_dir, project, environ)
    statuses = read_statuses(content, catalogue, listing, keys.keystore.pin_hash)
    sealer = Sealer(keys.keystore, keys.register)
    return Plan(project, site_dir, content, release, as_of, catalogue, statuses, keys, sealer, messages)


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


def seal_all(plan: Plan, watch: Watch, jobs: int) -> dict[tuple[str, str], SealedSource]:
    """Every language file, rendered and sealed, by (document id, language)."""
    documents = plan.catalogue.documents
    keys = [(document.id, lang) for document in documents.values() for lang in document.texts]

    # Translators: the first is read aloud for a footnote's arrow, the second for a table that scrolls.
    phrases = {
        lang: Phrases(_("Back to the text"), _("Table"))
        for lang, _ in ((lang, messages.gettext) for lang, messages in plan.messages.items())
    }
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


def write_assets(static: Path, tree: Path) -> Assets:
    """The theme's files under names that carry their hash, so that a copy is never older than its page."""
    paths: dict[str, str] = {}
    for path in sorted(static.rglob("*")):
        name = path.relative_to(static).as_posix()
        if path.is_dir():
            continue
        if path.is_symlink() or not re.fullmatch(r"(?:[a-z0-9-]+/)?[a-z0-9-]+\.(?:css|js|svg|png)", name):
            place = Place(f"theme/static/{name}")
            raise Refused(
                [
                    Problem(
                        place,
                        "unexpected-file",
                        "this has no place in the theme",
                        "delete it, or name it a-z, 0-9, -",
                    )
                ]
            )
        data = path.read_bytes()
        stem, _, suffix = name.rpartition(".")
        target = f"theme/{stem}.{hashlib.sha256(data).hexdigest()[:16]}.{suffix}"
        (tree / target).parent.mkdir(parents=True, exist_ok=True)
        (tree / target).write_bytes(data)
        paths[name] = target
    found = {name.removeprefix("js/") for name in paths if name.startswith("js/")}
    if found != set(SCRIPTS):
        what = f"the client's files are not those it should have: {', '.join(sorted(found ^ set(SCRIPTS)))}"
        raise Refused(
            [
                Problem(
                    Place("theme/static/js"),
                    "client-files",
                    what,
                    "list new files in SCRIPTS, restore missing ones",
                )
            ]
        )
    return Assets(paths, tuple(paths[f"js/{name}"] for name in SCRIPTS))


def _run(plan: Plan, tree: Path, lang: str, sealed: Mapping[tuple[str, str], SealedSource], assets: Assets) -> Run:
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
    )


def assemble(plan: Plan, runs: list[Run], watch: Watch, jobs: int) -> dict[str, int]:
    """Pelican's runs. Gives the number of sealed objects on each page, as the adapters counted them."""
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
    return {path: count for result in results for path, count in result.objects.items()}


def write_shared_data(plan: Plan, tree: Path, jobs: int) -> dict[str, str]:
    """Write `release.js`, the one fixed name a page knows, and what it leads to: the files given back, by id."""
    texts = {"keyring": _keyring(plan, jobs), "words": word_lists()}
    shared: dict[str, str] = {}
    (tree / "sealed").mkdir()
    for name, text in texts.items():
        line = data_script(name, text)
        shared[name] = f"sealed/{name}.{hashlib.sha256(line.encode()).hexdigest()[:16]}.js"
        (tree / shared[name]).write_text(line, encoding="ascii", newline="\n")
    release: dict[str, Json] = {
        "v": 1,
        "site": plan.catalogue.site.id,
        "release": plan.keys.register.release,
        "date": plan.as_of.isoformat(),
        "demo": plan.keys.demo,
        "data": dict(shared),
    }
    (tree / "release.js").write_text(data_script("release", cj(release)), encoding="ascii", newline="\n")
    return shared


def word_lists() -> str:
    """What the sign-in form compares typed words with. All lists in one: who loads it shows no language of theirs."""
    return cj({"v": 1, "words": " ".join(listed_words())})


def data_script(name: str, text: str) -> str:
    """A text as a script, since `file://` allows no other way to load data."""
    literal = cj(text).replace("<", "\\u003c")
    return f'CQ1_DATA("{name}",{literal})\n'


def _keyring(plan: Plan, jobs: int) -> str:
    """The keyring; a finished one is used again while nothing it depends on has changed, since each slot is slow."""
    policy: Policy = plan.catalogue.policy
    labels = {name: _labels(policy, name, plan.catalogue.site.languages) for name in policy.audience_names}
    register, keystore = plan.keys.register, plan.keys.keystore
    cache = plan.site_dir / ".communique" / "cache"
    cached = cache / keyring_cache_name(keystore, register, labels, policy.closure)
    if cached.is_file():
        return cached.read_text(encoding="ascii")
    with ProcessPoolExecutor(jobs) as pool:
        text = build_keyring(keystore, register, labels, policy.closure, pool)
    cache.mkdir(parents=True, exist_ok=True)
    draft = cached.with_suffix(".new")
    draft.write_text(text, encoding="ascii")
    draft.replace(cached)
    return text


def _labels(policy: Policy, name: str, languages: Iterable[str]) -> dict[str, str]:
    return {lang: policy.label(name, lang) for lang in languages}


def check_finished(
    plan: Plan,
    tree: Path,
    sealed: Mapping[tuple[str, str], SealedSource],
    objects: Mapping[str, int],
    files: Mapping[str, str],
    watch: Watch,
) -> None:
    """The audit of the finished tree.

    Raises:
        Refused: any finding.
    """
    known = what_is_known(plan, sealed, objects, files)
    with watch.phase("audit", 7) as done:
        problems = audit(Tree.read(tree), known, lambda _: done(1))
    if problems:
        raise Refused(problems)


def what_is_known(
    plan: Plan,
    sealed: Mapping[tuple[str, str], SealedSource],
    objects: Mapping[str, int],
    files: Mapping[str, str],
) -> Known:
    """What the build knows and the finished tree must agree with. `files`: those that are no pages, by name."""
    catalogue, site = plan.catalogue, plan.catalogue.site
    hidden: list[SealedText] = []
    public: list[PublicText] = []
    for document in catalogue.documents.values():
        for text in document.texts.values():
            of = sealed[document.id, text.lang]
            for part in text.source.parts:
                if part.name == PUBLIC_PART:
                    body, html = without_tokens(part.text), without_tokens(of.public)
                    public.append(PublicText(body, "body", part.place, document.id, text.lang, html))
                    continue
                words, html = without_tokens(part.text), of.plain[part.name]
                hidden.append(
                    SealedText(document.id, text.lang, part.name, part.audience.names, part.place, words, html)
                )
            # Not the summary: a sealed sentence copied into it is the likeliest accident, and excuses nothing.
            front = " ".join([text.source.title, document.front.symbol, str(document.front.date)])
            public.append(PublicText(front, "front", text.front.place, document.id, text.lang))
    public += [
        PublicText(content, "data", Place(f"{plan.content.name}/data/{name}"))
        for name, content in catalogue.data_texts.items()
        if name != "confirmed.yaml"
    ]
    interface = [*(plan.project / "translations").rglob("*.po"), *(plan.project / "theme").rglob("*.*")]
    public += [
        PublicText(path.read_text("utf-8"), "interface", Place(path.name))
        for path in sorted(interface)
        if path.suffix in (".po", ".html", ".css", ".js", ".svg")
    ]
    confirmed = catalogue.data_texts.get("confirmed.yaml")
    release_files = {"release.js", ".nojekyll", "index.html", "404.html", *files.values()}
    pages = {f"{lang}/index.html" for lang in site.languages}
    pages |= {f"{lang}/{name}/index.html" for lang in site.languages for name in site.collections}
    pages |= {document.path(lang) for document in catalogue.documents.values() for lang in site.languages}
    return Known(
        sealed=tuple(hidden),
        public=tuple(public),
        expected=frozenset(pages | release_files),
        objects=objects,
        confirmed=read_confirmations(load_yaml(confirmed, "content/data/confirmed.yaml")) if confirmed else (),
        audiences=frozenset(catalogue.policy.audience_names),
        site=site.id,
        fixed={files["words"]: data_script("words", word_lists()).encode("ascii")} if "words" in files else {},
        opens=opening(plan, sealed),
    )


def opening(plan: Plan, sealed: Mapping[tuple[str, str], SealedSource]) -> Callable[[str, str, str], bool]:
    """Whether the object of a part on a page is genuine, opens for its audience, and holds that part's text."""
    documents = {
        document.path(lang): document
        for document in plan.catalogue.documents.values()
        for lang in plan.catalogue.site.languages
    }

    def opens(path: str, part: str, text: str) -> bool:
        document = documents[path]
        lang = document.text_for(path.split("/")[0]).lang
        names = document.texts[lang].source.part(part).audience.names
        expected = plan.sealer.context("section", document.id, lang, part, names)
        try:
            opened = open_sealed(text, plan.sealer.keys(names), plan.sealer.signers, expected)
        except SealingError:
            return False
        return opened.body == sealed[document.id, lang].plain[part].encode()

    return opens


def _build_date(as_of: datetime.date, environ: Mapping[str, str]) -> datetime.date:
    """SOURCE_DATE_EPOCH (reproducible-builds.org), else the site's own date; never the clock."""
    epoch = environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return as_of
    if not re.fullmatch(r"\d{1,11}", epoch):
        place = Place("SOURCE_DATE_EPOCH")
        raise Refused(
            [Problem(place, "bad-date", "it is not a number of seconds", "unset it, or give seconds since 1970")]
        )
    return datetime.datetime.fromtimestamp(int(epoch), tz=datetime.UTC).date()


def _settle_times(tree: Path, as_of: datetime.date) -> None:
    """One time and one mode for all files: a zip or a copy of two equal builds is equal too."""
    stamp = datetime.datetime.combine(as_of, datetime.time(), tzinfo=datetime.UTC).timestamp()
    for path in (tree, *tree.rglob("*")):
        # Whoever built it: a host that copies modes must not find the site closed to its own server.
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (stamp, stamp))


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
        _summarise(shown, 1, site_dir)
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


def complain(console: Console, refused: Refused, site_dir: Path) -> None:
    for problem in refused.problems:
        console.print(escape(str(problem)), soft_wrap=True, highlight=False)
    _summarise(console, len(refused.problems), site_dir)


def _summarise(console: Console, count: int, site_dir: Path) -> None:
    kept = "the last good output is still in place" if (site_dir / "output").exists() else "nothing was published"
    console.print(f"\n{count} {'problem' if count == 1 else 'problems'}; {kept}", highlight=False)


def tell(console: Console, report: BuildReport) -> None:
    seconds = sum(report.phases.values())
    state = "unchanged" if report.unchanged else "new"
    console.print(
        f"\n{report.documents} documents, {report.pages} pages, {report.objects} sealed sections in {seconds:.1f} s;"
        f" release {report.release} ({state})",
        soft_wrap=True,
        highlight=False,
    )
    console.print(f"\nopen it: {(report.output / 'index.html').absolute()}", soft_wrap=True, highlight=False)
    if report.keys is not None and report.keys.demo:
        console.print(
            "\nDEMO members (these passphrases are public; never use them for anything real):",
            highlight=False,
        )
        for credential in report.keys.credentials():
            # Composed for show only: the word lists hold accents as marks of their own.
            words = unicodedata.normalize("NFC", credential.passphrase)
            console.print(f"  {credential.login:<8} {words}", soft_wrap=True, highlight=False)
            console.print(f"           reads: {', '.join(credential.grants)}", soft_wrap=True, highlight=False)
