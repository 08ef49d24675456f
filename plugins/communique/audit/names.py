"""Lists names and figures of sealed text which stand in public text as well, until each one is confirmed.

A ship's name in a press release may be right there, or may give away who a sealed paragraph is about. Only a
person can tell; what they say is recorded in the repository and not asked again.
"""

from __future__ import annotations

import functools
import html as html_entities
import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from babel import UnknownLocaleError
from babel.dates import get_month_names

from communique.audit.known import Confirmation, Known, PublicText, SealedText
from communique.audit.labels import LABEL, labels_in_public
from communique.audit.tree import Tree
from communique.audit.words import fold, without_markdown, words
from communique.problems import Place, Problem

_SPACES = " \u00a0\u2009\u202f"
_NAME_WORD = r"[^\W\d_](?:[\w’']|-(?=\w))*"
_TOKEN = re.compile(
    rf"(?P<figure>\d+(?:[.,:/٫٬{_SPACES}’'-]\d+)*)(?P<ordinal>º|ª|er|re|e|st|nd|rd|th)?(?!\w)"
    rf"|(?P<word>{_NAME_WORD})|(?P<end>[.!?:;…]+|\n\s*\n|\n(?=[ \t]*[-+] )|[|#>])|(?P<other>[^\s\w])"
)
_PARTICLES = frozenset(
    [
        "de",
        "del",
        "della",
        "der",
        "den",
        "des",
        "di",
        "do",
        "da",
        "das",
        "dos",
        "du",
        "el",
        "la",
        "las",
        "le",
        "les",
        "of",
        "the",
        "van",
        "von",
        "y",
        "et",
        "e",
        "and",
    ]
)
_ELISION = re.compile(r"^(?:[ldjmnstc]|qu)[’'](?=\w)", re.IGNORECASE)
_GROUPED = re.compile(rf"\d{{1,3}}(?:[.,٬{_SPACES}’']\d{{3}})+")
#: Where every noun has a capital, a capital tells no name; one that another language has as a name is.
_NOUNS_IN_CAPITALS = frozenset(["de", "lb"])
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class _Term:
    """A name, date or figure in comparable form, as it is written, and where it stands."""

    key: str = field(repr=False)
    written: str = field(repr=False)
    ordinal: int
    line: int
    sure: bool = True


@dataclass(frozen=True, order=True)
class Pending:
    """A term that waits for a person's word. `term` is for their file, not for messages or logs."""

    doc: str
    term: str = field(repr=False)
    sealed_at: Place
    ordinal: int
    part: str
    lang: str
    public_at: Place
    #: The language in which it is public, where that is another one.
    public_in: str = ""


def _in_language(pending: Pending) -> str:
    return f" in another language ({pending.public_in})" if pending.public_in else ""


def names(tree: Tree, known: Known) -> list[Problem]:  # noqa: ARG001  every check is called alike
    """One problem for each term that is not confirmed for its document."""
    return [_problem(pending) for pending in pending_confirmations(known)]


def _problem(pending: Pending) -> Problem:
    if pending.part == LABEL:
        what = f"a label that the site does not tell stands in public text, at {pending.public_at}"
        fix = "rewrite one of them; if both may stay: invoke audit.confirm --by NAME --reason WHY"
        return Problem(pending.sealed_at, "label-in-public", what, fix)
    what = (
        f"a name or figure of the sealed section {pending.part} (its word {pending.ordinal}) also "
        f"stands in public text{_in_language(pending)}, at {pending.public_at}"
    )
    fix = "seal or rewrite one of them; if both may stay: invoke audit.confirm --by NAME --reason WHY"
    return Problem(pending.sealed_at, "name-in-public", what, fix)


