"""Looks at what search loads: each sealed table opens and is what it was, and no word of the public index is one that
stands in no public text.

An index is no running text, in which five words in a row would tell a copy: here every single word is looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape

from communique.audit.known import Known, Standing
from communique.audit.objects import Malformed, context_of
from communique.audit.tree import Tree
from communique.audit.words import with_joined_words, without_tags, words
from communique.documents.numbers import of_text
from communique.problems import Problem

_SCRIPT = re.compile(rb'CQ1_INDEX\("([a-z0-9/-]+)",(".*")\)\n\Z')
#: Letters that are looked for as one.
_ALIKE = str.maketrans({"ة": "ه", "ى": "ي", "ـ": None, **{chr(0x660 + i): str(i) for i in range(10)}})
#: Of a document's facts those that say something in its own words, and those that its page says in the same words.
_TOLD, _SHOWN = ("title", "symbol"), ("kind", "date", "date_text")
_ANCHOR = re.compile(rb' id="([^"<>]+)"')


def indexes(tree: Tree, known: Known) -> list[Problem]:
    """Sealed tables that do not open, and words of public indexes that stand in no public text."""
    public = public_words(known)
    return [
        problem for path, content in tree.files.items() for problem in index_in_file(tree, path, content, known, public)
    ]


def public_words(known: Known) -> frozenset[str]:
    """Every word that stands in a public text, whichever; nothing where there is no index to compare with."""
    found: set[str] = set()
    for text in known.public if known.indexes else ():
        found.update(words(text.text))
        if text.html:
            found.update(words(without_tags(text.html)), words(with_joined_words(text.html) or ""))
    for summary in known.summaries:
        found.update(words(summary))
    return frozenset(_alike(word) for word in found)


def _alike(word: str) -> str:
    return word.translate(_ALIKE)


def index_in_file(tree: Tree, path: str, content: bytes, known: Known, public: frozenset[str]) -> list[Problem]:
    """What is wrong with this file, if it belongs to an index."""
    if path in known.tables:
        return list(_sealed(tree, path, content, known))
    if path not in known.indexes:
        return []
    place = tree.place(path)
    try:
        strangers = {word for text in _texts(_value(content), tree) for word in words(text)}
    except (Malformed, ValueError, TypeError, IndexError, KeyError):
        what = "this part of the public index cannot be read"
        return [Problem(place, "index-shape", what, "this is an error in the build: report it with this file's name")]
    count = sum(_alike(word) not in public for word in strangers)
    if not count:
        return []
    said = (
        "a word that stands in no public text is" if count == 1 else f"{count} words that stand in no public text are"
    )
    fix = "this is an error in the build, and may be a leak: report it with the name of this file"
    return [Problem(place, "index-word", f"{said} in the public index", fix)]


def _value(content: bytes) -> dict[str, object]:
    found = _SCRIPT.fullmatch(content)
    if found is None:
        raise Malformed("it is not one line of data")
    value = json.loads(json.loads(found[2]))
    if not isinstance(value, dict):
        raise Malformed("it is no object")
    return value


def _texts(value: dict[str, object], tree: Tree) -> Iterator[str]:
    """What a table, a shard of words or one of passages says in words of texts, or in others than its pages."""
    if "v" in value:
        yield from (str(first) for first, _ in _listed(value["words"]))
        return
    if "passages" in value:
        documents = value["documents"]
        if not isinstance(documents, dict):
            raise Malformed("its documents are none")
        anchors: set[str] = set()
        for facts in documents.values():
            yield from (str(facts[name]) for name in _TOLD if name in facts)
            page = tree.files.get(str(facts.get("path", "")), b"")
            # Where a page stands, and what stands on it, is said there already.
            yield str(facts.get("path", "")) if not page else ""
            shown = (str(facts[name]) for name in _SHOWN if name in facts)
            yield from (text for text in shown if escape(text, quote=False).encode() not in page)
            anchors.update(name.decode() for name in _ANCHOR.findall(page))
        for passage in _listed(value["passages"]):
            yield from (str(text) for text in passage[1:3] if of_text(str(text)) is None)
            yield str(passage[0]) if str(passage[0]) not in anchors else ""
        return
    for word, line in value.items():
        yield word
        # Behind the words stand numbers, or that there are none.
        yield re.split(r"[|@]", str(line))[0]


def _listed(value: object) -> list[list[object]]:
    if not isinstance(value, list):
        raise Malformed("it is no list")
    return value


def _sealed(tree: Tree, path: str, content: bytes, known: Known) -> Iterator[Problem]:
    place, expected = tree.place(path), known.tables[path]
    error = "this is an error in the build: report it with the name of this file"
    try:
        objects, lying = _tables(_value(content))
        found = [_standing(context_of(text)) for text in objects]
    except (Malformed, ValueError):
        yield Problem(place, "object-shape", "the tables of the sealed indexes are not CQ1 objects", error)
        return
    lang = expected[0].lang if expected else ""
    known_to_lie = {one.part: at for at, one in known.attachments.items() if (one.kind, one.lang) == ("index", lang)}
    if sorted(found) != sorted(expected) or lying != known_to_lie:
        yield Problem(place, "object-misplaced", "the tables of the sealed indexes belong to another place", error)
        return
    for standing, text in zip(found, objects, strict=True):
        if known.opens is None or not known.opens(standing, text):
            what = "the table of a sealed index does not open, or holds something else"
            fix = "check that the keystore and the register belong together"
            yield Problem(place, "object-does-not-open", what, fix)


def _tables(told: dict[str, object]) -> tuple[list[str], dict[str, str]]:
    """The objects of the tables, and where the shards lie by their names."""
    tables, shards = told.get("tables"), told.get("shards")
    if set(told) != {"tables", "shards"} or not isinstance(tables, dict) or not isinstance(shards, dict):
        raise Malformed("it holds something else")
    return [str(text) for text in tables.values()], {str(part): str(path) for part, path in shards.items()}


def _standing(context: dict[str, object]) -> Standing:
    return Standing(str(context["kind"]), str(context["doc"]), str(context["lang"]), str(context["part"]))
