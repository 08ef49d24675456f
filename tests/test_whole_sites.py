"""A small site, built as an editor builds it: what is published, for whom it opens, what a change changes."""

from __future__ import annotations

import ctypes
import html
import json
import os
import posixpath
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from communique.sealing.envelope import open_sealed, verify_sealed
from communique.sealing.errors import NotForYou
from communique.sealing.keyring import Slot, open_slot
from communique.site import PAGES
from communique_pelican.client import SCRIPTS
from communique_pelican.keys import find_keys
from tests.site_building import (
    PROJECT,
    SITES,
    built_minimal,
    command,
    copy_site,
    environment,
    files_of,
    give_own_keys,
    published,
    run,
)

pytestmark = pytest.mark.site

LANGUAGES = ("en", "es", "fr")
DOCUMENTS = {
    "notes/plain": LANGUAGES,
    "notes/english-only": ("en",),
    "papers/forms": LANGUAGES,
    "papers/part-1": LANGUAGES,
    "papers/part-2": LANGUAGES,
    "papers/begun-in-spanish": ("es", "en"),
    "papers/moved-on": LANGUAGES,
}
#: Each sealed word of the site (in the sources: qx, the word, the language) and the audience it is for.
SEALED = {
    "notes/english-only": {"lark": {"partner"}},
    "papers/begun-in-spanish": {"garza": {"partner"}},
    "papers/moved-on": {"thrush": {"oeg"}},
    "papers/part-2": {"ibis": {"core"}},
    "papers/forms": {
        "heron": {"oeg"},
        "plovr": {"partner"},
        "swift": {"core"},
        "dove": {"partner"},
        "finch": {"oeg"},
        "wren": {"partner"},
        "terne": {"partner"},
        "gulle": {"core"},
        "kite": {"oeg"},
        "owle": {"oeg"},
        "crane": {"state:mx"},
        "stork": {"oeg"},
        "rook": {"partner"},
        "crow": {"oeg", "state:nz"},
        "raven": {"partner"},
        "jaye": {"partner"},
        "eagle": {"state:nz", "state:tr"},
    },
}
#: What each member of the demonstration may read, written out by hand: nothing is computed from the policy.
MAY_READ = {
    "ar-01": {"partner", "oeg", "state:ar"},
    "fr-01": {"partner", "oeg", "core", "state:fr"},
    "hr-01": {"partner"},
    "mx-01": {"state:mx"},
    "nz-01": {"partner", "oeg", "state:nz"},
    "tr-01": {"partner", "state:tr"},
}
_OBJECT = re.compile(r'<script type="application/jose\+json" data-cq="(s\d+)">(.*?)</script>', re.DOTALL)
_BOX = re.compile(r'data-cq-part="(s\d+)"')
_ADDRESS = re.compile(r'\s(?:href|src)="([^"]*)"')
_WORD = re.compile(r"qx[a-z]+")
#: What the search is made of follows every word of the site; its own tests see to it.
_SEARCH = re.compile(r"sealed/search-[a-z0-9.-]+\.js|[a-z]{2}/search/index\.html")
#: The statements of the site, which are read as files too, by what those are called.
PAPERS = {"papers/part-1": "psi-test-2", "papers/part-2": "part-2"}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The minimal site, built. Shared: only to be looked at."""
    return built_minimal(tmp_path_factory)


@pytest.fixture
def site(tmp_path: Path, built: Path) -> Path:
    """The built site as a copy of one's own."""
    return copy_site(built, tmp_path / "site")


def pages(tree: Mapping[str, bytes]) -> dict[str, str]:
    return {path: text.decode() for path, text in tree.items() if path.endswith(".html")}


def document_pages(tree: Mapping[str, bytes]) -> Iterator[tuple[str, str, str]]:
    """Every page of a document: its language, the document, and its HTML."""
    for lang in LANGUAGES:
        for document in DOCUMENTS:
            yield lang, document, tree[f"{lang}/{document}/index.html"].decode()


def objects_on(page: str) -> dict[str, str]:
    found = _OBJECT.findall(page)
    assert len(dict(found)) == len(found), "no part stands twice on a page"
    return {part: text.strip() for part, text in found}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def changed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    paths = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    return {path for path in paths if not _SEARCH.fullmatch(path)}


# What is published.


