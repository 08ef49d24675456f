"""Writes objects.json: sealed objects and keyrings, most to be refused, for all implementations of CQ1.

    python tests/vectors/make_objects.py > tests/vectors/objects.json

Each case names the code it must end with (`null`: it opens). A forged case is signed with the true key
wherever the signature is not itself the point, so that the rule it is about is what refuses it. Cases are
added, never edited.
"""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "plugins"))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from communique.sealing.envelope import Context, Recipient, frame, seal, seal_slot
from communique.sealing.keystore import Keystore
from communique.sealing.passphrases import normalise_passphrase
from communique.sealing.primitives import b64u, cj, from_b64u, hk, lp, u32

SITE = "psi-portal.example"
EPOCH = 7
SALT = bytes(range(16))
KEYSTORE = Keystore(SITE, bytes(range(32)))
LOGIN = "nz-01"
PASSPHRASE = KEYSTORE.passphrase(LOGIN, 1)
#: What the reader of every case holds.
HELD = {"nat-nz": [1], "oeg": [2, 3], "partner": [4]}
ORDER = 2**252 + 27742317777372353535851937790883648493
HTML = {"ct": "text/html; charset=utf-8", "title": "Réunion d’experts"}
BODY = "<p>Informe reservado: coördinatie, 協力, 🌊.</p>".encode()
TRUE_SIGNER = KEYSTORE.signing_key(1)

Forged = dict[str, Any]


def key_of(kid: str) -> bytes:
    tid, generation = kid.rsplit(".", 1)
    return KEYSTORE.tier_key(tid, int(generation))


def context(**changed: Any) -> dict[str, Any]:
    place = {
        "site": SITE,
        "kind": "section",
        "doc": "meetings/paris-2008",
        "lang": "es",
        "part": "s3",
        "aud": ["oeg"],
    }
    return {**place, **changed}


def expectation(place: dict[str, Any], **changed: Any) -> dict[str, Any]:
    wanted = {name: place[name] for name in ("kind", "doc", "part", "aud")} | {"langs": [place["lang"]]}
    return {**wanted, **changed}


def sealed(kids: list[str], meta: dict[str, Any], body: bytes, place: dict[str, Any]) -> str:
    told = {**place, "aud": tuple(place["aud"])}
    readers = [Recipient(kid, key_of(kid)) for kid in kids]
    return seal(Context(**told), meta, body, k_det=KEYSTORE.k_det, recipients=readers, signer=TRUE_SIGNER)


def forged(
    *,
    place: Any = None,
    header: Any = None,
    protected: bytes | None = None,
    framed: bytes | None = None,
    kids: tuple[str, ...] = ("oeg.3",),
    wrap_with: str | None = None,
) -> Forged:
    """An object built by hand: its parts are consistent, and may be wrong in one chosen way."""
    head = header if header is not None else {"cq": place or context(), "enc": "A256GCM", "typ": "cq1+jwe"}
    raw = protected if protected is not None else cj(head).encode()
    inside = framed if framed is not None else frame(HTML, BODY)
    secret = hmac.digest(KEYSTORE.k_det, b"cq1/cek|" + lp(raw) + lp(inside), "sha512")
    data = AESGCM(secret[:32]).encrypt(secret[32:44], inside, b64u(raw).encode())
    return {
        "protected": b64u(raw),
        "recipients": [
            {
                "encrypted_key": b64u(aes_key_wrap(key_of(wrap_with or kid), secret[:32])),
                "header": {"alg": "A256KW", "kid": kid},
            }
            for kid in kids
        ],
        "iv": b64u(secret[32:44]),
        "ciphertext": b64u(data[:-16]),
        "tag": b64u(data[-16:]),
    }


def signed(thing: Forged, signer: Ed25519PrivateKey = TRUE_SIGNER) -> str:
    unsigned = {name: value for name, value in thing.items() if name != "unprotected"}
    thing["unprotected"] = {"cq_sig": b64u(signer.sign(b"cq1/obj|" + cj(unsigned).encode()))}
    return cj(thing)


