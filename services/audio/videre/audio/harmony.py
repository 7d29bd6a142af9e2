"""What sounds between onsets, eleven times a second: pitch classes, bass, loudness by bands.

Bars and sections are found from it: chords change on downbeats, a chorus comes back with the same
chords. Memory is 72 bytes per frame (0.8 kB for a second of sound), as much as the onset envelope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.audio.onset import SAMPLE_RATE
from videre.audio.spectrum import htk_mel_bank, periodic_hann

Floats = NDArray[np.float32]
Array = NDArray[np.float64]

HOP: Final = 2_048
FRAME: Final = 4_096
FRAMES_PER_SECOND: Final = SAMPLE_RATE / HOP

#: Where chords sound, and where their bass does, hertz.
_CHORD_HZ: Final = (110.0, 2_100.0)
_BASS_HZ: Final = (38.0, 260.0)
_BANDS: Final = 12
#: Least width of a pitch class, semitones (standard deviation): instruments are not tuned exactly.
_WIDTH: Final = 0.35
_GAIN: Final = 100.0  # log1p(gain × magnitude), as the onset envelope hears
#: Frames per transform; always this many, so that pieces do not change the arithmetic.
_BLOCK: Final = 32
PITCH_CLASSES: Final = 12


@dataclass(frozen=True, slots=True)
class Harmony:
    """What sounds; frame i stands for sample i × `HOP`. All float16, ≥ 0.

    Args:
        chroma: strength of each pitch class, C first, [frames, 12].
        bass: the same of the bass, [frames, 12].
        bands: loudness of twelve mel bands from 30 Hz to 9 kHz, [frames, 12].
    """

    chroma: NDArray[np.float16]
    bass: NDArray[np.float16]
    bands: NDArray[np.float16]


class HarmonyMeter:
    """Turns a stream of 22.05 kHz mono samples into what sounds in it."""

    def __init__(self) -> None:
        self._window = periodic_hann(FRAME) / np.float32(FRAME / 4)
        self._classes = np.concatenate([_pitch_classes(_CHORD_HZ), _pitch_classes(_BASS_HZ)])
        self._mel = htk_mel_bank(_BANDS, 30.0, 9_000.0, SAMPLE_RATE, FRAME, unit_sum=True)
        # Half a frame of silence in front centres frame i on sample i × HOP.
        self._pending = np.zeros(FRAME // 2, dtype=np.float32)
        self._found: list[NDArray[np.float16]] = []
        self._frames = 0
        self._samples = 0

    def push(self, samples: Floats) -> None:
        """Take the next samples, float32 [n], -1..1; any n."""
        self._samples += len(samples)
        self._pending = np.concatenate([self._pending, samples])
        self._drain()

    def finish(self) -> Harmony:
        """Return what sounds in everything pushed; the meter is spent."""
        total = 1 + self._samples // HOP
        blocks = -(-(total - self._frames) // _BLOCK)
        needed = (blocks * _BLOCK - 1) * HOP + FRAME
        silence = np.zeros(max(0, needed - len(self._pending)), dtype=np.float32)
        self._pending = np.concatenate([self._pending, silence])
        self._drain()
        found = np.concatenate(self._found)[:total]
        chroma, bass, bands = np.split(found, [PITCH_CLASSES, 2 * PITCH_CLASSES], axis=1)
        return Harmony(chroma, bass, bands)

    def _drain(self) -> None:
        needed = (_BLOCK - 1) * HOP + FRAME
        start = 0
        while len(self._pending) - start >= needed:
            self._block(self._pending[start : start + needed])
            start += _BLOCK * HOP
        self._pending = self._pending[start:]

    def _block(self, samples: Floats) -> None:
        frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
        magnitude = np.abs(np.fft.rfft(frames * self._window, axis=1))
        loud = np.log1p(_GAIN * magnitude)
        peaks = loud * _is_peak(magnitude)
        pitches = peaks @ self._classes.T
        bands = np.log1p(_GAIN * (magnitude @ self._mel.T))
        self._found.append(np.concatenate([pitches, bands], axis=1).astype(np.float16))
        self._frames += _BLOCK


def beat_means(values: NDArray[np.float16], beats: NDArray[np.float64]) -> Array:
    """Return the mean of frames from each beat to the next, [beats - 1, features].

    The first and last tenth of a beat are left out: frames there hear its neighbour too.

    Args:
        values: [frames, features].
        beats: seconds, rising.
    """
    length = np.diff(beats)
    first = np.ceil((beats[:-1] + 0.1 * length) * FRAMES_PER_SECOND).astype(int)
    last = np.floor((beats[1:] - 0.1 * length) * FRAMES_PER_SECOND).astype(int) + 1
    first = first.clip(0, len(values) - 1)
    last = np.maximum(last.clip(0, len(values)), first + 1)
    begin, end = int(first[0]), int(last[-1])  # a song is a small part of a film
    sums = np.zeros((end - begin + 1, values.shape[1]))
    np.cumsum(values[begin:end], axis=0, out=sums[1:], dtype=np.float64)
    first, last = first - begin, last - begin
    means: Array = (sums[last] - sums[first]) / (last - first)[:, None]
    return means


def _is_peak(magnitude: Array) -> NDArray[np.bool_]:
    """Return where a spectrum [frames, bins] has a local maximum: noise has few high ones."""
    inner = magnitude[:, 1:-1]
    peak = (inner > magnitude[:, :-2]) & (inner >= magnitude[:, 2:])
    return np.pad(peak, ((0, 0), (1, 1)))


def _pitch_classes(hertz: tuple[float, float]) -> Array:
    """Return what each bin gives to the classes [12, bins]: nothing outside `hertz`."""
    bins = np.fft.rfftfreq(FRAME, 1 / SAMPLE_RATE)
    heard = (bins >= hertz[0]) & (bins <= hertz[1])
    note = 69 + 12 * np.log2(np.maximum(bins, 1.0) / 440)
    # A bin is wider than a semitone in the bass: it speaks for all the notes that it may hold.
    width = np.maximum(_WIDTH, 6 / np.log(2) * (SAMPLE_RATE / FRAME) / np.maximum(bins, 1.0))
    away = (note - np.arange(PITCH_CLASSES)[:, None] + 6) % 12 - 6
    return np.asarray(np.exp(-0.5 * (away / width) ** 2) / width * heard)
