"""What editors are told, in their own language: a sentence is recognised by its template and written anew.

Where a problem is found nobody thinks of languages: it is worded in English, names and numbers filled in. Here, as it
is about to be shown, it is laid against the templates of a catalogue (`editors.po`), whose slots take in what was
filled in; the translation is filled with the same. What no template fits stays as it is: better English than nothing.
"""

from __future__ import annotations

import functools
import io
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.support import Translations

from communique.languages.messages import read_catalogue
from communique.languages.typography import join_list
from communique.problems import Place, Problem, Refused

DOMAIN = "editors"
#: What a slot takes in: something that is the same in every language, a sentence or a word with a template of its own,
#: or a list such as “oeg and partner”.
Kind = Literal["name", "words", "list"]
#: Words of the core that letters put into sentences, where the rest of its single words are codes and keys.
VOCABULARY = frozenset(
    (
        *("heading", "paragraph", "figure", "list", "table", "quote", "code", "data", "rule", "footnote", "definition"),
        *("text", "nothing", "everything", "nobody", "unsafe", "good", "widened", "narrowed", "new", "gone"),
        *("original", "current", "stale", "missing", "unchanged", "moved", "changed", "split", "merged", "deleted"),
        *("cosmetic", "building", "any", "present", "look at", "number", "date", "link", "reference", "time"),
        *("keys", "audit"),
    )
)

_SLOT = re.compile(r"\{\{|\}\}|\{([a-z_][a-z0-9_]*)\}")
_COMMENT = re.compile(r"\{([a-z_][a-z0-9_]*)\}: (words|a list)\b")
_PROBLEM = re.compile(r"(.*) \[([a-z0-9-]+)\]")
#: A line of a document, shown with its place before it.
_EXCERPT = re.compile(r"\S+:\d+ {2}")
#: “2 stale”, “number “Four””.
_COUNTED = re.compile(r"(\d+) ([a-z]+)")
_NAMED = re.compile(r"([a-z]+) (“[^”]*”)")
#: “stale (¶ 2 and 7)”.
_NUMBERED = re.compile(r"([a-z][a-z ,]+) \(¶ ([^()]+)\)")
#: How `invoke doctor` begins its lines, and how wide.
STATES = ("unsafe", "missing", "look at", "good")
_STATE_WIDTH = 8
_FEW_LETTERS, _FEWEST = 12, 4
_DEEPEST = 5
_MOST_PIECES = 8
#: Slots in which a single word is a name or a key of the data.
_OF_KEYS = ("name", "key", "word", "field", "login", "id", "ident")


@dataclass(frozen=True)
class Template:
    """A sentence with slots, as the sources have it. `says` tells which expression each slot stands for."""

    text: str
    slots: tuple[tuple[str, Kind], ...] = ()
    places: tuple[tuple[str, int], ...] = ()
    says: tuple[tuple[str, str], ...] = ()
    #: The same of many; then `counted` is the slot of the number.
    plural: Template | None = None
    counted: str = ""
    #: What the sources tell translators about it.
    comment: str = ""


def catalogue_path(folder: Path, lang: str) -> Path:
    return folder / lang.replace("-", "_") / "LC_MESSAGES" / f"{DOMAIN}.po"


def template_catalogue(templates: Sequence[Template]) -> Catalog:
    """What is to be translated, as gettext has it, with a comment for each slot that takes in words."""
    catalogue = Catalog(domain=DOMAIN, project="Communiqué", fuzzy=False)
    for one in templates:
        kinds = dict([*(one.plural.slots if one.plural else ()), *one.slots])
        comments = [one.comment] if one.comment else []
        comments += [
            f"{{{name}}}: words, translated by an entry of their own" for name in kinds if kinds[name] == "words"
        ]
        comments += [f"{{{name}}}: a list, such as “A, B and C”" for name in kinds if kinds[name] == "list"]
        ident = (one.text, one.plural.text) if one.plural else one.text
        catalogue.add(ident, None, one.places, flags=["python-brace-format"], auto_comments=comments)
    return catalogue


def renamed(catalogue: Catalog, wanted: Catalog) -> None:
    """Take along translations whose slots merely have other names now: those of variables, which change often."""
    by_shape = {_shape(message): message for message in wanted if message.id}
    known = {_key(message) for message in wanted if message.id}
    for message in list(catalogue):
        now = by_shape.get(_shape(message)) if message.id and _key(message) not in known else None
        if now is None or _key(now) in {_key(one) for one in catalogue if one.id}:
            continue
        names = dict(zip(_slots(_all_text(message.id)), _slots(_all_text(now.id)), strict=False))
        new = [_with_slots(text, names) for text in _texts(message.string)]
        catalogue.delete(_key(message))
        catalogue.add(
            now.id, new if now.pluralizable else new[0], flags=message.flags, user_comments=message.user_comments
        )


