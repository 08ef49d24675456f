"""Finds what an unfinished step left behind: unfilled places, fences, braces, template code, link words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from communique.audit.known import Known
from communique.audit.pages import Page, Text, read_page
from communique.audit.tree import Tree
from communique.problems import Problem

_FENCE = re.compile(r"(?m)^[ \t]*:{3,}")
_BRACED_SPAN = re.compile(r"\]\{[^{}\n]{0,80}\}")
_TEMPLATE = re.compile(r"\{\{|\{%|%\}|\}\}")
_TEMPLATE_START = re.compile(r"\{\{|\{%")
_LINK_WORD = re.compile(
    r"(?:\{|%7B|\|)(?:filename|static|attach|category|tag|author|index|include)(?:\}|%7D|\|)", re.IGNORECASE
)
_TEMPLATED = (".xml", ".json", ".svg", ".txt", ".ics", ".vcf", ".webmanifest")


def markers(tree: Tree, known: Known) -> list[Problem]:
    """Leftovers in every file; what counts as one in text does not count inside code."""
    problems = markers_in_files(tree, known)
    for path, content in tree.files.items():
        if path.endswith(".html"):
            problems += markers_in_page(tree, read_page(path, content), known)
    return problems


def markers_in_files(tree: Tree, known: Known) -> list[Problem]:
    """Unfilled places anywhere, and every kind of leftover in files that are not pages."""
    tokens = re.compile(known.tokens.encode())
    problems: list[Problem] = []
    for path, content in tree.files.items():
        problems += (
            _problem(tree, path, content.count(b"\n", 0, found.start()) + 1, *_TOKEN)
            for found in tokens.finditer(content)
        )
        if tokens.search(path.encode("utf-8", "surrogateescape")):
            problems.append(_problem(tree, path, 0, *_TOKEN))
        if path.endswith(_TEMPLATED):
            text = Text(1, content.decode("utf-8", "replace"))
            problems += (_problem(tree, path, *found) for found in _in_text(text, known))
    return problems


_TOKEN = ("unfilled-place", "the place of a sealed section was not filled")
_ADVICE = {
    "unfilled-place": "this is an error in the build, not in your text: report it with the name of this file",
    "leftover-fence": "look at the fence in the source: blank lines around it, three colons at the margin",
    "leftover-braces": "look at the sealed words in the source: [words]{audience}, without line breaks",
    "leftover-template": "look at the template, or write the braces as code in the document",
    "leftover-link-word": "link to documents with doc:collection/name",
}


def markers_in_page(tree: Tree, page: Page, known: Known) -> list[Problem]:
    found: list[tuple[int, str, str]] = []
    for element in page.elements:
        if element.has("data-cq-place"):
            found.append(
                (
                    element.line,
                    "unfilled-place",
                    "the empty place of an inner section stands in a public page",
                )
            )
        for _, value in element.attributes:
            if _LINK_WORD.search(value):
                found.append((element.line, "leftover-link-word", "a link word of Pelican's was not replaced"))
            # Messages for the client are JSON objects in attributes; their braces may close together.
            if _TEMPLATE.search(value) and not (value.startswith("{") and not _TEMPLATE_START.search(value)):
                found.append((element.line, "leftover-template", "template code stands in an attribute"))
    for text in (*page.texts, *page.comments):
        if not text.verbatim:
            found += _in_text(text, known)
    return [_problem(tree, page.path, *one) for one in dict.fromkeys(found)]


def _in_text(text: Text, known: Known) -> Iterator[tuple[int, str, str]]:
    if ":::" in text.text:
        for fence in _FENCE.finditer(text.text):
            yield _line(text, fence), "leftover-fence", "a fence of a section stands in the text"
    if "{" in text.text:
        for braces in (_BRACED_SPAN, _names_in_braces(known)):
            for found in braces.finditer(text.text):
                yield (
                    _line(text, found),
                    "leftover-braces",
                    "the name of an audience stands in braces in the text",
                )
        for found in _TEMPLATE.finditer(text.text):
            yield _line(text, found), "leftover-template", "template code stands in the text"
    if "{" in text.text or "|" in text.text or "%7" in text.text:
        for found in _LINK_WORD.finditer(text.text):
            yield _line(text, found), "leftover-link-word", "a link word of Pelican's was not replaced"


def _names_in_braces(known: Known) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(known.audiences))) or r"(?!)"
    return re.compile(rf"\{{\s*(?:{names})(?:\s*,\s*(?:{names}))*\s*\}}")


def _line(text: Text, found: re.Match[str]) -> int:
    return text.line + text.text.count("\n", 0, found.start())


def _problem(tree: Tree, path: str, line: int, code: str, what: str) -> Problem:
    return Problem(tree.place(path, line), code, what, _ADVICE[code])
