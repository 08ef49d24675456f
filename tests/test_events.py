"""Dated events: read once, checked, told to those for whom they are and to nobody else."""

from __future__ import annotations

import datetime
import io
import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from communique.events import Event, Events, read_events
from communique.figures import read_figures
from communique.horizon import SPAN, ahead, crowding, end_of_horizon, periods
from communique.languages import shown_events
from communique.policy import Audience, Policy, read_policy
from communique.problems import Place, Problem, Refused
from communique.strict_yaml import load_yaml

TODAY = datetime.date(2008, 11, 3)
TIERS = """
tiers:
  public: {includes: [], tlp: CLEAR, label: {en: Public}}
  partner: {includes: [public], tlp: GREEN, label: {en: Partners}}
  oeg: {includes: [partner], tlp: AMBER, label: {en: Experts}}
areas: {tlp: AMBER+STRICT}
"""
STATES = """
states:
  fr: {label: {en: France}, participating: true, oeg: true, tile: [1, 1]}
  pl: {label: {en: Poland}, participating: true, tile: [2, 1]}
  hu: {label: {en: Hungary}, participating: unknown}
"""
GOOD = """\
regions:
  europe: {en: Europe}
events:
  - id: paris
    kind: meeting
    from: 2008-09-25
    to: 2008-09-26
    status: held
    audience: public
    region: europe
    label: {en: Meeting}
    place: {en: Paris}
    hosts: [fr]
"""


def policy() -> Policy:
    return read_policy(load_yaml(TIERS, "tiers.yaml"), load_yaml(STATES, "states.yaml"), ["en"])


def events_from(text: str) -> Events:
    return read_events(load_yaml(text, "events.yaml"), ["en"], policy(), TODAY)


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(Refused) as refused:
        events_from(text)
    return list(refused.value.problems)


def event(
    ident: str, first: str, last: str = "", *, region: str = "europe", kind: str = "meeting", status: str = "planned"
) -> Event:
    text = f"""
regions: {{europe: {{en: Europe}}, asia: {{en: Asia}}}}
events:
  - {{id: {ident}, kind: {kind}, from: {first}, to: {last or first}, status: {status}, audience: public,
     region: {region}, label: {{en: {ident}}}}}
"""
    return next(iter(events_from(text)))


def test_an_event_is_read_with_everything_it_says() -> None:
    found = events_from(GOOD)["paris"]
    assert (found.first, found.last) == (datetime.date(2008, 9, 25), datetime.date(2008, 9, 26))
    assert (found.precision, found.status, found.hosts, found.region) == ("day", "held", ("fr",), "europe")
    assert found.is_public
    assert found.place.line == 4


@pytest.mark.parametrize(
    ("written", "instead", "code", "line", "says"),
    [
        ("kind: meeting", "kind: meting", "unknown-value", 5, '"meeting"'),
        ("from: 2008-09-25", "from: 2008-09-31", "bad-date", 6, "2009-05"),
        ("to: 2008-09-26", "to: 2008-09-24", "event-dates", 7, "from"),
        ("to: 2008-09-26", "to: 2008-09", "event-dates", 7, "precision"),
        ("status: held", "status: done", "unknown-value", 8, "known"),
        ("status: held", "status: deadline", "event-status", 8, "both"),
        ("audience: public", "audience: partners", "unknown-audience", 9, '"partner"'),
        ("    audience: public\n", "", "missing-key", 4, "audience"),
        ("region: europe", "region: europa", "unknown-value", 10, '"europe"'),
        ("label: {en: Meeting}", "lable: {en: Meeting}", "unknown-key", 11, '"label"'),
        ("hosts: [fr]", "hosts: [fx]", "unknown-value", 13, "fr"),
        ("hosts: [fr]", "form: live", "event-form", 13, "exercise"),
        ("from: 2008-09-25\n    to: 2008-09-26", "from: 2009-01", "event-not-yet", 4, "planned"),
    ],
)
def test_a_mistake_is_found_at_its_line_with_the_nearest_name(
    written: str, instead: str, code: str, line: int, says: str
) -> None:
    assert written in GOOD
    found = [problem for problem in problems_of(GOOD.replace(written, instead)) if problem.code == code]
    assert [problem.place.line for problem in found] == [line]
    assert says in found[0].next + found[0].what


def test_two_events_cannot_have_one_id() -> None:
    twice = GOOD + GOOD.split("events:\n")[1]
    assert [problem.code for problem in problems_of(twice)] == ["event-twice"]


@pytest.mark.parametrize(
    ("written", "first", "last", "shown"),
    [
        ("2009", "2009-01-01", "2009-12-31", "2009"),
        ("2009-02", "2009-02-01", "2009-02-28", "February 2009"),
        ("2009-05-12", "2009-05-12", "2009-05-12", "12 May 2009"),
    ],
)
def test_a_date_is_shown_no_more_precisely_than_it_is_known(written: str, first: str, last: str, shown: str) -> None:
    found = event("one", written)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)
    assert shown_events.when(found, "en") == shown
    assert shown_events.iso(found) == written


def test_readers_are_told_of_public_events_and_of_their_own() -> None:
    secret = GOOD.replace("id: paris", "id: hidden").replace("audience: public", "audience: oeg").split("events:\n")[1]
    events = events_from(GOOD + secret)
    assert [one.id for one in events.public] == ["paris"]
    assert [one.id for one in events.sealed] == ["hidden"]
    assert [one.id for one in events.for_readers(policy(), ["partner"])] == ["paris"]
    assert {one.id for one in events.for_readers(policy(), ["oeg"])} == {"paris", "hidden"}


