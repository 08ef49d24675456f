"""Every way we know in which a word can stand in a file without being seen: undone, layer by layer.

Written for the tests and shared with nothing: the product's own audit is one of the things to be tested.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import functools
import gzip
import html
import io
import lzma
import quopri
import re
import tarfile
import unicodedata
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable, Iterator

DEPTH = 3
#: A layer that blows up is a bomb, not a hiding place.
LARGEST = 16 * 1024 * 1024

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}[ :,]?){8,}")
_ESCAPE = re.compile(rb"\\(?:u\{?([0-9A-Fa-f]{4,6})\}?|x([0-9A-Fa-f]{2})|([0-7]{3}))")
_CSS_ESCAPE = re.compile(rb"\\([0-9A-Fa-f]{2,6}) ?")
_BYTES = re.compile(rb"(?:\d{2,3}\s*,\s*){7,}\d{2,3}")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
#: Characters that nobody sees between two letters.
_BETWEEN = "\u00ad\u034f\u200b\u200c\u200d\u2060\ufeff"
_OTHER_ALPHABET = bytes.maketrans(b"-_", b"+/")
_PRINTABLE = re.compile(rb"[\t\r\n\x20-\x7e]{8,}")
_UNPRINTABLE = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_TAGS = re.compile(rb"<[^<>]{0,300}>")


def forms(data: bytes, depth: int = DEPTH) -> Iterator[bytes]:
    """`data` and everything it can be decoded to."""
    seen: set[bytes] = set()
    waiting = [(data, depth)]
    while waiting:
        piece, left = waiting.pop()
        if len(piece) < 4 or piece in seen:
            continue
        seen.add(piece)
        yield piece
        yield from _plain(piece)
        if left:
            waiting.extend((made, left - 1) for step in _STEPS for made in step(piece) if made != piece)


def _compressed(data: bytes) -> Iterator[bytes]:
    for found in _ZLIB.finditer(data):
        window = 31 if found.group().startswith(b"\x1f") else 15
        yield from _inflated(data[found.start() :], window)
    if len(data) < 4096:
        yield from _inflated(data, -15)
    for name, unpack in ((b"BZh", bz2.decompress), (b"\xfd7zXZ", lzma.decompress), (b"\x1f\x8b", gzip.decompress)):
        if data.startswith(name):
            yield from _tried(functools.partial(unpack, data))


def _inflated(data: bytes, window: int) -> Iterator[bytes]:
    try:
        made = zlib.decompressobj(window).decompress(data, LARGEST)
    except zlib.error:
        return
    if len(made) > 7:
        yield made


def _archived(data: bytes) -> Iterator[bytes]:
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from (archive.read(name) for name in archive.namelist())
                yield "\n".join(archive.namelist()).encode()
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
            return
    elif data[257:262] == b"ustar":
        try:
            with tarfile.open(fileobj=io.BytesIO(data)) as tape:
                yield from (file.read() for member in tape if (file := tape.extractfile(member)))
                yield "\n".join(tape.getnames()).encode()
        except tarfile.TarError:
            return


def _text(data: bytes) -> Iterator[bytes]:
    """What a program shows for the same bytes: entities, percents, escapes, quoted-printable."""
    if _is_binary(data):
        return
    if b"&" in data:
        yield html.unescape(data.decode("utf-8", "replace")).encode()
    if b"%" in data:
        yield urllib.parse.unquote_to_bytes(data)
    if b"\\" in data:
        yield _ESCAPE.sub(_character, data)
        yield data.replace(b"\\\\", b"\\")
        yield _CSS_ESCAPE.sub(lambda found: _point(int(found[1], 16)), data)
    if b"=" in data:
        yield from _tried(lambda: quopri.decodestring(data))
    if b"<" in data:
        yield _TAGS.sub(b"", data)


def _character(found: re.Match[bytes]) -> bytes:
    return _point(int(found[1] or found[2], 16) if found[3] is None else int(found[3], 8))


def _point(number: int) -> bytes:
    # Halves of a pair stay as they are: nothing of ours stands beyond the basic plane.
    return chr(number).encode("utf-8", "replace") if number < 0x110000 else b"?"


def _plain(data: bytes) -> Iterator[bytes]:
    """Letters in other dress: capitals, full width, accents, hidden characters between them."""
    yield data.lower()
    if not data.isascii():
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return
        for hidden in _BETWEEN:
            text = text.replace(hidden, "")
        folded = unicodedata.normalize("NFKD", text).casefold()
        yield folded.encode("ascii", "ignore")


def _legible(data: bytes) -> Iterator[bytes]:
    """What is text in something that is not: only that can be decoded further as text."""
    if _is_binary(data):
        yield b"\n".join(_PRINTABLE.findall(data))


def _is_binary(data: bytes) -> bool:
    return _UNPRINTABLE.search(data) is not None


def _wide(data: bytes) -> Iterator[bytes]:
    if b"\0" in data:
        yield data.replace(b"\0", b"")


def _encoded(data: bytes) -> Iterator[bytes]:
    if _is_binary(data):
        return
    found = [run.group() for run in _BASE64.finditer(data)]
    if found:
        # All runs of a file in one piece, for each place in a run at which the hidden text can begin.
        for start in range(4):
            yield b"\n".join(_unbase64(run[start:]) for run in found)
    for run in _HEX.finditer(data):
        yield from _tried(functools.partial(binascii.unhexlify, re.sub(rb"[ :,]", b"", run.group())))
    for run in _BYTES.finditer(data):
        numbers = [int(number) for number in re.findall(rb"\d+", run.group())]
        if max(numbers) < 256:
            yield bytes(numbers)
    for run in re.finditer(rb"[A-Z2-7]{16,}", data):
        yield from _tried(functools.partial(base64.b32decode, run.group()[: len(run.group()) // 8 * 8]))


def _unbase64(run: bytes) -> bytes:
    # Zeros in place of what a run lacks, so that its last letters are not lost.
    text = run + b"A" * (-len(run) % 4)
    return binascii.a2b_base64(text.translate(_OTHER_ALPHABET))


def _tried(step: Callable[[], bytes]) -> Iterator[bytes]:
    try:
        yield step()
    except (ValueError, OSError, EOFError, zlib.error, lzma.LZMAError):
        return


_STEPS: tuple[Callable[[bytes], Iterator[bytes]], ...] = (
    _compressed,
    _archived,
    _legible,
    _text,
    _wide,
    _encoded,
)
