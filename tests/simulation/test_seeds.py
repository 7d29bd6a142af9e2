"""Hundreds of seeds: whatever goes wrong, what the orchestrator promises holds.

`VIDERE_SEED=n` plays one seed, `VIDERE_SEEDS=n` so many from 0. The gate plays 150,
`.ci/full` a thousand (`bench simulation`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.simulation.play import Player, player

SEEDS = 50


@pytest.fixture(scope="module")
def plays() -> Iterator[Player]:
    with player() as made:
        yield made


def wanted(environment: dict[str, str]) -> range:
    """Return the seeds that the environment asks for."""
    one = environment.get("VIDERE_SEED")
    if one is not None:
        return range(int(one), int(one) + 1)
    return range(int(environment.get("VIDERE_SEEDS", SEEDS)))


def test_what_is_promised_holds_for_every_seed(plays: Player) -> None:
    broken = [
        f"VIDERE_SEED={seed}: {line}"
        for seed in wanted(dict(os.environ))
        for line in plays.play(seed).broken
    ]
    assert not broken, "\n".join(broken)


def test_a_seed_goes_the_same_way_again(plays: Player) -> None:
    for seed in (3, 7, 14):
        first, second = plays.play(seed), plays.play(seed)
        assert first == second
