"""The state of every translation, document by document, for the tier whose readers may read what every tier reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from gettext import NullTranslations
from xml.etree import ElementTree

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.languages.status import Status, Statuses
from communique.languages.typography import endonym
from communique.policy import PUBLIC, Policy
from communique.sealing.lists import PlainList

#: The page on which this list stands.
PAGE = "translations"


def reader(policy: Policy) -> str:
    """The tier that includes all others; nothing where none does, or where there is none but the public."""
    return next((name for name in policy.tiers if name != PUBLIC and set(policy.tiers) <= policy.closure([name])), "")


def plain_translations(
    catalogue: Catalogue, statuses: Statuses, lang: str, messages: NullTranslations
) -> Iterator[PlainList]:
    name = reader(catalogue.policy)
    # What that tier may not read, such as what is for one state alone, is not named to it.
    told = [
        one for one in catalogue.documents.values() if name and catalogue.policy.may_read((name,), one.front.audience)
    ]
    if told and len(catalogue.site.languages) > 1:
        yield PlainList(PAGE, name, lang, _table(catalogue, told, statuses, lang, messages))


def _table(
    catalogue: Catalogue, documents: list[Document], statuses: Statuses, lang: str, messages: NullTranslations
) -> str:
    _ = messages.gettext
    table = ElementTree.Element("table", {"class": "policy translations"})
    head = ElementTree.SubElement(ElementTree.SubElement(table, "thead"), "tr")
    # Translators: head of a column; each row is one document
    ElementTree.SubElement(head, "th", {"scope": "col"}).text = _("Document")
    for other in catalogue.site.languages:
        ElementTree.SubElement(head, "th", {"scope": "col", "lang": other}).text = endonym(other)
    body = ElementTree.SubElement(table, "tbody")
    for document in documents:
        row = ElementTree.SubElement(body, "tr")
        title = document.text_for(lang)
        said = title.lang_of("title")
        name = ElementTree.SubElement(row, "th", {"scope": "row"})
        other_language = {"lang": said} if said != lang else {}
        link = ElementTree.SubElement(name, "a", {"href": _page(document, lang), **other_language})
        link.text = title.source.title
        if document.front.symbol:
            # Versions of one paper have one title.
            link.tail = " "
            ElementTree.SubElement(name, "span", {"class": "symbol"}).text = document.front.symbol
        for other in catalogue.site.languages:
            _cell(row, document, other, statuses[document.id, other], messages)
    return ElementTree.tostring(table, encoding="unicode", method="html")


def _cell(row: ElementTree.Element, document: Document, lang: str, status: Status, messages: NullTranslations) -> None:
    look = {"stale": "state state--stale", "missing": "state state--missing", "copy": "state state--missing"}
    cell = ElementTree.SubElement(row, "td", {"data-label": endonym(lang)})
    said = ElementTree.SubElement(cell, "span", {"class": look.get(status.state, "state")})
    said.text = _said(status, messages)
    last = said
    for number in status.stale or status.cosmetic or status.acknowledged:
        last.tail = " " if last is said else ", "
        last = ElementTree.SubElement(cell, "a", {"href": f"{_page(document, lang)}#{number.anchor}"})
        last.text = f"¶\u00a0{number}"


def _said(status: Status, messages: NullTranslations) -> str:
    _ = messages.gettext
    if status.foreign:
        return _("unknown: recorded with other keys")
    states: Mapping[str, str] = {
        "original": messages.pgettext("language version", "original"),
        "current": _("up to date"),
        "cosmetic": _("up to date, punctuation changed") if status.cosmetic else _("up to date, change acknowledged"),
        "stale": _("translation not up to date"),
        "missing": _("not yet translated"),
        "copy": _("untranslated copy of the original"),
    }
    return states[status.state]


def _page(document: Document, lang: str) -> str:
    # From the page of translations in any language, which lies two folders below the site's root.
    return f"../../{document.path(lang)}"
