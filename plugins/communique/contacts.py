"""The directory (`content/data/contacts.yaml`): which office answers for what, in which languages and at what hours,
who may know of it, and when somebody last made sure that it is true.

An entry for fewer readers is sealed like text, although it stands in a data file: nothing of it is public.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from babel import Locale
from babel.core import get_global

from communique.policy import Audience, Policy, read_labels
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.strict_yaml import Node

FILE = "content/data/contacts.yaml"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: What stands for every day and hour.
ALWAYS = "always"
_REQUIRED = ("id", "office", "role", "languages", "audience", "confirmed")
_OPTIONAL = ("enquiry-point", "state", "phone", "email", "hours", "zone", "note")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z")
_PHONE = re.compile(r"\+[1-9][0-9]{0,2}(?: [0-9]{1,6}){1,6}\Z")
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}\Z")
_HOURS = re.compile(r"([a-z]+)(?:-([a-z]+))? (\d{2}:\d{2})-(\d{2}:\d{2})\Z")
_MOST_DAYS = 3650


@dataclass(frozen=True)
class Hours:
    """From one day of the week to another (0 is Monday), from one time to another, in the office's own time."""

    first: int
    last: int
    opens: datetime.time
    closes: datetime.time


@dataclass(frozen=True)
class Contact:
    """One office. `state` is a code, or empty where it belongs to none; `zone` a name such as "Europe/Berlin".

    `confirmed` is the day on which `confirmed_by` last made sure of the entry; nobody has where it is None.
    """

    id: str
    place: Place
    offices: Mapping[str, str]
    roles: Mapping[str, str]
    languages: tuple[str, ...]
    audience: Audience
    confirmed: datetime.date | None
    confirmed_by: str = ""
    is_enquiry_point: bool = False
    state: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    #: Empty where nothing is said of them; `is_always_open` says that there is no hour without an answer.
    hours: tuple[Hours, ...] = ()
    is_always_open: bool = False
    zone: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_public(self) -> bool:
        return self.audience.is_public

    def words(self, lang: str) -> str:
        """Everything the entry says in a language, a line each: what the audit and the comparison of access look at."""
        told = [self.offices[lang], self.roles[lang], self.notes.get(lang, ""), *self.phones, *self.emails]
        return "\n".join(line for line in told if line)


@dataclass(frozen=True)
class Contacts:
    """All entries by id, in the order of the file, and after how many days an unconfirmed one counts as stale."""

    by_id: Mapping[str, Contact] = field(default_factory=dict)
    stale_after: int = 0

    def __iter__(self) -> Iterator[Contact]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    @property
    def enquiry_point(self) -> Contact | None:
        return next((one for one in self if one.is_enquiry_point), None)

    @property
    def public(self) -> tuple[Contact, ...]:
        return tuple(one for one in self if one.is_public)

    @property
    def sealed(self) -> tuple[Contact, ...]:
        return tuple(one for one in self if not one.is_public)

    def addressed_to(self, name: str) -> tuple[Contact, ...]:
        """The entries whose audience names this tier, area or group itself, not one that it includes."""
        return tuple(one for one in self if name in one.audience.names)

    def for_readers(self, policy: Policy, grants: Iterable[str]) -> tuple[Contact, ...]:
        """Those that holders of `grants` may know of, public ones included."""
        names = list(grants)
        return tuple(one for one in self if policy.may_read(names, one.audience))

    def stale_from(self, contact: Contact) -> datetime.date | None:
        """The first day on which the entry counts as stale; None where nobody ever confirmed it."""
        return contact.confirmed + datetime.timedelta(days=self.stale_after) if contact.confirmed else None

    def stale_on(self, today: datetime.date) -> tuple[Contact, ...]:
        """The entries that somebody should confirm, the longest unconfirmed first."""
        found = [one for one in self if (day := self.stale_from(one)) is None or day <= today]
        return tuple(sorted(found, key=lambda one: (one.confirmed or datetime.date.min, one.id)))


