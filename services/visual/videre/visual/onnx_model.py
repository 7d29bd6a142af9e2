"""An ONNX model with one input, on one thread."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from videre.common.onnx_runtime import shared_session

F32 = NDArray[np.float32]


class OnnxModel:
    """A loaded model; safe for use from several threads, each run stays on its caller's."""

    def __init__(self, path: Path) -> None:
        """Open a model."""
        import onnxruntime

        self._session = shared_session(onnxruntime, path)
        self._input: str = self._session.get_inputs()[0].name

    def run(self, value: F32) -> list[F32]:
        """Return the outputs for an input with a batch axis of 1, without that axis."""
        outputs = self._session.run(None, {self._input: value})
        return [np.asarray(output, dtype=np.float32)[0] for output in outputs]
