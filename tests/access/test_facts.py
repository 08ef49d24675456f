"""What a front matter says in words of its own is a text like others: who may read more of it is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from communique.access.units import units_of
from communique.documents.catalogue import read_catalogue

CONTENT = Path(__file__).resolve().parents[1] / "kinds" / "content"


def test_the_words_of_the_front_matter_are_pieces_for_the_readers_of_the_document() -> None:
    catalogue = read_catalogue(CONTENT)
    paper = catalogue.documents["papers/statement"]
    found = {
        (unit.lang, " ".join(unit.words), str(unit.audience))
        for unit in units_of(replace(catalogue, documents={paper.id: paper}))
        if unit.kind == "fact"
    }

    assert found == {("en", "the chair", "public"), ("es", "la presidencia", "public")}
