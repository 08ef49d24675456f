"""The editors' master secret, everything derived from it, and how it rests on disk."""

from __future__ import annotations

import hmac
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from communique.sealing.errors import KeystoreRefused, Malformed
from communique.sealing.passphrases import BITS_PER_WORD, normalise_passphrase, words_from
from communique.sealing.primitives import (
    Json,
    b64u,
    cj,
    from_b64u,
    hk,
    is_identifier,
    lower_base32,
    lp,
    parse_cj,
    u32,
)

_TYPE = "cq1-keystore+jwe"
_KDF: dict[str, Json] = {"name": "Argon2id", "m": 262144, "t": 3, "p": 4}


@dataclass(frozen=True)
class PackageKeys:
    """What seals a translator's package: one key for the way out, one for the way back, so that neither passes for the
    other. `tid` and `kid` tell nothing of whose it is; `salt` keeps its slot from looking like one of the site's.
    """

    kid: str
    tid: str
    out: bytes = field(repr=False)
    back: bytes = field(repr=False)
    salt: bytes = field(repr=False)


@dataclass(frozen=True)
class Keystore:
    """The master of one site. Every key, passphrase and opaque name follows from it: back it up.

    `demo` keystores are public: they are for trying things out, and a release refuses them.
    """

    site: str
    master: bytes = field(repr=False)
    demo: bool = False

    def __post_init__(self) -> None:
        if not is_identifier(self.site) or len(self.master) != 32:
            raise ValueError("a keystore has a site and a master of 32 bytes")

    @property
    def k_det(self) -> bytes:
        """The key of the keyed hash that makes content keys."""
        return self._derive("cq1/det|", b"", 32)

    def tier_key(self, tier: str, generation: int) -> bytes:
        return self._derive("cq1/tier|", lp(tier) + u32(generation), 32)

    def tid(self, tier: str, *, opaque: bool = False) -> str:
        """A tier's public name: its own, or one that tells nothing where its existence is sensitive."""
        return "k" + lower_base32(self._derive("cq1/tid|", lp(tier), 5)) if opaque else tier

    def signing_key(self, number: int) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._derive("cq1/sig|", u32(number), 32))

    def signer(self, number: int) -> bytes:
        """The public half of `signing_key`."""
        return self.signing_key(number).public_key().public_bytes_raw()

    def passphrase(self, login: str, number: int, words: int = 9, wordlist: str = "en") -> str:
        """The passphrase issued to a member. Any other `number`, `words` or `wordlist` is another one."""
        length = -(-BITS_PER_WORD * words // 8)
        return words_from(self._derive("cq1/pass|", lp(login) + u32(number), length), words, wordlist)

    def document_id(self, name: str) -> str:
        """The public name of a document that is sealed as a whole; the same in all languages."""
        return "d" + lower_base32(self._derive("cq1/doc|", lp(name), 10))

    def attachment_id(self, name: str) -> str:
        """The public name of a sealed file beside a document's texts."""
        return "a" + lower_base32(self._derive("cq1/att|", lp(name), 10))

    def cache_name(self, *parts: str | bytes) -> str:
        """A file name for what depends on `parts`. A plain hash would confirm guesses of sealed text."""
        key = self._derive("cq1/cache|", b"", 32)
        return hmac.digest(key, b"".join(map(lp, parts)), "sha256").hex()

    def pin_hash(self, *parts: str | bytes) -> str:
        """A keyed hash for the record of what a translation was made from; tells nothing of the text."""
        key = self._derive("cq1/pins|", b"", 32)
        return hmac.digest(key, b"".join(map(lp, parts)), "sha256")[:16].hex()

    def record_hash(self) -> Callable[[bytes], bytes]:
        """The keyed hash in which the record of a release keeps texts; a function, since it takes very many."""
        key = self._derive("cq1/released|", b"", 32)
        return lambda data: hmac.digest(key, data, "sha256")

    def shard_order(self, lang: str, tid: str, count: int) -> tuple[int, ...]:
        """The numbers 1 to `count` as names for the shards of a sealed index, whose own order is that of the alphabet
        and of dates: by its number nobody else knows which shard is the first.
        """
        key = self._derive("cq1/shards|", b"", 32)
        own = lp(lang) + lp(tid)
        return tuple(sorted(range(1, count + 1), key=lambda number: hmac.digest(key, own + u32(number), "sha256")))

    def dummy(self, epoch: int, number: int) -> tuple[bytes, bytes]:
        """Locator and key of a slot that belongs to nobody."""
        secret = self._derive("cq1/dummy|", u32(epoch) + u32(number), 48)
        return secret[:16], secret[16:]

    def package_keys(self, login: str, number: int, package: str, lang: str) -> PackageKeys:
        """The keys of one translator's package: after a new passphrase, and for another package, they are others."""
        secret = self._derive("cq1/package|", lp(login) + u32(number) + lp(package) + lp(lang), 90)
        tid = "t" + lower_base32(secret[80:])
        return PackageKeys(f"{tid}.1", tid, secret[:32], secret[32:64], secret[64:80])

    def _derive(self, purpose: str, rest: bytes, length: int) -> bytes:
        return hk(self.master, purpose.encode("ascii") + lp(self.site) + rest, length)


def write_keystore(path: Path, keystore: Keystore, passphrase: str, random: Callable[[int], bytes]) -> None:
    """Write the keystore, encrypted under `passphrase`, to a new file only its owner may read.

    `random` returns that many bytes from the system's generator (`os.urandom`). A file that exists is never
    overwritten: it may be the only copy of a master.

    Raises:
        KeystoreRefused: there is a file already, or the passphrase is empty.
    """
    if not normalise_passphrase(passphrase):
        raise KeystoreRefused(f"{path}: the passphrase is empty\n    give the editors' passphrase")
    salt, cek, iv = random(16), random(32), random(12)
    protected = b64u(cj({"cq": _facts(keystore), "enc": "A256GCM", "typ": _TYPE}).encode("ascii"))
    secret = cj({"master": b64u(keystore.master)}).encode("ascii")
    data = AESGCM(cek).encrypt(iv, secret, protected.encode("ascii"))
    stored: dict[str, Json] = {
        "v": 1,
        "demo": keystore.demo,
        "kdf": {**_KDF, "salt": b64u(salt)},
        "jwe": {
            "protected": protected,
            "recipients": [
                {
                    "encrypted_key": b64u(aes_key_wrap(_argon2id(passphrase, salt), cek)),
                    "header": {"alg": "A256KW"},
                }
            ],
            "iv": b64u(iv),
            "ciphertext": b64u(data[:-16]),
            "tag": b64u(data[-16:]),
        },
    }
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeystoreRefused(
            f"{path}: there is a keystore already, and it may be the only copy\n    move it away first"
        ) from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(cj(stored) + "\n")


def open_keystore(path: Path, passphrase: str, *, demo: bool = False) -> Keystore:
    """The keystore at `path`. With `demo=True` only a demo one, which everybody may read, is accepted.

    Raises:
        KeystoreRefused: missing, readable by others, damaged, or another passphrase.
    """
    try:
        loose = os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise KeystoreRefused(f"{path}: there is no keystore\n    create one, or bring the editors' copy") from None
    except (OSError, UnicodeDecodeError):
        raise KeystoreRefused(f"{path}: this file cannot be read\n    bring the editors' copy") from None
    if loose and not demo:
        raise KeystoreRefused(f"{path}: others on this machine may read the keystore\n    chmod 600 {path}")
    try:
        keystore = _read(text.removesuffix("\n"), passphrase)
    except (InvalidUnwrap, InvalidTag):
        raise KeystoreRefused(
            f"{path}: this passphrase does not open the keystore\n    check it, or bring the editors' copy"
        ) from None
    except (Malformed, KeyError, TypeError, IndexError, ValueError):
        raise KeystoreRefused(f"{path}: this is not a keystore of version 1\n    bring the editors' copy") from None
    if demo and not keystore.demo:
        raise KeystoreRefused(f"{path}: this is not a demo keystore\n    open it as the editors' own")
    return keystore


def _read(text: str, passphrase: str) -> Keystore:
    stored = parse_cj(text)
    if not isinstance(stored, dict) or set(stored) != {"v", "demo", "kdf", "jwe"} or stored["v"] != 1:
        raise Malformed
    kdf, jwe = stored["kdf"], stored["jwe"]
    salt = from_b64u(kdf["salt"])
    # Only the cost we write is accepted: a cheaper one would mean somebody else wrote this file.
    if kdf != {**_KDF, "salt": b64u(salt)} or len(salt) != 16 or len(jwe["recipients"]) != 1:
        raise Malformed
    wrapped, iv, tag = (
        from_b64u(jwe["recipients"][0]["encrypted_key"]),
        from_b64u(jwe["iv"]),
        from_b64u(jwe["tag"]),
    )
    if (len(wrapped), len(iv), len(tag)) != (40, 12, 16):
        raise Malformed
    header = parse_cj(from_b64u(jwe["protected"]).decode("ascii"))
    cek = aes_key_unwrap(_argon2id(passphrase, salt), wrapped)
    data = AESGCM(cek).decrypt(iv, from_b64u(jwe["ciphertext"]) + tag, jwe["protected"].encode("ascii"))
    secret = parse_cj(data.decode("ascii"))
    if not isinstance(header, dict) or not isinstance(secret, dict):
        raise Malformed
    facts = header["cq"]
    keystore = Keystore(facts["site"], from_b64u(secret["master"]), facts["demo"])
    if header != {"cq": _facts(keystore), "enc": "A256GCM", "typ": _TYPE} or stored["demo"] is not keystore.demo:
        raise Malformed
    return keystore


def _facts(keystore: Keystore) -> dict[str, Json]:
    return {"demo": keystore.demo, "site": keystore.site}


def _argon2id(passphrase: str, salt: bytes) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=262144)
    return kdf.derive(normalise_passphrase(passphrase).encode("ascii"))
