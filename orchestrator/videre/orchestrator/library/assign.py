"""Who is who: each person gets at most one target, and nobody is in one picture twice. Pure.

The surest pairs go first; among equals the lower ids. So the answer depends on ids and likenesses
alone, not on the order of persons or targets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from videre.orchestrator.document import Person


def assign(
    alike: npt.NDArray[np.float32],
    persons: Sequence[str],
    targets: Sequence[str],
    same: int,
    frames: Mapping[str, frozenset[int]],
) -> dict[str, tuple[int, int]]:
    """Return, by person, the place of the target in `targets` and the likeness E4.

    Args:
        alike: likeness E4 of every person (row) to every target (column).
        persons: their ids.
        targets: their ids.
        same: likeness from which a person may be a target.
        frames: where each person is seen; those in one frame are never one.
    """
    pairs = [
        (-int(alike[row, column]), targets[column], persons[row], int(column))
        for row, column in np.argwhere(alike >= same)
    ]
    given: dict[str, tuple[int, int]] = {}
    seen: defaultdict[int, set[int]] = defaultdict(set)
    for negative, _, person, column in sorted(pairs):
        own = frames.get(person, frozenset())
        if person not in given and seen[column].isdisjoint(own):
            given[person] = column, -negative
            seen[column].update(own)
    return given


def frames_of(people: Iterable[Person]) -> dict[str, frozenset[int]]:
    """Return the frames that are known to show each person, by id."""
    return {
        person.id: frozenset(box.frame for track in person.tracks for box in track.boxes)
        for person in people
    }
