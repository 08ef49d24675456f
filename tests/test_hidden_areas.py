"""A state whose readers the register hides has no public page of its own: it would say who they are."""

from __future__ import annotations

from pathlib import Path

from communique.documents.catalogue import read_catalogue
from communique_pelican.auditing import pages_of_hidden_areas

CONTENT = Path(__file__).resolve().parents[1] / "content"


def test_a_public_page_of_a_hidden_area_is_refused() -> None:
    catalogue = read_catalogue(CONTENT)

    found = list(pages_of_hidden_areas(catalogue, ("state:nz", "state:fr", "core")))
    assert [(problem.place.file, problem.code) for problem in found] == [("content/areas/nz/en.md", "hidden-area")]
    assert list(pages_of_hidden_areas(catalogue, ("core", "group:plan"))) == []
