"""What requests are refused for, each with its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from videre.common.errors import Reason, VidereError
from videre.internal.v1 import engine_pb2, visual_pb2
from videre.visual.requests import check_frames, read_signals
from videre.visual.shots import SIGNAL_DTYPE

Array = np.ndarray[Any, Any]


def batch(*indices: int, features: tuple[str, ...] = ("colors",)) -> Any:
    return visual_pb2.AnalyzeFramesRequest(
        frames=[visual_pb2.Frame(frame=index, jpeg=b"x") for index in indices],
        engines=[engine_pb2.EngineSelection(feature=feature) for feature in features],
    )


def test_a_sound_batch_passes() -> None:
    check_frames(batch(3, 4, 9, features=("colors", "objects")))


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (batch(), "frames"),
        (batch(*range(17)), "frames"),
        (batch(2, 1), "frames"),
        (batch(1, 1), "frames"),
        (batch(1, features=()), "engines"),
        (batch(1, features=("colors", "colors")), "engines"),
        (batch(1, features=("shots",)), "engines"),
        (visual_pb2.AnalyzeFramesRequest(frames=batch(1).frames, carry=bytes(65537)), "carry"),
    ],
)
def test_a_batch_is_refused_with_its_field(
    request_: visual_pb2.AnalyzeFramesRequest, field: str
) -> None:
    with pytest.raises(VidereError) as caught:
        check_frames(request_)
    assert caught.value.reason is Reason.FIELD_INVALID
    assert caught.value.metadata["field"] == field


def records(first: int, count: int) -> Array:
    signals = np.zeros(count, dtype=SIGNAL_DTYPE)
    signals["frame"] = np.arange(first, first + count)
    signals["time_ns"] = signals["frame"] * 40
    return signals


def ask(signals: bytes, first: int = 5, start: int = 6, end: int = 9) -> Any:
    return visual_pb2.DetectShotsRequest(
        signals=signals, first_frame=first, own_start_frame=start, own_end_frame=end
    )


def test_sound_signals_are_read_as_they_are() -> None:
    signals = records(5, 10)
    assert np.array_equal(read_signals(ask(signals.tobytes())), signals)


def spoilt(change: Callable[[Array], None]) -> bytes:
    signals = records(5, 10)
    change(signals)
    return signals.tobytes()


def gap(signals: Array) -> None:
    signals["frame"][4:] += 1


def backwards(signals: Array) -> None:
    signals["time_ns"][4] = 0


def not_a_number(signals: Array) -> None:
    signals["luma_mean"][2] = np.nan


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (ask(b""), "signals"),
        (ask(records(5, 10).tobytes()[:-1]), "signals"),
        (ask(records(5, 10).tobytes(), first=4), "signals"),
        (ask(spoilt(gap)), "signals"),
        (ask(spoilt(backwards)), "signals"),
        (ask(spoilt(not_a_number)), "signals"),
        (ask(records(5, 10).tobytes(), start=4), "own_start_frame"),
        (ask(records(5, 10).tobytes(), end=16), "own_start_frame"),
        (ask(records(5, 10).tobytes(), start=9, end=8), "own_start_frame"),
        (ask(bytes(4 * 1024 * 1024 + 1)), "signals"),
    ],
)
def test_signals_are_refused_with_their_field(
    request_: visual_pb2.DetectShotsRequest, field: str
) -> None:
    with pytest.raises(VidereError) as caught:
        read_signals(request_)
    assert caught.value.metadata["field"] == field
