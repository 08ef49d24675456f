"""The small parts CQ1 is made of: derivation, length prefixes, canonical text forms, padding."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from communique.sealing.errors import Malformed

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]

#: Browsers hold every number as a double; a larger integer would not survive their parser.
LARGEST_INTEGER = 2**53 - 1
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._/-]{0,127}", re.ASCII)
_B64U = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def u32(number: int) -> bytes:
    return number.to_bytes(4, "big")


def u64(number: int) -> bytes:
    return number.to_bytes(8, "big")


def lp(value: str | bytes) -> bytes:
    """`value` behind its length, so that no two lists of parts run together into the same bytes."""
    data = value.encode() if isinstance(value, str) else value
    return u32(len(data)) + data


def hk(ikm: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA-256 with an empty salt. `info` names the purpose: no two derivations share one."""
    return HKDF(hashes.SHA256(), length, salt=None, info=info).derive(ikm)


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_b64u(text: object) -> bytes:
    """The bytes of `text`.

    Raises:
        Malformed: not base64url, padded, or a second spelling of the same bytes.
    """
    if not isinstance(text, str) or not _B64U.fullmatch(text) or len(text) % 4 == 1:
        raise Malformed("a value is not base64url without padding")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise Malformed("a value is not base64url without padding") from None
    if b64u(data) != text:
        raise Malformed("a base64url value has stray bits")
    return data


def lower_base32(data: bytes) -> str:
    return base64.b32encode(data).rstrip(b"=").decode("ascii").lower()


def cj(value: Json) -> str:
    """Canonical JSON: ASCII, sorted keys, no spaces. There is one text for one value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def parse_cj(text: str) -> Json:
    """The value whose canonical text is exactly `text`.

    Comparing the texts refuses duplicate keys, other orders, spaces and escapes in one stroke.

    Raises:
        Malformed: any other text.
    """
    try:
        if not text.isascii():
            raise Malformed("the text is not ASCII")
        value: Json = json.loads(text, parse_float=_no_number, parse_constant=_no_number, parse_int=_integer)
        canonical = cj(value)
    except (ValueError, RecursionError):
        raise Malformed("the text is not canonical JSON") from None
    if canonical != text:
        raise Malformed("the text is not canonical JSON")
    return value


def _no_number(text: str) -> Json:
    raise ValueError(text)


def _integer(text: str) -> int:
    if len(text) > len(str(-LARGEST_INTEGER)) or abs(int(text)) > LARGEST_INTEGER:
        raise ValueError(text)
    return int(text)


def padme(length: int) -> int:
    """The Padmé bucket of a length: at most 12 % more, and only O(log log n) bits of the length are told."""
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (length + mask) & ~mask


def is_identifier(text: object) -> bool:
    """Whether `text` can be a site, doc, lang, part, tier or login."""
    return isinstance(text, str) and _IDENTIFIER.fullmatch(text) is not None and ".." not in text