def changed(change: Callable[[Forged], object]) -> str:
    """The plain genuine object with one thing changed and signed again."""
    thing = forged()
    change(thing)
    return signed(thing)


def put(*path: Any, value: Any) -> str:
    def change(thing: Forged) -> None:
        inner: Any = thing
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value

    return changed(change)


def unsigned_change(*path: Any, value: Any) -> str:
    thing = json.loads(signed(forged()))
    inner: Any = thing
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return cj(thing)


def flipped(text: str, number: int = 0) -> str:
    data = bytearray(from_b64u(text))
    data[number] ^= 1
    return b64u(bytes(data))


def opening() -> Iterator[dict[str, Any]]:
    def case(
        name: str, kids: list[str], meta: dict[str, Any], body: bytes, place: dict[str, Any], **expect: Any
    ) -> dict[str, Any]:
        text = sealed(kids, meta, body, place)
        told = {"meta": meta, "body": b64u(body)}
        return {"name": name, "text": text, "expect": expectation(place, **expect), "code": None, **told}

    here = context()
    yield case("one recipient", ["oeg.3"], HTML, BODY, here)
    yield case("two tiers held", ["oeg.3", "partner.4"], HTML, BODY, context(aud=["oeg", "partner"]))
    yield case("only the second recipient is held", ["core.1", "oeg.3"], HTML, BODY, context(aud=["core", "oeg"]))
    yield case("an earlier generation that is still held", ["oeg.2"], HTML, BODY, here)
    yield case("an area beside a tier", ["core.1", "nat-nz.1"], HTML, BODY, context(aud=["core", "nat-nz"]))
    yield case("an empty body", ["oeg.3"], HTML, b"", here)
    yield case("a body that ends in zero bytes", ["oeg.3"], HTML, b"\x01\0\0\0", here)
    yield case("an empty meta", ["oeg.3"], {}, BODY, here)
    odd = {"ct": "text/plain", "title": '"\\/\b\f\n\r\t\x01\x7f é \u2028 \ud7ff \uffff \U0001f30a'}
    yield case("a title with characters that need escapes", ["oeg.3"], odd, BODY, here)
    keys = {"ct": "x", "\uffee": "1", "\U0001f30a": "2", "é": "3"}
    yield case("meta keys beyond the basic plane sort by code point", ["oeg.3"], keys, BODY, here)
    yield case("a fallback in the original's language", ["oeg.3"], HTML, BODY, here, langs=["fr", "es"])
    yield case(
        "an index, which belongs to no document",
        ["oeg.3"],
        HTML,
        BODY,
        context(kind="index", doc="-", part="words-ab"),
    )
    yield case("a feed", ["oeg.3"], HTML, BODY, context(kind="feed", doc="-", part="news"))
    yield case("a whole document", ["oeg.3"], HTML, BODY, context(kind="document", doc="x/dabc", part="body"))
    yield case(
        "a chunk of an attachment",
        ["oeg.3"],
        HTML,
        bytes(range(256)) * 4,
        context(kind="attachment", part="att/dk4/0001of0002"),
    )
    yield case("a restamped object", ["oeg.3"], HTML, BODY, context(rel=12))
    many = [f"t{number:02}" for number in range(63)]
    crowd = sorted(["oeg.3", *(f"{tid}.1" for tid in many)])
    yield case("64 recipients", crowd, HTML, BODY, context(aud=sorted(["oeg", *many])))
    yield case("identifiers of 128 characters", ["oeg.3"], HTML, BODY, context(part="p" * 128))
    rest = 512 - 44 - len(cj(HTML))
    yield case("a frame that is exactly full", ["oeg.3"], HTML, b"x" * rest, here)
    yield case("a frame one byte longer", ["oeg.3"], HTML, b"x" * (rest + 1), here)
    yield case("a language with a region", ["oeg.3"], HTML, BODY, context(lang="pt-br"))


