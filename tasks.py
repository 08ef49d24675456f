"""What a person does with this project: one verb each. `invoke --list` shows them."""

from __future__ import annotations

import datetime
import functools
import inspect
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit
from invoke.main import program
from invoke.parser.argument import Argument
from invoke.tasks import Task, task

PROJECT = Path(__file__).resolve().parent
PRIVATE = PROJECT / ".communique"
sys.path.insert(0, str(PROJECT / "plugins"))


#: What the options say. Where a verb means something of its own by one, its function's name stands before it.
_OPTIONS = {
    "again": "an address that is sent the issue once more; may be given several times",
    "all_": "what is current too, for somebody who reads everything through",
    "area": "the state's area: state:nz",
    "as_": "a tier, area or group that the preview is signed in for; may be given several times",
    "import_paper.audience": "who may read the draft; else what the paper says, or the fewest",
    "write_editions.audience": "for this audience only; may be given several times",
    "send_issue.audience": "the audience of the list, where it is not public",
    "export.audience": "texts for this audience only",
    "by": "your id in editors.yaml",
    "confirm.by": "your name, as it is to be recorded",
    "changed": "send the text of today to those who are left, though others had another",
    "document": "a document: collection/name",
    "new.document": "collection/name: the new document's folder and address",
    "confirm.document": "in this document only: collection/name",
    "access_approve.document": "in this document only: collection/name",
    "export.document": "this document only: collection/name",
    "dry_run": "send nothing: write each message as a file to look at",
    "fact": "a value of the front matter, key=value; may be given several times",
    "file": "the file to read",
    "for_": "the login of a translator, t-NAME: sealed texts too, sealed for them",
    "form": "mail, text or pdf; may be given several times",
    "grants": "what the member may read: oeg, state:nz",
    "issue": "the issue: its folder's name, 2008-1",
    "write_editions.issue": "another document than the latest issue: 2008-1",
    "jobs": "how many processes work at once; else one for each core",
    "kind": "the kind of document: statement, notice, plan …",
    "lang": "a language of the site: es",
    "import_paper.lang": "the language of the paper; else the site's first",
    "write_editions.lang": "in this language only; may be given several times",
    "language": "a language of the site: es",
    "update.language": "a language that has no catalogue yet",
    "leaving": "the sign-ins of the editor who leaves, which end too",
    "list_": "the list of readers: its file's name in keys/recipients",
    "login": "the member's login",
    "letter.login": "the logins, separated by commas",
    "logins": "the logins, separated by commas",
    "names": "tiers, areas or groups, separated by commas",
    "original": "the language it is written in; else the site's first",
    "output": "another folder to write into",
    "paragraphs": "these paragraphs only: 7,29-bis",
    "passphrase_file": "a file that holds the keystore's passphrase; for rehearsals only",
    "pdf": "as PDF",
    "port": "the port at 127.0.0.1",
    "quick": "without the tests",
    "read": "a paragraph that needs no other words; may be given several times",
    "reason": "why it may, as it is to be recorded",
    "reseal": "change the keys of each text as well",
    "site": "the folder of another site, with a content/ of its own",
    "to": "the language into which is translated: es",
    "import_paper.to": "collection/name of the draft; else its kind's collection, and a name made of the title",
    "wordlist": "the list of words that the passphrase is made of; else that of the member's language",
    "words": "how many words the passphrase has; else as many as the grants deserve",
    "words_file": "a file that holds the 24 words of the paper backup; for rehearsals only",
    "yes": "agree beforehand: nothing is asked",
}


class _Verb(Task[Any]):
    """A verb that tells how it is used wherever `--help` stands behind its name. What must be named comes first, and
    invoke would take `--help` for it: it would build for help, or send an issue of that name.
    """

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        def tell() -> None:
            program.print_task_help(next(name for name in namespace.task_names if namespace[name].body is self.body))
            raise Exit(code=0)

        return [_Named(one, tell) if one.positional else one for one in super().get_arguments(ignore_unknown_help)]


