"""What a kind of document says in its front matter, as its readers see it: labelled, in the page's language."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document, Text
from communique.documents.fields import KIND_FIELDS, Field, Value
from communique.documents.references import may_be_told
from communique.languages import shown_events, typography

_PANEL = re.compile(r'\A<dl class="facts facts--inside">.*?</dl>\n', re.DOTALL)


@dataclass(frozen=True)
class ShownFact:
    """One row. `lang` is that of the words, which a page in another language must say; `target` the document they
    lead to, or None.
    """

    name: str
    label: str
    words: str
    lang: str
    date: str = ""
    target: Document | None = None


def shown_facts(
    catalogue: Catalogue, document: Document, text: Text, lang: str, say: Callable[[str], str]
) -> tuple[ShownFact, ...]:
    """The facts of `document` on a page in `lang` that shows `text`; `say` gives a label in that language.

    A document that some reader of this one may not read is not named at all: neither its title nor that there is one.
    """
    shown: list[ShownFact] = []
    for field in KIND_FIELDS[document.front.kind]:
        value = (text.front if field.translated else document.front).facts.get(field.name)
        if field.type == "event" and field.name == "event" and value in catalogue.events:
            # What is said of an event stands in events.yaml alone; its own page says it first.
            rows = shown_events.facts(catalogue.events[str(value)], catalogue.policy, lang, say)
            shown.extend(ShownFact(name, label, words, lang) for name, label, words in rows)
            continue
        fact = _shown(catalogue, document, text, lang, field, value, say) if value is not None and field.label else None
        if fact is not None:
            shown.append(fact)
    return tuple(shown)


def _shown(
    catalogue: Catalogue,
    document: Document,
    text: Text,
    lang: str,
    field: Field,
    value: Value,
    say: Callable[[str], str],
) -> ShownFact | None:
    label = say(field.label)
    states = catalogue.policy.states
    if field.type == "document":
        target = catalogue.documents.get(str(value))
        if target is None or not _may_be_told(catalogue, document, target):
            return None
        titled = target.text_for(lang)
        return ShownFact(field.name, label, titled.source.title, titled.lang_of("title"), target=target)
    if isinstance(value, datetime.datetime):
        return ShownFact(field.name, label, typography.format_moment(value, lang), lang, value.isoformat())
    if isinstance(value, datetime.date):
        return ShownFact(field.name, label, typography.format_date(value, lang), lang, value.isoformat())
    if field.type in ("state", "states"):
        codes = value if isinstance(value, tuple) else (str(value),)
        names = sorted((states[code].labels[lang] for code in codes), key=lambda name: typography.sort_key(name, lang))
        return ShownFact(field.name, label, typography.join_list(names, lang), lang)
    if field.type in ("word", "words"):
        words = value if isinstance(value, tuple) else (str(value),)
        return ShownFact(field.name, label, typography.join_list([say(word) for word in words], lang), lang)
    if isinstance(value, tuple):
        own = text.lang_of(field.name)
        return ShownFact(field.name, label, typography.join_list(list(value), own), own)
    return ShownFact(field.name, label, str(value), text.lang_of(field.name) if field.type == "text" else lang)


def _may_be_told(catalogue: Catalogue, document: Document, target: Document) -> bool:
    """Whether all who may read `document` may read `target`: its title is a part of it."""
    return may_be_told(catalogue.policy, document.front.audience.names, target)


def as_panel(facts: tuple[ShownFact, ...], lang: str, address: Callable[[Document], str]) -> str:
    """The facts as HTML, for the text of a document that is sealed as a whole; nothing where there are none."""
    if not facts:
        return ""
    panel = ElementTree.Element("dl", {"class": "facts facts--inside"})
    for fact in facts:
        row = ElementTree.SubElement(panel, "div", {"class": "facts__row"})
        ElementTree.SubElement(row, "dt").text = fact.label
        cell = ElementTree.SubElement(row, "dd")
        if fact.target is not None:
            cell = ElementTree.SubElement(cell, "a", {"href": address(fact.target)})
        elif fact.date:
            cell = ElementTree.SubElement(cell, "time", {"datetime": fact.date})
        if fact.lang != lang:
            cell.set("lang", fact.lang)
            cell.set("dir", typography.direction(fact.lang))
        cell.text = fact.words
    return ElementTree.tostring(panel, encoding="unicode", method="html") + "\n"


def without_panel(html: str) -> str:
    """The text below such a panel: names of states, dates and titles of other documents are no words of its own."""
    return _PANEL.sub("", html, count=1)


def own_words(document: Document, text: Text, *, lent: bool = True) -> tuple[str, ...]:
    """What the front matter says in words of its own: no codes, names of documents, dates or numbers. What a
    translation has from its original counts too, unless `lent` is false.
    """
    found: list[str] = []
    for field in KIND_FIELDS[document.front.kind]:
        value = (text.front if field.translated else document.front).facts.get(field.name)
        if field.name in text.lent and not lent:
            continue
        if field.type == "text" and isinstance(value, str):
            found.append(value)
        elif field.type == "texts" and isinstance(value, tuple):
            found.extend(value)
    return tuple(found)
