"""A portal of one's own, made as docs/publishing.md says, by the commands it shows; and what becomes of its members."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from communique.sealing.envelope import open_sealed, verify_sealed
from communique.sealing.errors import DoesNotOpen, NewerThanKeyring, NotForYou
from communique.sealing.keyring import Slot, open_slot
from communique.sealing.primitives import from_b64u
from tests.site_building import PROJECT, Ran, copy_site, environment, files_of, published, run
from tests.typing_at_a_terminal import Editor, Shown, at_a_terminal

pytestmark = pytest.mark.site

GUIDE = "## From the demonstration to your own portal in ten minutes"
_BLOCK = re.compile(r"(?:^`(?P<file>[^`\n]+)`:\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_OBJECT = re.compile(r'<script type="application/jose\+json" data-cq="(s\d+)">(.*?)</script>', re.DOTALL)
LETTER = "papers/first-letter"
#: Which sections (s1 partner, s2 experts, s3 state:is) each member may read.
MAY_READ = {"is-01": {"s1", "s2", "s3"}, "ie-01": {"s1"}}
IN_SECTION = {"s1": "second Tuesday", "s2": "compare their manifests", "s3": "takes the chair"}


@dataclass(frozen=True)
class Portal:
    """What the guide led to. `shown` is what each line typed has brought on the screen."""

    site: Path
    editor: Editor
    shown: Mapping[str, Shown]


def project_alone(folder: Path) -> Path:
    """The project as somebody else's copy of it, without keys, output or history."""
    for name in ("plugins", "theme", "translations", "content", "keys/demo"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("LICENSE", "tasks.py", "pelicanconf.py", "publishconf.py", "pyproject.toml", "docs/publishing.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(PROJECT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """The guide, followed to its end. Shared: only to be looked at."""
    project = project_alone(tmp_path_factory.mktemp("guide") / "communique")
    guide = (project / "docs/publishing.md").read_text(encoding="utf-8").split(GUIDE)[1].split("\n## ")[0]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = {"PATH": path, "HOME": str(project.parent), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    editor, shown = Editor(), {}
    for block in _BLOCK.finditer(guide):
        if block["kind"] != "sh":
            assert block["file"], "the guide names the file of every text"
            (project / block["file"]).write_text(block["text"], encoding="utf-8")
            continue
        for line in block["text"].splitlines():
            ran = shown[line] = at_a_terminal(["bash", "-ec", line], project, env, editor.answer)
            assert ran.status == 0, f"{line}\n{ran.scrollback}"
    return Portal(project.parent / "our-portal", editor, shown)


@pytest.fixture
def site(tmp_path: Path, portal: Portal) -> Path:
    """The finished portal as a copy of one's own, with its passphrase in a file."""
    site = copy_site(portal.site, tmp_path / "site")
    (site / "passphrase.txt").write_text(portal.editor.passphrase + "\n", encoding="utf-8")
    return site


def done(verb: str, site: Path, *options: str) -> str:
    ran = run(verb, site, *options)
    assert ran.status == 0, ran.said
    return ran.said


def refused(ran: Ran, code: str) -> str:
    assert ran.status == 1, ran.said
    assert f"[{code}]" in ran.said, ran.said
    return ran.said


def words_in(letter: str) -> str:
    """The passphrase, as its holder reads it in the letter."""
    return " ".join(re.findall(r"^ +\d+\.  (\S+)$", letter, re.MULTILINE))


def passphrase(site: Path, login: str) -> str:
    return words_in((site / ".communique" / "letters" / f"{login}.txt").read_text(encoding="utf-8"))


def keyring(tree: Mapping[str, bytes]) -> str:
    """The keyring that `release.js` leads to."""
    release = json.loads(json.loads(tree["release.js"].decode().removeprefix('CQ1_DATA("release",')[:-2]))
    name = release["data"]["keyring"]
    return str(json.loads(tree[name].decode("ascii").removeprefix('CQ1_DATA("keyring",')[:-2]))


def objects(tree: Mapping[str, bytes], lang: str = "en") -> dict[str, str]:
    return dict(_OBJECT.findall(tree[f"{lang}/{LETTER}/index.html"].decode()))


def read(slot: Slot, tree: Mapping[str, bytes], lang: str = "en") -> dict[str, str]:
    """The text of every section that this sign-in opens, by its name."""
    found = {}
    for part, text in objects(tree, lang).items():
        context = verify_sealed(text, slot.signers)
        try:
            found[part] = open_sealed(text, slot.keys, slot.signers, context).body.decode()
        except (NotForYou, NewerThanKeyring):
            continue
    return found


def body(text: str) -> str:
    """The sealed text itself, without the keys wrapped for its readers."""
    return str(json.loads(text)["ciphertext"])


def in_script(script: bytes) -> str:
    """The object that a data script holds."""
    return str(json.loads(script.decode("ascii").strip().removeprefix("CQ1_DATA(").removesuffix(")").partition(",")[2]))


# The guide


def test_the_guide_leads_to_a_release_that_is_no_demonstration(portal: Portal) -> None:
    tree = published(portal.site)
    assert b'\\"demo\\":false' in tree["release.js"]
    assert not [path for path, text in tree.items() if path.endswith(".html") and b"DEMO" in text]
    assert "Reykjav" not in b"".join(tree.values()).decode("utf-8", "ignore")


@pytest.mark.parametrize("login", MAY_READ)
def test_the_passphrase_in_a_members_letter_opens_what_is_theirs_and_nothing_else(login: str, portal: Portal) -> None:
    tree = published(portal.site)
    opened = read(open_slot(keyring(tree), login, passphrase(portal.site, login)), tree)
    assert set(opened) == MAY_READ[login]
    assert all(IN_SECTION[part] in text for part, text in opened.items())


def test_the_keystore_and_the_letters_are_for_their_owner_alone_and_git_keeps_the_register_only(portal: Portal) -> None:
    secret = [portal.site / "keys/keystore.json", *(portal.site / ".communique/letters").iterdir()]
    assert len(secret) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}
    listing = at_a_terminal(
        ["git", "status", "--porcelain", "--untracked-files=all"], portal.site, dict(os.environ), lambda _: None
    )
    assert "keys/register.yaml" in listing.screen
    assert "keystore" not in listing.screen
    assert ".communique" not in listing.screen


def tells(text: str, words: Sequence[str]) -> bool:
    """Whether any three words of a secret stand side by side in `text`: one alone may be an ordinary word, and two may
    follow each other in a list of words, such as that of a search.
    """
    rows = (words[at : at + 3] for at in range(len(words) - 2))
    return any(re.search(r"\b" + r"\W+(?:\d+\W+)?".join(row) + r"\b", text) for row in rows)


def secrets(portal: Portal) -> list[Sequence[str]]:
    return [*portal.editor.sheets, *(passphrase(portal.site, login).split(" ") for login in MAY_READ)]


def test_secrets_are_shown_once_on_a_screen_of_their_own_and_no_command_prints_a_members_words(portal: Portal) -> None:
    assert [len(sheet) for sheet in portal.editor.sheets] == [24, 12]
    told = "\n".join(shown.scrollback for shown in portal.shown.values())
    assert tells("\n".join(shown.screen for shown in portal.shown.values()), portal.editor.sheets[0])
    assert not [words for words in secrets(portal) if tells(told, words)]


def test_no_file_of_the_site_but_the_letters_tells_a_secret(portal: Portal) -> None:
    for path, text in files_of(portal.site).items():
        if not path.startswith(".communique/letters/"):
            assert not [words for words in secrets(portal) if tells(text.decode("utf-8", "ignore"), words)], path


def test_a_letter_is_in_its_members_language_with_numbered_words(portal: Portal) -> None:
    letters = portal.site / ".communique/letters"
    french = (letters / "is-01.txt").read_text(encoding="utf-8")
    english = (letters / "ie-01.txt").read_text(encoding="utf-8")
    assert "Réseau des ports" in french
    assert "Phrase secrète" in french
    assert "   1. Ouvrez le portail" in french
    assert "Islande" in french
    assert "Passphrase" in english
    assert len(words_in(french).split(" ")) == 12
    assert len(words_in(english).split(" ")) == 9


# The paper backup


def test_from_the_paper_words_and_the_register_alone_the_same_release_is_made_byte_for_byte(
    site: Path, portal: Portal
) -> None:
    before = published(site)
    (site / "keys/keystore.json").unlink()
    shutil.rmtree(site / ".communique")
    shutil.rmtree(site / ".releases")
    (site / "output").unlink()
    (site / "words.txt").write_text("\n".join(portal.editor.sheets[0]), encoding="utf-8")
    (site / "passphrase.txt").unlink()
    (site / ".gitignore").write_text("*.txt\n/keys/keystore*\n", encoding="utf-8")

    options = ("--words-file", str(site / "words.txt"), "--passphrase-file", str(site / "passphrase.txt"))
    said = done("keys.restore", site, *options)
    assert "proved by the register" in said
    assert stat.S_IMODE((site / "keys/keystore.json").stat().st_mode) == 0o600
    done("release", site)

    assert published(site) == before


def test_at_a_terminal_the_paper_words_are_asked_for_one_by_one_on_a_screen_of_their_own(
    site: Path, portal: Portal
) -> None:
    (site / "keys/keystore.json").unlink()
    command = [sys.executable, "-m", "invoke", "--search-root", str(PROJECT), "keys.restore", "--site", str(site)]
    editor = Editor(sheets=[portal.editor.sheets[0]])

    ran = at_a_terminal(command, site.parent, environment(site), editor.answer)

    assert ran.status == 0, ran.screen
    assert "proved by the register" in ran.scrollback
    assert not set(portal.editor.sheets[0]) & set(re.findall(r"^word.*?(\w+)$", ran.scrollback, re.MULTILINE))
    (site / "passphrase.txt").write_text(editor.passphrase + "\n", encoding="utf-8")
    assert "is-01" in done("members.letter", site, "is-01")


def test_words_of_another_master_are_refused_though_they_are_whole(site: Path) -> None:
    (site / "keys/keystore.json").unlink()
    (site / "words.txt").write_text("abandon " * 23 + "art", encoding="utf-8")
    (site / ".gitignore").write_text("*\n", encoding="utf-8")
    options = ("--words-file", str(site / "words.txt"), "--passphrase-file", str(site / "new.txt"))
    refused(run("keys.restore", site, *options), "other-master")
    assert not (site / "keys/keystore.json").exists()
    assert not (site / "new.txt").exists()


# Removal, rehearsed


@dataclass(frozen=True)
class Rehearsal:
    """A portal before and after `is-01` was removed, one section changed and another added."""

    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    gone: Slot
    stayed_before: Slot
    stayed: Slot
    words: str
    said: str


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory, portal: Portal) -> Rehearsal:
    site = copy_site(portal.site, tmp_path_factory.mktemp("removal") / "site")
    (site / "passphrase.txt").write_text(portal.editor.passphrase + "\n", encoding="utf-8")
    before = published(site)
    said = done("members.remove", site, "is-01", "--yes")
    for lang, old, new in (
        ("en", "compare their manifests beforehand", "meet in Cork"),
        ("fr", "comparent leurs manifestes au préalable", "se réunissent à Cork"),
    ):
        path = site / "content" / LETTER / f"{lang}.md"
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        added = {"en": "Partners now sign in anew.", "fr": "Les partenaires se connectent à nouveau."}[lang]
        path.write_text(text.replace(old, new) + f"\n::: partner\n{added}\n:::\n", encoding="utf-8")
    done("release", site)
    after = published(site)
    gone = open_slot(keyring(before), "is-01", passphrase(site, "is-01"))
    stayed_before, stayed = (open_slot(keyring(tree), "ie-01", passphrase(site, "ie-01")) for tree in (before, after))
    return Rehearsal(before, after, gone, stayed_before, stayed, passphrase(site, "is-01"), said)


