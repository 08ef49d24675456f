"""How a symbol is told from others, and where it stands among the versions of its paper: /Rev.1, /Corr.1."""

from __future__ import annotations

import re
from dataclasses import dataclass

_VERSION = re.compile(r"(?P<base>.+?)(?:/Rev\.(?P<revision>[1-9]\d*))?(?:/Corr\.(?P<corrigendum>[1-9]\d*))?\Z")
#: What was probably meant to be one of these endings.
_NEARLY = re.compile(r"[/ .-]\s*(?:rev|corr)(?:[ .\d/-]|\Z)", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Version:
    """Where a symbol stands among the versions of its paper: 0 is the first text, or one not yet corrected."""

    base: str
    revision: int = 0
    corrigendum: int = 0

    def __str__(self) -> str:
        revised = f"/Rev.{self.revision}" if self.revision else ""
        return self.base + revised + (f"/Corr.{self.corrigendum}" if self.corrigendum else "")

    def before(self) -> Version | None:
        """The version without which this one cannot be; of a revision, corrigenda to the text before may be missing."""
        if self.corrigendum:
            return Version(self.base, self.revision, self.corrigendum - 1)
        return Version(self.base, self.revision - 1) if self.revision else None


def version_of(symbol: str) -> Version:
    """
    >>> version_of("PSI/PORTAL/1/Rev.2")
    Version(base='PSI/PORTAL/1', revision=2, corrigendum=0)
    """
    found = _VERSION.match(symbol)
    if found is None:
        return Version(symbol)
    return Version(found["base"], int(found["revision"] or 0), int(found["corrigendum"] or 0))


def is_nearly_a_version(symbol: str) -> bool:
    """Whether it looks as if a revision or corrigendum was meant, and is none."""
    return _NEARLY.search(version_of(symbol).base) is not None


def comparable(symbol: str) -> str:
    """A symbol as it is told from others: neither letters' case nor blanks make two of one."""
    return "".join(symbol.split()).casefold()
