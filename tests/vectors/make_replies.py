"""Writes replies.json: what translators' pages seal, and what nobody may take for it, for all implementations.

    python tests/vectors/make_replies.py > tests/vectors/replies.json

A case is refused with `malformed` or `does-not-open`, whichever an implementation comes to first. Forged cases are
sealed under the true key wherever the key is not itself the point. Cases are added, never edited.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "plugins"))

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from communique.sealing.envelope import REPLY_TYPE, frame
from communique.sealing.keystore import Keystore
from communique.sealing.packages import reply_context
from communique.sealing.primitives import b64u, cj

SITE = "psi-portal.example"
PACKAGE, OTHER = "7f3a09c2d15be8460a91", "00000000000000000000"
KEYS = Keystore(SITE, bytes(range(32))).package_keys("t-mar", 1, PACKAGE, "pt-br")
PLACE = reply_context(SITE, PACKAGE, "pt-BR")
META = {"ct": "application/json"}
BODY = '{"text": "Reunião de peritos: 協力, 🌊."}\n'.encode()
CEK, IV = bytes(range(32)), bytes(range(100, 112))

Forged = dict[str, Any]


def reply(
    *,
    place: Any = PLACE,
    header: Any = None,
    framed: bytes | None = None,
    key: bytes = KEYS.back,
    kid: str = KEYS.kid,
    random: tuple[bytes, bytes] = (CEK, IV),
) -> Forged:
    """A reply as the page makes it, or wrong in what is asked for."""
    cek, iv = random
    told = {"cq": place, "enc": "A256GCM", "typ": REPLY_TYPE} if header is None else header
    protected = b64u(cj(told).encode("ascii"))
    data = AESGCM(cek).encrypt(iv, frame(META, BODY) if framed is None else framed, protected.encode("ascii"))
    return {
        "protected": protected,
        "recipients": [{"encrypted_key": b64u(aes_key_wrap(key, cek)), "header": {"alg": "A256KW", "kid": kid}}],
        "iv": b64u(iv),
        "ciphertext": b64u(data[:-16]),
        "tag": b64u(data[-16:]),
    }


def changed(change: Callable[[Forged], None]) -> str:
    made = reply()
    change(made)
    return cj(made)


def refused() -> Iterator[tuple[str, str]]:
    good, whole = reply(), frame(META, BODY)
    out = {"cq": {**PLACE, "aud": [KEYS.tid]}, "enc": "A256GCM", "typ": "cq1+jwe"}
    yield "sealed under the package's own key", cj(reply(key=KEYS.out))
    yield "sealed under a key of nobody", cj(reply(key=bytes(32)))
    yield "for another kid", cj(reply(kid="tabcdefghijklmnop.1"))
    yield "for a later generation", cj(reply(kid=KEYS.tid + ".2"))
    yield "for a kid that is none", cj(reply(kid="slot"))
    yield "of another package", cj(reply(place={**PLACE, "part": "translate/" + OTHER}))
    yield "of another site", cj(reply(place={**PLACE, "site": "other.example"}))
    yield "in another language", cj(reply(place={**PLACE, "lang": "pt"}))
    yield "a language in capitals", cj(reply(place={**PLACE, "lang": "pt-BR"}))
    yield "of another kind", cj(reply(place={**PLACE, "kind": "index"}))
    yield "a place that says more", cj(reply(place={**PLACE, "doc": "-"}))
    yield "a place that says less", cj(reply(place={name: PLACE[name] for name in ("kind", "lang", "part")}))
    yield "no place", cj(reply(place=None))
    yield "of the type of an object", cj(reply(header=out))
    yield "of the type of a slot", cj(reply(header={"cq": PLACE, "enc": "A256GCM", "typ": "cq1-slot+jwe"}))
    yield "of another cipher", cj(reply(header={"cq": PLACE, "enc": "A256CBC-HS512", "typ": REPLY_TYPE}))
    yield "a header that says more", cj(reply(header={"cq": PLACE, "enc": "A256GCM", "typ": REPLY_TYPE, "zip": "DEF"}))
    yield "no zeros before the frame", cj(reply(framed=b"\1" + whole[1:]))
    yield "something behind the body", cj(reply(framed=whole[:-1] + b"\1"))
    yield "a body longer than the frame", cj(reply(framed=whole[:36] + b"\0\0\0\0\0\1\0\0" + whole[44:]))
    yield "other meta", cj(reply(framed=frame({"ct": "text/html"}, BODY)))
    yield "more meta", cj(reply(framed=frame({**META, "name": "x"}, BODY)))
    yield "a frame too short for its head", cj(reply(framed=bytes(43)))
    yield "a signature beside it", cj({**good, "unprotected": {"cq_sig": b64u(bytes(64))}})
    yield "without a tag", cj({name: value for name, value in good.items() if name != "tag"})
    yield "two recipients", changed(lambda one: one["recipients"].append(one["recipients"][0]))
    yield "no recipient", changed(lambda one: one["recipients"].clear())
    yield "a wrapped key of no bytes", changed(lambda one: one["recipients"][0].update(encrypted_key=""))
    yield "a wrapped key of 48 bytes", changed(lambda one: one["recipients"][0].update(encrypted_key=b64u(bytes(48))))
    yield "another way of wrapping", changed(lambda one: one["recipients"][0]["header"].update(alg="dir"))
    yield "a recipient's header that says more", changed(lambda one: one["recipients"][0]["header"].update(epk=1))
    yield "an iv of 11 bytes", changed(lambda one: one.update(iv=b64u(IV[:11])))
    yield "a tag of 12 bytes", changed(lambda one: one.update(tag=one["tag"][:16]))
    yield "an iv with padding", changed(lambda one: one.update(iv=one["iv"] + "="))
    yield "a protected header that is no text", changed(lambda one: one.update(protected=1))
    yield "a ciphertext of another text", changed(lambda one: one.update(ciphertext=b64u(bytes(512))))
    yield "an exchanged iv", changed(lambda one: one.update(iv=b64u(bytes(12))))
    yield "blanks", json.dumps(good, sort_keys=True)
    yield "a member twice", cj(good)[:-1] + ',"tag":' + cj(good["tag"]) + "}"
    yield "a list", cj([good])
    yield "nothing", ""


def build() -> dict[str, Any]:
    return {
        "site": SITE,
        "package": PACKAGE,
        "login": "t-mar",
        "key": b64u(KEYS.back),
        "kid": KEYS.kid,
        "context": PLACE,
        "opens": [
            {"name": "the reply", "random": [b64u(CEK), b64u(IV)], "body": b64u(BODY), "text": cj(reply())},
            {
                "name": "an empty body",
                "random": [b64u(bytes(32)), b64u(bytes(12))],
                "body": "",
                "text": cj(reply(framed=frame(META, b""), random=(bytes(32), bytes(12)))),
            },
            {
                "name": "a long body",
                "random": [b64u(CEK[::-1]), b64u(IV[::-1])],
                "body": b64u(BODY * 90),
                "text": cj(reply(framed=frame(META, BODY * 90), random=(CEK[::-1], IV[::-1]))),
            },
        ],
        "refused": [{"name": name, "text": text} for name, text in refused()],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(build(), indent=1) + "\n")
