"""What changes when nothing happens, when a member goes, and when a section is edited, on a small generated portal.

`benchmarks/removal.py` prints the same figures for a portal of a thousand documents.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks.removal import Figures, Release, compare, measure, release_in, report
from tests.site_building import SITES

pytestmark = pytest.mark.site

DOCUMENTS = 15


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    base = SITES / "minimal/content"
    return measure(base, tmp_path_factory.mktemp("removal"), DOCUMENTS, "papers")


def test_building_again_changes_nothing(figures: Figures) -> None:
    assert figures.first.objects > DOCUMENTS * 3 * 10
    assert figures.rebuilt.files == ()


def test_removing_a_member_leaves_every_ciphertext_and_97_percent_of_all_bytes(figures: Figures) -> None:
    assert figures.removed.bodies == 0
    # A removal that changes nothing would not be one.
    assert figures.removed.objects > figures.first.objects / 2
    assert 0 < figures.removed.share(figures.first) <= 0.03, report(figures)


def test_editing_a_section_changes_its_object_its_page_and_where_its_readers_find_its_words(figures: Figures) -> None:
    assert figures.edited_page in figures.edited.files
    # What search loads for these readers in this language, and the page that names it.
    found = {path for path in figures.edited.files if path.startswith("sealed/search-en")} | {"en/search/index.html"}
    # The paper as a file, for those of its readers who have one, and what says where it lies.
    papers = {path for path in figures.edited.files if re.match(r"sealed/a[a-z2-7]{16}-", path)} | {"release.js"}
    assert set(figures.edited.files) - papers == {figures.edited_page} | found
    assert not any("public" in path for path in found)
    assert 1 < figures.edited.bodies == figures.edited.objects <= len(figures.edited.files)


def _release(page: bytes) -> Release:
    return Release({"en/page/index.html": page})


def test_comparing_counts_what_differs() -> None:
    assert compare(_release(b"<p>one</p>"), _release(b"<p>two</p>")).bytes == 3
    assert compare(_release(b"<p>one</p>"), _release(b"<p>seven</p>")).bytes == 5
    assert compare(_release(b"same"), _release(b"same")).files == ()


def test_a_file_of_sealed_text_keeps_its_body_too(tmp_path: Path) -> None:
    """Its data script is another one after a removal, under another name, around the same ciphertext."""
    shared = "sealed/aeln5bz6hxnd4leyl-0001of0001"
    for number, name in enumerate((f"{shared}.0123456789abcdef.js", f"{shared}.fedcba9876543210.js")):
        (tmp_path / str(number) / "sealed").mkdir(parents=True)
        sealed = {"ciphertext": "AAAA", "iv": "BBBB", "protected": "CCCC", "tag": str(number)}
        text = json.dumps(sealed, separators=(",", ":"))
        (tmp_path / str(number) / name).write_text(f'CQ1_DATA("att/a/1",{json.dumps(text)})\n', encoding="ascii")
    difference = compare(release_in(tmp_path / "0"), release_in(tmp_path / "1"))
    assert difference.files == (f"{shared}.js",)
    assert (difference.objects, difference.bodies, difference.bytes) == (1, 0, 1)
