"""`invoke doctor` names what is unsafe, missing or doubtful, and the command that mends it."""

from __future__ import annotations

import datetime
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from communique.documents.listing import read_data
from communique.problems import Place
from communique.sealing.keystore import Keystore
from communique.sealing.membership import add, begin_register
from communique.sealing.register_text import render_register
from communique_pelican import checkup, doctor, private_files
from communique_pelican.checkup import DOUBTFUL, GOOD, MISSING, UNSAFE, Desk, Remark, examine_site
from communique_pelican.keys import PASSPHRASE_FILE
from communique_pelican.private_files import network_mount, synced_by
from tests.site_building import PROJECT, SITES

TODAY = datetime.date(2008, 11, 3)
KEYSTORE = Keystore("psi-portal.example", bytes(range(32)))
REALLY_OPENED = checkup._opened


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A real site in good order, but that nothing was built. Its keystore is one that nothing here opens."""
    site = tmp_path / "site"
    site.mkdir(mode=0o700)
    shutil.copytree(SITES / "minimal" / "content", site / "content")
    (site / "keys").mkdir(mode=0o700)
    (site / "keys/keystore.json").write_text("{}\n", encoding="utf-8")
    (site / "keys/keystore.json").chmod(0o600)
    write_register(site, ("nz-01", ["oeg", "state:nz"]))
    return site


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a keystore is slow on purpose; here it is not what is looked at."""
    monkeypatch.setattr(checkup, "_opened", lambda desk: KEYSTORE if desk.environ.get(PASSPHRASE_FILE) else None)


def write_register(site: Path, *members: tuple[str, list[str]]) -> None:
    _, policy, _ = read_data(site / "content")
    place = Place("keys/register.yaml")
    register = begin_register(KEYSTORE.site, policy, salt=bytes(16), signer=KEYSTORE.signer(1), date=TODAY, place=place)
    for login, grants in members:
        register = add(register, policy, login, "en", grants).register
    (site / "keys/register.yaml").write_text(render_register(register), encoding="utf-8")


def desk(site: Path, **changes: object) -> Desk:
    return Desk(**{"site": site, "project": PROJECT, "environ": {}, "today": TODAY, **changes})  # type: ignore[arg-type]


def remarks(site: Path, about: str, **changes: object) -> list[Remark]:
    return [remark for remark in examine_site(desk(site, **changes)) if about in remark.what]


def the_remark(site: Path, about: str, **changes: object) -> Remark:
    (found,) = remarks(site, about, **changes)
    return found


def in_git(site: Path, *ignored: str) -> None:
    subprocess.run(["git", "init", "--quiet", str(site)], check=True)
    (site / ".gitignore").write_text("".join(f"{line}\n" for line in ignored), encoding="utf-8")


def git(site: Path, *words: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@y.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "-C", str(site), *words], check=True, capture_output=True)


# What is unsafe


def test_a_site_in_good_order_has_nothing_unsafe(site: Path) -> None:
    in_git(site, "/keys/keystore*", "/.communique/")

    assert [remark for remark in examine_site(desk(site)) if remark.state == UNSAFE] == []
    assert the_remark(site, "keystore.json: encrypted").state == GOOD


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604])
def test_a_keystore_that_others_may_read_is_unsafe(mode: int, site: Path) -> None:
    (site / "keys/keystore.json").chmod(mode)

    found = the_remark(site, "keys/keystore.json: other users")
    assert (found.state, found.command) == (UNSAFE, f"chmod 600 {site}/keys/keystore.json")


def test_an_old_keystore_is_looked_after_like_the_present_one(site: Path) -> None:
    old = site / "keys/keystore.epoch-3.json"
    old.write_text("{}\n", encoding="utf-8")
    old.chmod(0o644)

    assert the_remark(site, "keystore.epoch-3.json: other users").state == UNSAFE


def test_a_keystore_in_a_folder_in_which_others_may_write_is_unsafe(site: Path) -> None:
    (site / "keys").chmod(0o777)

    found = the_remark(site, "others on this machine may write")
    assert found.state == UNSAFE
    assert "chmod go-w" in found.command


@pytest.mark.parametrize("where", ["content/papers/keystore.json", "content/data/old.json", "output/keystore-2.json"])
def test_a_keystore_among_what_is_published_is_found_under_any_name(where: str, site: Path) -> None:
    path = site / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"v": 1, "demo": false, "kdf": {}, "jwe": {}}', encoding="utf-8")

    found = the_remark(site, where)
    assert (found.state, found.command) == (UNSAFE, f"rm {path}")


