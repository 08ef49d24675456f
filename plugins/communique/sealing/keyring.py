"""The keyring: one public file from which each member's login and passphrase opens one slot of keys.

It shows neither who the members are, nor how many, nor what they may read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from communique.policy import PUBLIC
from communique.sealing.envelope import open_slot_object, seal_slot, split_kid
from communique.sealing.errors import DoesNotOpen, Malformed
from communique.sealing.keystore import Keystore
from communique.sealing.passphrases import normalise_login, normalise_passphrase
from communique.sealing.primitives import (
    LARGEST_INTEGER,
    Json,
    b64u,
    cj,
    from_b64u,
    hk,
    is_identifier,
    lp,
    parse_cj,
    u32,
)
from communique.sealing.register import MemberEntry, Register

#: OWASP's floor for PBKDF2 with SHA-512 is lower; a keyring with fewer rounds is refused.
ITERATIONS = 600_000
EARLIER_GENERATIONS = 2
SLOTS_MULTIPLE = 32
_SLOT_LENGTH = 2048
_SLOT_STEP = 1024
_SLOT_META: dict[str, Json] = {"ct": "application/jwk-set+json"}

#: tier or area name as in content -> language -> what readers call it
Labels = Mapping[str, Mapping[str, str]]
Closure = Callable[[Iterable[str]], Iterable[str]]


@dataclass(frozen=True)
class Slot:
    """What a sign-in gives: keys by kid, the public keys of genuine objects, and labels by tier id."""

    site: str
    epoch: int
    member: str
    keys: Mapping[str, bytes] = field(repr=False)
    signers: tuple[bytes, ...]
    labels: Mapping[str, Mapping[str, str]]


def build_keyring(
    keystore: Keystore,
    register: Register,
    labels: Labels,
    closure: Closure,
    pool: Executor | None = None,
    *,
    typed: Mapping[str, str] | None = None,
) -> str:
    """The keyring's text. `closure` expands grants to all that their holder may read (`Policy.closure`); `typed`
    gives the passphrases, by login, of members whose passphrase the master does not know.

    Each member costs a full PBKDF2; `pool` spreads them. The same arguments give the same text.

    Raises:
        Refused: a grant, or what it includes, has no key in the register.
    """
    members = sorted(register.members.values(), key=lambda member: member.login)
    own = typed or {}
    passphrases = [
        own[m.login] if m.login in own else keystore.passphrase(m.login, m.number, m.words, m.wordlist) for m in members
    ]
    salts = [_member_salt(register.site, register.salt, m.login) for m in members]
    spread = map if pool is None else pool.map
    master_keys = list(spread(stretch, map(normalise_passphrase, passphrases), salts))
    slots: list[tuple[bytes, bytes, bytes]] = []
    for member, master_key in zip(members, master_keys, strict=True):
        locator, kek = _locator_and_kek(master_key, register.epoch)
        slots.append((locator, kek, cj(_slot_body(keystore, register, member, labels, closure)).encode("ascii")))
    length = _slot_length(max((len(body) for _, _, body in slots), default=0))
    padded = max(1, -(-len(slots) // SLOTS_MULTIPLE)) * SLOTS_MULTIPLE
    for number in range(padded - len(slots)):
        locator, kek = keystore.dummy(register.epoch, number)
        slots.append((locator, kek, b""))
    return _keyring(keystore, register, register.salt, slots, length)


def build_single_slot(
    keystore: Keystore, register: Register, login: str, salt: bytes, keys: Mapping[str, bytes]
) -> str:
    """A keyring whose one slot opens with the passphrase of `login`, and holds `keys` (kid to key) and nothing else.

    `salt` is its own: with that of the site's keyring the two would show which of the site's slots is whose.
    """
    member = register.members[login]
    passphrase = keystore.passphrase(login, member.number, member.words, member.wordlist)
    master_key = stretch(normalise_passphrase(passphrase), _member_salt(register.site, salt, login))
    jwks: list[Json] = [_jwk(kid, key) for kid, key in sorted(keys.items())]
    body = cj(_body(keystore, register, login, jwks, {})).encode("ascii")
    slot = (*_locator_and_kek(master_key, register.epoch), body)
    return _keyring(keystore, register, salt, [slot], _slot_length(len(body)))


def _keyring(
    keystore: Keystore, register: Register, salt: bytes, slots: Iterable[tuple[bytes, bytes, bytes]], length: int
) -> str:
    keyring: dict[str, Json] = {
        "v": 1,
        "site": register.site,
        "epoch": register.epoch,
        "kdf": {"name": "PBKDF2", "hash": "SHA-512", "iter": ITERATIONS, "salt": b64u(salt)},
        "slots": {
            b64u(locator): seal_slot(
                _slot_context(register.site, register.epoch, b64u(locator)),
                _SLOT_META,
                body,
                k_det=keystore.k_det,
                kek=kek,
                length=length,
            )
            for locator, kek, body in slots
        },
    }
    return cj(keyring)


def keyring_cache_name(keystore: Keystore, register: Register, labels: Labels, closure: Closure) -> str:
    """A name that changes whenever the keyring would, without the cost of building it."""
    members = sorted(register.members.values(), key=lambda member: member.login)
    return keystore.cache_name(
        "keyring",
        cj([register.site, b64u(register.salt), register.epoch, ITERATIONS]),
        *(
            part
            for member in members
            for part in (
                cj([member.number, member.words, member.wordlist]),
                cj(_slot_body(keystore, register, member, labels, closure)),
            )
        ),
    )


def open_slot(keyring_text: str, login: str, passphrase: str) -> Slot:
    """Sign in: the slot that `login` and `passphrase`, as typed, belong to.

    Raises:
        Malformed: this is not a keyring we know.
        DoesNotOpen: no slot belongs to them.
    """
    site, epoch, salt, iterations, slots = _read_keyring(keyring_text)
    name, secret = normalise_login(login), normalise_passphrase(passphrase)
    if name is None or not secret:
        raise DoesNotOpen
    locator, kek = _locator_and_kek(stretch(secret, _member_salt(site, salt, name), iterations), epoch)
    if b64u(locator) not in slots:
        raise DoesNotOpen
    context = _slot_context(site, epoch, b64u(locator))
    meta, body = open_slot_object(slots[b64u(locator)], kek, context)
    if meta != _SLOT_META:
        raise DoesNotOpen
    try:
        return _read_body(parse_cj(body.decode("ascii")), site, epoch)
    except (UnicodeDecodeError, Malformed):
        raise DoesNotOpen from None


def stretch(normalised: str, salt: bytes, iterations: int = ITERATIONS) -> bytes:
    """PBKDF2 over a normalised passphrase: the one slow step, and slow on purpose.

    It takes no master, so that another process can do it.
    """
    return PBKDF2HMAC(hashes.SHA512(), 64, salt, iterations).derive(normalised.encode("ascii"))


def _member_salt(site: str, salt: bytes, login: str) -> bytes:
    return hashlib.sha256(b"cq1/salt|" + lp(site) + lp(salt) + lp(login)).digest()


def _locator_and_kek(master_key: bytes, epoch: int) -> tuple[bytes, bytes]:
    return hk(master_key, b"cq1/locator|" + u32(epoch), 16), hk(master_key, b"cq1/slot-kek", 32)


def _slot_context(site: str, epoch: int, locator: str) -> dict[str, Json]:
    return {"site": site, "kind": "slot", "loc": locator, "epoch": epoch}


def _slot_length(body: int) -> int:
    """One length for all slots of a keyring: a longer one would point at the member with most tiers."""
    content = 44 + len(cj(_SLOT_META)) + body
    return max(_SLOT_LENGTH, -(-content // _SLOT_STEP) * _SLOT_STEP)


def _slot_body(
    keystore: Keystore, register: Register, member: MemberEntry, labels: Labels, closure: Closure
) -> dict[str, Json]:
    keys: dict[str, Json] = {}
    told: dict[str, Json] = {}
    for name in closure(member.tiers):
        if name == PUBLIC:
            continue
        entry = register.entry(name)
        tid = keystore.tid(entry.tier, opaque=entry.opaque)
        told[tid] = dict(labels[name])
        # What a grant includes without its own line opens from now on only: closed by default.
        first = max(member.tiers.get(name, entry.generation), entry.generation - EARLIER_GENERATIONS)
        for generation in range(first, entry.generation + 1):
            kid = f"{tid}.{generation}"
            keys[kid] = _jwk(kid, keystore.tier_key(entry.tier, generation))
    return _body(keystore, register, member.login, [keys[kid] for kid in sorted(keys)], told)


def _jwk(kid: str, key: bytes) -> dict[str, Json]:
    return {"kty": "oct", "alg": "A256KW", "kid": kid, "k": b64u(key)}


def _body(
    keystore: Keystore, register: Register, login: str, keys: Sequence[Json], labels: Mapping[str, Json]
) -> dict[str, Json]:
    signer = {
        "kty": "OKP",
        "crv": "Ed25519",
        "kid": f"ed.{register.signing}",
        "x": b64u(keystore.signer(register.signing)),
    }
    return {
        "v": 1,
        "site": register.site,
        "epoch": register.epoch,
        "member": login,
        "sig": [signer],
        "keys": keys,
        "labels": labels,
    }


def _read_keyring(text: str) -> tuple[str, int, bytes, int, Mapping[str, Json]]:
    keyring = parse_cj(text)
    if not isinstance(keyring, dict) or set(keyring) != {"v", "site", "epoch", "kdf", "slots"}:
        raise Malformed("the keyring has other members than its format")
    kdf, slots, epoch = keyring["kdf"], keyring["slots"], keyring["epoch"]
    if keyring["v"] != 1 or not is_identifier(keyring["site"]) or not _is_count(epoch) or epoch > 0xFFFFFFFF:
        raise Malformed("the keyring is of another version")
    if not isinstance(kdf, dict) or set(kdf) != {"name", "hash", "iter", "salt"} or not isinstance(slots, dict):
        raise Malformed("the keyring has other members than its format")
    if kdf["name"] != "PBKDF2" or kdf["hash"] != "SHA-512":
        raise Malformed("the keyring stretches passphrases in a way we do not know")
    if not _is_count(kdf["iter"]) or not ITERATIONS <= kdf["iter"] <= 0x7FFFFFFF:
        raise Malformed("the keyring stretches passphrases too little")
    salt = from_b64u(kdf["salt"])
    if len(salt) != 16:
        raise Malformed("the keyring's salt is not 16 bytes long")
    return keyring["site"], epoch, salt, kdf["iter"], slots


def _is_count(value: object) -> bool:
    return type(value) is int and 1 <= value <= LARGEST_INTEGER


def _read_body(body: Json, site: str, epoch: int) -> Slot:
    """The slot's content. It is authentic, yet a wrong shape must end as an error of ours."""
    if not isinstance(body, dict) or (body.get("v"), body.get("site"), body.get("epoch")) != (1, site, epoch):
        raise DoesNotOpen
    member, labels, jwks, sig = (body.get(name) for name in ("member", "labels", "keys", "sig"))
    if not isinstance(member, str) or not isinstance(jwks, list) or not isinstance(sig, list):
        raise DoesNotOpen
    keys: dict[str, bytes] = {}
    # A kind of key that a later format brings is passed over, not misread.
    for jwk in _of_kind(jwks, kty="oct", alg="A256KW"):
        kid = jwk.get("kid")
        split_kid(kid if isinstance(kid, str) else "")
        keys[str(kid)] = _secret(jwk.get("k"))
    signers = tuple(_secret(jwk.get("x")) for jwk in _of_kind(sig, kty="OKP", crv="Ed25519"))
    return Slot(site, epoch, member, keys, signers, labels if isinstance(labels, dict) else {})


def _of_kind(jwks: list[Json], **kind: str) -> list[Mapping[str, Json]]:
    return [jwk for jwk in jwks if isinstance(jwk, dict) and kind.items() <= jwk.items()]


def _secret(text: Json) -> bytes:
    secret = from_b64u(text)
    if len(secret) != 32:
        raise Malformed("a key is not 32 bytes long")
    return secret
