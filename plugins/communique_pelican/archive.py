"""The archive: every document in one list, which filters in the browser make shorter.

Without script the whole list stands there, in order. Documents that are sealed as a whole are locked entries at its
end; the client lets them join the filters once their readers have opened them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from communique.audit import Standing
from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.documents.meetings import finding_of
from communique.languages import typography
from communique.sealing.sections import ENTRY, kind_of
from communique_pelican.documents import entry, guest, standing
from communique_pelican.run import Run
from communique_pelican.sealed_lists import Write

PAGE = "archive"


def write_archive(run: Run, write: Write) -> None:
    _ = run.messages[run.lang].gettext
    documents = list(run.catalogue.documents.values())
    public = sorted(
        (one for one in documents if not one.is_sealed), key=lambda one: (one.front.date, one.id), reverse=True
    )
    locked = _locked(run.catalogue)
    guests = [_guest(run, document) for document in locked]
    entries = [_entry(run, document) for document in public]
    run.objects[f"{run.lang}/{PAGE}/index.html"] = tuple(standing(run, document, ENTRY) for document in locked)
    page = {
        "title": _("Archive"),
        "entries": entries,
        "sealed": guests,
        "filters": _filters(run, entries, guests),
    }
    write(f"{PAGE}/index.html", PAGE, page, [one["marking"] for one in guests])


def locked_entries(catalogue: Catalogue) -> dict[str, tuple[Standing, ...]]:
    """The sealed entries that must stand on each language's archive, by the page's path."""
    return {
        f"{lang}/{PAGE}/index.html": tuple(
            Standing(kind_of(document, ENTRY), document.doc, document.text_for(lang).lang, ENTRY)
            for document in _locked(catalogue)
        )
        for lang in catalogue.site.languages
    }


def _locked(catalogue: Catalogue) -> list[Document]:
    """In the order of their public names, which tells nothing."""
    found = (one for one in catalogue.documents.values() if one.is_sealed and not one.is_withdrawn)
    return sorted(found, key=lambda one: one.doc)


def _guest(run: Run, document: Document) -> dict[str, Any]:
    """A locked entry: what can be said of it to everybody is its collection and whether it is translated."""
    state = run.statuses[document.id, run.lang].for_readers
    return {**guest(run, document, ENTRY), "found_by": {"collection": document.collection, "state": state}}


def _entry(run: Run, document: Document) -> dict[str, Any]:
    """As lists show it, and by what it can be found: each value is a word that the filters know."""
    found = finding_of(run.catalogue, document)
    meeting = run.catalogue.documents.get(found.meeting)
    title = meeting.text_for(run.lang).source.title if meeting is not None and not meeting.is_sealed else ""
    shown = entry(run, document)
    found_by = {
        "kind": found.kind,
        "year": found.year,
        "collection": document.collection,
        "region": found.region,
        "meeting": found.meeting if title else "",
        "state": shown["state"],
    }
    return {**shown, "found_by": found_by, "meeting_title": title}


def _filters(run: Run, entries: Sequence[dict[str, Any]], guests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the list can be narrowed by: only what stands in it, each with its words in the page's language.

    A kind or year that only a sealed document has is no option until it is opened: the client adds it.
    """
    run_lang, catalogue = run.lang, run.catalogue
    _ = run.messages[run_lang].gettext
    kinds = {item["kind"]: item["kind_label"] for item in entries}
    collections = {name: one.labels[run_lang] for name, one in catalogue.site.collections.items()}
    regions = {name: labels[run_lang] for name, labels in catalogue.events.regions.items()}
    meetings = {item["found_by"]["meeting"]: item["meeting_title"] for item in entries if item["meeting_title"]}
    states = {
        # Translators: a document that was written in the language of the page
        "original": _("Written in this language"),
        "current": _("Translated and up to date"),
        "stale": _("Translation not up to date"),
        "missing": _("Not yet translated"),
    }

    def present(name: str) -> set[str]:
        return {item["found_by"].get(name, "") for item in (*entries, *guests)}

    years = [(year, year) for year in sorted({item["found_by"]["year"] for item in entries}, reverse=True)]
    return [
        _filter("kind", _("Kind"), _by_alphabet(kinds, run_lang)),
        _filter("year", _("Year"), years),
        _filter("collection", _("Collection"), _present(collections.items(), present("collection"))),
        _filter("region", _("Region"), _present(_by_alphabet(regions, run_lang), present("region"))),
        # Translators: a filter by the meeting, workshop or exercise to which a document belongs
        _filter("meeting", _("Meeting or exercise"), _by_alphabet(meetings, run_lang)),
        # Translators: a filter by the state of a document's translation into the page's language
        _filter("state", _("Translation"), _present(states.items(), present("state"))),
    ]


def _filter(name: str, label: str, options: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {"name": name, "label": label, "options": [{"value": value, "label": words} for value, words in options]}


def _present(options: Iterable[tuple[str, str]], present: set[str]) -> list[tuple[str, str]]:
    return [(value, words) for value, words in options if value in present]


def _by_alphabet(options: dict[str, str], lang: str) -> list[tuple[str, str]]:
    return sorted(options.items(), key=lambda option: typography.sort_key(option[1], lang))
