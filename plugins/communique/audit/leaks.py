"""Finds words of sealed text in the finished site, wherever they stand and however they are disguised.

Five words in a row are enough to know a text by. A shorter sealed span, heading, cell or item is looked for
whole, and so is a name. What also stands in a public source is no leak. Messages never quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from communique.audit.disguises import NotRead, readings
from communique.audit.known import Known, PublicText, SealedText
from communique.audit.labels import LABEL, secret_labels
from communique.audit.names import proper_names
from communique.audit.tree import Tree
from communique.audit.words import with_joined_words, without_markdown, without_tags, words
from communique.problems import Problem

RUN = 5
_SHORT_SPAN_LETTERS = 5

Shingle = tuple[str, str, str, str, str]

_BLOCK = re.compile(
    r"</?(?:p|li|ul|ol|dl|dt|dd|td|th|tr|table|thead|tbody|caption|h[1-6]|div|section|blockquote|pre|figure|figcaption|br|hr)\b[^>]*>",
    re.IGNORECASE,
)
_SPOKEN_ATTRIBUTE = re.compile(
    r"""\s(?:title|alt|aria-label|summary|content)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE
)
_OUTWARD_LINK = re.compile(r"""\shref\s*=\s*"((?:https?|mailto|tel):[^"]*)\"""", re.IGNORECASE)
_CELL = re.compile(r"[|\n]")


@dataclass(frozen=True)
class _Origin:
    """Where sealed words come from: the part, and the ordinal of the first of them in it."""

    sealed: SealedText
    ordinal: int
    is_name: bool = False


@dataclass(frozen=True)
class Secrets:
    """What must not be found: runs of five words, and shorter spans whole."""

    runs: Mapping[Shingle, _Origin] = field(repr=False)
    # By the longest word of each.
    spans: Mapping[str, list[tuple[tuple[str, ...], _Origin]]] = field(repr=False)


def secrets_of(sealed: Iterable[SealedText], public: Iterable[PublicText]) -> Secrets:
    """Everything sealed that stands in no public source."""
    runs: dict[Shingle, _Origin] = {}
    spans: dict[tuple[str, ...], _Origin] = {}
    for text in sealed:
        for stream in _streams(text.markdown, text.html):
            for ordinal, run in enumerate(_runs(stream), 1):
                runs.setdefault(run, _Origin(text, ordinal))
        for span, ordinal in _short_spans(text):
            spans.setdefault(span, _Origin(text, ordinal))
        for name, ordinal in proper_names(text):
            span = tuple(words(name))
            if _is_telling(span):
                spans.setdefault(span, _Origin(text, ordinal, is_name=True))
    by_word: dict[str, list[tuple[tuple[str, ...], _Origin]]] = {}
    for span, origin in spans.items():
        by_word.setdefault(max(span, key=len), []).append((span, origin))
    secrets = Secrets(runs, by_word)
    for known in public:
        if not known.excuses:
            continue
        for stream in _streams(known.text, known.html):
            for run in _runs(stream):
                runs.pop(run, None)
            for span, _ in list(_spans_in(stream, secrets)):
                word = max(span, key=len)
                by_word[word] = [one for one in by_word[word] if one[0] != span]
    return secrets


def all_secrets(known: Known) -> Secrets:
    """What must be in no public file: sealed text, and what audiences are called that the site does not tell."""
    return secrets_of((*known.sealed, *secret_labels(known)), known.public)


def standing_in(text: SealedText, secrets: Secrets) -> tuple[frozenset[Shingle], frozenset[tuple[str, ...]]]:
    """The runs and spans of `secrets` that stand in `text`."""
    runs: set[Shingle] = set()
    spans: set[tuple[str, ...]] = set()
    for stream in _streams(text.markdown, text.html):
        runs |= secrets.runs.keys() & set(_runs(stream))
        spans |= {span for span, _ in _spans_in(stream, secrets)}
    return frozenset(runs), frozenset(spans)


def _runs(stream: list[str]) -> Iterator[Shingle]:
    return zip(stream, stream[1:], stream[2:], stream[3:], stream[4:], strict=False)


def _streams(markdown: str, html: str) -> Iterator[list[str]]:
    """One text in every form in which somebody might copy it: as written, as plain words, as rendered."""
    plain, raw = words(without_markdown(markdown)), words(markdown)
    yield plain
    if raw != plain:
        yield raw
    if html:
        yield words(without_tags(html))
        joined = with_joined_words(html)
        if joined is not None:
            yield words(joined)
        for one, two in _SPOKEN_ATTRIBUTE.findall(html):
            yield words(without_tags(one or two))
        for address in _OUTWARD_LINK.findall(html):
            yield words(without_tags(address))


