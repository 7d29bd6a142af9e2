"""Sample pictures among 100,000 others: whether they are still found, and how long that takes.

The others are made of the descriptors of the films' own frames, a fifth of their bits changed: bits
by chance would meet a frame's features less often than those of pictures do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.constructed.sample_views import Bgr
from videre.cli.evaluation.figures import Case, Measured
from videre.common.local_features import SCALE, SIDE
from videre.orchestrator.library.coarse import CoarseIndex, thinned
from videre.orchestrator.library.entries import FEATURE_DTYPE, Marks, PictureEntry, SamplePicture
from videre.orchestrator.library.pictures import PictureFinder

#: Films of one room or of one source begin alike.
_SAME: Final = ("asl_", "fixture")
_SEED: Final = 20_262
_HEIGHT: Final = 360
_HELD: Final = 64
_WRONG: Final = 0.2
_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Film:
    """A film: its frames, what is known of each, CPU-seconds per frame of describing them."""

    name: str
    pictures: Sequence[Bgr]
    marks: Sequence[Marks]
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Sought:
    """A sample: a view of a film's frame at `at_s`."""

    view: str
    film: str
    at_s: float
    marks: Marks


def are_alike(one: str, other: str) -> bool:
    """Tell whether two films, by their names, show the same room or are of one source."""
    return any(one.startswith(name) and other.startswith(name) for name in _SAME)


def among_many(
    sought: Sequence[Sought], films: Sequence[Film], count: int, tell: Callable[[str], None]
) -> list[Measured]:
    """Look for samples of each view in all films, in libraries of `count` samples."""
    others = _others(films, count)
    figures, false, taken = [], list[Case](), list[float]()
    views = list(dict.fromkeys(item.view for item in sought))
    for view in views:
        samples = [item for item in sought if item.view == view]
        finder = _finder(samples, others)
        found: set[int] = set()
        for film in films:
            started = time.process_time()
            sightings = finder.find(film.marks)
            taken.append((time.process_time() - started) / len(film.marks))
            for seen in sightings:
                shown = samples[seen.entry].film if seen.entry < len(samples) else "another"
                if shown == film.name:
                    found.add(seen.entry)
                elif not are_alike(shown, film.name):
                    false.append(Case(film.name, None, "nothing", shown, seen.score))
        missed = [item for place, item in enumerate(samples) if place not in found]
        how = f"{len(found)} of {len(samples)} frames of {len(films)} films, among {count:,} others"
        cases = tuple(Case(item.film, item.at_s, view, "not found") for item in missed)
        name = f"pictures: found among many, {view}"
        figures.append(Measured(name, len(found) / len(samples), "share", how, cases=cases))
        tell(f"{view}: {how}")
    how = f"{len(views)} libraries of {count:,} samples, {len(films)} films"
    return [
        *figures,
        Measured("pictures: false among many", len(false), "frames", how, cases=tuple(false)),
        *_cost(others, films, how),
        Measured(
            "pictures: all samples in a frame, closely", sorted(taken)[len(taken) // 2], "CPU-s",
            f"{how}; the geometric check too",
        ),
    ]  # fmt: skip


def _cost(others: Sequence[Marks], films: Sequence[Film], how: str) -> list[Measured]:
    started = time.process_time()
    index = CoarseIndex([marks.features for marks in others])
    built = time.process_time() - started
    frames = [marks.features for film in films for marks in film.marks]
    taken = []
    for frame in frames:
        started = time.process_time()
        index.votes([frame])
        taken.append(time.process_time() - started)
    return [
        Measured("pictures: search of all samples", sorted(taken)[len(taken) // 2], "CPU-s",
                 f"median of {len(frames)} frames; {how}"),
        Measured("pictures: making the tables", built, "CPU-s", f"{len(others):,} samples, once"),
    ]  # fmt: skip


def _others(films: Sequence[Film], count: int) -> list[Marks]:
    rng = np.random.default_rng(_SEED)
    known = np.concatenate([marks.features["descriptor"] for film in films for marks in film.marks])
    made: list[Marks] = []
    while len(made) < count:
        some = min(_AT_ONCE, count - len(made))
        features = np.zeros((some, _HELD), FEATURE_DTYPE)
        features["x"] = rng.integers(0, SIDE * SCALE, features.shape)
        features["y"] = rng.integers(0, _HEIGHT * SCALE, features.shape)
        features["size"] = 31 * SCALE
        wrong = np.packbits(rng.random((some, _HELD, known.shape[1] * 8)) < _WRONG, axis=-1)
        features["descriptor"] = known[rng.integers(0, len(known), features.shape)] ^ wrong
        made += [Marks(row, SIDE, _HEIGHT) for row in features]
    return made


def _finder(samples: Sequence[Sought], others: Sequence[Marks]) -> PictureFinder:
    marks = {f"s{place:06}": item.marks for place, item in enumerate(samples)}
    marks |= {f"t{place:06}": other for place, other in enumerate(others)}

    def whole(ids: Sequence[str]) -> Mapping[str, Marks]:
        return {sample_id: marks[sample_id] for sample_id in ids}

    entries = [
        PictureEntry(sample_id, (SamplePicture(sample_id, thinned(own)),))
        for sample_id, own in marks.items()
    ]
    return PictureFinder(entries, whole)
