"""One language file: read, and cut into its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from communique.documents.cutting import parse_source
from communique.documents.document import Released, Text
from communique.documents.kinds import FrontMatter, read_front_matter, split_front_matter
from communique.documents.listing import (
    read_text,
)
from communique.documents.source import Source
from communique.documents.tearlines import Torn, front_of_released, refuse_terms, tear
from communique.policy import Policy
from communique.problems import Place, Problem, Refused
from communique.site import Site


def read_document_text(content: Path, path: Path, lang: str, site: Site, policy: Policy) -> Text:
    """Read and cut one language file.

    Raises:
        Refused: everything wrong with it.
    """
    shown = content.name + "/" + path.relative_to(content).as_posix()
    return cut_text(read_text(path, shown), shown, lang, site, policy)


def cut_text(raw: str, shown: str, lang: str, site: Site, policy: Policy) -> Text:
    """Cut what stands in one language file.

    Raises:
        Refused: everything wrong with it.
    """
    node, body, line = split_front_matter(raw, shown)
    problems: list[Problem] = []
    front: FrontMatter | None = None
    source: Source | None = None
    torn: Torn | None = None
    released: Released | None = None
    try:
        front = read_front_matter(node, shown, lang, site.languages, policy)
    except Refused as refused:
        problems.extend(refused.problems)
    try:
        # Where a tearline is not understood, it is not known which text is whose.
        body, torn = tear(body, shown, line)
        audience = front.audience if front else policy.parse_audience("public", Place(shown))
        source = parse_source(body, shown, policy, audience, first_line=line)
    except Refused as refused:
        problems.extend(refused.problems)
    if torn is not None and front is not None:
        try:
            released = _read_released(torn, front, shown, lang, site, policy)
        except Refused as refused:
            problems.extend(refused.problems)
    if front is None or source is None or problems:
        raise Refused(problems)
    return Text(shown, lang, front, source, raw, released)


def _read_released(torn: Torn, paper: FrontMatter, file: str, lang: str, site: Site, policy: Policy) -> Released:
    """What stands below a tearline, read as a file of its own.

    Raises:
        Refused: everything wrong with it, or with the terms on which it would be released.
    """
    problems: list[Problem] = []
    front: FrontMatter | None = None
    source: Source | None = None
    try:
        front = read_front_matter(front_of_released(torn, paper, lang), file, lang, site.languages, policy)
        problems += refuse_terms(paper, front, torn.place, policy)
    except Refused as refused:
        problems.extend(refused.problems)
    try:
        audience = front.audience if front else policy.parse_audience("public", torn.place)
        source = parse_source(torn.body, file, policy, audience, first_line=torn.first_line)
    except Refused as refused:
        problems.extend(refused.problems)
    for reference in source.files if source else ():
        what = "what stands below a tearline has no files"
        problems.append(Problem(reference.place, "tearline-file", what, "leave the file to the paper"))
    if front is None or source is None or problems:
        top = Place(file, 1, 1)
        raise Refused(replace(one, place=torn.place) if one.place == top else one for one in problems)
    return Released(torn.document, torn.document_place, Text(file, lang, front, source, torn.body))


def read_texts(
    content: Path, files: Sequence[tuple[str, str, Path]], site: Site, policy: Policy
) -> list[tuple[str, Text] | Refused]:
    """Each file's text, or why it is refused."""
    results: list[tuple[str, Text] | Refused] = []
    for ident, lang, path in files:
        try:
            results.append((ident, read_document_text(content, path, lang, site, policy)))
        except Refused as refused:
            results.append(refused)
    return results
