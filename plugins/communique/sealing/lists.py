"""Lists that a page gathers from all documents for one tier, area or group, sealed for it alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from communique.sealing.sealer import Sealer

#: The protocol's name for what belongs to no single document.
NO_DOCUMENT = "-"
KIND = "feed"


@dataclass(frozen=True)
class PlainList:
    """What one audience is told on one generated page (`updates`, `actions` …). `name`: a tier, area or group; `html`:
    what its readers see, in which nothing may stand that one of them may not know.
    """

    page: str
    name: str
    lang: str
    html: str = field(repr=False)


@dataclass(frozen=True)
class SealedList:
    """The same, sealed. `plain` is what the audit compares the object with; it never leaves the building process."""

    page: str
    name: str
    lang: str
    tids: tuple[str, ...]
    object: str = field(repr=False)
    plain: str = field(repr=False)

    @property
    def part(self) -> str:
        """It names the page too: a host must not be able to exchange two lists of one audience."""
        return f"{self.page}/{self.tids[0]}"

    @property
    def path(self) -> str:
        """The page it stands on, below the site's root."""
        return f"{self.lang}/{self.page}/index.html"


def seal_lists(sealer: Sealer, lists: Iterable[PlainList]) -> tuple[SealedList, ...]:
    """Each list sealed for its audience, in the same order.

    Raises:
        Refused: an audience has no key.
        ValueError: an audience has two lists on one page.
    """
    sealed: list[SealedList] = []
    places: set[tuple[str, str]] = set()
    for one in lists:
        tids = sealer.tids((one.name,))
        made = SealedList(one.page, one.name, one.lang, tids, "", one.html)
        if (made.path, made.part) in places:
            raise ValueError(f"two lists for one audience on {made.path}")
        places.add((made.path, made.part))
        meta = {"ct": "text/html; charset=utf-8"}
        text = sealer.seal(KIND, NO_DOCUMENT, one.lang, made.part, (one.name,), meta, one.html.encode())
        sealed.append(SealedList(one.page, one.name, one.lang, tids, text, one.html))
    return tuple(sealed)
