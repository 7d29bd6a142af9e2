"""Speech over music, parted again: how much of the voice is right, beside classic filters.

The measure is the signal-to-distortion ratio: the voice's power over that of what differs from it.
The baseline keeps what is alike in both channels (mid over side), then what is neither steady over
long windows nor sudden over short ones (harmonic and percussive parts by medians of the spectra:
D. FitzGerald, "Harmonic/percussive separation using median filtering", DAFx 2010; "Vocal separation
using nearest neighbours and median filtering", ISSC 2012).
"""

from __future__ import annotations

import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from bench.harness import Outcome
from bench.options import Options
from bench.producing import Maker, workshop
from videre.cli.evaluation.figures import Measured
from videre.production.stems.parting import RATE
from videre.v1 import production_pb2 as pb

Samples = NDArray[np.float32]
_SECONDS: Final = 10
#: Where pieces of music begin, seconds: behind their quiet openings.
_FROM: Final = 5
_VOICES: Final = ("speech_en/LJ001-0001.wav", "speech_en/sonnet001.mp3")
_SONGS: Final = ("music/vibe_ace.ogg", "music/ragtime.ogg", "music/techno_loop.mp3")
#: Length of the noise that spreads a song over both channels, and how fast it dies away, samples.
_SPREAD: Final = 2_048
_DECAY: Final = 300
#: Windows of the baseline, samples: of channels, of steady sound, of sudden sound.
_MIDDLE, _LONG, _SHORT = 4_096, 8_192, 1_024
#: Length of its medians, spectra or frequencies.
_MEDIAN: Final = 17
_NOTHING: Final = 1e-12


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Part speech from music and compare with the truth and a baseline."""
    with workshop() as (maker, folder):
        return stems(maker, options.media_folder(), folder, tell), []


def stems(maker: Maker, media: Path, folder: Path, tell: Callable[[str], None]) -> list[Measured]:
    """Part mixes of speech and music, each as loud as the other."""
    gains: list[float] = []
    found: list[float] = []
    speeds: list[float] = []
    least: list[float] = []
    for mix in mixed(media):
        source = _written(mix.sound, folder / f"stems{len(found)}.wav")
        spent, began = maker.cpu_seconds, time.process_time()
        made = maker.make(
            pb.ProductionTask(
                demix_music=pb.DemixMusicParams(
                    stems=[pb.MUSIC_STEM_VOICE], output=pb.Rendition(preset="audio-wav")
                )
            ),
            {"main": source},
        )
        spent = maker.cpu_seconds - spent + time.process_time() - began
        speeds.append(mix.voice.shape[1] / RATE / spent)
        (one,) = made
        assert isinstance(one.data, Path)
        heard = _sound(one.data, 0)
        ours, theirs = sdr(mix.voice, heard), sdr(mix.voice, _baseline(mix.sound))
        found.append(ours)
        gains.append(ours - theirs)
        least.append(theirs)
        tell(f"{mix.name}: {ours:.1f} dB, baseline {theirs:.1f} dB")
    how = f"{len(found)} mixes of {_SECONDS} s in stereo, voice in the middle, both equally loud"
    base = f"mid over side, harmonic and percussive parts: {_mean(least):.1f} dB on average"
    return [
        Measured("demix: SDR of the voice, mean", _mean(found), "dB", how),
        Measured("demix: gain over the baseline, mean", _mean(gains), "dB", base),
        Measured("demix: gain over the baseline, least", min(gains), "dB", base),
        Measured("demix: × real time on one core", _mean(speeds), "×", "decoding, start, encoding"),
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """Speech over music, each as loud as the other.

    Args:
        name: of both.
        voice: float32 [2, samples], `RATE` a second.
        sound: with the music, of the same shape.
    """

    name: str
    voice: Samples
    sound: Samples


def mixed(media: Path) -> Iterator[Mix]:
    """Yield every voice over every song."""
    for song_name in _SONGS:
        song = _wide(_sound(media / song_name, _FROM))
        for voice_name in _VOICES:
            voice = np.repeat(_sound(media / voice_name, 0).mean(0, keepdims=True), 2, 0)
            music = song[:, : voice.shape[1]]
            voice = voice[:, : music.shape[1]]
            music = music * np.float32(voice.std() / music.std())
            scale = np.float32(0.9 / np.abs(voice + music).max())
            voice, music = voice * scale, music * scale
            yield Mix(f"{song_name} and {voice_name}", voice, voice + music)


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


def sdr(truth: Samples, made: Samples) -> float:
    """Return the signal-to-distortion ratio of what was made, dB."""
    count = min(truth.shape[1], made.shape[1])
    truth, made = truth[:, :count], made[:, :count]
    return float(10 * np.log10((truth**2).sum() / (((truth - made) ** 2).sum() + _NOTHING)))


def _sound(path: Path, start: int) -> Samples:
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
    parts = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            parts += [one.to_ndarray() for one in resampler.resample(frame)]
    parts += [one.to_ndarray() for one in resampler.resample(None)]
    whole = np.asarray(np.concatenate(parts, axis=1), np.float32)
    return whole[:, start * RATE : (start + _SECONDS) * RATE]


def _written(samples: Samples, path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(samples))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(samples.T * 32_767).astype("<i2").tobytes())
    return path


def _wide(song: Samples) -> Samples:
    """Return a song as if its players sat left and right: each channel through other noise."""
    rng, made = np.random.default_rng(1), []
    size = 1 << (song.shape[1] + _SPREAD).bit_length()
    for channel in song:
        tail = rng.normal(size=_SPREAD) * np.exp(-np.arange(_SPREAD) / _DECAY)
        tail[0] += 6
        both = np.fft.rfft(channel, size) * np.fft.rfft(tail, size)
        made.append(np.fft.irfft(both, size)[: song.shape[1]])
    return np.asarray(made, np.float32)


def _baseline(mix: Samples) -> Samples:
    spectra, window = _spectra(mix, _MIDDLE)
    middle, side = (spectra[0] + spectra[1]) / 2, (spectra[0] - spectra[1]) / 2
    share = np.maximum(np.abs(middle) ** 2 - np.abs(side) ** 2, 0)
    kept = middle * share / (np.abs(middle) ** 2 + _NOTHING)
    made = _laid(np.stack([kept, kept]), window, mix.shape[1])
    for size, steady in ((_LONG, False), (_SHORT, True)):
        spectra, window = _spectra(made[:1], size)
        seen = np.abs(spectra)
        along, across = _median(seen, 1) ** 2, _median(seen, 2) ** 2
        mask = (along if steady else across) / (along + across + _NOTHING)
        made = np.repeat(_laid(spectra * mask, window, mix.shape[1]), 2, 0)
    return made


def _median(seen: Samples, axis: int) -> Samples:
    half = _MEDIAN // 2
    pads = [(half, half) if one == axis else (0, 0) for one in range(3)]
    padded = np.pad(seen, pads, "reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _MEDIAN, axis)
    return np.asarray(np.partition(windows, half, axis=-1)[..., half], np.float32)


def _spectra(sound: Samples, size: int) -> tuple[NDArray[np.complex64], Samples]:
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    padded = np.pad(sound, ((0, 0), (size, 2 * size)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, 1)[:, :: size // 4]
    return np.asarray(np.fft.rfft(windows * window, axis=2), np.complex64), window


def _laid(spectra: NDArray[np.complex64], window: Samples, count: int) -> Samples:
    size, frames = len(window), spectra.shape[1]
    waves = np.asarray(np.fft.irfft(spectra, size, axis=2), np.float32) * window
    made = np.zeros((len(spectra), (frames + 3) * (size // 4)), np.float32)
    for number in range(frames):
        first = number * (size // 4)
        made[:, first : first + size] += waves[:, number]
    return np.asarray(made[:, size : size + count] / 1.5, np.float32)
