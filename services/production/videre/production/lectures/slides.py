"""When the slide of a lecture changes. Pure.

The lecture is a row of grids, four a second. What moves most of the time – a speaker's picture,
a film inside a slide – is masked where and while it moves. Between two stretches in which the rest
stands still there is a change; whether it is one of the slide is told by what was drawn before it:
a new slide takes it away, what is built up leaves it. What stays at nearly every change (a frame, a
logo, a footer) belongs to no slide and does not count. The title counts for more than the rest.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from videre.production.lectures.grids import COLUMNS, ROWS

Grids = NDArray[np.uint8]
Cells = NDArray[np.bool_]
Floats = NDArray[np.float64]

#: Time between two grids.
STEP_NS: Final = 250_000_000
#: Steps over which a cell must stay as it is to stand still.
_STILL: Final = 3
#: Difference of luma or of steps, of 255, that is one: noise of coding is below it.
_DIFFERENT: Final = 4
#: Cells that may differ in a picture that stands still, and groups of them: a clock, noise.
_FEW: Final = 4
#: Cells side by side that may differ for as long as they like: a pointer, where it was and is.
_POINTER: Final = 8
#: Steps in a block of movement. Blocks on both sides that count for one, and the share of the steps
#: in which some cell of a moving picture changes then: for a picture that is there for long, and
#: for one that is not. The share in which each of its cells does.
_BLOCK: Final = 8
_SPANS: Final = ((6, 0.35), (1, 0.6))
_STIRRED: Final = 0.12
#: Cells of a moving picture at least; share of the whole from which no slide is to be seen.
_LEAST: Final = 3
_BLIND: Final = 0.6
#: Grids of which the picture of a still stretch is the median.
_MEDIAN: Final = 5
#: Steps of luma from pixel to pixel where something is drawn.
_DRAWN: Final = 6
#: By how much what stays may differ: luma, steps; or this share of the steps.
_STAYS: Final = (8, 5, 0.3)
#: Cells that must be drawn for there to be something that could go; that must go at a change by
#: which what stays anyway is found.
_SOMETHING: Final = 8
_GONE: Final = 12
#: Share of such changes at which what belongs to no slide stays; how many there must be.
_ALWAYS: Final = 0.85
_ENOUGH: Final = 3
#: Share of what is drawn that stays on the same slide.
_SAME: Final = 0.6
#: Shares of a title that stay: where it is the same one, and where it is another one.
_SAME_TITLE, _OTHER_TITLE = 0.75, 0.4
#: Rows in which a title begins, rows that it may have, cells that it has at least.
_TITLE_ROWS: Final = ROWS * 45 // 100
_TITLE_HEIGHT: Final = 5
_TITLE_CELLS: Final = 5
#: A picture of one colour: how much it varies, how much is drawn in it at most.
_FLAT: Final = 4
#: One that lasts for less than this many steps is part of a fade.
_FADE: Final = 12


@dataclass(frozen=True, slots=True)
class State:
    """A stretch in which the slide stands still: grids [first, end)."""

    first: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A change between two states.

    Args:
        before: state before it.
        behind: state behind it.
        old: grid before it, the median of several.
        new: grid behind it.
        unmasked: cells that belong to no moving picture on either side.
    """

    before: State
    behind: State
    old: Grids
    new: Grids
    unmasked: Cells


