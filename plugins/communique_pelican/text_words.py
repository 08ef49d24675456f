"""What the plain-text edition says of itself, in each language of the site: messages like any other."""

from __future__ import annotations

from gettext import NullTranslations

from communique.editions.plain_text import TextWords


def text_words(messages: NullTranslations) -> TextWords:
    _, pgettext = messages.gettext, messages.pgettext
    return TextWords(
        symbol=pgettext("document", "Symbol"),
        date=_("Date"),
        # Translators: stands before the address of the page that holds the same text
        on_the_portal=_("On the portal"),
        contents=_("Contents"),
        # Translators: heading above footnotes
        notes=_("Notes"),
        # Translators: heading above a list of abbreviations and what each is short for
        abbreviations=_("Abbreviations"),
        # Translators: heading above the addresses of a plain text's numbered links
        links=_("Links"),
        # Translators: a field's name and what it says: "Date: 3 November 2008"
        fact=_("%(label)s: %(value)s"),
        # Translators: stands in brackets within a sentence, where a footnote belongs: "(note 2)"
        note=_("note %(number)s"),
        # Translators: says in a plain text what an image shows
        image=_("Image: %(words)s"),
        # Translators: ends a passage that began with the same marking: "End of TLP:AMBER"
        end=_("End of %(marking)s"),
        locked=_("Sealed, for: %(audience)s"),
        # Translators: of a few words or a table's row that these readers may not read; the marking stands before it
        locked_words=pgettext("words", "sealed"),
        item=_("Item %(number)s"),
        paragraph=_("paragraph %(number)s"),
        # Translators: of several paragraphs: "paragraphs 7–9"
        paragraphs=_("paragraphs %(number)s"),
    )