def test_the_published_site_has_a_page_for_everything_in_every_language_and_nothing_else(built: Path) -> None:
    theme = {
        f"theme/{path.relative_to(PROJECT / 'theme' / 'static').as_posix()}"
        for path in (PROJECT / "theme" / "static").rglob("*")
        if path.is_file() and path.suffix != ".js"
    }
    theme |= {f"theme/js/{part}.js" for part in SCRIPTS}
    shared = {"release.js", "sealed/keyring.js", "sealed/words.js"}
    discovery = {"robots.txt", ".well-known/security.txt"}
    expected = {"index.html", "404.html", ".nojekyll", "licences.txt", *discovery, *shared, *theme}
    for lang in LANGUAGES:
        expected |= {f"{lang}/index.html", f"{lang}/papers/index.html", f"{lang}/notes/index.html"}
        expected |= {f"{lang}/{name}/index.html" for name in PAGES}
        expected |= {f"{lang}/{document}/index.html" for document in DOCUMENTS}
        # The paper in two parts, on one page.
        expected.add(f"{lang}/papers/part-1/whole.html")
        expected |= {f"{lang}/{document}/{name}.{lang}.pdf" for document, name in PAPERS.items()}

    without_hashes = {re.sub(r"\.[0-9a-f]{16}(?=\.[a-z]+$)", "", path) for path in published(built)}
    sealed_papers = {path for path in without_hashes if re.fullmatch(r"sealed/a[a-z2-7]{16}-0001of0001\.js", path)}
    search = {path for path in without_hashes if _SEARCH.fullmatch(path)}

    assert without_hashes - sealed_papers - search == expected - search
    # The second part has words for the core group, and so a file for it in each language.
    assert len(sealed_papers) == len(LANGUAGES)
    assert {f"sealed/search-{lang}.js" for lang in LANGUAGES} <= search


def test_no_byte_of_sealed_text_is_published(built: Path) -> None:
    sources = {path: text for path, text in files_of(SITES / "minimal").items() if path.endswith(".md")}
    written = {word for text in sources.values() for word in _WORD.findall(text.decode())}
    assert written == {
        f"qx{word}{lang}" for document, words in SEALED.items() for word in words for lang in DOCUMENTS[document]
    }

    for path, content in published(built).items():
        told = html.unescape(content.decode("utf-8", "replace")).casefold()
        assert not [word for word in written if word in told or word in path], path


def test_every_sealed_part_stands_on_its_page_as_exactly_one_object(built: Path) -> None:
    for lang, document, page in document_pages(published(built)):
        parts = _BOX.findall(page)
        assert len(set(parts)) == len(parts)
        assert set(objects_on(page)) == set(parts)
        assert bool(parts) == (document in SEALED), (lang, document)


def test_pages_without_sealed_text_carry_no_object(built: Path) -> None:
    documents = {f"{lang}/{document}/index.html" for lang in LANGUAGES for document in DOCUMENTS}

    documents |= {f"{lang}/papers/part-1/whole.html" for lang in LANGUAGES}

    for path, page in pages(published(built)).items():
        assert path in documents or not objects_on(page)


@pytest.fixture(scope="module")
def slots(built: Path) -> Mapping[str, Slot]:
    """What each demo member gets by signing in with the passphrase that a build prints."""
    tree = published(built)
    name = next(path for path in tree if path.startswith("sealed/keyring."))
    literal = tree[name].decode("ascii").removeprefix('CQ1_DATA("keyring",').removesuffix(")\n")
    keyring = json.loads(literal)
    credentials = find_keys(built, PROJECT, {}).credentials()
    return {one.login: open_slot(keyring, one.login, one.passphrase) for one in credentials}


@pytest.mark.parametrize("login", MAY_READ)
def test_a_member_opens_exactly_what_is_written_for_them(login: str, built: Path, slots: Mapping[str, Slot]) -> None:
    slot = slots[login]
    for page_lang, document, page in document_pages(published(built)):
        lang = page_lang if page_lang in DOCUMENTS[document] else DOCUMENTS[document][0]
        read = ""
        for part, text in objects_on(page).items():
            context = verify_sealed(text, slot.signers)
            assert (context.doc, context.lang, context.part) == (document, lang, part)
            try:
                opened = open_sealed(text, slot.keys, slot.signers, context)
            except NotForYou:
                continue
            assert opened.meta["ct"] == "text/html; charset=utf-8"
            read += opened.body.decode() + "\n"
        may = {f"qx{word}{lang}" for word, audience in SEALED.get(document, {}).items() if audience & MAY_READ[login]}
        assert set(_WORD.findall(read)) == may, (page_lang, document)


