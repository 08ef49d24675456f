"""The open actions in public text, and for each tier, area and group those in text that is sealed for it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from communique.documents.actions import Action, open_actions_for
from communique.documents.catalogue import Catalogue
from communique.documents.rendering import Phrases
from communique.languages.shown_data import due, names_of_audiences
from communique.policy import PUBLIC
from communique.sealing.lists import PlainList

#: The page on which these lists stand.
PAGE = "actions"
#: What a list says, by the message in English (`Phrases.said`).
WHO, DUE, REPLY, DOCUMENT, SEALED_DOCUMENT = "To act", "Due", "Reply", "Document", "Sealed document"


def plain_actions(catalogue: Catalogue, lang: str, phrases: Phrases) -> Iterator[PlainList]:
    """The lists of one language, in the policy's order; none where nothing is open."""
    for name in catalogue.policy.audience_names:
        html = "" if name == PUBLIC else listed(catalogue, name, lang, phrases)
        if html:
            yield PlainList(PAGE, name, lang, html)


def listed(catalogue: Catalogue, name: str, lang: str, phrases: Phrases) -> str:
    """What is open for these readers, what is due first first, as HTML for the page of actions; empty if nothing is."""
    found = open_actions_for(catalogue, name, lang)
    if not found:
        return ""
    listing = ElementTree.Element("ul", {"class": "actions__list"})
    for action in found:
        listing.append(_item(catalogue, name, action, lang, phrases))
    return ElementTree.tostring(listing, encoding="unicode", method="html")


def _item(catalogue: Catalogue, name: str, action: Action, lang: str, phrases: Phrases) -> ElementTree.Element:
    document, text = action.document, action.text
    # From the page of actions, which lies two folders below the site's root as they all do.
    page = "../" + document.path(lang).removeprefix(f"{lang}/")
    item = ElementTree.Element("li", {"class": "action"})
    other = {"lang": action.lang} if action.lang != lang else {}
    what = ElementTree.SubElement(item, "p", {"class": "action__what"})
    ElementTree.SubElement(what, "a", {"href": f"{page}#{action.anchor}", **other}).text = action.what
    facts = ElementTree.SubElement(item, "dl", {"class": "data__fields"})
    _row(facts, phrases, DUE).append(due(action.due, lang, is_open=True))
    _row(facts, phrases, WHO).text = names_of_audiences(action.who, lang, catalogue.policy, phrases)
    if action.reply:
        place = _row(facts, phrases, REPLY)
        place.attrib.update(other)
        place.text = action.reply
    # A state may read one section of a document whose title is for others.
    told = catalogue.policy.may_read((name,), document.front.audience)
    where = _row(facts, phrases, DOCUMENT)
    where.text = text.source.title if told else phrases.said.get(SEALED_DOCUMENT, SEALED_DOCUMENT)
    if told and text.lang_of("title") != lang:
        where.set("lang", text.lang_of("title"))
    if told and document.front.symbol:
        symbol = ElementTree.SubElement(where, "span", {"class": "symbol"})
        symbol.text = document.front.symbol
        where.text += " "
    return item


def _row(facts: ElementTree.Element, phrases: Phrases, label: str) -> ElementTree.Element:
    row = ElementTree.SubElement(facts, "div", {"class": "data__field"})
    ElementTree.SubElement(row, "dt").text = phrases.said.get(label, label)
    return ElementTree.SubElement(row, "dd")
