"""Counts the sealed objects of every page; each must be canonical, of CQ1's shape and in its place."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any

from communique.audit.content_security import SEALED_TYPE
from communique.audit.known import Known, Standing
from communique.audit.pages import Element, Page, read_page
from communique.audit.tree import Tree
from communique.problems import Problem

_MEMBERS = {"protected", "recipients", "iv", "ciphertext", "tag", "unprotected"}
_CONTEXT = {"site", "kind", "doc", "lang", "part", "aud"}
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._/-]{0,127}")
_KEY_ID = re.compile(r"([a-z0-9][a-z0-9._/-]{0,127})\.([1-9][0-9]{0,8})")
_MOST_RECIPIENTS = 64
_LONGEST = 64 * 1024 * 1024


class Malformed(Exception):
    """What is wrong with the object, in words that hold nothing of its content."""


def objects(tree: Tree, known: Known) -> list[Problem]:
    """Pages with too few or too many sealed objects, and objects that are not what they must be."""
    problems = pages_without_their_objects(tree, known)
    for path, content in tree.files.items():
        if path.endswith(".html"):
            problems += objects_in_page(tree, read_page(path, content), known)
    return problems


def pages_without_their_objects(tree: Tree, known: Known) -> list[Problem]:
    return [
        Problem(
            tree.place(path),
            "object-count",
            "this page should hold sealed objects, but is not there",
            "build again",
        )
        for path in sorted(known.objects.keys() - tree.files.keys())
        if known.objects[path]
    ]


def objects_in_page(tree: Tree, page: Page, known: Known) -> list[Problem]:
    found = list(_boxed(page))
    expected = known.objects.get(page.path, ())
    problems = []
    if len(found) != len(expected):
        problems.append(
            Problem(
                tree.place(page.path),
                "object-count",
                f"this page holds {len(found)} sealed objects instead of {len(expected)}",
                "each sealed section of the document is one: this is an error in the build",
            )
        )
    names = [
        (_owner(box, part, page)[1] if box else "", part)
        for box, part in ((box, script.get("data-cq") or "") for box, script in found)
    ]
    problems += (
        Problem(
            tree.place(page.path),
            "object-twice",
            f'the page holds two sealed objects "{part}" of one document',
            "each part has its own: this is an error in the build",
        )
        for _, part in sorted({name for name in names if names.count(name) > 1})
    )
    for box, script in found:
        part = script.get("data-cq") or ""
        place = tree.place(page.path, script.line)
        try:
            context = context_of(script.text)
        except Malformed as fault:
            problems.append(
                Problem(
                    place,
                    "object-shape",
                    f'the sealed object "{part}" is not a CQ1 object: {fault}',
                    "this is an error in the build: report it with the name of this file",
                )
            )
            continue
        standing = Standing(context["kind"], context["doc"], context["lang"], context["part"])
        faults = list(_misplaced(context, part, box, page, known))
        if not faults and standing not in expected:
            faults = ["belongs on another page than this one"]
        problems += (
            Problem(
                place,
                "object-misplaced",
                f'the sealed object "{part}" {what}',
                "a reader's program would refuse it: this is an error in the build",
            )
            for what in faults
        )
        if known.opens is not None and not known.opens(standing, script.text):
            problems.append(
                Problem(
                    place,
                    "object-does-not-open",
                    f'the sealed object "{part}" does not open',
                    "check that the keystore and the register belong together",
                )
            )
    return problems


def _boxed(page: Page) -> Iterator[tuple[Element | None, Element]]:
    """Each sealed object of the page with the box it stands in: in a page as it is built no box holds another."""
    box: Element | None = None
    for element in page.elements:
        if element.has("data-cq-part"):
            box = element
        if element.name == "script" and (element.has("data-cq") or element.get("type") == SEALED_TYPE):
            yield box, element


def context_of(text: str) -> dict[str, Any]:
    """The context of a sealed object whose shape is right in every detail.

    Written against the format's description, not against the code that seals: one mistake must not pass both.
    """
    if not text.isascii() or len(text) > _LONGEST:
        raise Malformed("it is not ASCII, or too long")
    value = _canonical(text, "it")
    if not isinstance(value, dict) or set(value) != _MEMBERS:
        raise Malformed("its members are not those of the format")
    _bytes_of(value["iv"], "its iv", 12)
    _bytes_of(value["tag"], "its tag", 16)
    if not _bytes_of(value["ciphertext"], "its ciphertext"):
        raise Malformed("its ciphertext is empty")
    unprotected = value["unprotected"]
    if not isinstance(unprotected, dict) or set(unprotected) != {"cq_sig"}:
        raise Malformed("it has no signature")
    _bytes_of(unprotected["cq_sig"], "its signature", 64)
    try:
        header = _canonical(_bytes_of(value["protected"], "its header").decode("ascii"), "its header")
    except UnicodeDecodeError as error:
        raise Malformed("its header is not ASCII") from error
    if not isinstance(header, dict) or set(header) != {"enc", "typ", "cq"}:
        raise Malformed("its header has other members")
    if (header["enc"], header["typ"]) != ("A256GCM", "cq1+jwe"):
        raise Malformed("its header names another method")
    context = _context(header["cq"])
    _recipients(value["recipients"], context)
    return context


def _context(context: Any) -> dict[str, Any]:
    if not isinstance(context, dict) or set(context) - {"rel"} != _CONTEXT:
        raise Malformed("its context has other members")
    for name in ("site", "kind", "doc", "lang", "part"):
        value = context[name]
        fits = isinstance(value, str) and (_IDENTIFIER.fullmatch(value) or (name == "doc" and value == "-"))
        if not fits or ".." in value:
            raise Malformed(f"the {name} in its context is not an identifier")
    audience = context["aud"]
    if (
        not isinstance(audience, list)
        or not audience
        or not all(isinstance(tier, str) and _IDENTIFIER.fullmatch(tier) and ".." not in tier for tier in audience)
        or audience != sorted(set(audience))
    ):
        raise Malformed("the audience in its context is not a sorted list of names")
    if "rel" in context and (type(context["rel"]) is not int or context["rel"] < 1):
        raise Malformed("the release in its context is not a number")
    return context


def _recipients(recipients: Any, context: dict[str, Any]) -> None:
    if not isinstance(recipients, list) or not 1 <= len(recipients) <= _MOST_RECIPIENTS:
        raise Malformed("it has no recipients, or too many")
    names: list[str] = []
    for recipient in recipients:
        if not isinstance(recipient, dict) or set(recipient) != {"encrypted_key", "header"}:
            raise Malformed("a recipient has other members")
        _bytes_of(recipient["encrypted_key"], "a wrapped key", 40)
        header = recipient["header"]
        if not isinstance(header, dict) or set(header) != {"alg", "kid"} or header["alg"] != "A256KW":
            raise Malformed("a recipient's header has other members")
        if not isinstance(header["kid"], str) or not _KEY_ID.fullmatch(header["kid"]):
            raise Malformed("a recipient's key has no proper name")
        names.append(header["kid"])
    if names != sorted(set(names)):
        raise Malformed("its recipients are not sorted, or stand twice")
    if {name.rpartition(".")[0] for name in names} != set(context["aud"]):
        raise Malformed("its recipients are not its audience")


def _canonical(text: str, what: str) -> Any:
    try:
        value = json.loads(text, parse_float=_no_float, parse_constant=_no_float)
        again = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"{what} is not JSON") from error
    if again != text:
        raise Malformed(f"{what} is not written canonically")
    return value


def _no_float(text: str) -> float:
    raise ValueError(f"the format has whole numbers only, not one of {len(text)} characters")


def _bytes_of(value: Any, what: str, length: int | None = None) -> bytes:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]*", value):
        raise Malformed(f"{what} is not base64url")
    try:
        content = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error as error:
        raise Malformed(f"{what} is not base64url") from error
    if base64.urlsafe_b64encode(content).decode().rstrip("=") != value:
        raise Malformed(f"{what} is not written canonically")
    if length is not None and len(content) != length:
        raise Malformed(f"{what} has {len(content)} bytes instead of {length}")
    return content


def _misplaced(context: dict[str, Any], part: str, box: Element | None, page: Page, known: Known) -> Iterator[str]:
    if box is None or box.get("data-cq-part") != part:
        yield "stands in no box of its name"
        return
    kind, doc = _owner(box, part, page)
    expected = {
        "kind": kind,
        "part": part,
        "lang": box.get("data-cq-lang") or "",
        "doc": doc,
        "site": known.site or context["site"],
        "aud": (box.get("data-cq-aud") or "").split(),
    }
    for name, value in expected.items():
        if context[name] != value:
            yield f"was sealed for another {_CONTEXT_WORDS[name]} than the page says"
    if not box.has("data-cq-doc") and box.get("id") != part:
        yield "stands in a box that cannot be linked to by its name"


def _owner(box: Element, part: str, page: Page) -> tuple[str, str]:
    """The kind and document a reader's program will expect: a guest box names them, else the page's address does."""
    guest = box.get("data-cq-doc")
    if guest:
        return box.get("data-cq-kind") or "", guest
    if not page.path.endswith("/index.html"):
        return "section", ""
    folders = page.path.split("/")[1:-1]
    sealed = len(folders) == 2 and folders[0] == "x"
    return "document" if sealed and part == "text" else "section", folders[1] if sealed else "/".join(folders)


_CONTEXT_WORDS = {
    "kind": "purpose",
    "part": "part",
    "lang": "language",
    "doc": "document",
    "site": "site",
    "aud": "audience",
}
