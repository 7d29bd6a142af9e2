"""Frames that are read ahead come as if they were read when they are asked for."""

from __future__ import annotations

from threading import current_thread

import numpy as np
import pytest

from videre.common.errors import Reason, VidereError
from videre.production.rendering.ahead import Ahead


def test_frames_come_in_their_order_and_stay_until_the_next_one() -> None:
    asked: list[tuple[int, str]] = []

    def read(frame: int) -> np.ndarray:
        asked.append((frame, current_thread().name))
        return np.full((2, 2, 3), frame, np.uint8)

    ahead = Ahead(read, range(0, 20, 2))
    taken = [int(ahead.take(frame)[0, 0, 0]) for frame in (0, 0, 2, 4, 4, 10, 18, 18)]
    ahead.close()
    assert taken == [0, 0, 2, 4, 4, 10, 18, 18]
    assert [frame for frame, _ in asked] == list(range(0, 20, 2))
    assert {name for _, name in asked} == {"ahead_0"}


def test_a_frame_that_cannot_be_read_fails_when_it_is_asked_for() -> None:
    def read(frame: int) -> np.ndarray:
        if frame == 1:
            raise VidereError(Reason.DECODE_FAILED, "broken")
        return np.zeros((2, 2, 3), np.uint8)

    ahead = Ahead(read, [0, 1, 2])
    ahead.take(0)
    with pytest.raises(VidereError) as caught:
        ahead.take(1)
    assert caught.value.reason is Reason.DECODE_FAILED
    ahead.close()


def test_few_frames_are_read_before_they_are_taken() -> None:
    asked: list[int] = []

    def read(frame: int) -> np.ndarray:
        asked.append(frame)
        return np.zeros((2, 2, 3), np.uint8)

    ahead = Ahead(read, range(100))
    ahead.take(0)
    ahead.close()
    assert len(asked) <= 3
