"""A paper for the readers of one audience: what they may read in its place, and what they may not as a locked place."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from communique.documents.catalogue import Catalogue
from communique.documents.document import Document, Text
from communique.documents.issues import KIND as ISSUE
from communique.documents.issues import number_of_section
from communique.documents.numbers import runs
from communique.documents.references import Targets
from communique.documents.rendering import place_parts
from communique.documents.source import PUBLIC_PART, Part
from communique.editions.edition import (
    Block,
    Cell,
    Direction,
    Edition,
    Inline,
    Locked,
    LockedWords,
    Paragraph,
    Row,
    Sealed,
    Section,
    Table,
    Words,
)
from communique.editions.reading import PART, PLACE, Reading, blocks_of, cells_of, inline_of
from communique.languages.shown_facts import shown_facts
from communique.languages.typography import direction, format_date, join_list
from communique.policy import AREA_PREFIX, GROUP_PREFIX, Audience

_SEALED_FILE = "cq:"


@dataclass(frozen=True)
class EditionWords:
    """What is said around the text, in the language `lang`, or else in the text's. `audiences`: what the site calls
    tiers, areas and groups; `say` gives the label of a fact.
    """

    audiences: Mapping[str, str]
    say: Callable[[str], str]
    #: Those whose names the site does not tell; `audiences` has other words for them.
    opaque: frozenset[str] = frozenset()
    #: The files beside the document that its parts show, by the address their HTML has for each.
    files: Mapping[str, str] = field(default_factory=dict)
    lang: str = ""


def audiences_of(catalogue: Catalogue, document: Document) -> tuple[str, ...]:
    """For whose readers there is an edition: every tier that may read the document, and each area and group that one
    of its parts names. Nobody, where the text is withdrawn.
    """
    if document.is_withdrawn:
        return ()
    named = {name for text in document.texts.values() for part in text.source.parts for name in part.audience.names}
    policy = catalogue.policy
    return tuple(
        name
        for name in policy.audience_names
        if (name in named or not name.startswith((AREA_PREFIX, GROUP_PREFIX)))
        and policy.may_read([name], document.front.audience)
    )


def parts_shown(
    catalogue: Catalogue, document: Document, lang: str, name: str, may_carry: Callable[[Audience], bool]
) -> Mapping[str, tuple[Audience, bool]]:
    """The parts of an edition's text, as `compose` has them: for whom each is, and whether it is shown."""
    opening = _Opening(catalogue, document.text_for(lang), name, may_carry)
    return {part.name: (part.audience, opening.is_open(part)) for part in opening.source.parts}


def compose(
    catalogue: Catalogue,
    document: Document,
    lang: str,
    name: str,
    html: Mapping[str, str],
    words: EditionWords,
    may_carry: Callable[[Audience], bool] = lambda _: True,
) -> Edition:
    """The edition of `document` for the readers of `name`. `html` is that of its parts, tokens standing. A part of
    which `may_carry` says no is locked, whoever may read it.

    Raises:
        NotUnderstood: a part holds something of which no edition knows what it is.
        ValueError: these readers may not read the document.
    """
    if not catalogue.policy.may_read([name], document.front.audience) or document.is_withdrawn:
        raise ValueError(f"there is no edition of {document.id} for {name}")
    text = document.text_for(lang)
    composer = _Composer(catalogue, document, text, name, html, words, may_carry)
    blocks = composer.blocks(PUBLIC_PART)
    policy, front = catalogue.policy, document.front
    shown = max((policy.tlp(audience) for audience in composer.shown), key=policy.rank)
    say, told = words.say, words.lang or text.lang
    return Edition(
        document.id,
        text.lang,
        _direction(text.lang),
        name,
        words.audiences.get(name) or policy.label(name, told),
        f"TLP:{shown}",
        text.source.title,
        front.symbol,
        front.date.isoformat(),
        format_date(front.date, told),
        text.front.summary,
        tuple((fact.label, fact.words) for fact in shown_facts(catalogue, document, text, told, say)),
        front.kind,
        catalogue.site.kinds[front.kind][told] if front.kind != "page" else "",
        catalogue.site.names[told],
        composer.page,
        blocks,
        text.lang_of("title") if text.lang_of("title") != text.lang else "",
        told if told != text.lang else "",
    )


class _Opening:
    """Which parts of a text an edition shows."""

    def __init__(self, catalogue: Catalogue, text: Text, name: str, may_carry: Callable[[Audience], bool]) -> None:
        self.source = text.source
        self._policy, self._name, self._may_carry = catalogue.policy, name, may_carry
        self._targets = Targets(catalogue.documents if text.source.references else {})

    def is_open(self, part: Part) -> bool:
        if not self._policy.may_read([self._name], part.audience):
            return False
        # What a part tells of other papers travels with it: what is drawn into it, and the titles of what it cites.
        told = {part.audience}
        told.update(each for one in self.source.data if one.part == part.name for each in one.drawn_for)
        cited = (one for one in self.source.references if one.part == part.name)
        found = (self._targets.find(one.symbol, one.number) for one in cited)
        told.update(one.front.audience for one in found if one is not None)
        return all(self._may_carry(one) for one in told)


