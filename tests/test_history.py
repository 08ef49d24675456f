"""What the original said when a translation was pinned is found in the repository's history by its pins alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from communique_pelican.history import old_blocks
from tests.documents.reading import POLICY
from tests.languages.pinned_texts import pin, pinned, text

FRONT = "---\naudience: public\n---\n# Title\n\n"
OLD = "First, as it was.\n\n::: oeg\nSecond [words]{core}.\n:::\n\n- a\n- b {oeg}\n\n| a |\n| --- |\n| c | {oeg}"
BETWEEN = OLD.replace("First, as it was.", "First, between.")
NEW = "Nothing of it any more."


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    def git(*words: str) -> None:
        identity = ["-c", "user.name=A", "-c", "user.email=a@a.example", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(tmp_path), *identity, *words], check=True, capture_output=True)

    git("init", "--quiet")
    for version in (OLD, BETWEEN, "::: nobody\nNot understood today.\n:::", NEW):
        (tmp_path / "en.md").write_text(FRONT + version + "\n", encoding="utf-8")
        git("add", "en.md")
        git("commit", "--quiet", "--message", "A version")
    return tmp_path


def test_each_block_is_found_as_it_stood_then_with_everybody_whom_it_was_for(repository: Path) -> None:
    pins = pinned(text("en", OLD), text("es", OLD))
    found = old_blocks(text("en", NEW), pins, repository, POLICY, pin)

    assert [found[block.id].markdown for block in pins.blocks] == [
        "First, as it was.",
        "Second [words]{core}.",
        "- a\n- b {oeg}",
        "| a |\n| --- |\n| c | {oeg}",
    ]
    assert [[str(one) for one in found[block.id].audiences] for block in pins.blocks] == [
        ["public"],
        ["oeg", "public", "core"],
        ["public", "oeg"],
        ["public", "oeg"],
    ]


def test_what_was_never_recorded_is_not_found(repository: Path, tmp_path: Path) -> None:
    pins = pinned(text("en", "Never written.\n\n" + OLD), text("es", "Nunca.\n\n" + OLD))
    found = old_blocks(text("en", NEW), pins, repository, POLICY, pin)

    assert pins.blocks[0].id not in found
    assert len(found) == 4


def test_without_a_repository_nothing_is_found_and_nothing_fails(tmp_path: Path) -> None:
    pins = pinned(text("en", OLD), text("es", OLD))

    assert old_blocks(text("en", NEW), pins, tmp_path, POLICY, pin) == {}
