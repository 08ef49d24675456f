"""What is missing, doubtful or unsafe about a site on this machine, and the command that mends it.

Nothing is changed here, nobody is asked for a passphrase, and no check stops the others.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
import re
import shlex
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from communique.delivery.swap import OUTPUT, RELEASES
from communique.documents.catalogue import read_catalogue
from communique.documents.listing import list_content, read_data
from communique.languages.status import read_statuses
from communique.policy import GROUP_PREFIX, PUBLIC
from communique.problems import Refused
from communique.sealing.errors import SealingError
from communique.sealing.keystore import Keystore
from communique.sealing.register import Register
from communique_pelican.keys import PASSPHRASE_FILE, find_keys, find_register
from communique_pelican.private_files import exposures, network_mount, synced_by

UNSAFE, MISSING, DOUBTFUL, GOOD = "unsafe", "missing", "look at", "good"
STATES = (UNSAFE, MISSING, DOUBTFUL, GOOD)
_LETTERS = Path(".communique") / "letters"
_SENDING = Path(".communique") / "sending"
_EDITIONS = Path(".communique") / "editions"
_KEYSTORE = "keys/keystore.json"
#: A build of the sample needs about a tenth of it, and three earlier ones are kept.
_ROOM = 512 * 1024 * 1024
#: A site whose texts are older than this is rarely meant to be.
_OLD = datetime.timedelta(days=366)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Remark:
    """One line: how it stands, what it is about, and what to type. `command` may be empty where all is well."""

    state: str
    what: str
    command: str = ""


@dataclass(frozen=True)
class Desk:
    """Where an editor works: a site, the project that builds it, and what day the machine takes it to be."""

    site: Path
    project: Path
    environ: Mapping[str, str] = field(repr=False)
    today: datetime.date

    @property
    def is_real(self) -> bool:
        """Whether the site has keys of its own: with the demonstration's, nothing in it is secret."""
        return (self.site / _KEYSTORE).exists() or (self.site / "keys/register.yaml").exists()

    @property
    def option(self) -> str:
        return "" if self.site == self.project else f" --site {shlex.quote(str(self.site))}"


def examine_site(desk: Desk) -> list[Remark]:
    """Every check in turn; the worst first."""
    remarks: list[Remark] = []
    for check in CHECKS:
        try:
            remarks += check(desk)
        except (Refused, SealingError, OSError) as error:
            said = str(error).splitlines()[0]
            remarks.append(
                Remark(DOUBTFUL, f"{_named(check)} could not be looked at: {said}", "invoke build" + desk.option)
            )
    return sorted(remarks, key=lambda remark: STATES.index(remark.state))


def _named(check: Callable[[Desk], Iterator[Remark]]) -> str:
    return check.__name__.strip("_").replace("_", " ")


def _the_keystore(desk: Desk) -> Iterator[Remark]:
    found = sorted((desk.site / "keys").glob("keystore*.json"))
    for path in found:
        shown = path.relative_to(desk.site).as_posix()
        loose = _open_to_others(path)
        if loose:
            yield Remark(
                UNSAFE, f"{shown}: other users of this machine may read or change it", f"chmod 600 {_typed(path)}"
            )
        exposed = exposures(path, desk.site, desk.project)
        for problem in exposed:
            yield Remark(UNSAFE, f"{shown}: {problem.what}", problem.next)
        if not loose and not exposed:
            yield Remark(GOOD, f"{shown}: encrypted, for its owner alone")
    if not desk.is_real:
        what = "the demonstration's keys are in use: everybody can open what they seal"
        yield Remark(DOUBTFUL, what, "invoke keys.create" + desk.option)


def _secrets_in_published_folders(desk: Desk) -> Iterator[Remark]:
    for base in ("content", OUTPUT):
        folder = (desk.site / base).resolve()
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and _looks_secret(path):
                what = f"{base}/{path.relative_to(folder).as_posix()}: a secret has no place here"
                yield Remark(UNSAFE, what, f"rm {_typed(path)}")


def _looks_secret(path: Path) -> bool:
    if re.match(r"keystore.*\.json\Z", path.name):
        return True
    if path.suffix != ".json" or path.stat().st_size > 100_000:
        return False
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return False
    return isinstance(told, dict) and set(told) == {"v", "demo", "kdf", "jwe"}


