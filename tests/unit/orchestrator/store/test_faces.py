"""Faces of published people: found again, with one identity, until their media goes."""

from __future__ import annotations

import numpy as np
import pytest

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.fusion.face_vectors import from_bytes, likeness
from videre.orchestrator.fusion.people import Faces
from videre.orchestrator.library.faces import face_vector
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.faces import FaceStore
from videre.orchestrator.store.media import MediaStore, NewMedia

ENGINE = "yunet-mobileface@1"
LOOK, ALIKE, STRANGER = (1.0, 0.0, 0.0), (0.8, 0.6, 0.0), (0.0, 0.0, 1.0)
SAMPLE = from_bytes([face_vector(LOOK)])


@pytest.fixture
def faces(database: Database) -> FaceStore:
    return FaceStore(database)


class Archive:
    def __init__(self, database: Database, faces: FaceStore, media: MediaStore) -> None:
        self.database, self.faces, self.media = database, faces, media

    def publish(self, media_id: str, **looks: tuple[float, ...]) -> dict[str, str]:
        known = Faces(ENGINE, {name: face_vector(look) for name, look in looks.items()})
        with self.database.durable.begin() as connection:
            self.faces.replace(connection, "films", media_id, known, {})
        return self.faces.identities(media_id)

    def near(self, same: int = 6_000, faces: FaceStore | None = None) -> set[str]:
        with self.database.steps.connect() as connection:
            return (faces or self.faces).near(connection, "films", ENGINE, SAMPLE, same)


@pytest.fixture
def archive(database: Database, faces: FaceStore, media: MediaStore, clock: FakeClock) -> Archive:
    for number in range(1, 4):
        media.create(NewMedia(f"m{number}", "films", "upload:x", "ada", digest=f"d{number}"))
    return Archive(database, faces, media)


def test_faces_are_found_again_and_go_with_their_media(archive: Archive) -> None:
    first = archive.publish("m1", anna=LOOK, bert=STRANGER)
    assert archive.publish("m2", someone=ALIKE) == {"someone": first["anna"]}
    assert archive.near() == {"m1", "m2"}
    assert archive.near(9_000) == {"m1"}
    archive.media.delete("films", "m1", "")
    assert archive.near() == {"m2"}
    assert archive.faces.identities("m1") == {}
    assert archive.publish("m3", anna=LOOK) == {"anna": first["anna"]}, "the identity stays"
    assert archive.near(faces=FaceStore(archive.database)) == archive.near() == {"m2", "m3"}


def test_who_stays_the_same_keeps_the_row(archive: Archive) -> None:
    before = archive.publish("m1", anna=LOOK, bert=STRANGER)
    assert archive.publish("m1", anna=LOOK) == {"anna": before["anna"]}
    assert archive.near(0) == {"m1"}
    assert archive.publish("m1") == {}
    assert archive.near(0) == set()


def test_a_transaction_that_is_taken_back_leaves_nothing_in_memory(archive: Archive) -> None:
    archive.publish("m1", anna=STRANGER)

    def interrupted() -> None:
        with archive.database.durable.begin() as connection:
            looks = Faces(ENGINE, {"x": face_vector(LOOK)})
            archive.faces.replace(connection, "films", "m2", looks, {})
            assert archive.faces.near(connection, "films", ENGINE, SAMPLE, 6_000) == {"m2"}
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    archive.publish("m3", y=LOOK)  # under the number that was taken back
    assert archive.near() == {"m3"}


def test_identities_are_listed_and_looked_up(archive: Archive) -> None:
    identity = archive.publish("m1", anna=LOOK)["anna"]
    archive.publish("m2", other=ALIKE, stranger=STRANGER)

    def listed(**given: str) -> list[tuple[str, int, int]]:
        asked = {"identity_id": "", "media_id": ""} | given
        rows = archive.faces.list_identities("films", limit=10, offset=0, **asked)
        return [(row.identity_id, row.media_count, len(row.persons)) for row in rows]

    assert listed()[0] == (identity, 2, 2)
    assert len(listed()) == 2
    assert listed(media_id="m1") == listed(identity_id=identity) == [(identity, 2, 2)]
    known = archive.faces.of_identity("films", identity)
    assert (known.media_id, known.person_id) == ("m1", "anna")
    mean = from_bytes([known.vector])
    for look in (LOOK, ALIKE):
        assert int(likeness(mean, from_bytes([face_vector(look)]))[0, 0]) > 9_000
    assert archive.faces.of_person("films", "m2", "other").vector == face_vector(ALIKE)
    for call in (
        lambda: archive.faces.of_person("others", "m2", "other"),
        lambda: archive.faces.of_identity("films", "nobody"),
    ):
        with pytest.raises(VidereError) as missing:
            call()
        assert missing.value.reason is Reason.PERSON_NOT_FOUND


def test_many_rows_are_compared_with_many_samples(archive: Archive) -> None:
    rng = np.random.default_rng(7)
    looks = rng.normal(size=(300, 3))
    archive.publish("m1", **{f"p{n}": tuple(look) for n, look in enumerate(looks)})
    archive.publish("m2", **{f"p{n}": tuple(look) for n, look in enumerate(-looks)})
    samples = from_bytes(face_vector(tuple(look)) for look in looks[:130])
    with archive.database.steps.connect() as connection:
        found = archive.faces.near(connection, "films", ENGINE, samples[-1:], 9_999)
        assert "m1" in found
        assert archive.faces.near(connection, "films", ENGINE, samples, 9_999) >= {"m1"}
