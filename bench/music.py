"""Beats, bars, key and chorus of music of which they are known: songs rendered from scores, and the
recordings of a set with truth.

Rendered songs keep to their score as recordings of people do not: what is found in them is more
than what will be found elsewhere. The engine is called as its service calls it, without a server.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from bench.constructed.arrangements import SCORES, Arrangement, play
from bench.constructed.media import SOUND_RATE, Samples
from bench.constructed.songs import METERS, SONGS, render_style
from bench.harness import Outcome
from bench.options import Options
from bench.truth import load_set
from videre.audio.engines.base import MusicTrack
from videre.audio.engines.beats import Beats
from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import f_score, interval
from videre.cli.evaluation.measures.matching import match

_RATE: Final = 22_050
_TOLERANCE_S: Final = 0.07
_TEMPO_TOLERANCE: Final = 0.04
_QUICK: Final = 3
_SECONDS: Final = 20.0
_NS: Final = 1_000_000_000

Counts = tuple[float, float, float]
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a piece, seconds; None = not known."""

    name: str
    bpm: float | None
    beats: Sequence[float] | None = None
    downbeats: Sequence[float] | None = None
    choruses: Sequence[Span] | None = None
    key: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece, what was found in it, its length and what that cost, seconds."""

    known: Known
    found: MusicTrack
    seconds: float
    cpu_seconds: float


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Listen to every piece and measure."""
    count = _QUICK if options.quick else None
    heard: list[Heard] = []
    for known, samples in _pieces(options, count):
        heard.append(listen(known, samples))
        tell(f"{known.name}: {heard[-1].found.beats.tempo_bpm:.1f} bpm")
    return measure(heard), []


def _pieces(options: Options, count: int | None) -> Iterable[tuple[Known, Samples]]:
    for style, bpm in SONGS[:count]:
        song = render_style(style, bpm, _SECONDS, seed=round(bpm))
        bars = song.beats[:: METERS.get(style, 4)]
        yield Known(f"{style} {bpm:g}", bpm, song.beats, bars), resampled(song.samples, SOUND_RATE)
    for score in SCORES[:count]:
        played = play(score)
        yield of_arrangement(played), resampled(played.samples, SOUND_RATE)
    if options.media is not None:
        for truth in load_set(options.media):
            if truth.bpm is not None or truth.beats is not None:
                yield Known(truth.name, truth.bpm, truth.beats), _recording(str(truth.path))


def of_arrangement(played: Arrangement) -> Known:
    """Return what is known of a song with a form."""
    return Known(
        name=played.name,
        bpm=float(np.median([tempo for _, tempo in played.tempi])),
        beats=played.beats,
        downbeats=played.downbeats,
        choruses=played.choruses,
        key=(played.tonic, "minor" if played.minor else "major"),
    )


def listen(known: Known, samples: Samples) -> Heard:
    """Let the engine hear a piece of 22.05 kHz."""
    began = time.process_time()
    session = Beats().open()
    for start in range(0, len(samples), _RATE):
        session.push(samples[start : start + _RATE])
    found = session.finish()
    return Heard(known, found, len(samples) / _RATE, time.process_time() - began)


