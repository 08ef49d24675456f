"""Figures that a source gives and nothing here could compute (`content/data/figures.yaml`): each with its date and
source, and once.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from communique.events import Precision, read_date
from communique.policy import read_labels
from communique.problems import Place, Problem, Refused
from communique.strict_yaml import Node

FILE = "content/data/figures.yaml"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}\Z")


@dataclass(frozen=True)
class Figure:
    """One figure as it stood on a day, in a month or a year, and who says so."""

    name: str
    value: int
    date: datetime.date
    precision: Precision
    labels: Mapping[str, str]
    sources: Mapping[str, str]
    place: Place


def read_figures(node: Node, languages: Sequence[str], as_of: datetime.date) -> dict[str, Figure]:
    """The figures by name, checked.

    Raises:
        Refused: a figure without date or source, or of a day to come.
    """
    problems: list[Problem] = []
    top = node.take(problems, "the file", ["figures"])
    found: dict[str, Figure] = {}
    for name, entry in top["figures"].as_mapping(problems, "figures").items() if "figures" in top else ():
        if not _NAME.match(name):
            what = f'"{name}" cannot name a figure'
            problems.append(Problem(entry.place, "bad-name", what, "use a-z, 0-9 and -"))
        part = entry.take(problems, f"the figure {name}", ["value", "on", "label", "source"])
        value = part["value"].as_integer(problems, "value") if "value" in part else 0
        on = read_date(part["on"], "on", problems) if "on" in part else None
        labels = read_labels(part["label"], languages, problems, "label") if "label" in part else {}
        sources = read_labels(part["source"], languages, problems, "source") if "source" in part else {}
        if on is not None and on.first > as_of:
            what = f"this figure is of a later day than the site ({as_of.isoformat()})"
            problems.append(Problem(part["on"].place, "figure-to-come", what, "correct “on:”"))
        if on is not None:
            found[name] = Figure(name, value, on.first, on.precision, labels, sources, entry.place)
    if problems:
        raise Refused(problems)
    return found