def pending_confirmations(known: Known) -> tuple[Pending, ...]:
    """Every unconfirmed term, once for each document and language."""
    public: dict[str, list[tuple[PublicText, list[_Term]]]] = defaultdict(list)
    harmless: set[str] = set()
    common: dict[str, set[str]] = defaultdict(set)
    for text in known.public:
        plain = _lines_kept(text.text) if text.role == "body" else text.text
        common[text.lang] |= _written_small(plain)
        if text.role == "body":
            public[text.lang].append((text, list(_terms(plain, text.lang))))
        else:
            harmless |= _vocabulary(plain, text.lang)
    languages = _languages(known)
    confirmed: dict[str, set[str]] = defaultdict(set)
    for confirmation in known.confirmed:
        confirmed[confirmation.doc] |= _keys_of(confirmation.term, languages)
    by_language = {lang: _first_places(texts) for lang, texts in public.items()}
    # The Markdown keeps the lines of the source, so that an editor finds the word.
    hidden = [(sealed, list(_terms(_lines_kept(sealed.markdown), sealed.lang))) for sealed in known.sealed]
    nouns = {lang: _nouns(lang, public, hidden, common) for lang in languages if lang in _NOUNS_IN_CAPITALS}
    pending: dict[tuple[str, str, str], Pending] = {}
    for sealed, terms in hidden:
        places = by_language.get(sealed.lang, {})
        ignored = _ignored(sealed, harmless, common, confirmed, nouns)
        for term in _sealed_terms(terms, places, ignored):
            where = (sealed.doc, sealed.lang, term.key)
            pending.setdefault(where, _pending(sealed, term, places))
    across = {
        lang: {_in_any_language(key): place for key, place in found.items()} for lang, found in by_language.items()
    }
    for sealed, terms in hidden:
        for lang, places in across.items():
            if lang == sealed.lang:
                continue
            ignored = (*_ignored(sealed, harmless, common, confirmed, nouns), common[lang], nouns.get(lang, ()))
            own = across.get(sealed.lang, {})
            for term in _sealed_terms([_in_language_of_none(one) for one in terms], places, ignored):
                # What is public in its own language has been asked, and what its translation seals as well is asked
                # there, in words of that language.
                asked = any((sealed.doc, other, term.key) in pending for other in languages)
                if term.key not in own and not asked:
                    found = replace(_pending(sealed, term, places), public_in=lang)
                    pending[sealed.doc, sealed.lang, term.key] = found
    return tuple(sorted([*pending.values(), *_pending_labels(known)]))


def _pending_labels(known: Known) -> Iterator[Pending]:
    confirmed = {(one.doc, tuple(words(one.term))) for one in known.confirmed}
    for label, text, place in labels_in_public(known):
        if (label.doc, tuple(words(label.markdown))) not in confirmed:
            other = text.lang if text.lang != label.lang else ""
            yield Pending(label.doc, label.markdown, label.source, 1, LABEL, label.lang, place, other)


def _languages(known: Known) -> tuple[str, ...]:
    found = {text.lang for text in known.public} | {text.lang for text in known.sealed}
    return tuple(sorted(found - {""}))


def _ignored(
    sealed: SealedText,
    harmless: set[str],
    common: Mapping[str, set[str]],
    confirmed: Mapping[str, set[str]],
    nouns: Mapping[str, set[str]],
) -> tuple[Container[str], ...]:
    return (
        harmless,
        common.get(sealed.lang, ()),
        confirmed.get(sealed.doc, ()),
        _months(sealed.lang),
        nouns.get(sealed.lang, ()),
    )


def _pending(sealed: SealedText, term: _Term, places: Mapping[str, Place]) -> Pending:
    at = Place(sealed.source.file, sealed.source.line + term.line if sealed.source.line else 0)
    return Pending(sealed.doc, term.written, at, term.ordinal, sealed.part, sealed.lang, places[term.key])


def _in_any_language(key: str) -> str:
    """A figure as every language compares it: "2,5" is 2.5."""
    return key.replace(",", ".") if key[:1].isdigit() else key


def _in_language_of_none(term: _Term) -> _Term:
    return replace(term, key=_in_any_language(term.key))


