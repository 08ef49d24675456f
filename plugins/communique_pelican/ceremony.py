"""How a site comes to keys of its own, how they are brought back from paper, and how they are replaced."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from communique.documents.listing import read_data, read_text
from communique.problems import Place, Problem, Refused
from communique.sealing import membership
from communique.sealing.keystore import Keystore, write_keystore
from communique.sealing.membership import begin_register
from communique.sealing.paper import PAPER_WORDS, master_from, paper_words
from communique.sealing.passphrases import normalise_passphrase, words_from
from communique.sealing.register import read_register
from communique.sealing.register_text import render_register
from communique_pelican.consequences import consequences
from communique_pelican.keys import find_keys
from communique_pelican.membership_desk import save_register
from communique_pelican.private_files import private_folder, refuse_exposed, write_atomically, write_secret
from communique_pelican.terminal import Terminal

#: 132 bits. Nobody chooses the passphrase of a keystore.
EDITORS_WORDS = 12
RETYPED = 3
_KEYSTORE, _REGISTER = "keys/keystore.json", "keys/register.yaml"
Random = Callable[[int], bytes]


@dataclasses.dataclass(frozen=True)
class Files:
    """Where an unattended rehearsal wants its secrets written to, or read from."""

    passphrase: str = ""
    words: str = ""


def create(
    site_dir: Path, project: Path, *, files: Files, on: datetime.date, terminal: Terminal, random: Random = os.urandom
) -> int:
    """A master, its paper backup, a keystore and an empty register. Nothing is written before the paper is proved.

    Raises:
        Refused: there are keys already, the place is not private, or nobody is there to write the words down.
    """
    site, policy, _ = read_data(site_dir / "content")
    _refuse_existing(site_dir, (_KEYSTORE, _REGISTER))
    _refuse_places(site_dir, project, files)
    keystore, salt = Keystore(site.id, random(32)), random(16)
    passphrase = words_from(random(17), EDITORS_WORDS, "en")
    if not _hand_over(keystore, passphrase, files, terminal, random):
        return 1
    register = begin_register(site.id, policy, salt=salt, signer=keystore.signer(1), date=on, place=Place(_REGISTER))
    private_folder(site_dir / "keys")
    write_keystore(site_dir / _KEYSTORE, keystore, passphrase, random)
    write_atomically(site_dir / _REGISTER, render_register(register))
    terminal.say(
        f"{_KEYSTORE}: the master, encrypted; for editors only, in no repository",
        f"{_REGISTER}: {len(register.tiers)} keys and no members yet; commit it",
        "next: invoke members.add LOGIN --lang LANGUAGE --grants NAMES",
    )
    return 0


def restore(
    site_dir: Path,
    project: Path,
    *,
    files: Files,
    read: Callable[[], str],
    terminal: Terminal,
    random: Random = os.urandom,
) -> int:
    """The keystore again, from the words on paper and the register. `read` gives the words where neither a file nor
    somebody at a terminal does.

    Raises:
        Refused: there is a keystore, or the words are not those of this register.
    """
    _refuse_existing(site_dir, (_KEYSTORE,))
    _refuse_places(site_dir, project, dataclasses.replace(files, words=""))
    path = site_dir / _REGISTER
    if not path.is_file():
        what = "the register is not here"
        raise Refused([Problem(Place(_REGISTER), "no-register", what, "bring it from the repository first")])
    register = read_register(read_text(path, _REGISTER), _REGISTER)
    if register.demo:
        what = "this is the register of the demonstration"
        raise Refused([Problem(register.place, "demo-keys", what, "bring the register of your own site")])
    place = Place(files.words or "the words")
    if files.words and not Path(files.words).is_file():
        raise Refused([Problem(place, "no-words", "there is no such file", "name the file that holds the words")])
    if files.words:
        typed = read_text(Path(files.words), files.words)
    elif terminal.ask is not None:
        asked = [f"word {number}: " for number in range(1, PAPER_WORDS + 1)]
        typed = " ".join(terminal.aside(terminal.ask, *asked))
    else:
        typed = read()
    keystore = Keystore(register.site, master_from(typed, place))
    if register.signer is not None and register.signer != keystore.signer(register.signing):
        what = "these words are whole, and belong to another master than this register"
        raise Refused([Problem(place, "other-master", what, "bring the paper and the register of one site and time")])
    passphrase = words_from(random(17), EDITORS_WORDS, "en")
    if not _hand_over_passphrase(passphrase, files, terminal):
        return 1
    write_keystore(site_dir / _KEYSTORE, keystore, passphrase, random)
    proved = "proved by the register" if register.signer is not None else "not yet proved: the register tells no signer"
    terminal.say(
        f"{_KEYSTORE}: the master from paper, {proved}",
        "next: invoke release; from the same content it gives the same bytes and says: unchanged",
    )
    return 0


def renew(
    site_dir: Path,
    project: Path,
    *,
    files: Files,
    leaving: Sequence[str] = (),
    yes: bool,
    terminal: Terminal,
    environ: Mapping[str, str],
    random: Random = os.urandom,
) -> int:
    """Another master, since the old one may be known to others. The old keystore stays beside the new one. `leaving`
    names sign-ins that go with it: those of the editor who leaves.

    Raises:
        Refused: the site has no keys of its own, there is no such member, or the old keystore does not open.
    """
    keys = find_keys(site_dir, project, environ)
    if keys.demo:
        what = "this site has no keys of its own"
        raise Refused([Problem(Place(_KEYSTORE), "demo-keys", what, "use: invoke keys.create")])
    _, policy, _ = read_data(site_dir / "content")
    old = site_dir / "keys" / f"keystore.epoch-{keys.register.epoch}.json"
    refuse_exposed(old, site_dir, project)
    _refuse_existing(site_dir, (old.relative_to(site_dir).as_posix(),))
    _refuse_places(site_dir, project, files)
    keystore = Keystore(keys.register.site, random(32))
    change = membership.renew(
        keys.register, policy, salt=random(16), signer=keystore.signer(keys.register.signing), leaving=leaving
    )
    terminal.say(
        *consequences(keys.register, change),
        "what else there is to do:",
        "- translations pinned with the old master count as stale: invoke translate.pin records them anew",
        "- where an editor leaves: end their access to the repository, the host and this machine too, and take them"
        " out of content/data/editors.yaml",
    )
    if not terminal.agrees("replace the master?", yes=yes):
        return 1
    passphrase = words_from(random(17), EDITORS_WORDS, "en")
    if not _hand_over(keystore, passphrase, files, terminal, random):
        return 1
    (site_dir / _KEYSTORE).rename(old)
    write_keystore(site_dir / _KEYSTORE, keystore, passphrase, random)
    save_register(site_dir, keys.register, change.register)
    terminal.say(
        f"{_KEYSTORE}: the new master; the old one is {old.name}, of use for old copies only",
        "next: the letters, then invoke release",
    )
    return 0


def _hand_over(keystore: Keystore, passphrase: str, files: Files, terminal: Terminal, random: Random) -> bool:
    """Give the editors the words of the master and the passphrase; prove that the paper can be read."""
    words = paper_words(keystore.master)
    if files.words:
        write_secret(Path(files.words), _numbered(words))
        terminal.say(f"the paper backup is in {files.words}: copy it by hand, then delete the file")
    else:
        ask = _somebody(terminal, "--words-file")
        lines = (
            f"Write these {PAPER_WORDS} words down on paper, with their numbers. They are the only backup of all keys:",
            "whoever has them can open everything, and without them nobody can.",
            "",
            *_numbered(words).splitlines(),
            "",
        )
        terminal.aside(ask, "Press Enter when they are on paper.", shown=lines)
        if not _retyped(words, ask, terminal, random):
            return False
    return _hand_over_passphrase(passphrase, files, terminal)


def _hand_over_passphrase(passphrase: str, files: Files, terminal: Terminal) -> bool:
    words = passphrase.split(" ")
    if files.passphrase:
        write_secret(Path(files.passphrase), passphrase + "\n")
        terminal.say(f"the editors' passphrase is in {files.passphrase}: learn it, then delete the file")
        return True
    ask = _somebody(terminal, "--passphrase-file")
    lines = (
        f"This is the editors' passphrase. It opens {_KEYSTORE}; it is shown this once.",
        "",
        *_numbered(words).splitlines(),
        "",
    )
    terminal.aside(ask, "Press Enter when it is written down.", shown=lines)
    (typed,) = terminal.aside(ask, "the editors' passphrase, all words: ")
    if normalise_passphrase(typed) != normalise_passphrase(passphrase):
        terminal.say("that is another passphrase. Nothing was written; begin again")
        return False
    return True


def _retyped(words: Sequence[str], ask: Callable[[str], str], terminal: Terminal, random: Random) -> bool:
    places = _some_places(random)
    typed = terminal.aside(ask, *(f"word {place + 1}: " for place in places))
    for place, word in zip(places, typed, strict=True):
        if normalise_passphrase(word) != normalise_passphrase(words[place]):
            terminal.say(f"that is not word {place + 1}. Nothing was written; begin again with a new sheet of paper")
            return False
    return True


def _some_places(random: Random) -> list[int]:
    """Three different places on the paper, in order; which ones cannot be known beforehand."""
    places: set[int] = set()
    while len(places) < RETYPED:
        # 240 is the last multiple of 24 in a byte: above it, some places would come up more often.
        number = random(1)[0]
        if number < 240:
            places.add(number % PAPER_WORDS)
    return sorted(places)


def _numbered(words: Sequence[str]) -> str:
    return "".join(f"{number:>4}.  {word}\n" for number, word in enumerate(words, 1))


def _somebody(terminal: Terminal, option: str) -> Callable[[str], str]:
    if terminal.ask is None:
        what = "a secret would be shown, and nobody is there to write it down"
        following = f"start this at a terminal, or give {option} FILE for a rehearsal"
        raise Refused([Problem(Place(option), "nobody-to-ask", what, following)])
    return terminal.ask


def _refuse_existing(site_dir: Path, names: Sequence[str]) -> None:
    problems = [
        Problem(
            Place(name),
            "keys-exist",
            "this is here already, and may be the only copy",
            "keep it; move it away first if it must go",
        )
        for name in names
        if (site_dir / name).exists() or (site_dir / name).is_symlink()
    ]
    if problems:
        raise Refused(problems)


def _refuse_places(site_dir: Path, project: Path, files: Files) -> None:
    """Everything that speaks against a place, before any secret is made."""
    problems: list[Problem] = []
    for path in (site_dir / _KEYSTORE, *(Path(name).absolute() for name in (files.passphrase, files.words) if name)):
        try:
            refuse_exposed(path, site_dir, project)
        except Refused as refused:
            problems.extend(refused.problems)
        if path.name != "keystore.json" and path.exists():
            what = "there is a file already"
            problems.append(Problem(Place(str(path)), "would-overwrite", what, "name another, or move it away"))
    if problems:
        raise Refused(problems)
