"""What stands in the finished folder, compared with what was written there."""

from __future__ import annotations

import pytest

from communique.audit import Known, Tree
from communique.audit.files import files

PAGE = b"<html></html>\n"
CLEAN = {"index.html": PAGE, "en/x-1/index.html": PAGE, ".nojekyll": b"", "theme/a.0123.css": b"a{}"}


def found(
    contents: dict[str, bytes], *symlinks: str, expected: dict[str, bytes] | None = None
) -> list[tuple[str, str]]:
    known = Known(expected=frozenset(contents if expected is None else expected))
    return [(problem.place.file, problem.code) for problem in files(Tree(contents, symlinks), known)]


def test_a_clean_site_has_no_findings():
    assert found(CLEAN) == []


def test_a_stranger_and_a_missing_file_are_found_and_matched():
    stray = {**CLEAN, "en/x-2/index.html": PAGE}
    del stray["en/x-1/index.html"]
    assert found(stray, expected=CLEAN) == [
        ("output/en/x-2/index.html", "unexpected-file"),
        ("output/en/x-1/index.html", "missing-file"),
    ]
    problems = files(Tree(stray), Known(expected=frozenset(CLEAN)))
    assert problems[1].next == 'did you mean "en/x-2/index.html"?'


@pytest.mark.parametrize(
    "name",
    [".DS_Store", "en/.index.html.swp", "en/index.html~", "#index.html#", "a.bak", "a.orig", "en/.git/config",
     "a.tmp", "Thumbs.db", "x/.nojekyll", "4913.part", "a.pyc"],
)  # fmt: skip
def test_hidden_files_and_editors_copies_are_found_even_when_expected(name):
    assert (f"output/{name}", "editor-leftover") in found({**CLEAN, name: b"x"})


@pytest.mark.parametrize(
    "name", ["En/a.css", "a b.css", "_a.css", "á.css", "-a.css", "en/_x/a.css", "a%20.css", "a\\b.css"]
)
def test_names_that_do_not_travel_are_found(name):
    assert found({**CLEAN, name: b"x"}) == [(f"output/{name}", "unportable-name")]


def test_names_that_differ_only_in_case_are_found():
    assert ("output/en/a.css", "same-name") in found({**CLEAN, "en/a.css": b"x", "en/A.css": b"x"})


def test_links_are_found_and_never_followed(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/key.txt").write_text("x")
    site = tmp_path / "site"
    (site / "en").mkdir(parents=True)
    (site / "index.html").write_bytes(PAGE)
    (site / "en/a.txt").symlink_to(tmp_path / "secret/key.txt")
    (site / "en/b").symlink_to(tmp_path / "secret")
    tree = Tree.read(site)
    assert dict(tree.files) == {"index.html": PAGE}
    assert tree.symlinks == ("en/a.txt", "en/b")
    problems = files(tree, Known(expected=frozenset({"index.html"})))
    assert [problem.code for problem in problems] == ["symbolic-link"] * 2


@pytest.mark.parametrize(("content", "code"), [(b"", "empty-file"), (b"<html><p>half a pa", "cut-off-page")])
def test_pages_that_a_full_disk_cut_off_are_found(content, code):
    assert found({**CLEAN, "index.html": content}) == [("output/index.html", code)]
