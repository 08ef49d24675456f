"""Holds every page to one Content Security Policy: nothing inline, nothing foreign."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from communique.audit.known import Known
from communique.audit.pages import Element, Page, read_page
from communique.audit.tree import Tree
from communique.problems import Problem

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; frame-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types communique"
)
SEALED_TYPE = "application/jose+json"
#: What a page tells machines of itself: a block of data, which no browser runs and the policy does not concern
#: (HTML, "prepare the script element").
LINKED_DATA_TYPE = "application/ld+json"

_FORBIDDEN = frozenset(
    "base iframe frame frameset object embed applet portal fencedframe style foreignobject".split()  # noqa: SIM905
)
# Elements whose address the browser loads without being asked; those of <a> are links, judged elsewhere.
_FOLLOWED = frozenset({"a", "area"})
_LOADING = frozenset("src href srcset imagesrcset poster background data xlink:href manifest".split())  # noqa: SIM905
_ONLY_NAMED = frozenset({"canonical", "alternate", "author", "license", "prev", "next"})
_FOREIGN = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|[/\\]{2})", re.IGNORECASE)
_IMAGE_DATA = re.compile(r"\s*(?:data:image/|blob:)", re.IGNORECASE)
_CSS_IMPORT = re.compile(r"@import\b", re.IGNORECASE)
_CSS_FOREIGN = re.compile(
    r"""(?:url\(|image-set\(|src\()\s*["']?\s*(?:(?!data:image/)[a-z][a-z0-9+.-]*:|//)""", re.IGNORECASE
)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SCRIPT_FOREIGN = re.compile(
    rb"""(?:import\s*\(|importScripts\s*\(|fetch\s*\(|new\s+(?:WebSocket|EventSource|Worker|SharedWorker)\s*\()\s*["'`](?:[a-z]+:)?//""",
    re.IGNORECASE,
)


def content_security(tree: Tree, known: Known) -> list[Problem]:  # noqa: ARG001  every check is called alike
    """What the policy would block, and what it could not."""
    problems = content_security_of_files(tree)
    for path, content in tree.files.items():
        if path.endswith(".html"):
            problems += content_security_of_page(tree, read_page(path, content))
    return problems


def content_security_of_files(tree: Tree) -> list[Problem]:
    """Drawings, style sheets and scripts."""
    problems: list[Problem] = []
    for path, content in tree.files.items():
        if path.endswith(".svg"):
            problems += content_security_of_page(tree, read_page(path, content))
        elif path.endswith(".css"):
            problems += _of_style_sheet(tree, path, content.decode("utf-8", "replace"))
        elif path.endswith(".js") and (found := _SCRIPT_FOREIGN.search(content)):
            line = content.count(b"\n", 0, found.start()) + 1
            what = "this script asks another host"
            problems.append(Problem(tree.place(path, line), "third-party", what, "bring the file into the theme"))
    return problems


def content_security_of_page(tree: Tree, page: Page) -> list[Problem]:
    found: list[tuple[int, str, str, str]] = []
    if page.path.endswith(".html"):
        found += _policy(page)
    for element in page.elements:
        found += _of_element(element)
    return [Problem(tree.place(page.path, line), code, what, then) for line, code, what, then in found]


def _policy(page: Page) -> Iterator[tuple[int, str, str, str]]:
    metas = [
        element
        for element in page.named("meta")
        if (element.get("http-equiv") or "").strip().lower() == "content-security-policy"
    ]
    advice = "the theme's base template writes it, right after <meta charset>"
    if not metas:
        yield 0, "no-policy", "this page has no Content Security Policy", advice
        return
    if len(metas) > 1:
        yield metas[1].line, "policy-twice", "this page has two Content Security Policies", "keep the first"
    policy = metas[0]
    if policy.get("content") != CONTENT_SECURITY_POLICY:
        yield (
            policy.line,
            "other-policy",
            "the Content Security Policy of this page is not the site's",
            advice,
        )
    before = page.elements[: page.elements.index(policy)]
    if not policy.inside_head or any(element.name in {"script", "link", "style", "img", "body"} for element in before):
        yield policy.line, "late-policy", "something is loaded before the Content Security Policy", advice
    heads = [element for element in page.elements if element.inside_head and element.name != "head"]
    if heads and (heads[0].name != "meta" or (heads[0].get("charset") or "").lower() != "utf-8"):
        yield heads[0].line, "late-charset", 'the page does not begin with <meta charset="utf-8">', advice


def _of_element(element: Element) -> Iterator[tuple[int, str, str, str]]:
    name, line = element.name, element.line
    if name in _FORBIDDEN:
        yield line, "forbidden-element", f"<{name}> stands in this page", "the site does without it"
    if name == "script":
        yield from _of_script(element)
    if name == "meta" and (element.get("http-equiv") or "").strip().lower() in {"refresh", "set-cookie"}:
        yield line, "forbidden-element", "this page sends the reader elsewhere by itself", "write a link"
    names = [key for key, _ in element.attributes]
    for twice in sorted({key for key in names if names.count(key) > 1}):
        yield (
            line,
            "attribute-twice",
            f"<{name}> has two attributes {twice}",
            "keep one: browsers read only the first",
        )
    for key, value in element.attributes:
        if key == "style":
            yield line, "inline-style", f"<{name}> has a style attribute", "give it a class"
        elif key.startswith("on"):
            yield (
                line,
                "inline-handler",
                f"<{name}> has the attribute {key}",
                "listen for the event in the theme's scripts",
            )
        elif key in {"action", "formaction", "srcdoc", "ping", "integrity"}:
            yield line, "forbidden-attribute", f"<{name}> has the attribute {key}", "the site does without it"
        elif key in _LOADING and name not in _FOLLOWED and _loads_foreign(element, key, value):
            yield (
                line,
                "third-party",
                f"<{name}> loads something from another place",
                "bring the file into the theme",
            )


def _of_script(element: Element) -> Iterator[tuple[int, str, str, str]]:
    if element.get("type") == SEALED_TYPE and element.has("data-cq"):
        if element.has("src"):
            yield (
                element.line,
                "forbidden-attribute",
                "a sealed object is loaded from elsewhere",
                "it stands in the page",
            )
        return
    if element.get("type") == LINKED_DATA_TYPE and not element.has("src"):
        try:
            told = json.loads(element.text)
        except ValueError:
            told = None
        if not isinstance(told, dict) or "<" in element.text:
            what = "what this page tells machines is not JSON that may stand in a page"
            yield element.line, "inline-script", what, "partials/metadata.html writes it, with every < as \\u003c"
        return
    if not element.has("src") or element.text.strip():
        yield (
            element.line,
            "inline-script",
            "a script stands in the page itself",
            "move it into a file of the theme",
        )
    if element.has("type"):
        yield (
            element.line,
            "script-type",
            "this script has a type",
            "write classic scripts: modules fail from a disk",
        )


def _loads_foreign(element: Element, key: str, value: str) -> bool:
    if element.name == "link" and _ONLY_NAMED.issuperset((element.get("rel") or "x").lower().split()):
        return False
    candidates = [part.strip() for part in value.split(",")] if key in {"srcset", "imagesrcset"} else [value]
    if element.name in {"img", "source", "link"} and any(_IMAGE_DATA.match(candidate) for candidate in candidates):
        candidates = [candidate for candidate in candidates if not _IMAGE_DATA.match(candidate)]
    return any(_FOREIGN.match(re.sub(r"[\t\n\r]", "", candidate)) for candidate in candidates)


def _of_style_sheet(tree: Tree, path: str, text: str) -> Iterator[Problem]:
    # Comments become spaces of their own length, so that line numbers stay true.
    bare = _CSS_COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), text)
    for pattern, code, what in (
        (_CSS_IMPORT, "css-import", "this style sheet imports another one"),
        (_CSS_FOREIGN, "third-party", "this style sheet loads something from another place"),
    ):
        for found in pattern.finditer(bare):
            yield Problem(
                tree.place(path, bare.count("\n", 0, found.start()) + 1),
                code,
                what,
                "bring what it needs into the theme",
            )
