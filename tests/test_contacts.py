"""The directory's data: what an editor writes is understood, or refused where it stands; and what counts as stale."""

from __future__ import annotations

import datetime

import pytest

from communique.contacts import Contacts, read_contacts
from communique.policy import Policy, read_policy
from communique.problems import Refused
from communique.strict_yaml import load_yaml

TODAY = datetime.date(2008, 11, 3)
GOOD = """\
stale-after: 120
contacts:
  - id: enquiries
    enquiry-point: true
    office: {en: "Editors"}
    role: {en: "Enquiries"}
    languages: [en, fr]
    phone: "+49 30 555 0100"
    email: portal@psi-portal.example
    hours: [mon-fri 09:00-17:00, sat 09:00-12:00]
    zone: Europe/Berlin
    audience: public
    confirmed: {on: 2008-07-06, by: "An editor"}
  - id: duty
    state: nz
    office: {en: "Duty officer"}
    role: {en: "At night"}
    languages: [en]
    phone: ["+64 4 555 0101", "+64 4 555 0102"]
    hours: always
    note: {en: "Leave a number."}
    audience: partner, state:nz
    confirmed: null
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    tiers = """\
tiers:
  public: {includes: [], tlp: CLEAR, label: {en: "Public"}}
  partner: {includes: [public], tlp: GREEN, label: {en: "Partners"}}
  oeg: {includes: [partner], tlp: AMBER, label: {en: "Experts"}}
areas: {tlp: AMBER+STRICT}
"""
    states = 'states:\n  nz: {label: {en: "New Zealand"}, participating: true}\n'
    return read_policy(load_yaml(tiers, "tiers.yaml"), load_yaml(states, "states.yaml"), ["en"])


def read(text: str, policy: Policy) -> Contacts:
    return read_contacts(load_yaml(text, "contacts.yaml"), ["en"], policy, TODAY)


def test_what_an_editor_writes_is_understood(policy: Policy) -> None:
    contacts = read(GOOD, policy)
    enquiries, duty = contacts

    assert contacts.enquiry_point == enquiries
    assert [(one.first, one.last, one.opens.hour, one.closes.hour) for one in enquiries.hours] == [
        (0, 4, 9, 17),
        (5, 5, 9, 12),
    ]
    assert enquiries.emails == ("portal@psi-portal.example",)
    assert duty.phones == ("+64 4 555 0101", "+64 4 555 0102")
    assert duty.is_always_open
    assert not duty.hours
    assert duty.audience.names == ("partner", "state:nz")
    assert duty.words("en").split("\n") == [
        "Duty officer",
        "At night",
        "Leave a number.",
        "+64 4 555 0101",
        "+64 4 555 0102",
    ]


def test_each_reader_knows_of_the_entries_for_them_and_of_the_public_ones(policy: Policy) -> None:
    contacts = read(GOOD, policy)

    assert [one.id for one in contacts.for_readers(policy, [])] == ["enquiries"]
    assert [one.id for one in contacts.for_readers(policy, ["oeg"])] == ["enquiries", "duty"]
    assert [one.id for one in contacts.addressed_to("oeg")] == []
    assert [one.id for one in contacts.addressed_to("state:nz")] == ["duty"]


def test_an_entry_is_stale_from_its_day_on_and_at_once_if_nobody_confirmed_it(policy: Policy) -> None:
    contacts = read(GOOD, policy)

    assert [one.id for one in contacts.stale_on(datetime.date(2008, 11, 2))] == ["duty"]
    assert [one.id for one in contacts.stale_on(TODAY)] == ["duty", "enquiries"]


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "told"),
    [
        ("    zone:", "    zona:", 11, "unknown-key", 'did you mean "zone"?'),
        ("Europe/Berlin", "Europe/Berln", 11, "unknown-zone", 'did you mean "Europe/Berlin"?'),
        ("    zone: Europe/Berlin\n", "", 10, "contact-zone", "zone: Europe/Berlin"),
        ("mon-fri 09", "mon-fry 09", 10, "bad-hours", 'did you mean "fri"?'),
        ("mon-fri 09", "fri-mon 09", 10, "bad-hours", "midnight"),
        ("09:00-17:00", "17:00-09:00", 10, "bad-hours", "midnight"),
        ("09:00-17:00", "09:00-25:00", 10, "bad-hours", "23:59"),
        ("hours: always", "hours: allways", 20, "bad-hours", "mon-fri 09:00-17:00"),
        ("[en, fr]", "[en, frr, xx]", 7, "unknown-language", "known: ar"),
        ("state: nz", "state: nx", 15, "unknown-value", "known: nz"),
        ("partner, state:nz", "partners", 22, "unknown-audience", 'did you mean "partner"?'),
        ("    audience: partner, state:nz\n", "", 14, "missing-key", "audience"),
        ("+49 30 555 0100", "030 555 0100", 8, "contact-address", "+49 30"),
        ("portal@psi", "portal at psi", 9, "contact-address", "desk@"),
        ("2008-07-06", "2008-11-04", 13, "contact-not-yet", "correct the day"),
        ("2008-07-06", "2008-06-31", 13, "bad-date", "year-month-day"),
        (', by: "An editor"', "", 13, "missing-key", "by"),
        ("id: duty", "id: enquiries", 14, "contact-twice", "its own"),
        ("id: duty", "id: Duty Desk", 14, "bad-name", "a-z"),
        ("enquiry-point: true", "enquiry-point: false", 1, "enquiry-point", "enquiry-point: true"),
        ("audience: public", "audience: partner", 12, "enquiry-point", "audience: public"),
        ("stale-after: 120", "stale-after: 0", 1, "not-a-number", "120"),
        ('    phone: ["+64 4 555 0101", "+64 4 555 0102"]\n', "", 14, "contact-unreachable", "phone, email"),
    ],
)
def test_a_mistake_is_refused_on_its_line_with_what_was_meant(
    old: str, new: str, line: int, code: str, told: str, policy: Policy
) -> None:
    assert GOOD.count(old) == 1

    with pytest.raises(Refused) as refused:
        read(GOOD.replace(old, new), policy)

    found = {(problem.place.line, problem.code): problem.next for problem in refused.value.problems}
    assert (line, code) in found, found
    assert told in found[line, code] + code