def test_a_keystore_that_git_keeps_kept_or_would_keep_is_unsafe(site: Path) -> None:
    in_git(site)
    assert the_remark(site, "git does not leave out").state == UNSAFE

    git(site, "add", "--force", "keys/keystore.json")
    found = the_remark(site, "keys/keystore.json: git keeps it")
    assert found.state == UNSAFE
    assert "rm --cached keys/keystore.json" in found.command
    assert "keys.renew" in found.command

    git(site, "commit", "--quiet", "-m", "by mistake")
    git(site, "rm", "--quiet", "--cached", "keys/keystore.json")
    git(site, "commit", "--quiet", "-m", "mended, it seems")
    (site / ".gitignore").write_text("/keys/keystore*\n/.communique/\n", encoding="utf-8")
    assert remarks(site, "git keeps it") == []
    found = the_remark(site, "git's history holds it")
    assert (found.state, found.command) == (UNSAFE, f"invoke keys.renew --site {site}")


def test_letters_are_a_risk_while_they_lie_and_unsafe_where_others_read_them(site: Path) -> None:
    folder = site / ".communique/letters"
    folder.mkdir(mode=0o700, parents=True)
    for name, mode in (("nz-01.txt", 0o600), ("nz-02.pdf", 0o644)):
        (folder / name).write_text("words", encoding="utf-8")
        (folder / name).chmod(mode)

    assert the_remark(site, "nz-02.pdf: other users").state == UNSAFE
    assert remarks(site, "nz-01.txt: other users") == []
    lying = the_remark(site, "2 letters lie")
    assert (lying.state, lying.command) == (DOUBTFUL, f"rm {folder}/nz-01.txt {folder}/nz-02.pdf")


def test_editions_that_lie_unsealed_are_told_wherever_an_earlier_version_wrote_them(site: Path) -> None:
    folder = site / ".communique/editions"
    for name in ("newsletters/2008-2/en/public.eml", "newsletters/2008-1/en/oeg.pdf", "newsletters-2008-1/fr/core.txt"):
        (folder / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / name).write_text("words", encoding="utf-8")

    lying = the_remark(site, "2 editions lie in .communique/editions")
    told = f"rm -r {folder}/newsletters/2008-1/en {folder}/newsletters-2008-1/fr"
    assert (lying.state, lying.command) == (DOUBTFUL, told)
    shutil.rmtree(folder / "newsletters")
    assert the_remark(site, "1 edition lies").command == f"rm -r {folder}/newsletters-2008-1/fr"
    shutil.rmtree(folder / "newsletters-2008-1")
    (folder / "copy.txt").write_text("words", encoding="utf-8")
    assert the_remark(site, "1 edition lies").command == f"rm -r {folder}/copy.txt"
    (folder / "copy.txt").unlink()
    assert remarks(site, ".communique/editions") == []


def test_a_passphrase_file_that_others_may_read_is_unsafe(site: Path, tmp_path: Path) -> None:
    path = tmp_path / "passphrase.txt"
    path.write_text("words\n", encoding="utf-8")
    path.chmod(0o644)

    found = the_remark(site, "may read the passphrase", environ={PASSPHRASE_FILE: str(path)})
    assert (found.state, found.command) == (UNSAFE, f"chmod 600 {path}")
    assert "words" not in found.what


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("Dropbox", "Dropbox"),
        ("OneDrive - Ministry of Ports", "OneDrive"),
        ("iCloud Drive", "iCloud"),
        ("Nextcloud", "Nextcloud"),
        ("Google Drive", "Google Drive"),
    ],
)
def test_a_site_and_its_keystore_in_a_folder_that_is_copied_away_are_unsafe(
    folder: str, service: str, site: Path, tmp_path: Path
) -> None:
    (tmp_path / folder).mkdir(mode=0o700)
    moved = site.rename(tmp_path / folder / "site")

    assert the_remark(moved, f"in a folder that {service} copies").state == UNSAFE
    assert the_remark(moved, f"keystore.json: {service} copies this folder").state == UNSAFE


@pytest.mark.parametrize("left", [".stfolder", ".sync_0a1b.db", ".dropbox.cache"])
def test_a_folder_that_is_copied_away_is_known_by_what_the_service_leaves_there(left: str, tmp_path: Path) -> None:
    (tmp_path / "work" / "inner").mkdir(parents=True)
    assert synced_by(tmp_path / "work" / "inner") == ""
    (tmp_path / "work" / left).touch()
    assert synced_by(tmp_path / "work" / "inner") != ""


