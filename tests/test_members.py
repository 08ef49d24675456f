"""What editors do with members and keys, verb by verb, without a build: letters, places for secrets, questions."""

from __future__ import annotations

import datetime
import io
import re
import shutil
import stat
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from communique.documents.listing import read_data
from communique.languages.messages import load_messages
from communique.languages.typography import french_space_faults
from communique.problems import Place, Refused
from communique.sealing.keystore import Keystore
from communique.sealing.membership import begin_register, renew
from communique.sealing.register import MemberEntry, read_register
from communique.sealing.register_text import render_register
from communique_pelican import ceremony, desk, membership_desk, private_files
from communique_pelican.consequences import consequences
from communique_pelican.letters import Letter, write_letter
from communique_pelican.terminal import Terminal

PROJECT = Path(__file__).resolve().parents[1]
ON = datetime.date(2008, 11, 1)
KEYSTORE = Keystore("psi-portal.example", bytes(range(32)))


def quiet() -> Terminal:
    return Terminal(Console(file=io.StringIO(), width=200))


def told(terminal: Terminal) -> str:
    assert isinstance(terminal.console.file, io.StringIO)
    return terminal.console.file.getvalue()


def refused(verb: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        verb()
    return str(caught.value)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with a register of its own and no keystore that anybody could open: most verbs need none."""
    site = tmp_path / "site"
    shutil.copytree(PROJECT / "tests/sites/minimal/content", site / "content")
    _, policy, _ = read_data(site / "content")
    (site / "keys").mkdir(mode=0o700)
    register = begin_register(
        "psi-portal.example",
        policy,
        salt=bytes(16),
        signer=KEYSTORE.signer(1),
        date=ON,
        place=Place("keys/register.yaml"),
    )
    (site / "keys/register.yaml").write_text(render_register(register, "# Ours.\n"), encoding="utf-8")
    (site / "keys/keystore.json").write_text("not needed\n", encoding="utf-8")
    return site


def register_of(site: Path) -> str:
    return (site / "keys/register.yaml").read_text(encoding="utf-8")


# Verbs


def test_adding_a_member_writes_one_line_and_keeps_the_editors_comment(site: Path) -> None:
    terminal = quiet()
    membership_desk.add(site, PROJECT, login="nz-01", lang="en", grants="oeg, state:nz", yes=True, terminal=terminal)
    assert register_of(site).startswith("# Ours.\nsite: ")
    assert (
        "  nz-01: {lang: en, wordlist: en, words: 12, n: 1, tiers: {partner: 1, oeg: 1, state:nz: 1}}\n"
        in register_of(site)
    )
    assert "new member nz-01: reads oeg, partner and state:nz; language en, 12 words of the list en" in told(terminal)
    assert "to be handed a letter: nz-01" in told(terminal)


def test_a_language_the_portal_does_not_speak_is_refused_and_the_nearest_offered(site: Path) -> None:
    assert 'did you mean "fr"?' in refused(
        lambda: membership_desk.add(site, PROJECT, login="fr-01", lang="frr", grants="oeg", yes=True, terminal=quiet())
    )


@pytest.mark.parametrize(("typed", "status"), [("yes", 0), ("Y", 0), ("no", 1), ("", 1)])
def test_at_a_terminal_only_a_yes_changes_the_register(typed: str, status: int, site: Path) -> None:
    before = register_of(site)
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return typed

    terminal = Terminal(Console(file=io.StringIO()), ask)
    assert membership_desk.add(site, PROJECT, login="nz-01", lang="en", grants="oeg", terminal=terminal) == status
    assert asked == ["change the register? (yes/no) "]
    assert (register_of(site) == before) == bool(status)


def test_a_register_that_somebody_changed_meanwhile_is_not_overwritten(site: Path) -> None:
    def ask(question: str) -> str:
        changed = register_of(site).replace("epoch: 1", "epoch: 5")
        (site / "keys/register.yaml").write_text(changed, encoding="utf-8")
        return "yes"

    terminal = Terminal(Console(file=io.StringIO()), ask)
    assert "register-changed" in refused(
        lambda: membership_desk.add(site, PROJECT, login="nz-01", lang="en", grants="oeg", terminal=terminal)
    )
    assert "epoch: 5" in register_of(site)
    assert "nz-01" not in register_of(site)


def test_each_verb_tells_what_follows_from_it(site: Path) -> None:
    def said(verb: Callable[..., int], **options: object) -> str:
        terminal = quiet()
        assert verb(site, PROJECT, yes=True, terminal=terminal, **options) == 0
        return told(terminal)

    for login, grants in (("nz-01", "oeg, state:nz"), ("fr-01", "core"), ("mx-01", "state:mx")):
        said(membership_desk.add, login=login, lang="en", grants=grants)
    assert "mx-01 reads more: partner" in said(membership_desk.grant, login="mx-01", names="partner")
    withdrawn = said(membership_desk.withdraw, login="nz-01", names="oeg")
    assert "nz-01 no longer reads oeg; still reads partner and state:nz" in withdrawn
    assert "the passphrase that nz-01 has still opens what is there for oeg" in withdrawn
    assert "that passphrase opens nothing" not in withdrawn, "it stays in use"
    assert "but the keys stay" in said(membership_desk.reissue, login="fr-01")
    stolen = said(membership_desk.replace_stolen, login="fr-01")
    assert "to be handed a letter: fr-01" in stolen
    assert "that passphrase opens nothing, and no key kept from before" in stolen
    assert "nz-01 no longer signs in" in said(membership_desk.remove_state, area="state:nz")
    resealed = said(membership_desk.remove, logins="mx-01, fr-01", reseal=True)
    assert "fr-01 no longer signs in" in resealed
    assert "gets a key of its own anew" in resealed
    assert "--reseal" not in resealed
    read = read_register(register_of(site), "keys/register.yaml")
    assert read.members == {}
    assert dict(read.former) == {"fr-01": 3, "mx-01": 1, "nz-01": 1}


QUESTIONS = ["what changes:", "who is to be handed what:", "what old copies still open:"]


def test_each_of_the_five_occasions_is_one_verb_that_answers_three_questions(site: Path) -> None:
    """A lost passphrase, a stolen laptop, a state that leaves, a new tier; an editor who leaves is a ceremony."""
    for login, grants in (("nz-01", "oeg, state:nz"), ("nz-02", "state:nz"), ("fr-01", "core"), ("mx-01", "partner")):
        membership_desk.add(site, PROJECT, login=login, lang="en", grants=grants, yes=True, terminal=quiet())
    tiers = site / "content/data/tiers.yaml"
    more = '  board:\n    includes: [core]\n    tlp: RED\n    label: {en: "Board", es: "Junta", fr: "Conseil"}\nareas:'
    tiers.write_text(tiers.read_text(encoding="utf-8").replace("areas:", more), encoding="utf-8")

    def answers(verb: Callable[..., int], **options: object) -> list[str]:
        terminal = quiet()
        assert verb(site, PROJECT, yes=True, terminal=terminal, **options) == 0
        said = told(terminal)
        assert [line for line in said.splitlines() if line.endswith(":") and not line.startswith("-")] == QUESTIONS
        return re.split(r"^[a-z ]+:$", said, flags=re.MULTILINE)[1:]

    changes, handed, old = answers(membership_desk.reissue, login="fr-01")
    assert "another passphrase for fr-01" in changes
    assert "(invoke members.letter fr-01)" in handed
    assert "members.stolen fr-01" in old
    changes, handed, old = answers(membership_desk.replace_stolen, login="mx-01")
    assert "new keys from the next release on for partner" in changes
    assert "the next copy, where they read from a stick: fr-01 and nz-01;" in handed
    assert "still opens what is there for partner" in old
    changes, handed, old = answers(membership_desk.remove_state, area="state:nz")
    assert "nz-01 no longer signs in" in changes
    assert "nobody is left who reads state:nz" in changes
    assert "a letter" not in handed
    assert old.count("cannot be taken back") == 2
    assert old.count("those passphrases open nothing") == 1, "said once for all of a delegation"
    changes, handed, old = answers(membership_desk.add_tiers)
    assert "nobody reads board yet: invoke members.grant LOGIN board" in changes
    assert "nothing, to nobody" in handed
    assert "none of them holds anything for board" in old


def test_an_editor_who_leaves_takes_their_own_sign_in_along_and_the_old_keystore_is_named(site: Path) -> None:
    for login, grants in (("fr-01", "core"), ("mx-01", "partner")):
        membership_desk.add(site, PROJECT, login=login, lang="en", grants=grants, yes=True, terminal=quiet())
    before = read_register(register_of(site), "keys/register.yaml")
    _, policy, _ = read_data(site / "content")
    change = renew(before, policy, salt=bytes([1] * 16), signer=KEYSTORE.signer(2), leaving=["fr-01"])
    said = consequences(before, change)

    assert [line for line in said if line.endswith(":")] == QUESTIONS
    assert "- fr-01 no longer signs in" in said
    assert "- to be handed a letter: mx-01 (invoke members.letter mx-01)" in said
    assert any("whoever kept the old keystore or paper backup opens everything" in line for line in said)
    assert any(line.startswith("- nobody is left who reads core and oeg") for line in said)


def test_the_members_are_listed_without_the_keystore_and_without_passphrases(site: Path) -> None:
    membership_desk.add(site, PROJECT, login="nz-01", lang="en", grants="oeg, state:nz", yes=True, terminal=quiet())
    console = Console(file=io.StringIO(), width=200)
    desk.list_members(site, PROJECT, console=console, environ={})
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "nz-01    reads: oeg, partner, state:nz\n"


def test_a_register_that_only_editors_may_read_stays_so(site: Path) -> None:
    (site / "keys/register.yaml").chmod(0o600)
    membership_desk.add(site, PROJECT, login="nz-01", lang="en", grants="oeg", yes=True, terminal=quiet())
    assert stat.S_IMODE((site / "keys/register.yaml").stat().st_mode) == 0o600


def test_a_state_that_the_data_comes_to_name_gets_a_key(site: Path) -> None:
    states = site / "content/data/states.yaml"
    more = '  is:\n    label: {en: "Iceland", es: "Islandia", fr: "Islande"}\n    participating: true\n'
    states.write_text(states.read_text(encoding="utf-8") + more, encoding="utf-8")
    terminal = quiet()
    membership_desk.add_tiers(site, PROJECT, yes=True, terminal=terminal)
    assert "  state:is: {g: 1}\n" in register_of(site)
    assert "new keys for state:is" in told(terminal)


# Letters


def letter_text(lang: str, number: int = 1, wordlist: str = "", *, demo: bool = False) -> str:
    site, policy, _ = read_data(PROJECT / "content")
    wordlist = wordlist or lang
    member = MemberEntry("nz-01", lang, wordlist, 12, number, {"partner": 1, "oeg": 1, "state:nz": 1})
    words = tuple(KEYSTORE.passphrase("nz-01", number, 12, wordlist).split(" "))
    messages = load_messages(PROJECT / "translations", lang, "en")
    return write_letter(Letter(member, words, ON, demo), site, policy, messages)


@pytest.mark.parametrize("lang", ["en", "es", "fr"])
def test_a_letter_numbers_the_words_and_writes_them_composed(lang: str) -> None:
    text = letter_text(lang)
    words = KEYSTORE.passphrase("nz-01", 1, 12, lang).split(" ")
    assert unicodedata.is_normalized("NFC", text)
    for number, word in enumerate(words, 1):
        assert f"\n{number:>4}.  {unicodedata.normalize('NFC', word)}\n" in text


@pytest.mark.parametrize("lang", ["es", "fr"])
def test_a_letter_is_wholly_in_its_members_language(lang: str) -> None:
    english = set(letter_text("en", 2, demo=True).splitlines())
    same = {line for line in letter_text(lang, 2, demo=True).splitlines() if line in english}
    assert {line for line in same if any(letter.isalpha() for letter in line)} <= {"      nz-01"}


def test_a_french_letter_has_its_no_break_spaces_and_no_line_begins_with_a_sign() -> None:
    text = letter_text("fr", 2, "en", demo=True)
    assert french_space_faults(text) == []
    assert not [line for line in text.splitlines() if line.strip()[:1] in set(":;!?»")]


@pytest.mark.parametrize("lang", ["en", "es", "fr"])
def test_no_line_of_a_letter_is_wider_than_its_page(lang: str) -> None:
    assert max(map(len, letter_text(lang, 2, demo=True).splitlines())) <= 72


def test_a_letter_tells_whom_it_opens_for_by_the_broadest_names_only() -> None:
    text = letter_text("es")
    assert "Grupo de Expertos Operativos" in text
    assert "Nueva Zelanda" in text
    assert "Estados participantes" not in text


def test_a_letter_says_when_it_replaces_another_and_in_which_language_foreign_words_are() -> None:
    assert "replaces every earlier one" not in letter_text("en", 1)
    assert "replaces every earlier one" in letter_text("en", 2)
    assert "The words are in this language: French." in letter_text("en", 1, "fr")
    assert "espagnol" in letter_text("fr", 1, "es")


def test_a_letter_keeps_its_words_out_of_every_description_of_it() -> None:
    member = MemberEntry("nz-01", "en", "en", 9, 1, {})
    assert "zoo" not in repr(Letter(member, ("zoo",), ON))


def demo_letter(site: Path, output: str = "") -> Path:
    """A demo member's letter: their keystore is the one that opens without anybody at a keyboard."""
    shutil.rmtree(site / "keys", ignore_errors=True)
    membership_desk.letter(site, PROJECT, login="nz-01", output=output, on=ON, terminal=quiet(), environ={})
    return (Path(output) if output else site / ".communique/letters") / "nz-01.txt"


def test_letters_lie_in_a_private_folder_for_their_owner_alone(site: Path) -> None:
    path = demo_letter(site)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "DEMO" in path.read_text(encoding="utf-8")


def test_several_letters_are_written_at_once_or_none_of_them(site: Path) -> None:
    shutil.rmtree(site / "keys")

    def write(logins: str) -> int:
        return membership_desk.letter(site, PROJECT, login=logins, on=ON, terminal=quiet(), environ={})

    said = refused(lambda: write("nz-01, nz-77, xx-01"))
    assert said.count("unknown-member") == 2
    assert not (site / ".communique/letters").exists()
    assert "no member is named" in refused(lambda: write(" , "))
    assert write("nz-01,mx-01") == 0
    assert sorted(path.name for path in (site / ".communique/letters").iterdir()) == ["mx-01.txt", "nz-01.txt"]


def test_a_letter_is_never_printed(site: Path) -> None:
    shutil.rmtree(site / "keys")
    terminal = quiet()
    membership_desk.letter(site, PROJECT, login="nz-01", on=ON, terminal=terminal, environ={})
    assert "sort" not in told(terminal)
    assert "angry" not in told(terminal)


@pytest.mark.parametrize("folder", ["content/papers", "output", ".releases/x", "content/../output/en"])
def test_a_letter_is_refused_where_it_would_be_published(folder: str, site: Path) -> None:
    (site / folder.split("/")[0]).mkdir(exist_ok=True)
    assert "secret-in-public" in refused(lambda: demo_letter(site, str(site / folder)))
    assert not list(site.rglob("nz-01.txt"))


def test_a_letter_is_refused_behind_a_link_to_what_is_published(site: Path, tmp_path: Path) -> None:
    (site / ".releases/1").mkdir(parents=True)
    (site / "output").symlink_to(".releases/1")
    (tmp_path / "desk").symlink_to(site / "output")
    assert "secret-in-public" in refused(lambda: demo_letter(site, str(tmp_path / "desk")))


def test_a_letter_is_refused_where_others_may_write(site: Path, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    assert "shared-folder" in refused(lambda: demo_letter(site, str(tmp_path / "shared")))
    (tmp_path / "shared/own").mkdir(mode=0o700)
    assert "shared-folder" in refused(lambda: demo_letter(site, str(tmp_path / "shared/own")))


def test_a_letter_is_refused_where_git_would_keep_it(site: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(site)], check=True)
    assert "secret-in-git" in refused(lambda: demo_letter(site))
    (site / ".gitignore").write_text("/.communique/\n", encoding="utf-8")
    assert demo_letter(site).is_file()


def test_what_git_keeps_already_is_refused_though_it_is_ignored(site: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(site)], check=True)
    (site / "desk").mkdir()
    (site / "desk/nz-01.txt").write_text("an empty sheet\n", encoding="utf-8")
    subprocess.run(["git", "-C", str(site), "add", "desk"], check=True)
    (site / ".gitignore").write_text("/desk/\n", encoding="utf-8")
    assert "secret-in-git" in refused(lambda: demo_letter(site, str(site / "desk")))


