"""Entries of the directory as vCards (RFC 6350, version 4.0), for the address books of their readers.

One file holds all entries that one audience may read. What a card says is in one language, the file's; its UID and its
REV are the same in all, so that an address book which gets the file again has each office once.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

MEDIA = "text/vcard; charset=utf-8"
#: A line has at most so many octets, its end not counted; what is longer goes on after a space.
_LONGEST = 75


@dataclass(frozen=True)
class Card:
    """One office. `key` is what its UID is made of; `units` are its name in parts, the widest first, such as a state
    and an office; `notes` are lines of plain text.
    """

    key: str
    name: str
    units: tuple[str, ...]
    role: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    zone: str = ""
    notes: tuple[str, ...] = field(default=(), repr=False)
    revised: datetime.date | None = None


def write_cards(cards: Iterable[Card], site: str, lang: str) -> bytes:
    """The cards in the order given, one after the other, as UTF-8."""
    lines = (line for card in cards for line in _lines(card, site, lang))
    return b"".join(folded(line) for line in lines)


def _lines(card: Card, site: str, lang: str) -> Iterator[str]:
    spoken = f"LANGUAGE={lang}"
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"PRODID:{escaped(f'-//Communiqué//{site}//{lang.upper()}')}"
    yield f"UID:urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{card.key}@{site}')}"
    yield "KIND:org"
    yield f"FN;{spoken}:{escaped(card.name)}"
    yield f"ORG;{spoken}:{_components(card.units)}"
    yield f"ROLE;{spoken}:{escaped(card.role)}"
    for phone in card.phones:
        yield f'TEL;VALUE=uri;TYPE="voice,work":tel:{phone.replace(" ", "-")}'
    for email in card.emails:
        yield f"EMAIL;TYPE=work:{escaped(email)}"
    for rank, code in enumerate(card.languages, 1):
        yield f"LANG;PREF={rank}:{code}"
    if card.zone:
        yield f"TZ:{escaped(card.zone)}"
    if card.notes:
        yield f"NOTE;{spoken}:{escaped(chr(10).join(card.notes))}"
    if card.revised:
        yield f"REV:{card.revised:%Y%m%d}T000000Z"
    yield "END:VCARD"


def escaped(text: str) -> str:
    """Text as the value of a property: a backslash before backslash and comma, and `\\n` for the end of a line.

    A semicolon has none where a value is not made of components (RFC 6350, TEXT-CHAR).
    """
    text = text.replace("\\", "\\\\").replace(",", "\\,")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _components(units: Sequence[str]) -> str:
    return ";".join(escaped(unit).replace(";", "\\;") for unit in units)


def folded(line: str) -> bytes:
    """A line with its end, cut where it is too long and never within a character."""
    pieces: list[bytes] = []
    rest, room = line.encode("utf-8"), _LONGEST
    while len(rest) > room:
        cut = room
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(rest[:cut])
        # The space that begins the next line is one of its octets.
        rest, room = rest[cut:], _LONGEST - 1
    pieces.append(rest)
    return b"\r\n ".join(pieces) + b"\r\n"
