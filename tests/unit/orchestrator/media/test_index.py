"""The media index: exact times, a stable stored form, units that cover everything."""

import json
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.errors import Reason, VidereError
from videre.common.values import NS, to_ns
from videre.orchestrator.document.canonical import facts_from_json, facts_to_json
from videre.orchestrator.media.facts import media_facts
from videre.orchestrator.media.index import (
    AudioTrack,
    Mapping,
    MediaIndex,
    MediaKind,
    VideoTrack,
    ticks_to_ns,
)
from videre.orchestrator.media.units import LAST_NS, LONGEST_NS, SHORTEST_NS, cut_units

time_bases = st.builds(
    Fraction, st.sampled_from([1, 1001, 21]), st.sampled_from([25, 30_000, 90_000, 10**9, 11_456])
)


def video(pts: list[int], keys: list[int], time_base: Fraction = Fraction(1, 25)) -> VideoTrack:
    stamps = np.array(pts, np.int64)
    flags = np.zeros(len(pts), np.bool_)
    flags[keys] = True
    return VideoTrack(
        stream_index=0, codec="h264", width=320, height=180, coded_width=320, coded_height=180,
        rotation=0, pixel_aspect=Fraction(1), average_rate=Fraction(25), variable_rate=False,
        pixel_format="yuv420p", color_transfer="", container_timecode="", bit_rate=0,
        time_base=time_base, pts=stamps, end_pts=pts[-1] + 1, keys=flags, mapping=Mapping.PTS,
        tokens=stamps,
    )  # fmt: skip


def index_of(track: VideoTrack | None, audio: AudioTrack | None = None) -> MediaIndex:
    kind = MediaKind.VIDEO if track else MediaKind.AUDIO
    return MediaIndex(kind, "mov", 1000, "ab" * 32, track, audio, 1, 0)


@given(
    st.lists(st.integers(-(1 << 45), 1 << 45), min_size=1, max_size=20),
    time_bases,
    st.fractions(-100, 100, max_denominator=90_000),
)
def test_nanoseconds_are_the_exact_floor(
    ticks: list[int], time_base: Fraction, origin: Fraction
) -> None:
    exact = [to_ns(tick, time_base, origin) for tick in ticks]
    if all(abs(value) < 1 << 62 for value in exact):
        assert ticks_to_ns(np.array(ticks), time_base, origin).tolist() == exact


def test_stored_form_gives_the_index_back() -> None:
    track = video([10, 11, 13], [0, 2])
    audio = AudioTrack(1, "aac", 48_000, 2, "eng", 128_000, Fraction(1, 48_000), -1024, 96_000)
    data = index_of(track, audio).encode()
    back = MediaIndex.decode(data)
    assert back.encode() == data
    assert back.video is not None
    assert back.video.pts.tolist() == [10, 11, 13]
    assert back.video.keys.tolist() == [True, False, True]
    assert back.audio == audio
    assert back.digest == "ab" * 32


def test_the_facts_survive_their_stored_form() -> None:
    audio = AudioTrack(1, "aac", 48_000, 2, "eng", 128_000, Fraction(1, 48_000), -1024, 96_000)
    for index in (index_of(video([10, 11, 13], [0]), audio), index_of(None, audio)):
        facts = media_facts(index)
        assert facts_from_json(json.loads(json.dumps(facts_to_json(facts)))) == facts


def test_tokens_are_stored_where_they_differ() -> None:
    track = video([10, 11, 13], [0])
    tokens = np.array([11, 10, 13], np.int64)
    shuffled = VideoTrack(
        **{name: getattr(track, name) for name in track.__slots__} | {"tokens": tokens}
    )
    back = MediaIndex.decode(index_of(shuffled).encode())
    assert back.video is not None
    assert back.video.tokens.tolist() == [11, 10, 13]


def test_foreign_bytes_are_refused() -> None:
    whole = index_of(video([10, 11, 13], [0])).encode()
    for data in (b"", b"\x00" * 64, whole[:12], whole[:40], whole[:-1], whole + b"x"):
        with pytest.raises(VidereError, match=r"is not a (whole )?media index") as caught:
            MediaIndex.decode(data)
        assert caught.value.reason is Reason.ARTIFACT_CORRUPT


def test_times_that_nanoseconds_cannot_count_are_damage() -> None:
    beyond = index_of(video([0, 1 << 61], [0])).encode()
    with pytest.raises(VidereError, match="is not a media index") as caught:
        MediaIndex.decode(beyond)
    assert caught.value.reason is Reason.ARTIFACT_CORRUPT


def test_origin_is_the_earliest_of_both_streams() -> None:
    audio = AudioTrack(1, "aac", 48_000, 2, "", 0, Fraction(1, 48_000), 12_000, 96_000)
    index = index_of(video([25, 26, 27], [0]), audio)
    assert index.origin == Fraction(1, 4)
    assert index.frame_starts_ns.tolist() == [750_000_000, 790_000_000, 830_000_000]
    assert index.audio_start_ns == 0
    assert index.duration_ns == 1_750_000_000
    assert index.timeline().frame_at(800_000_000) == 1


@given(
    st.integers(1, 4000),
    st.lists(st.integers(0, 3999), max_size=60),
    st.sampled_from([1, 3, 40]),
)
def test_units_cover_every_frame_once(frames: int, keys: list[int], step: int) -> None:
    track = video([n * step for n in range(frames)], [0, *(k for k in keys if k < frames)])
    index = index_of(track)
    units = cut_units(index)
    assert units[0].start_frame == 0
    assert units[-1].end_frame == frames
    assert units[-1].end_ns == index.video_end_ns
    for before, after in pairwise(units):
        assert before.end_frame == after.start_frame
        assert before.end_ns == after.start_ns
    assert all(unit.end_frame > unit.start_frame for unit in units)
    if step < 40:  # frames shorter than the shortest unit
        assert all(SHORTEST_NS <= u.end_ns - u.start_ns <= LONGEST_NS for u in units[:-1])
        assert units[-1].end_ns - units[-1].start_ns <= LAST_NS


def test_units_are_cut_at_key_frames() -> None:
    index = index_of(video(list(range(3000)), list(range(0, 3000, 60))))
    assert [unit.start_frame % 60 for unit in cut_units(index)] == [0] * len(cut_units(index))


def test_sound_alone_has_units_on_a_fixed_grid() -> None:
    audio = AudioTrack(0, "mp3", 44_100, 2, "", 0, Fraction(1, 10), 0, 400)
    units = cut_units(index_of(None, audio))
    assert [unit.start_ns for unit in units] == [0, 19_200_000_000, 38_400_000_000]
    assert units[-1].end_ns == 40 * NS
