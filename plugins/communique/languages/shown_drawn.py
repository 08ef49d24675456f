"""What an issue draws, as its readers see it: dates on the left, what they are the dates of beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

from communique.documents.actions import Action
from communique.documents.catalogue import Catalogue
from communique.documents.data_blocks import DataBlock
from communique.documents.document import Document
from communique.documents.drawn import CALENDAR, DEADLINES, action_named
from communique.documents.fields import BLOCK_LABELS, N_
from communique.documents.rendering import Phrases
from communique.documents.terms import readers
from communique.events import Event
from communique.languages import shown_events, typography
from communique.languages.shown_data import due, names_of_audiences
from communique.policy import Audience

_NOTHING, _WHERE, _SEALED = N_("Nothing at present."), N_("Document"), N_("Sealed document")
_NOT_FOR_ALL = N_("Nothing that is for all readers.")
_WHO, _REPLY = N_("To act"), N_("Reply")
#: Every message that this module may say.
MESSAGES = frozenset([_NOTHING, _NOT_FOR_ALL, _WHERE, _SEALED, _WHO, _REPLY])
_BOX, _DIV = re.compile(r'<div\b[^>]* class="drawn drawn--[^>]*>'), re.compile(r"<div\b|</div>")
#: By an entry's name: its date, and what is told of it.
_Show = Callable[[str], tuple[ElementTree.Element, ElementTree.Element]]


def shown_drawn(
    catalogue: Catalogue, block: DataBlock, audience: Audience, lang: str, phrases: Phrases
) -> ElementTree.Element:
    """What the block shows to readers of `audience`, in the language of the page. Addresses are those that texts use
    for documents.
    """
    name = phrases.said.get(BLOCK_LABELS[block.word], BLOCK_LABELS[block.word])
    box = ElementTree.Element("div", {"class": f"drawn drawn--{block.word}", "role": "group", "aria-label": name})
    shown = _Shown(catalogue, audience, lang, phrases)
    if not block.draws:
        none = ElementTree.SubElement(box, "p", {"class": "drawn__none"})
        none.text = shown.say(_NOT_FOR_ALL if block.goes_on else _NOTHING)
        return box
    listing = ElementTree.SubElement(box, "dl", {"class": "drawn__list"})
    show: _Show = {CALENDAR: shown.event, DEADLINES: shown.deadline}.get(block.word, shown.document)
    said = ""
    for drawn in block.draws:
        date, told = show(drawn)
        written = ElementTree.tostring(date, encoding="unicode")
        if written != said:
            group = ElementTree.SubElement(listing, "div", {"class": "drawn__entry"})
            group.append(date)
        # What is of one date follows it once.
        said = written
        group.append(told)
    return box


class _Shown:
    def __init__(self, catalogue: Catalogue, audience: Audience, lang: str, phrases: Phrases) -> None:
        self.catalogue, self.audience, self.lang, self.phrases = catalogue, audience, lang, phrases

    def say(self, message: str) -> str:
        return self.phrases.said.get(message, message)

    def event(self, ident: str) -> tuple[ElementTree.Element, ElementTree.Element]:
        event = self.catalogue.events[ident]
        place = ElementTree.Element("dd")
        _what(place, event.labels[self.lang], self._page_of(event))
        hosts = "" if event.is_deadline else shown_events.hosts(event, self.catalogue.policy, self.lang)
        kind = "" if event.kind == "other" else self.say(shown_events.KIND_WORDS[event.kind])
        status = "" if event.is_deadline else self.say(shown_events.STATUS_WORDS[event.status])
        _about(place, [kind, event.places.get(self.lang, ""), hosts, status])
        return _date(shown_events.iso(event), shown_events.when(event, self.lang)), place

    def _page_of(self, event: Event) -> str:
        return f"doc:{event.document}" if event.document in self.catalogue.documents else ""

    def deadline(self, name: str) -> tuple[ElementTree.Element, ElementTree.Element]:
        action = action_named(self.catalogue, name, self.lang)
        other = {"lang": action.lang} if action.lang != self.lang else {}
        date, place = ElementTree.Element("dt"), ElementTree.Element("dd")
        # An issue goes on saying what it said: nothing in it becomes overdue.
        date.append(due(action.due, self.lang, is_open=False))
        _what(place, action.what, f"doc:{action.document.id}#{action.anchor}", other)
        facts = ElementTree.SubElement(place, "dl", {"class": "data__fields"})
        who = names_of_audiences(action.who, self.lang, self.catalogue.policy, self.phrases)
        self._row(facts, _WHO).text = who
        if action.reply:
            reply = self._row(facts, _REPLY)
            reply.text = action.reply
            reply.attrib.update(other)
        self._where(self._row(facts, _WHERE), action)
        return date, place

    def _where(self, place: ElementTree.Element, action: Action) -> None:
        """The document and the paragraph: of one that is for others, no title."""
        policy, document = self.catalogue.policy, action.document
        told = readers(policy, self.audience) <= readers(policy, document.front.audience)
        if not told:
            place.text = self.say(_SEALED)
            return
        self._title(place, document)
        if document.front.numbering and action.block.number is not None:
            last = place[-1]
            last.tail = f"{last.tail or ''}, ¶\u00a0{action.block.number}"

    def _title(self, place: ElementTree.Element, document: Document) -> None:
        text = document.text_for(self.lang)
        spoken = text.lang_of("title")
        title = ElementTree.SubElement(place, "span", {"lang": spoken} if spoken != self.lang else {})
        title.text = text.source.title
        if document.front.symbol:
            title.tail = " "
            ElementTree.SubElement(place, "span", {"class": "symbol"}).text = document.front.symbol

    def document(self, ident: str) -> tuple[ElementTree.Element, ElementTree.Element]:
        document = self.catalogue.documents[ident]
        text, front = document.text_for(self.lang), document.front
        place = ElementTree.Element("dd")
        spoken = text.lang_of("title")
        _what(place, text.source.title, f"doc:{ident}", {"lang": spoken} if spoken != self.lang else {})
        kind = self.catalogue.site.kinds[front.kind][self.lang] if front.kind != "page" else ""
        _about(place, [kind, front.symbol])
        return _date(front.date.isoformat(), typography.format_date(front.date, self.lang)), place

    def _row(self, facts: ElementTree.Element, label: str) -> ElementTree.Element:
        row = ElementTree.SubElement(facts, "div", {"class": "data__field"})
        ElementTree.SubElement(row, "dt").text = self.say(label)
        return ElementTree.SubElement(row, "dd")


def _date(iso: str, words: str) -> ElementTree.Element:
    date = ElementTree.Element("dt")
    ElementTree.SubElement(date, "time", {"datetime": iso}).text = words
    return date


def _what(place: ElementTree.Element, words: str, target: str, other: dict[str, str] | None = None) -> None:
    line = ElementTree.SubElement(place, "p", {"class": "drawn__what"})
    if target:
        ElementTree.SubElement(line, "a", {"href": target, **(other or {})}).text = words
    else:
        line.text = words
        line.attrib.update(other or {})


def _about(place: ElementTree.Element, facts: list[str]) -> None:
    told = list(dict.fromkeys(words for words in facts if words))
    if told:
        # Lines of one paragraph: where an edition keeps paragraphs apart, an entry stays together.
        line = place[-1]
        ElementTree.SubElement(line, "br")
        ElementTree.SubElement(line, "span", {"class": "drawn__about"}).text = " · ".join(told)


def without_drawn(html: str) -> str:
    """Rendered text without what was drawn into it: its words are those of events and documents, which are judged
    where they stand, and would excuse nothing.
    """
    kept: list[str] = []
    while True:
        before, opening, rest = _cut(html, _BOX)
        kept.append(before)
        if not opening:
            return "".join(kept)
        depth = 1
        while depth:
            _, tag, rest = _cut(rest, _DIV)
            if not tag:
                raise ValueError("what was drawn into a text does not end in it")
            depth += -1 if tag.startswith("</") else 1
        html = rest


def _cut(html: str, at: re.Pattern[str]) -> tuple[str, str, str]:
    found = at.search(html)
    return (html[: found.start()], found.group(), html[found.end() :]) if found else (html, "", "")