def test_an_inner_text_is_never_inside_the_outer_one(built: Path, slots: Mapping[str, Slot]) -> None:
    page = published(built)["en/papers/forms/index.html"].decode()
    slot = slots["fr-01"]

    for text in objects_on(page).values():
        context = verify_sealed(text, slot.signers)
        if set(context.aud) <= {"nat-mx", "nat-nz", "nat-tr"}:
            continue
        body = open_sealed(text, slot.keys, slot.signers, context).body.decode()
        words = {word.removeprefix("qx").removesuffix("en") for word in _WORD.findall(body)}
        audiences = {tuple(sorted(SEALED["papers/forms"][word])) for word in words}
        assert len(audiences) == 1


def test_a_missing_translation_shows_the_original_and_says_so(built: Path) -> None:
    page = published(built)["fr/notes/english-only/index.html"].decode()

    assert '<html lang="fr"' in page
    assert re.search(r'<h1[^>]* lang="en"[^>]*>A notice in English only</h1>', page)
    assert re.search(r'lang="en"[^>]*>(?:(?!</?article).)*Nobody has translated this notice', page, re.DOTALL)
    assert "pas encore traduit" in html.unescape(page)


def test_a_stale_translation_says_which_paragraph_has_changed(built: Path) -> None:
    tree = published(built)
    stale, current = (html.unescape(tree[f"{lang}/papers/moved-on/index.html"].decode()) for lang in ("es", "fr"))

    assert re.search(r"desactualizad|no está al día|ha cambiado", stale)
    assert re.search(r"notice[^§]*?#p2", stale, re.DOTALL)
    assert "#p1" not in stale
    assert "#p2" not in current


def test_numbers_run_on_through_the_parts_of_a_statement_sealed_or_not(built: Path) -> None:
    for lang in LANGUAGES:
        page = published(built)[f"{lang}/papers/part-2/index.html"].decode()

        assert re.findall(r'id="p(\d+)"', page) == ["3", "4", "5"]


def test_every_link_is_relative_and_leads_to_a_file_of_the_site(built: Path) -> None:
    tree = published(built)
    for path, page in pages(tree).items():
        for address in map(html.unescape, _ADDRESS.findall(page)):
            parts = urlsplit(address)
            if parts.scheme in ("https", "mailto", "tel"):
                continue
            assert not parts.scheme, (path, address)
            assert not parts.netloc, (path, address)
            assert not parts.path.startswith("/"), (path, address)
            below = posixpath.join(posixpath.dirname(path), parts.path) if parts.path else path
            target = posixpath.normpath(below)
            if path == "404.html":
                # It is served for dead addresses at any depth.
                target = re.sub(r"^(?:\.\./)+", "", target)
            assert target in tree, (path, address)


def test_nothing_published_names_the_machine_it_was_built_on(built: Path) -> None:
    told = {str(PROJECT), str(built), str(Path.home()), "tmp/pytest"} - {"/", "/root"}

    for path, content in published(built).items():
        assert not [word for word in told if word.encode() in content], path


# The same bytes, wherever it is built.


