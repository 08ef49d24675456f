"""A package opens for one translator, and a reply for the editors if it was made from it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from communique.problems import Place, Refused
from communique.sealing.envelope import Context, open_sealed, verify_sealed
from communique.sealing.errors import DoesNotOpen, Malformed, SealingError
from communique.sealing.keyring import Slot, build_keyring, open_slot
from communique.sealing.keystore import Keystore
from communique.sealing.packages import SealedPackage, open_reply, seal_package, translator
from communique.sealing.primitives import cj, from_b64u
from communique.sealing.register import Register, read_register
from communique.sealing.sealer import Sealer
from tests.vectors.make_replies import build

VECTOR = json.loads((Path(__file__).parents[1] / "vectors/replies.json").read_text(encoding="ascii"))
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
members:
  nz-01: {lang: en, wordlist: en, words: 12, n: 2, tiers: {oeg: 2}}
  t-ana: {lang: es, wordlist: es, words: 12, n: 1, tiers: {oeg: 3}}
  t-mar: {lang: fr, wordlist: fr, words: 9, n: 1, tiers: {partner: 4}}
""",
    "register.yaml",
)
SEALER = Sealer(KEYSTORE, REGISTER)
PACKAGE = VECTOR["package"]
TOLD = {"package": PACKAGE, "units": ["zkqsealedword"]}


def passphrase(login: str, register: Register = REGISTER) -> str:
    member = register.members[login]
    return KEYSTORE.passphrase(login, member.number, member.words, member.wordlist)


def place(package: SealedPackage) -> Context:
    aud = package.expect["aud"]
    assert isinstance(aud, list)
    kind, doc, lang, part = (str(package.expect[name]) for name in ("kind", "doc", "lang", "part"))
    return Context(REGISTER.site, kind, doc, lang, part, tuple(map(str, aud)))


@pytest.fixture(scope="module")
def package() -> SealedPackage:
    return seal_package(SEALER, "t-mar", PACKAGE, "pt-BR", TOLD)


@pytest.fixture(scope="module")
def slot(package) -> Slot:
    return open_slot(package.keyring, "T-Mar", passphrase("t-mar").upper())


def without(login: str) -> Sealer:
    members = {name: member for name, member in REGISTER.members.items() if name != login}
    return Sealer(KEYSTORE, dataclasses.replace(REGISTER, members=members))


def reissued(login: str) -> Sealer:
    again = dataclasses.replace(REGISTER.members[login], number=REGISTER.members[login].number + 1)
    return Sealer(KEYSTORE, dataclasses.replace(REGISTER, members={**REGISTER.members, login: again}))


def test_the_vectors_are_what_their_generator_writes() -> None:
    assert build() == VECTOR


def test_the_translator_opens_the_package_and_finds_in_it_the_key_for_the_reply(package, slot) -> None:
    opened = open_sealed(package.object, slot.keys, slot.signers, place(package))
    told = json.loads(opened.body)
    keys = KEYSTORE.package_keys("t-mar", 1, PACKAGE, "pt-br")
    assert told == {**TOLD, "reply": {"kid": keys.kid, "k": VECTOR["key"]}}
    assert set(slot.keys) == {keys.kid}
    assert slot.labels == {}


def test_no_key_of_the_site_is_in_the_package_and_no_two_keys_are_one(slot) -> None:
    theirs = set(slot.keys.values()) | {from_b64u(VECTOR["key"])}
    assert len(theirs) == 2
    assert theirs.isdisjoint({KEYSTORE.tier_key("partner", 4), KEYSTORE.tier_key("oeg", 3), KEYSTORE.master})


def test_nobody_elses_passphrase_opens_it(package) -> None:
    with pytest.raises(DoesNotOpen):
        open_slot(package.keyring, "t-ana", passphrase("t-ana"))


def test_the_package_tells_neither_its_reader_nor_its_words_nor_a_tier(package) -> None:
    text = package.keyring + package.object + cj(package.expect)
    for word in ("t-mar", "zkqsealedword", "partner"):
        assert word not in text
    context = verify_sealed(package.object, SEALER.signers)
    assert context == place(package)


def test_its_slot_is_none_of_the_sites_and_only_one(package) -> None:
    def members(keyring: str) -> tuple[set[str], str]:
        told = json.loads(keyring)
        return set(told["slots"]), str(told["kdf"]["salt"])

    labels = {name: {"en": name} for name in REGISTER.tiers}
    alone = dataclasses.replace(REGISTER, members={"t-mar": REGISTER.members["t-mar"]})
    theirs, salt = members(build_keyring(KEYSTORE, alone, labels, lambda names: set(names)))
    mine, own_salt = members(package.keyring)
    assert len(mine) == 1
    assert mine.isdisjoint(theirs)
    assert salt != own_salt