def read_contacts(node: Node, languages: Sequence[str], policy: Policy, today: datetime.date) -> Contacts:
    """The entries of `contacts.yaml`, checked. `today` is the day of the build: nobody can have confirmed later.

    Raises:
        Refused: unknown keys, names, days or zones, everything at once.
    """
    problems: list[Problem] = []
    top = node.take(problems, "the file", ["stale-after", "contacts"])
    days = top["stale-after"].as_integer(problems, "stale-after") if "stale-after" in top else 0
    if "stale-after" in top and not problems and not 0 < days <= _MOST_DAYS:
        what = "after so many days no entry could be called stale"
        problems.append(Problem(top["stale-after"].place, "not-a-number", what, "write a number of days, such as 120"))
    found: dict[str, Contact] = {}
    for entry in top["contacts"].as_list(problems, "contacts") if "contacts" in top else ():
        contact = _read_contact(entry, languages, policy, today, problems)
        if contact is None:
            continue
        if contact.id in found:
            what = f"there is an entry with this id already, on line {found[contact.id].place.line}"
            problems.append(Problem(contact.place, "contact-twice", what, "give each entry its own"))
        found.setdefault(contact.id, contact)
    points = [one for one in found.values() if one.is_enquiry_point]
    if not problems and len(points) != 1:
        what = "no entry is the public enquiry point" if not points else "two entries are the public enquiry point"
        place = points[1].place if points else node.place
        problems.append(Problem(place, "enquiry-point", what, "write “enquiry-point: true” in one entry for public"))
    if problems:
        raise Refused(problems)
    return Contacts(found, days)


def _read_contact(
    node: Node, languages: Sequence[str], policy: Policy, today: datetime.date, problems: list[Problem]
) -> Contact | None:
    before = len(problems)
    part = node.take(problems, "the entry", _REQUIRED, _OPTIONAL)
    ident = part["id"].as_text(problems, "id") if "id" in part else ""
    place = part["id"].place if "id" in part else node.place
    if ident and not _NAME.match(ident):
        problems.append(Problem(place, "bad-name", f'"{ident}" cannot name an entry', "use a-z, 0-9 and -"))

    def labels(key: str) -> dict[str, str]:
        return read_labels(part[key], languages, problems, key) if key in part else {}

    audience = _read_audience(part["audience"], policy, problems) if "audience" in part else None
    is_point = "enquiry-point" in part and part["enquiry-point"].as_truth(problems, "enquiry-point")
    if is_point and audience is not None and not audience.is_public:
        what = f"the public enquiry point is for {audience}: the public could not find it"
        problems.append(Problem(part["audience"].place, "enquiry-point", what, "write “audience: public”"))
    confirmed, by = _read_confirmed(part["confirmed"], today, problems) if "confirmed" in part else (None, "")
    phones = _read_each(part, "phone", _PHONE, "+49 30 555 0100", problems)
    emails = _read_each(part, "email", _EMAIL, "desk@psi-portal.example", problems)
    if part and not phones and not emails and "phone" not in part and "email" not in part:
        what = "nobody could reach this office: it has neither a telephone number nor an e-mail address"
        problems.append(Problem(place, "contact-unreachable", what, "add phone, email or both"))
    hours, is_always = _read_hours(part["hours"], problems) if "hours" in part else ((), False)
    zone = _read_zone(part["zone"], problems) if "zone" in part else ""
    if hours and "zone" not in part:
        what = "these hours say nothing without their time zone"
        problems.append(Problem(part["hours"].place, "contact-zone", what, "add a line such as “zone: Europe/Berlin”"))
    contact = Contact(
        ident,
        place,
        labels("office"),
        labels("role"),
        _read_languages(part["languages"], problems) if "languages" in part else (),
        audience or Audience(("public",)),
        confirmed,
        by,
        is_point,
        part["state"].as_word(problems, "state", policy.states) if "state" in part else "",
        phones,
        emails,
        hours,
        is_always,
        zone,
        labels("note"),
    )
    return contact if len(problems) == before else None


def _read_audience(node: Node, policy: Policy, problems: list[Problem]) -> Audience | None:
    try:
        return policy.parse_audience("" if node.is_nothing() else node.as_text(problems, "audience"), node.place)
    except Refused as refused:
        problems.extend(refused.problems)
        return None