class _Composer:
    def __init__(
        self,
        catalogue: Catalogue,
        document: Document,
        text: Text,
        name: str,
        html: Mapping[str, str],
        words: EditionWords,
        may_carry: Callable[[Audience], bool],
    ) -> None:
        self._policy, self._document, self._source = catalogue.policy, document, text.source
        self._lang, self._html, self._words = text.lang, html, words
        self._is_open = _Opening(catalogue, text, name, may_carry).is_open
        self._path = document.path(text.lang)
        self._home = catalogue.site.home or ""
        #: The audiences of all parts that are shown.
        self.shown: set[Audience] = set()
        #: Where the document stands on the portal.
        self.page = f"{self._home}{self._path}" if self._home else ""

    def blocks(self, name: str) -> tuple[Block, ...]:
        """The blocks of the public text or of a section."""
        self.shown.add(self._source.part(name).audience)
        return blocks_of(self._with_places(name), self._reading(name))

    def _reading(self, name: str) -> Reading:
        return Reading(
            self._lang,
            lambda href: self._address(href, name),
            lambda href: self._words.files.get(href, ""),
            lambda inner: tuple(self._section(self._source.part(inner))),
            lambda inner: tuple(self._span(self._source.part(inner))),
            lambda inner: self._row(self._source.part(inner)),
        )

    def _with_places(self, name: str) -> str:
        def put(inner: str, form: str) -> str:
            return f'<{PLACE} {PART}="{escape(inner)}" data-form="{form}"></{PLACE}>'

        return place_parts(self._html[name], put)

    def _section(self, part: Part) -> Iterator[Block]:
        if self._is_open(part):
            yield Section(self._marking(part), self._audience(part), self.blocks(part.name))
            return
        numbers = self._source.numbers(part.name) if self._document.front.numbering else ()
        cited = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs(numbers))
        item = number_of_section(self._source, part.name) if self._document.front.kind == ISSUE else 0
        yield Locked(self._marking(part), self._audience(part), cited, self._anchor(part.name), item)
        yield from self._open_within(part)

    def _open_within(self, part: Part) -> Iterator[Block]:
        """A state's own words open for it wherever they stand, also within a passage that stays closed."""
        for inner in self._source.children(part.name):
            if inner.form == "block":
                # That an item is there is told of every item: the others' numbers tell it anyway.
                yield from (one for one in self._section(inner) if not isinstance(one, Locked) or one.item)
            elif self._is_open(inner):
                content = self._row(inner) if inner.form == "row" else Paragraph(tuple(self._span(inner)))
                block = Table((), (content,)) if isinstance(content, Row) else content
                yield Section(self._marking(inner), self._audience(inner), (block,))
            else:
                yield from self._open_within(inner)

    def _span(self, part: Part) -> Iterator[Inline]:
        if self._is_open(part):
            self.shown.add(part.audience)
            yield Sealed(self._marking(part), inline_of(self._with_places(part.name), self._reading(part.name)))
            return
        yield LockedWords(self._marking(part), self._anchor(part.name))
        yield from self._open_words_within(part)

    def _open_words_within(self, part: Part) -> Iterator[Inline]:
        """As on the page, where they stand beside what stays closed."""
        for inner in self._source.children(part.name):
            for one in self._span(inner):
                if not isinstance(one, LockedWords):
                    yield Words(" ")
                    yield one

    def _row(self, part: Part) -> Row:
        if self._is_open(part):
            self.shown.add(part.audience)
            return Row(cells_of(self._with_places(part.name), self._reading(part.name)), self._marking(part))
        address = self._anchor(part.name)
        beside = tuple(self._open_words_within(part))
        if not beside:
            return Row((), self._marking(part), address)
        first = Cell((LockedWords(self._marking(part), address), *beside))
        return Row((first, *(Cell(()) for _ in range(part.columns - 1))))

    def _marking(self, part: Part) -> str:
        return f"TLP:{self._policy.tlp(part.audience)}"

    def _audience(self, part: Part) -> str:
        # Last, those that are not named: their place among the others would tell which they are.
        ordered = sorted(part.audience.names, key=lambda name: name in self._words.opaque)
        told = self._words.lang or self._lang
        names = [self._words.audiences.get(name) or self._policy.label(name, told) for name in ordered]
        return join_list(list(dict.fromkeys(names)), told, "or")

    def _anchor(self, name: str) -> str:
        """Where a part stands on the portal; nothing where the site has no home address."""
        if not self.page:
            return ""
        numbers = self._source.numbers(name)
        return f"{self.page}#{numbers[0].anchor if numbers else name}" if name else self.page

    def _address(self, href: str, name: str) -> str:
        """An address of the page's as one that leads there from anywhere."""
        if href.startswith(_SEALED_FILE):
            return self._anchor(name)
        if href.startswith("#") or re.match(r"[a-z]+:", href):
            return href
        path, mark, anchor = href.partition("#")
        below = posixpath.normpath(posixpath.join(posixpath.dirname(self._path), path))
        return f"{self._home}{below}{mark}{anchor}" if self._home else ""


def _direction(lang: str) -> Direction:
    return "rtl" if direction(lang) == "rtl" else "ltr"
