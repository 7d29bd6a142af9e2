"""What a request must be before any engine sees it: sound of whole samples, spans inside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from videre.asr.activity import SAMPLE_RATE
from videre.asr.engines.base import Samples
from videre.common.errors import invalid
from videre.internal.v1 import asr_pb2

#: Longest group of speech.
MAX_GROUP_SAMPLES: Final = 30 * SAMPLE_RATE
#: Largest piece of a track.
MAX_PIECE_BYTES: Final = 1 << 20
#: Longest track; its probabilities take 11 MB.
MAX_TRACK_SAMPLES: Final = 24 * 3_600 * SAMPLE_RATE
#: Most stretches of speech in a track: one a second for the whole day, and some.
MAX_TRACK_SPANS: Final = 100_000


def read_samples(pcm: bytes, max_bytes: int) -> Samples:
    """Return the samples of a `pcm` field.

    Raises:
        VidereError: FIELD_INVALID for too many bytes or half a sample.
    """
    if len(pcm) > max_bytes:
        raise invalid("pcm", "too many bytes", limit=str(max_bytes), actual=str(len(pcm)))
    if len(pcm) % 2:
        raise invalid("pcm", "ends inside a sample", limit="even", actual=str(len(pcm)))
    return np.frombuffer(pcm, "<i2").astype(np.int16, copy=False)


def check_spans(spans: Sequence[asr_pb2.SpeechSpan], samples: int) -> None:
    """Refuse spans that are empty, overlap, are out of order or leave the sound.

    Raises:
        VidereError: FIELD_INVALID.
    """
    before = 0
    for index, span in enumerate(spans):
        if not before <= span.start_sample < span.end_sample <= samples:
            raise invalid(
                f"spans[{index}]",
                "spans follow one another inside the sound",
                limit=f"{before}..{samples}",
                actual=f"{span.start_sample}..{span.end_sample}",
            )
        before = span.end_sample


def check_track_spans(spans: Sequence[asr_pb2.SpeechSpan]) -> None:
    """Refuse spans that are empty, overlap, are out of order, too long or too many.

    Raises:
        VidereError: FIELD_INVALID.
    """
    if len(spans) > MAX_TRACK_SPANS:
        limit, actual = str(MAX_TRACK_SPANS), str(len(spans))
        raise invalid("spans", "too many stretches of speech", limit=limit, actual=actual)
    check_spans(spans, MAX_TRACK_SAMPLES)
    for index, span in enumerate(spans):
        length = span.end_sample - span.start_sample
        if length > MAX_GROUP_SAMPLES:
            raise invalid(
                f"spans[{index}]", "too long, in samples",
                limit=str(MAX_GROUP_SAMPLES), actual=str(length),
            )  # fmt: skip
