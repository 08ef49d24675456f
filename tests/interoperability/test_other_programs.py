"""Programs that are not ours open what is ours, with a tier's key or a member's passphrase."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
import shutil
import struct
import subprocess
import unicodedata
from pathlib import Path

import pytest

from communique.sealing.demo import open_demo
from tests.browser.sealed_sources import Paper, read_papers, words_shown
from tests.browser.shipped import PROJECT, Shipped

pytestmark = pytest.mark.site

PAGE = "en/meetings/paris-2008-summary/index.html"
ZEROS = 32
HEAD = ZEROS + 4 + 8


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def object_for(shipped: Shipped, tier: str, path: str = PAGE) -> tuple[str, list[str]]:
    """The first object of a page that is sealed for `tier`, and the words the source has there."""
    page = (shipped.output / path).read_text(encoding="utf-8")
    boxes = re.findall(r'data-cq-part="(s\d+)"[^>]*data-cq-aud="([^"]*)"', page)
    paper: Paper = read_papers(shipped.content)[path]
    sealed = next(one for one in paper.sealed if one.audience == {tier})
    part = next(part for part, audience in boxes if audience == tier)
    found = re.search(rf'data-cq="{part}">(.*?)</script>', page)
    assert found
    return found.group(1), list(sealed.words)


def body_of(frame: bytes) -> str:
    meta, body = struct.unpack(">IQ", frame[ZEROS:HEAD])
    assert not any(frame[:ZEROS])
    return frame[HEAD + meta : HEAD + meta + body].decode("utf-8")


def expect_words(body: str, words: list[str]) -> None:
    shown = set(words_shown(body))
    assert len(set(words) & shown) >= 0.9 * len(set(words))


@functools.cache
def key_of(kid: str) -> bytes:
    """The editors' own way to a tier's key; everything after it is left to the other program."""
    sealer = open_demo(PROJECT / "keys/demo")
    tier, _, generation = kid.rpartition(".")
    return sealer.keystore.tier_key(tier, int(generation))


@pytest.mark.parametrize("tier", ["partner", "oeg"])
def test_debians_jose_opens_a_section_with_its_tiers_key(tier: str, shipped: Shipped, tmp_path: Path) -> None:
    assert shutil.which("jose"), "this test needs the program jose: apt-get install jose"
    text, words = object_for(shipped, tier)
    kid = f"{tier}.1"
    key = {"kty": "oct", "alg": "A256KW", "k": b64u(key_of(kid))}
    (tmp_path / "section.jwe").write_text(text)
    (tmp_path / "tier.jwk").write_text(json.dumps(key))
    command = ["jose", "jwe", "dec", "-i", "section.jwe", "-k", "tier.jwk", "-O", "-"]
    opened = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert opened.returncode == 0, opened.stderr.decode()
    expect_words(body_of(opened.stdout), words)


def test_debians_jose_opens_nothing_with_the_key_of_a_wider_tier(shipped: Shipped, tmp_path: Path) -> None:
    assert shutil.which("jose"), "this test needs the program jose: apt-get install jose"
    text, _ = object_for(shipped, "oeg")
    key = {"kty": "oct", "alg": "A256KW", "k": b64u(key_of("partner.1"))}
    (tmp_path / "section.jwe").write_text(text)
    (tmp_path / "tier.jwk").write_text(json.dumps(key))
    command = ["jose", "jwe", "dec", "-i", "section.jwe", "-k", "tier.jwk", "-O", "-"]
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert (refused.returncode != 0, refused.stdout) == (True, b"")


def _openssl(*arguments: str, given: bytes = b"") -> bytes:
    assert shutil.which("openssl"), "this test needs the program openssl, version 3: apt-get install openssl"
    ran = subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout


def _opened_by_openssl(sealed: dict[str, object], wrapped: str, key: bytes) -> bytes:
    iv, text = unb64u(str(sealed["iv"])), unb64u(str(sealed["ciphertext"]))
    content_key = _openssl("enc", "-d", "-id-aes256-wrap", "-K", key.hex(), "-iv", "A6" * 8, given=unb64u(wrapped))
    # openssl's command line has no GCM: counter mode from its second block is the same, without the tag's check.
    return _openssl("enc", "-d", "-aes-256-ctr", "-K", content_key.hex(), "-iv", iv.hex() + "00000002", given=text)


def test_openssl_alone_leads_from_login_and_passphrase_to_a_sections_text(shipped: Shipped) -> None:
    member = shipped.members["nz-01"]
    release = (shipped.output / "release.js").read_text(encoding="ascii")
    name = json.loads(json.loads(release[release.index(",") + 1 : release.rindex(")")]))["data"]["keyring"]
    line = (shipped.output / name).read_text(encoding="ascii")
    keyring = json.loads(json.loads(line[line.index(",") + 1 : line.rindex(")")]))

    def lp(data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + data

    words = unicodedata.normalize("NFKD", member.passphrase).encode("ascii", "ignore").decode().lower()
    parts = (keyring["site"].encode(), unb64u(keyring["kdf"]["salt"]), member.login.encode())
    salt = hashlib.sha256(b"cq1/salt|" + b"".join(map(lp, parts))).hexdigest()
    pbkdf2 = ["-kdfopt", "digest:SHA512", "-kdfopt", f"pass:{words}", "-kdfopt", f"hexsalt:{salt}"]
    iterations = ["-kdfopt", f"iter:{keyring['kdf']['iter']}"]
    main = _openssl("kdf", "-binary", "-keylen", "64", *pbkdf2, *iterations, "PBKDF2").hex()

    def derive(info: bytes, length: int) -> bytes:
        wanted = ["-kdfopt", "digest:SHA256", "-kdfopt", f"hexkey:{main}", "-kdfopt", f"hexinfo:{info.hex()}"]
        return _openssl("kdf", "-binary", "-keylen", str(length), *wanted, "HKDF")

    slot = keyring["slots"][b64u(derive(b"cq1/locator|" + struct.pack(">I", keyring["epoch"]), 16))]
    wrapped = slot["recipients"][0]["encrypted_key"]
    body = json.loads(body_of(_opened_by_openssl(slot, wrapped, derive(b"cq1/slot-kek", 32))))
    keys = {one["kid"]: unb64u(one["k"]) for one in body["keys"]}

    text, expected = object_for(shipped, "oeg")
    sealed = json.loads(text)
    recipient = next(one for one in sealed["recipients"] if one["header"]["kid"] in keys)
    frame = _opened_by_openssl(sealed, recipient["encrypted_key"], keys[recipient["header"]["kid"]])
    expect_words(body_of(frame), expected)
