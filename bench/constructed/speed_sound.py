"""The sound of the speed film: recordings of the set in groups, music and events between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import numpy as np

from bench.constructed.media import SOUND_RATE, Samples, silence, sound
from bench.constructed.spoken import trimmed
from videre.cli.evaluation.truth import Span, Truth

#: Tempo and pitch of the copies of a recording, first as it is.
_SPEEDS: Final = (1.0, 0.94, 1.06, 0.9, 1.1)
#: Recordings that follow each other, and the pause between two of them, seconds.
_GROUP: Final = (3, 6)
_PAUSE_S: Final = (0.25, 0.9)
#: Music or an event between two groups, seconds.
_BREAK_S: Final = (10.0, 16.0)
_LONGEST_EVENT_S: Final = 5.0
_FADE_S: Final = 0.4
#: Under every third group there is music, this much quieter than alone.
_BED: Final = 0.08
_MUSIC_PEAK: Final = 0.35


@dataclass(frozen=True, slots=True)
class Track:
    """A soundtrack and where in it recordings of speech are heard."""

    samples: Samples
    speech: tuple[Span, ...]

    def speech_share(self) -> float:
        """Return the share of the time in which a recording of speech is heard, 0..1."""
        spoken = sum(span.end_s - span.start_s for span in self.speech)
        return spoken * SOUND_RATE / len(self.samples)


def soundtrack(truths: Sequence[Truth], seconds: float, seed: int) -> Track:
    """Mix the recordings of a set.

    Args:
        truths: recordings of speech (with their language), of music and of events.
        seconds: length of the track; a shorter one is the beginning of a longer one.
        seed: of order, pauses and places.
    """
    chance = np.random.default_rng(seed)
    music = _endless(music_of(truths), chance)
    events = _in_turn([sound(truth.path) for truth in truths if truth.events])
    recordings = _recordings(speech_of(truths))
    wanted = round(seconds * SOUND_RATE)
    parts: list[Samples] = []
    speech: list[Span] = []
    position = 0
    for number in count():
        if position >= wanted:
            break
        group, spans = _group(recordings, chance)
        if number % 3 == 2:
            group = group + _BED / _MUSIC_PEAK * next(music)(len(group))
        between = next(music)(round(chance.uniform(*_BREAK_S) * SOUND_RATE))
        if number % 2:
            event = next(events)[: round(_LONGEST_EVENT_S * SOUND_RATE)]
            between = between * 0.3
            between[: len(event)] += event[: len(between)]
        speech += [
            Span(start + position / SOUND_RATE, end + position / SOUND_RATE) for start, end in spans
        ]
        parts += [group.astype(np.float32), between.astype(np.float32)]
        position += len(group) + len(between)
    within = [Span(s.start_s, min(s.end_s, seconds)) for s in speech if s.start_s < seconds]
    return Track(np.concatenate(parts)[:wanted], tuple(within))


def speech_of(truths: Sequence[Truth]) -> list[Path]:
    """Return the recordings of speech: sound files with a language, no films."""
    return [t.path for t in truths if t.language and t.path.parent.name.startswith("speech_")]


def music_of(truths: Sequence[Truth]) -> list[Path]:
    """Return the recordings of music that are long enough to fill a pause."""
    return [
        t.path for t in truths if t.path.parent.name == "music" and (t.seconds or 0) > _BREAK_S[1]
    ]


def _recordings(paths: Sequence[Path]) -> Iterator[Samples]:
    """Yield every recording as it is, then all of them faster or slower, and so on."""
    known = [trimmed(sound(path)) for path in paths]
    for speed in _SPEEDS:
        for samples in known:
            places = np.arange(0, len(samples) - 1, speed)
            yield np.interp(places, np.arange(len(samples)), samples).astype(np.float32)
    raise ValueError("the recordings of speech are used up")


def _group(
    recordings: Iterator[Samples], chance: np.random.Generator
) -> tuple[Samples, list[tuple[float, float]]]:
    """Return recordings with pauses between them, and where each is, seconds."""
    parts: list[Samples] = []
    spans = []
    position = 0
    for _ in range(int(chance.integers(*_GROUP, endpoint=True))):
        spoken = next(recordings)
        pause = silence(chance.uniform(*_PAUSE_S), chance)
        spans.append((position / SOUND_RATE, (position + len(spoken)) / SOUND_RATE))
        parts += [spoken, pause]
        position += len(spoken) + len(pause)
    return np.concatenate(parts), spans


def _endless(paths: Sequence[Path], chance: np.random.Generator) -> Iterator[_Player]:
    """Yield players of the pieces of music in turn, each from another place."""
    if not paths:
        raise FileNotFoundError("the set has no music")
    for piece in _in_turn([sound(path) for path in paths]):
        yield _Player(piece, float(chance.random()))


@dataclass(frozen=True, slots=True)
class _Player:
    """A piece of music and the share of it at which it is taken up."""

    piece: Samples
    place: float

    def __call__(self, length: int) -> Samples:
        """Return so many samples, faded in and out, at one level."""
        piece = np.tile(self.piece, -(-2 * length // len(self.piece)))
        first = int(self.place * (len(piece) - length))
        part = piece[first : first + length]
        ramp = np.minimum(1, np.arange(length) / (_FADE_S * SOUND_RATE))
        loudest = max(float(np.abs(part).max()), 1e-3)
        return np.asarray(part * np.minimum(ramp, ramp[::-1]) * _MUSIC_PEAK / loudest, np.float32)


def _in_turn(pieces: Sequence[Samples]) -> Iterator[Samples]:
    for number in count():
        yield pieces[number % len(pieces)]
