"""Pages that gather from all documents: who can read what, what is new, what is to be reviewed, a state's area.

They quote no sealed text. What stands on them sealed is the very object that stands in its document, or a list made
for one tier, area or group alone (`communique.sealing.updates`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from gettext import NullTranslations
from typing import Any

from communique.audit import Standing
from communique.documents.addressed import Passage, addressed_to
from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.documents.numbers import runs
from communique.languages import typography
from communique.policy import AREA_PREFIX, GROUP_PREFIX, PUBLIC, Audience
from communique.sealing.lists import KIND, NO_DOCUMENT, PlainList, SealedList
from communique.sealing.sections import ENTRY, kind_of
from communique.sealing.updates import PAGE, Words, called, plain_updates
from communique_pelican.documents import audience_text, entry, guest
from communique_pelican.feeds import newest, shown_feeds, write_feeds
from communique_pelican.run import Plan, Run
from communique_pelican.sealed_lists import Write, place_in_lists, sealed_lists

#: The collection in which a document whose folder is a state's code is that state's area.
AREAS = "areas"


def write_access(run: Run, write: Write) -> None:
    write("access/index.html", "access", who_can_read_what(run), [])


def write_updates(run: Run, write: Write) -> None:
    shown = updates(run)
    write("updates/index.html", "updates", shown, [one["marking"] for one in shown["lists"]])
    write_feeds(run)


def write_review(run: Run, write: Write) -> None:
    write("review/index.html", "review", review(run), [])


def updates_for_readers(plan: Plan, lang: str) -> Iterator[PlainList]:
    """What is addressed to each tier, area and group, newest document first."""
    return plain_updates(plan.catalogue, lang, update_words(plan.messages[lang]), plan.news)


def who_can_read_what(run: Run) -> dict[str, Any]:
    """The policy in words. A tier whose name the site does not tell is left out, and its name with it."""
    _ = run.messages[run.lang].gettext
    policy, lang = run.catalogue.policy, run.lang

    def told(name: str) -> bool:
        return name not in run.opaque

    def about(name: str, who: Mapping[str, str]) -> dict[str, Any]:
        return {
            "name": name,
            "label": policy.label(name, lang),
            "marking": f"TLP:{policy.tlp(Audience((name,)))}",
            "who": who.get(lang, ""),
        }

    areas = [
        {
            **about(AREA_PREFIX + code, {}),
            "participating": state.participating,
            "path": area_page(run, code),
        }
        for code, state in policy.states.items()
        if told(AREA_PREFIX + code)
    ]
    return {
        "title": _("Who can read what"),
        "tiers": [
            {
                **about(name, tier.who),
                "includes": [
                    policy.label(inner, lang)
                    for inner in policy.tiers
                    if inner != name and inner in policy.closure(tier.includes) and (tier.includes and told(inner))
                ],
            }
            for name, tier in policy.tiers.items()
            if told(name)
        ],
        "areas": sorted(areas, key=lambda area: typography.sort_key(str(area["label"]), lang)),
        "areas_marking": f"TLP:{policy.areas_tlp}",
        "groups": [
            {
                **about(GROUP_PREFIX + name, group.who),
                "until": group.until.isoformat(),
                "until_text": typography.format_date(group.until, lang),
                "ended": policy.has_ended(GROUP_PREFIX + name, run.as_of),
            }
            for name, group in policy.groups.items()
            if told(GROUP_PREFIX + name)
        ],
        "approvals": [
            {"label": audience_text(run, (name,)), "editors": list(run.approvers[name])}
            for name in policy.audience_names
            if told(name) and run.approvers.get(name)
        ],
    }


def updates(run: Run) -> dict[str, Any]:
    """The newest public documents, and a sealed list for each audience to whom anything is addressed."""
    _ = run.messages[run.lang].gettext
    return {
        "title": _("Updates"),
        "entries": [entry(run, document) for document in newest(run)],
        "feeds": shown_feeds(run),
        "lists": sealed_lists(run, PAGE),
        "since": _since(run),
    }


def _since(run: Run) -> list[dict[str, Any]]:
    """The releases before this one, the latest first: since which of them something is new, a reader may choose."""
    _ = run.messages[run.lang].gettext
    # Translators: a choice in "Show what is new since"; %(number)s is a figure, %(date)s a day
    said = _("Release %(number)s, %(date)s")
    return [
        {"number": number, "label": said % {"number": number, "date": typography.format_date(date, run.lang)}}
        for number, date in sorted(run.news.releases.items(), reverse=True)[1:]
    ]


def review(run: Run) -> dict[str, Any]:
    """What each audience reads, by document and paragraph: a form that quotes nothing of it."""
    _ = run.messages[run.lang].gettext
    words = update_words(run.messages[run.lang])
    audiences: list[dict[str, Any]] = []
    for name in sorted(run.catalogue.policy.audience_names, key=lambda name: place_in_lists(run, name)):
        found = () if name == PUBLIC else addressed_to(run.catalogue, name, run.lang)
        if found:
            audiences.append(
                {
                    # The same for every opaque one: an anchor must not tell its name.
                    "id": f"for-{len(audiences) + 1}",
                    "label": audience_text(run, (name,)),
                    "marking": f"TLP:{run.catalogue.policy.tlp(Audience((name,)))}",
                    "documents": list(_reviewed(run, found, words)),
                }
            )
    return {"title": _("Review form"), "audiences": audiences}


def _reviewed(run: Run, found: tuple[Passage, ...], words: Words) -> Iterator[dict[str, Any]]:
    by_document: dict[str, list[Passage]] = {}
    for passage in found:
        by_document.setdefault(passage.document.id, []).append(passage)
    for group in by_document.values():
        document, text = group[0].document, group[0].text
        path = document.path(run.lang)
        shown = {"title": text.source.title, "symbol": document.front.symbol, "lang": text.lang_of("title")}
        if document.is_sealed:
            shown = {"title": words.sealed_document, "symbol": path.split("/")[-2], "lang": run.lang}
        yield {
            **shown,
            "dir": typography.direction(shown["lang"]),
            "doc": document.doc,
            "path": path,
            "passages": [
                {"called": called(passage, words), "path": path + (f"#{passage.anchor}" if passage.anchor else "")}
                for passage in group
            ],
        }


def update_words(messages: NullTranslations) -> Words:
    _ = messages.gettext
    # Translators: these four follow a place, in brackets: "¶ 34 (list item 2)"; all of them are sealed
    forms = {"block": _("section"), "item": _("list item"), "row": _("table row"), "inline": _("words")}
    # Translators: of a passage in a list; the release is the portal's, and %(number)s a figure
    new, changed = _("New in release %(number)s"), _("Changed in release %(number)s")
    return Words(_("Sealed document"), forms, new, changed)


def gathered_objects(catalogue: Catalogue, lists: Sequence[SealedList]) -> dict[str, tuple[Standing, ...]]:
    """The sealed objects that pages gather, by the page's path: what the audit must find there."""
    found: dict[str, tuple[Standing, ...]] = {}
    for one in lists:
        found[one.path] = (*found.get(one.path, ()), Standing(KIND, NO_DOCUMENT, one.lang, one.part))
    for lang in catalogue.site.languages:
        for code in catalogue.policy.states:
            document = _area(catalogue, code)
            if document is not None:
                found[document.path(lang)] = tuple(
                    Standing(kind_of(passage.document, name), passage.document.doc, passage.text.lang, name)
                    for passage, name in _addressed_elsewhere(catalogue, document, lang)
                )
    return found


