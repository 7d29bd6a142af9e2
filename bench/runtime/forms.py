"""Other files of the same model: its optimised graph, and its numbers in 8 bits.

Needs the packages `onnx` and what ONNX Runtime brings for quantising, of the development
environment alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import onnx
import onnxruntime
from onnx import version_converter
from onnxruntime import quantization
from onnxruntime.quantization.shape_inference import quant_pre_process

from bench.runtime.opening import LEVELS, Form, Level

_OPSET: Final = 13


def made(model: Path, form: Form, folder: Path, calibration: Sequence[dict[str, Any]]) -> Path:
    """Return the file of a model in another form.

    Args:
        model: its file.
        form: what is made.
        folder: where it is written.
        calibration: inputs from which the ranges of the activations are learned.

    Raises:
        Exception: whatever the quantiser raises of a graph that it cannot change.
    """
    if form is Form.AS_IT_IS:
        return model
    target = folder / f"{model.stem}-{form.name.lower()}.onnx"
    if target.exists():
        return target
    if form is Form.SAVED:
        _optimised(model, target, "all")
        return target
    plain = folder / f"{model.stem}-plain.onnx"
    if not plain.exists():
        # Constants that lie in 8 bits become floats first, or they would be taken for quantised.
        _optimised(model, plain, "basic")
        _brought_up(plain)
    logging.getLogger().setLevel(logging.ERROR)  # it suggests what is done here
    if form is Form.DYNAMIC:
        quantization.quantize_dynamic(plain, target, per_channel=True)
        return target
    shaped = folder / f"{model.stem}-shaped.onnx"
    quant_pre_process(str(plain), str(shaped), skip_optimization=True, skip_symbolic_shape=True)
    quantization.quantize_static(
        shaped, target, _Reader(calibration), quant_format=quantization.QuantFormat.QDQ,
        per_channel=True, activation_type=quantization.QuantType.QUInt8,
        weight_type=quantization.QuantType.QInt8,
    )  # fmt: skip
    onnx.checker.check_model(str(target))
    return target


def _brought_up(model: Path) -> None:
    """Bring a model to the opset in which each channel has a scale of its own."""
    old = onnx.load(model)
    if any(one.domain in ("", "ai.onnx") and one.version < _OPSET for one in old.opset_import):
        onnx.save(version_converter.convert_version(old, _OPSET), model)


def _optimised(model: Path, target: Path, level: Level) -> None:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = LEVELS[level]
    options.optimized_model_filepath = str(target)
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    options.log_severity_level = 3  # it warns of graphs that suit this machine alone
    onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


class _Reader(quantization.CalibrationDataReader):  # type: ignore[misc]
    """Gives inputs one by one, and None after the last."""

    def __init__(self, inputs: Sequence[dict[str, Any]]) -> None:
        self._inputs: Iterator[dict[str, Any]] = iter(inputs)

    def get_next(self) -> dict[str, Any] | None:
        """Return the next input."""
        return next(self._inputs, None)
