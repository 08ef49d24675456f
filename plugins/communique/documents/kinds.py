"""The kinds of papers and the front matter each language file declares."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from communique.documents.near_misses import folded
from communique.documents.terms import Review, read_embargo, read_review, refuse_review_that_opens_nothing
from communique.policy import Audience, Policy
from communique.problems import Place, Problem, Refused
from communique.strict_yaml import Node, load_yaml

KINDS = (
    "newsletter",
    "meeting",
    "meeting-summary",
    "statement",
    "debriefing",
    "exercise",
    "workshop",
    "plan",
    "guidance",
    "notice",
    "non-paper",
    "page",
)
#: What a document's original declares; its translations inherit it.
ORIGINAL_REQUIRED = ("kind", "date", "audience", "original", "summary")
ORIGINAL_OPTIONAL = (
    "symbol",
    "numbering",
    "part",
    "parts",
    "follows",
    "draft",
    "review",
    "embargo",
    "expires",
)
TRANSLATION_REQUIRED = ("audience", "original", "summary")
TRANSLATION_OPTIONAL = ("translator",)

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

_SYMBOL = re.compile(r"[A-Z0-9][A-Za-z0-9./() -]{1,59}\Z")
_DOCUMENT_ID = re.compile(r"[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*\Z")


@dataclass(frozen=True)
class FrontMatter:
    """What stands between the two `---` lines. A translation has only `audience`, `original` and
    `summary`.
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


def _plain(key: str) -> str:
    """A key as Pelican compares it: `Save-As` is `save_as`."""
    return key.casefold().replace("-", "_")


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
    required = ORIGINAL_REQUIRED if is_original else TRANSLATION_REQUIRED
    optional = ORIGINAL_OPTIONAL if is_original else TRANSLATION_OPTIONAL
    if not is_original:
        problems.extend(
            Problem(
                node.keys[key],
                "inherited-key",
                f'"{key}" is inherited from {original}.md',
                f"delete it here; change it in {original}.md",
            )
            for key in [*ORIGINAL_REQUIRED, *ORIGINAL_OPTIONAL]
            if key in keys and key not in TRANSLATION_REQUIRED
        )
    known = {
        key: value
        for key, value in keys.items()
        if is_original
        or key in TRANSLATION_REQUIRED + TRANSLATION_OPTIONAL
        or key not in ORIGINAL_REQUIRED + ORIGINAL_OPTIONAL
    }
    for key in [name for name in known if _plain(name) in NOT_OURS]:
        what = f'the front matter has no key "{key}"'
        problems.append(Problem(node.keys[key], "unknown-key", what, NOT_OURS[_plain(key)]))
        del known[key]
    if "audience" not in known:
        fix = "add a line “audience: public”: there is no default, and what fewer may read stands in ::: sections"
        problems.append(
            Problem(Place(file, 1, 1), "missing-audience", "the front matter does not say who may read this", fix)
        )
    left = Node(Place(file, 1, 1), known, keys=node.keys)
    part = left.take(
        problems, "the front matter", [key for key in required if key in known or key != "audience"], optional
    )

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
        if problems:
            raise Refused(problems)
        return FrontMatter(place("audience"), audience, original, summary, False, translator=text("translator"))
    review = read_review(part["review"], policy, problems) if "review" in part else None
    if review is not None and not problems:
        problems += refuse_review_that_opens_nothing(review, audience, policy)
    symbol = text("symbol")
    if symbol and not _SYMBOL.match(symbol):
        problems.append(
            Problem(part["symbol"].place, "bad-symbol", f'"{symbol}" is not a symbol', "write it like PSI/OEG/17/CS.1")
        )
    if "numbering" in part:
        part["numbering"].as_word(problems, "numbering", ["paragraphs"])
    follows = text("follows")
    if follows and not _DOCUMENT_ID.match(follows):
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
        kind=part["kind"].as_word(problems, "kind", KINDS) if "kind" in part else "",
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
    )
    if problems:
        raise Refused(problems)
    return front
