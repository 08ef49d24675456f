"""The ways in which text can stand in a file without looking like itself: escapes, encodings, archives."""

from __future__ import annotations

import binascii
import bz2
import html
import io
import lzma
import quopri
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import unquote

from communique.audit.words import has_tags, seen_and_unseen, with_joined_words

_DEPTH = 5
_LARGEST = 256 * 1024 * 1024

_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_BACKSLASH = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|[uU]([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r?\n)|(.))", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
# Markup inside a comment or an attribute: taking away the tag around it takes it away as well.
_HIDDEN_MARKUP = re.compile(
    r"""<!--(.*<.*)-->|=\s*"([^"<&]*(?:<|&lt;|&#)[^"]*)"|=\s*'([^'<&]*(?:<|&lt;|&#)[^']*)'""", re.DOTALL
)
# RFC 2045, 6.7: the line goes on, wherever in a word or a number that was cut.
_SOFT_BREAK = re.compile(r"=[ \t]*\r?\n")
_FOLDED_LINE = re.compile(r"\r?\n[ \t]")
_SHORTEST_RUN = 24
_BASE64 = re.compile(rf"[A-Za-z0-9+/_-]{{{_SHORTEST_RUN},}}")
_BASE64_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-="
_SHORTEST_HEX = 40
_NO_LETTER = re.compile(r"[+/_-]")
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")

_READABLE = re.compile(rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xf4][\x80-\xbf]{1,3}){5,}")
_READABLE_UTF16_LE = re.compile(rb"(?:[\t\n\r\x20-\x7e\xa0-\xff]\x00){5,}")
_READABLE_UTF16_BE = re.compile(rb"(?:\x00[\t\n\r\x20-\x7e\xa0-\xff]){5,}")
_ZIP = b"PK\x03\x04"
_COMPRESSED = (b"\x1f\x8b\x08", b"x\x01", b"x\x5e", b"x\x9c", b"x\xda", b"BZh", b"\xfd7zXZ\x00")
_HEADERS = (_ZIP, *_COMPRESSED)
# Every byte as "a" (readable), "0" (none) or a space.
_SHAPES = bytes(
    ord("a") if code in b"\t\n\r" or 0x20 <= code < 0x7F else ord("0") if code == 0 else ord(" ") for code in range(256)
)


class NotRead(Exception):
    """The audit cannot look into something; what is not looked into is not published."""


@dataclass(frozen=True)
class Reading:
    """One way to read a file, and how an editor would describe it."""

    how: str
    text: str = field(repr=False)


def readings(path: str, content: bytes) -> Iterator[Reading]:
    """Every text that can be read out of a file. Raises NotRead for locked, damaged or endless archives."""
    yield from _of_bytes(path, content, "", _DEPTH)


def _of_bytes(path: str, content: bytes, how: str, depth: int) -> Iterator[Reading]:
    if depth == 0:
        raise NotRead("encodings lie inside each other too deeply")
    try:
        text = content.decode("utf-8-sig")
        is_text = True
    except UnicodeDecodeError:
        is_text = False
    if is_text and b"\0" not in content:
        yield from _of_text(path, text, how, depth)
        return
    if is_text:
        yield Reading(how or "in the file as it stands", text)
    yield from _of_binary(path, content, how, depth)


def _of_binary(path: str, content: bytes, how: str, depth: int) -> Iterator[Reading]:
    yield from _of_archives(path, content, how, depth)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield from _of_text(path, content.decode("utf-16", "replace"), _after(how, "read as UTF-16"), depth)
    if b"\0" in content:
        for pattern, codec in ((_READABLE_UTF16_LE, "utf-16-le"), (_READABLE_UTF16_BE, "utf-16-be")):
            runs = [run.decode(codec) for run in pattern.findall(content)]
            if runs:
                yield from _of_text(path, "\n".join(runs), _after(how, "read as UTF-16"), depth - 1 or 1)
    runs = [run.decode("utf-8", "ignore") for run in _READABLE.findall(content)]
    if runs:
        yield from _of_text(path, "\n".join(runs), _after(how, "between its other bytes"), depth - 1 or 1)
    # A text saved in an old western encoding; on other bytes this is harmless noise.
    if not how and b"\0" not in content:
        yield Reading("read as Latin-1", content.decode("latin-1"))


