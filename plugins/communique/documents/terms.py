"""On which terms a document is released: reviewed first, not before an hour, not after a day.

None of them looks at a clock: the moment they are compared with is the build's own, an input like any other.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace

from communique.documents.source import NOTHING, PUBLIC_PART, Block, Part, Source
from communique.policy import PUBLIC, Audience, Policy
from communique.problems import Place, Problem, Refused
from communique.strict_yaml import Node

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[Tt ](\d{2}:\d{2}(?::\d{2})?)(Z|z|[+-]\d{2}:\d{2})?)?\Z")


@dataclass(frozen=True)
class Review:
    """A document that waits for an approval: until then it is for fewer readers, also when `by` has passed."""

    by: datetime.date
    after: Audience
    place: Place


def readers(policy: Policy, audience: Audience) -> frozenset[str]:
    """Every tier, area and group whose holders may read what is for `audience`."""
    return frozenset(name for name in policy.audience_names if policy.may_read([name], audience))


def read_review(node: Node, policy: Policy, problems: list[Problem]) -> Review | None:
    part = node.take(problems, "review", ["by", "audience-after"])
    by = part["by"].as_date(problems, "by") if "by" in part else None
    if "audience-after" not in part:
        return None
    after = part["audience-after"]
    try:
        audience = policy.parse_audience(after.as_text(problems, "audience-after"), after.place)
    except Refused as refused:
        problems.extend(refused.problems)
        return None
    return Review(by, audience, node.place) if by is not None else None


def refuse_review_that_opens_nothing(review: Review, audience: Audience, policy: Policy) -> list[Problem]:
    if readers(policy, audience) < readers(policy, review.after):
        return []
    what = f"after the review this would be for {review.after}, which is not wider than {audience}"
    fix = "write the audience until then in “audience:”, and the wider one in “audience-after:”"
    return [Problem(review.place, "review-not-wider", what, fix)]


def read_embargo(node: Node, problems: list[Problem]) -> datetime.datetime | None:
    """A moment: a day counts from its first second in UTC; an hour must say where it is meant."""
    text = node.as_text(problems, "embargo")
    found = _MOMENT.match(text)
    moment: datetime.datetime | None = None
    if found:
        try:
            moment = datetime.datetime.fromisoformat(text.upper().replace(" ", "T"))
        except ValueError:
            found = None
    if not found or moment is None:
        what = "the embargo is neither a day nor a moment"
        fix = "write 2008-11-10, or 2008-11-10T12:00Z, and check that the day exists"
        problems.append(Problem(node.place, "bad-date", what, fix))
        return None
    if found.group(1) and not found.group(2):
        what = "the embargo's hour is that of no place"
        problems.append(Problem(node.place, "no-time-zone", what, f"write {text}Z for UTC, or {text}+01:00"))
        return None
    return moment.astimezone(datetime.UTC) if found.group(1) else moment.replace(tzinfo=datetime.UTC)


def moment_of(date: datetime.date) -> datetime.datetime:
    """A build that knows only its day is of the first second of that day in UTC."""
    return datetime.datetime.combine(date, datetime.time(), tzinfo=datetime.UTC)


def for_audience(source: Source, audience: Audience) -> Source:
    """The same text, what stands in no section of it for `audience`."""
    parts = tuple(replace(part, audience=audience) if part.name == PUBLIC_PART else part for part in source.parts)
    return replace(source, parts=parts)


def withdrawn(source: Source) -> Source:
    """What is left of a text that was withdrawn: its title, and how many paragraphs it had."""
    numbered = [block for block in source.blocks if block.number is not None]
    place = source.parts[0].place
    text = "\n\n".join(NOTHING for _ in numbered)
    part = Part(PUBLIC_PART, "text", Audience((PUBLIC,)), PUBLIC_PART, place, text)
    blocks = tuple(
        Block("paragraph", PUBLIC_PART, NOTHING, block.line, number=block.number, stated=block.stated, withdrawn=True)
        for block in numbered
    )
    return Source(source.title, (part,), blocks, ())
