"""Evidence of a copy: moved by frames or by time, and back again."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import TimeSpan
from videre.orchestrator.copied import cited, in_frames, in_time
from videre.orchestrator.evidence import Evidence, EvidenceBlob, Word
from videre.orchestrator.timeline import Timeline

LENGTH = 20
STEPS = st.lists(st.integers(1, 50), min_size=LENGTH + 10, max_size=LENGTH + 10)


def timeline(steps: list[int]) -> Timeline:
    starts = [0, *accumulate(steps)]
    return Timeline(starts[-1] + 7, starts, starts[-1] + 7)


def blob(span: TimeSpan, *records: Evidence) -> EvidenceBlob:
    return EvidenceBlob("text", "e@1", span, records)


@given(STEPS, STEPS, st.integers(0, 10), st.integers(0, 10), st.data())
def test_frames_move_and_come_back(
    own: list[int], other: list[int], start: int, there: int, data: st.DataObject
) -> None:
    here, far = timeline(own), timeline(other)
    span = here.frame_span(start, start + LENGTH)
    place = far.frame_span(there, there + LENGTH)
    first = data.draw(st.integers(0, LENGTH - 1))
    end = data.draw(st.integers(first + 1, LENGTH))
    record = Evidence(
        "text", "e@1", here.frame_span(start + first, start + end), text="x", picture="p" * 64,
        attributes={"looked_before": start + first, "other": 3},
    )  # fmt: skip
    (moved,) = in_frames(blob(span, record), place, far)
    assert moved.span == far.frame_span(there + first, there + end)
    assert moved.attributes == {"looked_before": there + first, "other": 3}
    assert in_frames(blob(place, moved), span, here) == (record,)
    same = in_frames(blob(span, record), span, here)
    assert blob(span, *same).encode() == blob(span, record).encode()


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(2, 10**9))
def test_sound_moves_and_comes_back(start: int, there: int, length: int) -> None:
    span, place = TimeSpan(start, start + length), TimeSpan(there, there + length)
    word = Word("hello", start + 1, start + 2, 9_000)
    record = Evidence("speech", "e@1", TimeSpan(start, start + 2), words=(word,))
    (moved,) = in_time(blob(span, record), place)
    assert moved.span == TimeSpan(there, there + 2)
    assert moved.words == (Word("hello", there + 1, there + 2, 9_000),)
    assert in_time(blob(place, moved), span) == (record,)


def test_what_goes_to_the_end_of_a_track_does_so_there() -> None:
    span, longer = TimeSpan(0, 1_000), TimeSpan(40, 1_043)
    records = [Evidence("music", "e@1", one) for one in (span, TimeSpan(10, 20), TimeSpan(30, 30))]
    moved = in_time(blob(span, *records), longer)
    assert [one.span for one in moved] == [longer, TimeSpan(50, 60), TimeSpan(70, 70)]


def test_what_does_not_fit_is_refused() -> None:
    film = timeline([10] * (LENGTH + 10))
    span = film.frame_span(0, LENGTH)
    inside = Evidence("text", "e@1", film.frame_span(1, 2))
    outside = Evidence("text", "e@1", film.frame_span(LENGTH, LENGTH + 10))
    for found, place in (
        (blob(span, inside), film.frame_span(0, LENGTH - 1)),
        (blob(span, outside), film.frame_span(10, LENGTH + 10)),
        (blob(TimeSpan(0, 5), inside), span),
        (blob(span, Evidence("text", "e@1", TimeSpan(0, 5))), span),
    ):
        with pytest.raises(ValueError, match=r"units|frames"):
            in_frames(found, place, film)
    with pytest.raises(ValueError, match="sound"):
        in_time(blob(TimeSpan(0, 5), inside), TimeSpan(0, 5))


def test_what_records_cite() -> None:
    span = TimeSpan(0, 1)
    records = (
        Evidence("faces", "e@1", span, picture="a" * 64, embedding=f"{'b' * 64}/3"),
        Evidence("faces", "e@1", span, embedding=f"{'b' * 64}/4"),
    )
    assert cited(records) == {"a" * 64, "b" * 64}
