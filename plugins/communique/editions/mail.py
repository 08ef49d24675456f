"""An edition as a message: RFC 5322, with the text and the HTML of the same words (RFC 2046, multipart/alternative).

The bytes are written here one by one, since the standard library folds and encodes otherwise from version to version.
The same edition to the same reader is the same message in every build, so that a second copy can be told from it.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.utils import format_datetime
from urllib.parse import quote

from communique.editions.columns import line_of, wrapped
from communique.editions.edition import (
    Block,
    Direction,
    Edition,
    Heading,
    Inline,
    Item,
    Items,
    LinkTo,
    Locked,
    LockedWords,
    Note,
    Notes,
    Paragraph,
    Remark,
    Section,
    Spoken,
    Table,
    Words,
)
from communique.editions.mail_html import Foot, HtmlWords, mail_html
from communique.editions.plain_text import COLUMNS, TextWords, plain_text
from communique.editions.recipients import MailAddress
from communique.languages.typography import direction
from communique.problems import Place, Problem, Refused

#: Longer messages are cut by some programs, which hide the rest behind a link of their own.
LARGEST = 80_000
#: Of which the head may take this much: the cut must not depend on how long a reader's address is.
_LARGEST_HEAD = 4_000
#: RFC 2045: no line of a text is longer.
_LINE = 76
#: Of an encoded word: it fits on a line behind the name of its field.
_BYTES_OF_A_WORD = 36
_EQUALS = ord("=")
_BREAKS = re.compile(r"[\t-\r\x1c-\x1e\x85\u2028\u2029]+")
#: What cannot stand for itself, or not at the end of a line.
_UNSAFE = re.compile(rb"[^\t -<>-~]|[\t ]\Z")
#: What no line of mail should begin with: a machine on the way might take it for something else (RFC 2049, 3).
_UNSAFE_FIRST = re.compile(rb"\A\.|\AF(?=rom )")
#: RFC 5322, 2.1.1.
_HEAD_LINE = 78
#: Nobody is named: RFC 5322, 3.4, a group without members.
_NOBODY = "undisclosed-recipients:;"
#: The issue's day everywhere but at the date line.
_HOUR = 12


@dataclass(frozen=True)
class MailWords:
    """What a message says besides the edition. `sent_by` holds `%(site)s` and `%(address)s`; `shortened` is told how
    many items are on the portal only.
    """

    html: HtmlWords
    text: TextWords
    not_sealed: str
    shortened: Callable[[int], str]
    rest: str
    sent_by: str


@dataclass(frozen=True)
class Envelope:
    """From whom a message is, to whom, and where its reader writes to be sent no more. Without a recipient it can be
    looked at, and sent by the editors' own program.
    """

    sender: MailAddress
    unsubscribe: MailAddress
    recipient: MailAddress | None = None


def message(edition: Edition, words: MailWords, envelope: Envelope) -> bytes:
    """The message as it goes to a server: ASCII, but for the address of a recipient who has no other.

    Raises:
        Refused: the site has no home address that links could lead to, or even the list of items is too long.
    """
    if not edition.address:
        what = "a message needs addresses that lead to the portal from anywhere, and the site has none"
        raise Refused([Problem(Place("content/data/site.yaml"), "no-home", what, "say in home: where the site is")])
    whole = replace(edition, blocks=(*_told_before(edition, words), *edition.blocks))
    content = _content(whole, words, envelope)
    return _written(edition, envelope, content if _fits(content) else _cut(edition, words, envelope))


@dataclass(frozen=True)
class _Content:
    boundary: str
    body: bytes


def _told_before(edition: Edition, words: MailWords, absent: int = 0) -> Iterator[Remark]:
    if absent:
        yield Remark((_told(edition, words.shortened(absent)),))
    if any(_is_closed(block) for block in edition.all_blocks):
        yield Remark((_told(edition, words.not_sealed),))


def _told(edition: Edition, text: str) -> Inline:
    """What the message says of itself, among words of the text."""
    way: Direction = "rtl" if direction(edition.told_in) == "rtl" else "ltr"
    return Spoken(edition.around, way, (Words(text),)) if edition.around else Words(text)


def _is_closed(block: Block) -> bool:
    match block:
        case Locked():
            return True
        case Table(rows=rows):
            return any(not row.cells or any(_holds_closed(cell.content) for cell in row.cells) for row in rows)
        case Paragraph(content=content) | Heading(content=content):
            return _holds_closed(content)
    return False


def _holds_closed(content: tuple[Inline, ...]) -> bool:
    return any(isinstance(one, LockedWords) or _holds_closed(getattr(one, "content", ())) for one in content)


# -- what there is no room for


def _fits(content: _Content) -> bool:
    return len(content.body) + _LARGEST_HEAD <= LARGEST


def _cut(edition: Edition, words: MailWords, envelope: Envelope) -> _Content:
    """As many items in full as there is room for, the others named with their address."""
    items = tuple(_items_of(edition.blocks))
    best: _Content | None = None
    low, high = 0, len(items)
    while low < high:
        whole = (low + high) // 2
        content = _content(_shortened(edition, words, items, whole), words, envelope)
        if _fits(content):
            best, low = content, whole + 1
        else:
            high = whole
    if best is None:
        what = "this issue is too long for mail even if each item is only named"
        place = Place(f"content/{edition.document}/{edition.lang}.md")
        raise Refused([Problem(place, "mail-too-long", what, "make two issues of it")])
    return best


def _items_of(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, ...]]:
    """The issue's items, and what stands before the first: each begins with a heading of the second level, sealed or
    not, or is closed as a whole.
    """
    found: list[Block] = []
    for block in blocks:
        if _heading_of(block) or (isinstance(block, Locked) and block.item):
            if found:
                yield tuple(found)
            found = []
        found.append(block)
    if found:
        yield tuple(found)


def _heading_of(block: Block) -> Heading | None:
    match block:
        case Heading(level=2) as heading:
            return heading
        case Section(blocks=(Heading(level=2) as heading, *_)):
            return heading
    return None


def _shortened(edition: Edition, words: MailWords, items: tuple[tuple[Block, ...], ...], whole: int) -> Edition:
    """The edition with the first `whole` items as they are, the others as a list of their headings and addresses."""
    kept = [block for item in items[:whole] for block in item]
    rest = _told(edition, words.rest)
    named = tuple(_named(item[0], edition.address, rest) for item in items[whole:])
    absent = sum(not isinstance(item[0], Locked) for item in items[whole:])
    heading = Heading(2, "", (rest,))
    notes = [block for item in items[whole:] for block in item if isinstance(block, Notes)]
    blocks = (*_told_before(edition, words, absent), *kept, heading, Items(named), *notes)
    marks = set(_marks_in(blocks))
    return replace(edition, blocks=tuple(left for block in blocks if (left := _with_notes_of(block, marks))))


def _named(first: Block, address: str, otherwise: Inline) -> Item:
    """An item that begins with the block `first`: what it is called, and where it is."""
    if isinstance(first, Locked):
        return Item((first,))
    heading = _heading_of(first)
    anchor = f"#{heading.anchor}" if heading and heading.anchor else ""
    content = tuple(one for one in heading.content if not isinstance(one, Note)) if heading else (otherwise,)
    link = LinkTo(f"{address}{anchor}", content)
    return Item(
        (Paragraph((link,), lang=heading.lang if heading else ""),),
        first.marking if isinstance(first, Section) else "",
    )


def _marks_in(one: object) -> Iterator[str]:
    """The notes that are referred to. Those of a section are its own: they stay with it, or go with it."""
    if isinstance(one, Note):
        yield one.anchor
    elif isinstance(one, tuple):
        for inner in one:
            yield from _marks_in(inner)
    elif not isinstance(one, Section) and hasattr(one, "__dataclass_fields__"):
        for name in one.__dataclass_fields__:
            yield from _marks_in(getattr(one, name))


def _with_notes_of(block: Block, marks: set[str]) -> Block | None:
    if not isinstance(block, Notes):
        return block
    notes = tuple(note for note in block.notes if note[1] in marks)
    return replace(block, notes=notes) if notes else None


# -- the two forms of the text


def _content(edition: Edition, words: MailWords, envelope: Envelope) -> _Content:
    leave = f"mailto:{_in_an_address(envelope.unsubscribe)}?subject=unsubscribe"
    sent_by = words.sent_by % {"site": edition.site, "address": envelope.sender}
    html = mail_html(edition, words.html, Foot(sent_by, leave))
    foot = [*wrapped(sent_by, COLUMNS), *wrapped(f"{words.html.unsubscribe}:", COLUMNS)]
    # RFC 3676: two hyphens and a space end the text; what follows is not quoted in answers.
    below = [line_of(line, direction(edition.told_in)) for line in foot]
    text = "\n".join([plain_text(edition, words.text).rstrip("\n"), "", "-- ", *below, leave, ""])
    parts = (_part("plain", text, _languages(edition)), _part("html", html, _languages(edition)))
    # No line of quoted-printable or base64 can hold these two signs (RFC 2045, 6.7).
    boundary = f"=_{hashlib.sha256(b''.join(parts)).hexdigest()[:40]}"
    delimiter = f"--{boundary}".encode()
    body = b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts) + delimiter + b"--\r\n"
    return _Content(boundary, body)


def _languages(edition: Edition) -> str:
    """For whom it is first (RFC 3282): where the text stands in for one in their language, both."""
    return f"{edition.around}, {edition.lang}" if edition.around else edition.lang


def _part(subtype: str, text: str, languages: str) -> bytes:
    plain = text.encode("utf-8")
    quoted, packed = _quoted_printable(plain), _base64(plain)
    encoding, encoded = ("base64", packed) if len(packed) < len(quoted) else ("quoted-printable", quoted)
    head = [
        f"Content-Type: text/{subtype}; charset=utf-8",
        f"Content-Transfer-Encoding: {encoding}",
        f"Content-Language: {languages}",
    ]
    return "\r\n".join([*head, "", ""]).encode("ascii") + encoded


def _quoted_printable(plain: bytes) -> bytes:
    """RFC 2045, 6.7."""
    return b"\r\n".join(piece for line in plain.split(b"\n") for piece in _quoted_line(line))


def _quoted_line(line: bytes) -> Iterator[bytes]:
    rest = _UNSAFE_FIRST.sub(_quoted, _UNSAFE.sub(_quoted, line))
    while len(rest) > _LINE:
        # The sign that the line goes on takes a place; and what is written with three signs stays together.
        end = _LINE - 1
        end -= next((back for back in (1, 2) if rest[end - back] == _EQUALS), 0)
        yield rest[:end] + b"="
        rest = _UNSAFE_FIRST.sub(_quoted, rest[end:])
    yield rest


def _quoted(found: re.Match[bytes]) -> bytes:
    return b"=%02X" % found.group()[0]


def _base64(plain: bytes) -> bytes:
    encoded = base64.b64encode(plain.replace(b"\n", b"\r\n"))
    return b"\r\n".join(encoded[start : start + _LINE] for start in range(0, len(encoded), _LINE))


# -- the head


def _written(edition: Edition, envelope: Envelope, content: _Content) -> bytes:
    sender = envelope.sender
    day = datetime.datetime.combine(datetime.date.fromisoformat(edition.date), datetime.time(_HOUR), datetime.UTC)
    recipient = f"<{envelope.recipient}>" if envelope.recipient else _NOBODY
    fields = [
        ("From", f"{_phrase(edition.site)} <{sender}>"),
        ("To", recipient),
        ("Subject", _unstructured(f"[{edition.marking}] {edition.title}")),
        ("Date", format_datetime(day)),
        ("MIME-Version", "1.0"),
        ("Content-Language", _languages(edition)),
        ("Content-Type", f'multipart/alternative; boundary="{content.boundary}"'),
        ("List-Id", f"{_phrase(edition.site)} <{edition.kind}.{edition.told_in.lower()}.{sender.domain}>"),
        ("List-Unsubscribe", f"<mailto:{_in_an_address(envelope.unsubscribe)}?subject=unsubscribe>"),
        # RFC 2369: nobody answers to a list that only the editors write to.
        ("List-Post", "NO"),
        ("Archived-At", f"<{quote(edition.address, safe=_URI)}>"),
    ]
    lines = [_folded(name, value) for name, value in fields]
    told = hashlib.sha256("\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + content.body).hexdigest()[:32]
    lines.insert(4, f"Message-ID: <{told}@{sender.domain}>")
    return "\r\n".join([*lines, "", ""]).encode("utf-8") + content.body


_URI = "%/:=&?~#+!$,;'@()*[]"


def _in_an_address(address: MailAddress) -> str:
    """As it stands in a `mailto:` (RFC 6068)."""
    return f"{quote(address.local, safe='!$*+=_.~-')}@{address.domain}"


def _phrase(name: str) -> str:
    """A name before an address: in quotation marks, or encoded where it holds more than ASCII."""
    if _is_plain(name):
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"'
    return " ".join(_encoded_words(name))


def _unstructured(text: str) -> str:
    return text if _is_plain(text) else " ".join(_encoded_words(text))


def _is_plain(text: str) -> bool:
    # What looks like an encoded word would be read as one; and a word longer than a line could not be folded.
    printable = text.isascii() and text.isprintable()
    return printable and "=?" not in text and all(len(word) < _LINE - len("Subject: ") for word in text.split(" "))


def _encoded_words(text: str) -> Iterator[str]:
    """RFC 2047. Each word holds whole characters; the space between two of them is not shown."""
    current = b""
    # The ends of lines are the head's own; other spaces are typography.
    for character in _BREAKS.sub(" ", text):
        one = character.encode("utf-8")
        if len(current) + len(one) > _BYTES_OF_A_WORD:
            yield _encoded_word(current)
            current = b""
        current += one
    yield _encoded_word(current)


def _encoded_word(plain: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(plain).decode('ascii')}?="


def _folded(name: str, value: str) -> str:
    """The field, its lines broken at spaces (RFC 5322, 2.2.3)."""
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(lines[-1]) + 1 + len(word) > _HEAD_LINE:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)
