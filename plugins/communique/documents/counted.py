"""Figures that the site counts itself, so that no text types them: states in the data, cases in the debriefings.

A count of sealed blocks tells of each of them, so it is cited only where every reader may read them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from communique.documents.data_blocks import DataBlock
from communique.documents.source import Source
from communique.policy import Audience, Policy

#: The word of the block that describes a case.
CASE = "case"


@dataclass(frozen=True)
class Counted:
    """A number, who may read what was counted, and the page on which it can be counted again."""

    value: int
    audiences: frozenset[Audience]
    page: str


def counted_figures(originals: Iterable[Source], policy: Policy) -> dict[str, Counted]:
    """Every figure that is counted, by the name under which texts cite it."""
    in_group = sum(1 for state in policy.states.values() if state.oeg)
    cases = list(_cases(originals))
    figures = {"oeg-states": Counted(in_group, frozenset(), "states")}
    for name, count in _OF_CASES.items():
        value = count([block for block, _ in cases])
        figures[name] = Counted(value, frozenset(audience for _, audience in cases), "lessons")
    return figures


def may_cite(policy: Policy, readers: Audience, figure: Counted) -> bool:
    """Whether everyone who reads a text for `readers` may read all that was counted."""
    return all(policy.may_read([name], audience) for name in readers.names for audience in figure.audiences)


def _cases(originals: Iterable[Source]) -> Iterator[tuple[DataBlock, Audience]]:
    """The blocks that describe one consignment each, and who may read them."""
    for source in originals:
        for block in source.data:
            if block.word == CASE and "items" in block.fields:
                yield block, source.part(block.part).audience


def _by(ground: str) -> Callable[[list[DataBlock]], int]:
    return lambda cases: sum(1 for case in cases if ground in case.names_of("grounds"))


_OF_CASES: Mapping[str, Callable[[list[DataBlock]], int]] = {
    "cases": len,
    "cases-states": lambda cases: len({state for case in cases for state in case.names_of("states")}),
    "cases-by-catch-all": _by("catch-all"),
    "cases-by-resolution": _by("resolution"),
}
