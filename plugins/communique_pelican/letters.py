"""A member's letter: the sign-in, in their language, for delivery by hand. What it says, and its plain form."""

from __future__ import annotations

import datetime
import textwrap
import unicodedata
from dataclasses import dataclass, field
from gettext import NullTranslations

from communique.languages.typography import format_date, language_name
from communique.policy import PUBLIC, Policy
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


@dataclass(frozen=True)
class Login:
    name: str


@dataclass(frozen=True)
class Words:
    """The passphrase, composed as keyboards type it. `lang` is the language of its list."""

    words: tuple[str, ...] = field(repr=False)
    lang: str


@dataclass(frozen=True)
class Steps:
    """What is done one after another, or known one by one: numbered."""

    steps: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    names: tuple[str, ...]


Block = str | Login | Words | Steps | Names


@dataclass(frozen=True)
class Part:
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Wording:
    """All that a letter says, in its order, whatever it is written on."""

    lang: str
    portal: str
    date: str
    title: str
    opening: tuple[str, ...]
    parts: tuple[Part, ...]


def write_letter(letter: Letter, site: Site, policy: Policy, messages: NullTranslations) -> str:
    """The letter as plain text, to be printed or copied by hand."""
    wording = compose(letter, site, policy, messages)
    paragraphs = [wording.portal, wording.date, _heading(wording.title), *map(_filled, wording.opening)]
    for part in wording.parts:
        paragraphs += [_heading(part.heading), *map(_in_plain_text, part.blocks)]
    return "\n\n".join(paragraphs) + "\n"


def compose(letter: Letter, site: Site, policy: Policy, messages: NullTranslations) -> Wording:
    """What the letter says, in its member's language."""
    _ = messages.gettext
    member, lang = letter.member, letter.member.lang
    held = policy.held_on(member.tiers, site.as_of) - {PUBLIC}
    names = tuple(policy.label(name, lang) for name in broadest(policy, held))
    words = Words(tuple(unicodedata.normalize("NFC", word) for word in letter.words), member.wordlist)
    # translators: %(address)s is a web address.
    told = _("Open the portal: %(address)s") % {"address": site.home}
    where = told if site.home else _("Open the portal at the address that the editors have given you.")
    opening = [_("For the holder’s own eyes. Deliver by hand, in a closed envelope.")]
    if letter.demo:
        opening.append(_("DEMO: these words are published with the sample. They protect nothing."))
    if member.number > 1:
        opening.append(_("This letter replaces every earlier one. Destroy those you still have."))
    passphrase: list[Block] = [words]
    if member.wordlist != lang:
        passphrase.append(
            _("The words are in this language: %(language)s.") % {"language": language_name(member.wordlist, lang)}
        )
    passphrase.append(
        _(
            "Type the words in this order, with a space between them and without their numbers. Accents, capital"
            " letters and hyphens make no difference."
        )
    )
    parts = (
        # translators: what follows, on a line of its own, is the name with which a member signs in.
        Part(_("Login"), (Login(member.login),)),
        # translators: the words issued to a member, longer than a password.
        Part(_("Passphrase"), tuple(passphrase)),
        # translators: a list of classes of readers and states follows, one a line.
        Part(_("What you may read"), (Names(names),)),
        Part(
            _("Reading online"),
            (
                Steps(
                    (
                        where,
                        _("Make sure that the address begins with https. At any other address nothing opens."),
                        # translators: %(button)s is the button's own name.
                        _("Choose “%(button)s” at the head of the page, and enter the login and the passphrase.")
                        % {"button": _("Sign in")},
                        _("Everything addressed to you opens, on every page of the visit, in every language."),
                    )
                ),
            ),
        ),
        Part(
            _("Reading from a stick"),
            (
                Steps(
                    (
                        _("Put the stick into the computer and open the file index.html in Firefox, Chrome or Edge."),
                        _(
                            "Sign in as you would online. No connection is needed, and nothing you type is sent"
                            " anywhere."
                        ),
                        _("A copy opens with the passphrase that was valid when the copy was made."),
                    )
                ),
                # translators: %(button)s is the button's own name.
                _(
                    "When you leave the computer, choose “%(button)s”, or close the page. The portal keeps neither the"
                    " passphrase nor any opened text."
                )
                % {"button": _("Lock")},
            ),
        ),
        Part(
            _("Keep it safe"),
            (
                Steps(
                    (
                        _("Keep this letter locked away, and apart from any stick with a copy of the portal."),
                        _("Pass the words on to nobody, by any means. The editors will not ask for them."),
                        _(
                            "The passphrase is issued for one holder. Whoever takes over the post receives a letter of"
                            " their own."
                        ),
                    )
                ),
            ),
        ),
        Part(
            _("If it is lost"),
            (
                Steps(
                    (
                        # translators: %(address)s is an e-mail address.
                        _("Tell the editors at once: %(address)s. Name the login, never the words.")
                        % {"address": site.enquiries},
                        _("You will receive another letter. The old words open nothing from the next release on."),
                        _(
                            "If others may have seen the words, or if a stick or computer is missing too, say so: the"
                            " editors then change the keys as well. No reason is asked for."
                        ),
                    )
                ),
            ),
        ),
    )
    # translators: title of the letter that hands a member the login and the passphrase.
    title = _("Your sign-in")
    return Wording(lang, site.names[lang], format_date(letter.on, lang), title, tuple(opening), parts)


def _in_plain_text(block: Block) -> str:
    match block:
        case Login(name):
            return f"      {name}"
        case Words(words):
            return "\n".join(f"{number:>4}.  {word}" for number, word in enumerate(words, 1))
        case Steps(steps):
            return "\n".join(_filled(step, f"   {number}. ", "      ") for number, step in enumerate(steps, 1))
        case Names(names):
            return "\n".join(_filled(name, "   -  ", "      ") for name in names)
    return _filled(block)


def _heading(text: str) -> str:
    return f"{text}\n{'-' * len(text)}"


def _filled(text: str, first: str = "", later: str = "") -> str:
    # A no-break space is no place to break a line, nor is a hyphen in an address.
    return textwrap.fill(
        text, _WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False, break_long_words=False
    )