def test_a_removed_members_passphrase_opens_no_slot_of_the_next_release(rehearsal: Rehearsal) -> None:
    with pytest.raises(DoesNotOpen):
        open_slot(keyring(rehearsal.after), "is-01", rehearsal.words)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_no_key_a_removed_member_held_opens_anything_of_the_next_release_by_its_recipients(
    lang: str, rehearsal: Rehearsal
) -> None:
    assert len(objects(rehearsal.after, lang)) == 4
    assert read(rehearsal.gone, rehearsal.after, lang) == {}
    for text in objects(rehearsal.after, lang).values():
        for recipient in json.loads(text)["recipients"]:
            for key in rehearsal.gone.keys.values():
                with pytest.raises(InvalidUnwrap):
                    aes_key_unwrap(key, from_b64u(recipient["encrypted_key"]))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_not_even_the_content_keys_a_removed_member_kept_open_what_was_changed_or_added(
    lang: str, rehearsal: Rehearsal
) -> None:
    kept = []
    for text in objects(rehearsal.before, lang).values():
        for recipient in json.loads(text)["recipients"]:
            key = rehearsal.gone.keys[recipient["header"]["kid"]]
            kept.append(aes_key_unwrap(key, from_b64u(recipient["encrypted_key"])))
    opened = {}
    for part, text in objects(rehearsal.after, lang).items():
        one = json.loads(text)
        for key in kept:
            try:
                data = from_b64u(one["ciphertext"]) + from_b64u(one["tag"])
                AESGCM(key).decrypt(from_b64u(one["iv"]), data, one["protected"].encode("ascii"))
                opened[part] = body(text)
            except InvalidTag:
                continue
    # N1: what has not changed is what they could read before, and opens with the key they kept.
    unchanged = {part: body(text) for part, text in objects(rehearsal.before, lang).items() if part in ("s1", "s3")}
    assert opened == unchanged


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_removal_leaves_the_sealed_text_of_whatever_was_not_edited(lang: str, rehearsal: Rehearsal) -> None:
    before, after = objects(rehearsal.before, lang), objects(rehearsal.after, lang)
    assert {part for part in before if body(before[part]) != body(after[part])} == {"s2"}
    assert all(before[part] != after[part] for part in before), "their keys are wrapped anew"


