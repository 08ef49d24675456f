"""The site's translations as their pins have them, and the keys without which pins tell nothing.

Keys are looked for when the first pins are needed, since that may take a passphrase, and only once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path

from communique.documents.catalogue import Catalogue, Merging
from communique.documents.document import Document
from communique.documents.listing import Listing
from communique.languages.parity import check_parity
from communique.languages.pins import Pins, PinsFile
from communique.languages.status import Statuses, pins_of_documents, read_pins_files, statuses
from communique.languages.translated import follow_pins
from communique.policy import Policy
from communique.problems import Problem
from communique_pelican.keys import Keys, find_keys


class Translations:
    """All translations of one site."""

    def __init__(self, site_dir: Path, project: Path, environ: Mapping[str, str], policy: Policy) -> None:
        self._site_dir, self._project, self._environ, self._policy = site_dir, project, environ, policy
        self._files: dict[tuple[str, str], PinsFile] = {}
        self._pins: dict[tuple[str, str], Pins] | None = None

    @cached_property
    def keys(self) -> Keys:
        return find_keys(self._site_dir, self._project, self._environ)

    def merging(self, listing: Listing) -> Merging:
        """How the catalogue comes by what readers get of pinned translations.

        Raises:
            Refused: a pins file is damaged.
        """
        self._files = read_pins_files(self._site_dir / "content", listing)

        def merge(documents: Mapping[str, Document], embargoed: Collection[str]) -> dict[str, Document]:
            self._pins = pins_of_documents(self._files, documents, embargoed, self.keys.keystore.pin_hash)
            return follow_pins(documents, self._pins, self._policy, self.keys.keystore.pin_hash)

        return merge

    def parity(self, catalogue: Catalogue) -> list[Problem]:
        """The twin rule."""
        return (
            check_parity(catalogue, self._pins, self.keys.keystore.pin_hash) if self._pins else check_parity(catalogue)
        )

    def pins(self, catalogue: Catalogue) -> Mapping[tuple[str, str], Pins]:
        if self._pins is None:
            pin = self.keys.keystore.pin_hash
            self._pins = pins_of_documents(self._files, catalogue.documents, catalogue.embargoed, pin)
        return self._pins

    def statuses(self, catalogue: Catalogue) -> Statuses:
        return statuses(catalogue, self._files, self.pins(catalogue), self.keys.keystore.pin_hash)
