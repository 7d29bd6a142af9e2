"""Finding sample pictures in the frames of a film. Pure.

Which frames are looked at closely is told by the number of local features that have a near
counterpart there; whether the sample is shown, by how many of them agree on its place. See
docs/library_matches.md for what the limits were measured on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from videre.orchestrator.library.coarse import FEWEST_COARSE, CoarseIndex
from videre.orchestrator.library.descriptors import Pairs, SampleIndex, alike
from videre.orchestrator.library.entries import Marks, PictureEntry, SamplePicture
from videre.orchestrator.library.geometry import Placement, place

#: Features with a near counterpart below which a frame is not looked at closely.
_FEWEST_VOTES: Final = 4
#: Frames that are looked at closely for a sample.
_MOST_FRAMES: Final = 64
#: Samples of a library of which all features are held, 40 kB each; of more, some of them.
MOST_WHOLE: Final = 2_000
#: Score E4 of a number of agreeing pairs; straight lines between.
_SCORES: Final = ((8, 0), (11, 5_000), (20, 8_000), (40, 9_500), (80, 10_000))

#: Reads samples by their ids, with all their features.
WholeMarks: TypeAlias = Callable[[Sequence[str]], Mapping[str, Marks]]


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

    def __init__(self, entries: Sequence[PictureEntry], whole: WholeMarks | None = None) -> None:
        """Take the entries of a library.

        Args:
            entries: their samples have some of their features only where `whole` is given.
            whole: reads samples of a large library with all their features; blocking.
        """
        #: The entries, by their places in sightings.
        self.entries: Final = tuple(entries)
        self._whole = whole
        # In the order of their ids, so that what is looked at does not depend on the entries'.
        self._samples = sorted(
            ((place, sample) for place, entry in enumerate(entries) for sample in entry.samples),
            key=lambda item: item[1].id,
        )
        features = [sample.marks.features for _, sample in self._samples]
        self._index = CoarseIndex(features) if whole is not None else SampleIndex(features)
        self._votes = FEWEST_COARSE if whole is not None else _FEWEST_VOTES

    def find(self, frames: Sequence[Marks]) -> list[Sighting]:
        """Return where entries are shown, by entry and frame."""
        best: dict[tuple[int, int], tuple[Placement, str]] = {}
        for number, shown in self._candidates(frames):
            entry, sample = self._samples[number]
            for marks in self._read([sample]):
                for frame in shown:
                    found = place(marks, frames[frame], _alike(marks, frames[frame]))
                    if found is None or score_of(found.agreeing) < self._floor(entry):
                        continue
                    held = best.get((entry, frame))
                    if held is None or _rank(found, sample.id) > _rank(*held):
                        best[entry, frame] = found, sample.id
        return [
            Sighting(entry, frame, sample_id, score_of(placement.agreeing), placement)
            for (entry, frame), (placement, sample_id) in sorted(best.items(), key=lambda x: x[0])
            if not _is_refuted(self._negatives(entry), frames[frame], placement)
        ]

    def _floor(self, entry: int) -> int:
        return max(1, self.entries[entry].threshold)

    def _negatives(self, entry: int) -> list[Marks]:
        return self._read(self.entries[entry].negatives)

    def _read(self, samples: Sequence[SamplePicture]) -> list[Marks]:
        """Return samples with all their features; without those that were removed meanwhile."""
        if self._whole is None or not samples:
            return [sample.marks for sample in samples]
        known = self._whole([sample.id for sample in samples])
        return [known[sample.id] for sample in samples if sample.id in known]

    def _candidates(self, frames: Sequence[Marks]) -> list[tuple[int, list[int]]]:
        """Return samples, each with the frames worth a closer look: those with most votes."""
        by_sample: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for sample, frame, count in self._index.votes([frame.features for frame in frames]):
            if count >= self._votes:
                by_sample[sample].append((-count, frame))
        return [
            (sample, [frame for _, frame in sorted(counted)[:_MOST_FRAMES]])
            for sample, counted in sorted(by_sample.items())
        ]


def _rank(placement: Placement, sample_id: str) -> tuple[object, ...]:
    return placement.agreeing, placement.box, sample_id


def _alike(sample: Marks, frame: Marks) -> Pairs:
    return alike(sample.features, frame.features)


def _is_refuted(negatives: Iterable[Marks], frame: Marks, placement: Placement) -> bool:
    """Tell whether a negative sample is at least as well to be seen in the frame."""
    for negative in negatives:
        other = place(negative, frame, _alike(negative, frame))
        if other is not None and other.agreeing >= placement.agreeing:
            return True
    return False