def resampled(samples: Samples, rate: int) -> Samples:
    """Return sound at the rate that the engine hears."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=_RATE)
    frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
    frame.sample_rate = rate
    made = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([np.asarray(one.to_ndarray()[0], np.float32) for one in made])


def _recording(path: str) -> Samples:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=_RATE)
    parts: list[NDArray[np.float32]] = []
    with av.open(path) as container:
        for frame in container.decode(audio=0):
            parts += [np.asarray(one.to_ndarray()[0]) for one in resampler.resample(frame)]
    parts += [np.asarray(one.to_ndarray()[0]) for one in resampler.resample(None)]
    return np.concatenate(parts).astype(np.float32)


def measure(heard: Sequence[Heard]) -> list[Measured]:
    """Return every figure."""
    minutes = sum(one.seconds for one in heard) / 60
    spent = sum(one.cpu_seconds for one in heard)
    return [
        _found("beats: F", heard, lambda one: one.known.beats, lambda f: f.beats.beat_ns),
        _share("tempo: octave right", heard, _tempo_right),
        _found(
            "downbeats: F", heard, lambda one: one.known.downbeats, lambda f: f.form.downbeat_ns
        ),
        *_choruses(heard),
        _share("key right", heard, _key_right),
        Measured("music: cost", spent / (60 * minutes), "CPU-s per media-s", f"{minutes:.0f} min"),
    ]


def _found(
    name: str,
    heard: Sequence[Heard],
    truth: Callable[[Heard], Sequence[float] | None],
    answer: Callable[[MusicTrack], Sequence[int]],
) -> Measured:
    units, cases = [], []
    for one in heard:
        wanted = truth(one)
        if wanted is None:
            continue
        got = [ns / _NS for ns in answer(one.found)]
        paired = len(match(wanted, got, _TOLERANCE_S))
        units.append((paired, len(got) - paired, len(wanted) - paired))
        f1 = f_score([units[-1]]) or 0.0
        if f1 < 1:
            words = f"F {f1:.2f}, {len(got)}"
            cases.append(Case(one.known.name, None, f"{len(wanted)}", words, 1 - f1))
    how = f"{len(units)} pieces, ±{_TOLERANCE_S * 1000:.0f} ms"
    return Measured(name, f_score(units), "F1", how, interval(units, f_score), tuple(cases))


def _share(name: str, heard: Sequence[Heard], right: Callable[[Heard], bool | None]) -> Measured:
    judged = [(one, right(one)) for one in heard]
    known = [(one, good) for one, good in judged if good is not None]
    cases = tuple(
        Case(one.known.name, None, _words(one.known), _said(one.found))
        for one, good in known
        if not good
    )
    value = sum(good for _, good in known) / len(known) if known else None
    return Measured(name, value, "share", f"{len(known)} pieces", cases=cases)


def _words(known: Known) -> str:
    return f"{known.bpm:g} bpm, key {known.key}"


def _said(found: MusicTrack) -> str:
    key = None if found.key is None else (found.key.tonic, found.key.mode)
    return f"{found.beats.tempo_bpm:.1f} bpm, key {key}"


def _tempo_right(one: Heard) -> bool | None:
    if one.known.bpm is None:
        return None
    return abs(one.found.beats.tempo_bpm - one.known.bpm) <= _TEMPO_TOLERANCE * one.known.bpm


def _key_right(one: Heard) -> bool | None:
    if one.known.key is None:
        return None
    key = one.found.key
    return key is not None and (key.tonic, key.mode) == one.known.key


def _choruses(heard: Sequence[Heard]) -> list[Measured]:
    """Return precision and recall of the time that choruses take."""
    right = told = wanted = 0.0
    cases, count = [], 0
    for one in heard:
        if one.known.choruses is None:
            continue
        count += 1
        found = [
            (part.start_ns / _NS, part.end_ns / _NS)
            for part in one.found.form.sections
            if part.chorus
        ]
        both = overlap(found, one.known.choruses)
        right += both
        told += _length(found)
        wanted += _length(one.known.choruses)
        if both < 0.9 * max(_length(found), _length(one.known.choruses)):
            cases.append(
                Case(one.known.name, None, str(one.known.choruses), str(found), _length(found))
            )
    how = f"{count} rendered songs with a form, share of time"
    return [
        Measured("chorus: precision", right / told if told else None, "share", how,
                 cases=tuple(cases)),
        Measured("chorus: recall", right / wanted if wanted else None, "share", how),
    ]  # fmt: skip


def overlap(left: Sequence[Span], right: Sequence[Span]) -> float:
    """Return how long both lists of spans hold, seconds."""
    return sum(max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for a in left for b in right)


def _length(spans: Sequence[Span]) -> float:
    return sum(end - start for start, end in spans)
