"""A third reader of CQ1, written after docs/cq1.md: nothing of the project is imported here.

It is smaller and slower than ours and shares no line with them. What it opens, or refuses with the code the
document names, shows that the document suffices.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import itertools
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

MALFORMED, CLOSED = "malformed", "does-not-open"
NEWER, OTHERS = "newer-than-keyring", "not-for-you"
KINDS = {"section", "document", "attachment", "feed", "index"}
LARGEST = 64 * 1024 * 1024
HEAD = 32 + 4 + 8
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


class Refused(Exception):
    """`code` is one of the four codes of section 7."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Slot:
    """What signing in gives."""

    site: str
    epoch: int
    member: str
    keys: Mapping[str, bytes] = field(repr=False)
    signers: tuple[bytes, ...]


@dataclass(frozen=True)
class Opened:
    context: Mapping[str, Any]
    meta: Mapping[str, Any] = field(repr=False)
    body: bytes = field(repr=False)


def demand(fact: bool, code: str = MALFORMED) -> None:
    if not fact:
        raise Refused(code)


# Section 2: notation.


def lp(part: str | bytes) -> bytes:
    data = part.encode() if isinstance(part, str) else part
    return len(data).to_bytes(4, "big") + data


def hk(ikm: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=info).derive(ikm)


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64u(text: object) -> bytes:
    demand(isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9_-]*", text) is not None)
    try:
        data = base64.urlsafe_b64decode(str(text) + "===")
    except ValueError:
        raise Refused(MALFORMED) from None
    demand(b64u(data) == text)
    return data


def of_length(text: object, length: int) -> bytes:
    data = unb64u(text)
    demand(len(data) == length)
    return data


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def whole(value: object, least: int = 1, most: int = 2**53 - 1) -> bool:
    return type(value) is int and least <= value <= most


def parse(text: str) -> Any:
    """The value of a canonical text. Python reads more than JSON; writing it again shows that."""
    try:
        value = json.loads(text)
        same = canonical(value) == text
    except (ValueError, RecursionError):
        raise Refused(MALFORMED) from None
    demand(same and _numbers_are_whole(value))
    return value


def _numbers_are_whole(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_numbers_are_whole, value.values()))
    if isinstance(value, list):
        return all(map(_numbers_are_whole, value))
    return not isinstance(value, int | float) or isinstance(value, bool) or whole(value, -(2**53 - 1))


def members(value: object, *names: str) -> list[Any]:
    """The members of an object that has exactly these."""
    demand(isinstance(value, dict) and value.keys() == set(names))
    assert isinstance(value, dict)
    return [value[name] for name in names]


def identifier(text: object) -> bool:
    found = isinstance(text, str) and re.fullmatch(r"[a-z0-9][a-z0-9._/-]{0,127}", text) is not None
    return found and ".." not in str(text)


def rising(names: list[str]) -> bool:
    return all(first < second for first, second in itertools.pairwise(names))


def tier_and_generation(kid: object) -> tuple[str, int]:
    demand(isinstance(kid, str))
    tid, _, generation = str(kid).rpartition(".")
    demand(identifier(tid) and re.fullmatch(r"[1-9][0-9]{0,9}", generation) is not None)
    return tid, int(generation)


# Section 4: the sealed object. R2, R3.


@dataclass(frozen=True)
class Shapes:
    """An object of which only the shapes are known to be right."""

    protected: str
    header: bytes
    recipients: list[tuple[str, bytes]]
    iv: bytes
    ciphertext: bytes
    tag: bytes


def read_shapes(value: dict[str, Any], *, slot: bool) -> Shapes:
    names = ("protected", "recipients", "iv", "ciphertext", "tag")
    protected, listed, iv, ciphertext, tag = members(value, *names)
    demand(isinstance(listed, list) and 1 <= len(listed) <= (1 if slot else 64))
    recipients = []
    for recipient in listed:
        wrapped, header = members(recipient, "encrypted_key", "header")
        alg, kid = members(header, "alg", "kid")
        demand(alg == "A256KW")
        if slot:
            demand(kid == "slot")
        else:
            tier_and_generation(kid)
        recipients.append((kid, of_length(wrapped, 40)))
    demand(rising([kid for kid, _ in recipients]))
    text = unb64u(ciphertext)
    demand(len(text) >= HEAD)
    return Shapes(protected, unb64u(protected), recipients, of_length(iv, 12), text, of_length(tag, 16))