@dataclass(frozen=True, slots=True)
class TitleBox:
    """Where a title stands and what it says: rows and columns of cells, half-open."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    text: str


class Reader(Protocol):
    """Knows what was read on the slides."""

    def title(self, state: State, outside: Cells) -> TitleBox | None:
        """Return the title of a state among what stands in given cells; None = none was read."""

    def still(self, state: State, title: TitleBox) -> bool | None:
        """Tell whether a title stands in its place in another state; None = nothing was read."""


def masks(grids: Grids) -> Cells:
    """Return which cells belong to moving pictures, by block of `_BLOCK` grids.

    Args:
        grids: uint8 [count, 2, ROWS, COLUMNS].
    """
    blocks = -(-len(grids) // _BLOCK)
    share = np.zeros((blocks, ROWS, COLUMNS), np.float32)
    for block in range(blocks):
        part = grids[max(0, block * _BLOCK - 1) : (block + 1) * _BLOCK]
        if len(part) > 1:
            share[block] = differ(part[1:], part[:-1]).mean(axis=0)
    made = np.zeros(share.shape, np.bool_)
    for block in range(blocks):
        for beside, restless in _SPANS:
            near = share[max(0, block - beside) : block + beside + 1]
            made[block] |= _moving(near.mean(axis=0), restless)
        if made[block].mean() >= _BLIND:
            # A speaker fills the picture, but only while that is seen to move.
            made[block] = _moving(share[block], _SPANS[0][1])
    return made


def mask_at(masked: Cells, place: int) -> Cells:
    """Return the mask of a grid."""
    cells: Cells = masked[place // _BLOCK]
    return cells


def _moving(share: NDArray[np.float32], restless: float) -> Cells:
    """Return the boxes around what moves, a cell wider on each side."""
    stirred = (share > _STIRRED).astype(np.uint8)
    closed = cv2.morphologyEx(stirred, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, names, facts, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    made = np.zeros(share.shape, np.bool_)
    for number in range(1, count):
        inside = names == number
        if not (share[inside] > restless).any() or int(stirred[inside].sum()) < _LEAST:
            continue
        left, top, width, height = (int(value) for value in facts[number][:4])
        made[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1] = True
    return made


def differ(some: Grids, others: Grids) -> Cells:
    """Return which cells differ, [count, ROWS, COLUMNS]."""
    return np.asarray((cv2.absdiff(some, others) > _DIFFERENT).any(axis=1))


def states(grids: Grids, masked: Cells) -> list[State]:
    """Return stretches in which what is not masked stands still, without short blank ones."""
    still = np.zeros(len(grids), np.bool_)
    still[: min(len(grids), _STILL)] = True
    for first in range(_STILL, len(grids), _BLOCK):
        places = np.arange(first, min(first + _BLOCK, len(grids)))
        apart = differ(grids[places], grids[places - _STILL])
        hidden = masked[places // _BLOCK]
        seen = hidden.mean(axis=(1, 2)) < _BLIND
        still[places] = seen & [few(one) for one in apart & ~hidden]
    # The first grids stand still if the ones behind them do.
    still[:_STILL] &= still[_STILL] if len(grids) > _STILL else True
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]]).astype(np.int8)))
    found = [State(int(a), int(b)) for a, b in edges.reshape(-1, 2)]
    kept = [one for one in found if not _passing(grids, masked, one)]
    return kept or found[:1]


def few(cells: Cells) -> bool:
    """Tell whether no more cells are set than differ in a picture that stands still."""
    if int(cells.sum()) <= _FEW:
        return True
    _, _, facts, _ = cv2.connectedComponentsWithStats(cells.astype(np.uint8), connectivity=8)
    sizes = facts[1:, cv2.CC_STAT_AREA]
    return int(sizes[sizes > _POINTER].sum()) <= _FEW and len(sizes) <= _FEW


def _passing(grids: Grids, masked: Cells, state: State) -> bool:
    if state.end - state.first >= _FADE:
        return False
    middle = (state.first + state.end) // 2
    return blank(grids[middle], ~mask_at(masked, middle))


def blank(one: Grids, unmasked: Cells) -> bool:
    """Tell whether what is unmasked of a picture has one colour."""
    seen = one[:, unmasked]
    return bool(seen.size and seen[0].std() < _FLAT and seen[1].mean() < _FLAT / 2)


def changes(grids: Grids, masked: Cells, found: Sequence[State]) -> list[Change]:
    """Return what lies between each state and the next one."""
    made = []
    for before, behind in itertools.pairwise(found):
        old = grids[max(before.first, before.end - _MEDIAN) : before.end]
        new = grids[behind.first : min(behind.end, behind.first + _MEDIAN)]
        hidden = mask_at(masked, before.end - 1) | mask_at(masked, behind.first)
        made.append(Change(before, behind, _median(old), _median(new), ~hidden))
    return made


def _median(grids: Grids) -> Grids:
    return np.asarray(np.median(grids, axis=0), np.uint8)


def stays(change: Change) -> Cells:
    """Return which cells are after a change what they were before it."""
    luma, steps, share = _STAYS
    apart = cv2.absdiff(change.old, change.new)
    allowed = np.maximum(steps, change.old[1] * share)
    return np.asarray((apart[0] <= luma) & (apart[1] <= allowed))


def drawn(one: Grids, unmasked: Cells) -> Cells:
    """Return the cells in which something is drawn."""
    return np.asarray((one[1] >= _DRAWN) & unmasked)


def template(found: Sequence[Change]) -> Cells | None:
    """Return the cells that stay at nearly every change; None where there are too few to tell."""
    kept = np.zeros((ROWS, COLUMNS), np.int64)
    seen = np.zeros((ROWS, COLUMNS), np.int64)
    count = 0
    for one in found:
        ink, same = drawn(one.old, one.unmasked), stays(one)
        if int((ink & ~same).sum()) >= _GONE:
            count += 1
            kept += ink & same
            seen += one.unmasked
    if count < _ENOUGH:
        return None
    return np.asarray((seen > 0) & (kept >= _ALWAYS * seen))


def new_slides(found: Sequence[Change], fixed: Cells | None, reader: Reader) -> list[Change]:
    """Return those changes at which another slide comes.

    Args:
        found: all changes in order.
        fixed: their `template`.
        reader: knows titles.
    """
    return [one for one in found if _is_new(one, fixed, reader)]


def free(unmasked: Cells, fixed: Cells | None) -> Cells:
    """Return the cells that may belong to a slide."""
    return unmasked if fixed is None else unmasked & ~fixed


def _is_new(change: Change, fixed: Cells | None, reader: Reader) -> bool:
    outside = free(change.unmasked, fixed)
    ink, same = drawn(change.old, outside), stays(change)
    count = int(ink.sum())
    if count < _SOMETHING:
        return False
    title = reader.title(change.before, outside)
    if title is None:
        cells = _title_cells(ink)
    else:
        still = reader.still(change.behind, title)
        if still is not None:
            return not still
        cells = np.zeros(ink.shape, np.bool_)
        cells[title.rows[0] : title.rows[1], title.columns[0] : title.columns[1]] = True
    cells &= ink
    left = _part(ink, same)
    if int(cells.sum()) < _TITLE_CELLS:
        return left < _SAME
    kept = _part(cells, same)
    # Without a template what looks like a title may be a head that all slides have.
    if kept >= _SAME_TITLE and (title is not None or fixed is not None):
        return False
    return kept < _OTHER_TITLE or left < _SAME


def _part(cells: Cells, same: Cells) -> float:
    """Return the share of cells that stay."""
    return float((cells & same).sum()) / max(1, int(cells.sum()))


def _title_cells(ink: Cells) -> Cells:
    """Return all of the uppermost rows in which something is drawn, if they may be a title."""
    made = np.zeros(ink.shape, np.bool_)
    filled = ink.sum(axis=1) >= _LEAST
    rows = np.flatnonzero(filled[:_TITLE_ROWS])
    if not len(rows):
        return made
    first = end = int(rows[0])
    while end < ROWS and filled[end]:
        end += 1
    # What is higher than a title is a picture or a block of text.
    if end - first <= _TITLE_HEIGHT:
        made[first:end] = True
    return made
