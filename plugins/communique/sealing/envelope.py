"""The sealed object of CQ1: one text for some readers, bound to its place, in a standard JWE container.

Sealing is deterministic: the same text at the same place for the same readers gives the same bytes, so that
an unchanged release has no differences. The content key is a keyed hash of place and text, therefore no key
ever meets a second message and no nonce can repeat.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from communique.sealing.errors import DoesNotOpen, Malformed, NewerThanKeyring, NotForYou
from communique.sealing.primitives import (
    LARGEST_INTEGER,
    Json,
    b64u,
    cj,
    from_b64u,
    is_identifier,
    lp,
    padme,
    parse_cj,
    u32,
    u64,
)

OBJECT_TYPE = "cq1+jwe"
SLOT_TYPE = "cq1-slot+jwe"
#: What a translator's browser seals, unsigned: `open_reply_object`.
REPLY_TYPE = "cq1-reply+jwe"
SLOT_KID = "slot"
KINDS = ("section", "document", "attachment", "feed", "index")
LARGEST_TEXT = 64 * 1024 * 1024
MOST_RECIPIENTS = 64
SMALLEST_FRAME = 512

_COMMITMENT = bytes(32)
_HEAD = len(_COMMITMENT) + 4 + 8
_KID = re.compile(r"(?P<tid>.+)\.(?P<generation>[1-9][0-9]{0,9})", re.ASCII)
_LOCATOR = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_SLOT_MEMBERS = {"protected", "recipients", "iv", "ciphertext", "tag"}
_OBJECT_MEMBERS = _SLOT_MEMBERS | {"unprotected"}


@dataclass(frozen=True)
class Context:
    """Where a sealed object belongs and who may read it. An object opens nowhere else.

    `rel` is only there for tiers whose objects are restamped: a release number, new keys for unchanged text.
    """

    site: str
    kind: str
    doc: str
    lang: str
    part: str
    aud: tuple[str, ...]
    rel: int | None = None

    def __post_init__(self) -> None:
        _check_context(self.as_json())

    def as_json(self) -> dict[str, Json]:
        context: dict[str, Json] = {
            "site": self.site,
            "kind": self.kind,
            "doc": self.doc,
            "lang": self.lang,
            "part": self.part,
            "aud": list(self.aud),
        }
        if self.rel is not None:
            context["rel"] = self.rel
        return context


@dataclass(frozen=True)
class Recipient:
    """A tier's key of one generation, by its public name (`oeg.3`)."""

    kid: str
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """What a sealed object held. `context` is what the object itself says, and was found true."""

    context: Context
    meta: Mapping[str, Json] = field(repr=False)
    body: bytes = field(repr=False)


def frame(meta: Mapping[str, Json], body: bytes, length: int | None = None) -> bytes:
    """Meta and body behind 32 zero bytes, padded to `length` or to a Padmé bucket.

    The zeros commit to the key: without them a ciphertext could be made that shows two tiers different texts.
    """
    head = cj(meta).encode("ascii")
    content = _HEAD + len(head) + len(body)
    whole = padme(max(SMALLEST_FRAME, content)) if length is None else length
    if whole < content:
        raise ValueError("the content is longer than the frame")
    return (_COMMITMENT + u32(len(head)) + u64(len(body)) + head + body).ljust(whole, b"\0")


def frame_length(meta: Mapping[str, Json], body: bytes) -> int:
    """The least length of a frame that holds them."""
    return _HEAD + len(cj(meta)) + len(body)


def unframe(data: bytes) -> tuple[Mapping[str, Json], bytes]:
    """Meta and body of a frame.

    Raises:
        DoesNotOpen: anything is not exactly as `frame` writes it.
    """
    if len(data) < _HEAD or not hmac.compare_digest(data[:32], _COMMITMENT):
        raise DoesNotOpen
    meta_end = _HEAD + int.from_bytes(data[32:36], "big")
    body_end = meta_end + int.from_bytes(data[36:44], "big")
    if body_end > len(data) or any(data[body_end:]):
        raise DoesNotOpen
    try:
        meta = parse_cj(data[_HEAD:meta_end].decode("ascii"))
    except (UnicodeDecodeError, Malformed):
        raise DoesNotOpen from None
    if not isinstance(meta, dict):
        raise DoesNotOpen
    return meta, data[meta_end:body_end]


