"""From speech probabilities to stretches of speech. Pure.

A voice-activity model says for every window how likely it holds speech. Speech begins where the
probability reaches `onset` and lasts until it falls below `release`; short pauses are bridged and
short bursts dropped, so that a span is an utterance that a recogniser can read as a whole.

A model needs to hear some speech before it is sure: of "Printing", said at once, it finds "-ting".
So an utterance also takes what sounds right before it, as far back as to a quiet moment or to the
beginning of the track. Where neither is near, as over music or noise, voice and background cannot
be told apart and nothing is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

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
        max_lead: longest sound before the onset that belongs to the utterance.
        lead_below_db: sound is as loud as the utterance's first windows less this.
        lead_dip: longest quiet, in windows, that is not the quiet before the utterance: the
            closure of a "p".
    """

    onset: float = 0.5
    release: float = 0.35
    min_silence: int = 10
    min_speech: int = 4
    max_speech: int = 470
    padding_samples: int = 512
    max_lead: int = 8
    lead_below_db: float = 16.0
    lead_dip: int = 1


#: Windows of an utterance whose median level a lead is compared with: a syllable or two.
_LEVEL_WINDOWS: Final = 10
#: Mean square of what is taken for silence, of full scale: -90 dB.
_FLOOR: Final = 1e-9

Runs: TypeAlias = list[tuple[int, int]]


def speech_spans(
    probabilities: NDArray[np.float32],
    window: int,
    samples: int,
    params: ActivityParams,
    levels: NDArray[np.float32] | None = None,
) -> list[Span]:
    """Return the stretches of speech in order of time; they neither overlap nor leave the track.

    Args:
        probabilities: float32 [windows], speech probability (0..1) of consecutive windows.
        window: samples in a window.
        samples: samples in the track; the last window may reach beyond.
        params: thresholds and lengths.
        levels: float32 [windows], level of every window in dB; None = utterances begin at their
            onset.
    """
    runs = _hysteresis(probabilities, params)
    runs = _bridge(runs, params.min_silence)
    runs = [run for run in runs if run[1] - run[0] >= params.min_speech]
    runs = [piece for run in runs for piece in _split(probabilities, run, params)]
    starts = [start for start, _ in runs] if levels is None else _leads(levels, runs, params)
    return _padded(probabilities, runs, starts, window, samples, params.padding_samples)


def levels_db(sound: NDArray[np.floating[Any]], window: int) -> NDArray[np.float32]:
    """Return the level of every window in dB below full scale, float32 [windows].

    Args:
        sound: float [samples], -1..1, of whole windows.
        window: samples in a window.
    """
    power = np.square(sound).reshape(-1, window).mean(axis=1)
    levels: NDArray[np.float32] = 10 * np.log10(power + np.float32(_FLOOR))
    return levels


def _hysteresis(probabilities: NDArray[np.float32], params: ActivityParams) -> Runs:
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


def _bridge(runs: Runs, min_silence: int) -> Runs:
    joined: Runs = []
    for start, end in runs:
        if joined and start - joined[-1][1] < min_silence:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _split(
    probabilities: NDArray[np.float32], run: tuple[int, int], params: ActivityParams
) -> Runs:
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


def _leads(levels: NDArray[np.float32], runs: Runs, params: ActivityParams) -> list[int]:
    """Return where the sound begins that leads into each run; its own start where none does."""
    starts = []
    free = 0
    for start, end in runs:
        loud = float(np.median(levels[start : min(end, start + _LEVEL_WINDOWS)]))
        starts.append(_lead(levels, loud - params.lead_below_db, free, start, params))
        free = end
    return starts


def _lead(
    levels: NDArray[np.float32], least: float, free: int, start: int, params: ActivityParams
) -> int:
    """Go back from `start` over what is loud enough to a quiet moment, not before `free`."""
    earliest = max(free, start - params.max_lead - params.lead_dip - 1)
    found, quiet = start, 0
    for window in range(start - 1, earliest - 1, -1):
        quiet = 0 if levels[window] >= least else quiet + 1
        if quiet == 0:
            found = window
        elif quiet > params.lead_dip:
            break
    reached = quiet > params.lead_dip or earliest == 0
    return found if reached and start - found <= params.max_lead else start


def _padded(
    probabilities: NDArray[np.float32],
    runs: Runs,
    starts: list[int],
    window: int,
    samples: int,
    padding: int,
) -> list[Span]:
    spans = []
    for index, (start, end) in enumerate(runs):
        first, last = starts[index] * window, min(end * window, samples)
        before = runs[index - 1][1] * window if index else 0
        after = starts[index + 1] * window if index + 1 < len(runs) else samples
        # Half the gap at most: neighbours share a pause, and track ends are never passed.
        left = min(padding, (first - before) // 2 if index else first)
        right = min(padding, (after - last) // 2 if index + 1 < len(runs) else samples - last)
        score = float(np.mean(probabilities[start:end]))
        spans.append(Span(first - left, last + right, score))
    return spans
