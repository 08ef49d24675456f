"""The words that the site's papers use in one sense (`content/data/glossary.yaml`): what each is called and means in
every language, and where a text uses it.

Everything in the glossary is public: its page lists it, and readers of any text are shown it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from communique.policy import read_labels
from communique.problems import Place, Problem, Refused
from communique.strict_yaml import Node

FILE = "content/data/glossary.yaml"
#: The page that lists all terms, and where on it each stands.
PAGE = "glossary"
_ID = re.compile(r"[a-z][a-z0-9-]{0,47}\Z")
#: What stands in an attribute and in a list, where no Markdown is read.
_MARKUP = re.compile(r"[<>\[\]{}`*_\\|]|:::|[\r\n]")
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
#: What a word of running text may begin and end at: not inside another word, a compound or a citation by symbol.
_BEFORE, _AFTER = r"(?<![\w/])(?<!\w[-‑])", r"(?![\w/]|[-‑]\w)"


@dataclass(frozen=True)
class Term:
    """One word or phrase with its meaning. What a language lacks, it lacks: not each has an abbreviation."""

    id: str
    names: Mapping[str, str]
    definitions: Mapping[str, str]
    place: Place
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    #: What else counts as the term: plurals, inflected and shorter forms.
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: What a translation may say for it where it was named before, and which by itself is no term.
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: What is not to be written for it.
    avoided: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Whether its abbreviation is spelt out where a text first uses it.
    expanded: bool = True
    #: Whether its words have an everyday sense besides, so that only a person can tell where the term is meant.
    everyday: bool = False

    @property
    def anchor(self) -> str:
        """Where it stands on the page of terms."""
        return f"term-{self.id}"

    def called(self, lang: str) -> str:
        """Its name with the abbreviation: "Operational Experts Group (OEG)"."""
        short = self.abbreviations.get(lang)
        return f"{self.names[lang]} ({short})" if short else self.names[lang]

    def words(self, lang: str) -> tuple[str, ...]:
        """Everything that says the term in `lang`, its name first."""
        if lang not in self.names:
            return ()
        short = self.abbreviations.get(lang)
        return (self.names[lang], *((short,) if short else ()), *self.forms.get(lang, ()))


@dataclass(frozen=True)
class Use:
    """A term as a text uses it, from one offset to another."""

    term: Term
    start: int
    end: int
    written: str
    is_abbreviation: bool = False


@dataclass(frozen=True)
class Avoided:
    """Words that the glossary asks not to write for a term."""

    term: Term
    start: int
    written: str


@dataclass(frozen=True)
class Glossary:
    """All terms, in the order of the file."""

    terms: tuple[Term, ...] = ()

    def terms_in(self, text: str, lang: str) -> tuple[Use, ...]:
        """Where a text in this language uses terms; of two that overlap the longer. Markdown is read as text."""
        known, pattern = self._known(lang)
        if pattern is None:
            return ()
        uses: list[Use] = []
        for found in pattern.finditer(text):
            term, is_short = known[_key(found.group(0))]
            uses.append(Use(term, found.start(), found.end(), found.group(0), is_short))
        return tuple(uses)

    def avoided_in(self, text: str, lang: str) -> tuple[Avoided, ...]:
        """Where `text` says a term with words that the glossary asks not to write."""
        known, pattern = self._not_to_write(lang)
        if pattern is None:
            return ()
        return tuple(
            Avoided(known[_key(found.group(0))][0], found.start(), found.group(0)) for found in pattern.finditer(text)
        )

    def says(self, term: Term, text: str, lang: str) -> bool:
        """Whether `text` says this term in `lang`, in any of its forms or in words that may stand for it."""
        key = (term.id, lang)
        if key not in self._single:
            ways = [*_ways(term, lang), *((word, False) for word in term.also.get(lang, ()))]
            self._single[key] = (
                re.compile("|".join(_loosely(_spelling(*way), way[0]) for way in ways)) if ways else None
            )
        pattern = self._single[key]
        return pattern is not None and pattern.search(text) is not None

    def _known(self, lang: str) -> _Words:
        return self._kept("known", lang, lambda term: _ways(term, lang))

    def _not_to_write(self, lang: str) -> _Words:
        return self._kept("avoided", lang, lambda term: [(word, False) for word in term.avoided.get(lang, ())])

    def _kept(self, what: str, lang: str, ways: Callable[[Term], Sequence[tuple[str, bool]]]) -> _Words:
        """Made once for each language: a build asks for every text of the site."""
        if (what, lang) not in self._made:
            known = {_key(word): (term, is_short) for term in self.terms for word, is_short in ways(term)}
            every = [way for term in self.terms for way in ways(term)]
            self._made[what, lang] = known, _pattern(every)
        return self._made[what, lang]

    @cached_property
    def _made(self) -> dict[tuple[str, str], _Words]:
        return {}

    @cached_property
    def _single(self) -> dict[tuple[str, str], re.Pattern[str] | None]:
        return {}


_Words = tuple[Mapping[str, tuple[Term, bool]], "re.Pattern[str] | None"]


def _ways(term: Term, lang: str) -> list[tuple[str, bool]]:
    """Each way to say a term, and whether it is the abbreviation."""
    short = term.abbreviations.get(lang, "")
    return [(word, word == short) for word in term.words(lang)]


def _key(words: str) -> str:
    """Words as they compare: no matter how blanks, hyphens, apostrophes and capitals are written."""
    return _BLANKS.sub(" ", words).replace("’", "'").replace("‑", "-").casefold()


def _pattern(ways: Sequence[tuple[str, bool]]) -> re.Pattern[str] | None:
    if not ways:
        return None
    # The longest first, so that a name is not cut short by another that it begins with.
    ordered = sorted(ways, key=lambda way: (-len(way[0]), way[0]))
    return re.compile(_BEFORE + "(?:" + "|".join(_spelling(*way) for way in ordered) + ")" + _AFTER)


def _loosely(spelling: str, words: str) -> str:
    """Also within a compound ("OEG-Treffen"), and where a script joins small words to the next one."""
    joins = words[:1].lower() == words[:1].upper()
    return spelling if joins else rf"(?<!\w){spelling}(?!\w)"


def _spelling(words: str, is_short: bool) -> str:
    """The pattern of some words. What the glossary writes with a capital is written so: "the Initiative" is a name."""
    blanks = r"[\s\u00a0\u202f]+".join("".join(map(_sign, piece)) for piece in _BLANKS.split(words))
    return blanks if is_short or words != words.lower() else f"(?i:{blanks})"


def _sign(sign: str) -> str:
    """One sign of a word, in whichever way keyboards write it."""
    return "['’]" if sign in "'’" else "[-‑]" if sign in "-‑" else re.escape(sign)


def read_glossary(node: Node, languages: Sequence[str]) -> Glossary:
    """The terms, checked.

    Raises:
        Refused: a term without a name or definition in one of the languages, or words that stand for two terms.
    """
    problems: list[Problem] = []
    top = node.take(problems, "the file", ["terms"])
    terms: list[Term] = []
    seen: dict[str, Term] = {}
    for entry in top["terms"].as_list(problems, "terms") if "terms" in top else ():
        term = _read_term(entry, languages, problems)
        if term is None:
            continue
        if term.id in seen:
            what = f'the term "{term.id}" stands twice (first on line {seen[term.id].place.line})'
            problems.append(
                Problem(term.place, "term-twice", what, "keep one of the two, or give each an id of its own")
            )
        seen.setdefault(term.id, term)
        terms.append(term)
    for lang in languages:
        problems += _confused(terms, lang)
    if problems:
        raise Refused(problems)
    return Glossary(tuple(terms))


def _read_term(node: Node, languages: Sequence[str], problems: list[Problem]) -> Term | None:
    already = len(problems)
    part = node.take(
        problems,
        "a term",
        ["id", "term", "definition"],
        ["abbreviation", "forms", "also", "avoid", "expand", "everyday"],
    )
    ident = part["id"].as_text(problems, "id") if "id" in part else ""
    if ident and not _ID.match(ident):
        what = f'"{ident}" cannot name a term'
        problems.append(Problem(part["id"].place, "bad-name", what, "use a-z, 0-9 and -, a letter first"))
    names = read_labels(part["term"], languages, problems, "term") if "term" in part else {}
    definitions = read_labels(part["definition"], languages, problems, "definition") if "definition" in part else {}
    short = _read_short(part["abbreviation"], languages, problems) if "abbreviation" in part else {}
    forms = _read_words(part["forms"], "forms", languages, problems) if "forms" in part else {}
    also = _read_words(part["also"], "also", languages, problems) if "also" in part else {}
    avoided = _read_words(part["avoid"], "avoid", languages, problems) if "avoid" in part else {}
    expanded = part["expand"].as_truth(problems, "expand") if "expand" in part else True
    everyday = part["everyday"].as_truth(problems, "everyday") if "everyday" in part else False
    for key, labels in (("term", names), ("definition", definitions)):
        for lang, text in labels.items():
            _refuse_markup(text, part[key], lang, problems)
    if len(problems) > already:
        return None
    return Term(ident, names, definitions, node.place, short, forms, also, avoided, expanded, everyday)


def _read_short(node: Node, languages: Sequence[str], problems: list[Problem]) -> dict[str, str]:
    found = node.take(problems, "abbreviation", [], languages)
    short = {lang: one.as_text(problems, f"abbreviation in {lang}") for lang, one in found.items()}
    for lang, text in short.items():
        _refuse_markup(text, node, lang, problems)
        if len(text.split()) > 1:
            what = f'"{text}" is no abbreviation: it has several words'
            problems.append(
                Problem(found[lang].place, "bad-term", what, "write it in one word, or put it below forms:")
            )
    return short


def _read_words(node: Node, what: str, languages: Sequence[str], problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """Lists of words, for those languages that have any."""
    found: dict[str, tuple[str, ...]] = {}
    for lang, listed in node.take(problems, what, [], languages).items():
        words = [one.as_text(problems, f"a form in {lang}") for one in listed.as_list(problems, f"{what} in {lang}")]
        for word in words:
            _refuse_markup(word, listed, lang, problems)
        found[lang] = tuple(words)
    return found


def _refuse_markup(text: str, node: Node, lang: str, problems: list[Problem]) -> None:
    place = node.value[lang].place if isinstance(node.value, dict) and lang in node.value else node.place
    if _MARKUP.search(text):
        problems.append(Problem(place, "plain-text", "what a glossary says is plain text", "write it without markup"))


def _confused(terms: Sequence[Term], lang: str) -> Iterator[Problem]:
    """Words that would say two things: of two terms, or of one that is also to be avoided."""
    whose: dict[str, tuple[Term, str]] = {}
    for term in terms:
        for word in term.words(lang):
            other, _ = whose.setdefault(_key(word), (term, word))
            if other is not term and other.id != term.id:
                what = f'"{word}" ({lang}) stands for {other.id} already'
                yield Problem(term.place, "term-ambiguous", what, "let words stand for one term, or merge the two")
    for term in terms:
        for word in term.avoided.get(lang, ()):
            if _key(word) in whose:
                what = f'"{word}" ({lang}) is to be avoided, and says the term {whose[_key(word)][0].id}'
                yield Problem(term.place, "term-contradicted", what, "take it from one of the two lists")
