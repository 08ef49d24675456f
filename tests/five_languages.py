"""The minimal site with two more languages, one of them written from right to left, added by data alone; and with the
pseudo-locale as a third. Built once for all tests, with the project's own code and theme.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from communique.languages.messages import DOMAIN, catalogue_path
from communique_pelican.message_extraction import extract_messages
from tests.languages.pseudo_locale import pseudo, pseudo_catalogue
from tests.site_building import PROJECT, SITES, environment

FOLDER = SITES / "five-languages"
#: Esperanto lends its code: CLDR knows it, and no document is written in it.
PSEUDO = "eo"
ADDED = ("ar", "de")
LANGUAGES = ("en", "es", "fr", *ADDED, PSEUDO)
#: The minimal site's documents that are taken along: each a case of its own for what stands in for a translation.
_TAKEN = ("notes/plain", "notes/english-only", "papers/forms", "papers/begun-in-spanish")
#: What is taken as it is; what tells where the project lies is copied.
_LINKED = ("plugins", "theme", "LICENSE", "pyproject.toml")
_COPIED = ("tasks.py", "pelicanconf.py", "publishconf.py")
#: Each member's slot in the keyring takes its time; this one reads as much as these tests need.
MEMBER = "nz-01"
_ENGLISH = re.compile(r'(\{[^{}]*)\ben: "([^"]*)"')


def wanted_messages() -> Catalog:
    return extract_messages(PROJECT / "theme", PROJECT / "plugins")


def site_of(folder: Path) -> Path:
    """The content: some of the minimal site's, what this one has besides, and labels in the pseudo-locale."""
    for name in ("use-invoke-build.md", *_TAKEN):
        source, target = SITES / "minimal" / "content" / name, folder / "content" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    shutil.copytree(FOLDER / "content", folder / "content", dirs_exist_ok=True)
    for file in (folder / "content" / "data").glob("*.yaml"):
        text = file.read_text(encoding="utf-8").replace("ar, de]\nfallback", f"ar, de, {PSEUDO}]\nfallback")
        labelled = _ENGLISH.sub(lambda found: f'{found[0]}, {PSEUDO}: "{pseudo(found[2])}"', text)
        file.write_text(labelled, encoding="utf-8")
    return folder


def project_of(folder: Path) -> Path:
    """The project with more catalogues: those that a new language brings. What they do not have yet stands there in the
    pseudo-locale, so that a new sentence of the theme need not be translated for a test.
    """
    folder.mkdir()
    for name in _LINKED:
        (folder / name).symlink_to(PROJECT / name)
    for name in _COPIED:
        shutil.copy(PROJECT / name, folder / name)
    shutil.copytree(PROJECT / "keys/demo", folder / "keys/demo")
    register = folder / "keys/demo/register.yaml"
    listed = register.read_text(encoding="utf-8").splitlines(keepends=True)
    others = [line for line in listed if re.match(r"  [a-z]{2}-\d\d:", line) and MEMBER not in line]
    register.write_text("".join(line for line in listed if line not in others), encoding="utf-8")
    shutil.copytree(PROJECT / "translations", folder / "translations")
    wanted = wanted_messages()
    for lang in (*ADDED, PSEUDO):
        catalogue = pseudo_catalogue(wanted, lang)
        if lang in ADDED:
            shown = read_catalogue(lang)
            for message in catalogue:
                translated = shown.get(_key(message.id), message.context)
                if message.id and translated is not None:
                    message.string = translated.string
        path = catalogue_path(folder / "translations", lang)
        path.parent.mkdir(parents=True)
        with path.open("wb") as stream:
            write_po(stream, catalogue)
    return folder


def read_catalogue(lang: str) -> Catalog:
    """A language's catalogue as its translator has left it."""
    with catalogue_path(FOLDER / "translations", lang).open("rb") as stream:
        return read_po(stream, locale=lang, domain=DOMAIN)


def _key(ident: str | tuple[str, ...] | list[str]) -> str:
    return ident if isinstance(ident, str) else ident[0]


def built(factory: pytest.TempPathFactory) -> Path:
    """The finished site, whichever test process comes first. Copy it; never change it."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "five-languages"
    with _alone(shared.with_suffix(".lock")):
        if not shared.is_dir():
            making = shared.with_name("five-languages-making")
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            site, project = site_of(making / "site"), project_of(making / "project")
            command = [sys.executable, "-m", "invoke", "--search-root", str(project), "build", "--site", str(site)]
            ran = subprocess.run(
                command,
                cwd=making,
                env=environment(site),
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
            )
            assert ran.returncode == 0, ran.stdout + ran.stderr
            (site / "said.txt").write_text(ran.stdout, encoding="utf-8")
            making.rename(shared)
    return shared / "site"


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
