"""From quantised TensorFlow Lite files to ONNX, deterministically. Pure.

Knows what MobileNets need: convolutions, residual additions, one global pooling, a classifier.
Weights keep their 8 bits and are expanded when the model is loaded; everything between is float,
limited to the range that the quantised tensors had (which holds their activation). Pictures turn
from (height, width, channels) to (channels, height, width). Beside the answer the pooled features
come out as "embedding".
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final

from videre.common.onnx_file import ElementType, OnnxFile, Value
from videre.common.tflite import Graph, Op, Operator, Tensor, TensorType, read_tflite

_STORED: Final = {TensorType.INT8: ElementType.INT8, TensorType.UINT8: ElementType.UINT8}
_LOWEST: Final = {TensorType.INT8: -128, TensorType.UINT8: 0}
_ACROSS: Final = 255
_GRAPH: Final = "m"
_INPUT, _OUTPUT, _EMBEDDING = "input", "output", "embedding"


def tflite_to_onnx(data: bytes) -> bytes:
    """Return the ONNX file of a TensorFlow Lite file.

    Inputs and outputs are float with a free first dimension; an 8-bit input takes 0..255.

    Raises:
        ValueError: the file is no TensorFlow Lite file or needs what the importer does not know.
    """
    return _Conversion(read_tflite(data)).run()


class _Conversion:
    """One file on its way; `_names` says what each tensor is called so far."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._onnx = OnnxFile()
        self._names: dict[int, str] = {}

    def run(self) -> bytes:
        given = self._graph.tensors[self._graph.input]
        self._names[self._graph.input] = self._opening(given)
        for number, operator in enumerate(self._graph.operators):
            self._names[operator.output] = self._step(f"n{number}", operator)
        self._onnx.node("Flatten", [self._names[self._graph.output]], _OUTPUT)
        outputs = [Value(_OUTPUT, ("n", "")), Value(_EMBEDDING, ("n", ""))]
        return self._onnx.encode(_GRAPH, [Value(_INPUT, ("n", *given.shape[1:]))], outputs)

    def _opening(self, given: Tensor) -> str:
        """Bring an 8-bit picture into the range and order that the operators want."""
        if given.type is TensorType.FLOAT32:
            return _INPUT
        turned = self._onnx.node("Transpose", [_INPUT], "in0", {"perm": (0, 3, 1, 2)})
        zero = self._floats("iz", given.zero_points)
        shifted = self._onnx.node("Sub", [turned, zero], "in1")
        return self._onnx.node("Mul", [shifted, self._floats("is", given.scales)], "in2")

    def _step(self, name: str, operator: Operator) -> str:
        onnx, output = self._onnx, self._graph.tensors[operator.output]
        match operator.op:
            case Op.QUANTIZE | Op.DEQUANTIZE:
                return self._names[operator.inputs[0]]
            case Op.SPLIT:  # into one part
                return self._names[operator.inputs[1]]
            case Op.CONV_2D | Op.DEPTHWISE_CONV_2D:
                return self._limited(self._convolution(name, operator), output)
            case Op.ADD:
                terms = [self._names[number] for number in operator.inputs]
                return self._limited(onnx.node("Add", terms, name), output)
            case Op.FULLY_CONNECTED:
                return self._dense(name, operator)
        given = self._names[operator.inputs[0]]
        match operator.op:
            case Op.RESHAPE if len(output.shape) == 4 and output.shape[3] == 1:
                shape = struct.pack("<4q", -1, 1, *output.shape[1:3])
                target = onnx.constant(f"{name}_s", ElementType.INT64, [4], shape)
                return onnx.node("Reshape", [given, target], name)
            case Op.RESHAPE if len(output.shape) == 2:
                return onnx.node("Flatten", [given], name)
            case Op.MEAN | Op.AVERAGE_POOL_2D if output.shape[1:3] == (1, 1):
                pooled = onnx.node("GlobalAveragePool", [given], name)
                onnx.node("Flatten", [pooled], _EMBEDDING)
                return pooled
            case Op.LOGISTIC:
                return onnx.node("Sigmoid", [given], name)
            case Op.SOFTMAX:
                return onnx.node("Softmax", [given], name, {"axis": 1})
        raise ValueError(f"{operator.op.name} to {output.shape} is not known")

    def _convolution(self, name: str, operator: Operator) -> str:
        given, weights, _ = (self._graph.tensors[number] for number in operator.inputs)
        depthwise = operator.op is Op.DEPTHWISE_CONV_2D
        rows, columns = weights.shape[1:3]
        if depthwise:
            channels = weights.shape[3]
            if channels != given.shape[3]:
                raise ValueError("several filters for one channel are not known")
            shape, data = (channels, 1, rows, columns), _turned(weights.data, 1, channels)
        else:
            filters, depth = weights.shape[0], weights.shape[3]
            shape, data = (filters, depth, rows, columns), _turned(weights.data, filters, depth)
        inputs = [
            self._names[operator.inputs[0]],
            self._weights(name, weights, shape, data),
            self._bias(name, operator),
        ]
        top, bottom = _padding(given.shape[1], rows, operator.strides[0], operator.same_padding)
        left, right = _padding(given.shape[2], columns, operator.strides[1], operator.same_padding)
        attributes: dict[str, int | Sequence[int]] = {
            "group": weights.shape[3] if depthwise else 1,
            "pads": (top, left, bottom, right),
            "strides": operator.strides,
        }
        return self._onnx.node("Conv", inputs, name, attributes)

    def _dense(self, name: str, operator: Operator) -> str:
        weights = self._graph.tensors[operator.inputs[1]]
        flat = self._onnx.node("Flatten", [self._names[operator.inputs[0]]], f"{name}_f")
        expanded = self._weights(name, weights, weights.shape, weights.data)
        inputs = [flat, expanded, self._bias(name, operator)]
        return self._onnx.node("Gemm", inputs, name, {"transB": 1})

    def _weights(self, name: str, weights: Tensor, shape: Sequence[int], data: bytes) -> str:
        """Add 8-bit weights and what expands them; return the name of the float ones."""
        kind, signed = _STORED[weights.type], weights.type is TensorType.INT8
        # Signed weights are scaled by channel, even where all channels have one scale.
        times = shape[0] // len(weights.scales) if signed else 1
        scales, zeros = weights.scales * times, weights.zero_points * times
        packed = struct.pack(f"<{len(zeros)}{'b' if signed else 'B'}", *zeros)
        inputs = [
            self._onnx.constant(f"{name}_w_q", kind, shape, data),
            self._floats(f"{name}_w_s", scales),
            self._onnx.constant(f"{name}_w_z", kind, [len(zeros)], packed),
        ]
        by_channel = {"axis": 0} if signed else None
        return self._onnx.node("DequantizeLinear", inputs, f"{name}_w", by_channel)

    def _bias(self, name: str, operator: Operator) -> str:
        """Add the bias, 32-bit integers with a scale of their own."""
        bias = self._graph.tensors[operator.inputs[2]]
        (count,) = bias.shape
        integers = struct.unpack(f"<{count}i", bias.data)
        scales = bias.scales * (count // len(bias.scales))
        values = [_float32(a) * scale for a, scale in zip(integers, scales, strict=True)]
        return self._floats(f"{name}_b", values)

    def _limited(self, name: str, tensor: Tensor) -> str:
        """Limit a result to what the quantised tensor could hold."""
        (scale,), (zero,) = tensor.scales, tensor.zero_points
        lowest = _LOWEST[tensor.type]
        bounds = [
            self._floats(f"{name}_lo", [(lowest - zero) * scale]),
            self._floats(f"{name}_hi", [(lowest + _ACROSS - zero) * scale]),
        ]
        return self._onnx.node("Clip", [name, *bounds], f"{name}_c")

    def _floats(self, name: str, values: Sequence[float]) -> str:
        data = struct.pack(f"<{len(values)}f", *values)
        return self._onnx.constant(name, ElementType.FLOAT, [len(values)], data)


def _turned(data: bytes, filters: int, channels: int) -> bytes:
    """Return weights [filters, places, channels] as [filters, channels, places]."""
    size = len(data) // filters
    return b"".join(
        data[start + channel : start + size : channels]
        for start in range(0, len(data), size)
        for channel in range(channels)
    )


def _padding(size: int, reach: int, stride: int, same: bool) -> tuple[int, int]:
    """Return the zeros before and behind; TensorFlow puts an odd one behind."""
    total = max((-(-size // stride) - 1) * stride + reach - size, 0) if same else 0
    return total // 2, total - total // 2


def _float32(value: float) -> float:
    """Return the nearest 32-bit float."""
    rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return rounded
