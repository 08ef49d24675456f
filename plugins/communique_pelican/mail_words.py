"""What a message says besides its edition, in each language."""

from __future__ import annotations

from gettext import NullTranslations

from communique.editions.mail import MailWords
from communique.editions.mail_html import HtmlWords
from communique.editions.plain_text import TextWords


def mail_words(messages: NullTranslations, text: TextWords) -> MailWords:
    """`text` is what the text edition says in the same language."""
    _, ngettext = messages.gettext, messages.ngettext
    html = HtmlWords(
        # translators: at the head of a message, before the text: for whom it is
        edition_for=_("Edition for: %(audience)s"),
        # translators: link at the head of a message
        read_all=_("Read this issue on the portal"),
        contents=_("In this issue"),
        # translators: in place of a sealed item of the newsletter: the number it has in its issue
        sealed_item=_("Item %(number)s, sealed"),
        sealed_section=_("Sealed section"),
        sealed_row=_("Sealed table row"),
        sealed_words=_("Sealed words"),
        only=_("%(audience)s only"),
        numbers_only=_("%(numbers)s: %(audience)s only"),
        # translators: link in place of a sealed text, in a message
        read_this=_("Read it on the portal"),
        # translators: in a message, in place of an image: what can be seen on it
        image=_("Image: %(words)s"),
        fact=text.fact,
        # translators: at the end of a message; leads to a message that asks to be sent no more
        unsubscribe=_("Unsubscribe"),
    )
    return MailWords(
        html,
        text,
        _(
            "Mail is not sealed. What is for fewer readers stands here with its marking and its address, and can be"
            " read on the portal."
        ),
        # translators: at the head of a message that is too long for some mail programs
        lambda count: (
            ngettext(
                "This issue is longer than a message should be: %(num)s item is only named, and can be read on the"
                " portal.",
                "This issue is longer than a message should be: %(num)s items are only named, and can be read on the"
                " portal.",
                count,
            )
            % {"num": count}
        ),
        # translators: heading above the names of items for which a message has no room
        _("Further items, on the portal"),
        # translators: at the end of a message; %(site)s is the portal's name, %(address)s an e-mail address
        _("Sent by %(site)s, %(address)s."),
    )
