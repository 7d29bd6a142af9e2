"""Which of the faces in a sample picture is the person, or why none is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from videre.common.errors import Reason, VidereError
from videre.orchestrator.fusion.face_vectors import to_bytes, vectors_of
from videre.orchestrator.fusion.people import CLEAR_WIDTH_PX, turned


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face in a picture.

    Args:
        score: E4.
        box: left, top, width, height E4.
        points: x and y E4 of the eyes, the nose tip and the corners of the mouth.
        width_px: of the box.
        embedding: as the engine gave it; () for faces too small for one.
    """

    score: int
    box: tuple[int, int, int, int]
    points: tuple[int, ...]
    width_px: float
    embedding: tuple[float, ...]


def the_face(faces: Sequence[SeenFace], threshold: int, width: int, height: int) -> SeenFace:
    """Return the one clear face of a picture.

    Args:
        faces: everything that was seen, also what is hardly a face.
        threshold: score E4 from which something is a face.
        width: of the picture, pixels.
        height: of the picture, pixels.

    Raises:
        VidereError: FACE_NOT_FOUND, FACES_SEVERAL, FACE_UNCLEAR; the message says what was found.
    """
    found = [face for face in faces if face.score >= threshold and face.embedding]
    if len(found) > 1:
        raise _refused(
            Reason.FACES_SEVERAL,
            f"{len(found)} faces were found; exactly one is needed",
            len(found),
        )
    if not found:
        if faces:
            widest = max(face.width_px for face in faces)
            what = "something" if len(faces) == 1 else f"{len(faces)} things"
            message = f"no clear face was found, only {what} like a face, {widest:.0f} px wide"
            raise _refused(Reason.FACE_UNCLEAR, message, 0)
        raise _refused(Reason.FACE_NOT_FOUND, "no face was found", 0)
    (face,) = found
    if face.width_px < CLEAR_WIDTH_PX:
        raise _refused(
            Reason.FACE_UNCLEAR,
            f"the face is {face.width_px:.0f} px wide; at least {CLEAR_WIDTH_PX} are needed",
            1,
        )
    if len(face.points) >= 6 and turned(face.points, width, height):
        raise _refused(Reason.FACE_UNCLEAR, "the face is turned aside", 1)
    return face


def faces_at(faces: Sequence[SeenFace], box: tuple[int, int, int, int]) -> list[SeenFace]:
    """Return the faces that are meant by a box (left, top, width, height E4)."""
    return [face for face in faces if 2 * _common(face.box, box) >= _joint(face.box, box)]


def _common(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> int:
    """Return the area that two boxes have in common."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(width, 0) * max(height, 0)


def _joint(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> int:
    return one[2] * one[3] + other[2] * other[3] - _common(one, other)


def face_vector(embedding: Sequence[float]) -> bytes:
    """Return an embedding as a stored vector, rounded like those of a film's faces."""
    matrix = np.asarray([embedding], np.dtype("<f2"))
    return to_bytes(vectors_of(["sample/0"], {"sample": matrix}))[0]


def _refused(reason: Reason, message: str, found: int) -> VidereError:
    return VidereError(reason, message, metadata={"faces": str(found)})