def _the_letters(desk: Desk) -> Iterator[Remark]:
    folder = desk.site / _LETTERS
    letters = sorted(path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else []
    for path in letters:
        if _open_to_others(path):
            what = f"{_LETTERS.as_posix()}/{path.name}: other users of this machine may read it"
            yield Remark(UNSAFE, what, f"chmod 600 {_typed(path)}")
        for problem in exposures(path, desk.site, desk.project):
            yield Remark(UNSAFE, f"{_LETTERS.as_posix()}/{path.name}: {problem.what}", problem.next)
    if letters:
        many = f"{len(letters)} letters lie" if len(letters) > 1 else "1 letter lies"
        what = f"{many} in {_LETTERS.as_posix()}: once it is delivered, a letter is a risk only"
        yield Remark(DOUBTFUL, what, f"rm {' '.join(_typed(path) for path in letters)}")


def _the_mail(desk: Desk) -> Iterator[Remark]:
    folder = desk.site / _SENDING
    left = sorted(folder.rglob("*.eml")) if folder.is_dir() else []
    if left:
        many = f"{len(left)} messages lie" if len(left) > 1 else "1 message lies"
        what = f"{many} in {_SENDING.as_posix()}: once they have been looked at, they are a risk only"
        yield Remark(DOUBTFUL, what, f"rm -r {' '.join(_typed(one) for one in sorted({one.parent for one in left}))}")
    tracked = _git(desk.site, "ls-files", "-z", "--", "keys/recipients", "keys/mail.yaml") or ""
    for name in filter(None, tracked.split("\0")):
        what = f"{name}: git keeps it, and everybody with the repository has the addresses"
        yield Remark(UNSAFE, what, f"git -C {_typed(desk.site)} rm --cached {shlex.quote(name)}")


def _the_editions(desk: Desk) -> Iterator[Remark]:
    folder = desk.site / _EDITIONS
    left = [one for one in folder.rglob("*") if one.is_file() and one.stem != PUBLIC] if folder.is_dir() else []
    if left:
        many = f"{len(left)} editions lie" if len(left) > 1 else "1 edition lies"
        what = f"{many} in {_EDITIONS.as_posix()}, unsealed: once it is delivered, an edition is a risk only"
        # The folders of languages: what else lies above them is not for us to name.
        lying = sorted({one if one.parent == folder else one.parent for one in left})
        yield Remark(DOUBTFUL, what, f"rm -r {' '.join(map(_typed, lying))}")


def _what_git_keeps(desk: Desk) -> Iterator[Remark]:
    ours = ["keys/keystore*", _LETTERS.as_posix(), "passphrase*"]
    tracked = _git(desk.site, "ls-files", "-z", "--", *ours)
    if tracked is None:
        return
    names = [name for name in tracked.split("\0") if name]
    for name in names:
        what = f"{name}: git keeps it, and everybody with the repository has it"
        yield Remark(
            UNSAFE,
            what,
            f"git -C {_typed(desk.site)} rm --cached {shlex.quote(name)}; invoke keys.renew{desk.option}",
        )
    once = _git(desk.site, "log", "--all", "--format=", "--name-only", "--diff-filter=A", "--", *ours) or ""
    for name in sorted(set(once.split()) - set(names)):
        what = f"{name}: git's history holds it, though the newest version does not"
        yield Remark(UNSAFE, what, "invoke keys.renew" + desk.option)
    if _git(desk.site, "check-ignore", "--quiet", "--no-index", "--", _KEYSTORE) is None:
        what = f"git does not leave out {_KEYSTORE}: the next `git add .` would take it"
        command = f"printf '%s\\n' '/keys/keystore*' /.communique/ >> {_typed(desk.site / '.gitignore')}"
        yield Remark(UNSAFE if desk.is_real else DOUBTFUL, what, command)


def _the_passphrase_file(desk: Desk) -> Iterator[Remark]:
    named = desk.environ.get(PASSPHRASE_FILE, "")
    path = Path(named).absolute() if named else None
    if path is None or not path.is_file():
        return
    if _open_to_others(path):
        yield Remark(
            UNSAFE, f"{named}: other users of this machine may read the passphrase", f"chmod 600 {_typed(path)}"
        )
    for problem in exposures(path, desk.site, desk.project):
        yield Remark(UNSAFE, f"{named}: {problem.what}", problem.next)


def _register_and_keystore(desk: Desk) -> Iterator[Remark]:
    if not desk.is_real:
        return
    register = find_register(desk.site, desk.project)
    if register.demo:
        yield Remark(UNSAFE, "keys/register.yaml is the demonstration's", "invoke keys.create" + desk.option)
        return
    keystore = _opened(desk)
    if keystore is None:
        what = f"whether keystore and register belong together was not tried: no file is named in {PASSPHRASE_FILE}"
        yield Remark(DOUBTFUL, what, "invoke status" + desk.option)
    elif keystore.site != register.site or register.signer not in (None, keystore.signer(register.signing)):
        what = "keystore and register belong to different masters: nothing that was sealed could be opened"
        yield Remark(UNSAFE, what, "bring back the keystore of this register: invoke keys.restore" + desk.option)
    else:
        yield Remark(GOOD, "keystore and register belong together")


def _the_members(desk: Desk) -> Iterator[Remark]:
    if not desk.is_real:
        return
    site, policy, _ = read_data(desk.site / "content")
    register = find_register(desk.site, desk.project)
    day = max(site.as_of, desk.today)
    for login, member in sorted(register.members.items()):
        for name in sorted(member.tiers):
            held = f"invoke members.withdraw {login} {name}{desk.option}"
            if name not in policy.audience_names:
                yield Remark(DOUBTFUL, f"{login} holds {name}, which the data no longer name", held)
            elif policy.has_ended(name, day):
                until = policy.groups[name.removeprefix(GROUP_PREFIX)].until
                yield Remark(
                    DOUBTFUL, f"{login} holds {name}, which ended on {until.isoformat()} and opens nothing", held
                )
    yield from _their_words(register)
    lacking = [name for name in policy.audience_names if name != "public" and name not in register.tiers]
    if lacking:
        what = f"no key for {', '.join(lacking)}: nothing can be addressed to them"
        yield Remark(MISSING, what, "invoke keys.add" + desk.option)


def _their_words(register: Register) -> Iterator[Remark]:
    if not register.members:
        return
    first = [login for login, member in sorted(register.members.items()) if member.number == 1]
    still = f"; with the words of their first letter: {', '.join(first)}" if first else ""
    many = f"{len(register.members)} members" if len(register.members) > 1 else "1 member"
    yield Remark(GOOD, f"{many}{still}")


def _what_others_may_read(desk: Desk) -> Iterator[Remark]:
    if not desk.is_real:
        return
    open_folders = [
        name
        for name in ("content", ".communique")
        if (desk.site / name).is_dir() and _reachable_by_others(desk.site / name)
    ]
    if open_folders:
        what = (
            f"other users of this machine may read {' and '.join(open_folders)}/: the texts as they are before sealing"
        )
        yield Remark(UNSAFE, what, f"chmod go-rwx {_typed(desk.site)}")


def _where_the_site_lies(desk: Desk) -> Iterator[Remark]:
    if not desk.is_real:
        return
    service = synced_by(desk.site)
    if service:
        what = f"the site lies in a folder that {service} copies elsewhere, with texts as they are before sealing"
        yield Remark(UNSAFE, what, f"mv {_typed(desk.site)} to a folder of this machine alone")
    mount = network_mount(desk.site)
    if mount:
        what = f"the site lies on {mount}, a disk of another machine: its keepers may read what is not sealed yet"
        yield Remark(DOUBTFUL, what, f"mv {_typed(desk.site)} to a disk of this machine")


def _the_output(desk: Desk) -> Iterator[Remark]:
    output, building = desk.site / OUTPUT, desk.site / RELEASES / ".building"
    if building.exists():
        what = f"{RELEASES}/.building is there: a build is running, or one was cut short"
        yield Remark(DOUBTFUL, what, "invoke build" + desk.option)
    if output.is_symlink() and not output.exists():
        yield Remark(MISSING, f"{OUTPUT} leads to a tree that is gone", "invoke build" + desk.option)
    elif not output.exists():
        yield Remark(MISSING, "nothing has been built yet", "invoke build" + desk.option)
    else:
        yield Remark(GOOD, f"{OUTPUT} shows a finished tree")
    room = shutil.disk_usage(desk.site).free
    if room < _ROOM:
        what = f"the disk has room for {room // (1024 * 1024)} MB more"
        yield Remark(MISSING, what, f"du -sh {_typed(desk.site / RELEASES)}/*, then delete what is not needed")


def _the_content(desk: Desk) -> Iterator[Remark]:
    content = desk.site / "content"
    site, _, _ = read_data(content)
    if not site.home:
        what = "no home address is set: no absolute link and no feed is written, and letters name no address"
        yield Remark(DOUBTFUL, what, "home: https://… in content/data/site.yaml")
    if site.as_of > desk.today + datetime.timedelta(days=1):
        what = f"the site says {site.as_of.isoformat()}, this machine's clock {desk.today.isoformat()}"
        yield Remark(DOUBTFUL, what, "date, then correct the clock, or as_of in content/data/site.yaml")
    elif desk.is_real and site.as_of < desk.today - _OLD:
        what = f"the date on every page is {site.as_of.isoformat()}, more than a year ago"
        yield Remark(DOUBTFUL, what, "as_of in content/data/site.yaml")
    keystore = _opened(desk)
    if keystore is None:
        return
    catalogue = read_catalogue(content)
    statuses = read_statuses(content, catalogue, list_content(content, catalogue.site), keystore.pin_hash)
    stale = sum(1 for one in statuses.values() if one.state == "stale")
    missing = sum(1 for one in statuses.values() if one.state == "missing")
    if stale or missing:
        yield Remark(DOUBTFUL, f"translations: {stale} stale, {missing} missing", "invoke status" + desk.option)


def _the_packages(desk: Desk) -> Iterator[Remark]:
    for name in ("requirements.txt", "requirements-dev.txt"):
        path = desk.project / name
        if not path.is_file():
            continue
        pinned = re.findall(r"^([a-z0-9-]+)==([^\s;]+)[^;\n]*$", path.read_text(encoding="utf-8"), re.MULTILINE)
        differing = [
            f"{package} {found or 'is not here'}"
            for package, wanted in pinned
            if (found := _version(package)) != wanted
        ]
        if not differing:
            yield Remark(GOOD, f"the packages are those of {name}")
            continue
        shown = ", ".join(differing[:3]) + (f" and {len(differing) - 3} more" if len(differing) > 3 else "")
        what = f"packages are not those of {name}: {shown}"
        yield Remark(MISSING, what, f".venv/bin/pip install --quiet --require-hashes -r {name}")


CHECKS: Sequence[Callable[[Desk], Iterator[Remark]]] = (
    _the_keystore,
    _secrets_in_published_folders,
    _the_letters,
    _the_mail,
    _the_editions,
    _what_git_keeps,
    _the_passphrase_file,
    _register_and_keystore,
    _the_members,
    _what_others_may_read,
    _where_the_site_lies,
    _the_output,
    _the_content,
    _the_packages,
)


def _opened(desk: Desk) -> Keystore | None:
    """The keystore, where it opens without anybody at a keyboard."""
    if desk.is_real and PASSPHRASE_FILE not in desk.environ:
        return None
    return find_keys(desk.site, desk.project, desk.environ).keystore


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _open_to_others(path: Path) -> bool:
    return os.name == "posix" and bool(path.stat().st_mode & _OTHERS)


def _reachable_by_others(folder: Path) -> bool:
    """Whether any user of this machine can enter `folder` and list it."""
    if os.name != "posix":
        return False
    real = folder.resolve()
    entered = all(parent.stat().st_mode & stat.S_IXOTH for parent in (real, *real.parents))
    return entered and bool(real.stat().st_mode & stat.S_IROTH)


def _git(folder: Path, *words: str) -> str | None:
    """What git answers in `folder`; None where it says no, is not there, or keeps nothing."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        ran = subprocess.run(
            ["git", "-C", str(folder), *words], env=environment, capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return ran.stdout if ran.returncode == 0 else None


def _typed(path: Path) -> str:
    return shlex.quote(str(path))
