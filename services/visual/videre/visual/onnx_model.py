"""An ONNX model with one input, on one thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]


class OnnxModel:
    """A loaded model; safe for use from several threads, each run stays on its caller's."""

    def __init__(self, path: Path) -> None:
        """Open a model: no thread pool, no spinning, on the CPU."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        # Weights that are stored in 8 bits are made floats once, not at every run.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        providers = ["CPUExecutionProvider"]
        self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=providers)
        self._input: str = self._session.get_inputs()[0].name

    def run(self, value: F32) -> list[F32]:
        """Return the outputs for an input with a batch axis of 1, without that axis."""
        outputs = self._session.run(None, {self._input: value})
        return [np.asarray(output, dtype=np.float32)[0] for output in outputs]
