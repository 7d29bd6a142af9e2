"""Shots: the signal detector as an engine."""

from __future__ import annotations

from typing import Final

from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore
from videre.visual import shots
from videre.visual.appearance import Signals
from videre.visual.shots import Boundary, Run

SPEC: Final = EngineSpec(
    feature="shots",
    name="signal-shots",
    version="3",
    tier=Tier.BUNDLED,
    licence="Apache-2.0",
    storing_floor=0.5,
    cpu_seconds_per_item=0.00005,
)


class SignalShots:
    """Cuts, fades through black or white, dissolves, black and solid stretches; needs no model.

    Scores: strength x as x / (x + threshold), so .5 at the threshold; a dissolve is the stronger
    the less it differs from an ideal one; fades and runs 1.
    """

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def boundaries(self, signals: Signals, own_start: int, own_end: int) -> list[Boundary]:
        """Return the boundaries in the owned frames, in order."""
        return shots.boundaries(signals, own_start, own_end)

    def runs(self, signals: Signals, own_start: int, own_end: int) -> list[Run]:
        """Return the stretches that begin in the owned frames, in order."""
        return shots.runs(signals, own_start, own_end)
