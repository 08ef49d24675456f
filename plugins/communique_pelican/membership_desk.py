"""What editors do with members: each verb says what will change, asks, and writes the register."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

from communique.documents.catalogue import read_data, read_text
from communique.languages.messages import load_messages
from communique.languages.typography import join_list
from communique.policy import Policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.sealing import membership
from communique.sealing.membership import Change
from communique.sealing.register import Register, read_register
from communique.sealing.register_text import heading_of, render_register
from communique.site import Site
from communique_pelican.keys import find_keys, find_register
from communique_pelican.letters import Letter, write_letter
from communique_pelican.private_files import private_folder, refuse_exposed, write_atomically, write_secret
from communique_pelican.run import SOURCE_LANGUAGE
from communique_pelican.terminal import Terminal

#: Where letters lie until they are printed: private, and ignored by git.
LETTERS = Path(".communique") / "letters"
REGISTER = "keys/register.yaml"


def add(
    site_dir: Path,
    project: Path,
    *,
    login: str,
    lang: str,
    grants: str,
    words: int = 0,
    wordlist: str = "",
    yes: bool = False,
    terminal: Terminal,
) -> int:
    """A new member. Their letter is written by `letter`, which needs the keystore; this does not."""
    register, site, policy = _read(site_dir, project)
    if lang not in site.languages:
        what = f'the portal does not speak "{lang}"'
        raise Refused([Problem(Place("--lang"), "unknown-language", what, did_you_mean(lang, site.languages))])
    change = membership.add(register, policy, login, lang, _names(grants), words=words, wordlist=wordlist)
    return _carry_out(site_dir, register, change, yes=yes, terminal=terminal)


def remove(
    site_dir: Path, project: Path, *, logins: str, reseal: bool = False, yes: bool = False, terminal: Terminal
) -> int:
    """Members who go. Several are named as in "nz-01, nz-02"."""
    register, _, policy = _read(site_dir, project)
    change = membership.remove(register, policy, _names(logins), reseal=reseal)
    return _carry_out(site_dir, register, change, yes=yes, terminal=terminal)


def remove_state(
    site_dir: Path, project: Path, *, area: str, reseal: bool = False, yes: bool = False, terminal: Terminal
) -> int:
    """A state that leaves: every member who holds its area."""
    register, _, policy = _read(site_dir, project)
    change = membership.remove(register, policy, membership.of_state(register, area), reseal=reseal)
    return _carry_out(site_dir, register, change, yes=yes, terminal=terminal)


def reissue(
    site_dir: Path,
    project: Path,
    *,
    login: str,
    words: int = 0,
    wordlist: str = "",
    yes: bool = False,
    terminal: Terminal,
) -> int:
    """A passphrase that was lost, and that nobody else is taken to have."""
    register, _, policy = _read(site_dir, project)
    change = membership.reissue(register, policy, login, words=words, wordlist=wordlist)
    return _carry_out(site_dir, register, change, yes=yes, terminal=terminal)


def replace_stolen(
    site_dir: Path, project: Path, *, login: str, reseal: bool = False, yes: bool = False, terminal: Terminal
) -> int:
    """A passphrase, stick or computer in other hands."""
    register, _, policy = _read(site_dir, project)
    change = membership.replace_stolen(register, policy, login, reseal=reseal)
    return _carry_out(site_dir, register, change, yes=yes, terminal=terminal)


def grant(site_dir: Path, project: Path, *, login: str, names: str, yes: bool = False, terminal: Terminal) -> int:
    register, _, policy = _read(site_dir, project)
    change = membership.grant(register, policy, login, _names(names))
    return _carry_out(site_dir, register, change, yes=yes, terminal=terminal)


def withdraw(
    site_dir: Path,
    project: Path,
    *,
    login: str,
    names: str,
    reseal: bool = False,
    yes: bool = False,
    terminal: Terminal,
) -> int:
    register, _, policy = _read(site_dir, project)
    change = membership.withdraw(register, policy, login, _names(names), reseal=reseal)
    return _carry_out(site_dir, register, change, yes=yes, terminal=terminal)


def add_tiers(site_dir: Path, project: Path, *, names: str = "", yes: bool = False, terminal: Terminal) -> int:
    """Keys for tiers and areas that the policy has come to name."""
    register, _, policy = _read(site_dir, project)
    change = membership.add_tiers(register, policy, _names(names))
    return _carry_out(site_dir, register, change, yes=yes, terminal=terminal)


def letter(
    site_dir: Path,
    project: Path,
    *,
    login: str,
    output: str = "",
    on: datetime.date,
    terminal: Terminal,
    environ: Mapping[str, str],
) -> int:
    """Write a member's letter to a file that only its owner may read. The words are shown nowhere else.

    Raises:
        Refused: there is no such member, or the place is published, shared, or kept by git.
    """
    register = find_register(site_dir, project)
    site, policy, _ = read_data(site_dir / "content")
    if login not in register.members:
        what = f'there is no member "{login}"'
        raise Refused([Problem(register.place, "unknown-member", what, did_you_mean(login, register.members))])
    member = register.members[login]
    if member.lang not in site.languages:
        what = f'{login} is written to in "{member.lang}", which the portal does not speak'
        raise Refused([Problem(register.place, "unknown-language", what, did_you_mean(member.lang, site.languages))])
    folder = Path(output).absolute() if output else site_dir / LETTERS
    path = folder / f"{login}.txt"
    refuse_exposed(path, site_dir, project)
    keys = find_keys(site_dir, project, environ)
    passphrase = keys.keystore.passphrase(member.login, member.number, member.words, member.wordlist)
    messages = load_messages(project / "translations", member.lang, SOURCE_LANGUAGE)
    text = write_letter(Letter(member, tuple(passphrase.split(" ")), on, keys.demo), site, policy, messages)
    private_folder(folder)
    # A letter of an earlier number is of no more use.
    write_secret(path, text, replace=True)
    terminal.say(
        f"the letter for {login} (number {member.number}): {path}",
        "print it, deliver it by hand, then delete the file",
    )
    return 0


def consequences(before: Register, change: Change) -> list[str]:
    """What a change means, in plain words: who reads what, who must be sent what, what cannot be taken back."""
    told: list[str] = []
    after = change.register
    for login in sorted(set(after.members) - set(before.members)):
        member = after.members[login]
        words = f"{member.words} words of the list {member.wordlist}"
        told.append(f"new member {login}: reads {_and(change.gained[login])}; language {member.lang}, {words}")
    told += [
        f"{login} reads more: {_and(names)}; not what was sealed with keys of the past"
        for login, names in change.gained.items()
        if login in before.members
    ]
    told += [
        f"{login} no longer signs in"
        if login not in after.members
        else f"{login} no longer reads {_and(names)}; still reads {_and(sorted(after.members[login].tiers))}"
        for login, names in change.lost.items()
    ]
    if change.begun:
        told.append(f"new keys for {_and(change.begun)}: name them in content from now on")
    if change.rotated:
        bodies = (
            "every text sealed for them gets a key of its own anew, so that all of these objects change"
            if change.resealed
            else "their keys are wrapped anew, the sealed texts stay byte for byte as they are"
        )
        told.append(f"new keys from the next release on for {_and(change.rotated)}: {bodies}")
    told.append(f"keyring of epoch {after.epoch}: all slots are made anew, so that none shows who came or went")
    if change.letters:
        told.append(f"to be handed a letter: {_and(change.letters)} (invoke members.letter LOGIN)")
    if change.new_copies:
        told.append(
            f"to be given the next copy, where they read from a stick: {_and(change.new_copies)};"
            " their passphrase stays, and their old stick opens as before"
        )
    for kept in change.kept:
        told += _what_stays_open(kept.login, kept.names, change)
    return told


def _what_stays_open(login: str, names: Sequence[str], change: Change) -> list[str]:
    stays = login in change.register.members and not change.letters
    passphrase = f"the passphrase that {login} " + ("has" if stays else "had until now")
    told = [f"cannot be taken back: in an old copy, {passphrase} still opens what is there for {_and(names)}"]
    ends = "" if stays else "that passphrase opens nothing, and "
    if change.keys_stay:
        told.append(
            "in the next release that passphrase opens nothing; but the keys stay, and an old copy gives them to"
            f" whoever has both. If others may have the passphrase, use instead: invoke members.stolen {login}"
        )
    else:
        told.append(f"in the next release {ends}no key kept from before opens what is added or changed")
    if not change.keys_stay and not change.resealed:
        told.append(
            "a text that does not change keeps its own key: whoever kept that can still open it, and see that it is"
            " unchanged. --reseal ends that too, at the price of a large difference between releases"
        )
    return told


def save_register(site_dir: Path, before: Register, after: Register) -> None:
    """Replace the register, unless somebody else changed it since it was read.

    Raises:
        Refused: somebody did.
    """
    path = site_dir / REGISTER
    text = read_text(path, REGISTER)
    if read_register(text, REGISTER) != before:
        what = "the register has changed since it was read"
        raise Refused([Problem(before.place, "register-changed", what, "run the same command again")])
    write_atomically(path, render_register(after, heading_of(text)))


def _read(site_dir: Path, project: Path) -> tuple[Register, Site, Policy]:
    register = find_register(site_dir, project)
    if register.demo:
        what = "these are the demonstration's members: everybody knows their passphrases"
        following = "make keys of your own first: invoke keys.create"
        raise Refused([Problem(register.place, "demo-keys", what, following)])
    site, policy, _ = read_data(site_dir / "content")
    return register, site, policy


def _carry_out(site_dir: Path, before: Register, change: Change, *, yes: bool, terminal: Terminal) -> int:
    terminal.say(*(f"- {line}" for line in consequences(before, change)))
    if not terminal.agrees("change the register?", yes=yes):
        return 1
    save_register(site_dir, before, change.register)
    terminal.say("", f"{REGISTER} is changed: commit it; it takes effect with the next `invoke release`")
    return 0


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(name for name in (part.strip() for part in text.split(",")) if name))


def _and(names: Sequence[str]) -> str:
    return join_list(list(names), SOURCE_LANGUAGE)
