"""The files inside a Word file, taken out within bounds, and what of them no reader of text would show.

Nothing is unpacked to the disk. Each part is read once, checked as XML without entities, and handed on as these bytes,
so that no other reader meets anything else than what was checked.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from communique.importing.paper import Doubt
from communique.problems import Place, Problem, Refused

MOST_FILES = 500
LARGEST_PART = 12 * 1024 * 1024
LARGEST_WHOLE = 40 * 1024 * 1024
DEEPEST = 60
MOST_ELEMENTS = 400_000
DOCUMENT = "word/document.xml"
#: The parts that a reader of the text needs; pictures, fonts and settings stay behind.
_NEEDED = (
    "[Content_Types].xml",
    "_rels/.rels",
    DOCUMENT,
    "word/_rels/document.xml.rels",
    "word/styles.xml",
    "word/numbering.xml",
    "word/footnotes.xml",
    "word/endnotes.xml",
    "word/comments.xml",
)
_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math "
_CHOICE = "http://schemas.openxmlformats.org/markup-compatibility/2006 Choice"
_TRACKED = {"ins": "inserted", "moveTo": "moved here", "del": "deleted", "moveFrom": "moved away"}
_GONE = frozenset(("del", "moveFrom"))


@dataclass(frozen=True)
class Package:
    """A Word file that is safe to read: `data` is a new one, made of its checked parts alone."""

    data: bytes = field(repr=False)
    #: What its pages show, paragraph by paragraph, found without the reader whose work this is to check.
    shown: tuple[str, ...]
    doubts: tuple[Doubt, ...]


def open_package(data: bytes, file: str) -> Package:
    """The parts of a Word file.

    Raises:
        Refused: it is no Word file, is larger than a paper, holds a program, or XML that no Word file needs.
    """
    parts = _parts(data, file)
    doubts: list[Doubt] = []
    shown: list[str] = []
    for name, content in sorted(parts.items()):
        # A comment, a header and a footer are no text of the paper: they are told, not drafted.
        story = name.removeprefix("word/").removesuffix(".xml").rstrip("0123456789")
        text = _read_part(name, content, file)
        if name in (DOCUMENT, "word/footnotes.xml", "word/endnotes.xml"):
            shown += text.shown
            doubts += text.doubts
        elif story in ("header", "footer", "comments"):
            for paragraph in text.shown:
                if paragraph.strip():
                    what = f"a {story.rstrip('s')} says: “{' '.join(paragraph.split())[:300]}”"
                    fix = "it is not in the draft; write there what readers need"
                    doubts.append(Doubt(Place(file), "word-" + story.rstrip("s"), what, fix))
            doubts += text.doubts
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in _NEEDED:
            if name in parts:
                archive.writestr(zipfile.ZipInfo(name), parts[name])
    return Package(out.getvalue(), tuple(shown), tuple(doubts))


def _parts(data: bytes, file: str) -> Mapping[str, bytes]:
    place = Place(file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST_WHOLE:
                what = f"unpacked, this file is larger than {LARGEST_WHOLE} bytes or holds more than {MOST_FILES} files"
                raise Refused([Problem(place, "import-too-large", what, "save the paper without its pictures")])
            if len(set(names)) < len(names):
                what = "two files in this file have one name: what one reader shows, another does not"
                raise Refused([Problem(place, "import-hostile", what, "open it in a word processor and save it anew")])
            if any(entry.flag_bits & 1 for entry in entries):
                raise Refused([Problem(place, "import-kind", "this file has a password", "save it without one")])
            if any("vbaproject" in name.lower() for name in names):
                what = "this file holds a program (macros)"
                raise Refused([Problem(place, "import-hostile", what, "save it as .docx, without macros")])
            if DOCUMENT not in names:
                raise Refused([Problem(place, "import-kind", "this is no Word file", "save the paper as .docx")])
            wanted = [
                entry
                for entry in entries
                if entry.filename in _NEEDED
                or (entry.filename.startswith(("word/header", "word/footer")) and entry.filename.endswith(".xml"))
            ]
            found: dict[str, bytes] = {}
            for entry in wanted:
                with archive.open(entry) as stream:
                    # What the list says of a size need not be true.
                    content = stream.read(LARGEST_PART + 1)
                if len(content) > LARGEST_PART:
                    what = f"a part of this file, {entry.filename}, is larger than {LARGEST_PART} bytes"
                    raise Refused([Problem(place, "import-too-large", what, "import the paper in pieces")])
                found[entry.filename] = content
            return found
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        what = f"this Word file is damaged ({type(error).__name__})"
        fix = "open it in a word processor and save it anew"
        raise Refused([Problem(place, "import-damaged", what, fix)]) from None


class _Part:
    """Collects what one XML part shows, and what of it a page would not tell from the rest."""

    def __init__(self, name: str, file: str) -> None:
        self.name, self.file = name, file
        self.shown: list[str] = []
        self.doubts: list[Doubt] = []
        self.count = 0
        self._elements = 0
        self._stack: list[str] = []
        self._paragraphs: list[list[str]] = []
        self._tracked: list[tuple[str, str, list[str], int]] = []
        self._run: dict[str, list[str]] = {}
        self._marks: set[str] = set()
        self._choice = 0

    def doubt(self, code: str, what: str, fix: str) -> None:
        self.doubts.append(Doubt(Place(self.file, self.count if self.name == DOCUMENT else 0), code, what, fix))

    def refuse(self, what: str) -> Refused:
        fix = "open it in a word processor, look at what it holds, and save it anew"
        return Refused([Problem(Place(self.file), "import-hostile", f"{what} ({self.name})", fix)])

    def begins_doctype(self, *_: object) -> None:
        raise self.refuse("a part of this file declares entities, as no Word file does")

    def begins(self, qualified: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        tag = _word(qualified)
        self._stack.append(qualified)
        if len(self._stack) > DEEPEST or self._elements > MOST_ELEMENTS:
            raise self.refuse("a part of this file is nested deeper, or has more elements, than a paper")
        given = {_word(key) or key: value for key, value in attributes.items()}
        if qualified == _CHOICE:
            self._choice += 1
        if tag == "p" and not self._choice:
            self.count += 1
            self._paragraphs.append([])
        elif tag in _TRACKED and len(self._stack) > 1 and _word(self._stack[-2]) not in ("rPr", "trPr"):
            self._tracked.append((tag, given.get("author", "somebody"), [], self.count))
        elif tag in _TRACKED and len(self._stack) > 1:
            verb = _TRACKED[tag]
            self.doubt("word-change", f"the end of a paragraph, or a row, was {verb}", "compare it with the paper")
        elif tag == "r":
            self._marks = set()
        elif tag in ("vanish", "strike", "dstrike") and given.get("val", "true") not in ("false", "0"):
            self._marks.add("hidden" if tag == "vanish" else "struck out")
        elif tag in ("tab", "br", "cr") and self._parent() == "r":
            self._say(" ")
        elif tag == "noBreakHyphen":
            self._say("\u2011")
        elif tag == "drawing" or tag == "pict" or tag == "object":
            self.doubt("image", "a picture or an object stands here and was not imported", "put it beside the draft")
        elif tag == "altChunk":
            self.doubt("word-object", "another file stands here and was not imported", "copy its text into the paper")

    def _parent(self) -> str:
        return _word(self._stack[-2]) if len(self._stack) > 1 else ""

    def ends(self, qualified: str) -> None:
        tag = _word(qualified)
        self._stack.pop()
        if qualified == _CHOICE:
            self._choice -= 1
        if tag == "p" and self._paragraphs and not self._choice:
            self.shown.append("".join(self._paragraphs.pop()))
        elif tag in _TRACKED and self._tracked and self._tracked[-1][0] == tag:
            _, author, said, _ = self._tracked.pop()
            text = " ".join("".join(said).split())
            if text:
                fix = "it is not in the draft" if tag in _GONE else "it is in the draft"
                what = f"tracked change by {author[:40]}: {_TRACKED[tag]} “{text[:300]}”"
                self.doubt("word-change", what, f"{fix}; decide as the paper's author would")
        elif tag == "r" and self._run:
            for mark, said in self._run.items():
                text = " ".join("".join(said).split())
                if text:
                    what = f"{mark} text: “{text[:300]}”"
                    self.doubt("hidden", what, "it is in the draft; delete it if it is no text")
            self._run = {}

    def says(self, text: str) -> None:
        if not self._stack:
            return
        tag = _word(self._stack[-1])
        if tag in ("t", "delText"):
            self._say(text)
        elif self._stack[-1] == _MATH + "t":
            self.doubt("word-formula", f"a formula has “{text[:100]}”, and was not imported", "write it as text")

    def _say(self, text: str) -> None:
        for _, _, said, _ in self._tracked:
            said.append(text)
        if any(tag in _GONE for tag, _, _, _ in self._tracked) or self._choice:
            return
        for mark in self._marks:
            self._run.setdefault(mark, []).append(text)
        if self._paragraphs:
            self._paragraphs[-1].append(text)


def _word(qualified: str) -> str:
    """A name of Word's own vocabulary without its space of names; nothing for any other."""
    return next((qualified.removeprefix(begin) for begin in _WORD if qualified.startswith(begin)), "")


def _read_part(name: str, content: bytes, file: str) -> _Part:
    part = _Part(name, file)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = part.begins_doctype
    parser.StartElementHandler = part.begins
    parser.EndElementHandler = part.ends
    parser.CharacterDataHandler = part.says
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        what = f"this Word file is damaged ({name} is no XML)"
        fix = "open it in a word processor and save it anew"
        raise Refused([Problem(Place(file), "import-damaged", what, fix)]) from None
    return part