def test_two_events_of_one_region_are_close_together_up_to_the_span() -> None:
    first = event("one", "2009-03-02")
    for days in (0, 1, SPAN - 1, SPAN, SPAN + 1, 100):
        other = event("two", (first.first + datetime.timedelta(days)).isoformat())
        found = crowding([first, other], TODAY)
        assert [one.is_certain for one in found] == ([True] if days <= SPAN else []), days


def test_where_a_date_is_vague_it_is_only_said_that_events_may_be_close() -> None:
    found = crowding([event("june", "2009-06"), event("some-day", "2009")], TODAY)
    assert [(one.is_certain, [each.id for each in one.events]) for one in found] == [(False, ["some-day", "june"])]


def test_other_regions_deadlines_and_what_was_held_crowd_nobody() -> None:
    here = event("one", "2009-03-02")
    others = [
        event("elsewhere", "2009-03-03", region="asia"),
        event("due", "2009-03-03", kind="deadline", status="deadline"),
        event("over", "2008-10-30", status="held"),
    ]
    assert crowding([here, *others], TODAY) == ()


def test_the_order_of_the_file_changes_nothing() -> None:
    events = [event("a", "2009-03-02"), event("b", "2009-03-20"), event("c", "2009-04-25"), event("d", "2010")]
    shown = {str(crowding(order, TODAY)) for order in map(list, itertools.permutations(events))}
    assert len({text.count("Event(") for text in shown}) == 1


def test_each_coming_event_stands_in_exactly_one_period() -> None:
    coming = [
        event("soon", "2008-12-01"),
        event("vague", "2009"),
        event("spring", "2009-06"),
        event("autumn", "2010-09-01", "2010-09-03"),
        event("last", "2011-11-03"),
        event("too-far", "2012"),
        event("running", "2008-10-30", "2008-11-05"),
        event("over", "2008-10-30", status="held"),
    ]
    listed = [one.id for period in periods(coming, TODAY) for one in period.events]
    assert sorted(listed) == sorted(["soon", "vague", "spring", "autumn", "last", "running"])
    assert sorted(listed) == sorted(one.id for one in ahead(coming, TODAY))
    first = periods(coming, TODAY)[0]
    assert (first.year, first.half) == (2008, 2)


def test_the_horizon_of_a_leap_day_ends_on_a_day_that_exists() -> None:
    assert end_of_horizon(datetime.date(2008, 2, 29)) == datetime.date(2011, 2, 28)


def test_a_state_whose_standing_no_paper_gives_is_neither_in_nor_out() -> None:
    states = policy().states
    assert (states["fr"].participating, states["hu"].participating) == (True, None)
    assert states["pl"].tile == (2, 1)


@pytest.mark.parametrize("tile", ["[1, 1]", "[0, 1]", "[1]", "[1, 99]"])
def test_a_tile_that_is_taken_or_no_place_is_refused(tile: str) -> None:
    more = STATES + f"  us: {{label: {{en: United States}}, participating: true, tile: {tile}}}\n"
    with pytest.raises(Refused) as refused:
        read_policy(load_yaml(TIERS, "tiers.yaml"), load_yaml(more, "states.yaml"), ["en"])
    assert {problem.code for problem in refused.value.problems} == {"bad-tile"}


FIGURE = """\
figures:
  participating:
    value: 92
    on: 2008-07
    label: {en: participating states}
    source: {en: Follow-up paper}
"""


def test_a_figure_has_its_date_and_its_source() -> None:
    found = read_figures(load_yaml(FIGURE, "figures.yaml"), ["en"], TODAY)["participating"]
    assert (found.value, found.precision, found.sources["en"]) == (92, "month", "Follow-up paper")


@pytest.mark.parametrize(
    ("written", "instead", "code"),
    [
        ("    source: {en: Follow-up paper}\n", "", "missing-key"),
        ("    on: 2008-07\n", "", "missing-key"),
        ("on: 2008-07", "on: 2009-07", "figure-to-come"),
        ("value: 92", "value: many", "not-a-number"),
    ],
)
def test_a_figure_without_them_is_refused(written: str, instead: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_figures(load_yaml(FIGURE.replace(written, instead), "figures.yaml"), ["en"], TODAY)
    assert code in {problem.code for problem in refused.value.problems}


def test_the_shipped_figures_stand_where_they_are_dated_and_sourced() -> None:
    project = Path(__file__).resolve().parents[1]
    text = (project / "content/data/figures.yaml").read_text(encoding="utf-8")
    found = read_figures(load_yaml(text, "figures.yaml"), ["en", "es", "fr"], TODAY)
    assert found["participating"].value == 92
    assert found["participating"].date == datetime.date(2008, 7, 1)
    # The theme prints it from there.
    templates = (project / "theme/templates").rglob("*.html")
    assert not any("92" in path.read_text(encoding="utf-8") for path in templates if path.name == "states.html")


def test_an_audience_stays_with_its_event() -> None:
    assert events_from(GOOD)["paris"].audience == Audience(("public",))
    assert events_from(GOOD)["paris"].place == Place("events.yaml", 4, 9)


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        ("en", "At sea, on land and in the air"),
        ("es", "En el mar, en tierra y en el aire"),
        ("fr", "En mer, à terre et dans les airs"),
    ],
)
def test_domains_are_one_enumeration_that_begins_with_a_capital(lang: str, shown: str) -> None:
    path = Path(__file__).parents[1] / f"translations/{lang}/LC_MESSAGES/communique.po"
    catalogue = read_po(io.BytesIO(path.read_bytes() if lang != "en" else b""))
    found = replace(event("one", "2009"), hosts=(), domains=("sea", "land", "air"))

    def say(text: str) -> str:
        message = catalogue.get(text)
        return str(message.string) if message else text

    assert {name: words for name, _, words in shown_events.facts(found, policy(), lang, say)}["domains"] == shown
