"""The last look at a message before a server is given it: its form, and that it goes to one reader and no other.

Whoever composed it has been careful; this reads the bytes themselves, as the machines on the way will.
"""

from __future__ import annotations

import email.errors
import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Protocol
from urllib.parse import unquote

from communique.editions.recipients import MailAddress
from communique.problems import Place, Problem, Refused

#: RFC 5321, 4.5.3.1.6, without the line's end.
_LONGEST_LINE = 998
_ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Language", "List-Unsubscribe")
#: Fields by which a server, or a program on the way, would send it to others too, or tell of them.
_NEVER = ("Cc", "Bcc", "Reply-To", "Sender", "Apparently-To", "Return-Path", "Disposition-Notification-To")


@dataclass(frozen=True)
class Addressed:
    """From whom a message is, to whom, and where its reader writes to be sent no more."""

    sender: MailAddress
    recipient: MailAddress
    unsubscribe: MailAddress


class Writer(Protocol):
    """Writes one message: the edition of a document in one language for one audience, for one reader."""

    def __call__(self, document: str, lang: str, audience: str, addressed: Addressed) -> bytes: ...


def on_the_wire(message: bytes) -> bytes:
    """The message with the ends of lines that mail has. One that mixes them is left as it is, to be refused."""
    return message if b"\r" in message else message.replace(b"\n", b"\r\n")


def hash_of(message: bytes) -> str:
    return hashlib.sha256(message).hexdigest()


def refuse_unfit(message: bytes, addressed: Addressed, languages: str, place: Place) -> None:
    """`languages` as the message must name them (RFC 3282).

    Raises:
        Refused: a server might read the message otherwise than its reader, or give it to others.
    """
    problems = [
        Problem(place, "message-unfit", f"the message for {addressed.recipient} cannot be sent: {fault}", _HINT)
        for fault in _faults(message, addressed, languages)
    ]
    if problems:
        raise Refused(problems)


_HINT = "this is a mistake of the program, not of yours: nothing was sent; tell whoever keeps it"


def _faults(message: bytes, addressed: Addressed, languages: str) -> Iterator[str]:
    if b"\0" in message:
        yield "it holds a NUL"
    # A line's end that only one of two machines takes for one lets text pass for commands.
    if not message.endswith(b"\r\n") or re.search(rb"\r(?!\n)|(?<!\r)\n", message):
        yield "its lines do not all end as those of mail do"
    if any(len(line) > _LONGEST_LINE for line in message.split(b"\r\n")):
        yield "a line of it is too long for mail"
    try:
        text = message.decode("utf-8" if addressed.recipient.needs_utf8 else "ascii")
    except UnicodeDecodeError:
        yield "it holds bytes that not every server takes"
        return
    parsed = message_from_string(text, EmailMessage, policy=email.policy.SMTPUTF8)
    for name in _ONCE:
        if len(parsed.get_all(name, [])) != 1:
            yield f"it has not exactly one field {name}"
            return
    if any(name in parsed for name in _NEVER) or any(name.lower().startswith("resent-") for name in parsed):
        yield "it names others than its sender and its reader"
    for name, wanted in (("From", addressed.sender), ("To", addressed.recipient)):
        if [found for _, found in getaddresses([str(parsed[name])])] != [str(wanted)]:
            yield f"its field {name} names somebody else"
    if str(parsed["Content-Language"]).strip() != languages:
        yield "it says that it is in another language"
    leave = re.fullmatch(r"<mailto:([^?>]+)(?:\?[^>]*)?>", str(parsed["List-Unsubscribe"]).strip())
    if leave is None or unquote(leave[1]) != str(addressed.unsubscribe):
        yield "it does not tell how to be sent no more"
    if any(part.defects for part in parsed.walk()):
        yield "mail programs would read it in different ways"