def test_a_name_that_only_begins_alike_is_nobodys_folder(tmp_path: Path) -> None:
    for name in ("dropbox-papers", "onedriver", "boxes"):
        (tmp_path / name).mkdir()
        assert synced_by(tmp_path / name) == ""


def test_a_disk_of_another_machine_is_named(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert network_mount(site) == ""
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/share {site.parent} nfs4 rw 0 0\n/dev/sdb1 {site}/keys ext4 rw 0 0\n"
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: mounts)
    assert network_mount(site) == str(site.parent)
    assert network_mount(site / "keys") == ""
    monkeypatch.undo()
    monkeypatch.setattr(checkup, "network_mount", lambda _: "/srv/share")
    assert the_remark(site, "a disk of another machine").state == DOUBTFUL


def test_texts_that_other_users_may_read_before_they_are_sealed_are_unsafe(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert remarks(site, "the texts as they are before sealing") == []
    monkeypatch.setattr(checkup, "_reachable_by_others", lambda folder: folder.name == "content")
    found = the_remark(site, "the texts as they are before sealing")
    assert (found.state, found.command) == (UNSAFE, f"chmod go-rwx {site}")


def test_only_a_way_that_is_open_from_the_root_on_lets_others_in(site: Path) -> None:
    (site / "content").chmod(0o755)
    assert not checkup._reachable_by_others(site / "content"), "its parent is closed"
    assert checkup._reachable_by_others(Path("/"))


def test_half_of_a_pair_of_keys_is_told(site: Path) -> None:
    (site / "keys/register.yaml").unlink()

    found = remarks(site, "keystore.json lies here without register.yaml")
    assert found
    assert {remark.state for remark in found} == {DOUBTFUL}


def test_a_keystore_of_another_master_than_the_register_is_unsafe(site: Path) -> None:
    environ = {PASSPHRASE_FILE: "opens it"}
    assert the_remark(site, "keystore and register belong together", environ=environ).state == GOOD

    kept = (site / "keys/register.yaml").read_text(encoding="utf-8")
    other = kept.replace(kept.split("signer: ")[1].split("\n")[0], '"' + "A" * 43 + '"')
    (site / "keys/register.yaml").write_text(other, encoding="utf-8")
    found = the_remark(site, "belong to different masters", environ=environ)
    assert found.state == UNSAFE
    assert "keys.restore" in found.command


def test_without_a_passphrase_nobody_is_asked_and_the_doctor_says_what_was_not_tried(site: Path) -> None:
    assert REALLY_OPENED(desk(site)) is None
    assert PASSPHRASE_FILE in the_remark(site, "was not tried").what


# What is missing or doubtful


def test_a_site_without_keys_of_its_own_is_told_of_the_demonstrations(site: Path) -> None:
    shutil.rmtree(site / "keys")

    found = the_remark(site, "the demonstration's keys")
    assert (found.state, found.command) == (DOUBTFUL, f"invoke keys.create --site {site}")


def test_an_output_that_leads_nowhere_and_a_build_cut_short_are_told(site: Path) -> None:
    assert the_remark(site, "nothing has been built").state == MISSING
    (site / "output").symlink_to(".releases/0123456789abcdef")
    assert the_remark(site, "leads to a tree that is gone").command == f"invoke build --site {site}"
    (site / ".releases/.building").mkdir(parents=True)
    assert the_remark(site, ".building").state == DOUBTFUL
    (site / ".releases/0123456789abcdef").mkdir()
    assert the_remark(site, "shows a finished tree").state == GOOD


def test_a_full_disk_is_told(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert remarks(site, "the disk has room") == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 3 << 20))
    assert "3 MB" in the_remark(site, "the disk has room").what


def test_a_home_that_is_not_set_and_a_clock_that_is_behind_are_told(site: Path) -> None:
    assert the_remark(site, "no home address").state == DOUBTFUL
    assert remarks(site, "clock") == []
    assert the_remark(site, "this machine's clock 2001-01-01", today=datetime.date(2001, 1, 1)).state == DOUBTFUL
    assert the_remark(site, "more than a year ago", today=datetime.date(2011, 1, 1)).state == DOUBTFUL


def test_translations_that_wait_are_counted_where_the_keystore_opens_by_itself(site: Path) -> None:
    found = the_remark(site, "translations: ", environ={PASSPHRASE_FILE: "opens it"})
    assert found.command == f"invoke status --site {site}"
    assert remarks(site, "translations: ") == []


