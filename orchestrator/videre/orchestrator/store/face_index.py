"""The faces of a project's published people in memory, searched exactly. Grows row by row.

One likeness is 256 multiplications: 100,000 rows are read in some 20 ms, so there is nothing an
approximate index would save but memory (1 KiB a row).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.orchestrator.fusion.face_vectors import Vectors, from_bytes, likeness

_FIRST: Final = 256
#: Most samples compared with all rows at once: the likenesses of 100,000 rows take 25 MiB.
_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class FaceRow:
    """A row of `person_face`, as far as it is kept in memory."""

    number: int
    media_id: str
    engine: str
    vector: bytes
    identity_id: str


class _Rows:
    """The rows of one engine."""

    def __init__(self, width: int) -> None:
        self._vectors: Vectors = np.zeros((_FIRST, width), np.float32)
        self.media: list[str] = []
        #: The first face of each identity: its place among the rows, by identity.
        self.first: dict[str, int] = {}

    def add(self, rows: Sequence[FaceRow]) -> None:
        end = len(self.media) + len(rows)
        if end > len(self._vectors):
            grown = np.zeros((max(end, 2 * len(self._vectors)), self._vectors.shape[1]), np.float32)
            grown[: len(self.media)] = self.vectors
            self._vectors = grown
        self._vectors[len(self.media) : end] = from_bytes(row.vector for row in rows)
        for place, row in enumerate(rows, start=len(self.media)):
            self.first.setdefault(row.identity_id, place)
        self.media += [row.media_id for row in rows]

    @property
    def vectors(self) -> Vectors:
        return self._vectors[: len(self.media)]


class FaceIndex:
    """Rows in the order of their numbers."""

    def __init__(self) -> None:
        self._by_engine: dict[str, _Rows] = {}
        self.last: FaceRow | None = None
        self.count = 0

    def add(self, rows: Iterable[FaceRow]) -> None:
        """Take further rows, whose numbers are higher than all before."""
        by_engine: dict[str, list[FaceRow]] = {}
        for row in rows:
            by_engine.setdefault(row.engine, []).append(row)
            self.last, self.count = row, self.count + 1
        for engine, own in by_engine.items():
            if engine not in self._by_engine:
                self._by_engine[engine] = _Rows(len(own[0].vector) // 2)
            self._by_engine[engine].add(own)

    def first_faces(self, engine: str) -> tuple[list[str], Vectors]:
        """Return the identities that an engine's faces make up, and the first face of each."""
        rows = self._by_engine.get(engine)
        if rows is None:
            return [], np.zeros((0, 0), np.float32)
        places: npt.NDArray[np.intp] = np.fromiter(rows.first.values(), np.intp, len(rows.first))
        return list(rows.first), rows.vectors[places]

    def near(self, engine: str, samples: Vectors, same: int) -> set[str]:
        """Return the media with a face that is like one of the samples, from a likeness E4 on."""
        rows = self._by_engine.get(engine)
        found: set[str] = set()
        if rows is None:
            return found
        for start in range(0, len(samples), _AT_ONCE):
            alike = likeness(rows.vectors, samples[start : start + _AT_ONCE])
            found.update(rows.media[place] for place in np.flatnonzero((alike >= same).any(axis=1)))
        return found
