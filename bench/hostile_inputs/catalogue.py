"""All hostile inputs, in a stated order."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bench.hostile_inputs.bombs import bombs
from bench.hostile_inputs.case import DAMAGED, SUCCEEDED, Hostile
from bench.hostile_inputs.mutate import mutants
from bench.hostile_inputs.places import addresses, names
from bench.hostile_inputs.pointers import Bait, pointers
from bench.hostile_inputs.seeds import seeds

#: Damaged forms of each sound media.
_MUTANTS: Final = 8
_QUICK_EVERY: Final = 6


def warm_up(folder: Path) -> list[Hostile]:
    """Return sound media of all forms, and the longest text that is read: after them every engine
    is loaded, and the orchestrator has held as much as it ever will."""
    longest = Hostile(
        "sound text of 29,000 lines", SUCCEEDED, "long.txt", b"a quiet line\n" * 29_000
    )
    return [*seeds(folder / "seeds"), longest]


def catalogue(
    folder: Path, root: Path, outside: Path, bait: Bait, *, too_large: int, quick: bool
) -> list[Hostile]:
    """Return the hostile inputs; every sixth for a quick run.

    Args:
        folder: for the sound media on the way.
        root: folder that addresses may name; files are put there.
        outside: folder that they may not.
        bait: what nobody may touch.
        too_large: size of a file above the suite's limit, bytes.
    """
    damaged = [
        Hostile(f"damaged {name}", DAMAGED, seed.file, data)
        for seed in seeds(folder / "seeds")
        for name, data in mutants(seed.data, seed.file, _MUTANTS)
    ]
    inputs = [
        *damaged,
        *pointers(bait),
        *bombs(),
        *names(),
        *addresses(root, outside, bait, too_large),
    ]
    return inputs[::_QUICK_EVERY] if quick else inputs
