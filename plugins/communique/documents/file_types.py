"""The kinds of files that may lie beside a text: by what they are known, and what may be done with them.

What anybody may fetch must be a kind whose hidden particulars can be taken out. More kinds may be sealed: their
readers are known. Kinds that run (scripts, macros, SVG, HTML) are in neither list.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Cleaned = Literal["pdf", "png", "jpeg", "text", "as it is"]


@dataclass(frozen=True)
class FileType:
    """`cleaned` says how the hidden particulars of such a file are taken out."""

    media: str
    cleaned: Cleaned
    begins: bytes = b""
    #: A file that must be in it, for the kinds that are archives.
    holds: str = ""

    @property
    def may_be_public(self) -> bool:
        return self.cleaned != "as it is"


_ZIP = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
TYPES: Mapping[str, FileType] = {
    "pdf": FileType("application/pdf", "pdf", b"%PDF-"),
    "png": FileType("image/png", "png", b"\x89PNG\r\n\x1a\n"),
    "jpg": FileType("image/jpeg", "jpeg", b"\xff\xd8\xff"),
    "jpeg": FileType("image/jpeg", "jpeg", b"\xff\xd8\xff"),
    "txt": FileType("text/plain; charset=utf-8", "text"),
    "csv": FileType("text/csv; charset=utf-8", "text"),
    "docx": FileType(_OFFICE + "wordprocessingml.document", "as it is", _ZIP, "word/document.xml"),
    "xlsx": FileType(_OFFICE + "spreadsheetml.sheet", "as it is", _ZIP, "xl/workbook.xml"),
    "pptx": FileType(_OFFICE + "presentationml.presentation", "as it is", _ZIP, "ppt/presentation.xml"),
    "odt": FileType(_OPEN + "text", "as it is", _ZIP, "content.xml"),
    "ods": FileType(_OPEN + "spreadsheet", "as it is", _ZIP, "content.xml"),
    "odp": FileType(_OPEN + "presentation", "as it is", _ZIP, "content.xml"),
    "zip": FileType("application/zip", "as it is", _ZIP),
}
SUFFIXES = frozenset(TYPES)
IMAGES = frozenset({"png", "jpg", "jpeg"})
#: A name that every disk keeps as it is. No directory: a file lies beside the language files.
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}(?:\.[a-z0-9-]{1,63}){1,3}\Z")
_LANGUAGE = re.compile(r"\.[a-z]{2,3}(?=\.[a-z0-9]+\Z)")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0080-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_MACROS = re.compile(r"(?:^|/)(?:vbaproject\.bin|basic/.*|scripts/.*)$", re.IGNORECASE)


def suffix_of(name: str) -> str:
    return name.rpartition(".")[2] if "." in name else ""


def without_language(name: str) -> str:
    """`annex.es.pdf` and `annex.pdf` are one annex in two languages."""
    return _LANGUAGE.sub("", name)


def fault_of(name: str, data: bytes) -> str:
    """What shows that `data` is not what its name says; nothing when it is."""
    kind = TYPES[suffix_of(name)]
    if not data.startswith(kind.begins):
        return f"it does not begin as a {suffix_of(name)} file does"
    if kind.cleaned == "text":
        return _fault_of_text(data)
    if kind.begins == _ZIP:
        return _fault_of_archive(data, kind)
    return ""


def _fault_of_text(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return f"its line {line} is not UTF-8"
    found = _INVISIBLE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        return f"an invisible control character (U+{ord(found[0]):04X}) stands in its line {line}"
    return ""


def _fault_of_archive(data: bytes, kind: FileType) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            told = archive.read("mimetype").strip() if "mimetype" in names else b""
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, OSError, EOFError, ValueError):
        return "it is damaged, or locked with a password"
    if kind.holds and kind.holds not in names:
        return "it holds something else than its name says"
    if kind.media.startswith(_OPEN) and told != kind.media.encode("ascii"):
        return "it holds something else than its name says"
    if kind.holds and any(_MACROS.search(name) for name in names):
        return "it holds macros"
    return ""
