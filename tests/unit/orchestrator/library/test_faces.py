"""Exactly one clear face, or words that say what was found."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from videre.common.errors import Reason, VidereError
from videre.orchestrator.fusion.face_vectors import SCALE, from_bytes, likeness
from videre.orchestrator.library.faces import SeenFace, face_vector, the_face

FRONTAL = (4_000, 4_000, 6_000, 4_000, 5_000, 5_000)
#: The nose under the left eye.
ASIDE = (4_000, 4_000, 6_000, 4_000, 4_000, 5_000)
FACE = SeenFace(9_000, (3_000, 3_000, 4_000, 4_000), FRONTAL, 200.0, (0.6, 0.8))


def the(*faces: SeenFace) -> SeenFace:
    return the_face(faces, 8_000, 1_000, 1_000)


def test_the_one_face_is_it_whatever_is_hardly_one() -> None:
    doubtful = dataclasses.replace(FACE, score=7_999)
    tiny = dataclasses.replace(FACE, embedding=(), width_px=30.0)
    assert the(doubtful, FACE, tiny) is FACE


@pytest.mark.parametrize(
    ("faces", "reason", "words"),
    [
        ((), Reason.FACE_NOT_FOUND, "no face"),
        ((FACE, FACE, FACE), Reason.FACES_SEVERAL, "3 faces"),
        ((dataclasses.replace(FACE, score=7_999),), Reason.FACE_UNCLEAR, "only something like"),
        ((dataclasses.replace(FACE, embedding=(), width_px=30.0),) * 2, Reason.FACE_UNCLEAR,
         "only 2 things like a face, 30 px wide"),
        ((dataclasses.replace(FACE, width_px=59.0),), Reason.FACE_UNCLEAR, "59 px wide"),
        ((dataclasses.replace(FACE, points=ASIDE),), Reason.FACE_UNCLEAR, "turned aside"),
    ],
)  # fmt: skip
def test_what_else_is_found_is_named(
    faces: tuple[SeenFace, ...], reason: Reason, words: str
) -> None:
    with pytest.raises(VidereError, match=words) as refused:
        the(*faces)
    assert refused.value.reason is reason


def test_a_vector_is_kept_in_whole_numbers_of_one_length() -> None:
    vectors = from_bytes([face_vector((3, 4)), face_vector((1.5, 2)), face_vector((1, 0))])
    assert vectors.tolist()[2] == [SCALE, 0]
    alike = likeness(vectors, vectors)
    assert np.array_equal(alike[0], alike[1])
    assert alike[0].tolist() == [10_000, 10_000, 6_000]