@pytest.mark.parametrize(
    ("options", "env", "umask"),
    [
        (("--jobs", "1"), {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LANG": "es_ES.UTF-8"}, 0o077),
        (("--jobs", "3"), {"PYTHONHASHSEED": "2", "TZ": "America/Mexico_City", "LC_ALL": "C"}, 0o002),
    ],
)
def test_the_same_sources_give_the_same_bytes_times_and_modes(
    options: tuple[str, ...], env: dict[str, str], umask: int, tmp_path: Path, built: Path
) -> None:
    site = copy_site(SITES / "minimal", tmp_path / "another" / "folder")
    # The keyring is slow to make and no cache may change a byte: one of the two builds makes it anew.
    if umask == 0o002:
        shutil.copytree(built / ".communique", site / ".communique")

    ran = run("build", site, *options, env=env, before=lambda: void(os.umask(umask)))

    assert ran.status == 0, ran.said
    assert published(site) == published(built)
    assert (site / "output").readlink() == (built / "output").readlink()
    assert standing(site) == standing(built)


def void(_: object) -> None:
    """Calls something for what it does."""


def standing(site: Path) -> dict[str, tuple[int, float]]:
    """Mode and time of everything published."""
    tree = (site / "output").resolve()
    return {
        path.relative_to(tree).as_posix(): (path.stat().st_mode, path.stat().st_mtime)
        for path in [tree, *tree.rglob("*")]
    }


def test_building_again_keeps_what_is_published(site: Path) -> None:
    shown = (site / "output").resolve()
    files = {path: path.stat().st_ino for path in shown.rglob("*")}

    ran = run("build", site)

    assert ran.status == 0, ran.said
    assert "(unchanged)" in ran.said
    assert (site / "output").resolve() == shown
    assert {path: path.stat().st_ino for path in shown.rglob("*")} == files
    assert sorted(path.name for path in (site / ".releases").iterdir()) == [".lock", shown.name]


def test_the_date_of_the_build_is_an_input_and_never_the_clock(site: Path) -> None:
    before = published(site)

    ran = run("build", site, env={"SOURCE_DATE_EPOCH": "1227052800"})

    assert ran.status == 0, ran.said
    assert b'\\"date\\":\\"2008-11-03\\"' in before["release.js"]
    assert b'\\"date\\":\\"2008-11-19\\"' in published(site)["release.js"]
    assert {time.gmtime(mtime)[:3] for _, mtime in standing(site).values()} == {(2008, 11, 19)}


def test_a_date_that_is_no_number_is_refused(site: Path) -> None:
    ran = run("build", site, env={"SOURCE_DATE_EPOCH": "yesterday"})

    assert ran.status == 1
    assert ran.said == (
        "SOURCE_DATE_EPOCH: it is not a number of seconds [bad-date]\n"
        "    unset it, or give seconds since 1970\n"
        "\n1 problem; the last good output is still in place\n"
    )


# A change changes what it should.


def test_an_edit_of_open_text_changes_its_own_page_only_and_no_object(site: Path) -> None:
    before = published(site)
    edit(site / "content/papers/forms/en.md", "The end is open again.", "The end is open once more.")

    ran = run("build", site)

    assert ran.status == 0, ran.said
    after = published(site)
    assert changed(before, after) == {"en/papers/forms/index.html"}
    page = "en/papers/forms/index.html"
    assert objects_on(after[page].decode()) == objects_on(before[page].decode())


def test_an_edit_of_sealed_text_changes_its_own_object_only(site: Path) -> None:
    before = published(site)
    edit(site / "content/papers/forms/fr.md", "une réplique qxrookfr", "une réplique brève qxrookfr")

    ran = run("build", site)

    assert ran.status == 0, ran.said
    after = published(site)
    assert changed(before, after) == {"fr/papers/forms/index.html"}
    old, new = (objects_on(tree["fr/papers/forms/index.html"].decode()) for tree in (before, after))
    assert old.keys() == new.keys()
    assert {part for part in old if old[part] != new[part]} == {"s2"}


def test_a_deleted_document_leaves_nothing_behind(site: Path) -> None:
    before = published(site)
    shutil.rmtree(site / "content/notes/english-only")

    ran = run("build", site)

    assert ran.status == 0, ran.said
    after = published(site)
    gone = {path for path in before.keys() - after.keys() if not _SEARCH.fullmatch(path)}
    assert gone == {f"{lang}/notes/english-only/index.html" for lang in LANGUAGES}
    assert not [path for path, content in after.items() if b"english-only" in content]


def test_a_language_goes_when_it_goes_from_the_data(site: Path) -> None:
    for path in (site / "content").rglob("fr.md"):
        path.unlink()
    for name in ("site.yaml", "tiers.yaml", "states.yaml"):
        data = site / "content/data" / name
        text = re.sub(r', fr: "[^"]*"', "", data.read_text(encoding="utf-8"))
        data.write_text(text.replace("[en, es, fr]", "[en, es]"), encoding="utf-8")

    ran = run("build", site)

    assert ran.status == 0, ran.said
    tree = published(site)
    assert not [path for path in tree if path.startswith("fr/")]
    assert not [path for path, page in pages(tree).items() if 'lang="fr"' in page or "fr/" in page]


def test_a_release_with_keys_of_its_own_is_published_without_a_word_of_demonstration(site: Path) -> None:
    before = published(site)
    give_own_keys(site)

    ran = run("release", site)

    assert ran.status == 0, ran.said
    assert "DEMO" not in ran.said
    assert "passphrase" not in ran.said
    tree = published(site)
    assert b'\\"demo\\":false' in tree["release.js"]
    assert not [path for path, page in pages(tree).items() if "DEMO" in page]
    page = "en/papers/forms/index.html"
    old, new = (objects_on(one[page].decode()) for one in (before, tree))
    assert old.keys() == new.keys()
    assert not set(old.values()) & set(new.values())


# Whatever happens to a build, what was published stays whole.


@pytest.mark.parametrize("moment", [".building", ".building/theme", ".building/es/papers", ".building/sealed"])
def test_a_killed_build_leaves_the_published_site_and_the_next_one_works(moment: str, site: Path) -> None:
    before, shown = published(site), (site / "output").readlink()
    edit(site / "content/papers/part-1/en.md", "The first paragraph", "The opening paragraph")
    awaited = site / ".releases" / moment
    with subprocess.Popen(
        command("build", site),
        env=environment(site),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while not awaited.exists():
            assert process.poll() is None, "the build ended before it could be killed"
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL

    assert (site / "output").readlink() == shown
    assert published(site) == before

    ran = run("build", site)
    # What the killed build had started ends by itself; until then it keeps others away.
    for _ in range(100):
        if "build-running" not in ran.said:
            break
        time.sleep(0.3)
        ran = run("build", site)
    assert ran.status == 0, ran.said
    assert changed(before, published(site)) == {
        "en/papers/part-1/index.html",
        "en/papers/part-1/whole.html",
        "en/papers/part-1/psi-test-2.en.pdf",
    }
    assert sorted(path.name for path in (site / ".releases").iterdir() if path.name.startswith(".")) == [".lock"]


def full_disk() -> None:
    """From the 9th kilobyte on, every write to a file fails, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))


def without_privileges() -> None:
    """The superuser may write anywhere: give that up (CAP_DAC_OVERRIDE), where it is held."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)


def test_a_full_disk_is_a_letter_and_leaves_the_published_site(site: Path) -> None:
    stopped_by_the_system(site, full_disk, "File too large")


def test_a_folder_that_may_not_be_written_is_a_letter_and_leaves_the_published_site(site: Path) -> None:
    (site / ".releases").chmod(0o555)
    try:
        stopped_by_the_system(site, without_privileges, "Permission denied")
    finally:
        (site / ".releases").chmod(0o755)


def stopped_by_the_system(site: Path, before: Callable[[], None], why: str) -> None:
    old, shown = published(site), (site / "output").readlink()
    edit(site / "content/papers/part-1/en.md", "The first paragraph", "The opening paragraph")

    ran = run("build", site, before=before)

    assert ran.status == 1, ran.said
    assert re.search(rf"^\S+: the system refused: {why}\b.*\n    make room", ran.said, re.MULTILINE), ran.said
    assert ran.said.endswith("\n1 problem; the last good output is still in place\n")
    assert "Traceback" not in ran.said
    assert (site / "output").readlink() == shown
    assert published(site) == old


def test_an_output_that_somebody_else_made_is_not_overwritten(site: Path) -> None:
    (site / "output").unlink()
    (site / "output").mkdir()
    (site / "output" / "mine.txt").write_text("mine", encoding="utf-8")

    ran = run("build", site)

    assert ran.status == 1
    assert "output: here stands something that this build did not make, and it is not overwritten" in ran.said
    assert files_of(site / "output") == {"mine.txt": b"mine"}


# Pelican started by hand publishes nothing.


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project as a fresh clone has it."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("content", "theme", "translations", "keys", "plugins"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pelicanconf.py", "publishconf.py"):
        shutil.copy(PROJECT / name, folder)
    return folder


def pelican(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pelican", *words],
        cwd=cwd,
        env={**environment(cwd), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        (("content",), "invoke build"),
        (("-s", "pelicanconf.py"), "invoke build"),
        (("content", "-s", "publishconf.py"), "invoke release"),
        (("-s", "publishconf.py"), "invoke release"),
    ],
)
def test_pelican_by_hand_ends_with_an_error_names_the_verb_and_writes_nothing(
    words: tuple[str, ...], verb: str, project: Path
) -> None:
    before = files_of(project)

    ran = pelican(*words, cwd=project)

    assert ran.returncode != 0
    assert verb in ran.stdout + ran.stderr
    assert files_of(project) == before
    assert not (project / "output").exists()


def test_pelican_without_our_settings_ends_with_an_error_and_publishes_nothing_of_any_document(
    project: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    ran = pelican(str(project / "content"), "--output", str(empty / "output"), cwd=empty)

    assert ran.returncode != 0
    written = "\n".join(html.unescape(content.decode("utf-8", "replace")) for content in files_of(empty).values())
    texts = [path.read_text(encoding="utf-8") for path in (project / "content").glob("*/*/*.md")]
    assert len(texts) > 30
    for text in texts:
        for line in text.split("---\n", 2)[2].splitlines():
            words = line.lstrip("#-|: ").split()
            assert len(words) < 4 or " ".join(words[:4]) not in written
    assert not [path for path in files_of(empty) if path.endswith(".md")]
