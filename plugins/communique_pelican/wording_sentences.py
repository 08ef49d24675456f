"""A sentence as the sources put it together: words, and slots for what is known only later."""

from __future__ import annotations

import ast
import difflib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from communique.languages.wording import VOCABULARY
from communique_pelican.wording_sources import Scope

MOST_ALTERNATIVES = 12
_NO_NAME = re.compile(r"\W")
_WORD = re.compile(r"[^\W\d_][^\W\d_]+[:.,]?")
#: Markup, lines of YAML that a verb writes, commands to type, addresses.
_NO_SENTENCE = (
    re.compile(r"</?[a-z]"),
    re.compile(r"\[[a-z]+\]"),
    re.compile(r"\| "),
    re.compile(r".*%\("),
    re.compile(r"# "),
    re.compile(r"- term: |\0audience: "),
    re.compile(r"(?!known|written|translations|reads|client)[a-z]+: [\0{\"]|[a-z]+: (?:true|paragraphs)\Z"),
    re.compile(r"(?:- |\0: )?\{(?:\0|[a-z]+: )"),
    re.compile(r"[^\w\0]*\Z"),
    re.compile(r"(?:invoke|sudo|npm|apt-get|chmod|rm|\.venv/\S*) [^,;:]*\Z"),
)


@dataclass(frozen=True)
class Slot:
    """A place in a sentence for what is known only later."""

    name: str
    value: ast.expr = field(compare=False)
    scope: Scope = field(compare=False)
    #: What decides between one and many: the text of the expression that is counted.
    says: str = ""


@dataclass(frozen=True)
class Shape:
    """One way a sentence can be put together; `one` and `many` tell which expression a plural was chosen by."""

    pieces: tuple[str | Slot, ...]
    one: str = ""
    many: str = ""


@dataclass
class Sentence:
    line: tuple[str | Slot, ...]
    places: list[tuple[str, int]]
    one: str
    many: str
    #: Whether it is shown by itself, and not only as part of other sentences.
    is_shown: bool
    comment: str = ""
    slots: list[list[Slot]] = field(default_factory=list)

    @property
    def reads(self) -> bool:
        """Whether there is anything to translate: words of a language, and not only a code's or a file's name."""
        text = "".join(piece if isinstance(piece, str) else "\0" for piece in self.line).strip()
        if any(pattern.match(text) for pattern in _NO_SENTENCE):
            return False
        if " " in text:
            return bool(re.search(r"(?<![\w/.=:-])[^\W\d_]{2,}(?![\w/.=\0-])|\(\w+/\w+\)|(?<![^\W\d_])[a-z]\Z", text))
        return bool(_WORD.fullmatch(text)) and (self.is_shown or text in VOCABULARY)


def is_quoted(line: Sequence[str | Slot], slot: Slot) -> bool:
    """Whether a value stands between marks that show it as it is."""
    place = next(index for index, piece in enumerate(line) if piece is slot)
    before = line[place - 1] if place else ""
    return isinstance(before, str) and before.endswith(('"', "“", "`", "<<", "```"))


def pairs(found: Sequence[Sentence]) -> Iterator[tuple[Sentence, Sentence]]:
    """What is said of one, and the same said of many."""
    for plural in found:
        alike = [one for one in found if one.one and one.one == plural.many and set(one.places) & set(plural.places)]
        if alike and not plural.one:
            yield max(alike, key=lambda one: _likeness(one, plural)), plural


def _likeness(one: Sentence, other: Sentence) -> float:
    first, second = (
        "".join(piece if isinstance(piece, str) else "\0" for piece in which.line) for which in (one, other)
    )
    return difflib.SequenceMatcher(None, first, second).ratio()


def escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def product(several: Sequence[list[Shape]]) -> list[Shape]:
    found: list[Shape] = []
    for chosen in itertools.islice(itertools.product(*several), MOST_ALTERNATIVES):
        pieces = tuple(piece for shape in chosen for piece in shape.pieces)
        one = next((shape.one for shape in chosen if shape.one), "")
        many = next((shape.many for shape in chosen if shape.many), "")
        # Two choices by one count are made alike: “1 file is” and “2 files are”, never “1 files is”.
        if one and one == many:
            continue
        found.append(Shape(pieces, one, many))
    return found


def lines(pieces: Sequence[str | Slot]) -> Iterator[tuple[str | Slot, ...]]:
    """A text by its lines, each without the blanks around it; what stands side by side becomes one."""
    line: list[str | Slot] = []
    for piece in [*pieces, "\n"]:
        if isinstance(piece, Slot):
            line.append(piece)
            continue
        first, *others = piece.split("\n")
        for index, text in enumerate([first, *others]):
            if index:
                yield from _stripped(line)
                line = []
            if text and line and isinstance(line[-1], str):
                line[-1] += text
            elif text:
                line.append(text)


def _stripped(line: list[str | Slot]) -> Iterator[tuple[str | Slot, ...]]:
    if line and isinstance(line[0], str):
        line[0] = line[0].lstrip()
    if line and isinstance(line[-1], str):
        line[-1] = line[-1].rstrip()
    kept = tuple(piece for piece in line if piece != "")
    if kept:
        yield kept


def words_in(pieces: Sequence[str | Slot]) -> int:
    return sum(len(piece.split()) if isinstance(piece, str) else 1 for piece in pieces)


def counted(test: ast.expr) -> tuple[str, bool] | None:
    """What a test counts, where it tells one from many; and whether it holds for many."""
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant(value=1)]):
            return ast.unparse(left), False
        case ast.Compare(left=left, ops=[ast.Gt() | ast.NotEq()], comparators=[ast.Constant(value=1)]):
            return ast.unparse(left), True
    return None


def name_of(value: ast.expr) -> str:
    """What a translator sees for a value: the last name in it."""
    match value:
        case ast.Call(func=ast.Name(id="len")):
            return "count"
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"), args=[one, *_]):
            return name_of(one)
        case ast.Call(
            func=ast.Name(id="str" | "escape" | "sorted" | "join_list" | "_and" | "abs" | "int"), args=[one, *_]
        ):
            return name_of(one)
        case ast.Call(func=ast.Attribute(value=one, attr="isoformat" | "as_posix" | "strftime" | "strip" | "group")):
            return name_of(one)
        case ast.GeneratorExp(elt=one) | ast.ListComp(elt=one) | ast.FormattedValue(value=one) | ast.Starred(value=one):
            return name_of(one)
        case ast.Subscript(value=one) | ast.BinOp(left=one) | ast.UnaryOp(operand=one) | ast.Call(func=one):
            return name_of(one)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _NO_NAME.sub("", name).strip("_").lower() or "value"
    return "value"


def next_name(name: str) -> str:
    bare = name.rstrip("0123456789")
    return f"{bare}{int(name.removeprefix(bare) or 1) + 1}"
