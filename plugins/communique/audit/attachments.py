"""Looks at the files beside texts: each sealed one opens and is what it was, and none is public under any name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from communique.audit.known import Known
from communique.audit.objects import Malformed, context_of
from communique.audit.tree import Tree
from communique.problems import Problem

_SCRIPT = re.compile(rb'CQ1_(?:DATA|INDEX)\("([a-z0-9/-]+)",(".*")\)\n\Z')
_ADDRESS = b"cq:att/"
#: Files in which a reader, or a program that reads for one, follows addresses.
_FOLLOWED = (".html", ".xml", ".json", ".svg", ".txt", ".csv", ".ics")
#: Below these a part of a file is found everywhere, and tells nothing.
_FEWEST_BYTES, _FEWEST_VALUES = 64, 12
_PIECE = 32


def attachments(tree: Tree, known: Known) -> list[Problem]:
    """Sealed files that do not open, and traces of sealed files in public ones."""
    problems: list[Problem] = []
    for path, content in tree.files.items():
        if path in known.attachments:
            problems += attachment_in_file(tree, path, content, known)
        problems += traces_in_file(tree, path, content, known)
    return problems


def attachment_in_file(tree: Tree, path: str, content: bytes, known: Known) -> list[Problem]:
    """Why this data script is not the sealed object that the build says it is. A script that is holds nothing else:
    every byte of it follows from the object.
    """
    expected, place = known.attachments[path], tree.place(path)
    try:
        name, text = _data_in(content)
        context = context_of(text)
    except (Malformed, ValueError) as fault:
        what = str(fault) if isinstance(fault, Malformed) else "it is not ASCII, or no text"
        return [
            Problem(
                place,
                "object-shape",
                f"the object of a sealed file is not a CQ1 object: {what}",
                "this is an error in the build: report it with the name of this file",
            )
        ]
    told = (context["kind"], context["doc"], context["lang"], context["part"])
    if told != (expected.kind, expected.doc, expected.lang, expected.part) or name != expected.part:
        return [
            Problem(
                place,
                "object-misplaced",
                "the object of a sealed file belongs to another place than this file's",
                "a reader's program would refuse it: this is an error in the build",
            )
        ]
    if known.opens is None or not known.opens(expected, text):
        return [
            Problem(
                place,
                "object-does-not-open",
                "the object of a sealed file does not open, or holds something else",
                "check that the keystore and the register belong together",
            )
        ]
    return []


def _data_in(content: bytes) -> tuple[str, str]:
    found = _SCRIPT.fullmatch(content)
    if found is None:
        raise Malformed("it is not one line of data")
    literal = found[2].decode("ascii")
    text = json.loads(literal)
    if json.dumps(text) != literal:
        raise Malformed("it is not written canonically")
    return found[1].decode("ascii"), text


def traces_in_file(tree: Tree, path: str, content: bytes, known: Known) -> Iterator[Problem]:
    """What this file tells of sealed files: their bytes, their names, an address only sealed text may hold."""
    if path in known.attachments or known.fixed.get(path) == content:
        return
    if path.endswith(_FOLLOWED) and _ADDRESS in content:
        yield Problem(
            tree.place(path, content.count(b"\n", 0, content.find(_ADDRESS)) + 1),
            "sealed-address",
            "the address of a sealed file stands in a public one",
            "this is an error in the build: report it with the name of this file",
        )
    small = content.lower()
    for hidden in known.hidden_files:
        if any(_stands_in(probe, content) for probe in hidden.probes):
            what = "the bytes of a sealed file stand here"
            yield Problem(tree.place(path), "sealed-file", f"{what}: {hidden.place}", "find what copied it")
        name = hidden.name.encode("ascii")
        if name and (name in small or name in path.encode()) and _named(name, small + b"\n" + path.encode()):
            fix = "give the file another name, or do not name it in public text"
            what = "the name of a sealed file stands here"
            yield Problem(tree.place(path), "sealed-file-name", f"{what}: {hidden.place}", fix)


def _named(name: bytes, text: bytes) -> bool:
    return re.search(rb"(?<![a-z0-9.-])" + re.escape(name) + rb"(?![a-z0-9-])", text) is not None


def _stands_in(probe: bytes, content: bytes) -> bool:
    # A piece of it is found missing much faster than the whole, and in nearly every file it is.
    middle = len(probe) // 2
    return probe[middle : middle + _PIECE] in content and probe in content and _tells(probe)


def _tells(probe: bytes) -> bool:
    return len(probe) >= _FEWEST_BYTES and len(set(probe)) >= _FEWEST_VALUES
