"""Faces of sampled frames → tracks: one face followed through one shot. Pure.

A face is followed from sampled frame to sampled frame. Those lie up to three seconds apart, in
which a head moves further than any motion model would tell; so the embedding decides, and the
place helps: in neighbouring samples of one shot a face in the same place is the same one unless
the embeddings contradict. Pairs are taken best first, each face once. An exact assignment would
give up a sure pair where two unsure ones add up to more, which is no better here.

**Boxes between sampled frames** are not kept. Between the boxes a at t_a and b at t_b of a track
the box at t is a + (b - a) × (t - t_a) / (t_b - t_a), each of left, top, width and height by
itself; before the first and after the last there is none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

import msgspec
import numpy as np

from videre.common.values import NS, SCORE_ONE, TimeSpan, sha256_hex
from videre.orchestrator.document import BoxE4
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.face_vectors import Vectors, likeness
from videre.orchestrator.timeline import Timeline

#: Share E4 of union that two boxes have in common from which they are the same place.
_SAME_PLACE: Final = 3_000
#: Faces in the same place stay one track unless they are less alike than this E4: far below what
#: makes two faces one person, since a head that turns away changes its embedding.
_CONTRADICTION: Final = 1_500
#: Longest time over which the place says something.
_PLACE_NS: Final = 4 * NS


class Face(msgspec.Struct, frozen=True, gc=False):
    """A face in one sampled frame.

    Args:
        record: the evidence, with box and embedding.
        shot: index of its shot.
        frame: the frame.
        box: where.
        clear: large, sharp and frontal enough to tell who it is.
        vector: row of its embedding among the vectors.
    """

    record: Evidence
    shot: int
    frame: int
    box: BoxE4
    clear: bool
    vector: int


class Track(msgspec.Struct, frozen=True, gc=False):
    """One face through one shot: its faces in order of time, at most one a frame."""

    faces: tuple[Face, ...]

    @property
    def id(self) -> str:
        """16 hex digits that depend on its first face's evidence alone."""
        return track_id(self.faces[0].record)

    @property
    def shot(self) -> int:
        """Index of the shot."""
        return self.faces[0].shot

    @property
    def clear(self) -> bool:
        """Whether any of its faces is clear."""
        return any(face.clear for face in self.faces)

    @property
    def rows(self) -> list[int]:
        """Rows of the vectors that stand for it: of its clear faces, where it has some."""
        clear = [face.vector for face in self.faces if face.clear]
        return clear or [face.vector for face in self.faces]


def track_id(first: Evidence) -> str:
    """Return the id of the track that begins with a record."""
    return sha256_hex(f"track:{first.id}".encode())[:16]


def content_key(record: Evidence) -> tuple[object, ...]:
    """Return what orders faces: time, place and score, so that ids decide nothing but twins."""
    box = record.box or (0, 0, 0, 0)
    return (record.span.start_ns, box, -record.score, record.points, record.id)


def follow(faces: Iterable[Face], vectors: Vectors, same: int) -> list[Track]:
    """Return the tracks of all shots in order of time.

    Args:
        faces: in any order.
        vectors: one row per face.
        same: likeness E4 from which two faces are one person.
    """
    by_shot: dict[int, list[Face]] = defaultdict(list)
    for face in faces:
        by_shot[face.shot].append(face)
    tracks: list[Track] = []
    for shot in sorted(by_shot):
        own = sorted(by_shot[shot], key=lambda face: content_key(face.record))
        chains = [own] if len(own) == 1 else _follow_shot(own, vectors, same)
        tracks += [Track(tuple(chain)) for chain in chains]
    return tracks


def _follow_shot(faces: Sequence[Face], vectors: Vectors, same: int) -> list[list[Face]]:
    """Return the chains of one shot's faces, which are in order of time."""
    rows = vectors[[face.vector for face in faces]]
    alike = likeness(rows, rows).astype(np.int64).tolist()
    place = {face.vector: index for index, face in enumerate(faces)}
    chains: list[list[Face]] = []
    for _, group in groupby(faces, key=lambda face: face.frame):
        seen = list(group)
        pairs = []
        for number, chain in enumerate(chains):
            last = chain[-1]
            for index, face in enumerate(seen):
                like = alike[place[last.vector]][place[face.vector]]
                bond = _bond(last, face, like, same)
                if bond is not None:
                    pairs.append((-bond, number, index))
        taken: set[int] = set()
        linked: set[int] = set()
        for _, number, index in sorted(pairs):
            if number not in linked and index not in taken:
                linked.add(number)
                taken.add(index)
                chains[number].append(seen[index])
        chains += [[face] for index, face in enumerate(seen) if index not in taken]
    return chains


def _bond(last: Face, face: Face, like: int, same: int) -> int | None:
    """Return how strongly a face continues another one; None if it does not."""
    near = face.record.span.start_ns - last.record.span.start_ns <= _PLACE_NS
    shared = overlap(last.box, face.box) if near else 0
    if like >= same or (shared >= _SAME_PLACE and like >= _CONTRADICTION):
        return like + shared
    return None


def overlap(left: BoxE4, right: BoxE4) -> int:
    """Return intersection over union of two boxes, E4."""
    width = min(left[0] + left[2], right[0] + right[2]) - max(left[0], right[0])
    height = min(left[1] + left[3], right[1] + right[3]) - max(left[1], right[1])
    if width <= 0 or height <= 0:
        return 0
    shared = width * height
    return shared * SCORE_ONE // (left[2] * left[3] + right[2] * right[3] - shared)


class Windows:
    """What stretch a sampled frame speaks for.

    It reaches halfway to the neighbouring sampled frames of its shot, and to the shot's ends.
    """

    def __init__(self, sampled: Mapping[int, Sequence[int]], shots: Sequence[tuple[int, int]]):
        """Take the sampled frames of each shot, rising, and the shots as [start, end) frames."""
        self._sampled = sampled
        self._shots = shots
        self._spans: dict[int, TimeSpan] = {}

    def of(self, shot: int, frame: int) -> tuple[int, int]:
        """Return frames [start, end) for a sampled frame of a shot."""
        frames = self._sampled[shot]
        start, end = self._shots[shot]
        at = bisect_left(frames, frame)
        if at > 0:
            start = (frames[at - 1] + frame + 1) // 2
        if at + 1 < len(frames):
            end = (frame + frames[at + 1] + 1) // 2
        return start, end

    def span(self, shot: int, frame: int, timeline: Timeline) -> TimeSpan:
        """Return that stretch as a span; all classes that a frame shows share one."""
        found = self._spans.get(frame)
        if found is None:
            found = self._spans[frame] = timeline.frame_span(*self.of(shot, frame))
        return found
