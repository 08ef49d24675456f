"""The shipped issue in every form, language and audience: each file holds what the policy lets its readers read."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from communique.audit.editions import Guard
from communique.audit.leaks import Secrets
from communique.documents.document import Document, Text
from communique.documents.rendering import Rendered, place_parts
from communique.editions.edition import Box, Locked, Paragraph, words_of
from communique.editions.mail import Envelope
from communique.editions.recipients import MailAddress
from communique.policy import Audience, Policy
from communique_pelican.composing_desk import editions_of
from communique_pelican.console import BuildReport, Watch
from communique_pelican.issuing import FORMS, Issuing, issuing
from communique_pelican.run import Plan
from tests.editions.reading_back import READERS, letters

DESK = MailAddress("portal", "psi-portal.example")
ENVELOPE = Envelope(DESK, DESK)
#: Fewer letters stand in other texts by chance.
TELLING = 30
_BLOCK = re.compile(r"<(?:p|li|td|th|h[1-6]|dd|figcaption)\b[^>]*>|</(?:p|li|td|th|h[1-6]|dd|figcaption)>|<br ?/?>")
_TAG = re.compile(r"<[^>]*>")
_NOTE = re.compile(r"<sup\b.*?</sup>", re.DOTALL)
_NUMBER = re.compile(r'<(a|span) class="(?:para__number|item-number)".*?</\1>', re.DOTALL)


@pytest.fixture(scope="module")
def press(portal: Plan) -> Issuing:
    """Without its guard: the forms themselves are looked at."""
    return Issuing(portal, editions_of(portal), Guard(Secrets({}, {}), ()))


@pytest.fixture(scope="module")
def issue(portal: Plan) -> Document:
    return portal.catalogue.documents["newsletters/2008-1"]


def paragraphs(press: Issuing, document: Document, text: Text) -> Iterator[tuple[Audience, str]]:
    """Every block of words that the rendered parts of a text hold, and for whom it is."""
    rendered: Rendered = press.maker._html(document, text)
    for part in text.source.parts:
        held = place_parts(rendered.html[part.name], lambda *_: "<br>")
        for block in _BLOCK.split(_NUMBER.sub("", _NOTE.sub("", held))):
            said = letters(html.unescape(_TAG.sub("", block)))
            if len(said) >= TELLING:
                yield part.audience, said


@pytest.mark.parametrize("form", FORMS)
def test_the_paragraphs_of_each_edition_are_those_that_the_policy_allows(
    press: Issuing, issue: Document, form: str
) -> None:
    policy = press.plan.catalogue.policy
    travels = {"public", *(name for name, tier in policy.tiers.items() if tier.mailed)}
    audiences = press.maker.audiences(issue)
    assert set(audiences) >= {"public", "partner", "oeg", "core"}

    seen = 0
    for lang in press.plan.catalogue.site.languages:
        text = issue.text_for(lang)
        wanted = list(paragraphs(press, issue, text))
        for name in audiences:
            for shown in READERS[form](press.written(form, issue, lang, name, ENVELOPE)):
                held = letters(shown)
                for audience, said in wanted:
                    allowed = policy.may_read([name], audience)
                    if form == "mail":
                        allowed &= audience.is_public or {name, *audience.names} <= travels
                    assert (said in held) == allowed, (lang, name, audience.names)
                    seen += 1
    assert seen > 400


def test_mail_carries_what_the_policy_lets_travel_and_no_more(press: Issuing, issue: Document) -> None:
    catalogue = press.plan.catalogue
    tiers = {name: replace(tier, mailed=name == "partner") for name, tier in catalogue.policy.tiers.items()}
    policy: Policy = replace(catalogue.policy, tiers=tiers)
    plan = replace(press.plan, catalogue=replace(catalogue, policy=policy))
    allowing = Issuing(plan, editions_of(plan), press.guard)
    wanted = list(paragraphs(press, issue, issue.text_for("en")))

    for name, may_hold in (("partner", {"public", "partner"}), ("oeg", {"public"}), ("public", {"public"})):
        for shown in READERS["mail"](allowing.written("mail", issue, "en", name, ENVELOPE)):
            held = letters(shown)
            assert {audience.names[0] for audience, said in wanted if said in held} == may_hold, name


def test_the_same_issue_is_the_same_bytes_in_every_form(press: Issuing, issue: Document) -> None:
    again = Issuing(press.plan, editions_of(press.plan), press.guard)

    for form in FORMS:
        one, two = (each.written(form, issue, "fr", "oeg", ENVELOPE) for each in (press, again))
        assert one == two, form


def test_no_edition_of_the_issue_is_refused_for_words_that_its_readers_may_not_read(
    portal: Plan, issue: Document
) -> None:
    with Watch(None, BuildReport()) as watch:
        guarded = issuing(portal, watch)
    written = 0
    for form in FORMS:
        for lang, name in itertools.product(portal.catalogue.site.languages, guarded.maker.audiences(issue)):
            written += len(guarded.written(form, issue, lang, name, ENVELOPE)) > 0
    assert written >= 3 * 3 * 4


def test_what_is_said_before_a_sealed_item_is_called_by_the_number_of_that_item(
    press: Issuing, issue: Document
) -> None:
    for lang, called in (("en", "Item 7"), ("es", "Nota 7"), ("fr", "Article 7")):
        blocks = press.maker.edition(issue, lang, "public").blocks
        at = next(place for place, block in enumerate(blocks) if isinstance(block, Locked) and block.item == 7)
        told = blocks[at - 1]
        assert isinstance(told, Box)
        assert isinstance(told.blocks[0], Paragraph)
        assert words_of(told.blocks[0].content) == called
        # An item with a heading has its number there.
        others = [one for one in blocks if isinstance(one, Box) and one.kind == "item" and one is not told]
        assert others
        assert called not in [words_of(one.blocks[0].content) for one in others if isinstance(one.blocks[0], Paragraph)]
