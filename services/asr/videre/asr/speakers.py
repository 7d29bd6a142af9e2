"""From voice embeddings of short windows to turns of speakers. Pure.

A voice engine describes windows of speech by vectors; what sounds like one voice lies close
together. Windows are joined from the most alike upwards (average linkage) until no two groups are
alike enough; each group is a speaker. How many there are is not asked: the threshold alone decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Labels = NDArray[np.intp]

#: Windows that are joined at once; of longer tracks, blocks of so many and then their groups.
_BLOCK: Final = 1_000


@dataclass(frozen=True, slots=True)
class Window:
    """A described stretch of speech: samples (half-open), and the index of its speech span."""

    start_sample: int
    end_sample: int
    span: int

    @property
    def middle(self) -> int:
        """Twice its middle, a whole number."""
        return self.start_sample + self.end_sample


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of one speaker: samples (half-open), number by first appearance, score 0..1."""

    start_sample: int
    end_sample: int
    speaker: int
    score: float


@dataclass(frozen=True, slots=True)
class SpeakerParams:
    """What makes speakers of embeddings.

    Args:
        threshold: mean cosine similarity from which two groups are one speaker.
        least_samples: who speaks less in all is taken for the nearest of those who speak more.
        least_turn: shorter turns inside an utterance belong to the neighbour.
        sharpness: how fast a turn's score falls as another speaker comes near; larger is faster.
    """

    threshold: float
    least_samples: int
    least_turn: int
    sharpness: float = 20.0


def speaker_turns(
    spans: Sequence[tuple[int, int]],
    windows: Sequence[Window],
    embeddings: F32,
    params: SpeakerParams,
) -> list[Turn]:
    """Return who speaks when, in order of time; every described span is filled without gaps.

    Args:
        spans: speech, samples (half-open), in order of time.
        windows: what was described, in order of span and time.
        embeddings: float32 [windows, n], L2-normalised.
        params: thresholds.
    """
    if not windows:
        return []
    vectors = embeddings.astype(np.float64)
    owned = _owned(spans, windows)
    lengths = np.array([end - start for start, end in owned], np.int64)
    labels = _heard_enough(group(vectors, params.threshold), vectors, lengths, params)
    by_span = _pieces(windows, owned, labels)
    pieces = [piece for span in by_span for piece in _smoothed(span, params.least_turn)]
    starts = np.array([start for start, _ in owned])
    members = [slice(*np.searchsorted(starts, (start, end))) for start, end, _ in pieces]
    return _numbered(pieces, members, vectors, _centres(vectors, labels), params.sharpness)


def group(vectors: F64, threshold: float) -> Labels:
    """Return the group of each vector, by average linkage of cosine similarities.

    Args:
        vectors: [n, d], L2-normalised.
        threshold: groups whose mean similarity is below stay apart.
    """
    blocks = [vectors[first : first + _BLOCK] for first in range(0, len(vectors), _BLOCK)]
    within = [_linked(block, np.ones(len(block)), threshold) for block in blocks]
    if len(blocks) == 1:
        return within[0]
    sums, counts, labels, known = [], [], [], 0
    for block, found in zip(blocks, within, strict=True):
        for label in range(found.max() + 1):
            sums.append(block[found == label].mean(axis=0))
            counts.append(float((found == label).sum()))
        labels.append(found + known)
        known += int(found.max()) + 1
    joined = _linked(np.stack(sums), np.array(counts), threshold)
    return joined[np.concatenate(labels)]


def _linked(means: F64, sizes: F64, threshold: float) -> Labels:
    """Join groups, given by their mean vectors and sizes, until none are alike enough.

    The mean similarity of two groups of unit vectors is the product of their means, and that of a
    joined group to another is the mean by size of its parts': no vector is looked at twice.
    """
    count = len(means)
    labels = np.arange(count)
    alike = means @ means.T
    np.fill_diagonal(alike, -np.inf)
    sizes = sizes.copy()
    best = alike.argmax(axis=1)
    while count > 1:
        rows = np.arange(len(alike))
        first = int(alike[rows, best].argmax())
        second = int(best[first])
        if alike[first, second] < threshold:
            break
        a, b = min(first, second), max(first, second)
        merged = (sizes[a] * alike[a] + sizes[b] * alike[b]) / (sizes[a] + sizes[b])
        sizes[a] += sizes[b]
        alike[a], alike[:, a] = merged, merged
        alike[a, a] = -np.inf
        alike[b], alike[:, b] = -np.inf, -np.inf
        labels[labels == b] = a
        for row in np.flatnonzero((best == a) | (best == b)):
            best[row] = alike[row].argmax()
        best[a] = alike[a].argmax()
        closer = alike[:, a] > alike[rows, best]
        best[closer] = a
        count -= 1
    return np.unique(labels, return_inverse=True)[1]


