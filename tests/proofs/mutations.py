"""Sealed objects changed in every way we could think of, and by chance; the same ones in every run.

Each change is what somebody without the editors' signing key can do. `resigned` ones go further: there the signature
was made good again with the true key, so that the rules behind it are what must refuse.
"""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from communique.sealing.envelope import frame
from communique.sealing.primitives import b64u, cj, from_b64u
from tests.vectors.make_objects import BODY, HTML, SITE, context, expectation, forged, sealed, signed

SEED = 20081103
#: Members that JOSE knows and this format forbids, with what they would hold.
JOSE_MEMBERS: dict[str, tuple[Any, ...]] = {
    "aad": ("", "AA"),
    "alg": ("none", "dir", "A256KW", "RSA1_5", "PBES2-HS512+A256KW"),
    "apu": ("AA",),
    "apv": ("AA",),
    "b64": (False, True),
    "crit": ([], ["exp"], ["cq"], ["b64"]),
    "cty": ("JWE", "JWT"),
    "enc": ("A128GCM", "A256CBC-HS512", "none"),
    "encrypted_key": ("", "AA"),
    "epk": ({"crv": "P-256", "kty": "EC", "x": "AA", "y": "AA"},),
    "header": ({"alg": "A256KW", "kid": "oeg.3"}, {}),
    "iv": ("AAAAAAAAAAAAAAAA",),
    "jku": ("https://attacker.example/keys",),
    "jwk": ({"alg": "A256KW", "k": "A" * 43, "kty": "oct"},),
    "kid": ("oeg.3", "slot"),
    "p2c": (1, 2**31),
    "p2s": ("AA",),
    "payload": ("AA",),
    "signature": ("A" * 86,),
    "signatures": ([],),
    "tag": ("A" * 22,),
    "typ": ("JWE", "cq1-slot+jwe"),
    "x5c": (["AA"],),
    "x5t": ("AA",),
    "x5u": ("https://attacker.example/certificate",),
    "zip": ("DEF", "GZIP", ""),
}
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**53 - 1, "", "A", "AA", "AAAA", "a" * 200, "oeg.3", "partner.4", "core.1", "é",
    "\u0000", "\ud800", [], {}, [[]], [None], {"": ""}, {"__proto__": {}}, {"alg": "A256KW", "kid": "oeg.3"}, "none",
)  # fmt: skip
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class Forgery:
    """A text found where `expect` says. `resigned`: the true key signed it, as nobody but the editors could."""

    how: str
    text: str = field(repr=False)
    expect: dict[str, Any]
    resigned: bool = False


def genuine() -> list[tuple[str, dict[str, Any]]]:
    """Objects that open for the reader of the vectors: short, of several tiers, in another place, longer."""
    made = []
    for kids, place, body in (
        (["oeg.3"], context(), BODY),
        (["nat-nz.1", "oeg.3", "partner.4"], context(aud=["nat-nz", "oeg", "partner"]), BODY),
        (["core.1", "oeg.3"], context(aud=["core", "oeg"], rel=12, part="s4", lang="fr"), BODY * 9),
        (["oeg.2"], context(kind="document", doc="dabc", part="text"), b""),
    ):
        made.append((sealed(kids, HTML, body, place), expectation(place)))
    return made


def bit_flips() -> Iterator[Forgery]:
    """Every bit of a section's whole text, one at a time. What is no ASCII any more is read as Latin-1."""
    text, expect = genuine()[0]
    data = text.encode("ascii")
    for at in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        yield Forgery(f"bit {at}", flipped.decode("latin-1"), expect)