def _nouns(
    lang: str,
    public: Mapping[str, list[tuple[PublicText, list[_Term]]]],
    hidden: Iterable[tuple[SealedText, list[_Term]]],
    common: Mapping[str, set[str]],
) -> set[str]:
    """Words with a capital that no text in a language without such nouns has as a name, nor anybody as an acronym."""
    texts = [(of, terms) for of, found in public.items() for _, terms in found]
    texts += [(sealed.lang, terms) for sealed, terms in hidden]
    if all(of in _NOUNS_IN_CAPITALS for of, _ in texts):
        # Nothing tells names from nouns: all of them are asked about.
        return set()
    elsewhere: set[str] = set()
    nouns: set[str] = set()
    for of, terms in texts:
        for term in terms:
            words = list(zip(term.key.split(), term.written.split(), strict=False))
            if of == lang:
                nouns.update(key for key, word in words if not _is_acronym(_bare(word)) and not key[:1].isdigit())
            elif of not in _NOUNS_IN_CAPITALS and term.sure:
                elsewhere.update(key for key, _ in words if key not in common.get(of, ()))
    return nouns - elsewhere


def proper_names(sealed: SealedText) -> Iterator[tuple[str, int]]:
    """The names of a sealed text, whole and word by word, each with its ordinal; not mere capitals."""
    for term in _terms(_lines_kept(sealed.markdown), sealed.lang):
        if term.sure and not any(character.isdigit() for character in term.key):
            yield term.key, term.ordinal
            yield from ((word, term.ordinal) for word in term.key.split() if word not in _PARTICLES)


def _sealed_terms(
    terms: Sequence[_Term], public: Mapping[str, Place], ignored: Iterable[Container[str]]
) -> Iterator[_Term]:
    certain = {part for term in terms if term.sure for part in term.key.split()}
    for term in terms:
        found = _core(term, ignored)
        # At the start of a sentence any word has a capital; it is a name if it is one elsewhere.
        if found is None or not (term.sure or found.key in public or certain.issuperset(found.key.split())):
            continue
        if found.key in public:
            yield found
            continue
        for key, written in zip(found.key.split(), found.written.split(), strict=False):
            if key in public and key not in _PARTICLES and not _in_any(key, ignored):
                yield _Term(key, written, found.ordinal, found.line)


def _core(term: _Term, ignored: Iterable[Container[str]]) -> _Term | None:
    """A name without the ordinary words around it: of "Exercise Maru" only "Maru" tells anything."""
    if _in_any(term.key, ignored):
        return None
    keys = term.key.split()
    telling = [at for at, key in enumerate(keys) if key not in _PARTICLES and not _in_any(key, ignored)]
    if not telling:
        return None
    if len(keys) == 1:
        return _Term(term.key, _bare(term.written), term.ordinal, term.line, term.sure)
    first, last = telling[0], telling[-1] + 1
    if _in_any(" ".join(keys[first:last]), ignored):
        return None
    written = [_bare(word) for word in term.written.split()]
    return _Term(
        " ".join(keys[first:last]),
        " ".join(written[first:last]),
        term.ordinal + first,
        term.line,
        term.sure or first > 0,
    )


def _in_any(key: str, sets: Iterable[Container[str]]) -> bool:
    return any(key in one for one in sets)


def _first_places(texts: Iterable[tuple[PublicText, list[_Term]]]) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for text, terms in texts:
        for term in terms:
            if not term.sure:
                continue
            line = text.source.line + term.line if text.source.line else 0
            place = Place(text.source.file, line)
            places.setdefault(term.key, place)
            parts = term.key.split()
            for first in range(len(parts)):
                for last in range(first + 1, len(parts) + 1):
                    places.setdefault(" ".join(parts[first:last]), place)
    return places


