"""Faces of sampled frames → tracks through a shot."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from videre.orchestrator.fusion.face_tracks import Face, Windows, follow, overlap
from videre.orchestrator.fusion.face_vectors import SCALE

SAME = 4_000
LEFT, RIGHT = (1_000, 2_000, 1_000, 1_500), (7_000, 2_000, 1_000, 1_500)
ANNA, BERT = (1.0, 0.0), (0.0, 1.0)
LAX = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)


class Scene:
    """Faces as they are put in, with their vectors."""

    def __init__(self, seen) -> None:  # type: ignore[no-untyped-def]
        self._seen = seen
        self.faces: list[Face] = []
        self.rows: list[tuple[float, ...]] = []

    def face(self, frame: int, box: tuple[int, int, int, int], who, shot: int = 0) -> Face:  # type: ignore[no-untyped-def]
        record = self._seen("faces", "face", frame, box=box)
        made = Face(record, shot, frame, box, True, len(self.rows))
        self.faces.append(made)
        self.rows.append(who)
        return made

    def follow(self, faces: list[Face] | None = None) -> list[list[int]]:
        rows = np.array(self.rows, np.float64)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        vectors = np.rint(rows * SCALE).astype(np.float32)
        tracks = follow(self.faces if faces is None else faces, vectors, SAME)
        return [[face.vector for face in track.faces] for track in tracks]


@pytest.fixture
def scene(seen) -> Scene:  # type: ignore[no-untyped-def]
    return Scene(seen)


def test_the_embedding_decides_where_two_people_change_places(scene: Scene) -> None:
    scene.face(0, LEFT, ANNA)
    scene.face(0, RIGHT, BERT)
    scene.face(75, LEFT, BERT)
    scene.face(75, RIGHT, ANNA)
    assert scene.follow() == [[0, 3], [1, 2]]


def test_a_head_that_turns_away_stays_itself_where_it_is(scene: Scene) -> None:
    scene.face(0, LEFT, ANNA)
    scene.face(75, LEFT, (1.0, 3.0))  # a cosine of .32
    assert scene.follow() == [[0, 1]]


def test_not_after_a_long_time_nor_elsewhere_nor_against_the_embedding(scene: Scene) -> None:
    scene.face(0, LEFT, ANNA)
    scene.face(75, LEFT, BERT)
    scene.face(400, LEFT, (1.0, -3.0))
    assert scene.follow() == [[0], [1], [2]]


def test_a_face_comes_back_after_others_were_seen(scene: Scene) -> None:
    scene.face(0, LEFT, ANNA)
    scene.face(75, RIGHT, BERT)
    scene.face(150, RIGHT, ANNA)
    assert scene.follow() == [[0, 2], [1]]


def test_no_track_crosses_a_cut(scene: Scene) -> None:
    scene.face(0, LEFT, ANNA, shot=0)
    scene.face(30, LEFT, ANNA, shot=1)
    assert scene.follow() == [[0], [1]]


@LAX
@given(
    faces=st.lists(
        st.tuples(
            st.sampled_from([0, 50, 100, 150]),
            st.integers(0, 80).map(lambda x: (100 * x, 2_000, 900, 1_200)),
            st.tuples(st.integers(-5, 5), st.integers(-5, 5), st.integers(1, 5)),
            st.integers(0, 1),
        ),
        unique_by=lambda face: face[:2],
        max_size=10,
    ),
    seed=st.integers(0, 99),
)
def test_any_order_gives_the_same_tracks_with_one_face_a_frame(seen, faces, seed) -> None:  # type: ignore[no-untyped-def]
    scene = Scene(seen)
    for face in faces:
        scene.face(face[0], face[1], face[2], shot=face[3])
    if not faces:
        return
    tracks = scene.follow()
    assert sorted(row for track in tracks for row in track) == list(range(len(faces)))
    for track in tracks:
        frames = [faces[row][0] for row in track]
        assert frames == sorted(set(frames))
    assert scene.follow(random.Random(seed).sample(scene.faces, len(faces))) == tracks


def test_overlap_is_the_share_of_the_union() -> None:
    assert overlap(LEFT, LEFT) == 10_000
    assert overlap(LEFT, RIGHT) == 0
    assert overlap((0, 0, 1_000, 1_000), (500, 0, 1_000, 1_000)) == 3_333


def test_a_sampled_frame_speaks_halfway_to_its_neighbours() -> None:
    windows = Windows({0: [10, 50], 1: [120]}, [(0, 100), (100, 150)])
    assert [windows.of(0, 10), windows.of(0, 50), windows.of(1, 120)] == [
        (0, 30),
        (30, 100),
        (100, 150),
    ]
