"""TensorFlow Lite → ONNX: the same numbers, the same bytes every time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.manifest import packaged_manifest
from videre.common.models import IMPORTERS, file_sha256
from videre.common.tflite import Op, TensorType
from videre.common.tflite_import import tflite_to_onnx

RNG = np.random.default_rng(7)
NUMBERS = {"i": "Int32", "f": "Float32", "q": "Int64", "B": "Uint8"}


class Writer:
    """Writes the parts of TensorFlow Lite files that the importer reads."""

    def __init__(self) -> None:
        self._file = flatbuffers.Builder(0)
        self._buffers = [self._table({0: self._numbers("B", b"")})]
        self._tensors: list[int] = []
        self._operators: list[int] = []
        self._codes: list[int] = []

    def tensor(
        self, shape: tuple[int, ...], kind: TensorType, scale: float = 0, zero: int = 0,
        data: bytes = b"",
    ) -> int:  # fmt: skip
        quantised = {2: self._numbers("f", [scale]), 3: self._numbers("q", [zero])} if scale else {}
        fields = {0: self._numbers("i", shape), 4: self._table(quantised)}
        if data:
            self._buffers.append(self._table({0: self._numbers("B", data)}))
        buffer = len(self._buffers) - 1 if data else 0
        self._tensors.append(self._table(fields, {1: ("Int8", kind), 2: ("Uint32", buffer)}))
        return len(self._tensors) - 1

    def operator(self, op: Op, inputs: list[int], output: int, **options: int) -> None:
        order = ("padding", "across", "down")
        values = {
            place: ("Int8" if name == "padding" else "Int32", options[name])
            for place, name in enumerate(order)
            if name in options
        }
        fields = {1: self._numbers("i", inputs), 2: self._numbers("i", [output])}
        fields[4] = self._table({}, values)
        self._codes.append(self._table({}, {0: ("Int8", op), 3: ("Int32", op)}))
        self._operators.append(self._table(fields, {0: ("Uint32", len(self._codes) - 1)}))

    def file(self, given: int, answer: int) -> bytes:
        graph = self._table(
            {
                0: self._tables(self._tensors),
                1: self._numbers("i", [given]),
                2: self._numbers("i", [answer]),
                3: self._tables(self._operators),
            }
        )
        model = {
            1: self._tables(self._codes),
            2: self._tables([graph]),
            4: self._tables(self._buffers),
        }
        self._file.Finish(self._table(model), file_identifier=b"TFL3")
        return bytes(self._file.Output())

    def _numbers(self, form: str, values: Any) -> int:
        size = np.dtype(form).itemsize
        self._file.StartVector(size, len(values), size)
        for value in reversed(values):
            getattr(self._file, f"Prepend{NUMBERS[form]}")(value)
        return int(self._file.EndVector())

    def _tables(self, offsets: list[int]) -> int:
        self._file.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            self._file.PrependUOffsetTRelative(offset)
        return int(self._file.EndVector())

    def _table(
        self, fields: dict[int, int], numbers: dict[int, tuple[str, int]] | None = None
    ) -> int:
        self._file.StartObject(8)
        for place, offset in fields.items():
            self._file.PrependUOffsetTRelativeSlot(place, offset, 0)
        for place, (kind, value) in (numbers or {}).items():
            getattr(self._file, f"Prepend{kind}Slot")(place, int(value), 0)
        return int(self._file.EndObject())


def network(weights: np.ndarray, bias: np.ndarray, *, same: bool, stride: int) -> bytes:
    """Return a picture of 7 × 6 × 2, a convolution, a mean, a softmax."""
    filters = weights.shape[0]
    writer = Writer()
    given = writer.tensor((1, 7, 6, 2), TensorType.UINT8, 1 / 128, 128)
    kernel = writer.tensor(weights.shape, TensorType.UINT8, 0.02, 120, weights.tobytes())
    added = writer.tensor((filters,), TensorType.INT32, 0.01, 0, bias.tobytes())
    out = writer.tensor((1, 4, 3, filters), TensorType.UINT8, 0.05, 30)
    axes = writer.tensor((2,), TensorType.INT32, data=np.array([1, 2], "<i4").tobytes())
    pooled = writer.tensor((1, 1, 1, filters), TensorType.UINT8, 0.05, 30)
    flat = writer.tensor((1, filters), TensorType.UINT8, 0.05, 30)
    answer = writer.tensor((1, filters), TensorType.UINT8, 1 / 256)
    options = {"padding": 0 if same else 1, "across": stride, "down": stride}
    writer.operator(Op.CONV_2D, [given, kernel, added], out, **options)
    writer.operator(Op.MEAN, [out, axes], pooled)
    writer.operator(Op.RESHAPE, [pooled], flat)
    writer.operator(Op.SOFTMAX, [flat], answer)
    return writer.file(given, answer)


def expected(
    picture: np.ndarray, weights: np.ndarray, bias: np.ndarray, *, same: bool, stride: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return answer and embedding by TensorFlow's definition of a convolution."""
    kernel = (weights.astype(float) - 120) * 0.02
    filters, rows, columns, _ = kernel.shape
    signal = (picture[0] - 128) / 128
    if same:
        pads = []
        for size, reach in zip(signal.shape[:2], (rows, columns), strict=True):
            total = max((-(-size // stride) - 1) * stride + reach - size, 0)
            pads.append((total // 2, total - total // 2))
        signal = np.pad(signal, (*pads, (0, 0)))
    high = (signal.shape[0] - rows) // stride + 1
    wide = (signal.shape[1] - columns) // stride + 1
    out = np.zeros((high, wide, filters))
    for y in range(high):
        for x in range(wide):
            piece = signal[y * stride :, x * stride :][:rows, :columns]
            out[y, x] = (piece * kernel).sum(axis=(1, 2, 3))
    out = np.clip(out + bias * 0.01, -30 * 0.05, 225 * 0.05).mean(axis=(0, 1))
    return np.exp(out) / np.exp(out).sum(), out


@pytest.mark.engine
@given(
    same=st.booleans(),
    stride=st.sampled_from([1, 2]),
    rows=st.integers(1, 3),
    columns=st.integers(1, 3),
)
def test_a_converted_network_answers_like_the_original(
    same: bool, stride: int, rows: int, columns: int
) -> None:
    import onnxruntime

    weights = RNG.integers(0, 256, (3, rows, columns, 2), dtype=np.uint8)
    bias = RNG.integers(-100, 100, 3).astype("<i4")
    data = tflite_to_onnx(network(weights, bias, same=same, stride=stride))
    picture = RNG.integers(0, 256, (1, 7, 6, 2)).astype(np.float32)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    found, embedding = session.run(["output", "embedding"], {"input": picture})
    answer, pooled = expected(picture, weights, bias, same=same, stride=stride)
    assert found[0] == pytest.approx(answer, abs=1e-4)
    assert embedding[0] == pytest.approx(pooled, abs=1e-4)


@pytest.mark.parametrize("data", [b"", b"\x1c\0\0\0TFL2", b"ONNX" * 100])
def test_another_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a TensorFlow Lite file"):
        tflite_to_onnx(data)


@pytest.mark.parametrize(
    "name", [entry.name for entry in packaged_manifest().values() if entry.source]
)
def test_public_files_become_the_very_files_of_the_mirror(name: str, tmp_path: Path) -> None:
    folder = os.environ.get("VIDERE_MODEL_MIRROR")
    if not folder:
        pytest.skip("VIDERE_MODEL_MIRROR is not set: no public model files to import")
    entry = packaged_manifest()[name]
    assert entry.source is not None
    original = Path(folder) / entry.source.url.rpartition("/")[2]
    if not original.is_file():
        pytest.skip(f"the mirror has no {original.name}, which only imports need")
    assert file_sha256(original) == entry.source.sha256
    made = tmp_path / entry.file
    made.write_bytes(IMPORTERS[entry.source.importer](original.read_bytes()))
    assert file_sha256(made) == entry.sha256
