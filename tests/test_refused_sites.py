"""Mistakes an editor or developer can make: each is refused with its letter, and the published site stays.

Each folder in `tests/sites_refused` is one mistake; its `expected.txt` is all that its maker is told. After a change
of wording `WRITE_EXPECTED=1 pytest tests/test_refused_sites.py` writes them anew, to be read before they are committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.site_building import REFUSED, built_minimal, copy_site, files_of, make_mistake, run

pytestmark = pytest.mark.site

MISTAKES = sorted(path.name for path in REFUSED.iterdir() if path.is_dir())


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_site(built_minimal(tmp_path_factory), tmp_path / "site")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_its_letter_and_the_published_site_stays(mistake: str, site: Path) -> None:
    verb = make_mistake(site, REFUSED / mistake)
    releases, shown = files_of(site / ".releases"), (site / "output").readlink()

    ran = run(verb, site)

    told, expected = f"{ran.said}exit status {ran.status}\n", REFUSED / mistake / "expected.txt"
    if "WRITE_EXPECTED" in os.environ:
        expected.write_text(told, encoding="utf-8")
    assert told == expected.read_text(encoding="utf-8")
    assert ran.status != 0
    assert "Traceback" not in ran.said
    assert (site / "output").readlink() == shown
    assert files_of(site / ".releases") == releases