def _with_slots(text: str, names: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda found: f"{{{names.get(found[1], found[1])}}}" if found[1] else found[0], text)


def faults(folder: Path, lang: str, wanted: Catalog) -> list[Problem]:
    """What is missing or broken in a language's catalogue for editors, in its order."""
    path = catalogue_path(folder, lang)
    file = catalogue_path(Path(folder.name), lang).as_posix()
    try:
        catalogue = read(path, lang)
    except Refused as refused:
        return list(refused.problems)
    except OSError:
        what = f"the words of the command line have no catalogue for {lang}"
        return [Problem(Place(file), "missing-catalogue", what, f"run `invoke translate.update --language {lang}`")]
    problems: list[Problem] = []
    for message in wanted:
        if not message.id:
            continue
        found = catalogue.get(_key(message))
        if found is None:
            what = f'there is no translation of "{_key(message)}"'
            problems.append(Problem(Place(file), "missing-message", what, "run `invoke translate.update`"))
        else:
            place = Place(file, found.lineno or 0)
            problems += [
                Problem(place, code, what, "correct it, in every plural form")
                for code, what in _faults(found, message, catalogue.num_plurals)
            ]
    return sorted(problems)


def _faults(found: Message, wanted: Message, plurals: int) -> Iterator[tuple[str, str]]:
    name, forms = _key(wanted), _texts(found.string)
    if found.fuzzy:
        yield "fuzzy-message", f'the translation of "{name}" is marked fuzzy: it was guessed, or its source has changed'
        return
    if not all(forms) or len(forms) != (plurals if wanted.pluralizable else 1):
        yield "untranslated-message", f'"{name}" is not translated'
        return
    known, needed = set(_slots(_all_text(wanted.id))), set(_slots(_texts(wanted.id)[-1]))
    for form in forms:
        for slot in sorted(set(_slots(form)) - known):
            yield "unknown-placeholder", f'the translation of "{name}" has {{{slot}}}, which the message does not give'
        if re.search(r"[{}]", _SLOT.sub("", form)):
            yield "unknown-placeholder", f'the translation of "{name}" has a brace by itself: write {{{{ or }}}}'
    for slot in sorted(needed - set(_slots(forms[-1]))):
        yield "missing-placeholder", f'the translation of "{name}" lacks {{{slot}}}'


def read(path: Path, lang: str) -> Catalog:
    """A catalogue for editors.

    Raises:
        OSError: it is not there.
        Refused: it is damaged.
    """
    return read_catalogue(path, catalogue_path(Path(path.parents[2].name), lang).as_posix(), lang)


@dataclass(frozen=True)
class Said:
    """A text in an editor's language. `literal` counts the letters that templates account for."""

    text: str
    literal: int = 0
    #: Whether every template in it has a translation.
    whole: bool = True


@dataclass(frozen=True)
class _Form:
    """One form of a message: what it looks like in English, and how to say it."""

    pattern: re.Pattern[str] = field(repr=False)
    longest: str
    literal: int
    slots: tuple[str, ...]
    #: Slots with nothing but a blank between them and the next.
    glued: tuple[int, ...]
    message: Message = field(repr=False)
    kinds: Mapping[str, str] = field(repr=False)
    counted: str = ""


