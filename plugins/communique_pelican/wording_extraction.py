"""Finds in the sources what editors are told: the sentences of problems, of what verbs print, ask and explain.

Letters are plain strings where they arise; no call site knows of languages. So this follows, from the few places where
something is shown (a problem, a print, a question, a table), backwards to every constant that can arrive there: through
variables, parameters, what functions return, fields of records. It goes by names and asks for no types. What it finds
too much costs a translator a line; what it does not find stays English, and a test reads every letter the tests know.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from communique.languages.wording import VOCABULARY, Kind, Template
from communique_pelican.wording_sentences import (
    MOST_ALTERNATIVES,
    Sentence,
    Shape,
    Slot,
    counted,
    escaped,
    is_quoted,
    lines,
    name_of,
    next_name,
    pairs,
    product,
    words_in,
)
from communique_pelican.wording_sources import (
    Scope,
    Sources,
    Steps,
    argument,
    at,
    called,
    is_sentence,
    is_text,
    last_name,
    returned,
)

#: What hands its first argument on, as far as words go.
_SAME = {
    "str", "escape", "sorted", "list", "tuple", "set", "frozenset", "reversed", "iter", "dict", "Text", "cast", "chain",
    "fromkeys", "max", "min", "any", "dedent", "fill",
}  # fmt: skip
_SAME_METHODS = {
    "strip", "lstrip", "rstrip", "lower", "capitalize", "casefold", "removeprefix", "removesuffix", "replace",
    "splitlines", "copy", "ljust", "rjust", "expandtabs", "title",
}  # fmt: skip
#: A function that hands its own answer on, taken apart, would be followed for ever.
_DEEPEST = 2
#: Values of these names are words of the core's vocabulary.
_OF_VOCABULARY = ("kind", "state", "way")
#: Fields that carry words, though each is given them through variables.
_WORDED = ("what", "next", "fix", "why", "inside", "files")
#: Records that hold what content may say and what it is shown as: translated elsewhere, or not at all.
_OF_CONTENT = ("Field", "Kind")
_SHOWN = ("shown",)
_Node = tuple[object, ...]


class Extraction:
    """All that editors can be told by some sources."""

    def __init__(self, files: Iterable[Path], root: Path) -> None:
        self.sources = Sources(files, root)
        #: From where a text is shown to what it can be.
        self.told: dict[_Node, set[_Node]] = {}
        self.waiting: list[tuple[_Node, ast.expr, Scope, Steps]] = []
        self.sentences: dict[tuple[tuple[str | None, ...], ...], Sentence] = {}
        self.seen: set[_Node] = set()
        self.worded: dict[str, bool] = {}
        #: Expressions of our own are told apart by where they lie in memory, as all are: none may go.
        self.kept: list[ast.expr] = []

    def templates(self) -> list[Template]:
        """Every sentence an editor can meet, in the order of the sources."""
        self.told[_SHOWN] = set()
        for node, value, scope in self._shown():
            self._want(node, value, scope, ())
        while self.waiting:
            self._follow(*self.waiting.pop())
        found = sorted((one for one in self.sentences.values() if one.reads), key=lambda one: one.places[0])
        templates = {id(one): self._template(one) for one in found}
        for singular, plural in pairs(found):
            counted = next((name for name, says in templates[id(plural)].says if says == plural.many), "")
            if counted:
                many = templates.pop(id(plural))
                templates[id(singular)] = replace(templates[id(singular)], plural=many, counted=counted)
        words = (Template(word) for word in sorted(VOCABULARY - {one.text for one in templates.values()}))
        return [*templates.values(), *self._verbs(), *words]

    def _verbs(self) -> Iterator[Template]:
        """What `invoke --list` and `invoke --help` say of each verb."""
        for scopes in self.sources.functions.values():
            for scope in scopes:
                function = scope.function
                decorated = function.decorator_list if function is not None else []
                if function and any(ast.unparse(one).split("(")[0] in ("verb", "verb_with") for one in decorated):
                    text = ast.get_docstring(function) or ""
                    yield Template(escaped(text), places=((scope.module.path, function.lineno),))

    def _shown(self) -> Iterator[tuple[_Node, ast.expr, Scope]]:
        for name, calls in self.sources.calls.items():
            for call, scope in calls:
                for value in _shown_by(name, call):
                    yield _SHOWN, value, scope
        letters = {"SealingError"}
        while more := {name for name, (_, bases) in self.sources.classes.items() if letters & set(bases)} - letters:
            letters |= more
        for name in letters:
            for call, scope in self.sources.raises.get(name, []):
                for value in call.args:
                    yield _SHOWN, value, scope
        for call, scope in self.sources.calls.get("__init__", []):
            if scope.outer is not None and scope.outer.owner in letters:
                for value in call.args:
                    yield _SHOWN, value, scope

    def _want(self, node: _Node, value: ast.expr, scope: Scope, steps: Steps) -> None:
        if len(steps) > _DEEPEST:
            return
        target = ("value", id(value), id(scope), steps)
        self.told.setdefault(node, set()).add(target)
        if target not in self.seen:
            self.seen.add(target)
            self.waiting.append((target, value, scope, steps))

    def _want_named(self, node: _Node, kind: str, name: str, steps: Steps, owner: Scope | None = None) -> None:
        if len(steps) > _DEEPEST:
            return
        target = (kind, name, steps, id(owner))
        self.told.setdefault(node, set()).add(target)
        if target in self.seen:
            return
        self.seen.add(target)
        if kind == "returned":
            for scope in self.sources.functions.get(name, []) if owner is None else [owner]:
                for value, more in returned(scope, steps):
                    self._want(target, value, scope, more)
        elif kind == "field":
            self._want_field(target, name, steps)
        elif kind == "given" and owner is not None and owner.function is not None:
            self._want_given(target, owner, name, steps)

    def _want_field(self, target: _Node, name: str, steps: Steps) -> None:
        for value, scope in self.sources.attributes.get(name, []):
            self._want(target, value, scope, steps)
        for scope in self.sources.functions.get(name, []):
            if scope.outer is not None and scope.outer.owner:
                self._want_named(target, "returned", name, steps, scope)
        for owner in self.sources.classes:
            fields = self.sources.fields_of(owner)
            if name in fields and owner not in _OF_CONTENT:
                for call, scope in [*self.sources.calls.get(owner, []), *self.sources.raises.get(owner, [])]:
                    place = fields.index(name)
                    if (given := argument(call, place, len(fields))) is not None:
                        self._want(target, given, scope, steps)
                    for keyword in call.keywords:
                        if keyword.arg == name:
                            self._want(target, keyword.value, scope, steps)

    def _carries_words(self, name: str) -> bool:
        """Whether a field of this name is ever given a sentence: most hold names, numbers and other records."""
        if name in _WORDED:
            return True
        if name not in self.worded:
            values = [value for value, _ in self.sources.attributes.get(name, [])]
            for scope in self.sources.functions.get(name, []):
                if scope.outer is not None and scope.outer.owner:
                    values += [value for value, _ in returned(scope, ())]
            for owner in self.sources.classes:
                fields = self.sources.fields_of(owner)
                if name in fields:
                    place = fields.index(name)
                    for call, _ in [*self.sources.calls.get(owner, []), *self.sources.raises.get(owner, [])]:
                        values += call.args[place : place + 1]
                        values += [one.value for one in call.keywords if one.arg == name]
            self.worded[name] = any(is_sentence(value) for value in values)
        return self.worded[name]

    def _want_given(self, target: _Node, owner: Scope, name: str, steps: Steps) -> None:
        function = owner.function
        if function is None:
            return
        called = function.name
        is_method = bool(owner.outer and owner.outer.owner)
        if called == "__init__" and owner.outer is not None:
            called = owner.outer.owner
        for call, scope in [*self.sources.calls.get(called, []), *self.sources.raises.get(called, [])]:
            parameters = owner.parameters
            if is_method and parameters[:1] in (["self"], ["cls"]):
                parameters = parameters[1:]
            variadic = function.args.vararg
            if name in parameters:
                place = parameters.index(name)
                if (value := argument(call, place, len(parameters))) is not None:
                    self._want(target, value, scope, steps)
            elif variadic is not None and variadic.arg == name:
                rest = at(ast.Tuple(call.args[len(parameters) :], ast.Load()), call)
                self.kept.append(rest)
                self._want(target, rest, scope, steps)
            for keyword in call.keywords:
                if keyword.arg == name:
                    self._want(target, keyword.value, scope, steps)
        given = function.args
        positional = [*given.posonlyargs, *given.args]
        defaults = dict(zip([one.arg for one in positional][::-1], given.defaults[::-1], strict=False))
        defaults |= {
            one.arg: default for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default
        }
        if name in defaults and owner.outer is not None:
            self._want(target, defaults[name], owner.outer, steps)

    def _follow(self, node: _Node, value: ast.expr, scope: Scope, steps: Steps) -> None:
        match value:
            case ast.IfExp(body=one, orelse=other):
                for way in (node, _SHOWN) if node in self.told[_SHOWN] else (node,):
                    self._want(way, one, scope, steps)
                    self._want(way, other, scope, steps)
            case ast.BoolOp(values=several):
                for one in several:
                    self._want(node, one, scope, steps)
            case ast.NamedExpr(value=one) | ast.Starred(value=one) | ast.Await(value=one):
                self._want(node, one, scope, steps)
            case ast.BinOp(left=left, op=ast.Add() | ast.BitOr(), right=right) if steps or not is_text(value):
                self._want(node, left, scope, steps)
                self._want(node, right, scope, steps)
            case ast.Constant() | ast.JoinedStr() | ast.BinOp(op=ast.Add()):
                if not steps:
                    self._tell(node, value, scope)
            case ast.Tuple(elts=several) | ast.List(elts=several) | ast.Set(elts=several):
                self._into_elements(node, several, scope, steps)
            case ast.Dict(keys=keys, values=values):
                shown = [one for one in keys if one is not None] if steps[:1] == ("*",) else values
                for one in shown:
                    self._want(node, one, scope, steps[1:])
                for key, one in zip(keys, values, strict=True):
                    if key is None:
                        self._want(node, one, scope, steps)
            case ast.ListComp(elt=one) | ast.SetComp(elt=one) | ast.GeneratorExp(elt=one):
                self._want(node, one, scope, steps[1:])
            case ast.DictComp(key=key, value=one):
                self._want(node, key if steps[:1] == ("*",) else one, scope, steps[1:])
            case ast.Subscript(value=whole, slice=ast.Constant(value=int(place))) if place >= 0:
                self._want(node, whole, scope, (place, *steps))
            case ast.Subscript(slice=ast.Slice(), value=whole):
                self._want(node, whole, scope, steps)
            case ast.Subscript(value=whole):
                self._want(node, whole, scope, ("[]", *steps))
            case ast.Attribute(attr=name, value=whole):
                if isinstance(whole, ast.Name) and name in self.sources.globals and name.isupper():
                    for one, more, where in self.sources.globals[name]:
                        self._want(node, one, where, (*more, *steps))
                elif not steps and self._carries_words(name):
                    self._want_named(node, "field", name, steps)
            case ast.Name(id=name):
                self._into_name(node, name, scope, steps)
            case ast.Call():
                self._into_call(node, value, scope, steps)

    def _into_elements(self, node: _Node, several: Sequence[ast.expr], scope: Scope, steps: Steps) -> None:
        first = steps[0] if steps else "*"
        if isinstance(first, int) and not any(isinstance(one, ast.Starred) for one in several):
            if first < len(several):
                self._want(node, several[first], scope, steps[1:])
            return
        for one in several:
            inner = steps if isinstance(one, ast.Starred) else steps[1:]
            self._want(node, one, scope, inner)

    def _into_name(self, node: _Node, name: str, scope: Scope, steps: Steps) -> None:
        around: Scope | None = scope
        while around is not None:
            if name in around.all_parameters():
                self._want_named(node, "given", name, steps, around)
            if name in around.bound:
                for value, more in around.bound[name]:
                    self._want(node, value, around, (*more, *steps))
            if name in around.bound or name in around.all_parameters():
                return
            around = around.outer
        for value, more, where in self.sources.globals.get(name, []):
            self._want(node, value, where, (*more, *steps))

    def _into_call(self, node: _Node, call: ast.Call, scope: Scope, steps: Steps) -> None:
        name = called(call)
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        match name:
            case "_" | "N_" | "gettext" | "ngettext" | "pgettext":
                # These are readers' words too: they are in the other catalogue, or asked for in the right language.
                return
            case "raised by":
                for raised, where in self.sources.raises.get(last_name(call.args[0]), []):
                    for given in raised.args:
                        self._want(node, given, where, steps)
                return
            case "join" if receiver is not None and call.args:
                self._want(node, call.args[0], scope, ())
                return
            case "join_list":
                self.told.setdefault(node, set()).add(("list",))
                return
            case "enumerate" if call.args:
                if steps[1:2] == (1,) or not steps:
                    self._want(node, call.args[0], scope, ("*", *steps[2:]))
                return
            case "zip":
                if len(steps) > 1 and isinstance(steps[1], int) and steps[1] < len(call.args):
                    self._want(node, call.args[steps[1]], scope, ("*", *steps[2:]))
                return
            case "items" if receiver is not None:
                inner: Steps = ("*",) if steps[1:2] == (0,) else ("[]",)
                self._want(node, receiver, scope, (*inner, *steps[2:]))
                return
            case "values" if receiver is not None:
                self._want(node, receiver, scope, ("[]", *steps[1:]))
                return
            case "get" | "pop" | "setdefault" if receiver is not None:
                self._want(node, receiver, scope, ("[]", *steps))
                for one in call.args[1:]:
                    self._want(node, one, scope, steps)
                return
            case "next" if call.args:
                self._want(node, call.args[0], scope, ("*", *steps))
                for one in call.args[1:]:
                    self._want(node, one, scope, steps)
                return
        if name in (_SAME if receiver is None else ("fromkeys", "from_iterable")):
            for one in call.args:
                self._want(node, one, scope, steps)
        elif receiver is not None and name in _SAME_METHODS and name not in self.sources.functions:
            self._want(node, receiver, scope, steps)
        elif name in self.sources.functions:
            self._want_named(node, "returned", name, steps)
        elif name in self.sources.classes and not steps:
            for owner in self.sources.functions.get("__str__", []):
                if owner.outer is not None and owner.outer.owner == name:
                    self._want_named(node, "returned", "__str__", (), owner)

    # -- sentences

    def _tell(self, node: _Node, value: ast.expr, scope: Scope) -> None:
        place = (scope.module.path, value.lineno)
        for shape in self._shapes(value, scope, 3)[:MOST_ALTERNATIVES]:
            for line in lines(shape.pieces):
                key = tuple(("",) if isinstance(piece, Slot) else (piece,) for piece in line)
                kept = self.sentences.get(key)
                if kept is None:
                    kept = self.sentences[key] = Sentence(line, [], shape.one, shape.many, node in self.told[_SHOWN])
                kept.places.append(place)
                kept.comment = kept.comment or scope.module.comment_above(value.lineno)
                kept.slots.append([piece for piece in line if isinstance(piece, Slot)])
                target = ("sentence", key)
                if kept.reads:
                    self.told.setdefault(node, set()).add(target)
                for piece in line:
                    if isinstance(piece, Slot):
                        self._want(("slot", id(piece.value), id(piece.scope)), piece.value, piece.scope, ())
                        if not kept.reads:
                            # Nothing but a frame: whoever shows it shows what stands in it.
                            self._want(node, piece.value, piece.scope, ())

    def _shapes(self, value: ast.expr, scope: Scope, depth: int) -> list[Shape]:
        match value:
            case ast.Constant(value=str(text)):
                return [Shape((text,))]
            case ast.JoinedStr(values=several):
                return product([self._shapes(one, scope, depth) for one in several])
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return product([self._shapes(one, scope, depth) for one in (left, right)])
            case ast.IfExp(test=test, body=one, orelse=other) if is_text(one) and is_text(other):
                chosen = counted(test)
                first, second = self._shapes(one, scope, depth), self._shapes(other, scope, depth)
                if chosen and chosen[1]:
                    first, second = second, first
                if chosen:
                    first = [Shape(shape.pieces, one=shape.one or chosen[0], many=shape.many) for shape in first]
                    second = [Shape(shape.pieces, one=shape.one, many=shape.many or chosen[0]) for shape in second]
                return [*first, *second]
            case ast.FormattedValue(value=one):
                return self._shapes(one, scope, depth)
            case ast.Name(id=name) if depth and name in scope.bound and name not in scope.grown:
                bound = scope.bound[name]
                if name not in scope.all_parameters() and all(is_text(one) and not steps for one, steps in bound):
                    shapes = [shape for one, _ in bound for shape in self._shapes(one, scope, depth - 1)]
                    if 1 <= len(shapes) <= 4 and any(words_in(shape.pieces) < 3 for shape in shapes):
                        return shapes
        return [Shape((Slot(name_of(value), value, scope, ast.unparse(value)),))]

    def _template(self, one: Sentence) -> Template:
        names: dict[str, str] = {}
        kinds: dict[str, Kind] = {}
        text = ""
        for piece in one.line:
            if isinstance(piece, str):
                text += escaped(piece)
                continue
            name = piece.name
            while name in names.values() and names.get(piece.says) != name:
                name = next_name(name)
            name = names.setdefault(piece.says, name)
            text += f"{{{name}}}"
            place = [slot for slot in one.line if isinstance(slot, Slot)].index(piece)
            for slots in one.slots:
                kind = "name" if is_quoted(one.line, piece) else self._kind_of(slots[place])
                if kinds.get(name, "name") == "name" or kind == "words":
                    kinds[name] = kind
        places = tuple(dict.fromkeys(one.places))
        says = tuple((name, expression) for expression, name in names.items())
        return Template(text, tuple(kinds.items()), places, says, comment=one.comment)

    def _kind_of(self, slot: Slot) -> Kind:
        if slot.name in _OF_VOCABULARY:
            return "words"
        start: _Node = ("slot", id(slot.value), id(slot.scope))
        todo, seen, listed = [start], {start}, False
        while todo:
            for target in self.told.get(todo.pop(), ()):
                if target[0] == "sentence":
                    return "words"
                listed = listed or target[0] == "list"
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        return "list" if listed else "name"


def _shown_by(name: str, call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that somebody reads."""
    keywords = {one.arg: one.value for one in call.keywords if one.arg}
    match name:
        case "Problem" | "Doubt":
            yield from [*call.args[2:4], *(keywords[key] for key in ("what", "next") if key in keywords)]
        case "say" | "add_row" | "Table" | "agrees" | "ask":
            yield from call.args
        case "print":
            yield from call.args
        case "translated" | "said_by":
            yield from call.args[-1:]
        case "phase" | "getpass" | "add_column":
            yield from call.args[:1]
        case "aside":
            yield from [*call.args[1:], *(keywords[key] for key in ("shown",) if key in keywords)]