def test_a_grant_that_the_data_no_longer_name_is_told_with_the_verb_that_ends_it(site: Path) -> None:
    write_register(site, ("nz-01", ["oeg", "state:nz"]), ("fr-01", ["partner"]))
    states = site / "content/data/states.yaml"
    text = states.read_text(encoding="utf-8")
    start = text.index("  nz:")
    following = text.find("\n  ", start + 3)
    while following >= 0 and text[following + 3] == " ":
        following = text.find("\n  ", following + 3)
    states.write_text(text[:start] + (text[following + 1 :] if following >= 0 else ""), encoding="utf-8")

    found = the_remark(site, "nz-01 holds state:nz, which the data no longer name")
    assert (found.state, found.command) == (DOUBTFUL, f"invoke members.withdraw nz-01 state:nz --site {site}")


def test_a_member_of_a_group_that_has_ended_is_told(site: Path) -> None:
    group = 'groups:\n  plan:\n    label: {en: "Plan", es: "Plan", fr: "Plan"}\n    until: 2008-12-31\n    tlp: AMBER\n'
    (site / "content/data/groups.yaml").write_text(group, encoding="utf-8")
    write_register(site, ("nz-01", ["group:plan"]))

    assert remarks(site, "which ended") == []
    found = the_remark(site, "which ended on 2008-12-31", today=datetime.date(2009, 1, 1))
    assert found.command == f"invoke members.withdraw nz-01 group:plan --site {site}"


def test_a_name_without_a_key_is_told(site: Path) -> None:
    states = site / "content/data/states.yaml"
    more = '  is:\n    label: {en: "Iceland", es: "Islandia", fr: "Islande"}\n    participating: true\n'
    states.write_text(states.read_text(encoding="utf-8") + more, encoding="utf-8")

    found = the_remark(site, "no key for state:is")
    assert (found.state, found.command) == (MISSING, f"invoke keys.add --site {site}")


def test_who_still_has_the_words_of_the_first_letter_is_told(site: Path) -> None:
    assert the_remark(site, "1 member").what == "1 member; with the words of their first letter: nz-01"


def test_packages_that_are_not_the_pinned_ones_are_told_with_the_line_that_installs_them(
    site: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "keys/demo", project / "keys/demo")
    pins = "pyyaml==0.1 \\\n    --hash=sha256:00\nno-such-package==1.0 \\\n    --hash=sha256:00\n"
    (project / "requirements.txt").write_text(pins, encoding="utf-8")

    found = the_remark(site, "packages are not those of requirements.txt", project=project)
    assert found.state == MISSING
    assert "no-such-package is not here" in found.what
    assert found.command == ".venv/bin/pip install --quiet --require-hashes -r requirements.txt"


def test_what_cannot_be_looked_at_is_told_and_stops_nothing(site: Path) -> None:
    (site / "content/data/site.yaml").write_text("id: [\n", encoding="utf-8")

    found = remarks(site, "could not be looked at")
    assert {remark.state for remark in found} == {DOUBTFUL}
    assert the_remark(site, "nothing has been built").state == MISSING


# The verb


@pytest.fixture
def nothing_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "examine", list)


@pytest.mark.usefixtures("nothing_to_install")
def test_the_worst_comes_first_and_only_what_is_unsafe_ends_with_status_1(site: Path) -> None:
    def report() -> tuple[int, list[str]]:
        console = Console(file=io.StringIO(), width=60)
        status = doctor.report(console, site, PROJECT, environ={}, today=TODAY)
        assert isinstance(console.file, io.StringIO)
        return status, [line for line in console.file.getvalue().splitlines() if line and line[0] != " "]

    status, lines = report()
    assert status == 0
    (site / "keys/keystore.json").chmod(0o644)
    status, lines = report()
    assert status == 1
    assert lines[1].startswith("unsafe   keys/keystore.json: other users")
    assert lines[-1] == "1 of these is unsafe: mend that first"


def test_nothing_is_changed_by_looking(site: Path) -> None:
    def everything() -> list[tuple[str, int, float]]:
        return sorted((str(path), path.stat().st_mode, path.stat().st_mtime) for path in site.rglob("*"))

    before = everything()
    examine_site(desk(site))
    assert everything() == before


def test_a_secret_is_written_into_no_folder_that_is_copied_away(tmp_path: Path) -> None:
    folder = tmp_path / "Nextcloud"
    folder.mkdir(mode=0o700)
    found = private_files.exposures(folder / "nz-01.txt", tmp_path, PROJECT)
    assert [problem.code for problem in found] == ["synced-folder"]
    assert list(folder.iterdir()) == []
