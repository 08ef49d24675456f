"""What blocks of data say to a reader besides the text's own words: their labels, and who is addressed."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations

from communique.documents.fields import BLOCK_FIELDS, BLOCK_LABELS, KIND_FIELDS
from communique.languages import shown_drawn, shown_events
from communique.policy import Policy
from communique.sealing import issue_lists


def data_words(messages: NullTranslations) -> dict[str, str]:
    """The labels of all blocks, of their fields and of each kind's own, by the message in English."""
    fields = [field for named in (*BLOCK_FIELDS.values(), *KIND_FIELDS.values()) for field in named]
    labels = {field.label for field in fields}
    # Words that a reader is shown: those of a field that has a label.
    labels |= {word for field in fields if field.label and field.type in ("word", "words") for word in field.words}
    shown = [*shown_events.MESSAGES, *shown_drawn.MESSAGES, *issue_lists.MESSAGES]
    return {message: messages.gettext(message) for message in {*BLOCK_LABELS.values(), *labels, *shown} - {""}}


def audience_names(policy: Policy, opaque: frozenset[str], messages: NullTranslations, lang: str) -> Mapping[str, str]:
    """What the site calls each tier, area and group in `lang`; of those whose names it does not tell, nothing."""
    restricted = messages.gettext("Restricted readers")
    return {name: restricted if name in opaque else policy.label(name, lang) for name in policy.audience_names}
