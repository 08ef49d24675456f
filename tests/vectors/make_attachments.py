"""Writes attachments.json: sealed files of several objects, most to be refused, for all implementations of CQ1.

    python tests/vectors/make_attachments.py > tests/vectors/attachments.json

A case lists the objects a reader finds, by name, and the code it must end with (`null`: the file opens). The reader is
the one of objects.json. Cases are added, never edited.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "plugins"))

from communique.sealing.envelope import Context, Recipient, seal
from communique.sealing.keystore import Keystore
from communique.sealing.primitives import b64u

SITE = "psi-portal.example"
KEYSTORE = Keystore(SITE, bytes(range(32)))
DOC, AUD = "meetings/paris-2008", ("oeg",)
FILE = bytes(range(256)) + "Anexo, día 1\n".encode()
LENGTH = 100


def ident(name: str, doc: str = DOC) -> str:
    return KEYSTORE.attachment_id(f"{doc}/{name}")


def objects(name: str, data: bytes, **changed: Any) -> dict[str, str]:
    """The objects of a file, of short chunks: how long a chunk is, is the writer's choice."""
    told = {"ident": ident(name), "doc": DOC, "aud": AUD, "lang": "mul", "kind": "attachment", "meta": {}, **changed}
    chunks = [data[at : at + LENGTH] for at in range(0, len(data), LENGTH)]
    meta = {
        "ct": "application/pdf",
        "name": name,
        "marking": "TLP:AMBER",
        "size": len(data),
        "sha256": b64u(hashlib.sha256(data).digest()),
        **told["meta"],
    }
    made: dict[str, str] = {}
    for number, chunk in enumerate(chunks, 1):
        part = f"att/{told['ident']}/{number:04}of{len(chunks):04}"
        context = Context(SITE, told["kind"], told["doc"], told["lang"], part, told["aud"])
        readers = [Recipient("oeg.3", KEYSTORE.tier_key("oeg", 3))]
        if told["aud"] != AUD:
            readers = [Recipient("core.1", KEYSTORE.tier_key("core", 1))]
        made[part] = seal(
            context, meta, chunk, k_det=KEYSTORE.k_det, recipients=readers, signer=KEYSTORE.signing_key(1), length=1024
        )
    return made


def cases() -> list[dict[str, Any]]:
    name = "annex.pdf"
    true = objects(name, FILE)
    one, two, three = true
    old = objects(name, FILE[:-1] + b"!")
    grown = objects(name, FILE + bytes(LENGTH))
    made: list[dict[str, Any]] = []

    def case(what: str, code: str | None, texts: dict[str, str]) -> None:
        made.append({"name": what, "code": code, "objects": texts})

    case("a file of three objects", None, true)
    case("a file of one object", None, objects(name, FILE[:40]))
    case("beside another file", None, {**objects("other.pdf", FILE[:50]), **true})
    case("no object", "does-not-open", {})
    case("the first is missing", "does-not-open", {two: true[two], three: true[three]})
    case("the second is missing", "does-not-open", {one: true[one], three: true[three]})
    case("the last is missing", "does-not-open", {one: true[one], two: true[two]})
    case("two exchanged", "does-not-open", {one: true[two], two: true[one], three: true[three]})
    case("one twice", "does-not-open", {one: true[one], two: true[one], three: true[three]})
    case(
        "called a file of two",
        "does-not-open",
        {one.replace("0003", "0002"): true[one], two.replace("0003", "0002"): true[two]},
    )
    case("called a file of one", "does-not-open", {one.replace("0003", "0001"): true[one]})
    case("the last of an earlier version", "does-not-open", {**true, three: old[three]})
    case("the first of an earlier version", "does-not-open", {**true, one: old[one]})
    case("objects of a longer version beside them", "does-not-open", {**grown, **true})
    other = objects("other.pdf", FILE)
    case("one of another file", "does-not-open", {**true, two: list(other.values())[1]})
    case("of another document", "does-not-open", objects(name, FILE, doc="meetings/other"))
    case("for another audience", "does-not-open", objects(name, FILE, aud=("core",)))
    case("of one language", "does-not-open", objects(name, FILE, lang="es"))
    case("of another kind", "does-not-open", objects(name, FILE, kind="section"))
    case("with a wrong size", "does-not-open", objects(name, FILE, meta={"size": len(FILE) - 1}))
    case("with a wrong digest", "does-not-open", objects(name, FILE, meta={"sha256": b64u(bytes(32))}))
    case("cut short", "malformed", {**true, two: true[two][:-20]})
    return made


def main() -> None:
    whole = {"ident": ident("annex.pdf"), "doc": DOC, "aud": list(AUD), "file": b64u(FILE), "cases": cases()}
    print(json.dumps(whole, indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
