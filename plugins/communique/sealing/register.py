"""The register: who the members are, and which generation of each key is in use.

Committed beside the content; secret from the public, not from the editors. Tiers and areas are written as in
content (`oeg`, `state:nz`); the protocol's own spelling (`nat-nz`) is derived.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from communique.policy import AREA_PREFIX, GROUP_PREFIX, tier_id
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.sealing.errors import Malformed
from communique.sealing.keystore import Keystore
from communique.sealing.passphrases import WORDLISTS, normalise_login
from communique.sealing.primitives import from_b64u, is_identifier
from communique.strict_yaml import Node, load_yaml

FEWEST_WORDS = 9
MOST_WORDS = 24


@dataclass(frozen=True)
class TierEntry:
    """The keys of a tier, area or group. `generation` rises when a member loses it.

    `opaque`: the site's files do not tell its name. `restamped`: every object gets a new key in each release.
    `resealed`: the release in which all its objects last got new keys (0: never).
    """

    name: str
    generation: int
    opaque: bool = False
    restamped: bool = False
    resealed: int = 0

    @property
    def tier(self) -> str:
        """The protocol's identifier, which enters the keys."""
        return tier_id(self.name)


@dataclass(frozen=True)
class MemberEntry:
    """One sign-in. `tiers`: the generation from which on each key may be held; `number` counts reissues."""

    login: str
    lang: str
    wordlist: str
    words: int
    number: int
    tiers: Mapping[str, int]


@dataclass(frozen=True)
class Register:
    """All that a release depends on besides content and master."""

    site: str
    salt: bytes
    epoch: int
    release: int
    date: datetime.date
    signing: int
    demo: bool
    tiers: Mapping[str, TierEntry]
    members: Mapping[str, MemberEntry] = field(repr=False)
    #: The public key that objects are signed with, where the register tells it: it proves that a restored master
    #: is the one this register belongs to.
    signer: bytes | None = None
    #: The last number issued to logins that are gone: who is given one of them again gets other words.
    former: Mapping[str, int] = field(default_factory=dict, repr=False)
    place: Place = field(default=Place("register.yaml"), compare=False)

    def entry(self, name: str) -> TierEntry:
        """The keys of a tier or area, by its name in content.

        Raises:
            Refused: the register has none.
        """
        if name not in self.tiers:
            what = f'the register has no key for the audience "{name}"'
            following = f"{did_you_mean(name, self.tiers)} Otherwise add it to the tiers of the register"
            raise Refused([Problem(self.place, "audience-without-key", what, following)])
        return self.tiers[name]


@dataclass(frozen=True)
class Credential:
    """What one member is handed: a login, an issued passphrase, and what it opens."""

    login: str
    passphrase: str = field(repr=False)
    grants: tuple[str, ...]
    lang: str


def read_register(text: str, file: str) -> Register:
    """The register in `text`, checked whole.

    Raises:
        Refused: unknown or missing keys, values out of range, members granted what has no key.
    """
    problems: list[Problem] = []
    root = load_yaml(text, file)
    required = ["site", "salt", "epoch", "release", "date", "sig", "tiers", "members"]
    top = root.take(problems, "the register", required, ["demo", "signer", "former"])
    if problems:
        raise Refused(problems)
    tiers = {name: _tier(name, node, problems) for name, node in top["tiers"].as_mapping(problems, "tiers").items()}
    members = {
        login: _member(login, node, tiers, problems)
        for login, node in top["members"].as_mapping(problems, "members").items()
    }
    date = top["date"].as_date(problems, "date")
    register = Register(
        site=top["site"].as_text(problems, "site"),
        salt=_salt(top["salt"], problems),
        epoch=_counted(top["epoch"], problems, "epoch"),
        release=_counted(top["release"], problems, "release"),
        date=date or datetime.date.min,
        signing=_counted(top["sig"], problems, "sig"),
        demo="demo" in top and top["demo"].as_truth(problems, "demo"),
        tiers=tiers,
        members=members,
        signer=_signer(top["signer"], problems) if "signer" in top else None,
        former=_former(top["former"], members, problems) if "former" in top else {},
        place=root.place,
    )
    if register.site and not is_identifier(register.site):
        what = f'"{register.site}" cannot name a site'
        problems.append(Problem(top["site"].place, "bad-name", what, "use lower-case letters, digits, dots and -"))
    if problems:
        raise Refused(problems)
    return register


