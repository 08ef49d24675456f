"""Packages for translators: sealed for one login, and the reply that comes back sealed under a key of the same package.

A package has keys of its own, which follow from the master, the login, the number of its passphrase and the package's
identifier. So nobody but that translator and the editors opens or makes either, a reply belongs to one package, and one
of somebody whose sign-in has ended does not open. Nothing has to be kept from the way out for the way back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from communique.problems import Place, Problem, Refused, did_you_mean
from communique.sealing.envelope import Context, Recipient, open_reply_object, read_reply_object, seal
from communique.sealing.errors import DoesNotOpen, Malformed
from communique.sealing.keyring import build_single_slot
from communique.sealing.primitives import Json, b64u, cj
from communique.sealing.register import MemberEntry, Register
from communique.sealing.sealer import Sealer

#: How the login of every translator begins.
TRANSLATOR = "t-"
#: What a package and a reply to it are called in the protocol.
KIND, REPLY, PART = "index", "reply", "translate/"
_META: Mapping[str, Json] = {"ct": "application/json"}
_IDENT = re.compile(r"[a-z0-9]{12,64}", re.ASCII)
#: A reply of everything that the site says, in every language, would be shorter.
_LONGEST_REPLY = 16 * 1024 * 1024


@dataclass(frozen=True)
class SealedPackage:
    """A keyring of one slot and the object it opens; what else a page must expect of the object stands in `expect`."""

    keyring: str = field(repr=False)
    object: str = field(repr=False)
    expect: Mapping[str, Json]


@dataclass(frozen=True)
class OpenedReply:
    """Whose reply it is, to which package, into which language: proven by opening. `body` is what that person wrote."""

    login: str
    package: str
    lang: str
    body: bytes = field(repr=False)


def translator(register: Register, login: str, place: Place) -> MemberEntry:
    """The member whom a package is for.

    Raises:
        Refused: there is none, or it is no translator's login.
    """
    known = sorted(name for name in register.members if name.startswith(TRANSLATOR))
    if login in register.members and login.startswith(TRANSLATOR):
        return register.members[login]
    what = f'"{login}" is not the login of a translator'
    fix = did_you_mean(login, known) if known else "there is none yet"
    fix += "; translators are members whose login begins with t-: invoke members.add t-NAME --lang … --grants …"
    raise Refused([Problem(place, "no-translator", what, fix)])


def seal_package(sealer: Sealer, login: str, ident: str, lang: str, told: Mapping[str, Json]) -> SealedPackage:
    """`told` sealed for one translator. With it goes the key for the reply; the same arguments give the same texts.

    Costs one key derivation.

    Raises:
        ValueError: `ident` is not an identifier of a package.
    """
    if not _IDENT.fullmatch(ident):
        raise ValueError("a package is named by 12 to 64 of a-z and 0-9")
    keystore, register = sealer.keystore, sealer.register
    keys = keystore.package_keys(login, register.members[login].number, ident, lang.lower())
    keyring = build_single_slot(keystore, register, login, keys.salt, {keys.kid: keys.out})
    context = Context(register.site, KIND, "-", lang.lower(), PART + ident, (keys.tid,))
    body = cj({**told, "reply": {"kid": keys.kid, "k": b64u(keys.back)}}).encode("ascii")
    sealed = seal(
        context,
        _META,
        body,
        k_det=keystore.k_det,
        recipients=[Recipient(keys.kid, keys.out)],
        signer=keystore.signing_key(register.signing),
    )
    expect: dict[str, Json] = {name: context.as_json()[name] for name in ("kind", "doc", "lang", "part", "aud")}
    return SealedPackage(keyring, sealed, expect)


def open_reply(text: str, sealer: Sealer) -> OpenedReply:
    """A reply, opened with the key of the package that it names, for whichever present translator that was made.

    Raises:
        Malformed: this is no sealed reply.
        DoesNotOpen: it was altered, is of another site or of nobody who translates now, or answers something else.
    """
    if len(text) > _LONGEST_REPLY:
        raise Malformed("the text is longer than a reply can be")
    kid, claimed = read_reply_object(text)
    ident, lang = _claims(claimed)
    for login, member in sorted(sealer.register.members.items()):
        if not login.startswith(TRANSLATOR):
            continue
        keys = sealer.keystore.package_keys(login, member.number, ident, lang)
        if keys.kid == kid:
            place = reply_context(sealer.register.site, ident, lang)
            meta, body = open_reply_object(text, Recipient(kid, keys.back), place)
            if meta != _META:
                raise DoesNotOpen
            return OpenedReply(login, ident, lang, body)
    raise DoesNotOpen


def reply_context(site: str, ident: str, lang: str) -> dict[str, Json]:
    """Where a reply belongs, as its header says it."""
    return {"kind": REPLY, "lang": lang.lower(), "part": PART + ident, "site": site}


def _claims(context: Json) -> tuple[str, str]:
    if isinstance(context, Mapping) and set(context) == {"kind", "lang", "part", "site"}:
        part, lang = context["part"], context["lang"]
        if isinstance(part, str) and isinstance(lang, str) and _IDENT.fullmatch(part.removeprefix(PART)):
            return part.removeprefix(PART), lang
    raise Malformed("the context is not that of a reply")
