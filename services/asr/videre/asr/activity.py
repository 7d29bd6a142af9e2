"""From speech probabilities to stretches of speech. Pure.

A voice-activity model says for every window how likely it holds speech. Speech begins where the
probability reaches `onset` and lasts until it falls below `release`; short pauses are bridged and
short bursts dropped, so that a span is an utterance that a recogniser can read as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE: Final = 16_000


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of speech: samples (half-open) from the start, mean speech probability 0..1."""

    start_sample: int
    end_sample: int
    score: float

    @property
    def samples(self) -> int:
        """Length in samples."""
        return self.end_sample - self.start_sample


@dataclass(frozen=True, slots=True)
class ActivityParams:
    """What makes speech of probabilities; lengths in windows except where stated.

    Args:
        onset: probability (0..1) that begins speech.
        release: probability below which speech ends; at most `onset`.
        min_silence: pauses shorter than this do not end an utterance.
        min_speech: speech shorter than this is dropped.
        max_speech: longer speech is cut where it is least likely speech.
        padding_samples: added on both sides, never into a neighbour or beyond the track.
    """

    onset: float = 0.5
    release: float = 0.35
    min_silence: int = 10
    min_speech: int = 4
    max_speech: int = 470
    padding_samples: int = 512


def speech_spans(
    probabilities: NDArray[np.float32], window: int, samples: int, params: ActivityParams
) -> list[Span]:
    """Return the stretches of speech in order of time; they neither overlap nor leave the track.

    Args:
        probabilities: float32 [windows], speech probability (0..1) of consecutive windows.
        window: samples in a window.
        samples: samples in the track; the last window may reach beyond.
        params: thresholds and lengths.
    """
    runs = _hysteresis(probabilities, params)
    runs = _bridge(runs, params.min_silence)
    runs = [run for run in runs if run[1] - run[0] >= params.min_speech]
    runs = [piece for run in runs for piece in _split(probabilities, run, params)]
    return _padded(probabilities, runs, window, samples, params.padding_samples)


def _hysteresis(
    probabilities: NDArray[np.float32], params: ActivityParams
) -> list[tuple[int, int]]:
    """Return the runs at or above `release`, each from its first window at or above `onset`."""
    voiced = np.concatenate(([False], probabilities >= params.release, [False]))
    edges = np.flatnonzero(voiced[1:] != voiced[:-1])
    onsets = np.flatnonzero(probabilities >= params.onset)
    runs = []
    for start, end in edges.reshape(-1, 2).tolist():
        first = int(np.searchsorted(onsets, start))
        if first < len(onsets) and onsets[first] < end:
            runs.append((int(onsets[first]), end))
    return runs


def _bridge(runs: list[tuple[int, int]], min_silence: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] < min_silence:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _split(
    probabilities: NDArray[np.float32], run: tuple[int, int], params: ActivityParams
) -> list[tuple[int, int]]:
    """Cut a run longer than `max_speech` at its least voiced windows, earliest first on a tie.

    A cut falls into the second half of the longest piece allowed, so that none becomes tiny.
    """
    start, end = run
    pieces = []
    while end - start > params.max_speech:
        earliest = start + params.max_speech // 2
        cut = earliest + int(np.argmin(probabilities[earliest : start + params.max_speech]))
        pieces.append((start, cut))
        start = cut
    pieces.append((start, end))
    return pieces


def _padded(
    probabilities: NDArray[np.float32],
    runs: list[tuple[int, int]],
    window: int,
    samples: int,
    padding: int,
) -> list[Span]:
    spans = []
    for index, (start, end) in enumerate(runs):
        first, last = start * window, min(end * window, samples)
        before = runs[index - 1][1] * window if index else 0
        after = runs[index + 1][0] * window if index + 1 < len(runs) else samples
        # Half the gap at most: neighbours share a pause, and track ends are never passed.
        left = min(padding, (first - before) // 2 if index else first)
        right = min(padding, (after - last) // 2 if index + 1 < len(runs) else samples - last)
        score = float(np.mean(probabilities[start:end]))
        spans.append(Span(first - left, last + right, score))
    return spans
