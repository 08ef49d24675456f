from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace

import pytest

from communique.problems import Refused
from communique.sealing.envelope import open_sealed
from communique.sealing.errors import DoesNotOpen, NotForYou
from communique.sealing.keyring import build_keyring, keyring_cache_name, open_slot
from communique.sealing.keystore import Keystore
from communique.sealing.primitives import cj, from_b64u, parse_cj
from communique.sealing.register import MemberEntry, Register, TierEntry, read_register
from communique.sealing.sealer import Sealer

KEYSTORE = Keystore("psi-portal.example", bytes(range(32)))
REGISTER = read_register(
    """
site: psi-portal.example
salt: AAECAwQFBgcICQoLDA0ODw
epoch: 7
release: 3
date: 2008-11-03
sig: 1
tiers:
  partner: {g: 4}
  oeg: {g: 3}
  state:mx: {g: 1, opaque: true}
members:
  hr-01: {lang: en, wordlist: en, words: 9, n: 1, tiers: {partner: 1}}
  mx-01: {lang: es, wordlist: es, words: 9, n: 1, tiers: {partner: 4, state:mx: 1}}
  nz-01: {lang: en, wordlist: en, words: 12, n: 2, tiers: {oeg: 2}}
""",
    "register.yaml",
)
LABELS = {name: {"en": f"Readers of {name}", "fr": f"Lecteurs « {name} »"} for name in REGISTER.tiers}


def closure(grants: Iterable[str]) -> set[str]:
    found = {"public", *grants}
    return found | {"partner"} if "oeg" in found else found


def build(register: Register = REGISTER, pool=None) -> str:
    return build_keyring(KEYSTORE, register, LABELS, closure, pool)


def passphrase(login: str, register: Register = REGISTER) -> str:
    member = register.members[login]
    return KEYSTORE.passphrase(login, member.number, member.words, member.wordlist)


@pytest.fixture(scope="module")
def keyring() -> str:
    with ThreadPoolExecutor(2) as pool:
        return build(pool=pool)


def test_each_member_gets_the_keys_of_their_closure_and_no_other(keyring):
    held = {login: sorted(open_slot(keyring, login, passphrase(login)).keys) for login in REGISTER.members}
    assert held == {
        "hr-01": ["partner.2", "partner.3", "partner.4"],
        "mx-01": ["kqfygzutj.1", "partner.4"],
        "nz-01": ["oeg.2", "oeg.3", "partner.4"],
    }


def test_labels_come_only_for_the_tiers_held_under_their_public_names(keyring):
    labels = open_slot(keyring, "mx-01", passphrase("mx-01")).labels
    assert labels == {"kqfygzutj": LABELS["state:mx"], "partner": LABELS["partner"]}


def test_a_slots_keys_open_what_the_sealer_seals(keyring):
    sealer = Sealer(KEYSTORE, REGISTER)
    text = sealer.seal_section("meetings/paris-2008", "es", "s3", ["state:mx", "oeg"], {"title": "T"}, "<p>é</p>")
    place = sealer.context("section", "meetings/paris-2008", "es", "s3", ["oeg", "state:mx"])
    for login in ("mx-01", "nz-01"):
        slot = open_slot(keyring, login, passphrase(login))
        assert open_sealed(text, slot.keys, slot.signers, place).body.decode() == "<p>é</p>"
    slot = open_slot(keyring, "hr-01", passphrase("hr-01"))
    with pytest.raises(NotForYou):
        open_sealed(text, slot.keys, slot.signers, place)


def test_the_same_register_gives_the_same_keyring_with_or_without_helpers(keyring):
    assert build() == keyring


def test_the_keyring_shows_neither_who_nor_how_many_nor_which_tier(keyring):
    for word in ("hr-01", "nz-01", "partner", "oeg", "nat-", "Readers"):
        assert word not in keyring
    slots = json.loads(keyring)["slots"]
    assert len(slots) == 32
    assert len({len(cj(slot)) for slot in slots.values()}) == 1
    shapes = {
        tuple((name, len(from_b64u(slot[name]))) for name in ("protected", "iv", "ciphertext", "tag"))
        for slot in slots.values()
    }
    assert shapes == {(shapes.copy().pop())}
    assert {len(from_b64u(slot["ciphertext"])) for slot in slots.values()} == {2048}
    assert {cj(slot["recipients"][0]["header"]) for slot in slots.values()} == {'{"alg":"A256KW","kid":"slot"}'}


def test_dummies_repeat_nothing(keyring):
    slots = json.loads(keyring)["slots"].values()
    for name in ("iv", "tag", "ciphertext"):
        assert len({slot[name] for slot in slots}) == 32
    assert len({slot["recipients"][0]["encrypted_key"] for slot in slots}) == 32