def read_header(shapes: Shapes, typ: str) -> Any:
    try:
        header = shapes.header.decode("ascii")
    except UnicodeDecodeError:
        raise Refused(MALFORMED) from None
    context, enc, told = members(parse(header), "cq", "enc", "typ")
    demand(enc == "A256GCM" and told == typ)
    return context


def read_context(shapes: Shapes) -> dict[str, Any]:
    context = read_header(shapes, "cq1+jwe")
    demand(isinstance(context, dict))
    rel = {"rel"} & context.keys()
    site, kind, doc, lang, part, aud, *_ = members(context, "site", "kind", "doc", "lang", "part", "aud", *rel)
    demand(identifier(site) and identifier(lang) and identifier(part) and (doc == "-" or identifier(doc)))
    demand(isinstance(kind, str) and kind in KINDS)
    demand(isinstance(aud, list) and bool(aud) and all(map(identifier, aud)) and rising(aud))
    demand(whole(context.get("rel", 1)))
    return dict(context)


# Sections 4 and 5: opening. R4 to R7.


def check_signature(value: dict[str, Any], signature: bytes, signers: Iterable[bytes]) -> None:
    signed = b"cq1/obj|" + canonical({name: value[name] for name in value if name != "unprotected"}).encode()
    demand(int.from_bytes(signature[32:], "little") < GROUP_ORDER, CLOSED)
    for signer in signers:
        try:
            Ed25519PublicKey.from_public_bytes(signer).verify(signature, signed)
        except InvalidSignature:
            continue
        return
    raise Refused(CLOSED)


def decrypt(shapes: Shapes, wrapped: bytes, key: bytes) -> bytes:
    try:
        cek = aes_key_unwrap(key, wrapped)
        return AESGCM(cek).decrypt(shapes.iv, shapes.ciphertext + shapes.tag, shapes.protected.encode())
    except (InvalidUnwrap, InvalidTag):
        raise Refused(CLOSED) from None


def unframe(frame: bytes) -> tuple[dict[str, Any], bytes]:
    demand(len(frame) >= HEAD and not any(frame[:32]), CLOSED)
    end_of_meta = HEAD + int.from_bytes(frame[32:36], "big")
    end = end_of_meta + int.from_bytes(frame[36:44], "big")
    demand(end <= len(frame) and not any(frame[end:]), CLOSED)
    try:
        meta = parse(frame[HEAD:end_of_meta].decode("ascii"))
    except (UnicodeDecodeError, Refused):
        raise Refused(CLOSED) from None
    demand(isinstance(meta, dict), CLOSED)
    return meta, frame[end_of_meta:end]


def open_object(slot: Slot, text: str, expect: Mapping[str, Any]) -> Opened:
    """`expect` has kind, doc, part and aud, and in `langs` the languages the object may be in."""
    demand(len(text) <= LARGEST)
    value = parse(text)
    demand(isinstance(value, dict) and "unprotected" in value)
    (signature,) = members(value["unprotected"], "cq_sig")
    shapes = read_shapes({name: value[name] for name in value if name != "unprotected"}, slot=False)
    check_signature(value, of_length(signature, 64), slot.signers)
    context = read_context(shapes)
    demand(context["site"] == slot.site and context["lang"] in expect["langs"], CLOSED)
    demand(all(context[name] == expect[name] for name in ("kind", "doc", "part", "aud")), CLOSED)
    for kid, wrapped in shapes.recipients:
        if kid in slot.keys:
            return Opened(context, *unframe(decrypt(shapes, wrapped, slot.keys[kid])))
    held: dict[str, int] = {}
    for tid, generation in map(tier_and_generation, slot.keys):
        held[tid] = max(generation, held.get(tid, 0))
    found = [tier_and_generation(kid) for kid, _ in shapes.recipients]
    raise Refused(NEWER if any(generation > held.get(tid, generation) for tid, generation in found) else OTHERS)


def open_file(slot: Slot, texts: Mapping[str, str], ident: str, expect: Mapping[str, Any]) -> tuple[Any, bytes]:
    """Meta and bytes of the attachment `ident`, from the texts by name that `release.js` lists.

    `expect` has doc and aud of the text that refers to it.
    """
    names = sorted(name for name in texts if name.startswith(f"att/{ident}/"))
    demand(bool(names), CLOSED)
    demand(names == [f"att/{ident}/{at:04}of{len(names):04}" for at in range(1, len(names) + 1)], CLOSED)
    place = {"kind": "attachment", "langs": ["mul"], "doc": expect["doc"], "aud": expect["aud"]}
    chunks = [open_object(slot, texts[name], {**place, "part": name}) for name in names]
    meta, data = chunks[0].meta, b"".join(chunk.body for chunk in chunks)
    demand(all(chunk.meta == meta for chunk in chunks), CLOSED)
    demand(meta.get("size") == len(data) and meta.get("sha256") == b64u(hashlib.sha256(data).digest()), CLOSED)
    return meta, data