def test_an_old_copy_opens_as_it_always_did_for_the_removed_member_too(rehearsal: Rehearsal) -> None:
    assert set(read(rehearsal.gone, rehearsal.before)) == MAY_READ["is-01"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_member_who_stays_opens_the_new_release_and_with_the_new_keyring_the_old_copy_too(
    lang: str, rehearsal: Rehearsal
) -> None:
    assert set(read(rehearsal.stayed, rehearsal.after, lang)) == {"s1", "s4"}
    assert set(read(rehearsal.stayed, rehearsal.before, lang)) == {"s1"}
    assert set(read(rehearsal.stayed_before, rehearsal.before, lang)) == {"s1"}
    assert len(rehearsal.stayed.keys) == len(rehearsal.stayed_before.keys) + 1, "one earlier key of the tier they share"


def test_the_removal_told_what_would_change_whom_to_give_what_and_what_stays_open(rehearsal: Rehearsal) -> None:
    for told in (
        "is-01 no longer signs in",
        "new keys from the next release on for experts, partner and state:is",
        "byte for byte as they are",
        "the next copy, where they read from a stick: ie-01",
        "cannot be taken back: in an old copy",
        "no key kept from before opens what is added or changed",
        "--reseal",
        "keys/register.yaml is changed: commit it",
    ):
        assert told in rehearsal.said


def test_removal_with_resealing_changes_every_sealed_text_of_the_tiers_concerned(site: Path) -> None:
    before = published(site)
    said = done("members.remove", site, "is-01", "--reseal", "--yes")
    assert "gets a key of its own anew" in said
    done("release", site)
    after = published(site)
    for lang in ("en", "fr"):
        assert not {body(text) for text in objects(before, lang).values()} & {
            body(text) for text in objects(after, lang).values()
        }
    assert set(read(open_slot(keyring(after), "ie-01", passphrase(site, "ie-01")), after)) == {"s1"}


def test_without_any_change_a_second_release_after_a_removal_is_the_same_but_for_wraps_and_keyring(site: Path) -> None:
    before = published(site)
    done("members.remove", site, "ie-01", "--yes")
    done("release", site)
    after = published(site)
    assert [body(text) for text in objects(before).values()] == [body(text) for text in objects(after).values()]
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    # Of the search the lists of its files, whose names follow what is in them.
    lists = {"sealed/search-en", "sealed/search-fr"}
    found = {path.split(".")[0] for path in changed if not path.endswith(".html")} - lists
    sealed = {
        name for name in found if re.fullmatch(r"sealed/(?:a[a-z2-7]{16}|search-[a-z0-9-]+)(?:-0001of0001)?", name)
    }
    assert found - sealed == {"release", "sealed/keyring"}
    for name in sealed:
        old, new = (next(text for path, text in tree.items() if path.split(".")[0] == name) for tree in (before, after))
        assert body(in_script(old)) == body(in_script(new))
    assert {path for path in changed if path.endswith(".html")} == {
        f"{lang}/{page}/index.html" for lang in ("en", "fr") for page in (LETTER, "updates", "search")
    }


# Lost and stolen


def test_after_a_reissue_the_old_words_open_nothing_and_the_new_letter_opens_everything(site: Path) -> None:
    old = passphrase(site, "is-01")
    said = done("members.reissue", site, "is-01", "--yes")
    assert "members.stolen is-01" in said
    done("members.letter", site, "is-01")
    done("release", site)
    tree = published(site)
    assert passphrase(site, "is-01") != old
    with pytest.raises(DoesNotOpen):
        open_slot(keyring(tree), "is-01", old)
    assert set(read(open_slot(keyring(tree), "is-01", passphrase(site, "is-01")), tree)) == MAY_READ["is-01"]


def test_after_a_theft_neither_the_old_words_nor_the_old_keys_open_the_next_release(site: Path) -> None:
    before = published(site)
    old = open_slot(keyring(before), "is-01", passphrase(site, "is-01"))
    done("members.stolen", site, "is-01", "--yes")
    done("members.letter", site, "is-01")
    done("release", site)
    tree = published(site)
    assert read(old, tree) == {}
    assert set(read(open_slot(keyring(tree), "is-01", passphrase(site, "is-01")), tree)) == MAY_READ["is-01"]


def test_with_a_new_master_every_member_needs_their_new_letter_and_every_object_is_new(site: Path) -> None:
    before = published(site)
    old = passphrase(site, "is-01")
    (site / ".gitignore").write_text("*.txt\n/keys/keystore*\n/.communique/\n", encoding="utf-8")
    options = ("--words-file", str(site / "words.txt"), "--passphrase-file", str(site / "new.txt"), "--yes")
    said = done("keys.renew", site, *options)
    assert "to be handed a letter: ie-01 and is-01" in said
    (site / "new.txt").replace(site / "passphrase.txt")
    done("members.letter", site, "is-01")
    done("release", site)
    tree = published(site)
    with pytest.raises(DoesNotOpen):
        open_slot(keyring(tree), "is-01", old)
    assert set(read(open_slot(keyring(tree), "is-01", passphrase(site, "is-01")), tree)) == MAY_READ["is-01"]
    assert not {body(text) for text in objects(before).values()} & {body(text) for text in objects(tree).values()}


# What is refused


def test_without_a_yes_and_without_anybody_to_ask_nothing_is_changed(site: Path) -> None:
    before = files_of(site / "keys")
    said = refused(run("members.remove", site, "is-01"), "nobody-to-ask")
    assert "is-01 no longer signs in" in said, "what would change is told all the same"
    assert files_of(site / "keys") == before


def test_a_no_at_the_terminal_changes_nothing(site: Path) -> None:
    before = files_of(site / "keys")
    command = [
        sys.executable,
        "-m",
        "invoke",
        "--search-root",
        str(PROJECT),
        "members.remove",
        "--site",
        str(site),
        "is-01",
    ]
    ran = at_a_terminal(
        command, site.parent, environment(site), lambda screen: "no" if screen.endswith("(yes/no) ") else None
    )
    assert ran.status == 1
    assert "nothing was changed" in ran.screen
    assert files_of(site / "keys") == before


def test_a_word_wrongly_copied_from_the_screen_ends_the_ceremony_with_nothing_written(site: Path) -> None:
    shutil.rmtree(site / "keys")
    command = [sys.executable, "-m", "invoke", "--search-root", str(PROJECT), "keys.create", "--site", str(site)]
    ran = at_a_terminal(command, site.parent, environment(site), Editor(mistaken=True).answer)
    assert ran.status == 1
    assert "Nothing was written" in ran.screen
    assert not (site / "keys").exists()


def test_keys_are_never_overwritten(site: Path) -> None:
    before = files_of(site / "keys")
    refused(run("keys.create", site), "keys-exist")
    refused(run("keys.restore", site), "keys-exist")
    assert files_of(site / "keys") == before


def test_the_demonstrations_members_are_not_changed_by_any_verb(site: Path) -> None:
    shutil.rmtree(site / "keys")
    demo = (PROJECT / "keys/demo/register.yaml").read_bytes()
    for verb, options in (
        ("members.add", ("xx-01", "--lang", "en", "--grants", "partner")),
        ("members.remove", ("nz-01",)),
        ("members.reissue", ("nz-01",)),
    ):
        refused(run(verb, site, *options, "--yes"), "demo-keys")
    assert (PROJECT / "keys/demo/register.yaml").read_bytes() == demo
