"""Short ways to cut and render a text, for tests."""

from __future__ import annotations

from collections.abc import Mapping

from communique.documents.cutting import parse_source
from communique.documents.numbers import Number
from communique.documents.rendering import Phrases, Renderer
from communique.documents.source import Source
from communique.policy import Audience, Policy, read_policy
from communique.problems import Problem, Refused
from communique.strict_yaml import load_yaml

TIERS = """\
tiers:
  public: {includes: [], tlp: CLEAR, label: {en: Public}}
  partner: {includes: [public], tlp: GREEN, label: {en: Participating states}}
  oeg: {includes: [partner], tlp: AMBER, label: {en: Operational Experts Group}}
  core: {includes: [oeg], tlp: AMBER+STRICT, label: {en: Core group}}
areas: {tlp: AMBER+STRICT}
"""
STATES = """\
states:
  mx: {label: {en: Mexico}, participating: false}
  no: {label: {en: Norway}, participating: true, oeg: true}
  nz: {label: {en: New Zealand}, participating: true, oeg: true}
"""
PHRASES = Phrases("Back to the text", "Table")
RENDERER = Renderer()


def sample_policy() -> Policy:
    return read_policy(load_yaml(TIERS, "tiers.yaml"), load_yaml(STATES, "states.yaml"), ["en"])


POLICY = sample_policy()


def cut(body: str) -> Source:
    """A text whose first line, the title, is line 1; `body` begins on line 3."""
    return parse_source("# Title\n\n" + body, "x.md", POLICY, Audience(("public",)))


def rendered(body: str, *, after: Number | None = None, show_numbers: bool = False) -> Mapping[str, str]:
    """The HTML of each part by name, numbered on from `after`."""
    return RENDERER.render(
        cut(body).numbered(after), lambda target: "to:" + target, show_numbers=show_numbers, phrases=PHRASES
    ).html


def problems_of(body: str) -> tuple[Problem, ...]:
    """Why a text is refused; nothing when it is not."""
    try:
        rendered(body)
    except Refused as refused:
        return refused.problems
    return ()


def found(body: str) -> list[tuple[str, int, int]]:
    """Code, line and column of each problem."""
    return [(problem.code, problem.place.line, problem.place.column) for problem in problems_of(body)]
