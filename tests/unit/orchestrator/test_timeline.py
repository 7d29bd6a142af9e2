"""Frame number ↔ time: from the index, never from a rate."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS, TimeSpan, to_ns
from videre.orchestrator.timeline import Timeline

NTSC = Fraction(30_000, 1_001)


def constant(frames: int, rate: Fraction, start_ns: int = 0) -> Timeline:
    starts = [start_ns + to_ns(i, 1 / rate) for i in range(frames + 1)]
    return Timeline(starts[-1], starts[:-1], starts[-1], rate)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """Variable rates, pictures that start late, sound that ends later."""
    gaps = draw(st.lists(st.integers(1, 3 * NS), min_size=1, max_size=60))
    start = draw(st.integers(0, 5 * NS))
    starts = [start]
    for gap in gaps:
        starts.append(starts[-1] + gap)
    more = draw(st.integers(0, 5 * NS))
    average = Fraction(len(gaps) * NS, starts[-1] - start)
    return Timeline(starts[-1] + more, starts[:-1], starts[-1], average, True)


@given(timelines())
def test_a_frame_is_shown_from_its_start_to_the_next(clock: Timeline) -> None:
    ends = [*clock.frame_starts_ns[1:], clock.video_end_ns]
    for frame, (start, end) in enumerate(zip(clock.frame_starts_ns, ends, strict=True)):
        assert clock.frame_at(start) == clock.frame_at(end - 1) == frame
        assert clock.frame_span(frame, frame + 1) == TimeSpan(start, end, frame, frame + 1)
    assert clock.frame_at(0) == 0
    assert clock.frame_at(clock.duration_ns + NS) == clock.frame_count - 1


@given(timelines(), st.data())
def test_spans_of_frames_join_without_gap(clock: Timeline, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, clock.frame_count))
    first = clock.frame_span(0, cut)
    if cut < clock.frame_count:
        second = clock.frame_span(cut, clock.frame_count)
        assert first.end_ns == second.start_ns
        assert first.hull(second) == clock.frame_span(0, clock.frame_count)
    else:
        assert first.end_ns == clock.video_end_ns


@given(timelines(), st.data())
def test_frames_of_a_span_are_those_shown_in_it(clock: Timeline, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, clock.duration_ns))
    end = data.draw(st.integers(start + 1, clock.duration_ns + NS))
    span = clock.with_frames(start, end)
    assert span.start_frame is not None
    assert span.end_frame is not None
    ends = [*clock.frame_starts_ns[1:], clock.video_end_ns]
    shown = [
        frame
        for frame, (a, b) in enumerate(zip(clock.frame_starts_ns, ends, strict=True))
        if a < end and start < b
    ]
    assert list(range(span.start_frame, span.end_frame)) == shown


@given(st.integers(-NS, NS), st.integers(-2 * NS, NS))
def test_a_span_is_cut_at_the_origin_and_never_turned(start: int, end: int) -> None:
    span = Timeline(NS).with_frames(start, end)
    assert span == TimeSpan(max(0, start), max(0, start, end))


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (0, 0), (2, 1), (0, 4), (3, 4)])
def test_frames_that_are_not_there_have_no_span(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no frames"):
        constant(3, NTSC).frame_span(start, end)


@pytest.mark.parametrize(
    ("rate", "frame", "expected"),
    [
        (NTSC, 1_799, "00:00:59;29"),
        (NTSC, 1_800, "00:01:00;02"),
        (NTSC, 17_982, "00:10:00;00"),
        (Fraction(60_000, 1_001), 3_600, "00:01:00;04"),
        (Fraction(24_000, 1_001), 1_440, "00:01:00:00"),
        (Fraction(25), 1_500, "00:01:00:00"),
    ],
)
def test_timecodes_drop_frames_where_the_standard_says(
    rate: Fraction, frame: int, expected: str
) -> None:
    clock = constant(frame + 1, rate)
    assert clock.timecodes(clock.frame_span(frame, frame + 1))[0] == expected


def test_a_variable_rate_counts_by_the_nearest_standard() -> None:
    clock = Timeline(
        10 * NS, [i * NS // 29 for i in range(290)], 10 * NS, Fraction(2_899, 100), True
    )
    assert clock.timecodes(clock.frame_span(30, 60)) == ("00:00:01;00", "00:00:02;00")


def test_without_a_picture_there_are_no_frames_and_no_timecodes() -> None:
    clock = Timeline(NS)
    span = clock.with_frames(5, 10)
    assert (span.start_frame, span.end_frame) == (None, None)
    assert clock.timecodes(span) == ("", "")


def test_sound_behind_the_last_frame_shows_none() -> None:
    clock = Timeline(2 * NS, [0, NS // 2], NS, Fraction(2))
    span = clock.with_frames(NS, 2 * NS)
    assert (span.start_frame, span.end_frame) == (2, 2)
