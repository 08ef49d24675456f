"""A member's letter: the sign-in, in their language, for delivery by hand."""

from __future__ import annotations

import datetime
import textwrap
import unicodedata
from dataclasses import dataclass, field
from gettext import NullTranslations

from communique.languages.typography import format_date, language_name
from communique.policy import Policy
from communique.sealing.membership import broadest
from communique.sealing.register import MemberEntry
from communique.site import Site

_WIDTH = 72


@dataclass(frozen=True)
class Letter:
    """What a letter tells. `words` are the passphrase."""

    member: MemberEntry
    words: tuple[str, ...] = field(repr=False)
    on: datetime.date
    demo: bool = False


def write_letter(letter: Letter, site: Site, policy: Policy, messages: NullTranslations) -> str:
    """The letter's text, to be printed or copied by hand. The passphrase is written composed, as keyboards type it."""
    _ = messages.gettext
    member, lang = letter.member, letter.member.lang
    names = [policy.label(name, lang) for name in broadest(policy, member.tiers)]
    numbered = [f"{number:>4}.  {unicodedata.normalize('NFC', word)}" for number, word in enumerate(letter.words, 1)]
    # translators: %(address)s is a web address.
    told = _("Open the portal: %(address)s") % {"address": site.home}
    where = told if site.home else _("Open the portal at the address that the editors have given you.")
    paragraphs: list[str] = [
        site.names[lang],
        format_date(letter.on, lang),
        # translators: title of the letter that hands a member the login and the passphrase.
        _heading(_("Your sign-in")),
        _filled(_("For the holder’s own eyes. Deliver by hand, in a closed envelope.")),
    ]
    if letter.demo:
        paragraphs.append(_filled(_("DEMO: these words are published with the sample. They protect nothing.")))
    if member.number > 1:
        paragraphs.append(_filled(_("This letter replaces every earlier one. Destroy those you still have.")))
    # translators: what follows, on a line of its own, is the name with which a member signs in.
    paragraphs += [_heading(_("Login")), f"      {member.login}"]
    # translators: the words issued to a member, longer than a password.
    paragraphs += [_heading(_("Passphrase")), "\n".join(numbered)]
    if member.wordlist != lang:
        list_of_words = _("The words are in this language: %(language)s.") % {
            "language": language_name(member.wordlist, lang)
        }
        paragraphs.append(_filled(list_of_words))
    paragraphs += [
        _filled(
            _(
                "Type the words in this order, with a space between them and without their numbers. Accents, capital"
                " letters and hyphens make no difference."
            )
        ),
        # translators: a list of classes of readers and states follows, one a line.
        _heading(_("What you may read")),
        "\n".join(_item(name) for name in names),
        _heading(_("Reading online")),
        _steps(
            where,
            _("Make sure that the address begins with https. At any other address nothing opens."),
            # translators: %(button)s is the button's own name.
            _("Choose “%(button)s” at the head of the page, and enter the login and the passphrase.")
            % {"button": _("Sign in")},
            _("Everything addressed to you opens, on every page of the visit, in every language."),
        ),
        _heading(_("Reading from a stick")),
        _steps(
            _("Put the stick into the computer and open the file index.html in Firefox, Chrome or Edge."),
            _("Sign in as you would online. No connection is needed, and nothing you type is sent anywhere."),
            _("A copy opens with the passphrase that was valid when the copy was made."),
        ),
        # translators: %(button)s is the button's own name.
        _filled(
            _(
                "When you leave the computer, choose “%(button)s”, or close the page. The portal keeps neither the"
                " passphrase nor any opened text."
            )
            % {"button": _("Lock")}
        ),
        _heading(_("Keep it safe")),
        _steps(
            _("Keep this letter locked away, and apart from any stick with a copy of the portal."),
            _("Pass the words on to nobody, by any means. The editors will not ask for them."),
            _("The passphrase is issued for one holder. Whoever takes over the post receives a letter of their own."),
        ),
        _heading(_("If it is lost")),
        _steps(
            # translators: %(address)s is an e-mail address.
            _("Tell the editors at once: %(address)s. Name the login, never the words.") % {"address": site.enquiries},
            _("You will receive another letter. The old words open nothing from the next release on."),
            _(
                "If others may have seen the words, or if a stick or computer is missing too, say so: the editors then"
                " change the keys as well. No reason is asked for."
            ),
        ),
    ]
    return "\n\n".join(paragraphs) + "\n"


def _heading(text: str) -> str:
    return f"{text}\n{'-' * len(text)}"


def _filled(text: str, first: str = "", later: str = "") -> str:
    # A no-break space is no place to break a line, nor is a hyphen in an address.
    return textwrap.fill(
        text, _WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False, break_long_words=False
    )


def _item(text: str) -> str:
    return _filled(text, "   -  ", "      ")


def _steps(*steps: str) -> str:
    return "\n".join(_filled(step, f"   {number}. ", "      ") for number, step in enumerate(steps, 1))