class Wording:
    """The sentences of one catalogue. `None` in place of a catalogue: English, and nothing is touched."""

    def __init__(self, lang: str, catalogue: Catalog | None) -> None:
        self.lang = lang
        self._catalogue = catalogue
        self._gettext = _compiled(catalogue) if catalogue is not None else Translations()
        self._forms = sorted(_forms(catalogue), key=lambda one: -one.literal) if catalogue is not None else []
        self.say = functools.lru_cache(maxsize=4096)(self._say)

    @property
    def is_english(self) -> bool:
        return self._catalogue is None

    def translated(self, text: str) -> str:
        """The same text, of one or several lines, in this language."""
        if self._catalogue is None:
            return text
        return "\n".join(self._line(line) for line in text.split("\n"))

    def _line(self, line: str) -> str:
        bare = line.strip()
        if not bare:
            return line
        said = self.said(bare)
        return line.replace(bare, said.text, 1) if said is not None else line

    def said(self, line: str) -> Said | None:
        """A line as a whole: a problem with its place and code, what to do next, an item, or a plain sentence."""
        if line.endswith("\\\\"):
            # A backslash at the end of what a console is given for markup comes doubled.
            line = line[:-1]
        if _EXCERPT.match(line):
            return None
        state = line[:_STATE_WIDTH].rstrip()
        if state in STATES and line[_STATE_WIDTH : _STATE_WIDTH + 1] == " ":
            rest = self.said(line[_STATE_WIDTH + 1 :])
            head = self.say(state, 1)
            if rest is not None and head is not None:
                return Said(f"{head.text:<{_STATE_WIDTH}} {rest.text}", rest.literal, rest.whole and head.whole)
        found = _PROBLEM.fullmatch(line)
        if found and (inner := self._behind(found.group(1), ": ", 0)) is not None:
            return Said(f"{inner.text} [{found.group(2)}]", inner.literal, inner.whole)
        return self.say(line, 0)

    def _say(self, text: str, depth: int) -> Said | None:
        if depth > _DEEPEST:
            return None
        best = self._by_template(text, depth)
        if best is None and (found := _COUNTED.fullmatch(text)):
            inner = self.say(found[2], depth + 1)
            return Said(f"{found[1]} {inner.text}", inner.literal, inner.whole) if inner is not None else None
        if best is None and (found := _NAMED.fullmatch(text)):
            inner = self.say(found[1], depth + 1)
            return Said(f"{inner.text} {found[2]}", inner.literal, inner.whole) if inner is not None else None
        if best is None and (found := _NUMBERED.fullmatch(text)):
            inner = self.say(found[1], depth + 1)
            numbers = self._listed(found[2])
            return Said(f"{inner.text} (¶ {numbers})", inner.literal, inner.whole) if inner is not None else None
        if best is None:
            for mark in ("- ", "… "):
                if text.startswith(mark) and (inner := self.say(text.removeprefix(mark), depth + 1)) is not None:
                    return Said(mark + inner.text, inner.literal, inner.whole)
            best = self._behind(text, ": ", depth) or self._of_several(text, depth)
        return best

    def _by_template(self, text: str, depth: int) -> Said | None:
        best: Said | None = None
        for form in self._forms:
            if form.longest not in text:
                continue
            found = form.pattern.fullmatch(text)
            if found:
                values = list(found.groups())
                for place in form.glued:
                    self._part(form, values, place, depth)
                said = self._filled(form, dict(zip(form.slots, values, strict=True)), depth)
                if said is not None and (best is None or said.literal > best.literal):
                    best = said
        return best

    def _part(self, form: _Form, values: list[str], place: int, depth: int) -> None:
        """Part two values with nothing but a blank between them where the first is a word or more of ours."""
        if form.kinds.get(form.slots[place]) != "words":
            return
        both = f"{values[place]} {values[place + 1]}"
        for found in reversed(list(re.finditer(" ", both))[:_MOST_PIECES]):
            head = both[: found.start()]
            # A value between quotation marks may hold blanks of its own: “18 h 30”.
            if head.count("“") == head.count("”") and self.say(head, depth + 1) is not None:
                values[place : place + 2] = head, both[found.end() :]
                return

    def _filled(self, form: _Form, values: Mapping[str, str], depth: int) -> Said | None:
        literal, whole = form.literal, True
        shown: dict[str, str] = {}
        for name, value in values.items():
            kind, bare = form.kinds.get(name, "name"), value.strip()
            # A key such as “by” is no word, even where the same word heads a table.
            is_key = " " not in bare and name.rstrip("0123456789") in _OF_KEYS
            inner = self.say(bare, depth + 1) if kind == "words" and bare and not is_key else None
            if inner is not None:
                shown[name] = value.replace(bare, inner.text, 1)
                literal, whole = literal + inner.literal, whole and inner.whole
            elif form.literal < _FEW_LETTERS and (_reads_on(bare) or (kind == "words" and form.literal < _FEWEST)):
                # “{one} of {other}” fits too much: a line of a document, say.
                return None
            else:
                shown[name] = self._listed(value) if kind != "name" else value
        forms = _texts(form.message.string)
        chosen = forms[0]
        if form.message.pluralizable:
            count = values.get(form.counted, "1")
            one, many = _texts(form.message.id)
            chosen = self._gettext.ngettext(one, many, int(count)) if count.isdigit() else forms[-1]
        if not all(forms) or form.message.fuzzy or not set(_slots(chosen)) <= set(shown):
            # Half a translation would be neither; a hint without one is better read in English whole.
            return Said(
                _filled_in(_texts(form.message.id)[-1 if form.counted in values else 0], values), literal, False
            )
        return Said(_filled_in(chosen, shown), literal, whole)

    def _listed(self, value: str) -> str:
        """“A, B, and C”, joined as this language does."""
        names = re.split(r", and | and |, ", value)
        return join_list(names, self.lang) if " and " in value else value

    def _behind(self, text: str, mark: str, depth: int) -> Said | None:
        """`name: sentence`, where the name, perhaps a place with colons of its own, stays as it is."""
        for found in itertools.islice(re.finditer(re.escape(mark), text), _MOST_PIECES):
            inner = self.say(text[found.end() :], depth + 1)
            if inner is not None:
                before = self.say(text[: found.start()], depth + 1)
                head = before.text if before is not None else text[: found.start()]
                return Said(
                    f"{head}{mark}{inner.text}", inner.literal, inner.whole and (before is None or before.whole)
                )
        return None

    def _of_several(self, text: str, depth: int) -> Said | None:
        """Sentences or words in a row: `item 1 for oeg; text for partner`, one sentence and another behind it."""
        for mark in ("; ", ", ", ". "):
            # Every way to part a line is tried: of a longer one there are too many.
            for found in re.finditer(re.escape(mark), text) if text.count(mark) < _MOST_PIECES else ():
                first, rest = text[: found.start()], text[found.end() :]
                if mark in ("; ", ", "):
                    one, other = self.say(first, depth + 1), self.say(rest, depth + 1)
                    # Within a sentence, one piece may be a name; a line by itself is ours as a whole, or not at all.
                    if one is not None and (other is not None or (mark == "; " and depth)):
                        tail = other or Said(rest)
                        return Said(one.text + mark + tail.text, one.literal + tail.literal, one.whole and tail.whole)
                else:
                    end = mark.strip()
                    one = self._by_template(first + end, depth + 1) or (
                        self._by_template(first, depth + 1) if end else None
                    )
                    other = self._by_template(rest, depth + 1) if one is not None else None
                    if one is not None and other is not None:
                        return Said(f"{one.text} {other.text}", one.literal + other.literal, one.whole and other.whole)
        return None