def seal(
    context: Context,
    meta: Mapping[str, Json],
    body: bytes,
    *,
    k_det: bytes,
    recipients: Iterable[Recipient],
    signer: Ed25519PrivateKey,
    length: int | None = None,
) -> str:
    """The text of a sealed object, signed. Whoever holds one recipient's key can open it.

    Its frame has the given `length`, or that of its Padmé bucket.
    """
    readers = sorted(recipients, key=lambda recipient: recipient.kid)
    kids = [reader.kid for reader in readers]
    if not 1 <= len(readers) <= MOST_RECIPIENTS or len(set(kids)) != len(kids):
        raise ValueError("a sealed object has 1 to 64 different recipients")
    if {split_kid(kid)[0] for kid in kids} != set(context.aud):
        raise ValueError("the recipients are not those of the audience")
    sealed = _encrypt(OBJECT_TYPE, context.as_json(), frame(meta, body, length), k_det, readers)
    sealed["unprotected"] = {"cq_sig": b64u(signer.sign(b"cq1/obj|" + cj(sealed).encode("ascii")))}
    return cj(sealed)


def seal_slot(
    context: Mapping[str, Json],
    meta: Mapping[str, Json],
    body: bytes,
    *,
    k_det: bytes,
    kek: bytes,
    length: int,
) -> dict[str, Json]:
    """One slot of a keyring, unsigned: only its member and the editors know `kek`, so opening proves it."""
    recipient = Recipient(SLOT_KID, kek)
    return _encrypt(SLOT_TYPE, context, frame(meta, body, length), k_det, [recipient])


def open_sealed(
    text: str, keys: Mapping[str, bytes], signers: Iterable[bytes], expect: Context | Iterable[Context]
) -> Opened:
    """Open a sealed object with `keys` (kid to key) if it is genuine and belongs where it was found.

    `signers` are public keys from the reader's own slot, never from the page. `expect` is the place it was
    found at, or the few places it may belong to. Its `rel` counts only where it is given.

    Raises:
        Malformed, DoesNotOpen, NewerThanKeyring, NotForYou
    """
    sealed = _read(text, OBJECT_TYPE)
    _verify(sealed, signers)
    context = _context_of(sealed)
    if not any(_matches(context, place) for place in ([expect] if isinstance(expect, Context) else expect)):
        raise DoesNotOpen
    for kid, encrypted_key in sealed.recipients:
        if kid in keys:
            meta, body = unframe(_decrypt(sealed, encrypted_key, keys[kid]))
            return Opened(context, meta, body)
    held: dict[str, int] = {}
    for kid in keys:
        tid, generation = split_kid(kid)
        held[tid] = max(generation, held.get(tid, 0))
    for kid, _ in sealed.recipients:
        tid, generation = split_kid(kid)
        if tid in held and generation > held[tid]:
            raise NewerThanKeyring
    raise NotForYou


def verify_sealed(text: str, signers: Iterable[bytes]) -> Context:
    """The context of a genuine object, checked without any secret.

    Raises:
        Malformed, DoesNotOpen
    """
    sealed = _read(text, OBJECT_TYPE)
    _verify(sealed, signers)
    return _context_of(sealed)


def open_slot_object(sealed_slot: Json, kek: bytes, context: Mapping[str, Json]) -> tuple[Mapping[str, Json], bytes]:
    """Meta and body of a keyring's slot.

    Raises:
        Malformed, DoesNotOpen
    """
    sealed = _read(cj(sealed_slot), SLOT_TYPE)
    if sealed.context != context:
        raise DoesNotOpen
    return unframe(_decrypt(sealed, sealed.recipients[0][1], kek))


