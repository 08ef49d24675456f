"""A language that nobody speaks: every sentence of the interface lengthened, accented and in brackets.

What stands on a page without brackets was told to no translator; what runs over its edge will do so in German.
"""

from __future__ import annotations

import re

from babel.messages.catalog import Catalog

OPENS, CLOSES = "⟦", "⟧"
#: What a translator leaves as it is: placeholders, tags and entities.
_KEPT = re.compile(r"%%|%\([a-z_]+\)[a-z]|\{[a-z_]+\}|<[^<>]*>|&[a-z0-9#]+;", re.IGNORECASE)
_ACCENTED = str.maketrans("ACEGHIJKLNOSTUWYZacdeghijklnorstuwyz", "ÅÇÉĜĤÎĴĶĻÑÖŠŢÛŴÝŽåçðéĝĥîĵķļñöŕšţûŵýž")
#: As words, so that a lengthened line still breaks where lines break.
_MORE = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_LONGER = 0.4


def pseudo(text: str) -> str:
    """The sentence as this language has it."""
    accented, end = "", 0
    for kept in _KEPT.finditer(text):
        accented += text[end : kept.start()].translate(_ACCENTED) + kept.group()
        end = kept.end()
    accented += text[end:].translate(_ACCENTED)
    more: list[str] = []
    while len(" ".join(more)) < _LONGER * len(text):
        more.append(_MORE[len(more) % len(_MORE)])
    return f"{OPENS}{' '.join([accented, *more])}{CLOSES}"


def pseudo_catalogue(messages: Catalog, lang: str) -> Catalog:
    """All these messages in it, under the code of a language of which only the plural rule is borrowed."""
    catalogue = Catalog(locale=lang, domain=messages.domain, fuzzy=False)
    for message in messages:
        if isinstance(message.id, str) and message.id:
            catalogue.add(message.id, pseudo(message.id), context=message.context)
        elif message.id:
            one, *other = (pseudo(form) for form in message.id)
            forms = (one, *(other * (catalogue.num_plurals - 1)))
            catalogue.add(message.id, forms, context=message.context)
    return catalogue
