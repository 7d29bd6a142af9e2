"""Beats, bars, key and form: onset envelope, comb of periods, dynamic programming; pitch classes.

No model.
"""

from __future__ import annotations

from typing import Final

from videre.audio.engines.base import Floats, MusicTrack
from videre.audio.form import track_key, understand
from videre.audio.harmony import HarmonyMeter
from videre.audio.mode import ModeMeter
from videre.audio.onset import OnsetMeter
from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore

SPEC: Final = EngineSpec(
    feature="music",
    name="beats",
    version="4",
    tier=Tier.BUNDLED,
    licence="none (no model)",
    cpu_seconds_per_item=0.01,
)


class _Session:
    def __init__(self) -> None:
        self._meter = OnsetMeter()
        self._harmony = HarmonyMeter()
        self._mode = ModeMeter()

    def push(self, samples: Floats) -> None:
        self._meter.push(samples)
        self._harmony.push(samples)
        self._mode.push(samples)

    def finish(self) -> MusicTrack:
        harmony = self._harmony.finish()
        beats, form = understand(self._meter.finish(), harmony)
        return MusicTrack(beats, form, self._mode.finish(), track_key(harmony))


class Beats:
    """Tempo of the longest stretch with a pulse; beats, bars and sections of all; key and modes."""

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def open(self) -> _Session:
        """See MusicEngine."""
        return _Session()
