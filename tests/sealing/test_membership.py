"""Changing who may sign in: numbers move, and what follows is told."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.policy import Policy, State, Tier
from communique.problems import Place, Refused
from communique.sealing import membership
from communique.sealing.keyring import Slot, build_keyring, open_slot
from communique.sealing.keystore import Keystore
from communique.sealing.membership import Change
from communique.sealing.register import MemberEntry, Register, TierEntry, read_register
from communique.sealing.register_text import HEADING, heading_of, render_register

SITE = "psi-portal.example"
PLACE = Place("keys/register.yaml")
POLICY = Policy(
    {
        "public": Tier("public", (), "CLEAR", {}),
        "partner": Tier("partner", ("public",), "GREEN", {}),
        "oeg": Tier("oeg", ("partner",), "AMBER", {}),
        "core": Tier("core", ("oeg",), "AMBER+STRICT", {}),
    },
    {code: State(code, {}, True, False) for code in ("mx", "nz", "tr")},
    "AMBER+STRICT",
)
NAMES = tuple(name for name in POLICY.audience_names if name != "public")
LABELS = {name: {"en": name} for name in NAMES}
KEYSTORE = Keystore(SITE, bytes(range(32)))


def begun() -> Register:
    return membership.begin_register(
        SITE, POLICY, salt=bytes(16), signer=KEYSTORE.signer(1), date=datetime.date(2008, 11, 3), place=PLACE
    )


@pytest.fixture
def register() -> Register:
    after = begun()
    for login, grants in (("nz-01", ["oeg", "state:nz"]), ("tr-01", ["partner", "state:tr"]), ("fr-01", ["core"])):
        after = membership.add(after, POLICY, login, "en", grants).register
    return after


def generations(register: Register) -> dict[str, int]:
    return {name: entry.generation for name, entry in register.tiers.items()}


def raised(before: Register, after: Register) -> set[str]:
    return {name for name in before.tiers if generations(after)[name] == generations(before)[name] + 1}


def refused(code: str, verb: object, *arguments: object, **options: object) -> str:
    with pytest.raises(Refused) as caught:
        verb(*arguments, **options)  # type: ignore[operator]
    assert [problem.code for problem in caught.value.problems] == [code]
    return str(caught.value)


# Beginning and adding


def test_a_new_register_has_a_key_for_every_tier_and_area_of_the_policy_and_no_members():
    assert list(begun().tiers) == list(NAMES)
    assert set(generations(begun()).values()) == {1}
    assert begun().members == {}


def test_a_new_member_holds_the_present_key_of_everything_the_grants_include():
    before = membership.remove(
        membership.add(begun(), POLICY, "old-01", "en", ["oeg"]).register, POLICY, ["old-01"]
    ).register
    change = membership.add(before, POLICY, "nz-01", "en", ["oeg", "state:nz"])

    assert change.register.members["nz-01"].tiers == {"oeg": 2, "partner": 2, "state:nz": 1}
    assert change.gained == {"nz-01": ("oeg", "partner", "state:nz")}
    assert change.letters == ("nz-01",)
    assert generations(change.register) == generations(before)


@pytest.mark.parametrize(("grants", "words"), [(["partner", "state:mx"], 9), (["oeg"], 12), (["core"], 12)])
def test_members_of_a_tier_marked_amber_or_stricter_are_issued_the_longer_passphrase(grants: list[str], words: int):
    assert membership.add(begun(), POLICY, "mx-01", "es", grants).register.members["mx-01"].words == words


@pytest.mark.parametrize(("lang", "wordlist"), [("es", "es"), ("fr", "fr"), ("de", "en")])
def test_words_come_in_the_members_language_where_there_is_a_list_for_it(lang: str, wordlist: str):
    assert membership.add(begun(), POLICY, "mx-01", lang, ["partner"]).register.members["mx-01"].wordlist == wordlist


def test_a_login_that_is_given_out_again_gets_words_that_nobody_had_before(register: Register):
    gone = membership.remove(register, POLICY, ["nz-01"]).register
    assert gone.former == {"nz-01": 1}
    again = membership.add(gone, POLICY, "nz-01", "en", ["oeg"]).register
    assert again.members["nz-01"].number == 2
    assert again.former == {}


@pytest.mark.parametrize(
    ("login", "grants", "code", "following"),
    [
        ("nz-01", ["oeg"], "member-twice", "members.grant"),
        ("NZ 02", ["oeg"], "bad-name", "3 to 32"),
        ("_nz-02", ["oeg"], "bad-name", "3 to 32"),
        ("nz-02", ["oegg"], "unknown-audience", 'did you mean "oeg"?'),
        ("nz-02", ["public"], "unknown-audience", "known:"),
        ("nz-02", [], "no-grant", "known:"),
    ],
)
def test_a_member_who_cannot_be_added_is_refused_with_what_to_do(
    login: str, grants: list[str], code: str, following: str, register: Register
):
    assert following in refused(code, membership.add, register, POLICY, login, "en", grants)


def test_a_grant_whose_tier_has_no_key_names_the_verb_that_makes_one():
    tiers = {name: entry for name, entry in begun().tiers.items() if name != "partner"}
    lacking = dataclasses.replace(begun(), tiers=tiers)
    assert "invoke keys.add --names partner" in refused(
        "audience-without-key", membership.add, lacking, POLICY, "nz-01", "en", ["oeg"]
    )


# Removing


def test_removing_a_member_renews_the_keys_of_all_they_could_read_and_of_nothing_else(register: Register):
    change = membership.remove(register, POLICY, ["nz-01"])

    assert set(change.register.members) == {"tr-01", "fr-01"}
    assert raised(register, change.register) == {"oeg", "partner", "state:nz"} == set(change.rotated)
    assert change.register.epoch == register.epoch + 1
    assert change.lost == {"nz-01": ("oeg", "partner", "state:nz")}


def test_members_who_stay_keep_what_they_hold_of_earlier_keys(register: Register):
    after = membership.remove(register, POLICY, ["nz-01"]).register
    assert after.members["fr-01"].tiers == {"core": 1, "oeg": 1, "partner": 1}
    assert after.members["tr-01"].tiers == {"partner": 1, "state:tr": 1}


def test_what_a_grant_includes_without_a_line_is_written_down_before_its_key_changes(register: Register):
    unwritten = dataclasses.replace(register.members["fr-01"], tiers={"core": 1})
    register = dataclasses.replace(register, members={**register.members, "fr-01": unwritten})
    after = membership.remove(register, POLICY, ["nz-01"]).register
    assert after.members["fr-01"].tiers == {"core": 1, "oeg": 1, "partner": 1}


def test_removal_leaves_texts_as_they_are_unless_resealing_is_asked_for(register: Register):
    plain = membership.remove(register, POLICY, ["nz-01"])
    again = membership.remove(register, POLICY, ["nz-01"], reseal=True)

    assert {entry.resealed for entry in plain.register.tiers.values()} == {0}
    assert {name: entry.resealed for name, entry in again.register.tiers.items() if entry.resealed} == dict.fromkeys(
        ("oeg", "partner", "state:nz"), register.release + 1
    )
    assert (plain.resealed, again.resealed) == ((), ("oeg", "partner", "state:nz"))


def test_a_removal_tells_who_needs_the_next_copy_and_what_stays_open(register: Register):
    change = membership.remove(register, POLICY, ["nz-01"])
    assert change.new_copies == ("fr-01", "tr-01")
    assert [(kept.login, kept.names) for kept in change.kept] == [("nz-01", ("oeg", "partner", "state:nz"))]
    assert not change.keys_stay


def test_a_state_that_leaves_takes_all_its_members_along_and_each_key_changes_once(register: Register):
    register = membership.add(register, POLICY, "nz-02", "en", ["state:nz"]).register
    leaving = membership.of_state(register, "state:nz")
    after = membership.remove(register, POLICY, leaving).register
    assert leaving == ("nz-01", "nz-02")
    assert raised(register, after) == {"oeg", "partner", "state:nz"}
    refused("no-such-area", membership.of_state, register, "state:mx")
    refused("no-such-area", membership.of_state, register, "oeg")


@pytest.mark.parametrize("verb", [membership.reissue, membership.replace_stolen])
def test_an_unknown_member_is_refused_and_the_nearest_login_is_offered(verb: object, register: Register):
    assert 'did you mean "nz-01"?' in refused("unknown-member", verb, register, POLICY, "nz-1")
    assert 'did you mean "nz-01"?' in refused("unknown-member", membership.remove, register, POLICY, ["nz-1"])


# Passphrases


def test_a_reissue_changes_the_passphrase_and_no_key(register: Register):
    change = membership.reissue(register, POLICY, "nz-01")
    assert change.register.members["nz-01"].number == 2
    assert generations(change.register) == generations(register)
    assert change.register.epoch == register.epoch + 1
    assert (change.letters, change.rotated, change.keys_stay) == (("nz-01",), (), True)


def test_other_words_or_another_list_are_another_number(register: Register):
    member = membership.reissue(register, POLICY, "tr-01", words=12, wordlist="fr").register.members["tr-01"]
    assert (member.number, member.words, member.wordlist) == (2, 12, "fr")
    refused("too-few-words", membership.reissue, register, POLICY, "tr-01", words=8)
    refused("unknown-value", membership.reissue, register, POLICY, "tr-01", wordlist="de")


def test_after_a_theft_passphrase_and_keys_are_new_and_the_member_reads_on(register: Register):
    change = membership.replace_stolen(register, POLICY, "nz-01")
    assert change.register.members["nz-01"].number == 2
    assert change.register.members["nz-01"].tiers == {"oeg": 2, "partner": 2, "state:nz": 2}
    assert raised(register, change.register) == {"oeg", "partner", "state:nz"}
    assert change.register.epoch == register.epoch + 1
    assert (change.letters, change.register.former, change.lost) == (("nz-01",), {}, {})


# Granting and withdrawing


def test_a_grant_adds_only_what_was_not_read_before_from_the_present_key_on(register: Register):
    before = membership.remove(register, POLICY, ["nz-01"]).register
    change = membership.grant(before, POLICY, "tr-01", ["oeg"])
    assert change.register.members["tr-01"].tiers == {"oeg": 2, "partner": 1, "state:tr": 1}
    assert change.gained == {"tr-01": ("oeg",)}
    assert generations(change.register) == generations(before)
    refused("nothing-changes", membership.grant, register, POLICY, "fr-01", ["partner"])


def test_withdrawing_a_tier_renews_its_key_and_leaves_what_it_included(register: Register):
    change = membership.withdraw(register, POLICY, "nz-01", ["oeg"])
    assert change.register.members["nz-01"].tiers == {"partner": 1, "state:nz": 1}
    assert raised(register, change.register) == {"oeg"}
    assert change.lost == {"nz-01": ("oeg",)}
    assert change.new_copies == ("fr-01", "nz-01")


def test_a_tier_that_another_grant_includes_cannot_be_withdrawn_alone(register: Register):
    text = refused("still-included", membership.withdraw, register, POLICY, "fr-01", ["partner"])
    assert "withdraw core, oeg too" in text
    refused("not-granted", membership.withdraw, register, POLICY, "tr-01", ["oeg"])
    refused("nothing-left", membership.withdraw, register, POLICY, "tr-01", ["partner", "state:tr"])


# New tiers and a new master


def test_a_tier_or_area_that_the_policy_comes_to_name_gets_its_first_key():
    policy = dataclasses.replace(POLICY, tiers={**POLICY.tiers, "desk": Tier("desk", ("public",), "AMBER", {})})
    change = membership.add_tiers(begun(), policy)
    assert change.begun == ("desk",)
    assert change.register.tiers["desk"] == TierEntry("desk", 1)
    refused("nothing-changes", membership.add_tiers, change.register, policy)
    refused("has-a-key", membership.add_tiers, change.register, policy, ["desk"])
    refused("unknown-audience", membership.add_tiers, begun(), policy, ["desq"])


def test_who_holds_a_tier_that_includes_a_new_one_is_said_to_read_it(register: Register):
    tiers = {**POLICY.tiers, "desk": Tier("desk", ("public",), "AMBER", {})}
    tiers["core"] = dataclasses.replace(tiers["core"], includes=("oeg", "desk"))
    change = membership.add_tiers(register, dataclasses.replace(POLICY, tiers=tiers))
    assert change.gained == {"fr-01": ("desk",)}
    assert change.register.members["fr-01"].tiers["desk"] == 1


def test_a_new_master_comes_with_a_new_salt_and_a_letter_for_everybody(register: Register):
    signer = Keystore(SITE, bytes(32)).signer(1)
    change = membership.renew(register, POLICY, salt=bytes([1] * 16), signer=signer)
    assert (change.register.salt, change.register.signer) == (bytes([1] * 16), signer)
    assert set(change.letters) == set(register.members)
    assert {member.number for member in change.register.members.values()} == {2}
    refused("old-salt", membership.renew, register, POLICY, salt=register.salt, signer=signer)


def test_with_a_new_master_an_editors_own_sign_in_can_go_and_its_words_never_come_back(register: Register):
    change = membership.renew(register, POLICY, salt=bytes([1] * 16), signer=bytes(32), leaving=["nz-01"])
    assert change.new_master
    assert "nz-01" not in change.register.members
    assert change.register.former["nz-01"] == register.members["nz-01"].number
    assert "nz-01" not in change.letters
    assert change.lost == {"nz-01": ("oeg", "partner", "state:nz")}
    refused("unknown-member", membership.renew, register, POLICY, salt=bytes([1] * 16), signer=bytes(32), leaving=["x"])


def test_what_nobody_is_left_to_read_is_told(register: Register):
    assert "state:nz" in membership.remove(register, POLICY, ["nz-01"]).unread
    assert membership.reissue(register, POLICY, "nz-01").unread == ()
    assert membership.replace_stolen(register, POLICY, "nz-01").unread == (), "they come back"
    assert membership.withdraw(register, POLICY, "nz-01", ["state:nz"]).unread == ("state:nz",)


def test_every_verb_raises_the_epoch_by_one_and_leaves_the_register_it_was_given_alone(register: Register):
    kept = dataclasses.replace(register, members=dict(register.members), tiers=dict(register.tiers))
    changes: list[Change] = [
        membership.add(register, POLICY, "mx-01", "es", ["state:mx"]),
        membership.remove(register, POLICY, ["nz-01"]),
        membership.reissue(register, POLICY, "nz-01"),
        membership.replace_stolen(register, POLICY, "nz-01"),
        membership.grant(register, POLICY, "tr-01", ["oeg"]),
        membership.withdraw(register, POLICY, "nz-01", ["oeg"]),
        membership.renew(register, POLICY, salt=bytes([1] * 16), signer=bytes(32)),
    ]
    assert {change.register.epoch for change in changes} == {register.epoch + 1}
    assert register == kept


def test_of_all_that_a_member_reads_the_broadest_names_stand_for_the_rest():
    assert membership.broadest(POLICY, ["partner", "oeg", "core", "state:nz"]) == ("core", "state:nz")


# What the keyring makes of it


def slot(register: Register, login: str) -> Slot:
    member = register.members[login]
    passphrase = KEYSTORE.passphrase(login, member.number, member.words, member.wordlist)
    return open_slot(build_keyring(KEYSTORE, register, LABELS, POLICY.closure), login, passphrase)


def test_who_stays_holds_two_earlier_keys_and_who_comes_holds_none(register: Register):
    for login in ("a-01", "b-01", "c-01"):
        register = membership.add(register, POLICY, login, "en", ["partner"]).register
        register = membership.remove(register, POLICY, [login]).register
    register = membership.add(register, POLICY, "d-01", "en", ["partner"]).register
    assert set(slot(register, "tr-01").keys) == {"partner.2", "partner.3", "partner.4", "nat-tr.1"}
    assert set(slot(register, "d-01").keys) == {"partner.4"}


def test_secrets_are_in_no_description_of_a_change(register: Register):
    change = membership.reissue(register, POLICY, "nz-01")
    words = KEYSTORE.passphrase("nz-01", 2, 12, "en").split(" ")
    assert not any(word in repr(change) for word in words)


# The file

logins = st.from_regex(r"[a-z0-9][a-z0-9.-]{2,20}", fullmatch=True).filter(lambda login: ".." not in login)
counts = st.integers(1, 10**6)


@st.composite
def registers(draw: st.DrawFn) -> Register:
    tiers = {
        name: TierEntry(name, draw(counts), draw(st.booleans()), draw(st.booleans()), draw(st.just(0) | counts))
        for name in draw(st.lists(st.sampled_from(NAMES), unique=True))
    }
    held = st.lists(st.sampled_from(list(tiers)), unique=True) if tiers else st.just([])
    members = {
        login: MemberEntry(
            login,
            draw(
                st.sampled_from(["en", "pt-BR", "no", "true", "1"])
                | st.text("abc: {}'\"\\", min_size=1).filter(str.strip)
            ),
            draw(st.sampled_from(["en", "es", "fr"])),
            draw(st.integers(9, 24)),
            draw(counts),
            {name: draw(st.integers(1, tiers[name].generation)) for name in draw(held)},
        )
        for login in draw(st.lists(logins, unique=True, max_size=4))
    }
    members = {login: dataclasses.replace(one, lang=one.lang.strip()) for login, one in members.items()}
    return Register(
        SITE,
        draw(st.binary(min_size=16, max_size=16)),
        draw(counts),
        draw(counts),
        draw(st.dates(datetime.date(1000, 1, 1))),
        draw(counts),
        draw(st.booleans()),
        tiers,
        members,
        draw(st.none() | st.binary(min_size=32, max_size=32)),
        {login: draw(counts) for login in draw(st.lists(logins, unique=True, max_size=3)) if login not in members},
    )


@settings(max_examples=150, deadline=None)
@given(registers())
def test_a_written_register_reads_back_equal_and_is_written_the_same_again(register: Register):
    text = render_register(register)
    back = read_register(text, "keys/register.yaml")
    assert back == register
    assert render_register(back) == text


def test_the_comment_that_editors_keep_above_a_register_stays():
    own = "# Kept by the Oslo desk.\n# Ask before you change it.\n"
    text = render_register(begun(), own)
    assert text.startswith(own + "site: ")
    assert heading_of(text) == own
    assert heading_of("site: x\n") == HEADING


def test_one_member_more_is_one_line_more(register: Register):
    before = render_register(register).splitlines()
    after = render_register(membership.add(register, POLICY, "mx-01", "es", ["state:mx"]).register).splitlines()
    assert len(after) == len(before) + 1
    assert len(set(after) - set(before)) == 2, "the member's line, and the epoch's"
