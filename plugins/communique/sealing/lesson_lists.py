"""The lessons in public text by theme, and for each tier, area and group those in text that is sealed for it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from communique.documents.catalogue import Catalogue
from communique.documents.lessons import Lesson, lessons_by_theme, said_as
from communique.documents.rendering import Phrases
from communique.policy import PUBLIC
from communique.sealing.lists import PlainList

#: The page on which these lists stand.
PAGE = "lessons"
#: What a list says, by the message in English (`Phrases.said`).
SEALED_DOCUMENT = "Sealed document"
NOT_TRANSLATED = "not yet translated"


def plain_lessons(catalogue: Catalogue, lang: str, phrases: Phrases) -> Iterator[PlainList]:
    """The lists of one language, in the policy's order; none where nothing is told."""
    for name in catalogue.policy.audience_names:
        html = "" if name == PUBLIC else listed(catalogue, name, lang, phrases)
        if html:
            yield PlainList(PAGE, name, lang, html)


def listed(catalogue: Catalogue, name: str, lang: str, phrases: Phrases) -> str:
    """What these readers' own text teaches, by theme, as HTML for the page of lessons; empty if it teaches nothing."""
    found = lessons_by_theme(catalogue, name, lang)
    box = ElementTree.Element("div", {"class": "lessons"})
    for theme, lessons in found.items():
        heading = ElementTree.SubElement(box, "h4" if name != PUBLIC else "h3", {"class": "lessons__theme"})
        heading.text = phrases.said.get(said_as(theme), theme)
        if name == PUBLIC:
            heading.set("id", f"theme-{theme}")
        listing = ElementTree.SubElement(box, "ul", {"class": "lessons__list"})
        for lesson in lessons:
            listing.append(_item(catalogue, name, lesson, lang, phrases))
    return ElementTree.tostring(box, encoding="unicode", method="html") if found else ""


def _item(catalogue: Catalogue, name: str, lesson: Lesson, lang: str, phrases: Phrases) -> ElementTree.Element:
    document, text = lesson.document, lesson.text
    # From the page of lessons, which lies two folders below the site's root as they all do.
    page = "../" + document.path(lang).removeprefix(f"{lang}/")
    other = {"lang": lesson.lang} if lesson.lang != lang else {}
    titled = {"lang": text.lang_of("title")} if text.lang_of("title") != lang else {}
    item = ElementTree.Element("li", {"class": "lesson"})
    what = ElementTree.SubElement(item, "p", {"class": "lesson__what"})
    ElementTree.SubElement(what, "a", {"href": f"{page}#{lesson.anchor}", **other}).text = lesson.what
    where = ElementTree.SubElement(item, "p", {"class": "lesson__where"})
    phase = ElementTree.SubElement(where, "span", {"class": "lesson__phase"})
    phase.text, phase.tail = phrases.said.get(lesson.phase, lesson.phase), " · "
    # A state may read one section of a document whose title is for others.
    told = catalogue.policy.may_read((name,), document.front.audience)
    title = ElementTree.SubElement(where, "span", titled if told else {})
    title.text = text.source.title if told else phrases.said.get(SEALED_DOCUMENT, SEALED_DOCUMENT)
    if told and document.front.symbol:
        title.tail = " "
        ElementTree.SubElement(where, "span", {"class": "symbol"}).text = document.front.symbol
    if lesson.block.number is not None:
        # Where it is cited: every reader of this list may read the paragraph.
        (where[-1]).tail = f", ¶\u00a0{lesson.block.number}"
    if lesson.lang != lang:
        where[-1].tail = (where[-1].tail or "") + " "
        state = ElementTree.SubElement(where, "span", {"class": "state state--missing"})
        state.text = phrases.said.get(NOT_TRANSLATED, NOT_TRANSLATED)
    return item
