"""An e-mail as it is saved to a file: its fields, its text or what its HTML shows, what it quotes and carries."""

from __future__ import annotations

import dataclasses
import email
import email.policy
import re
from collections import Counter
from email.message import EmailMessage

from communique.importing.cable import LABELS, Letter, read_cable
from communique.importing.decoding import Decoded, decode, refuse_hostile
from communique.importing.hypertext import HtmlText, read_html
from communique.importing.paper import Doubt, HeaderField, Paper
from communique.importing.words import words_of
from communique.problems import Place, Problem, Refused

MOST_PARTS = 60
#: In the order in which a reader meets them; everything else in a head is of the transport.
_SHOWN = ("From", "To", "Cc", "Bcc", "Reply-To", "Date", "Subject")
_HISTORY = re.compile(
    r"(?:-{2,}\s*(?:Original Message|Forwarded message|Mensaje original|Message d[’']origine|Message transféré)\s*-{2,}"
    r"|On .{4,200} wrote:|Le .{4,200} a écrit\s?:|El .{4,200} escribió:)\s*\Z"
)


def read_e_mail(data: bytes, file: str) -> Paper:
    """The message as a paper: its fields are the header, its text the body, quoted text is kept as such.

    Raises:
        Refused: it has no text, or more parts than a letter has.
    """
    low = data.lower()
    if low.count(b"multipart/") + low.count(b"message/rfc822") > MOST_PARTS:
        what = f"this message has more than {MOST_PARTS} parts"
        raise Refused([Problem(Place(file), "import-too-large", what, "save the message that matters by itself")])
    message = email.message_from_bytes(data, policy=email.policy.default)
    doubts: list[Doubt] = []
    shown = _fields(message, file, data, doubts)
    if not shown:
        what = "this file has none of an e-mail's fields"
        raise Refused([Problem(Place(file), "import-not-text", what, "save the message as .eml, or its text as .txt")])
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    body = plain if plain is not None else html
    if not isinstance(body, EmailMessage):
        what = "this message has no text"
        raise Refused([Problem(Place(file), "import-not-text", what, "import the paper that it carries")])
    refuse_hostile([f"{one.label} {one.value}" for one in shown], f"{file} (its fields)")
    doubts += _carried(message, body, html, file)
    if plain is None:
        text = _html_of(body, file)
        lines, offset, where = text.lines, 1, f"{file} (its text)"
        quoted, more = frozenset(text.quoted), text.doubts
        decoded = Decoded(lines, (*doubts, *more))
    else:
        raw = body.get_payload(decode=True)
        content = raw if isinstance(raw, bytes) else b""
        offset = _line_in(data, content)
        where = file if offset else f"{file} (its text)"
        decoded = decode(content, where, first_line=offset or 1, charset=body.get_content_charset() or "")
        decoded = Decoded(decoded.lines, (*doubts, *decoded.doubts))
        lines, offset = decoded.lines, offset or 1
        quoted = _quoted(lines, offset)
        if isinstance(html, EmailMessage):
            decoded = Decoded(lines, (*decoded.doubts, *_other_version(html, lines, file)))
    if quoted:
        what = f"{len(quoted)} lines of this message are quoted from others"
        doubt = Doubt(Place(where, min(quoted)), "quoted-history", what, "delete what readers need not see")
        decoded = Decoded(lines, (*decoded.doubts, doubt))
    signed = next((number for number, line in enumerate(lines, offset) if line.rstrip() == "--"), 0)
    if signed in quoted:
        signed = 0
    if signed:
        doubt = Doubt(Place(where, signed), "contacts", "a signature stands here", "name offices, no persons")
        decoded = Decoded(lines, (*decoded.doubts, doubt))
    paper = read_cable(decoded, where, first_line=offset, letter=Letter(tuple(shown), quoted, signed))
    return _with_fields(paper, tuple(shown))


def _with_fields(paper: Paper, shown: tuple[HeaderField, ...]) -> Paper:
    """The paper whose lines begin with those of the message's own fields."""
    lines = (*(line for one in shown for line in one.lines), *paper.lines)
    return dataclasses.replace(paper, lines=lines, first_line=paper.first_line - len(shown))


