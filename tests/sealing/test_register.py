from __future__ import annotations

import datetime

import pytest

from communique.problems import Refused
from communique.sealing.keystore import Keystore
from communique.sealing.register import credentials, read_register

GOOD = """\
site: psi-portal.example
salt: AAECAwQFBgcICQoLDA0ODw
epoch: 7
release: 3
date: 2008-11-03
sig: 1
tiers:
  oeg: {g: 3}
  state:no: {g: 1, opaque: true, restamp: true, resealed: 2}
members:
  no-01: {lang: en, wordlist: fr, words: 12, n: 2, tiers: {oeg: 2, state:no: 1}}
"""


def problems_of(text: str) -> str:
    with pytest.raises(Refused) as caught:
        read_register(text, "keys/register.yaml")
    return str(caught.value)


def test_a_register_is_read_with_areas_spelled_as_in_content():
    register = read_register(GOOD, "keys/register.yaml")
    assert (register.site, register.epoch, register.release, register.signing) == (
        "psi-portal.example",
        7,
        3,
        1,
    )
    assert register.date == datetime.date(2008, 11, 3)
    assert register.salt == bytes(range(16))
    assert not register.demo
    norway = register.entry("state:no")
    assert (norway.tier, norway.generation, norway.opaque, norway.restamped, norway.resealed) == (
        "nat-no",
        1,
        True,
        True,
        2,
    )
    member = register.members["no-01"]
    assert (member.wordlist, member.words, member.number, dict(member.tiers)) == (
        "fr",
        12,
        2,
        {"oeg": 2, "state:no": 1},
    )


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "epoch: 7",
            "epoch: 7\nepohc: 7",
            'keys/register.yaml:4:1: the register has no key "epohc" [unknown-key]',
        ),
        (
            "{g: 3}",
            "{g: 3, opaqe: true}",
            'keys/register.yaml:8:15: the tier oeg has no key "opaqe" [unknown-key]',
        ),
        ("n: 2, ", "n: 2, m: 3, ", 'the member no-01 has no key "m" [unknown-key]'),
        ("sig: 1\n", "", 'the register lacks the key "sig" [missing-key]'),
        ("sig: 1\n", "sig: 1\nsig: 2\n", "stands twice"),
        (
            "tiers: {oeg: 2",
            "tiers: {oge: 2",
            'no-01 is granted "oge", which has no key [unknown-audience]\n    did you mean "oeg"?',
        ),
        ("tiers: {oeg: 2", "tiers: {oeg: 4", "from a generation that does not exist yet [generation-ahead]"),
        ("words: 12", "words: 8", "a passphrase of 8 words is not issued [too-few-words]"),
        ("wordlist: fr", "wordlist: de", 'wordlist cannot be "de"'),
        ("epoch: 7", "epoch: 0", "epoch counts from 1"),
        ("epoch: 7", "epoch: 0x7", "epoch must be a whole number"),
        ("2008-11-03", "2008-11-31", "is not a date"),
        ("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0ODx", "salt is not 16 bytes"),
        ("no-01:", "NO 01:", "cannot be a login"),
        ("  oeg: {g: 3}", "  oeg: {g: 3}\n  public: {g: 1}", '"public" cannot be a tier with a key'),
        ("psi-portal.example", "Psi Portal", "cannot name a site"),
        ("{g: 3}", "3", "must hold"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(before, after, message):
    assert message in problems_of(GOOD.replace(before, after, 1))


def test_all_problems_are_told_at_once():
    told = problems_of(GOOD.replace("words: 12", "words: 1").replace("epoch: 7", "epoch: x"))
    assert "not issued" in told
    assert "epoch must be" in told


def test_an_audience_without_a_key_is_refused_by_name():
    register = read_register(GOOD, "keys/register.yaml")
    with pytest.raises(Refused, match='no key for the audience "state:nz"'):
        register.entry("state:nz")


def test_credentials_hold_what_a_member_is_handed_and_do_not_print_it():
    register = read_register(GOOD, "keys/register.yaml")
    keystore = Keystore("psi-portal.example", bytes(range(32)))
    (handed,) = credentials(keystore, register)
    assert (handed.login, handed.grants, handed.lang) == ("no-01", ("oeg", "state:no"), "en")
    assert handed.passphrase == keystore.passphrase("no-01", 2, 12, "fr")
    assert handed.passphrase not in repr(handed)
