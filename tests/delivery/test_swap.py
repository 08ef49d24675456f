"""Whatever happens during a swap, `output` is the whole old tree or the whole new one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from communique.delivery import swap
from communique.delivery.manifest import manifest_of
from communique.delivery.swap import Swapped, building, publish, recover, shown
from communique.problems import Refused

OLD = {"index.html": "old", "es/index.html": "viejo"}
NEW = {"index.html": "new", "es/index.html": "nuevo", "fr/index.html": "neuf"}


class Killed(BaseException):
    """Stands for the process ending at this point: no `except` of the code under test catches it."""


def write(tree: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def read(tree: Path) -> dict[str, str]:
    return {
        path.relative_to(tree).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(tree.rglob("*"))
        if path.is_file()
    }


def release(project: Path, files: dict[str, str], **options: Any) -> Swapped:
    with building(project) as folder:
        write(folder, files)
        return publish(project, folder, manifest_of(folder), **options)


@pytest.fixture(params=["by link", "by renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each promise is kept on a system with links and on one without."""
    if request.param == "by renames":

        def no_links(*_args: object, **_options: object) -> None:
            raise OSError("a required privilege is not held by the client")

        monkeypatch.setattr(os, "symlink", no_links)
    return str(request.param)


def test_the_first_release_appears_as_output(tmp_path: Path, way: str) -> None:
    release(tmp_path, OLD)

    assert read(tmp_path / "output") == OLD
    assert (tmp_path / "output").is_symlink() == (way == "by link")


def test_output_is_a_relative_link_so_the_project_can_be_moved(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    swapped = release(tmp_path / "here", OLD)

    os.rename(tmp_path / "here", tmp_path / "there")

    assert os.readlink(tmp_path / "there" / "output") == f".releases/{swapped.release}"
    assert read(tmp_path / "there" / "output") == OLD


def test_a_second_release_replaces_the_first_and_leaves_nothing_of_it_in_output(tmp_path: Path, way: str) -> None:
    release(tmp_path, OLD | {"withdrawn.html": "gone"})
    release(tmp_path, NEW)

    assert read(tmp_path / "output") == NEW


def test_publishing_the_same_tree_again_changes_nothing(tmp_path: Path, way: str) -> None:
    first = release(tmp_path, OLD)
    second = release(tmp_path, OLD)

    assert (first.unchanged, second.unchanged) == (False, True)
    assert first.release == second.release
    assert read(tmp_path / "output") == OLD


def test_a_damaged_output_is_replaced_even_by_the_release_of_the_same_name(tmp_path: Path, way: str) -> None:
    release(tmp_path, OLD)
    (tmp_path / "output" / "index.html").write_text("scribbled over", encoding="utf-8")

    swapped = release(tmp_path, OLD)

    assert not swapped.unchanged
    assert read(tmp_path / "output") == OLD


def test_going_back_to_an_earlier_release_shows_it_again(tmp_path: Path, way: str) -> None:
    for files in (OLD, NEW, OLD):
        release(tmp_path, files)

    assert read(tmp_path / "output") == OLD


def test_only_the_newest_releases_are_kept(tmp_path: Path, way: str) -> None:
    for number in range(6):
        release(tmp_path, {"index.html": str(number)}, keep=2)

    kept = [path for path in (tmp_path / ".releases").iterdir() if path.is_dir()]
    assert len(kept) == (2 if way == "by link" else 1)
    assert read(tmp_path / "output") == {"index.html": "5"}


@pytest.mark.parametrize("kind", ["folder", "empty folder", "file", "link elsewhere", "dangling link"])
def test_an_output_that_is_not_ours_is_left_alone_and_the_letter_says_what_to_do(
    tmp_path: Path, kind: str, way: str
) -> None:
    output = tmp_path / "output"
    if kind == "file":
        output.write_text("mine", encoding="utf-8")
    elif kind == "folder":
        write(output, {"mine.txt": "mine"})
    elif kind == "empty folder":
        output.mkdir()
    else:
        target = tmp_path / "elsewhere"
        if kind == "link elsewhere":
            write(target, {"mine.txt": "mine"})
        subprocess.run(["ln", "-s", str(target), str(output)], check=True)

    with pytest.raises(Refused) as refused:
        release(tmp_path, NEW)

    assert str(refused.value).startswith("output: here stands")
    assert "mv output output.old" in str(refused.value)
    if kind == "folder":
        assert read(output) == {"mine.txt": "mine"}
    assert os.path.lexists(output)


def test_a_build_that_fails_leaves_output_untouched_and_nothing_behind(tmp_path: Path, way: str) -> None:
    release(tmp_path, OLD)

    def fail() -> None:
        with building(tmp_path) as folder:
            write(folder, {"index.html": "half"})
            raise ValueError("something in the build")

    with pytest.raises(ValueError, match="something in the build"):
        fail()
    assert read(tmp_path / "output") == OLD
    assert not (tmp_path / ".releases" / ".building").exists()


def test_a_second_build_at_the_same_time_is_refused(tmp_path: Path) -> None:
    with (
        building(tmp_path),
        pytest.raises(Refused, match="another build of this project is running"),
        building(tmp_path),
    ):
        pass

    release(tmp_path, NEW)
    assert read(tmp_path / "output") == NEW


def test_the_lock_of_a_killed_build_does_not_bar_the_next(tmp_path: Path) -> None:
    program = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
        "from communique.delivery.swap import building\n"
        "with building(Path(sys.argv[2])) as folder:\n"
        "    (folder / 'half.html').write_text('half'); os._exit(9)\n"
    )
    plugins = Path(swap.__file__).parents[2]
    ended = subprocess.run([sys.executable, "-c", program, str(plugins), str(tmp_path)], check=False)
    assert ended.returncode == 9

    release(tmp_path, NEW)

    assert read(tmp_path / "output") == NEW


