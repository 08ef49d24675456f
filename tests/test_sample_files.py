"""The files of the sample content are those that the script in `samples/` draws, and tell only what they show."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.documents.image_particulars import clean_picture
from communique.documents.pdf_particulars import clean_pdf
from samples.drawings import files

CONTENT = Path(__file__).resolve().parents[1] / "content"
DRAWN = files()


@pytest.mark.parametrize("path", DRAWN)
def test_a_file_of_the_sample_is_as_it_was_drawn_and_holds_no_particulars(path: str) -> None:
    data = (CONTENT / path).read_bytes()

    assert data == DRAWN[path]
    cleaned = clean_picture(data, "png").data if path.endswith(".png") else clean_pdf(data)
    assert len(data) - len(cleaned) < 50


def test_every_file_of_the_sample_is_drawn() -> None:
    lying = {path.relative_to(CONTENT).as_posix() for path in CONTENT.glob("*/*/*.*")}

    assert {path for path in lying if not path.endswith((".md", ".pins"))} == DRAWN.keys()
