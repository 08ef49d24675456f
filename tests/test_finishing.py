"""What a release holds besides its pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.problems import Refused
from communique_pelican.finishing import write_fixed_files

PROJECT = Path(__file__).resolve().parents[1]


def test_a_release_carries_the_licences_of_our_work_and_of_the_word_lists(tmp_path: Path) -> None:
    write_fixed_files(tmp_path, PROJECT)
    told = (tmp_path / "licences.txt").read_text(encoding="utf-8")
    assert told.count("Permission is hereby granted") == 2
    assert "Pavol Rusnak" in told
    assert (tmp_path / ".nojekyll").read_bytes() == b""


def test_a_project_without_its_licence_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        write_fixed_files(tmp_path, tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["no-licence"]
    assert not (tmp_path / "licences.txt").exists()
