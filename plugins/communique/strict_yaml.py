"""YAML in which `no` is Norway, a key stands once, and every value keeps its line and column.

A strict reading of YAML 1.2's core idea on PyYAML's parser: plain scalars are text, and only the one who asks
for an integer, a date or a truth value gets one. Anchors, aliases, tags and merge keys are refused: none of
our data needs them, and an alias can hide who may read what.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import yaml

from communique.problems import Place, Problem, Refused, did_you_mean

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_INTEGER = re.compile(r"0\Z|[1-9]\d{0,8}\Z")
_TRUTH = {"true": True, "false": False}
_NOTHING = ("", "null", "~")


@dataclass(frozen=True)
class Node:
    """One value and its place. `value` is text, a list of nodes, or a mapping of text to nodes.

    The `as_…` readers add a `Problem` to `problems` and return None (or something empty) when the value is
    not what is asked for, so that one reading reports everything.
    """

    place: Place
    value: str | tuple[Node, ...] | dict[str, Node]
    plain: bool = True
    keys: dict[str, Place] = field(default_factory=dict)

    def as_text(self, problems: list[Problem], what: str) -> str:
        if isinstance(self.value, str) and self.value.strip():
            return self.value.strip()
        problems.append(Problem(self.place, "not-text", f"{what} must be text", f"write {what}: some text"))
        return ""

    def as_word(self, problems: list[Problem], what: str, known: Iterable[str]) -> str:
        text = self.as_text(problems, what)
        names = list(known)
        if text and text not in names:
            problems.append(
                Problem(self.place, "unknown-value", f'{what} cannot be "{text}"', did_you_mean(text, names))
            )
            return ""
        return text

    def as_integer(self, problems: list[Problem], what: str) -> int:
        if isinstance(self.value, str) and _INTEGER.match(self.value):
            return int(self.value)
        problems.append(
            Problem(self.place, "not-a-number", f"{what} must be a whole number", "write it in digits, such as 2")
        )
        return 0

    def as_truth(self, problems: list[Problem], what: str) -> bool:
        if isinstance(self.value, str) and self.plain and self.value in _TRUTH:
            return _TRUTH[self.value]
        problems.append(
            Problem(self.place, "not-true-or-false", f"{what} must be true or false", "write true or false")
        )
        return False

    def as_date(self, problems: list[Problem], what: str) -> datetime.date | None:
        if isinstance(self.value, str) and _DATE.match(self.value):
            try:
                return datetime.date.fromisoformat(self.value)
            except ValueError:
                pass
        shown = f' "{self.value}"' if isinstance(self.value, str) and self.value else ""
        problems.append(
            Problem(
                self.place,
                "bad-date",
                f"{what}{shown} is not a date",
                "write year-month-day, such as 2008-11-03, and check that the day exists",
            )
        )
        return None

    def as_list(self, problems: list[Problem], what: str) -> tuple[Node, ...]:
        if isinstance(self.value, tuple):
            return self.value
        problems.append(
            Problem(self.place, "not-a-list", f"{what} must be a list", "write [a, b] or one “- item” a line")
        )
        return ()

    def as_mapping(self, problems: list[Problem], what: str) -> dict[str, Node]:
        if isinstance(self.value, dict):
            return self.value
        problems.append(
            Problem(
                self.place,
                "not-a-mapping",
                f"{what} must hold “key: value” lines",
                "indent its keys below it",
            )
        )
        return {}

    def is_nothing(self) -> bool:
        return isinstance(self.value, str) and self.plain and self.value in _NOTHING

    def take(
        self, problems: list[Problem], what: str, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, Node]:
        """The mapping, after unknown keys and missing required ones were reported."""
        found = self.as_mapping(problems, what)
        if not isinstance(self.value, dict):
            return {}
        must, may = list(required), list(optional)
        problems.extend(
            Problem(
                self.keys.get(key, self.place),
                "unknown-key",
                f'{what} has no key "{key}"',
                did_you_mean(key, must + may),
            )
            for key in found
            if key not in must and key not in may
        )
        problems.extend(
            Problem(self.place, "missing-key", f'{what} lacks the key "{key}"', f'add a line "{key}: …"')
            for key in must
            if key not in found
        )
        return {key: node for key, node in found.items() if key in must or key in may}


def load_yaml(text: str, file: str, *, first_line: int = 1) -> Node:
    """Read `text`, the part of `file` that begins at `first_line`.

    Raises:
        Refused: it is not YAML, or uses what we refuse (duplicate keys, anchors, tags, several documents).
    """
    problems: list[Problem] = []
    empty = Node(Place(file, first_line, 1), "", plain=True)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        tokens = list(_forbidden(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, first_line + mark.line, mark.column + 1) if mark else Place(file, first_line)
        what = f"this is not valid YAML: {error.problem or error.context}"
        raise Refused([Problem(place, "bad-yaml", what, "check indentation, colons and quotes on this line")]) from None
    except yaml.YAMLError as error:
        line = first_line + text[: getattr(error, "position", 0) or 0].count("\n")
        what = "this is not valid YAML: a character that YAML does not allow"
        raise Refused([Problem(Place(file, line), "bad-yaml", what, "delete the invisible character")]) from None
    for mark, thing in tokens:
        problems.append(
            Problem(
                Place(file, first_line + mark.line, mark.column + 1),
                "yaml-feature",
                f"{thing} is not accepted here",
                "write the value out",
            )
        )
    if problems:
        raise Refused(problems)
    node = empty if root is None else _convert(root, file, first_line - 1, problems)
    if problems:
        raise Refused(problems)
    return node


def _forbidden(text: str) -> Iterator[tuple[yaml.Mark, str]]:
    names = {
        yaml.AnchorToken: "an anchor (&)",
        yaml.AliasToken: "an alias (*)",
        yaml.TagToken: "a tag (!)",
        yaml.DirectiveToken: "a directive (%)",
    }
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        for kind, thing in names.items():
            if isinstance(token, kind):
                yield token.start_mark, thing


def _convert(node: yaml.Node, file: str, offset: int, problems: list[Problem]) -> Node:
    place = Place(file, offset + node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.ScalarNode):
        return Node(place, str(node.value), plain=node.style is None)
    if isinstance(node, yaml.SequenceNode):
        return Node(place, tuple(_convert(child, file, offset, problems) for child in node.value))
    values: dict[str, Node] = {}
    keys: dict[str, Place] = {}
    for key, value in node.value:
        at = Place(file, offset + key.start_mark.line + 1, key.start_mark.column + 1)
        name = str(key.value)
        if not isinstance(key, yaml.ScalarNode) or name == "<<":
            problems.append(Problem(at, "yaml-feature", "a key must be a plain word", "write the keys out"))
            continue
        if name in values:
            problems.append(
                Problem(
                    at,
                    "duplicate-key",
                    f'the key "{name}" stands twice (first on line {keys[name].line})',
                    "keep one of the two lines",
                )
            )
            continue
        keys[name] = at
        values[name] = _convert(value, file, offset, problems)
    return Node(place, values, keys=keys)
