"""Files beside a text, sealed or not, and files that the build seals: where a page finds them, and their objects.

A sealed file is one object for every 8 MiB. Name, kind and size are in the objects' meta alone; what can be seen is
how many objects there are and which of five lengths each has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from communique.documents.attachments import Attachment
from communique.documents.document import Document
from communique.documents.file_types import FileType, suffix_of
from communique.documents.rendering import ShownFile
from communique.languages.typography import file_size
from communique.policy import Audience
from communique.problems import Place
from communique.sealing.envelope import Context, frame_length, open_sealed
from communique.sealing.errors import DoesNotOpen
from communique.sealing.lists import NO_DOCUMENT
from communique.sealing.primitives import Json, b64u
from communique.sealing.sealer import Sealer

CHUNK = 8 * 1024 * 1024
#: The lengths a frame may have. Few, so that a length tells little; the largest holds a whole chunk and its meta.
LENGTHS = (64 * 1024, 128 * 1024, 512 * 1024, 2 * 1024 * 1024, CHUNK + 64 * 1024)
#: One file serves all languages; `mul` is ISO 639's code for "several languages".
LANGUAGE = "mul"
KIND = "attachment"


@dataclass(frozen=True)
class MadeFile:
    """A file that the build makes for one tier, area or group, such as a calendar. `page`: the page on which the list
    for that audience refers to it, below the language's folder. `lang` is the language of what stands in it.
    """

    page: str
    audience: str
    lang: str
    name: str
    media: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class SealedFile:
    """A file that is sealed: to what it belongs, who may read it, and the public name of its objects.

    `doc` is what its objects call the document that refers to it. `source` names that document to editors; it is
    empty where the file belongs to none.
    """

    doc: str
    source: str
    attachment: Attachment
    audience: Audience
    ident: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of its objects, in order."""
        count = -(-len(self.attachment.data) // CHUNK)
        return tuple(f"att/{self.ident}/{number:04}of{count:04}" for number in range(1, count + 1))


def public_path(document: Document, name: str) -> str:
    """Where a file that anybody may have lies below the site's root."""
    return f"files/{document.id}/{name}"


def sealed_files(document: Document, sealer: Sealer) -> Iterator[SealedFile]:
    """The files of a document that are not public."""
    for name, attachment in document.files.items():
        audience = document.file_audience(name)
        if audience is not None and not audience.is_public:
            yield SealedFile(document.doc, document.id, attachment, audience, _ident(document, name, sealer))


def sealed_made_file(file: MadeFile, sealer: Sealer) -> SealedFile:
    """The same as one that an editor laid beside a text, but of no document, like the list that refers to it."""
    attachment = Attachment(file.name, Place(file.name), FileType(file.media, "as it is"), file.data)
    return SealedFile(NO_DOCUMENT, "", attachment, Audience((file.audience,)), _made_ident(file, sealer))


def address_of_made_file(file: MadeFile, sealer: Sealer) -> str:
    """What the list for its audience links to."""
    return f"cq:att/{_made_ident(file, sealer)}"


def _made_ident(file: MadeFile, sealer: Sealer) -> str:
    # A document's name never begins with a hyphen: no file of an editor's has this id.
    return sealer.keystore.attachment_id(f"{NO_DOCUMENT}/{file.page}/{file.audience}/{file.lang}/{file.name}")


def shown_files(document: Document, part: str, lang: str, sealer: Sealer) -> Mapping[str, ShownFile]:
    """The files that a part of a document's text may show, by name, as its pages find them."""
    shown: dict[str, ShownFile] = {}
    names = {
        reference.name for text in document.texts.values() for reference in text.source.files if reference.part == part
    }
    for name in sorted(names & document.files.keys()):
        file, audience = document.files[name], document.file_audience(name)
        # A file lies below the root; every document's page lies three folders below it.
        is_public = audience is not None and audience.is_public
        address = f"../../../{public_path(document, name)}" if is_public else f"cq:{_data(document, name, sealer)}"
        facts = f"{suffix_of(name).upper()}, {file_size(len(file.data), lang)}"
        shown[name] = ShownFile(address, facts, file.width, file.height)
    return shown


def _data(document: Document, name: str, sealer: Sealer) -> str:
    return f"att/{_ident(document, name, sealer)}"


def _ident(document: Document, name: str, sealer: Sealer) -> str:
    return sealer.keystore.attachment_id(f"{document.id}/{name}")


def seal_file(file: SealedFile, marking: str, sealer: Sealer) -> Iterator[tuple[str, str]]:
    """The sealed objects of a file, each with the name of its part.

    Every object names the whole file's digest: objects of two versions of a file never make one file together.
    """
    data, meta = file.attachment.data, meta_of(file, marking)
    for number, part in enumerate(file.parts):
        body = data[number * CHUNK : (number + 1) * CHUNK]
        length = next(length for length in LENGTHS if length >= frame_length(meta, body))
        yield part, sealer.seal(KIND, file.doc, LANGUAGE, part, file.audience.names, meta, body, length=length)


def meta_of(file: SealedFile, marking: str) -> dict[str, Json]:
    """What the reader's program learns with every chunk of the file."""
    return {
        "ct": file.attachment.type.media,
        "name": file.attachment.name,
        "marking": marking,
        "size": len(file.attachment.data),
        "sha256": b64u(hashlib.sha256(file.attachment.data).digest()),
    }


def place_of(file: SealedFile, part: str, sealer: Sealer) -> Context:
    """Where an object of the file belongs."""
    return sealer.context(KIND, file.doc, LANGUAGE, part, file.audience.names)


def open_file(
    texts: Mapping[str, str], ident: str, expect: Context, keys: Mapping[str, bytes], signers: Iterable[bytes]
) -> tuple[Mapping[str, Json], bytes]:
    """Meta and bytes of a file from the texts of its objects by name, as a reader must put them together.

    `expect` is where the text that refers to the file belongs, as that text itself says.

    Raises:
        Malformed, DoesNotOpen, NewerThanKeyring, NotForYou
    """
    names = sorted(name for name in texts if name.startswith(f"att/{ident}/"))
    if not names or names != [f"att/{ident}/{number:04}of{len(names):04}" for number in range(1, len(names) + 1)]:
        raise DoesNotOpen
    known = list(signers)
    opened = [
        open_sealed(texts[name], keys, known, replace(expect, kind=KIND, lang=LANGUAGE, part=name)) for name in names
    ]
    meta, data = opened[0].meta, b"".join(one.body for one in opened)
    whole = {"size": len(data), "sha256": b64u(hashlib.sha256(data).digest())}
    if any(one.meta != meta for one in opened) or {**meta, **whole} != meta:
        raise DoesNotOpen
    return meta, data
