"""Mixes of real speech and music: loudness, true peak, and how far music goes down under speech."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from bench.harness import Outcome
from bench.options import Options
from bench.producing import Maker, workshop
from tests import synth
from videre.cli.evaluation.figures import Measured
from videre.production.functions.base import Made
from videre.v1 import production_pb2 as pb

_LOUDNESS: Final = (-23.0, -16.0, -14.0)
_RATE: Final = 48_000
#: Above everything that speech recorded at 22 kHz has.
_TONE_HZ: Final = 15_000
_STEP_S: Final = 0.1
#: Speech begins so long after the mix does, seconds.
_BEGIN_S: Final = 3


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Mix speech with music and measure loudness, peaks and how far music is lowered."""
    with workshop() as (maker, folder):
        return mixes(maker, options.media_folder(), folder, tell), []


def mixes(maker: Maker, media: Path, folder: Path, tell: Callable[[str], None]) -> list[Measured]:
    """Mix recordings of speech with pieces of music, at several loudnesses."""
    voices = sorted(media.glob("speech_en/LJ*.wav"))[:3]
    songs = sorted(path for path in (media / "music").iterdir() if path.suffix != ".md")[:3]
    off, peaks = [], []
    for number, song in enumerate(songs):
        for wanted in _LOUDNESS:
            made = _mix(maker, voices[number % len(voices)], song, "audio-m4a", wanted)
            assert made.facts is not None
            assert made.facts.loudness is not None
            assert made.facts.true_peak is not None
            off.append(abs(made.facts.loudness - wanted))
            peaks.append(made.facts.true_peak)
            tell(f"{song.name} at {wanted:g}: {off[-1]:.2f} LU off, {peaks[-1]:.2f} dBTP")
    tone = synth.Sound(synth.tone(15, _TONE_HZ, level=0.5), codec="pcm_s16le")
    steady = synth.make(synth.Clip("steady.mkv", 0, sounds=(tone,)), folder)
    lowered = [_lowered(maker, voice, steady) for voice in voices]
    how = f"{len(off)} mixes as AAC, measured in the files: {len(songs)} pieces at 3 loudnesses"
    under = f"{len(lowered)} recordings of speech, a tone of 15 kHz as music"
    return [
        Measured("mixes: loudness beside the target", max(off, default=None), "LU", how),
        Measured("mixes: true peak", max(peaks, default=None), "dBTP", how),
        Measured("mixes: music under speech, least", min(lowered, default=None), "dB", under),
        Measured("mixes: music under speech, most", max(lowered, default=None), "dB", under),
    ]


def _mix(maker: Maker, voice: Path, music: Path, preset: str, loudness: float) -> Made:
    begin = pb.RationalTime(value=_BEGIN_S, rate_numerator=1)
    params = pb.MixAudioParams(
        tracks=[
            pb.MixTrack(role=pb.MIX_ROLE_VOICE, start=begin),
            pb.MixTrack(input="music", role=pb.MIX_ROLE_MUSIC),
        ],
        loudness=loudness,
        output=pb.Rendition(preset=preset),
    )
    task = pb.ProductionTask(mix_audio=params)
    (made,) = maker.make(task, {"main": voice, "music": music})
    return made


def _lowered(maker: Maker, voice: Path, tone: Path) -> float:
    """Return by how many dB a steady tone is lower in the middle of speech than before it."""
    length = float(maker.input(voice).media.end)
    made = _mix(maker, voice, tone, "audio-wav", -20.0)
    assert isinstance(made.data, Path)
    with av.open(str(made.data)) as container:
        pieces = [frame.to_ndarray().reshape(-1, 2)[:, 0] for frame in container.decode(audio=0)]
    samples = np.concatenate(pieces).astype(np.float64)
    before = _levels(samples, 0.3, _BEGIN_S - 0.5)
    under = _levels(samples, _BEGIN_S + 0.5, min(_BEGIN_S + length - 0.5, 14.5))
    return float(np.median(before) - np.median(under))


def _levels(samples: NDArray[np.float64], begin: float, end: float) -> list[float]:
    size = int(_STEP_S * _RATE)
    wave = np.exp(-2j * np.pi * _TONE_HZ * np.arange(size) / _RATE)
    return [
        float(20 * np.log10(np.abs((samples[first : first + size] * wave).mean()) + 1e-9))
        for first in range(int(begin * _RATE), int(end * _RATE) - size, size)
    ]
