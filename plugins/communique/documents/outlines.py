"""A new document: its language files with front matter in order, headings, and hints where something is to be written.

A hint stands between ⟦ ⟧, which nothing else may. It is shown in drafts, as which every new document begins; where the
front matter asks for a name, a number or a date, and in every document that is no draft, the build refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from communique.documents.fields import COMMON_FIELDS, DOCUMENT_ID, HINT, KIND_FIELDS, KINDS, Field
from communique.policy import PUBLIC, Policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.site import Site
from communique.strict_yaml import Node, load_yaml

FOLDER = Path(__file__).with_name("outlines")
#: Where no outline is written in a language of the site.
FALLBACK = "en"
_COMMAND = Place("invoke new")
_AUDIENCE = "SEALED"
#: Front matter of every document that may be given on the command line, besides what its kind has.
_COMMON_GIVEN = ("symbol", "date")
#: The sealed section, and what is said of it before it.
_SECTION = re.compile(rf"^(?:```item\n[^`]*```\n\n)?::: {_AUDIENCE}\n.*?^:::\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Wanted:
    """What an editor asked for. `given` are values of front matter by key, as they are to be written."""

    kind: str
    document: str
    original: str
    given: Mapping[str, str]


def new_files(wanted: Wanted, site: Site, policy: Policy) -> Mapping[str, str]:
    """The text of each language file of the new document, by language.

    Raises:
        Refused: the kind, the collection, the language or a given key is not known.
    """
    _check(wanted, site)
    return {
        lang: _front_matter(wanted, lang, site) + _body(wanted, lang, policy)
        for lang in (wanted.original, *(lang for lang in site.languages if lang != wanted.original))
    }


def languages_without_outline(site: Site) -> tuple[str, ...]:
    return tuple(lang for lang in site.languages if not (FOLDER / f"{lang}.yaml").is_file())


def _check(wanted: Wanted, site: Site) -> None:
    problems: list[Problem] = []
    if wanted.kind not in KINDS:
        what = f'there is no kind "{wanted.kind}"'
        problems.append(Problem(_COMMAND, "unknown-value", what, did_you_mean(wanted.kind, KINDS)))
    collection = wanted.document.split("/")[0]
    if not DOCUMENT_ID.match(wanted.document):
        what = f'"{wanted.document}" cannot name a document'
        problems.append(Problem(_COMMAND, "bad-name", what, "write collection/name, with a-z, 0-9 and hyphens"))
    elif collection not in site.collections:
        what = f'there is no collection "{collection}"'
        problems.append(Problem(_COMMAND, "unknown-collection", what, did_you_mean(collection, site.collections)))
    if wanted.original not in site.languages:
        what = f'the site has no language "{wanted.original}"'
        problems.append(Problem(_COMMAND, "unknown-language", what, did_you_mean(wanted.original, site.languages)))
    untranslated = {field.name for field in KIND_FIELDS.get(wanted.kind, ()) if not field.translated}
    for key in wanted.given if wanted.kind in KINDS else ():
        if any(field.name == key and field.translated for field in KIND_FIELDS[wanted.kind]):
            what = f'each language gives "{key}" in its own words'
            problems.append(Problem(_COMMAND, "unknown-key", what, "write it into the files"))
        elif key not in (*_COMMON_GIVEN, *untranslated):
            what = f'the kind “{wanted.kind}” has no key "{key}" that could be given here'
            problems.append(Problem(_COMMAND, "unknown-key", what, did_you_mean(key, (*_COMMON_GIVEN, *untranslated))))
    if problems:
        raise Refused(problems)


def _front_matter(wanted: Wanted, lang: str, site: Site) -> str:
    outline = _outline(lang)
    lines: list[str] = []
    is_original = lang == wanted.original
    for field in COMMON_FIELDS:
        if is_original or field.translated:
            lines.extend(_common(field, wanted, site, outline))
    own = [field for field in KIND_FIELDS[wanted.kind] if is_original or field.translated]
    lines.extend(_of_kind(field, wanted, outline) for field in own)
    return "\n".join(["---", *lines, "---", ""])


def _common(field: Field, wanted: Wanted, site: Site, outline: Node) -> Iterator[str]:
    values = {
        "kind": wanted.kind,
        "date": site.as_of.isoformat(),
        "audience": PUBLIC,
        "original": wanted.original,
        "summary": _quoted(_text(outline, "summary")),
        "draft": "true",
        **({"numbering": "paragraphs"} if wanted.kind != "page" else {}),
        **{key: value for key, value in wanted.given.items() if key in _COMMON_GIVEN},
    }
    if field.name in values:
        yield f"{field.name}: {values[field.name]}"
    elif field.name == "symbol":
        yield f"# symbol: {field.example}"


def _of_kind(field: Field, wanted: Wanted, outline: Node) -> str:
    """A line with what was given or a hint; what may be left out and is no sentence stands there as a comment."""
    if field.name in wanted.given:
        return f"{field.name}: {wanted.given[field.name]}"
    if not field.required and field.type not in ("text", "texts"):
        return f"# {field.name}: {field.example}"
    hint = _quoted(_text(outline, "values", field.name))
    return f"{field.name}: [{hint}]" if field.type == "texts" else f"{field.name}: {hint}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _body(wanted: Wanted, lang: str, policy: Policy) -> str:
    outline = _outline(lang)
    text = _text(outline, "kinds", wanted.kind) + "\n"
    tiers = [name for name in policy.tiers if name != PUBLIC]
    # For the tier in the middle between everyone and the fewest; where there is none, nothing is sealed.
    section = (lambda found: found[0].replace(_AUDIENCE, tiers[len(tiers) // 2], 1)) if tiers else ""
    return f"# {_text(outline, 'title')}\n\n{_SECTION.sub(section, text).strip()}\n"


def _outline(lang: str) -> Node:
    path = FOLDER / f"{lang}.yaml"
    path = path if path.is_file() else FOLDER / f"{FALLBACK}.yaml"
    return load_yaml(path.read_text(encoding="utf-8"), path.name)


def _text(outline: Node, *keys: str) -> str:
    problems: list[Problem] = []
    node = outline
    for key in keys:
        node = node.as_mapping(problems, key)[key]
    return node.as_text(problems, keys[-1])


def hints_in(text: str, file: str) -> Iterator[Problem]:
    """Each line of a language file in which a hint is left."""
    for number, line in enumerate(text.splitlines(), 1):
        found = HINT.search(line)
        if found:
            what = "a hint of “invoke new” still stands here"
            fix = "write what it asks for, or delete it; until then the document stays a draft: “draft: true”"
            yield Problem(Place(file, number, found.start() + 1), "hint-left", what, fix)
