"""All hostile inputs, in a stated order."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bench.hostile_inputs.bombs import bombs
from bench.hostile_inputs.case import DAMAGED, SUCCEEDED, Hostile
from bench.hostile_inputs.mutate import mutants
from bench.hostile_inputs.places import addresses, names
from bench.hostile_inputs.pointers import Bait, pointers
from bench.hostile_inputs.seeds import page, seeds

#: Damaged media, unless it is said how many.
_DAMAGED: Final = 184
_QUICK_EVERY: Final = 6
#: Inputs that are under way at the same time.
AT_ONCE: Final = 3
#: Longest side of a picture that an engine is sent.
_LARGEST: Final = 1_280


def warm_up(folder: Path) -> list[Hostile]:
    """Return sound media of all forms, the longest text that is read, and the largest pictures that
    engines are sent, as many as are under way at once: after them every engine is loaded, and the
    processes have held as much as they ever will."""
    longest = Hostile(
        "sound text of 29,000 lines", SUCCEEDED, "long.txt", b"a quiet line\n" * 29_000
    )
    pages = [
        Hostile(f"sound page {number}", SUCCEEDED, "page.png", page(number, _LARGEST))
        for number in range(AT_ONCE)
    ]
    return [*seeds(folder / "seeds"), longest, *pages]


def catalogue(
    folder: Path,
    root: Path,
    outside: Path,
    bait: Bait,
    *,
    too_large: int,
    quick: bool,
    damaged: int | None = None,
) -> list[Hostile]:
    """Return the hostile inputs; every sixth for a quick run.

    Args:
        folder: for the sound media on the way.
        root: folder that addresses may name; files are put there.
        outside: folder that they may not.
        bait: what nobody may touch.
        too_large: size of a file above the suite's limit, bytes.
        damaged: at least so many damaged media, of each sound one equally many; None = 184.
    """
    sound = seeds(folder / "seeds")
    each = -(-(damaged or _DAMAGED) // len(sound))
    inputs = [
        *(
            Hostile(f"damaged {name}", DAMAGED, seed.file, data, mutated=True)
            for seed in sound
            for name, data in mutants(seed.data, seed.file, each)
        ),
        *pointers(bait),
        *bombs(),
        *names(),
        *addresses(root, outside, bait, too_large),
    ]
    return inputs[::_QUICK_EVERY] if quick else inputs
