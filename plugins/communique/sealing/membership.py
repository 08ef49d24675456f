"""Who may sign in, changed: each verb gives a new register and says what follows from it.

Nothing is written here, and no key is needed: a register holds numbers, from which the master makes keys and
passphrases. Every verb raises the epoch, so that a keyring never shows which of its slots is new.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from communique.policy import AREA_PREFIX, PUBLIC, TLP_LABELS, Policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.sealing.passphrases import WORDLISTS, normalise_login
from communique.sealing.primitives import is_identifier
from communique.sealing.register import FEWEST_WORDS, MOST_WORDS, MemberEntry, Register, TierEntry

#: A passphrase of the widest tier, of areas and groups: 99 bits. Narrower tiers: 132 bits.
WORDS, MORE_WORDS = FEWEST_WORDS, 12
DEFAULT_WORDLIST = "en"


@dataclass(frozen=True)
class Kept:
    """What a sign-in that ends leaves in its holder's hands: with it, an old copy still opens for these names."""

    login: str
    number: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A new register, and what changes with it. Names are those of content (`oeg`, `state:nz`), sorted."""

    register: Register
    #: Who reads more, and what; who reads less, and what.
    gained: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    lost: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    #: Tiers and areas whose keys are new from the next release on; of `resealed` ones every text gets a new key too.
    rotated: tuple[str, ...] = ()
    resealed: tuple[str, ...] = ()
    #: Tiers and areas that had no key until now.
    begun: tuple[str, ...] = ()
    #: Who must be handed a letter, since their passphrase is new.
    letters: tuple[str, ...] = ()
    #: Who reads on with the passphrase they have, and needs the next copy if they read from a stick.
    new_copies: tuple[str, ...] = ()
    #: Passphrases that open no later keyring, and what an old copy still opens with them.
    kept: tuple[Kept, ...] = ()
    #: Whether `kept` passphrases lead, through an old copy, to keys that are still in use.
    keys_stay: bool = False
    #: Tiers and areas that somebody read until now, and nobody reads any more.
    unread: tuple[str, ...] = ()
    #: Whether everything is sealed by another master from now on.
    new_master: bool = False


def begin_register(
    site: str, policy: Policy, *, salt: bytes, signer: bytes, date: datetime.date, place: Place
) -> Register:
    """The register of a new site: a key for every tier and area of its policy, and no members."""
    names = [name for name in policy.audience_names if name != PUBLIC]
    tiers = {name: TierEntry(name, 1) for name in names}
    return Register(site, salt, 1, 1, date, 1, False, tiers, {}, signer, {}, place)


def add(
    register: Register,
    policy: Policy,
    login: str,
    lang: str,
    grants: Sequence[str],
    *,
    words: int = 0,
    wordlist: str = "",
) -> Change:
    """A new member, who reads what is written from now on and what the present keys open.

    Without `words` and `wordlist`, the passphrase has as many as the grants deserve, in the member's language
    where there is a list for it.

    Raises:
        Refused: the login is taken or unusable, a grant is unknown or has no key.
    """
    problems = _login_problems(register, login)
    problems += _grant_problems(register, policy, grants)
    words = words or words_for(policy, grants)
    wordlist = wordlist or (lang if lang in WORDLISTS else DEFAULT_WORDLIST)
    problems += _passphrase_problems(register.place, words, wordlist)
    if problems:
        raise Refused(problems)
    lines = {name: register.entry(name).generation for name in _reads(policy, grants)}
    # Somebody else may have had this login: their words must not come back.
    number = register.former.get(login, 0) + 1
    member = MemberEntry(login, lang, wordlist, words, number, lines)
    former = {name: last for name, last in register.former.items() if name != login}
    after = _next(register, members={**register.members, login: member}, former=former)
    return Change(after, gained={login: tuple(sorted(lines))}, letters=(login,))


def remove(register: Register, policy: Policy, logins: Sequence[str], *, reseal: bool = False) -> Change:
    """Members go. Whatever they could read has new keys from the next release on; its texts stay as they are,
    unless `reseal` gives each of them a new key too.

    Raises:
        Refused: there is no such member.
    """
    leaving = [_member(register, login) for login in dict.fromkeys(logins)]
    written = _written_out(register, policy)
    names = {name for member in leaving for name in _reads(policy, member.tiers)}
    after = _rotated(written, names, reseal=reseal)
    numbers = {member.login: member.number for member in leaving}
    members = {login: member for login, member in after.members.items() if login not in numbers}
    after = _next(after, members=members, former={**register.former, **numbers})
    return Change(
        after,
        lost={member.login: _reads(policy, member.tiers) for member in leaving},
        rotated=tuple(sorted(names)),
        resealed=tuple(sorted(names)) if reseal else (),
        new_copies=_holders(after, policy, names),
        kept=tuple(Kept(one.login, one.number, _reads(policy, one.tiers)) for one in leaving),
        unread=_unread(register, after, policy),
    )


def reissue(register: Register, policy: Policy, login: str, *, words: int = 0, wordlist: str = "") -> Change:
    """A lost passphrase: the member gets another. Keys stay, since nobody else is taken to have it.

    Raises:
        Refused: there is no such member, or no such passphrase.
    """
    member = _member(register, login)
    problems = _passphrase_problems(register.place, words or member.words, wordlist or member.wordlist)
    if problems:
        raise Refused(problems)
    # Fewer or other words of the same number would begin with the same ones: each change is a new number.
    renewed = dataclasses.replace(
        member, number=member.number + 1, words=words or member.words, wordlist=wordlist or member.wordlist
    )
    return Change(
        _next(register, members={**register.members, login: renewed}),
        letters=(login,),
        kept=(Kept(login, member.number, _reads(policy, member.tiers)),),
        keys_stay=True,
    )


def replace_stolen(register: Register, policy: Policy, login: str, *, reseal: bool = False) -> Change:
    """A passphrase or device in other hands: the member goes, and comes back with a new passphrase and new keys.

    Raises:
        Refused: there is no such member.
    """
    member = _member(register, login)
    gone = remove(register, policy, [login], reseal=reseal)
    lines = {name: gone.register.entry(name).generation for name in _reads(policy, member.tiers)}
    back = dataclasses.replace(member, number=member.number + 1, tiers=lines)
    former = {name: last for name, last in gone.register.former.items() if name != login}
    after = dataclasses.replace(gone.register, members={**gone.register.members, login: back}, former=former)
    return dataclasses.replace(gone, register=after, lost={}, letters=(login,), unread=())


def grant(register: Register, policy: Policy, login: str, names: Sequence[str]) -> Change:
    """A member reads more, from the present keys on.

    Raises:
        Refused: there is no such member, a name is unknown or has no key, or all of it is read already.
    """
    member = _member(register, login)
    problems = _grant_problems(register, policy, names)
    had = set(_reads(policy, member.tiers))
    new = [] if problems else [name for name in _reads(policy, names) if name not in had]
    if not new and not problems:
        what = f"{login} may read that already"
        problems.append(Problem(register.place, "nothing-changes", what, f"{login} reads: {', '.join(sorted(had))}"))
    if problems:
        raise Refused(problems)
    written = _written_out(register, policy)
    lines = {**written.members[login].tiers, **{name: register.entry(name).generation for name in new}}
    after = _next(written, members={**written.members, login: dataclasses.replace(member, tiers=lines)})
    return Change(after, gained={login: tuple(new)}, new_copies=(login,))


def withdraw(register: Register, policy: Policy, login: str, names: Sequence[str], *, reseal: bool = False) -> Change:
    """A member reads less: what is lost has new keys from the next release on.

    Only what is named goes: who loses `oeg` still reads what `oeg` includes.

    Raises:
        Refused: there is no such member, a name was not granted or is still included in another, or nothing is left.
    """
    _member(register, login)
    written = _written_out(register, policy)
    member = written.members[login]
    problems = [
        Problem(register.place, "not-granted", f'{login} does not read "{name}"', did_you_mean(name, member.tiers))
        for name in names
        if name not in member.tiers
    ]
    lines = {name: first for name, first in member.tiers.items() if name not in names}
    still = set(names) & set(_reads(policy, lines))
    for name in sorted(still & set(member.tiers)):
        through = sorted(other for other in lines if name in policy.closure([other]))
        what = f'{login} would still read "{name}", which {", ".join(through)} includes'
        problems.append(Problem(register.place, "still-included", what, f"withdraw {', '.join(through)} too"))
    if not lines and not problems:
        what = f"nothing would be left for {login} to read"
        problems.append(Problem(register.place, "nothing-left", what, f"use: invoke members.remove {login}"))
    if problems:
        raise Refused(problems)
    lost = tuple(sorted(set(names)))
    after = _rotated(written, lost, reseal=reseal)
    after = _next(after, members={**after.members, login: dataclasses.replace(member, tiers=lines)})
    return Change(
        after,
        lost={login: lost},
        rotated=lost,
        resealed=lost if reseal else (),
        new_copies=tuple(sorted({login, *_holders(after, policy, lost)})),
        kept=(Kept(login, member.number, lost),),
        unread=_unread(register, after, policy),
    )


def add_tiers(register: Register, policy: Policy, names: Sequence[str] = ()) -> Change:
    """Keys for tiers and areas of the policy that have none yet; without `names`, for all of them.

    Raises:
        Refused: the policy knows no such name, all names have keys, or a tier takes in readers unannounced.
    """
    known = [name for name in policy.audience_names if name != PUBLIC]
    wanted = list(names) or [name for name in known if name not in register.tiers]
    problems = [
        Problem(register.place, "unknown-audience", f'the policy has no "{name}"', did_you_mean(name, known))
        for name in wanted
        if name not in known
    ]
    problems += [
        Problem(register.place, "has-a-key", f'"{name}" has a key already', "leave it out")
        for name in wanted
        if name in register.tiers
    ]
    if not wanted:
        what = "every tier and area of the policy has a key"
        following = "add the new one to content/data/tiers.yaml, states.yaml or groups.yaml first"
        problems.append(Problem(register.place, "nothing-changes", what, following))
    if problems:
        raise Refused(problems)
    entries = {name: TierEntry(name, 1) for name in wanted}
    tiers = {
        name: {**register.tiers, **entries}[name]
        for name in [*known, *register.tiers]
        if name in entries or name in register.tiers
    }
    after = _next(register, tiers=tiers)
    # Who holds a tier that includes a new one reads it too.
    gained = {
        login: found
        for login, member in sorted(register.members.items())
        if (found := tuple(name for name in _reads(policy, member.tiers) if name in entries))
    }
    lines = {
        login: dataclasses.replace(member, tiers={**member.tiers, **dict.fromkeys(gained.get(login, ()), 1)})
        for login, member in register.members.items()
    }
    after = dataclasses.replace(after, members=lines)
    return Change(after, gained=gained, begun=tuple(sorted(wanted)), new_copies=tuple(gained))


def renew(register: Register, policy: Policy, *, salt: bytes, signer: bytes, leaving: Sequence[str] = ()) -> Change:
    """A new master: the keystore was seen by others, or an editor has left. Everything is sealed anew with it,
    and every member is handed a new passphrase, but for those who leave as well.

    Raises:
        Refused: the salt is the old one, or there is no such member.
    """
    gone = {login: _member(register, login) for login in dict.fromkeys(leaving)}
    if salt == register.salt:
        what = "a new master needs a new salt"
        raise Refused([Problem(register.place, "old-salt", what, "give 16 fresh bytes")])
    every = register.tiers
    # Earlier generations of a new master never sealed anything: nobody needs them.
    members = {
        login: dataclasses.replace(
            member,
            number=member.number + 1,
            tiers={name: every[name].generation for name in _reads(policy, member.tiers)},
        )
        for login, member in register.members.items()
        if login not in gone
    }
    former = {**register.former, **{login: member.number for login, member in gone.items()}}
    after = _next(register, members=members, former=former)
    return Change(
        dataclasses.replace(after, salt=salt, signer=signer),
        lost={login: _reads(policy, member.tiers) for login, member in gone.items()},
        rotated=tuple(sorted(every)),
        resealed=tuple(sorted(every)),
        letters=tuple(sorted(members)),
        kept=tuple(
            Kept(login, member.number, _reads(policy, member.tiers))
            for login, member in sorted(register.members.items())
        ),
        unread=_unread(register, after, policy),
        new_master=True,
    )


def of_state(register: Register, area: str) -> tuple[str, ...]:
    """The logins of a state: all who hold its area.

    Raises:
        Refused: nobody does, or this is no area.
    """
    found = tuple(sorted(login for login, member in register.members.items() if area in member.tiers))
    if not found:
        areas = [name for member in register.members.values() for name in member.tiers if name.startswith(AREA_PREFIX)]
        what = f'no member holds the area "{area}"'
        raise Refused([Problem(register.place, "no-such-area", what, did_you_mean(area, areas))])
    if not area.startswith(AREA_PREFIX):
        what = f'"{area}" is no state\'s area'
        raise Refused([Problem(register.place, "no-such-area", what, "name it as state:nz")])
    return found


def words_for(policy: Policy, grants: Iterable[str]) -> int:
    """How long a passphrase these grants deserve: the longer one for tiers marked AMBER or stricter."""
    amber = TLP_LABELS.index("AMBER")
    narrow = any(name in policy.tiers and policy.rank(policy.tiers[name].tlp) >= amber for name in grants)
    return MORE_WORDS if narrow else WORDS


def broadest(policy: Policy, names: Iterable[str]) -> tuple[str, ...]:
    """The names that stand for all of `names`: those that no other of them includes."""
    given = sorted(set(names))
    return tuple(
        name for name in given if not any(other != name and name in policy.closure([other]) for other in given)
    )


def _reads(policy: Policy, grants: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(policy.closure(grants) - {PUBLIC}))


def _holders(register: Register, policy: Policy, names: Iterable[str]) -> tuple[str, ...]:
    touched = set(names)
    return tuple(
        login for login, member in sorted(register.members.items()) if touched & set(_reads(policy, member.tiers))
    )


def _unread(before: Register, after: Register, policy: Policy) -> tuple[str, ...]:
    """What members read before and none does afterwards."""

    def read(register: Register) -> set[str]:
        return {name for member in register.members.values() for name in _reads(policy, member.tiers)}

    return tuple(sorted(read(before) - read(after)))


def _next(
    register: Register,
    *,
    members: Mapping[str, MemberEntry] | None = None,
    former: Mapping[str, int] | None = None,
    tiers: Mapping[str, TierEntry] | None = None,
) -> Register:
    return dataclasses.replace(
        register,
        epoch=register.epoch + 1,
        members=register.members if members is None else members,
        former=register.former if former is None else former,
        tiers=register.tiers if tiers is None else tiers,
    )


def _written_out(register: Register, policy: Policy) -> Register:
    """The register with a line for all that each member reads. What a grant includes without a line of its own
    opens with the present key only: it must be written down before that key becomes an earlier one.
    """
    members = {
        login: dataclasses.replace(
            member,
            tiers={
                name: member.tiers.get(name, register.entry(name).generation) for name in _reads(policy, member.tiers)
            },
        )
        for login, member in register.members.items()
    }
    return dataclasses.replace(register, members=members)


def _rotated(register: Register, names: Iterable[str], *, reseal: bool) -> Register:
    new = {
        name: dataclasses.replace(
            register.entry(name),
            generation=register.entry(name).generation + 1,
            resealed=register.release + 1 if reseal else register.entry(name).resealed,
        )
        for name in names
    }
    return dataclasses.replace(register, tiers={**register.tiers, **new})


def _member(register: Register, login: str) -> MemberEntry:
    if login not in register.members:
        what = f'there is no member "{login}"'
        raise Refused([Problem(register.place, "unknown-member", what, did_you_mean(login, register.members))])
    return register.members[login]


def _login_problems(register: Register, login: str) -> list[Problem]:
    if normalise_login(login) != login or not is_identifier(login):
        what = f'"{login}" cannot be a login'
        following = "use 3 to 32 of a-z, 0-9, dot and -, beginning with a letter or digit"
        return [Problem(register.place, "bad-name", what, following)]
    if login in register.members:
        what = f"there is a member {login} already"
        return [Problem(register.place, "member-twice", what, "choose another login, or use members.grant")]
    return []


def _grant_problems(register: Register, policy: Policy, names: Sequence[str]) -> list[Problem]:
    known = [name for name in policy.audience_names if name != PUBLIC]
    problems = [
        Problem(register.place, "unknown-audience", f'there is no audience called "{name}"', did_you_mean(name, known))
        for name in names
        if name not in known
    ]
    if not names:
        problems.append(Problem(register.place, "no-grant", "nothing is granted", did_you_mean("", known)))
    if not problems:
        for name in _reads(policy, names):
            if name not in register.tiers:
                what = f'the register has no key for the audience "{name}"'
                problems.append(
                    Problem(register.place, "audience-without-key", what, f"use: invoke keys.add --names {name}")
                )
    return problems


def _passphrase_problems(place: Place, words: int, wordlist: str) -> list[Problem]:
    problems: list[Problem] = []
    if not FEWEST_WORDS <= words <= MOST_WORDS:
        what = f"a passphrase of {words} words is not issued"
        problems.append(Problem(place, "too-few-words", what, f"ask for {FEWEST_WORDS} to {MOST_WORDS}"))
    if wordlist not in WORDLISTS:
        what = f'there is no list of words "{wordlist}"'
        problems.append(Problem(place, "unknown-value", what, did_you_mean(wordlist, WORDLISTS)))
    return problems