def _terms(plain: str, lang: str) -> Iterator[_Term]:
    """Names (runs of capitalised words), acronyms, dates, and figures of two digits or more."""
    months = _month_numbers(lang)
    tokens = list(_TOKEN.finditer(plain))
    line_of = _Lines(plain)
    ordinal, index, start_of_sentence = 0, 0, True
    while index < len(tokens):
        token = tokens[index]
        if token["end"] is not None or token["other"] is not None:
            # A quotation mark or bracket does not end a sentence, nor hide its beginning.
            start_of_sentence = start_of_sentence or token["end"] is not None
            index += 1
            continue
        ordinal += 1
        date = _date_at(tokens, index, months)
        if date is not None:
            key, length = date
            written = " ".join(plain[tokens[index].start() : tokens[index + length - 1].end()].split())
            yield _Term(key, written, ordinal, line_of(token.start()))
            ordinal += length - 1
            index += length
            start_of_sentence = False
            continue
        if token["figure"] is not None:
            if sum(character.isdigit() for character in token["figure"]) >= 2:
                yield _Term(_figure_key(token["figure"]), token["figure"], ordinal, line_of(token.start()))
            index += 1
        else:
            length = _name_length(tokens, index, plain, _months(lang))
            if length:
                run = [tokens[at]["word"] for at in range(index, index + length)]
                yield from _names_of_run(run, ordinal, line_of(token.start()), sure=not start_of_sentence)
                ordinal += length - 1
                index += length
            else:
                index += 1
        start_of_sentence = False


def _names_of_run(run: list[str], ordinal: int, line: int, *, sure: bool) -> Iterator[_Term]:
    bare = [_bare(word) for word in run]
    first_is_name = sure or _is_acronym(bare[0])
    if first_is_name or len(bare) == 1:
        yield _Term(" ".join(map(_folded, bare)), " ".join(run), ordinal, line, first_is_name)
        return
    # "Captain Ferrer said": whether the sentence or the name begins here cannot be seen; both are tried.
    yield _Term(" ".join(map(_folded, bare)), " ".join(run), ordinal, line, sure=False)
    rest = next((at for at in range(1, len(bare)) if _folded(bare[at]) not in _PARTICLES), None)
    if rest is not None:
        yield _Term(" ".join(map(_folded, bare[rest:])), " ".join(run[rest:]), ordinal + rest, line)


def _name_length(tokens: list[re.Match[str]], index: int, plain: str, months: Container[str]) -> int:
    """How many tokens from here are one name: capitalised words, with particles only between them."""
    length = reach = 0
    while index + reach < len(tokens):
        word = tokens[index + reach]["word"]
        if word is None or (reach and _folded(word) in months):
            break
        if reach and plain[tokens[index + reach - 1].end() : tokens[index + reach].start()].strip(_SPACES + "\n"):
            break
        if _is_capital(_bare(word)):
            reach += 1
            length = reach
        elif length and _folded(word) in _PARTICLES:
            reach += 1
        else:
            break
    return length


def _bare(word: str) -> str:
    """A word without an elided article before it or a possessive after it."""
    if "'" not in word and "’" not in word:
        return word
    return re.sub(r"[’']s?$", "", _ELISION.sub("", word))


def _is_capital(word: str) -> bool:
    return len(word) > 1 and word[0].isupper()


def _is_acronym(word: str) -> bool:
    return sum(character.isupper() for character in word) >= 2


# The same words come again and again, and folding is the slow part.
_folded = functools.lru_cache(maxsize=1 << 17)(fold)


