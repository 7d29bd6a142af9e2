"""Measures of a picture's technical quality, on the decoder's own luma.

Imported in child processes only.

Motion of every frame is told from two projections, everything else from one frame in each half
second, so that all of it costs little beside decoding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from videre.orchestrator.media.planes import Luma, Plane, Planes

F32 = npt.NDArray[np.float32]

#: Bins of a projection, and how far a picture may have moved in one frame, bins.
_BINS: Final = 160
_REACH: Final = 13
#: A motion is believed when it explains at least this share of what changed, and that is something.
_EXPLAINED: Final = 0.4
_LEAST_CHANGE: Final = 0.3
#: Both halves of a picture move alike when the whole of it does, bins.
_ALIKE: Final = 0.75
#: Smallest side of a picture that is measured, samples.
_LEAST_SIDE: Final = 64

#: Longer side at which the width of edges is measured, as engines do that look at frames.
_FOCUS_SIDE: Final = 512
_PIECE: Final = 32
_EVERY: Final = 8
_EDGE_CONTRAST: Final = 16
_STEEPEST: Final = 5
_LEAST_EDGES: Final = 0.03

_BLOCK: Final = 8
#: Steps above this are edges of the scene, not of blocks, levels.
_MOST_STEP: Final = 24

#: J. Immerkær, Fast Noise Variance Estimation, 1996: the difference of two Laplacians answers to
#: noise and hardly to structure.
_IMMERKAER: Final = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_IMMERKAER_SCALE: Final = math.sqrt(math.pi / 2) / 6
_TILE: Final = 32
#: In pictures with a smaller side detail is as fine as noise.
_LEAST_GRAINY: Final = 180
_BANDS: Final = 4
#: Quantile of the tiles' noise: some tiles of every picture are plain.
_PLAIN: Final = 0.25

#: A sample stands out from its neighbours by more than this, levels.
_SPIKE: Final = 6

#: Bars are black: mean and brightest sample of a line, levels above black.
_BAR_MEAN: Final = 10.0
_BAR_PEAK: Final = 40
_CLIPPED: Final = 250


@dataclass(frozen=True, slots=True)
class Bars:
    """Width of the black bars, share of the picture's width or height."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


