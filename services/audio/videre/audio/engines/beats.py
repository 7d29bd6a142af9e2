"""Beats and tempo: onset envelope, comb of periods, dynamic programming. No model."""

from __future__ import annotations

from typing import Final

from videre.audio.beats import BeatTrack, track_beats
from videre.audio.engines.base import Floats
from videre.audio.onset import OnsetMeter
from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore

SPEC: Final = EngineSpec(
    feature="music",
    name="beats",
    version="2",
    tier=Tier.BUNDLED,
    licence="none (no model)",
    cpu_seconds_per_item=0.002,
)


class _Session:
    def __init__(self) -> None:
        self._meter = OnsetMeter()

    def push(self, samples: Floats) -> None:
        self._meter.push(samples)

    def finish(self) -> BeatTrack:
        return track_beats(self._meter.finish())


class Beats:
    """Tempo of the longest stretch with a pulse, and the beats of all stretches."""

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def open(self) -> _Session:
        """See MusicEngine."""
        return _Session()
