"""A release's name follows from its files, and from nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from communique.delivery.manifest import Changes, File, manifest_of
from communique.problems import Refused


def write(tree: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tree


def test_every_file_is_listed_with_its_length_and_hash_sorted_by_path(tmp_path: Path) -> None:
    tree = write(tmp_path, {"es/index.html": "hola", "a.txt": "", "es-x.txt": "x"})

    manifest = manifest_of(tree)

    assert [file.path for file in manifest.files] == ["a.txt", "es-x.txt", "es/index.html"]
    assert manifest.files[2] == File("es/index.html", 4, hashlib.sha256(b"hola").hexdigest())
    assert manifest.length == 5


def test_the_id_is_the_first_16_digits_of_the_hash_of_the_manifest_text(tmp_path: Path) -> None:
    manifest = manifest_of(write(tmp_path, {"a.txt": "a"}))

    assert manifest.text == f"a.txt\t1\t{hashlib.sha256(b'a').hexdigest()}\n"
    assert manifest.id == hashlib.sha256(manifest.text.encode()).hexdigest()[:16]


def test_the_same_files_written_in_another_order_have_the_same_id(tmp_path: Path) -> None:
    files = {"b/c.txt": "1", "a.txt": "2", "b/a.txt": "3"}
    one = write(tmp_path / "one", files)
    other = write(tmp_path / "other", dict(reversed(files.items())))

    assert manifest_of(one).id == manifest_of(other).id


@pytest.mark.parametrize(
    "files",
    [{"a.txt": "1!"}, {"b.txt": "1"}, {"a.txt": "1", "b.txt": ""}, {}],
    ids=["another content", "another name", "one more file", "none"],
)
def test_any_difference_gives_another_id(tmp_path: Path, files: dict[str, str]) -> None:
    one = write(tmp_path / "one", {"a.txt": "1"})
    (tmp_path / "other").mkdir()
    other = write(tmp_path / "other", files)

    assert manifest_of(one).id != manifest_of(other).id


def test_a_link_in_the_finished_tree_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("secret", encoding="utf-8")
    tree = write(tmp_path / "tree", {"a.txt": "a"})
    (tree / "link.txt").symlink_to(tmp_path / "outside.txt")
    (tree / "folder").symlink_to(tmp_path)

    with pytest.raises(Refused) as refused:
        manifest_of(tree)

    assert [(problem.place.file, problem.code) for problem in refused.value.problems] == [
        ("folder", "not-a-plain-file"),
        ("link.txt", "not-a-plain-file"),
    ]


def test_a_name_that_would_break_the_manifest_s_lines_is_refused(tmp_path: Path) -> None:
    tree = write(tmp_path, {"a\nb.txt": "a"})

    with pytest.raises(Refused, match="control-character-in-name"):
        manifest_of(tree)


def test_changes_between_two_releases_are_named(tmp_path: Path) -> None:
    older = manifest_of(write(tmp_path / "older", {"kept": "1", "edited": "1", "gone": "1"}))
    newer = manifest_of(write(tmp_path / "newer", {"kept": "1", "edited": "2", "new": "1"}))

    assert newer.changes_since(older) == Changes(added=("new",), changed=("edited",), removed=("gone",))
