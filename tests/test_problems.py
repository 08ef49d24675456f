"""Problems read like short letters, in reading order, and offer the nearest name."""

from __future__ import annotations

from communique.problems import Place, Problem, Refused, did_you_mean, nearest


def test_a_place_says_only_what_is_known() -> None:
    assert [str(Place("a.md")), str(Place("a.md", 4)), str(Place("a.md", 4, 1))] == ["a.md", "a.md:4", "a.md:4:1"]


def test_a_problem_says_where_what_its_code_and_what_next() -> None:
    assert str(Problem(Place("a.md", 4, 1), "a-code", "it is wrong", "mend it")) == (
        "a.md:4:1: it is wrong [a-code]\n    mend it"
    )


def test_all_problems_are_told_once_and_in_reading_order() -> None:
    second, first = Problem(Place("a.md", 10), "b", "c", "d"), Problem(Place("a.md", 9), "b", "c", "d")

    assert Refused([second, first, second]).problems == (first, second)


def test_the_nearest_name_is_offered_whatever_its_case() -> None:
    assert nearest("PARTNER", ["oeg", "partner"]) == "partner"
    assert nearest("patner", ["oeg", "partner"]) == "partner"
    assert nearest("zebra", ["oeg", "partner"]) is None


def test_without_a_near_name_all_names_are_told() -> None:
    assert did_you_mean("zebra", ["oeg", "core"]) == "known: core, oeg"
    assert did_you_mean("zebra", []) == "none is defined yet"
