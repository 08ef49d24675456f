"""That a paper in another language than its editor said is noticed, and nothing else taken for one."""

from __future__ import annotations

import datetime
from itertools import combinations
from pathlib import Path

import pytest

from communique.importing.drafting import Wishes
from communique.importing.paper import Doubt
from communique.importing.reading import draft_paper, read_paper
from communique.importing.spoken import COMMON_WORDS
from communique.policy import Policy
from tests.importing.test_papers import LANGUAGES, NAMES, PAPERS

CONTENT = Path(__file__).resolve().parents[2] / "content"
FRENCH = (
    "La délégation est arrivée avec les documents, et ceux qui ont été remis dans la salle sont aux archives."
    " Il ne peut être dit par le service où ils sont, mais chaque bureau a reçu les mêmes."
)
ENGLISH = "The delegation has arrived with its documents, and what was handed over in the room is in the archive."


def doubted(text: str, lang: str, policy: Policy) -> list[Doubt]:
    paper = read_paper(text.encode(), "paper.txt")
    wishes = Wishes("statements/paper", lang, datetime.date(2008, 11, 3))
    return [one for one in draft_paper(paper, policy, wishes).doubts if one.code == "language"]


@pytest.mark.parametrize("name", NAMES)
def test_no_paper_is_doubted_in_its_own_language(name: str, policy: Policy) -> None:
    wishes = Wishes("statements/paper", LANGUAGES.get(name, "en"), datetime.date(2008, 11, 3))
    imported = draft_paper(read_paper((PAPERS / name).read_bytes(), name), policy, wishes)
    assert not [one for one in imported.doubts if one.code == "language"]


def test_a_paper_in_another_language_is_the_first_of_the_doubts(policy: Policy) -> None:
    paper = read_paper((PAPERS / "3-muelles.txt").read_bytes(), "3-muelles.txt")
    doubts = draft_paper(paper, policy, Wishes("statements/paper", "en", datetime.date(2008, 11, 3))).doubts
    assert doubts[0].what == "this paper reads like Spanish, and its draft is in another language"
    assert "--lang es" in doubts[0].next
    (french,) = doubted(f"1. {FRENCH}\n\n2. {FRENCH}", "en", policy)
    assert "like French" in french.what


@pytest.mark.parametrize("lang", COMMON_WORDS)
def test_the_shipped_texts_are_told_apart_and_none_is_doubted(lang: str, policy: Policy) -> None:
    checked = 0
    for path in sorted(CONTENT.glob(f"*/*/{lang}.md")):
        body = path.read_text(encoding="utf-8").split("---\n", 2)[-1]
        prose = [one for one in body.split("\n\n") if one[:1].isalpha() and "{" not in one and "[" not in one]
        text = "\n\n".join(f"{number}. {one}" for number, one in enumerate(prose[:8], 1))
        if len(text.split()) < 100:
            continue
        checked += 1
        assert not doubted(text, lang, policy), path
        for other in COMMON_WORDS.keys() - {lang}:
            assert doubted(text, other, policy), path
    assert checked > 5


@pytest.mark.parametrize(
    "quoted", [f"The minister said: “{FRENCH} {FRENCH}”", f"The minister said: «\u00a0{FRENCH} {FRENCH}\u00a0»"]
)
def test_what_a_paper_quotes_is_not_its_language(quoted: str, policy: Policy) -> None:
    assert not doubted(f"1. {quoted}\n\n2. So much was said.", "en", policy)


@pytest.mark.parametrize("opens", ["“…”", "«…»"])
def test_a_quotation_that_is_never_closed_hides_no_language(opens: str, policy: Policy) -> None:
    sign = opens[0]
    assert doubted(f"1. {sign} {FRENCH} {FRENCH} {opens}", "en", policy)


def test_a_paper_that_quotes_as_much_as_it_says_is_left_alone(policy: Policy) -> None:
    assert not doubted(f"1. {ENGLISH} {ENGLISH}\n\n2. {FRENCH}", "en", policy)


def test_of_a_language_without_such_words_nothing_is_said(policy: Policy) -> None:
    for lang in ("ar", "de", "pt"):
        assert not doubted(f"1. {FRENCH}\n\n2. {FRENCH}", lang, policy)
    assert not doubted("1. " + "Die Abordnung ist mit den Unterlagen in den Saal gekommen. " * 9, "en", policy)


def test_no_word_is_in_the_lists_of_two_languages() -> None:
    assert not [one & other for one, other in combinations(COMMON_WORDS.values(), 2) if one & other]
