"""How models of ONNX are opened here: each runs on the thread that calls it.

Nothing here imports ONNX Runtime: an engine hands over the module that it has imported.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, Final
from weakref import WeakValueDictionary

#: Sessions of this process by file, size and time of writing; gone with who uses them.
_SHARED: Final[WeakValueDictionary[tuple[Path, int, int], Any]] = WeakValueDictionary()
_GUARD: Final = threading.Lock()


def shared_session(onnxruntime: Any, model: Path) -> Any:
    """Return the process's session of a model's file, opened if nobody has it.

    Engines that look at the same with the same model share its weights and its memory.

    Args:
        onnxruntime: the imported module.
        model: its file.

    Returns:
        An InferenceSession, which several threads may use at a time.
    """
    stat = model.stat()
    key = (model.resolve(), stat.st_size, stat.st_mtime_ns)
    with _GUARD:
        session = _SHARED.get(key)
        if session is None:
            session = _SHARED[key] = open_session(onnxruntime, model)
        return session


def open_session(onnxruntime: Any, model: Path | str | bytes, *, keeps_memory: bool = True) -> Any:
    """Open a model: no thread pool, no spinning, on the CPU.

    Args:
        onnxruntime: the imported module.
        model: its file, or what would be in one.
        keeps_memory: a run's memory is kept for the next one.

    Returns:
        An InferenceSession, which several threads may use at a time.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Weights that are stored in 8 bits are made floats once, not at every run.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    options.enable_cpu_mem_arena = keeps_memory
    options.log_severity_level = 3  # errors
    given = str(model) if isinstance(model, Path) else model
    return onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])
