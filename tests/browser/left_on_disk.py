"""What a browser's profile holds when the browser is gone, looked through as somebody who found the disk would."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.proofs.canaries import MARK
from tests.proofs.third_reader import Slot, hk, lp, passphrase_meant, stretch

_STREAM = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_LZ4 = b"mozLz40\0"
_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True)
class Secrets:
    """Bytes that must not be there, by what they are."""

    needles: Mapping[str, bytes] = field(repr=False)

    def found_in(self, *folders: Path) -> dict[str, list[str]]:
        """Which of them lie in which files."""
        found: dict[str, list[str]] = {}
        for path in sorted(file for folder in folders for file in folder.rglob("*")):
            if path.is_symlink() or not path.is_file():
                continue
            for form in _forms(path.read_bytes()):
                for name, needle in self.needles.items():
                    if needle in form and str(path) not in found.setdefault(name, []):
                        found[name].append(str(path))
        return {name: paths for name, paths in found.items() if paths}


def secrets_of(slot: Slot, keyring: Mapping[str, object], login: str, passphrase: str) -> Secrets:
    """Everything that signing in brings into a browser's memory, and every sealed word of the canaries' site."""
    kdf = keyring["kdf"]
    assert isinstance(kdf, dict)
    raw_salt = base64.urlsafe_b64decode(str(kdf["salt"]) + "==")
    salt = hashlib.sha256(b"cq1/salt|" + lp(slot.site) + lp(raw_salt) + lp(login)).digest()
    master = stretch(passphrase_meant(passphrase), salt, int(str(kdf["iter"])))
    keys = {f"the key {kid}": key for kid, key in slot.keys.items()}
    keys |= {"the stretched passphrase": master, "the slot's key": hk(master, b"cq1/slot-kek", 32)}
    needles: dict[str, bytes] = {"a sealed word": MARK.encode()}
    for name, key in keys.items():
        needles[name] = key[:24]
        needles[f"{name}, hexadecimal"] = key.hex().encode()[:48]
        # Without the last letters, which depend on what follows.
        needles[f"{name}, base64url"] = base64.urlsafe_b64encode(key)[:40]
        needles[f"{name}, base64"] = base64.b64encode(key)[:40]
    # Single words are in every copy of the word list; two in a row, at either end, are the passphrase's.
    words, meant = passphrase.split(), passphrase_meant(passphrase).split()
    for told, pair in (("first", words[:2]), ("last", words[-2:]), ("last, as they count,", meant[-2:])):
        for between in (" ", "%20", "+", "-"):
            needles[f"the {told} words, parted by {between!r}"] = between.join(pair).encode()
    return Secrets(needles)


def _forms(data: bytes) -> Iterator[bytes]:
    """As it lies there, as UTF-16, and unpacked. What Snappy writes shows letters at their first occurrence as they
    are, and no sealed word has another that begins like it."""
    yield data
    if b"\0" in data:
        yield data.replace(b"\0", b"")
    for found in _STREAM.finditer(data):
        window = 31 if found.group().startswith(b"\x1f") else 15
        try:
            unpacked = zlib.decompressobj(window).decompress(data[found.start() :], _LARGEST)
        except zlib.error:
            continue
        if len(unpacked) > 8:
            yield unpacked
            yield unpacked.replace(b"\0", b"")
    if data.startswith(_LZ4):
        yield unpacked_lz4(data[len(_LZ4) + 4 :])


def unpacked_lz4(block: bytes) -> bytes:
    """One LZ4 block, in which Firefox keeps its sessions."""
    made, at = bytearray(), 0
    while at < len(block):
        token = block[at]
        at += 1
        length, at = _length(block, at, token >> 4)
        made += block[at : at + length]
        at += length
        if at >= len(block):
            break
        offset = int.from_bytes(block[at : at + 2], "little")
        length, at = _length(block, at + 2, token & 15)
        for _ in range(length + 4):
            made.append(made[-offset])
    return bytes(made)


def _length(block: bytes, at: int, begun: int) -> tuple[int, int]:
    length = begun
    while begun == 15:
        length += block[at]
        begun = 15 if block[at] == 255 else 0
        at += 1
    return length, at
