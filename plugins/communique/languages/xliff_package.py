"""A package as XLIFF 1.2, the format of most programs that translators use.

One file element holds one document. What a translator may not read is an `x` element, which such programs let nobody
change; terms are notes, what the original said before is an alternative translation of the previous version.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from xml.parsers import expat

from communique.languages.handoff import PLACEHOLDER, Answer, Package, Reply, Unit, trace_of
from communique.problems import Place, Problem, Refused

_NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Before the package's id, in the name of the program that made a file.
_PACKAGE = "communique-package-"
#: What programs write of a translation that nobody has finished.
_NOT_DONE = re.compile(r"new|needs-.*")
#: What holds the trace of the translation that the package brought.
_BEGAN = "x-was"
_FIX = "give the file as the translator's program saved it"


def as_xliff(package: Package, place: Callable[[Unit], str], audience: Callable[[Unit], str]) -> str:
    """The package as XLIFF. `place` says which text of its document a unit is, `audience` for whom it is."""
    ET.register_namespace("", _NAMESPACE)
    root = ET.Element(_tag("xliff"), {"version": "1.2"})
    for document, units in package.documents:
        attributes = {
            "original": document,
            "source-language": units[0].original,
            "target-language": package.language,
            "datatype": "x-markdown",
            "tool-id": _PACKAGE + package.id,
        }
        file = ET.SubElement(root, _tag("file"), attributes)
        header = ET.SubElement(file, _tag("header"))
        ET.SubElement(header, _tag("tool"), {"tool-id": _PACKAGE + package.id, "tool-name": package.site})
        body = ET.SubElement(file, _tag("body"))
        for unit in units:
            _add_unit(body, unit, package.language, place(unit), audience(unit))
    _lay_out(root, 0)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _add_unit(body: ET.Element, unit: Unit, lang: str, place: str, audience: str) -> None:
    attributes = {"id": unit.id, "resname": place, _SPACE: "preserve"}
    if unit.state == "current":
        attributes["approved"] = "yes"
    one = ET.SubElement(body, _tag("trans-unit"), attributes)
    _fill(ET.SubElement(one, _tag("source"), {_LANG: unit.original}), unit.source)
    state = "final" if unit.state == "current" else "needs-review-translation" if unit.target else "new"
    _fill(ET.SubElement(one, _tag("target"), {_LANG: lang, "state": state}), unit.target)
    if unit.old_source:
        before = ET.SubElement(one, _tag("alt-trans"), {"alttranstype": "previous-version"})
        _fill(ET.SubElement(before, _tag("source"), {_LANG: unit.original}), unit.old_source)
        _fill(ET.SubElement(before, _tag("target"), {_LANG: lang}), unit.target)
    told = [("x-audience", audience), ("x-before", unit.previous), ("x-after", unit.following)]
    for kind, text in [*told, (_BEGAN, trace_of(unit.target))]:
        if text:
            group = ET.SubElement(one, _tag("context-group"), {"purpose": "information"})
            ET.SubElement(group, _tag("context"), {"context-type": kind}).text = text
    for term in unit.terms:
        note = ET.SubElement(one, _tag("note"), {"from": "glossary", "annotates": "source"})
        note.text = f"{term.term} = {term.equivalent}"


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


#: What holds elements alone, so that blanks in it say nothing.
_LAID_OUT = [_tag(name) for name in ("xliff", "file", "header", "body", "trans-unit", "context-group", "alt-trans")]


def _fill(element: ET.Element, text: str) -> None:
    """`text` with an `x` element for each placeholder."""
    last: ET.Element | None = None
    at = 0
    for found in PLACEHOLDER.finditer(text):
        before = text[at : found.start()]
        if last is None:
            element.text = before
        else:
            last.tail = before
        last = ET.SubElement(element, _tag("x"), {"id": found.group(1)})
        at = found.end()
    if last is None:
        element.text = text
    else:
        last.tail = text[at:]


def _lay_out(element: ET.Element, depth: int) -> None:
    """A line for each element, so that a person finds what a problem names."""
    if element.tag not in _LAID_OUT or not len(element):
        return
    element.text = "\n" + "  " * (depth + 1)
    for inner in element:
        _lay_out(inner, depth + 1)
        inner.tail = element.text
    element[-1].tail = "\n" + "  " * depth


def read_xliff(raw: bytes, shown: str) -> Reply:
    """The answers in an XLIFF file.

    Raises:
        Refused: it is no XLIFF 1.2, holds what such a file never needs, or is none of ours.
    """
    lines: list[int] = []
    try:
        root = _parse(raw, lines)
    except (ET.ParseError, expat.ExpatError, ValueError, LookupError):
        what = "this is not an XLIFF file that can be read"
        raise Refused([Problem(Place(shown), "not-a-package", what, _FIX)]) from None
    files = list(root.iter(_tag("file")))
    tools = {file.get("tool-id", "").removeprefix(_PACKAGE) for file in files}
    languages = {file.get("target-language", "") for file in files}
    if root.tag != _tag("xliff") or len(tools) != 1 or len(languages) != 1 or "" in tools | languages:
        what = "this XLIFF file is no package for translators"
        fix = "give one that `invoke translate.export` wrote, in XLIFF 1.2 as it was"
        raise Refused([Problem(Place(shown), "not-a-package", what, fix)])
    return Reply(tools.pop(), languages.pop(), tuple(_answers(root, lines)))


def _parse(raw: bytes, lines: list[int]) -> ET.Element:
    """The file's elements; to `lines` is added where each unit begins."""
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    unit = _tag("trans-unit").removeprefix("{")

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == unit:
            lines.append(parser.CurrentLineNumber)
        builder.start(_full(name), {_full(key): value for key, value in attributes.items()})

    def refuse(*_: object) -> None:
        # A document type can define what fills the memory, or name another file.
        raise ValueError

    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: builder.end(_full(name))
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(raw, True)
    return builder.close()


def _full(name: str) -> str:
    return "{" + name if "}" in name else name


def _answers(root: ET.Element, lines: list[int]) -> Iterator[Answer]:
    for unit, line in zip(root.iter(_tag("trans-unit")), lines, strict=True):
        source, target = unit.find(_tag("source")), unit.find(_tag("target"))
        text = _text(target) if target is not None else ""
        state = target.get("state", "") if target is not None else ""
        done = bool(text.strip()) and not _NOT_DONE.fullmatch(state)
        began = next((one.text for one in unit.iter(_tag("context")) if one.get("context-type") == _BEGAN), "")
        said = _text(source) if source is not None else None
        yield Answer(unit.get("id", ""), text, done, line, said, began=began or "")


def _text(element: ET.Element) -> str:
    """What an element says: placeholders as they were exported, and whatever programs mark up, without their marks."""
    result = element.text or ""
    for inner in element:
        result += f"{{{{{inner.get('id', '')}}}}}" if inner.tag == _tag("x") else _text(inner)
        result += inner.tail or ""
    return result