def refused() -> Iterator[tuple[str, str, str] | tuple[str, str, str, dict[str, Any]]]:
    good = signed(forged())
    parsed = json.loads(good)
    bad, no, new, other = "malformed", "does-not-open", "newer-than-keyring", "not-for-you"

    # where it belongs
    yield "found in another document", good, no, {"doc": "meetings/washington-2008"}
    yield "found in another language", good, no, {"langs": ["fr", "en"]}
    yield "found in another part", good, no, {"part": "s4"}
    yield "found under a wider audience", good, no, {"aud": ["oeg", "partner"]}
    yield "found under another audience", good, no, {"aud": ["partner"]}
    yield "found as another kind", good, no, {"kind": "document"}
    yield "made for another site", signed(forged(place=context(site="other.example"))), no
    yield "made for another document, said to be this one", signed(forged(place=context(doc="a/b"))), no

    # who may read it
    yield (
        "sealed for a tier that is not held",
        signed(forged(place=context(aud=["core"]), kids=("core.1",))),
        other,
        {"aud": ["core"]},
    )
    yield (
        "sealed for another area",
        signed(forged(place=context(aud=["nat-mx"]), kids=("nat-mx.1",))),
        other,
        {"aud": ["nat-mx"]},
    )
    yield "a generation before the first one held", signed(forged(kids=("oeg.1",))), other
    yield "a generation after the last one held", signed(forged(kids=("oeg.4",))), new
    two = context(aud=["core", "oeg"])
    yield (
        "another tier, and a later generation of a held one",
        signed(forged(place=two, kids=("core.1", "oeg.10"))),
        new,
        {"aud": two["aud"]},
    )
    yield "not for this reader and not genuine", signed(forged(kids=("core.1",)), KEYSTORE.signing_key(2)), no

    # who made it
    yield "signed with another key", signed(forged(), KEYSTORE.signing_key(2)), no
    yield "a signature of zeros", unsigned_change("unprotected", "cq_sig", value=b64u(bytes(64))), no
    yield (
        "one bit of the signature",
        unsigned_change("unprotected", "cq_sig", value=flipped(parsed["unprotected"]["cq_sig"])),
        no,
    )
    yield (
        "the signature of another object",
        unsigned_change(
            "unprotected",
            "cq_sig",
            value=json.loads(signed(forged(kids=("oeg.2",))))["unprotected"]["cq_sig"],
        ),
        no,
    )
    raw = from_b64u(parsed["unprotected"]["cq_sig"])
    plus_order = raw[:32] + (int.from_bytes(raw[32:], "little") + ORDER).to_bytes(32, "little")
    yield "a signature with S + L", unsigned_change("unprotected", "cq_sig", value=b64u(plus_order)), no
    yield "a signature of 63 bytes", unsigned_change("unprotected", "cq_sig", value=b64u(raw[:63])), bad
    yield "a signature of 65 bytes", unsigned_change("unprotected", "cq_sig", value=b64u(raw + b"\0")), bad
    yield "an empty signature", unsigned_change("unprotected", "cq_sig", value=""), bad
    yield "no signature", unsigned_change("unprotected", value={}), bad
    yield "no unprotected header", cj(forged()), bad
    for name in ("alg", "kid", "zip", "cq"):
        yield f"{name} in the unprotected header", unsigned_change("unprotected", name, value="x"), bad

    # single changed values, not signed again
    for name in ("iv", "tag", "ciphertext", "protected"):
        yield f"one bit of {name}", unsigned_change(name, value=flipped(parsed[name])), no
    wrapped = parsed["recipients"][0]["encrypted_key"]
    yield (
        "one bit of a wrapped key",
        unsigned_change("recipients", 0, "encrypted_key", value=flipped(wrapped)),
        no,
    )
    yield "another kid", unsigned_change("recipients", 0, "header", "kid", value="oeg.2"), no

    # the same, signed by a careless editor: the cipher itself must refuse
    yield "one bit of the iv, signed", put("iv", value=flipped(parsed["iv"])), no
    yield "one bit of the tag, signed", put("tag", value=flipped(parsed["tag"])), no
    yield (
        "the last bit of the ciphertext, signed",
        put("ciphertext", value=flipped(parsed["ciphertext"], -1)),
        no,
    )
    yield (
        "one bit of a wrapped key, signed",
        put("recipients", 0, "encrypted_key", value=flipped(wrapped, 39)),
        no,
    )
    yield "a wrapped key of zeros, signed", put("recipients", 0, "encrypted_key", value=b64u(bytes(40))), no
    yield "wrapped with the key of another kid, signed", signed(forged(wrap_with="partner.4")), no
    yield (
        "the protected header of another part, signed",
        put("protected", value=forged(place=context(part="s4"))["protected"]),
        no,
        {"part": "s4"},
    )

    # shapes
    for length in (0, 8, 24, 39, 41, 48):
        yield (
            f"a wrapped key of {length} bytes",
            put("recipients", 0, "encrypted_key", value=b64u(bytes(length))),
            bad,
        )
    for length in (0, 8, 11, 13, 16):
        yield f"an iv of {length} bytes", put("iv", value=b64u(bytes(length))), bad
    for length in (0, 4, 12, 15, 17):
        yield f"a tag of {length} bytes", put("tag", value=b64u(bytes(length))), bad
    for length in (0, 43):
        yield f"a ciphertext of {length} bytes", put("ciphertext", value=b64u(bytes(length))), bad
    for name in ("iv", "tag", "ciphertext", "protected", "recipients"):
        yield f"no {name}", changed(lambda thing, name=name: thing.pop(name)), bad  # type: ignore[misc]
        yield f"{name} is a number", put(name, value=1), bad
        yield f"{name} is null", put(name, value=None), bad
    for name in ("aad", "header", "encrypted_key", "alg", "zip", "crit", "cq_sig", "__proto__"):
        yield f"a member {name}", put(name, value="x"), bad
    for name in ("epk", "jku", "jwk", "x5u", "x5c", "p2c", "p2s", "iv", "tag", "apu", "enc", "zip", "crit"):
        yield f"{name} in a recipient's header", put("recipients", 0, "header", name, value="x"), bad
    yield "a recipient with one member more", put("recipients", 0, "x", value="x"), bad
    yield "a recipient that is not an object", put("recipients", 0, value="x"), bad
    yield "a recipient's header that is a list", put("recipients", 0, "header", value=[]), bad
    for alg in (
        "dir",
        "A128KW",
        "A256GCMKW",
        "RSA-OAEP-256",
        "ECDH-ES",
        "PBES2-HS512+A256KW",
        "none",
        "a256kw",
        "",
    ):
        yield f'the algorithm "{alg}"', put("recipients", 0, "header", "alg", value=alg), bad
    for kid in (
        "oeg",
        "oeg.",
        ".3",
        "oeg.03",
        "oeg.0",
        "oeg.-1",
        "oeg.3 ",
        "OEG.3",
        "../oeg.3",
        "oeg.3\n",
        "slot",
        "",
        "oeg.99999999999",
    ):
        yield f"the kid {json.dumps(kid)}", put("recipients", 0, "header", "kid", value=kid), bad
    yield "a kid that is a number", put("recipients", 0, "header", "kid", value=3), bad
    yield "no kid", changed(lambda thing: thing["recipients"][0]["header"].pop("kid")), bad
    yield "an empty list of recipients", put("recipients", value=[]), bad
    yield "recipients in another order", signed(forged(kids=("partner.4", "oeg.3"))), bad
    yield "a recipient twice", signed(forged(kids=("oeg.3", "oeg.3"))), bad
    crowd = tuple(sorted(["oeg.3", *(f"t{number:02}.1" for number in range(64))]))
    yield "65 recipients", signed(forged(kids=crowd)), bad

    # the protected header
    true_header: dict[str, Any] = {"cq": context(), "enc": "A256GCM", "typ": "cq1+jwe"}
    for name, value in (
        ("alg", "A256KW"),
        ("zip", "DEF"),
        ("crit", ["cq"]),
        ("kid", "oeg.3"),
        ("p2c", 1),
        ("b64", False),
    ):
        yield f"{name} in the protected header", signed(forged(header={**true_header, name: value})), bad
    for name in ("cq", "enc", "typ"):
        yield (
            f"no {name} in the protected header",
            signed(forged(header={k: v for k, v in true_header.items() if k != name})),
            bad,
        )
    for enc in ("A128GCM", "A256CBC-HS512", "none", None):
        yield f"the encryption {json.dumps(enc)}", signed(forged(header={**true_header, "enc": enc})), bad
    for typ in ("cq2+jwe", "cq1-slot+jwe", "JWE", "CQ1+JWE", None):
        yield f"the type {json.dumps(typ)}", signed(forged(header={**true_header, "typ": typ})), bad
    text = cj(true_header)
    yield (
        "a protected header with a space",
        signed(forged(protected=text.replace(":", ": ", 1).encode())),
        bad,
    )
    yield (
        "a protected header with a key twice",
        signed(forged(protected=('{"typ":"x",' + text[1:]).encode())),
        bad,
    )
    yield (
        "a protected header in another order",
        signed(forged(protected=json.dumps(dict(reversed(true_header.items())), separators=(",", ":")).encode())),
        bad,
    )
    yield (
        "a protected header that is not ASCII",
        signed(forged(protected=text.replace("cq1+jwe", "cq1\u00ad+jwe").encode())),
        bad,
    )
    yield "a protected header that is not UTF-8", signed(forged(protected=b"\xff" + text.encode())), bad
    yield "a protected header that is a list", signed(forged(protected=b"[]")), bad
    yield "an empty protected header", signed(forged(protected=b"")), bad
    yield (
        "a protected header behind a byte order mark",
        signed(forged(protected=b"\xef\xbb\xbf" + text.encode())),
        bad,
    )

    # the context
    for name in ("site", "kind", "doc", "lang", "part", "aud"):
        yield (
            f"a context without {name}",
            signed(forged(place={k: v for k, v in context().items() if k != name})),
            bad,
        )
        yield f"a context whose {name} is null", signed(forged(place=context(**{name: None}))), bad
    changes: tuple[dict[str, Any], ...] = (
        {"x": "y"},
        {"kind": "slot"},
        {"kind": "Section"},
        {"lang": "ES"},
        {"doc": "../x"},
        {"doc": "a..b"},
        {"doc": ""},
        {"doc": "/x"},
        {"part": "-"},
        {"part": "p" * 129},
        {"part": "s3\n"},
        {"site": "é.example"},
        {"aud": []},
        {"aud": "oeg"},
        {"aud": ["partner", "oeg"]},
        {"aud": ["oeg", "oeg"]},
        {"aud": [1]},
        {"aud": ["OEG"]},
        {"rel": 0},
        {"rel": -1},
        {"rel": True},
        {"rel": "1"},
        {"rel": 2**53},
        {"rel": None},
    )
    for change in changes:
        yield f"a context with {cj(change)[1:-1][:40]}", signed(forged(place=context(**change))), bad
    for number in ("1.0", "1e0", "1.5", "-0", "01", "1e21", "NaN", "Infinity"):
        head = cj({**true_header, "cq": context(rel=77)}).replace("77", number)
        yield f"a release written {number}", signed(forged(protected=head.encode())), bad

    # the frame
    whole = frame(HTML, BODY)
    yield "a frame that does not begin with 32 zeros", signed(forged(framed=b"\x01" + whole[1:])), no
    yield "a frame whose 32nd byte is not zero", signed(forged(framed=whole[:31] + b"\x80" + whole[32:])), no
    yield "padding that is not zero", signed(forged(framed=whole[:-1] + b"\x01")), no
    yield "meta longer than the frame", signed(forged(framed=whole[:32] + u32(513) + whole[36:])), no
    yield "meta of four gigabytes", signed(forged(framed=whole[:32] + b"\xff" * 4 + whole[36:])), no
    yield (
        "a body longer than the frame",
        signed(forged(framed=whole[:36] + bytes(6) + b"\x02\x00" + whole[44:])),
        no,
    )
    yield "a body of 2^63 bytes", signed(forged(framed=whole[:36] + b"\x80" + bytes(7) + whole[44:])), no
    yield "a body of 2^64 - 1 bytes", signed(forged(framed=whole[:36] + b"\xff" * 8 + whole[44:])), no
    yield (
        "a body one byte too short",
        signed(forged(framed=whole[:43] + bytes([len(BODY) - 1]) + whole[44:])),
        no,
    )
    for name, meta in (
        ("empty", b""),
        ("a list", b"[]"),
        ("null", b"null"),
        ("text", b'"x"'),
        ("with a space", b'{"ct": "x"}'),
        ("with a key twice", b'{"ct":"x","ct":"y"}'),
        ("not ASCII", '{"ct":"é"}'.encode()),
        ("not UTF-8", b'{"ct":"\xff"}'),
        ("with a float", b'{"ct":1.5}'),
        ("with upper-case escapes", b'{"ct":"\\u00E9"}'),
    ):
        inside = (bytes(32) + u32(len(meta)) + len(BODY).to_bytes(8, "big") + meta + BODY).ljust(512, b"\0")
        yield f"meta that is {name}", signed(forged(framed=inside)), no

    # the text
    yield "no text", "", bad
    for text in ("null", "1", "[]", "{}", '"x"', "{", "nul", "[" * 20000, '{"a":' * 5000 + "1" + "}" * 5000):
        yield f"the text {text[:12]}{'…' if len(text) > 12 else ''}", text, bad
    yield "a space before", " " + good, bad
    yield "a newline after", good + "\n", bad
    yield "a byte order mark before", "\ufeff" + good, bad
    yield "two objects", good + good, bad
    yield "spaces between", json.dumps(parsed, sort_keys=True), bad
    yield "keys in another order", json.dumps(dict(reversed(parsed.items())), separators=(",", ":")), bad
    yield "a key twice, the same", '{"ciphertext":' + json.dumps(parsed["ciphertext"]) + "," + good[1:], bad
    yield "a key twice, first another value", good.replace('"iv":', '"iv":"AAAAAAAAAAAAAAAA","iv":', 1), bad
    yield "a recipient's kid twice", good.replace('"kid":', '"kid":"core.1","kid":', 1), bad
    yield "an escape that is not needed", good.replace("A256KW", "\\u0041256KW", 1), bad
    yield "an escaped key", good.replace('"iv"', '"\\u0069v"', 1), bad
    yield "a comma at the end", good[:-1] + ",}", bad
    yield "a comment", "/**/" + good, bad
    yield "single quotes", good.replace('"', "'"), bad
    yield "a letter that is not ASCII", good.replace("A256KW", "А256KW", 1), bad
    yield "a null character after", good + "\0", bad
    yield "cut short", good[:-1], bad
    compact = ".".join([parsed["protected"], wrapped, parsed["iv"], parsed["ciphertext"], parsed["tag"]])
    yield "compact serialisation", compact, bad
    flat = {name: value for name, value in parsed.items() if name != "recipients"} | parsed["recipients"][0]
    yield "flattened serialisation", cj(flat), bad

    # base64url
    for name, value in (
        ("padded", parsed["iv"][:-1] + "="),
        ("with stray bits", parsed["tag"][:-1] + "B"),
        ("with a space", " " + parsed["tag"]),
        ("with a newline", parsed["tag"] + "\n"),
        ("of one letter too many", parsed["iv"] + "A"),
        ("of the other alphabet", "+/" + parsed["iv"][2:]),
        ("not ASCII", "é" + parsed["iv"][1:]),
    ):
        yield f"a value {name}", put("tag" if "tag" in name or len(value) > 18 else "iv", value=value), bad
    yield "a protected header with stray bits", put("protected", value=stray(parsed["protected"])), bad
    yield (
        "a protected header, padded",
        put("protected", value=parsed["protected"] + "=" * (-len(parsed["protected"]) % 4 or 1)),
        bad,
    )

    # a slot where an object belongs
    slot = seal_slot(
        {"epoch": EPOCH, "kind": "slot", "loc": "A" * 22, "site": SITE},
        {},
        b"",
        k_det=KEYSTORE.k_det,
        kek=bytes(32),
        length=1024,
    )
    yield "a slot", cj(slot), bad
    yield "a slot, signed", signed(copy.deepcopy(slot)), bad


