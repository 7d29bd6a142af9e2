"""Finding sample pictures in the frames of a film. Pure.

Which frames are looked at closely is told by the number of local features that have a near
counterpart there; whether the sample is shown, by how many of them agree on its place. See
docs/library_matches.md for what the limits were measured on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.orchestrator.library.descriptors import SampleIndex, alike
from videre.orchestrator.library.entries import Marks, PictureEntry
from videre.orchestrator.library.geometry import Placement, place

#: Features with a near counterpart below which a frame is not looked at closely.
_FEWEST_VOTES: Final = 4
#: Frames that are looked at closely for a sample.
_MOST_FRAMES: Final = 64
#: Score E4 of a number of agreeing pairs; straight lines between.
_SCORES: Final = ((8, 0), (11, 5_000), (20, 8_000), (40, 9_500), (80, 10_000))


@dataclass(frozen=True, slots=True)
class Sighting:
    """An entry's sample found in a frame: places of both in what was given, score E4, where."""

    entry: int
    frame: int
    sample_id: str
    score: int
    placement: Placement


def score_of(agreeing: int) -> int:
    """Return the score E4 of so many agreeing pairs."""
    counts, scores = zip(*_SCORES, strict=True)
    return int(np.interp(agreeing, counts, scores))


class PictureFinder:
    """The samples of entries, ready to be looked for in films."""

    def __init__(self, entries: Sequence[PictureEntry]) -> None:
        """Take the entries of a library."""
        #: The entries, by their places in sightings.
        self.entries: Final = tuple(entries)
        self._samples = [
            (place, sample) for place, entry in enumerate(entries) for sample in entry.samples
        ]
        self._index = SampleIndex([sample.marks.features for _, sample in self._samples])

    def find(self, frames: Sequence[Marks]) -> list[Sighting]:
        """Return where entries are shown, by entry and frame."""
        best: dict[tuple[int, int], tuple[Placement, str]] = {}
        for number, frame in self._candidates(frames):
            entry, sample = self._samples[number]
            marks = frames[frame]
            found = place(sample.marks, marks, alike(sample.marks.features, marks.features))
            if found is None or score_of(found.agreeing) < self._floor(entry):
                continue
            held = best.get((entry, frame))
            if held is None or _rank(found, sample.id) > _rank(*held):
                best[entry, frame] = found, sample.id
        return [
            Sighting(entry, frame, sample_id, score_of(placement.agreeing), placement)
            for (entry, frame), (placement, sample_id) in sorted(best.items(), key=lambda x: x[0])
            if not _is_refuted(self.entries[entry].negatives, frames[frame], placement)
        ]

    def _floor(self, entry: int) -> int:
        return max(1, self.entries[entry].threshold)

    def _candidates(self, frames: Sequence[Marks]) -> list[tuple[int, int]]:
        """Return (sample, frame) pairs worth a closer look; of each sample, those with most."""
        by_sample: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for sample, frame, count in self._index.votes([frame.features for frame in frames]):
            if count >= _FEWEST_VOTES:
                by_sample[sample].append((-count, frame))
        return [
            (sample, frame)
            for sample, counted in sorted(by_sample.items())
            for _, frame in sorted(counted)[:_MOST_FRAMES]
        ]


def _rank(placement: Placement, sample_id: str) -> tuple[object, ...]:
    return placement.agreeing, placement.box, sample_id


def _is_refuted(negatives: Iterable[Marks], frame: Marks, placement: Placement) -> bool:
    """Tell whether a negative sample is at least as well to be seen in the frame."""
    for negative in negatives:
        other = place(negative, frame, alike(negative.features, frame.features))
        if other is not None and other.agreeing >= placement.agreeing:
            return True
    return False