def _date_at(tokens: list[re.Match[str]], index: int, months: Mapping[str, int]) -> tuple[str, int] | None:
    """A date in words that begins here: "4 November 2008", "4 de noviembre de 2008", "November 4, 2008"."""
    first = tokens[index]
    if first["figure"] is None and _folded(first["word"]) not in months:
        return None
    pieces: list[tuple[str, int]] = []
    for at in range(index, min(index + 7, len(tokens))):
        token = tokens[at]
        if token["figure"] is not None and token["figure"].isdigit():
            pieces.append((token["figure"], at))
        elif token["word"] is not None and _folded(token["word"]) in months:
            pieces.append((_folded(token["word"]), at))
        elif (token["word"] is not None and _folded(token["word"]) in {"de", "del", "of", "the"} and pieces) or (
            token["other"] == "," and pieces
        ):
            continue
        else:
            break
    for count in (3, 2):
        found = pieces[:count]
        if len(found) < count or found[0][1] != index:
            continue
        days = [int(text) for text, _ in found if text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 31]
        years = [int(text) for text, _ in found if text.isdigit() and len(text) == 4]
        named = [months[text] for text, _ in found if text in months]
        if len(named) == 1 and len(days) <= 1 and len(days) + len(years) == count - 1:
            day = f"-{days[0]:02}" if days else ""
            return f"{years[0] if years else ''}-{named[0]:02}{day}", found[-1][1] - index + 1
    return None


def _figure_key(figure: str) -> str:
    """Digits as they compare: 25,000 and 25 000 and 25.000 are one figure."""
    if not figure.isascii():
        figure = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in figure)
    if _GROUPED.fullmatch(figure):
        return re.sub(r"\D", "", figure)
    if _ISO_DATE.fullmatch(figure):
        return figure
    return re.sub(rf"[{_SPACES}]", "_", figure)


@functools.lru_cache(maxsize=64)
def _month_numbers(lang: str, *, short: bool = True) -> Mapping[str, int]:
    numbers: dict[str, int] = {}
    for width in ("wide", "abbreviated") if short else ("wide",):
        for context in ("format", "stand-alone"):
            try:
                found = get_month_names(width, context, lang or "en")
            except (UnknownLocaleError, ValueError):
                return {}
            numbers.update({fold(name.rstrip(".")): number for number, name in found.items()})
    return numbers


def _months(lang: str) -> Mapping[str, int]:
    """Names of months written out; "Mar" and "May" are other things as well."""
    return _month_numbers(lang, short=False)


def _vocabulary(plain: str, lang: str) -> set[str]:
    """Every term and every word of a text that is public by nature."""
    found = {_folded(_bare(token["word"])) for token in _TOKEN.finditer(plain) if token["word"]}
    for term in _terms(plain, lang):
        found.add(term.key)
    return found


def _written_small(plain: str) -> set[str]:
    """Words that somewhere stand without a capital: "Chairman" is no name where "chairman" is a word."""
    bare = {_bare(token["word"]) for token in _TOKEN.finditer(plain) if token["word"]}
    return {_folded(word) for word in bare if word and word[0].islower()}


def _keys_of(term: str, languages: Iterable[str]) -> set[str]:
    """A confirmed term in comparable form, read as each language would."""
    keys = {" ".join(fold(_bare(word)) for word in term.split()), _figure_key(term)}
    for lang in languages:
        keys |= {found.key for found in _terms(f"x {term}", lang)}
    return keys | {_in_any_language(key) for key in keys}


def _lines_kept(markdown: str) -> str:
    """Plain words of a Markdown text with every line break where it was."""
    lines = (without_markdown(line) if line.strip() else "" for line in markdown.split("\n"))
    return html_entities.unescape("\n".join(line.rstrip("\n") for line in lines))


class _Lines:
    """Line numbers for rising positions, counted once."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._line = text, 0, 0

    def __call__(self, position: int) -> int:
        self._line += self._text.count("\n", self._at, position)
        self._at = position
        return self._line


def unused_confirmations(known: Known) -> tuple[Confirmation, ...]:
    """Confirmations that no longer silence anything: the text has changed since."""
    without = Known(sealed=known.sealed, public=known.public, labels=known.labels)
    waiting: dict[str, set[str]] = defaultdict(set)
    languages = _languages(known)
    for pending in pending_confirmations(without):
        waiting[pending.doc] |= _keys_of(pending.term, languages)
    return tuple(one for one in known.confirmed if not _keys_of(one.term, languages) & waiting[one.doc])
