"""The schema for people and their programs: a JSON Schema, settings and snippets of editors, a page of documentation.

All of it is made from the declarations in `fields` and committed, so that nobody needs this project's code to write
with it; `invoke schema` writes it anew, and a test holds it to the declarations.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from communique.documents.fields import (
    ADDRESS,
    BLOCK_FIELDS,
    BLOCK_LABELS,
    COMMON_FIELDS,
    DOCUMENT_ID,
    KIND_ABOUT,
    KIND_FIELDS,
    KINDS,
    NAME,
    SYMBOL,
    TRANSLATION_FIELDS,
    Field,
    Type,
)

SCHEMA = "editors/front-matter.schema.json"
SETTINGS = ".vscode/settings.json"
SNIPPETS = ".vscode/communique.code-snippets"
REMARK = ".remarkrc.json"
PAGE = "docs/kinds.md"
_DATE = r"^\d{4}-\d{2}-\d{2}$"
_MOMENT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$"
_EMBARGO = r"^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2})?([Zz]|[+-]\d{2}:\d{2}))?$"
_PLAIN = r"^(?!.*:::)[^<>{}⟦⟧]*\S[^<>{}⟦⟧]*$"
_STATE = "^[a-z]{2}$"
#: What a value is, in the words of the documentation.
_CALLED: Mapping[Type, str] = {
    "text": "plain text",
    "texts": "a list of plain texts",
    "wording": "plain text, which may hold blanks",
    "date": "a day",
    "moment": "a day, an hour and its time zone",
    "integer": "a whole number",
    "truth": "true or false",
    "word": "one of",
    "words": "a list of",
    "name": "a name: a-z, 0-9 and hyphens",
    "names": "a list of names",
    "audiences": "a list of audiences",
    "state": "a state's code",
    "states": "a list of states' codes",
    "document": "a document: collection/name",
    "event": "an event's id in `content/data/events.yaml`",
    "symbol": "a symbol",
    "address": "an address of electronic mail",
    "language": "a language of the site",
    "audience": "an audience",
    "review": "`{by: …, audience-after: …}`",
    "embargo": "a day, or a moment with its time zone",
}


def schema_files() -> Mapping[str, str]:
    """Each file's text by its path below the project's root."""
    settings = {
        "files.associations": {"*.pins": "yaml"},
        "editor.rulers": [120],
        "[markdown]": {"editor.wordWrap": "on", "editor.quickSuggestions": {"other": "on"}},
        "yaml.schemas": {f"./{SCHEMA}": ["content/*/*/*.md"]},
    }
    remark = {
        "plugins": [
            "remark-frontmatter",
            ["remark-lint-frontmatter-schema", {"schemas": {f"./{SCHEMA}": ["./content/*/*/*.md"]}}],
        ]
    }
    return {
        SCHEMA: _json(front_matter_schema()),
        SETTINGS: _json(settings),
        SNIPPETS: _json(dict(_snippets())),
        REMARK: _json(remark),
        PAGE: documentation(),
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


# -- JSON Schema


def front_matter_schema() -> dict[str, Any]:
    """Draft 7, which editors know. It cannot tell whether a state, an event or a document exists: the build does."""
    translated = [field for field in COMMON_FIELDS if field.translated]
    own = {field.name: field for fields in KIND_FIELDS.values() for field in fields if field.translated}
    translation = _object([*translated, *TRANSLATION_FIELDS, *own.values()], {field.name for field in translated})
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Made by invoke schema from the project's declarations: change those.",
        "title": "Front matter of a document",
        "description": "An original has a kind, and what it declares its translations inherit.",
        "type": "object",
        "if": {"required": ["kind"]},
        "then": {
            "properties": {"kind": {"enum": list(KINDS)}},
            "allOf": [
                {
                    "if": {"properties": {"kind": {"const": kind}}},
                    "then": _object([*COMMON_FIELDS, *fields], {field.name for field in fields if field.required}),
                }
                for kind, fields in KIND_FIELDS.items()
            ],
            "required": [field.name for field in COMMON_FIELDS if field.required],
        },
        "else": translation,
    }


def _object(fields: Sequence[Field], required: set[str]) -> dict[str, Any]:
    return {
        "properties": {field.name: _property(field) for field in fields},
        **({"required": sorted(required)} if required else {}),
        "additionalProperties": False,
    }


def _property(field: Field) -> dict[str, Any]:
    said = {"description": field.about, "examples": [_example(field)]}
    if field.name == "kind":
        return {"enum": list(KINDS), **said}
    return {**_shape(field), **said}


def _shape(field: Field) -> dict[str, Any]:
    texts: dict[str, Any] = {"type": "string", "pattern": _PLAIN}
    match field.type:
        case "text" | "wording":
            return texts
        case "texts":
            return _list_of(texts)
        case "integer":
            return {"type": "integer", "minimum": 0}
        case "truth":
            return {"type": "boolean"}
        case "word":
            return {"enum": list(field.words)}
        case "words":
            return _list_of({"enum": list(field.words)})
        case "names" | "audiences":
            return _list_of({"type": "string"})
        case "states":
            return _list_of({"type": "string", "pattern": _STATE})
        case "review":
            return {
                "type": "object",
                "properties": {"by": {"type": "string", "pattern": _DATE}, "audience-after": {"type": "string"}},
                "required": ["by", "audience-after"],
                "additionalProperties": False,
            }
        case _:
            return {"type": "string", "pattern": _PATTERNS[field.type]}


#: What a value of these types looks like. JSON Schema's patterns are JavaScript's: `$` ends what `\Z` ends here.
_PATTERNS: Mapping[str, str] = {
    "date": _DATE,
    "moment": _MOMENT,
    "embargo": _EMBARGO,
    "state": _STATE,
    "language": "^[a-z]{2,3}$",
    "audience": r"^[a-z][a-z0-9:-]*(\s*,\s*[a-z][a-z0-9:-]*)*$",
    **{
        kind: "^" + pattern.pattern.replace(r"\Z", "$")
        for kind, pattern in {
            "document": DOCUMENT_ID,
            "event": NAME,
            "name": NAME,
            "symbol": SYMBOL,
            "address": ADDRESS,
        }.items()
    },
}


def _list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1}


def _example(field: Field) -> object:
    """The example as its editor's program knows values."""
    text = field.example
    if field.type == "integer":
        return int(text)
    if field.type == "truth":
        return text == "true"
    if text.startswith("["):
        return [item.strip() for item in text.strip("[]").split(",")]
    if field.type == "review":
        return dict(pair.split(": ", 1) for pair in text.strip("{}").split(", "))
    return text


