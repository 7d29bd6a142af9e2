"""Tracks stand in their places; music goes down before speech and comes up behind it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from videre.production.rendering.job import MixedTrack
from videre.production.rendering.loudness import Loudness, ceiling, reach, read_loudness
from videre.production.rendering.mixing import (
    STEPS,
    Mixed,
    Samples,
    lowering,
    place,
    speaking,
)

RATE = 48_000
NONE = np.zeros(0, np.float64)


class Held:
    """Samples in memory, silence around them."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples

    def read(self, first: int, count: int) -> Samples:
        found = np.zeros((count, 2), np.float32)
        low, high = max(0, first), min(len(self._samples), first + count)
        if low < high:
            found[low - first : high - first] = self._samples[low:high]
        return found


def track(role: str = "effects", begin: str = "0", end: str = "1", start: str = "0",
          speech: tuple[tuple[float, float], ...] = ()) -> MixedTrack:  # fmt: skip
    return MixedTrack(0, role, Fraction(begin), Fraction(end), Fraction(start), 0.0, speech)


def constant(seconds: float, level: float) -> Samples:
    return np.full((round(seconds * RATE), 2), level, np.float32)


def test_tracks_are_summed_where_they_stand() -> None:
    one = place(track(start="1/2"), Held(constant(1, 0.25)), RATE)
    other = place(track(begin="1/4", end="1/2"), Held(constant(1, 0.5)), RATE)
    mixed = Mixed([one, other], [0.0, 20 * np.log10(2)], NONE, RATE, 2)
    samples = np.concatenate([mixed.read(at, 7_000) for at in range(0, 2 * RATE, 7_000)])[:, 0]
    wanted = np.zeros(len(samples))
    wanted[RATE // 2 : RATE * 3 // 2] += 0.25
    wanted[: RATE // 4] += 1.0
    assert np.allclose(samples, wanted, atol=1e-4)


def test_music_is_lowered_by_the_curve_alone() -> None:
    curve = np.full(2 * STEPS, 20.0)
    placed = [place(track(role), Held(constant(1, 0.5)), RATE) for role in ("music", "effects")]
    lowered, kept = [Mixed([one], [0.0], curve, RATE, 2).read(0, 100)[0, 0] for one in placed]
    assert abs(lowered - 0.05) < 1e-4
    assert kept == 0.5


@given(
    st.lists(st.tuples(st.floats(0, 20), st.floats(0.1, 4)), min_size=1, max_size=8),
    st.floats(1, 30),
)
def test_the_curve_is_deep_under_speech_and_never_jumps(
    spans: list[tuple[float, float]], depth: float
) -> None:
    speech = [(begin, begin + length) for begin, length in spans]
    curve = lowering(speech, depth, 25.0)
    at = np.arange(len(curve)) / STEPS
    for begin, end in speech:
        assert np.allclose(curve[(at >= begin) & (at <= end)], depth)
    far = np.ones(len(curve), bool)
    for begin, end in speech:
        far &= (at < begin - 0.25) | (at > end + 1.3)
    assert (curve[far] == 0).all()
    assert np.abs(np.diff(curve)).max() <= depth / (0.2 * STEPS) + 1e-9


def test_speech_is_where_a_voice_is_loud_or_was_heard() -> None:
    samples = constant(4, 0.0)
    samples[RATE : 2 * RATE] = 0.1
    placed = place(track("voice", end="4", start="10"), Held(samples), RATE)
    (span,) = speaking(placed, -20.0, RATE)
    assert np.allclose(span, (11.0, 12.0), atol=2 / STEPS)
    known = track("voice", begin="1", end="3", start="10", speech=((0.5, 1.5), (2.5, 9.0)))
    assert speaking(place(known, Held(samples), RATE), -20.0, RATE) == [(10, 10.5), (11.5, 12)]


def test_what_the_limiter_takes_is_given_back() -> None:
    def measure(steps: str) -> Loudness:
        if not steps:
            return Loudness(-30.0, -12.0)
        gain = float(steps.split("volume=")[1].split("dB")[0])
        return Loudness(-30.0 + gain - max(0.0, gain - 11) * 0.4, -1.5)

    steps, found = reach(-16.0, -1.5, measure)
    assert abs(found.integrated + 16) < 0.05
    assert "alimiter" in steps
    assert reach(-16.0, -1.0, lambda _: Loudness(-70.0, -200.0)) == ("", Loudness(-70.0, -200.0))
    assert ceiling(-1.0, "aac") < ceiling(-1.0, "flac") < -1.0


def test_what_the_filter_says_is_read() -> None:
    said = 'noise {x}\n{\n"input_i" : "-23.10",\n"input_tp" : "-inf"\n}\n'
    assert read_loudness(said) == Loudness(-23.1, -200.0)
