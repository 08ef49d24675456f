"""Sealed files: as many objects as they are long, of few lengths, and opened whole or not at all."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from communique.documents.attachments import Attachment
from communique.documents.document import Document, Text
from communique.documents.file_types import TYPES
from communique.documents.kinds import FrontMatter
from communique.policy import Audience
from communique.problems import Place
from communique.sealing import attachments
from communique.sealing.attachments import CHUNK, LENGTHS, SealedFile, open_file, seal_file, sealed_files, shown_files
from communique.sealing.demo import open_demo
from communique.sealing.envelope import Context, open_sealed, verify_sealed
from communique.sealing.errors import DoesNotOpen, SealingError
from communique.sealing.keystore import Keystore
from communique.sealing.primitives import from_b64u
from communique.sealing.sealer import Sealer
from tests.documents.reading import cut

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/attachments.json").read_text(encoding="ascii"))
KEYSTORE = Keystore("psi-portal.example", bytes(range(32)))
BODY = "[a](file:a.txt)\n\n::: oeg\n[b](file:b.pdf) and [c](file:c.txt)\n:::"


@pytest.fixture(scope="module")
def sealer() -> Sealer:
    return open_demo(ROOT / "keys/demo")


def document(**files: bytes) -> Document:
    place = Place("content/a/b/en.md")
    front = FrontMatter(place, Audience(("public",)), "en", "", True)
    lying = {
        name: Attachment(name, place, TYPES[name.rpartition(".")[2]], data)
        for name, data in ((key.replace("_", "."), value) for key, value in files.items())
    }
    return Document("a/b", "en", {"en": Text("en.md", "en", front, cut(BODY))}, files=lying)


def only_file(sealer: Sealer, data: bytes) -> SealedFile:
    (file,) = sealed_files(document(a_txt=b"public", b_pdf=data), sealer)
    return file


def place(sealer: Sealer, file: SealedFile) -> Context:
    return sealer.context("section", file.doc, "en", "s1", file.audience.names)


def test_a_file_of_twenty_mebibytes_is_three_objects_and_comes_back_whole(sealer: Sealer) -> None:
    data = random.Random(1).randbytes(20 * 1024 * 1024)
    file = only_file(sealer, data)

    made = dict(seal_file(file, "TLP:AMBER", sealer))

    assert tuple(made) == file.parts == tuple(f"att/{file.ident}/{number:04}of0003" for number in (1, 2, 3))
    meta, opened = open_file(made, file.ident, place(sealer, file), sealer.keys(["oeg"]), sealer.signers)
    assert hashlib.sha256(opened).digest() == hashlib.sha256(data).digest()
    assert meta["name"] == "b.pdf"
    assert meta["marking"] == "TLP:AMBER"
    for part, text in made.items():
        others = {name: other for name, other in made.items() if name != part}
        with pytest.raises(DoesNotOpen):
            open_file(others, file.ident, place(sealer, file), sealer.keys(["oeg"]), sealer.signers)
        assert "b.pdf" not in text
        context = verify_sealed(text, sealer.signers)
        assert (context.kind, context.doc, context.lang, context.part) == ("attachment", "a/b", "mul", part)


@pytest.mark.parametrize(
    ("size", "lengths"),
    [
        (1, (65536,)),
        (60_000, (65536,)),
        (70_000, (131072,)),
        (140_000, (524288,)),
        (600_000, (2097152,)),
        (3_000_000, (8454144,)),
        (CHUNK, (8454144,)),
        (CHUNK + 1, (8454144, 65536)),
    ],
)
def test_an_object_has_one_of_five_lengths(size: int, lengths: tuple[int, ...], sealer: Sealer) -> None:
    made = dict(seal_file(only_file(sealer, bytes(size)), "TLP:AMBER", sealer))

    assert tuple(len(from_b64u(json.loads(text)["ciphertext"])) for text in made.values()) == lengths
    assert set(lengths) <= set(LENGTHS)


def test_sealing_a_file_again_gives_the_same_bytes_and_another_name_unrelated_ones(sealer: Sealer) -> None:
    first, second, third = only_file(sealer, b"x" * 99), only_file(sealer, b"x" * 99), only_file(sealer, b"y" * 99)

    assert list(seal_file(first, "TLP:AMBER", sealer)) == list(seal_file(second, "TLP:AMBER", sealer))
    assert first.ident == third.ident
    assert list(seal_file(first, "TLP:AMBER", sealer)) != list(seal_file(third, "TLP:AMBER", sealer))


def test_no_length_or_name_of_an_object_follows_from_the_files_name(sealer: Sealer) -> None:
    short, long = (replace(only_file(sealer, b"x"), ident="aaaaaaaaaaaaaaaaa") for _ in range(2))
    renamed = replace(long, attachment=replace(long.attachment, name="a-much-longer-name-of-a-file.docx"))

    lengths = {len(text) for file in (short, renamed) for _, text in seal_file(file, "TLP:AMBER", sealer)}

    assert len(lengths) == 1


def test_pages_find_public_files_by_path_and_sealed_ones_by_id(sealer: Sealer) -> None:
    lying = document(a_txt=b"public", b_pdf=bytes(1_234_567), c_txt=b"sealed")

    open_ones = shown_files(lying, "", "fr", sealer)
    sealed = shown_files(lying, "s1", "fr", sealer)

    assert {name: file.address for name, file in open_ones.items()} == {"a.txt": "../../../files/a/b/a.txt"}
    assert sealed.keys() == {"b.pdf", "c.txt"}
    assert all(len(file.address) == len("cq:att/") + 17 for file in sealed.values())
    assert sealed["b.pdf"].facts == "PDF, 1,3\u202fMo"
    assert sealed["c.txt"].facts == "TXT, 1\u202fko"


def test_a_file_that_no_text_refers_to_any_more_is_neither_shown_nor_sealed(sealer: Sealer) -> None:
    lying = document(d_txt=b"left over")

    assert list(sealed_files(lying, sealer)) == []
    assert dict(shown_files(lying, "", "en", sealer)) == {}


def opened_vector(objects: dict[str, str]) -> bytes:
    expect = Context("psi-portal.example", "section", VECTORS["doc"], "es", "s1", tuple(VECTORS["aud"]))
    keys = {"oeg.3": KEYSTORE.tier_key("oeg", 3)}
    return open_file(objects, VECTORS["ident"], expect, keys, [KEYSTORE.signer(1)])[1]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_file_opens_whole_and_as_itself_or_not_at_all(case: dict[str, object]) -> None:
    objects = case["objects"]
    assert isinstance(objects, dict)
    if case["code"] is None:
        assert from_b64u(VECTORS["file"]).startswith(opened_vector(objects))
        return
    with pytest.raises(SealingError) as refused:
        opened_vector(objects)
    assert refused.value.code == case["code"]


def test_the_vectors_are_those_that_the_script_writes() -> None:
    from tests.vectors.make_attachments import cases, ident

    assert VECTORS["ident"] == ident("annex.pdf")
    assert VECTORS["cases"] == cases()


def test_a_member_of_another_tier_opens_no_object_of_a_file(sealer: Sealer) -> None:
    file = only_file(sealer, b"x" * 99)
    for part, text in seal_file(file, "TLP:AMBER", sealer):
        expected = attachments.place_of(file, part, sealer)
        for tier in ("partner", "core", "state:nz"):
            with pytest.raises(SealingError):
                open_sealed(text, sealer.keys([tier]), sealer.signers, expected)
