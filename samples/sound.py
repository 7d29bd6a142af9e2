"""Makes the sound of the sample clip: a voice from flite, and music from sines and noise."""

from __future__ import annotations

import io
import subprocess
import wave
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import numpy.typing as npt

from samples.story import BEATS, SCENES, TEMPO_BPM, music_span, seconds, starts

Samples = npt.NDArray[np.float64]

RATE: Final = 48_000
_VOICE_RATE: Final = 16_000
_VOICE_LEVEL: Final = 0.5  # peak
_MUSIC_LEVEL: Final = 0.42  # peak
_CHIME_LEVEL: Final = 0.12
_BEAT: Final = 60 / TEMPO_BPM
#: A minor, F, C, G: the roots' MIDI numbers and the third's distance.
_CHORDS: Final = ((57, 3), (53, 4), (48, 4), (55, 4))
_FLITE_TIMEOUT_S: Final = 60


def soundtrack() -> Samples:
    """Return the whole sound, −1..1, [samples, 2] at 48 kHz, as long as the picture."""
    track = np.zeros((round(seconds(starts()[-1]) * RATE), 2))
    _mix(track, 0.1, _chime())
    for scene, start in zip(SCENES, starts(), strict=False):
        if scene.speech:
            _mix(track, float(seconds(start + scene.speech_at)), speak(scene.speech))
    _mix(track, float(music_span()[0]), _music())
    return track


def speak(text: str) -> Samples:
    """Return a sentence in flite's voice "slt", [samples, 2] at 48 kHz.

    Raises:
        RuntimeError: flite does not give 16 kHz mono.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, "speech.wav")
        command = ["flite", "-voice", "slt", "--setf", "duration_stretch=1.1", "-t", text]
        subprocess.run([*command, "-o", str(path)], check=True, timeout=_FLITE_TIMEOUT_S)
        with wave.open(io.BytesIO(path.read_bytes())) as file:
            if (file.getframerate(), file.getnchannels()) != (_VOICE_RATE, 1):
                raise RuntimeError("flite's voice is not 16 kHz mono")
            pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64)
    voice = _upsampled(pcm, RATE // _VOICE_RATE)
    voice *= _VOICE_LEVEL / np.abs(voice).max()
    return np.stack([voice, voice], axis=1)


def _upsampled(samples: Samples, factor: int) -> Samples:
    """Return band-limited samples at `factor` times the rate: the spectrum, continued by zeros."""
    spectrum = np.fft.rfft(samples)
    return np.asarray(factor * np.fft.irfft(spectrum, len(samples) * factor))


def _mix(track: Samples, at: float, sound: Samples) -> None:
    first = round(at * RATE)
    track[first : first + len(sound)] += sound[: len(track) - first]


def _chime() -> Samples:
    """Return three soft notes of C major, one after the other."""
    sound = np.zeros((round(2.2 * RATE), 2))
    for index, note in enumerate((60, 67, 76)):
        tone = _plucked(note, 1.6, decay=3.0)
        _mix(sound, 0.16 * index, np.stack([tone, tone], axis=1))
    return np.asarray(_CHIME_LEVEL * sound / np.abs(sound).max())


def _music() -> Samples:
    """Return chords, bass, a broken chord in quavers, and drums on the beat; the end rings out."""
    sound = np.zeros((round((BEATS * _BEAT + 1.8) * RATE), 2))
    noise = np.random.default_rng(20_260_101)
    for beat in range(BEATS):
        root, third = _CHORDS[beat // 4 % len(_CHORDS)]
        at = beat * _BEAT
        _place(sound, at, 0.9 * _kick(), 0.0)
        if beat % 2:
            _place(sound, at, 0.35 * _burst(noise, 0.16, 26), 0.1)
        for half in range(2):
            _place(sound, at + half * _BEAT / 2, 0.12 * _burst(noise, 0.05, 90), 0.3)
            step = (0, third, 7, 12)[(2 * beat + half) % 4]
            _place(sound, at + half * _BEAT / 2, 0.30 * _plucked(root + 12 + step, 0.7, 6.0), -0.4)
        if beat % 4 == 0:
            _place(sound, at, 0.55 * _plucked(root - 12, 4 * _BEAT, 1.2), 0.0)
            for note in (root, root + third, root + 7):
                _place(sound, at, 0.16 * _pad(note, 4 * _BEAT + 0.2), 0.2)
    for note in (57, 60, 64, 69):
        _place(sound, BEATS * _BEAT, 0.3 * _plucked(note, 1.7, 2.5), 0.0)
    return np.asarray(_MUSIC_LEVEL * sound / np.abs(sound).max())


def _place(sound: Samples, at: float, mono: Samples, pan: float) -> None:
    """Mix a mono sound in; pan −1 is left, 1 is right, with constant power."""
    angle = (pan + 1) * np.pi / 4
    _mix(sound, at, np.stack([np.cos(angle) * mono, np.sin(angle) * mono], axis=1))


def _time(length: float) -> Samples:
    return np.arange(round(length * RATE)) / RATE


def _frequency(note: int) -> float:
    return float(440 * 2 ** ((note - 69) / 12))


def _plucked(note: int, length: float, decay: float) -> Samples:
    """Return a string: five harmonics, the higher the sooner gone."""
    time = _time(length)
    tone = sum(
        np.sin(2 * np.pi * _frequency(note) * harmonic * time)
        / harmonic
        * np.exp(-decay * harmonic * time)
        for harmonic in range(1, 6)
    )
    return np.asarray(tone) * _edges(time, length, 0.004, 0.05)


def _pad(note: int, length: float) -> Samples:
    time = _time(length)
    tone = sum(
        np.sin(2 * np.pi * _frequency(note) * detune * time) for detune in (0.997, 1.0, 1.003)
    )
    return np.asarray(tone) / 3 * _edges(time, length, 0.25, 0.3)


def _kick() -> Samples:
    """Return a falling sine."""
    time = _time(0.22)
    phase = 2 * np.pi * (48 * time - 4.2 * np.exp(-28 * time))
    return np.asarray(np.sin(phase) * np.exp(-14 * time))


def _burst(noise: np.random.Generator, length: float, decay: float) -> Samples:
    """Return noise without its low end, quickly gone."""
    time = _time(length)
    white = noise.standard_normal(len(time) + 1)
    return np.asarray(np.diff(white) * np.exp(-decay * time) * 0.5)


def _edges(time: Samples, length: float, attack: float, release: float) -> Samples:
    return np.minimum(1, time / attack) * np.clip((length - time) / release, 0, 1)
