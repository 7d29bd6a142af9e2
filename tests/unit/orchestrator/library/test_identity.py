"""The same unknown person in several media has one id, which never changes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from videre.orchestrator.fusion.face_vectors import from_bytes
from videre.orchestrator.fusion.people import Faces
from videre.orchestrator.library.faces import face_vector
from videre.orchestrator.library.identity import founded, identify

ENGINE = "yunet-mobileface@1"
LOOK = (1.0, 0.0, 0.0)
ALIKE, STRANGER = (0.8, 0.6, 0.0), (0.0, 0.0, 1.0)


class Archive:
    """Media published one after the other."""

    def __init__(self) -> None:
        self._known: list[str] = []
        self._first: list[bytes] = []

    def publish(
        self,
        media_id: str,
        frames: Mapping[str, frozenset[int]] | None = None,
        **looks: tuple[float, ...],
    ) -> dict[str, str]:
        faces = Faces(ENGINE, {name: face_vector(look) for name, look in looks.items()})
        first = from_bytes(self._first) if self._first else np.zeros((0, 3), np.float32)
        found = identify(media_id, faces, frames or {}, self._known, first)
        for person, identity in sorted(found.items()):
            if identity not in self._known:
                self._known.append(identity)
                self._first.append(faces.vectors[person])
        return found


def test_who_is_like_the_first_face_is_the_same() -> None:
    archive = Archive()
    first = archive.publish("m1", anna=LOOK)
    assert first == {"anna": founded("m1", "anna")}
    assert archive.publish("m2", other=ALIKE, stranger=STRANGER) == {
        "other": first["anna"],
        "stranger": founded("m2", "stranger"),
    }


def test_an_identity_does_not_drift() -> None:
    archive = Archive()
    first = archive.publish("m1", anna=LOOK)["anna"]
    assert archive.publish("m2", anna=ALIKE)["anna"] == first
    far = (0.28, 0.96, 0.0)  # like the second, not like the first
    assert archive.publish("m3", anna=far)["anna"] == founded("m3", "anna")


def test_two_in_one_picture_are_two() -> None:
    archive = Archive()
    first = archive.publish("m1", anna=LOOK)["anna"]
    together = {"a": frozenset({1, 2}), "b": frozenset({2})}
    assert archive.publish("m2", together, a=ALIKE, b=LOOK) == {
        "a": founded("m2", "a"), "b": first,
    }  # fmt: skip


def test_an_engine_that_nobody_has_calibrated_knows_nobody_again() -> None:
    faces = Faces("other@1", {"anna": face_vector(LOOK)})
    known = from_bytes([face_vector(LOOK)])
    assert identify("m2", faces, {}, ["x"], known) == {"anna": founded("m2", "anna")}
