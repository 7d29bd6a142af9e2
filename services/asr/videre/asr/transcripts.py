"""From a recogniser's answer of text, word times and confidences to words. Pure.

Models differ in what they tell: some give no times, some no confidence. What is missing is filled
by a stated rule, and a measurement says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from videre.asr.activity import SAMPLE_RATE
from videre.asr.engines.base import Word

_LOW_PERCENTILE: Final = 20


@dataclass(frozen=True, slots=True)
class Told:
    """What a model told of one utterance.

    Args:
        words: what it wrote, in order.
        times: start and end of each word, seconds from the utterance's start; None of none.
        scores: confidence of each word; None of none.
        mean_log_probability: of its tokens; None where it is not known.
    """

    words: tuple[str, ...]
    times: tuple[tuple[float, float], ...] | None
    scores: tuple[float, ...] | None
    mean_log_probability: float | None


def words_told(told: Told, samples: int) -> tuple[Word, ...]:
    """Return the words of an utterance of `samples`, in order, inside it.

    Words without times share the utterance by their lengths; words without confidence have that of
    the whole utterance, and where there is none either, 0.5.
    """
    spans = _timed(told, samples)
    scores = told.scores if told.scores is not None else [_whole(told)] * len(told.words)
    return tuple(
        Word(text, start, end, _score(score))
        for text, (start, end), score in zip(told.words, spans, scores, strict=True)
    )


def scores_of_words(
    words: Sequence[tuple[float, float]],
    tokens: Sequence[tuple[float, float]],
    scores: Sequence[float],
) -> tuple[float, ...] | None:
    """Return the mean confidence of the tokens that begin in each word.

    Args:
        words: start and end of each word, in any unit.
        tokens: likewise of each token, in order.
        scores: confidence of each token.

    Returns:
        None where scores and tokens do not match, or a word has no token.
    """
    if len(scores) != len(tokens):
        return None
    means = []
    for start, end in words:
        inside = [
            score
            for (at, _), score in zip(tokens, scores, strict=True)
            if start <= at < end or at == start
        ]
        if not inside:
            return None
        means.append(sum(inside) / len(inside))
    return tuple(means)


def measure_words(told: Told, words: Sequence[Word], samples: int) -> dict[str, float]:
    """Return the measurements of one decode, by name.

    Returns:
        `duration_seconds`, `words_per_second`; and, where there are words:
        `mean_word_probability` and `low_word_probability` (20th percentile), 0..1;
        `mean_word_seconds`; `word_times_estimated` and `word_scores_estimated`, 0 or 1.
    """
    duration = samples / SAMPLE_RATE
    measurements = {
        "duration_seconds": duration,
        "words_per_second": len(words) / duration if duration else 0.0,
    }
    if not words:
        return measurements
    scores = [word.score for word in words]
    voiced = sum(word.end_sample - word.start_sample for word in words)
    return measurements | {
        "mean_word_probability": float(np.mean(scores)),
        "low_word_probability": float(np.percentile(scores, _LOW_PERCENTILE)),
        "mean_word_seconds": voiced / len(words) / SAMPLE_RATE,
        "word_times_estimated": float(told.times is None),
        "word_scores_estimated": float(told.scores is None),
    }


def _timed(told: Told, samples: int) -> list[tuple[int, int]]:
    if told.times is None:
        return _shared(told.words, samples)
    spans, reached = [], 0
    for start_s, end_s in told.times:
        start = min(max(round(start_s * SAMPLE_RATE), reached), samples)
        spans.append((start, min(max(round(end_s * SAMPLE_RATE), start), samples)))
        reached = start
    return spans


def _shared(words: Sequence[str], samples: int) -> list[tuple[int, int]]:
    """Return stretches of the utterance as long as the words are."""
    edges = np.cumsum([0, *(len(word) + 1 for word in words)])
    at = [int(edge) * samples // max(1, int(edges[-1])) for edge in edges]
    return list(pairwise(at))


def _whole(told: Told) -> float:
    mean = told.mean_log_probability
    return 0.5 if mean is None or math.isnan(mean) else math.exp(min(mean, 0.0))


def _score(score: float) -> float:
    """Return it within 0..1, rounded: batches of other sizes differ in the last digits."""
    return 0.0 if math.isnan(score) else round(min(max(score, 0.0), 1.0), 3)
