"""What an editor meant to seal and did not: spellings close to `::: oeg`, `[words]{oeg}` and `| cell |
{oeg}`.

Every one of them would be public text if nobody looked. They are judged on a line as its reader sees it:
character references resolved, invisible characters gone, look-alikes of the colon made colons.
"""

from __future__ import annotations

import functools
import html
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from communique.policy import AREA_PREFIX, GROUP_PREFIX, Policy
from communique.problems import nearest

# Characters that look like one, two, three or four colons and are none to Unicode's compatibility folding.
_COLONS = str.maketrans(
    dict.fromkeys("∶꞉ːˑ˸։׃܃܄፡⦂ꓽ᛬᠄⁏", ":") | dict.fromkeys("∷⁚⸬", "::") | {"⁝": ":::", "⁞": "::::", "⩴": "::="}
)
#: Quotation, list and number marks before a line's own words.
_PREFIXES = re.compile(r"(?:\s|>|[-*+](?=\s)|\d{1,9}[.)](?=\s))*")
_OTHER_FENCE = re.compile(r"(/{2,}|%{2,}|!{2,}|\+{2,}|\?{3}|={3,})\s*(\S.*)?\Z")
_COLONS_INSIDE = re.compile(r":(?:\s*:){2,}")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BRACE_BEHIND_WORDS = re.compile(r"\]\s*\{")
#: Marks that stand around a tier's name in good prose: quoted, emphasised, in parentheses, a heading, a
#: table's cell.
_HARMLESS = frozenset("*_`\"'“”‘’«»‹›„‚(#|>-+")


class NearMiss(NamedTuple):
    """What is wrong in a line and what to do. `column` counts from 1."""

    column: int
    code: str
    what: str
    next: str


def folded(line: str) -> str:
    """The line as a reader sees it."""
    if line.isascii() and "&" not in line:
        return line
    text = unicodedata.normalize("NFKC", html.unescape(line)).translate(_COLONS)
    return "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Cc", "Mn", "Me", "Zl", "Zp"))


def fence_like(line: str, policy: Policy) -> NearMiss | None:
    """Why this line, which is no fence, must not be text: it begins like one."""
    text = folded(line)
    prefix = _PREFIXES.match(text)
    bare = text[prefix.end() :].rstrip() if prefix else text
    column = len(text) - len(text[prefix.end() :]) + 1 if prefix else 1
    other = _OTHER_FENCE.match(bare)
    if other:
        first = (other.group(2) or "").split(",")[0].strip()
        compartment = first.startswith((AREA_PREFIX, GROUP_PREFIX))
        guess = first if compartment else nearest(first, policy.tiers) if first else None
        if guess:
            what = f"“{other.group(1)} {guess}” does not open a section"
            return NearMiss(column, "near-fence", what, f"write “::: {guess}”")
    if bare.startswith("::"):
        meant = nearest(bare.strip(": {}[]."), policy.audience_names)
        spelling = f"“::: {meant}”" if meant else "“::: audience” or “:::” alone"
        what = "this looks like a section's fence and is not one"
        return NearMiss(column, "near-fence", what, f"write {spelling}, three colons, at the beginning of the line")
    if bare.startswith(":"):
        what = "a line that begins with a colon is not understood"
        return NearMiss(column, "near-fence", what, "write “::: audience” for a section")
    return None


def near_misses(line: str, policy: Policy) -> Iterator[NearMiss]:
    """What stands in this line of text, its code blanked, as if it sealed something."""
    for found in _REFERENCE.finditer(line) if "&" in line else ():
        if unicodedata.normalize("NFKC", html.unescape(found.group(0))) in ("{", "}", "[", "]", ":"):
            what = "a bracket, brace or colon is written as a character reference"
            yield NearMiss(found.start() + 1, "stray-brace", what, "write the sign itself, with a \\ before it")
    text = folded(line)
    exact = len(text) == len(line)
    known = _known(policy.audience_names)
    found_colons = _COLONS_INSIDE.search(text) or known.colons.search(text)
    if found_colons:
        what = "colons of a section's fence stand inside a line"
        fix = "begin a line of its own with “::: audience”; seal words with [the words]{audience}"
        yield NearMiss(found_colons.start() + 1 if exact else 1, "near-fence", what, fix)
    for found in known.bracketed.finditer(text):
        # `[words](oeg)` is a link, and its address is refused as one.
        is_link = found.group(0).startswith("](")
        if unicodedata.category(found.group(1)) in ("Ps", "Pi", "Sm") and not is_link:
            what = "an audience in other signs than braces seals nothing"
            yield NearMiss(found.start() + 1 if exact else 1, "near-span", what, "write [the words]{audience}")
    alone = known.alone.match(text)
    if alone and not set(alone.group(1)) <= _HARMLESS:
        what = "an audience stands alone in its line and seals nothing"
        yield NearMiss(1, "near-fence", what, "write “::: audience” for a section; for text, write a sentence")


def seals_in_code(code: str, policy: Policy) -> bool:
    """Whether this inline code swallowed what would seal: a stray backtick pairs with the next one, far
    away.
    """
    text = folded(code)
    return bool(_BRACE_BEHIND_WORDS.search(text) or _known(policy.audience_names).braced.search(text))


class _Known(NamedTuple):
    colons: re.Pattern[str]
    bracketed: re.Pattern[str]
    alone: re.Pattern[str]
    braced: re.Pattern[str]


@functools.cache
def _known(names: tuple[str, ...]) -> _Known:
    one = "(?:" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + r")(?![\w:])"
    names_list = rf"{one}(?:\s*,\s*{one})*"
    return _Known(
        re.compile(rf":\s*:\s*{one}", re.IGNORECASE),
        re.compile(rf"\]\s*([^\w\s{{])\s*{names_list}\s*[^\w\s]", re.IGNORECASE),
        re.compile(rf"(?:\s|>|[-*+](?=\s)|\d{{1,9}}[.)](?=\s))*([^\w\s]+)\s*{names_list}\W*\Z", re.IGNORECASE),
        re.compile(rf"\{{\s*{names_list}\s*\}}", re.IGNORECASE),
    )