def stray(text: str) -> str:
    """Another spelling of the same bytes, or of one byte more where every bit is used."""
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    if len(text) % 4 == 0:
        return text + "AB"
    return text[:-1] + digits[digits.index(text[-1]) | 1]


def keyrings() -> Iterator[dict[str, Any]]:
    salt = hashlib.sha256(b"cq1/salt|" + lp(SITE) + lp(SALT) + lp(LOGIN)).digest()
    master_key = hashlib.pbkdf2_hmac("sha512", normalise_passphrase(PASSPHRASE).encode(), salt, 600000, 64)
    locator = b64u(hk(master_key, b"cq1/locator|" + u32(EPOCH), 16))
    kek = hk(master_key, b"cq1/slot-kek", 32)
    place: dict[str, Any] = {"site": SITE, "kind": "slot", "loc": locator, "epoch": EPOCH}
    kids = [f"{tid}.{generation}" for tid, generations in HELD.items() for generation in generations]
    body: dict[str, Any] = {
        "v": 1,
        "site": SITE,
        "epoch": EPOCH,
        "member": LOGIN,
        "sig": [{"kty": "OKP", "crv": "Ed25519", "kid": "ed.1", "x": b64u(KEYSTORE.signer(1))}],
        "keys": [{"kty": "oct", "alg": "A256KW", "kid": kid, "k": b64u(key_of(kid))} for kid in sorted(kids)],
        "labels": {"oeg": {"en": "Operational Experts Group", "fr": "Groupe d’experts opérationnels"}},
    }

    def slot_of(told: Any = body, where: dict[str, Any] = place, key: bytes = kek, meta: Any = None) -> dict[str, Any]:
        inside = told if isinstance(told, bytes) else cj(told).encode()
        told_meta = {"ct": "application/jwk-set+json"} if meta is None else meta
        return dict(seal_slot(where, told_meta, inside, k_det=KEYSTORE.k_det, kek=key, length=2048))

    def ring(slot: Any = None, **different: Any) -> dict[str, Any]:
        kdf = {"name": "PBKDF2", "hash": "SHA-512", "iter": 600000, "salt": b64u(SALT)}
        kdf.update({name.removeprefix("kdf_"): value for name, value in different.items() if name.startswith("kdf_")})
        top = {name: value for name, value in different.items() if not name.startswith("kdf_")}
        slots = {locator: slot_of() if slot is None else slot}
        return {"v": 1, "site": SITE, "epoch": EPOCH, "kdf": kdf, "slots": slots, **top}

    def case(
        name: str, code: str | None, text: Any = None, login: str = LOGIN, passphrase: str = PASSPHRASE
    ) -> dict[str, Any]:
        whole = cj(ring() if text is None else text) if not isinstance(text, str) else text
        return {"name": name, "keyring": whole, "login": login, "passphrase": passphrase, "code": code}

    def with_slot(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        slot = slot_of()
        change(slot)
        return ring(slot)

    bad, no = "malformed", "does-not-open"
    yield case("the member's own slot", None)
    shouted = " — ".join(PASSPHRASE.upper().split())
    yield case("typed with capitals, dashes and full-width letters", None, login="\u3000ＮＺ-01 ", passphrase=shouted)
    yield case("no labels", None, ring(slot_of({k: v for k, v in body.items() if k != "labels"})))
    later = {"kty": "AKP", "alg": "X-Wing", "kid": "later", "pub": "AA"}
    yield case(
        "a key of a later format is passed over",
        None,
        ring(slot_of({**body, "keys": [*body["keys"], later]})),
    )
    yield case("another passphrase", no, passphrase="wrong " + PASSPHRASE)
    yield case("another login", no, login="nz-02")
    yield case("an empty passphrase", no, passphrase="")
    yield case("a passphrase of signs only", no, passphrase="— ¡! —")
    yield case("a login of two characters", no, login="nz")
    yield case("a login with a slash", no, login="nz/01")
    yield case("another site", no, ring(site="other.example"))
    yield case("another epoch", no, ring(epoch=8))
    yield case("another salt", no, ring(kdf_salt=b64u(bytes(16))))
    yield case("no slots", no, ring(slots={}))
    yield case("a slot of another place", no, ring(slot_of(where={**place, "loc": "A" * 22})))
    yield case("a slot of another epoch", no, ring(slot_of(where={**place, "epoch": 6})))
    yield case("a slot with another key", no, ring(slot_of(key=bytes(32))))
    yield case("a slot with one bit changed", no, with_slot(lambda slot: slot.update(tag=flipped(slot["tag"]))))
    yield case("a slot whose body is of another site", no, ring(slot_of({**body, "site": "other.example"})))
    yield case("a slot whose body is of another epoch", no, ring(slot_of({**body, "epoch": 6})))
    yield case("a slot whose body is not JSON", no, ring(slot_of(b"x")))
    yield case(
        "a slot with a key of 31 bytes",
        no,
        ring(slot_of({**body, "keys": [{**body["keys"][0], "k": b64u(bytes(31))}]})),
    )
    yield case("a slot with another meta", no, ring(slot_of(meta={"ct": "text/html"})))
    yield case("599999 rounds", bad, ring(kdf_iter=599999))
    yield case("1000 rounds", bad, ring(kdf_iter=1000))
    yield case("rounds written as text", bad, ring(kdf_iter="600000"))
    yield case("rounds that are true", bad, ring(kdf_iter=True))
    yield case("2^32 rounds", bad, ring(kdf_iter=2**32))
    yield case("another stretching", bad, ring(kdf_name="Argon2id"))
    yield case("another hash", bad, ring(kdf_hash="SHA-1"))
    yield case("one parameter more", bad, ring(kdf_m=1))
    yield case("a salt of 15 bytes", bad, ring(kdf_salt=b64u(bytes(15))))
    yield case("another version", bad, ring(v=2))
    yield case("one member more", bad, ring(x=1))
    yield case("an epoch of zero", bad, ring(epoch=0))
    yield case("a site that is no identifier", bad, ring(site="Psi Portal"))
    yield case("slots that are a list", bad, ring(slots=[]))
    yield case("a keyring with spaces", bad, json.dumps(ring(), sort_keys=True))
    yield case("an empty keyring", bad, "")
    yield case(
        "a slot with a signature",
        bad,
        with_slot(lambda slot: slot.update(unprotected={"cq_sig": b64u(bytes(64))})),
    )
    yield case(
        "a slot with a wrapped key of no bytes",
        bad,
        with_slot(lambda slot: slot["recipients"][0].update(encrypted_key="")),
    )
    yield case(
        "a slot with two recipients",
        bad,
        with_slot(lambda slot: slot.update(recipients=slot["recipients"] * 2)),
    )
    yield case(
        "a slot whose recipient is a tier",
        bad,
        with_slot(lambda slot: slot["recipients"][0]["header"].update(kid="oeg.3")),
    )
    yield case("a slot with a short iv", bad, with_slot(lambda slot: slot.update(iv=b64u(bytes(11)))))
    yield case("an object where a slot belongs", bad, ring(forged()))
    yield case("a slot that is null", bad, ring(slots={locator: None}))


def build() -> dict[str, Any]:
    """The whole set, ready to be written."""
    objects = list(opening())
    for name, text, code, *other in refused():
        objects.append(
            {
                "name": name,
                "text": text,
                "expect": expectation(context(), **(other[0] if other else {})),
                "code": code,
            }
        )
    return {
        "about": "Cases for implementations of CQ1 (docs/cq1.md). Sign in with `keyrings[0]`, then open "
        "every object. code null: it opens, with this meta and body (base64url).",
        "site": SITE,
        "keyrings": list(keyrings()),
        "objects": objects,
    }


if __name__ == "__main__":
    print(json.dumps(build(), indent=1, ensure_ascii=True))
