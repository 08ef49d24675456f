"""What editors' programs and the documentation know of the schema is what the build reads by."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from communique.documents.fields import BLOCK_FIELDS, COMMON_FIELDS, KIND_FIELDS, KINDS, read_fields
from communique.documents.kinds import read_front_matter, split_front_matter
from communique.documents.listing import read_data
from communique.documents.schema_files import SCHEMA, SNIPPETS, front_matter_schema, schema_files
from communique.problems import Problem
from communique.strict_yaml import load_yaml
from tests.documents.test_every_kind import CONTENT, MISTAKES

PROJECT = Path(__file__).resolve().parents[2]
#: What no schema can see: whether what is named exists, what another file says, and what our YAML refuses.
BEYOND = {
    "unknown-event", "event-kind", "event-page-twice", "unknown-document", "document-of-another-kind", "named-twice",
    "twin-front-matter", "twin-audience", "symbol-twice", "duplicate-key", "yaml-feature", "bad-yaml", "bad-part",
    "bad-follows", "audience-public", "unknown-audience",
}  # fmt: skip
#: Nor which days, languages and states there are, nor, of a translation, of which kind it is.
BUILD_ALONE = {
    "delegations: [fr, nz, uk]", "date: 2008-10-32", "until: 2008-11-31", "reviewed: 2008-02-30",
    "numbering: paragraphs\nexpires: 2008-13-01", "original: eng", "lead: Aduanas\nchair: Aduanas",
    "chair: Jefatura\nlead: Jefatura",
}  # fmt: skip


class _Text(yaml.SafeLoader):
    """YAML as editors' programs read it (1.2): dates and `no` are text."""


_Text.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag.endswith((":int", ":null"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Text.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), list("tf"))


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    """Why a value does not fit, by the few keywords that our schema uses."""
    found: list[str] = []
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
    kind = schema.get("type")
    if kind and (not isinstance(value, kinds[kind]) or (kind == "integer" and isinstance(value, bool))):
        return [f"not of the type {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append("none of the words")
    if "const" in schema and value != schema["const"]:
        found.append("another word")
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        found.append("does not look like it")
    if isinstance(value, list):
        found += ["too short"] * (len(value) < schema.get("minItems", 0))
        found += [fault for item in value for fault in faults(schema.get("items", {}), item)]
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"lacks {key}" for key in schema.get("required", []) if key not in value]
        if schema.get("additionalProperties") is False:
            found += [f"unknown {key}" for key in value if key not in properties]
        found += [
            f"{key}: {fault}" for key in value if key in properties for fault in faults(properties[key], value[key])
        ]
    if "if" in schema:
        found += faults(schema.get("else" if faults(schema["if"], value) else "then", {}), value)
    return found + [fault for one in schema.get("allOf", []) for fault in faults(one, value)]


def front_matter(text: str) -> Any:
    return yaml.load(text.split("---\n")[1], Loader=_Text)  # noqa: S506 - a safe loader with fewer resolvers


@pytest.mark.parametrize("path", schema_files())
def test_what_is_committed_is_what_the_declarations_say(path: str) -> None:
    assert (PROJECT / path).read_text(encoding="utf-8") == schema_files()[path], "run: invoke schema"


def test_the_schema_accepts_every_document_of_the_site_and_of_the_kinds() -> None:
    schema = json.loads((PROJECT / SCHEMA).read_text(encoding="utf-8"))
    for path in [*(PROJECT / "content").glob("*/*/*.md"), *CONTENT.glob("*/*/*.md")]:
        assert faults(schema, front_matter(path.read_text(encoding="utf-8"))) == [], path


def test_the_schema_refuses_what_the_build_refuses_where_one_file_is_enough() -> None:
    schema = front_matter_schema()
    seen = 0
    for kind, lang, there, here, expected in MISTAKES:
        if expected.split()[1] not in BEYOND:
            text = (CONTENT / "papers" / kind / f"{lang}.md").read_text(encoding="utf-8")
            seen += 1
            assert here in BUILD_ALONE or faults(schema, front_matter(text.replace(there, here))), (kind, here)
    assert seen > 60


def test_a_snippet_with_its_examples_is_good_front_matter() -> None:
    site, policy, _ = read_data(PROJECT / "content")
    snippets = json.loads((PROJECT / SNIPPETS).read_text(encoding="utf-8"))
    for kind in KINDS:
        text = "\n".join(_with_examples(line) for line in snippets[f"Front matter: {kind}"]["body"])
        node, _, _ = split_front_matter(text, "x.md")
        assert read_front_matter(node, "x.md", "en", site.languages, policy).kind == kind
    for word, fields in BLOCK_FIELDS.items():
        text = "\n".join(_with_examples(line) for line in snippets[f"Data: {word}"]["body"][1:-2])
        problems: list[Problem] = []
        read_fields(load_yaml(text + "\n", "x.md"), fields, policy, problems, word)
        assert problems == [], word


def _with_examples(line: str) -> str:
    line = re.sub(r"\$\{\d+\|([^,|]*)[^|]*\|\}", r"\1", line)
    return re.sub(r"\$\{\d+:((?:\\.|[^\\}])*)\}", lambda found: re.sub(r"\\(.)", r"\1", found[1]), line)


def test_the_documentation_names_every_field_of_every_kind() -> None:
    page = (PROJECT / "docs/kinds.md").read_text(encoding="utf-8")
    sections = dict(zip(*[iter(re.split(r"^###? (.*)$", page, flags=re.MULTILINE)[1:])] * 2, strict=True))
    for name, fields in {"Every document": COMMON_FIELDS, **KIND_FIELDS, **BLOCK_FIELDS}.items():
        assert [field.name for field in fields if f"| `{field.name}` |" not in sections[name]] == [], name
