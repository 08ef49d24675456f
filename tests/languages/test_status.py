"""The state of a translation is derived from what it translated, block by block."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from communique.documents.document import Document, Text
from communique.documents.listing import Listing
from communique.documents.numbers import Number
from communique.languages.pinning import acknowledged
from communique.languages.pins import Pins, PinsFile, key_of, render_pins
from communique.languages.status import Status, pins_of_documents, read_pins_files, status_of
from communique.problems import Refused
from tests.languages.pinned_texts import pin, pinned, text

BODY = "One.\n\n## H\n\n::: oeg\nTwo [words]{core}.\n:::\n\n- a {oeg}\n\nThree."
SPANISH = "Uno.\n\n## E\n\n::: oeg\nDos [palabras]{core}.\n:::\n\n- b {oeg}\n\nTres."
PINS = pinned(text("en", BODY), text("es", SPANISH))


def status(now: str, pins: Pins | None = PINS, *, after: Number | None = None, **original: str) -> Status:
    texts = {"en": text("en", now, **original), "es": text("es", SPANISH)}
    counted = {lang: replace(one, source=one.source.numbered(after)) for lang, one in texts.items()}
    return status_of(Document("a/b", "en", counted), "es", pins, pin)


def state(now: str, pins: Pins | None = PINS, *, after: Number | None = None) -> tuple[str, tuple[str, ...]]:
    found = status(now, pins, after=after)
    return found.state, tuple(map(str, found.stale))


def test_a_translation_of_what_stands_there_today_is_current() -> None:
    assert state(BODY) == ("current", ())
    assert state(BODY.replace("One.", "One. ").replace("Two [", "Two\n[")) == ("current", ())


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
def test_changed_paragraphs_are_named_by_number(there: str, here: str, stale: tuple[str, ...]) -> None:
    assert state(BODY.replace(there, here)) == ("stale", stale)


def test_numbers_of_a_later_part_go_on_from_the_first() -> None:
    assert state(BODY.replace("Three", "Third"), after=Number(29)) == ("stale", ("32",))


def test_a_text_without_paragraphs_has_no_stale_number() -> None:
    pins = pinned(text("en", "## A\n\n- c"), text("es", "## A\n\n- c"))

    assert state("## A\n\n- b", pins) == ("stale", ())


def test_a_changed_title_or_summary_is_stale_without_a_number() -> None:
    assert status(BODY, title="Another").state == "stale"
    assert status(BODY, summary="Another.").state == "stale"


def test_without_pins_a_translation_counts_as_current_and_with_those_of_other_keys_as_stale() -> None:
    document = Document("a/b", "en", {"en": text("en", BODY), "es": text("es", SPANISH)})

    assert state(BODY, None) == ("current", ())
    assert status_of(document, "es", None, pin, foreign=True).state == "stale"


def test_originals_and_missing_translations_are_known() -> None:
    document = Document("a/b", "en", {"en": text("en", BODY)})

    assert [status_of(document, lang, None, pin).state for lang in ("en", "es")] == ["original", "missing"]


def test_an_audience_alone_makes_nothing_stale() -> None:
    found = status(BODY.replace("::: oeg", "::: core").replace("{core}", "{state:mx}"))

    assert (found.state, [*map(str, found.stale)], found.rearranged) == ("stale", ["2"], True)
    found = status(BODY.replace("::: oeg", "::: partner"))
    assert (found.state, found.stale, found.rearranged) == ("current", (), True)


def test_another_punctuation_is_cosmetic() -> None:
    found = status(BODY.replace("Three.", "Three!"))

    assert (found.state, found.for_readers, [*map(str, found.cosmetic)]) == ("cosmetic", "current", ["3"])


def test_what_was_declared_cosmetic_is_told_and_makes_nothing_stale() -> None:
    now = BODY.replace("Three.", "Third.")
    found = status(now, acknowledged(text("en", now), PINS, pin))

    assert (found.state, found.stale, [*map(str, found.acknowledged)]) == ("cosmetic", (), ["3"])


def copied(*blocks: str) -> str:
    sentence = "The committee met in the capital on Monday and heard four reports about {}."
    texts = {
        "en": text("en", "\n\n".join(sentence.format(one) for one in ("ports", "ships", "cargo", "law"))),
        "es": text("es", "\n\n".join(block or sentence.format("ports") for block in blocks)),
    }
    return status_of(Document("a/b", "en", texts), "es", None, pin).state


def test_a_file_that_holds_the_originals_own_text_is_an_untranslated_copy() -> None:
    assert copied("", "", "", "El comité se reunió en la capital el lunes.") == "copy"
    assert copied("", *["El comité se reunió en la capital el lunes."] * 3) == "current"
    assert Status("copy").for_readers == "missing"


def listing(tmp_path: Path, written: str) -> tuple[Path, Listing]:
    path = tmp_path / "content/a/b/es.pins"
    path.parent.mkdir(parents=True)
    path.write_text(written, encoding="utf-8")
    return tmp_path / "content", Listing((), {("a/b", "es"): path}, {})


def test_pins_are_read_with_their_file_and_line_when_they_are_damaged(tmp_path: Path) -> None:
    content, found = listing(tmp_path, render_pins(PinsFile(key_of(pin), PINS)).replace('"kind": "list"', '"kind": 1'))

    with pytest.raises(Refused, match=r"content/a/b/es\.pins:\d+: .*\[bad-pin\]"):
        read_pins_files(content, found)


def test_pins_of_nobody_are_refused_and_those_of_other_keys_left_out() -> None:
    files = {("a/b", "es"): PinsFile(key_of(pin), PINS)}
    texts: dict[str, Text] = {"en": text("en", BODY)}

    with pytest.raises(Refused, match="stray-pins"):
        pins_of_documents(files, {"a/b": Document("a/b", "en", texts)}, (), pin)
    document = Document("a/b", "en", {**texts, "es": text("es", SPANISH)})
    assert pins_of_documents(files, {"a/b": document}, (), pin) == {("a/b", "es"): PINS}
    assert pins_of_documents(files, {"a/b": document}, (), lambda value: pin("other" + value)) == {}
    assert pins_of_documents(files, {}, ["a/b"], pin) == {}
