"""The items of all issues, by issue, by theme and by state: those in public text, and for each tier, area and group
those in text that is sealed for it. And the way from one issue to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from xml.etree import ElementTree

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.documents.fields import N_
from communique.documents.issues import KIND, Entry, entries_for, issues, items, neighbours, volume_and_number
from communique.documents.lessons import read_themes, said_as
from communique.documents.rendering import Phrases
from communique.languages import typography
from communique.languages.shown_data import names_of_audiences
from communique.policy import AREA_PREFIX, PUBLIC
from communique.sealing.lists import PlainList

#: The page on which these lists stand.
PAGE = "issues"
#: What is said there and around an issue's text (`Phrases.said`).
SEALED_DOCUMENT, SEALED_FOR, NOT_TRANSLATED = "Sealed document", "Sealed, for: %(audience)s", "not yet translated"
# Translators: where an issue of the newsletter stands among the others
ISSUE = N_("Volume %(volume)s, number %(number)s")
# Translators: one item of an issue of the newsletter, by its number
ITEM = N_("Item %(number)s")
# Translators: which state has contributed an item of the newsletter
CONTRIBUTION = N_("Contribution: %(state)s")
BY_THEME, BY_STATE = N_("By theme"), N_("By state")
# Translators: name of the navigation from one issue of the newsletter to another, read aloud
AROUND = N_("Issues of the newsletter")
PREVIOUS, FOLLOWING, ALL = N_("Previous issue"), N_("Next issue"), N_("All issues and their items")
MESSAGES = frozenset((ISSUE, ITEM, CONTRIBUTION, BY_THEME, BY_STATE, AROUND, PREVIOUS, FOLLOWING, ALL))


def plain_issues(catalogue: Catalogue, lang: str, phrases: Phrases) -> Iterator[PlainList]:
    """The lists of one language, in the policy's order; none where nothing is told."""
    for name in catalogue.policy.audience_names:
        if name == PUBLIC:
            continue
        lists = IssueLists(catalogue, name, lang, phrases)
        if lists.entries:
            html = lists.by_issue()
            for title, inner in ((BY_THEME, lists.by_theme()), (BY_STATE, lists.by_state())):
                html += f'<h4 class="issues__by">{escape(lists.say(title))}</h4>{inner}' if inner else ""
            yield PlainList(PAGE, name, lang, html)


