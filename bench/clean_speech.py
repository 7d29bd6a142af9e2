"""Noise around recorded speech, before and after: opinions that DNSMOS predicts, and the step."""

from __future__ import annotations

import time
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
from videre.production.opinion import RATE as HEARD_RATE
from videre.production.opinion import Listener
from videre.v1 import production_pb2 as pb

_RATE: Final = 48_000
_SNR_DB: Final = (5.0, 15.0)
_SECONDS: Final = 10
_FILES: Final = 3
Samples = NDArray[np.float32]


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Take noise away from speech and ask what listeners would say."""
    with workshop() as (maker, folder):
        return clean_speech(maker, options.media_folder(), folder, tell), []


def clean_speech(
    maker: Maker, media: Path, folder: Path, tell: Callable[[str], None]
) -> list[Measured]:
    """Add noise to recordings, take it away, and ask what listeners would say."""
    listener = Listener()
    listener.load()
    gains, late, speeds = [], [], []
    for number, path in enumerate(sorted(media.glob("speech_en/LJ*.wav"))[:_FILES]):
        clean = _sound(path, _RATE)[: _SECONDS * _RATE]
        for snr in _SNR_DB:
            noisy = _noisy(clean, snr, number)
            sound = synth.Sound(noisy, codec="pcm_s16le")
            source = synth.make(
                synth.Clip(f"noisy{number}-{snr:g}.mkv", 0, sounds=(sound,)), folder
            )
            before, began = maker.cpu_seconds, time.process_time()
            (made,) = maker.make(
                pb.ProductionTask(
                    denoise_speech=pb.DenoiseSpeechParams(output=pb.Rendition(preset="audio-wav"))
                ),
                {"main": source},
            )
            spent = maker.cpu_seconds - before + time.process_time() - began
            assert isinstance(made.data, Path)
            speeds.append(len(clean) / _RATE / spent)
            done = _sound(made.data, _RATE)
            late.append(abs(_late(clean, done)) / _RATE * 1_000)
            opinions = [
                listener.opinion(one, lambda _share: None)
                for one in (_sound(source, HEARD_RATE), _sound(made.data, HEARD_RATE))
            ]
            assert opinions[0] is not None
            assert opinions[1] is not None
            gains.append(opinions[1].overall - opinions[0].overall)
            tell(f"{path.name} at {snr:g} dB: opinion {opinions[0].overall:.2f} → "
                 f"{opinions[1].overall:.2f}")  # fmt: skip
    how = f"{len(gains)} recordings with brown and white noise at 5 and 15 dB"
    return [
        Measured("denoise: opinion (DNSMOS), mean gain", _mean(gains), "MOS", how),
        Measured("denoise: opinion (DNSMOS), least gain", min(gains, default=None), "MOS", how),
        Measured("denoise: out of step", max(late, default=None), "ms", f"largest; {how}"),
        Measured("denoise: × real time on one core", _mean(speeds), "×", "mono, 48 kHz"),
    ]


def _mean(values: list[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _noisy(clean: Samples, snr_db: float, seed: int) -> Samples:
    """Return speech with noise at a signal-to-noise ratio: half hiss, half rumble."""
    rng = np.random.default_rng(seed)
    hiss = rng.normal(size=len(clean))
    rumble = np.cumsum(rng.normal(size=len(clean)))
    rumble -= np.convolve(rumble, np.ones(4_001) / 4_001, "same")
    noise = hiss / hiss.std() + rumble / rumble.std()
    noise *= clean.std() * 10 ** (-snr_db / 20) / noise.std()
    made = clean + noise
    return np.asarray(made / max(1.0, float(np.abs(made).max())), np.float32)


def _late(clean: Samples, done: Samples) -> int:
    """Return by how many samples sound is late."""
    count = min(len(clean), len(done))
    size = 1 << (2 * count - 1).bit_length()
    both = np.fft.rfft(done[:count], size) * np.conj(np.fft.rfft(clean[:count], size))
    place = int(np.fft.irfft(both, size).argmax())
    return place if place < size // 2 else place - size


def _sound(path: Path, rate: int) -> Samples:
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    parts = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            parts += [one.to_ndarray()[0] for one in resampler.resample(frame)]
    parts += [one.to_ndarray()[0] for one in resampler.resample(None)]
    return np.asarray(np.concatenate(parts), np.float32)
