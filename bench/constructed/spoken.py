"""Recordings of the set joined with known gaps: when each first and last word is spoken."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from bench.constructed.media import SOUND_RATE, Samples, silence, sound, write_sound
from bench.pauses import spoken_stretches
from videre.cli.evaluation.measures.speech import spoken_words
from videre.cli.evaluation.truth import Edge, Span, Truth

#: Longer recordings are left to other figures, seconds.
_LONGEST_S: Final = 4.0
_GAPS_S: Final = (0.6, 0.9, 1.3)
#: Speech is where the level of 10 ms is within this many decibels of the loudest.
_BELOW_PEAK_DB: Final = 32.0
_STEP: Final = SOUND_RATE // 100
_AT_ONCE: Final = 12


def joined_words(truths: Sequence[Truth], folder: Path) -> list[Truth]:
    """Write tracks of short English recordings, trimmed to their words and joined."""
    short = [
        truth
        for truth in truths
        if truth.language == "en" and truth.transcript and (truth.seconds or 99) <= _LONGEST_S
    ]
    groups = [short[first : first + _AT_ONCE] for first in range(0, len(short), _AT_ONCE)]
    return [_track(number, group, folder) for number, group in enumerate(groups)]


def _track(number: int, group: Sequence[Truth], folder: Path) -> Truth:
    path = folder / f"joined_{number}.wav"
    chance = np.random.default_rng(number)
    parts: list[Samples] = []
    edges: list[Edge] = []
    speech: list[Span] = []
    position = 0
    for index, truth in enumerate(group):
        gap = silence(_GAPS_S[index % len(_GAPS_S)], chance)
        spoken = trimmed(sound(truth.path))
        start_s = (position + len(gap)) / SOUND_RATE
        end_s = start_s + len(spoken) / SOUND_RATE
        words = spoken_words(truth.transcript or "")
        edges += [Edge(words[0], start_s, True), Edge(words[-1], end_s, False)]
        speech += [Span(start_s + a, start_s + b) for a, b in spoken_stretches(spoken)]
        parts += [gap, spoken]
        position += len(gap) + len(spoken)
    write_sound(path, np.concatenate([*parts, silence(1.0, chance)]))
    return Truth(
        name=f"constructed/{path.name}", path=path, group="constructed/joined", language="en",
        transcript=" ".join(truth.transcript or "" for truth in group), edges=tuple(edges),
        speech=tuple(speech),
    )  # fmt: skip


def trimmed(samples: Samples, below_peak_db: float = _BELOW_PEAK_DB) -> Samples:
    """Return a recording from its first to its last step of 10 ms that is heard, at one level.

    Args:
        samples: the recording.
        below_peak_db: what is this much weaker than the loudest step is not heard.
    """
    steps = len(samples) // _STEP
    power: npt.NDArray[np.float64] = np.square(
        samples[: steps * _STEP].reshape(steps, _STEP), dtype=np.float64
    ).mean(axis=1)
    loud = np.flatnonzero(power >= power.max() * 10 ** (-below_peak_db / 10))
    cut = samples[loud[0] * _STEP : (loud[-1] + 1) * _STEP]
    return np.asarray(cut / np.abs(cut).max() * 0.5, np.float32)