def _fields(message: EmailMessage, file: str, data: bytes, doubts: list[Doubt]) -> list[HeaderField]:
    found: list[HeaderField] = []
    head = data.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].split(b"\n")
    for name in _SHOWN:
        begin = name.lower().encode() + b":"
        line = next((number for number, one in enumerate(head, 1) if one.lower().startswith(begin)), 0)
        try:
            values = [str(value) for value in message.get_all(name, [])]
            defects = [one for value in message.get_all(name, []) for one in getattr(value, "defects", ())]
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            # Some broken fields break their parser: then they are shown as they came.
            values, defects = [head[line - 1][len(begin) :].decode("utf-8", "replace")] if line else [], [ValueError()]
        if len(values) == 1 and "\ufffd" in values[0] and "=?" not in values[0]:
            # Letters that were sent as bare bytes: their encoding is nowhere said.
            values, defects = [_bare(head, line, len(begin))], [ValueError()]
        if defects or any("\ufffd" in value or "=?" in value for value in values):
            what = f"the field {name} is not written as the standard asks"
            doubts.append(Doubt(Place(file, line), "charset", what, "compare it with the message"))
        if len(values) > 1:
            what = f"the message has the field {name} {len(values)} times"
            doubts.append(Doubt(Place(file, line), "field-twice", what, "keep the one that is meant"))
        for value in values:
            shown = " ".join(value.split())
            label = LABELS.get(name.upper(), name.upper())
            found.append(HeaderField(label, shown, line, (f"{name}: {shown}".strip(),)))
    return found


def _bare(head: list[bytes], line: int, begin: int) -> str:
    """A field as its bytes stand in the file, its further lines included."""
    raw = head[line - 1][begin:]
    for following in head[line:]:
        if not following.startswith((b" ", b"\t")):
            break
        raw += following
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("windows-1252", "replace")


def _line_in(data: bytes, content: bytes) -> int:
    """The line of the file on which this content begins, where its transport did not encode it; else 0."""
    lines = re.sub(b"\r\n?", b"\n", data).split(b"\n")
    wanted = re.sub(b"\r\n?", b"\n", content).rstrip(b"\n").split(b"\n")
    depth = min(len(wanted), 20)
    start = lines.index(b"") if b"" in lines else 0
    for index in range(start, len(lines) - depth + 1):
        if lines[index : index + depth] == wanted[:depth]:
            return index + 1
    return 0


def _quoted(lines: tuple[str, ...], first_line: int) -> frozenset[int]:
    """The lines that the message quotes: behind “>”, and everything below a line that begins its history."""
    found: set[int] = set()
    for number, line in enumerate(lines, first_line):
        if _HISTORY.match(line.strip()) and not line.lstrip().startswith(">"):
            following = [one for one in lines[number - first_line + 1 :] if one.strip()]
            # An answer between quoted lines is the message's own.
            if not following or not following[0].lstrip().startswith(">"):
                found.update(range(number, first_line + len(lines)))
                break
            found.add(number)
        elif line.startswith(">"):
            found.add(number)
    return frozenset(found)


def _carried(message: EmailMessage, body: EmailMessage, html: object, file: str) -> list[Doubt]:
    doubts: list[Doubt] = []
    for part in message.walk():
        if part.is_multipart() or part is body or part is html:
            continue
        name = " ".join((part.get_filename() or "without a name").split())[:80]
        size = len(part.get_payload(decode=True) or b"")
        what = f"the message carries a file that was not imported: {name} ({part.get_content_type()}, {size} bytes)"
        doubts.append(Doubt(Place(file), "attachment", what, "import it too, or put it beside the draft as a file"))
    return doubts


def _html_of(part: EmailMessage, file: str) -> HtmlText:
    raw = part.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else b""
    where = f"{file} (its text)"
    decoded = decode(content, where, charset=part.get_content_charset() or "")
    text = read_html("\n".join(decoded.lines), where)
    refuse_hostile(list(text.lines), where)
    return HtmlText(text.lines, text.quoted, (*decoded.doubts, *text.doubts))


def _other_version(html: EmailMessage, lines: tuple[str, ...], file: str) -> list[Doubt]:
    """What the HTML of a message says and its plain text does not."""
    shown = Counter(words_of("\n".join(_html_of(html, file).lines)))
    missing = shown - Counter(words_of("\n".join(lines)))
    missing = Counter({word: count for word, count in missing.items() if any(char.isalnum() for char in word)})
    if not missing:
        return []
    what = f"the message's HTML has words that its plain text has not: {' '.join(list(missing.elements())[:20])}"
    return [Doubt(Place(file), "other-version", what, "compare both; the plain text was imported")]
