from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from communique.problems import Refused
from communique.sealing.demo import DEMO_KEYSTORE_PASSPHRASE, demo_credentials, open_demo
from communique.sealing.envelope import open_sealed
from communique.sealing.errors import DoesNotOpen
from communique.sealing.keystore import Keystore
from communique.sealing.register import TierEntry
from communique.sealing.sealer import Sealer

DEMO = Path(__file__).parents[2] / "keys" / "demo"


@pytest.fixture(scope="module")
def demo() -> Sealer:
    return open_demo(DEMO)


def section(sealer: Sealer, *names: str) -> str:
    return sealer.seal_section("meetings/paris-2008", "en", "s3", names, {"title": "Paris"}, "<p>¶</p>")


def test_the_demo_says_that_it_is_one_in_both_files(demo):
    assert demo.is_demo
    assert demo.keystore.demo
    assert demo.register.demo
    assert DEMO_KEYSTORE_PASSPHRASE in (DEMO / "README.md").read_text(encoding="utf-8")


def test_the_demos_members_and_passphrases_are_listed(demo):
    listed = demo_credentials(demo)
    assert {one.login: one.grants for one in listed} == {
        "ar-01": ("oeg", "state:ar"),
        "fr-01": ("core", "state:fr"),
        "hr-01": ("partner", "group:plan"),
        "mx-01": ("state:mx",),
        "nz-01": ("oeg", "state:nz", "group:plan"),
        "sg-01": ("oeg",),
        "t-ana": ("oeg",),
        "tr-01": ("partner", "state:tr"),
    }
    words = {one.login: len(one.passphrase.split()) for one in listed}
    assert {login for login, count in words.items() if count == 9} == {"hr-01", "mx-01", "tr-01"}
    assert set(words.values()) == {9, 12}
    readme = (DEMO / "README.md").read_text(encoding="utf-8")
    assert all(one.passphrase in readme for one in listed)


def test_a_real_sites_passphrases_are_never_listed_as_a_demos(demo):
    real = Sealer(replace(demo.keystore, demo=False), replace(demo.register, demo=False))
    assert not real.is_demo
    with pytest.raises(ValueError, match="only a demonstration"):
        demo_credentials(real)


def test_demo_and_real_are_never_mixed(demo):
    for keystore, register in (
        (demo.keystore, replace(demo.register, demo=False)),
        (replace(demo.keystore, demo=False), demo.register),
    ):
        with pytest.raises(Refused, match="for demonstration, the other is not"):
            Sealer(keystore, register)


def test_keystore_and_register_of_two_sites_are_never_mixed(demo):
    with pytest.raises(Refused, match=r"the keystore of other\.example"):
        Sealer(Keystore("other.example", bytes(32), demo=True), demo.register)


def test_areas_are_written_as_in_content_and_sealed_under_their_protocol_name(demo):
    read = json.loads(section(demo, "state:nz", "oeg"))
    assert [one["header"]["kid"] for one in read["recipients"]] == ["nat-nz.1", "oeg.1"]
    assert demo.tids(["state:nz", "oeg"]) == ("nat-nz", "oeg")


def test_an_opaque_area_is_named_nowhere_in_its_object(demo):
    tiers = {**demo.register.tiers, "state:mx": TierEntry("state:mx", 1, opaque=True)}
    sealer = Sealer(demo.keystore, replace(demo.register, tiers=tiers))
    (tid,) = sealer.tids(["state:mx"])
    assert tid.startswith("k")
    assert sealer.context("section", "a/b", "en", "s1", ["state:mx"]).aud == (tid,)
    assert "nat-mx" not in section(sealer, "state:mx")


def test_an_audience_the_register_does_not_know_is_refused_with_the_nearest(demo):
    with pytest.raises(Refused, match='no key for the audience "patner"') as caught:
        section(demo, "patner")
    assert 'did you mean "partner"?' in str(caught.value)


def test_the_order_and_repetition_of_audience_names_do_not_matter(demo):
    assert section(demo, "oeg", "state:nz") == section(demo, "state:nz", "oeg", "oeg")


def test_a_reseal_or_a_restamped_tier_changes_every_object_of_that_tier_only(demo):
    def with_entry(entry: TierEntry, release: int = 1) -> Sealer:
        tiers = {**demo.register.tiers, entry.name: entry}
        return Sealer(demo.keystore, replace(demo.register, tiers=tiers, release=release))

    resealed = with_entry(TierEntry("oeg", 1, resealed=5))
    assert section(resealed, "oeg") != section(demo, "oeg")
    assert section(resealed, "partner") == section(demo, "partner")
    restamped = TierEntry("oeg", 1, restamped=True)
    assert section(with_entry(restamped, 6), "oeg") != section(with_entry(restamped, 7), "oeg")


def test_a_sealer_works_the_same_in_another_process(demo):
    assert section(pickle.loads(pickle.dumps(demo)), "core") == section(demo, "core")  # noqa: S301  # our own bytes


def test_what_is_sealed_opens_with_the_tiers_keys_and_not_with_another_registers_signature(demo):
    place = demo.context("section", "meetings/paris-2008", "EN", "s3", ["core"])
    opened = open_sealed(section(demo, "core"), demo.keys(["core"]), demo.signers, place)
    assert opened.body.decode() == "<p>¶</p>"
    assert opened.meta == {"ct": "text/html; charset=utf-8", "title": "Paris"}
    other = Sealer(demo.keystore, replace(demo.register, signing=2))
    with pytest.raises(DoesNotOpen):
        open_sealed(section(demo, "core"), demo.keys(["core"]), other.signers, place)


def test_the_demo_opens_only_as_a_demo(tmp_path):
    (tmp_path / "keystore.json").write_bytes((DEMO / "keystore.json").read_bytes())
    text = (DEMO / "register.yaml").read_text(encoding="utf-8").replace("demo: true\n", "")
    (tmp_path / "register.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match="for demonstration"):
        open_demo(tmp_path)