# Section 6: the keyring.

#: What ECMAScript trims.
_TRIMMED = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))


def login_meant(typed: str) -> str:
    login = unicodedata.normalize("NFKC", typed).strip(_TRIMMED).lower()
    demand(re.fullmatch(r"[a-z0-9._-]{3,32}", login) is not None, CLOSED)
    return login


def passphrase_meant(typed: str) -> str:
    letters = (char for char in unicodedata.normalize("NFKD", typed) if not unicodedata.category(char).startswith("M"))
    words = " ".join(re.findall(r"[a-z0-9]+", "".join(letters).lower()))
    demand(words != "", CLOSED)
    return words


@functools.cache
def stretch(words: str, salt: bytes, rounds: int) -> bytes:
    """Slow on purpose; many cases ask for the same."""
    return hashlib.pbkdf2_hmac("sha512", words.encode(), salt, rounds, 64)


def sign_in(keyring: str, login: str, passphrase: str) -> Slot:
    demand(len(keyring) <= LARGEST)
    version, site, epoch, kdf, slots = members(parse(keyring), "v", "site", "epoch", "kdf", "slots")
    name, digest, rounds, salt = members(kdf, "name", "hash", "iter", "salt")
    demand(version == 1 and identifier(site) and whole(epoch, 1, 2**32 - 1) and isinstance(slots, dict))
    demand(name == "PBKDF2" and digest == "SHA-512" and whole(rounds, 600000, 2**31 - 1))
    raw_salt = of_length(salt, 16)
    member, words = login_meant(login), passphrase_meant(passphrase)
    own_salt = hashlib.sha256(b"cq1/salt|" + lp(site) + lp(raw_salt) + lp(member)).digest()
    stretched = stretch(words, own_salt, rounds)
    loc = b64u(hk(stretched, b"cq1/locator|" + epoch.to_bytes(4, "big"), 16))
    demand(loc in slots, CLOSED)
    demand(isinstance(slots[loc], dict))
    shapes = read_shapes(slots[loc], slot=True)
    context = read_header(shapes, "cq1-slot+jwe")
    demand(context == {"epoch": epoch, "kind": "slot", "loc": loc, "site": site}, CLOSED)
    kek = hk(stretched, b"cq1/slot-kek", 32)
    meta, body = unframe(decrypt(shapes, shapes.recipients[0][1], kek))
    demand(meta == {"ct": "application/jwk-set+json"}, CLOSED)
    try:
        return read_body(parse(body.decode("ascii")), site, epoch)
    except (UnicodeDecodeError, Refused):
        raise Refused(CLOSED) from None


def read_body(body: object, site: str, epoch: int) -> Slot:
    demand(isinstance(body, dict))
    assert isinstance(body, dict)
    demand((body.get("v"), body.get("site"), body.get("epoch")) == (1, site, epoch))
    demand(isinstance(body.get("member"), str))
    keys: dict[str, bytes] = {}
    for jwk in _jwks(body.get("keys")):
        if jwk.get("kty") == "oct" and jwk.get("alg") == "A256KW":
            tier_and_generation(jwk.get("kid"))
            keys[jwk["kid"]] = of_length(jwk.get("k"), 32)
    signers = [
        of_length(jwk.get("x"), 32)
        for jwk in _jwks(body.get("sig"))
        if (jwk.get("kty"), jwk.get("crv")) == ("OKP", "Ed25519")
    ]
    return Slot(site, epoch, body["member"], keys, tuple(signers))


def _jwks(listed: object) -> list[dict[str, Any]]:
    """What of a list can be a key; of other kinds than ours there may be others."""
    demand(isinstance(listed, list))
    assert isinstance(listed, list)
    return [jwk for jwk in listed if isinstance(jwk, dict)]


# Section 8: data scripts.


def data_of(script: str) -> tuple[str, str]:
    """Name and text of a data script."""
    found = re.fullmatch(r'CQ1_(?:DATA|INDEX)\("([a-z0-9./-]+)",(".*")\)\n?', script)
    assert found, "this is not a data script"
    text = json.loads(found[2])
    assert isinstance(text, str)
    return found[1], text
