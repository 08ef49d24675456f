"""A tearline: what stands below it in a paper may go further than the paper, and becomes a document of its own.

It is written in the paper's own files, so that both are read, translated and checked together; nothing of the paper
goes with it, not even that there is one.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace

from communique.documents.fields import DOCUMENT_ID, TEARLINE
from communique.documents.kinds import FrontMatter
from communique.documents.terms import readers
from communique.policy import Policy
from communique.problems import Place, Problem, Refused
from communique.strict_yaml import Node, load_yaml

_CODE = re.compile(r"(`{3,}|~{3,}) *([\w+-]*) *\Z")
_FENCE = re.compile(r":::(?: +(\S.*?))? *\Z")
#: Front matter that makes no sense for a part of a paper: it has the paper's original, and is no part of another.
_NEVER = ("original", "part", "parts", "follows")


@dataclass(frozen=True)
class Torn:
    """A file's text below its tearline: what it says of itself, and where each begins."""

    node: Node
    document: str
    document_place: Place
    place: Place
    body: str
    first_line: int


def tear(body: str, file: str, first_line: int) -> tuple[str, Torn | None]:
    """A file's text above its tearline, and what is below; all of it and None where there is no tearline.

    Raises:
        Refused: the tearline stands inside a section, is not closed, or does not say what becomes of the rest.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = _find(lines)
    if found is None:
        return body, None
    at, depth = found
    place = Place(file, first_line + at, 1)
    if depth:
        what = "a tearline stands inside a section"
        fix = "close the section before it: what stands below is a document of its own"
        raise Refused([Problem(place, "tearline-in-section", what, fix)])
    fence = lines[at].split(TEARLINE)[0].strip()
    end = next((index for index in range(at + 1, len(lines)) if lines[index].rstrip() == fence), None)
    if end is None:
        raise Refused([Problem(place, "unclosed-code", "this tearline is never closed", f"add a line {fence}")])
    problems: list[Problem] = []
    node = load_yaml("\n".join(lines[at + 1 : end]) + "\n", file, first_line=first_line + at + 1)
    keys = node.as_mapping(problems, "the tearline")
    document = keys["document"].as_text(problems, "document") if "document" in keys else ""
    if "document" not in keys:
        fix = "add “document: collection/name”, the address it will have"
        problems.append(Problem(place, "missing-key", "the tearline does not name the document below it", fix))
    elif document and not DOCUMENT_ID.match(document):
        what = f'"{document}" cannot be the name of a document'
        problems.append(Problem(keys["document"].place, "bad-document", what, "write collection/name"))
    for key in _NEVER:
        if key in keys:
            what = f'a tearline has no key "{key}"'
            problems.append(Problem(node.keys[key], "unknown-key", what, "delete it: this follows from the paper"))
    if problems:
        raise Refused(problems)
    rest = {key: value for key, value in keys.items() if key != "document"}
    named = replace(node, value=rest)
    below = Torn(named, document, keys["document"].place, place, "\n".join(lines[end + 1 :]), first_line + end + 1)
    return "\n".join(lines[:at]), below


def _find(lines: list[str]) -> tuple[int, int] | None:
    """The line of the first tearline that is not shown in other code, and how many sections are open there."""
    code, depth = "", 0
    for index, line in enumerate(lines):
        if code:
            code = "" if line.rstrip() == code else code
            continue
        opening = _CODE.match(line) if line[:1] in ("`", "~") else None
        if opening and opening.group(2) == TEARLINE:
            return index, depth
        if opening:
            code = opening.group(1)
        section = _FENCE.match(line)
        if section:
            depth = depth + 1 if section.group(1) else max(depth - 1, 0)
    return None


def front_of_released(torn: Torn, paper: FrontMatter, lang: str) -> Node:
    """What stands at the tearline, completed to front matter by what it shares with the paper."""
    given = torn.node.value if isinstance(torn.node.value, dict) else {}
    shared = {"original": Node(torn.place, paper.original or lang)}
    if paper.is_original:
        shared["date"] = Node(torn.place, paper.date.isoformat())
    values = {**{key: value for key, value in shared.items() if key not in given}, **given}
    return Node(torn.place, values, keys={**dict.fromkeys(shared, torn.place), **torn.node.keys})


def refuse_terms(paper: FrontMatter, released: FrontMatter, place: Place, policy: Policy) -> list[Problem]:
    """Why this part may not be released on these terms: it would be for fewer readers than its paper, or be there when
    the paper is not, and nobody could check what it quotes.
    """
    problems: list[Problem] = []
    widest = paper.review.after if paper.review is not None else paper.audience
    for audience in dict.fromkeys((paper.audience, widest)):
        if not readers(policy, audience) <= readers(policy, released.audience):
            what = f"what stands below the tearline is for {released.audience}, and not for all readers of the paper"
            fix = f"name an audience that includes {audience}; what is for fewer readers stands in ::: sections"
            problems.append(Problem(place, "tearline-narrower", what, fix))
            break
    if paper.embargo is not None and (released.embargo is None or released.embargo < paper.embargo):
        what = "the paper is under embargo, and what stands below the tearline would be out before it"
        fix = f"write “embargo: {_moment(paper.embargo)}” or later into the tearline"
        problems.append(Problem(place, "tearline-terms", what, fix))
    if paper.expires is not None and (released.expires is None or released.expires > paper.expires):
        what = "the paper expires, and what stands below the tearline would outlive it"
        fix = f"write “expires: {paper.expires.isoformat()}” or an earlier day into the tearline"
        problems.append(Problem(place, "tearline-terms", what, fix))
    return problems


def _moment(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%MZ")