def test_a_new_epoch_leaves_no_slot_recognisable(keyring):
    def seen(text: str) -> set[str]:
        slots = json.loads(text)["slots"]
        return {value for loc, slot in slots.items() for value in (loc, slot["iv"], slot["ciphertext"])}

    assert not seen(keyring) & seen(build(replace(REGISTER, epoch=8)))


def test_a_removed_members_passphrase_opens_nothing():
    members = {login: member for login, member in REGISTER.members.items() if login != "nz-01"}
    tiers = {**REGISTER.tiers, "oeg": TierEntry("oeg", 4), "partner": TierEntry("partner", 5)}
    after = replace(REGISTER, epoch=8, members=members, tiers=tiers)
    text = build(after)
    with pytest.raises(DoesNotOpen):
        open_slot(text, "nz-01", passphrase("nz-01"))
    assert sorted(open_slot(text, "hr-01", passphrase("hr-01")).keys) == [
        "partner.3",
        "partner.4",
        "partner.5",
    ]


class FirstOnly(Executor):
    """Stretches one passphrase as it must and the rest cheaply: 33 full ones would take long."""

    def map(self, function, *columns, **_):  # type: ignore[override]
        first, *others = zip(*columns, strict=True)
        return [function(*first), *(hashlib.sha512(repr(other).encode()).digest() for other in others)]


def test_more_than_32_members_fill_two_blocks_and_one_large_slot_lengthens_all():
    tiers = {f"state:{a}{b}": TierEntry(f"state:{a}{b}", 3) for a in "abc" for b in "abcdefgh"}
    member = MemberEntry("aa-00", "en", "en", 9, 1, dict.fromkeys(tiers, 1))
    members = {
        f"aa-{n:02}": replace(member, login=f"aa-{n:02}", tiers=dict(member.tiers) if n == 0 else {}) for n in range(33)
    }
    register = replace(REGISTER, tiers=tiers, members=members)
    labels = {name: {"en": name} for name in tiers}
    text = build_keyring(KEYSTORE, register, labels, lambda grants: grants, FirstOnly())
    slots = json.loads(text)["slots"]
    assert len(slots) == 64
    lengths = {len(from_b64u(slot["ciphertext"])) for slot in slots.values()}
    assert len(lengths) == 1
    assert min(lengths) > 2048
    assert min(lengths) % 1024 == 0
    first = KEYSTORE.passphrase("aa-00", 1, 9, "en")
    assert len(open_slot(text, "aa-00", first).keys) == 72


def test_a_grant_that_includes_a_tier_without_key_is_refused():
    tiers = {name: entry for name, entry in REGISTER.tiers.items() if name != "partner"}
    members = {"nz-01": REGISTER.members["nz-01"]}
    with pytest.raises(Refused, match='no key for the audience "partner"'):
        build(replace(REGISTER, tiers=tiers, members=members))


def test_the_cache_name_follows_everything_the_keyring_depends_on():
    def name(register: Register = REGISTER, labels=LABELS, keystore=KEYSTORE) -> str:
        return keyring_cache_name(keystore, register, labels, closure)

    member = REGISTER.members["nz-01"]
    others = {
        name(replace(REGISTER, epoch=8)),
        name(replace(REGISTER, signing=2)),
        name(replace(REGISTER, salt=bytes(16))),
        name(replace(REGISTER, tiers={**REGISTER.tiers, "oeg": TierEntry("oeg", 4)})),
        name(replace(REGISTER, members={**REGISTER.members, "nz-01": replace(member, number=3)})),
        name(replace(REGISTER, members={**REGISTER.members, "nz-01": replace(member, words=13)})),
        name(labels={**LABELS, "oeg": {"en": "X"}}),
        name(keystore=Keystore("psi-portal.example", bytes(32))),
    }
    assert len(others) == 8
    assert name() not in others
    assert name() == name(replace(REGISTER, release=4))


def test_a_slot_and_its_register_print_no_secret(keyring):
    slot = open_slot(keyring, "nz-01", passphrase("nz-01"))
    shown = repr(slot) + repr(REGISTER) + repr(Sealer(KEYSTORE, REGISTER))
    for key in slot.keys.values():
        assert repr(key) not in shown
    assert "keys" not in repr(slot)


def test_the_keyring_is_canonical_and_states_its_cost(keyring):
    read = parse_cj(keyring)
    assert isinstance(read, dict)
    kdf = {"name": "PBKDF2", "hash": "SHA-512", "iter": 600000, "salt": "AAECAwQFBgcICQoLDA0ODw"}
    assert read["kdf"] == kdf
