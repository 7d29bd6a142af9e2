"""Sound events, those half drowned in other sound by themselves."""

from __future__ import annotations

from bench.constructed.planted import DROWNED
from videre.cli.evaluation.figures import Measured
from videre.cli.evaluation.measures import sounds
from videre.cli.evaluation.measures.pairs import Pairs


def top_sounds(pairs: Pairs) -> list[Measured]:
    """Return the share of known events that are among the three strongest there."""
    drowned = [pair for pair in pairs if pair[0].group == DROWNED]
    heard = [pair for pair in pairs if pair[0].group != DROWNED]
    return [
        sounds.top_sounds(heard),
        sounds.top_sounds(drowned, "sound: top-3, half drowned"),
    ]
