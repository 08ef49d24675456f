"""A member's letter as PDF: tagged, for screen readers too, and the same bytes from the same letter.

The typesetter is handed the letter in memory and gives the sheets back in memory: the words pass through no file,
and through no argument of a program.
"""

from __future__ import annotations

import datetime
import json
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from babel import Locale

from communique.policy import Policy
from communique.problems import Place, Problem, Refused
from communique.site import Site
from communique_pelican.letters import Block, Letter, Login, Names, Steps, Words, compose

SHEET = Path(__file__).with_name("letter.typ")
#: For the eyes of one person alone.
MARKING = "TLP:RED"
#: On the first sheet: what is typed, and what it opens. What one reads and puts away follows on the second.
_PARTS_IN_FRONT = 3


def typeset_letter(letter: Letter, site: Site, policy: Policy, messages: NullTranslations) -> bytes:
    """The letter as PDF/UA-1 on A4, with fonts that the typesetter brings along.

    Raises:
        Refused: the typesetter is not installed, or has no letters for this language.
    """
    try:
        import typst
    except ImportError:
        what = "the typesetter for letters is not installed"
        fix = "run `.venv/bin/pip install --quiet --require-hashes -r requirements.txt`, or leave out --pdf"
        raise Refused([Problem(Place("requirements.txt"), "missing-packages", what, fix)]) from None
    wording = compose(letter, site, policy, messages)
    told = {
        "lang": wording.lang,
        "rtl": _runs_from_the_right(wording.lang),
        "portal": wording.portal,
        "date": wording.date,
        "title": wording.title,
        "opening": wording.opening,
        "login": letter.member.login,
        "marking": MARKING,
        "first": _PARTS_IN_FRONT,
        "parts": [
            {"heading": part.heading, "blocks": [_told(block) for block in part.blocks]} for part in wording.parts
        ],
    }
    try:
        sheets = typst.compile(
            SHEET.read_bytes(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards="ua-1",
            timestamp=datetime.datetime.combine(letter.on, datetime.time(), tzinfo=datetime.UTC),
            sys_inputs={"letter": json.dumps(told)},
        )
    except typst.TypstError:
        # What the typesetter says may quote the letter, and so its words.
        what = f'the letter for {letter.member.login} cannot be typeset in "{wording.lang}"'
        fix = "leave out --pdf: the same letter comes as plain text"
        raise Refused([Problem(Place("--pdf"), "letter-not-typeset", what, fix)]) from None
    return bytes(sheets)


def _runs_from_the_right(lang: str) -> bool:
    return Locale.parse(lang).text_direction == "rtl"


def _told(block: Block) -> dict[str, Any]:
    match block:
        case Login(name):
            return {"kind": "login", "name": name}
        case Words(words, lang):
            return {"kind": "words", "words": words, "lang": lang}
        case Steps(steps):
            return {"kind": "steps", "steps": steps}
        case Names(names):
            return {"kind": "names", "names": names}
    return {"kind": "text", "text": block}
