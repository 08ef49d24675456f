"""What signing in costs a reader, for few and many members and keys: always one derivation of the passphrase.

    python benchmarks/sign_in.py

The browser's own script is run by Node, which counts what it asks of WebCrypto.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "plugins")]

from rich.console import Console
from rich.table import Table

from communique.sealing.envelope import Context, Recipient, seal, seal_slot
from communique.sealing.keyring import ITERATIONS, stretch
from communique.sealing.keystore import Keystore
from communique.sealing.primitives import Json, b64u, cj, hk, lp, u32

SITE, LOGIN, PASSPHRASE = "psi-portal.example", "nz-01", "banana memory dust goose meadow choice chief ancient case"
KEYSTORE = Keystore(SITE, bytes(range(32)))
EPOCH = 1
SALT = bytes(16)
#: Members, keys the reader holds, sections that are opened, pages they stand on.
CASES = ((7, 1, 1, 1), (32, 4, 100, 1), (500, 27, 100, 10), (5000, 60, 1000, 100))

_SCRIPT = r"""
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import vm from "node:vm";
const told = JSON.parse(readFileSync(0, "utf8"));
let derivations = 0;
const subtle = new Proxy(webcrypto.subtle, {
  get: (target, name) => (...given) => {
    if (name.startsWith("derive") && given[0].name === "PBKDF2") derivations += 1;
    return target[name](...given);
  },
});
const page = vm.createContext({ TextEncoder, atob, btoa, crypto: { subtle }, isSecureContext: true });
page.globalThis = page;
vm.runInContext(readFileSync(told.script, "utf8"), page);
const begun = performance.now();
const session = await page.CommuniqueSealed.openSlot(told.keyring, told.login, told.passphrase);
const signedIn = performance.now();
for (const [text, expect] of told.objects) await page.CommuniqueSealed.openObject(session, text, expect);
console.log(JSON.stringify({ derivations, signIn: signedIn - begun, opening: performance.now() - signedIn }));
"""


@dataclass(frozen=True)
class Cost:
    derivations: int
    sign_in: float
    opening: float


def cost(members: int, keys: int, sections: int, pages: int) -> Cost:
    """Sign in to a keyring of so many members, holding so many keys, and open so many sections on so many pages."""
    tiers = [f"tier-{number:03}" for number in range(keys)]
    told = {
        "script": str(PROJECT / "theme/static/js/sealed-object.js"),
        "keyring": keyring(members, tiers),
        "login": LOGIN,
        "passphrase": PASSPHRASE,
        "objects": list(_objects(tiers, sections, pages)),
    }
    command = ["node", "--input-type=module", "-e", _SCRIPT]
    ran = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(ran.stderr)
    said = json.loads(ran.stdout)
    return Cost(said["derivations"], said["signIn"], said["opening"])


def keyring(members: int, tiers: list[str]) -> str:
    """One slot is the reader's; the others are of nobody, which cost the same to whoever signs in."""
    slots: dict[str, Json] = {}
    salt = hashlib.sha256(b"cq1/salt|" + lp(SITE) + lp(SALT) + lp(LOGIN)).digest()
    stretched = stretch(PASSPHRASE, salt)
    own = b64u(hk(stretched, b"cq1/locator|" + u32(EPOCH), 16)), hk(stretched, b"cq1/slot-kek", 32), body(tiers)
    others = ((b64u(locator), kek, b"") for locator, kek in (KEYSTORE.dummy(EPOCH, n) for n in range(members - 1)))
    for locator, kek, content in (own, *others):
        context: dict[str, Json] = {"site": SITE, "kind": "slot", "loc": locator, "epoch": EPOCH}
        meta: dict[str, Json] = {"ct": "application/jwk-set+json"}
        slots[locator] = seal_slot(context, meta, content, k_det=KEYSTORE.k_det, kek=kek, length=8192)
    kdf: dict[str, Json] = {"name": "PBKDF2", "hash": "SHA-512", "iter": ITERATIONS, "salt": b64u(SALT)}
    return cj({"v": 1, "site": SITE, "epoch": EPOCH, "kdf": kdf, "slots": slots})


def body(tiers: list[str]) -> bytes:
    held = [
        {"kty": "oct", "alg": "A256KW", "kid": f"{tier}.1", "k": b64u(KEYSTORE.tier_key(tier, 1))} for tier in tiers
    ]
    signer = {"kty": "OKP", "crv": "Ed25519", "kid": "ed.1", "x": b64u(KEYSTORE.signer(1))}
    told: dict[str, Json] = {"v": 1, "site": SITE, "epoch": EPOCH, "member": LOGIN, "sig": [signer], "keys": held}
    return cj(told).encode("ascii")


def _objects(tiers: list[str], sections: int, pages: int) -> Iterator[tuple[str, dict[str, Json]]]:
    for number in range(sections):
        tier = tiers[number % len(tiers)]
        place = Context(SITE, "section", f"papers/page-{number % pages}", "en", f"s{number + 1}", (tier,))
        readers = [Recipient(f"{tier}.1", KEYSTORE.tier_key(tier, 1))]
        text = f"<p>{'A sentence of a sealed section. ' * 20}</p>".encode()
        meta: dict[str, Json] = {"ct": "text/html; charset=utf-8"}
        signer = KEYSTORE.signing_key(1)
        yield seal(place, meta, text, k_det=KEYSTORE.k_det, recipients=readers, signer=signer), place.as_json()


def main() -> int:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    table = Table(box=None, pad_edge=False)
    for head in ("members", "keys held", "sections", "pages", "derivations", "signing in ms", "opening ms"):
        table.add_column(head, justify="right")
    held = True
    for case in CASES:
        found = cost(*case)
        held = held and found.derivations == 1
        table.add_row(*map(str, case), str(found.derivations), f"{found.sign_in:.0f}", f"{found.opening:.0f}")
    Console().print(table)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
