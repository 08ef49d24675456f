"""The end of a paper with a tearline: where its releasable part is, and who may have it."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document
from communique.documents.fields import BLOCK_LABELS, TEARLINE
from communique.documents.rendering import Phrases
from communique.languages.shown_data import names_of_audiences


def released_note(
    catalogue: Catalogue, document: Document, lang: str, phrases: Phrases, address: Callable[[str], str]
) -> str:
    """HTML for the end of the document's text; nothing where no part of it may go further, or not yet.

    Whoever reads the paper may read that part (`tearlines.refuse_terms`), so that its title tells nobody anything.
    """
    released = catalogue.released_by(document)
    # Of a sealed document that was withdrawn not even the title is told.
    if released is None or (released.is_sealed and released.is_withdrawn):
        return ""
    text = released.text_for(lang)
    label = BLOCK_LABELS[TEARLINE]
    box = ElementTree.Element("div", {"class": "data data--released"})
    ElementTree.SubElement(box, "p", {"class": "data__name"}).text = phrases.said.get(label, label)
    where = ElementTree.SubElement(box, "p", {"class": "data__lead"})
    titled = text.lang_of("title")
    other = {"lang": titled} if titled != lang else {}
    other |= {"hreflang": text.lang} if text.lang != lang else {}
    ElementTree.SubElement(where, "a", {"href": address(f"doc:{released.id}"), **other}).text = text.source.title
    symbol = f"{released.front.symbol} · " if released.front.symbol else ""
    names = released.front.audience.names
    told = ElementTree.SubElement(box, "p")
    told.text = symbol + names_of_audiences(names, lang, catalogue.policy, phrases)
    return ElementTree.tostring(box, encoding="unicode", method="html")