def read_reply_object(text: str) -> tuple[str, Json]:
    """The kid for which a reply says it was sealed, and the context it claims. Nothing of it is believed yet.

    Raises:
        Malformed
    """
    sealed = _read(text, REPLY_TYPE)
    return sealed.recipients[0][0], sealed.context


def open_reply_object(text: str, recipient: Recipient, context: Mapping[str, Json]) -> tuple[Mapping[str, Json], bytes]:
    """Meta and body of a reply. Only a translator and the editors know its key, so opening proves whose it is.

    Raises:
        Malformed, DoesNotOpen
    """
    sealed = _read(text, REPLY_TYPE)
    kid, encrypted_key = sealed.recipients[0]
    if kid != recipient.kid or sealed.context != context:
        raise DoesNotOpen
    return unframe(_decrypt(sealed, encrypted_key, recipient.key))


def split_kid(kid: str) -> tuple[str, int]:
    """`oeg.3` is tier `oeg`, generation 3.

    Raises:
        Malformed: not a kid.
    """
    found = _KID.fullmatch(kid)
    if found is None or not is_identifier(found["tid"]):
        raise Malformed("a recipient's kid is not tier and generation")
    return found["tid"], int(found["generation"])


@dataclass(frozen=True)
class _Sealed:
    """A sealed object whose every shape was checked; nothing in it is believed yet."""

    typ: str
    protected: str
    protected_bytes: bytes
    recipients: tuple[tuple[str, bytes], ...]
    iv: bytes
    ciphertext: bytes
    tag: bytes
    signed: bytes
    signature: bytes

    @property
    def context(self) -> Json:
        """The context, once the protected header is what the type of object demands.

        Raises:
            Malformed: anything more, anything less.
        """
        try:
            header = parse_cj(self.protected_bytes.decode("ascii"))
        except UnicodeDecodeError:
            raise Malformed("the protected header is not ASCII") from None
        if not isinstance(header, dict) or set(header) != {"cq", "enc", "typ"}:
            raise Malformed("the protected header has other members than cq, enc and typ")
        if header["enc"] != "A256GCM" or header["typ"] != self.typ:
            raise Malformed("the protected header names another format")
        context: Json = header["cq"]
        return context


def _encrypt(
    typ: str, context: Mapping[str, Json], framed: bytes, k_det: bytes, recipients: Iterable[Recipient]
) -> dict[str, Json]:
    protected_bytes = cj({"cq": context, "enc": "A256GCM", "typ": typ}).encode("ascii")
    protected = b64u(protected_bytes)
    secret = hmac.digest(k_det, b"cq1/cek|" + lp(protected_bytes) + lp(framed), "sha512")
    cek, iv = secret[:32], secret[32:44]
    data = AESGCM(cek).encrypt(iv, framed, protected.encode("ascii"))
    return {
        "protected": protected,
        "recipients": [
            {
                "encrypted_key": b64u(aes_key_wrap(reader.key, cek)),
                "header": {"alg": "A256KW", "kid": reader.kid},
            }
            for reader in recipients
        ],
        "iv": b64u(iv),
        "ciphertext": b64u(data[:-16]),
        "tag": b64u(data[-16:]),
    }


def _read(text: str, typ: str) -> _Sealed:
    """R2 and R3: the text form and all shapes, before any cryptography sees a byte.

    WebKitGTK 2.50 crashes on a wrapped key of no bytes: a shape is not a formality.
    """
    if len(text) > LARGEST_TEXT:
        raise Malformed("the text is longer than 64 MiB")
    value = parse_cj(text)
    if not isinstance(value, dict) or set(value) != (_OBJECT_MEMBERS if typ == OBJECT_TYPE else _SLOT_MEMBERS):
        raise Malformed("the object has other members than its format")
    signature = b""
    if typ == OBJECT_TYPE:
        unprotected = value["unprotected"]
        if not isinstance(unprotected, dict) or set(unprotected) != {"cq_sig"}:
            raise Malformed("the unprotected header has other members than cq_sig")
        signature = _bytes_of(unprotected["cq_sig"], 64)
    recipients = _recipients_of(value["recipients"], typ)
    ciphertext = from_b64u(value["ciphertext"])
    if len(ciphertext) < _HEAD:
        raise Malformed("the ciphertext is shorter than a frame's head")
    return _Sealed(
        typ=typ,
        protected=value["protected"],
        protected_bytes=from_b64u(value["protected"]),
        recipients=recipients,
        iv=_bytes_of(value["iv"], 12),
        ciphertext=ciphertext,
        tag=_bytes_of(value["tag"], 16),
        signed=b"cq1/obj|" + cj({name: value[name] for name in _SLOT_MEMBERS}).encode("ascii"),
        signature=signature,
    )