def credentials(keystore: Keystore, register: Register) -> tuple[Credential, ...]:
    """Login, passphrase and grants of every member, for the editor who hands them out; in a demo, for all."""
    return tuple(
        Credential(
            member.login,
            keystore.passphrase(member.login, member.number, member.words, member.wordlist),
            tuple(member.tiers),
            member.lang,
        )
        for member in register.members.values()
    )


def _tier(name: str, node: Node, problems: list[Problem]) -> TierEntry:
    if not is_identifier(name.removeprefix(AREA_PREFIX).removeprefix(GROUP_PREFIX)) or name == "public":
        what = f'"{name}" cannot be a tier with a key'
        following = "name a tier of the policy, an area as state:nz, or a group as group:plan"
        problems.append(Problem(node.place, "bad-name", what, following))
    part = node.take(problems, f"the tier {name}", ["g"], ["opaque", "restamp", "resealed"])
    return TierEntry(
        name,
        generation=_counted(part["g"], problems, "g") if "g" in part else 0,
        opaque="opaque" in part and part["opaque"].as_truth(problems, "opaque"),
        restamped="restamp" in part and part["restamp"].as_truth(problems, "restamp"),
        resealed=_counted(part["resealed"], problems, "resealed") if "resealed" in part else 0,
    )


def _member(login: str, node: Node, tiers: Mapping[str, TierEntry], problems: list[Problem]) -> MemberEntry:
    if normalise_login(login) != login or not is_identifier(login):
        what = f'"{login}" cannot be a login'
        problems.append(
            Problem(
                node.place,
                "bad-name",
                what,
                "use 3 to 32 of a-z, 0-9, dot and -, beginning with a letter or digit",
            )
        )
    part = node.take(problems, f"the member {login}", ["lang", "wordlist", "words", "n", "tiers"])
    granted: dict[str, int] = {}
    for name, value in part["tiers"].as_mapping(problems, "tiers").items() if "tiers" in part else ():
        if name not in tiers:
            what = f'{login} is granted "{name}", which has no key'
            problems.append(Problem(value.place, "unknown-audience", what, did_you_mean(name, tiers)))
            continue
        granted[name] = _counted(value, problems, name)
        if granted[name] > tiers[name].generation:
            what = f"{login} is granted {name} from a generation that does not exist yet"
            following = f"write at most {tiers[name].generation}, the present one"
            problems.append(Problem(value.place, "generation-ahead", what, following))
    words = _counted(part["words"], problems, "words") if "words" in part else FEWEST_WORDS
    if not FEWEST_WORDS <= words <= MOST_WORDS:
        what = f"a passphrase of {words} words is not issued"
        problems.append(
            Problem(part["words"].place, "too-few-words", what, "write 9 to 24; editors and the oeg have 12")
        )
    return MemberEntry(
        login,
        lang=part["lang"].as_text(problems, "lang") if "lang" in part else "",
        wordlist=part["wordlist"].as_word(problems, "wordlist", WORDLISTS) if "wordlist" in part else "",
        words=words,
        number=_counted(part["n"], problems, "n") if "n" in part else 0,
        tiers=granted,
    )


def _counted(node: Node, problems: list[Problem], what: str) -> int:
    before = len(problems)
    number = node.as_integer(problems, what)
    if number < 1 and len(problems) == before:
        problems.append(Problem(node.place, "not-a-number", f"{what} counts from 1", "write 1 or more"))
    return number


def _salt(node: Node, problems: list[Problem]) -> bytes:
    try:
        salt = from_b64u(node.as_text(problems, "salt"))
    except Malformed:
        salt = b""
    if len(salt) != 16:
        what = "salt is not 16 bytes in base64url"
        problems.append(
            Problem(
                node.place,
                "bad-salt",
                what,
                "restore it from the last release; a new one only with a new master",
            )
        )
    return salt


def _signer(node: Node, problems: list[Problem]) -> bytes:
    try:
        signer = from_b64u(node.as_text(problems, "signer"))
    except Malformed:
        signer = b""
    if len(signer) != 32:
        what = "signer is not a public key: 32 bytes in base64url"
        problems.append(Problem(node.place, "bad-signer", what, "restore it from the last version of this file"))
    return signer


def _former(node: Node, members: Mapping[str, MemberEntry], problems: list[Problem]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for login, value in node.as_mapping(problems, "former").items():
        numbers[login] = _counted(value, problems, login)
        if normalise_login(login) != login or not is_identifier(login):
            what = f'"{login}" cannot have been a login'
            problems.append(Problem(value.place, "bad-name", what, "restore it from the last version of this file"))
        if login in members:
            what = f"{login} stands among the members and among those who are gone"
            problems.append(Problem(value.place, "member-twice", what, "delete the line that is not true"))
    return numbers
