"""A model's file is opened once in a process, for as long as somebody uses it."""

from __future__ import annotations

import gc
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from videre.common.onnx_file import ElementType, OnnxFile, Value
from videre.common.onnx_runtime import shared_session

onnxruntime: Any = pytest.importorskip("onnxruntime")


def written(path: Path, factor: float) -> Path:
    """Write a model that multiplies a number."""
    model = OnnxFile()
    data = np.array([factor], "<f4").tobytes()
    model.node("Mul", ["in", model.constant("factor", ElementType.FLOAT, (1,), data)], "out")
    path.write_bytes(model.encode("times", [Value("in", (1,))], [Value("out", (1,))]))
    return path


def answer(session: Any) -> float:
    return float(session.run(None, {"in": np.ones(1, np.float32)})[0][0])


def test_who_asks_for_the_same_file_gets_the_same_session(tmp_path: Path) -> None:
    path = written(tmp_path / "a.onnx", 2)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: shared_session(onnxruntime, path), range(8)))
    assert {id(one) for one in found} == {id(found[0])}
    assert answer(found[0]) == 2
    (tmp_path / "link.onnx").symlink_to(path)
    assert shared_session(onnxruntime, tmp_path / "link.onnx") is found[0]


def test_other_files_and_other_bytes_are_other_sessions(tmp_path: Path) -> None:
    first = shared_session(onnxruntime, written(tmp_path / "a.onnx", 2))
    other = shared_session(onnxruntime, written(tmp_path / "b.onnx", 3))
    path = written(tmp_path / "a.onnx", 5)
    os.utime(path, (1, 1))  # as later as any clock tells
    assert [answer(one) for one in (first, other, shared_session(onnxruntime, path))] == [2, 3, 5]


def test_a_session_that_nobody_uses_is_not_kept(tmp_path: Path) -> None:
    opened: list[int] = []

    class Runtime:
        """The runtime, which tells of what it opens."""

        def __getattr__(self, name: str) -> Any:
            if name == "InferenceSession":
                opened.append(1)
            return getattr(onnxruntime, name)

    path = written(tmp_path / "a.onnx", 2)
    session = shared_session(Runtime(), path)
    again = shared_session(Runtime(), path)
    assert (again is session, len(opened)) == (True, 1)
    del session, again
    gc.collect()
    assert answer(shared_session(Runtime(), path)) == 2
    assert len(opened) == 2