def guests_in(run: Run, document: Document) -> list[dict[str, Any]]:
    """What other documents address to the state whose area `document` is, as boxes for its page."""
    if _area(run.catalogue, document.id.removeprefix(f"{AREAS}/")) != document:
        return []
    return [_guest(run, passage, name) for passage, name in _addressed_elsewhere(run.catalogue, document, run.lang)]


def _area(catalogue: Catalogue, code: str) -> Document | None:
    document = catalogue.documents.get(f"{AREAS}/{code}") if code in catalogue.policy.states else None
    return None if document is None or document.is_sealed or document.is_withdrawn else document


def _addressed_elsewhere(catalogue: Catalogue, area: Document, lang: str) -> list[tuple[Passage, str]]:
    name = AREA_PREFIX + area.id.removeprefix(f"{AREAS}/")
    return [
        (passage, ENTRY if passage.is_whole else passage.part.name)
        for passage in addressed_to(catalogue, name, lang)
        if passage.document.id != area.id
    ]


def _guest(run: Run, passage: Passage, name: str) -> dict[str, Any]:
    document = passage.document
    date = None if document.is_sealed else document.front.date
    numbers = list(passage.numbers) if passage.has_numbers and not passage.is_whole else []
    return {
        **guest(run, document, name),
        # Those of a row or an item too: who may not open it still finds the paragraph.
        "numbers": numbers,
        "date": date.isoformat() if date else "",
        "date_text": typography.format_date(date, run.lang) if date else "",
        "runs": runs(numbers),
    }


def area_page(run: Run, code: str) -> str:
    document = _area(run.catalogue, code)
    return document.path(run.lang) if document else ""
