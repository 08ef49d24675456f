"""The kinds of papers and the front matter each language file declares."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from communique.documents.fields import (
    COMMON_FIELDS,
    DOCUMENT_ID,
    KIND_FIELDS,
    KINDS,
    SYMBOL,
    TRANSLATION_FIELDS,
    Field,
    Value,
    read_value,
    unknown_here,
)
from communique.documents.near_misses import folded
from communique.documents.terms import Review, read_embargo, read_review, refuse_review_that_opens_nothing
from communique.policy import Audience, Policy
from communique.problems import Place, Problem, Refused
from communique.strict_yaml import Node, load_yaml

#: What a document's original declares, whatever its kind; its translations inherit it.
ORIGINAL_REQUIRED = tuple(each.name for each in COMMON_FIELDS if each.required)
ORIGINAL_OPTIONAL = tuple(each.name for each in COMMON_FIELDS if not each.required)
TRANSLATION_REQUIRED = tuple(each.name for each in COMMON_FIELDS if each.required and each.translated)
TRANSLATION_OPTIONAL = tuple(each.name for each in TRANSLATION_FIELDS)
#: What a translation of some kind gives itself. Which kind it is of, it does not know: the twin rule does.
_TRANSLATED = {each.name: each for fields in KIND_FIELDS.values() for each in fields if each.translated}
#: What a translation of whatever kind inherits.
_INHERITED = (
    *(name for name in (*ORIGINAL_REQUIRED, *ORIGINAL_OPTIONAL) if name not in TRANSLATION_REQUIRED),
    *(each.name for fields in KIND_FIELDS.values() for each in fields if not each.translated),
)

#: Keys that other systems, Pelican among them, know in a document's head, and what takes their place here.
NOT_OURS = {
    "title": "write the title as the first line of the text, behind “# ”",
    "save_as": "delete it: a page's address follows from its folder, collection/name",
    "url": "delete it: a page's address follows from its folder, collection/name",
    "slug": "delete it: a page's address follows from its folder, collection/name",
    "status": "delete it; a draft says “draft: true”",
    "lang": "delete it: the file's name tells the language",
    "template": "delete it: the kind of a document decides how its page looks",
}


@dataclass(frozen=True)
class FrontMatter:
    """What stands between the two `---` lines. A translation has `audience`, `original`, `summary` and what its
    kind says in each language; `facts` are what the kind has besides.
    """

    place: Place
    audience: Audience
    original: str
    summary: str
    is_original: bool
    kind: str = "page"
    date: datetime.date = datetime.date.min
    date_place: Place = Place("")
    symbol: str = ""
    symbol_place: Place = Place("")
    numbering: bool = False
    part: int = 0
    parts: int = 0
    follows: str = ""
    follows_place: Place = Place("")
    draft: bool = False
    draft_place: Place = Place("")
    translator: str = ""
    review: Review | None = None
    #: The audience as written, where an approved review has put a wider one in its place.
    declared: Audience | None = None
    #: Before this moment the document is in no build.
    embargo: datetime.datetime | None = None
    #: From this day on its text is in no build.
    expires: datetime.date | None = None
    #: Whether that day had come when this was read: what is read then is what is left.
    withdrawn: bool = False
    #: What this kind of document has besides, by the names in `KIND_FIELDS`, and where it was written.
    facts: Mapping[str, Value] = field(default_factory=dict)
    fact_places: Mapping[str, Place] = field(default_factory=dict)


def _plain(key: str) -> str:
    """A key as Pelican compares it: `Save-As` is `save_as`."""
    return key.casefold().replace("-", "_")


def _fields_of(kind: str, is_original: bool) -> Mapping[str, Field]:
    """What a file may declare besides what every document does. A kind that is not known refuses nothing else."""
    if not is_original:
        return _TRANSLATED
    kinds = (kind,) if kind else KINDS
    return {each.name: each for name in kinds for each in KIND_FIELDS[name]}


def split_front_matter(text: str, file: str) -> tuple[Node, str, int]:
    """The front matter, the text below it, and the line on which that text begins.

    Raises:
        Refused: there is no front matter, or it is not YAML as we accept it.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].rstrip() != "---":
        what = "the file does not begin with its front matter"
        raise Refused(
            [Problem(Place(file, 1, 1), "no-front-matter", what, "make the first line --- and state the audience")]
        )
    for index, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            node = load_yaml("\n".join(lines[1:index]) + "\n", file, first_line=2)
            return node, "\n".join(lines[index + 1 :]), index + 2
    what = "the front matter is never closed"
    raise Refused([Problem(Place(file, 1, 1), "no-front-matter", what, "add a line --- below its last key")])


