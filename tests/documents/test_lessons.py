"""Lessons by theme: each reader is told of those that stand in text of theirs, and of no title that is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.documents.catalogue import read_catalogue
from communique.documents.lessons import lessons_by_theme, refuse_lessons, theme_words
from communique.documents.listing import TRIPWIRE, TRIPWIRE_TEXT
from communique.documents.rendering import Phrases
from communique.sealing.lesson_lists import listed, plain_lessons
from tests.documents.reading import STATES, TIERS
from tests.documents.test_catalogue import SITE, write

THEMES = "themes:\n  law: {en: Law, es: Derecho}\n  time: {en: Time, es: Tiempo}\n  industry: {en: I, es: I}\n"
HEAD = (
    "---\nkind: {kind}\ndate: 2008-10-01\naudience: {audience}\noriginal: en\nsymbol: S/{n}\nsummary: S.\n---\n"
    "# {title}\n\n"
)
PHRASES = Phrases("", "", {"theme:law": "Law", "theme:time": "Time", "Sealed document": "Sealed document"})


def lesson(what: str, themes: str, phase: str = "alert") -> str:
    return f"```lesson\nwhat: {what}\nthemes: [{themes}]\nphase: {phase}\n```\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    both = (TIERS + STATES).replace("{en: ", "{es: X, en: ")
    write(folder / "data/site.yaml", SITE)
    write(folder / "data/tiers.yaml", both[: both.index("states:")])
    write(folder / "data/states.yaml", both[both.index("states:") :])
    write(folder / "data/themes.yaml", THEMES)
    write(folder / TRIPWIRE, TRIPWIRE_TEXT)
    open_text = f"A.\n\n{lesson('Open', 'time, law')}\n{lesson('Later', 'time', 'after')}"
    sealed = f"\n::: oeg\nB.\n\n{lesson('Narrow', 'time')}\n:::\n"
    write(
        folder / "notes/one/en.md",
        HEAD.format(kind="debriefing", audience="public", n=1, title="Public title") + open_text + sealed,
    )
    inner = f"A.\n\n{lesson('Whole', 'law')}\n::: state:mx\nB.\n\n{lesson('For Mexico', 'law')}\n:::\n"
    write(folder / "notes/two/en.md", HEAD.format(kind="guidance", audience="oeg", n=2, title="Sealed title") + inner)
    return folder


def test_lessons_stand_under_each_of_their_themes_in_the_order_of_a_case(content: Path) -> None:
    catalogue = read_catalogue(content)
    told = {theme: [one.what for one in found] for theme, found in lessons_by_theme(catalogue, "public", "en").items()}

    assert told == {"law": ["Open"], "time": ["Open", "Later"]}
    assert theme_words(catalogue.data_texts, ["en", "es"], "es")["theme:time"] == "Tiempo"


def test_each_audience_is_told_of_its_own_text_alone(content: Path) -> None:
    catalogue = read_catalogue(content).named(lambda _: "abc")
    lists = {one.name: one.html for one in plain_lessons(catalogue, "en", PHRASES)}

    assert set(lists) == {"oeg", "state:mx"}
    assert "Narrow" in lists["oeg"]
    assert "Sealed title" in lists["oeg"]
    assert "S/2" in lists["oeg"]
    assert "For Mexico" not in lists["oeg"]
    assert "#p2" in lists["oeg"]
    # Mexico may read one section of the second paper, and neither its title nor its symbol.
    assert "For Mexico" in lists["state:mx"]
    assert "Sealed document" in lists["state:mx"]
    assert not any(word in lists["state:mx"] for word in ("Sealed title", "S/2", "Whole", "Narrow"))


def test_public_lessons_name_nothing_that_is_sealed(content: Path) -> None:
    html = listed(read_catalogue(content).named(lambda _: "abc"), "public", "en", PHRASES)

    assert "../notes/one/index.html#p1" in html
    assert not any(word in html for word in ("Narrow", "Whole", "Mexico", "Sealed title", "S/2"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("themes: [time]\nphase: after", "themes: [tyme]\nphase: after", ("unknown-theme", 'did you mean "time"?')),
        (
            "A.\n",
            "A.\n\n```case\nyear: 2008\n```\n",
            ("not-a-debriefing", "make it a debriefing, or write its facts as text"),
        ),
    ],
)
def test_what_no_page_could_list_is_refused(content: Path, old: str, new: str, expected: tuple[str, str]) -> None:
    path = content / ("notes/two/en.md" if "case" in new else "notes/one/en.md")
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")

    problems = refuse_lessons(read_catalogue(content))

    assert [(problem.code, problem.next) for problem in problems] == [expected]


def test_a_site_without_themes_is_told_where_they_belong(content: Path) -> None:
    (content / "data/themes.yaml").unlink()
    assert {problem.next for problem in refuse_lessons(read_catalogue(content))} == {
        "declare it in content/data/themes.yaml"
    }


def test_a_lesson_in_another_language_than_the_page_says_so(content: Path) -> None:
    catalogue = read_catalogue(content)
    said = Phrases("", "", {**PHRASES.said, "not yet translated": "aún sin traducir"})

    shown = listed(catalogue, "public", "es", said)

    assert shown.count('<span class="state state--missing">aún sin traducir</span>') == 3, "each lesson, in each theme"
    assert "state--missing" not in listed(catalogue, "public", "en", PHRASES)