def swaps() -> Iterator[Forgery]:
    """Every object of a grid of places in the place of every other: site, kind, document, language, part, audience."""
    kids = {("oeg",): ["oeg.3"], ("oeg", "partner"): ["oeg.3", "partner.4"], ("partner",): ["partner.4"]}
    grid = [
        context(site=site, kind=kind, doc=doc, lang=lang, part=part, aud=list(aud))
        for site, kind, doc, lang, part, aud in itertools.product(
            (SITE, "other.example"), ("section", "document"), ("a/b", "a/c"), ("en", "es"), ("s1", "s11"), kids
        )
    ]
    grid += [
        context(kind=kind, doc="a/b", lang="en", part="s1", aud=["oeg"]) for kind in ("attachment", "feed", "index")
    ]
    for here in grid:
        text = sealed(kids[tuple(here["aud"])], HTML, BODY, here)
        for there in grid:
            # A page can claim any place but not another site: that one comes from the reader's slot.
            if here != there and there["site"] == SITE:
                yield Forgery(f"{_told(here)} as {_told(there)}", text, expectation(there))


def _told(place: dict[str, Any]) -> str:
    return " ".join(map(str, place.values()))


def jose_confusions() -> Iterator[Forgery]:
    """What another JOSE program might obey: each foreign member in each header, signed with the true key."""
    for name, values in JOSE_MEMBERS.items():
        for value, where in itertools.product(values, ("top", "unprotected", "recipient", "header", "protected")):
            thing = forged()
            if where == "protected":
                head = {"cq": context(), "enc": "A256GCM", "typ": "cq1+jwe"}
                if head.get(name) == value:
                    continue
                thing = forged(header={**head, name: value})
            else:
                recipient = thing["recipients"][0]
                target = {"top": thing, "recipient": recipient, "header": recipient["header"]}.get(where)
                if target is not None:
                    if target.get(name) == value:
                        continue
                    target[name] = value
            text = signed(thing)
            if where == "unprotected":
                loose = json.loads(text)
                loose["unprotected"][name] = value
                text = cj(loose)
            yield Forgery(f"{name} {value!r} in {where}", text, expectation(context()), resigned=True)


def by_chance(count: int, seed: int = SEED) -> Iterator[Forgery]:
    """`count` changes by chance, of bytes and of structure. None is the genuine text."""
    chance = random.Random(seed)
    originals = genuine()
    while count:
        text, expect = chance.choice(originals)
        how = chance.choice(_CHANGES)
        mutated = how(chance, text, chance.choice(originals)[0])
        if mutated not in {original for original, _ in originals}:
            count -= 1
            yield Forgery(how.__name__, mutated, expect)


def resigned_by_chance(count: int, seed: int = SEED) -> Iterator[Forgery]:
    """Structural changes with a good signature over them, so that everything behind the signature is met too."""
    chance = random.Random(seed + 1)
    for number in range(count):
        place = context()
        if number % 2:
            inside = bytearray(frame(HTML, BODY))
            for _ in range(chance.randint(1, 3)):
                at = chance.randrange(len(inside)) if chance.random() < 0.5 else chance.randrange(44)
                inside[at] = chance.randrange(256)
            yield Forgery("frame", signed(forged(framed=bytes(inside))), expectation(place), resigned=True)
            continue
        thing = json.loads(_structure(chance, cj(forged()), ""))
        if isinstance(thing, dict):
            yield Forgery("structure, signed", signed(thing), expectation(place), resigned=True)


# The changes. Each gets a genuine text and another one, and gives a third.


def _flip(chance: random.Random, text: str, other: str) -> str:
    data = bytearray(text.encode())
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data.decode("latin-1")


def _insert(chance: random.Random, text: str, other: str) -> str:
    at = chance.randrange(len(text) + 1)
    letters = "".join(
        chr(chance.choice((chance.randrange(128), chance.randrange(0x3000)))) for _ in range(chance.randint(1, 9))
    )
    return text[:at] + letters + text[at:]


def _delete(chance: random.Random, text: str, other: str) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + chance.randint(1, 40) :]


def _repeat(chance: random.Random, text: str, other: str) -> str:
    at, length = chance.randrange(len(text)), chance.randint(1, 60)
    return text[: at + length] + text[at : at + length] + text[at + length :]


