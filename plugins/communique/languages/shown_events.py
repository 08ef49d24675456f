"""An event in words: when it is as far as that is known, who hosts it, how certain it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from communique.documents.fields import N_
from communique.events import Event, Events
from communique.languages import typography
from communique.policy import Policy

#: What readers see for each word of `events.yaml`, as messages of the interface.
KIND_WORDS: Mapping[str, str] = {
    "meeting": N_("Meeting"),
    "workshop": N_("Workshop"),
    "exercise": N_("Exercise"),
    "visit": N_("Visit"),
    "deadline": N_("Deadline"),
    "other": N_("Event"),
}
STATUS_WORDS: Mapping[str, str] = {
    "held": N_("Held"),
    "confirmed": N_("Confirmed"),
    "planned": N_("Planned"),
    "offered": N_("Offered"),
    "proposed": N_("Proposed"),
    "intended": N_("Intended"),
    "considered": N_("Considered"),
    "deadline": N_("Deadline"),
}
FORM_WORDS: Mapping[str, str] = {"live": N_("Live"), "table-top": N_("Table-top")}
DOMAIN_WORDS: Mapping[str, str] = {"sea": N_("at sea"), "land": N_("on land"), "air": N_("in the air")}
_WHEN, _WHERE, _HOST, _STATUS = N_("When"), N_("Where"), N_("Host"), N_("Status")
_FORM, _DOMAINS, _OBSERVERS = N_("Form"), N_("Domains"), N_("Guests")
#: Every message that this module may say.
MESSAGES = frozenset(
    [
        *KIND_WORDS.values(),
        *STATUS_WORDS.values(),
        *FORM_WORDS.values(),
        *DOMAIN_WORDS.values(),
        *(_WHEN, _WHERE, _HOST, _STATUS, _FORM, _DOMAINS, _OBSERVERS),
    ]
)


def when(event: Event, lang: str) -> str:
    """Its date as precisely as it is known: "11–21 August 2008", "June–July 2009", "2009"."""
    if event.precision == "day":
        return typography.format_interval(event.first, event.last, lang)
    if event.precision == "month":
        return typography.format_months(event.first, event.last, lang)
    return typography.format_years(event.first.year, event.last.year, lang)


def iso(event: Event) -> str:
    """Where it begins, as HTML's `datetime` wants it: a day, a month or a year."""
    length = {"day": 10, "month": 7, "year": 4}[event.precision]
    return event.first.isoformat()[:length]


def names_of(codes: tuple[str, ...], policy: Policy, lang: str) -> str:
    """States in the alphabet of `lang`, joined."""
    names = (policy.states[code].labels[lang] for code in codes)
    return typography.join_list(sorted(names, key=lambda name: typography.sort_key(name, lang)), lang)


def hosts(event: Event, policy: Policy, lang: str) -> str:
    """Who hosts it: in the words given, else the states."""
    return event.host_names.get(lang) or names_of(event.hosts, policy, lang)


def observers(event: Event, policy: Policy, lang: str) -> str:
    return event.observer_names.get(lang) or names_of(event.observers, policy, lang)


def region(event: Event, events: Events, lang: str) -> str:
    return events.regions[event.region][lang] if event.region else ""


def facts(event: Event, policy: Policy, lang: str, say: Callable[[str], str]) -> Iterator[tuple[str, str, str]]:
    """What the page of an event shows of it: a name, a label and the words of each fact that is known."""
    yield "when", say(_WHEN), when(event, lang)
    domains = typography.join_list([say(DOMAIN_WORDS[word]) for word in event.domains], lang)
    rows = [
        ("where", _WHERE, event.places.get(lang, "")),
        ("host", _HOST, hosts(event, policy, lang)),
        ("status", _STATUS, say(STATUS_WORDS[event.status])),
        ("form", _FORM, say(FORM_WORDS[event.form]) if event.form else ""),
        ("domains", _DOMAINS, typography.capitalised(domains)),
        ("observers", _OBSERVERS, observers(event, policy, lang)),
    ]
    for name, label, words in rows:
        if words:
            yield name, say(label), words
