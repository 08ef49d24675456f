"""Entries of data files that are not for everybody: events and contacts, each with its audience and its words.

A data file lies beside public ones and is no document. What stands in such an entry is sealed text all the same: it has
readers, they must have a key, and others must find it nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from communique.contacts import FILE as CONTACTS_FILE
from communique.documents.catalogue import Catalogue
from communique.events import FILE as EVENTS_FILE
from communique.events import Event
from communique.policy import Audience
from communique.problems import Place
from communique.strict_yaml import Node, load_yaml

#: The files, by their names, and the key below which their entries stand.
FILES: Mapping[str, str] = {"events.yaml": "events", "contacts.yaml": "contacts"}
#: What other files call the entries of each, as they call a document: no collection may be called `data`.
EVENTS, CONTACTS = "data/events", "data/contacts"


@dataclass(frozen=True)
class DataEntry:
    """One entry. `source` is as a document's id; `words` are what it says in each language, a line each."""

    source: str
    id: str
    kind: str
    place: Place
    audience: Audience
    words: Mapping[str, str] = field(repr=False)


def data_entries(catalogue: Catalogue) -> Iterator[DataEntry]:
    """Every event and every contact, public ones too."""
    langs = catalogue.site.languages
    for event in catalogue.events:
        words = {lang: _words_of(event, lang) for lang in langs}
        yield DataEntry(EVENTS, event.id, "event", event.place, event.audience, words)
    for contact in catalogue.contacts:
        words = {lang: contact.words(lang) for lang in langs}
        yield DataEntry(CONTACTS, contact.id, "contact", contact.place, contact.audience, words)


def _words_of(event: Event, lang: str) -> str:
    told = [event.labels, event.places, event.host_names, event.observer_names]
    return "\n".join(labels[lang] for labels in told if lang in labels)


def public_lines(name: str, text: str, catalogue: Catalogue) -> str:
    """A data file's text as everybody may know it: of sealed entries and comments their lines are left, empty."""
    file = {"events.yaml": EVENTS_FILE, "contacts.yaml": CONTACTS_FILE}.get(name, "")
    if not file:
        return text
    entries = [one for one in data_entries(catalogue) if one.place.file == file]
    sealed = {one.place.line for one in entries if not one.audience.is_public}
    # An editor's note on a sealed entry may stand anywhere, and makes nothing public.
    lines = ["" if line.lstrip().startswith("#") else line for line in text.split("\n")]
    for first, last, marks in _spans(load_yaml(text, file), FILES[name], len(lines)):
        if sealed & marks:
            lines[first - 1 : last] = [""] * (last - first + 1)
    return "\n".join(lines)


def _spans(node: Node, key: str, length: int) -> Iterator[tuple[int, int, set[int]]]:
    """First and last line of each entry, and the lines on which its keys stand."""
    listed = node.value.get(key) if isinstance(node.value, dict) else None
    nodes = listed.value if listed is not None and isinstance(listed.value, tuple) else ()
    starts = [one.place.line for one in nodes]
    # What follows the list counts with its last entry: too little is public then, never too much.
    for one, start, following in zip(nodes, starts, [*starts[1:], length + 1], strict=True):
        marks = {place.line for place in one.keys.values()}
        yield start, max(following - 1, start), marks