def _forms(catalogue: Catalog) -> Iterator[_Form]:
    for message in catalogue:
        if not message.id:
            continue
        kinds = {
            name: "words" if kind == "words" else "list"
            for name, kind in _COMMENT.findall("\n".join(message.auto_comments))
        }
        texts = _texts(message.id)
        extra = set(_slots(texts[-1])) - set(_slots(texts[0])) if len(texts) > 1 else set()
        counted = next(iter(extra), "") or next(iter(_slots(texts[-1])), "") if len(texts) > 1 else ""
        for text in texts:
            yield _form(text, message, kinds, counted)


def _form(text: str, message: Message, kinds: Mapping[str, str], counted: str) -> _Form:
    pattern, literals, slots, at = "", [""], [], 0
    for found in _SLOT.finditer(text):
        literals[-1] += text[at : found.start()]
        at = found.end()
        if found.group(1) is None:
            literals[-1] += found.group(0)[0]
            continue
        slots.append(found.group(1))
        literals.append("")
    literals[-1] += text[at:]
    pattern = "(.*?)".join(re.escape(literal) for literal in literals)
    glued = tuple(place for place, between in enumerate(literals[1:-1]) if between == " ")
    literal = sum(1 for one in literals for sign in one if sign.isalnum())
    return _Form(re.compile(pattern), max(literals, key=len), literal, tuple(slots), glued, message, kinds, counted)


def _reads_on(value: str) -> bool:
    """Whether a value is a text rather than a name or a list of names."""
    pieces = (piece.split() for piece in value.split(","))
    return any(sum(1 for word in piece if re.search(r"[^\W\d_]{2,}", word)) > 3 for piece in pieces)


def _compiled(catalogue: Catalog) -> Translations:
    """The catalogue as gettext reads it, which knows the language's rule for plurals."""
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    stream.seek(0)
    return Translations(stream, domain=DOMAIN)


def _filled_in(text: str, values: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda found: values.get(found.group(1), "") if found.group(1) else found.group(0)[0], text)


def _slots(text: str) -> list[str]:
    return [found.group(1) for found in _SLOT.finditer(text) if found.group(1)]


def _shape(message: Message) -> str:
    return _SLOT.sub(lambda found: "{}" if found.group(1) else found.group(0), _all_text(message.id))


def _key(message: Message) -> str:
    return _texts(message.id)[0]


def _all_text(ident: str | list[str] | tuple[str, ...]) -> str:
    return "\n".join(_texts(ident))


def _texts(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)
