"""The file in which people confirm what may stand in public text although it is also sealed."""

from __future__ import annotations

import json
from collections.abc import Iterable

from communique.audit.known import Confirmation
from communique.audit.names import Pending
from communique.problems import Problem, Refused
from communique.strict_yaml import Node

FILE = "content/data/confirmed.yaml"

_HEADER = """\
# Names and figures that stand in sealed and in public text, and who confirmed that they may.
# Written by `invoke audit.confirm`; delete an entry to be asked again. This file is never published.
"""


def read_confirmations(node: Node) -> tuple[Confirmation, ...]:
    """The recorded confirmations.

    Raises:
        Refused: unknown or missing keys, empty texts, bad dates.
    """
    problems: list[Problem] = []
    found: list[Confirmation] = []
    documents = {} if node.is_nothing() else node.as_mapping(problems, "the file of confirmations")
    for doc, entries in documents.items():
        for entry in entries.as_list(problems, "the confirmations of a document"):
            part = entry.take(problems, "a confirmation", ["term", "by", "on", "reason"])
            if len(part) < 4:
                continue
            on = part["on"].as_date(problems, "on")
            texts = {name: part[name].as_text(problems, name) for name in ("term", "by", "reason")}
            if on is not None and all(texts.values()):
                found.append(Confirmation(doc, texts["term"], texts["by"], on.isoformat(), texts["reason"]))
    if problems:
        raise Refused(problems)
    return tuple(found)


def confirming(pending: Iterable[Pending], *, by: str, on: str, reason: str) -> tuple[Confirmation, ...]:
    """One confirmation for each waiting term of a document, whatever languages it waits in."""
    return tuple(sorted({Confirmation(one.doc, one.term, by, on, reason) for one in pending}))


def write_confirmations(confirmed: Iterable[Confirmation]) -> str:
    """The whole file, sorted, so that a new confirmation is one small change to review."""
    lines = [_HEADER]
    doc = None
    for one in sorted(dict.fromkeys(confirmed)):
        if one.doc != doc:
            doc = one.doc
            lines.append(f"{doc}:\n")
        lines.append(
            f"  - term: {_quoted(one.term)}\n    by: {_quoted(one.by)}\n"
            f"    on: {one.on}\n    reason: {_quoted(one.reason)}\n"
        )
    return "".join(lines)


def _quoted(text: str) -> str:
    # JSON's strings are YAML's double-quoted ones; a bare `12:30` would be read as something else.
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