# What a swap asks of the system; each is made to end the process just before and just after it happened.
STEPS = ["rename", "symlink", "replace", "unlink", "rmtree", "fsync", "mkdir"]


def interrupt(
    monkeypatch: pytest.MonkeyPatch, step: str, nth: int, after: bool, failure: Callable[[], BaseException]
) -> Callable[[], bool]:
    """Make the nth call of one kind of step end in `failure`; the answer tells whether it came to that."""
    counter = {"calls": 0}
    owner: Any = {"rmtree": shutil, "unlink": Path, "mkdir": Path}.get(step, os)
    real = getattr(owner, step)

    def failing(*args: Any, **options: Any) -> Any:
        counter["calls"] += 1
        if counter["calls"] != nth:
            return real(*args, **options)
        if after:
            real(*args, **options)
        raise failure()

    monkeypatch.setattr(owner, step, failing)
    return lambda: counter["calls"] >= nth


def prepared(tmp_path: Path, with_old: bool) -> Path:
    if with_old:
        release(tmp_path, {"index.html": "oldest"}, keep=1)
        release(tmp_path, OLD, keep=1)
    return tmp_path


@pytest.mark.parametrize("with_old", [True, False], ids=["over an old release", "the first release"])
@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_output_is_the_old_or_the_new_tree_at_the_next_start(
    tmp_path: Path, way: str, step: str, after: bool, with_old: bool
) -> None:
    reached = 0
    for nth in range(1, 12):
        project = tmp_path / str(nth)
        project.mkdir()
        prepared(project, with_old)
        with pytest.MonkeyPatch.context() as patch:
            if way == "by renames":
                patch.setattr(os, "symlink", _no_links)
            if step == "symlink" and way == "by renames":
                break
            happened = interrupt(patch, step, nth, after, Killed)
            try:
                release(project, NEW, keep=1)
            except Killed:
                reached += 1
            if not happened():
                assert read(project / "output") == NEW
                break
            if way == "by link" and with_old:
                # One step: a reader who looks at the very moment of the kill sees a whole tree.
                assert read(project / "output") in (OLD, NEW)
        recover(project)
        output = project / "output"
        assert read(output) in (OLD, NEW) if with_old else not output.exists() or read(output) == NEW
        with pytest.MonkeyPatch.context() as patch:
            if way == "by renames":
                patch.setattr(os, "symlink", _no_links)
            release(project, NEW, keep=1)
        assert read(output) == NEW
        assert not (project / ".releases" / ".building").exists()
    else:
        pytest.fail("the swap takes more steps than this test looked at")
    if step in {"rename", "replace"} and way == "by link":
        assert reached


def _no_links(*_args: object, **_options: object) -> None:
    raise OSError("a required privilege is not held by the client")


@pytest.mark.parametrize("step", ["rename", "replace", "fsync"])
def test_when_the_system_refuses_a_step_the_old_tree_stays_and_the_letter_says_so(
    tmp_path: Path, way: str, step: str
) -> None:
    for nth in range(1, 12):
        project = tmp_path / str(nth)
        project.mkdir()
        prepared(project, True)
        with pytest.MonkeyPatch.context() as patch:
            happened = interrupt(patch, step, nth, False, lambda: OSError(28, "No space left on device", "output"))
            try:
                release(project, NEW, keep=9)
            except Refused as refused:
                assert "No space left on device" in str(refused)
                assert "output is as it was" in str(refused)
        if not happened():
            break
        recover(project)
        assert read(project / "output") in (OLD, NEW)
        if step == "rename":
            assert read(project / "output") == OLD


def test_a_swap_by_renames_cut_between_them_is_finished_forward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "symlink", _no_links)
    release(tmp_path, OLD)
    with pytest.MonkeyPatch.context() as patch:
        interrupt(patch, "rename", 3, False, Killed)
        with pytest.raises(Killed):
            release(tmp_path, NEW)
    assert not (tmp_path / "output").exists()

    recover(tmp_path)

    assert read(tmp_path / "output") == NEW
    assert not (tmp_path / ".releases" / ".journal.json").exists()


def test_a_durable_release_settles_every_file_before_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[int] = []
    seen: list[bool] = []
    real = os.fsync

    def fsync(number: int) -> None:
        settled.append(number)
        seen.append((tmp_path / "output").exists())
        real(number)

    monkeypatch.setattr(os, "fsync", fsync)
    release(tmp_path, NEW, durable=True)

    assert len(settled) == len(NEW)
    assert not any(seen)


def test_what_is_shown_is_told_and_nothing_before_the_first_release(tmp_path: Path, way: str) -> None:
    assert shown(tmp_path) is None
    release(tmp_path, OLD)
    tree = shown(tmp_path)
    assert tree is not None
    assert read(tree) == OLD
