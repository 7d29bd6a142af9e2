"""Silence without a model: the bundled stand-in for sound classes."""

from __future__ import annotations

from typing import Final

from videre.audio.engines.base import Floats, Heard
from videre.audio.spectrum import level_dbfs
from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore

#: Below this level there is nothing to hear: 16-bit dither lies near -98, a quiet room near -55.
_SILENCE_DBFS: Final = -60.0

SPEC: Final = EngineSpec(
    feature="sound",
    name="level",
    version="1",
    tier=Tier.BUNDLED,
    licence="none (no model)",
    classes=(ClassSpec("Silence"),),
    cpu_seconds_per_item=0.001,
)


class Level:
    """Names silence and nothing else; level and flatness come with every window anyway."""

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def listen(self, sound: Floats, start: int, end: int) -> list[Heard]:
        """See SoundEngine."""
        silent = level_dbfs(sound[start:end]) < _SILENCE_DBFS
        return [Heard("Silence", 1.0)] if silent else []
