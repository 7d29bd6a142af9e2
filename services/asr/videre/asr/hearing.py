"""From a decoder's best path to words, and to measurements that tell how well it heard. Pure.

An English recogniser writes English whatever it hears. What it hears badly shows in its own
numbers: words it would as readily have replaced, sounds far from any it has learned, a path that
barely beat its rivals. The measurements are taken here; what they mean is the caller's business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.asr.activity import SAMPLE_RATE
from videre.asr.engines.base import Word

FRAMES_PER_SECOND: Final = 100
_SAMPLES_PER_FRAME: Final = SAMPLE_RATE // FRAMES_PER_SECOND
#: "the(2)" is the second pronunciation of "the".
_VARIANT: Final = re.compile(r"\(\d+\)$")
_LOW_PERCENTILE: Final = 20


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of the best path.

    Args:
        word: as the dictionary writes it, with variant mark; or a filler: "<sil>", "[NOISE]".
        start_frame: first frame, counted from the utterance's start; may lie before it.
        end_frame: last frame, inclusive.
        posterior: 0..1.
        log_acoustic: natural logarithm of its acoustic score, relative to each frame's best sound.
    """

    word: str
    start_frame: int
    end_frame: int
    posterior: float
    log_acoustic: float

    @property
    def is_filler(self) -> bool:
        """Whether it is a silence or a noise and not a word."""
        return self.word[0] in "<[+"

    @property
    def frames(self) -> int:
        """Its length."""
        return self.end_frame - self.start_frame + 1


def words_of(segments: Sequence[Segment], samples: int) -> tuple[Word, ...]:
    """Return the words without variant marks, their times cut to an utterance of `samples`."""
    return tuple(
        Word(
            _VARIANT.sub("", segment.word),
            min(max(segment.start_frame * _SAMPLES_PER_FRAME, 0), samples),
            min(max((segment.end_frame + 1) * _SAMPLES_PER_FRAME, 0), samples),
            min(max(segment.posterior, 0.0), 1.0),
        )
        for segment in segments
        if not segment.is_filler
    )


def measure(segments: Sequence[Segment], log_posterior: float, samples: int) -> dict[str, float]:
    """Return the measurements of one decode, by name.

    Args:
        segments: the best path, in order of time.
        log_posterior: natural logarithm of its posterior.
        samples: length of the utterance.

    Returns:
        `duration_seconds`; `words_per_second`; and, where there are words:
        `mean_word_probability` and `low_word_probability` (20th percentile), 0..1;
        `acoustic_score_per_frame`, natural logarithm, 0 at best;
        `posterior_per_word`, natural logarithm, 0 at best;
        `mean_word_seconds`; `filler_share` of the frames between the first and last word, 0..1.
    """
    duration = samples / SAMPLE_RATE
    words = [segment for segment in segments if not segment.is_filler]
    measurements = {
        "duration_seconds": duration,
        "words_per_second": len(words) / duration if duration else 0.0,
    }
    if not words:
        return measurements
    posteriors = [min(max(word.posterior, 0.0), 1.0) for word in words]
    voiced = sum(word.frames for word in words)
    extent = words[-1].end_frame + 1 - words[0].start_frame
    measurements |= {
        "mean_word_probability": float(np.mean(posteriors)),
        "low_word_probability": float(np.percentile(posteriors, _LOW_PERCENTILE)),
        "acoustic_score_per_frame": sum(word.log_acoustic for word in words) / voiced,
        "posterior_per_word": log_posterior / len(words),
        "mean_word_seconds": voiced / len(words) / FRAMES_PER_SECOND,
        "filler_share": max(0.0, 1.0 - voiced / extent),
    }
    return measurements
