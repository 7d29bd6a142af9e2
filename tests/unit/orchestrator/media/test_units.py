"""Cutting a media into units: all of it, in order, from its index alone."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS
from videre.orchestrator.media.index import (
    AudioTrack,
    Mapping,
    MediaIndex,
    MediaKind,
    UnitRange,
    VideoTrack,
)
from videre.orchestrator.media.units import AUDIO_NS, LAST_NS, LONGEST_NS, TARGET_NS, cut_units

BASE = Fraction(1, 1_000)


def film(steps: list[int], keys: list[bool], start: int = 0) -> MediaIndex:
    """Return an index of frames that are shown for `steps` milliseconds each."""
    edges = start + np.cumsum([0, *steps], dtype=np.int64)
    pts = edges[:-1]
    video = VideoTrack(
        stream_index=0, codec="h264", width=64, height=64, coded_width=64, coded_height=64,
        rotation=0, pixel_aspect=Fraction(1), average_rate=Fraction(25), variable_rate=True,
        pixel_format="yuv420p", color_transfer="", container_timecode="", bit_rate=0,
        time_base=BASE, pts=pts, end_pts=int(edges[-1]),
        keys=np.array([True, *keys[1:]], np.bool_), mapping=Mapping.PTS, tokens=pts,
    )  # fmt: skip
    return MediaIndex(MediaKind.VIDEO, "mp4", 1, video=video)


def sound(milliseconds: int) -> MediaIndex:
    audio = AudioTrack(0, "aac", 48_000, 2, "", 0, BASE, 0, milliseconds)
    return MediaIndex(MediaKind.AUDIO, "mp4", 1, audio=audio)


@st.composite
def films(draw: st.DrawFn) -> MediaIndex:
    runs = draw(st.lists(st.tuples(st.integers(1, 400), st.sampled_from([1, 33, 40, 41, 500,
                                                                        7_000])),
                         min_size=1, max_size=8))  # fmt: skip
    steps = [step for count, step in runs for _ in range(count)]
    every = draw(st.sampled_from([1, 12, 250, 10_000]))
    keys = [index % every == 0 for index in range(len(steps))]
    return film(steps, keys, draw(st.integers(-5_000, 10**9)))


@given(films())
def test_units_cover_all_frames_once_in_order(index: MediaIndex) -> None:
    units = cut_units(index)
    starts = index.frame_starts_ns
    assert [unit.index for unit in units] == list(range(len(units)))
    assert (units[0].start_frame, units[-1].end_frame) == (0, len(starts))
    assert (units[0].start_ns, units[-1].end_ns) == (0, index.video_end_ns)
    for one, following in pairwise(units):
        assert one.end_frame == following.start_frame
        assert one.end_ns == following.start_ns
    for unit in units:
        assert unit.start_frame < unit.end_frame
        assert unit.start_ns == starts[unit.start_frame] < unit.end_ns


@given(films())
def test_a_unit_ends_at_the_key_nearest_to_its_target_or_soon_after(index: MediaIndex) -> None:
    assert index.video is not None
    starts, keys = index.frame_starts_ns, index.video.keys
    *inner, last = cut_units(index)
    for unit in inner:
        near = [
            int(start) - unit.start_ns
            for start, key in zip(starts, keys, strict=True)
            if key and NS * 10 <= start - unit.start_ns < LONGEST_NS
        ]
        if near:
            assert unit.end_ns - unit.start_ns == min(near, key=lambda at: abs(at - TARGET_NS))
        else:
            before = int(starts[unit.end_frame - 1]) - unit.start_ns
            assert before < TARGET_NS or unit.end_frame == unit.start_frame + 1
    rest = last.end_ns - last.start_ns
    assert rest <= LAST_NS or last.end_frame == len(starts)


@given(films(), st.integers(-(10**6), 10**9))
def test_where_the_clock_starts_cuts_no_other_way(index: MediaIndex, shift: int) -> None:
    assert index.video is not None
    moved = replace(index.video, pts=index.video.pts + shift, end_pts=index.video.end_pts + shift)
    assert cut_units(replace(index, video=moved)) == cut_units(index)


@given(films())
def test_the_stored_index_cuts_the_same_way(index: MediaIndex) -> None:
    assert cut_units(MediaIndex.decode(index.encode())) == cut_units(index)


@given(st.integers(0, 10**7))
def test_sound_is_cut_on_the_grid(milliseconds: int) -> None:
    index = sound(milliseconds)
    units = cut_units(index)
    assert (units[0].start_ns, units[-1].end_ns) == (0, index.duration_ns)
    assert all(unit.start_ns == unit.index * AUDIO_NS for unit in units)
    assert all(one.end_ns == following.start_ns for one, following in pairwise(units))
    assert all((unit.start_frame, unit.end_frame) == (0, 0) for unit in units)


def test_known_cuts() -> None:
    second = [40] * 25
    short = film(second * 30, [True] * 750)
    assert cut_units(short) == [UnitRange(0, 0, 750, 0, 30 * NS)], "no tail"
    minute = film(second * 60, [index % 300 == 0 for index in range(1_500)])
    assert [unit.end_frame for unit in cut_units(minute)] == [600, 1_200, 1_500], "at key frames"
    keyless = film(second * 60, [index == 0 for index in range(1_500)])
    assert [unit.end_frame for unit in cut_units(keyless)] == [500, 1_000, 1_500], (
        "at plain frames where there is no key"
    )


def test_a_text_has_no_units() -> None:
    assert cut_units(MediaIndex(MediaKind.TEXT, "txt", 1)) == []
