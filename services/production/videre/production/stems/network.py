"""The network of Spleeter as an ONNX file, made of the arrays of a checkpoint. Pure.

R. Hennequin, A. Khlif, F. Voituret, M. Moussallam, "Spleeter: a fast and efficient music source
separation tool with pre-trained models", JOSS 5(50), 2020: a U-Net of twelve layers over magnitudes
of two channels. Each half of the model names one stem by its magnitudes.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from videre.common.onnx_file import ElementType, OnnxFile, Value
from videre.production.stems.checkpoint import Arrays

#: Spectra that the network sees at once, and how many of their frequencies.
FRAMES: Final = 512
BINS: Final = 1_024
INPUT, OUTPUT = "mixture", "stem"
_CHANNELS: Final = 2
_LEVELS: Final = 6
#: Constants of the network's authors.
_EPSILON: Final = 1e-3
_LEAK: Final = 0.2


def network(arrays: Arrays) -> bytes:
    """Return the ONNX file of one stem: [n, 2, FRAMES, BINS] magnitudes in and out.

    Raises:
        ValueError: an array is missing.
    """
    try:
        return _Network(arrays).run()
    except KeyError as error:
        raise ValueError(f"the checkpoint has no array {error.args[0]!r}") from error


class _Network:
    """One network on its way."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self._onnx = OnnxFile()

    def run(self) -> bytes:
        onnx, at = self._onnx, INPUT
        kept = []
        for level in range(1, _LEVELS + 1):
            name = f"down{level}_conv"
            taken = self._folded("Conv", at, f"{name}.1", name)
            kept.append(taken)
            normal = self._normal(f"down{level}_act.0", taken)
            at = onnx.node("LeakyRelu", [normal], f"down{level}", {"alpha": _LEAK})
        at = kept.pop()
        for level in range(1, _LEVELS + 1):
            name = f"up{level}_conv"
            grown = self._folded("ConvTranspose", at, f"up{level}.0", name)
            at = self._normal(f"up{level}.3", onnx.node("Relu", [grown], f"up{level}_act"))
            if kept:
                at = onnx.node("Concat", [kept.pop(), at], f"up{level}", {"axis": 1})
        last = [at, self._constant("up7.0.weight"), self._constant("up7.0.bias")]
        shape = {"pads": (3, 3, 3, 3), "dilations": (2, 2)}
        mask = onnx.node("Sigmoid", [onnx.node("Conv", last, "mask_conv", shape)], "mask")
        onnx.node("Mul", [mask, INPUT], OUTPUT)
        size = ("n", _CHANNELS, FRAMES, BINS)
        return onnx.encode("spleeter", [Value(INPUT, size)], [Value(OUTPUT, size)])

    def _folded(self, op: str, given: str, arrays: str, name: str) -> str:
        """Add a convolution that halves or doubles both sides."""
        inputs = [given, self._constant(f"{arrays}.weight"), self._constant(f"{arrays}.bias")]
        return self._onnx.node(op, inputs, name, {"pads": (1, 1, 2, 2), "strides": (2, 2)})

    def _normal(self, arrays: str, given: str) -> str:
        names = ("weight", "bias", "running_mean", "running_var")
        inputs = [given, *(self._constant(f"{arrays}.{name}") for name in names)]
        return self._onnx.node("BatchNormalization", inputs, arrays, {"epsilon": _EPSILON})

    def _constant(self, name: str) -> str:
        array = np.ascontiguousarray(self._arrays[name], "<f4")
        return self._onnx.constant(name, ElementType.FLOAT, array.shape, array.tobytes())
