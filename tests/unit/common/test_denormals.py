"""Numbers next to zero are zero within a block, in its thread alone, and as they were after it."""

from __future__ import annotations

import platform
import threading

import numpy as np
import pytest

from videre.common.denormals import flushed

TINY = np.full(64, 1e-40, np.float32)

pytestmark = pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="nothing is flushed on this machine",
)


def halved() -> float:
    return float((TINY * np.float32(0.5)).max())


def test_denormals_are_zero_within_the_block_alone() -> None:
    assert halved() > 0
    with flushed():
        assert halved() == 0
        with flushed():
            assert halved() == 0
        assert halved() == 0
    assert halved() > 0


def test_an_error_leaves_the_thread_as_it_was() -> None:
    with pytest.raises(ValueError, match="of the model"), flushed():
        raise ValueError("of the model")
    assert halved() > 0


def test_other_threads_compute_on_as_they_did() -> None:
    seen: list[float] = []
    begun, ended = threading.Event(), threading.Event()

    def other() -> None:
        begun.set()
        ended.wait(10)
        seen.append(halved())

    thread = threading.Thread(target=other)
    thread.start()
    begun.wait(10)
    with flushed():
        ended.set()
        thread.join()
    assert seen[0] > 0


def test_whole_numbers_and_usual_ones_stay() -> None:
    usual = np.linspace(-3, 3, 1_001, dtype=np.float32)
    with flushed():
        within = usual * usual
    assert np.array_equal(within, usual * usual)