def _of_archives(path: str, content: bytes, how: str, depth: int) -> Iterator[Reading]:
    if _ZIP in content:
        for name, member in _members(content):
            inside = _after(how, "inside a zip archive")
            yield Reading(_after(inside, "in a member's name"), name)
            yield from _of_bytes(name, member, inside, depth - 1)
    for start in _headers_in(content):
        inflated = _inflated(content[start:])
        if inflated:
            yield from _of_bytes(path, inflated, _after(how, "once decompressed"), depth - 1)


def _headers_in(content: bytes) -> Iterator[int]:
    for header in _COMPRESSED:
        start = content.find(header)
        while start >= 0:
            yield start
            start = content.find(header, start + 1)


def _members(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                if member.file_size > _LARGEST:
                    raise NotRead("a member of the archive is too large to look into")
                yield f"{member.filename}\n{member.comment.decode('utf-8', 'replace')}", archive.read(member)
            if archive.comment:
                yield "", archive.comment
    except (zipfile.BadZipFile, RuntimeError, EOFError, zlib.error) as error:
        # Ciphertext may hold the four bytes by chance; a real archive starts with them.
        if content.startswith(_ZIP):
            raise NotRead("the zip archive is locked, damaged or of an unknown kind") from error


def _inflated(content: bytes) -> bytes:
    """What a compressed stream at the start of `content` holds; empty when it is none."""
    if content.startswith(b"\x1f\x8b"):
        return _unpacked(content, zlib.decompressobj(wbits=31))
    if content.startswith(b"\x78"):
        return _unpacked(content, zlib.decompressobj())
    return _unpacked(content, bz2.BZ2Decompressor() if content.startswith(b"BZh") else lzma.LZMADecompressor())


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def _unpacked(content: bytes, decompressor: _Decompressor) -> bytes:
    parts = bytearray()
    try:
        # Little by little: a broken end must not take the readable beginning with it.
        for start in range(0, len(content), 4096):
            parts += decompressor.decompress(content[start : start + 4096])
            if len(parts) > _LARGEST:
                raise NotRead("a compressed part is too large to look into")
            if decompressor.eof:
                break
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
        pass
    # Headers of two bytes match by chance; a stream proves itself by its end, or by its length.
    return bytes(parts) if decompressor.eof or len(parts) >= 64 else b""


def _of_text(path: str, text: str, how: str, depth: int) -> Iterator[Reading]:
    if depth == 0:
        raise NotRead("encodings lie inside each other too deeply")
    if path.lower().endswith((".eml", ".mht")) and "quoted-printable" in text.lower():
        # Nobody reads it cut, and "2=" before "6 September" would make another date of the 26th.
        text = _SOFT_BREAK.sub("", text)
    for joined_lines in _by_suffix(path, text):
        yield from _of_text("", joined_lines, _after(how, "once its lines are joined"), depth - 1)
    if "<" not in text:
        yield from _of_plain(text, how or "in the file as it stands", depth)
        return
    # What readers see and what they do not, apart: together they are the whole file, each looked at once.
    seen, unseen = seen_and_unseen(text)
    yield from _of_plain(seen, how or "in the text", depth)
    joined = with_joined_words(text)
    if joined is not None:
        yield Reading(how or "in the text", joined)
    unseen_how = how or "in the markup: an attribute, a comment or a script"
    yield from _of_plain("\n".join(unseen), unseen_how, depth, markup=True)
    hidden = ["".join(found) for tag in unseen if "<" in tag[1:] or "&" in tag for found in _HIDDEN_MARKUP.findall(tag)]
    if hidden:
        yield from _of_text("", "\n".join(hidden), unseen_how, depth - 1)


def _of_plain(text: str, how: str, depth: int, *, markup: bool = False) -> Iterator[Reading]:
    yield Reading(how, text)
    plain = _unescaped(text)
    seen = how if plain == text else _after(how, "once its escapes are read")
    if not markup and has_tags(plain):
        yield from _of_text("", plain, _after(how, "once its escapes are read"), depth - 1)
        return
    if plain != text:
        yield Reading(seen, plain)
    yield from _of_encoded(plain, how, depth)


def _by_suffix(path: str, text: str) -> Iterator[str]:
    suffix = path.rpartition(".")[2].lower()
    if suffix in {"ics", "vcf", "eml", "mht"} and _FOLDED_LINE.search(text):
        yield _FOLDED_LINE.sub("", text)
    if suffix in {"eml", "mht", "vcf"} and "=" in text:
        yield quopri.decodestring(text.encode()).decode("utf-8", "replace")
    if suffix in {"css", "svg"} and "\\" in text:
        yield _CSS_ESCAPE.sub(lambda found: _character(int(found[1], 16)), text)


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 else " "


def _unescaped(text: str) -> str:
    """Backslashes, character references and percent signs read, also where they cover each other."""
    for _ in range(_DEPTH):
        before = text
        if "\\" in text:
            text = _BACKSLASH.sub(_read_backslash, text)
            if _SURROGATE.search(text):
                text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if "&" in text:
            text = html.unescape(text)
        if "%" in text and _PERCENT.search(text):
            text = unquote(text, errors="replace")
        if text == before:
            break
    return text


def _read_backslash(found: re.Match[str]) -> str:
    braced, four, two, newline, single = found.groups()
    if newline is not None:
        return ""
    if single is not None:
        return " " if single in "nrtbfv0" else str(single)
    return chr(min(int(braced or four or two, 16), 0x10FFFF))


def _of_encoded(text: str, how: str, depth: int) -> Iterator[Reading]:
    """Runs of base64 and hexadecimal digits, decoded; each from all four places where a group may begin."""
    # Prose has no words of this length; looking inside each of its words would take longest of all.
    long = [word for word in text.split() if len(word) >= _SHORTEST_RUN]
    if not long:
        return
    runs = _BASE64.findall(" ".join(long))
    lines = [word for word in long if not word.strip(_BASE64_DIGITS)]
    if len(lines) > 1:
        runs.append("".join(lines).replace("=", ""))
    seen = _after(how, "once decoded from base64")
    for run in dict.fromkeys(runs):
        standard = run.encode("ascii").translate(_TO_STANDARD)
        for start in range(4):
            group = standard[start:]
            content = binascii.a2b_base64(group[: len(group) // 4 * 4] + _tail(group))
            if _worth_reading(content):
                yield from _of_bytes("", content, seen, depth - 1)
    for run in dict.fromkeys(runs):
        for digits in _NO_LETTER.split(run) if len(run) >= _SHORTEST_HEX else ():
            if len(digits) >= _SHORTEST_HEX and not digits.strip("0123456789abcdefABCDEF"):
                content = binascii.unhexlify(digits[: len(digits) // 2 * 2])
                if _worth_reading(content):
                    yield from _of_bytes("", content, _after(how, "once decoded from hexadecimal"), depth - 1)


def _tail(group: bytes) -> bytes:
    """The last, incomplete group with its padding; a lone digit holds no byte."""
    rest = group[len(group) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def _worth_reading(content: bytes) -> bool:
    """Whether there is anything to read or unpack; quick for ciphertext, which most runs are."""
    shape = content.translate(_SHAPES)
    return (
        b"aaaaaaaa" in shape
        or b"a0a0a0a0a0" in shape
        or any(header in content for header in _HEADERS)
        or _is_text(content)
    )


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _after(how: str, then: str) -> str:
    return f"{how}, {then}" if how else then