class _Named(Argument):
    """What must be named behind a verb: KIND, ISSUE, LOGIN."""

    def __init__(self, like: Argument, tell: Callable[[], None]) -> None:
        super().__init__(names=like.names, kind=like.kind, help=like.help, positional=True, attr_name=like.attr_name)
        self._tell = tell

    def set_value(self, value: Any, cast: bool = True) -> None:
        if value in ("--help", "-h"):
            self._tell()
        super().set_value(value, cast)


def verb(function: Callable[..., int], repeatable: Sequence[str] = ()) -> Any:
    """A task whose user reads letters, never a traceback. Status 1: refused; 2: unexpected. Options in `repeatable`
    may be given several times.
    """

    function.__doc__ = _say(function.__doc__ or "")

    @task(klass=_Verb, iterable=list(repeatable), help=_help_of(function))
    @functools.wraps(function)
    def guarded(context: Context, *args: Any, **options: Any) -> None:
        from communique.problems import Refused
        from communique.sealing.errors import SealingError

        try:
            status = function(context, *args, **options)
        except Refused as refused:
            print(_say(str(refused)), file=sys.stderr)
            status = 1
        except SealingError as error:
            print(_say(str(error)), file=sys.stderr)
            status = 1
        except KeyboardInterrupt:
            status = 130
        except Exception as error:  # noqa: BLE001  # the last stop before the user
            log = _log_of(error)
            told = f"something unexpected happened ({type(error).__name__}); details: {log}"
            print(_say(told), file=sys.stderr)
            status = 2
        if status:
            raise Exit(code=status)

    return guarded


