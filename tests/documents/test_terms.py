"""Reviews, embargoes and days of withdrawal: what a moment is, and that the moment itself counts."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.terms import moment_of, read_embargo, withdrawn
from communique.problems import Refused
from communique.strict_yaml import Node, load_yaml
from tests.documents.reading import cut
from tests.documents.test_catalogue import content, document, write

__all__ = ["content"]
UTC = datetime.UTC
NOON = datetime.datetime(2008, 11, 10, 12, tzinfo=UTC)
SECOND = datetime.timedelta(seconds=1)


def embargo(text: str) -> tuple[datetime.datetime | None, list[str]]:
    problems: list = []  # type: ignore[type-arg]
    node = load_yaml(f"x: {text}\n", "x.md")
    assert isinstance(node, Node)
    assert isinstance(node.value, dict)
    return read_embargo(node.value["x"], problems), [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2008-11-10T12:00Z", NOON),
        ("2008-11-10T13:00+01:00", NOON),
        ("2008-11-10T12:00:00Z", NOON),
        ("2008-11-10t12:00z", NOON),
        ('"2008-11-10 12:00Z"', NOON),
        ("2008-11-10", datetime.datetime(2008, 11, 10, tzinfo=UTC)),
    ],
)
def test_a_moment_is_the_same_however_it_is_written(written: str, moment: datetime.datetime) -> None:
    assert embargo(written) == (moment, [])


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2008-11-10T12:00", "no-time-zone"),
        ("2008-11-31", "bad-date"),
        ("2008-11-10T25:00Z", "bad-date"),
        ("12:00Z", "bad-date"),
        ("soon", "bad-date"),
    ],
)
def test_what_is_no_moment_is_refused(written: str, code: str) -> None:
    assert embargo(written) == (None, [code])


def at(content: Path, moment: datetime.datetime) -> Catalogue:
    return read_catalogue(content, moment=moment)


def test_the_hour_itself_ends_an_embargo_and_a_second_before_does_not(content: Path) -> None:
    document(content, "two", "B.", "embargo: 2008-11-10T12:00Z\n")

    before, after = at(content, NOON - SECOND), at(content, NOON)

    assert "notes/two" not in before.documents
    assert before.embargoed == {"notes/two": NOON}
    assert "notes/two" in after.documents
    assert after.embargoed == {}


def test_without_a_moment_the_site_s_own_date_counts(content: Path) -> None:
    document(content, "two", "B.", "embargo: 2008-11-03\n")
    document(content, "three", "B.", "embargo: 2008-11-04\n")

    assert set(read_catalogue(content).documents) == {"notes/one", "notes/two"}


def test_a_translation_of_an_embargoed_document_waits_with_it_and_its_links_are_nobody_s_business(
    content: Path,
) -> None:
    document(content, "two", "See [one](doc:notes/one).", "embargo: 2008-11-10\nsymbol: A/1\n")
    write(content / "notes/two/es.md", "---\naudience: public\noriginal: en\nsummary: S.\n---\n# T\n\nVea.\n")
    document(content, "three", "B.", "symbol: A/1\n")

    assert set(read_catalogue(content).documents) == {"notes/one", "notes/three"}


@pytest.mark.parametrize("link", ["[x](doc:notes/two)", "[x](doc:notes/two#p1)"])
def test_a_link_to_what_is_not_out_yet_is_refused_as_a_hint(content: Path, link: str) -> None:
    document(content, "two", "B.", "embargo: 2008-11-10\n")
    document(content, "three", f"See {link}.")

    with pytest.raises(Refused, match="embargoed-link"):
        read_catalogue(content)
    assert at(content, NOON)


def test_the_site_s_own_pages_may_not_name_what_is_not_out_yet(content: Path) -> None:
    path = content / "data/site.yaml"
    path.write_text(path.read_text("utf-8").replace("collections:", "foot: [notes/two]\ncollections:"), "utf-8")
    document(content, "two", "B.", "embargo: 2008-11-10\n")

    with pytest.raises(Refused, match="embargoed-link"):
        read_catalogue(content)


def test_a_withdrawn_text_leaves_its_title_and_its_numbers_and_no_word(content: Path) -> None:
    document(content, "two", "Before heron.\n\n::: oeg\nSealed heron.\n:::\n\n- heron {oeg}", "expires: 2008-11-10\n")
    document(content, "three", "See [it](doc:notes/two#p2).")

    day = datetime.date(2008, 11, 10)
    whole = at(content, moment_of(day) - SECOND).documents["notes/two"]
    left = at(content, moment_of(day)).documents["notes/two"]

    assert "heron" in repr(whole.texts["en"].raw)
    assert not whole.is_withdrawn
    assert left.is_withdrawn
    text = left.texts["en"]
    assert (text.source.title, text.source.paragraphs, text.front.summary) == ("T", 2, "")
    assert "heron" not in text.raw + "".join(part.text for part in text.source.parts)
    assert [part.name for part in text.source.parts] == [""]


def test_what_is_left_of_a_text_has_as_many_paragraphs_as_it_had() -> None:
    source = cut("A.\n\n## Heading\n\n- item\n\nB.\n\n::: oeg\nC.\n:::")

    assert withdrawn(source).paragraphs == source.paragraphs == 3


REVIEW = "review: {by: 2008-11-01, audience-after: partner}\n"


def with_audience(content: Path, audience: str) -> None:
    path = content / "notes/two/en.md"
    path.write_text(path.read_text("utf-8").replace("audience: public", f"audience: {audience}"), "utf-8")


def test_a_review_holds_the_narrower_audience_until_it_is_approved_and_opens_it_then(content: Path) -> None:
    document(content, "two", "B.\n\n::: core\nC.\n:::", REVIEW)
    with_audience(content, "oeg")
    write(content / "data/editors.yaml", "editors:\n  chair: {name: C, approves: [partner]}\n")

    waiting = at(content, NOON).documents["notes/two"]
    write(content / "data/approved.yaml", "reviewed:\n  notes/two: {to: partner, by: chair, on: 2008-11-02}\n")
    approved = at(content, NOON).documents["notes/two"]

    assert str(waiting.front.audience) == "oeg"
    assert str(approved.front.audience) == "partner"
    assert [str(part.audience) for part in approved.texts["en"].source.parts] == ["partner", "core"]
    # For translators nothing has changed.
    assert approved.texts["en"].as_pinned == waiting.texts["en"].source
