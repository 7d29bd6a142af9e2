"""Summaries tell of the most interesting moments, at the length that was asked for."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.production.interest import (
    STEP_NS,
    Signals,
    best_in,
    highlights,
    relative,
    summary,
)
from videre.production.known import Known, Said, Stretch, Utterance
from videre.production.rendering.crossfade import Crossfaded
from videre.production.rendering.timeline import Cut
from videre.production.signals import loudness, music, speech
from videre.v1.analysis_pb2 import MusicStructure

S = 1_000_000_000


def signals(
    motion: np.ndarray, unfit: np.ndarray | None = None, faces: np.ndarray | None = None
) -> Signals:
    blank = np.zeros(len(motion), np.bool_) if unfit is None else unfit
    return Signals(motion, faces, None, None, None, blank)


def shots_of(*borders: float) -> list[Stretch]:
    return [Stretch(round(a * S), round(b * S)) for a, b in itertools.pairwise(borders)]


@settings(max_examples=40)
@given(
    st.lists(st.integers(3, 60), min_size=1, max_size=12),
    st.integers(1, 30),
    st.integers(0, 2**32 - 1),
)
def test_a_summary_has_its_length_and_lies_inside_shots(
    tenths: list[int], seconds: int, seed: int
) -> None:
    borders = np.concatenate([[0], np.cumsum(tenths)]) / 10
    shots = shots_of(*borders.tolist())
    count = -(-shots[-1].end_ns // STEP_NS)
    motion = np.random.default_rng(seed).random(count)
    parts = summary(shots, signals(motion), seconds * S, [])
    lengths = [one.stretch.end_ns - one.stretch.start_ns for one in parts]
    assert all(length > 0 for length in lengths)
    for before, behind in itertools.pairwise(parts):
        assert before.stretch.end_ns <= behind.stretch.start_ns
    if shots[-1].end_ns <= seconds * S:
        assert sum(lengths) == shots[-1].end_ns
        return
    assert sum(lengths) <= seconds * S
    for part in parts:
        assert any(
            one.start_ns <= part.stretch.start_ns and part.stretch.end_ns <= one.end_ns
            for one in shots
        )


def test_what_moves_is_shown_and_black_is_not() -> None:
    motion = np.zeros(150)
    motion[60:68] = 1.0
    motion[110:118] = 1.0
    unfit = np.zeros(150, np.bool_)
    unfit[105:125] = True
    shots = shots_of(0, 10, 20, 30)
    (part,) = summary(shots, signals(motion, unfit), 3 * S // 2, [])
    assert part.stretch.start_ns >= 119 * S // 10
    assert part.stretch.end_ns <= 14 * S
    assert part.reasons["motion"] > 0.9
    best, *_ = highlights(shots, signals(motion, unfit), 3)
    assert 10 * S <= best.stretch.start_ns < 20 * S
    assert highlights(shots, signals(np.zeros(150)), 3) == []


def test_borders_move_onto_near_beats() -> None:
    motion = np.zeros(50)
    motion[20:30] = 1.0
    beats = [21 * S // 5, 31 * S // 5, 9 * S]
    (part,) = summary(shots_of(0, 10), signals(motion), 2 * S, beats)
    assert (part.stretch.start_ns, part.stretch.end_ns) == (beats[0], beats[1])


def test_signals_that_nobody_looked_at_weigh_nothing() -> None:
    motion = np.ones(5)
    assert np.allclose(signals(motion).interest(), 1.0)
    both = signals(motion, faces=np.zeros(5)).interest()
    assert np.allclose(both, 0.30 / 0.55)
    moment = best_in(Stretch(0, S), S, signals(motion), motion)
    assert moment.reasons == {"motion": 1.0}


def test_relative_values() -> None:
    assert relative(np.full(9, 3.0)).max() == 0
    assert len(relative(np.zeros(0))) == 0
    found = relative(np.arange(101.0))
    assert (found[50], found[100]) == (0.0, 1.0)


def test_speech_with_keywords_and_music_with_a_chorus_count_more() -> None:
    words = (Said(Stretch(0, S), "hello"), Said(Stretch(S, 2 * S), "Goal!"))
    said = (Utterance(Stretch(0, 2 * S), "hello Goal!", words),)
    known = Known(utterances=said, stages=(("speech", ""), ("music", "")))
    found = speech(known, ("goal",), 15)
    assert found is not None
    assert found.tolist() == [0.4] * 5 + [1.0] * 5 + [0.0] * 5
    assert speech(Known(), (), 5) is None
    assert music(None, Known(), 5) is None
    heard = MusicStructure()
    for second in range(3):
        heard.beat_offsets.add(seconds=second)
    part = heard.sections.add(chorus=True)
    part.span.start_offset.seconds, part.span.end_offset.seconds = 1, 2
    played = music(heard, known, 15)
    assert played is not None
    assert played.tolist() == [0.5] * 5 + [1.0] * 5 + [0.0] * 5


def test_what_is_louder_than_usual_is_loud() -> None:
    level = np.full(200, -30.0)
    level[50:60] = -6.0
    found = loudness(level, 20)
    assert found.argmax() == 5
    assert found[5] == 1.0
    assert np.delete(found, 5).max() == 0.0


class Ramp:
    """Sample n of the source is n."""

    def read(self, first: int, count: int) -> np.ndarray:
        return np.arange(first, first + count, dtype=np.float32)[:, None]


@pytest.mark.parametrize("step", [7, 100])
def test_sound_fades_over_joints_and_stays_as_it_is_elsewhere(step: int) -> None:
    cuts = [
        Cut(0, Fraction(1), Fraction(0), Fraction(1)),
        Cut(0, Fraction(5), Fraction(1), Fraction(2)),
    ]
    reader = Crossfaded(cuts, (Ramp(), Ramp()), Fraction(1, 5), 100)
    heard = np.concatenate([reader.read(at, min(step, 200 - at)) for at in range(0, 200, step)])
    assert heard[:90, 0].tolist() == list(range(100, 190))
    assert heard[110:, 0].tolist() == list(range(510, 600))
    middle = heard[100, 0] / np.sin(np.pi / 4)
    assert abs(middle - (200 + 500)) < 40
