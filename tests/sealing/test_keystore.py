from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from communique.sealing.errors import KeystoreRefused
from communique.sealing.keystore import Keystore, open_keystore, write_keystore

SECRET = "abandon ability able about above absent absorb abstract absurd abuse access accident"
KEYSTORE = Keystore("psi-portal.example", bytes(range(32)))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    where = tmp_path_factory.mktemp("keys") / "keystore.json"
    write_keystore(where, KEYSTORE, SECRET, os.urandom)
    return where


@pytest.fixture
def path(tmp_path, written):
    # Argon2id is slow on purpose: each test gets a copy of one keystore, its mode included.
    return Path(shutil.copy2(written, tmp_path / "keystore.json"))


def test_a_keystore_comes_back_as_it_was(path):
    assert open_keystore(path, SECRET) == KEYSTORE
    assert (
        open_keystore(path, "  ABANDON-ability able about above absent absorb abstract absurd abuse access accident")
        == KEYSTORE
    )


def test_only_its_owner_may_read_it_and_the_master_is_not_in_it(path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert KEYSTORE.master.hex() not in path.read_text()
    stored = json.loads(path.read_text())
    assert {name: stored["kdf"][name] for name in ("name", "m", "t", "p")} == {
        "name": "Argon2id",
        "m": 262144,
        "t": 3,
        "p": 4,
    }


def test_loose_file_modes_are_refused_with_the_remedy(path):
    path.chmod(0o640)
    with pytest.raises(KeystoreRefused, match="chmod 600"):
        open_keystore(path, SECRET)


def test_another_passphrase_is_refused_without_being_echoed(path):
    with pytest.raises(KeystoreRefused) as caught:
        open_keystore(path, "wrong words")
    assert "wrong words" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_existing_keystore_is_never_overwritten(path):
    before = path.read_bytes()
    with pytest.raises(KeystoreRefused, match="already"):
        write_keystore(path, KEYSTORE, SECRET, os.urandom)
    assert path.read_bytes() == before


def test_an_empty_passphrase_protects_nothing_and_is_refused(tmp_path):
    with pytest.raises(KeystoreRefused, match="empty"):
        write_keystore(tmp_path / "k.json", KEYSTORE, " - ", os.urandom)


@pytest.mark.parametrize(
    "change",
    [
        lambda stored: stored.update(v=2),
        lambda stored: stored.update(extra=1),
        lambda stored: stored.update(demo=True),
        lambda stored: stored["kdf"].update(m=8),
        lambda stored: stored["kdf"].update(name="PBKDF2"),
        lambda stored: stored["kdf"].pop("salt"),
        lambda stored: stored["jwe"].update(recipients=[]),
        lambda stored: stored["jwe"]["recipients"][0].update(encrypted_key=""),
        lambda stored: stored["jwe"].update(iv=""),
        lambda stored: stored.update(jwe=None),
    ],
)
def test_a_changed_keystore_is_refused(path, change):
    stored = json.loads(path.read_text())
    change(stored)
    path.write_text(json.dumps(stored, sort_keys=True, separators=(",", ":")) + "\n")
    with pytest.raises(KeystoreRefused, match="not a keystore of version 1"):
        open_keystore(path, SECRET)


def test_a_missing_or_unreadable_keystore_is_named(tmp_path):
    with pytest.raises(KeystoreRefused, match="there is no keystore"):
        open_keystore(tmp_path / "none.json", SECRET)
    with pytest.raises(KeystoreRefused, match="cannot be read"):
        open_keystore(tmp_path, SECRET)


def test_an_editors_keystore_never_passes_for_a_demo_one(path):
    with pytest.raises(KeystoreRefused, match="not a demo keystore"):
        open_keystore(path, SECRET, demo=True)


def test_every_derivation_has_its_own_purpose():
    derived = [
        KEYSTORE.k_det.hex(),
        KEYSTORE.tier_key("oeg", 1).hex(),
        KEYSTORE.tier_key("oeg", 2).hex(),
        KEYSTORE.tier_key("partner", 1).hex(),
        KEYSTORE.signer(1).hex(),
        KEYSTORE.signer(2).hex(),
        KEYSTORE.cache_name("a", "bc"),
        KEYSTORE.cache_name("ab", "c"),
        KEYSTORE.pin_hash("a", "bc"),
        KEYSTORE.document_id("x"),
        KEYSTORE.attachment_id("x"),
        KEYSTORE.tid("nat-mx", opaque=True),
        *(part.hex() for part in KEYSTORE.dummy(1, 0) + KEYSTORE.dummy(1, 1)),
        Keystore("other.example", KEYSTORE.master).k_det.hex(),
    ]
    assert len(set(derived)) == len(derived)


def test_names_made_from_the_master_suit_every_file_system():
    for name in (
        KEYSTORE.document_id("x"),
        KEYSTORE.attachment_id("x"),
        KEYSTORE.cache_name("x"),
        KEYSTORE.pin_hash("x"),
    ):
        assert name.isascii()
        assert name.isalnum()
        assert name == name.lower()


def test_the_master_is_not_printed():
    assert repr(KEYSTORE) == "Keystore(site='psi-portal.example', demo=False)"