def test_the_same_package_gives_the_same_bytes_and_another_shares_nothing(package) -> None:
    assert seal_package(SEALER, "t-mar", PACKAGE, "pt-BR", TOLD) == package
    asked = {("t-mar", 1, PACKAGE, "es"), ("t-mar", 2, PACKAGE, "es"), ("t-ana", 1, PACKAGE, "es")}
    asked |= {("t-mar", 1, "000000000000", "es"), ("t-mar", 1, PACKAGE, "fr")}
    keys = [KEYSTORE.package_keys(*one) for one in asked]
    for name in ("kid", "tid", "out", "back", "salt"):
        assert len({getattr(one, name) for one in keys}) == 5


def test_an_object_of_one_package_opens_in_no_other(package, slot) -> None:
    other = seal_package(SEALER, "t-mar", "000000000000", "pt-br", TOLD)
    for expected in (place(package), place(other)):
        with pytest.raises(SealingError):
            open_sealed(other.object, slot.keys, slot.signers, expected)


@pytest.mark.parametrize("ident", ["", "short", "../../etc", "ABCDEFGHIJKLMNOP", "a" * 65, "abc-defghijkl"])
def test_what_cannot_name_a_package_is_refused_before_anything_is_derived(ident) -> None:
    with pytest.raises(ValueError, match="a package is named"):
        seal_package(SEALER, "t-mar", ident, "es", TOLD)


@pytest.mark.parametrize("case", VECTOR["opens"], ids=lambda case: case["name"])
def test_a_reply_says_whose_it_is_and_to_what(case) -> None:
    opened = open_reply(case["text"], SEALER)
    assert (opened.login, opened.package, opened.lang) == ("t-mar", PACKAGE, "pt-br")
    assert opened.body == from_b64u(case["body"])


@pytest.mark.parametrize("case", VECTOR["refused"], ids=lambda case: case["name"])
def test_what_is_no_reply_of_ours_is_refused(case) -> None:
    with pytest.raises((Malformed, DoesNotOpen)):
        open_reply(case["text"], SEALER)


def test_no_single_changed_sign_of_a_reply_opens() -> None:
    text = VECTOR["opens"][0]["text"]
    for at in range(0, len(text), 11):
        altered = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        with pytest.raises((Malformed, DoesNotOpen)):
            open_reply(altered, SEALER)


@pytest.mark.parametrize(
    "sealer",
    [
        without("t-mar"),
        reissued("t-mar"),
        Sealer(dataclasses.replace(KEYSTORE, master=bytes(32)), REGISTER),
        Sealer(Keystore("other.example", KEYSTORE.master), dataclasses.replace(REGISTER, site="other.example")),
    ],
    ids=["who is gone", "whose passphrase is new", "under another master", "of another site"],
)
def test_a_reply_of_nobody_who_translates_here_now_does_not_open(sealer) -> None:
    with pytest.raises(DoesNotOpen):
        open_reply(VECTOR["opens"][0]["text"], sealer)


def test_a_reply_is_too_long_before_it_is_read() -> None:
    with pytest.raises(Malformed, match="longer"):
        open_reply(" " * (16 * 1024 * 1024 + 1), SEALER)


def test_only_members_whose_login_begins_with_t_are_translators_and_the_nearest_is_offered() -> None:
    assert translator(REGISTER, "t-mar", Place("--for")).login == "t-mar"
    for login in ("nz-01", "t-marr", ""):
        with pytest.raises(Refused) as refused:
            translator(REGISTER, login, Place("--for"))
        assert [problem.code for problem in refused.value.problems] == ["no-translator"]
    with pytest.raises(Refused, match="t-mar"):
        translator(REGISTER, "t-marr", Place("--for"))


def test_no_secret_is_printed_with_what_holds_it(package) -> None:
    opened = open_reply(VECTOR["opens"][0]["text"], SEALER)
    shown = f"{package!r} {opened!r} {KEYSTORE.package_keys('t-mar', 1, PACKAGE, 'pt-br')!r}"
    assert "ciphertext" not in shown
    assert "Reuni" not in shown
    assert repr(from_b64u(VECTOR["key"])) not in shown
