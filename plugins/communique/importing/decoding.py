"""Bytes as lines of text: what encoding they are in, what in them is no text, and how much of it there may be."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from communique.importing.paper import Doubt
from communique.problems import Place, Problem, Refused

LARGEST_TEXT = 2 * 1024 * 1024
MOST_LINES = 50_000
LONGEST_LINE = 20_000
_SINGLE_BYTES = "windows-1252"
#: Control characters but tab and the ends of lines and pages; marks that turn the direction of what is read; and
#: codes that are no characters.
_HOSTILE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
#: What UTF-8 looks like after it was taken for single bytes once.
_TWICE_DECODED = re.compile("\u00c3[\u0080-\u00bf\u0192\u2013-\u203a]|\u00e2\u20ac.|\u00c2[\u00a0-\u00bf]")
_UNSEEN = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff]")


@dataclass(frozen=True)
class Decoded:
    """Lines without their ends. A form feed, where a page began, is a line of its own."""

    lines: tuple[str, ...]
    doubts: tuple[Doubt, ...]


def decode(data: bytes, file: str, *, first_line: int = 1, charset: str = "") -> Decoded:
    """The text of `data`. `charset` is what its sender says it is in; it is believed only where it fits.

    Raises:
        Refused: it is no text, or more than a paper can be.
    """
    if len(data) > LARGEST_TEXT:
        what = f"this text has {len(data)} bytes, and a paper has at most {LARGEST_TEXT}"
        raise Refused([Problem(Place(file), "import-too-large", what, "import the paper's parts one by one")])
    doubts: list[Doubt] = []
    text = _text_of(data, file, first_line, charset, doubts)
    text = re.sub("\r\n?|[\u2028\u2029]", "\n", text)
    lines: list[str] = []
    for line in text.split("\n"):
        lines += re.split("(\x0c)", line) if "\x0c" in line else [line]
    while lines and not lines[-1].strip():
        lines.pop()
    refuse_hostile(lines, file, first_line)
    for number, line in enumerate(lines, first_line):
        doubts += _damage(line, Place(file, number))
    return Decoded(tuple(lines), tuple(doubts))


def refuse_hostile(lines: list[str], file: str, first_line: int = 1) -> None:
    """Refuse text that shows its reader something else than it holds, and more of it than a paper has.

    Raises:
        Refused: control characters, marks that turn reading around, too many or too long lines.
    """
    problems: list[Problem] = []
    if len(lines) > MOST_LINES:
        what = f"this text has {len(lines)} lines, and a paper has at most {MOST_LINES}"
        problems.append(Problem(Place(file), "import-too-large", what, "import the paper's parts one by one"))
    for number, line in enumerate(lines[:MOST_LINES], first_line):
        if len(line) > LONGEST_LINE:
            what = f"this line has {len(line)} characters, and a line has at most {LONGEST_LINE}"
            problems.append(Problem(Place(file, number), "import-too-large", what, "break the line where it may end"))
        found = _HOSTILE.search(line) if line != "\x0c" else None
        if found:
            what = f"a character stands here that no text needs (U+{ord(found.group(0)):04X})"
            fix = "look at what it hides, delete it, and import again"
            problems.append(Problem(Place(file, number, found.start() + 1), "import-hostile", what, fix))
    if problems:
        raise Refused(problems[:20])


def _text_of(data: bytes, file: str, first_line: int, charset: str, doubts: list[Doubt]) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(name)
            except UnicodeDecodeError:
                break
    name = charset.lower().replace("_", "-")
    if name.startswith(("iso-2022-", "utf-16")):
        # Only these look like ASCII, or like nothing, without the name of their encoding.
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            name = "utf-8"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if name not in ("", "utf-8", "us-ascii", "ascii") and not text.isascii():
            what = f"the paper says that it is in {name[:30]}, and its bytes are UTF-8"
            doubts.append(Doubt(Place(file), "charset", what, "compare its accents with the paper"))
        return text
    if name:
        try:
            # What calls itself Latin 1 or ASCII has the quotation marks and dashes of Windows in practice.
            return data.decode(_SINGLE_BYTES if name in ("iso-8859-1", "latin1", "us-ascii", "ascii") else name)
        except (UnicodeDecodeError, LookupError):
            what = f"the paper says that it is in {charset[:30]}, and that does not fit its bytes"
            doubts.append(Doubt(Place(file), "charset", what, "compare every accent with the paper"))
    return _mixed(data, file, first_line, doubts)


def _mixed(data: bytes, file: str, first_line: int, doubts: list[Doubt]) -> str:
    """Line by line, since a paper put together from several may have several encodings."""
    lines: list[str] = []
    as_utf8, as_bytes = 0, 0
    for number, raw in enumerate(re.sub(b"\r\n?", b"\n", data).split(b"\n"), first_line):
        try:
            lines.append(raw.decode("utf-8"))
            as_utf8 += not raw.isascii()
            continue
        except UnicodeDecodeError:
            as_bytes += 1
        try:
            lines.append(raw.decode(_SINGLE_BYTES))
        except UnicodeDecodeError as error:
            what = "this line is in no encoding that is known here"
            fix = "save the paper as UTF-8"
            raise Refused([Problem(Place(file, number, error.start + 1), "import-not-text", what, fix)]) from None
        what = f"this line is not UTF-8; it was read as {_SINGLE_BYTES}"
        doubts.append(Doubt(Place(file, number), "encoding", what, "compare its accents with the paper"))
    if as_utf8:
        what = f"the paper mixes encodings: {as_utf8} lines with accents are UTF-8, {as_bytes} are not"
        doubts.append(Doubt(Place(file), "mixed-encodings", what, "compare every accent with the paper"))
    return "\n".join(lines)


def _damage(line: str, place: Place) -> list[Doubt]:
    found: list[Doubt] = []
    if "\ufffd" in line:
        what = "a character was lost before the paper came here (it shows as \ufffd)"
        found.append(Doubt(place, "lost-character", what, "write it as the paper has it"))
    if "⟦" in line or "⟧" in line:
        what = "the signs ⟦ and ⟧ are those of hints here: no text that is released may hold them"
        found.append(Doubt(place, "hint-signs", what, "write other brackets in the draft"))
    if _TWICE_DECODED.search(line):
        what = "these accents look as if they were stored wrongly once"
        found.append(Doubt(place, "encoding", what, "write them as the paper has them"))
    if _UNSEEN.search(line):
        what = "an invisible character stands in this line"
        found.append(Doubt(place, "invisible", what, "delete it in the draft, unless the script needs it"))
    if any(unicodedata.category(char) == "Co" for char in line if char > "\ud7ff"):
        what = "a character stands here that only one font knows"
        found.append(Doubt(place, "private-character", what, "write it as the paper shows it"))
    return found
