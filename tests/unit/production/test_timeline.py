"""Cuts stand where they were asked for; errors never add up."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.production.media_index import Media, Pictures, Sound
from videre.production.rendering.job import Segment
from videre.production.rendering.timeline import (
    FINE,
    constant_rate,
    frames_of,
    lay_out,
    output_rate,
    samples_of,
)

RATES = [
    Fraction(25), Fraction(24_000, 1001), Fraction(30_000, 1001), Fraction(50), Fraction(60),
    Fraction(15), Fraction(12),
]  # fmt: skip
BASES = [Fraction(1, 90_000), Fraction(1, 1_000), Fraction(1, 12_800)]


def pictures(pts: list[int], base: Fraction, end: int, origin: Fraction = Fraction(0)) -> Pictures:
    count = len(pts)
    return Pictures(
        0, 320, 180, 0, False, "pts", np.array(pts, np.int64), np.ones(count, np.bool_), base,
        origin, np.array(pts, np.int64), end,
    )  # fmt: skip


def film(rate: Fraction, base: Fraction, frames: int, first: int = 0) -> Media:
    pts = [first + round(n / rate / base) for n in range(frames)]
    end = first + round(frames / rate / base)
    seen = pictures(pts, base, end, first * base)
    sound = Sound(1, 48_000, 2, first * base, Fraction(0), Fraction(frames) / rate)
    return Media("video", "mov,mp4", seen, sound)


VARYING = film(Fraction(25), BASES[0], 3)
VARYING = Media(
    "video", "matroska", pictures([0, 1_000, 9_000, 12_345, 80_000], BASES[0], 90_000), None
)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("base", BASES)
def test_a_constant_rate_is_found_whatever_the_ticks(rate: Fraction, base: Fraction) -> None:
    seen = film(rate, base, 200).pictures
    assert seen is not None
    assert constant_rate(seen) == rate


def test_varying_distances_have_no_rate() -> None:
    assert VARYING.pictures is not None
    assert constant_rate(VARYING.pictures) is None
    assert constant_rate(pictures([0], BASES[0], 3_600)) is None


cut_lists = st.lists(
    st.tuples(st.fractions(0, 7, max_denominator=5_000), st.fractions("1/50", 1)), min_size=1,
    max_size=40,
)  # fmt: skip


@given(st.sampled_from(RATES), st.sampled_from(BASES), cut_lists)
def test_at_a_constant_rate_every_error_stays_below_half_a_frame(
    rate: Fraction, base: Fraction, cuts: list[tuple[Fraction, Fraction]]
) -> None:
    media = film(rate, base, round(8 * rate))
    segments = [Segment(0, start, start + length) for start, length in cuts]
    asked = sum((segment.end - segment.start for segment in segments), Fraction(0))
    half = Fraction(1, 2) / rate
    laid = lay_out(segments, [media], rate)
    assert laid[-1].out_end - asked <= half if laid else asked <= half
    assert all(one.out_end == other.out_start for one, other in pairwise(laid))
    ticks = []
    for cut in laid:
        assert media.pictures is not None
        shown = list(frames_of(cut, media.pictures, rate))
        ticks += [one.tick for one in shown]
        first, end, source = samples_of(cut, 48_000)
        begins = int(media.pictures.pts[shown[0].frame]) * base
        # The frame and the sound of a cut begin together: within half a sample, or a tick.
        assert abs(begins - Fraction(source, 48_000)) <= base / 2 + Fraction(1, 96_000)
        assert end - first == round(cut.out_end * 48_000) - round(cut.out_start * 48_000)
        steps = [b.frame - a.frame for a, b in pairwise(shown)]
        assert all(step == 1 for step in steps)
    assert ticks == list(range(len(ticks)))


@given(cut_lists)
def test_without_a_rate_every_frame_keeps_its_distance_from_the_cut(
    cuts: list[tuple[Fraction, Fraction]],
) -> None:
    assert VARYING.pictures is not None
    segments = [Segment(0, start / 8, start / 8 + length / 9) for start, length in cuts]
    laid = lay_out(segments, [VARYING], None)
    assert laid[-1].out_end == sum((s.end - s.start for s in segments), Fraction(0))
    last = -1
    for cut in laid:
        for one in frames_of(cut, VARYING.pictures, None):
            assert one.tick > last or one.tick == round(cut.out_start * FINE)
            last = one.tick
            begins = int(VARYING.pictures.pts[one.frame]) * VARYING.pictures.time_base
            out = Fraction(one.tick, FINE)
            assert cut.out_start - Fraction(1, FINE) <= out < cut.out_end
            # What is shown is what the source shows at that distance from the cut.
            assert begins <= cut.start + (out - cut.out_start) + Fraction(1, FINE)


@given(st.sampled_from(RATES), st.sampled_from(RATES), cut_lists)
def test_another_rate_shows_the_frame_of_the_instant(
    rate: Fraction, own: Fraction, cuts: list[tuple[Fraction, Fraction]]
) -> None:
    media = film(own, BASES[0], round(8 * own))
    assert media.pictures is not None
    segments = [Segment(0, start, start + length) for start, length in cuts]
    for cut in lay_out(segments, [media], rate):
        for one in frames_of(cut, media.pictures, rate):
            instant = cut.start + one.tick / rate - cut.out_start + Fraction(1, 2) / rate
            begins = int(media.pictures.pts[one.frame]) * BASES[0]
            assert begins <= instant
            if one.frame + 1 < len(media.pictures.pts):
                assert instant < int(media.pictures.pts[one.frame + 1]) * BASES[0] + BASES[0]


def test_the_rate_is_the_first_sources_unless_another_is_wanted() -> None:
    segments = [Segment(1, Fraction(0), Fraction(1)), Segment(0, Fraction(0), Fraction(1))]
    sources = [film(Fraction(25), BASES[0], 50), film(Fraction(30), BASES[0], 50)]
    assert output_rate(segments, sources, None) == 30
    assert output_rate(segments, sources, Fraction(24)) == 24
    assert output_rate(segments, [sources[0], VARYING], None) is None


def test_a_cut_shorter_than_half_a_frame_is_left_out() -> None:
    media = film(Fraction(25), BASES[0], 50)
    short = Segment(0, Fraction(1), Fraction(1) + Fraction(1, 100))
    assert lay_out([short], [media], Fraction(25)) == []
    assert len(lay_out([short] * 4, [media], Fraction(25))) == 1
