"""Editions as PDF: tagged for screen readers (PDF/UA-1), marked on every page, and the same bytes from the same text.

As with letters, the typesetter is handed the text in memory and gives the sheets back in memory: what is sealed passes
through no file.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Collection, Mapping
from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from communique.documents.issues import KIND as ISSUE
from communique.editions.edition import Edition
from communique.editions.sheets import SheetWords, sheets
from communique.problems import Place, Problem, Refused

if TYPE_CHECKING:
    import typst

SHEET = Path(__file__).with_name("edition.typ")
#: Fonts of the project's own, for scripts that none of the others has.
OWN_FONTS = Path(__file__).parents[2] / "theme" / "fonts"
#: For Arabic script; a package holds it.
_AMIRI = "fontpkg_amiri"
#: Those that the typesetter brings along, around the others: what one lacks the next is asked for.
_FIRST, _LAST = ("Libertinus Serif", "Amiri"), ("New Computer Modern", "DejaVu Sans Mono")
_LACKING = re.compile(r"the text `\"(.*?)\"` could not be displayed")
#: As many as a line holds.
_NAMED = 8


def typeset(edition: Edition, words: SheetWords, images: Mapping[str, bytes] | None = None, written: str = "") -> bytes:
    """The edition as PDF on A4. `images`: the bytes of those figures that it may hold, by the file's name; `written`:
    its source, in which whoever must mend something finds it.

    Raises:
        Refused: the typesetter is not installed, or no font has all the characters.
    """
    try:
        import typst

        compiler, fonts = _compiler()
    except ImportError:
        what = "the typesetter for PDF editions is not installed"
        fix = "run `.venv/bin/pip install --quiet --require-hashes -r requirements.txt`"
        raise Refused([Problem(Place("requirements.txt"), "missing-packages", what, fix)]) from None
    shown = images or {}
    try:
        made = compiler.compile(
            SHEET.read_bytes(),
            format="pdf",
            pdf_standards="ua-1",
            timestamp=datetime.datetime.fromisoformat(f"{edition.date}T00:00:00+00:00"),
            sys_inputs={
                "edition": json.dumps(sheets(edition, words, shown), ensure_ascii=False),
                "images": json.dumps({name: list(data) for name, data in shown.items()}),
                "fonts": json.dumps(fonts),
            },
        )
    except typst.TypstError as error:
        # What the typesetter says may quote the text: only which characters it lacks is passed on.
        raise Refused([_not_typeset(edition, set("".join(_LACKING.findall(error.diagnostic))), written)]) from None
    if not isinstance(made, bytes):
        raise TypeError("the typesetter gave no file")
    return made


def _not_typeset(edition: Edition, lacking: Collection[str], written: str) -> Problem:
    lines = enumerate(written.split("\n"), 1)
    line = next((number for number, words in lines if any(sign in words for sign in lacking)), 0)
    place = Place(f"content/{edition.document}/{edition.lang}.md", line)
    signs = ", ".join(f"U+{ord(sign):04X}" for sign in sorted(lacking)[:_NAMED])
    if not signs:
        what = "the PDF edition of this text cannot be typeset"
        return Problem(place, "edition-not-typeset", what, "write it more plainly, or as paragraphs, lists and tables")
    what = f"no font of the PDF edition has these characters: {signs}"
    fix = "lay a font that has them into theme/fonts (.ttf or .otf), or use other characters"
    if edition.kind == ISSUE:
        fix += "; mail and text need none: invoke newsletter --form text --form mail"
    return Problem(place, "edition-not-typeset", what, fix)


@cache
def _compiler() -> tuple[typst.Compiler, tuple[str, ...]]:
    """One for the whole process, which keeps what it has found out about fonts, and their families in order."""
    import typst

    found = [Path(str(files(_AMIRI).joinpath("files"))), *([OWN_FONTS] if OWN_FONTS.is_dir() else [])]
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(folder) for folder in found])
    # Mathematical fonts look like others to whoever only asks for a character.
    own = (name for name in fonts.families() if name not in (*_FIRST, *_LAST) and not name.endswith(" Math"))
    return typst.Compiler(font_paths=fonts), (*_FIRST, *sorted(set(own)), *_LAST)


def sheet_words(messages: NullTranslations) -> SheetWords:
    """What the sheets say of themselves."""
    _ = messages.gettext
    return SheetWords(
        # Translators: heading of a table of contents
        contents=_("Contents"),
        symbol=messages.pgettext("document", "Symbol"),
        date=_("Date"),
        audience=_("Audience"),
        # Translators: before the address of the page on which a printed paper stands
        address=_("On the portal"),
        sealed_section=_("Sealed section"),
        sealed_row=_("Sealed table row"),
        only=_("%(audience)s only"),
        numbers_only=_("%(numbers)s: %(audience)s only"),
        # Translators: in place of a sealed item of a newsletter; %(number)s is the item's number
        item=_("Item %(number)s, sealed"),
        sealed_for=_("Sealed, for: %(audience)s"),
        # Translators: says in a plain text what an image shows
        image=_("Image: %(words)s"),
        abbreviations=_("Abbreviations"),
    )