# -- Snippets


def _snippets() -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, fields in KIND_FIELDS.items():
        head = [field for field in COMMON_FIELDS if field.required or field.name in ("symbol", "numbering")]
        lines = ["---", *_stops([*head, *fields], {"kind": kind}), "---", "# ${0:Title}"]
        yield f"Front matter: {kind}", _snippet(f"cq-{kind}", lines, KIND_ABOUT[kind])
    translated = [field for field in COMMON_FIELDS if field.translated]
    lines = ["---", *_stops(translated, {}), "---", "# ${0:Title}"]
    yield "Front matter: translation", _snippet("cq-translation", lines, "A translation of any kind.")
    for word, fields in BLOCK_FIELDS.items():
        lines = [f"```{word}", *_stops(fields, {}), "```", "$0"]
        yield f"Data: {word}", _snippet(f"cq-{word}-block", lines, f"{BLOCK_LABELS.get(word, word)}: a block of data.")
    sealed = ["::: ${1:oeg}", "${2:Text for these readers.}", ":::", "$0"]
    yield "Sealed section", _snippet("cq-sealed", sealed, "A section for fewer readers.")
    yield "Sealed words", _snippet("cq-words", ["[${1:the words}]{${2:oeg}}$0"], "Some words for fewer readers.")


def _snippet(prefix: str, lines: list[str], about: str) -> dict[str, Any]:
    return {"scope": "markdown", "prefix": prefix, "body": lines, "description": about}


def _stops(fields: Iterable[Field], fixed: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    stop = 0
    for field in fields:
        if field.name in fixed:
            lines.append(f"{field.name}: {fixed[field.name]}")
            continue
        stop += 1
        choice = "|".join(("", ",".join(field.words), "")) if field.type == "word" and field.words else ""
        value = f"${{{stop}{choice}}}" if choice else f"${{{stop}:{_escaped(field.example)}}}"
        lines.append(f"{field.name}: {value}")
    return lines


def _escaped(text: str) -> str:
    return re.sub(r"([\\$}])", r"\\\1", text)


# -- Documentation

_INTRODUCTION = """\
# Kinds of documents

Made by `invoke schema` from what the build itself reads by; a test holds the two together. How to write stands in
[writing.md](writing.md), what a refusal means in [problems.md](problems.md).

`invoke new KIND collection/name` begins a document: one file for each language of the site, with the front matter in
the order below, headings, and hints between ⟦ ⟧ in the file's language. It is a draft, which a release refuses; without
`draft: true` the build refuses every hint that is left. A value that has to be a name, a number or a date may be given
at once: `--fact "event=oeg-miami-2009"`. What is there already is never changed.

Editors that read a JSON Schema find one in `editors/front-matter.schema.json`: `.vscode/settings.json` names it for
language servers of YAML, `.remarkrc.json` for remark (`npm install --no-save remark-cli remark-frontmatter
remark-lint-frontmatter-schema`; in VS Code the extension `unifiedjs.vscode-remark`). The snippets of each kind and
block begin with `cq-`. Whether a state, an event or a document exists, the build alone knows.

In the tables, **!** marks what must be there, and *each* what each language file gives in its own words. All else
stands in the original alone; translations inherit it.

## Every document
"""
_ON_BLOCKS = """
## Blocks of data

A fenced block that begins with three backticks and one of these words belongs to the paragraph before it, and is for
the same readers. An `item` belongs to the heading above it, or to the sealed section below."""


def documentation() -> str:
    """The page on all kinds and blocks."""
    return "\n".join([*_page(), ""])


def _page() -> Iterator[str]:
    yield _INTRODUCTION
    yield from _table(COMMON_FIELDS)
    yield from ("", "Only a translation has:", "")
    yield from _table(TRANSLATION_FIELDS)
    for kind, fields in KIND_FIELDS.items():
        yield from ("", f"## {kind}", "", KIND_ABOUT[kind], "")
        if fields:
            yield from _table(fields)
        else:
            yield "It has no keys of its own."
    yield _ON_BLOCKS
    for word, fields in BLOCK_FIELDS.items():
        yield from ("", f"### {word}", "")
        yield from _table(fields) if fields else ("It has no keys.",)


def _table(fields: Iterable[Field]) -> Iterator[str]:
    yield "| key | | | value | example | meaning |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for field in fields:
        required, each = "**!**" if field.required else "", "*each*" if field.translated else ""
        about = field.about.replace("|", "\\|")
        yield f"| `{field.name}` | {required} | {each} | {_called(field)} | `{field.example}` | {about} |"


def _called(field: Field) -> str:
    if field.name == "kind":
        return "one of the kinds below"
    if field.type == "document" and field.words:
        return f"{_CALLED[field.type]}, of the kind {', '.join(field.words)}"
    if field.words:
        return f"{_CALLED[field.type]} " + ", ".join(f"`{word}`" for word in field.words)
    return _CALLED[field.type]
