"""The people of a film ↔ the persons of a library. Pure.

A person is the entry whose nearest sample is most like the mean of the person's tracks, from the
library's threshold on; without one, from the engine's likeness over a film. A sample that shows
what the entry is not takes it away where it is at least as near. Only vectors of one engine are
compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import SCORE_ONE
from videre.orchestrator.document import LibraryMatch, Person
from videre.orchestrator.fusion.face_vectors import Vectors, from_bytes, likeness
from videre.orchestrator.fusion.people import SAME_PERSON, Faces
from videre.orchestrator.library.assign import assign, frames_of
from videre.orchestrator.library.model import LibraryKind

#: Further from everything than any likeness.
_FAR: Final = np.float32(-2 * SCORE_ONE)


@dataclass(frozen=True, slots=True)
class FaceSample:
    """A sample of a person, as it is stored."""

    entry_id: str
    sample_id: str
    negative: bool
    engine: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class Gallery:
    """The samples of a library that one engine made.

    Args:
        entries: ids of the entries with a sample that shows them, in order.
        starts: where the samples of each begin.
        samples: ids of these samples, by entry, then by id.
        vectors: of these samples.
        negatives: by place of the entry, the vectors of what it is not.
    """

    entries: tuple[str, ...]
    starts: npt.NDArray[np.intp]
    samples: tuple[str, ...]
    vectors: Vectors
    negatives: Mapping[int, Vectors]


@dataclass(frozen=True, slots=True)
class PersonLibrary:
    """A library of persons at one version; `threshold` E4, None = the engine's own."""

    library_id: str
    version: int
    threshold: int | None
    galleries: Mapping[str, Gallery]


def gallery(samples: Iterable[FaceSample]) -> dict[str, Gallery]:
    """Return the samples of a library by engine, in whatever order they come."""
    by_engine: dict[str, list[FaceSample]] = {}
    for sample in samples:
        by_engine.setdefault(sample.engine, []).append(sample)
    return {engine: _gallery(own) for engine, own in sorted(by_engine.items())}


def _gallery(samples: Sequence[FaceSample]) -> Gallery:
    ordered = sorted(samples, key=lambda sample: (sample.entry_id, sample.sample_id))
    shown = [sample for sample in ordered if not sample.negative]
    entries = sorted({sample.entry_id for sample in shown})
    place = {entry: number for number, entry in enumerate(entries)}
    starts = np.searchsorted(
        [place[sample.entry_id] for sample in shown], np.arange(len(entries))
    ).astype(np.intp)
    negatives: dict[int, list[bytes]] = {}
    for sample in ordered:
        if sample.negative and sample.entry_id in place:
            negatives.setdefault(place[sample.entry_id], []).append(sample.vector)
    return Gallery(
        entries=tuple(entries),
        starts=starts,
        samples=tuple(sample.sample_id for sample in shown),
        vectors=from_bytes(sample.vector for sample in shown),
        negatives={number: from_bytes(vectors) for number, vectors in negatives.items()},
    )


def threshold_of(library: PersonLibrary, engine: str) -> int | None:
    """Return the likeness E4 from which somebody is an entry; None = nobody has calibrated it."""
    limits = SAME_PERSON.get(engine.partition("@")[0])
    if limits is None:
        return None
    return limits.in_film if library.threshold is None else library.threshold


def person_matches(
    people: Sequence[Person], faces: Faces, library: PersonLibrary
) -> list[LibraryMatch]:
    """Return which of the people are entries of a library."""
    known = library.galleries.get(faces.engine)
    same = threshold_of(library, faces.engine)
    by_id = {person.id: person for person in people if person.id in faces.vectors}
    if known is None or same is None or not known.entries or not by_id:
        return []
    ids = sorted(by_id)
    vectors = from_bytes(faces.vectors[person] for person in ids)
    each = likeness(vectors, known.vectors)
    alike = np.maximum.reduceat(each, known.starts, axis=1)
    for number, negatives in known.negatives.items():
        near = likeness(vectors, negatives).max(axis=1)
        alike[(near >= same) & (near >= alike[:, number]), number] = _FAR
    found = assign(alike, ids, known.entries, same, frames_of(by_id.values()))
    return [
        LibraryMatch(
            library_id=library.library_id,
            entry_id=known.entries[number],
            kind=LibraryKind.PERSONS.value,
            score=min(score, SCORE_ONE),
            spans=by_id[person].spans,
            person_id=person,
            sample_id=_nearest(each[ids.index(person)], known, number),
            evidence=by_id[person].evidence,
        )
        for person, (number, score) in found.items()
    ]


def _nearest(alike: npt.NDArray[np.float32], known: Gallery, number: int) -> str:
    start = int(known.starts[number])
    last = number + 1 == len(known.entries)
    end = len(known.samples) if last else int(known.starts[number + 1])
    return known.samples[start + int(alike[start:end].argmax())]
