"""The state of a translation is derived from what it translated, block by block."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from communique.documents.catalogue import Document
from communique.documents.numbers import Number
from communique.languages.status import _status, block_texts, read_pins, render_pins
from communique.problems import Refused
from tests.documents.reading import cut
from tests.languages.test_parity import text

BODY = "One.\n\n## H\n\n::: oeg\nTwo [words]{core}.\n:::\n\n- a {oeg}\n\nThree."


def pin(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:32]


def pins_of(body: str, tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "es.pins"
    path.write_text(render_pins(cut(body), pin), encoding="utf-8")
    return read_pins(path, "es.pins")


def state(now: str, pinned: tuple[str, ...] | None, *, after: Number | None = None) -> tuple[str, tuple[str, ...]]:
    texts = {lang: text(lang, body) for lang, body in {"en": now, "es": BODY}.items()}
    counted = {lang: replace(one, source=one.source.numbered(after)) for lang, one in texts.items()}
    found = _status(Document("a/b", "en", counted), "es", pinned, pin)
    return found.state, tuple(map(str, found.stale))


def test_a_translation_of_what_stands_there_today_is_current(tmp_path: Path) -> None:
    assert state(BODY, pins_of(BODY, tmp_path)) == ("current", ())
    assert state(BODY.replace("One.", "One. ").replace("Two [", "Two\n["), pins_of(BODY, tmp_path)) == ("current", ())


@pytest.mark.parametrize(
    ("there", "here", "stale"),
    [
        ("Three.", "Third.", ("3",)),
        ("[words]", "[other words]", ("2",)),
        ("{core}", "{state:mx}", ("2",)),
        ("- a", "- b", ("2",)),
        ("One.\n\n", "One.\n\nNew.\n\n", ("2",)),
        ("## H", "## I", ("1",)),
    ],
)
def test_changed_paragraphs_are_named_by_number(there: str, here: str, stale: tuple[str, ...], tmp_path: Path) -> None:
    assert state(BODY.replace(there, here), pins_of(BODY, tmp_path)) == ("stale", stale)


def test_numbers_of_a_later_part_go_on_from_the_first(tmp_path: Path) -> None:
    assert state(BODY.replace("Three", "Third"), pins_of(BODY, tmp_path), after=Number(29)) == ("stale", ("32",))


def test_a_text_without_paragraphs_has_no_stale_number(tmp_path: Path) -> None:
    assert state("## A\n\n- b", pins_of("## A\n\n- c", tmp_path)) == ("stale", ())


def test_without_pins_a_translation_counts_as_current() -> None:
    assert state(BODY, None) == ("current", ())


def test_originals_and_missing_translations_are_known() -> None:
    document = Document("a/b", "en", {"en": text("en", BODY)})

    assert [_status(document, lang, None, pin).state for lang in ("en", "es")] == ["original", "missing"]


def test_pins_hold_no_word_of_the_text() -> None:
    written = render_pins(cut(BODY), pin)

    assert not any(word in written for word in ("One", "Two", "words", "Three"))


def test_the_same_words_for_another_audience_are_another_text() -> None:
    assert block_texts(cut("::: oeg\nA.\n:::")) != block_texts(cut("::: core\nA.\n:::"))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("blocks:\n  - {audience: public, pin: abc}\n", "bad-pin"),
        ("blocks:\n  - {audience: public}\n", "missing-key"),
        ("blocks: x\n", "not-a-list"),
        ("block: []\n", "unknown-key"),
    ],
)
def test_a_damaged_pins_file_is_refused(written: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "es.pins"
    path.write_text(written, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        read_pins(path, "es.pins")

    assert code in [problem.code for problem in refused.value.problems]