def read_front_matter(node: Node, file: str, lang: str, languages: Iterable[str], policy: Policy) -> FrontMatter:
    """The declared front matter of `lang`'s file.

    Raises:
        Refused: unknown, missing or wrong keys, all at once.
    """
    problems: list[Problem] = []
    langs = list(languages)
    keys = node.as_mapping(problems, "the front matter")
    original = keys["original"].as_word(problems, "original", langs) if "original" in keys else ""
    is_original = original in ("", lang)
    kind = keys["kind"].as_word(problems, "kind", KINDS) if is_original and "kind" in keys else ""
    of_kind = _fields_of(kind, is_original)
    if not is_original:
        problems.extend(
            Problem(
                node.keys[key],
                "inherited-key",
                f'"{key}" is inherited from {original}.md',
                f"delete it here; change it in {original}.md",
            )
            for key in keys
            if key in _INHERITED and key not in of_kind
        )
    required = ORIGINAL_REQUIRED if is_original else TRANSLATION_REQUIRED
    optional = ORIGINAL_OPTIONAL if is_original else TRANSLATION_OPTIONAL
    names = (*required, *optional, *of_kind)
    part: dict[str, Node] = {}
    for key, value in keys.items():
        if key in names:
            part[key] = value
        elif _plain(key) in NOT_OURS:
            what = f'the front matter has no key "{key}"'
            problems.append(Problem(node.keys[key], "unknown-key", what, NOT_OURS[_plain(key)]))
        elif is_original or key not in _INHERITED:
            problems.append(unknown_here(key, node.keys[key], kind, names))
    if "audience" not in part:
        fix = "add a line “audience: public”: there is no default, and what fewer may read stands in ::: sections"
        problems.append(
            Problem(Place(file, 1, 1), "missing-audience", "the front matter does not say who may read this", fix)
        )
    problems.extend(
        Problem(Place(file, 1, 1), "missing-key", f'the front matter lacks the key "{key}"', f'add a line "{key}: …"')
        for key in required
        if key not in part and key != "audience"
    )
    problems.extend(
        Problem(
            node.keys["kind"],
            "missing-key",
            f'the front matter of the kind “{kind}” lacks the key "{each.name}"',
            f'add a line "{each.name}: {each.example}", with its own value',
        )
        for each in of_kind.values()
        if kind and each.required and each.name not in part
    )
    facts = {name: read_value(each, part[name], policy, problems) for name, each in of_kind.items() if name in part}
    given = {name: value for name, value in facts.items() if value is not None}
    fact_places = {name: node.keys[name] for name in given}

    def text(key: str) -> str:
        return part[key].as_text(problems, key) if key in part else ""

    def number(key: str) -> int:
        return part[key].as_integer(problems, key) if key in part else 0

    def place(key: str) -> Place:
        return node.keys.get(key, Place(file, 1, 1))

    audience = Audience(("public",))
    if "audience" in part:
        try:
            written = "" if part["audience"].is_nothing() else text("audience")
            audience = policy.parse_audience(written, part["audience"].place)
        except Refused as refused:
            problems.extend(refused.problems)
    summary = text("summary")
    if re.search(r"[<>{}]|:::", folded(summary)):
        problems.append(
            Problem(part["summary"].place, "summary-markup", "a summary is plain public text", "leave out < > { }")
        )
    if not is_original:
        translator = text("translator")
        if problems:
            raise Refused(problems)
        return FrontMatter(
            place("audience"),
            audience,
            original,
            summary,
            False,
            translator=translator,
            facts=given,
            fact_places=fact_places,
        )
    review = read_review(part["review"], policy, problems) if "review" in part else None
    if review is not None and not problems:
        problems += refuse_review_that_opens_nothing(review, audience, policy)
    symbol = text("symbol")
    if symbol and not SYMBOL.match(symbol):
        problems.append(
            Problem(part["symbol"].place, "bad-symbol", f'"{symbol}" is not a symbol', "write it like PSI/OEG/17/CS.1")
        )
    if "numbering" in part:
        part["numbering"].as_word(problems, "numbering", ["paragraphs"])
    follows = text("follows")
    if follows and not DOCUMENT_ID.match(follows):
        problems.append(
            Problem(part["follows"].place, "bad-follows", f'"{follows}" names no document', "write collection/name")
        )
    one, all_parts = number("part"), number("parts")
    if ("part" in part) != ("parts" in part) or one > all_parts or (part.get("part") and one < 1):
        problems.append(
            Problem(
                place("part" if "part" in part else "parts"),
                "bad-part",
                "part and parts do not agree",
                "state both, such as part: 1 and parts: 2",
            )
        )
    if (one > 1) != bool(follows):
        problems.append(
            Problem(
                place("follows" if follows else "part"),
                "bad-follows",
                "a later part names the one before it",
                "give every part after the first “follows: collection/name”, and only those",
            )
        )
    front = FrontMatter(
        place("kind"),
        audience,
        original or lang,
        summary,
        True,
        kind=kind,
        date=(part["date"].as_date(problems, "date") if "date" in part else None) or datetime.date.min,
        date_place=part["date"].place if "date" in part else Place(file, 1),
        symbol=symbol,
        symbol_place=place("symbol"),
        numbering="numbering" in part,
        part=one,
        parts=all_parts,
        follows=follows,
        follows_place=place("follows"),
        draft=part["draft"].as_truth(problems, "draft") if "draft" in part else False,
        draft_place=place("draft"),
        review=review,
        embargo=read_embargo(part["embargo"], problems) if "embargo" in part else None,
        expires=part["expires"].as_date(problems, "expires") if "expires" in part else None,
        facts=given,
        fact_places=fact_places,
    )
    if problems:
        raise Refused(problems)
    return front
