"""One site's own data: its id, address, date, languages, names of collections and kinds
(`content/data/site.yaml`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from communique.policy import read_labels
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.strict_yaml import Node

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9.-]{0,127}\Z")
_COLLECTION = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
_HOME = re.compile(r"https://[a-z0-9.-]+(?::\d+)?(?:/[A-Za-z0-9._~-]+)*/\Z")
#: Pages that the site makes itself, in each language (`communique_pelican.generated`); a text may link to them as to
#: documents.
PAGES = (
    "access",
    "updates",
    "review",
    "actions",
    "directory",
    "lessons",
    "issues",
    "archive",
    "timeline",
    "states",
    "calendar",
    "glossary",
    "translations",
    "search",
)
#: Names at a language's root that no collection may take.
RESERVED = ("theme", "sealed", "x", "data", "files", "feeds", *PAGES)


@dataclass(frozen=True)
class Collection:
    """A folder of documents and its listing page."""

    name: str
    labels: Mapping[str, str]
    intros: Mapping[str, str]


@dataclass(frozen=True)
class Reference:
    """A document that the site's data name."""

    id: str
    place: Place


@dataclass(frozen=True)
class Site:
    """`as_of` is the date the build writes when it needs one; `home` ends with a slash, or is empty."""

    id: str
    as_of: datetime.date
    home: str
    languages: tuple[str, ...]
    names: Mapping[str, str]
    taglines: Mapping[str, str]
    enquiries: str
    collections: Mapping[str, Collection]
    kinds: Mapping[str, Mapping[str, str]]
    #: The document that tells how to ask for access, and those each page's foot leads to. Checked by the
    #: catalogue.
    ask: Reference | None = None
    foot: tuple[Reference, ...] = ()
    #: For a text that a language lacks: which translations its readers are shown, in this order, before the original.
    fallback: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_site(node: Node, kinds_known: Sequence[str]) -> Site:
    """The site's data, checked; `kinds_known` are the kinds of documents it must name.

    Raises:
        Refused: unknown or missing keys, labels that lack a language, a bad date, id or address.
    """
    problems: list[Problem] = []
    part = node.take(
        problems,
        "the file",
        ["id", "as_of", "home", "languages", "name", "tagline", "enquiries", "collections", "kinds"],
        ["ask", "foot", "fallback"],
    )
    if problems:
        raise Refused(problems)
    ident = part["id"].as_text(problems, "id")
    if not _IDENTIFIER.match(ident):
        problems.append(Problem(part["id"].place, "bad-id", "the site's id is not usable", "use a-z, 0-9, dot and -"))
    home = "" if part["home"].is_nothing() else part["home"].as_text(problems, "home")
    if home and not _HOME.match(home):
        problems.append(
            Problem(
                part["home"].place,
                "bad-home",
                "the home address is not usable",
                "write https://name/path/ with a slash at its end",
            )
        )
    languages = tuple(item.as_text(problems, "a language") for item in part["languages"].as_list(problems, "languages"))
    if not languages or len(set(languages)) != len(languages) or not all(_LANGUAGE.match(code) for code in languages):
        problems.append(
            Problem(part["languages"].place, "bad-languages", "the languages are not usable", "write [en, es, fr]")
        )
    collections: dict[str, Collection] = {}
    for name, entry in part["collections"].as_mapping(problems, "collections").items():
        fields = entry.take(problems, f"the collection {name}", ["label", "intro"])
        if not _COLLECTION.match(name) or name in RESERVED:
            fix = "choose another: the site itself uses this one" if name in RESERVED else "use a-z, 0-9 and -"
            problems.append(Problem(entry.place, "bad-name", f'"{name}" cannot name a collection', fix))
        if "label" in fields and "intro" in fields:
            collections[name] = Collection(
                name,
                read_labels(fields["label"], languages, problems, "label"),
                read_labels(fields["intro"], languages, problems, "intro"),
            )
    kinds = part["kinds"].take(problems, "kinds", kinds_known)
    site = Site(
        ident,
        part["as_of"].as_date(problems, "as_of") or datetime.date.min,
        home,
        languages,
        read_labels(part["name"], languages, problems, "name"),
        read_labels(part["tagline"], languages, problems, "tagline"),
        part["enquiries"].as_text(problems, "enquiries"),
        collections,
        {kind: _kind_labels(entry, languages, problems) for kind, entry in kinds.items()},
        Reference(part["ask"].as_text(problems, "ask"), part["ask"].place) if "ask" in part else None,
        tuple(
            Reference(item.as_text(problems, "a document"), item.place)
            for item in (part["foot"].as_list(problems, "foot") if "foot" in part else ())
        ),
        _fallback(part["fallback"], languages, problems) if "fallback" in part else {},
    )
    if problems:
        raise Refused(problems)
    return site


def _fallback(node: Node, languages: tuple[str, ...], problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """`fallback: {es: [fr, en]}`: each language's own chain; none leads into another's."""
    chains: dict[str, tuple[str, ...]] = {}
    for lang, entry in node.as_mapping(problems, "fallback").items():
        if lang not in languages:
            what = f'the site has no language "{lang}"'
            problems.append(Problem(entry.place, "unknown-language", what, did_you_mean(lang, languages)))
        chain: list[str] = []
        for item in entry.as_list(problems, f"the fallback of {lang}"):
            other = item.as_text(problems, "a language")
            if other not in languages:
                what = f'the site has no language "{other}"'
                problems.append(Problem(item.place, "unknown-language", what, did_you_mean(other, languages)))
            elif other == lang or other in chain:
                what = f'"{other}" stands in the fallback of {lang}' + (" twice" if other in chain else " itself")
                fix = "name each other language once; the original comes last without being named"
                problems.append(Problem(item.place, "bad-fallback", what, fix))
            chain.append(other)
        chains[lang] = tuple(chain)
    return chains


def _kind_labels(node: Node, languages: tuple[str, ...], problems: list[Problem]) -> Mapping[str, str]:
    """`newsletter: {label: {en: …}}` and the shorter `newsletter: {en: …}` say the same."""
    if isinstance(node.value, dict) and "label" in node.value:
        node = node.take(problems, "the kind", ["label"])["label"]
    return read_labels(node, languages, problems, "the kind's label")
