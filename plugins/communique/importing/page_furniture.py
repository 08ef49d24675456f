"""What a transmission and a printer add to a text: page lines, banners, section marks, and what they repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass

from communique.importing.paper import Doubt, TakenOut
from communique.importing.paragraphs import is_rule
from communique.problems import Place

_MARKING = (
    r"(?:UNCLAS(?:SIFIED)?|CONFIDENTIAL|SECRET|RESTRICTED|SENSITIVE|SBU|LIMITED OFFICIAL USE|"
    r"FOR OFFICIAL USE ONLY|FOUO|OFFICIAL|NON CLASSIFIÉ|DIFFUSION RESTREINTE|NO CLASIFICADO|"
    r"RESERVADO|CONFIDENCIAL|CONFIDENTIEL)"
)
_BANNER = re.compile(
    rf"[-*\s]*{_MARKING}(?:(?:\s*//?\s*|\s+BUT\s+|\s+){_MARKING}|\s*//?\s*[A-Z]{{2,12}}){{0,4}}[-*\s]*\Z"
)
_PAGE = re.compile(
    rf"\s*(?:{_MARKING}[A-Z/ ]{{0,40}}?\s+)?(?:[Pp]age|PAGE|P[áÁ]GINA|P[áa]gina)\s+(?P<page>\d{{1,3}})"
    r"(?:\s+[A-Z]{2,20}(?:\s[A-Z]{2,20})?\s+\d{2,8})?"
    r"(?:\s*(?:OF|of|DE|de|SUR|sur|/)\s*(?P<pages>\d{1,3}))?"
    rf"(?:\s+[A-Z]{{2,20}}\s+\d{{2,8}})?(?:\s+{_MARKING}[A-Z/ ]{{0,40}})?\s*\Z"
)
_DASHED_PAGE = re.compile(r"\s*[-–—]\s*(?P<page>\d{1,3})\s*[-–—]\s*\Z")
_PART = re.compile(
    rf"\s*(?:{_MARKING}[A-Z/ ]{{0,40}}?\s+)?(?:SECTION|PARTIE|PARTE|PART|Part)\s+(?P<part>\d{{1,2}})\s+"
    r"(?:OF|of|DE|SUR)\s+(?P<parts>\d{1,2})(?:\s+[A-Z]{2,20}){0,3}(?:\s+\d{2,8})?\s*\Z"
)
_TRAILER = re.compile(r"\s*(?:NNNN|BT|#\d{3,6}|END OF (?:MESSAGE|CABLE)|FIN DEL MENSAJE|FIN DU MESSAGE)\s*\Z")
#: So many words must be the same before a page is taken for the copy of another.
_SAME_PAGE = 25
_LONGEST = 300


@dataclass(frozen=True)
class Marked:
    """What each line is: by its number, the kind of furniture. `pages` and `parts` are what such lines say."""

    kinds: dict[int, str]
    taken_out: tuple[TakenOut, ...]
    doubts: tuple[Doubt, ...]
    #: Where a part begins: line to number of the part.
    parts: dict[int, int]
    parts_of: int


def find_furniture(file: str, lines: tuple[str, ...], first_line: int) -> Marked:
    kinds: dict[int, str] = {}
    doubts: list[Doubt] = []
    parts: dict[int, int] = {}
    parts_of = 1
    pages: list[tuple[int, int, int]] = []
    banners: dict[str, list[int]] = {}
    for number, line in enumerate(lines, first_line):
        # A page's line is short; patterns would look at a long one for long.
        short = line if len(line) < _LONGEST else ""
        page = _PAGE.match(short) or _DASHED_PAGE.match(short)
        part = _PART.match(short)
        if line == "\x0c":
            kinds[number] = "page"
        elif part and 1 <= int(part.group("part")) <= int(part.group("parts")):
            kinds[number] = "part"
            parts[number] = int(part.group("part"))
            parts_of = max(parts_of, int(part.group("parts")))
        elif page:
            kinds[number] = "page"
            pages.append((number, int(page.group("page")), int(page.groupdict().get("pages") or 0)))
        elif short.strip() and _BANNER.match(short):
            kinds[number] = "banner"
            banners.setdefault(" ".join(line.split()), []).append(number)
        elif is_rule(line):
            kinds[number] = "rule"
    for number in range(first_line + len(lines) - 1, first_line - 1, -1):
        if lines[number - first_line].strip() and number not in kinds:
            if not _TRAILER.match(lines[number - first_line]):
                break
            kinds[number] = "trailer"
    for shown, where in banners.items():
        at = ", ".join(map(str, where[:12])) + (" …" if len(where) > 12 else "")
        what = f"“{shown}” is a line of classification (lines {at})"
        fix = "it says nothing of who may read here: decide that by the audience of the draft and of its sections"
        doubts.append(Doubt(Place(file, where[0]), "classification", what, fix))
    _repeated(lines, first_line, kinds)
    doubts += _running_heads(file, lines, first_line, kinds)
    doubts += _page_doubts(file, pages)
    doubts += _copies(file, lines, first_line, kinds)
    why = {
        "page": "a page's line",
        "part": "a mark of a section",
        "banner": "a line of classification",
        "trailer": "the end of a transmission",
        "repeated": "repeated at the head of a page",
        "copy": "a page that is here twice",
    }
    taken = [
        TakenOut(number, 0, len(lines[number - first_line]), lines[number - first_line], why[kind])
        for number, kind in sorted(kinds.items())
        if kind in why
    ]
    return Marked(kinds, tuple(taken), tuple(doubts), parts, parts_of)


def _page_doubts(file: str, pages: list[tuple[int, int, int]]) -> list[Doubt]:
    doubts: list[Doubt] = []
    last = 0
    for line, page, _ in pages:
        if last and page > last + 1:
            gone = str(last + 1) if page == last + 2 else f"{last + 1} to {page - 1}"
            what = f"page {page} follows page {last}: page {gone} is missing"
            doubts.append(Doubt(Place(file, line), "missing-page", what, "find it, and import the paper again"))
        elif last and page <= last:
            what = f"page {page} follows page {last}"
            doubts.append(Doubt(Place(file, line), "page-order", what, "compare the order of the text with the paper"))
        last = page
    of = max((total for _, _, total in pages), default=0)
    if of and last and last < of:
        what = f"the last page here is {last} of {of}"
        doubts.append(Doubt(Place(file, pages[-1][0]), "missing-page", what, "find the rest, and import again"))
    return doubts


def _near(number: int, kinds: dict[int, str], lines: tuple[str, ...], first_line: int) -> list[int]:
    """The lines with words behind a page's or section's line, up to three of them, before the first gap."""
    found: list[int] = []
    for after in range(number + 1, min(number + 6, first_line + len(lines))):
        if not lines[after - first_line].strip() or after in kinds:
            if found:
                break
            continue
        found.append(after)
        if len(found) == 3:
            break
    return found


def _repeated(lines: tuple[str, ...], first_line: int, kinds: dict[int, str]) -> None:
    """Lines that stand at the head of pages again and again: the first of them is the text's, the rest the page's."""
    breaks = [number for number, kind in kinds.items() if kind in ("page", "part")]
    heads: dict[str, list[int]] = {}
    for number in sorted(breaks):
        for after in _near(number, kinds, lines, first_line):
            heads.setdefault(" ".join(lines[after - first_line].split()), []).append(after)
    everywhere: dict[str, int] = {}
    for number, line in enumerate(lines[:40], first_line):
        if number not in kinds:
            everywhere.setdefault(" ".join(line.split()), number)
    for shown, where in heads.items():
        first = everywhere.get(shown, where[0])
        # A short line may be a heading that the text itself has twice.
        if len(shown) > 12 and (first not in where or len(where) > 2) and not re.match(r"[(¶]?\d", shown):
            for number in where:
                if number > first:
                    kinds[number] = "repeated"


def _running_heads(file: str, lines: tuple[str, ...], first_line: int, kinds: dict[int, str]) -> list[Doubt]:
    """Lines that stand directly above the lines of two pages or more, and are no sentence."""
    above: dict[str, list[int]] = {}
    for number in [number for number, kind in kinds.items() if kind == "page"]:
        line = lines[number - 1 - first_line] if number > first_line else ""
        if (
            line.strip()
            and number - 1 not in kinds
            and len(line) < 70
            and not line.rstrip().endswith((".", ":", ";", ","))
        ):
            above.setdefault(" ".join(line.split()), []).append(number - 1)
    doubts: list[Doubt] = []
    for shown, where in above.items():
        if len(where) > 1:
            kinds.update(dict.fromkeys(where, "repeated"))
            what = f"“{shown}” stands above {len(where)} lines of pages, and was taken out as their head"
            doubts.append(Doubt(Place(file, where[0]), "running-head", what, "put it back where it is text"))
    return doubts


def _copies(file: str, lines: tuple[str, ...], first_line: int, kinds: dict[int, str]) -> list[Doubt]:
    """Pages whose words are those of an earlier page; the copy is taken out."""
    doubts: list[Doubt] = []
    pages: list[list[int]] = [[]]
    for number in range(first_line, first_line + len(lines)):
        if kinds.get(number) in ("page", "part"):
            pages.append([])
        elif lines[number - first_line].strip() and number not in kinds:
            pages[-1].append(number)
    seen: dict[tuple[str, ...], list[int]] = {}
    for page in pages:
        words = tuple(word for number in page for word in lines[number - first_line].split())
        if len(words) < _SAME_PAGE:
            continue
        if words in seen:
            before = seen[words]
            what = f"lines {page[0]} to {page[-1]} have the same words as lines {before[0]} to {before[-1]}"
            fix = "the page that is here twice stands in the draft once; look whether another is missing"
            doubts.append(Doubt(Place(file, page[0]), "page-twice", what, fix))
            kinds.update(dict.fromkeys(page, "copy"))
        else:
            seen[words] = page
    return doubts
