"""Short ways to pin a translation to one text and to ask about another."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from communique.documents.cutting import parse_source
from communique.documents.document import Text
from communique.languages.changes import Changes, Chosen, changes, choice
from communique.languages.pinning import repinned
from communique.languages.pins import Pins
from communique.policy import Audience
from tests.documents.reading import POLICY
from tests.languages.test_parity import text as public_text


def pin(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:32]


def text(lang: str, body: str, audience: str = "public", *, title: str = "Title", summary: str = "A summary.") -> Text:
    """A language file of one document."""
    found = Audience(tuple(sorted(name.strip() for name in audience.split(","))))
    source = parse_source(f"# {title}\n\n{body}", f"{lang}.md", POLICY, found)
    bare = public_text(lang, "", found)
    return replace(bare, source=source, front=replace(bare.front, summary=summary), raw=body)


def pinned(original: Text, translation: Text) -> Pins:
    """The pins of a translation that corresponds to its original."""
    return repinned(original, translation, None, POLICY, pin).pins


def became(then: str, now: str) -> Changes:
    """What became of the blocks of one body in another."""
    before = text("en", then)
    return changes(pinned(before, before), text("en", now), pin)


def kinds(then: str, now: str) -> list[str]:
    return [one.kind for one in became(then, now).blocks]


def shown(
    then: str,
    translation: str,
    now: str,
    *,
    was: str = "public",
    is_now: str = "public",
    edited: str | None = None,
) -> Chosen:
    """What of a translation is shown when its original, for `was` when it was pinned, says `now`. `edited` is what the
    translation says by then, where somebody has worked on it.
    """
    spanish = text("es", translation, was, title="Título", summary="Un resumen.")
    pins = pinned(text("en", then, was), spanish)
    today = text("es", edited, was, title="Título", summary="Un resumen.") if edited is not None else spanish
    return choice(pins, text("en", now, is_now), today, POLICY, pin)
