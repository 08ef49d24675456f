"""Who may read what, and what stands inside what."""

from __future__ import annotations

import pytest

from communique.policy import Audience, read_policy, tier_id
from communique.problems import Place, Refused
from communique.strict_yaml import load_yaml
from tests.documents.reading import POLICY, STATES, TIERS


@pytest.mark.parametrize(
    ("grants", "audience", "may"),
    [
        ([], ("public",), True),
        ([], ("partner",), False),
        (["partner"], ("partner",), True),
        (["partner"], ("oeg",), False),
        (["core"], ("partner",), True),
        (["core"], ("state:mx",), False),
        (["state:mx"], ("oeg", "state:mx"), True),
        (["state:mx"], ("state:nz",), False),
        (["unknown"], ("oeg",), False),
    ],
)
def test_a_reader_may_read_what_one_of_the_grants_opens(
    grants: list[str], audience: tuple[str, ...], may: bool
) -> None:
    assert POLICY.may_read(grants, Audience(audience)) is may


@pytest.mark.parametrize(
    ("inner", "outer", "may"),
    [
        (("oeg",), ("partner",), True),
        (("oeg",), ("oeg",), True),
        (("partner",), ("oeg",), False),
        (("state:mx",), ("core",), True),
        (("state:mx",), ("state:nz",), True),
        (("oeg",), ("state:nz",), False),
        (("core", "state:mx"), ("oeg", "state:nz"), True),
    ],
)
def test_only_narrower_tiers_and_areas_stand_inside(inner: tuple[str, ...], outer: tuple[str, ...], may: bool) -> None:
    assert POLICY.may_stand_inside(Audience(inner), Audience(outer)) is may


def test_the_strictest_label_of_an_audience_counts() -> None:
    assert POLICY.tlp(Audience(("oeg", "state:mx"))) == "AMBER+STRICT"
    assert POLICY.tlp(Audience(("public",))) == "CLEAR"
    assert POLICY.rank("RED") > POLICY.rank("AMBER+STRICT") > POLICY.rank("CLEAR")


def test_an_area_has_its_own_protocol_name() -> None:
    assert (tier_id("state:no"), tier_id("oeg")) == ("nat-no", "oeg")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing-audience"),
        (" ", "missing-audience"),
        ("patner", "unknown-audience"),
        ("state:xx", "unknown-audience"),
        ("OEG", "unknown-audience"),
        ("oeg,", "unknown-audience"),
        ("oeg, oeg", "audience-twice"),
        ("public, oeg", "audience-public"),
    ],
)
def test_an_audience_that_is_not_understood_is_refused_at_its_place(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        POLICY.parse_audience(text, Place("x.md", 3, 5))

    assert {(problem.code, problem.place) for problem in refused.value.problems} == {(code, Place("x.md", 3, 5))}


def test_an_audience_is_the_same_in_any_order() -> None:
    place = Place("x.md")

    assert POLICY.parse_audience("state:mx,oeg", place) == POLICY.parse_audience("oeg, state:mx", place)


@pytest.mark.parametrize(
    ("there", "here", "code", "line"),
    [
        ("partner: {", "Partner: {", "bad-name", 3),
        ("includes: [partner]", "includes: [patner]", "unknown-value", 4),
        ("includes: [public]", "includes: [core]", "tier-circle", 1),
        ("tlp: GREEN", "tlp: GREENISH", "unknown-value", 3),
        ("  public: {includes: [], tlp: CLEAR, label: {en: Public}}\n", "", "no-public-tier", 1),
        ("label: {en: Core group}", "label: {es: Grupo}", "missing-key", 5),
        ("areas: {tlp: AMBER+STRICT}", "", "missing-key", 1),
        ("  mx:", "  mex:", "bad-name", 2),
        ("participating: false", "participating: no", "not-true-or-false", 2),
        ("tlp: GREEN", "tlp: GREEN, email: yes please", "unknown-value", 3),
        ("tlp: CLEAR", "tlp: CLEAR, email: allowed", "mail-rule", 2),
        ("areas: {tlp: AMBER+STRICT}", "areas: {tlp: AMBER+STRICT, e-mail: never}", "unknown-key", 6),
    ],
)
def test_a_policy_with_a_mistake_is_refused_at_its_line(there: str, here: str, code: str, line: int) -> None:
    tiers, states = load_yaml(TIERS.replace(there, here), "t.yaml"), load_yaml(STATES.replace(there, here), "s.yaml")

    with pytest.raises(Refused) as refused:
        read_policy(tiers, states, ["en"])

    assert (code, line) in [(problem.code, problem.place.line) for problem in refused.value.problems]


MAILED = read_policy(
    load_yaml(TIERS.replace("GREEN", "GREEN, email: allowed").replace("AMBER,", "AMBER, email: never,"), "tiers.yaml"),
    load_yaml(STATES, "states.yaml"),
    ["en"],
)


@pytest.mark.parametrize(
    ("to", "audience", "may"),
    [
        ("oeg", ("public",), True),
        ("partner", ("partner",), True),
        ("oeg", ("partner",), False),
        ("partner", ("oeg",), False),
        ("partner", ("oeg", "partner"), False),
        ("state:nz", ("state:nz",), False),
        ("nobody", ("partner",), False),
    ],
)
def test_a_message_carries_what_is_allowed_for_its_readers_and_for_all_others_of_the_text(
    to: str, audience: tuple[str, ...], may: bool
) -> None:
    assert MAILED.may_be_mailed(to, Audience(audience)) is may


def test_without_a_rule_nothing_above_public_is_mailed() -> None:
    sealed = [Audience((name,)) for name in POLICY.audience_names if name != "public"]

    assert [one for one in sealed if POLICY.may_be_mailed(one.names[0], one)] == []


def test_areas_and_groups_have_a_rule_of_their_own() -> None:
    groups = "groups: {plan: {label: {en: Plan}, until: 2009-06-30, tlp: AMBER, email: allowed}}"
    tiers = TIERS.replace("areas: {tlp: AMBER+STRICT}", "areas: {tlp: AMBER+STRICT, email: allowed}")
    policy = read_policy(
        load_yaml(tiers, "t.yaml"), load_yaml(STATES, "s.yaml"), ["en"], load_yaml(groups, "groups.yaml")
    )

    assert policy.may_be_mailed("group:plan", Audience(("group:plan",)))
    assert policy.may_be_mailed("group:plan", Audience(("group:plan", "state:nz")))
    assert not policy.may_be_mailed("group:plan", Audience(("oeg",)))
