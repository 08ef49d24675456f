"""The calendar as files for other programs: a public one in each language, and a sealed one for each tier, area and
group to which anything dated is addressed.

What a sealed one holds stands in no other: who follows the public file and loads those they may open has all of it, and
nothing twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from gettext import NullTranslations
from html import escape
from typing import Any

from communique.calendars import MEDIA, Dated, File, Words, dated, write_calendar
from communique.documents.actions import Action, open_actions_for
from communique.documents.document import Document
from communique.languages import typography
from communique.policy import PUBLIC, Audience, tier_id
from communique.sealing.attachments import MadeFile, address_of_made_file
from communique_pelican.run import Plan, Run

#: The generated page that offers the files.
PAGE = "calendar"
#: The public file, below each language's folder.
FILE = "calendar.ics"


def calendar_files(plan: Plan, lang: str) -> Iterator[MadeFile]:
    """All files of one language; `public` is an audience like the others here."""
    for name in plan.catalogue.policy.audience_names:
        file = calendar_file(plan, lang, name)
        if file is not None:
            yield file


def calendar_file(plan: Plan, lang: str, name: str) -> MadeFile | None:
    """What is dated and addressed to this audience itself; None where nothing is."""
    entries = tuple(_entries(plan, lang, name))
    if not entries:
        return None
    site = plan.catalogue.site
    marking = f"TLP:{plan.catalogue.policy.tlp(Audience((name,)))}"
    file = File(
        site.id,
        lang,
        _title(plan, lang, name),
        _about(plan.messages[lang], name, marking),
        plan.as_of,
        entries,
        name == PUBLIC,
        f"{site.home}{lang}/{FILE}" if site.home and name == PUBLIC else "",
        "" if name == PUBLIC else marking,
    )
    called = FILE if name == PUBLIC else f"calendar-{tier_id(name)}.{lang}.ics"
    return MadeFile(PAGE, name, lang, called, MEDIA, write_calendar(file))


def link_to_sealed_calendar(plan: Plan, lang: str, name: str) -> str:
    """The paragraph with which the sealed list of this audience offers its file, as HTML; empty where it has none."""
    file = calendar_file(plan, lang, name)
    if file is None or name == PUBLIC:
        return ""
    _ = plan.messages[lang].gettext
    size, called = typography.file_size(len(file.data), lang), _("Calendar file for these readers")
    return (
        f'<p class="calendar-file"><a class="file" href="{address_of_made_file(file, plan.sealer)}">'
        f"{escape(called)}</a> "
        f'<span class="file__facts">ICS, {escape(size)}</span></p>'
    )


def public_calendar(run: Run) -> dict[str, Any] | None:
    """What `partials/calendar-files.html` shows: where the public file lies, and its whole address if there is one;
    None where nothing dated is public.
    """
    site = run.catalogue.site
    if not run.catalogue.events.public and not open_actions_for(run.catalogue, PUBLIC, run.lang):
        return None
    return {
        "path": f"{run.lang}/{FILE}",
        "address": f"{site.home}{run.lang}/{FILE}" if site.home else "",
        "name": FILE,
    }


def _title(plan: Plan, lang: str, name: str) -> str:
    site = plan.catalogue.site.names[lang]
    return site if name == PUBLIC else f"{site} – {plan.catalogue.policy.label(name, lang)}"


def _about(messages: NullTranslations, name: str, marking: str) -> str:
    _ = messages.gettext
    if name == PUBLIC:
        # Translators: what a calendar program tells of the file; %(marking)s is a TLP label
        return _("Meetings, exercises and deadlines that everybody may know of. %(marking)s") % {"marking": marking}
    return _("Dates for particular readers: pass the file on to nobody else. %(marking)s") % {"marking": marking}


def _entries(plan: Plan, lang: str, name: str) -> Iterator[Dated]:
    policy, words = plan.catalogue.policy, calendar_words(plan.messages[lang])
    actions = list(open_actions_for(plan.catalogue, name, lang))
    # A deadline whose document asks for something until that day is told once: by what is asked, to the minute.
    asked = {(action.document.id, action.due.date()) for action in actions}
    for event in plan.catalogue.events:
        told = event.is_deadline and (event.document, event.last) in asked
        if name in event.audience.names and not told:
            page = plan.catalogue.documents.get(event.document)
            yield dated(event, policy, lang, words, _address(plan, lang, name, page))
    for action in actions:
        yield _due(plan, lang, name, action)


def _due(plan: Plan, lang: str, name: str, action: Action) -> Dated:
    """What is asked of somebody, at the moment until which it is."""
    _, document, policy = plan.messages[lang].gettext, action.document, plan.catalogue.policy
    day = action.due.astimezone(datetime.UTC).date()
    who = typography.join_list([_label(plan, lang, one) for one in action.who], lang)
    # Translators: who is to act; in a calendar program
    details = [_("For: %(audience)s") % {"audience": who}] if who else []
    details += [action.reply] if action.reply else []
    if policy.may_read((name,), document.front.audience):
        title = action.text.source.title
        details.append(f"{title} ({document.front.symbol})" if document.front.symbol else title)
    return Dated(
        # A sealed document has a public name that tells nothing, also those readers who may open one passage of it.
        f"action-{document.doc.replace('/', '-')}-{action.id}",
        day,
        day,
        # Translators: something that is asked of somebody, on the day until which it is; in a calendar program
        _("Due: %(action)s") % {"action": action.what},
        tuple(details),
        category=_("Deadline"),
        moment=action.due,
        url=_address(plan, lang, name, document, action.anchor),
        lang=action.lang,
    )


def _label(plan: Plan, lang: str, name: str) -> str:
    """What the site calls a tier, an area or a group; of those whose names it does not tell, nothing."""
    entry = plan.keys.register.tiers.get(name)
    return (
        plan.messages[lang].gettext("Restricted readers")
        if entry and entry.opaque
        else (plan.catalogue.policy.label(name, lang))
    )


def _address(plan: Plan, lang: str, name: str, document: Document | None, anchor: str = "") -> str:
    """The page that tells more of it, where these readers may open it and the site has an address."""
    site = plan.catalogue.site
    if document is None or not site.home or document.is_withdrawn:
        return ""
    may_open = plan.catalogue.policy.may_read((name,), document.front.audience)
    return f"{site.home}{document.path(lang)}" + (f"#{anchor}" if anchor else "") if may_open else ""


def calendar_words(messages: NullTranslations) -> Words:
    _ = messages.gettext
    return Words(
        # Translators: an event in a calendar program
        _("%(event)s (to be confirmed)"),
        # Translators: %(date)s is a month with its year, such as "June 2009"
        _("No more than the month is known: %(date)s"),
        _("No more than the year is known: %(date)s"),
        # Translators: %(status)s is "Planned", "Proposed" or the like
        _("Not yet confirmed: %(status)s"),
        _,
    )
