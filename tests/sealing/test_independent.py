"""Programs that are not ours open what we seal: the container is a standard one, and stays so."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from communique.sealing.demo import open_demo
from communique.sealing.keyring import build_keyring
from communique.sealing.primitives import b64u, from_b64u

ROOT = Path(__file__).parents[2]
VECTOR = json.loads((ROOT / "tests" / "vectors" / "cq1.json").read_text(encoding="utf-8"))


def program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"the program {name} is missing: apt-get install {package}")
    return found


def run(*command: str) -> bytes:
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


def content_of(framed: bytes) -> tuple[dict[str, str], bytes]:
    assert framed[:32] == bytes(32)
    meta_end = 44 + int.from_bytes(framed[32:36], "big")
    body_end = meta_end + int.from_bytes(framed[36:44], "big")
    return json.loads(framed[44:meta_end]), framed[meta_end:body_end]


def test_debians_jose_opens_a_section_with_a_tiers_key(tmp_path):
    jose = program("jose", "jose")
    sealer = open_demo(ROOT / "keys" / "demo")
    text = sealer.seal_section("meetings/paris-2008", "fr", "s1", ["oeg", "state:nz"], {}, "<p>Réservé.</p>")
    (tmp_path / "section.jwe").write_text(text)
    for name in ("oeg", "state:nz"):
        (key,) = sealer.keys([name]).values()
        (tmp_path / "tier.jwk").write_text(json.dumps({"kty": "oct", "alg": "A256KW", "k": b64u(key)}))
        framed = run(jose, "jwe", "dec", "-i", f"{tmp_path}/section.jwe", "-k", f"{tmp_path}/tier.jwk", "-O-")
        meta, body = content_of(framed)
        assert meta == {"ct": "text/html; charset=utf-8"}
        assert body.decode() == "<p>Réservé.</p>"


def test_debians_jose_opens_a_slot_and_with_it_a_section(tmp_path):
    jose = program("jose", "jose")
    slot = VECTOR["keyring"]["slots"][VECTOR["locator"]]
    (tmp_path / "slot.jwe").write_text(json.dumps(slot))
    kek = {"kty": "oct", "alg": "A256KW", "k": b64u(bytes.fromhex(VECTOR["slot_kek"]))}
    (tmp_path / "kek.jwk").write_text(json.dumps(kek))
    (tmp_path / "section.jwe").write_text(VECTOR["section_text"])
    _, keys = content_of(run(jose, "jwe", "dec", "-i", f"{tmp_path}/slot.jwe", "-k", f"{tmp_path}/kek.jwk", "-O-"))
    # The body is a JWK Set, as it stands.
    (tmp_path / "keys.jwkset").write_bytes(keys)
    framed = run(jose, "jwe", "dec", "-i", f"{tmp_path}/section.jwe", "-k", f"{tmp_path}/keys.jwkset", "-O-")
    assert content_of(framed)[1].decode() == VECTOR["expect_body"]


def test_even_a_slot_of_nobody_is_one_that_jose_opens_with_its_key(tmp_path):
    jose = program("jose", "jose")
    sealer = open_demo(ROOT / "keys" / "demo")
    empty = replace(sealer.register, members={})
    keyring = json.loads(build_keyring(sealer.keystore, empty, {}, lambda grants: grants))
    locator, kek = sealer.keystore.dummy(sealer.register.epoch, 0)
    (tmp_path / "slot.jwe").write_text(json.dumps(keyring["slots"][b64u(locator)]))
    (tmp_path / "kek.jwk").write_text(json.dumps({"kty": "oct", "alg": "A256KW", "k": b64u(kek)}))
    framed = run(jose, "jwe", "dec", "-i", f"{tmp_path}/slot.jwe", "-k", f"{tmp_path}/kek.jwk", "-O-")
    assert content_of(framed)[1] == b""


def test_openssl_alone_comes_from_login_and_passphrase_to_the_text(tmp_path):
    openssl = program("openssl", "openssl")
    salt = "psi-portal.example", bytes.fromhex(VECTOR["kdf_salt_hex"]), VECTOR["norm_login"]
    parts = b"".join(len(p).to_bytes(4, "big") + p for p in (s if isinstance(s, bytes) else s.encode() for s in salt))
    (tmp_path / "salt").write_bytes(b"cq1/salt|" + parts)
    hexsalt = run(openssl, "dgst", "-sha256", "-binary", f"{tmp_path}/salt").hex()

    def kdf(name: str, length: int, *options: str) -> bytes:
        pairs = [word for option in options for word in ("-kdfopt", option)]
        return run(openssl, "kdf", "-binary", "-keylen", str(length), *pairs, name)

    password = f"pass:{VECTOR['norm_pass']}"
    master_key = kdf("PBKDF2", 64, "digest:SHA512", password, f"hexsalt:{hexsalt}", "iter:600000")
    locator = kdf(
        "HKDF",
        16,
        "digest:SHA256",
        f"hexkey:{master_key.hex()}",
        f"hexinfo:{(b'cq1/locator|' + bytes([0, 0, 0, 7])).hex()}",
    )
    assert b64u(locator) == VECTOR["locator"]
    kek = kdf("HKDF", 32, "digest:SHA256", f"hexkey:{master_key.hex()}", "info:cq1/slot-kek")

    def opened(sealed: dict[str, object], wrapped: str, key: bytes) -> bytes:
        (tmp_path / "key").write_bytes(from_b64u(wrapped))
        (tmp_path / "text").write_bytes(from_b64u(sealed["ciphertext"]))
        unwrap = ("-d", "-id-aes256-wrap", "-K", key.hex(), "-iv", "A6" * 8, "-in", f"{tmp_path}/key")
        cek = run(openssl, "enc", *unwrap)
        counter = from_b64u(sealed["iv"]).hex() + "00000002"
        return run(openssl, "enc", "-d", "-aes-256-ctr", "-K", cek.hex(), "-iv", counter, "-in", f"{tmp_path}/text")

    slot = VECTOR["keyring"]["slots"][b64u(locator)]
    keys = json.loads(content_of(opened(slot, slot["recipients"][0]["encrypted_key"], kek))[1])["keys"]
    held = {key["kid"]: from_b64u(key["k"]) for key in keys}
    recipient = VECTOR["section"]["recipients"][0]
    framed = opened(VECTOR["section"], recipient["encrypted_key"], held[recipient["header"]["kid"]])
    assert content_of(framed)[1].decode() == VECTOR["expect_body"]
