"""Short ways to offer a text to a translator and to take answers back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

from communique.documents.text_files import cut_text
from communique.glossary import Glossary
from communique.languages.accepting import Accepted, Given, Original, Translation, accept, known_of
from communique.languages.handoff import Answer, MayRead, Offered, Slot, as_written, units_of
from communique.languages.pinning import repinned
from communique.languages.pins import Pins
from communique.site import Site
from tests.documents.reading import POLICY
from tests.languages.pinned_texts import pin

HEAD = "---\nkind: page\ndate: 2008-11-03\naudience: public\noriginal: en\nsummary: A summary.\n---\n\n# Title\n\n"
OWN_HEAD = "---\naudience: public\noriginal: en\nsummary: Un resumen.\n---\n\n# Título\n\n"
SITE = Site("x", datetime.date(2008, 11, 3), "", ("en", "es"), {}, {}, "", {}, {})
REPLY = "reply.po"


def reads(*grants: str) -> MayRead:
    return lambda audience: POLICY.may_read(grants, audience)


EVERYTHING = reads("core", "state:mx", "state:nz", "state:no")


def original(raw: bytes | str) -> Original:
    raw = raw.encode() if isinstance(raw, str) else raw
    text = cut_text(raw.decode().removeprefix("\ufeff"), "en.md", "en", SITE, POLICY)
    return Original("papers/one", text, as_written(text, raw), raw)


def translation(raw: bytes | str, pins: Pins | None = None) -> Translation:
    raw = raw.encode() if isinstance(raw, str) else raw
    text = cut_text(raw.decode().removeprefix("\ufeff"), "es.md", "es", SITE, POLICY)
    return Translation(text, as_written(text, raw), pins)


@dataclass(frozen=True)
class Pair:
    """An original of today, and a translation that was made of what it said `then`."""

    today: Original
    raw: bytes = b""
    own: Translation | None = None

    def offered(self, may_read: MayRead = EVERYTHING) -> Offered:
        return units_of(
            self.today.document, "es", "en", self.today.written, self.own.written if self.own else None,
            known_of(self.today, self.own, POLICY, pin), may_read=may_read, pin=pin, glossary=Glossary(),
        )  # fmt: skip

    def answered(self, texts: Mapping[str, str], may_read: MayRead = EVERYTHING) -> Accepted:
        """What comes of answers, by the beginnings of their sources."""
        offered = self.offered(may_read)
        found: dict[Slot, Answer] = {}
        sources: dict[Slot, str] = {}
        for begins, text in texts.items():
            line, unit = next(
                (line, unit) for line, unit in enumerate(offered.units, 1) if unit.source.startswith(begins)
            )
            found[offered.slots[unit.id]] = Answer(unit.id, text, True, line)
            sources[offered.slots[unit.id]] = unit.source
        hidden = {slot: may_read for slot in found if "{{" in sources[slot]}
        return accept(
            self.today, self.own, self.raw, Given(found, sources, hidden),
            lang="es", file="es.md", reply=REPLY, site=SITE, policy=POLICY, pin=pin,
        )  # fmt: skip

    def then(self, done: Accepted) -> Pair:
        """The same after the answers went in."""
        return Pair(self.today, done.raw, translation(done.raw, done.pins))

    def today_is(self, body: str) -> Pair:
        return replace(self, today=original(HEAD + body))


def pair(body: str, own: str | None = None, *, now: str | None = None) -> Pair:
    """A document whose original said `body` when it was translated to `own`, and says `now` today."""
    before = original(HEAD + body)
    if own is None:
        return Pair(before)
    raw = (OWN_HEAD + own).encode()
    pins = repinned(before.text, translation(raw).text, None, POLICY, pin).pins
    return Pair(original(HEAD + (now if now is not None else body)), raw, translation(raw, pins))
