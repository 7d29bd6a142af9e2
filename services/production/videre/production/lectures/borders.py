"""Where exactly a change of slides stands among the pictures around it. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np

from videre.production.lectures.slides import (
    Cells,
    Change,
    Floats,
    Grids,
    blank,
    differ,
    few,
)

#: Steps that a fade takes at most.
_LONGEST: Final = 20
#: Share of a change from which it has begun; it has ended when as little is missing.
_BEGUN: Final = 0.1
#: Pictures in a row that are alike where a change rests.
_REST: Final = 3
#: Share of a change that comes to stay by a cut.
_JUMP: Final = 0.4


def done(change: Change, grids: Grids) -> Floats:
    """Return how much of a change is done in each grid, 0..1.

    Args:
        grids: uint8 [count, 2, ROWS, COLUMNS].
    """
    # Grids are compared in the cells by which the two differ: others only add noise.
    counts = _changed(change)
    cells = grids[:, :, counts].astype(np.int16)
    old, new = (
        np.abs(cells - one[:, counts].astype(np.int16)).sum(axis=(1, 2), dtype=np.int64)
        for one in (change.old, change.new)
    )
    return np.asarray(old / np.maximum(1, old + new), np.float64)


def _changed(change: Change) -> Cells:
    """Return the cells by which what was before a change and what is behind it differ."""
    apart = differ(change.old[None], change.new[None])[0]
    return np.asarray(apart & change.unmasked)


def rests(change: Change, grids: Grids) -> Cells:
    """Return which grids are the first of some that stand still, bool [count].

    One colour where the slides differ is no rest: it is in the middle of a fade.

    Args:
        grids: uint8 [count, 2, ROWS, COLUMNS].
    """
    counts, made = _changed(change), np.zeros(len(grids), np.bool_)
    if len(grids) <= _REST:
        return made
    for first, apart in enumerate(differ(grids[_REST:], grids[:-_REST]) & change.unmasked):
        made[first] = few(apart) and not blank(grids[first], counts)
    return made


def settled(change: Change, grids: Grids) -> Floats:
    """Return how much of a change looks as behind it in each grid and in all that follow, 0..1.

    Args:
        grids: uint8 [count, 2, ROWS, COLUMNS].
    """
    new = np.broadcast_to(change.new, grids.shape)
    there = ~differ(grids, new)[:, _changed(change)]
    stays = np.logical_and.accumulate(there[::-1])[::-1]
    return np.asarray(stays.sum(axis=1) / max(1, stays.shape[1]), np.float64)


def border(shares: Floats, resting: Cells, stays: Floats) -> int:
    """Return the place in the middle of a change, the first one of what is new behind a cut.

    From where half of the change is done it goes to both sides until it has not begun, has ended,
    or rests: what was built up right before a change may have done a part of it. Behind a cut, much
    is there to stay at once, whatever moves in later; on the way of a push nothing is.

    Args:
        shares: how much is done at each place, from one before the change to one behind it.
        resting: which places are the first of some that stand still.
        stays: how much looks as behind the change from each place on.
    """
    cut = 1 + int(np.argmax(np.diff(stays)))
    if stays[cut] - stays[cut - 1] >= _JUMP and _at_rest(shares, resting, cut - 1):
        return cut
    late = np.flatnonzero(shares[:-1] <= 0.5)
    first = int(late[-1]) if len(late) else 0
    end = first + 1
    back = np.arange(first, -1, -1)
    first -= _over(shares[back], resting[np.maximum(0, back - _REST)])
    end += _over(1 - shares[end:], resting[end:])
    return (first + end + 1) // 2


def _at_rest(shares: Floats, resting: Cells, place: int) -> bool:
    """Tell whether a change has not begun at a place, or rests up to there."""
    return bool(shares[place] <= _BEGUN or resting[max(0, place - _REST)])


def _over(left: Floats, resting: Cells) -> int:
    """Return how many places on a change is over for good, up to the first one at which it rests.

    An empty slide that is pushed in is there, but for the last of the old one, early on the way.
    """
    rest = np.flatnonzero(resting)
    bound = int(rest[0]) if len(rest) else len(left) - 1
    busy = np.flatnonzero(left[:bound] > _BEGUN)
    return int(busy[-1]) + 1 if len(busy) else 0


def around(change: Change, grids: Grids) -> tuple[int, int]:
    """Return the last grid before a change, and the first one behind it.

    Of what takes longer than a fade, such as the speaker in between, only the end is the change.
    """
    first, end = change.before.end - 1, change.behind.first
    shares = done(change, grids[first : end + 1])
    if end - first > _LONGEST:
        late = np.flatnonzero(shares <= 0.5)
        last = first + (int(late[-1]) if len(late) else 0)
        return min(last, end - 1), min(last, end - 1) + 1
    return first, end
