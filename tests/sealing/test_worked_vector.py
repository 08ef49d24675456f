"""The worked vector of docs/cq1.md, every value of it, recomputed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from communique.sealing.envelope import Context, Recipient, frame, open_sealed, seal, seal_slot
from communique.sealing.keyring import open_slot, stretch
from communique.sealing.keystore import Keystore
from communique.sealing.passphrases import normalise_login, normalise_passphrase
from communique.sealing.primitives import b64u, cj, hk, lp, padme, u32

V: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "cq1.json").read_text(encoding="utf-8"))
KEYSTORE = Keystore(V["site"], bytes.fromhex(V["master"]))
META = {"ct": "text/html; charset=utf-8", "title": "Debriefings"}
CONTEXT = Context(**{**V["expect_cq"], "aud": tuple(V["expect_cq"]["aud"])})


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def test_every_key_derives_from_the_master():
    opaque = KEYSTORE.tid("nat-mx", opaque=True)
    assert opaque == "kqfygzutj"
    assert KEYSTORE.k_det.hex() == V["k_det"]
    assert KEYSTORE.tier_key("partner", 4).hex() == V["tier_keys"]["partner.4"]
    assert KEYSTORE.tier_key("oeg", 3).hex() == V["tier_keys"]["oeg.3"]
    assert KEYSTORE.tier_key("nat-mx", 1).hex() == V["tier_keys"][f"{opaque}.1"]
    assert KEYSTORE.signer(1).hex() == V["ed25519_pub"]


def test_the_issued_passphrase_and_what_was_typed_are_the_same():
    issued = KEYSTORE.passphrase("mx-01", 1, 9, "es")
    assert issued == V["passphrase_generated"]
    assert normalise_passphrase(issued) == normalise_passphrase(V["passphrase"]) == V["norm_pass"]
    assert normalise_login(V["login"]) == V["norm_login"]


def test_locator_and_slot_key_derive_from_login_and_passphrase():
    parts = lp(V["site"]) + lp(bytes.fromhex(V["kdf_salt_hex"])) + lp(V["norm_login"])
    master_key = stretch(V["norm_pass"], hashlib.sha256(b"cq1/salt|" + parts).digest(), V["iter"])
    assert b64u(hk(master_key, b"cq1/locator|" + u32(7), 16)) == V["locator"]
    assert hk(master_key, b"cq1/slot-kek", 32).hex() == V["slot_kek"]


def test_the_section_seals_to_exactly_these_bytes():
    body = V["expect_body"].encode()
    assert hashlib.sha256(frame(META, body)).hexdigest() == V["frame_sha256"]
    recipients = [Recipient(kid, bytes.fromhex(V["tier_keys"][kid])) for kid in ("oeg.3", "kqfygzutj.1")]
    text = seal(CONTEXT, META, body, k_det=KEYSTORE.k_det, recipients=recipients, signer=KEYSTORE.signing_key(1))
    assert text == V["section_text"]
    assert digest(text) == V["section_sha256"]


def test_the_slot_seals_to_exactly_these_bytes():
    def key(kid: str) -> dict[str, str]:
        return {"kty": "oct", "alg": "A256KW", "kid": kid, "k": b64u(bytes.fromhex(V["tier_keys"][kid]))}

    signer = {"kty": "OKP", "crv": "Ed25519", "kid": "ed.1", "x": b64u(bytes.fromhex(V["ed25519_pub"]))}
    body = {"v": 1, "site": V["site"], "epoch": 7, "member": "mx-01", "sig": [signer]}
    body["keys"] = [key("kqfygzutj.1"), key("partner.4")]
    slot = seal_slot(
        {"site": V["site"], "kind": "slot", "loc": V["locator"], "epoch": 7},
        {"ct": "application/jwk-set+json"},
        cj(body).encode(),
        k_det=KEYSTORE.k_det,
        kek=bytes.fromhex(V["slot_kek"]),
        length=1024,
    )
    assert slot == V["keyring"]["slots"][V["locator"]]
    assert digest(cj(slot)) == V["slot_sha256"]


def test_signing_in_as_typed_opens_the_section():
    slot = open_slot(cj(V["keyring"]), V["login"], V["passphrase"])
    opened = open_sealed(V["section_text"], slot.keys, slot.signers, CONTEXT)
    assert slot.member == "mx-01"
    assert sorted(slot.keys) == ["kqfygzutj.1", "partner.4"]
    assert (opened.meta, opened.body.decode(), opened.context) == (META, V["expect_body"], CONTEXT)


@pytest.mark.parametrize(("length", "bucket"), V["padme"].items())
def test_lengths_fall_into_padme_buckets(length, bucket):
    assert padme(int(length)) == bucket
