"""The primitives of CQ1 behave as their standards say, at the edges too, in Python and in WebCrypto."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from tests.proofs.wycheproof import SHIPPED, Case, edge_cases, judge, node_answers, python_answers, shipped_cases

#: How many vectors of each there are at least: an empty file proves nothing.
LEAST = {"aes-256-gcm": 66, "aes-256-kw": 67, "ed25519": 150, "hkdf-sha-256": 86}


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return shipped_cases()


def expect_all_pass(cases: list[Case], answers: list[str | None]) -> None:
    counts, failed = judge(cases, answers)
    assert failed == []
    assert set(counts) == set(SHIPPED)
    for primitive, found in counts.items():
        assert found["pass"] >= LEAST[primitive], (primitive, found)


def test_what_wycheproof_leaves_open_is_nothing_that_we_meet(cases: list[Case]) -> None:
    """A wrapped key of 64 bits (ours have 256: R3), and public keys with a part of small order, which nobody gets by
    deriving one from a seed; a reader takes the public keys from the own slot, never from a page."""
    left = [case for case in cases if case.result == "acceptable"]
    assert {(case.primitive, flag) for case in left for flag in case.flags} == {
        ("aes-256-kw", "ShortKey"),
        ("ed25519", "MixedOrderPublicKey"),
        ("ed25519", "SmallOrderPublicKey"),
    }


def test_wycheproofs_vectors_pass_in_python(cases: list[Case]) -> None:
    expect_all_pass(cases, python_answers(cases))


@pytest.mark.node
def test_wycheproofs_vectors_pass_in_node(cases: list[Case]) -> None:
    expect_all_pass(cases, node_answers(cases))


def test_hmac_and_stretching_agree_with_another_implementation_at_every_edge() -> None:
    cases = edge_cases()
    assert len(cases) > 100
    for case, answer in zip(cases, python_answers(cases), strict=True):
        key, size = bytes.fromhex(case.given["key"]), case.given["size"]
        if case.primitive == "hmac-sha-512":
            other = hmac.new(key, bytes.fromhex(case.given["data"]), "sha512").digest()[:size]
        else:
            salt = bytes.fromhex(case.given["salt"])
            other = hashlib.pbkdf2_hmac("sha512", key, salt, case.given["rounds"], size)
        assert answer == case.wanted == other.hex()


@pytest.mark.node
def test_hmac_and_stretching_agree_with_node_at_every_edge() -> None:
    cases = edge_cases()
    assert judge(cases, node_answers(cases))[1] == []
