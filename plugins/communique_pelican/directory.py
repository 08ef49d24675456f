"""The page `directory`: the public enquiry point, the offices that everybody may know of, and for each tier, area and
group a sealed list of those addressed to it; and the same entries as cards for an address book.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from gettext import NullTranslations
from html import escape
from typing import Any

from babel.dates import get_day_names

from communique.contacts import Contact, Contacts, Hours
from communique.languages import typography
from communique.policy import PUBLIC, tier_id
from communique.sealing.attachments import MadeFile, address_of_made_file
from communique.sealing.lists import PlainList
from communique.vcards import MEDIA, Card, write_cards
from communique_pelican.run import Plan, Run
from communique_pelican.sealed_lists import Write, sealed_lists

PAGE = "directory"
#: The public cards, below each language's folder.
FILE = "contacts.vcf"


def write_directory(run: Run, write: Write) -> None:
    shown = directory(run)
    write("directory/index.html", "directory", shown, [one["marking"] for one in shown["lists"]])


def directory(run: Run) -> dict[str, Any]:
    messages, contacts = run.messages[run.lang], run.catalogue.contacts
    point = contacts.enquiry_point
    return {
        "title": messages.gettext("Directory"),
        "point": _shown(point, contacts, run, run.lang, messages) if point else None,
        "table": _table(run, run.lang, messages, [one for one in contacts.public if not one.is_enquiry_point]),
        "file": {"path": f"{run.lang}/{FILE}", "name": FILE} if contacts.public else None,
        "lists": sealed_lists(run, PAGE),
    }


def contacts_for_readers(plan: Plan, lang: str) -> Iterator[PlainList]:
    """The entries addressed to each audience, and a link to the cards of all that it may read."""
    messages, _ = plan.messages[lang], plan.messages[lang].gettext
    for name in plan.catalogue.policy.audience_names:
        file = None if name == PUBLIC else contact_file(plan, lang, name)
        if file is None:
            continue
        size = typography.file_size(len(file.data), lang)
        called = _("Address cards of all offices that these readers may know of")
        link = (
            f'<p class="contacts__file"><a class="file" href="{address_of_made_file(file, plan.sealer)}">'
            f"{escape(called)}</a> "
            f'<span class="file__facts">VCF, {escape(size)}</span></p>'
        )
        table = _table(plan, lang, messages, plan.catalogue.contacts.addressed_to(name))
        yield PlainList(PAGE, name, lang, f"{table}\n{link}")


def contact_files(plan: Plan, lang: str) -> Iterator[MadeFile]:
    """The cards in one language, for each audience to which an entry is addressed."""
    for name in plan.catalogue.policy.audience_names:
        file = contact_file(plan, lang, name)
        if file is not None:
            yield file


def contact_file(plan: Plan, lang: str, name: str) -> MadeFile | None:
    """The cards of every entry that holders of `name` may read: one file is all they have to load."""
    contacts, policy = plan.catalogue.contacts, plan.catalogue.policy
    if not contacts.addressed_to(name):
        return None
    messages = plan.messages[lang]
    readable = _in_order(contacts.for_readers(policy, (name,)), plan, lang)
    cards = (_card(one, plan, lang, messages) for one in readable)
    called = FILE if name == PUBLIC else f"contacts-{tier_id(name)}.{lang}.vcf"
    return MadeFile(PAGE, name, lang, called, MEDIA, write_cards(cards, plan.catalogue.site.id, lang))


def _in_order(contacts: Iterable[Contact], of: Plan | Run, lang: str) -> list[Contact]:
    """By state in the alphabet of the language; offices of no state stand first."""

    def place(one: Contact) -> tuple[object, ...]:
        state = _state(one, of, lang)
        words = (typography.sort_key(text, lang) for text in (state, one.roles[lang], one.offices[lang]))
        return bool(state), *words, one.id

    return sorted(contacts, key=place)


def _state(contact: Contact, of: Plan | Run, lang: str) -> str:
    return of.catalogue.policy.label(f"state:{contact.state}", lang) if contact.state else ""


def _table(of: Plan | Run, lang: str, messages: NullTranslations, contacts: Iterable[Contact]) -> str:
    """Entries as a table; where there is little room, each becomes a card (`.policy` in the style sheet)."""
    _ = messages.gettext
    entries = [_shown(one, of.catalogue.contacts, of, lang, messages) for one in _in_order(contacts, of, lang)]
    if not entries:
        return ""
    # Translators: heads of the table of offices
    heads = _("Office"), _("Telephone and e-mail"), _("Languages and hours"), _("Last confirmed")
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    rows = "\n".join(_row(one, heads) for one in entries)
    return f'<table class="policy contacts">\n<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>'


def _row(entry: dict[str, Any], heads: tuple[str, ...]) -> str:
    state = f'<span class="contacts__state">{escape(entry["state"])}</span> ' if entry["state"] else ""
    office = f'{state}<span class="contacts__office">{escape(entry["office"])}</span>'
    note = f'<span class="contacts__line">{escape(entry["note"])}</span>' if entry["note"] else ""
    cells = [
        f'<span class="contacts__role">{escape(entry["role"])}</span>{note}',
        entry["reach_html"],
        entry["hours_html"],
        entry["confirmed_html"],
    ]
    labels = [f' data-label="{escape(head)}"' if index != 1 else "" for index, head in enumerate(heads)]
    rest = "".join(f"<td{label}>{cell}</td>" for label, cell in zip(labels[1:], cells[1:], strict=True))
    return f'<tr><th scope="row">{office} {cells[0]}</th>{rest}</tr>'


def _shown(
    contact: Contact, contacts: Contacts, of: Plan | Run, lang: str, messages: NullTranslations
) -> dict[str, Any]:
    """An entry as words and as the HTML that the open table and the sealed one share."""
    _ = messages.gettext
    phones = [
        f'<a class="contacts__line" href="tel:{one.replace(" ", "")}" dir="ltr">{escape(one)}</a>'
        for one in contact.phones
    ]
    emails = [f'<a class="contacts__line" href="mailto:{one}" dir="ltr">{escape(one)}</a>' for one in contact.emails]
    told = [_languages(contact, lang), _hours(contact, lang, messages)]
    stale = contacts.stale_from(contact)
    if contact.confirmed is None or stale is None:
        # Translators: in place of the day on which an entry of the directory was last confirmed
        unconfirmed = _("not confirmed")
        confirmed = f'<strong class="contacts__unconfirmed">{escape(unconfirmed)}</strong>'
    else:
        day = escape(typography.format_date(contact.confirmed, lang))
        # Whether the second day has come, the page finds out where it is read (dates.js).
        confirmed = (
            f'<time datetime="{contact.confirmed.isoformat()}">{day}</time>'
            f'<time class="stale-after" datetime="{stale.isoformat()}"></time>'
        )
    return {
        "state": _state(contact, of, lang),
        "office": contact.offices[lang],
        "role": contact.roles[lang],
        "note": contact.notes.get(lang, ""),
        "reach_html": " ".join([*phones, *emails]),
        "hours_html": " ".join(f'<span class="contacts__line">{escape(line)}</span>' for line in told if line),
        "confirmed_html": confirmed,
    }


def _languages(contact: Contact, lang: str) -> str:
    return typography.join_list([typography.language_name(code, lang) for code in contact.languages], lang)


def _hours(contact: Contact, lang: str, messages: NullTranslations) -> str:
    """ "Monday to Friday 09:00–17:00 (time in Berlin)", in the words of the language."""
    _ = messages.gettext
    if contact.is_always_open:
        return _("at any hour")
    if not contact.hours:
        return ""
    told = "; ".join(_span(one, lang, messages) for one in contact.hours)
    # Translators: %(hours)s are days and hours, %(city)s the city after which their time zone is called
    return _("%(hours)s (time in %(city)s)") % {"hours": told, "city": _city(contact.zone, lang)}


def _span(hours: Hours, lang: str, messages: NullTranslations) -> str:
    names = get_day_names("wide", locale=typography.locale_of(lang))
    days = str(names[hours.first])
    if hours.last != hours.first:
        # Translators: from one day of the week to another, such as "Monday to Friday"
        days = messages.gettext("%(first)s to %(last)s") % {"first": names[hours.first], "last": names[hours.last]}
    opens, closes = (typography.format_time(time, lang) for time in (hours.opens, hours.closes))
    return f"{days} {opens}–{closes}"


def _city(zone: str, lang: str) -> str:
    found = typography.locale_of(lang).time_zones.get(zone, {})
    return str(found.get("city") or zone.rpartition("/")[2].replace("_", " "))


def _card(contact: Contact, plan: Plan, lang: str, messages: NullTranslations) -> Card:
    _ = messages.gettext
    state, office = _state(contact, plan, lang), contact.offices[lang]
    marking = f"TLP:{plan.catalogue.policy.tlp(contact.audience)}"
    day = typography.format_date(contact.confirmed, lang) if contact.confirmed else ""
    # Translators: %(date)s is a day
    confirmed = _("Last confirmed on %(date)s") % {"date": day} if day else _("not confirmed")
    notes = (marking, contact.notes.get(lang, ""), _hours(contact, lang, messages), confirmed)
    return Card(
        f"contact-{contact.id}",
        f"{state} – {office}" if state else office,
        (state, office) if state else (office,),
        contact.roles[lang],
        contact.phones,
        contact.emails,
        contact.languages,
        contact.zone,
        tuple(line for line in notes if line),
        contact.confirmed,
    )
