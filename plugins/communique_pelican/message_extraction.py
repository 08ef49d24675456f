"""Which sentences templates and adapters ask gettext for. Babel reads them; the core only sees the catalogue."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po
from jinja2 import TemplateSyntaxError

from communique.languages.messages import DOMAIN, catalogue_path, check_messages
from communique.languages.typography import locale_of
from communique.problems import Place, Problem, Refused

_PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
_COMMENTS_FOR_TRANSLATORS = ("translators:",)
_BEGUN = """\
# Messages of Communiqué in %(lang)s: what the interface says around the texts.
# Placeholders such as %%(audience)s and {n} stay as they are."""
#: gettext's own functions, and the one that gives scripts a sentence in every plural form.
_KEYWORDS = {**DEFAULT_KEYWORDS, "by_count": (1, 2)}


def extract_messages(theme_dir: Path, plugins: Path | None = None) -> Catalog:
    """Every message in the theme's templates, and in the sources below `plugins`, with the places that use it."""
    mappings = tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(str(mapping["pattern"]), str(mapping["method"])) for mapping in mappings]
    options: dict[str, dict[str, Any]] = {
        str(mapping["pattern"]): {key: value for key, value in mapping.items() if key not in ("pattern", "method")}
        for mapping in mappings
    }
    catalogue = Catalog(domain=DOMAIN, project="Communiqué", fuzzy=False)
    try:
        for folder in (theme_dir, plugins) if plugins else (theme_dir,):
            found = extract_from_dir(
                folder,
                method_map=methods,
                options_map=options,
                keywords=_KEYWORDS,
                comment_tags=_COMMENTS_FOR_TRANSLATORS,
                strip_comment_tags=True,
            )
            for name, line, message, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
                place = (f"{folder.name}/{Path(name).as_posix()}", line)
                catalogue.add(message, None, [place], auto_comments=comments, context=context)
    except TemplateSyntaxError as error:
        # Babel gives the extractor a stream, so the error knows its line but not its file.
        file = error.filename or f"{theme_dir.name}/templates"
        problem = Problem(
            Place(file, error.lineno),
            "broken-template",
            f"this template cannot be read: {error.message}",
            "correct it as the line says",
        )
        raise Refused([problem]) from error
    return catalogue


def update_catalogues(project: Path, begun: str = "") -> list[tuple[Path, int]]:
    """Bring every language's catalogue up to date with all templates and sources, and begin one for `begun`. Gives each
    with the number of its messages that wait for a translator.

    Raises:
        Refused: a template cannot be read, or there is no language `begun`.
    """
    template = extract_messages(project / "theme", project / "plugins")
    folder = project / "translations"
    languages = {path.parents[1].name.replace("_", "-") for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    if begun:
        locale_of(begun)
    return [
        (update_catalogue(folder, lang, template), len(check_messages(folder, lang, template)))
        for lang in sorted(languages | {begun} - {""})
    ]


def update_catalogue(folder: Path, lang: str, messages: Catalog) -> Path:
    """Bring a language's catalogue up to date with the templates; what has no likeness starts out empty."""
    path = catalogue_path(folder, lang)
    locale = lang.replace("-", "_")
    if path.is_file():
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=locale, domain=DOMAIN)
        # The file keeps its dates, so that two runs over the same templates write the same file.
        catalogue.update(messages, update_creation_date=False)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = Catalog(locale, DOMAIN, _BEGUN % {"lang": lang}, project="Communiqué", fuzzy=False)
        catalogue.update(messages)
    with path.open("wb") as stream:
        write_po(stream, catalogue, width=100, sort_by_file=True, include_lineno=False)
    return path
