"""The published vectors, as Python reads them; tests/js runs the same files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from communique.sealing.envelope import Context, open_sealed
from communique.sealing.errors import SealingError
from communique.sealing.keyring import Slot, open_slot
from communique.sealing.primitives import from_b64u
from tests.vectors.make_objects import build

VECTORS = Path(__file__).parents[1] / "vectors"
CASES = json.loads((VECTORS / "objects.json").read_text(encoding="ascii"))


@pytest.fixture(scope="module")
def slot() -> Slot:
    first = CASES["keyrings"][0]
    return open_slot(first["keyring"], first["login"], first["passphrase"])


def test_the_file_is_what_its_generator_writes():
    assert build() == CASES


def test_at_least_half_of_the_cases_must_be_refused():
    cases = CASES["objects"] + CASES["keyrings"]
    assert sum(case["code"] is not None for case in cases) * 2 >= len(cases) > 200


def test_no_two_cases_share_a_name():
    for kind in ("objects", "keyrings"):
        names = [case["name"] for case in CASES[kind]]
        assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("case", CASES["objects"], ids=lambda case: case["name"])
def test_every_object_opens_or_is_refused_with_its_code(case, slot):
    expect = case["expect"]
    places = [
        Context(CASES["site"], expect["kind"], expect["doc"], lang, expect["part"], tuple(expect["aud"]))
        for lang in expect["langs"]
    ]
    if case["code"] is None:
        opened = open_sealed(case["text"], slot.keys, slot.signers, places)
        assert opened.meta == case["meta"]
        assert opened.body == from_b64u(case["body"])
    else:
        with pytest.raises(SealingError) as caught:
            open_sealed(case["text"], slot.keys, slot.signers, places)
        assert caught.value.code == case["code"]


@pytest.mark.parametrize("case", CASES["keyrings"], ids=lambda case: case["name"])
def test_every_keyring_opens_or_is_refused_with_its_code(case):
    if case["code"] is None:
        assert open_slot(case["keyring"], case["login"], case["passphrase"]).member == "nz-01"
    else:
        with pytest.raises(SealingError) as caught:
            open_slot(case["keyring"], case["login"], case["passphrase"])
        assert caught.value.code == case["code"]


def test_the_worked_vector_has_not_been_edited():
    digest = hashlib.sha256((VECTORS / "cq1.json").read_bytes()).hexdigest()
    assert digest == "6f2761bb6bfa771cfd98bd5e5d14236f6a572d4409f134ba840ce6aaf983afe8"
