"""What editors do with members: each verb says what will change, asks, and writes the register."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path

from communique.documents.listing import read_data, read_text
from communique.languages.messages import load_messages
from communique.policy import Policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.sealing import membership
from communique.sealing.membership import Change
from communique.sealing.register import Register, read_register
from communique.sealing.register_text import heading_of, render_register
from communique.site import Site
from communique_pelican.consequences import consequences
from communique_pelican.keys import find_keys, find_register
from communique_pelican.letter_sheets import typeset_letter
from communique_pelican.letters import Letter, write_letter
from communique_pelican.private_files import exposures, private_folder, write_atomically, write_secret
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

    def added(register: Register, site: Site, policy: Policy) -> Change:
        if lang not in site.languages:
            what = f'the portal does not speak "{lang}"'
            raise Refused([Problem(Place("--lang"), "unknown-language", what, did_you_mean(lang, site.languages))])
        return membership.add(register, policy, login, lang, _names(grants), words=words, wordlist=wordlist)

    return _change(site_dir, project, added, yes=yes, terminal=terminal)


def remove(
    site_dir: Path, project: Path, *, logins: str, reseal: bool = False, yes: bool = False, terminal: Terminal
) -> int:
    """Members who go. Several are named as in "nz-01, nz-02"."""

    def removed(register: Register, _: Site, policy: Policy) -> Change:
        return membership.remove(register, policy, _names(logins), reseal=reseal)

    return _change(site_dir, project, removed, yes=yes, terminal=terminal)


def remove_state(
    site_dir: Path, project: Path, *, area: str, reseal: bool = False, yes: bool = False, terminal: Terminal
) -> int:
    """A state that leaves: every member who holds its area."""

    def removed(register: Register, _: Site, policy: Policy) -> Change:
        return membership.remove(register, policy, membership.of_state(register, area), reseal=reseal)

    return _change(site_dir, project, removed, yes=yes, terminal=terminal)


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

    def reissued(register: Register, _: Site, policy: Policy) -> Change:
        return membership.reissue(register, policy, login, words=words, wordlist=wordlist)

    return _change(site_dir, project, reissued, yes=yes, terminal=terminal)


def replace_stolen(
    site_dir: Path, project: Path, *, login: str, reseal: bool = False, yes: bool = False, terminal: Terminal
) -> int:
    """A passphrase, stick or computer in other hands."""

    def replaced(register: Register, _: Site, policy: Policy) -> Change:
        return membership.replace_stolen(register, policy, login, reseal=reseal)

    return _change(site_dir, project, replaced, yes=yes, terminal=terminal)


def grant(site_dir: Path, project: Path, *, login: str, names: str, yes: bool = False, terminal: Terminal) -> int:
    def granted(register: Register, _: Site, policy: Policy) -> Change:
        return membership.grant(register, policy, login, _names(names))

    return _change(site_dir, project, granted, yes=yes, terminal=terminal)


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
    def withdrawn(register: Register, _: Site, policy: Policy) -> Change:
        return membership.withdraw(register, policy, login, _names(names), reseal=reseal)

    return _change(site_dir, project, withdrawn, yes=yes, terminal=terminal)


def add_tiers(site_dir: Path, project: Path, *, names: str = "", yes: bool = False, terminal: Terminal) -> int:
    """Keys for tiers, areas and groups that the policy has come to name."""

    def added(register: Register, _: Site, policy: Policy) -> Change:
        return membership.add_tiers(register, policy, _names(names))

    return _change(site_dir, project, added, yes=yes, terminal=terminal)


def letter(
    site_dir: Path,
    project: Path,
    *,
    login: str,
    output: str = "",
    pdf: bool = False,
    on: datetime.date,
    terminal: Terminal,
    environ: Mapping[str, str],
) -> int:
    """Write letters to files that only their owner may read; several members are named as in "nz-01, nz-02". The
    words are shown nowhere else.

    Raises:
        Refused: there is no such member, or the place is published, shared, or kept by git. No letter is written then.
    """
    register = find_register(site_dir, project)
    site, policy, _ = read_data(site_dir / "content")
    folder = Path(output).absolute() if output else site_dir / LETTERS
    paths: dict[str, Path] = {}
    problems: list[Problem] = []
    for name in _names(login):
        member = register.members.get(name)
        if member is None:
            what = f'there is no member "{name}"'
            problems.append(Problem(register.place, "unknown-member", what, did_you_mean(name, register.members)))
            continue
        if member.lang not in site.languages:
            what = f'{name} is written to in "{member.lang}", which the portal does not speak'
            following = did_you_mean(member.lang, site.languages)
            problems.append(Problem(register.place, "unknown-language", what, following))
        paths[name] = folder / f"{name}.{'pdf' if pdf else 'txt'}"
        problems += exposures(paths[name], site_dir, project)
    if not paths and not problems:
        following = did_you_mean("", register.members)
        problems.append(Problem(register.place, "unknown-member", "no member is named", following))
    if problems:
        raise Refused(problems)
    keys = find_keys(site_dir, project, environ)
    write = typeset_letter if pdf else write_letter
    private_folder(folder)
    for name, path in paths.items():
        member = register.members[name]
        passphrase = keys.keystore.passphrase(member.login, member.number, member.words, member.wordlist)
        messages = load_messages(project / "translations", member.lang, SOURCE_LANGUAGE)
        words = Letter(member, tuple(passphrase.split(" ")), on, keys.demo)
        # A letter of an earlier number is of no more use.
        write_secret(path, write(words, site, policy, messages), replace=True)
        terminal.say(f"the letter for {name} (number {member.number}): {path}")
    them = "it" if len(paths) == 1 else "each"
    terminal.say(f"print {them}, deliver it by hand, then delete the file")
    return 0


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


def _change(
    site_dir: Path,
    project: Path,
    made: Callable[[Register, Site, Policy], Change],
    *,
    yes: bool,
    terminal: Terminal,
) -> int:
    """Work out a change of the site's own register, say what follows from it, ask, and write it."""
    register = find_register(site_dir, project)
    if register.demo:
        what = "these are the demonstration's members: everybody knows their passphrases"
        following = "make keys of your own first: invoke keys.create"
        raise Refused([Problem(register.place, "demo-keys", what, following)])
    site, policy, _ = read_data(site_dir / "content")
    change = made(register, site, policy)
    terminal.say(*consequences(register, change))
    if not terminal.agrees("change the register?", yes=yes):
        return 1
    save_register(site_dir, register, change.register)
    terminal.say("", f"{REGISTER} is changed: commit it; it takes effect with the next `invoke release`")
    return 0


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(name for name in (part.strip() for part in text.split(",")) if name))
