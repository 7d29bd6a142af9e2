"""Reading TensorFlow Lite files: the graph, its tensors and their quantisation. Pure.

A .tflite file is a FlatBuffer; the numbers of the fields are those of its schema,
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs
The files are trusted: whoever reads one has checked its digest.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

_IDENTIFIER: Final = b"TFL3"


class TensorType(IntEnum):
    """Types of tensors that the importer knows."""

    FLOAT32 = 0
    INT32 = 2
    UINT8 = 3
    INT8 = 9


class Op(IntEnum):
    """Operators that the importer knows, by their built-in codes."""

    ADD = 0
    AVERAGE_POOL_2D = 1
    CONV_2D = 3
    DEPTHWISE_CONV_2D = 4
    DEQUANTIZE = 6
    FULLY_CONNECTED = 9
    LOGISTIC = 14
    RESHAPE = 22
    SOFTMAX = 25
    MEAN = 40
    SPLIT = 49
    QUANTIZE = 114


#: Operators whose options begin with padding, stride across, stride down.
_SLIDING: Final = (Op.CONV_2D, Op.DEPTHWISE_CONV_2D, Op.AVERAGE_POOL_2D)
_SAME: Final = 0


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor.

    Args:
        shape: pictures are (1, height, width, channels).
        type: of its elements.
        data: its elements when it is constant, little endian; else empty.
        scales: of its quantisation, one or one per channel; none when not quantised.
        zero_points: as many as scales.
    """

    shape: tuple[int, ...]
    type: TensorType
    data: bytes
    scales: tuple[float, ...]
    zero_points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator; `inputs` and `output` are numbers of tensors.

    Args:
        op: which one.
        inputs: in the schema's order.
        output: the only one.
        same_padding: output as large as input over stride; convolutions and pooling only.
        strides: down and across; convolutions and pooling only.
    """

    op: Op
    inputs: tuple[int, ...]
    output: int
    same_padding: bool
    strides: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Graph:
    """A model with one input and one output, operators in their order of execution."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    input: int
    output: int


def read_tflite(data: bytes) -> Graph:
    """Return the graph of a file.

    Raises:
        ValueError: not a TensorFlow Lite file, or it uses what the importer does not know.
    """
    if data[4:8] != _IDENTIFIER:
        raise ValueError("not a TensorFlow Lite file")
    (root,) = struct.unpack_from("<I", data)
    model = _Table(data, root)
    # Codes above 127 stand in a field of their own, for which the first one is a placeholder.
    codes = [max(code.number(0, "b"), code.number(3, "i")) for code in model.tables(1)]
    buffers = [buffer.content(0) for buffer in model.tables(4)]
    (graph,) = model.tables(2)
    (given,), (answer,) = graph.numbers(1, "i"), graph.numbers(2, "i")
    return Graph(
        tensors=tuple(_tensor(table, buffers) for table in graph.tables(0)),
        operators=tuple(_operator(table, codes) for table in graph.tables(3)),
        input=given,
        output=answer,
    )


class _Table:
    """A table of a FlatBuffer."""

    def __init__(self, data: bytes, start: int) -> None:
        self._data, self._start = data, start
        self._fields = start - self._at(start, "i")
        self._size = self._at(self._fields, "H")

    def _at(self, place: int, form: str) -> int:
        number: int = struct.unpack_from(f"<{form}", self._data, place)[0]
        return number

    def _place(self, field: int) -> int:
        """Return where a field's value stands; 0 when it has its default."""
        slot = 4 + 2 * field
        offset = self._at(self._fields + slot, "H") if slot < self._size else 0
        return self._start + offset if offset else 0

    def number(self, field: int, form: str, default: int = 0) -> int:
        """Return a number, `form` as in `struct`."""
        place = self._place(field)
        return self._at(place, form) if place else default

    def numbers(self, field: int, form: str) -> tuple[Any, ...]:
        """Return a vector of numbers, `form` as in `struct`."""
        place = self._place(field)
        if not place:
            return ()
        place += self._at(place, "I")
        return struct.unpack_from(f"<{self._at(place, 'I')}{form}", self._data, place + 4)

    def content(self, field: int) -> bytes:
        """Return a vector of bytes."""
        place = self._place(field)
        if not place:
            return b""
        place += self._at(place, "I")
        return self._data[place + 4 : place + 4 + self._at(place, "I")]

    def table(self, field: int) -> _Table | None:
        """Return a table; None when there is none."""
        place = self._place(field)
        return _Table(self._data, place + self._at(place, "I")) if place else None

    def tables(self, field: int) -> list[_Table]:
        """Return a vector of tables."""
        place = self._place(field)
        if not place:
            return []
        place += self._at(place, "I")
        starts = range(place + 4, place + 4 + 4 * self._at(place, "I"), 4)
        return [_Table(self._data, start + self._at(start, "I")) for start in starts]


def _tensor(table: _Table, buffers: list[bytes]) -> Tensor:
    quantisation = table.table(4)
    return Tensor(
        shape=table.numbers(0, "i"),
        type=TensorType(table.number(1, "b")),
        data=buffers[table.number(2, "I")],
        scales=quantisation.numbers(2, "f") if quantisation else (),
        zero_points=quantisation.numbers(3, "q") if quantisation else (),
    )


def _operator(table: _Table, codes: list[int]) -> Operator:
    op = Op(codes[table.number(0, "I")])
    (output,) = table.numbers(2, "i")
    padding, strides = _SAME, (1, 1)
    options = table.table(4)
    if op in _SLIDING and options is not None:
        padding = options.number(0, "b")
        strides = options.number(2, "i"), options.number(1, "i")
    return Operator(op, table.numbers(1, "i"), output, padding == _SAME, strides)
