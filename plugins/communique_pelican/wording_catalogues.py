"""The catalogues of what editors are told: brought up to date with the sources, and looked through."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from communique.languages.wording import DOMAIN, catalogue_path, faults, read, renamed, template_catalogue
from communique.problems import Problem
from communique_pelican.wording_extraction import Extraction


def what_editors_are_told(project: Path) -> Catalog:
    """Every sentence that a verb can say, from the sources."""
    sources = [*sorted((project / "plugins").rglob("*.py")), project / "tasks.py"]
    return template_catalogue(Extraction(sources, project).templates())


def update_wording(project: Path, begun: str = "") -> list[tuple[Path, int]]:
    """Bring every language's catalogue up to date, and begin one for `begun`. Gives each with the number of its
    sentences that wait for a translator.
    """
    wanted = what_editors_are_told(project)
    folder = project / "translations"
    languages = {path.parents[1].name.replace("_", "-") for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    return [
        (_updated(folder, lang, wanted), len(faults(folder, lang, wanted)))
        for lang in sorted(languages | {begun} - {""})
    ]


def check_wording(project: Path, lang: str) -> list[Problem]:
    return faults(project / "translations", lang, what_editors_are_told(project))


def _updated(folder: Path, lang: str, wanted: Catalog) -> Path:
    path, locale = catalogue_path(folder, lang), lang.replace("-", "_")
    if path.is_file():
        catalogue = read(path, lang)
        renamed(catalogue, wanted)
        # The file keeps its dates, so that two runs over the same sources write the same file. A likeness is no
        # translation: of two sentences that differ by one word, one forbids what the other asks for.
        catalogue.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = Catalog(locale=locale, domain=DOMAIN, project="Communiqué", version="1", fuzzy=False)
        catalogue.update(wanted)
    catalogue.obsolete.clear()
    with path.open("wb") as stream:
        write_po(stream, catalogue, width=100, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return path