def _letters(chance: random.Random, text: str, other: str) -> str:
    """Letters of base64url exchanged for others: mostly well-formed, and wrong."""
    letters = list(text)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(letters))
        if letters[at] in _LETTERS:
            letters[at] = chance.choice(_LETTERS)
    return "".join(letters)


def _cut(chance: random.Random, text: str, other: str) -> str:
    return text[: chance.randrange(len(text))]


def _splice(chance: random.Random, text: str, other: str) -> str:
    """The beginning of one object and the end of another."""
    return text[: chance.randrange(len(text))] + other[chance.randrange(len(other)) :]


def _graft(chance: random.Random, text: str, other: str) -> str:
    """Whole members of another genuine object: its header, its text, its signature, its readers."""
    thing, giver = json.loads(text), json.loads(other)
    for name in chance.sample(sorted(thing), chance.randint(1, 3)):
        thing[name] = giver[name]
    return cj(thing)


def _bytes_of_member(chance: random.Random, text: str, other: str) -> str:
    """A value made shorter, longer or other, and written in canonical base64url again."""
    thing = json.loads(text)
    name = chance.choice(("protected", "iv", "ciphertext", "tag", "cq_sig", "encrypted_key"))
    place = {"cq_sig": thing["unprotected"], "encrypted_key": chance.choice(thing["recipients"])}.get(name, thing)
    data = bytearray(from_b64u(place[name]))
    match chance.randrange(4):
        case 0:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        case 1:
            del data[chance.randrange(len(data)) :]
        case 2:
            data += chance.randbytes(chance.randint(1, 40))
        case _:
            data = bytearray(chance.randbytes(len(data)))
    place[name] = b64u(bytes(data))
    return cj(thing)


def _structure(chance: random.Random, text: str, other: str) -> str:
    """A member replaced, added, taken away, renamed, or two exchanged, anywhere in the object."""
    thing = json.loads(text)
    for _ in range(chance.randint(1, 2)):
        places = [one for one in _places(thing) if one]
        if not places:
            break
        place = chance.choice(places)
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key, value = chance.choice(keys), copy.deepcopy(chance.choice(_VALUES))
        match chance.randrange(4):
            case 0:
                place[key] = value
            case 1:
                del place[key]
            case 2 if isinstance(place, dict):
                place[chance.choice(("x", "kid", "alg", "zip", "__proto__", "constructor", "toString", ""))] = value
            case _:
                second = chance.choice(keys)
                place[key], place[second] = place[second], place[key]
    return cj(thing)


def _places(value: Any) -> Iterator[Any]:
    """Every object and list inside, the outermost first."""
    if isinstance(value, dict | list):
        yield value
        for inner in list(value.values() if isinstance(value, dict) else value):
            yield from _places(inner)


def _spelling(chance: random.Random, text: str, other: str) -> str:
    """The same value, spelled otherwise."""
    thing = json.loads(text)
    at = chance.randrange(len(text))
    return chance.choice(
        (
            json.dumps(thing),
            json.dumps(thing, indent=chance.randint(0, 4)),
            json.dumps(dict(reversed(thing.items())), separators=(",", ":")),
            text.replace('":', '": ', 1),
            text.replace("A", f"\\u00{ord('A'):02x}", 1),
            text[:-1] + "," + text[1:],
            " " * chance.randint(1, 3) + text,
            text + chance.choice("\n\r\t \0\ufeff"),
            text[:at] + text[at:].replace("_", "/", 1) + ("" if "_" in text[at:] else "="),
            "\ufeff" + text,
        )
    )


_CHANGES: tuple[Callable[[random.Random, str, str], str], ...] = (
    _flip, _insert, _delete, _repeat, _letters, _cut, _splice, _graft, _bytes_of_member, _bytes_of_member,
    _structure, _structure, _spelling,
)  # fmt: skip
