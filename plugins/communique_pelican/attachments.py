"""Files beside texts, and files that the build makes, in the finished tree: the public ones as they are, the sealed
ones as objects; and what the audit must know of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from communique.audit import HiddenFile, SealedText, Standing
from communique.sealing.attachments import (
    CHUNK,
    KIND,
    LANGUAGE,
    SealedFile,
    meta_of,
    place_of,
    public_path,
    seal_file,
    sealed_files,
    sealed_made_file,
)
from communique.sealing.envelope import open_sealed
from communique.sealing.errors import SealingError
from communique_pelican.made_files import public_made_files, sealed_made_files
from communique_pelican.run import Plan


def write_public_files(plan: Plan, tree: Path) -> dict[str, str]:
    """Write the files that anybody may have, without their particulars. Gives their paths."""
    paths: dict[str, str] = {}
    for document in plan.catalogue.documents.values():
        for name, file in document.files.items():
            audience = document.file_audience(name)
            if audience is None or not audience.is_public:
                continue
            path = public_path(document, name)
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(file.data)
            paths[path] = path
    for path, data in public_made_files(plan):
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)
        paths[path] = path
    return paths


def objects_of_sealed_files(plan: Plan) -> Iterator[tuple[str, str]]:
    """The sealed objects of all other files, each with its name; one at a time, since they may be long."""
    for file in _sealed(plan):
        yield from seal_file(file, _marking(plan, file), plan.sealer)


def _sealed(plan: Plan) -> Iterator[SealedFile]:
    for document in plan.catalogue.documents.values():
        yield from sealed_files(document, plan.sealer)
    for file in sealed_made_files(plan):
        yield sealed_made_file(file, plan.sealer)


def _marking(plan: Plan, file: SealedFile) -> str:
    return f"TLP:{plan.catalogue.policy.tlp(file.audience)}"


def standing_in_files(plan: Plan, files: Mapping[str, str]) -> dict[str, Standing]:
    """Which object each data script of a sealed file must hold, by its path. `files`: paths by name."""
    standing: dict[str, Standing] = {}
    for file in _sealed(plan):
        for part in file.parts:
            # A script that was not written is missed by its name.
            path = files.get(part, f"sealed/{part.replace('/', '-')}.js")
            standing[path] = Standing(KIND, file.doc, LANGUAGE, part)
    return standing


def opening_files(plan: Plan) -> Callable[[Standing, str], bool]:
    """Whether an object is genuine, opens for its file's readers, and holds its part of the file."""
    files = {part: (file, number) for file in _sealed(plan) for number, part in enumerate(file.parts)}

    def opens(standing: Standing, text: str) -> bool:
        if standing.part not in files:
            return False
        file, number = files[standing.part]
        keys = plan.sealer.keys(file.audience.names)
        try:
            opened = open_sealed(text, keys, plan.sealer.signers, place_of(file, standing.part, plan.sealer))
        except SealingError:
            return False
        body = file.attachment.data[number * CHUNK : (number + 1) * CHUNK]
        return opened.body == body and dict(opened.meta) == meta_of(file, _marking(plan, file))

    return opens


def hidden_files(plan: Plan) -> tuple[HiddenFile, ...]:
    """What must not be found of sealed files: their bytes, and names that no public file bears too."""
    public = {
        name
        for document in plan.catalogue.documents.values()
        for name in document.files
        if (audience := document.file_audience(name)) is not None and audience.is_public
    }
    return tuple(
        HiddenFile(
            file.attachment.name if file.attachment.name not in public else "",
            file.attachment.place,
            _probes(file.attachment.data),
        )
        for file in _sealed(plan)
    )


def _probes(data: bytes) -> tuple[bytes, ...]:
    # Another head and end, as other particulars make them, hide no copy.
    return data, data[len(data) // 4 : len(data) * 3 // 4]


def texts_in_files(plan: Plan) -> Iterator[SealedText]:
    """The words of sealed files that are plain text."""
    for file in _sealed(plan):
        attachment = file.attachment
        # A file that the build makes says what its sources say; they are handed to the audit themselves.
        if attachment.type.cleaned == "text":
            words = attachment.data.decode("utf-8")
            original = plan.catalogue.documents[file.source].original
            yield SealedText(file.source, original, "file", file.audience.names, attachment.place, words)
