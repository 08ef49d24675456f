"""Takes out of PNG and JPEG files what no reader sees: places, names, times, devices, previews, and whatever
stands behind the picture's end.

The picture itself is not encoded again, so that it loses nothing and the same file always gives the same bytes. The
exception is a picture that says it must be turned: turning it is the only way to forget that it said so.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image, ImageOps

_PNG = b"\x89PNG\r\n\x1a\n"
#: What a picture needs to look as it does. Colour profiles are left out: they name devices, people and times.
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
)
_PNG_MOVES = b"acTL"

_SOI, _EOI, _SOS, _APP0, _APP14 = 0xD8, 0xD9, 0xDA, 0xE0, 0xEE
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_TABLES = frozenset({0xC4, 0xDB, 0xDD})
_ORIENTATION = 274
#: A picture from which one cannot be told is meant to be looked at, not measured: this is its quality when turned.
_QUALITY = 92
_MOST_PIXELS = 200_000_000


class NotCleaned(Exception):
    """Why the particulars of a file cannot be taken out, and what its editor can do."""

    def __init__(self, what: str, fix: str) -> None:
        super().__init__(what)
        self.what, self.fix = what, fix


@dataclass(frozen=True)
class Picture:
    """A cleaned picture. Width and height are those it is shown with."""

    data: bytes = field(repr=False)
    width: int
    height: int


_DAMAGED = "open it in an image program and export it again"


def clean_picture(data: bytes, kind: str) -> Picture:
    """The picture of `kind` (png or jpeg) without its particulars.

    Raises:
        NotCleaned: it is damaged, moves, or is not understood.
    """
    clean = clean_png if kind == "png" else clean_jpeg
    cleaned = clean(data)
    try:
        with Image.open(io.BytesIO(data), formats=[kind.upper()]) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise NotCleaned("it has more pixels than any page can show", "make it smaller")
            turned = image.getexif().get(_ORIENTATION, 1) not in (0, 1)
            image.load()
            width, height = image.size
            if turned:
                upright = ImageOps.exif_transpose(image)
                out = io.BytesIO()
                if kind == "png":
                    upright.save(out, "PNG")
                else:
                    upright.save(out, "JPEG", quality=_QUALITY, subsampling=0)
                width, height = upright.size
                cleaned = clean(out.getvalue())
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
        raise NotCleaned("the picture in it is damaged", _DAMAGED) from None
    return Picture(cleaned, width, height)


def clean_png(data: bytes) -> bytes:
    """The chunks that make the picture, and nothing behind its end.

    Raises:
        NotCleaned: the file is not made as PNG files are.
    """
    kept = [_PNG]
    for kind, chunk in _chunks(data):
        if kind == _PNG_MOVES:
            raise NotCleaned("it moves", "moving pictures disturb reading: export one picture of it")
        if kind in _PNG_KEPT:
            kept.append(chunk)
        elif kind[:1].isupper():
            raise NotCleaned("it has a part that is not understood", _DAMAGED)
    return b"".join(kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + length
        kind, body, check = data[at + 4 : at + 8], data[at + 8 : end - 4], data[end - 4 : end]
        if end > len(data) or not kind.isalpha() or zlib.crc32(kind + body).to_bytes(4, "big") != check:
            break
        yield kind, data[at:end]
        if kind == b"IEND":
            return
        at = end
    raise NotCleaned("the picture in it is damaged", _DAMAGED)


def clean_jpeg(data: bytes, *, printed: bool = False) -> bytes:
    """The segments that make the picture, a plain JFIF head, and nothing behind its end. In a PDF, which is
    `printed`, the colours may be those of printing.

    Raises:
        NotCleaned: the file is not made as JPEG files are, or has colours that browsers show differently.
    """
    kept = [b"\xff\xd8"]
    ended = False
    for marker, segment in _segments(data):
        body = segment[4:]
        if marker in _FRAMES and len(body) > 5 and body[5] not in (1, 3) and not printed:
            raise NotCleaned("it has colours for printing", "export it with the colours of screens (RGB)")
        if marker == _APP0 and body.startswith(b"JFIF\0") and len(body) >= 12:
            # Its density is kept, its preview is not.
            kept.append(b"\xff\xe0\x00\x10" + body[:12] + b"\0\0")
        elif marker == _APP14 and body.startswith(b"Adobe") and len(body) >= 12:
            kept.append(b"\xff\xee\x00\x0e" + body[:12])
        elif marker in _FRAMES or marker in _TABLES or marker == _SOS:
            kept.append(segment)
        elif marker == _EOI:
            kept.append(segment)
            ended = True
        elif not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            raise NotCleaned("it has a part that is not understood", _DAMAGED)
    if not ended:
        raise NotCleaned("the picture in it is damaged", _DAMAGED)
    return b"".join(kept)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker with its bytes; that of a scan has the scan's data with it."""
    at = 2
    while at + 2 <= len(data):
        if data[at] != 0xFF:
            break
        if data[at + 1] == 0xFF:
            at += 1
            continue
        marker = data[at + 1]
        if marker == _EOI:
            yield marker, data[at : at + 2]
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(data):
            break
        if marker == _SOS:
            end = _end_of_scan(data, end)
        yield marker, data[at:end]
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        follows = data[at + 1]
        if follows != 0x00 and not 0xD0 <= follows <= 0xD7 and follows != 0xFF:
            return at
        at += 1 if follows == 0xFF else 2
