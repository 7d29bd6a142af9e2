"""Sound before the engines that hear it, and what changes of their answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.runtime.base import Right
from bench.runtime.materials import Materials
from videre.asr.engines.silero import SileroActivityEngine
from videre.audio.engines.yamnet import YamNet
from videre.audio.windows import SAMPLE_RATE, owned_windows
from videre.cli.evaluation.measures.activity import speech_activity
from videre.cli.evaluation.measures.sounds import top_sounds
from videre.cli.evaluation.observed import Observed, Sound
from videre.cli.evaluation.truth import Span
from videre.common.models import ModelStore
from videre.production.opinion import Listener

_LONGEST_S: Final = 120
#: Sound of which there is an opinion, from the beginning of each track, seconds.
_OPINION_S: Final = 11


def _heard(
    observed_s: float, *, speech: Sequence[Span] = (), sounds: Sequence[Sound] = ()
) -> Observed:
    """Return an answer that holds nothing but sound."""
    return Observed(
        seconds=observed_s, rate=0.0, shots=(), lines=(), utterances=(), speech=tuple(speech),
        sounds=tuple(sounds), objects=(), faces=(), labels=(), beats=(), bpm=None, suggestion="",
        findings=(), nsfw_frames=0, nsfw_scores=(), checked=frozenset(),
    )  # fmt: skip


def speech(models: ModelStore, given: Materials) -> list[list[Span]]:
    engine = SileroActivityEngine()
    engine.load(models)
    found = []
    for _, samples in given.tracks:
        stream = engine.open()
        stream.push((samples.clip(-1, 1) * 32_767).astype(np.int16))
        spans = stream.finish()
        found.append(
            [Span(one.start_sample / SAMPLE_RATE, one.end_sample / SAMPLE_RATE) for one in spans]
        )
    return found


def speech_wrong(given: Materials, found: list[list[Span]]) -> Right:
    pairs = [
        (truth, _heard(len(samples) / SAMPLE_RATE, speech=spans))
        for (truth, samples), spans in zip(given.tracks, found, strict=True)
    ]
    return Right("speech: wrong time", speech_activity(pairs).value or 0.0, more=False)


def speech_changed(before: list[list[Span]], after: list[list[Span]]) -> float:
    """Return the time that is told otherwise, as a share of the speech."""
    old, new = (np.array([_grid(spans) for spans in found]) for found in (before, after))
    return float((old != new).sum() / max(1, old.sum()))


def _grid(spans: Sequence[Span]) -> NDArray[np.bool_]:
    """Return which hundredths of a second are speech."""
    grid = np.zeros(_LONGEST_S * 100, bool)
    for span in spans:
        grid[round(span.start_s * 100) : round(span.end_s * 100)] = True
    return grid


def named(models: ModelStore, given: Materials) -> list[list[Sound]]:
    engine = YamNet()
    engine.load(models)
    return [
        [
            Sound(
                heard.class_name,
                Span(part.start / SAMPLE_RATE, part.end / SAMPLE_RATE),
                heard.score,
            )
            for part in owned_windows(len(samples), 0, len(samples))
            for heard in engine.listen(samples, part.start, part.end)
        ]
        for _, samples in given.tracks
    ]


def events_right(given: Materials, found: list[list[Sound]]) -> Right:
    pairs = [
        (truth, _heard(len(samples) / SAMPLE_RATE, sounds=sounds))
        for (truth, samples), sounds in zip(given.tracks, found, strict=True)
    ]
    return Right("events in the top 3", top_sounds(pairs).value or 0.0)


def windows_changed(before: list[list[Sound]], after: list[list[Sound]]) -> float:
    """Return the share of windows whose likeliest class is another one."""
    olds, news = (
        {(n, one.span.start_s): one.name for n, sounds in enumerate(found) for one in sounds[::-1]}
        for found in (before, after)
    )
    return sum(news.get(key) != name for key, name in olds.items()) / max(1, len(olds))


def opinions(_models: ModelStore, given: Materials) -> list[float]:
    listener = Listener()
    listener.load()
    size = _OPINION_S * SAMPLE_RATE
    heard = [listener.opinion(samples[:size], lambda _share: None) for _, samples in given.tracks]
    return [opinion.overall for opinion in heard if opinion is not None]


def largest(before: list[float], after: list[float]) -> float:
    if len(before) != len(after):
        return float("inf")
    return max((abs(old - new) for old, new in zip(before, after, strict=True)), default=0.0)
