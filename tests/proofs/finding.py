"""Every sealed object of a finished site, wherever it lies, found without asking the program that put it there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tests.proofs.third_reader import Opened, Refused, Slot, data_of, open_object, sign_in, unb64u

OBJECT_TYPE = "application/jose+json"


@dataclass(frozen=True)
class Found:
    """A sealed object, the file it lies in, and the places which that file claims for its objects."""

    path: str
    text: str = field(repr=False)
    claims: tuple[Mapping[str, Any], ...]

    @property
    def context(self) -> dict[str, Any]:
        """What the object says of itself; nothing of it is believed before it is opened."""
        context: dict[str, Any] = json.loads(unb64u(json.loads(self.text)["protected"]))["cq"]
        return context

    def opened_with(self, slot: Slot) -> Opened | None:
        """What this reader gets to see; None where it stays closed. Only an honest refusal counts as one."""
        codes = set()
        for claim in self.claims:
            try:
                return open_object(slot, self.text, claim)
            except Refused as refused:
                codes.add(refused.code)
        assert codes <= {"not-for-you", "does-not-open"}, (self.path, codes)
        assert "not-for-you" in codes, f"{self.path}: no box on the page is this object's"
        return None


class _Page(HTMLParser):
    """Boxes and objects of one page, as a browser would see them."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.boxes: list[dict[str, Any]] = []
        self.objects: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "script" and told.get("type") == OBJECT_TYPE:
            self._inside = True
            self.objects.append("")
        if "data-cq-part" in told:
            self.boxes.append(self._claim(told))

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.objects[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def _claim(self, told: Mapping[str, str | None]) -> dict[str, Any]:
        folders = self.path.split("/")
        own = folders[2] if folders[1] == "x" else "/".join(folders[1:3])
        return {
            # A page of its own document: the root text of one that is sealed whole, or a section.
            "kind": told.get("data-cq-kind") or ("document" if told["data-cq-part"] == "text" else "section"),
            "doc": told.get("data-cq-doc") or own,
            "part": told["data-cq-part"],
            "aud": sorted((told.get("data-cq-aud") or "").split()),
            "langs": [told.get("data-cq-lang")],
        }


def objects_of(output: Path) -> list[Found]:
    """All objects of the site in `output`: those in pages, and those in data scripts."""
    found: list[Found] = []
    for file in sorted(output.rglob("*")):
        path = file.relative_to(output).as_posix()
        if file.suffix == ".html":
            page = _Page(path)
            page.feed(file.read_text(encoding="utf-8"))
            found += [Found(path, text.strip(), tuple(page.boxes)) for text in page.objects]
        elif path.startswith("sealed/") and file.suffix == ".js":
            name, text = data_of(file.read_text(encoding="ascii"))
            if name not in ("keyring", "words"):
                # Its place is its name; no page lays claim to it.
                found += [Found(path, one, (_own_claim(one),)) for one in _objects_in(text)]
    return found


def _objects_in(text: str) -> Iterator[str]:
    """The objects in a text that is one, or that holds some."""
    value = json.loads(text)
    if isinstance(value, dict) and {"ciphertext", "recipients"} <= value.keys():
        yield text
        return
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, str) and '"ciphertext"' in inner:
            yield from _objects_in(inner)
        elif isinstance(inner, dict | list):
            yield from _objects_in(json.dumps(inner, sort_keys=True, separators=(",", ":")))


def _own_claim(text: str) -> dict[str, Any]:
    context = Found("", text, ()).context
    return {**{name: context[name] for name in ("kind", "doc", "part", "aud")}, "langs": [context["lang"]]}


def keyring_of(output: Path) -> str:
    return data_of(next((output / "sealed").glob("keyring.*.js")).read_text(encoding="ascii"))[1]


def sign_in_all(output: Path, credentials: Iterable[tuple[str, str]]) -> dict[str, Slot]:
    """What each login and passphrase gives. Stretching leaves Python, so it may run side by side."""
    keyring = keyring_of(output)
    with ThreadPoolExecutor() as pool:
        slots = pool.map(lambda one: sign_in(keyring, *one), credentials)
    return {slot.member: slot for slot in slots}


def names_of(tids: Iterable[str]) -> frozenset[str]:
    """Audience names as content writes them, from the protocol's ids."""
    prefixes = {"nat-": "state:", "grp-": "group:"}
    return frozenset(
        next((name + tid.removeprefix(prefix) for prefix, name in prefixes.items() if tid.startswith(prefix)), tid)
        for tid in tids
    )
