"""Stereo tracks with faults planted at known times, as PCM and as AAC.

The sound is music and speech of the set made stereo with a room: what is in the middle stands in
both channels, the rest differs. Some clean seconds lie before, between and behind the faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
import numpy.typing as npt

from bench.constructed.faulty import Faulty, Planted, Source
from videre.cli.evaluation.truth import Span

#: float32, shape (2, samples).
Stereo = npt.NDArray[np.float32]

_RATE: Final = 48_000
#: Samples of a fault, and of the clean stretch before each and behind the last.
_FAULT: Final = 6 * _RATE
_CLEAN: Final = 6 * _RATE + 1_777
_LOUDEST: Final = 0.5
#: Delays of the room's echoes in each channel, seconds, and their level.
_ECHOES: Final = ((0.011, 0.023, 0.037), (0.013, 0.019, 0.041))
_ECHO: Final = 0.25
#: Partials of a hum above the mains' frequency, and their level beside it.
_PARTIALS: Final = ((1, 1.0), (2, 0.5), (3, 0.3))

_Fault = Callable[[Stereo, float], Stereo]


def _silent(sound: Stereo, level_db: float) -> Stereo:
    chance = np.random.default_rng(1)
    return np.asarray(chance.normal(0, 10 ** (level_db / 20), sound.shape), np.float32)


def _clipped(sound: Stereo, share: float) -> Stereo:
    limit = float(np.quantile(np.abs(sound), 1 - share))
    return np.asarray(np.clip(sound / limit, -1, 1), np.float32)


def _opposite(sound: Stereo, width: float) -> Stereo:
    middle, side = (sound[0] + sound[1]) / 2, (sound[0] - sound[1]) / 2
    return np.stack([middle + width * side, -(middle - width * side)])


def _one(sound: Stereo, noise_db: float) -> Stereo:
    """Both channels carry the same; the second with a little noise of its own."""
    middle = (sound[0] + sound[1]) / 2
    noise = np.random.default_rng(2).normal(0, 10 ** (noise_db / 20), len(middle))
    return np.stack([middle, (middle + noise).astype(np.float32)])


def _offset(sound: Stereo, offset: float) -> Stereo:
    return sound + np.float32(offset)


def _quieter(sound: Stereo, decibels: float) -> Stereo:
    return sound * np.array([[1], [10 ** (-decibels / 20)]], np.float32)


def _hum(hertz: float) -> _Fault:
    """Add the mains: the fundamental at so many dB of full scale, and two partials."""

    def humming(sound: Stereo, level_db: float) -> Stereo:
        seconds = np.arange(sound.shape[1]) / _RATE
        wave = sum(
            level * np.sin(2 * np.pi * partial * hertz * seconds + partial)
            for partial, level in _PARTIALS
        )
        return np.asarray(sound + 10 ** (level_db / 20) * wave, np.float32)

    return humming


#: Kind, name, fault, its strengths. A mains is never quite at its frequency.
PLANTS: Final[tuple[tuple[str, str, _Fault, tuple[float, ...]], ...]] = (
    ("silence", "silence", _silent, (-66.0, -80.0, -120.0)),
    ("clipping", "clipping", _clipped, (0.01, 0.03, 0.1)),
    ("out_of_phase", "phase", _opposite, (0.6, 0.3, 0.0)),
    ("dual_mono", "dual_mono", _one, (-100.0, -110.0, -120.0)),
    ("dc_offset", "offset", _offset, (0.03, 0.06, 0.1)),
    ("channel_imbalance", "imbalance", _quieter, (10.0, 15.0, 25.0)),
    ("channel_missing", "missing", _quieter, (60.0, 80.0, 140.0)),
    ("hum", "hum_50", _hum(50.01), (-38.0, -32.0, -26.0)),
    ("hum", "hum_60", _hum(59.99), (-38.0, -32.0, -26.0)),
)
#: What music with a bass masks is planted in speech only: nobody hears it elsewhere.
_MASKED: Final = frozenset({"hum"})
#: Endings of the files, with codec and sample format.
FORMS: Final = ((".wav", "pcm_s16le", "s16"), (".m4a", "aac", "fltp"))


def faulty_tracks(sounds: Iterable[Source], folder: Path) -> Iterator[Faulty]:
    """Write a track per sound, fault and form into a folder."""
    for source in sounds:
        for kind, plant, fault, strengths in PLANTS:
            if kind in _MASKED and not source.speech:
                continue
            track = _stereo(source.path, len(strengths) * (_CLEAN + _FAULT) + _CLEAN)
            planted = []
            for place, strength in enumerate(strengths):
                first = _CLEAN + place * (_FAULT + _CLEAN)
                piece = slice(first, first + _FAULT)
                track[:, piece] = fault(track[:, piece], strength)
                span = Span(first / _RATE, (first + _FAULT) / _RATE)
                planted.append(Planted(kind, span, place))
            for ending, codec, form in FORMS:
                target = folder / f"{plant}-{source.name}{ending}"
                _write(target, track, codec, form)
                yield Faulty(target, kind, source, tuple(planted))


def _stereo(path: Path, length: int) -> Stereo:
    """Return the sound of a file in a room, over and over, as long as is asked for."""
    mono = _mono(path)
    channels = []
    for delays in _ECHOES:
        channel = mono.copy()
        for delay in delays:
            late = round(delay * _RATE)
            channel[late:] += _ECHO * mono[:-late]
        channels.append(channel)
    sound = np.stack(channels)
    sound *= _LOUDEST / float(np.abs(sound).max())
    return np.tile(sound, (1, -(-length // sound.shape[1])))[:, :length]


def _mono(path: Path) -> npt.NDArray[np.float32]:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=_RATE)
    parts = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
        parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
    return np.concatenate(parts).astype(np.float32)


def _write(path: Path, sound: Stereo, codec: str, form: str) -> None:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=_RATE, layout="stereo")
        resampler = av.AudioResampler(format=form, layout="stereo", rate=_RATE)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = _RATE, 0, Fraction(1, _RATE)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