# Keys


def created(site: Path, **files: str) -> str:
    terminal = quiet()
    ceremony.create(site, PROJECT, files=ceremony.Files(**files), on=ON, terminal=terminal)
    return told(terminal)


def test_the_ceremony_writes_a_private_keystore_and_a_register_of_all_the_policy_names(
    site: Path, tmp_path: Path
) -> None:
    shutil.rmtree(site / "keys")
    said = created(site, passphrase=str(tmp_path / "p.txt"), words=str(tmp_path / "w.txt"))
    for path in (site / "keys/keystore.json", tmp_path / "p.txt", tmp_path / "w.txt"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((site / "keys").stat().st_mode) == 0o700
    register = read_register(register_of(site), "keys/register.yaml")
    assert set(register.tiers) == {
        "partner",
        "oeg",
        "core",
        *(f"state:{code}" for code in ("ar", "fr", "mx", "nz", "tr")),
    }
    assert (register.site, register.date, register.members, register.demo) == ("psi-portal.example", ON, {}, False)
    secrets = (tmp_path / "p.txt").read_text(encoding="utf-8").split()
    assert len(secrets) == 12
    assert " ".join(secrets) not in said


def test_without_a_terminal_no_secret_is_shown_and_nothing_is_written(site: Path, tmp_path: Path) -> None:
    shutil.rmtree(site / "keys")
    assert "nobody-to-ask" in refused(lambda: created(site))
    assert not (site / "keys").exists()


def test_two_ceremonies_give_two_masters_two_salts_and_two_passphrases(site: Path, tmp_path: Path) -> None:
    seen = []
    for name in ("one", "two"):
        shutil.rmtree(site / "keys")
        (tmp_path / name).mkdir(mode=0o700)
        created(site, passphrase=str(tmp_path / name / "p.txt"), words=str(tmp_path / name / "w.txt"))
        register = read_register(register_of(site), "keys/register.yaml")
        texts = [(tmp_path / name / file).read_text(encoding="utf-8") for file in ("p.txt", "w.txt")]
        seen.append({*texts, register.salt, register.signer})
    assert seen[0].isdisjoint(seen[1])


def test_keys_are_refused_in_a_shared_folder_and_where_git_would_keep_them(site: Path, tmp_path: Path) -> None:
    files = {"passphrase": str(tmp_path / "p.txt"), "words": str(tmp_path / "w.txt")}
    shutil.rmtree(site / "keys")
    (site / "keys").mkdir()
    (site / "keys").chmod(0o775)
    assert "shared-folder" in refused(lambda: created(site, **files))
    (site / "keys").chmod(0o755)
    subprocess.run(["git", "init", "--quiet", str(site)], check=True)
    assert "secret-in-git" in refused(lambda: created(site, **files))
    assert list((site / "keys").iterdir()) == []
    assert not (tmp_path / "p.txt").exists()


def test_a_keystore_whose_folder_leads_into_what_is_published_is_refused(site: Path, tmp_path: Path) -> None:
    files = {"passphrase": str(tmp_path / "p.txt"), "words": str(tmp_path / "w.txt")}
    shutil.rmtree(site / "keys")
    (site / "content/keys").mkdir()
    (site / "keys").symlink_to("content/keys")
    assert "secret-in-public" in refused(lambda: created(site, **files))


def test_files_for_a_rehearsal_are_refused_in_public_places_and_never_overwritten(site: Path, tmp_path: Path) -> None:
    shutil.rmtree(site / "keys")
    (tmp_path / "p.txt").write_text("older\n", encoding="utf-8")
    text = refused(lambda: created(site, passphrase=str(tmp_path / "p.txt"), words=str(site / "content/w.txt")))
    assert "would-overwrite" in text
    assert "secret-in-public" in text
    assert (tmp_path / "p.txt").read_text(encoding="utf-8") == "older\n"


def test_a_secret_is_written_whole_or_not_at_all_and_replaces_only_when_meant_to(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    private_files.write_secret(path, "one\n")
    assert "would-overwrite" in refused(lambda: private_files.write_secret(path, "two\n"))
    assert path.read_text(encoding="utf-8") == "one\n"
    private_files.write_secret(path, "two\n", replace=True)
    assert path.read_text(encoding="utf-8") == "two\n"
    assert [one.name for one in tmp_path.iterdir()] == ["secret.txt"]


def restored(site: Path, words: str, tmp_path: Path) -> str:
    terminal = quiet()
    files = ceremony.Files(passphrase=str(tmp_path / "again.txt"))
    ceremony.restore(site, PROJECT, files=files, read=lambda: words, terminal=terminal)
    return told(terminal)


def test_words_typed_with_a_mistake_are_refused_by_number_and_nothing_is_written(site: Path, tmp_path: Path) -> None:
    (site / "keys/keystore.json").unlink()
    assert "word 2 is not in the list" in refused(lambda: restored(site, "zoo zooo " + "zoo " * 22, tmp_path))
    assert not (site / "keys/keystore.json").exists()
    assert not (tmp_path / "again.txt").exists()


def test_without_a_register_nothing_can_be_restored(site: Path, tmp_path: Path) -> None:
    shutil.rmtree(site / "keys")
    assert "no-register" in refused(lambda: restored(site, "zoo " * 24, tmp_path))
