"""What readers get of a translation: the original of today, in the translation's words wherever they may be shown.

Everything that comes after, from numbers to the audit, sees these texts only. A translation without pins stands as its
file has it: the twin rule holds it to the original of today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from communique.documents.document import Document, Text
from communique.documents.fields import KIND_FIELDS
from communique.documents.merging import merged
from communique.documents.references import Targets, anchors_of
from communique.documents.source import FigureReference, Link, Reference
from communique.languages.changes import Chosen, choice
from communique.languages.pins import SUMMARY, TITLE, Pin, Pins
from communique.policy import Policy
from communique.site import PAGES


def follow_pins(
    documents: Mapping[str, Document], pins: Mapping[tuple[str, str], Pins], policy: Policy, pin: Pin
) -> dict[str, Document]:
    """The documents, with each pinned translation merged with its original."""
    targets = Targets(documents)

    def of(document: Document) -> Document:
        original = document.texts[document.original]
        texts = dict(document.texts)
        for lang, text in document.texts.items():
            known = pins.get((document.id, lang))
            if known is not None and lang != document.original and not document.is_withdrawn:
                chosen = choice(known, original, text, policy, pin)
                texts[lang] = put_together(original, text, chosen, _leading(document, documents, targets))
        return replace(document, texts=texts)

    return {ident: of(document) for ident, document in documents.items()}


def put_together(
    original: Text, translation: Text, chosen: Chosen, leads: Callable[[Link | Reference | FigureReference], bool]
) -> Text:
    """The original in the words of a translation as far as they are `chosen`. `leads` tells of what changed words refer
    to whether it is still there.
    """
    stale = [index for index, note in enumerate(chosen.notes) if note == "stale"]
    source = merged(
        original.source,
        translation.source,
        chosen.blocks,
        lang=original.lang,
        title=chosen.title,
        stale=stale,
        why=dict(enumerate(chosen.notes)),
        leads=leads,
    )
    theirs, ours = translation.front, original.front
    names = {field.name for field in KIND_FIELDS[ours.kind] if field.translated} & ours.facts.keys()
    kept = {name for name in names if name in chosen.facts and name in theirs.facts}
    has_summary = chosen.summary and bool(theirs.summary)
    lent = {
        *(names - kept),
        *(() if chosen.title else (TITLE,)),
        *(() if has_summary else (SUMMARY,)),
    }
    front = replace(
        theirs,
        audience=ours.audience,
        declared=ours.declared,
        summary=theirs.summary if has_summary else ours.summary,
        facts={name: (theirs if name in kept else ours).facts[name] for name in ours.facts if name in names},
        fact_places={
            name: (theirs if name in kept else ours).fact_places[name] for name in ours.fact_places if name in names
        },
    )
    return replace(
        translation, front=front, source=source, own=translation, lent=dict.fromkeys(sorted(lent), original.lang)
    )


def _leading(
    document: Document, documents: Mapping[str, Document], targets: Targets
) -> Callable[[Link | Reference | FigureReference], bool]:
    """Whether what words of an earlier day refer to is there today."""

    def leads(one: Link | Reference | FigureReference) -> bool:
        if isinstance(one, FigureReference):
            # The original cites it no more here: what says the number may be gone.
            return False
        if isinstance(one, Reference):
            target = targets.find(one.symbol, one.number)
            return target is not None and (not one.number or one.number in anchors_of(target))
        if one.target in PAGES and one.number is None:
            return True
        linked = documents.get(one.target) if one.target else document
        return linked is not None and (one.number is None or one.number in linked.numbers)

    return leads
