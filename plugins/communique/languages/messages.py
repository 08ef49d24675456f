"""The interface's own sentences in each language, from `translations/<lang>/LC_MESSAGES/communique.po`.

Catalogues are compiled in memory, so the text that a translator edits is the text that is published.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path
from typing import NoReturn

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations

from communique.problems import Place, Problem, Refused

DOMAIN = "communique"

_NAMED = re.compile(r"(?<!%)(?:%%)*%(\([a-z_]+\)[a-z])", re.IGNORECASE)
_NAMED_OR_DOUBLE = re.compile(r"%%|%\([a-z_]+\)[a-z]", re.IGNORECASE)
_BRACED = re.compile(r"\{[a-z_]+\}", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>|&[a-z0-9#]+;", re.IGNORECASE)
_LINE = re.compile(
    r"""\s*(?:\#.*|(?:\#~\s*)?(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)?\s*"(?:[^"\\]|\\.)*")?\s*"""
)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
#: Counts among which every form is found that a language has for everyday numbers.
_EVERYDAY = range(201)
_PLURAL_RULE = re.compile(r"\s*nplurals\s*=\s*\d+\s*;\s*plural\s*=\s*[n0-9()?:&|=!<>%\s]+;?\s*")


def catalogue_path(folder: Path, lang: str) -> Path:
    return folder / lang.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


def load_messages(folder: Path, lang: str, source_lang: str) -> NullTranslations:
    """What answers gettext, ngettext and pgettext in `lang`.

    The source language needs no catalogue: there the messages in the templates are the text itself.
    """
    if lang == source_lang and not catalogue_path(folder, lang).is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, _read(folder, lang))
    compiled.seek(0)
    found = Translations(compiled, domain=DOMAIN)
    found.add_fallback(_NothingUntranslated(_shown_path(folder, lang)))
    return found


def by_count(messages: NullTranslations, lang: str, one: str, other: str) -> dict[str, str]:
    """A counted sentence in each form of `lang`, under CLDR's names: what scripts choose from by `Intl.PluralRules`."""
    category = Locale.parse(lang.replace("-", "_")).plural_form
    samples: dict[str, int] = {}
    for count in _EVERYDAY:
        samples.setdefault(category(count), count)
    # Every number that none of these is told of as one that has no form of its own.
    samples.setdefault("other", _EVERYDAY[-1])
    return {name: messages.ngettext(one, other, count) % {"num": count} for name, count in samples.items()}