class IssueLists:
    """What the issues tell some readers (`public`: everybody), as HTML for the page of issues."""

    def __init__(self, catalogue: Catalogue, name: str, lang: str, phrases: Phrases) -> None:
        self.catalogue, self.name, self.lang, self.phrases = catalogue, name, lang, phrases
        self.issues = tuple(self._in_order(issues(catalogue)))
        self.entries = tuple(
            entry for document in self.issues for entry in entries_for(catalogue, name, document, lang)
        )

    def _in_order(self, found: Iterable[Document]) -> list[Document]:
        """The newest first. Where an issue whose title is for others stood among the rest would tell its date."""
        known = [one for one in found if self._knows(one)]
        return [*reversed(known), *sorted((one for one in found if not self._knows(one)), key=lambda one: one.slug)]

    def say(self, message: str) -> str:
        return self.phrases.said.get(message, message)

    def by_issue(self) -> str:
        """Each issue with its items, the newest first; to everybody also which of its items are sealed."""
        shown: list[ElementTree.Element] = []
        for document in self.issues:
            found = {one.item.number: one for one in self.entries if one.document.id == document.id}
            rows = [self._row(found[number]) for number in sorted(found)]
            if self.name == PUBLIC and not document.is_sealed:
                rows = list(self._all_rows(document, found))
            elif not rows:
                continue
            shown.append(self._issue(document, rows))
        return _html(shown)

    def by_theme(self) -> str:
        themes = read_themes(self.catalogue.data_texts, self.catalogue.site.languages)
        found = {self.say(said_as(theme)): self._naming("themes", (theme,)) for theme in themes}
        return self._grouped(found)

    def by_state(self) -> str:
        labels: dict[str, list[str]] = {}
        for code in self.catalogue.policy.states:
            # Those whose names the site does not tell have one name together.
            labels.setdefault(self._state(code), []).append(code)
        ordered = sorted(labels, key=lambda label: typography.sort_key(label, self.lang))
        return self._grouped({label: self._naming("states", labels[label]) for label in ordered})

    def _naming(self, field: str, names: Iterable[str]) -> list[Entry]:
        wanted = set(names)
        return [
            entry
            for entry in self.entries
            if wanted & {*entry.names_of(field), *((entry.by,) if field == "states" else ())}
        ]

    def _grouped(self, groups: Mapping[str, list[Entry]]) -> str:
        shown: list[ElementTree.Element] = []
        for label, entries in groups.items():
            if entries:
                heading = ElementTree.Element("h5" if self.name != PUBLIC else "h3", {"class": "issues__group"})
                heading.text = label
                listing = ElementTree.Element("ul", {"class": "issues__list"})
                listing.extend(self._row(entry, is_alone=True) for entry in entries)
                shown += [heading, listing]
        return _html(shown)

    def _issue(self, document: Document, rows: Iterable[ElementTree.Element]) -> ElementTree.Element:
        text = document.text_for(self.lang)
        told = self._knows(document)
        box = ElementTree.Element("div", {"class": "issue"})
        heading = ElementTree.SubElement(box, "h4" if self.name != PUBLIC else "h3", {"class": "issue__title"})
        link = ElementTree.SubElement(heading, "a", {"href": self._page(document)})
        link.text = text.source.title if told else self.say(SEALED_DOCUMENT)
        if told and text.lang_of("title") != self.lang:
            link.set("lang", text.lang_of("title"))
        if told:
            facts = ElementTree.SubElement(box, "p", {"class": "issue__facts"})
            facts.text = self._called(document) + " · "
            date = ElementTree.SubElement(facts, "time", {"datetime": document.front.date.isoformat()})
            date.text = typography.format_date(document.front.date, self.lang)
        ElementTree.SubElement(box, "ol", {"class": "issue__items"}).extend(rows)
        return box

    def _all_rows(self, document: Document, found: Mapping[int, Entry]) -> Iterator[ElementTree.Element]:
        text = document.text_for(self.lang)
        for item in items(text.source):
            if item.number in found:
                yield self._row(found[item.number])
                continue
            row = ElementTree.Element("li", {"value": str(item.number), "class": "issue__item"})
            link = ElementTree.SubElement(row, "a", {"href": f"{self._page(document)}#{item.anchor}"})
            link.text = self._audience(item.audience.names)
            yield row

    def _row(self, entry: Entry, *, is_alone: bool = False) -> ElementTree.Element:
        """One item: its heading, or its number where that is sealed; `is_alone` without its issue above it."""
        item = entry.item
        row = ElementTree.Element("li", {"class": "issue__item"})
        if not is_alone:
            row.set("value", str(item.number))
        head = ElementTree.SubElement(row, "p", {"class": "issue__head"})
        link = ElementTree.SubElement(head, "a", {"href": f"{self._page(entry.document)}#{item.anchor}"})
        link.text = entry.title or (self.say(ITEM) % {"number": item.number})
        if entry.title and entry.title_lang != self.lang:
            link.set("lang", entry.title_lang)
        said: list[str] = []
        if not entry.knows_title:
            said.append(self._audience(item.audience.names))
        if entry.by:
            said.append(self.say(CONTRIBUTION) % {"state": self._state(entry.by)})
        if is_alone:
            if self._knows(entry.document):
                said.append(self._called(entry.document))
            if entry.title:
                said.append(self.say(ITEM) % {"number": item.number})
        if entry.title and entry.title_lang != self.lang:
            said.append(self.say(NOT_TRANSLATED))
        if said:
            link.tail = " "
            ElementTree.SubElement(head, "span", {"class": "issue__facts"}).text = " · ".join(said)
        if entry.teaser and not (is_alone and entry.title):
            teaser = ElementTree.SubElement(row, "p", {"class": "issue__teaser"})
            teaser.text = entry.teaser
            if entry.teaser_lang != self.lang:
                teaser.set("lang", entry.teaser_lang)
        return row

    def _knows(self, document: Document) -> bool:
        # A state may read one section of a document whose title is for others.
        return self.catalogue.policy.may_read((self.name,), document.front.audience)

    def _called(self, document: Document) -> str:
        return called(document, self.phrases)

    def _state(self, code: str) -> str:
        return names_of_audiences((AREA_PREFIX + code,), self.lang, self.catalogue.policy, self.phrases)

    def _audience(self, names: tuple[str, ...]) -> str:
        said = names_of_audiences(names, self.lang, self.catalogue.policy, self.phrases)
        return self.say(SEALED_FOR) % {"audience": said}

    def _page(self, document: Document) -> str:
        # From the page of issues, which lies two folders below the site's root as they all do.
        return "../" + document.path(self.lang).removeprefix(f"{self.lang}/")


def called(document: Document, phrases: Phrases) -> str:
    """An issue by its volume and number."""
    volume, number = volume_and_number(document)
    return phrases.said.get(ISSUE, ISSUE) % {"volume": volume, "number": number}


def around(catalogue: Catalogue, document: Document, lang: str, phrases: Phrases) -> str:
    """The ways to the issues before and after this one, and to the list of all; nothing for another document."""
    if document.front.kind != KIND:
        return ""
    before, after = neighbours(catalogue, document)
    nav = ElementTree.Element("nav", {"class": "parts", "aria-label": phrases.said.get(AROUND, AROUND)})
    listing = ElementTree.SubElement(nav, "ul", {"class": "parts__links"})
    for message, rel, other in ((PREVIOUS, "prev", before), (FOLLOWING, "next", after)):
        if other is None:
            continue
        text = other.text_for(lang)
        item = ElementTree.SubElement(listing, "li")
        page = "../../" + other.path(lang).removeprefix(f"{lang}/")
        link = ElementTree.SubElement(item, "a", {"href": page, "rel": rel})
        word = ElementTree.SubElement(link, "span", {"class": "parts__word"})
        word.text, word.tail = phrases.said.get(message, message), " "
        titled = {"lang": text.lang_of("title")} if text.lang_of("title") != lang else {}
        ElementTree.SubElement(link, "span", {"class": "parts__title", **titled}).text = text.source.title
    item = ElementTree.SubElement(listing, "li")
    link = ElementTree.SubElement(item, "a", {"href": f"../../{PAGE}/index.html"})
    link.text = phrases.said.get(ALL, ALL)
    return _html([nav])


def _html(elements: Iterable[ElementTree.Element]) -> str:
    return "\n".join(ElementTree.tostring(one, encoding="unicode", method="html") for one in elements)
