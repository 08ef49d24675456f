"""What the sources say is sealed, read a second time and much more simply than the build reads them.

The build's own parser is not used here on purpose: an audience it misunderstood would be misunderstood here as well.
"""

from __future__ import annotations

import base64
import datetime
import functools
import hmac
import html
import re
import struct
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import yaml

from communique.sealing.demo import open_demo
from communique.sealing.keystore import Keystore
from tests.browser.shipped import PROJECT

PUBLIC = "public"
RUN = 5

TEARLINE = "\n```tearline\n"
_DATA = re.compile(r"^```(?:action|case|lesson|item|variable|small-state)\n.*?^```$", re.MULTILINE | re.DOTALL)
_SAID = re.compile(r"^(?:what|reply|outcome|teaser): (.+)$", re.MULTILINE)
_DRAWN = re.compile(r"^```(calendar|deadlines|whats-new)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"::: *(.*)\Z")
_LAST_TOKEN = re.compile(r"(?<!\])\{([a-z:, -]+)\}\s*\Z")
_SPAN_END = re.compile(r"\]\{([a-z:, -]+)\}")
_MARKUP = re.compile(r"\]\([^)]*\)|\[\^[^\]]*\]:?|<https?:[^>]*>")
_OBJECT = re.compile(r"<script type=\"application/jose\+json\".*?</script>", re.DOTALL)


@dataclass(frozen=True)
class SealedText:
    """One sealed part: who may read it, and its words."""

    audience: frozenset[str]
    words: tuple[str, ...] = field(repr=False)

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        return runs(self.words)


@dataclass(frozen=True)
class Paper:
    """One document in one language, as a page shows it. `lang` is the language of its text. If it is sealed as a
    whole, its first sealed text is all that stands outside its sections, front matter included.
    """

    id: str
    lang: str
    sealed: tuple[SealedText, ...]
    public: tuple[str, ...] = field(repr=False)

    @cached_property
    def public_runs(self) -> frozenset[tuple[str, ...]]:
        return runs(self.public)


@dataclass(frozen=True)
class Policy:
    """Which tiers include which; areas include nothing."""

    includes: Mapping[str, tuple[str, ...]]

    def reads(self, grants: Iterable[str]) -> frozenset[str]:
        found: set[str] = set()
        for name in grants:
            found |= {name} | self.reads(self.includes.get(name, ()))
        return frozenset(found)


def read_policy(content: Path) -> Policy:
    tiers = yaml.safe_load((content / "data/tiers.yaml").read_text(encoding="utf-8"))["tiers"]
    return Policy({name: tuple(tier["includes"]) for name, tier in tiers.items()})


def read_languages(content: Path) -> list[str]:
    site = yaml.safe_load((content / "data/site.yaml").read_text(encoding="utf-8"))
    return [str(lang) for lang in site["languages"]]


def read_papers(content: Path) -> dict[str, Paper]:
    """Every document page the site must have, by its path: with the original where there is no translation."""
    papers: dict[str, Paper] = {}
    languages = read_languages(content)
    for folder in sorted({path.parent for path in content.glob("*/*/*.md")}):
        ident = folder.relative_to(content).as_posix()
        heads = {
            lang: text
            for lang in languages
            if (folder / f"{lang}.md").is_file()
            for text in [(folder / f"{lang}.md").read_text(encoding="utf-8")]
        }
        originals = {found.group(1) for text in heads.values() for found in re.finditer(r"(?m)^original: (\w+)$", text)}
        assert len(originals) == 1, f"{ident}: not one original"
        original = originals.pop()
        below = {lang: torn for lang, text in heads.items() if (torn := _below_the_tearline(text, original))}
        above = {lang: text.split(TEARLINE)[0] for lang, text in heads.items()}
        named = {name for name, _ in below.values()}
        released = {lang: text for lang, (_, text) in below.items()}
        for name, texts in [(ident, above), *((one, released) for one in named)]:
            for lang in languages:
                own = lang if lang in texts else original
                papers[f"{lang}/{address_of(name, texts[original])}/index.html"] = read_paper(name, own, texts[own])
            drawn = tuple(_drawn(texts[original], content))
            for path in [path for path, paper in papers.items() if paper.id == name] if drawn else ():
                papers[path] = replace(papers[path], sealed=papers[path].sealed + drawn)
    return papers


def _drawn(issue: str, content: Path) -> Iterator[SealedText]:
    """Whose the sections are that stand behind what an issue draws for everybody: one for each audience of which there
    is more. Their words stand sealed in their own places too, and are looked for there.
    """
    for word, fields in _DRAWN.findall(_DATA.sub("", issue)):
        day = _date(issue)
        given = {key: datetime.date.fromisoformat(value) for key, value in re.findall(r"(\w+): (\S+)", fields)}
        if word == "calendar":
            events = yaml.safe_load((content / "data/events.yaml").read_text(encoding="utf-8"))["events"]
            told = [str(one["audience"]) for one in events if _last_day(str(one.get("to", one["from"]))) >= str(day)]
        elif word == "deadlines":
            told = [audience for audience, due in _actions(content) if due >= day]
        else:
            found = [text for path in content.glob("*/*/*.md") if (text := path.read_text(encoding="utf-8"))]
            fronts = [text for text in found if re.search(r"(?m)^date: ", text)]
            told = [",".join(_audience_of(one)) for one in fronts if given["since"] < _date(one) <= day]
        for name in sorted({name for audience in told for name in _audience(audience)} - {PUBLIC}):
            yield SealedText(frozenset([name]), ())


def _date(text: str) -> datetime.date:
    stated = re.search(r"(?m)^date: (\S+)$", text)
    assert stated, "no date"
    return datetime.date.fromisoformat(stated.group(1))


def _last_day(date: str) -> str:
    """Of a month or a year something that no day of it comes after."""
    return date + "-99" * (2 - date.count("-"))


def _actions(content: Path) -> Iterator[tuple[str, datetime.date]]:
    """Each open action: for whom the text around it is, and the day on which it is due."""
    for path in content.glob("*/*/en.md"):
        around: list[str] = []
        for line in path.read_text(encoding="utf-8").split(TEARLINE)[0].split("\n"):
            fence = _FENCE.match(line)
            if line.startswith("audience: "):
                around = [line.removeprefix("audience: ")]
            elif fence and fence.group(1):
                around.append(fence.group(1))
            elif fence:
                around.pop()
            elif line.startswith("due: "):
                yield around[-1], datetime.date.fromisoformat(line[5:15])


def _below_the_tearline(text: str, original: str) -> tuple[str, str] | None:
    """What a file releases: the name of the document it becomes, and its text as a file of its own would have it."""
    if TEARLINE not in text:
        return None
    front, body = text.split(TEARLINE)[1].split("\n```\n", 1)
    name = re.search(r"(?m)^document: (\S+)$", front)
    assert name, "a tearline without a name"
    return name.group(1), f"---\n{front}\noriginal: {original}\n---\n{body}"


def address_of(ident: str, original: str) -> str:
    """Where a document's pages lie below a language's folder: one that is sealed as a whole does not tell its name."""
    return ident if PUBLIC in _audience_of(original) else f"x/{slug_of(ident)}"


def slug_of(ident: str) -> str:
    """HKDF with SHA-256 and an empty salt, as docs/cq1.md gives it, with nothing but the standard library."""
    site = demo_keystore().site.encode()
    info = b"cq1/doc|" + b"".join(struct.pack(">I", len(one)) + one for one in (site, ident.encode()))
    extracted = hmac.digest(bytes(32), demo_keystore().master, "sha256")
    return "d" + base64.b32encode(hmac.digest(extracted, info + b"\x01", "sha256")[:10]).decode().lower()


@functools.cache
def demo_keystore() -> Keystore:
    return open_demo(PROJECT / "keys/demo").keystore


def read_paper(ident: str, lang: str, text: str) -> Paper:
    """Cut a language file: one pass over its lines, with the open sections on a stack."""
    _, front, body = text.split("---\n", 2)
    # Of data a reader sees the words; names, codes and moments stand there in another form. Among labels a short line
    # has few runs of its own.
    body = _DATA.sub(lambda block: "\n\n".join(one for one in _SAID.findall(block.group(0)) if len(one) > 60), body)
    public: list[str] = [front]
    stack: list[list[str]] = [public]
    open_for: list[frozenset[str]] = []
    sealed: list[tuple[frozenset[str], list[str]]] = []
    in_code = False
    for paragraph in _paragraphs(body):
        for line in paragraph:
            if line.startswith("```"):
                in_code = not in_code
            fence = None if in_code else _FENCE.match(line)
            if fence and fence.group(1):
                open_for.append(_audience(fence.group(1)))
                stack.append([])
                sealed.append((open_for[-1], stack[-1]))
            elif fence:
                open_for.pop()
                stack.pop()
            elif in_code:
                stack[-1].append(line)
            else:
                stack[-1].append(_cut_line(line, sealed))
        stack[-1].append("\n")
    assert not open_for, f"{ident} {lang}: a section is not closed"
    if PUBLIC not in _audience_of(text):
        sealed.insert(0, (_audience_of(text), public))
        public = []
    return Paper(
        ident,
        lang,
        tuple(SealedText(audience, tuple(words_of_markdown("\n".join(lines)))) for audience, lines in sealed),
        tuple(words_of_markdown("\n".join(public))),
    )


def _paragraphs(body: str) -> Iterator[list[str]]:
    """Lines up to a blank one, those of one paragraph joined: a sealed span may run over the end of a line."""
    for chunk in body.split("\n\n"):
        lines = chunk.strip("\n").split("\n")
        joined: list[str] = []
        for line in lines:
            starts = re.match(r"\s*(?:[-*] |\d+\. |\||:::|```|>|#)", line)
            if joined and not starts and not joined[-1].startswith((":::", "```")):
                joined[-1] += " " + line.strip()
            else:
                joined.append(line)
        yield joined


def _cut_line(line: str, sealed: list[tuple[frozenset[str], list[str]]]) -> str:
    whole = _LAST_TOKEN.search(line)
    if whole:
        # The number before an item is the list's, which shows it in place of the item too.
        sealed.append((_audience(whole.group(1)), [re.sub(r"^\s*\d+\. ", "", line[: whole.start()])]))
        return " ¶ "
    while end := _SPAN_END.search(line):
        depth, start = 1, end.start()
        while depth:
            start -= 1
            depth += {"]": 1, "[": -1}.get(line[start], 0)
        sealed.append((_audience(end.group(1)), [line[start + 1 : end.start()]]))
        line = line[:start] + " ¶ " + line[end.end() :]
    return line


def _audience_of(text: str) -> frozenset[str]:
    """Whom a language file is for as a whole."""
    stated = re.search(r"(?m)^audience: (.+)$", text)
    assert stated, "no audience"
    return _audience(stated.group(1))


def _audience(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(","))


def words_of_markdown(text: str) -> list[str]:
    return words_of(_MARKUP.sub(" ", text))


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def words_of_page(page: str) -> list[str]:
    """Every word of a page's HTML, those in attributes too; sealed objects are no words."""
    return words_of(re.sub(r"[<>]", " ", html.unescape(_OBJECT.sub(" ", page))))


def words_shown(page: str) -> list[str]:
    """Every word between the tags; a mark-up inside a word does not cut it."""
    text = re.sub(r"</?(?:sup|em|strong|a|b|i)\b[^>]*>", "", _OBJECT.sub(" ", page))
    return words_of(html.unescape(re.sub(r"<[^>]*>", " ", text)))


def runs(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """Every five words in a row; a shorter text is one run."""
    if len(words) < RUN:
        return frozenset([tuple(words)] if words else [])
    return frozenset(zip(*(words[start:] for start in range(RUN)), strict=False))


def holds(page_words: list[str], run: tuple[str, ...]) -> bool:
    """Whether words stand in a row on a page; for the runs that are shorter than five words."""
    return f" {' '.join(run)} " in f" {' '.join(page_words)} "
