"""Whom the preview is signed in as: a member who holds exactly the grants that were asked for, and only in memory."""

from __future__ import annotations

import dataclasses
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from communique.documents.listing import read_data
from communique.policy import PUBLIC, Policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.sealing.keyring import EARLIER_GENERATIONS, build_keyring
from communique.sealing.keystore import Keystore
from communique.sealing.passphrases import words_from
from communique.sealing.primitives import cj
from communique.sealing.register import MemberEntry, Register
from communique_pelican.keys import Keys, find_register
from communique_pelican.run import SOURCE_LANGUAGE

#: Nobody is signed in: what everybody sees.
OBSERVER = "observer"
_WORDS = 12
_OPTION = Place("--as")
_RELEASE = re.compile(r'CQ1_DATA\("release",("(?:[^"\\]|\\.)*")\)\n?')
#: The longest that a login can be; a longer one would only be cut in the middle of a name.
_LONGEST_LOGIN = 32


@dataclass(frozen=True)
class Reader:
    """A member whom no register knows. `keyring` has one slot that opens, and takes the place of the built one."""

    names: tuple[str, ...]
    login: str
    passphrase: str = field(repr=False)
    keyring: str = field(repr=False)


def asked_names(typed: Sequence[str], policy: Policy, register: Register, place: Place = _OPTION) -> tuple[str, ...]:
    """The grants asked for by `--as`, several times or with commas; none where the preview is an observer's.

    Raises:
        Refused: a name is unknown, has no key, or stands beside `observer`.
    """
    names = list(dict.fromkeys(name for text in typed for name in (part.strip() for part in text.split(",")) if name))
    problems: list[Problem] = []
    if not names:
        problems.append(Problem(place, "no-grant", "nobody is named", did_you_mean("", _known(policy))))
    if {OBSERVER, PUBLIC} & set(names):
        if len(names) > 1:
            what = "an observer is not signed in, and so holds nothing else"
            problems.append(Problem(place, "observer-alone", what, f"use --as {OBSERVER} by itself, or leave it out"))
        names = []
    for name in names:
        if name in register.members and name not in policy.audience_names:
            held = " ".join(f"--as {one}" for one in register.members[name].tiers)
            what = f'"{name}" is a member: a preview is signed in by what somebody may read'
            problems.append(Problem(place, "unknown-audience", what, f"for what {name} reads, use: {held}"))
        elif name not in policy.audience_names:
            what = f'there is no audience called "{name}"'
            problems.append(Problem(place, "unknown-audience", what, did_you_mean(name, _known(policy))))
        elif name not in register.tiers:
            what = f'the register has no key for the audience "{name}"'
            problems.append(Problem(place, "audience-without-key", what, f"use: invoke keys.add --names {name}"))
    if problems:
        raise Refused(problems)
    return tuple(names)


def reader(site_dir: Path, project: Path, keys: Keys, typed: Sequence[str]) -> Reader | None:
    """Somebody who may read what `typed` names, as register and policy are now; None for an observer.

    Costs one key derivation.

    Raises:
        Refused: as `asked_names`; a group that is named has ended; or the keys have been renewed meanwhile.
    """
    site, policy, _ = read_data(site_dir / "content")
    register = find_register(site_dir, project)
    names = asked_names(typed, policy, register)
    if not names:
        return None
    if register.signer not in (None, keys.keystore.signer(register.signing)):
        what = "keystore and register belong to different masters"
        raise Refused([Problem(register.place, "other-master", what, "start the preview again: invoke serve --as …")])
    held = policy.held_on(names, site.as_of)
    ended = [name for name in names if name not in held]
    if ended:
        what = f"{', '.join(ended)} had ended by {site.as_of.isoformat()}, the date of this site"
        raise Refused([Problem(_OPTION, "group-ended", what, "nobody reads anything through it; leave it out")])
    labels = {name: {lang: policy.label(name, lang) for lang in site.languages} for name in policy.audience_names}
    return _sign_up(keys.keystore, register, labels, names, held)


def _sign_up(
    keystore: Keystore,
    register: Register,
    labels: Mapping[str, Mapping[str, str]],
    names: tuple[str, ...],
    held: frozenset[str],
) -> Reader:
    login = "preview." + ".".join(name.replace(":", "-") for name in names)
    if len(login) > _LONGEST_LOGIN:
        login = "preview"
    passphrase = words_from(secrets.token_bytes(_WORDS * 11 // 8 + 1), _WORDS, SOURCE_LANGUAGE)
    # What lies in output/ may have been sealed before the last change of members.
    lines = {name: max(1, register.entry(name).generation - EARLIER_GENERATIONS) for name in held if name != PUBLIC}
    member = MemberEntry(login, SOURCE_LANGUAGE, SOURCE_LANGUAGE, _WORDS, 1, lines)
    alone = dataclasses.replace(register, members={login: member})
    text = build_keyring(keystore, alone, labels, lambda _: sorted(held), typed={login: passphrase})
    return Reader(names, login, passphrase, text)


def release_with_keyring(text: str, keyring_path: str) -> str:
    """`release.js` as built, but that it leads to another keyring.

    Raises:
        Refused: this is no `release.js` we know.
    """
    found = _RELEASE.fullmatch(text)
    try:
        told = json.loads(json.loads(found.group(1))) if found else None
        if told is not None:
            told["data"]["keyring"] = keyring_path
    except (ValueError, TypeError, KeyError):
        told = None
    if told is None:
        what = "this is not what a build writes"
        raise Refused([Problem(Place("output/release.js"), "not-our-release", what, "build again: invoke build")])
    return f'CQ1_DATA("release",{cj(cj(told))})\n'


def _known(policy: Policy) -> list[str]:
    return [OBSERVER, *(name for name in policy.audience_names if name != PUBLIC)]
