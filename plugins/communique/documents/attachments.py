"""Files that lie beside the language files: which of them belong to the text, who may have them, and their bytes
without what no reader should learn from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from communique.documents.file_types import TYPES, FileType, fault_of, suffix_of
from communique.documents.image_particulars import NotCleaned, clean_picture
from communique.documents.source import FileReference, Source
from communique.policy import Audience
from communique.problems import Place, Problem, did_you_mean, nearest


@dataclass(frozen=True)
class FoundFile:
    """A file in a document's folder, known by name only."""

    document: str
    name: str
    path: Path
    place: Place


@dataclass(frozen=True)
class Attachment:
    """A file that a text refers to, cleaned. An image has the width and height it is shown with."""

    name: str
    place: Place
    type: FileType
    data: bytes = field(repr=False)
    width: int = 0
    height: int = 0


def audience_of_file(sources: Iterable[Source], name: str) -> Audience | None:
    """Who may have the file: the readers of the part that refers to it. None refers to it any more: nobody."""
    for source in sources:
        for reference in source.files:
            if reference.name == name:
                return source.part(reference.part).audience
    return None


def read_attachments(
    found: Iterable[FoundFile], sources: Iterable[Source]
) -> tuple[Mapping[str, Attachment], list[Problem]]:
    """The files of one document, by name, and everything wrong with them and with what its texts say of them."""
    texts = list(sources)
    files = {file.name: file for file in found}
    problems: list[Problem] = []
    first: dict[str, tuple[FileReference, Audience]] = {}
    meant: set[str | None] = set()
    for source in texts:
        for reference in source.files:
            audience = source.part(reference.part).audience
            if reference.name not in files:
                meant.add(nearest(reference.name, files))
                what = f"there is no file “{reference.name}” beside this text"
                problems.append(Problem(reference.place, "file-missing", what, did_you_mean(reference.name, files)))
            elif reference.name not in first:
                first[reference.name] = (reference, audience)
            elif first[reference.name][1] != audience:
                there, other = first[reference.name]
                what = f"the file “{reference.name}” is for {audience} here and for {other} at {there.place}"
                fix = "give one of the two a copy of its own, under another name"
                problems.append(Problem(reference.place, "file-two-audiences", what, fix))
    attachments: dict[str, Attachment] = {}
    for name, file in files.items():
        if name not in first and name in meant:
            # One misspelt name is one mistake.
            continue
        if name not in first:
            fix = "refer to it with [words](file:…) or ![what it shows](file:…), or delete it"
            problems.append(Problem(file.place, "file-unused", "no text refers to this file", fix))
            continue
        kind, audience = TYPES[suffix_of(name)], first[name][1]
        if audience.is_public and not kind.may_be_public:
            what = f"a {suffix_of(name)} file tells more than its pages, and everybody could have it"
            problems.append(Problem(file.place, "file-kind", what, "publish a pdf of it, or refer to it in a section"))
            continue
        try:
            attachments[name] = _read(file, kind)
        except NotCleaned as fault:
            problems.append(Problem(file.place, "file-content", fault.what, fault.fix))
    return attachments, problems


def _read(file: FoundFile, kind: FileType) -> Attachment:
    data = file.path.read_bytes()
    if not data:
        raise NotCleaned("this file is empty", "put the whole file there, or delete it")
    fault = fault_of(file.name, data)
    if fault:
        raise NotCleaned(f"this is no {suffix_of(file.name)} file as we take them: {fault}", _FIX[kind.cleaned])
    if kind.cleaned in ("png", "jpeg"):
        picture = clean_picture(data, kind.cleaned)
        return Attachment(file.name, file.place, kind, picture.data, picture.width, picture.height)
    if kind.cleaned == "pdf":
        # Only sites with a PDF pay for the library that reads them.
        from communique.documents.pdf_particulars import clean_pdf

        data = clean_pdf(data)
    return Attachment(file.name, file.place, kind, data)


_FIX = {
    "text": "save it as UTF-8 without control characters",
    "as it is": "save it again with the program it comes from, without macros and without a password",
    "pdf": "give it the suffix of what it is, or export it again",
    "png": "give it the suffix of what it is, or export it again",
    "jpeg": "give it the suffix of what it is, or export it again",
}