def _short_spans(text: SealedText) -> Iterator[tuple[tuple[str, ...], int]]:
    """Blocks of fewer than five words, each with the ordinal of its first word in the part."""
    pieces = _BLOCK.split(text.html) if text.html else _CELL.split(text.markdown)
    ordinal = 1
    for piece in pieces:
        span = tuple(words(without_tags(piece) if text.html else without_markdown(piece)))
        if _is_telling(span):
            yield span, ordinal
        ordinal += len(span)


def _is_telling(span: tuple[str, ...]) -> bool:
    return 0 < len(span) < RUN and sum(map(len, span)) >= _SHORT_SPAN_LETTERS


def leaks(tree: Tree, known: Known) -> list[Problem]:
    """Every file in which sealed words stand, once for each sealed part they come from."""
    secrets = all_secrets(known)
    problems: list[Problem] = []
    for path, content in tree.files.items():
        if known.fixed.get(path) == content or path in known.attachments:
            continue
        problems += leaks_in_file(tree, path, content, secrets, known.shown(path, content))
    return problems


def leaks_in_file(tree: Tree, path: str, content: bytes, secrets: Secrets, shown: str | None = "") -> list[Problem]:
    """`shown` is what a program for such files lets a reader see of it; None where it could not tell."""
    place = tree.place(path)
    # By part, not by word: an editor looks into the file once.
    found: dict[tuple[str, str, str], Problem] = {}

    def note(how: str, text: str) -> None:
        for origin, length in found_in(words(text), secrets):
            part = (origin.sealed.doc, origin.sealed.lang, origin.sealed.part)
            # Five words tell more than a name does.
            if part not in found or (length == RUN and found[part].code != "sealed-run"):
                found[part] = _problem(tree, path, how, origin, length)

    try:
        for reading in readings("", path.encode("utf-8", "surrogateescape")):
            note("in the file's name", reading.text)
        for reading in readings(path, content):
            note(reading.how, reading.text)
        note("on its pages", shown or "")
        why = "" if shown is not None else "no program here shows what is on its pages"
    except NotRead as error:
        why = str(error)
    if not why:
        return list(found.values())
    what = f"this file cannot be searched for sealed text: {why}"
    fix = "publish the text in a form that can be read, or leave the file out"
    return [*found.values(), Problem(place, "not-read", what, fix)]


def found_in(stream: list[str], secrets: Secrets) -> Iterator[tuple[_Origin, int]]:
    """Where sealed words stand in a stream of words, and how many in a row."""
    # The tests which cost nothing come first: almost every file holds nothing, and there are many.
    if not secrets.runs.keys().isdisjoint(_runs(stream)):
        for run in _runs(stream):
            if run in secrets.runs:
                yield secrets.runs[run], RUN
    for span, origin in _spans_in(stream, secrets):
        yield origin, len(span)


def _spans_in(stream: list[str], secrets: Secrets) -> Iterator[tuple[tuple[str, ...], _Origin]]:
    """The short texts in a stream of words; each is looked for only where its longest word stands."""
    # By length, made when first asked for: looking a span up costs the same however many spans there are.
    standing: dict[int, set[tuple[str, ...]]] = {}
    for word in secrets.spans.keys() & set(stream):
        for span, origin in secrets.spans[word]:
            length = len(span)
            if length not in standing:
                standing[length] = set(zip(*(stream[start:] for start in range(length)), strict=False))
            if span in standing[length]:
                yield span, origin


#: What the parts of a document that is sealed as a whole are called, where others are sections.
_WHOLE = {"text": "the text", "facts": "the title, symbol, summary or folder"}
_AT = {"text": "text", "facts": "facts"}


def _problem(tree: Tree, path: str, how: str, origin: _Origin, length: int) -> Problem:
    sealed = origin.sealed
    if sealed.part == LABEL:
        name = sealed.audience[0]
        what = f"what {name} is called, which the site does not tell, stands here {how}"
        fix = f"it is the label at {sealed.source}: find what wrote it here, or do not mark it opaque in the register"
        return Problem(tree.place(path), "sealed-label", what, fix)
    part = _WHOLE.get(sealed.part, f"section {sealed.part}")
    whose = f"{part} of {sealed.doc} ({sealed.lang}), sealed for {', '.join(sealed.audience)}"
    if length == RUN:
        code, what = "sealed-run", f"five words in a row of {whose}, stand here {how}"
    elif origin.is_name:
        code, what = "sealed-name", f"a name that stands only in {whose}, stands here {how}"
    else:
        code, what = "sealed-span", f"a whole short text of {whose}, stands here {how}"
    return Problem(
        tree.place(path),
        code,
        what,
        f"they are word {origin.ordinal} and following of the {_AT.get(sealed.part, 'section')} at {sealed.source}: "
        "find what copied them, or write them in public text too if anybody may read them",
    )
