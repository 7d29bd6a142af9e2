"""Beats, tempo and mode: onset envelope, comb of periods, dynamic programming; pitch classes.

No model.
"""

from __future__ import annotations

from typing import Final

from videre.audio.beats import track_beats
from videre.audio.engines.base import Floats, MusicTrack
from videre.audio.mode import ModeMeter
from videre.audio.onset import OnsetMeter
from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore

SPEC: Final = EngineSpec(
    feature="music",
    name="beats",
    version="3",
    tier=Tier.BUNDLED,
    licence="none (no model)",
    cpu_seconds_per_item=0.002,
)


class _Session:
    def __init__(self) -> None:
        self._meter = OnsetMeter()
        self._mode = ModeMeter()

    def push(self, samples: Floats) -> None:
        self._meter.push(samples)
        self._mode.push(samples)

    def finish(self) -> MusicTrack:
        return MusicTrack(track_beats(self._meter.finish()), self._mode.finish())


class Beats:
    """Tempo of the longest stretch with a pulse, the beats of all; major and minor."""

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def open(self) -> _Session:
        """See MusicEngine."""
        return _Session()
