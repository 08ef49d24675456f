"""The audit of files beside texts: each sealed one is exactly its object, and leaves no trace in public files."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from communique.audit import HiddenFile, Known, Standing, Tree
from communique.audit.attachments import attachments
from communique.problems import Place
from communique.sealing.demo import open_demo

SEALER = open_demo(Path(__file__).parents[2] / "keys/demo")
PART = "att/aaaaaaaaaaaaaaaaa/0001of0001"
SCRIPT = "sealed/aaaaaaaaaaaaaaaaa-0001of0001.0123456789abcdef.js"
SECRET = random.Random(3).randbytes(600)


def sealed(part: str = PART, doc: str = "a/b") -> str:
    return SEALER.seal("attachment", doc, "mul", part, ["oeg"], {"ct": "text/plain"}, SECRET)


def line(text: str, name: str = PART) -> bytes:
    return f'CQ1_DATA("{name}",{json.dumps(text)})\n'.encode()


def codes(files: dict[str, bytes], *, opens: bool = True) -> list[tuple[str, str]]:
    known = Known(
        attachments={SCRIPT: Standing("attachment", "a/b", "mul", PART)},
        hidden_files=(HiddenFile("annex.pdf", Place("content/a/b/annex.pdf"), (SECRET, SECRET[150:450])),),
        opens=lambda standing, text: opens and standing.part == PART and text == sealed(),
    )
    return sorted((problem.place.file, problem.code) for problem in attachments(Tree(files), known))


def test_a_sealed_file_that_is_what_it_should_be_has_no_findings() -> None:
    assert codes({SCRIPT: line(sealed()), "en/a/index.html": b"<p>Nothing</p>", "a.txt": b"annex of annexes.pdf"}) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "object-shape"),
        (line(sealed()) + b"// annex", "object-shape"),
        (line(sealed()).replace(b'",', b'", ', 1), "object-shape"),
        (line(sealed())[:-40], "object-shape"),
        (line(sealed()).replace(b"ciphertext", b"cipherText"), "object-shape"),
        (line(sealed()).replace(b"A256KW", b"A128KW"), "object-shape"),
        (line(sealed(), "att/aaaaaaaaaaaaaaaab/0001of0001"), "object-misplaced"),
        (line(sealed("att/aaaaaaaaaaaaaaaaa/0001of0002")), "object-misplaced"),
        (line(sealed(doc="a/c")), "object-misplaced"),
    ],
)
def test_a_script_that_is_not_exactly_its_object_is_found(content: bytes, code: str) -> None:
    assert codes({SCRIPT: content}) == [(f"output/{SCRIPT}", code)]


def test_an_object_that_does_not_open_is_found() -> None:
    assert codes({SCRIPT: line(sealed())}, opens=False) == [(f"output/{SCRIPT}", "object-does-not-open")]


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("files/a/b/x.zip", b"PK" + SECRET + b"end", "sealed-file"),
        ("files/a/b/x.png", b"another head" + SECRET[100:500] + b"another end", "sealed-file"),
        ("en/a/index.html", b"<p>See annex.pdf.</p>", "sealed-file-name"),
        ("files/a/b/x.csv", b"name\nANNEX.PDF\n", "sealed-file-name"),
        ("files/a/b/annex.pdf", b"%PDF-", "sealed-file-name"),
        ("en/a/index.html", b'<a href="cq:att/aaaaaaaaaaaaaaaaa">', "sealed-address"),
        ("feed.xml", b"<link>cq:att/aaaaaaaaaaaaaaaaa</link>", "sealed-address"),
    ],
)
def test_a_trace_of_a_sealed_file_in_a_public_one_is_found(path: str, content: bytes, code: str) -> None:
    assert codes({SCRIPT: line(sealed()), path: content}) == [(f"output/{path}", code)]
