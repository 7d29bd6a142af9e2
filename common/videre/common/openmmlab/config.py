"""Configs of OpenMMLab's libraries, read and never run. Pure but for reading files.

A config is a Python file; the libraries execute it. Here it is parsed, and only what says a value
is understood: literals, `dict(…)`, names that were set before, `_base_`, sums and products of
numbers, comprehensions over lists. Whatever else it holds, such as an import or a call, refuses the
file. The text that a checkpoint carries of its own config is of the same kind.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

#: Longest file, bytes; the longest of MMDetection's own has 30 kB.
_MAX_BYTES: Final = 1 << 20
#: Most values that the files of one config may make together; a comprehension counts each.
_MAX_VALUES: Final = 200_000
#: How deep files may name others as their base.
_MAX_DEPTH: Final = 10
#: Longest name or text put together of others, characters.
_MAX_TEXT: Final = 10_000
_BASE: Final = "_base_"
_DELETE: Final = "_delete_"
#: `{{_base_.model}}`, which the libraries replace in the text.
_TEMPLATE: Final = re.compile(r"['\"]?\{\{\s*(_base_(?:\.\w+)+)\s*\}\}['\"]?")
#: `{{ fileDirname }}`, likewise: the folder of the file.
_FOLDER: Final = re.compile(r"\{\{\s*fileDirname\s*\}\}")
_SUMS: Final[Mapping[type, Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_KINDS: Final = {"dict": dict, "list": list, "tuple": tuple, "int": int, "float": float}


class Refused(ValueError):
    """A file is not what it should be, or holds what is not let in; the message says where."""


def read_config(path: Path, scopes: Mapping[str, Path]) -> dict[str, Any]:
    """Return what a config file says, with its bases.

    Args:
        path: the file.
        scopes: folder of configs that `_base_ = "mmdet::…"` means, by name of the library.

    Raises:
        Refused: it is no such file, or holds more than values.
    """
    return _Reader(scopes).file(path, 0)


def parse_config(text: str, what: str) -> dict[str, Any]:
    """Return what the text of a config without bases says.

    Args:
        text: the text, as a checkpoint carries it.
        what: what it is called in messages.

    Raises:
        Refused: it holds more than values.
    """
    try:
        return _Reader({}).text(text, None, 0)
    except Refused as error:
        raise Refused(f"{what}: {error}") from None


def merged(child: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Return a base with what a child says over it; `_delete_` of a child drops the base's dict."""
    out = dict(base)
    for key, value in child.items():
        below = out.get(key)
        if isinstance(value, dict):
            own = {name: one for name, one in value.items() if name != _DELETE}
            keeps = isinstance(below, dict) and not value.get(_DELETE)
            out[key] = merged(own, below) if keeps and isinstance(below, dict) else own
        else:
            out[key] = value
    return out


