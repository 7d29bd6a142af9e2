"""Writing ONNX files: nodes, constants and their protobuf encoding. Pure.

The encoding is that of protobuf's own writer, fields in the order of their numbers, so that equal
models give equal bytes. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

_IR_VERSION: Final = 8
_OPSET: Final = 13
_FLOAT_ATTRIBUTE: Final = 1
_INT_ATTRIBUTE: Final = 2
_INTS_ATTRIBUTE: Final = 7


class ElementType(IntEnum):
    """Types of elements."""

    FLOAT = 1
    UINT8 = 2
    INT8 = 3
    INT64 = 7


@dataclass(frozen=True, slots=True)
class Value:
    """An input or output of float elements: its name and dimensions; "" is one of any size."""

    name: str
    shape: tuple[int | str, ...]


@dataclass(slots=True)
class OnnxFile:
    """A model that grows node by node."""

    _nodes: list[bytes] = field(default_factory=list)
    _constants: list[bytes] = field(default_factory=list)

    def node(
        self,
        op: str,
        inputs: Sequence[str],
        output: str,
        attributes: Mapping[str, int | float | Sequence[int]] | None = None,
    ) -> str:
        """Add a node and return the name of its output."""
        parts = [_text(1, name) for name in inputs]
        parts += [_text(2, output), _text(4, op)]
        parts += [_message(5, _attribute(*item)) for item in (attributes or {}).items()]
        self._nodes.append(_message(1, b"".join(parts)))
        return output

    def constant(self, name: str, kind: ElementType, shape: Sequence[int], data: bytes) -> str:
        """Add a constant, its elements little endian, and return its name."""
        parts = [_number(1, size) for size in shape]
        parts += [_number(2, kind), _text(8, name), _message(9, data)]
        self._constants.append(_message(5, b"".join(parts)))
        return name

    def encode(self, name: str, inputs: Sequence[Value], outputs: Sequence[Value]) -> bytes:
        """Return the file of the model; `name` is the graph's."""
        graph = [*self._nodes, _text(2, name), *self._constants]
        graph += [_message(11, _value(value)) for value in inputs]
        graph += [_message(12, _value(value)) for value in outputs]
        opset = _text(1, "") + _number(2, _OPSET)
        return _number(1, _IR_VERSION) + _message(7, b"".join(graph)) + _message(8, opset)


def _attribute(name: str, value: int | float | Sequence[int]) -> bytes:
    if isinstance(value, float):
        number = _varint(2 << 3 | 5) + struct.pack("<f", value)
        return _text(1, name) + number + _number(20, _FLOAT_ATTRIBUTE)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT_ATTRIBUTE)
    numbers = b"".join(_number(8, item) for item in value)
    return _text(1, name) + numbers + _number(20, _INTS_ATTRIBUTE)


def _value(value: Value) -> bytes:
    dimensions = (
        _number(1, size) if isinstance(size, int) else _named(size) for size in value.shape
    )
    shape = b"".join(_message(1, dimension) for dimension in dimensions)
    tensor = _number(1, ElementType.FLOAT) + _message(2, shape)
    return _text(1, value.name) + _message(2, _message(1, tensor))


def _named(size: str) -> bytes:
    return _text(2, size) if size else b""


def _varint(number: int) -> bytes:
    """Return a number ≥ 0, seven bits a byte."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _number(tag: int, number: int) -> bytes:
    return _varint(tag << 3) + _varint(number)


def _message(tag: int, content: bytes) -> bytes:
    return _varint(tag << 3 | 2) + _varint(len(content)) + content


def _text(tag: int, text: str) -> bytes:
    return _message(tag, text.encode())
