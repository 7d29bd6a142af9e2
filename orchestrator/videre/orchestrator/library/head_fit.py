"""Fitting a head to labelled frames, and telling how well one does. Pure.

Logistic regression with a penalty on the square of the weights, minimised by Newton's method with
conjugate gradients (Lin, Weng & Keerthi 2008, as in LIBLINEAR); how hard the penalty is, and
Platt's scaling (Platt 1999, with his targets), are chosen on frames of media that a fit was not
given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Weights of the error against the penalty that are tried, for embeddings of length 1.
_STRENGTHS: Final = (1.0, 10.0, 100.0)
#: Platt's scaling has two numbers and needs no penalty to speak of.
_FREE: Final = 1e6
_NEWTON_STEPS: Final = 50
_CG_STEPS: Final = 100
#: A gradient this small beside the first one is none.
_SMALL: Final = 1e-6
#: Probabilities nearer to 0 or 1 count as this near: no single frame decides a mean.
_EDGE: Final = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Frames of which it is known whether they show a class.

    Args:
        rows: embeddings of length 1.
        shown: 1 where a frame shows the class, else 0.
        weights: how much a frame counts; those of one stretch add up to 1.
        folds: which frames are held out together.
    """

    rows: npt.NDArray[np.float32]
    shown: Floats
    weights: Floats
    folds: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Figures:
    """How well probabilities tell a class; fields as in `HeadFigures` of library.proto."""

    log_loss: float
    brier: float
    average_precision: float
    precision: float
    recall: float


def fit(given: Labelled) -> tuple[Floats, float]:
    """Return weights and bias whose sums are calibrated logarithms of odds.

    Args:
        given: frames of at least two folds; outside of each fold, both classes.
    """
    trials = []
    for strength in _STRENGTHS:
        sums = _held_out_sums(given, strength)
        slope, offset = _platt(sums, given.shown, given.weights)
        loss = figures(_sigmoid(sums * slope + offset), given.shown, given.weights, 0.5).log_loss
        trials.append((loss, strength, slope, offset))
    _, strength, slope, offset = min(trials)
    weights, bias = _minimise(given.rows, given.shown, given.weights, strength)
    return weights * slope, bias * slope + offset


def figures(chances: Floats, shown: Floats, weights: Floats, threshold: float) -> Figures:
    """Return how well probabilities tell a class.

    Args:
        chances: of each frame, 0..1.
        shown: 1 where it shows the class, else 0.
        weights: how much each counts.
        threshold: probability from which a frame counts as found.
    """
    found = weights * (chances >= threshold)
    right = float((found * shown).sum())
    return Figures(
        log_loss=float(np.average(surprise(chances, shown), weights=weights)),
        brier=float(np.average((chances - shown) ** 2, weights=weights)),
        average_precision=_average_precision(chances, shown, weights),
        precision=right / max(float(found.sum()), 1e-12),
        recall=right / max(float((weights * shown).sum()), 1e-12),
    )


def surprise(chances: Floats, shown: Floats) -> Floats:
    """Return the negative logarithm of the probability that is given to each truth."""
    near = np.clip(chances, _EDGE, 1 - _EDGE)
    result: Floats = -(shown * np.log(near) + (1 - shown) * np.log(1 - near))
    return result


def _average_precision(chances: Floats, shown: Floats, weights: Floats) -> float:
    """Return the mean precision over the recalls gained; equal probabilities are found at once."""
    order = np.argsort(-chances, kind="stable")
    gained, taken = np.cumsum((weights * shown)[order]), np.cumsum(weights[order])
    last = np.append(np.flatnonzero(np.diff(chances[order])), len(order) - 1)
    recall = gained[last] / gained[-1]
    steps = np.diff(recall, prepend=0.0)
    return float((steps * gained[last] / taken[last]).sum())


def _held_out_sums(given: Labelled, strength: float) -> Floats:
    """Return each frame's sum under a fit that was not given its fold."""
    sums = np.zeros(len(given.shown))
    for fold in np.unique(given.folds):
        rest, own = given.folds != fold, given.folds == fold
        weights, bias = _minimise(
            given.rows[rest], given.shown[rest], given.weights[rest], strength
        )
        sums[own] = given.rows[own] @ weights + bias
    return sums


def _platt(sums: Floats, shown: Floats, weights: Floats) -> tuple[float, float]:
    """Return slope and offset that calibrate sums."""
    yes = float((weights * shown).sum())
    no = float(weights.sum()) - yes
    targets = np.where(shown > 0, (yes + 1) / (yes + 2), 1 / (no + 2))
    slope, offset = _minimise(sums[:, None], targets, weights, _FREE)
    return float(slope[0]), offset


def _sigmoid(sums: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-np.clip(sums, -60.0, 60.0)))
    return result


def _minimise(
    rows: npt.NDArray[np.floating], targets: Floats, weights: Floats, strength: float
) -> tuple[Floats, float]:
    """Return weights and bias of least penalty and error.

    Args:
        rows: what the sums are made of.
        targets: the probability that each row should get.
        weights: how much its error counts.
        strength: how much errors count against half the square of the weights.
    """
    counts = weights * strength

    def loss(at: Floats) -> float:
        sums = rows @ at[:-1] + at[-1]
        error = np.logaddexp(0.0, sums) - targets * sums
        return float(at[:-1] @ at[:-1] / 2 + counts @ error)

    at = np.zeros(rows.shape[1] + 1)
    smallest = None
    for _ in range(_NEWTON_STEPS):
        chances = _sigmoid(rows @ at[:-1] + at[-1])
        slope = _gathered(rows, counts * (chances - targets), at)
        size = float(np.linalg.norm(slope))
        smallest = _SMALL * size if smallest is None else smallest
        if size <= smallest:
            break
        step = _conjugate(rows, counts * chances * (1 - chances), -slope)
        before, share, downhill = loss(at), 1.0, float(slope @ step)
        while loss(at + share * step) > before + 1e-4 * share * downhill and share > 1e-6:
            share /= 2
        at = at + share * step
    return at[:-1], float(at[-1])


def _gathered(rows: npt.NDArray[np.floating], values: Floats, at: Floats) -> Floats:
    """Return the slope of penalty and error; the bias has no penalty to speak of."""
    return np.append(rows.T @ values + at[:-1], values.sum() + 1e-9 * at[-1])


def _conjugate(rows: npt.NDArray[np.floating], bends: Floats, wanted: Floats) -> Floats:
    """Return the step that the curvature asks for, by conjugate gradients."""
    step, left = np.zeros_like(wanted), wanted.copy()
    way, size = left.copy(), float(left @ left)
    enough = size * min(0.01, size**0.5)
    for _ in range(_CG_STEPS):
        bent = _gathered(rows, bends * (rows @ way[:-1] + way[-1]), way)
        along = size / float(way @ bent)
        step += along * way
        left -= along * bent
        following = float(left @ left)
        if following <= enough:
            break
        way = left + following / size * way
        size = following
    return step