class _Reader:
    """Reads one config with its bases, within one budget of values."""

    def __init__(self, scopes: Mapping[str, Path]) -> None:
        self._scopes = scopes
        self._left = _MAX_VALUES

    def file(self, path: Path, depth: int) -> dict[str, Any]:
        if depth > _MAX_DEPTH:
            raise Refused(f"{path.name}: more than {_MAX_DEPTH} bases of bases")
        if path.suffix != ".py":
            raise Refused(f"{path.name}: a config is a .py file")
        try:
            with path.open("rb") as file:
                data = file.read(_MAX_BYTES + 1)
            text = data.decode()
        except OSError as error:
            raise Refused(f"{path.name}: cannot be read ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise Refused(f"{path.name}: is no text") from error
        if len(data) > _MAX_BYTES:
            raise Refused(f"{path.name}: more than {_MAX_BYTES} bytes")
        try:
            return self.text(_FOLDER.sub(lambda _: str(path.parent), text), path.parent, depth)
        except Refused as error:
            raise Refused(f"{path.name}: {error}") from None

    def text(self, text: str, folder: Path | None, depth: int) -> dict[str, Any]:
        try:
            body = ast.parse(_TEMPLATE.sub(r"\1", text)).body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise Refused(f"is no config ({error})") from error
        own: dict[str, Any] = {}
        base: dict[str, Any] = {}
        try:
            for line in body:
                name, value = self._assigned(line, own, base)
                if name == _BASE:
                    base = self._bases(value, folder, depth)
                elif name:
                    own[name] = value
        except Refused:
            raise
        except (TypeError, ArithmeticError, LookupError, RecursionError, ValueError) as error:
            raise Refused(f"{type(error).__name__}: {error}") from error
        return merged(own, base)

    def _bases(self, named: Any, folder: Path | None, depth: int) -> dict[str, Any]:
        if folder is None:
            raise Refused("a config without a file has no base")
        found: dict[str, Any] = {}
        for one in [named] if isinstance(named, str) else named:
            scope, colons, inner = str(one).partition("::")
            if not colons:
                path = folder / scope
            elif scope in self._scopes:
                path = self._scopes[scope] / inner
            else:
                raise Refused(f"{_BASE}: {scope!r} is no library known here")
            found |= self.file(path.resolve(), depth + 1)
        return found

    def _assigned(
        self, line: ast.stmt, own: Mapping[str, Any], base: Mapping[str, Any]
    ) -> tuple[str, Any]:
        """Return the name that a line sets and its value; "" of a line that is a comment."""
        if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant):
            return "", None
        if isinstance(line, ast.Assign) and len(line.targets) == 1:
            target = line.targets[0]
            if isinstance(target, ast.Name):
                return target.id, self._value(line.value, {**own, _BASE: base})
        raise _unknown(line)

    def _value(self, node: ast.expr, known: Mapping[str, Any]) -> Any:
        self._left -= 1
        if self._left < 0:
            raise Refused(f"more than {_MAX_VALUES} values")
        match node:
            case ast.Constant(value=value) if not isinstance(value, bytes | complex):
                return value
            case ast.List(elts=items):
                return [self._value(item, known) for item in items]
            case ast.Tuple(elts=items):
                return tuple(self._value(item, known) for item in items)
            case ast.Dict(keys=keys, values=values):
                return self._dict(keys, values, known)
            case ast.Call(func=ast.Name(id=name)) if name in _KINDS:
                return self._made(node, name, known)
            case ast.Name(id=name):
                return _found(known, name)
            case ast.Attribute(value=inside, attr=name):
                return _found(self._value(inside, known), name)
            case ast.Subscript(value=inside, slice=index):
                return self._value(inside, known)[self._value(index, known)]
            case ast.UnaryOp(op=ast.USub(), operand=inside):
                return -self._value(inside, known)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _SUMS:
                return _sum(op, self._value(left, known), self._value(right, known))
            case ast.ListComp():
                return self._each(node, known)
            case ast.JoinedStr(values=parts):
                return self._joined(parts, known)
        raise _unknown(node)

    def _dict(
        self, keys: list[ast.expr | None], values: list[ast.expr], known: Mapping[str, Any]
    ) -> dict[Any, Any]:
        out: dict[Any, Any] = {}
        for key, value in zip(keys, values, strict=True):
            if key is None:  # **other
                out |= self._value(value, known)
            else:
                out[self._value(key, known)] = self._value(value, known)
        return out

    def _made(self, node: ast.expr, name: str, known: Mapping[str, Any]) -> Any:
        assert isinstance(node, ast.Call)
        if name != "dict":
            if node.keywords:
                raise _unknown(node)
            return _KINDS[name](*(self._value(one, known) for one in node.args))
        out = dict(*(self._value(one, known) for one in node.args))
        for word in node.keywords:
            value = self._value(word.value, known)
            out |= value if word.arg is None else {word.arg: value}
        return out

    def _each(self, node: ast.ListComp, known: Mapping[str, Any]) -> list[Any]:
        if len(node.generators) != 1:
            raise _unknown(node)
        (over,) = node.generators
        if over.ifs or over.is_async or not isinstance(over.target, ast.Name):
            raise _unknown(node)
        items = self._value(over.iter, known)
        return [self._value(node.elt, {**known, over.target.id: item}) for item in items]

    def _joined(self, parts: list[ast.expr], known: Mapping[str, Any]) -> str:
        out = ""
        for part in parts:
            plain = isinstance(part, ast.FormattedValue)
            if isinstance(part, ast.FormattedValue) and part.format_spec is not None:
                raise _unknown(part)
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            value = self._value(inner, known)
            if plain and not isinstance(value, str | int | float):
                raise _unknown(part)
            out += str(value)
        return out


def _sum(op: ast.operator, left: Any, right: Any) -> Any:
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    joined = isinstance(op, ast.Add) and type(left) is type(right)
    if not (numbers or (joined and isinstance(left, str | list | tuple))):
        raise Refused(f"{type(left).__name__} and {type(right).__name__} cannot be calculated with")
    if not numbers and len(left) + len(right) > _MAX_TEXT:
        raise Refused(f"a sum of more than {_MAX_TEXT} parts")
    return _SUMS[type(op)](left, right)


def _found(known: Any, name: str) -> Any:
    if isinstance(known, Mapping) and name in known:
        return known[name]
    raise Refused(f"{name!r} is not set where it is used")


def _unknown(node: ast.AST) -> Refused:
    words = ast.unparse(node).splitlines()[0][:80]
    return Refused(
        f"line {getattr(node, 'lineno', 0)}: {words!r} is code, no value; dump the config with the "
        "library's own tool first"
    )
