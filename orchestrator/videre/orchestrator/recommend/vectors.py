"""What traits mean among the media of a project, as vectors. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from videre.orchestrator.recommend.catalogue import Catalogue, Floats
from videre.orchestrator.recommend.looks import SIZE, direction
from videre.orchestrator.recommend.model import Trait


@dataclass(frozen=True, slots=True)
class TraitRow:
    """A trait that media have.

    Args:
        media: how many have it.
        rarity: see `Catalogue.rarity`.
        engine: what saw the looks; "" = none.
        look: mean look of the media that have it, of length 1; empty = none has one.
    """

    kind: Trait
    value: str
    media: int
    rarity: float
    engine: str
    look: Floats


def trait_rows(catalogue: Catalogue) -> Iterator[TraitRow]:
    """Yield every trait that media of a catalogue have.

    Looks are not taken around their mean, as ranking does: a trait's can be compared with those of
    media that come later.
    """
    for number, places, weights in catalogue.having():
        kind, value = catalogue.vocabulary.traits[number]
        look, seen = np.zeros(SIZE), False
        for place, weight in zip(places.tolist(), weights.tolist(), strict=True):
            item = catalogue.items[place]
            if item.look and item.engine == catalogue.engine:
                look, seen = look + weight * direction(item.look), True
        length = float(np.sqrt((look * look).sum()))
        yield TraitRow(
            kind,
            value,
            len(places),
            float(catalogue.rarity[number]),
            catalogue.engine if seen and length else "",
            look / length if seen and length else np.zeros(0),
        )
