"""The sources as somebody reads them who asks: what can this name hold, and who calls this?

Names are followed, not types: what has one name in two places is taken for one thing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

#: A step into a value: an element by its place, each element in turn ("*"), or one that is looked up ("[]").
Step = int | str
Steps = tuple[Step, ...]
Function = ast.FunctionDef | ast.AsyncFunctionDef
_Made = TypeVar("_Made", bound=ast.expr)
_FOR_TRANSLATORS = "Translators:"


@dataclass(frozen=True, eq=False)
class Module:
    path: str
    tree: ast.Module
    lines: tuple[str, ...]

    def comment_above(self, line: int) -> str:
        """What stands right above a line for translators."""
        found: list[str] = []
        for text in reversed(self.lines[: line - 1]):
            bare = text.strip()
            if not bare.startswith("# "):
                break
            found.insert(0, bare.removeprefix("# "))
            if found[0].startswith(_FOR_TRANSLATORS):
                return " ".join(found).removeprefix(_FOR_TRANSLATORS).strip()
        return ""


@dataclass(frozen=True, eq=False)
class Scope:
    """A function, or a module, and what lies around it."""

    module: Module
    function: Function | None = None
    outer: Scope | None = None
    owner: str = ""
    #: Name -> what it is bound to: an expression and the steps into it.
    bound: dict[str, list[tuple[ast.expr, Steps]]] = field(default_factory=dict)
    #: Names that grow by pieces: `fix += …`.
    grown: set[str] = field(default_factory=set)

    @property
    def parameters(self) -> list[str]:
        if self.function is None:
            return []
        given = self.function.args
        return [one.arg for one in (*given.posonlyargs, *given.args)]

    def all_parameters(self) -> set[str]:
        if self.function is None:
            return set()
        given = self.function.args
        return {
            one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg) if one
        }


class Sources:
    """The functions, calls, classes and names of some files. `root` is the folder that places are told from."""

    def __init__(self, files: Iterable[Path], root: Path) -> None:
        self.functions: dict[str, list[Scope]] = {}
        self.calls: dict[str, list[tuple[ast.Call, Scope]]] = {}
        self.raises: dict[str, list[tuple[ast.Call, Scope]]] = {}
        #: Of each class its own fields, and what it derives from.
        self.classes: dict[str, tuple[list[str], list[str]]] = {}
        #: What is put into fields of a name, whatever they belong to.
        self.attributes: dict[str, list[tuple[ast.expr, Scope]]] = {}
        self.globals: dict[str, list[tuple[ast.expr, Steps, Scope]]] = {}
        for path in files:
            text = path.read_text(encoding="utf-8")
            self._read(Module(path.relative_to(root).as_posix(), ast.parse(text), tuple(text.splitlines())))

    def _read(self, module: Module) -> None:
        scope = Scope(module)
        self._read_body(module.tree.body, scope, "")
        for name, found in scope.bound.items():
            self.globals.setdefault(name, []).extend((value, steps, scope) for value, steps in found)

    def _read_body(self, body: Sequence[ast.stmt], scope: Scope, owner: str) -> None:
        todo: list[ast.AST] = list(body)
        while todo:
            node = todo.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = Scope(scope.module, node, scope, owner)
                self.functions.setdefault(node.name, []).append(inner)
                todo += [*node.decorator_list, *node.args.defaults, *(one for one in node.args.kw_defaults if one)]
                self._read_body(node.body, inner, "")
                continue
            if isinstance(node, ast.ClassDef):
                self._read_class(node, scope)
                todo += node.decorator_list
                continue
            self._bind(node, scope)
            todo += ast.iter_child_nodes(node)

    def _read_class(self, node: ast.ClassDef, scope: Scope) -> None:
        fields = [
            one.target.id
            for one in node.body
            if isinstance(one, ast.AnnAssign)
            and isinstance(one.target, ast.Name)
            and "ClassVar" not in ast.unparse(one.annotation)
        ]
        bases = [ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases]
        self.classes[node.name] = (fields, bases)
        inner = Scope(scope.module, None, scope, node.name)
        self._read_body(node.body, inner, node.name)
        for name, found in inner.bound.items():
            self.attributes.setdefault(name, []).extend((value, inner) for value, steps in found if not steps)

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind_to(target, value, (), scope)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind_to(target, value, (), scope)
            case ast.NamedExpr(target=target, value=value):
                self._bind_to(target, value, (), scope)
            case ast.AugAssign(target=ast.Name(id=name) as target, op=ast.Add(), value=value):
                if is_text(value):
                    scope.grown.add(name)
                    grown = ast.BinOp(ast.Name(name, ast.Load()), ast.Add(), value)
                    scope.bound.setdefault(name, []).append((at(grown, node), ()))
                else:
                    self._bind_to(target, value, (), scope)
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                self._bind_to(target, value, ("*",), scope)
            case ast.comprehension(target=target, iter=value):
                self._bind_to(target, value, ("*",), scope)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                self._bind_to(target, value, (), scope)
            case ast.ExceptHandler(type=ast.expr() as types, name=str(name)):
                caught = types.elts if isinstance(types, ast.Tuple) else [types]
                for one in caught:
                    raised = ast.Call(ast.Name("raised by", ast.Load()), [one], [])
                    scope.bound.setdefault(name, []).append((at(raised, node), ()))
            case ast.match_case(pattern=pattern):
                del pattern
            case ast.Raise(exc=ast.Call() as call):
                self.raises.setdefault(called(call), []).append((call, scope))
            case ast.Call():
                self.calls.setdefault(called(node), []).append((node, scope))
                self._bind_by_call(node, scope)

    def _bind_by_call(self, call: ast.Call, scope: Scope) -> None:
        """`lines.append(…)` and the like fill what they are called on."""
        match call:
            case ast.Call(func=ast.Attribute(value=target, attr="append" | "add"), args=[value]):
                self._bind_to(target, at(ast.List([value], ast.Load()), call), (), scope)
            case ast.Call(func=ast.Attribute(value=target, attr="extend" | "update"), args=[value]):
                self._bind_to(target, value, (), scope)
            case ast.Call(func=ast.Name(id="replace") | ast.Attribute(attr="replace"), keywords=keywords):
                for one in keywords:
                    if one.arg:
                        self.attributes.setdefault(one.arg, []).append((one.value, scope))

    def _bind_to(self, target: ast.expr, value: ast.expr, steps: Steps, scope: Scope) -> None:
        match target:
            case ast.Name(id=name):
                scope.bound.setdefault(name, []).append((value, steps))
            case ast.Tuple(elts=several) | ast.List(elts=several):
                for place, one in enumerate(several):
                    if isinstance(value, ast.Tuple) and not steps and place < len(value.elts):
                        self._bind_to(one, value.elts[place], (), scope)
                    else:
                        self._bind_to(one, value, (*steps, place), scope)
            case ast.Attribute(attr=name):
                if not steps:
                    self.attributes.setdefault(name, []).append((value, scope))
            case ast.Subscript(value=whole):
                if not steps:
                    pair = ast.Dict([ast.Constant(None)], [value])
                    self._bind_to(whole, at(pair, value), (), scope)
            case ast.Starred(value=one):
                self._bind_to(one, value, steps[:-1], scope)

    def fields_of(self, owner: str) -> list[str]:
        fields, bases = self.classes[owner]
        return [*(one for base in bases if base in self.classes for one in self.fields_of(base)), *fields]


def returned(scope: Scope, steps: Steps) -> Iterator[tuple[ast.expr, Steps]]:
    todo: list[ast.AST] = list(scope.function.body) if scope.function is not None else []
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        match node:
            case ast.Return(value=ast.expr() as value):
                yield value, steps
            case ast.YieldFrom(value=value):
                yield value, steps
            case ast.Yield(value=ast.expr() as value):
                yield value, steps[1:]
        todo += ast.iter_child_nodes(node)


def argument(call: ast.Call, place: int, of: int) -> ast.expr | None:
    """The positional argument at a place; behind a `*` counted from the end."""
    if any(isinstance(one, ast.Starred) for one in call.args[: place + 1]):
        place += len(call.args) - of
        if place < 0 or any(isinstance(one, ast.Starred) for one in call.args[place:]):
            return None
    return call.args[place] if place < len(call.args) else None


def is_text(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return is_text(left) or is_text(right)
        case ast.IfExp(body=one, orelse=other):
            return is_text(one) and is_text(other)
    return False


def is_sentence(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=str(text)):
            return " " in text.strip()
        case ast.JoinedStr(values=several):
            return any(is_sentence(one) for one in several)
        case ast.IfExp(body=one, orelse=other):
            return is_sentence(one) or is_sentence(other)
    return False


def at(made: _Made, node: ast.AST) -> _Made:
    """An expression of our own, where another one stands."""
    return ast.fix_missing_locations(ast.copy_location(made, node))


def called(call: ast.Call) -> str:
    return last_name(call.func)


def last_name(value: ast.expr) -> str:
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