class _NothingUntranslated(NullTranslations):
    """What a catalogue does not have is refused when it is asked for: readers would get it in another language.

    `check_messages` finds all that extraction sees; this finds what extraction was not told of.
    """

    def __init__(self, file: str) -> None:
        super().__init__()
        self._file = file

    def _refuse(self, message: str) -> NoReturn:
        what = f'there is no translation of "{message}", and nothing told the extraction of it'
        fix = "write it as _(“…”) or N_(“…”) in a template or a source, outside f-strings; then run"
        fix += " `invoke translate.update` and translate the new entry"
        raise Refused([Problem(Place(self._file), "missing-message", what, fix)])

    def gettext(self, message: str) -> str:
        self._refuse(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002  as gettext calls it
        self._refuse(msgid1)

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002
        self._refuse(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002
        self._refuse(msgid1)


def check_messages(folder: Path, lang: str, template_messages: Catalog) -> list[Problem]:
    """Everything that would show a reader of `lang` a sentence that is missing, outdated or broken."""
    try:
        catalogue = _read(folder, lang)
    except Refused as refused:
        return list(refused.problems)
    file = _shown_path(folder, lang)
    problems: list[Problem] = []
    for wanted in template_messages:
        if not wanted.id:
            continue
        found = catalogue.get(_key(wanted), wanted.context)
        if found is None:
            where = ", ".join(f"{name}:{line}" for name, line in wanted.locations) or "the templates"
            problems.append(
                Problem(
                    Place(file),
                    "missing-message",
                    f'there is no translation of "{_key(wanted)}", used in {where}',
                    "run `invoke translate.update`, then translate the new entry",
                )
            )
        else:
            problems.extend(_faults(found, wanted, Place(file, found.lineno or 0), catalogue.num_plurals))
    return sorted(problems)


def _faults(found: Message, wanted: Message, place: Place, plurals: int) -> Iterator[Problem]:
    name = _key(wanted)
    if found.fuzzy:
        yield Problem(
            place,
            "fuzzy-message",
            f'the translation of "{name}" is marked fuzzy: it was guessed, or its source has changed',
            'correct it, then remove the word "fuzzy" above it',
        )
        return
    if wanted.pluralizable != found.pluralizable:
        yield Problem(
            place,
            "plural-differs",
            f'"{name}" counts something in only one of template and catalogue',
            "run `invoke translate.update`, then translate each plural form",
        )
        return
    if _texts(wanted.id) != _texts(found.id):
        yield Problem(
            place,
            "plural-differs",
            f'"{name}" has another plural in the catalogue than in the template: "{_texts(wanted.id)[-1]}" there',
            "run `invoke translate.update`, then translate each plural form anew",
        )
        return
    forms = _texts(found.string)
    if not all(forms) or (found.pluralizable and len(forms) != plurals):
        yield Problem(
            place,
            "untranslated-message",
            f'"{name}" is not translated' + (f" in each of its {plurals} plural forms" if found.pluralizable else ""),
            "translate it, or leave the language out of the site's data until it is complete",
        )
        return
    known = {placeholder for text in _texts(wanted.id) for placeholder in _placeholders(text)}
    # The form for one may say "the latest issue" without its number; the last form serves all other numbers.
    needed = set(_placeholders(_texts(wanted.id)[-1]))
    tags = sorted(_TAG.findall(_texts(wanted.id)[-1]))
    for form in forms:
        used = set(_placeholders(form))
        for placeholder in sorted(used - known):
            yield Problem(
                place,
                "unknown-placeholder",
                f'the translation of "{name}" has {placeholder}, which the message does not give',
                f"known here: {', '.join(sorted(known)) or 'none'}",
            )
        if form == forms[-1]:
            for placeholder in sorted(needed - used):
                yield Problem(
                    place,
                    "missing-placeholder",
                    f'the translation of "{name}" lacks {placeholder}',
                    "put it where the value belongs in the sentence",
                )
        if _stray_percents(form) > _stray_percents(name):
            yield Problem(
                place,
                "stray-percent",
                f'the translation of "{name}" has a percent sign that begins no placeholder',
                "write it twice (%%), or correct the placeholder's name",
            )
        if sorted(_TAG.findall(form)) != tags:
            yield Problem(
                place,
                "markup-differs",
                f'the translation of "{name}" has other tags or entities than the message',
                "use those of the message, no more and no fewer",
            )


def _read(folder: Path, lang: str) -> Catalog:
    path = catalogue_path(folder, lang)
    file = _shown_path(folder, lang)
    if not path.is_file():
        raise Refused(
            [
                Problem(
                    Place(file),
                    "missing-catalogue",
                    f"the site's data names the language {lang}, but it has no catalogue of messages",
                    f"run `invoke translate.update --language {lang}`, then translate it",
                )
            ]
        )
    return read_catalogue(path, file, lang)


def read_catalogue(path: Path, file: str, lang: str) -> Catalog:
    """A catalogue, of readers' or of editors' words. `file` is what problems call it.

    Raises:
        Refused: it is damaged.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _broken(file, 0, "it is not written in UTF-8") from error
    # Babel silently mends what it can, an open quotation mark by dropping the last letter.
    for number, line in enumerate(text.splitlines(), start=1):
        if not _LINE.fullmatch(line):
            raise _broken(file, number, "this line is neither a comment nor a quoted text with its keyword")
    try:
        catalogue = read_po(io.StringIO(text), locale=lang.replace("-", "_"), domain=DOMAIN, abort_invalid=True)
    except PoFileError as error:
        raise _broken(file, int(error.lineno) + 1, "its keywords stand in the wrong order") from error
    except ValueError as error:
        raise _broken(file, 0, "its header cannot be read") from error
    if not _PLURAL_RULE.fullmatch(catalogue.plural_forms):
        raise _broken(file, 0, "its header has no usable rule for plurals")
    # Babel keeps one of two entries, and drops the other without a word.
    for number, first in _twice(text):
        raise _broken(file, number, f"the entry that begins here stands on line {first} already")
    return catalogue


def _twice(text: str) -> Iterator[tuple[int, int]]:
    """The lines of entries that are there twice, each with the line of the first."""
    seen: dict[tuple[str, str], int] = {}
    entry = {"msgctxt": "", "msgid": ""}
    keyword, begun = "", 0
    for number, line in enumerate([*text.splitlines(), "msgstr"], start=1):
        word = line.split(" ", 1)[0].split('"', 1)[0].rstrip()
        if word in ("msgctxt", "msgid"):
            if keyword.startswith("msgstr") or not keyword:
                entry, begun = {"msgctxt": "", "msgid": ""}, number
            keyword = word
        elif word.startswith("msg"):
            if word.startswith("msgstr") and not keyword.startswith("msgstr"):
                key = entry["msgctxt"], entry["msgid"]
                if key in seen:
                    yield begun, seen[key]
                seen.setdefault(key, begun)
            keyword = word
        quoted = _QUOTED.search(line)
        if quoted and keyword in entry and not line.startswith("#"):
            entry[keyword] += quoted[1]


def _stray_percents(text: str) -> int:
    return _NAMED_OR_DOUBLE.sub("", text).count("%")


def _broken(file: str, line: int, what: str) -> Refused:
    problem = Problem(
        Place(file, line),
        "broken-catalogue",
        f"this catalogue cannot be read: {what}",
        "open it in a PO editor, or compare it with its last good version",
    )
    return Refused([problem])


def _shown_path(folder: Path, lang: str) -> str:
    return catalogue_path(Path(folder.name), lang).as_posix()


def _key(message: Message) -> str:
    return _texts(message.id)[0]


def _texts(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def _placeholders(text: str) -> list[str]:
    return [f"%{name}" for name in _NAMED.findall(text)] + _BRACED.findall(text)
