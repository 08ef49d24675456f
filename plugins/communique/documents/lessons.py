"""What was learned from cases: the lesson blocks of all documents, by theme, as each reader meets them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from communique.documents.catalogue import Catalogue
from communique.documents.counted import CASE
from communique.documents.data_blocks import DataBlock
from communique.documents.document import Document, Text
from communique.documents.fields import PHASES
from communique.documents.source import Part
from communique.policy import read_labels
from communique.problems import Problem, Refused, did_you_mean
from communique.strict_yaml import load_yaml

WORD = "lesson"
THEMES = "themes.yaml"


@dataclass(frozen=True)
class Lesson:
    """One lesson in one language. Whoever may read `part` may know of it, and nobody else."""

    document: Document
    text: Text
    part: Part
    block: DataBlock

    @property
    def lang(self) -> str:
        """The language of its words."""
        return self.block.lang or self.text.lang

    @property
    def what(self) -> str:
        return self.block.text_of("what")

    @property
    def themes(self) -> tuple[str, ...]:
        return self.block.names_of("themes")

    @property
    def phase(self) -> str:
        return self.block.text_of("phase")

    @property
    def anchor(self) -> str:
        """The paragraph it belongs to, on its document's page."""
        return self.block.number.anchor if self.block.number is not None else self.part.name


def read_themes(data_texts: Mapping[str, str], languages: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """What each theme is called in each language (`content/data/themes.yaml`), in the file's order.

    Raises:
        Refused: it is not such a file.
    """
    if THEMES not in data_texts:
        return {}
    problems: list[Problem] = []
    shown = f"content/data/{THEMES}"
    top = load_yaml(data_texts[THEMES], shown).take(problems, "the file", ["themes"])
    entries = top["themes"].as_mapping(problems, "themes") if "themes" in top else {}
    themes: dict[str, Mapping[str, str]] = {}
    for name, entry in entries.items():
        themes[name] = read_labels(entry, tuple(languages), problems, "a theme's label")
    if problems:
        raise Refused(problems)
    return themes


def theme_words(data_texts: Mapping[str, str], languages: Sequence[str], lang: str) -> dict[str, str]:
    """What a theme is called in `lang`, by the word that stands for it among the interface's messages."""
    return {said_as(name): labels[lang] for name, labels in read_themes(data_texts, languages).items()}


def said_as(theme: str) -> str:
    """Never a message of the interface: those hold no colon before a word."""
    return f"theme:{theme}"


def lessons_of(catalogue: Catalogue, lang: str) -> tuple[Lesson, ...]:
    """Every lesson of the site as `lang`'s readers meet it, in the order of the documents."""
    return tuple(
        Lesson(document, text, text.source.part(block.part), block)
        for document in catalogue.documents.values()
        if not document.is_withdrawn
        for text in (document.text_for(lang),)
        for block in text.source.data
        if block.word == WORD
    )


def lessons_by_theme(catalogue: Catalogue, name: str, lang: str) -> Mapping[str, tuple[Lesson, ...]]:
    """What the text that names this tier, area or group itself as its readers teaches (`public`: public text), by
    theme in the themes' order; within one, by the phase of a case.
    """
    found = [lesson for lesson in lessons_of(catalogue, lang) if name in lesson.part.audience.names]

    def place(lesson: Lesson) -> tuple[int, bool, str]:
        # Where a document whose title is for others stands among the rest would tell its date.
        told = catalogue.policy.may_read((name,), lesson.document.front.audience)
        return PHASES.index(lesson.phase), not told, "" if told else lesson.document.slug

    found.sort(key=place)
    themes = read_themes(catalogue.data_texts, catalogue.site.languages)
    by_theme = {theme: tuple(lesson for lesson in found if theme in lesson.themes) for theme in themes}
    return {theme: lessons for theme, lessons in by_theme.items() if lessons}


def refuse_lessons(catalogue: Catalogue) -> list[Problem]:
    """Themes that nobody declared, and cases that say nothing or stand where no case is told."""
    try:
        themes = read_themes(catalogue.data_texts, catalogue.site.languages)
    except Refused as refused:
        return list(refused.problems)
    return [
        problem
        for document in catalogue.documents.values()
        for text in (() if document.is_withdrawn else document.texts.values())
        for block in text.source.data
        for problem in _refuse_block(block, document, themes)
    ]


def _refuse_block(block: DataBlock, document: Document, themes: Mapping[str, object]) -> Iterator[Problem]:
    if block.word == WORD:
        for theme in block.names_of("themes"):
            if theme not in themes:
                fix = did_you_mean(theme, themes) if themes else f"declare it in content/data/{THEMES}"
                yield Problem(block.place, "unknown-theme", f'there is no theme called "{theme}"', fix)
    elif block.word == CASE and document.front.kind != "debriefing":
        what = f"a document of the kind “{document.front.kind}” tells no case"
        yield Problem(block.place, "not-a-debriefing", what, "make it a debriefing, or write its facts as text")
    elif block.word == CASE and not block.fields:
        what = "this case says nothing"
        yield Problem(block.place, "empty-case", what, "write what its readers may know: route, items, legal-basis …")
