"""In which language a verb speaks to whoever started it, and the console that speaks it.

Everything is worded in English where it arises; here, as it goes to the terminal, it is said in the editor's language.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from communique.languages.wording import DOMAIN, Wording, read
from communique.problems import Refused

#: Chosen for this program alone; else what the system says counts, as for every program that uses gettext.
LANGUAGE = "COMMUNIQUE_LANG"
ENGLISH = "en"
TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
_SYSTEM = ("LC_ALL", "LC_MESSAGES", "LANG")
# Translators: the answers that count as a yes, separated by commas, in small letters; those in English count anyway
_YES = "y, yes"


def wished(environ: Mapping[str, str]) -> list[str]:
    """The languages an environment asks for, the best first: “es-mx”, “es”."""
    named = environ.get(LANGUAGE, "")
    if not named:
        named = next((environ[name] for name in _SYSTEM if environ.get(name)), "")
        # As gettext has it: a list of languages counts, unless somebody asked for no language at all.
        if _code(named) not in ("", "c", "posix") and environ.get("LANGUAGE"):
            named = environ["LANGUAGE"]
    wishes: list[str] = []
    for one in named.split(":"):
        parts = _code(one).split("-")
        wishes += ["-".join(parts[:count]) for count in range(len(parts), 0, -1) if parts[0]]
    return wishes


def _code(name: str) -> str:
    return re.split(r"[.@]", name.strip())[0].replace("_", "-").lower()


def spoken(environ: Mapping[str, str], translations: Path = TRANSLATIONS) -> Wording:
    """The words for the first language asked for that has a catalogue; English where none has."""
    known = {path.parents[1].name.replace("_", "-").lower(): path for path in _catalogues(translations)}
    for lang in wished(environ):
        if lang == ENGLISH:
            break
        if lang in known:
            return _wording(known[lang])
    return Wording(ENGLISH, None)


def _catalogues(translations: Path) -> Iterable[Path]:
    return translations.glob(f"*/LC_MESSAGES/{DOMAIN}.po") if translations.is_dir() else ()


@functools.cache
def _wording(path: Path) -> Wording:
    lang = path.parents[1].name.replace("_", "-")
    try:
        return Wording(lang, read(path, lang))
    except (OSError, Refused):
        # Whoever repairs a catalogue needs words that do not come from it.
        return Wording(ENGLISH, None)


def yes_words(wording: Wording) -> tuple[str, ...]:
    """What a person may answer to agree, in their language and in English."""
    said = f"{_YES}, {wording.translated(_YES)}"
    return tuple(dict.fromkeys(word.strip() for word in said.split(",")))


class SpeakingConsole(Console):
    """A console that says what it is given in another language."""

    def __init__(self, wording: Wording, **options: Any) -> None:
        super().__init__(**options)
        self.wording = wording

    def print(self, *objects: Any, **options: Any) -> None:
        if not self.wording.is_english:
            marked = options.get("markup")
            objects = tuple(self._said(one, marked=marked is None or bool(marked)) for one in objects)
        super().print(*objects, **options)

    def _said(self, shown: Any, *, marked: bool) -> Any:
        if isinstance(shown, Table):
            return self._table(shown)
        if not isinstance(shown, str):
            return shown
        if not marked:
            return self.wording.translated(shown)
        text = Text.from_markup(shown)
        if not text.spans:
            return escape(self.wording.translated(text.plain))
        # What is marked is said by itself: its state, then what it is about.
        return re.sub(r"(?<!\\)\[/?[a-z ]+\]|(?:(?!(?<!\\)\[/?[a-z ]+\]).)+", self._piece, shown, flags=re.DOTALL)

    def _piece(self, found: re.Match[str]) -> str:
        piece = found.group(0)
        if re.fullmatch(r"\[/?[a-z ]+\]", piece):
            return piece
        return escape(self.wording.translated(Text.from_markup(piece).plain))

    def _table(self, table: Table) -> Table:
        said = Table(box=table.box, pad_edge=table.pad_edge, show_header=table.show_header, title=table.title)
        for column in table.columns:
            said.add_column(self._said(column.header, marked=True), justify=column.justify, no_wrap=column.no_wrap)
        for row in zip(*(column.cells for column in table.columns), strict=True):
            said.add_row(*(self._said(cell, marked=True) for cell in row))
        return said


def said_by(console: Console | None, text: str) -> str:
    """`text` as this console would say it, for what does not go through its `print`."""
    return console.wording.translated(text) if isinstance(console, SpeakingConsole) else text