def _read_confirmed(node: Node, today: datetime.date, problems: list[Problem]) -> tuple[datetime.date | None, str]:
    """When and by whom. `null` says that nobody has: the entry is shown, and said to be unconfirmed."""
    if node.is_nothing():
        return None, ""
    part = node.take(problems, "confirmed", ["on", "by"])
    on = part["on"].as_date(problems, "on") if "on" in part else None
    if on is not None and on > today:
        what = f"this entry was confirmed on a day after that of the site ({today.isoformat()})"
        problems.append(Problem(part["on"].place, "contact-not-yet", what, "correct the day"))
    return on, part["by"].as_text(problems, "by") if "by" in part else ""


def _texts(node: Node, problems: list[Problem], what: str) -> list[tuple[str, Place]]:
    """One text, or a list of them."""
    nodes = node.value if isinstance(node.value, tuple) else (node,)
    return [(one.as_text(problems, what), one.place) for one in nodes]


def _read_each(
    part: Mapping[str, Node], key: str, form: re.Pattern[str], example: str, problems: list[Problem]
) -> tuple[str, ...]:
    found: list[str] = []
    for text, place in _texts(part[key], problems, key) if key in part else ():
        if text and not form.match(text):
            # Not quoted: it may be an entry that nobody but a few may read.
            problems.append(
                Problem(place, "contact-address", f"{key} is not written as it must be", f"write it as {example}")
            )
        elif text:
            found.append(text)
    return tuple(found)


def _read_languages(node: Node, problems: list[Problem]) -> tuple[str, ...]:
    known = {code for code in map(str, Locale("en").languages) if re.fullmatch(r"[a-z]{2,3}", code)}
    # Of thousands, the nearest to a slip of two letters would be another slip.
    usual = ("ar", "da", "de", "el", "en", "es", "fr", "it", "ja", "nl", "no", "pl", "pt", "ru", "tr", "uk", "zh")
    found: list[str] = []
    for code, place in _texts(node, problems, "languages"):
        if code and code not in known:
            problems.append(
                Problem(place, "unknown-language", f'there is no language "{code}"', did_you_mean(code, usual))
            )
        elif code:
            found.append(code)
    if not node.value and isinstance(node.value, tuple):
        problems.append(
            Problem(node.place, "not-a-list", "languages names none", "write [en, fr], the preferred first")
        )
    return tuple(found)


def _read_hours(node: Node, problems: list[Problem]) -> tuple[tuple[Hours, ...], bool]:
    found: list[Hours] = []
    texts = _texts(node, problems, "hours")
    if [text for text, _ in texts] == [ALWAYS]:
        return (), True
    for text, place in texts:
        written = _HOURS.match(text)
        if not written:
            if text:
                what, fix = (
                    "hours are not written as they must be",
                    "write mon-fri 09:00-17:00, a list of such, or always",
                )
                problems.append(Problem(place, "bad-hours", what, fix))
            continue
        first, last, opens, closes = written[1], written[2] or written[1], written[3], written[4]
        unknown = [day for day in (first, last) if day not in DAYS]
        problems += [
            Problem(place, "bad-hours", f'there is no day "{day}"', did_you_mean(day, DAYS))
            for day in dict.fromkeys(unknown)
        ]
        try:
            times = datetime.time.fromisoformat(opens), datetime.time.fromisoformat(closes)
        except ValueError:
            problems.append(Problem(place, "bad-hours", "there is no such time", "write it from 00:00 to 23:59"))
            continue
        if unknown:
            continue
        if times[1] <= times[0] or DAYS.index(last) < DAYS.index(first):
            what = "these hours end before they begin"
            problems.append(Problem(place, "bad-hours", what, "write a list of two, one for each side of midnight"))
        else:
            found.append(Hours(DAYS.index(first), DAYS.index(last), *times))
    return tuple(found), False


def _read_zone(node: Node, problems: list[Problem]) -> str:
    """A zone by its name, which keeps summer time right; an offset would be wrong for half of each year."""
    zone = node.as_text(problems, "zone")
    known = get_global("zone_territories")
    if zone and zone not in known:
        what, fix = f'there is no time zone "{zone}"', did_you_mean(zone, known)
        problems.append(Problem(node.place, "unknown-zone", what, fix if "did" in fix else "write Europe/Berlin"))
        return ""
    return zone
