"""Shot boundaries on real clips with hand-made truth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from videre.visual import shots

Array = np.ndarray[Any, Any]
Read = Callable[[str], Array]

ONE_SHOT = (
    *("video/car-detection.mp4", "video/asl_book.mkv", "video/mmaction_structuralize.mp4"),
    *(
        pytest.param(f"video/{name}", marks=pytest.mark.long)
        for name in ("bottle-detection.mp4", "asl_milk.mkv", "asl_yes.mkv", "flower.mp4",
                     "cockatoo.mp4", "mdn_frog.mp4")
    ),
)  # fmt: skip


def frames_of(signals: Array) -> list[int]:
    return [one.frame for one in shots.boundaries(signals, 0, len(signals))]


@pytest.mark.parametrize(
    "clip", [pytest.param("demo.mp4", marks=pytest.mark.long), "video/bikes.mp4"]
)
def test_every_cut_is_found_on_its_frame_and_nothing_else(
    clip: str, signals_of_clip: Read, truth: dict[str, Any]
) -> None:
    assert frames_of(signals_of_clip(clip)) == truth[clip]["cut_frames"]


def test_fades_through_black_lie_in_the_middle_of_the_dark(
    signals_of_clip: Read, truth: dict[str, Any]
) -> None:
    clip = "shots/psd_testvideo.mp4"
    signals = signals_of_clip(clip)
    found = shots.boundaries(signals, 0, truth[clip]["end_frame"])
    assert [one.frame for one in found] == truth[clip]["fade_scene_boundaries_frames"][1:]
    assert {one.kind for one in found} == {"fade"}


def test_a_dissolve_between_two_photographs_is_found(signals_of_clip: Read) -> None:
    signals = signals_of_clip("shots/psd_testvideo.mp4")
    ((frame, kind),) = [(b.frame, b.kind) for b in shots.boundaries(signals, 500, 680)]
    assert kind == "fade"
    assert abs(frame - 542) <= 8  # from 530 to 555, looked at


@pytest.mark.parametrize("clip", ONE_SHOT)
def test_zooms_pans_and_hand_held_cameras_are_no_cuts(clip: str, signals_of_clip: Read) -> None:
    assert frames_of(signals_of_clip(clip)) == []


@pytest.mark.parametrize(
    "clip", [pytest.param("demo.mp4", marks=pytest.mark.long), "shots/psd_testvideo.mp4"]
)
def test_the_answer_does_not_depend_on_the_context_beyond_two_seconds(
    clip: str, signals_of_clip: Read
) -> None:
    signals = signals_of_clip(clip)
    times = signals["time_ns"]
    whole = shots.boundaries(signals, 0, len(signals))
    for length in (40, 187, 411):
        pieces = []
        for start in range(0, len(signals), length):
            end = min(start + length, len(signals))
            first = int(np.searchsorted(times, times[start] - shots.REACH_NS))
            last = int(np.searchsorted(times, times[end - 1] + shots.REACH_NS, side="right"))
            pieces += shots.boundaries(signals[first:last], start, end)
        assert pieces == whole
