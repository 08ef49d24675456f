"""Groups: readers called together for a time, whatever their tiers; and nobody after their last day."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from communique.documents.cutting import parse_source
from communique.documents.near_misses import fence_like
from communique.policy import Audience, Policy, read_policy, tier_id
from communique.problems import Place, Refused
from communique.sealing import membership
from communique.sealing.keyring import build_keyring, keyring_cache_name, open_slot
from communique.sealing.keystore import Keystore
from communique.sealing.register import Register, read_register
from communique.sealing.register_text import render_register
from communique.strict_yaml import load_yaml
from tests.documents.reading import STATES, TIERS

GROUPS = """\
groups:
  plan: {label: {en: Drafting group}, until: 2008-11-30, tlp: AMBER}
  miami:
    {label: {en: Hosts}, until: 2009-05-31, tlp: GREEN, who: {en: Those who prepare the meeting}}
"""
PLACE = Place("keys/register.yaml")
LAST_DAY = datetime.date(2008, 11, 30)
NEXT_DAY = datetime.date(2008, 12, 1)
KEYSTORE = Keystore("psi-portal.example", bytes(range(32)))


def policy_with(groups: str) -> Policy:
    nodes = load_yaml(TIERS, "t.yaml"), load_yaml(STATES, "s.yaml")
    return read_policy(*nodes, ["en"], load_yaml(groups, "g.yaml"))


POLICY = policy_with(GROUPS)
LABELS = {name: {"en": name} for name in POLICY.audience_names}


@pytest.fixture
def register() -> Register:
    begun = membership.begin_register(
        "psi-portal.example", POLICY, salt=bytes(16), signer=KEYSTORE.signer(1), date=LAST_DAY, place=PLACE
    )
    return membership.add(begun, POLICY, "hr-01", "en", ["partner", "group:plan"]).register


def test_a_group_is_an_audience_with_a_label_a_marking_and_a_protocol_name_of_its_own() -> None:
    audience = POLICY.parse_audience("oeg, group:plan", Place("x.md"))

    assert audience == Audience(("group:plan", "oeg"))
    assert POLICY.label("group:plan", "en") == "Drafting group"
    assert POLICY.tlp(Audience(("group:plan",))) == "AMBER"
    assert POLICY.tlp(Audience(("group:miami", "state:mx"))) == "AMBER+STRICT"
    assert tier_id("group:plan") == "grp-plan"


@pytest.mark.parametrize(
    ("grants", "audience", "may"),
    [
        (["group:plan"], ("group:plan",), True),
        (["core"], ("group:plan",), False),
        (["group:plan"], ("partner",), False),
        (["group:miami"], ("group:plan",), False),
        (["group:plan"], ("oeg", "group:plan"), True),
    ],
)
def test_a_group_follows_from_no_tier_and_gives_none(grants: list[str], audience: tuple[str, ...], may: bool) -> None:
    assert POLICY.may_read(grants, Audience(audience)) is may


@pytest.mark.parametrize(
    ("inner", "outer", "may"),
    [
        (("group:plan",), ("core",), True),
        (("group:plan",), ("state:nz",), True),
        (("group:plan",), ("group:miami",), True),
        (("state:nz",), ("group:plan",), True),
        (("oeg",), ("group:plan",), False),
        (("core", "group:plan"), ("oeg",), True),
    ],
)
def test_a_group_may_stand_in_any_section_and_no_tier_in_a_groups(
    inner: tuple[str, ...], outer: tuple[str, ...], may: bool
) -> None:
    assert POLICY.may_stand_inside(Audience(inner), Audience(outer)) is may


def test_every_spelling_of_a_section_takes_a_group() -> None:
    body = "::: group:plan\nA.\n:::\n\n[words]{group:plan}\n\n- one {group:plan}\n\n| a |\n| - |\n| b | {group:plan}\n"
    source = parse_source("# T\n\n" + body, "x.md", POLICY, Audience(("public",)))

    assert [(part.form, str(part.audience)) for part in source.parts[1:]] == [
        ("block", "group:plan"),
        ("inline", "group:plan"),
        ("item", "group:plan"),
        ("row", "group:plan"),
    ]


@pytest.mark.parametrize(
    ("written", "hint"),
    [("group:plam", 'did you mean "group:plan"?'), ("group:", 'did you mean "group:plan"?'), ("plan", "known: ")],
)
def test_an_unknown_group_is_refused_and_the_nearest_name_is_offered(written: str, hint: str) -> None:
    with pytest.raises(Refused) as refused:
        POLICY.parse_audience(written, Place("x.md", 3))

    (problem,) = refused.value.problems
    assert problem.code == "unknown-audience"
    assert problem.next.startswith(hint)


def test_another_systems_fence_with_a_groups_name_is_no_text() -> None:
    found = fence_like("/// group:plan", POLICY)

    assert found is not None
    assert found.code == "near-fence"
    assert "group:plan" in found.next


@pytest.mark.parametrize(
    ("there", "here", "code", "line"),
    [
        ("  plan:", "  Plan:", "bad-name", 2),
        ("until: 2008-11-30", "until: 2008-11-31", "bad-date", 2),
        (" until: 2008-11-30,", "", "missing-key", 2),
        ("tlp: AMBER}", "tlp: ORANGE}", "unknown-value", 2),
        ("tlp: AMBER}", "tlp: CLEAR}", "bad-marking", 2),
        ("label: {en: Drafting group}", "label: {es: Grupo}", "missing-key", 2),
        ("who: {en:", "who: {fr:", "unknown-key", 4),
        ("groups:", "group:", "unknown-key", 1),
    ],
)
def test_a_group_with_a_mistake_is_refused_at_its_line(there: str, here: str, code: str, line: int) -> None:
    with pytest.raises(Refused) as refused:
        policy_with(GROUPS.replace(there, here))

    assert (code, line) in [(problem.code, problem.place.line) for problem in refused.value.problems]


@pytest.mark.parametrize("name", ["grp-plan", "nat-nz"])
def test_no_tier_takes_a_name_that_the_protocol_keeps_for_groups_or_areas(name: str) -> None:
    tiers = load_yaml(TIERS.replace("  core:", f"  {name}:"), "t.yaml")

    with pytest.raises(Refused) as refused:
        read_policy(tiers, load_yaml(STATES, "s.yaml"), ["en"])

    assert [problem.code for problem in refused.value.problems] == ["bad-name"]


def test_a_group_ends_when_its_last_day_is_over() -> None:
    assert not POLICY.has_ended("group:plan", LAST_DAY)
    assert POLICY.has_ended("group:plan", NEXT_DAY)
    assert not any(POLICY.has_ended(name, datetime.date.max) for name in ("oeg", "state:nz", "public"))


def test_who_is_added_granted_or_withdrawn_may_have_a_group(register: Register) -> None:
    assert register.members["hr-01"].tiers == {"partner": 1, "group:plan": 1}

    granted = membership.grant(register, POLICY, "hr-01", ["group:miami"])
    assert granted.gained == {"hr-01": ("group:miami",)}

    withdrawn = membership.withdraw(granted.register, POLICY, "hr-01", ["group:plan"])
    assert withdrawn.rotated == ("group:plan",)
    assert withdrawn.register.members["hr-01"].tiers == {"partner": 1, "group:miami": 1}
    assert withdrawn.register.tiers["group:plan"].generation == 2


def test_a_new_group_gets_its_key_by_the_verb_for_keys(register: Register) -> None:
    later = policy_with(GROUPS + "  fleet: {label: {en: Fleet}, until: 2009-01-31, tlp: AMBER}\n")

    change = membership.add_tiers(register, later)

    assert change.begun == ("group:fleet",)
    assert change.gained == {}


def test_a_register_with_groups_reads_back_as_it_was_written(register: Register) -> None:
    again = read_register(render_register(register), str(PLACE))

    assert again == register


def test_an_ended_group_opens_nothing_in_the_next_keyring_and_its_end_makes_a_new_one(register: Register) -> None:
    entry = register.members["hr-01"]
    passphrase = KEYSTORE.passphrase("hr-01", entry.number, entry.words, entry.wordlist)

    def on(date: datetime.date) -> tuple[set[str], str]:
        def held(grants):
            return POLICY.held_on(grants, date)

        text = build_keyring(KEYSTORE, register, LABELS, held)
        return set(open_slot(text, "hr-01", passphrase).keys), keyring_cache_name(KEYSTORE, register, LABELS, held)

    (before, name), (after, other_name) = on(LAST_DAY), on(NEXT_DAY)
    assert before == {"partner.1", "grp-plan.1"}
    assert after == {"partner.1"}
    assert name != other_name


def test_a_name_that_the_policy_no_longer_knows_opens_for_nobody(register: Register) -> None:
    gone = dataclasses.replace(POLICY, groups={})

    assert gone.held_on(register.members["hr-01"].tiers, LAST_DAY) == {"public", "partner"}
