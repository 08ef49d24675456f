"""YAML as an editor means it: words stay words, and every mistake has its line and column."""

from __future__ import annotations

import datetime

import pytest

from communique.problems import Place, Problem, Refused
from communique.strict_yaml import Node, load_yaml


def refused(text: str) -> list[tuple[str, int, int]]:
    with pytest.raises(Refused) as error:
        load_yaml(text, "x.yaml")
    return [(problem.code, problem.place.line, problem.place.column) for problem in error.value.problems]


@pytest.mark.parametrize("word", ["no", "NO", "on", "yes", "010", "1:30", "0x1f", "1e3", "2008-11-03", ".inf", "12"])
def test_a_word_stays_the_word_it_is(word: str) -> None:
    assert load_yaml(f"a: {word}", "x.yaml").as_mapping([], "it")["a"].value == word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3", ("duplicate-key", 3, 1)),
        ("a: &x 1\nb: *x", ("yaml-feature", 1, 4)),
        ("a: !!python/name:os 1", ("yaml-feature", 1, 4)),
        ("a:\n  <<: {b: 1}", ("yaml-feature", 2, 3)),
        ("[a]: 1", ("yaml-feature", 1, 1)),
        ("%YAML 1.1\n---\na: 1", ("yaml-feature", 1, 1)),
        ("a: 1\n---\nb: 2", ("bad-yaml", 2, 1)),
        ("a:\n\tb: 1", ("bad-yaml", 2, 1)),
        ("a: [1", ("bad-yaml", 1, 6)),
        ("a: 1\nb: \x07", ("bad-yaml", 2, 0)),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused_at_its_place(text: str, expected: tuple[str, int, int]) -> None:
    assert refused(text)[0] == expected


def test_every_value_keeps_its_place_counted_from_where_the_text_begins() -> None:
    top = load_yaml("a:\n  - b\n  - {c: d}\n", "x.yaml", first_line=10)

    items = top.as_mapping([], "it")["a"].as_list([], "a")
    assert [item.place for item in items] == [Place("x.yaml", 11, 5), Place("x.yaml", 12, 5)]
    assert items[1].as_mapping([], "it")["c"].place == Place("x.yaml", 12, 9)


@pytest.mark.parametrize(
    ("value", "reader", "code"),
    [
        ("''", "as_text", "not-text"),
        ("[a]", "as_text", "not-text"),
        ("02", "as_integer", "not-a-number"),
        ("-1", "as_integer", "not-a-number"),
        ("yes", "as_truth", "not-true-or-false"),
        ("'true'", "as_truth", "not-true-or-false"),
        ("2008-02-30", "as_date", "bad-date"),
        ("3 November 2008", "as_date", "bad-date"),
        ("a", "as_list", "not-a-list"),
        ("a", "as_mapping", "not-a-mapping"),
    ],
)
def test_a_value_of_another_sort_is_reported_where_it_stands(value: str, reader: str, code: str) -> None:
    node = load_yaml(f"a: {value}", "x.yaml").as_mapping([], "it")["a"]
    problems: list[Problem] = []

    getattr(node, reader)(problems, "a")

    assert [(problem.code, problem.place) for problem in problems] == [(code, Place("x.yaml", 1, 4))]


def test_the_right_values_are_read() -> None:
    problems: list[Problem] = []
    top = load_yaml("a: 12\nb: true\nc: 2008-11-03\nd: null\ne: \n", "x.yaml").as_mapping(problems, "it")

    assert top["a"].as_integer(problems, "a") == 12
    assert top["b"].as_truth(problems, "b") is True
    assert top["c"].as_date(problems, "c") == datetime.date(2008, 11, 3)
    assert top["d"].is_nothing()
    assert top["e"].is_nothing()
    assert problems == []


def test_unknown_and_missing_keys_are_all_reported_with_the_nearest_name() -> None:
    problems: list[Problem] = []

    taken = load_yaml("labl: x\n", "x.yaml").take(problems, "the tier", ["label"], ["tlp"])

    assert taken == {}
    assert [(problem.code, problem.next) for problem in problems] == [
        ("unknown-key", 'did you mean "label"?'),
        ("missing-key", 'add a line "label: …"'),
    ]


def test_a_value_out_of_a_list_of_words_is_answered_with_the_nearest() -> None:
    problems: list[Problem] = []

    Node(Place("x.yaml", 1, 4), "newsleter").as_word(problems, "kind", ["newsletter", "meeting"])

    assert [(problem.code, problem.next) for problem in problems] == [("unknown-value", 'did you mean "newsletter"?')]
