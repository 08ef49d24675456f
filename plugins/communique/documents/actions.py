"""What is asked of whom, until when: the action blocks of all documents, as each reader meets them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from communique.documents.catalogue import Catalogue
from communique.documents.data_blocks import DataBlock
from communique.documents.document import Document, Text
from communique.documents.source import Part
from communique.documents.versions import versions_of
from communique.problems import Problem

WORD = "action"


@dataclass(frozen=True)
class Action:
    """One action in one language. Whoever may read `part` may know of it, and nobody else."""

    document: Document
    text: Text
    part: Part
    block: DataBlock

    @property
    def id(self) -> str:
        """Its name within the document, the same in every language and release."""
        return self.block.text_of("id")

    @property
    def what(self) -> str:
        return self.block.text_of("what")

    @property
    def lang(self) -> str:
        """The language of its words."""
        return self.block.lang or self.text.lang

    @property
    def who(self) -> tuple[str, ...]:
        """The tiers, areas and groups that are to act."""
        return self.block.names_of("who")

    @property
    def due(self) -> datetime.datetime:
        """The moment, in the time zone in which it was written."""
        value = self.block.fields.get("due")
        return value if isinstance(value, datetime.datetime) else datetime.datetime.min.replace(tzinfo=datetime.UTC)

    @property
    def reply(self) -> str:
        return self.block.text_of("reply")

    @property
    def is_open(self) -> bool:
        return "done" not in self.block.fields

    @property
    def is_public(self) -> bool:
        return self.part.audience.is_public

    @property
    def anchor(self) -> str:
        """The paragraph it belongs to, on its document's page."""
        return self.block.number.anchor if self.block.number is not None else self.part.name


def actions_in(document: Document, lang: str) -> tuple[Action, ...]:
    """Every action of one document, whoever may read it, in order of what is due first."""
    text = document.text_for(lang)
    found = (
        Action(document, text, text.source.part(block.part), block)
        for block in text.source.data
        if block.word == WORD and not document.is_withdrawn
    )
    return tuple(sorted(found, key=_order))


def actions_of(catalogue: Catalogue, lang: str) -> tuple[Action, ...]:
    """Every action of the site, open or done, as `lang`'s readers meet it, in order of what is due first.

    An action that is sealed is told to readers of `part.audience` alone, and a document that is sealed as a whole is
    named only to its own readers. Of a paper's versions the one in force counts: the others ask nothing any more.
    """
    asked = ((document, actions_in(document, lang)) for document in catalogue.documents.values())
    in_force = (
        found for document, found in asked if found and versions_of(catalogue.documents, document)[-1] == document
    )
    return tuple(sorted((action for found in in_force for action in found), key=_order))


def open_actions_for(catalogue: Catalogue, name: str, lang: str) -> tuple[Action, ...]:
    """What is open in the text that names this tier, area or group itself as its readers; `public`: in public text."""
    return tuple(
        action for action in actions_of(catalogue, lang) if action.is_open and name in action.part.audience.names
    )


def _order(action: Action) -> tuple[datetime.datetime, str, str]:
    # The folder's name of a sealed document is sealed too: it decides no order that others see.
    return action.due, action.document.slug or action.document.id, action.id


def refuse_actions(catalogue: Catalogue) -> Iterator[Problem]:
    """Actions that nobody could do, or that calendars could not tell from each other."""
    for document in catalogue.documents.values():
        seen: set[str] = set()
        for action in actions_in(document, document.original):
            place = action.block.place
            if action.id in seen:
                what = f"two actions of {document.id} are called the same"
                yield Problem(place, "action-twice", what, "give each its own id, and keep it: calendars remember it")
            seen.add(action.id)
            for name in action.who:
                if not catalogue.policy.may_read([name], action.part.audience):
                    what = f"{name} is to act, and may not read this text, which is for {action.part.audience}"
                    fix = "let the section's audience include them, or name others in “who:”"
                    yield Problem(place, "action-unread", what, fix)