def projections(luma: Plane) -> F32:
    """Return mean luma of the columns of the upper and lower half, of the rows of both sides.

    Args:
        luma: the coarse view as displayed.

    Returns:
        Shape (4, 160), whatever the size of the picture.
    """
    rows, columns = luma.shape
    upper, lower = luma[: max(1, rows // 2)], luma[rows // 2 :]
    left, right = luma[:, : max(1, columns // 2)], luma[:, columns // 2 :]
    found = np.empty((4, _BINS), np.float32)
    for place, half in enumerate((upper, lower)):
        means = cv2.reduce(half, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F)
        found[place] = cv2.resize(means, (_BINS, 1))[0]
    for place, half in enumerate((left, right), start=2):
        means = cv2.reduce(half, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F)
        found[place] = cv2.resize(means, (1, _BINS))[:, 0]
    return found


def shifts(projected: F32) -> tuple[F32, F32]:
    """Return how far each picture has moved since the one before, shares of width and height.

    Args:
        projected: shape (frames, 4, 160).

    Returns:
        Each of shape (frames,); 0 for the first, and where the halves do not move alike: then
        something moves in the picture, not the camera.
    """
    found = [_shift(projected[:, place]) for place in range(4)]
    across, down = (
        np.where(
            (one != 0) & (other != 0) & (np.abs(one - other) <= _ALIKE / _BINS),
            (one + other) / 2,
            0,
        ).astype(np.float32)
        for one, other in (found[:2], found[2:])
    )
    return across, down


def _shift(profiles: F32) -> F32:
    """Return how far each projection has moved since the one before, share of its length.

    Args:
        profiles: shape (frames, 160).

    Returns:
        Shape (frames,); 0 for the first, and where no motion explains the change.
    """
    found = np.zeros(len(profiles), np.float32)
    if len(profiles) < 2:
        return found
    before, now = profiles[:-1], profiles[1:, _REACH:-_REACH]
    now = now - now.mean(axis=1, keepdims=True)
    width = now.shape[1]
    sums = np.pad(np.cumsum(before, axis=1, dtype=np.float64), ((0, 0), (1, 0)))
    means = ((sums[:, width:] - sums[:, :-width]) / width).astype(np.float32)
    costs, apart = np.empty((2 * _REACH + 1, len(now)), np.float32), np.empty_like(now)
    for step in range(2 * _REACH + 1):
        first = 2 * _REACH - step
        np.subtract(now, before[:, first : first + width], out=apart)
        apart += means[:, first, None]
        costs[step] = np.abs(apart, out=apart).mean(axis=1)
    best = costs.argmin(axis=0)
    frames = np.arange(len(now))
    inner = np.clip(best, 1, 2 * _REACH - 1)
    low, middle, high = (costs[inner + step, frames] for step in (-1, 0, 1))
    bend = low - 2 * middle + high
    part = np.where(bend > 1e-6, 0.5 * (low - high) / np.maximum(bend, 1e-6), 0.0)
    still, least = costs[_REACH], costs[best, frames]
    sure = (still >= _LEAST_CHANGE) & (least <= (1 - _EXPLAINED) * still) & (best == inner)
    found[1:] = np.where(sure, (best + np.clip(part, -0.5, 0.5) - _REACH) / _BINS, 0.0)
    return found


def measure(luma: Luma, planes: Planes, rotation: int) -> dict[str, float]:
    """Return what `quality_records.PICTURE_TYPE` holds of a frame beside its motion.

    Args:
        luma: all samples as stored.
        planes: the coarse view.
        rotation: degrees by which the picture is turned clockwise to be displayed.
    """
    if min(luma.samples.shape) < _LEAST_SIDE:
        return {}
    across = np.ascontiguousarray(luma.samples[::_EVERY])
    down = np.ascontiguousarray(luma.samples[:, ::_EVERY].T)
    middle = _middle(luma)
    bars = _turned(_bars(luma, across, down), rotation)
    return {
        "measured": 1,
        "edge_width": _edge_width(across, down),
        "block_step": min(_block_step(across), _block_step(down)),
        "noise": _noise(luma),
        "comb": max(0.0, _spikes(middle, 1) - 2 * _spikes(middle, 2)),
        "left": bars.left,
        "top": bars.top,
        "right": bars.right,
        "bottom": bars.bottom,
        **_exposure(_inside(planes.y, bars)),
    }


def _middle(luma: Luma) -> Plane:
    """Return the middle quarter of the columns."""
    width = luma.samples.shape[1]
    return luma.samples[:, 3 * width // 8 : 5 * width // 8]


def _inside(samples: Plane, bars: Bars) -> Plane:
    height, width = samples.shape
    inner = samples[
        round(bars.top * height) : height - round(bars.bottom * height),
        round(bars.left * width) : width - round(bars.right * width),
    ]
    return inner if inner.size else samples


def _edge_width(across: Plane, down: Plane) -> float:
    """Return the width of the steepest edges, pixels at a longer side of 512; 0 without edges.

    The width of an edge is its contrast over its steepest slope (P. Marziliano and others, A
    No-Reference Perceptual Blur Metric, 2002): out of focus, even the steepest ones are wide.

    Args:
        across: some rows of the picture.
        down: some columns, as rows.
    """
    scale = min(1.0, _FOCUS_SIDE / max(across.shape[1], down.shape[1]))
    found = []
    for lines in (across, down):
        size = max(1, round(lines.shape[1] * scale)), lines.shape[0]
        small = cv2.resize(lines, size, interpolation=cv2.INTER_AREA)
        found.append(_edges(cast(Plane, small)))
    widths = np.concatenate([widths for widths, _ in found])
    pieces = sum(count for _, count in found)
    if widths.size < _LEAST_EDGES * pieces or not widths.size:
        return 0.0
    return float(np.percentile(widths, _STEEPEST))


def _edges(lines: Plane) -> tuple[F32, int]:
    """Return the width of the edge in each piece of a line that holds one, and how many pieces."""
    rows, columns = lines.shape[0], lines.shape[1] // _PIECE
    if not rows or not columns:
        return np.zeros(0, np.float32), 0
    # all lines are gone along at once: numpy is slow along an axis of so few values
    along = cv2.transpose(lines[:, : columns * _PIECE])
    steps = np.zeros_like(along)
    steps[1:] = cv2.absdiff(along[1:], along[:-1])
    pieces, steps = (values.reshape(columns, _PIECE, rows) for values in (along, steps))
    contrast = pieces.max(axis=1) - pieces.min(axis=1)
    slope = steps[:, 1:].max(axis=1)
    strong = contrast >= _EDGE_CONTRAST
    widths = contrast[strong] / slope[strong].astype(np.float32)
    return widths.astype(np.float32), rows * columns


def _block_step(lines: Plane) -> float:
    """Return how much larger the steps between 8×8 blocks are than those within, a ratio less one.

    The borders against the rest, as in Z. Wang, H. Sheikh and A. Bovik, No-Reference Perceptual
    Quality Assessment of JPEG Compressed Images, 2002; large steps are the scene's own.
    """
    steps = cv2.absdiff(lines[:, 1:], lines[:, :-1])
    steps = cv2.threshold(steps, _MOST_STEP, 0, cv2.THRESH_TRUNC)[1]
    profile = cv2.reduce(steps, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F)[0]
    blocks = len(profile) // _BLOCK
    phases = profile[: blocks * _BLOCK].reshape(blocks, _BLOCK).mean(axis=0)
    border = int(phases.argmax())
    within = float(np.delete(phases, border).mean())
    return float(phases[border] - within) / (within + 0.25)


def _noise(luma: Luma) -> float:
    """Return the standard deviation of the noise in the plainest quarter of some tiles, levels."""
    samples = luma.samples
    height, width = samples.shape
    if min(height, width) < _LEAST_GRAINY:
        return 0.0
    side = _TILE
    tiles = width // side
    found: list[float] = []
    for top in np.linspace(0, height - side - 2, _BANDS).astype(int).tolist():
        band = samples[top : top + side + 2, : tiles * side]
        answer = np.abs(cv2.filter2D(band, cv2.CV_16S, _IMMERKAER))[1:-1]
        level, noise = (
            part.mean(axis=0, dtype=np.float32).reshape(tiles, side).mean(axis=1)
            for part in (band[1:-1], answer)
        )
        # cut off at the ends of the scale, noise is not seen
        found += noise[(level > luma.black + 8) & (level < luma.white - 8)].tolist()
    if not found:
        return 0.0
    return float(np.quantile(found, _PLAIN)) * _IMMERKAER_SCALE * luma.gain


def _spikes(samples: Plane, distance: int) -> float:
    """Return the share of samples that differ from both lines so far away.

    Lines of one field agree, so that what stands out from the lines beside it, but not from those
    two away, is a comb; fine horizontal detail stands out from both.
    """
    above, line, below = (
        samples[: -2 * distance], samples[distance:-distance], samples[2 * distance :],
    )  # fmt: skip
    over = cv2.subtract(line, cv2.max(above, below))
    under = cv2.subtract(cv2.min(above, below), line)
    standing = cv2.threshold(cv2.max(over, under), _SPIKE, 1, cv2.THRESH_BINARY)[1]
    return cv2.countNonZero(standing) / standing.size


def _bars(luma: Luma, across: Plane, down: Plane) -> Bars:
    """Return the black bars: lines from each side inwards that are black and without detail."""
    left, right = _black_ends(across, luma.black)
    top, bottom = _black_ends(down, luma.black)
    return Bars(left, top, right, bottom)


def _black_ends(lines: Plane, black: int) -> tuple[float, float]:
    """Return the shares of black columns before and after the picture; 0 where all is black."""
    mean = cv2.reduce(lines, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
    peak = cv2.reduce(lines, 0, cv2.REDUCE_MAX).ravel()
    lit = np.flatnonzero((mean > black + _BAR_MEAN) | (peak > black + _BAR_PEAK))
    if not lit.size:
        return 0.0, 0.0
    return int(lit[0]) / len(mean), (len(mean) - 1 - int(lit[-1])) / len(mean)


def _exposure(samples: Plane) -> dict[str, float]:
    """Return percentiles of luma, full range, and the share of samples at its upper end."""
    counts = np.bincount(np.ascontiguousarray(samples).ravel(), minlength=256)
    below = np.cumsum(counts)
    found: dict[str, float] = {
        f"luma_{percent}": int(np.searchsorted(below, percent * below[-1] / 100))
        for percent in (1, 10, 50, 90, 99)
    }
    return {**found, "clipped": float(counts[_CLIPPED:].sum() / below[-1])}


def _turned(bars: Bars, rotation: int) -> Bars:
    """Return the bars of a picture turned clockwise by `rotation` degrees."""
    sides = (bars.left, bars.top, bars.right, bars.bottom)
    turns = rotation // 90 % 4
    return Bars(*(sides[(place - turns) % 4] for place in range(4)))