def _heard_enough(
    labels: Labels, vectors: F64, lengths: NDArray[np.int64], params: SpeakerParams
) -> Labels:
    """Give the windows of those who hardly speak to the nearest of the others."""
    spoken = np.bincount(labels, weights=lengths.astype(np.float64))
    kept = np.flatnonzero(spoken >= params.least_samples)
    if not len(kept):
        kept = np.array([spoken.argmax()])
    centres = _centres(vectors, labels)[kept]
    nearest = kept[(vectors @ centres.T).argmax(axis=1)]
    return np.where(np.isin(labels, kept), labels, nearest)


def _centres(vectors: F64, labels: Labels) -> F64:
    """Return the mean direction of each group; zero where a group has no vector."""
    centres = np.zeros((int(labels.max()) + 1, vectors.shape[1]))
    np.add.at(centres, labels, vectors)
    lengths = np.linalg.norm(centres, axis=1, keepdims=True)
    unit: F64 = np.divide(centres, lengths, out=np.zeros_like(centres), where=lengths > 0)
    return unit


def _owned(spans: Sequence[tuple[int, int]], windows: Sequence[Window]) -> list[tuple[int, int]]:
    """Return the samples that each window speaks for: half-way to its neighbours in the span."""
    owned: list[tuple[int, int]] = []
    for index, members in groupby(windows, key=lambda window: window.span):
        some = list(members)
        inner = [(a.middle + b.middle) // 4 for a, b in pairwise(some)]
        edges = [spans[index][0], *inner, spans[index][1]]
        owned += pairwise(edges)
    return owned


_Piece = tuple[int, int, int]


def _pieces(
    windows: Sequence[Window], owned: Sequence[tuple[int, int]], labels: Labels
) -> list[list[_Piece]]:
    """Return (start, end, group) of neighbouring windows of one group, by span."""
    found: list[list[_Piece]] = []
    before = -1
    for window, (start, end), label in zip(windows, owned, labels.tolist(), strict=True):
        if window.span != before:
            found.append([])
            before = window.span
        if found[-1] and found[-1][-1][2] == label:
            start = found[-1].pop()[0]
        found[-1].append((start, end, label))
    return found


def _smoothed(pieces: Sequence[_Piece], least: int) -> list[_Piece]:
    """Give pieces of a span that are too short to be turns to the longer neighbour."""
    kept = list(pieces)
    while len(kept) > 1:
        at = min(range(len(kept)), key=lambda index: (kept[index][1] - kept[index][0], index))
        start, end, _ = kept[at]
        if end - start >= least:
            break
        beside = [index for index in (at - 1, at + 1) if 0 <= index < len(kept)]
        into = max(beside, key=lambda index: kept[index][1] - kept[index][0])
        kept[at] = (start, end, kept[into][2])
        kept = _joined(kept)
    return kept


def _joined(pieces: Sequence[_Piece]) -> list[_Piece]:
    joined: list[_Piece] = []
    for start, end, label in pieces:
        if joined and joined[-1][2] == label:
            start = joined.pop()[0]
        joined.append((start, end, label))
    return joined


def _numbered(
    pieces: Sequence[_Piece],
    members: Sequence[slice],
    vectors: F64,
    centres: F64,
    sharpness: float,
) -> list[Turn]:
    """Return the turns with speakers numbered by their first one."""
    heard = sorted({label for _, _, label in pieces})
    numbers: dict[int, int] = {}
    turns = []
    for (start, end, label), rows in zip(pieces, members, strict=True):
        number = numbers.setdefault(label, len(numbers))
        near = centres[heard] @ vectors[rows].mean(axis=0)
        odds = np.exp(sharpness * (near - near.max()))
        turns.append(Turn(start, end, number, float(odds[heard.index(label)] / odds.sum())))
    return turns
