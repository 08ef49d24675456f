"""A site in which every kind of place holds a word of its own for each audience in each language.

The words mean nothing, so whoever finds one outside its audience has found a leak and not a coincidence.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import itertools
import os
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.site_building import PROJECT, SITES, Ran, run

LANGUAGES = ("en", "es", "fr")
#: Two tiers and an area: each can stand inside a section for partners.
AUDIENCES = ("oeg", "core", "state:nz")
#: All words begin so, in order that one search finds them in any coding.
MARK = "qzxvjk"

_LETTERS = "bdfghlmnprstw"
_VOWELS = "aeiou"

Word = Callable[[str], str]
Body = Callable[[str, Word], str]


@dataclass(frozen=True)
class Canary:
    """One word and who may read it."""

    word: str
    kind: str
    lang: str
    audience: str


@dataclass(frozen=True)
class CanarySite:
    """The site, built; what the build said is a place to look for words too."""

    folder: Path
    said: str = field(repr=False)
    canaries: Mapping[str, Canary] = field(repr=False)


def word_of(kind: str, lang: str, audience: str) -> str:
    digest = hashlib.sha256(f"{kind}/{lang}/{audience}".encode()).digest()
    pairs = zip(digest[::2], digest[1::2], strict=True)
    return MARK + "".join(_LETTERS[a % len(_LETTERS)] + _VOWELS[b % len(_VOWELS)] for a, b in list(pairs)[:5])


def section_text(audience: str, word: Word) -> str:
    """Every form of text that can stand in a section, and every way to seal something inside another section."""
    return f"""
::: {audience}
A paragraph with a {word("paragraph")} in it, *a {word("emphasis")}*, **a {word("strong")}**, ***a {word("both")}***
and on its second line {word("second-line")}, then `{word("inline-code")}` and {word("last-of-line")}\\
{word("after-break")} after a break. Escaped \\*{word("escaped")}\\*
and in "{word("quoted")}" and &lt;{word("entity")}&gt;.

## A heading {word("heading")}

### A smaller {word("smaller-heading")}

#### A smallest {word("smallest-heading")}

- an item {word("item")}
- another item
    - an inner {word("inner-item")}
        - an innermost {word("innermost-item")}

1. a counted {word("counted-item")}
2. another

- a loose item

    with a paragraph {word("item-paragraph")}

- and another