def _help_of(function: Callable[..., int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in [*inspect.signature(function).parameters][1:]:
        own = f"{function.__name__}.{name}"
        found[name] = _say(_OPTIONS[own if own in _OPTIONS else name])
    return found


def _log_of(error: BaseException) -> str:
    PRIVATE.mkdir(exist_ok=True)
    log = PRIVATE / "errors.log"
    with log.open("a", encoding="utf-8") as stream:
        stream.write(f"{datetime.datetime.now(tz=datetime.UTC).isoformat(timespec='seconds')}\n")
        stream.write("".join(traceback.format_exception(error)) + "\n")
        # What happened in another process comes along as text.
        stream.write(getattr(error, "trace", ""))
    return str(log.relative_to(PROJECT))


def _say(text: str) -> str:
    """What is told to whoever started a verb, in their language."""
    # Nothing is loaded for English: `invoke --list` stays quick.
    asked = [os.environ.get(name, "") for name in ("COMMUNIQUE_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    if all(one.split(".")[0].split("_")[0] in ("", "en", "C", "POSIX") for one in asked):
        return text
    from communique_pelican.speaking import spoken

    return spoken(os.environ).translated(text)


def _console() -> Any:
    from communique_pelican.speaking import SpeakingConsole, spoken

    return SpeakingConsole(spoken(os.environ))


def _terminal() -> Any:
    from communique_pelican.speaking import yes_words
    from communique_pelican.terminal import Terminal

    console = _console()
    somebody = sys.stdin.isatty() and sys.stdout.isatty()
    return Terminal(console, (lambda question: input(_say(question))) if somebody else None, yes_words(console.wording))


def _today() -> datetime.date:
    return datetime.datetime.now(tz=datetime.UTC).date()


def _now() -> datetime.datetime:
    return datetime.datetime.now(tz=datetime.UTC)


def _folder(site: str) -> Path:
    return Path(site).resolve() if site else PROJECT


@verb
def build(context: Context, site: str = "", jobs: int = 0) -> int:
    """Build the site into output/ (--site: another folder with a content/ of its own; --jobs: processes)."""
    from communique_pelican.build import build

    return build(_folder(site), PROJECT, release=False, jobs=jobs or None, console=_console(), environ=os.environ)


@verb
def release(context: Context, site: str = "", jobs: int = 0) -> int:
    """Build for publication, under a number of its own: refused while anything it opens waits for an approval."""
    from communique_pelican.build import build

    return build(_folder(site), PROJECT, release=True, jobs=jobs or None, console=_console(), environ=os.environ)


def verb_with(*repeatable: str) -> Callable[[Callable[..., int]], Any]:
    return functools.partial(verb, repeatable=repeatable)


@verb_with("as_")
def serve(context: Context, as_: list[str], port: int = 8000, site: str = "") -> int:
    """Show the finished site at http://127.0.0.1:8000/, built anew when a source changes (--as oeg: signed in)."""
    from communique_pelican.preview import serve

    return serve(_folder(site), PROJECT, port=port, console=_console(), as_=as_, environ=os.environ)


@verb
def test(context: Context) -> int:
    """Install what the tests need, where that is possible, then run all of them."""
    from communique_pelican.doctor import provide_for_tests, require_test_packages

    require_test_packages()
    provide_for_tests(PROJECT, _console())
    scripts = sorted(str(path.relative_to(PROJECT)) for path in (PROJECT / "tests/js").rglob("*.test.*js"))
    statuses = [_run("node", "--test", *scripts)] if scripts else []
    statuses.append(_run(sys.executable, "-m", "pytest", "-n", "auto"))
    return int(any(statuses))


@verb
def check(context: Context, quick: bool = False) -> int:
    """Check layout, style and types of the code, then run all tests (--quick: without the tests)."""
    from communique_pelican.doctor import require_test_packages

    require_test_packages()
    statuses = [
        _run(sys.executable, "-m", "ruff", "format", "--check", "--quiet", "."),
        _run(sys.executable, "-m", "ruff", "check", "--quiet", "."),
        _run(sys.executable, "-m", "mypy"),
    ]
    if not quick:
        statuses.append(_run(sys.executable, "-m", "invoke", "test"))
    return int(any(statuses))


@verb
def doctor(context: Context, site: str = "") -> int:
    """Tell what is missing or unsafe on this machine, and the command that mends it."""
    from communique_pelican.doctor import report

    return report(_console(), _folder(site), PROJECT, environ=os.environ, today=_today())


@verb_with("fact")
def new(context: Context, kind: str, document: str, fact: list[str], original: str = "", site: str = "") -> int:
    """Begin a document: KIND collection/name, one file for each language (--fact "event=oeg-miami-2009")."""
    from communique_pelican.new_document import new_document

    return new_document(_folder(site), kind=kind, document=document, original=original, facts=fact, console=_console())


@verb
def import_paper(
    context: Context,
    file: str,
    to: str = "",
    kind: str = "",
    lang: str = "",
    audience: str = "",
    site: str = "",
) -> int:
    """Make a draft of a cable's text, a Word file or an e-mail, and list its doubts (--to collection/name)."""
    from communique_pelican.importing_desk import import_paper

    return import_paper(
        _folder(site),
        PROJECT,
        file=file,
        to=to,
        kind=kind,
        lang=lang,
        audience=audience,
        terminal=_terminal(),
        environ=os.environ,
    )


@verb
def schema(context: Context) -> int:
    """Write what editors' programs and docs/kinds.md know of the kinds of documents anew, after fields have changed."""
    from communique_pelican.schema_desk import write_schema_files

    return write_schema_files(PROJECT, console=_console())


@verb
def status(context: Context, site: str = "") -> int:
    """Tell the state of each document in each language: original, current, stale or missing."""
    from communique_pelican.desk import status

    return status(_folder(site), PROJECT, console=_console(), environ=os.environ)


@verb
def list_members(context: Context, site: str = "") -> int:
    """List the members; those of the demonstration with their passphrases."""
    from communique_pelican.desk import list_members

    return list_members(_folder(site), PROJECT, console=_console(), environ=os.environ)


@verb
def add_member(
    context: Context,
    login: str,
    lang: str,
    grants: str,
    words: int = 0,
    wordlist: str = "",
    yes: bool = False,
    site: str = "",
) -> int:
    """Add a member, for example: members.add nz-01 --lang en --grants "oeg, state:nz"."""
    from communique_pelican.membership_desk import add

    return add(
        _folder(site),
        PROJECT,
        login=login,
        lang=lang,
        grants=grants,
        words=words,
        wordlist=wordlist,
        yes=yes,
        terminal=_terminal(),
    )


@verb
def remove_members(context: Context, logins: str, reseal: bool = False, yes: bool = False, site: str = "") -> int:
    """Remove members and change the keys they held (--reseal: also those of each text)."""
    from communique_pelican.membership_desk import remove

    return remove(_folder(site), PROJECT, logins=logins, reseal=reseal, yes=yes, terminal=_terminal())


@verb
def remove_state(context: Context, area: str, reseal: bool = False, yes: bool = False, site: str = "") -> int:
    """Remove all members of a state that leaves, for example: members.leave state:nz."""
    from communique_pelican.membership_desk import remove_state

    return remove_state(_folder(site), PROJECT, area=area, reseal=reseal, yes=yes, terminal=_terminal())


@verb
def reissue(context: Context, login: str, words: int = 0, wordlist: str = "", yes: bool = False, site: str = "") -> int:
    """Give a member who lost the passphrase another one (in other hands? members.stolen)."""
    from communique_pelican.membership_desk import reissue

    return reissue(_folder(site), PROJECT, login=login, words=words, wordlist=wordlist, yes=yes, terminal=_terminal())


@verb
def replace_stolen(context: Context, login: str, reseal: bool = False, yes: bool = False, site: str = "") -> int:
    """Change passphrase and keys of a member whose passphrase, stick or computer is in other hands."""
    from communique_pelican.membership_desk import replace_stolen

    return replace_stolen(_folder(site), PROJECT, login=login, reseal=reseal, yes=yes, terminal=_terminal())


@verb
def grant(context: Context, login: str, names: str, yes: bool = False, site: str = "") -> int:
    """Let a member read more, for example: members.grant nz-01 oeg."""
    from communique_pelican.membership_desk import grant

    return grant(_folder(site), PROJECT, login=login, names=names, yes=yes, terminal=_terminal())


@verb
def withdraw(context: Context, login: str, names: str, reseal: bool = False, yes: bool = False, site: str = "") -> int:
    """Let a member read less, and change the keys of what is lost."""
    from communique_pelican.membership_desk import withdraw

    return withdraw(_folder(site), PROJECT, login=login, names=names, reseal=reseal, yes=yes, terminal=_terminal())


@verb
def letter(context: Context, login: str, output: str = "", pdf: bool = False, site: str = "") -> int:
    """Write members' letters, for delivery by hand, into .communique/letters (--pdf: as PDF; --output: elsewhere)."""
    from communique_pelican.membership_desk import letter

    return letter(
        _folder(site),
        PROJECT,
        login=login,
        output=output,
        pdf=pdf,
        on=_today(),
        terminal=_terminal(),
        environ=os.environ,
    )


@verb
def create_keys(context: Context, passphrase_file: str = "", words_file: str = "", site: str = "") -> int:
    """Make keys of your own: master, paper backup, keystore, register (the two files: for rehearsals only)."""
    from communique_pelican.ceremony import Files, create

    files = Files(passphrase_file, words_file)
    return create(_folder(site), PROJECT, files=files, on=_today(), terminal=_terminal())


@verb
def restore_keys(context: Context, passphrase_file: str = "", words_file: str = "", site: str = "") -> int:
    """Make the keystore again from the 24 words on paper and the register."""
    from communique_pelican.ceremony import Files, restore

    files = Files(passphrase_file, words_file)
    return restore(_folder(site), PROJECT, files=files, read=sys.stdin.read, terminal=_terminal())


@verb
def renew_keys(
    context: Context,
    passphrase_file: str = "",
    words_file: str = "",
    leaving: str = "",
    yes: bool = False,
    site: str = "",
) -> int:
    """Replace the master: an editor leaves (--leaving: with these sign-ins), or the keystore was seen by others."""
    from communique_pelican.ceremony import Files, renew

    return renew(
        _folder(site),
        PROJECT,
        files=Files(passphrase_file, words_file),
        leaving=[login for login in leaving.replace(",", " ").split() if login],
        yes=yes,
        terminal=_terminal(),
        environ=os.environ,
    )


@verb
def add_keys(context: Context, names: str = "", yes: bool = False, site: str = "") -> int:
    """Make keys for tiers and areas that the policy has come to name (--names: for these only)."""
    from communique_pelican.membership_desk import add_tiers

    return add_tiers(_folder(site), PROJECT, names=names, yes=yes, terminal=_terminal())


@verb_with("read")
def pin(context: Context, document: str, language: str, read: list[str], site: str = "") -> int:
    """Record what a translation renders: translate.pin meetings/paris-2008 es (--read 7: ¶7 needs no other words)."""
    from communique_pelican.translation_desk import pin

    return pin(
        _folder(site),
        PROJECT,
        document=document,
        language=language,
        read=read,
        console=_console(),
        environ=os.environ,
    )


@verb
def acknowledge(context: Context, document: str, language: str, paragraphs: str = "", site: str = "") -> int:
    """Record that changes of the original change nothing in a translation (--paragraphs 7,29-bis; or all of them)."""
    from communique_pelican.translation_desk import acknowledge

    return acknowledge(
        _folder(site),
        PROJECT,
        document=document,
        language=language,
        paragraphs=[paragraphs] if paragraphs else [],
        console=_console(),
        environ=os.environ,
    )


@verb_with("audience", "lang", "form")
def write_editions(
    context: Context,
    audience: list[str],
    lang: list[str],
    form: list[str],
    issue: str = "",
    output: str = "",
    jobs: int = 0,
    site: str = "",
) -> int:
    """Write the latest issue as mail, text and PDF for each audience and language (--issue 2008-1: another one)."""
    from communique_pelican.newsletter_desk import write_editions

    return write_editions(
        _folder(site),
        PROJECT,
        issue=issue,
        audiences=audience,
        languages=lang,
        forms=form,
        output=output,
        terminal=_terminal(),
        jobs=jobs or os.cpu_count() or 1,
        environ=os.environ,
    )


@verb_with("again")
def send_issue(
    context: Context,
    issue: str,
    again: list[str],
    list_: str = "",
    audience: str = "",
    dry_run: bool = False,
    changed: bool = False,
    yes: bool = False,
    site: str = "",
) -> int:
    """Send an issue by mail: newsletter.send 2008-1 --list partners --audience partner (--dry-run: write it only)."""
    from communique_pelican.sending_desk import Wanted, send

    return send(
        _folder(site),
        PROJECT,
        Wanted(issue, list_, audience, dry_run, tuple(again), changed, yes),
        terminal=_terminal(),
        now=_now,
        environ=os.environ,
    )


@verb
def translation_diff(context: Context, document: str, language: str, site: str = "") -> int:
    """Show what the original said when it was translated, and what it says now: translate.diff about/security fr."""
    from communique_pelican.translation_desk import diff

    return diff(_folder(site), PROJECT, document=document, language=language, console=_console(), environ=os.environ)


@verb
def export(
    context: Context,
    to: str,
    document: str = "",
    for_: str = "",
    audience: str = "",
    all_: bool = False,
    output: str = "",
    site: str = "",
) -> int:
    """Write what wants translating as PO, XLIFF and a page to work on (--for t-NAME: sealed; --all: current too)."""
    from communique_pelican.handoff_desk import export

    return export(
        _folder(site),
        PROJECT,
        to=to,
        document=document,
        login=for_,
        audience=audience,
        everything=all_,
        output=output,
        terminal=_terminal(),
        environ=os.environ,
    )


@verb
def take_back(context: Context, file: str, site: str = "") -> int:
    """Check what a translator sent back, and put it into the files it belongs to: translate.import FILE."""
    from communique_pelican.handoff_desk import take_back

    return take_back(_folder(site), PROJECT, file=file, terminal=_terminal(), environ=os.environ)


@verb
def update(context: Context, language: str = "") -> int:
    """Bring the catalogues in translations/ up to date with templates and code (--language: begin a new one)."""
    from communique_pelican.message_extraction import update_catalogues
    from communique_pelican.wording_catalogues import update_wording

    for path, left in [*update_catalogues(PROJECT, language), *update_wording(PROJECT, language)]:
        print(path.relative_to(PROJECT), _say(f"({left} to translate)") if left else "")
    return 0


@verb
def confirm(context: Context, by: str, reason: str, document: str = "", site: str = "") -> int:
    """Record that sealed names and figures may stand in public text too (--document: those of one only)."""
    from communique_pelican.desk import confirm

    return confirm(
        _folder(site),
        PROJECT,
        by=by,
        reason=reason,
        on=_today(),
        document=document,
        console=_console(),
        environ=os.environ,
    )


@verb
def access_diff(context: Context, site: str = "") -> int:
    """Tell, paragraph by paragraph, who may read more or less than in the last release."""
    from communique_pelican.access_desk import diff

    return diff(_folder(site), PROJECT, terminal=_terminal(), environ=os.environ)


@verb
def access_approve(context: Context, by: str, document: str = "", yes: bool = False, site: str = "") -> int:
    """Approve, as an editor of editors.yaml, what the next release opens (--document: in one only)."""
    from communique_pelican.access_desk import approve

    return approve(
        _folder(site),
        PROJECT,
        by=by,
        on=_today(),
        document=document,
        yes=yes,
        terminal=_terminal(),
        environ=os.environ,
    )


@verb
def list_reviews(context: Context, site: str = "") -> int:
    """List the documents that wait for a review, until when, and who may end it."""
    from communique_pelican.access_desk import list_reviews

    return list_reviews(_folder(site), terminal=_terminal(), environ=os.environ)


@verb
def approve_review(context: Context, document: str, by: str, yes: bool = False, site: str = "") -> int:
    """End a document's review, for example: review.approve debriefings/machine-tools --by partners."""
    from communique_pelican.access_desk import approve_review

    return approve_review(
        _folder(site),
        document=document,
        by=by,
        on=_today(),
        yes=yes,
        terminal=_terminal(),
        environ=os.environ,
    )


def _run(*command: str) -> int:
    return subprocess.run(command, cwd=PROJECT, check=False).returncode


def _group(name: str, default: str = "", **verbs: Any) -> Collection:
    group = Collection(name)
    for verb_name, function in verbs.items():
        group.add_task(function, name=verb_name, default=verb_name == default)
    return group


# Its name while only the theme had messages.
update.aliases = ("messages",)

namespace = Collection(
    build,
    release,
    serve,
    test,
    check,
    doctor,
    new,
    schema,
    status,
    _group(
        "members",
        list=list_members,
        add=add_member,
        remove=remove_members,
        leave=remove_state,
        reissue=reissue,
        stolen=replace_stolen,
        grant=grant,
        withdraw=withdraw,
        letter=letter,
    ),
    _group("keys", create=create_keys, restore=restore_keys, renew=renew_keys, add=add_keys),
    _group(
        "translate",
        pin=pin,
        acknowledge=acknowledge,
        diff=translation_diff,
        update=update,
        export=export,
        **{"import": take_back},
    ),
    _group("newsletter", default="write", write=write_editions, send=send_issue),
    _group("audit", confirm=confirm),
    _group("access", diff=access_diff, approve=access_approve),
    _group("review", default="list", list=list_reviews, approve=approve_review),
)
# “import” is a word of Python's own, and no function's name.
namespace.add_task(import_paper, name="import")
