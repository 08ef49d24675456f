"""docs/cq1.md suffices for another implementation: one written from it alone ends every published case as told."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.proofs import third_reader
from tests.proofs.third_reader import Refused, Slot, open_file, open_object, sign_in

VECTORS = Path(__file__).parents[1] / "vectors"
CASES = json.loads((VECTORS / "objects.json").read_text(encoding="ascii"))
FILES = json.loads((VECTORS / "attachments.json").read_text(encoding="ascii"))
WORKED = json.loads((VECTORS / "cq1.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def slot() -> Slot:
    first = CASES["keyrings"][0]
    return sign_in(first["keyring"], first["login"], first["passphrase"])


def test_the_third_reader_imports_nothing_of_the_project() -> None:
    tree = ast.parse(Path(third_reader.__file__).read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert not [name for name in imported if name.split(".")[0] in ("communique", "communique_pelican", "tests")]


def test_the_worked_vector_opens_from_login_and_passphrase() -> None:
    keyring = json.dumps(WORKED["keyring"], sort_keys=True, separators=(",", ":"))
    slot = sign_in(keyring, WORKED["login"], WORKED["passphrase"])
    expect = {**WORKED["expect_cq"], "langs": [WORKED["expect_cq"]["lang"]]}
    opened = open_object(slot, WORKED["section_text"], expect)
    assert slot.member == WORKED["norm_login"]
    assert opened.body.decode() == WORKED["expect_body"]
    assert opened.meta["title"] == "Debriefings"


@pytest.mark.parametrize("case", CASES["objects"], ids=lambda case: case["name"])
def test_every_object_ends_with_the_code_the_document_names(case, slot: Slot) -> None:
    if case["code"] is None:
        opened = open_object(slot, case["text"], case["expect"])
        assert opened.meta == case["meta"]
        assert third_reader.b64u(opened.body) == case["body"]
    else:
        with pytest.raises(Refused) as caught:
            open_object(slot, case["text"], case["expect"])
        assert caught.value.code == case["code"]


@pytest.mark.parametrize("case", FILES["cases"], ids=lambda case: case["name"])
def test_every_sealed_file_ends_with_the_code_the_document_names(case, slot: Slot) -> None:
    expect = {"doc": FILES["doc"], "aud": FILES["aud"]}
    if case["code"] is None:
        meta, data = open_file(slot, case["objects"], FILES["ident"], expect)
        assert data == third_reader.unb64u(FILES["file"])[: meta["size"]]
    else:
        with pytest.raises(Refused) as caught:
            open_file(slot, case["objects"], FILES["ident"], expect)
        assert caught.value.code == case["code"]


@pytest.mark.parametrize("case", CASES["keyrings"], ids=lambda case: case["name"])
def test_every_keyring_ends_with_the_code_the_document_names(case) -> None:
    if case["code"] is None:
        assert sign_in(case["keyring"], case["login"], case["passphrase"]).member == "nz-01"
    else:
        with pytest.raises(Refused) as caught:
            sign_in(case["keyring"], case["login"], case["passphrase"])
        assert caught.value.code == case["code"]
