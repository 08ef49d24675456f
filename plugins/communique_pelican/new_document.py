"""`invoke new`: a document's language files, where there were none."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from communique.documents.issues import KIND as NEWSLETTER
from communique.documents.kinds import read_front_matter, split_front_matter
from communique.documents.listing import list_content, read_data, read_text
from communique.documents.outlines import FALLBACK, Wanted, languages_without_outline, new_files
from communique.documents.terms import moment_of
from communique.policy import Policy
from communique.problems import Place, Problem, Refused
from communique.site import Site

_GIVEN = "--fact"


def new_document(
    site_dir: Path, *, kind: str, document: str, original: str, facts: Sequence[str], console: Console
) -> int:
    """Write the new document's files into `content/`, and say what is left to do.

    Raises:
        Refused: something asked for is not known, or something lies there already. Then nothing is written.
    """
    content = site_dir / "content"
    site, policy, _ = read_data(content)
    given = _given(facts)
    before = _last_issue(content, site, policy) if kind == NEWSLETTER and not {"volume", "number"} & {*given} else None
    if before is not None:
        given |= {"volume": str(before.volume), "number": str(before.number + 1)}
    wanted = Wanted(kind, document, original or site.languages[0], given)
    files = new_files(wanted, site, policy)
    folder = content / document
    if folder.exists() or folder.is_symlink():
        what = "there is a document of this name already"
        fix = "choose another name; this verb never changes what is there"
        raise Refused([Problem(Place(f"{content.name}/{document}"), "document-exists", what, fix)])
    todo: list[str] = []
    for lang, text in files.items():
        shown = f"{content.name}/{document}/{lang}.md"
        node, _, _ = split_front_matter(text, shown)
        try:
            read_front_matter(node, shown, lang, site.languages, policy)
        except Refused as refused:
            wrong = [problem for problem in refused.problems if problem.code != "hint-left"]
            if wrong:
                raise Refused(wrong) from None
            todo += [f"{problem.place}: {problem.what.split(' ')[0]}" for problem in refused.problems]
    folder.mkdir(parents=True)
    for lang, text in files.items():
        # "x": a file that came to lie there meanwhile is not replaced.
        with (folder / f"{lang}.md").open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        console.print(f"{content.name}/{document}/{lang}.md", highlight=False, markup=False)
    left = [lang for lang in files if lang in languages_without_outline(site)]
    if left:
        console.print(f"headings and hints of {', '.join(left)} are those of {FALLBACK}", highlight=False)
    if before is not None:
        told = (
            f"it is volume {given['volume']}, number {given['number']}, since {before.document} is number"
            f" {before.number}; where a new volume begins, correct both"
        )
        console.print(told, highlight=False, markup=False, soft_wrap=True)
    if todo:
        console.print("\nthe build waits for:", highlight=False)
        for line in todo:
            console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
    console.print(
        "\nwrite what the hints ⟦…⟧ ask for; while “draft: true” stands there it is never released, and without it"
        " the build refuses every hint that is left",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    return 0


class _Issue(NamedTuple):
    date: datetime.date
    volume: int
    number: int
    document: str


def _last_issue(content: Path, site: Site, policy: Policy) -> _Issue | None:
    """The newsletter's last issue, by date; what is not understood is the build's to refuse."""
    found: list[_Issue] = []
    for ident, lang, path in list_content(content, site, []).texts:
        shown = f"{content.name}/{ident}/{lang}.md"
        try:
            node, _, _ = split_front_matter(read_text(path, shown), shown)
            front = read_front_matter(node, shown, lang, site.languages, policy)
        except Refused:
            continue
        volume, number = (front.facts.get(key) for key in ("volume", "number"))
        is_there = front.embargo is None or front.embargo <= moment_of(site.as_of)
        if front.kind == NEWSLETTER and is_there and isinstance(volume, int) and isinstance(number, int):
            found.append(_Issue(front.date, volume, number, ident))
    return max(found, default=None)


def _given(facts: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for fact in facts:
        key, equals, value = fact.partition("=")
        if not equals or not value.strip() or "\n" in fact:
            what = f"“{_GIVEN} {key.strip()}” says nothing"
            raise Refused(
                [
                    Problem(
                        Place("invoke new"), "bad-fact", what, f'write {_GIVEN} "event=oeg-miami-2009": key, =, value'
                    )
                ]
            )
        given[key.strip()] = value.strip()
    return given