def _recipients_of(value: Json, typ: str) -> tuple[tuple[str, bytes], ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= (MOST_RECIPIENTS if typ == OBJECT_TYPE else 1):
        raise Malformed("there must be 1 to 64 recipients, in a slot or a reply exactly 1")
    found: list[tuple[str, bytes]] = []
    for recipient in value:
        if not isinstance(recipient, dict) or set(recipient) != {"encrypted_key", "header"}:
            raise Malformed("a recipient has other members than encrypted_key and header")
        header = recipient["header"]
        if not isinstance(header, dict) or set(header) != {"alg", "kid"} or header["alg"] != "A256KW":
            raise Malformed("a recipient's header is not alg A256KW and a kid")
        kid = header["kid"]
        if not isinstance(kid, str):
            raise Malformed("a recipient's kid is not text")
        if typ == SLOT_TYPE:
            if kid != SLOT_KID:
                raise Malformed("a slot's recipient is not called slot")
        else:
            split_kid(kid)
        found.append((kid, _bytes_of(recipient["encrypted_key"], 40)))
    kids = [kid for kid, _ in found]
    if any(first >= second for first, second in pairwise(kids)):
        raise Malformed("the recipients are not sorted by kid")
    return tuple(found)


def _bytes_of(text: object, length: int) -> bytes:
    data = from_b64u(text)
    if len(data) != length:
        raise Malformed(f"a value is not {length} bytes long")
    return data


def _verify(sealed: _Sealed, signers: Iterable[bytes]) -> None:
    for signer in signers:
        try:
            Ed25519PublicKey.from_public_bytes(signer).verify(sealed.signature, sealed.signed)
        except InvalidSignature:
            continue
        return
    raise DoesNotOpen


def _decrypt(sealed: _Sealed, encrypted_key: bytes, key: bytes) -> bytes:
    try:
        cek = aes_key_unwrap(key, encrypted_key)
        return AESGCM(cek).decrypt(sealed.iv, sealed.ciphertext + sealed.tag, sealed.protected.encode("ascii"))
    except (InvalidUnwrap, InvalidTag):
        raise DoesNotOpen from None


def _context_of(sealed: _Sealed) -> Context:
    context = sealed.context
    _check_context(context)
    assert isinstance(context, dict)  # noqa: S101  # _check_context refused everything else
    return Context(**{**context, "aud": tuple(context["aud"])})


def _check_context(context: Json) -> None:
    fields = {"site", "kind", "doc", "lang", "part", "aud"}
    if not isinstance(context, dict) or set(context) - {"rel"} != fields:
        raise Malformed("the context has other members than its format")
    audience = context["aud"]
    named = [context["site"], context["lang"], context["part"]]
    if context["doc"] != "-":
        named.append(context["doc"])
    if context["kind"] not in KINDS or not all(is_identifier(name) for name in named):
        raise Malformed("the context holds something that is not an identifier")
    if not isinstance(audience, list) or not audience or not all(is_identifier(tid) for tid in audience):
        raise Malformed("the audience is not a list of tiers")
    if any(first >= second for first, second in pairwise(audience)):
        raise Malformed("the audience is not sorted")
    release = context.get("rel", 1)
    if type(release) is not int or not 1 <= release <= LARGEST_INTEGER:
        raise Malformed("the context's release is not a positive number")


def _matches(context: Context, place: Context) -> bool:
    return (context if place.rel is not None else replace(context, rel=None)) == place