| a head {word("head-cell")} | Cargo |
| --- | --- |
| first | a {word("cell")} |
| a [{word("linked-cell")}](https://example.org/cell) | second |

> a quotation {word("quotation")}
>
> - with an item {word("quoted-item")}

```text
a {word("code-block")} in code
```

See [a {word("link-text")}](https://example.org/{word("link-address")}),
[a title](https://example.org/t "{word("link-title")}"),
<https://example.org/{word("autolink")}>, [a document {word("document-link")}](doc:notes/plain),
[a mail](mailto:{word("mail-address")}@example.org) and [by reference {word("reference-text")}][ref].

[ref]: https://example.org/{word("reference-address")}

A claim.[^1] The XYZ is a body.

[^1]: A note {word("footnote")}.

*[XYZ]: {word("abbreviation")}

Words with an accent: {word("accented")}é, and joined-{word("hyphenated")}-words.
:::

Between the sections.

::: partner
Partners read this and [a {word("span-in-section")}]{{{audience}}} here.

- an open item
- a {word("item-in-section")} {{{audience}}}

| Port | Cargo |
| --- | --- |
| a {word("row-in-section")} | load | {{{audience}}}
| other | load |

::: {audience}
A narrower {word("section-in-section")}.

- with an item {word("item-of-inner-section")}
:::

And after it.
:::
"""


def open_text(audience: str, word: Word) -> str:
    """Every way to seal a little inside public text."""
    return f"""
An open paragraph with [a {word("span")}]{{{audience}}}, [a **bold {word("bold-span")}**]{{{audience}}},
[a {word("span-over-lines")} that
goes on to {word("second-line-of-span")}]{{{audience}}}, [a `{word("code-span")}`]{{{audience}}} and
[a [{word("link-in-span")}](https://example.org/{word("address-in-span")})]{{{audience}}}.

## A heading with [a {word("span-in-heading")}]{{{audience}}}

- an open item with [a {word("span-in-item")}]{{{audience}}}
- a sealed {word("sealed-item")} {{{audience}}}
- an open item
    - an inner {word("sealed-inner-item")} {{{audience}}}
    - an inner open one

1. one
2. a counted {word("sealed-counted-item")} {{{audience}}}

> An open quotation with [a {word("span-in-quotation")}]{{{audience}}}

| Office | Hours |
| --- | --- |
| an open office | [from {word("span-in-cell")}]{{{audience}}} |
| office {word("contact-row")} | desk {word("contact-desk")} | {{{audience}}}
| south | all day |

| Date | Event | Place |
| --- | --- | --- |
| spring | exercise {word("calendar-row")} | [the {word("calendar-place")}](https://example.org/place) | {{{audience}}}
| summer | open | open |
"""


#: What stands above each number of the newsletter, in order of date.
_ISSUE = {
    audience: ["kind: newsletter", f"date: 2008-09-2{number}", "volume: 1", f"number: {number}"]
    for number, audience in enumerate(AUDIENCES, 1)
}


def document(audience: str, lang: str, body: Body, original: str = "en") -> str:
    head = ["---"]
    if lang == original:
        head += _ISSUE[audience] if body is issue_text else ["kind: guidance", "date: 2008-09-26"]
    head += ["audience: public", f"original: {original}", "summary: Where words are sealed.", "---"]
    text = body(audience, lambda kind: word_of(kind, lang, audience))
    return "\n".join([*head, "# Places", "", "An open beginning.", text, "The open end.", ""])


def fallback_text(audience: str, word: Word) -> str:
    return f"""
::: {audience}
Nobody has translated {word("fallback-section")}.

Here is [a paper {word("file-link")}](file:{word("file-name")}.txt).

![A picture {word("image-alternative")}](file:{word("image-name")}.png "Its caption {word("image-caption")}")
:::

Nor has anybody [this {word("fallback-span")}]{{{audience}}}.
"""


def issue_text(audience: str, word: Word) -> str:
    """What goes into files of its own as well: on paper for these readers, and as a text for all."""
    return f"""
## An open item

Nothing is sealed in it but [a {word("issue-span")}]{{{audience}}}.

::: {audience}
## A sealed item {word("issue-heading")}

A paragraph {word("issue-paragraph")} of it, with [a link {word("issue-link")}](https://example.org/issue).

- an item {word("issue-item")}

| Port | Cargo |
| --- | --- |
| first | a {word("issue-cell")} |

A claim.[^1]

[^1]: A note {word("issue-footnote")}.
:::
"""


def texts() -> Iterator[tuple[str, str, Body, str]]:
    """Folder, language, text and original of each document with words in it."""
    yield "issue", "en", issue_text, "en"
    for lang in LANGUAGES:
        for body in (section_text, open_text):
            yield body.__name__.replace("_", "-"), lang, body, "en"
        yield f"only-{lang}", lang, fallback_text, lang


def words() -> dict[str, Canary]:
    """Every word of the site and who may read it."""
    made: dict[str, Canary] = {}
    for audience, (_, lang, body, _) in itertools.product(AUDIENCES, texts()):
        body(audience, functools.partial(_noted, made, lang, audience))
    for audience, lang in itertools.product(AUDIENCES, LANGUAGES):
        whole_text(audience, functools.partial(_noted, made, lang, audience))
        # What a picture says beside its dots is taken out of it: nobody is to find that word.
        for kind in ("folder", "file-content"):
            _noted(made, lang, audience, kind)
    return made


def _noted(made: dict[str, Canary], lang: str, audience: str, kind: str) -> str:
    word = word_of(kind, lang, audience)
    assert word not in made, f"{kind}: two places would share a word"
    made[word] = Canary(word, kind, lang, audience)
    return word


def whole_text(audience: str, word: Word) -> str:
    """A document that is sealed as a whole: everything in it and about it."""
    return f"""---
kind: statement
symbol: PSI/{word("symbol")}
date: 2008-09-26
audience: {audience}
original: LANG
summary: A summary {word("summary")} of it.
by: A desk {word("fact")}
---
# A title {word("title")}

A first paragraph {word("whole-paragraph")} without a fence.

## A heading {word("whole-heading")}

- an item {word("whole-item")}

| Port | Cargo |
| --- | --- |
| first | a {word("whole-cell")} |

A claim.[^1]

[^1]: A note {word("whole-footnote")}.
"""


def files(lang: str, audience: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of the files beside a text. What is in them is a place as well."""
    word = functools.partial(word_of, lang=lang, audience=audience)
    yield f"{word('file-name')}.txt", f"A paper {word('file-content')} of one line.\n".encode()
    yield f"{word('image-name')}.png", _picture(word("image-remark"))


def _picture(word: str) -> bytes:
    """Eight grey dots, and a remark that no viewer shows."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 8, 1, 8, 0, 0, 0, 0)
    dots = zlib.compress(b"\0" + bytes(range(100, 180, 10)))
    remark = b"Comment\0" + word.encode()
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(name, data) for name, data in ((b"IHDR", head), (b"tEXt", remark), (b"IDAT", dots), (b"IEND", b""))
    )


def write_site(site: Path) -> None:
    """Write the site's sources to `site`."""
    shutil.copytree(SITES / "minimal/content/data", site / "content/data")
    # A site that knows its own address has feeds, a sitemap and cards for links: places more for a word to stand in.
    data = site / "content/data/site.yaml"
    told = data.read_text("utf-8").replace("home: null", "home: https://psi-portal.example/")
    data.write_text(told, encoding="utf-8")
    for lang in LANGUAGES:
        plain = site / "content/notes/plain" / f"{lang}.md"
        plain.parent.mkdir(parents=True, exist_ok=True)
        plain.write_text(document("", lang, lambda audience, word: "Nothing is sealed here."), encoding="utf-8")
    shutil.copy(SITES / "minimal/content/use-invoke-build.md", site / "content")
    for audience, (name, lang, body, original) in itertools.product(AUDIENCES, texts()):
        path = site / f"content/papers/{name}-{audience.replace(':', '-')}/{lang}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document(audience, lang, body, original), encoding="utf-8")
        if body is fallback_text:
            for file, content in files(lang, audience):
                (path.parent / file).write_bytes(content)
    for audience, lang in itertools.product(AUDIENCES, LANGUAGES):
        path = site / f"content/papers/{word_of('folder', lang, audience)}/{lang}.md"
        path.parent.mkdir()
        text = whole_text(audience, functools.partial(word_of, lang=lang, audience=audience))
        path.write_text(text.replace("original: LANG", f"original: {lang}"), encoding="utf-8")


@pytest.fixture(scope="session")
def canary_site(tmp_path_factory: pytest.TempPathFactory) -> CanarySite:
    """Built once in a test run, whichever process comes first; nothing changes it."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "canary-site"
    site, said = shared / "site", shared / "said.txt"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            shutil.rmtree(site, ignore_errors=True)
            write_site(site)
            ran = build(site)
            assert ran.status == 0, ran.said
            said.write_text(ran.said, encoding="utf-8")
    return CanarySite(site, said.read_text(encoding="utf-8"), words())


def build(site: Path) -> Ran:
    """As an editor builds, with everything a program may leave behind inside the site's own folder."""
    for name in ("home", "tmp"):
        (site / name).mkdir()
    # Only saves time: the members' slots, slow by design.
    cache = PROJECT / ".communique/cache"
    if cache.is_dir():
        shutil.copytree(cache, site / ".communique/cache")
    return run("build", site, env={"HOME": str(site / "home"), "TMPDIR": str(site / "tmp")})
