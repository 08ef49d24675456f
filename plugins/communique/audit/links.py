"""Follows every link inside the site: to a file and an anchor that are there, and always relative."""

from __future__ import annotations

import functools
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from communique.audit.known import Known
from communique.audit.pages import Element, Page, read_page
from communique.audit.tree import Tree
from communique.problems import Problem, nearest

_ADDRESS_ATTRIBUTES = frozenset(
    "href src poster data action formaction cite background longdesc xlink:href manifest".split()  # noqa: SIM905
)
_OUTWARD = frozenset({"https", "mailto", "tel"})
# Absolute by nature: these tell machines where the site lives.
_ABOUT_THE_PAGE = frozenset({"canonical", "alternate", "author", "license", "prev", "next"})
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_CSS_ADDRESS = re.compile(rb"""url\(\s*["']?([^"')]*)""", re.IGNORECASE)
_CSS_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
# Shown for any address at any depth; what climbs too high from the root is right from further down.
_AT_ANY_DEPTH = frozenset({"404.html"})


@dataclass(frozen=True)
class PageLinks:
    """The anchors a page offers and the addresses it names; small enough to keep for every page."""

    path: str
    anchors: frozenset[str] = field(repr=False)
    twice: tuple[tuple[str, int], ...]
    addresses: tuple[tuple[str, int, bool, bool], ...] = field(repr=False)  # address, line, followed, about the page


def links(tree: Tree, known: Known) -> list[Problem]:  # noqa: ARG001  every check is called alike
    """Dead, absolute and forbidden links of all pages, and of style sheets."""
    pages = {path: links_of(read_page(path, content)) for path, content in tree.files.items() if path.endswith(".html")}
    return [*dead_links(tree, pages), *dead_links_of_style_sheets(tree)]


def links_of(page: Page) -> PageLinks:
    anchors: set[str] = set()
    twice: list[tuple[str, int]] = []
    addresses: list[tuple[str, int, bool, bool]] = []
    for element in page.elements:
        name = element.get("id")
        if name is not None:
            if name in anchors:
                twice.append((name, element.line))
            anchors.add(name)
        if element.name == "a" and element.has("name"):
            anchors.add(element.get("name") or "")
        addresses += (
            (address, element.line, element.name in {"a", "area"}, _about_the_page(element))
            for address in _addresses(element)
        )
    return PageLinks(page.path, frozenset(anchors), tuple(twice), tuple(addresses))


def _addresses(element: Element) -> Iterator[str]:
    for name, value in element.attributes:
        if name in _ADDRESS_ATTRIBUTES and not (name == "data" and element.name != "object"):
            yield value
        elif name in {"srcset", "imagesrcset"}:
            yield from (candidate.split()[0] for candidate in value.split(",") if candidate.strip())
        elif name == "ping":
            yield from value.split()


def _about_the_page(element: Element) -> bool:
    relations = (element.get("rel") or "").lower().split()
    return element.name == "link" and bool(relations) and _ABOUT_THE_PAGE.issuperset(relations)


def dead_links(tree: Tree, pages: Mapping[str, PageLinks]) -> Iterator[Problem]:
    advise = functools.lru_cache(maxsize=None)(functools.partial(_advice, _folders_of(tree)))
    for path, page in pages.items():
        for name, line in page.twice:
            yield Problem(
                tree.place(path, line),
                "anchor-twice",
                f'the id "{name}" stands twice on this page',
                "a link can reach only the first: rename one of them",
            )
        for address, line, followed, about_the_page in page.addresses:
            fault = _fault(tree, pages, advise, path, address, followed, about_the_page)
            if fault is not None:
                yield Problem(tree.place(path, line), *fault)


def _fault(
    tree: Tree,
    pages: Mapping[str, PageLinks],
    advise: Callable[[str], str],
    path: str,
    address: str,
    followed: bool,
    about_the_page: bool,
) -> tuple[str, str, str] | None:
    # Browsers drop these characters before they read the scheme; so must whoever judges it.
    bare = re.sub(r"[\t\n\r]", "", address).strip("".join(map(chr, range(33))))
    if _SCHEME.match(bare):
        scheme = bare.partition(":")[0].lower()
        if scheme in _OUTWARD and (followed or (about_the_page and scheme == "https")):
            return None
        return (
            "forbidden-address",
            f"an address of the kind {scheme}: stands here",
            "link with https:, mailto: or tel:, and load nothing from elsewhere",
        )
    if bare.startswith(("/", "\\")):
        return (
            "absolute-link",
            f'the link "{bare}" starts at the host, not at this page',
            "make it relative: the site must work in any folder and from a disk",
        )
    try:
        parts = urlsplit(bare)
    except ValueError:
        return "dead-link", f'"{bare}" cannot be read as an address', "correct it where the link is written"
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path))) if parts.path else path
    if path in _AT_ANY_DEPTH:
        while target.startswith("../"):
            target = target[3:]
    if target == ".." or target.startswith("../"):
        return (
            "dead-link",
            f'the link "{bare}" leaves the site',
            "link to a page of this site, or with https:",
        )
    if target not in tree.files:
        below = "" if target == "." else f"{target}/"
        if f"{below}index.html" in tree.files:
            return (
                "folder-link",
                f'the link "{bare}" names a folder',
                "name its index.html: a disk shows no pages for folders",
            )
        return "dead-link", f'there is no file for the link "{bare}"', advise(target)
    if parts.fragment and target in pages:
        anchor = unquote(parts.fragment)
        if anchor != "top" and anchor not in pages[target].anchors:
            return (
                "dead-anchor",
                f'there is no "{anchor}" on the page that "{bare}" links to',
                "correct the link, or give its target this id",
            )
    if not bare:
        return "dead-link", "this link has no address", "give it one, or make it a button"
    return None


def _folders_of(tree: Tree) -> dict[str, list[str]]:
    folders: dict[str, list[str]] = defaultdict(list)
    for path in tree.files:
        folders[posixpath.dirname(path)].append(path)
    return folders


def _advice(folders: Mapping[str, list[str]], target: str) -> str:
    """A suggestion from the same folder, or one of a similar name: all files of a large site are too many."""
    folder, name = posixpath.split(target)
    beside = folders.get(folder, [])
    if not beside:
        parent = posixpath.dirname(folder)
        siblings = [other for other in folders if posixpath.dirname(other) == parent and other != parent]
        guess = nearest(folder, siblings[:300])
        beside = [path for path in folders.get(guess or "", []) if posixpath.basename(path) == name]
    guess = nearest(target, beside[:300])
    return f'did you mean "{guess}"?' if guess else "correct the link, or add the page it should lead to"


def dead_links_of_style_sheets(tree: Tree) -> Iterator[Problem]:
    for path, whole in tree.files.items():
        if path.endswith(".css"):
            # A comment that speaks of an address is none; line numbers stay true.
            content = _CSS_COMMENT.sub(lambda comment: b"\n" * comment[0].count(b"\n"), whole)
            for found in _CSS_ADDRESS.finditer(content):
                address = found[1].decode("utf-8", "replace").strip()
                if address.startswith("data:image/"):
                    continue
                fault = _fault(tree, {}, lambda _: "add it to the theme", path, address, False, False)
                if fault is not None:
                    yield Problem(tree.place(path, content.count(b"\n", 0, found.start()) + 1), *fault)
