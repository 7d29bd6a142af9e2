"""What an audio engine does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from videre.audio.beats import BeatTrack
from videre.audio.form import MusicForm
from videre.audio.mode import Key, ModeStretch
from videre.common.engine import Engine

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """A class that an engine heard, with its raw score, 0..1."""

    class_name: str
    score: float


@runtime_checkable
class SoundEngine(Engine, Protocol):
    """Names what sounds in one window at a time, without memory.

    One window at a time on purpose: kernels may round differently by batch size, and an answer
    must not depend on which other windows were in the call.
    """

    def listen(self, sound: Floats, start: int, end: int) -> list[Heard]:
        """Return the classes at or above the storing floor, highest first.

        Args:
            sound: float32 [n], 16 kHz mono, -1..1; more than the window, so that an engine whose
                spectra reach a little beyond it sees what is there.
            start: first sample of the window.
            end: sample after the window; at most `WINDOW` after start.
        """


@dataclass(frozen=True, slots=True)
class MusicTrack:
    """What was found in a whole sound track.

    Args:
        beats: tempo and beats.
        form: bars, tempi and sections.
        modes: where a mode is clear.
        key: of the whole, where it is clear.
    """

    beats: BeatTrack
    form: MusicForm
    modes: tuple[ModeStretch, ...]
    key: Key | None


class MusicSession(Protocol):
    """One sound track on its way through a music engine."""

    def push(self, samples: Floats) -> None:
        """Take the next samples, float32 [n], 22.05 kHz mono, -1..1. Memory stays small."""

    def finish(self) -> MusicTrack:
        """Return what was found; the session is spent."""


@runtime_checkable
class MusicEngine(Engine, Protocol):
    """Finds beats, bars, key and form of whole sound tracks."""

    def open(self) -> MusicSession:
        """Return a session for one track; sessions know nothing of each other."""
