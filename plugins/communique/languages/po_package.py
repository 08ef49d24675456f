"""A package as a PO file, for translators who work with a PO editor.

A text that has changed is marked fuzzy, with what the original said before; whoever takes the mark away says that the
translation is right again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polib

from communique.languages.handoff import Answer, Package, Reply, Unit, trace_of
from communique.problems import Place, Problem, Refused

#: Among the headers: which package this is.
_PACKAGE = "X-Communique-Package"
#: Before the trace of the translation that the package brought.
_BEGAN = "x-was: "
_FIX = "give the file as the PO editor saved it"


def as_po(
    package: Package, place: Callable[[Unit], str], audience: Callable[[Unit], str], how: Sequence[str] = ()
) -> str:
    """The package as a PO file. `place` says which text of its document a unit is, `audience` for whom it is; `how`
    tells at the head, in lines, what is to be done: it may be opened in a plain editor.
    """
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.header = "\n".join(how)
    catalogue.metadata = {
        "Project-Id-Version": package.site,
        "Language": package.language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        _PACKAGE: package.id,
    }
    for unit in package.units:
        catalogue.append(_entry(unit, place(unit), audience(unit)))
    return str(catalogue) + "\n"


def _entry(unit: Unit, place: str, audience: str) -> polib.POEntry:
    told = [f"{unit.heading} · {place} · {audience}"]
    told += [f"{note.term} = {note.equivalent}" for note in unit.terms]
    told += [f"← {one}" for one in unit.previous.split("\n") if one]
    told += [f"→ {one}" for one in unit.following.split("\n") if one]
    told.append(f"{_BEGAN}{trace_of(unit.target)}")
    return polib.POEntry(
        msgctxt=unit.id,
        msgid=unit.source,
        msgstr=unit.target,
        comment="\n".join(told),
        occurrences=[(f"{unit.document}/{unit.original}.md", str(unit.line))],
        flags=["fuzzy"] if unit.target and unit.state != "current" else [],
        previous_msgid=unit.old_source or None,
    )


def read_po(text: str, shown: str) -> Reply:
    """The answers in a PO file.

    Raises:
        Refused: it is no PO file, or none of ours.
    """
    try:
        catalogue = polib.pofile(text.removeprefix("\ufeff"))
    except (OSError, ValueError, IndexError, KeyError, UnicodeError):
        # What the parser says may quote a line of the text.
        what = "this is not a PO file that can be read"
        raise Refused([Problem(Place(shown), "not-a-package", what, _FIX)]) from None
    package, language = catalogue.metadata.get(_PACKAGE, ""), catalogue.metadata.get("Language", "")
    if not package or not language:
        what = "this PO file is no package for translators"
        fix = "give one that `invoke translate.export` wrote, with its first entry as it was"
        raise Refused([Problem(Place(shown), "not-a-package", what, fix)])
    answers = [
        Answer(
            entry.msgctxt or "",
            entry.msgstr,
            bool(entry.msgstr.strip()) and not entry.fuzzy,
            entry.linenum or 0,
            entry.msgid,
            began=next(
                (line.removeprefix(_BEGAN) for line in entry.comment.split("\n") if line.startswith(_BEGAN)), ""
            ),
        )
        for entry in catalogue
        if not entry.obsolete
    ]
    return Reply(package, language.replace("_", "-"), tuple(answers))
