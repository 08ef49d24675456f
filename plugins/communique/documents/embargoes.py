"""What is not in the build yet, and what would tell of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from communique.documents.document import Text
from communique.problems import Place, Problem


def embargoed_until(by_id: Mapping[str, Mapping[str, Text]], now: datetime.datetime) -> dict[str, datetime.datetime]:
    until: dict[str, datetime.datetime] = {}
    for ident, texts in by_id.items():
        for text in texts.values():
            if text.front.embargo is not None and text.front.embargo > now:
                until[ident] = text.front.embargo
    return until


def telling_parts(
    by_id: Mapping[str, Mapping[str, Text]], embargoed: Mapping[str, datetime.datetime]
) -> Iterator[Problem]:
    """A part that is out and counts one that is not would tell of it; where an older version of that is out, it tells
    nothing new.
    """
    told = {text.front.follows for ident, texts in by_id.items() if ident not in embargoed for text in texts.values()}
    for ident in embargoed:
        for before in {text.front.follows for text in by_id[ident].values()} - {""} - told:
            if before not in embargoed:
                for text in by_id.get(before, {}).values():
                    if text.front.parts:
                        yield Problem(
                            text.front.place,
                            "embargoed-link",
                            f"“part {text.front.part} of {text.front.parts}” tells of a part that is under embargo",
                            "put both under the same embargo, or leave out part and parts until it ends",
                        )


def symbols_to_come(
    by_id: Mapping[str, Mapping[str, Text]], embargoed: Mapping[str, datetime.datetime]
) -> dict[str, str]:
    return {text.front.symbol: ident for ident in embargoed for text in by_id[ident].values() if text.front.symbol}


def embargoed_link(place: Place, target: str, embargoed: Mapping[str, datetime.datetime]) -> Problem:
    what = f"“{target}” is under embargo until {embargoed[target].strftime('%Y-%m-%dT%H:%MZ')}: this would tell of it"
    return Problem(place, "embargoed-link", what, "add it when the embargo ends, or put this document under it too")
