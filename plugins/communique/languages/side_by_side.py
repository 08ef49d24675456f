"""A package for people who have no editor for translators: what its page shows, and the reply file that it saves.

The page is one file that shows each text beside a field. What it is told is data, made into text nodes there; what it
gives back is data too, and is read here as strictly as anything that somebody may have altered on its way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from communique.documents.differences import words_changed
from communique.languages.handoff import PLACEHOLDER, Answer, Package, Reply, Unit
from communique.languages.typography import direction
from communique.policy import Policy
from communique.problems import Place, Problem, Refused

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]

FORMAT, REPLY_FORMAT, VERSION = "communique-package", "communique-reply", 1
#: As much as the page allows in one field.
LONGEST_TEXT = 65536
_MOST_EARLIER = 32
_KEYS = {"format", "version", "package", "lang", "saved", "note", "units"}
_ID = re.compile(r"[a-z0-9]{1,64}", re.ASCII)
#: What the page takes out of anything typed or pasted, but for the line break.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
_SIGNS = re.compile(
    PLACEHOLDER.pattern.replace("(", "(?:", 1)
    + r"|(?<!\\)\{[^{}\n]*\}"
    + r"|\[\^[^\]\s]+\]"
    + r"|<<[^<>\n]{1,60}>>"
    # A file may have a twin in the other language, which is called annex.es.pdf.
    + r"|\bfile:[a-z0-9-]+"
    + r"|\b(?:doc|ref|figure|state|data):[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*"
    + r"|\b(?:https?://|mailto:|tel:)[^\s<>()\[\]]*[^\s<>()\[\].,;:!?]"
)


@dataclass(frozen=True)
class Returned:
    """What came back. `saved`: how many times the work was saved until then."""

    reply: Reply
    saved: int


def told(package: Package, policy: Policy, place: Callable[[Unit], str]) -> dict[str, Json]:
    """What the page shows. `place` says in the page's language which text of its document a unit is."""
    lang = package.language
    shown = [audience for unit in package.units for audience in (unit.audience, *unit.nearby)]
    strictest = max((policy.tlp(audience) for audience in shown), key=policy.rank, default="CLEAR")
    return {
        "format": FORMAT,
        "version": VERSION,
        "package": package.id,
        "lang": lang,
        "marking": f"TLP:{strictest}",
        "units": [_told(unit, lang, policy, place(unit)) for unit in package.units],
    }


def _told(unit: Unit, lang: str, policy: Policy, place: str) -> dict[str, Json]:
    changed = words_changed(unit.old_source, unit.source) if unit.old_source else ()
    return {
        "id": unit.id,
        "document": unit.heading,
        "place": place,
        "audience": ", ".join(policy.label(name, lang) for name in unit.audience.names),
        "marking": f"TLP:{policy.tlp(unit.audience)}",
        "lang": unit.original,
        "dir": direction(unit.original),
        "state": "unseen" if unit.state == "changed" and not unit.old_source else unit.state,
        "source": unit.source,
        "changed": [[sign, text] for sign, text in changed],
        "target": unit.target,
        "before": unit.previous,
        "after": unit.following,
        "terms": [[one.term, one.equivalent, one.definition] for one in unit.terms],
        "fixed": list(signs(unit.source)),
    }


def signs(text: str) -> tuple[str, ...]:
    """What stands in a text for programs, and so stands in its translation too, as often.

    >>> signs("See [the rules](doc:about/rules#p3) and the annex[^1]; {{1}}.")
    ('doc:about/rules#p3', '[^1]', '{{1}}')
    """
    return tuple(found.group() for found in _SIGNS.finditer(text))


def read_reply(text: str, shown: str) -> Returned:
    """The reply in `text`, a file that the page saved. `shown` is what problems call it.

    Raises:
        Refused: it is not exactly what the page writes.
    """
    try:
        value = json.loads(
            text.removeprefix("\ufeff"), object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse
        )
    except (ValueError, RecursionError):
        raise _not_a_reply(shown, "it cannot be read") from None
    if not isinstance(value, dict) or value.get("format") != REPLY_FORMAT:
        raise _not_a_reply(shown, "it is something else")
    if set(value) != _KEYS or type(value["version"]) is not int or value["version"] != VERSION:
        raise _not_a_reply(shown, "it is of another version")
    ident, lang, saved, note, units = (value[key] for key in ("package", "lang", "saved", "note", "units"))
    if not (isinstance(ident, str) and _ID.fullmatch(ident) and isinstance(lang, str) and isinstance(units, dict)):
        raise _not_a_reply(shown, "it does not say what it answers")
    if type(saved) is not int or not 1 <= saved < 2**31 or not _is_text(note):
        raise _not_a_reply(shown, "its head was altered")
    lines = _lines(text)
    return Returned(Reply(ident, lang, tuple(_answers(units, lines, shown)), note), saved)


def _answers(units: Mapping[str, Any], lines: Mapping[str, int], shown: str) -> Iterator[Answer]:
    for ident, unit in units.items():
        line = lines.get(ident, 0)
        if not _ID.fullmatch(ident) or not _is_unit(unit):
            raise _not_a_reply(shown, "an answer in it is not as the page writes it", line)
        yield Answer(ident, unit["text"], unit["done"], line, was=tuple(unit["was"]))


def _is_unit(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"done", "text", "was"} or not isinstance(value["was"], list):
        return False
    texts = [value["text"], *value["was"]]
    return type(value["done"]) is bool and len(value["was"]) <= _MOST_EARLIER and all(map(_is_text, texts))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and not _INVISIBLE.search(value)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(text: str) -> None:
    raise ValueError(text)


def _lines(text: str) -> dict[str, int]:
    """On which line each answer begins, as far as the file is laid out as the page does it."""
    mark = re.compile(r'\s*"([a-z0-9]{1,64})": \{')
    found = ((mark.match(line), number) for number, line in enumerate(text.split("\n"), 1))
    return {match.group(1): number for match, number in found if match}


def _not_a_reply(shown: str, what: str, line: int = 0) -> Refused:
    fix = "give the file that the translator's page saved, as it came"
    return Refused([Problem(Place(shown, line), "not-a-reply", f"this is not a translator's reply: {what}", fix)])
